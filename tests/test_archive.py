"""The certificates of a release as one file: the same bytes from another copy, and what it holds checks."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from verify import Verified
from verify.checker.front.session import Session
from verify.producer import archive

CERTIFICATES = Path(__file__).parents[1] / "certificates"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "certificates.zip"
    assert archive.main(["-o", str(path), "--certificates", str(CERTIFICATES)]) == 0
    return path


def test_the_same_bytes_from_another_copy(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(CERTIFICATES, copy)
    for path in [*copy.rglob("*")]:
        path.chmod(0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (copy / ".hidden").write_text("a file of an editor's")
    assert archive.main(["-o", str(tmp_path / "again.zip"), "--certificates", str(copy)]) == 0
    assert (tmp_path / "again.zip").read_bytes() == made.read_bytes()
    (copy / "README.md").write_text("changed")
    assert archive.main(["-o", str(tmp_path / "other.zip"), "--certificates", str(copy)]) == 0
    assert (tmp_path / "other.zip").read_bytes() != made.read_bytes()


def test_it_holds_every_file_and_its_sum_and_they_check(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as opened:
        opened.extractall(tmp_path)
    folder = tmp_path / archive.NAME
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    ours = {path.relative_to(CERTIFICATES).as_posix() for path in CERTIFICATES.rglob("*") if path.is_file()}
    assert held == ours | {archive.SUMS}
    sums = dict(reversed(line.split("  ")) for line in (folder / archive.SUMS).read_text().splitlines())
    assert sums == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ours}
    session = Session()
    for name in ("other-activations", "auer-1995"):
        for path in sorted((folder / name).glob("*.json")):
            assert isinstance(session.check(path), Verified)


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        archive.main(["--certificates", str(tmp_path / "nothing")])
    assert (stopped.value.code, "there is no folder" in capsys.readouterr().err) == (2, True)
    assert archive.main(["-o", str(tmp_path), "--certificates", str(CERTIFICATES / "auer-1995")]) == 74
