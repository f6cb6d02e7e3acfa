"""Rule `symmetric-students`: its equation against differences and searches that know nothing of it, and forgeries."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

from tests.corpus.forge import CORPUS, seal, text
from tests.corpus.make_small import codes, written
from verify import TeacherStudent
from verify.checker import Rejected, Undecided, Verified, check
from verify.checker.core.dual import Dual
from verify.checker.core.exact import parse
from verify.checker.evaluators import SymmetricStudents
from verify.checker.statements.symmetric_students import SymmetricCriticalPoints
from verify.producer.prover.covers.symmetric_students import certify_symmetric_students

SIZES = (3, 5, 6, 12)
POINTS = 4


def system(k: int) -> SymmetricStudents:
    return SymmetricStudents(arb(k), arb.pi())


def equation(k: int, phi: arb) -> Dual:
    (zero,) = system(k).conditions([Dual(phi, (arb(1),))]).zeros
    assert isinstance(zero, Dual)
    return zero


def students(k: int, phi: float) -> np.ndarray:
    """From the definition: a direction of norm 1 with the angle psi to its own teacher, scaled to the least loss."""
    psi = phi - np.arccos(1 / np.sqrt(k))
    W = np.full((k, k), -np.sin(psi) / np.sqrt(k - 1))
    np.fill_diagonal(W, np.cos(psi))
    loss = TeacherStudent("relu", np.eye(k))
    # along r W the loss is a parabola with the value of the student 0 at r = 0
    at = [float(loss.value(r * W)) for r in (1.0, 2.0, 3.0)]
    bend, slope = at[0] - 2 * at[1] + at[2], at[1] - at[0]
    return np.asarray(W * (1.5 - slope / bend))


def along(k: int, phi: float) -> float:
    """The derivative of the loss in phi, from the gradient among all students."""
    W, step = students(k, phi), 1e-5
    turned = (students(k, phi + step) - students(k, phi - step)) / (2 * step)
    return float(np.sum(np.asarray(TeacherStudent("relu", np.eye(k)).gradient(W)) * turned))


@pytest.mark.parametrize("k", SIZES)
def test_the_equation_is_the_losss_derivative_up_to_a_positive_factor(k: int) -> None:
    random = np.random.default_rng(k)
    for phi in random.uniform(-np.pi, np.pi, 12):
        beta, norms = system(k)._beta(arb(phi)), system(k)._of_students(arb(phi))
        factor = k * beta.value / (2 * norms.value * norms.value)
        assert float((-factor * equation(k, arb(phi)).value).mid()) == pytest.approx(along(k, phi), abs=1e-7)
        a, b, norm = (float(part.mid()) for part in system(k).entries(arb(phi)))
        expected = students(k, phi)
        assert (a, b) == pytest.approx((expected[0, 0], expected[0, 1]), abs=1e-9)
        assert norm == pytest.approx(float(np.linalg.norm(expected[0])), abs=1e-9)


@pytest.mark.parametrize("k", SIZES)
def test_intervals_enclose_the_equation_and_its_derivative(k: int) -> None:
    """Also over 0, pi and the teacher, where angles have kinks."""
    random = np.random.default_rng(k)
    special = [0.0, np.pi, -np.pi, float(np.arccos(1 / np.sqrt(k)))]
    for center in (*special, *random.uniform(-np.pi, np.pi, 6)):
        radius = float(random.choice([1e-4, 1e-2, 0.2]))
        whole = equation(k, arb(center, radius))
        for _ in range(10):
            phi, step = center + radius * random.uniform(-0.99, 0.99), 1e-6
            assert whole.value.overlaps(equation(k, arb(phi)).value)
            ends = [equation(k, arb(phi + sign * step)).value for sign in (-1, 1)]
            slope = (ends[1] - ends[0]) / (2 * step)
            assert whole.partials[0].overlaps(slope + arb(0, 1e-4))


def listed(k: int, folder: Any) -> SymmetricCriticalPoints:
    path = folder / "all.json"
    path.write_text(certify_symmetric_students(k).text(), encoding="utf-8")
    verdict = check(path)
    assert isinstance(verdict, Verified)
    assert isinstance(verdict.statement, SymmetricCriticalPoints)
    return verdict.statement


@pytest.mark.parametrize("k", [3, 6])
def test_a_walk_around_the_circle_meets_the_points_of_the_list_and_no_other(k: int, tmp_path: Any) -> None:
    statement, angles = listed(k, tmp_path), np.linspace(-3, 2 * np.pi - 3, 241)
    slopes = [along(k, phi) for phi in angles]
    turns = [i for i, (one, two) in enumerate(zip(slopes, slopes[1:], strict=False)) if one * two < 0]
    points = [np.array([float(x) for x in point.center[0]]) for point in statement.points]
    assert len(turns) == len(points) == POINTS
    met = []
    for i in turns:
        W = students(k, angles[i])
        met.append(min(range(POINTS), key=lambda j: float(np.abs(points[j] - W[0, :2]).max())))
        assert np.abs(points[met[-1]] - W[0, :2]).max() < 0.05
    assert sorted(met) == list(range(POINTS))


@pytest.mark.parametrize("k", [3, 5, 6])
def test_kinds_are_those_of_the_hessian_among_all_students(k: int, tmp_path: Any) -> None:
    loss = TeacherStudent("relu", np.eye(k))
    for point in listed(k, tmp_path).points:
        a, b = (float(x) for x in point.center[0])
        if abs(a - b) < 1e-9:  # equal students: a direction of lemma P instead
            W, move = np.full((k, k), a), np.zeros((k, k))
            move[0, 0], move[1, 0] = 1e-3, -1e-3
            average = np.mean([float(loss.value(W + np.roll(move, i, axis=1))) for i in range(k)])
            assert average < float(loss.value(W)) - 1e-9
            assert point.what == "negative-curvature"
            continue
        W = np.full((k, k), b)
        np.fill_diagonal(W, a)
        if point.what == "global-minimum":
            assert np.array_equal(W, np.eye(k))
            continue
        smallest = float(np.linalg.eigvalsh(np.asarray(loss.hessian(W)))[0])
        assert (smallest < 0) == (point.what == "negative-curvature")


def test_no_zero_can_be_left_out_with_its_point(tmp_path: Any) -> None:
    """Nor moved, nor widened beyond what Krawczyk's test proves."""
    document = json.loads((CORPUS / "valid" / "small-symmetric-students-6.json").read_text(encoding="utf-8"))
    for number in range(POINTS):
        for forge in ("leave out", "move", "widen"):
            changed = copy.deepcopy(document)
            zeros = changed["witness"]["covers"][0]["zeros"]
            if forge == "leave out":
                del zeros[number]
                del changed["statement"]["points"][number]
            else:
                zeros[number] |= {"center": ["1/2"]} if forge == "move" else {"radius": "2"}
            path = tmp_path / "forged.json"
            path.write_text(text(seal(changed)), encoding="utf-8")
            assert isinstance(check(path), Rejected | Undecided), (number, forge)


