"""What is true of a random audit's claims: the loss written again, in rationals or 60 digits, and tried by brute force.

Nothing of the checker, the provers or the landscapes is used. A verdict is called wrong only by what is evaluated here
exactly (rationals) or to 60 digits; what is looked for in float64 is confirmed so before it counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from mpmath import mp, mpf

Document = dict[str, Any]
Vector = Sequence[Any]
Landscape = dict[str, Any]

mp.dps = 60
STEPS = (36, 44, 52), (70, 80, 90)
"""Exponents of steps along a direction of descent; the small ones for slopes that the curvature soon outweighs."""
SAME = mpf(10) ** -45
"""Two numbers of 60 digits so close are not told apart."""
RATIONAL = ("identity", "relu", "square")
PIECES = {"identity": (1, 1), "relu": (0, 1)}


class Loss:
    """F as the documents define it, for one landscape of a claims file."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.fixed = {index: Fraction(value) for index, value in landscape["fixed"]}
        names = [landscape["output"], *[landscape["activation"]] * (len(landscape["widths"]) > 1)]
        self.is_rational = landscape["loss"] == "squares" and all(
            name in RATIONAL or isinstance(name, dict) for name in names
        )
        self.widths = [len(landscape["inputs"][0]), *landscape["widths"]]
        self._converted: dict[Any, tuple[Any, ...]] = {}
        self.has_kink = any(name == "relu" or isinstance(name, dict) for name in names)

    def exactly(self, point: Vector) -> Any:
        """F in rationals, or to 60 digits."""
        return self._value(point, Fraction if self.is_rational else _digits)

    def roughly(self, point: Vector) -> float:
        """F in float64."""
        try:
            return float(self._value(point, float))
        except OverflowError:
            return float("inf")

    def _value(self, point: Vector, number: Callable[[Any], Any]) -> Any:
        if number not in self._converted:
            self._converted[number] = self._convert(number)
        inputs, targets, fixed, scale, halves = self._converted[number]
        given = iter(point)
        theta = [fixed[i] if i in fixed else number(next(given)) for i in range(len(halves))]
        total = number(0)
        for x, y in zip(inputs, targets, strict=True):
            total += _loss(self.landscape["loss"], self._forward(x, theta, self.widths, number), y, number)
        total *= scale
        for index, entry in enumerate(theta):
            if halves[index] and index not in fixed:
                total += halves[index] * entry * entry
        return total

    def _convert(self, number: Callable[[Any], Any]) -> tuple[Any, ...]:
        """Data, fixed parameters, the factor and half of each decay, as such numbers."""
        a, pairs = self.landscape, list(zip(self.widths, self.widths[1:], strict=False))
        rates: list[Fraction] = []
        for m, n in pairs:
            rates += [Fraction(a["weight_decay"])] * (m * n) + [Fraction(a["bias_decay"])] * (n * a["biases"])
        scale = {"half-sum": Fraction(1, 2), "sum": Fraction(1), "mean": Fraction(1, len(a["inputs"]))}[a["scale"]]
        return (
            [[number(Fraction(entry)) for entry in row] for row in a["inputs"]],
            [[number(Fraction(entry)) for entry in row] for row in a["targets"]],
            {index: number(value) for index, value in self.fixed.items()},
            number(scale),
            [number(rate / 2) for rate in rates],
        )

    def _forward(self, row: list[Any], theta: list[Any], widths: list[int], number: Callable[[Any], Any]) -> list[Any]:
        a, start = self.landscape, 0
        for layer, (m, n) in enumerate(zip(widths, widths[1:], strict=False)):
            name = a["output"] if layer == len(widths) - 2 else a["activation"]
            z = []
            for unit in range(n):
                total = theta[start + m * n + unit] if a["biases"] else number(0)
                for source in range(m):
                    total += theta[start + unit * m + source] * row[source]
                z.append(total)
            start += (m + a["biases"]) * n
            after = [_activation(name, entry, number) for entry in z]
            is_skipped = a["residual"] and n == m and layer < len(widths) - 2
            row = [x + y for x, y in zip(after, row, strict=True)] if is_skipped else after
        return row


def _digits(entry: Any) -> Any:
    return mpf(entry.numerator) / entry.denominator if isinstance(entry, Fraction) else mpf(entry)


def _activation(name: Any, z: Any, number: Callable[[Any], Any]) -> Any:
    if isinstance(name, dict):
        ((kind, given),) = name.items()
        low, high = (given, 1) if kind == "leaky-relu" else given
        return z * number(Fraction(high if z > 0 else low))
    if name in PIECES:
        return z * PIECES[name][z > 0]
    if name == "square":
        return z * z
    z = mpf(z)
    value = {
        "tanh": mp.tanh,
        "sigmoid": lambda t: 1 / (1 + mp.exp(-t)),
        "softplus": lambda t: mp.log1p(mp.exp(t)),
        "arctan": mp.atan,
    }[name](z)
    return number(value)


