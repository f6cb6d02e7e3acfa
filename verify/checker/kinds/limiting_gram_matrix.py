"""The kinds of statements about Gram matrices of networks of infinite width, by property."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, GRAM_ENTRIES, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import limiting_gram_matrix as statements
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.theorems.limiting_gram_matrix import positive_definite, smallest_eigenvalue
from verify.checker.theorems.random_initialisation import random_initialisation


def _too_large(statement: AboutLandscape) -> str | None:
    of = statement.landscape
    samples = len(of.inputs)
    return beyond(
        ("{} samples are", samples, ARB_UNKNOWNS),
        ("samples^2 x layers x positions = {} is", samples**2 * of.depth * of.positions, GRAM_ENTRIES),
    )


LIMITING_GRAM_MATRIX: dict[str, Kind] = {
    statements.EIGENVALUE: Kind(
        statements.EIGENVALUE_STATEMENT,
        statements.EIGENVALUE_WITNESS,
        smallest_eigenvalue,
        too_large=_too_large,
    ),
    statements.RANDOM: Kind(
        statements.RANDOM_STATEMENT,
        statements.RANDOM_WITNESS,
        random_initialisation,
        too_large=_too_large,
    ),
    statements.EVERY_DATA_SET: Kind(
        statements.EVERY_DATA_SET_STATEMENT, statements.EVERY_DATA_SET_WITNESS, positive_definite
    ),
}
