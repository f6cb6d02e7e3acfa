"""What the kernel of Rocq accepts and what it does not: a tampered certificate, library or program never passes."""

import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.corpus.forge import Document, forged, text
from tests.rocq.test_theorem import DOCUMENT, K6, ROOT, number, theorem
from verify.checker.core.codes import Reason
from verify.checker.core.verdict import Undecided, Verified
from verify.producer.cli import main
from verify.rocq import kernel, library
from verify.rocq.session import RocqSession
from verify.rocq.theorem import Theorem


def why_not() -> str:
    """Why these tests cannot run, if so."""
    try:
        coq = kernel.find()
    except kernel.MissingSoftwareError as error:
        return str(error)
    missing = [name for name in ("Interval", "Coquelicot") if not _has(coq.path, name)]
    return f"coqc has no library {' and '.join(missing)}" if missing else ""


def _has(coqc: str, name: str) -> bool:
    where = subprocess.run([coqc, "-where"], capture_output=True, text=True, check=False).stdout.strip()
    return (Path(where) / "user-contrib" / name).is_dir()


needs_coq = pytest.mark.skipif(bool(why_not()), reason=f"nothing was tried in Rocq: {why_not()}")


@pytest.fixture(scope="module")
def session() -> Iterator[RocqSession]:
    """One session, so that the library is built once."""
    yield RocqSession(600)


def written(document: Document, folder: Path) -> Path:
    path = folder / "certificate.json"
    path.write_text(text(document), encoding="utf-8")
    return path


@needs_coq
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


@needs_coq
def test_a_given_rational_teacher_is_accepted(session: RocqSession, tmp_path: Path) -> None:
    assert isinstance(session.check(written(scaled(DOCUMENT), tmp_path)), Verified)


CENTER = DOCUMENT["statement"]["region"]["center"]
TAMPERED: dict[str, dict[str, Any]] = {
    "the centre moved": {"statement.region.center.0.0": str(number(CENTER[0][0]) + Fraction(1, 2**12))},
    "a larger bound of the Hessian": {"statement.hessian_lower_bound": "4830*2^-19"},
    "a larger ball": {"statement.region.radius": "1*2^-12"},
    "a ball without the minimum": {"statement.region.radius": "1*2^-80"},
    "a loss too small": {"statement.value": ["3701240471779015210*2^-67", "3701240471779015215*2^-67"]},
    "a loss too large": {"statement.value": ["3701240471779015230*2^-67", "3701240471779015231*2^-67"]},
    "another teacher": {
        "statement.landscape.teacher": {
            "rows": [["1" if i == j else "1/1024" if (i, j) == (0, 1) else "0" for j in range(6)] for i in range(6)]
        }
    },
}


@needs_coq
@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_data_are_not_accepted(name: str, session: RocqSession, tmp_path: Path) -> None:
    verdict = session.check(written(forged(DOCUMENT, TAMPERED[name]), tmp_path))
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.NOT_PROVED
    assert "coqc does not accept the theorem" in verdict.reason


@needs_coq
def test_a_student_on_its_teacher_is_undecided(session: RocqSession, tmp_path: Path) -> None:
    """The library differentiates the kernel where no two neurons are parallel only."""
    identity = [["1" if i == j else "0" for j in range(6)] for i in range(6)]
    changes = {
        "statement.property": "strict-local-minimum",
        "statement.region.center": identity,
        "statement.value": ["-1", "1"],
    }
    assert isinstance(session.check(written(forged(DOCUMENT, changes), tmp_path)), Undecided)


@needs_coq
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


