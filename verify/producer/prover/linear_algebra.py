"""Newton steps and extreme eigenvalues of a float64 Hessian, also where it has thousands of rows. Hints only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Solver = Callable[[Array], Array]
"""From a gradient (n, d) to the Newton step (n, d)."""

TOLERANCE = 1e-3
"""Relative error of an eigenvalue of a large matrix: a small part of what the prover gives away."""
DENSE = 512
"""Unknowns up to which all eigenvalues, and least squares, take less than a second."""
SMALL = 64
"""Unknowns up to which least squares take less time than looking for another way."""
WELL_CONDITIONED = 1e-4
"""Least pivot of Cholesky's factor, relative to the largest, with which a step is as good as by least squares."""


class Spectrum(NamedTuple):
    """Of a symmetric matrix: its smallest and largest eigenvalue, and the smallest absolute value of one."""

    smallest: float
    largest: float
    nearest_to_zero: float


def newton_solver(hessian: Array) -> Solver:
    """Steps against the gradient by one Hessian; the steps, like this, raise LinAlgError where none can be computed."""
    if not np.isfinite(hessian).all():
        raise np.linalg.LinAlgError("the Hessian is not finite")
    solve = _solver(hessian)

    def step(gradient: Array) -> Array:
        if not np.isfinite(gradient).all():
            raise np.linalg.LinAlgError("the gradient is not finite")
        found = solve(gradient)
        if not np.isfinite(found).all():
            raise np.linalg.LinAlgError("the Newton step is not finite")
        return found

    return step


def _solver(hessian: Array) -> Solver:
    size = len(hessian)
    factor, is_definite = _factor(hessian) if size > SMALL else (None, False)
    if size <= SMALL or (size <= DENSE and not (is_definite and _is_well_conditioned(factor))):

        def solve(gradient: Array) -> Array:
            return np.asarray(np.linalg.lstsq(hessian, -gradient.ravel(), rcond=1e-13)[0]).reshape(gradient.shape)

        return solve

    def solve_by_factor(gradient: Array) -> Array:
        from scipy.linalg import cho_solve, lu_solve

        step = (cho_solve if is_definite else lu_solve)(factor, -gradient.ravel())
        return np.asarray(step).reshape(gradient.shape)

    return solve_by_factor


def _is_well_conditioned(factor: Any) -> bool:
    pivots = np.abs(np.diagonal(factor[0]))
    return bool(pivots.min() > WELL_CONDITIONED * pivots.max())


def spectrum(hessian: Array) -> Spectrum:
    """All eigenvalues of a small matrix; of a large one by Lanczos' method, if it is positive definite.

    Raises LinAlgError where they are not found.
    """
    if not np.isfinite(hessian).all():
        raise np.linalg.LinAlgError("the Hessian is not finite")
    if len(hessian) > DENSE:
        factor, is_definite = _factor(hessian)
        if is_definite:
            from scipy.linalg import cho_solve
            from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

            inverse = LinearOperator(hessian.shape, matvec=lambda vector: cho_solve(factor, vector), dtype=np.float64)
            start = np.random.default_rng(0).standard_normal(len(hessian))  # the same in each run
            options = {"k": 1, "which": "LA", "v0": start, "tol": TOLERANCE, "return_eigenvectors": False}
            try:
                smallest, largest = 1 / float(eigsh(inverse, **options)[0]), float(eigsh(hessian, **options)[0])
            except (ArpackError, ZeroDivisionError) as error:
                raise np.linalg.LinAlgError(f"no eigenvalues: {error}") from None
            return Spectrum(smallest, largest, smallest)
    eigenvalues = np.linalg.eigvalsh(hessian)
    return Spectrum(float(eigenvalues[0]), float(eigenvalues[-1]), float(np.abs(eigenvalues).min()))


def _factor(hessian: Array) -> tuple[tuple[Array, object], bool]:
    """Cholesky's factorisation, or the LU one of a matrix that is not positive definite; and which it is."""
    from scipy.linalg import cho_factor, lu_factor

    try:
        return cho_factor(hessian, lower=True, check_finite=False), True
    except np.linalg.LinAlgError:
        return lu_factor(hessian, check_finite=False), False
