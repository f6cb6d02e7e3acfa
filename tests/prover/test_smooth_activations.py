"""Every smooth activation end to end: a derivation, the kernel that it generates, a certificate, the checker."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.corpus.forge import Document, forged, text
from verify import TeacherStudent, certify
from verify.checker import Rejected, Undecided, Verdict, Verified
from verify.checker.core.balls import ball
from verify.checker.core.reader import parse
from verify.checker.evaluators import SMOOTH
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove
from verify.producer.cli import main

TEACHER = [[1.0, 0.5]]

pytestmark = pytest.mark.parametrize("name", SMOOTH)


def certified(name: str, student: object, teacher: object = TEACHER) -> Document:
    document: Document = json.loads(certify(TeacherStudent(name, teacher), student).text())
    return document


def verdict(document: Document) -> Verdict:
    return prove(Certificate.read(parse(text(document).encode())))


def test_the_teacher_itself_is_a_strict_minimum(name: str) -> None:
    document = certified(name, TEACHER)
    proved = verdict(document)
    assert isinstance(proved, Verified)
    assert document["statement"]["landscape"]["activation"] == name
    assert f" {name}" in proved.statement.sentence()
    assert "sigma = " + proved.statement.landscape.activation.describe() in proved.statement.landscape.definition
    assert ("the loss is C^2", "everywhere, because the activation is smooth") in [
        (met.hypothesis, met.measured) for met in proved.hypotheses
    ]
    bound = float(ball(proved.statement.hessian_lower_bound))
    curvature = np.linalg.eigvalsh(TeacherStudent(name, TEACHER).hessian(np.array(TEACHER)))[0]
    assert 0.9 * curvature < bound < curvature


def test_a_larger_bound_and_another_value_are_rejected(name: str) -> None:
    document = certified(name, TEACHER)
    curvature = np.linalg.eigvalsh(TeacherStudent(name, TEACHER).hessian(np.array(TEACHER)))[0]
    for changes in ({"statement.hessian_lower_bound": str(round(curvature) + 1)}, {"statement.value": ["1/1000", "1"]}):
        assert isinstance(verdict(forged(document, changes)), Rejected)


def test_a_point_next_to_it_is_none(name: str) -> None:
    document = certified(name, TEACHER)
    moved = {"statement.region.center": [["11/10", "1/2"]]}
    assert isinstance(verdict(forged(document, moved)), Rejected | Undecided)


def test_the_command_line(name: str, tmp_path: Path) -> None:
    points, teacher, out = tmp_path / "points.npy", tmp_path / "teacher.npy", tmp_path / "out"
    np.save(points, np.array([TEACHER]))
    np.save(teacher, np.array(TEACHER))
    command = ["certify", str(points), "--activation", name, "--teacher", str(teacher), "--output", str(out)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
