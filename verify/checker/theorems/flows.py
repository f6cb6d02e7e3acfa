"""Affine vector fields on all parameters of a network, and those on the trained ones that they come from.

Theorem. Let theta = A phi + c be the network's parameters, T an affine field on theta along whose flow the sum of
losses is constant near every point of a region, and S one on phi. If
  (1) A S(phi) = T(A phi + c) for all phi, and
  (2) sum_j rate_j phi_j S_j(phi) = 0 for all phi, rate_j the decay of phi_j,
then the risk is constant along the flow of S near every point of the region.
Proof. If phi(t) is moved by S, then A phi(t) + c is moved by T by (1), so that the sum of losses stays; and the decay
changes at the rate of (2). QED

(1) is an identity of affine functions and (2) one of polynomials, both with exact coefficients. S is found where each
trained parameter that moves is, times a number, one of the network's: (1) is then checked for all the others, so that
a field that pulls shared parameters apart, or moves fixed ones, is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.parameter_map import ParameterMap

CONSTANT = -1
"""In an affine function of phi, what the number 1 is multiplied by."""
Function = dict[int, Fraction]
"""An affine function of phi: coefficients that are not 0."""


class Entry(NamedTuple):
    """A component of a field on theta: `coefficient` times a parameter, or the coefficient alone."""

    target: int
    """The number of the parameter that moves."""
    coefficient: Fraction
    source: int | None = None
    """The number of a parameter."""


@dataclass(frozen=True, slots=True)
class Field:
    """S: for each trained parameter that moves, its rate."""

    trained: int
    rates: dict[int, Function]

    def at(self, trained: Sequence[arb]) -> list[arb]:
        """(trained parameters,), at a point or over a box."""
        field = [arb(0)] * self.trained
        for index, rate in self.rates.items():
            for source, coefficient in rate.items():
                field[index] += ball(coefficient) if source == CONSTANT else ball(coefficient) * trained[source]
        return field


class Refused(Exception):
    """Why a field on theta comes from none on phi along which decay is constant."""


class Unresolved(Exception):
    """Why no field on phi was found that a field on theta comes from."""


class PullBack:
    """From fields on theta to those on phi."""

    def __init__(self, landscape: EmpiricalRiskLandscape) -> None:
        self.made: ParameterMap = landscape.as_map()
        self._decays = landscape.decays()

    def field(self, entries: Sequence[Entry], decayed: Callable[[int], str]) -> Field:
        """S, for T given by its components; `decayed`: what to say of a parameter of theta that decays.

        Raises Refused, or Unresolved.
        """
        moved: dict[int, Function] = {}
        for target, coefficient, source in entries:
            look()
            change = {CONSTANT: Fraction(1)} if source is None else self._function(source)
            _add(moved.setdefault(target, {}), coefficient, change)
        moved = {target: rate for target, rate in moved.items() if rate}
        rates = self._rates(moved)
        is_kept = self._keeps_decay(rates)
        for target, *_ in entries:
            terms = self.made.rows[target].terms
            if target in moved and not terms:
                raise Refused(f"parameter {target} is not trained")
            if target in moved and not is_kept and any(self._decays[term.trained] for term in terms):
                raise Refused(decayed(target))
        for target in sorted({*moved, *(term.parameter for index in rates for term in self.made.columns[index])}):
            found: Function = {}
            for _, index, coefficient in self.made.rows[target].terms:
                _add(found, coefficient, rates.get(index, {}))
            if found != moved.get(target, {}):
                told = f"parameter {target} is tied to others, with which it does not move"
                raise (Refused if self._is_determined(target) else Unresolved)(told)
        return Field(self.made.trained, rates)

    def _is_determined(self, parameter: int) -> bool:
        """Whether each trained parameter in one of theta's also enters one alone, so that its rate follows from T."""
        trained = (term.trained for term in self.made.rows[parameter].terms)
        return all(any(len(self.made.rows[use.parameter].terms) == 1 for use in self.made.columns[t]) for t in trained)

    def _function(self, parameter: int) -> Function:
        """One of theta."""
        terms, constant = self.made.rows[parameter]
        function = {index: coefficient for _, index, coefficient in terms}
        return function | {CONSTANT: constant} if constant else function

    def _rates(self, moved: dict[int, Function]) -> dict[int, Function]:
        """S, as the parameters of theta that have one term give it."""
        rates: dict[int, Function] = {}
        for target, rate in moved.items():
            terms = self.made.rows[target].terms
            if len(terms) == 1 and terms[0].trained not in rates:
                function: Function = {}
                _add(function, 1 / terms[0].coefficient, rate)
                rates[terms[0].trained] = function
        return rates

    def _keeps_decay(self, rates: dict[int, Function]) -> bool:
        """Hypothesis (2)."""
        total: dict[tuple[int, int], Fraction] = {}
        for index, rate in rates.items():
            for source, coefficient in rate.items():
                place = min(index, source), max(index, source)
                total[place] = total.get(place, Fraction(0)) + self._decays[index] * coefficient
        return not any(total.values())


def _add(total: Function, factor: Fraction, function: Function) -> None:
    """total += factor * function."""
    for index, coefficient in function.items():
        if entry := total.get(index, Fraction(0)) + factor * coefficient:
            total[index] = entry
        else:
            total.pop(index, None)
