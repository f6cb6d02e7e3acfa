"""The kind quadratic-networks: conditions on sizes, and one family of data sets, in rational numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, not_negative, truth
from ..outcomes import Clock, decide

GLOBAL, NOT_GLOBAL = "every-local-minimum-global", "local-minimum-not-global"
MAX_SIZE = 1_000_000


@dataclass(frozen=True)
class Sizes:
    """Every local minimum is global: for which sizes and which C."""

    claimed: str
    sizes: str
    per_sample: Fraction
    width: int
    samples: int
    every: bool

    def sentence(self) -> str:
        """What was proved."""
        which = "every" if self.every else "almost every"
        return f"{self.claimed} for {which} C and the sizes of the file ({self.sizes})"

    def prove(self, clock: Clock) -> None:
        """k (k + 1) > 2 n, or k >= d."""
        decide(self.sizes == "dimension" or not self.every, True, "every C is claimed for k >= d only")
        if self.sizes == "from":
            decide(self.width * (self.width + 1) > 2 * self.samples, True, "k (k + 1) > 2 n")
        if self.sizes == "squared":
            decide(self.per_sample >= 2, True, "k^2 >= c n gives k^2 >= 2 n")


@dataclass(frozen=True)
class Pairs:
    """The samples e_j +- a e_d with label y, and copies of e_d."""

    claimed: str
    a: Fraction
    y: Fraction
    m: int
    last: Fraction
    decay: Fraction
    k: int
    larger: bool
    s: Fraction
    c: Fraction
    q: Fraction

    def sentence(self) -> str:
        """What was proved."""
        return f"{self.claimed} at W_0 for the width {self.k}{' and every larger one' * self.larger}"

    def prove(self, clock: Clock) -> None:
        """With L of 2 n L = sum_j (2 (t_j + a^2 q - D)^2 + 8 a^2 m_j^2 + 4 D (s^2 + t_j)) + 4 D q + m (q - y')^2, where
        t_j is the change of |W e_j|^2, q = |W e_d|^2 and sum_j m_j^2 >= sigma^2 q: the terms linear in q."""
        n, excess, square = 2 * self.k + self.m, self.y - self.s**2, self.a**2
        decide(self.decay * n == 4 * excess, True, "n decay = 4 (y - s^2)")
        slope = 8 * square * self.s**2 + 4 * excess * (1 - self.k * square) - 2 * self.m * self.last
        decide(slope > 0, True, "the loss grows with q")
        if self.larger:
            decide(excess == 0 and self.q * square == self.y, True, "no decay, and the pairs fitted, for larger widths")

        def loss(pair: Fraction, last: Fraction, weights: Fraction) -> Fraction:
            return 2 * self.k * (pair - self.y) ** 2 + self.m * (last - self.last) ** 2 + 4 * excess * weights

        here, better = loss(self.s**2, Fraction(0), self.k * self.s**2), loss(square * self.q, self.q, self.q)
        decide(better < here, True, "another W has a smaller loss")
        decide(self.k**2 >= self.c * n, True, "k^2 >= c n")


def read_quadratic_networks(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    name = statement.member("property").word(GLOBAL, NOT_GLOBAL)
    if name == GLOBAL:
        fields = statement.members("landscape", "property", "perturbation")
        sizes = fields["landscape"].member("sizes").word("squared", "from", "dimension")
        more = {"squared": ("per_sample",), "from": ("width", "samples"), "dimension": ()}[sizes]
        land = fields["landscape"].members("kind", "sizes", *more)
        every = fields["perturbation"].word("almost-every", "every") == "every"
        _precision(witness.members("precision"))
        c = land["per_sample"].signed(1) if "per_sample" in land else Fraction(0)
        width, samples = (land[name].integer(1, MAX_SIZE) if name in land else 0 for name in ("width", "samples"))
        return Sizes(GLOBAL, sizes, c, width, samples, every)
    fields = statement.members("landscape", "property", "scale", "per_sample")
    members = ("offset", "label", "copies", "last_label", "decay", "width", "every_larger")
    land = fields["landscape"].members("kind", "samples", *members)
    land["samples"].word("signed-pairs")
    given = witness.members("precision", "square")
    _precision(given)
    return Pairs(
        NOT_GLOBAL,
        land["offset"].signed(1),
        land["label"].number(),
        land["copies"].integer(0, MAX_SIZE),
        land["last_label"].number(),
        not_negative(land["decay"]),
        land["width"].integer(1, MAX_SIZE),
        truth(land["every_larger"]),
        fields["scale"].signed(1),
        fields["per_sample"].signed(1),
        given["square"].signed(1),
    )


def _precision(given: dict[str, Field]) -> None:
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
