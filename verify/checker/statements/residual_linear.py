"""Residual linear networks: for all maps to be learned at once, or for one.

The loss is f(A) = E |(I + A_l) ... (I + A_1) x - R x - xi|^2 over real d x d matrices A_1, ..., A_l, with noise xi of
mean 0 that is independent of x, S = E x x^T and C = E |xi|^2, the infimum of f. |A| is the spectral norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_most, written
from verify.checker.core.limits import MAX_LAYERS
from verify.checker.core.schema import (
    FLAG,
    NOT_NEGATIVE,
    POSITIVE,
    Constant,
    Count,
    Known,
    Unless,
    exactly,
    matrix,
    triangle,
)
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table
from verify.checker.core.witness import PRECISION_ALONE, Witness, witness_of
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.linear_targets import NUMBER_OF_LAYERS, SQUARE, Layers

INEQUALITY, CRITICAL, OPTIMA = "gradient-inequality", "critical-points-are-global", "optima-near-identity"
OPTIMUM, NONE_NEAR, FAILS = "optimum-near-identity", "no-optimum-near-identity", "gradient-inequality-fails"
LOSS = (
    "f(A) = E |(I + A_l) ... (I + A_1) x - R x - xi|^2 over real d x d matrices A_1, ..., A_l, with noise xi of mean 0 "
    "that is independent of x; S = E x x^T, C = E |xi|^2 is the infimum of f, |A| the spectral norm, and 0^0 = 1"
)

Depths = Layers
"""The numbers of layers l, here even and odd."""


@dataclass(frozen=True, slots=True)
class ResidualNetworks:
    """All of them, of such depths."""

    depths: Depths

    definition = LOSS
    """The loss as a formula."""

    def scope(self) -> str:
        """What a proof about them covers."""
        return f"{self.depths.describe('l')}, every d >= 1, every R and S"

    def subject(self) -> str:
        """The beginning of a sentence."""
        return f"For residual linear networks, {self.depths.describe('l')} and every d >= 1,"


@dataclass(frozen=True, slots=True)
class ResidualNetwork:
    """Those of such depths that learn one matrix."""

    depths: Depths
    target: Matrix
    """R, (d, d)."""

    definition = f"{LOSS}; R is given"
    """The loss as a formula."""

    def scope(self) -> str:
        """What a proof about them covers."""
        d = len(self.target)
        return f"{self.depths.describe('l')}, one {d} x {d} matrix R"

    def subject(self) -> str:
        """The beginning of a sentence."""
        d = len(self.target)
        return f"For residual linear networks, {self.depths.describe('l')} and the given {d} x {d} matrix R,"


@dataclass(frozen=True, slots=True)
class Inequality:
    """|grad f|_F^2 >= c l (1 - tau)^(k (l - 1)) s^p (f - C) where all |A_i| <= tau; s: the least eigenvalue of S."""

    factor: Fraction
    """c."""
    shrinking: int
    """k."""
    power: int
    """p."""

    def right(self) -> str:
        """Its right side."""
        exponent = {0: "0", 1: "(l - 1)"}.get(self.shrinking, f"({self.shrinking} (l - 1))")
        power = "s" if self.power == 1 else f"s^{self.power}"
        return f"{written(self.factor)} l (1 - tau)^{exponent} {power} (f - C)"


@dataclass(frozen=True, slots=True)
class ResidualStatement(AboutLandscape[ResidualNetworks | ResidualNetwork]):
    """What is claimed of such networks: of all, or of those with one target."""


@dataclass(frozen=True, slots=True)
class GradientInequality(ResidualStatement):
    """For all R, S >= 0 and 0 <= tau <= 1; `attained`: for all l, d, S and tau with equality somewhere."""

    landscape: ResidualNetworks
    inequality: Inequality
    attained: bool

    def claim(self) -> str:
        """What is said of it."""
        also = "; and for each such l, d, S and tau there are R and A with equality there and f - C = s"
        return (
            f"every R, every S >= 0 with least eigenvalue s and every 0 <= tau <= 1: |grad f|_F^2 >= "
            f"{self.inequality.right()} at every A with all |A_i| <= tau{also if self.attained else ''}"
        )


@dataclass(frozen=True, slots=True)
class CriticalPointsGlobal(ResidualStatement):
    """At every critical point with all |A_i| < r, f = C; also at every one with all I + A_i invertible."""

    landscape: ResidualNetworks
    norm: Fraction
    """r <= 1."""

    def claim(self) -> str:
        """What is said of it."""
        return (
            f"every R and every S >= 0: every critical point A with all I + A_i invertible, so every one with all "
            f"|A_i| < {written(self.norm)}, is a global minimum, with f = C"
        )


@dataclass(frozen=True, slots=True)
class OptimaNearIdentity(ResidualStatement):
    """For R with det R > 0, g = max |log sigma(R)| and l >= k g: some A with f = C and all |A_i| <= (a + b g)/l."""

    landscape: ResidualNetworks
    ratio: Fraction
    """k."""
    bound: tuple[Fraction, Fraction]
    """a, b."""

    def claim(self) -> str:
        """What is said of it."""
        a, b = map(written, self.bound)
        return (
            f"every S >= 0 and every R with det R > 0: with g = max |log sigma| over the singular values sigma of R, "
            f"if l >= {written(self.ratio)} g, there is a global minimum, with f = C, with all "
            f"|A_i| <= ({a} + {b} g)/l"
        )


@dataclass(frozen=True, slots=True)
class OptimumNearIdentity(ResidualStatement):
    """There is an A with f = C and all |A_i| <= tau, whatever S is."""

    landscape: ResidualNetwork
    norm: Fraction
    """tau < 1."""

    def claim(self) -> str:
        """What is said of it; the printed bound is rounded so that it stays true."""
        return f"every S >= 0: there is a global minimum, with f = C, with all |A_i| <= {at_most(self.norm, 8)}"


@dataclass(frozen=True, slots=True)
class NoOptimumNearIdentity(ResidualStatement):
    """f - C >= e s at every A with all |A_i| < 1, and f > C if S > 0."""

    landscape: ResidualNetwork
    excess: Fraction
    """e."""

    def claim(self) -> str:
        """What is said of it."""
        excess = f", and f - C >= {written(self.excess)} s there" if self.excess else ""
        return f"every S > 0 with least eigenvalue s: no A with all |A_i| < 1 is a global minimum{excess}"


@dataclass(frozen=True, slots=True)
class InequalityFails(ResidualStatement):
    """At a point with all |A_i| <= tau, for one S."""

    landscape: ResidualNetwork
    inequality: Inequality
    covariance: Matrix
    """S, (d, d): the lower triangle."""
    point: tuple[Matrix, ...]
    """A_1, ..., A_l."""
    norm: Fraction
    """tau."""

    def claim(self) -> str:
        """What is said of it."""
        return (
            "the given S with least eigenvalue s, and the given A: "
            f"|grad f|_F^2 < {self.inequality.right()}, with tau = {written(self.norm)} and all |A_i| <= tau"
        )


@dataclass(frozen=True, slots=True)
class FactorsWitness(Witness):
    """N_1, ..., N_(l-1), of which I + A_j = N_j N_(j-1)^(-1) with N_0 = I and N_l = R."""

    factors: tuple[Matrix, ...]


@dataclass(frozen=True, slots=True)
class LeastEigenvalueWitness(Witness):
    """A bound s' > 0 of the least eigenvalue of S."""

    least: Fraction


