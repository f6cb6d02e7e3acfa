"""Derivations, rigorous quadrature, and what ties them to the closed forms of the checker."""
