"""The kind deep-linear-network: all critical values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, interval
from ..outcomes import Clock, Open, decide
from ..rational import Rationals
from .critical import inverse
from .network import Network, read_network
from .residual import sign_of_determinant
from .targets import multiplied, transpose

MAX_ORDER_HERE = 24


@dataclass(frozen=True)
class CriticalValues:
    """One eigenvalue of T in each of the intervals."""

    claimed: str
    network: Network
    intervals: list[tuple[Fraction, Fraction]]

    def sentence(self) -> str:
        """The statement, in words."""
        return (
            f"{self.claimed} of {self.network.described()}: half of |Y|^2 less half the sums of at most "
            f"{min(self.network.widths)} of the {len(self.intervals)} eigenvalues, which are in the given intervals"
        )

    def prove(self, clock: Clock) -> None:
        """det (T - x I) vanishes, or changes its sign, in each interval."""
        widths = self.network.widths
        decide(len(widths) > 2, True, "there are two layers at least")
        if max(widths[0], widths[-1]) > MAX_ORDER_HERE:
            raise Open(f"more inputs or outputs than this checker's {MAX_ORDER_HERE}")
        T = self._energies(clock)
        apart = all(left[0] > right[1] for left, right in zip(self.intervals, self.intervals[1:], strict=False))
        decide(apart, True, "the intervals are disjoint, and fall")
        for low, high in self.intervals:
            signs = [sign_of_determinant(shifted(T, end), clock) for end in (low, high)]
            found = signs[0] * signs[1] < 0 or (low == high and signs[0] == 0)
            decide(found, True, "an interval has an eigenvalue")

    def _energies(self, clock: Clock) -> Rationals:
        """T; with a target Phi Phi^T."""
        if self.network.target is not None:
            return multiplied(self.network.target, transpose(self.network.target))
        X, Y = self.network.inputs, transpose(self.network.outputs)
        M = multiplied(Y, X)
        return multiplied(M, multiplied(inverse(multiplied(transpose(X), X), clock), transpose(M)))


def shifted(T: Rationals, x: Fraction) -> Rationals:
    """T - x I."""
    return [[entry - x * (i == j) for j, entry in enumerate(row)] for i, row in enumerate(T)]


def read_critical_values(name: str, statement: Field, witness: Field) -> Claim:
    """A statement about all critical values."""
    fields = statement.members("landscape", "property", "eigenvalues")
    network = read_network(fields["landscape"])
    d = network.widths[-1]
    intervals = [interval(entry) for entry in fields["eigenvalues"].entries(d, d)]
    for entry, (low, _) in zip(fields["eigenvalues"].entries(d, d), intervals, strict=True):
        if low <= 0:
            entry.fail("must be positive")
    witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return CriticalValues(name, network, intervals)
