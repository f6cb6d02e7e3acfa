"""Where sigma(0) is not 0, zero neurons do not copy a smaller teacher: a global minimum may have a positive loss.

Two cos neurons, taught by cos(x) in one dimension: the least loss that descents from everywhere find is about 0.1998.
Taken for a minimum that is "not global" because its loss is above 0, it would be a wrong proof.
"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from tests.corpus.forge import Document, forged, text
from verify import TeacherStudent, certify
from verify.checker import Undecided, Verdict, Verified
from verify.checker.core.reader import parse
from verify.checker.core.symmetry import Symmetry
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove
from verify.checker.statements.teacher_student import Activation
from verify.producer.symmetry.certify import certificate
from verify.producer.symmetry.reduced import SymmetricStudent, critical_point

LEAST = [-1.96197345, -0.64730929]


def verdict(document: Document) -> Verdict:
    return prove(Certificate.read(parse(text(document).encode())))


@pytest.fixture(scope="module")
def population() -> Document:
    document: Document = json.loads(certify(TeacherStudent("cos", [[1.0]]), [[w] for w in LEAST]).text())
    return document


@pytest.fixture(scope="module")
def symmetric() -> Document:
    symmetry = Symmetry((1,), 1)
    student: SymmetricStudent = critical_point(symmetry, list(map(Fraction, LEAST)), Activation("cos"))
    document: Document = json.loads(certificate([student], {}).text())
    return document


def test_it_is_a_strict_minimum_of_positive_loss(population: Document, symmetric: Document) -> None:
    assert population["statement"]["property"] == "strict-local-minimum"
    assert symmetric["statement"]["points"][0]["property"] == "strict-local-minimum"
    assert isinstance(verdict(population), Verified)
    assert isinstance(verdict(symmetric), Verified)


def test_it_is_not_called_spurious(population: Document, symmetric: Document) -> None:
    [point] = symmetric["statement"]["points"]
    points = [{**point, "property": "spurious-local-minimum"}]
    changes = ((population, {"statement.property": points[0]["property"]}), (symmetric, {"statement.points": points}))
    for document, change in changes:
        outcome = verdict(forged(document, change))
        assert isinstance(outcome, Undecided), outcome
        assert "surplus student neurons cannot be zero" in outcome.reason