def mutated(document: Any, random: np.random.Generator) -> Any:
    """One thing is wrong, or two: a node, a zero, a kind, the sizes, the box, or an order."""
    changed = copy.deepcopy(document)
    cover, points = changed["witness"]["covers"][0], changed["statement"]["points"]
    for _ in range(random.integers(1, 3)):
        number = int(random.integers(len(cover["zeros"])))
        match random.integers(7):
            case 0:
                nodes = codes(document)
                nodes[random.integers(len(nodes))] = int(random.choice([0, *range(4, 9)]))
                cover["tree"] = written(nodes)
            case 1:
                cover["zeros"][number]["radius"] = str(random.choice(["1", "1/2", "3", "1*2^-30"]))
            case 2:
                cover["zeros"][number]["center"] = [f"{random.integers(-4000, 4000)}/1000"]
            case 3:
                points[number]["kind"] = str(
                    random.choice(["global-minimum", "spurious-minimum", "negative-curvature"])
                )
            case 4:
                size = int(random.choice([2, 3, 4, 6]))
                changed["statement"]["landscape"] |= {"neurons": size, "teacher": {"orthonormal": size}}
            case 5:
                cover["box"] = [[f"-{random.integers(29, 40)}/10", f"{random.integers(29, 40)}/10"]]
            case _:
                random.shuffle(cover["zeros"])
    return changed


@pytest.mark.parametrize("name", ["small-symmetric-students", "small-symmetric-students-6"])
def test_what_is_verified_of_a_mutant_is_the_same_list(name: str, tmp_path: Any) -> None:
    document = json.loads((CORPUS / "valid" / f"{name}.json").read_text(encoding="utf-8"))
    random, verified = np.random.default_rng(7), 0
    for _ in range(60):
        path = tmp_path / "mutant.json"
        path.write_text(text(seal(changed := mutated(document, random))), encoding="utf-8")
        if isinstance(check(path), Verified):
            verified += 1
            assert changed["statement"] == document["statement"]
    assert 0 < verified < 30


def test_a_point_may_be_farther_off_than_its_radius_but_in_no_entry(tmp_path: Any) -> None:
    """So the sentence has to say which distance is meant: a corner of the square is sqrt(2) times as far away."""
    document = json.loads((CORPUS / "valid" / "small-symmetric-students.json").read_text(encoding="utf-8"))
    path = tmp_path / "corner.json"
    for share, verdict in (("9/1000", Verified), ("11/1000", Undecided)):
        changed = copy.deepcopy(document)
        point = changed["statement"]["points"][0]
        point |= {"radius": "1/100", "center": [[str(parse(x) + Fraction(share)) for x in point["center"][0]]]}
        path.write_text(text(seal(changed)), encoding="utf-8")
        found = check(path)
        assert isinstance(found, verdict)
        assert "each (a, b) within 0.01 of the given one in each entry" in found.statement.sentence()