def _loss(kind: str, f: list[Any], y: list[Any], number: Callable[[Any], Any]) -> Any:
    if kind == "squares":
        return sum(((a - b) * (a - b) for a, b in zip(f, y, strict=True)), number(0))
    if kind == "logistic":
        return sum((number(mp.log1p(mp.exp(-mpf(b) * mpf(a)))) for a, b in zip(f, y, strict=True)), number(0))
    most = max(mpf(a) for a in f)
    level = most + mp.log(sum(mp.exp(mpf(a) - most) for a in f))
    return sum((b * number(level - mpf(a)) for a, b in zip(f, y, strict=True)), number(0))


def falsehood(loss: Loss, claim: Document, found: Document) -> str | None:
    """What is false about a verdict on a claim of a file; None where nothing was found."""
    if found["verdict"] == "undecided":
        return None
    files = [json.loads(Path(path).read_text(encoding="utf-8")) for path in found["certificates"]]
    if not files:
        return "there is no certificate"
    p = [Fraction(entry) for entry in claim["point"]]
    reach = Fraction(claim.get("within", 0 if loss.is_rational else Fraction(1, 1000)))
    judged = _Judged(loss, claim, p, reach, files)
    if found["verdict"] == "refuted" and "within" not in claim and reach and claim["property"] in WITHIN:
        if not judged.is_exactly_critical():
            return "refuted on a default"
        judged.reach = Fraction(0)  # the claim is of the point itself: docs/AUDIT.md
    return judged.proved() if found["verdict"] == "proved" else judged.refuted()


WITHIN = (
    "local-minimum",
    "suboptimal-local-minimum",
    "strict-local-minimum",
    "global-minimum",
    "saddle",
    "no-critical-point",
)


