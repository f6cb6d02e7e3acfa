"""certify(): from a point near a critical one to a file that the checker accepts, or a reason why not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.corpus.forge import CORPUS, load
from verify import Certificate, NotCertified, ReLUTeacherStudent, TeacherStudent, Verified, certify, check
from verify.checker.core.reader import parse
from verify.checker.front.certificate import Certificate as ReadCertificate
from verify.checker.statements.critical_point import Minimum, Saddle


def points_of(name: str) -> tuple[ReLUTeacherStudent, np.ndarray]:
    """The landscape and the point of a certificate in the corpus, in float64."""
    statement = ReadCertificate.read(parse((CORPUS / "valid" / f"{name}.json").read_bytes())).statement
    teacher, center = (np.array(m, dtype=float) for m in (statement.landscape.teacher, statement.center))
    return ReLUTeacherStudent(teacher), center


def accepted(certificate: Certificate, path: Path) -> Verified:
    """Through a file, as anyone else would see it."""
    certificate.save(path)
    verdict = check(path)
    assert isinstance(verdict, Verified), verdict
    assert verdict.digest == certificate.digest
    assert verdict.statement == certificate.statement
    return verdict


# What is near decides what is proved


@pytest.mark.parametrize("name", ["type-ii-k6", "type-a-k7", "one-neuron-more-k8"])
def test_spurious_minima_for_every_input_dimension(name: str, tmp_path: Path) -> None:
    statement = accepted(certify(*points_of(name)), tmp_path / "c.json").statement
    assert isinstance(statement, Minimum)
    assert (statement.property, statement.every_dimension) == ("spurious-local-minimum", True)


@pytest.mark.parametrize("name", ["global-minimum-k1", "global-minimum-k3", "fewer-neurons-k3", "rational-teacher"])
def test_minima_that_are_not_known_to_be_spurious(name: str, tmp_path: Path) -> None:
    statement = accepted(certify(*points_of(name)), tmp_path / "c.json").statement
    assert (statement.property, statement.every_dimension) == ("strict-local-minimum", True)


@pytest.mark.parametrize(
    ("name", "inertia"),
    [("saddle-type-ii-k5", (3, 22)), ("saddle-antiparallel-k2", (1, 3)), ("saddle-one-neuron-k3", (2, 1))],
)
def test_saddles_with_their_inertia(name: str, inertia: tuple[int, int], tmp_path: Path) -> None:
    statement = accepted(certify(*points_of(name)), tmp_path / "c.json").statement
    assert isinstance(statement, Saddle)
    assert (statement.inertia, statement.every_dimension) == (inertia, True)


def test_the_published_points_are_refined(tmp_path: Path) -> None:
    """A few digits are enough: the rest is Newton's method, and the certificate tells how far it went."""
    landscape, center = points_of("type-ii-k6")
    certificate = certify(landscape, center.round(3))
    statement = accepted(certificate, tmp_path / "c.json").statement
    assert float(statement.value[0]) == pytest.approx(0.025080581, abs=1e-9)
    provenance = certificate.document["provenance"]
    assert isinstance(provenance, dict)
    assert 1e-4 < float(provenance["distance_from_given_point"]) < 1e-2


# Other activations


@pytest.mark.parametrize(
    ("sigma", "teacher", "student"),
    [
        ("erf", [[1]], [[1]]),
        ("erf", [[0.5]], [[0], [0.5]]),
        ("erf", [[0, -0.5], [1, -1.5], [2, 2.5]], [[0.99, -1.98], [1.22, 0.93]]),
        ("leaky-relu:1/10", np.eye(2), np.eye(2)),
        ("leaky-relu:1", np.eye(2), [[1, 1]]),
    ],
    ids=["erf", "erf-with-a-zero-neuron", "erf-general", "leaky-relu", "linear"],
)
def test_minima_of_other_activations(sigma: str, teacher: object, student: object, tmp_path: Path) -> None:
    landscape = TeacherStudent(sigma, teacher)
    statement = accepted(certify(landscape, student), tmp_path / "c.json").statement
    assert (statement.property, statement.every_dimension) == ("strict-local-minimum", True)
    assert str(landscape.activation) == sigma


# A better point


def test_a_better_point_makes_a_minimum_of_few_neurons_spurious(tmp_path: Path) -> None:
    landscape, worse = points_of("better-point-generic")
    _, better = points_of("best-of-three-in-the-plane")
    statement = accepted(certify(landscape, worse, better_point=better), tmp_path / "c.json").statement
    assert statement.property == "spurious-local-minimum"


def test_a_worse_point_is_no_better_point() -> None:
    landscape, worse = points_of("better-point-generic")
    _, better = points_of("best-of-three-in-the-plane")
    with pytest.raises(NotCertified, match="the better point has a loss in"):
        certify(landscape, better, better_point=worse)


