"""What the kernel of Rocq accepts and what it does not: a tampered certificate, library or program never passes."""

import os
import shutil
import stat
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.forge import Document, forged, text
from tests.rocq.test_export import one_pair
from tests.rocq.test_theorem import DOCUMENT, K6, number, theorem
from verify.checker.core.codes import Reason
from verify.checker.core.verdict import Undecided, Verified
from verify.rocq import kernel, library
from verify.rocq.session import RocqSession
from verify.rocq.theorem import Theorem


def written(document: Document, folder: Path) -> Path:
    path = folder / "certificate.json"
    path.write_text(text(document), encoding="utf-8")
    return path


@pytest.mark.usefixtures("rocq")
def test_a_committed_certificate_is_accepted(session: RocqSession) -> None:
    verdict = session.check(K6)
    assert isinstance(verdict, Verified)
    assert verdict.trust == "rocq"
    assert verdict.digest == DOCUMENT["digest"]
    assert any("Statement.v" in line for line in verdict.assumptions)
    assert any("Coq 8.16.1; its kernel with its virtual machine" in line for line in verdict.assumptions)


def scaled(document: Document) -> Document:
    """The same landscape with all neurons half as long: F is homogeneous of degree 2, its Hessian of degree 0."""
    claims = document["statement"]
    halved = [[str(number(entry) / 2) for entry in row] for row in claims["region"]["center"]]
    changes: dict[str, Any] = {
        "statement.landscape.teacher": {"rows": [["1/2" if i == j else "0" for j in range(6)] for i in range(6)]},
        "statement.region.center": halved,
        "statement.region.radius": str(number(claims["region"]["radius"]) / 2),
        "statement.value": [str(number(entry) / 4) for entry in claims["value"]],
    }
    return forged(document, changes)


@pytest.mark.usefixtures("rocq")
def test_a_given_rational_teacher_is_accepted(session: RocqSession, tmp_path: Path) -> None:
    assert isinstance(session.check(written(scaled(DOCUMENT), tmp_path)), Verified)


@pytest.mark.usefixtures("rocq")
def test_two_neurons_with_a_teacher_of_unequal_lengths_have_a_spurious_minimum(session: RocqSession) -> None:
    """Lengths 1 and 1/16, at a right angle: with equal lengths, six neurons are needed."""
    verdict = session.check(Path(__file__).parent / "two_neurons.json")
    assert isinstance(verdict, Verified)
    assert "(entries 16 teacher)" in verdict.hypotheses[0].measured


CENTER = DOCUMENT["statement"]["region"]["center"]
# as certificates; the same things and more as files for Rocq are in test_corpus.py
TAMPERED: dict[str, dict[str, Any]] = {
    "the centre moved": {"statement.region.center.0.0": str(number(CENTER[0][0]) + Fraction(1, 2**12))},
    "another teacher": {
        "statement.landscape.teacher": {
            "rows": [["1" if i == j else "1/1024" if (i, j) == (0, 1) else "0" for j in range(6)] for i in range(6)]
        }
    },
}


@pytest.mark.usefixtures("rocq")
@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_data_are_not_accepted(name: str, session: RocqSession, tmp_path: Path) -> None:
    verdict = session.check(written(forged(DOCUMENT, TAMPERED[name]), tmp_path))
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.NOT_PROVED
    assert "coqc does not accept the theorem" in verdict.reason


@pytest.mark.usefixtures("rocq")
def test_a_student_on_its_teacher_is_undecided(session: RocqSession, tmp_path: Path) -> None:
    """The library differentiates the kernel where no two neurons are parallel only."""
    identity = [["1" if i == j else "0" for j in range(6)] for i in range(6)]
    changes = {
        "statement.property": "strict-local-minimum",
        "statement.region.center": identity,
        "statement.value": ["-1", "1"],
    }
    assert isinstance(session.check(written(forged(DOCUMENT, changes), tmp_path)), Undecided)


@pytest.mark.usefixtures("rocq")
@pytest.mark.parametrize("method", ["data", "proof", "printed"])
def test_a_theorem_about_other_data_is_noticed(
    method: str, session: RocqSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rocq gets a true theorem, of a wider interval or of its own data, and not the one claimed."""
    wider = theorem(forged(DOCUMENT, {"statement.value": ["1/40", "1/39"]}), tmp_path)
    if method == "data":
        entry = str(number(CENTER[0][0]) + Fraction(1, 2**60))
        wider = theorem(forged(DOCUMENT, {"statement.region.center.0.0": entry}), tmp_path)
    other: Callable[..., str] = getattr(Theorem, method)
    monkeypatch.setattr(Theorem, method, lambda _, *arguments: other(wider, *arguments))
    verdict = session.check(written(forged(DOCUMENT, {"provenance": {"for": method}}), tmp_path))
    assert isinstance(verdict, Undecided)


@pytest.mark.usefixtures("rocq")
def test_a_library_with_a_gap_is_not_accepted(
    built: tuple[kernel.Coq, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lemma taken for granted appears among the assumptions that Rocq prints."""
    gap = (
        b"Proof. exact (Run.check_minimum _ _ n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed). Qed."
    )
    checker = library.sources()["Checker.v"]
    assert gap in checker

    def with_a_gap(coq: kernel.Coq, folder: Path, deadline: float) -> None:
        shutil.copytree(built[1], folder, dirs_exist_ok=True)
        (folder / library.NAME / "Checker.v").write_bytes(checker.replace(gap, b"Admitted."))
        kernel.compile_file(coq, folder, f"{library.NAME}/Checker.v", deadline)

    monkeypatch.setattr(kernel, "build_library", with_a_gap)
    verdict = RocqSession(600).check(K6)
    assert isinstance(verdict, Undecided)
    assert "other assumptions" in verdict.reason


def program(folder: Path, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / "coqc"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


VERSION = 'case "$1" in --version) echo "The Coq Proof Assistant, version 8.16.1";; esac'
FAKES = {
    "accepts everything": VERSION,
    "says nothing": "exit 0",
    "another version": 'echo "The Coq Proof Assistant, version 8.20.0"',
    "fails": "exit 1",
}


@pytest.mark.parametrize("name", FAKES)
def test_a_program_that_is_no_coqc_verifies_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", FAKES[name])
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    verdict = RocqSession(60).check(K6)
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.MISSING_SOFTWARE


def test_without_coqc_the_answer_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict = RocqSession(60).check(K6)
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.MISSING_SOFTWARE
    assert "coq 8.16.1, libcoq-interval 4.6.1 and libcoq-coquelicot 3.2.0" in verdict.reason


def test_a_coqc_of_the_current_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, f"touch {tmp_path}/ran; {VERSION}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{tmp_path / 'empty'}")
    assert isinstance(RocqSession(60).check(K6), Undecided)
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("rocq")
def test_the_time_limit_stops_it() -> None:
    verdict = RocqSession(0.5).check(K6)
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.TIME_LIMIT


@pytest.mark.usefixtures("rocq")
def test_the_limit_of_memory_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "MEMORY", 150 * 2**20)
    verdict = RocqSession(60).check(K6)
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.OUT_OF_MEMORY


@pytest.mark.usefixtures("rocq")
def test_a_manifest_is_judged_by_its_parts(session: RocqSession, tmp_path: Path) -> None:
    verdict = session.check(one_pair(tmp_path))
    assert isinstance(verdict, Verified)
    assert verdict.trust == "rocq"
