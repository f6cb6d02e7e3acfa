"""Networks with quadratic activation: trained points, and certificates of what they are.

f(x) = sum_j (w_j.x)^2, L(W) = 1/(2n) sum_i (f(x_i) - y_i)^2 + (decay/2) |W|^2 + <C, W^T W>. In M = W^T W the loss is
convex, so a dual point certifies global optimality: docs/SDP.md, "Quadratic networks".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import minimize

from verify.checker.public import Matrix, Reason, Verified, Witness
from verify.checker.statements.quadratic_network import (
    BetterPointWitness,
    DirectionWitness,
    GlobalMinima,
    MultiplierWitness,
    NegativeCurvature,
    QuadraticStatement,
    SpuriousMinimum,
)
from verify.checker.statements.quadratic_network import QuadraticNetwork as QuadraticLandscape
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.rounding import ceil, floor, on_grid
from verify.producer.sdp.instance import Array
from verify.producer.trust import verdict_on

PRECISION = 128
BITS = 60
SHRINK = (1e-13, 1e-12, 1e-11, 1e-10, 1e-9)
"""How much smaller than the residuals, relatively, the multipliers are taken, so that S is definite."""
RADII = (1e-3, 1e-4, 1e-5, 1e-6)


@dataclass(frozen=True)
class QuadraticNetwork:
    """A data set, and the width of the network that learns it."""

    inputs: Array
    """(n, d), rows are the x_i."""
    targets: Array
    """(n,)."""
    width: int
    """k."""
    decay: float = 0.0
    perturbation: Array | None = None
    """C, (d, d), symmetric."""

    @property
    def regularizer(self) -> Array:
        """(decay/2) I + C, (d, d)."""
        d = self.inputs.shape[1]
        C = np.zeros((d, d)) if self.perturbation is None else self.perturbation
        result: Array = self.decay / 2 * np.eye(d) + C
        return result

    def residuals(self, W: Array) -> Array:
        """f(x_i) - y_i, (n,). W: (k, d), rows are neurons."""
        result: Array = ((self.inputs @ W.T) ** 2).sum(axis=1) - self.targets
        return result

    def multiplier_matrix(self, multipliers: Array) -> Array:
        """S, (d, d)."""
        result: Array = (self.inputs.T * multipliers) @ self.inputs / len(self.targets) + self.regularizer
        return result

    def value(self, W: Array) -> float:
        """L(W)."""
        return float((self.residuals(W) ** 2).mean() / 2 + np.sum((W @ self.regularizer) * W))

    def gradient(self, W: Array) -> Array:
        """2 W S, (k, d)."""
        result: Array = 2 * W @ self.multiplier_matrix(self.residuals(W))
        return result

    def hessian(self, W: Array) -> Array:
        """(k d, k d), unknowns row by row."""
        outer = ((self.inputs @ W.T)[:, :, None] * self.inputs[:, None, :]).reshape(len(self.targets), -1)
        matrix = self.multiplier_matrix(self.residuals(W))
        result: Array = np.kron(np.eye(len(W)), 2 * matrix) + 4 * outer.T @ outer / len(self.targets)
        return result

    def train(self, runs: int, seed: int) -> Iterator[Array]:
        """End points of a local search from random starts, each (k, d)."""
        random = np.random.default_rng(seed)
        shape = self.width, self.inputs.shape[1]
        for _ in range(runs):
            found = minimize(
                lambda w: (self.value(w.reshape(shape)), self.gradient(w.reshape(shape)).ravel()),
                random.normal(size=shape).ravel() / np.sqrt(shape[1]),
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": 20_000, "ftol": 0.0, "gtol": 1e-10},
            )
            W = found.x.reshape(shape)
            for _ in range(5):  # Newton, along the orbit of the orthogonal group by least squares
                step = np.linalg.lstsq(self.hessian(W), -self.gradient(W).ravel(), rcond=1e-10)[0].reshape(shape)
                if self.value(W + step) > self.value(W):
                    break
                W = W + step
            yield W

    def landscape(self) -> QuadraticLandscape:
        """What a statement about it is about; float64 numbers are taken exactly."""
        d = self.inputs.shape[1]
        C = np.zeros((d, d)) if self.perturbation is None else self.perturbation
        return QuadraticLandscape(
            inputs=_fractions(self.inputs),
            targets=tuple(Fraction(float(entry)) for entry in self.targets),
            width=self.width,
            decay=Fraction(self.decay),
            given_perturbation=tuple(row[: i + 1] for i, row in enumerate(_fractions(C))),
        )


def certify_global(network: QuadraticNetwork, points: Sequence[Array], gap: float = 1e-8) -> Certificate:
    """A certificate that each point, (k, d), has a loss within `gap` (1 + |L|) of the global minimum.

    Raises NotCertified: then a point may be spurious, or S is too indefinite for these multipliers.
    """
    exact = tuple(tuple(tuple(on_grid(entry, BITS) for entry in row) for row in _fractions(W)) for W in points)
    values = [network.value(W) for W in points]
    best = points[int(np.argmin(values))]
    high = ceil(Fraction(max(values) + 1e-14 * (1 + abs(max(values)))), 60)
    reasons = "no multipliers were found with a positive definite matrix S"
    for shrink in SHRINK:
        multipliers = tuple(Fraction(float(entry)) for entry in (1 - shrink) * network.residuals(best))
        if np.linalg.eigvalsh(network.multiplier_matrix(np.array([float(u) for u in multipliers])))[0] <= 0:
            continue
        pairs = zip(multipliers, map(Fraction, map(float, network.targets)), strict=True)
        low = floor(-sum((u * u / 2 + u * y for u, y in pairs), Fraction(0)) / len(multipliers), 60)
        if float(high - low) > gap * (1 + abs(float(high))):
            reasons = "no multipliers were found with a dual bound within the gap of all points"
            continue
        claim = GlobalMinima(network.landscape(), "global-minimum", (low, high), exact)
        return _certificate(claim, MultiplierWitness(PRECISION, multipliers))
    least = float(np.linalg.eigvalsh(network.multiplier_matrix(network.residuals(best)))[0])
    raise NotCertified(reasons, {"least_eigenvalue": least, "spread": max(values) - min(values)}, Reason.NO_CANDIDATE)


def certify_negative_curvature(network: QuadraticNetwork, point: Array) -> Certificate:
    """A certificate that the Hessian has a negative eigenvalue at a point, (k, d), and how small the gradient is there.

    For an exactly critical point the gradient's bound is 0, and the point a strict saddle. Raises NotCertified.
    """
    values, vectors = np.linalg.eigh(network.hessian(point))
    if values[0] >= 0:
        raise NotCertified(
            "no negative eigenvalue of the Hessian was found in floating point",
            {"least_eigenvalue": float(values[0])},
            Reason.NO_CANDIDATE,
        )
    direction = vectors[:, 0].reshape(point.shape)
    size = float(np.linalg.norm(network.gradient(point)))
    claim = NegativeCurvature(
        network.landscape(),
        "negative-curvature",
        _fractions(point),
        gradient_bound=ceil(Fraction(1.01 * size + (1e-13 if size else 0.0)), 20),
        curvature=ceil(Fraction(0.99 * float(values[0])), 20),
    )
    return _certificate(claim, DirectionWitness(PRECISION, _fractions(direction)))


def certify_spurious(network: QuadraticNetwork, point: Array, better: Array) -> Certificate:
    """A certificate of a strict local minimum near a point, (k, d), that is not global. Raises NotCertified.

    For k >= 2 a minimum other than 0 is never strict: W and Q W have one loss for every orthogonal Q.
    """
    least = float(np.linalg.eigvalsh(network.hessian(point))[0])
    value = network.value(point)
    if least <= 0 or network.value(better) >= value:
        measured = {"least_eigenvalue": least, "better_by": value - network.value(better)}
        raise NotCertified(
            "in floating point, the Hessian is not positive definite, or the other point is not better",
            measured,
            Reason.NO_CANDIDATE,
        )
    m = floor(Fraction(least / 2), 20)
    margin = 1e-3 * (value - network.value(better))
    for radius in RADII:
        claim = SpuriousMinimum(
            network.landscape(),
            "spurious-local-minimum",
            center=_fractions(point),
            radius=Fraction(radius),
            value=(floor(Fraction(value - margin), 40), ceil(Fraction(value + margin), 40)),
            hessian_lower_bound=m,
        )
        try:
            return _certificate(claim, BetterPointWitness(PRECISION, _fractions(better)))
        except NotCertified:
            continue
    raise NotCertified(
        "the checker verifies it with no radius that was tried", {"least_eigenvalue": least}, Reason.NO_CANDIDATE
    )


def _fractions(rows: Array) -> Matrix:
    return tuple(tuple(Fraction(float(entry)) for entry in row) for row in rows)


def _certificate(statement: QuadraticStatement, witness: Witness) -> Certificate:
    """The certificate, if the checker verifies it. Raises NotCertified."""
    certificate = Certificate.of("quadratic-network", statement, witness, {"program": "verify.producer.sdp"})
    verdict = verdict_on(certificate.read())
    if not isinstance(verdict, Verified):
        raise NotCertified(
            f"the checker does not verify the certificate tried: {getattr(verdict, 'reason', '')}",
            {},
            getattr(verdict, "code", Reason.NOT_PROVED),
        )
    return certificate
