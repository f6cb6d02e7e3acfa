"""What makes statements about every k checkable: boxes around a branch of critical points.

In the scaled variable s = k^(-1/2) each of the student's values has a polynomial in s, a radius and an
exponent: the box at s has all values within radius s^exponent of the polynomial. It is looked at piece by
piece. The k that no piece reaches are instances, each with numbers and radii of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.limits import MAX_EXPONENT_OF_S, MAX_PARTS, MAX_TERMS, MIN_TERMS
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.family import MAX_K, Family


@dataclass(frozen=True, slots=True)
class Instance:
    """A box for one k."""

    k: int
    values: tuple[Fraction, ...]
    radii: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """The numbers s of [start, end]."""

    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class FamilyWitness(Witness):
    """Pieces that cover [0, end], and an instance for each k that they do not reach."""

    terms: int
    """How many terms of a series are kept: a hint."""
    values: tuple[tuple[Fraction, ...], ...]
    """For each of the student's values the coefficients of s^0, s^1, ..."""
    radii: tuple[Fraction, ...]
    """In units of s^exponent."""
    exponents: tuple[int, ...]
    end: Fraction
    pieces: tuple[Piece, ...]
    instances: tuple[Instance, ...]


def read_witness(field: Field, statement: Family) -> FamilyWitness:
    """Read a certificate's `witness`; its shape follows from the statement."""
    parts = field.fields(["precision", "terms", "values", "radii", "exponents", "end", "pieces", "instances"])
    count = len(statement.type.entries)
    return FamilyWitness(
        precision=read_precision(parts["precision"]),
        terms=parts["terms"].count(MIN_TERMS, MAX_TERMS),
        values=tuple(
            tuple(coefficient.number() for coefficient in polynomial.items(1, MAX_TERMS))
            for polynomial in parts["values"].items(count, count)
        ),
        radii=_read_radii(parts["radii"], count),
        exponents=tuple(entry.count(0, MAX_EXPONENT_OF_S) for entry in parts["exponents"].items(count, count)),
        end=_positive(parts["end"]),
        pieces=tuple(_read_piece(entry) for entry in parts["pieces"].items(1, MAX_PARTS)),
        instances=tuple(_read_instance(entry, count) for entry in parts["instances"].items(0, MAX_PARTS)),
    )


def _read_piece(field: Field) -> Piece:
    parts = field.fields(["from", "to"])
    return Piece(parts["from"].number(), parts["to"].number())


def _read_instance(field: Field, count: int) -> Instance:
    parts = field.fields(["k", "values", "radii"])
    values = tuple(entry.number() for entry in parts["values"].items(count, count))
    return Instance(parts["k"].count(1, MAX_K), values, _read_radii(parts["radii"], count))


def _read_radii(field: Field, count: int) -> tuple[Fraction, ...]:
    return tuple(_positive(entry) for entry in field.items(count, count))


def _positive(field: Field) -> Fraction:
    number = field.number()
    if number <= 0:
        field.fail("must be positive")
    return number
