"""Whether a statement is true, as far as float64 can tell: the fuzzer's judge of what was verified.

It shares nothing with the checker but the statement's types. A verified statement that
is false by more than rounding is a hole in the checker. (Python compares floats with
fractions exactly.)
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from mpmath.ctx_mp import MPContext

from tests.fuzz import truth_risks
from tests.fuzz.truth_gram import GramStatement, falsehood_about_gram_matrices
from tests.fuzz.truth_linear import LinearStatement, falsehood_about_linear_networks
from tests.fuzz.truth_moves import is_an_extremum
from tests.fuzz.truth_residual import falsehood_about_residual_networks
from tests.fuzz.truth_wide import WideStatement, falsehood_about_wide_networks
from verify.checker.core.statement import Statement
from verify.checker.front.manifest import Theorem
from verify.checker.statements.antiparallel_teachers import SuboptimalStudents
from verify.checker.statements.critical_point import IMPLIES, Minimum, Saddle
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.family import Family
from verify.checker.statements.matrix_products import CriticalPointsOfProducts, NeitherMinimumNorMaximum
from verify.checker.statements.residual_linear import ResidualStatement
from verify.checker.statements.symmetric import SymmetricPoint
from verify.checker.statements.teacher_student import Activation, TeacherStudentLandscape
from verify.checker.statements.two_neuron_teachers import TwoNeuronTeachers
from verify.producer.landscapes.activations import LeakyReLU
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.exact import from_exact
from verify.producer.landscapes.smooth import Smooth
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent, TeacherStudent

mp = MPContext()  # a context of its own: no other test's precision is touched
mp.dps = 60
SLACK = 1e-7
LARGEST = 20


@np.errstate(all="ignore")  # what overflows says nothing
def _falls(statement: SuboptimalStudents) -> str | None:
    """Whether the loss falls near a local minimum in closed form, or is 0 there."""
    landscape = from_exact(statement.landscape)
    point = np.array([[float(entry) for entry in row] for row in statement.point])
    value, random = float(landscape.value(point)), np.random.default_rng(0)
    if not np.isfinite(value):
        return None
    if value < SLACK:
        return "the loss is 0, so that the point is global"
    nearby = (point + 1e-3 * random.normal(size=point.shape) for _ in range(200))
    drop = min(float(landscape.value(other)) for other in nearby) - value
    return f"the loss falls by {-drop} nearby" if drop < -1e-12 else None


def falsehood(statement: Statement) -> str | None:
    """What is false about a statement; None where nothing was found."""
    if isinstance(statement, WideStatement):
        return falsehood_about_wide_networks(statement)
    if isinstance(statement, GramStatement):
        return falsehood_about_gram_matrices(statement)
    if isinstance(statement, LinearStatement):
        return falsehood_about_linear_networks(statement)
    if isinstance(statement, SuboptimalStudents):
        return _falls(statement)
    if isinstance(statement, ResidualStatement):
        return falsehood_about_residual_networks(statement)
    if isinstance(statement, CriticalPointsOfProducts):
        narrow = statement.landscape.has_bottleneck and not statement.landscape.squared
        return "a hidden layer is narrow" if narrow else None
    if isinstance(statement, NeitherMinimumNorMaximum):
        return is_an_extremum(statement)
    if isinstance(
        getattr(statement, "landscape", None), TeacherStudentLandscape | TwoNeuronTeachers
    ) and not isinstance(statement, Minimum | Saddle):
        return None  # of all students at once: looked for by other means, tests/proofs/test_covers.py
    if not isinstance(statement, Minimum | Saddle):
        return truth_risks.falsehood(statement)
    landscape: EmpiricalRisk | TeacherStudent
    if isinstance(statement.landscape, EmpiricalRiskLandscape):
        landscape = EmpiricalRisk.of(statement.landscape)
    else:
        landscape = from_exact(statement.landscape)
    center = np.array([[float(entry) for entry in row] for row in statement.center])
    scale = 1 + np.abs(center).max()
    point = center
    for _ in range(30):
        step = np.linalg.lstsq(landscape.hessian(point), -landscape.gradient(point).ravel(), rcond=None)[0]
        point = point + step.reshape(point.shape)
        if np.abs(step).max() < 1e-15 * scale:
            break
    distance = point - center
    size = float(np.linalg.norm(distance) if isinstance(statement, Minimum) else np.abs(distance).max())
    if size - SLACK * scale > statement.radius:
        return f"the critical point is {size} away"
    value = float(landscape.value(point))
    low, high = statement.value
    if value + SLACK * scale**2 < low or value - SLACK * scale**2 > high:
        return f"the loss is {value}"
    eigenvalues = np.linalg.eigvalsh(landscape.hessian(point))
    if isinstance(statement, Minimum):
        if eigenvalues[0] + SLACK < statement.hessian_lower_bound:
            return f"the smallest eigenvalue is {eigenvalues[0]}"
        if isinstance(landscape, EmpiricalRisk):
            spurious = statement.property == "spurious-local-minimum"
            return truth_risks.not_beaten(statement.landscape, value) if spurious else None
        new = np.linalg.eigvalsh(landscape.input_dimension_matrix(point))[0]
        if statement.every_dimension and new + SLACK < statement.hessian_lower_bound:
            return f"a new coordinate has the eigenvalue {new}"
        return _not_spurious(statement, value)
    if isinstance(statement, Saddle):
        if eigenvalues[0] - SLACK > statement.negative_curvature:
            return f"the smallest eigenvalue is {eigenvalues[0]}"
        if eigenvalues[-1] + SLACK < statement.positive_curvature:
            return f"the largest eigenvalue is {eigenvalues[-1]}"
        inertia = (int((eigenvalues < 0).sum()), int((eigenvalues > 0).sum()))
        if statement.inertia not in (None, inertia):
            return f"the inertia is {inertia}"
    return None


def symmetric_falsehood(sigma: Activation, point: SymmetricPoint) -> str | None:
    """The same of a symmetric point of at most `LARGEST` columns, from the dense student that it stands for."""
    symmetry = point.symmetry
    k, n = point.pair
    if k > LARGEST:
        return f"k = {k} is beyond what the judge can tell"
    landscape = TeacherStudent(Smooth(sigma.name) if sigma.is_smooth else LeakyReLU(sigma.slope), np.eye(k))
    group = np.repeat(np.arange(len(symmetry.groups)), symmetry.groups)
    row_class = [*group, *range(len(symmetry.groups), len(symmetry.groups) + symmetry.extra_rows)]
    values = {orbit[:3]: float(value) for orbit, value in zip(symmetry.orbits, point.values, strict=True)}
    center = np.zeros((n, k))
    for i in range(n):
        for j in range(k):
            off = (row_class[i], group[j], False)
            center[i, j] = values.get((row_class[i], group[j], True), values[off]) if i == j else values[off]
    student = center
    for _ in range(30):
        step = np.linalg.lstsq(landscape.hessian(student), -landscape.gradient(student).ravel(), rcond=None)[0]
        student = student + step.reshape(student.shape)
    if np.abs(student - center).max() > point.radius + SLACK:
        return f"the critical point is {np.abs(student - center).max()} away"
    value, eigenvalues = float(landscape.value(student)), np.linalg.eigvalsh(landscape.hessian(student))
    if not point.loss[0] - SLACK <= value <= point.loss[1] + SLACK:
        return f"the loss is {value}"
    negative = sum(block.negative * block.component.multiplicity for block in point.blocks)
    if negative != (eigenvalues < 0).sum():
        return f"{(eigenvalues < 0).sum()} eigenvalues are negative"
    if not point.is_minimum:
        return f"the least eigenvalue is {eigenvalues[0]}" if eigenvalues[0] - SLACK > point.curvature else None
    if eigenvalues[0] + SLACK < point.curvature:
        return f"the least eigenvalue is {eigenvalues[0]}"
    new = np.linalg.eigvalsh(landscape.input_dimension_matrix(student))[0]
    if point.every_dimension and new + SLACK < point.curvature:
        return f"a new coordinate has the eigenvalue {new}"
    return f"the loss is {value}" if point.property == "spurious-local-minimum" and value <= 0 else None


def _not_spurious(statement: Minimum, value: float) -> str | None:
    if statement.property != "spurious-local-minimum":
        return None
    landscape = from_exact(statement.landscape)
    neurons, best = statement.landscape.neurons, 0.0
    if neurons < len(landscape.teacher):
        # Descend from many points: a better one must be found where the certificate says that there is one.
        random = np.random.default_rng(0)
        points = random.normal(size=(64, neurons, landscape.input_dimension))
        points *= np.linalg.norm(landscape.teacher, axis=1).mean()
        for _ in range(500):
            points = points - 0.1 * landscape.gradient(points)
        best = float(landscape.value(points).min())
    return f"no student was found with a loss below {value}" if best >= value + SLACK else None


def family_falsehood(statement: Family) -> str | None:
    """What is false about a statement for every k, at the first k; None where nothing was found."""
    family = (statement.extra_neurons, statement.fixed_coordinates)
    # Beyond the second number the evaluation takes too long.
    known = {(0, 0): (_type_a, 40), (1, 1): (_one_neuron_more, 400)}
    if family not in known:
        return "this family is not in the corpus"
    evaluated, largest = known[family]
    for k in range(statement.least, min(statement.least + 2, largest)):
        loss, smallest = evaluated(k)
        for bounds in statement.bounds_between(k, k):
            scaled = loss * k**statement.loss_power
            if not bounds.loss[0] - SLACK <= scaled <= bounds.loss[1] + SLACK:
                return f"k^p F is {scaled} at k = {k}"
            if not bounds.eigenvalue[0] - SLACK <= smallest <= bounds.eigenvalue[1] + SLACK:
                return f"the smallest eigenvalue is {smallest} at k = {k}"
    return None


@cache
def _type_a(k: int) -> tuple[float, float]:
    """Loss and smallest Hessian eigenvalue of the type A minimum, by Newton's method on the whole matrix."""
    landscape = ReLUTeacherStudent.orthonormal(k)
    point = 2 / k - np.eye(k)
    for _ in range(30):
        step = np.linalg.solve(landscape.hessian(point), -landscape.gradient(point).ravel()).reshape(k, k)
        point = point + step
        if np.abs(step).max() < 1e-14:
            break
    return float(landscape.value(point)), float(np.linalg.eigvalsh(landscape.hessian(point))[0])


