"""Certificates for every k: made from a branch, accepted by the checker, and true where a dense evaluation reaches."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from verify.proofs.spurious_minima_for_every_k import FILES, PROOF, TYPE_A, TYPE_II, settles

from tests.campaigns import campaign
from tests.fuzz.truth import family_falsehood
from verify.checker import Verified
from verify.checker.front.session import prove
from verify.checker.statements.family import Family
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.proof import FOLDER
from verify.producer.prover import NotCertified
from verify.producer.prover.family import certify_family


def silent(what: str, done: int, count: int) -> None:
    """No progress is shown."""


def test_a_branch_becomes_a_certificate() -> None:
    breaks = tuple(Fraction(j, 128) for j in range(9))
    certificate = certify_family(replace(TYPE_II, least=255, breaks=breaks, degree=6, terms=16), silent)
    verdict = prove(certificate.read())
    assert isinstance(verdict, Verified), verdict
    statement = verdict.statement
    assert isinstance(statement, Family)
    assert statement.least == 255
    limit = statement.bounds[-1]
    assert limit.last is None
    assert limit.loss[0] < 0.5 - 2 / np.pi**2 < limit.loss[1]
    assert limit.eigenvalue[0] < 0.25 - 1 / (2 * np.pi) < limit.eigenvalue[1]
    assert "For every k >= 255 and every input dimension d >= k" in statement.sentence()


def test_wrong_scalings_are_not_certified() -> None:
    with pytest.raises(NotCertified, match="s in"):
        certify_family(replace(TYPE_A, least=64, exponents=(5, 5), limits=(0.0, 0.0)), silent)


def test_k5_is_not_certified() -> None:
    """There the type A point is a saddle."""
    with pytest.raises(NotCertified, match="k = 5: no positive bound of the eigenvalues"):
        certify_family(replace(TYPE_A, least=5), silent)


@campaign
@pytest.mark.parametrize("name", FILES)
def test_the_committed_certificate_proves_the_claim(name: str) -> None:
    from verify.checker import check

    verdict = check(FOLDER / PROOF.name / name)
    assert isinstance(verdict, Verified), verdict
    assert settles(name, verdict.statement)
    statement = verdict.statement
    assert isinstance(statement, Family)
    assert statement.least == (7 if name == "one-neuron-more.json" else 6)
    if name == "type-a.json":
        assert family_falsehood(statement) is None
        assert statement.bounds[-1].loss[0] < 0.5 - 1 / np.pi < statement.bounds[-1].loss[1]
        return
    if name == "one-neuron-more.json":
        # The numbers at k = 8, and the judge's at k = 254 (in the pieces), which takes no part in the search.
        W = np.full((9, 8), -0.029846832)
        np.fill_diagonal(W, 0.98408752)
        W[:7, 7], W[7, :7], W[7, 7], W[8, :7], W[8, 7] = 0.2300975, 0.12633354, -0.18899776, 0.0686917, -0.4862327
        landscape, second = ReLUTeacherStudent.orthonormal(8), statement.bounds[1]
        assert second.loss[0] < 8 * landscape.value(W) < second.loss[1]
        assert second.eigenvalue[0] < np.linalg.eigvalsh(landscape.hessian(W))[0] < second.eigenvalue[1]
        later = [bounds for bounds in statement.bounds if (bounds.last or 254) >= 254]
        assert family_falsehood(replace(statement, bounds=tuple(later))) is None
        return
    # Arjevani & Field's five values at k = 6.
    W = np.full((6, 6), -0.050413403216809)
    np.fill_diagonal(W, 0.98670381888858)
    W[:, -1], W[-1, :], W[-1, -1] = 0.30801099147907, 0.22451580759948, -0.60151192356109
    landscape, first = ReLUTeacherStudent.orthonormal(6), statement.bounds[0]
    assert first.loss[0] < 6 * landscape.value(W) < first.loss[1]
    assert first.eigenvalue[0] < np.linalg.eigvalsh(landscape.hessian(W))[0] < first.eigenvalue[1]


def test_another_family_does_not_settle_the_claim() -> None:
    certificates = {name: FOLDER / PROOF.name / name for name in FILES}
    from verify.checker.front.session import read

    assert not settles("type-a.json", read(certificates["type-ii.json"]).statement)
    assert not settles("type-ii.json", read(certificates["type-a.json"]).statement)
