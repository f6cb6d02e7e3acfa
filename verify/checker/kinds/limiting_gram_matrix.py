"""The kinds of statements about Gram matrices of networks of infinite width, by property."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, GRAM_ENTRIES, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.statements import every_data_set as every
from verify.checker.statements import limiting_gram_matrix as said
from verify.checker.statements import random_initialisation as start
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.limiting_gram_matrix import GramMatrix
from verify.checker.theorems.limiting_gram_matrix import positive_definite, smallest_eigenvalue
from verify.checker.theorems.random_initialisation import random_initialisation


def _too_large(statement: AboutLandscape[GramMatrix]) -> str | None:
    of = statement.landscape
    samples = len(of.inputs)
    return beyond(
        ("{} samples are", samples, ARB_UNKNOWNS),
        ("samples^2 x layers x positions = {} is", samples**2 * of.depth * of.positions, GRAM_ENTRIES),
    )


LIMITING_GRAM_MATRIX: dict[str, Kind] = {
    said.EIGENVALUE: Kind(
        said.EIGENVALUE_STATEMENT, said.EIGENVALUE_WITNESS, smallest_eigenvalue, too_large=_too_large
    ),
    start.RANDOM: Kind(start.RANDOM_STATEMENT, start.RANDOM_WITNESS, random_initialisation, too_large=_too_large),
    every.EVERY_DATA_SET: Kind(every.EVERY_DATA_SET_STATEMENT, every.EVERY_DATA_SET_WITNESS, positive_definite),
}
