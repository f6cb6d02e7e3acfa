"""--expect: exactly the statements of a manifest that one kept, whatever the files are called."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.checker.conftest import Run
from tests.corpus.forge import CORPUS, forged, load, text

VALID = CORPUS / "valid"
GOOD = str(VALID / "global-minimum-k2.json")
BAD = str(CORPUS / "malformed" / "raw-empty.json")
WRONG = str(CORPUS / "invalid" / "rejected-minimum-bound-too-large.json")


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, str]:
    """Two certificates in a folder of their own, and their manifest kept elsewhere."""
    (tmp_path / "received").mkdir()
    for name in ("global-minimum-k2.json", "type-ii-k6.json"):
        shutil.copy(VALID / name, tmp_path / "received" / name)
    shutil.copy(VALID / "manifest-strict.json", tmp_path / "manifest.json")
    return tmp_path / "received", str(tmp_path / "manifest.json")


def test_expect_passes_on_exactly_the_parts(run: Run, kept: tuple[Path, str]) -> None:
    folder, manifest = kept
    code, out, _ = run(str(folder), "--expect", manifest)
    assert code == 0
    assert "3 files: 3 verified" in out
    assert out.splitlines()[2].startswith(f"Verified   {manifest}")


def test_expect_does_not_care_for_file_names(run: Run, kept: tuple[Path, str]) -> None:
    folder, manifest = kept
    (folder / "type-ii-k6.json").rename(folder / "renamed.json")
    assert run(str(folder), "--expect", manifest)[0] == 0


def test_expect_lets_the_manifest_lie_among_them(run: Run, kept: tuple[Path, str]) -> None:
    folder, manifest = kept
    shutil.copy(manifest, folder)
    assert run(str(folder), "--expect", manifest)[0] == 0


def expected(run: Run, kept: tuple[Path, str]) -> tuple[int, str]:
    folder, manifest = kept
    code, out, _ = run(str(folder), "--expect", manifest, "--format", "json")
    last = json.loads(out)["results"][-1]
    assert last["path"] == manifest
    assert (last["verdict"] == "Verified") == (code == 0)
    return code, last["reason"] or ""


def test_expect_notices_a_weaker_certificate_swapped_in(run: Run, kept: tuple[Path, str]) -> None:
    for weaker in ("type-ii-k6-one-dimension.json", "type-ii-k6-not-called-spurious.json"):
        shutil.copy(VALID / weaker, kept[0] / "type-ii-k6.json")
        assert expected(run, kept) == (
            1,
            f"a certificate was checked that the manifest does not name ({load('valid/' + weaker)['digest']})",
        )


def test_expect_notices_one_more_certificate(run: Run, kept: tuple[Path, str]) -> None:
    shutil.copy(VALID / "type-ii-k7.json", kept[0])
    code, reason = expected(run, kept)
    assert code == 1
    assert "does not name" in reason


def test_expect_notices_a_missing_certificate(run: Run, kept: tuple[Path, str]) -> None:
    (kept[0] / "type-ii-k6.json").unlink()
    assert expected(run, kept) == (1, "the part type-ii-k6.json is missing")


def test_expect_is_not_met_by_a_malformed_certificate(run: Run, kept: tuple[Path, str]) -> None:
    shutil.copy(BAD, kept[0] / "type-ii-k6.json")
    code, reason = expected(run, kept)
    assert code == 2
    assert "does not name (malformed)" in reason


def test_expect_is_not_met_by_an_unproved_certificate(run: Run, kept: tuple[Path, str], tmp_path: Path) -> None:
    wrong = load("invalid/rejected-minimum-bound-too-large.json")
    manifest = forged(load("valid/manifest-strict.json"), {"witness.parts.1.digest": wrong["digest"]})
    (tmp_path / "manifest.json").write_text(text(manifest))
    shutil.copy(WRONG, kept[0] / "type-ii-k6.json")
    assert expected(run, kept) == (
        1,
        "the part type-ii-k6.json is rejected: the Hessian has an eigenvalue below 0.0048 at the given point",
    )


def test_expect_needs_parts_that_cover_the_manifests_theorem(run: Run, kept: tuple[Path, str], tmp_path: Path) -> None:
    manifest = forged(load("valid/manifest-strict.json"), {"statement.pairs": [[2, 2], [6, 6], [7, 7]]})
    (tmp_path / "manifest.json").write_text(text(manifest))
    assert expected(run, kept) == (1, "no part proves the pairs (k, n) = (7, 7)")


def test_expect_does_not_take_a_manifest_for_a_part(run: Run, kept: tuple[Path, str], tmp_path: Path) -> None:
    inner, outer = load("valid/manifest-strict.json"), tmp_path / "outer.json"
    (kept[0] / "inner.json").write_text(text(inner))
    parts = [*inner["witness"]["parts"], {"file": "inner.json", "digest": inner["digest"]}]
    outer.write_text(text(forged(inner, {"witness.parts": parts})))
    assert expected(run, (kept[0], str(outer))) == (1, "the part inner.json is no certificate of a critical point")


def test_expect_does_not_take_a_manifest_of_regions_for_a_part(run: Run, kept: tuple[Path, str]) -> None:
    """Although it is about a region of teachers, as its parts are."""
    folder, manifest = kept
    inner = load("valid/manifest-teachers.json")
    for file in folder.iterdir():
        file.unlink()
    for part in inner["witness"]["parts"]:
        shutil.copy(VALID / part["file"], folder)
    (folder / "inner.json").write_text(text(inner))
    Path(manifest).write_text(text(inner))
    assert run(str(folder), "--expect", manifest)[0] == 0
    named = [*inner["witness"]["parts"], {"file": "inner.json", "digest": inner["digest"]}]
    Path(manifest).write_text(text(forged(inner, {"witness.parts": named})))
    assert expected(run, kept) == (1, "the part inner.json is no certificate about a region of teachers")


@pytest.mark.parametrize(("manifest", "reason"), [(GOOD, "--expect needs a manifest"), (BAD, "is empty")])
def test_expect_needs_a_manifest(run: Run, manifest: str, reason: str) -> None:
    code, out, _ = run(GOOD, "--expect", manifest)
    assert code == 2
    assert reason in out


def test_expect_with_a_folder(run: Run, tmp_path: Path) -> None:
    assert run(GOOD, "--expect", str(tmp_path))[0] == 2
