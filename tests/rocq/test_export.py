"""`verify export rocq`: its folder builds, and `make` compares what Rocq prints with what it must print."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.corpus.forge import Document, forged, text
from tests.rocq.test_theorem import DOCUMENT, K6, ROOT, theorem
from verify.producer.cli import main
from verify.rocq import library
from verify.rocq.files import files

SAID = "As in Expected.txt: the statement of the file, and no other axioms than these."
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def exported(path: Path, folder: Path) -> Path:
    done = CliRunner().invoke(main, ["export", "rocq", str(path), "-o", str(folder / "out")])
    assert done.exit_code == 0, done.output
    return folder / "out"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "-s", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)


def one_pair(folder: Path) -> Path:
    """A manifest of the pair (6, 6) alone, beside its certificate."""
    manifest: Document = json.loads((K6.parent / "theorem-1.json").read_text(encoding="utf-8"))
    parts = [part for part in manifest["witness"]["parts"] if part["file"] == K6.name]
    shutil.copy(K6, folder)
    path = folder / "manifest.json"
    path.write_text(text(forged(manifest, {"statement.pairs": [[6, 6]], "witness.parts": parts})), encoding="utf-8")
    return path


@pytest.mark.usefixtures("rocq")
@needs_make
def test_the_exported_folder_of_a_manifest_builds(tmp_path: Path) -> None:
    out = exported(one_pair(tmp_path), tmp_path)
    made = make(out)
    assert made.returncode == 0, made.stderr
    wanted = f"{theorem(DOCUMENT, tmp_path).printed()} pairs : Forall theorem_1_for [(6, 6)] {library.assumptions()}"
    assert " ".join(made.stdout.split()) == f"{wanted} {SAID}"

    # a lemma taken for granted, in files that Rocq accepts
    own = out / library.OWN / "Theorem1.v"
    proof = "Proof. vm_cast_no_check (eq_refl true). Qed."
    assert proof in own.read_text(encoding="ascii")
    own.write_text(own.read_text(encoding="ascii").replace(proof, "Admitted."), encoding="ascii")
    made = make(out, f"FILES={library.OWN}/Theorem1.v {library.OWN}/Pairs.v")
    assert made.returncode != 0
    assert "> Theorem1.computed" in made.stdout
    assert "another statement, or another axiom" in made.stderr


PRINTED = "pairs : Forall theorem_1_for [(6, 6); "
TAMPERED = {
    "another pair": ("(7, 7)", "(7, 8)"),
    "another number": ("(1 / 8388608)", "(1 / 4194304)"),
    "an axiom more": ("Axioms:", "Axioms: Checker.minimum : False"),
    "an axiom less": ("Classical_Prop.classic : forall P : Prop, P \\/ ~ P", ""),
    "no axioms": ("Axioms:", "Closed under the global context"),
}


@needs_make
@pytest.mark.parametrize("name", [None, *TAMPERED])
def test_make_compares_what_is_printed(name: str | None, tmp_path: Path) -> None:
    """Here a program prints in place of coqc, for the whole of Theorem 1, and breaks the lines as Rocq does."""
    manifest = ROOT / "certificates" / "safran-shamir-2018" / "theorem-1.json"
    out = exported(manifest, tmp_path)
    printed = f"{files(manifest)[1]} {library.assumptions()}"
    assert PRINTED in printed
    if name is not None:
        old, new = TAMPERED[name]
        assert old in printed
        printed = printed.replace(old, new)
    (out / "says").write_text(printed.replace(" : ", "\n     : ").replace("; (", "; (\n          "), encoding="ascii")
    program = out / "program"
    program.write_text('#!/bin/sh\ncase "$*" in *Pairs.v) cat says; echo;; esac\n', encoding="ascii")
    program.chmod(0o755)
    made = make(out, "COQC=./program")
    assert (made.returncode == 0) == (name is None)
    assert (SAID in made.stdout) == (name is None)


@needs_make
def test_make_fails_where_coqc_does(tmp_path: Path) -> None:
    made = make(exported(K6, tmp_path), "COQC=false")
    assert made.returncode != 0
    assert SAID not in made.stdout


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
