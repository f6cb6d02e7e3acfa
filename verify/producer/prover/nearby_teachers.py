"""Certificates about all nearly orthonormal teachers at once: the largest radius that the checker's theorem gives.

The constants are the checker's own, evaluated at the middle of its balls. What is found here is only a guess, which
the checker proves or refuses.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import flint
import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

from verify import __version__
from verify.checker.evaluators import NearbyTeachers, TeacherStudent, largest_change, own_norms
from verify.checker.public import Reason, Verified, ball, euclidean_norm, point
from verify.checker.statements.nearly_orthonormal_teachers import (
    NearbyWitness,
    NearlyOrthonormalTeachers,
    RandomTeachers,
)
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape, identity
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ExactMatrix, ceil, floor, matrix_on_grid
from verify.producer.trust import verdict_on

PRECISION = 128
BITS = 48
"""After the binary point of the center's entries."""
DIGITS = 20
"""Significant bits of the bounds."""
REMAINING = Fraction(1, 8)
"""This part of the smallest Hessian eigenvalue is to remain everywhere within the radius."""
ROOM = 1e-6
"""Between a bound and the number measured in float64, relatively."""
HALVINGS = 24
TURNS = 12
"""Of the iteration for the radius R, on which L depends."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Center:
    """A critical point for the orthonormal teacher, and what was measured there."""

    student: ExactMatrix
    own_norms: list[arb]
    gradient: float
    loss: float
    eigenvalue: Fraction
    """lambda."""
    size: Fraction
    """c', the norm of the response."""
    response: Array
    """(n k, k^2): how the minimum moves with a symmetric change of the teacher, to first order, up to its sign."""

    @classmethod
    def at(cls, student: Array) -> Center:
        """Measure a student of shape (n, k). Raises NotCertified where the Hessian is not positive definite."""
        n, k = student.shape
        exact = matrix_on_grid(student, BITS)
        with ctx.workprec(PRECISION):
            orthonormal = TeacherStudentLandscape(RELU, identity(k), True, n)
            landscape = TeacherStudent(orthonormal, point(tuple(map(tuple, exact))))
            hessian = landscape.hessian()
            H, mixed = _floats(hessian), _floats(landscape.with_teacher_hessian())
            least = float(np.linalg.eigvalsh(H)[0])
            if not least > 0:
                raise NotCertified(
                    "the Hessian is not positive definite in floating point",
                    {"smallest_eigenvalue": least},
                    Reason.NO_CANDIDATE,
                )
            norms = own_norms(hessian, k)
            gradient = float(euclidean_norm(entry for row in landscape.gradient() for entry in row))
            loss = float(landscape.value().mid())
        blocks = mixed.reshape(n * k, k, k)
        symmetric = ((blocks + blocks.transpose(0, 2, 1)) / 2).reshape(n * k, k * k)
        response = np.asarray(np.linalg.solve(H, symmetric), dtype=np.float64)
        size = float(np.linalg.norm(response, 2))
        return cls(
            exact, norms, gradient, loss, floor(least * (1 - ROOM), DIGITS), ceil(size * (1 + ROOM), DIGITS), response
        )

    def radius(self, distance: Fraction) -> Fraction | None:
        """A radius R for which the theorem's inequalities hold for all teachers within a distance, if there is one."""
        with ctx.workprec(PRECISION):
            eta = largest_change(ball(distance))
            least = float(self.eigenvalue)
            bounds = NearbyTeachers(point(tuple(map(tuple, self.student))), arb(0), eta)
            turned = float(bounds.teacher_slope() * eta)
            available = least * float(1 - REMAINING) - turned
            R = slope = 0.0
            for _ in range(TURNS):  # R = available / L(R), the largest R that leaves enough of lambda
                bounds = replace(bounds, radius=arb(R))
                slope = float(bounds.student_slope(self.own_norms))
                if not (slope > 0 and all(shortest > 0 for shortest in bounds.shortest)):
                    return None
                R = available / slope
            R *= 1 - ROOM
            used = self.gradient + float(eta**2 * bounds.gradient_remainder() + ball(self.size) * least * eta)
            n, k = len(self.student), len(self.student[0])
            not_global = math.sqrt(2 * self.loss) > math.sqrt(n) * R + math.sqrt(k) * float(eta)
            stays = used + (slope * R / 2 + turned) * R < least * R * (1 - ROOM)
            return floor(R, DIGITS) if R > 0 and stays and not_global else None

    def largest_distance(self) -> Fraction:
        """rho: the largest that was found, with a few digits."""
        proved, open_ = Fraction(0), Fraction(1, 2)
        for _ in range(HALVINGS):
            middle = (proved + open_) / 2
            if self.radius(middle) is None:
                open_ = middle
            else:
                proved = middle
        return floor(proved, DIGITS // 2)


def certify_nearly_orthonormal_teachers(
    center: Center,
    distance: Fraction,
    fractions: Iterable[Fraction] = (),
    provenance: Mapping[str, object] | None = None,
) -> Certificate:
    """A certificate of a spurious minimum near the center for all teachers within a distance.

    `fractions`: for each, the input dimension from which all but this fraction of random teachers are within that
    distance. Raises NotCertified.
    """
    radius = center.radius(distance)
    if radius is None:
        measured = {"smallest_eigenvalue": float(center.eigenvalue), "gradient_norm": center.gradient}
        raise NotCertified("no radius was found for this distance of teachers", measured, Reason.NO_CANDIDATE)
    n, k = len(center.student), len(center.student[0])
    eta = 1 - math.sqrt(1 - distance)
    loss = (math.sqrt(2 * center.loss) - math.sqrt(n) * float(radius) - math.sqrt(k) * eta) ** 2 / 2
    statement = NearlyOrthonormalTeachers(
        center=tuple(map(tuple, center.student)),
        radius=radius,
        distance=distance,
        hessian_lower_bound=floor(center.eigenvalue * REMAINING * Fraction(1 - ROOM), DIGITS),
        loss_lower_bound=floor(loss * (1 - ROOM), DIGITS),
        random_teachers=tuple(
            RandomTeachers(fraction, least_dimension(k, distance, fraction)) for fraction in fractions
        ),
    )
    witness = NearbyWitness(PRECISION, center.eigenvalue, center.size)
    versions = {"verify": __version__, "python": platform.python_version(), "flint": flint.__version__}
    certificate = Certificate.of("nearly-orthonormal-teachers", statement, witness, {**(provenance or {}), **versions})
    verdict = verdict_on(certificate.read())
    if not isinstance(verdict, Verified):
        reason = getattr(verdict, "reason", verdict.name)
        raise NotCertified(
            f"the checker does not verify the certificate tried: {reason}",
            {},
            getattr(verdict, "code", Reason.NOT_PROVED),
        )
    return certificate


def least_dimension(k: int, distance: Fraction, fraction: Fraction) -> int:
    """The input dimension that the rule `random-teachers` needs, up to rounding."""
    pairs = k * (k - 1) // 2
    wanted = -2 * math.log(fraction) / pairs
    low, high = 1.0, 4.0 + 2 * wanted  # x - 1 - log x >= x/2 - log 2 >= wanted there
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if middle - 1 - math.log(middle) >= wanted else (middle, high)
    return math.ceil(Fraction(high * (1 + ROOM)) * pairs * 2 * (1 + distance) / distance**2)


def _floats(matrix: arb_mat) -> Array:
    return np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()])
