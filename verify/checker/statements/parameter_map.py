"""The parameters of a network as affine functions of those that are trained, with exact numbers.

A convolution is a matrix whose entries are those of a few shared filters; layers may share weights; an average of
neighbours, a flattening or a normalisation with fixed statistics is a matrix of fixed numbers. All of it is
theta = A phi + c, theta the parameters of a network of full matrices and phi those that are trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from verify.checker.core.limits import MAX_DATA, MAX_UNKNOWNS
from verify.checker.core.schema import NUMBER, Count, Known, ListOf, Type, Unless
from verify.checker.core.table import Derived, Listed, Row, Table

ScalarT = TypeVar("ScalarT")
"""Numbers of one sort, with sums and products: rational ones or balls."""


class Term(NamedTuple):
    """An entry of A: what a trained parameter is multiplied by in a parameter of the network."""

    parameter: int
    trained: int
    coefficient: Fraction


class Affine(NamedTuple):
    """One parameter of the network."""

    terms: tuple[Term, ...]
    constant: Fraction


@dataclass(frozen=True)
class ParameterMap:
    """theta = A phi + c."""

    parameters: int
    """The size of theta."""
    trained: int
    """The size of phi."""
    entries: tuple[Term, ...]
    """Those of A that are not 0, row by row."""
    constants: tuple[tuple[int, Fraction], ...]
    """Those of c that are not 0, by the parameter's number."""

    @cached_property
    def rows(self) -> tuple[Affine, ...]:
        """Each parameter of the network."""
        terms: list[list[Term]] = [[] for _ in range(self.parameters)]
        for term in self.entries:
            terms[term.parameter].append(term)
        constants = dict(self.constants)
        return tuple(Affine(tuple(row), constants.get(number, Fraction(0))) for number, row in enumerate(terms))

    @cached_property
    def columns(self) -> tuple[tuple[Term, ...], ...]:
        """For each trained parameter, where it enters."""
        columns: list[list[Term]] = [[] for _ in range(self.trained)]
        for term in self.entries:
            columns[term.trained].append(term)
        return tuple(map(tuple, columns))

    @cached_property
    def square_norm(self) -> Fraction:
        """At least the square of the spectral norm of A: the largest row sum times the largest column sum."""
        rows = max((sum(abs(term.coefficient) for term in row.terms) for row in self.rows), default=0)
        columns = max((sum(abs(term.coefficient) for term in column) for column in self.columns), default=0)
        return Fraction(rows) * columns

    def apply(
        self, trained: Sequence[ScalarT], number: Callable[[Fraction], ScalarT], *, shift: bool = True
    ) -> Iterator[ScalarT]:
        """A phi + c, or A phi without the `shift`; `number` makes exact numbers ones of phi's sort."""
        known: dict[Fraction, Any] = {}
        for row in self.rows:
            total: Any = number(row.constant if shift else Fraction(0))
            for _, index, coefficient in row.terms:
                if coefficient == 1:
                    total += trained[index]
                else:
                    if coefficient not in known:
                        known[coefficient] = number(coefficient)
                    total += known[coefficient] * trained[index]
            yield total

    def pull_back(self, everything: Sequence[ScalarT], number: Callable[[Fraction], ScalarT]) -> list[ScalarT]:
        """A^T times a vector: the derivatives in phi from those in theta."""
        found: list[Any] = [number(Fraction(0))] * self.trained
        for parameter, index, coefficient in self.entries:
            factor: Any = number(coefficient)
            found[index] += factor * everything[parameter]
        return found

    def are_biases(self, is_bias: Iterable[bool]) -> list[bool]:
        """For each trained parameter whether it enters biases, and nothing else; `is_bias`: for each of theta."""
        kinds = list(is_bias)
        return [bool(column) and all(kinds[term.parameter] for term in column) for column in self.columns]


def identity(parameters: int, fixed: Sequence[tuple[int, Fraction]]) -> ParameterMap:
    """Of a network whose parameters are trained one by one, but for those fixed at given values."""
    held = dict(fixed)
    trained = [index for index in range(parameters) if index not in held]
    one = Fraction(1)
    terms = tuple(Term(parameter, index, one) for index, parameter in enumerate(trained))
    return ParameterMap(parameters, len(trained), terms, tuple((index, value) for index, value in fixed if value))


def _last_parameter(known: Known) -> int:
    parameters: int = known["parameters"]
    return parameters - 1


def _sparse(entry: Type[tuple[Any, ...]], least: int, places: str) -> Unless[tuple[tuple[Any, ...], ...]]:
    """From `least` entries that are not 0, each a place and a number, in the order of their places."""

    def refused(entries: Sequence[tuple[Any, ...]], known: Known) -> str | None:
        found = [place for *place, _ in entries]
        if any(before >= after for before, after in pairwise(found)):
            return f"must be in growing order of {places}; each once"
        return None if all(number for *_, number in entries) else "an entry is 0"

    return Unless(ListOf(entry, least, MAX_DATA), refused)


_PARAMETER = Row("parameter", Count(0, _last_parameter))
_TERM = Listed.of(
    Term, _PARAMETER, Row("trained", Count(0, lambda known: known["trained"] - 1)), Row("coefficient", NUMBER)
)
_CONSTANT = Listed.of(lambda parameter, value: (parameter, value), _PARAMETER, Row("value", NUMBER))
PARAMETER_MAP = Table.of(
    ParameterMap,
    Derived("parameters", lambda known: known["network"].parameters),
    Row("trained", Count(1, MAX_UNKNOWNS)),
    Row("entries", _sparse(_TERM, 1, "parameter and trained parameter")),
    Row("constants", _sparse(_CONSTANT, 0, "parameter")),
)
"""Read when the `network` is known."""