class _Judged:
    def __init__(self, loss: Loss, claim: Document, point: Vector, reach: Fraction, files: list[Document]) -> None:
        self.loss, self.claim, self.point, self.reach, self.files = loss, claim, point, reach, files
        self.random = Random(0)
        self.here = loss.exactly(point)

    def is_exactly_critical(self) -> bool:
        """Whether the gradient at the given point is 0 to 35 digits, and no unit is on a kink."""
        slopes = self._gradient(self.point)
        return max(map(abs, slopes), default=mpf(0)) < mpf(10) ** -35 and self._is_smooth(
            [_digits(entry) for entry in self.point]
        )

    # What must hold where a claim is proved

    def proved(self) -> str | None:
        """A counterexample to the claim, near the point of its certificate."""
        name = self.claim["property"]
        if name == "value":
            return None if self._is_claimed(self.here) else f"the loss is {self.here}"
        if name in ("not-a-local-minimum", "not-a-global-minimum"):
            if not self._is_claimed(self.here):
                return f"the loss is {self.here}"
            return self._beaten(self.point, 0, near=name == "not-a-local-minimum")
        if name == "no-critical-point":
            return self._critical_within_reach()
        q, radius = self._place()
        if _distance_square(self.point, q) > self.reach**2:
            return "the point of the certificate is out of reach"
        value = self.loss.exactly(q)
        if not self._is_claimed(value, SAME if not radius else mpf(10) ** -8):
            return f"the loss is {value}"
        if name == "global-minimum":
            return None if abs(_digits(value)) < SAME else f"the loss is {value}"
        if name == "saddle":
            return self._no_saddle(q, value)
        return self._no_minimum(q, value, radius) or (
            self._beaten(q, 0, near=False) if name == "suboptimal-local-minimum" else None
        )

    def _place(self) -> tuple[list[Fraction], Fraction]:
        """The point of the certificates, and how far the true one may be from it."""
        for document in reversed(self.files):
            if "point" in document["statement"]:
                return [_exact(entry) for entry in document["statement"]["point"][0]], Fraction(0)
        region = self.files[0]["statement"]["region"]
        return [_exact(entry) for entry in region["center"][0]], _exact(region["radius"])

    def _is_claimed(self, value: Any, slack: Any = SAME) -> bool:
        if "loss" not in self.claim:
            return True
        claimed = self.claim["loss"]
        low, high = claimed if isinstance(claimed, list) else (claimed, claimed)
        return bool(_digits(Fraction(low)) - slack <= _digits(value) <= _digits(Fraction(high)) + slack)

    def _beaten(self, q: Vector, radius: Fraction, near: bool) -> str | None:
        """Whether no witness of the certificates has a smaller loss."""
        value = self.loss.exactly(q)
        for document in self.files:
            witness = document["witness"]
            if "better_point" in witness and not near:
                better = [_exact(entry) for entry in witness["better_point"][0]]
                if self.loss.exactly(better) < value:
                    return None
            if "descent" in witness:
                step = [_exact(entry) for entry in witness["descent"]["direction"][0]]
                if any(all(self.loss.exactly(_along(q, step, 2**-k)) < value for k in steps) for steps in STEPS):
                    return None
        return "no witness has a smaller loss"

    def _no_minimum(self, q: Vector, value: Any, radius: Fraction) -> str | None:
        if radius:  # a point lower than the boundary of the ball around it
            for step in self._steps(len(q), float(radius)):
                if self.loss.exactly(_along(q, step, 1)) <= value:
                    return "the loss on the sphere around is not larger"
            return None
        for length in (1e-3, 1e-5, 1e-7):
            for step in self._steps(len(q), length):
                other = _along(q, step, 1)
                if self.loss.roughly(other) <= float(value) and self.loss.exactly(other) < value - _rounding(value):
                    return f"the loss falls nearby, by {float(value - self.loss.exactly(other))} at {length}"
        return None

    def _no_saddle(self, q: Vector, value: Any) -> str | None:
        witness = self.files[0]["witness"]
        names = ("negative_direction", "positive_direction")
        if names[0] in witness:
            down, up = ([_exact(entry) for row in witness[name] for entry in row] for name in names)
        else:
            down, up = ([_exact(e) for e in witness[name]["direction"][0]] for name in ("descent", "ascent"))
        size = mpf(10) ** -6
        for step, sign in ((down, -1), (up, 1)):
            sides = [_digits(self.loss.exactly(_along(q, step, t))) - _digits(value) for t in (2**-17, -(2**-17))]
            if not sign * (sides[0] + sides[1]) > 0:
                return "the loss does not bend as it should"
            if abs(sides[0] - sides[1]) > size:
                return "the point is not critical"
        return None

    # What must not hold where a claim is refuted

    def refuted(self) -> str | None:
        """Evidence for the claim."""
        name = self.claim["property"]
        if name == "value":
            return "the loss is the claimed one" if self._is_claimed(self.here, 0) else None
        is_zero = abs(_digits(self.here)) < SAME if self.loss.is_rational else self.here == 0
        if name.startswith("not-a"):
            if not self._is_claimed(self.here):
                return None
            if is_zero:
                return None
            if name == "not-a-global-minimum":
                return "refuted, and the loss is not 0"
            return None if self._falls_nearby() is None else "the loss falls nearby"
        if name == "no-critical-point":
            return self._not_critical()
        if is_zero and self._is_claimed(self.here):
            if name in ("local-minimum", "global-minimum"):
                return "the loss is 0 at the given point"
            return None
        if name == "saddle":
            return self._saddle_within_reach()
        if name == "global-minimum":
            return None
        return self._minimum_within_reach()

    def _falls_nearby(self) -> Vector | None:
        for length in (1e-2, 1e-4, 1e-6):
            for step in self._steps(len(self.point), length):
                other = _along(self.point, step, 1)
                if length < 1e-5 and self.loss.exactly(other) < self.here - _rounding(self.here):
                    return other
        return None

    def _not_critical(self) -> str | None:
        q, _ = self._place()
        slopes = self._gradient(q)
        size = max((abs(entry) for entry in slopes), default=mpf(0))
        return None if size < 1e-6 else f"the gradient is {float(size)} at the certificate's point"

    def _critical_within_reach(self) -> str | None:
        """Newton's method from the given point, in 60 digits."""
        q = self._newton()
        if q is None or _distance_square(self.point, q) > self.reach**2:
            return None
        return f"there is a critical point: {[float(entry) for entry in q]}"

    def _saddle_within_reach(self) -> str | None:
        q = self._newton()
        if q is None or _distance_square(self.point, q) > self.reach**2 or not self._is_claimed(self._value(q)):
            return None
        values = [mpf(entry) for entry in mp.eigsy(self._hessian(q), eigvals_only=True)]
        return "there is a saddle" if min(values) < -1e-6 and max(values) > 1e-6 else None

    def _minimum_within_reach(self) -> str | None:
        q = self._newton()
        if q is None or _distance_square(self.point, q) > self.reach**2 or not self._is_claimed(self._value(q)):
            return None
        values = [mpf(entry) for entry in mp.eigsy(self._hessian(q), eigvals_only=True)]
        is_known = self.claim["property"] != "suboptimal-local-minimum"
        return "there is a strict minimum" if is_known and min(values) > 1e-6 else None

    def _newton(self) -> list[Any] | None:
        """A critical point within reach at which the loss is smooth, found from the given point."""
        start = self._newton_roughly()
        if start is None:
            return None
        q = [mpf(entry) for entry in start]
        for _ in range(8):
            slopes = self._gradient(q)
            size = max((abs(entry) for entry in slopes), default=mpf(0))
            if size < mpf(10) ** -18:
                return q if self._is_smooth(q) else None
            try:
                step = mp.lu_solve(self._hessian(q), -mp.matrix(slopes))
            except (ZeroDivisionError, TypeError, ValueError):  # mpmath's answers to a singular matrix
                return None
            q = [a + b for a, b in zip(q, step, strict=True)]
        return None

    def _newton_roughly(self) -> list[float] | None:
        """The same in float64: only what comes near is looked at with 60 digits."""
        q = np.array([float(entry) for entry in self.point])
        start, axes = q, np.eye(len(q))

        def slopes(at: np.ndarray) -> np.ndarray:
            h = 1e-6
            return np.array([self.loss.roughly(at + h * e) - self.loss.roughly(at - h * e) for e in axes]) / (2 * h)

        for _ in range(12):
            h = 1e-4
            hessian = np.array([(slopes(q + h * e) - slopes(q - h * e)) / (2 * h) for e in axes])
            slope = slopes(q)
            if not (np.isfinite(hessian).all() and np.isfinite(slope).all()):
                return None
            step = np.linalg.lstsq(hessian, -slope, rcond=1e-10)[0]
            q = q + step
            if np.linalg.norm(q - start) > 3 * float(self.reach) + 1:
                return None
            if np.abs(step).max() < 1e-7:
                break
        near = np.linalg.norm(q - start) <= float(self.reach) * 1.01 + 1e-5
        return [float(entry) for entry in q] if near else None

    def _is_smooth(self, q: Vector) -> bool:
        """Whether the differences on both sides agree, so that no unit is on its kink."""
        if not self.loss.has_kink:
            return True
        value, h = self._value(q), mpf(10) ** -10
        for index in range(len(q)):
            forward, backward = ([*q[:index], q[index] + s * h, *q[index + 1 :]] for s in (1, -1))
            if abs(self._value(forward) + self._value(backward) - 2 * value) > 1e3 * h * h:
                return False
        return True

    def _value(self, q: Vector) -> Any:
        return self.loss._value(q, _digits)

    def _gradient(self, q: Vector) -> list[Any]:
        q, h = [_digits(entry) for entry in q], mpf(10) ** -20
        found = []
        for index in range(len(q)):
            forward, backward = ([*q[:index], q[index] + s * h, *q[index + 1 :]] for s in (1, -1))
            found.append((self._value(forward) - self._value(backward)) / (2 * h))
        return found

    def _hessian(self, q: Vector) -> Any:
        q, h = [_digits(entry) for entry in q], mpf(10) ** -15
        rows = []
        for index in range(len(q)):
            forward, backward = ([*q[:index], q[index] + s * h, *q[index + 1 :]] for s in (1, -1))
            pairs = zip(self._gradient(forward), self._gradient(backward), strict=True)
            rows.append([(a - b) / (2 * h) for a, b in pairs])
        matrix = mp.matrix(rows)
        return (matrix + matrix.T) / 2

    def _steps(self, size: int, length: float) -> Iterator[list[Fraction]]:
        """Steps of about this length along axes, into corners and at random."""
        for index in range(size):
            for sign in (1, -1):
                yield [Fraction(sign * length * (i == index)) for i in range(size)]
        for _ in range(24):
            step = [self.random.gauss(0, 1) for _ in range(size)]
            norm = sum(entry * entry for entry in step) ** 0.5
            yield [Fraction(length * entry / norm) for entry in step]
        for _ in range(12):
            signs = [self.random.choice((-1, 0, 1)) for _ in range(size)]
            norm = sum(map(abs, signs)) ** 0.5
            if norm:
                yield [Fraction(length * sign / norm) for sign in signs]


def _rounding(value: Any) -> Any:
    """What a rational loss may not differ by is nothing; one of 60 digits, by rounding."""
    return 0 if isinstance(value, Fraction) else SAME


def _along(q: Vector, step: Vector, t: float) -> list[Any]:
    return [_sum(a, b, t) for a, b in zip(q, step, strict=True)]


def _sum(a: Any, b: Any, t: float) -> Any:
    change = Fraction(b) * Fraction(t)
    return a + change if isinstance(a, Fraction) else a + _digits(change)


def _distance_square(a: Vector, b: Vector) -> Any:
    if all(isinstance(entry, Fraction) for entry in b):
        return sum(((x - y) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))
    square = sum(((_digits(x) - _digits(y)) ** 2 for x, y in zip(a, b, strict=True)), mpf(0))
    return Fraction(float(square)) if square > SAME else Fraction(0)


def _exact(text: str) -> Fraction:
    """A number of a certificate: an integer, p/q or m*2^e."""
    mantissa, _, exponent = text.partition("*2^")
    return Fraction(mantissa) * Fraction(2) ** int(exponent or 0)
