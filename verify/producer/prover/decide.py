"""From a candidate to a certificate: choose radii, bounds and witnesses, then ask the checker."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from flint import ctx
from numpy.typing import ArrayLike, NDArray

from verify import __version__
from verify.checker.public import Malformed, NotACertificate, Reason, Verdict, Verified, ends, euclidean_norm
from verify.checker.statements.critical_point import Minimum, MinimumWitness, Saddle, SaddleWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.exact import Landscape, in_balls, to_exact
from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.linear_algebra import spectrum
from verify.producer.prover.refine import CriticalPoint, NotCertified, gradient_norm, refine
from verify.producer.prover.rounding import ExactMatrix, ceil, floor, matrix_on_grid
from verify.producer.trust import asked, asking, verdict_on

Array = NDArray[np.float64]

GRIDS = (64, 100, 160)
"""Bits after the binary point of the center's entries, tried in this order; the arithmetic uses twice as many."""
MARGIN = 0.02
"""Part of an eigenvalue that is given away, so that it can be proved over a ball and not only at a point."""
RADIUS_STEPS = 8
"""Radii tried on a grid, each 16 times smaller than the one before."""
LAST = "the checker does not verify the certificates tried, the last because "
"""The checker's reason is about the certificate that was tried last: about its radius, not the caller's."""
DEGENERATE = 1e-10
"""An eigenvalue smaller than this, relative to the largest, is not told from 0."""


ON_KINKS = (Reason.NOT_CRITICAL, Reason.NOT_CONVERGED, Reason.KINK, Reason.SINGULAR_HESSIAN)
REFINE = "its network has kinks, on which its minima lie: verify.refine(risk, theta) goes there"


@np.errstate(all="ignore")  # what overflows, or is no number, is looked for where it matters
def certify(
    landscape: Landscape,
    student: ArrayLike,
    *,
    better_point: ArrayLike | None = None,
    provenance: Mapping[str, object] | None = None,
    trust: str | None = None,
) -> Certificate:
    """A certificate, accepted by the checker, of what the critical point near `student` is.

    `student`: (n, d), rows are neurons; of an empirical risk, the trained parameters. `better_point`:
    of the same shape, a point of smaller loss, needed to call a minimum spurious, except of
    a population loss with n >= k, where the global minimum is 0 (unless sigma(0) is not 0 and n > k).
    `provenance`: kept in the file, never read by the checker. `trust`: the tier in which the checker is asked, one of
    `auto`, `arb` and `float64` (docs/FLOAT64.md); by default auto, or what the command that runs was given.

    The strongest property that is proved wins: spurious-local-minimum, strict-local-minimum
    or saddle; for every input dimension if that is proved, else for the given one.
    Raises NotCertified, with `.reason` and the numbers `.measured`, if nothing is proved.
    """
    if not hasattr(landscape, "hessian"):  # what people give in its place is their model
        made = "EmpiricalRisk.from_torch, from_sklearn and from_onnx make one, and the point, of a model"
        raise TypeError(f"a {type(landscape).__name__} is not a landscape: {made}")
    with asking(trust or asked()):
        try:
            return _certify(landscape, student, better_point, dict(provenance or {}))
        except NotCertified as error:
            if isinstance(landscape, EmpiricalRisk) and error.code in ON_KINKS and landscape.bends():
                raise NotCertified(f"{error.reason}; {REFINE}", error.measured, error.code) from None
            raise


