"""Benchmarks run by hand; here, that they can still be started, and that none writes over another's section."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns import sampled

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PROGRAMS = sorted(path for path in BENCHMARKS.glob("*.py") if path.stem not in ("sections", "timing"))


@pytest.mark.parametrize("program", sampled(PROGRAMS, every=4), ids=lambda path: path.stem)
def test_each_starts_and_says_how_to_use_it(program: Path) -> None:
    command = [sys.executable, str(program), "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "usage:" in result.stdout


def test_a_section_is_replaced_where_it_stands(tmp_path: Path) -> None:
    put_section = runpy.run_path(str(BENCHMARKS / "sections.py"))["put_section"]
    report = tmp_path / "report.md"
    for heading, text in (("First", "1\n"), ("Second", "2"), ("First of all", "3"), ("First", "new\\1\n\n")):
        put_section(report, heading, text)
    assert report.read_text() == "# Benchmarks\n\n## First\n\nnew\\1\n\n## Second\n\n2\n\n## First of all\n\n3\n"