@cache
def _one_neuron_more(k: int) -> tuple[float, float]:
    """Loss and least eigenvalue with n = k + 1 and S_(k - 1), by Newton's method on the student's seven values.

    Central differences of the loss in 60 digits. For k > 7 the least eigenvalue is that on students of this symmetry.
    """
    m, s, unit, step = k - 1, mp.mpf(k) ** -0.5, mp.eye(7), mp.mpf(10) ** -12
    start = [1 - 0.6 * s**3, -1.6 * s**4, 2 * s**2, 0.9 * s**2, -1.4 * s, 0.7 * s**2, 1.1 * s - 1]
    lengths = [mp.sqrt(count) for count in (m, m * (m - 1), m, m, 1, m, 1)]
    point = mp.matrix([value * length for value, length in zip(start, lengths, strict=True)])

    def loss(x: Any) -> Any:
        return _loss_of_one_neuron_more(m, [value / length for value, length in zip(x, lengths, strict=True)])

    for _ in range(12):
        moves = [step * unit[:, i] for i in range(7)]
        up, down = [loss(point + move) for move in moves], [loss(point - move) for move in moves]
        slopes, here = mp.matrix([(x - y) / (2 * step) for x, y in zip(up, down, strict=True)]), loss(point)
        hessian = mp.matrix(7, 7)
        for i in range(7):
            for j in range(i + 1):
                both = loss(point + moves[i] + moves[j]) - up[i] - up[j] + here
                hessian[i, j] = hessian[j, i] = both / step**2
        point = point - mp.lu_solve(hessian, slopes)
    return float(loss(point)), float(min(mp.eigsy(hessian, eigvals_only=True)))