def _certify(
    landscape: Landscape, student: ArrayLike, better_point: ArrayLike | None, provenance: dict[str, object]
) -> Certificate:
    W = _given_point(landscape, student)
    better = None
    if better_point is not None:
        other = np.array(better_point, dtype=np.float64)
        if isinstance(landscape, EmpiricalRisk) and other.size == W.size:
            other = other.reshape(W.shape)
        if other.shape != W.shape or not np.isfinite(other).all():
            raise ValueError(f"better_point must be a finite matrix of shape {W.shape}; got shape {other.shape}")
        better = matrix_on_grid(other, GRIDS[0])
    failure = NotCertified("no grid was tried", {})
    for bits in GRIDS:
        found = refine(landscape, W, bits)
        try:
            eigenvalues = spectrum(found.hessian)
        except np.linalg.LinAlgError as error:
            raise NotCertified(f"the Hessian's eigenvalues were not found: {error}", {}, Reason.NOT_CONVERGED) from None
        measured = {
            "smallest_hessian_eigenvalue": eigenvalues.smallest,
            "gradient_norm": gradient_norm(landscape, W),
        }
        if eigenvalues.nearest_to_zero <= DEGENERATE * max(-eigenvalues.smallest, eigenvalues.largest):
            raise NotCertified("the Hessian is singular to working precision", measured, Reason.SINGULAR_HESSIAN)
        draft = _Draft(landscape, found, bits, provenance)
        try:
            return draft.minimum(eigenvalues.smallest, better) if eigenvalues.smallest > 0 else draft.saddle()
        except NotCertified as error:
            failure = NotCertified(error.reason, {**measured, **error.measured}, error.code)
    raise failure


def _given_point(landscape: Landscape, student: ArrayLike) -> Array:
    W = np.array(student, dtype=np.float64)
    if not np.isfinite(W).all():
        raise ValueError("student has an entry that is not finite")
    if isinstance(landscape, EmpiricalRisk):
        if W.size != landscape.trained:
            raise ValueError(f"the point has {W.size} numbers; {landscape.trained} parameters are trained")
        return W.reshape(1, -1)
    if W.ndim != 2 or W.shape[1] != landscape.input_dimension or not len(W):
        raise ValueError(f"student must be (n, {landscape.input_dimension}), rows are neurons; got shape {W.shape}")
    if not (landscape.activation.is_smooth or W.any(axis=1).all()):
        raise NotCertified("a neuron is zero, where the loss is not differentiable", {}, Reason.KINK)
    return W


