"""What a verdict rests on: the table is as measured, every theorem has its page, a changed checker another digest."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns import campaign, campaigns_only
from tests.checker import rests_on as measuring
from tests.guard.record import committed, name
from verify import Verified, check
from verify.checker.__main__ import main
from verify.checker.front import rests_on

ROOT = Path(__file__).parents[2]
VALID = ROOT / "tests" / "corpus" / "valid"
GOOD = VALID / "type-ii-k6.json"
TABLE = json.loads(rests_on.TABLE.read_text(encoding="utf-8"))


def test_some_files_run_what_the_table_has() -> None:
    """Of a file of its own a row may have more: it is that of all files of its kind."""
    names = ("matrix-singular", "risk-tanh", "quadratic-global", "global-minimum-k2")
    found = measuring.table(measuring.measured([VALID / f"{name}.json" for name in names]))
    assert len(found) == 5, "one of them in two tiers"
    for row, lines in found.items():
        recorded = dict(zip(TABLE["files"], TABLE["lines"][row], strict=True))
        assert {file for file, count in lines.items() if count > recorded.get(file, 0)} == set()
        assert sum(lines.values()) > sum(recorded.values()) / 2


@campaign
def test_the_table_and_the_page_are_as_measured(capsys: pytest.CaptureFixture[str]) -> None:
    code = measuring.main([])
    assert code == 0, f"{capsys.readouterr().out}run: python -m tests.checker.rests_on --write"


def test_where_theorems_stand_is_what_the_documents_say() -> None:
    assert measuring.theorems() == rests_on.PAGES, "run: python -m tests.checker.rests_on --write"


def test_every_file_that_decides_is_in_the_table() -> None:
    """So the corpus has a file for each part of the checker."""
    never = {path.relative_to(measuring.PACKAGE).as_posix() for path in (measuring.PACKAGE / "checker").rglob("*.py")}
    never -= set(TABLE["files"])
    without_code = {name for name in never if not measuring.code_lines_of(name)}
    assert never - without_code <= {
        "checker/front/parallel.py",  # with --jobs
        "checker/front/rests_on.py",  # with -v
        "checker/public.py",  # for the producer
    }


def test_lines_belong_to_the_innermost_function() -> None:
    text = "X = 1\n\n\n@cache\ndef f():\n    def g():\n        return 1\n\n    return g\n\n\nclass C:\n    y = 2\n"
    assert measuring.lines_of_functions(text, {1, 4, 5, 6, 7, 9, 12, 13}) == {0: 3, 4: 3, 6: 2}


def one_for_each_rule() -> set[Path]:
    """By the record of the guard: the first valid file that a rule verifies."""
    found: dict[str, Path] = {}
    records = committed()
    for path in sorted(VALID.glob("*.json")):
        for rule in records[name(path)].get("rules", ()):
            found.setdefault(rule, path)
    return set(found.values())


@pytest.mark.parametrize(
    "path",
    campaigns_only(sorted(VALID.glob("*.json")), unless=one_for_each_rule().__contains__),
    ids=lambda path: path.stem,
)
def test_every_rule_has_its_page(path: Path) -> None:
    verdict = check(path)
    assert isinstance(verdict, Verified)
    found = rests_on.basis(verdict)
    assert found is not None
    for rule in found.theorems:
        file, anchor = rests_on.PAGES[rule].split("#")
        headings = re.findall(r"^#+ (.*)$", (ROOT / file).read_text(encoding="utf-8").lower(), flags=re.MULTILINE)
        assert anchor in [re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in headings]


def test_in_full_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    row = "Minimum TeacherStudentLandscape spurious-local-minimum arb"
    counts = dict(zip(TABLE["files"], TABLE["lines"][row], strict=True))
    files = [file for file, count in counts.items() if count]
    assert "checker/theorems/spurious_local_minimum.py" in files
    assert "checker/theorems/saddle.py" not in files or counts["checker/theorems/saddle.py"] < 20
    said = f"rests on 3 theorems and {sum(counts.values())} lines in {len(files)} files, digest sha256:"
    assert main(["-v", str(GOOD)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"It {said}" in text
    assert "- every-input-dimension: docs/THEOREMS.md#every-input-dimension" in text
    assert main(["--format", "json", str(GOOD)]) == 0
    (record,) = json.loads(capsys.readouterr().out)["results"]
    assert (record["rests_on"]["lines"], record["rests_on"]["files"]) == (sum(counts.values()), files)
    assert record["rests_on"]["theorems"]["spurious-local-minimum"] == "docs/THEOREMS.md#spurious-local-minimum"
    by_hand = hashlib.sha256()
    for file in files:
        content = (ROOT / "verify" / file).read_bytes()
        by_hand.update(f"{file} {len(content)}\n".encode() + content)
    assert record["rests_on"]["digest"] == f"sha256:{by_hand.hexdigest()}"


def test_what_is_not_verified_rests_on_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    path = VALID.parent / "invalid" / "rejected-minimum-bound-too-large.json"
    assert main(["-v", str(path)]) == 1
    assert "rests on" not in capsys.readouterr().out
    main(["--format", "json", str(path)])
    assert json.loads(capsys.readouterr().out)["results"][0]["rests_on"] is None


def test_a_changed_checker_has_another_digest(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "verify", tmp_path / "verify", ignore=shutil.ignore_patterns("__pycache__", "producer"))

    def digest() -> str:
        command = [sys.executable, "-m", "verify.checker", "--format", "json", str(GOOD)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env={})
        found: str = json.loads(done.stdout)["results"][0]["rests_on"]["digest"]
        return found

    before = digest()
    with (tmp_path / "verify" / "checker" / "core" / "balls.py").open("a") as file:
        file.write("\n# changed\n")
    assert digest() != before
    shutil.copy(ROOT / "verify" / "checker" / "core" / "balls.py", tmp_path / "verify" / "checker" / "core")
    with (tmp_path / "verify" / "checker" / "theorems" / "sum_of_squares.py").open("a") as file:
        file.write("\n# not of this kind\n")
    assert digest() == before
