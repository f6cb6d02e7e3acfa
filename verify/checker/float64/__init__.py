"""Verified floating point: the checker's fast tier, for large matrices. docs/FLOAT64.md has its theorems and proofs.

The only part of the checker that imports NumPy, and SciPy for matrices of more than
`factorisation.SCIPY_FROM` rows. It is imported only where its tier of trust is used.

NumPy's BLAS works in one thread unless the environment says otherwise: on matrices of a few hundred rows its threads
wait for each other, which takes several times the computing. SciPy's, for the largest, is left as it is.
"""

import contextlib
import os

_THREADS = "OPENBLAS_NUM_THREADS"
if not {_THREADS, "OMP_NUM_THREADS", "GOTO_NUM_THREADS"} & os.environ.keys():
    os.environ[_THREADS] = "1"  # read when the library is loaded
    with contextlib.suppress(ImportError):  # `environment` says that there is none
        import numpy  # noqa: F401
    del os.environ[_THREADS]
