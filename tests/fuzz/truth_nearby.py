"""Whether a statement about nearly orthonormal teachers is true, as far as float64 can tell. See `truth`.

Teachers at the border of the region are drawn at random, and those that move the minimum most are found by the linear
response of the producer's own float64 Hessian; the minimum is found by Newton's method. The probability is that of a
chi-squared variable, which the sum of squared inner products times d tends to. Nothing of the checker's is used.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent

SLACK = 1e-7
TEACHERS = 3
FAR = 10**9
"""Beyond it the probability is 0 in float64."""


def nearby_falsehood(statement: NearlyOrthonormalTeachers) -> str | None:
    """What is false about a statement; None where nothing was found."""
    center = np.array([[float(entry) for entry in row] for row in statement.center])
    k, distance = statement.teachers, float(statement.distance)
    if statement.neurons < k:
        return "the student cannot copy the teacher, so that no loss is known to be smaller"
    for gram in (np.eye(k), *(np.eye(k) + distance * change for change in changes(center, k))):
        values, vectors = np.linalg.eigh(gram)
        landscape = ReLUTeacherStudent(vectors * np.sqrt(values) @ vectors.T)
        point = center
        for _ in range(30):
            step = np.linalg.lstsq(landscape.hessian(point), -landscape.gradient(point).ravel(), rcond=None)[0]
            point = point + step.reshape(point.shape)
            if np.abs(step).max() < 1e-15:
                break
        if not np.linalg.norm(point - center) <= statement.radius + SLACK:
            return f"for a teacher the critical point is {np.linalg.norm(point - center)} away"
        least = np.linalg.eigvalsh(landscape.hessian(point))[0]
        if least + SLACK < statement.hessian_lower_bound:
            return f"for a teacher the least eigenvalue is {least}"
        if landscape.value(point) + SLACK < statement.loss_lower_bound:
            return f"for a teacher the loss is {landscape.value(point)}"
    for near in statement.random_teachers:
        # |G - I|_F^2 is twice the sum of q squared inner products; d times that is nearly chi-squared.
        squares = min(near.input_dimension * statement.distance**2 / 2, FAR)
        tail = chi2.sf(float(squares), k * (k - 1) // 2)
        if tail > 1.01 * float(near.fraction):
            return f"a fraction of about {tail} of the teachers is farther off"
    return None


def changes(center: np.ndarray, k: int) -> list[np.ndarray]:
    """Symmetric matrices of Frobenius norm 1: random ones, and those along which the minimum moves fastest."""
    landscape, random = ReLUTeacherStudent.orthonormal(k), np.random.default_rng(0)
    basis = [np.outer(np.eye(k)[a], np.eye(k)[b]) for a in range(k) for b in range(a + 1)]
    basis = [(matrix + matrix.T) / np.linalg.norm(matrix + matrix.T) for matrix in basis]
    slopes = [
        (ReLUTeacherStudent(np.eye(k) + 1e-5 * D).gradient(center) - landscape.gradient(center)).ravel() for D in basis
    ]
    moves = np.linalg.lstsq(landscape.hessian(center), np.array(slopes).T, rcond=None)[0]
    top = np.linalg.svd(moves)[2][0]
    weights = [top, -top, *random.normal(size=(TEACHERS, len(basis)))]
    return [sum(w * D for w, D in zip(row / np.linalg.norm(row), basis, strict=True)) for row in weights]