def _loss_of_one_neuron_more(m: int, values: list[Any]) -> Any:
    a, b, c, d, e, g, h = values
    large, others, last = a * a + (m - 1) * b * b + c * c, ((d, e), (g, h)), m * d * g + e * h
    total = mp.mpf(m) / 4 + mp.mpf(1) / 4 + mp.mpf(m * (m + 1)) / (4 * mp.pi)
    total += m * large / 4 + mp.mpf(m * (m - 1)) / 2 * _kernel(large, large, 2 * a * b + (m - 2) * b * b + c * c)
    total -= m * (_kernel(large, 1, a) + (m - 1) * _kernel(large, 1, b) + _kernel(large, 1, c))
    for x, y in others:
        square = m * x * x + y * y
        total += square / 4 + m * _kernel(large, square, x * (a + (m - 1) * b) + y * c)
        total -= m * _kernel(square, 1, x) + _kernel(square, 1, y)
    return total + _kernel(m * d * d + e * e, m * g * g + h * h, last)


def _kernel(w: Any, v: Any, product: Any) -> Any:
    """E relu(w.x) relu(v.x) from |w|^2, |v|^2 and w.v."""
    length = mp.sqrt(w * v)
    angle = mp.acos(product / length)
    return (length * mp.sin(angle) + (mp.pi - angle) * product) / (2 * mp.pi)


def implies(original: Theorem, other: Theorem) -> bool:
    """Whether one theorem of a manifest follows from another."""
    return (
        original.activation == other.activation
        and other.property in IMPLIES[original.property]
        and (original.every_dimension or not other.every_dimension)
        and set(other.pairs) <= set(original.pairs)
    )
