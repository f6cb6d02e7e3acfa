"""Verified floating point: the checker's fast tier, for large matrices. docs/FLOAT64.md has its theorems and proofs.

The only part of the checker that imports NumPy, and SciPy for matrices of more than
`factorisation.SCIPY_FROM` rows. It is imported only where its tier of trust is used.
"""