def _shape(landscape: ResidualNetwork) -> tuple[int, int]:
    return len(landscape.target), len(landscape.target)


DEPTHS = Row("layers", Table.of(Depths, *NUMBER_OF_LAYERS), into="depths")
NETWORKS = Table.of(ResidualNetworks, Row("kind", Constant("residual-linear-networks")), DEPTHS)
NETWORK = Table.of(
    ResidualNetwork, Row("kind", Constant("residual-linear-network")), DEPTHS, Row("matrix", SQUARE, into="target")
)


def _not_one(landscape: ResidualNetwork, known: Known) -> str | None:
    depths = landscape.depths
    if depths.at_most != depths.at_least:
        return "layers: one number of layers must be given"
    return f"more than {MAX_LAYERS} layers" if depths.at_least > MAX_LAYERS else None


ONE_DEPTH = Unless(NETWORK, _not_one)
INEQUALITY_TABLE = Table.of(
    Inequality, Row("factor", POSITIVE), Row("shrinking", Count(0, 8)), Row("power", Count(0, 8))
)
NORM = Row("norm", NOT_NEGATIVE)
POINT = exactly(lambda known: known["landscape"].depths.at_least, matrix(lambda known: _shape(known["landscape"])))
INEQUALITY_STATEMENT = statement_of(
    GradientInequality, NETWORKS, INEQUALITY, Row("inequality", INEQUALITY_TABLE), Row("attained", FLAG)
)
CRITICAL_STATEMENT = statement_of(CriticalPointsGlobal, NETWORKS, CRITICAL, Row("norm", POSITIVE))
OPTIMA_STATEMENT = statement_of(
    OptimaNearIdentity, NETWORKS, OPTIMA, Row("ratio", POSITIVE), Row("bound", exactly(2, POSITIVE))
)
OPTIMUM_STATEMENT = statement_of(OptimumNearIdentity, ONE_DEPTH, OPTIMUM, NORM)
NONE_STATEMENT = statement_of(NoOptimumNearIdentity, NETWORK, NONE_NEAR, Row("excess", NOT_NEGATIVE))
FAILS_STATEMENT = statement_of(
    InequalityFails,
    ONE_DEPTH,
    FAILS,
    Row("inequality", INEQUALITY_TABLE),
    Row("covariance", triangle(lambda known: len(known["landscape"].target))),
    Row("point", POINT),
    NORM,
)
FACTORS = exactly(
    lambda known: known["statement"].landscape.depths.at_least - 1,
    matrix(lambda known: _shape(known["statement"].landscape)),
)
FACTORS_WITNESS = witness_of(FactorsWitness, Row("factors", FACTORS))
LEAST_WITNESS = witness_of(LeastEigenvalueWitness, Row("least", POSITIVE))
WITHOUT = PRECISION_ALONE
