"""The oracle of the tests: its kernels are the expectations that they stand for."""

from __future__ import annotations

from fractions import Fraction
from math import erf, exp, pi, sqrt

import pytest

from tests.checker.oracle import Oracle, mp


@pytest.mark.parametrize("slope", ["erf", Fraction(0), Fraction(1, 10), Fraction(-1)])
@pytest.mark.parametrize(("w", "v"), [((1.0, 0.5), (-0.25, 1.0)), ((1.0, 2.0), (2.0, 4.0)), ((1.0, 0.0), (-0.5, 0.0))])
def test_kernels_are_expectations(slope: Fraction | str, w: tuple[float, float], v: tuple[float, float]) -> None:
    """The expectation by the trapezoidal rule on [-8, 8]^2."""

    def sigma(z: float) -> float:
        return erf(z) if slope == "erf" else max(z, 0) + float(slope) * min(z, 0)

    h, total = 0.05, 0.0
    nodes = [h * i for i in range(-160, 161)]
    weights = [h * exp(-x * x / 2) / sqrt(2 * pi) for x in nodes]
    for x, a in zip(nodes, weights, strict=True):
        total += a * sum(
            b * sigma(w[0] * x + w[1] * y) * sigma(v[0] * x + v[1] * y) for y, b in zip(nodes, weights, strict=True)
        )
    assert float(Oracle(slope).kernel(list(map(mp.mpf, w)), list(map(mp.mpf, v)))) == pytest.approx(total, abs=2e-4)