@needs_coq
def test_the_residual_of_a_wrong_factor_is_not_small(session: RocqSession, tmp_path: Path) -> None:
    """The factor is made in Rocq and believed by nobody: with one entry changed, nothing follows."""
    coq, folder = session.ready(time.monotonic() + 600)
    made = theorem(DOCUMENT, tmp_path)
    proof = made.proof()
    numbers = proof[proof.index("18446744073709551616\n    ") :].split("\n")[1].removesuffix(" = true.").split()
    radius, shift = f"{numbers[0]} {numbers[1]}", " ".join(numbers[8:])
    code = f"""From Coq Require Import Reals ZArith List Uint63.
From Landscape Require Import Checker Certificates.
Import ListNotations.
Definition center : list (list Z) := {made.data().split(":=")[1]}
Open Scope Z_scope.
Definition bits := Float.PtoP 56.
Definition H := Run.E.hessian bits 6 6 6 (Run.table (unit_rows 6) center 1 18446744073709551616 bits {radius}).
Definition L := Run.factor_of 6 6 {" ".join(numbers[8:10])} bits H.
Definition wrong := match L with (x :: r) :: rows => (x * 2 :: r)%uint63 :: rows | _ => nil end.
Eval vm_compute in (Run.residual_small 6 6 {shift} bits H L, Run.residual_small 6 6 {shift} bits H wrong).
"""
    (folder / library.OWN / "Factor.v").write_text(code, encoding="ascii")
    printed = kernel.compile_file(coq, folder, f"{library.OWN}/Factor.v", time.monotonic() + 300)
    assert printed.split() == ["=", "(true,", "false)", ":", "bool", "*", "bool"]


@needs_coq
def test_a_library_with_a_gap_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lemma taken for granted appears among the assumptions that Rocq prints."""
    sources = library.sources()
    gap = (
        b"Proof. exact (Run.check_minimum _ _ n k d teacher center tden cden rn rd ln ld hn hd mn md sn sd en ed). Qed."
    )
    assert gap in sources["Certificates.v"]
    changed = {**sources, "Certificates.v": sources["Certificates.v"].replace(gap, b"Admitted.")}
    monkeypatch.setattr(library, "sources", lambda: changed)
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


@needs_coq
def test_the_time_limit_stops_it() -> None:
    verdict = RocqSession(0.5).check(K6)
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.TIME_LIMIT


@needs_coq
def test_the_limit_of_memory_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "MEMORY", 150 * 2**20)
    verdict = RocqSession(60).check(K6)
    assert isinstance(verdict, Undecided)


def one_pair(folder: Path) -> Path:
    """A manifest of the pair (6, 6) alone, beside its certificate."""
    manifest: Document = json.loads((K6.parent / "theorem-1.json").read_text(encoding="utf-8"))
    parts = [part for part in manifest["witness"]["parts"] if part["file"] == K6.name]
    shutil.copy(K6, folder)
    path = folder / "manifest.json"
    path.write_text(text(forged(manifest, {"statement.pairs": [[6, 6]], "witness.parts": parts})), encoding="utf-8")
    return path


@needs_coq
def test_a_manifest_is_judged_by_its_parts(session: RocqSession, tmp_path: Path) -> None:
    verdict = session.check(one_pair(tmp_path))
    assert isinstance(verdict, Verified)
    assert verdict.trust == "rocq"


@needs_coq
def test_the_exported_folder_of_a_manifest_builds(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["export", "rocq", str(one_pair(tmp_path)), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    made = subprocess.run(["make", "-s", "-C", str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    axioms = library.assumptions()
    wanted = f"{theorem(DOCUMENT, tmp_path).printed()} {axioms} pairs : Forall theorem_1_for [(6, 6)] {axioms}"
    assert " ".join(made.stdout.split()) == wanted


def test_a_manifest_of_another_part_is_not_exported(tmp_path: Path) -> None:
    path = one_pair(tmp_path)
    (tmp_path / K6.name).write_text(
        text(forged(DOCUMENT, {"statement.hessian_lower_bound": "1/512"})), encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["export", "rocq", str(path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 3
    assert "not the certificate named" in done.output


def test_export_says_when_there_is_no_theorem(tmp_path: Path) -> None:
    saddle = ROOT / "certificates" / "du-lee-2018" / "saddle.json"
    done = CliRunner().invoke(main, ["export", "rocq", str(saddle), "-o", str(tmp_path / "out")])
    assert done.exit_code == 3
    assert not (tmp_path / "out").exists()
    broken = tmp_path / "broken.json"
    broken.write_text("{}", encoding="ascii")
    assert CliRunner().invoke(main, ["export", "rocq", str(broken), "-o", str(tmp_path / "out")]).exit_code == 2
