"""The kind networks-of-every-size: conditions that hold for all depths, widths and numbers of samples."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_NEURONS, MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field, numbers, truth
from ..intervals import Interval
from ..networks.activations import Activation, activate
from ..networks.risk import MAX_LAYERS, read_layer_activation
from ..outcomes import Clock, decide

SINGULAR, NOT_ONTO, BAD = "singular-upper-hessian", "convolution-never-onto", "bad-local-minimum-of-every-size"


@dataclass(frozen=True)
class Singular:
    """The Hessian above a wide layer is singular."""

    claimed: str
    excess: int
    biases: bool

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} for n_k >= N + {self.excess}, {'with' if self.biases else 'without'} biases"

    def prove(self, clock: Clock) -> None:
        """There are more columns than rows."""
        decide(self.excess > 0 or self.biases, True, "the features have more columns than rows")


@dataclass(frozen=True)
class NotOnto:
    """A convolution on these patches is never onto."""

    claimed: str
    patches: list[list[int]]
    coefficients: list[Fraction]

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} for the {len(self.patches)} patches of the file"

    def prove(self, clock: Clock) -> None:
        """The combination of the patches is 0 at each place."""
        decide(any(self.coefficients), True, "the coefficients are not all 0")
        totals: dict[tuple[int, int], Fraction] = {}
        for patch, coefficient in zip(self.patches, self.coefficients, strict=True):
            clock.tick()
            for key in enumerate(patch):
                totals[key] = totals.get(key, Fraction(0)) + coefficient
        decide(not any(totals.values()), True, "the coefficients of each position add up to 0 at each place")


@dataclass(frozen=True)
class BadMinimum:
    """A local minimum that is not global, with a constant first layer."""

    claimed: str
    first: tuple[Activation, Fraction]
    later: list[tuple[Activation, Fraction]]
    precision: int

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} for the activations of the file"

    def prove(self, clock: Clock) -> None:
        """sigma'' of the first activation and sigma' of the others are not 0 at the points given."""
        for order, (activation, t) in [(2, self.first), *((1, pair) for pair in self.later)]:
            clock.tick()
            smooth = not activation.kink or t != 0
            found = activate(activation, Interval.of(t, 64 + 2 * self.precision))[order]
            apart = smooth and (found.lo > 0 or found.hi < 0)
            decide(apart, smooth and found.lo == found.hi == 0, f"derivative {order} of {activation.name} is not 0")


def read_networks_of_every_size(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    name = statement.member("property").word(SINGULAR, NOT_ONTO, BAD)
    fields = statement.members("landscape", "property")
    land = fields["landscape"]
    if name == SINGULAR:
        parts, given = land.members("kind", "excess", "biases"), witness.members("precision")
        claim: Claim = Singular(name, parts["excess"].integer(0, MAX_UNKNOWNS), truth(parts["biases"]))
    elif name == NOT_ONTO:
        rows: list[list[int]] = []
        for entry in land.members("kind", "patches")["patches"].entries(1, MAX_NEURONS):
            row = [place.integer(0, MAX_UNKNOWNS - 1) for place in entry.entries(1, MAX_NEURONS)]
            if len(set(row)) < len(row) or (rows and len(row) != len(rows[0])):
                entry.fail("patches are of one size, and name no position twice")
            rows.append(row)
        given = witness.members("precision", "coefficients")
        claim = NotOnto(name, rows, numbers(given["coefficients"], len(rows), len(rows)))
    else:
        parts = land.members("kind", "first", "later")
        first = read_layer_activation(parts["first"])
        later = [read_layer_activation(entry) for entry in parts["later"].entries(0, MAX_LAYERS)] or [first]
        given = witness.members("precision", "first", "later")
        points = numbers(given["later"], len(later), len(later))
        bits = given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
        claim = BadMinimum(name, (first, given["first"].number()), list(zip(later, points, strict=True)), bits)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return claim
