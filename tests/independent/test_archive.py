"""`python -m verify.independent.build`: the second checker as one file, the same bytes wherever it is made."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.independent.differential import CORPUS
from tests.independent.package import FOLDER
from verify.independent import build

FILES = [
    CORPUS / folder / f"{name}.json"
    for folder, name in (
        ("valid", "type-ii-k6"),
        ("valid", "symmetric-type-ii"),
        ("invalid", "rejected-saddle-inertia"),
        ("invalid", "undecided-minimum-ball-too-large"),
        ("malformed", "raw-null"),
    )
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "check.pyz"
    assert build.main(["-o", str(path)]) == 0
    return path


def copy_elsewhere(folder: Path, umask: int, seconds: int) -> Path:
    """The archive made from a copy of the package with other rights and times, in another folder and time zone."""
    package = folder / "deep" / "er" / "second"
    shutil.copytree(FOLDER, package, ignore=shutil.ignore_patterns("__pycache__"))
    for path in package.rglob("*.py"):
        path.chmod(0o600 if umask else 0o755)
        os.utime(path, (seconds, seconds))
    environment = {**os.environ, "TZ": "Pacific/Apia" if umask else "UTC", "PYTHONHASHSEED": str(umask)}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-m", "second.build", "--output", "made.pyz"]
    subprocess.run(command, cwd=package.parent, umask=umask, env=environment, check=True, capture_output=True)
    return package.parent / "made.pyz"


def test_the_build_is_reproducible_byte_for_byte(made: Path, tmp_path: Path) -> None:
    first = copy_elsewhere(tmp_path / "a", umask=0o077, seconds=1_000_000_000)
    second = copy_elsewhere(tmp_path / "b", umask=0o000, seconds=1_700_000_001)
    assert first.read_bytes() == second.read_bytes() == made.read_bytes()


def test_another_source_is_another_archive(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "second")
    before = build.archive(build.sources(tmp_path / "second"))
    with (tmp_path / "second" / "signs.py").open("a", encoding="utf-8") as file:
        file.write("# more\n")
    assert build.archive(build.sources(tmp_path / "second")) != before


def test_line_ends_of_a_checkout_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes(b"a = 1\nb = 2\n")
    unix = build.archive(build.sources(tmp_path))
    (tmp_path / "x.py").write_bytes(b"a = 1\r\nb = 2\r\n")
    assert build.archive(build.sources(tmp_path)) == unix


def test_it_prints_the_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "check.pyz"
    assert build.main(["-o", str(path)]) == 0
    assert capsys.readouterr().out == f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}\n"


def test_where_nothing_can_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["-o", str(tmp_path / "none" / "check.pyz")]) == 74
    assert "cannot write" in capsys.readouterr().err


def test_the_archive_is_the_package_as_text_and_nothing_else(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        entries = archive.infolist()
        content = {entry.filename: archive.read(entry) for entry in entries}
    assert [entry.filename for entry in entries] == sorted(content)
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.py")} - {"build.py", "__main__.py"}
    assert set(content) == {"__main__.py", *(f"independent/{name}" for name in files)}
    assert all(content[f"independent/{name}"] == (FOLDER / name).read_bytes() for name in files)


def without_seconds(text: str) -> str:
    return re.sub(r"\((independent, )?[0-9.]+ s\)", r"(\1 s)", text)


def test_all_ways_to_run_it_print_the_same(made: Path, tmp_path: Path) -> None:
    """Python without site-packages (-S) and variables of the environment (-I); and another package of that name."""
    (tmp_path / "independent").mkdir()
    (tmp_path / "independent" / "__init__.py").write_text("raise RuntimeError\n", encoding="utf-8")
    arguments = list(map(str, FILES))
    archive = subprocess.run(
        [sys.executable, "-I", "-S", str(made), *arguments], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    module = subprocess.run(
        [sys.executable, "-m", "verify.independent", *arguments],
        capture_output=True, text=True, cwd=FOLDER.parents[1], check=False,
    )  # fmt: skip
    assert archive.stderr == module.stderr == ""
    assert archive.returncode == module.returncode == 2
    assert without_seconds(archive.stdout) == without_seconds(module.stdout)
    assert [line.split()[0] for line in archive.stdout.splitlines()] == [
        "Verified", "Verified", "Rejected", "Undecided", "Malformed",
    ]  # fmt: skip
