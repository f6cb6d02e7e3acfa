"""The kind nearly-orthonormal-teachers: one minimum for all teachers near an orthonormal one, and for random ones."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from ..critical_points import MAX_UNKNOWNS_HERE
from ..fields import MAX_NEURONS, MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field
from ..intervals import Interval, Matrix, Vector, norm, pi, smallness
from ..kernels import RELU
from ..outcomes import Clock, Open, decide, named
from ..population import Landscape, Loss
from ..rational import Rationals, exact_dot
from ..signs import Symmetric, gram, has_negative, is_positive_definite, spectral_norm
from ..slopes import slopes
from ..words import at_least, at_most

MAX_RANDOM_TEACHERS = 16


@dataclass(frozen=True)
class RandomTeachers:
    """All but the fraction `delta` of the teachers of random unit vectors, from the input dimension `least` on."""

    delta: Fraction
    least: Fraction

    def prove(self, k: int, rho: Fraction, precision: int) -> None:
        """The rule random-teachers: D rho^2 / (2 (1 + rho) q) = x > 1 and (q / 2) (x - 1 - log x) >= -log delta."""
        q = k * (k - 1) // 2
        x = self.least * rho**2 / (2 * (1 + rho) * q)
        decide(x > 1, x <= 1, "D rho^2 / (2 (1 + rho) q) is above 1")
        bits = 64 + 2 * precision + 2 * smallness(x - 1) + smallness(1 - self.delta)
        log, against = Interval.of(x, bits).log(), Interval.of(1 / self.delta, bits).log()
        twice = q * (Interval.of(x - 1, bits) - log)
        decide(2 * against <= twice, twice < 2 * against, "the fraction of the other teachers is as small as claimed")


@dataclass(frozen=True)
class NearlyOrthonormalTeachers:
    """What a certificate of this kind claims, and its witness: `eigenvalue` is lambda, `response` c'."""

    k: int
    rho: Fraction
    center: Rationals
    radius: Fraction
    hessian: Fraction
    loss: Fraction
    random: list[RandomTeachers]
    precision: int
    eigenvalue: Fraction
    response: Fraction

    claimed = "spurious-local-minimum"

    def sentence(self) -> str:
        """What was proved; the numbers are those of the file."""
        random = (
            f"; {self.k} random unit vectors in d >= {at_most(entry.least)} are one with probability >= 1 - "
            f"{at_most(entry.delta)}"
            for entry in self.random
        )
        return (
            f"{self.claimed} (n = {len(self.center)}, ReLU) for every d >= {self.k} and every teacher of k = {self.k} "
            f"neurons with |G - I|_F <= {at_least(self.rho)}, within {at_most(self.radius)} of the center up to a "
            f"rotation, loss >= {at_least(self.loss)}, Hessian >= {at_least(self.hessian)}{''.join(random)}"
        )

    @property
    def _bits(self) -> int:
        """Any number of bits is right; these keep the digits of the smallest number."""
        numbers = (self.rho, self.radius, self.hessian, self.loss, self.eigenvalue, self.response)
        return 64 + self.precision + 2 * max(map(smallness, numbers))

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved: what is decided soonest first."""
        n = len(self.center)
        decide(n >= self.k, True, "there are as many student neurons as the teacher has")
        if n * self.k > MAX_UNKNOWNS_HERE:
            raise Open(f"{n * self.k} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        for i, row in enumerate(self.center):
            kept = exact_dot(row, row, clock) > self.radius**2
            decide(kept, not kept, f"student neuron {i} does not vanish within the radius")
        for place, entry in enumerate(self.random):
            with named(f"random_teachers[{place}]"):
                entry.prove(self.k, self.rho, self.precision)
        c = [[Interval.of(x, self._bits) for x in row] for row in self.center]
        V = [[Fraction(i == j) for j in range(self.k)] for i in range(self.k)]
        at = Loss(Landscape(RELU, V, True, n), c, self._bits, 2, clock)
        self._not_global(at.value())
        H = at.hessian()
        self._minimum(c, H, norm(at.gradient()), clock)
        self._definite(H, clock)
        self._response(H, at, clock)

    def _exact(self, x: Fraction | int) -> Interval:
        return Interval.of(x, self._bits)

    def _eta(self) -> Interval:
        """rho / (1 + sqrt(1 - rho)), which is at least |D|_F."""
        return self._exact(self.rho) / (1 + self._exact(1 - self.rho).sqrt())

    def _reach(self, n: int) -> tuple[Interval, Interval]:
        """sqrt(n) R and sqrt(k) eta."""
        return self._exact(n).sqrt() * self._exact(self.radius), self._exact(self.k).sqrt() * self._eta()

    def _not_global(self, F: Interval) -> None:
        """6: x = sqrt(2 F(c)) - sqrt(n) R - sqrt(k) eta is positive, and x^2 / 2 is at least l."""
        sn, sk = self._reach(len(self.center))
        x = (2 * F).nonnegative().sqrt() - sn - sk
        decide(x.lo > 0, x.hi <= 0, "the loss is positive within the radius")
        square, least = x.square(), self._exact(2 * self.loss)
        decide(least <= square, square < least, "the loss is at least as large as claimed")

    def _minimum(self, c: Matrix, H: Matrix, gradient: Interval, clock: Clock) -> None:
        """4 and 5. What is refuted is false for each row z that L can be formed with."""
        n, R, eta, size = len(c), self._exact(self.radius), self._eta(), self._exact(self.eigenvalue)
        found = slopes(c, R, eta, self._own_norms(H, clock), clock)
        z = max(range(n), key=lambda i: found.g[i].hi)  # |c_z| is the least
        L, turn = found.student(z, clock), found.teacher * eta
        remainder = self._exact(n).sqrt() * eta.square() / (2 * pi(self._bits) * (1 + -eta))
        start = gradient + remainder + size * self._exact(self.response) * eta

        def left(L: Interval) -> Interval:
            """lambda - L R - M eta."""
            return size - L * R - turn

        def step(L: Interval) -> Interval:
            """lambda R less the left side of 5."""
            return size * R - start - (Interval(L.lo >> 1, -(-L.hi >> 1), L.bits) * R + turn) * R

        least = self._exact(self.hessian)
        if not (least <= left(L) and step(L).lo > 0):
            L = found.students(clock)
        decide(least <= left(L), left(L) < least, "the Hessian is at least as large as claimed within the radius")
        decide(step(L).lo > 0, step(L).hi <= 0, "a step of Newton's method stays within the radius")

    def _own_norms(self, H: Matrix, clock: Clock) -> Vector:
        """Those of H_ii - I/2."""
        half, norms = self._exact(Fraction(1, 2)), []
        for start in range(0, len(H), self.k):
            block = [row[start : start + self.k] for row in H[start : start + self.k]]
            norms.append(spectral_norm(less(block, half), clock))
        return norms

    def _definite(self, H: Matrix, clock: Clock) -> None:
        """2: H - lambda I is positive definite."""
        prove_definite("the Hessian at the center, less lambda,", less(H, self._exact(self.eigenvalue)), clock)

    def _response(self, H: Matrix, at: Loss, clock: Clock) -> None:
        """3: c'^2 H^2 - B' B'^T is positive definite.

        The columns (j, a) and (a, j) of B' are equal. So 2 B' B'^T is made of the columns (j, j), twice, and the sums
        of the columns (j, a) and (a, j) of B, j < a.
        """
        size = range(self.k)
        single: Matrix = []
        double: Matrix = []
        for i in range(len(self.center)):
            blocks = [at.with_teacher(i, j) for j in size]
            for b in size:
                single.append([blocks[j][b][j] for j in size])
                double.append([blocks[j][b][a] + blocks[a][b][j] for j, a in combinations(size, 2)])
        square, once, twice = gram(H, clock), gram(single, clock), gram(double, clock)
        factor = self._exact(2 * self.response**2)
        rows = zip(square, once, twice, strict=True)
        difference = [[factor * h - (2 * s + d) for h, s, d in zip(*row, strict=True)] for row in rows]
        prove_definite("c'^2 H^2 - B' B'^T", difference, clock)


def less(H: Matrix, shift: Interval) -> Matrix:
    """H - shift I."""
    return [[x - shift if a == b else x for b, x in enumerate(row)] for a, row in enumerate(H)]


def prove_definite(what: str, H: Matrix, clock: Clock) -> None:
    """Each symmetric matrix in H is positive definite. Refuted if each has a negative eigenvalue."""
    M = Symmetric.enclosing(H)
    if not is_positive_definite(M.bound(-1), M.bits, clock):
        decide(False, has_negative(M, clock), f"{what} is positive definite")


def read_nearly_orthonormal_teachers(statement: Field, witness: Field) -> NearlyOrthonormalTeachers:
    """A statement of the kind nearly-orthonormal-teachers with its witness."""
    fields = statement.members(
        "landscape",
        "property",
        "input_dimension",
        "region",
        "hessian_lower_bound",
        "loss_lower_bound",
        "random_teachers",
    )
    land = fields["landscape"].members("kind", "activation", "teacher", "neurons")
    land["activation"].word("relu")
    teacher = land["teacher"].members("neurons", "distance")
    k, n = teacher["neurons"].integer(2, MAX_NEURONS), land["neurons"].integer(1, MAX_NEURONS)
    if n + k > MAX_NEURONS:
        land["neurons"].fail(f"more neurons than {MAX_NEURONS}")
    if n * k > MAX_UNKNOWNS:
        land["neurons"].fail(f"more unknowns than {MAX_UNKNOWNS}")
    fields["property"].word(NearlyOrthonormalTeachers.claimed)
    fields["input_dimension"].members("at_least")["at_least"].integer(k, k)
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball")
    given = witness.members("precision", "eigenvalue", "response")
    return NearlyOrthonormalTeachers(
        k=k,
        rho=_below_one(teacher["distance"]),
        center=region["center"].matrix(n, k),
        radius=region["radius"].signed(1),
        hessian=fields["hessian_lower_bound"].signed(1),
        loss=fields["loss_lower_bound"].signed(1),
        random=[_read_random(entry, k) for entry in fields["random_teachers"].entries(0, MAX_RANDOM_TEACHERS)],
        precision=given["precision"].integer(MIN_PRECISION, MAX_PRECISION),
        eigenvalue=given["eigenvalue"].signed(1),
        response=given["response"].signed(1),
    )


def _read_random(field: Field, k: int) -> RandomTeachers:
    parts = field.members("fraction", "input_dimension")
    dimension = parts["input_dimension"].members("at_least")["at_least"]
    least = dimension.number()
    if least.denominator > 1 or least < k:
        dimension.fail(f"must be an integer, at least {k}")
    return RandomTeachers(_below_one(parts["fraction"]), least)


def _below_one(field: Field) -> Fraction:
    """An exact number between 0 and 1."""
    number = field.signed(1)
    if number >= 1:
        field.fail("must be below 1")
    return number