# No proof, with a reason and what was measured


def test_a_point_that_is_not_critical() -> None:
    landscape, center = points_of("type-ii-k6")
    elsewhere = center + 0.3 * np.eye(6)
    with pytest.raises(NotCertified) as caught:
        certify(landscape, elsewhere)
    assert caught.value.reason == "no critical point was found near the given point"
    assert caught.value.measured["gradient_norm"] == pytest.approx(np.linalg.norm(landscape.gradient(elsewhere)))
    assert "gradient norm" in str(caught.value)


def test_a_singular_hessian() -> None:
    """Two parallel neurons: only their sum matters (Tian 2017's symmetric saddle for K = 2)."""
    sum_of_both = (1 + 3 * np.pi / 4) / np.pi
    W = np.array([[0.25, 0.25], [sum_of_both - 0.25, sum_of_both - 0.25]])
    with pytest.raises(NotCertified) as caught:
        certify(ReLUTeacherStudent.orthonormal(2), W)
    assert caught.value.reason == "the Hessian is singular to working precision"
    assert caught.value.measured["smallest_hessian_eigenvalue"] < -0.1
    assert caught.value.measured["gradient_norm"] < 1e-12


def test_a_split_neuron_at_the_global_minimum() -> None:
    """n > k: the global minima are a continuum, so none of them is strict."""
    with pytest.raises(NotCertified):
        certify(ReLUTeacherStudent.orthonormal(2), [[1, 0], [0, 0.3], [0, 0.7]])


def test_a_zero_neuron() -> None:
    with pytest.raises(NotCertified) as caught:
        certify(ReLUTeacherStudent.orthonormal(2), [[1, 0], [0, 0]])
    assert caught.value.reason == "a neuron is zero, where the loss is not differentiable"


# Wrong input is no failed proof


@pytest.mark.parametrize("student", [[1, 0], [[1, 0, 0]], [[[1, 0]]], np.zeros((0, 2)), 1.0])
def test_wrong_shapes(student: object) -> None:
    with pytest.raises(ValueError, match=r"student must be \(n, 2\), rows are neurons; got shape"):
        certify(ReLUTeacherStudent.orthonormal(2), student)


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf])
def test_entries_that_are_not_finite(entry: float) -> None:
    with pytest.raises(ValueError, match="student has an entry that is not finite"):
        certify(ReLUTeacherStudent.orthonormal(2), [[1, 0], [0, entry]])


@pytest.mark.parametrize(
    ("teacher", "message"),
    [([1, 2], "must be a .k, d. matrix"), ([[1, np.nan]], "not finite"), ([[1, 0], [0, 0]], "zero row")],
)
def test_wrong_teachers(teacher: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReLUTeacherStudent(teacher)


@pytest.mark.parametrize("better", [[[1.0]], [[1, 0], [0, 1]], [1, 0], [[np.nan, 0]]])
def test_wrong_better_points(better: object) -> None:
    with pytest.raises(ValueError, match="better_point"):
        certify(*points_of("antiparallel-copy"), better_point=better)


# What a certificate holds


def test_the_callers_arrays_are_left_alone() -> None:
    landscape, center = points_of("global-minimum-k2")
    before = center.copy()
    certify(landscape, center)
    assert (center == before).all()


def test_the_same_point_gives_the_same_certificate() -> None:
    assert certify(*points_of("type-ii-k6")).text() == certify(*points_of("type-ii-k6")).text()


def test_a_teacher_is_taken_exactly() -> None:
    landscape = ReLUTeacherStudent([[0.1, 0.7], [-0.3, 0.2]])
    statement = certify(landscape, landscape.teacher).statement
    assert statement.landscape.teacher == tuple(tuple(map(Fraction, map(float, row))) for row in landscape.teacher)
    assert not statement.landscape.orthonormal


def test_provenance_is_kept_and_not_bound_by_the_digest() -> None:
    landscape, center = points_of("global-minimum-k2")
    plain, told = certify(landscape, center), certify(landscape, center, provenance={"seed": 7})
    assert plain.digest == told.digest
    assert plain.text() != told.text()
    provenance = told.document["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["seed"] == 7


def test_the_corpus_is_what_certify_gives() -> None:
    """Up to the last digits of LAPACK."""
    statement = certify(*points_of("type-ii-k6")).statement
    committed = ReadCertificate.read(parse((CORPUS / "valid" / "type-ii-k6.json").read_bytes())).statement
    assert statement.landscape == committed.landscape
    assert abs(statement.value[0] - committed.value[0]) < Fraction(1, 10**12)
    assert load("valid/type-ii-k6.json")["statement"]["property"] == statement.property