class _Draft:
    """A refined critical point on its way to a certificate."""

    def __init__(self, landscape: Landscape, found: CriticalPoint, bits: int, provenance: dict[str, object]) -> None:
        self._landscape, self._found, self._bits = landscape, found, bits
        self._provenance = {
            "program": f"landscape-verify {__version__}, Python {platform.python_version()}, NumPy {np.__version__}",
            "distance_from_given_point": f"{found.moved:.3g}",
            **provenance,
        }
        self._precision = 2 * bits
        exact = self._center = tuple(map(tuple, found.student))
        self._exact = to_exact(landscape, len(exact)) if isinstance(landscape, TeacherStudent) else landscape.exact
        with ctx.workprec(self._precision):
            at_point = in_balls(landscape, exact)
            gradient = euclidean_norm(entry for row in at_point.gradient() for entry in row)
            if not gradient.is_finite():
                raise NotCertified("the gradient is not enclosed at the refined point", {})
            self._gradient = ends(gradient)[1]
            value = at_point.value()
            if not value.is_finite():
                raise NotCertified("the loss is not enclosed at the refined point", {})
            self._value = ends(value)
        self._student = floats.matrix(exact)

    def minimum(self, own: float, better: ExactMatrix | None) -> Certificate:
        """A strict local minimum, in every input dimension and spurious where that is proved.

        `own`: the Hessian's smallest eigenvalue, about.
        """
        lifted, realisable = 0.0, False
        if isinstance(self._landscape, TeacherStudent):
            lifted = spectrum(self._landscape.input_dimension_matrix(self._student)).smallest
            surplus = len(self._student) - len(self._landscape.teacher)
            realisable = surplus == 0 or (surplus > 0 and self._landscape.activation.vanishes_at_zero)
        every_dimension = lifted > DEGENERATE
        m = floor((1 - MARGIN) * (min(own, lifted) if every_dimension else own), 12)
        value = self._value[0] - self._gradient**2 / (2 * m), self._value[1]
        spurious = better is not None or (realisable and value[0] > 0)
        witness = MinimumWitness(self._precision, None if better is None else tuple(map(tuple, better)))
        name = "spurious-local-minimum" if spurious else "strict-local-minimum"
        # The radius must let the Hessian vary by less than the margin, and m r exceed the gradient.
        radius = floor(MARGIN * float(m) / (16 * self._student.size), 1)
        verdict: Verdict | None = None
        for _ in range(RADIUS_STEPS):
            if m * radius <= self._gradient:
                break
            statement = Minimum(self._exact, name, every_dimension, self._center, radius, _rounded(value), m)
            certificate = self._written(statement, witness)
            verdict = _judged(certificate)
            if isinstance(verdict, Verified):
                return certificate
            radius /= 16
        if verdict is None:
            raise NotCertified("no radius was found between the gradient and the Hessian's margin", {})
        raise NotCertified.of(verdict, LAST)

    def saddle(self) -> Certificate:
        """A saddle, with its inertia where that is proved."""
        eigenvalues, vectors = np.linalg.eigh(self._found.hessian)
        if eigenvalues[-1] <= 0:
            raise NotCertified(
                "no positive eigenvalue of the Hessian was found in floating point", {}, Reason.NO_CANDIDATE
            )
        down, up = (_direction(vectors[:, index], self._student.shape) for index in (0, -1))
        witness = SaddleWitness(self._precision, tuple(map(tuple, down)), tuple(map(tuple, up)))
        negative = int((eigenvalues < 0).sum())
        margin = float(np.abs(eigenvalues).min())
        verdict: Verdict | None = None
        radius = floor(MARGIN * margin / (16 * self._student.size), 1)
        for _ in range(RADIUS_STEPS):
            # |F(x) - F(c)| <= r sum_i (|g_i| + r sum_j |H_ij|), with room for the Hessian's variation.
            variation = 2 * Fraction(float(np.abs(self._found.hessian).sum()))
            spread = radius * (self._student.size * self._gradient + radius * variation)
            value = self._value[0] - spread, self._value[1] + spread
            for inertia in ((negative, len(eigenvalues) - negative), None):
                statement = Saddle(
                    self._exact,
                    "saddle",
                    isinstance(self._landscape, TeacherStudent),
                    self._center,
                    radius,
                    _rounded(value),
                    ceil((1 - MARGIN) * eigenvalues[0], 12),
                    floor((1 - MARGIN) * eigenvalues[-1], 12),
                    inertia,
                )
                certificate = self._written(statement, witness)
                verdict = _judged(certificate)
                if isinstance(verdict, Verified):
                    return certificate
            radius /= 16
        raise NotCertified("no radius was tried", {}) if verdict is None else NotCertified.of(verdict, LAST)

    def _written(self, statement: Minimum | Saddle, witness: MinimumWitness | SaddleWitness) -> Certificate:
        if isinstance(self._landscape, TeacherStudent):
            return Certificate.of("population-teacher-student", statement, witness, self._provenance)
        return Certificate.of(
            "empirical-risk", statement, witness, self._provenance, landscape=self._landscape.document
        )


def _rounded(value: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """Outward, with room for the checker's balls, which are rounded outward too."""
    low, high = value
    room = (high - low) / 8
    return floor(low - room, 64), ceil(high + room, 64)


def _direction(vector: Array, shape: tuple[int, ...]) -> ExactMatrix:
    """An eigenvector, shortened to few digits: any direction of the right curvature will do."""
    return matrix_on_grid((vector / np.abs(vector).max()).reshape(shape), 16)


def _judged(certificate: Certificate) -> Verdict:
    """The checker's verdict on a draft, also where its numbers are more than the format takes."""
    try:
        return verdict_on(certificate.read())
    except NotACertificate as error:
        return Malformed(f"the statement cannot be written: {error}")
