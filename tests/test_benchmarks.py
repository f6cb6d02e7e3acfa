"""Benchmarks run by hand; here, that they can still be started, and that none writes over another's section."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns import campaign, sampled

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PROGRAMS = sorted(path for path in BENCHMARKS.glob("*.py") if "__main__" in path.read_text(encoding="utf-8"))


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


def gpu(output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / "gpu.py"), "--output", str(output), "--minutes", "0.5", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@campaign
def test_the_run_on_a_gpu_stands_ready(tmp_path: Path) -> None:
    """All of it, in tiny size, on the CPU; the section says that it was one."""
    report = tmp_path / "report.md"
    report.write_text("# Benchmarks\n\n## Before\n\nkept\n")
    done = gpu(report, "--device", "cpu", "--sizes", "3", "--batches", "4", "--runs", "4")
    assert done.returncode == 0, done.stderr
    text = report.read_text()
    assert "## Before\n\nkept\n\n## Pre-search on a GPU\n" in text
    assert "a trial of the script, not a measurement of one" in text
    assert re.findall(r"^\| 3 \| numpy on cpu \| \d+ \| [\d.e+]+ \| 1 \|$", text, flags=re.MULTILINE)
    ended = re.findall(r"^\| 3 \| (\w+) on cpu \| (\w+) \| 4 of 4 \|", text, flags=re.MULTILINE)
    assert {("numpy", "fast"), ("numpy", "paper")} <= {*ended}


@campaign
def test_without_a_gpu_nothing_is_written(tmp_path: Path) -> None:
    visible = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, str(BENCHMARKS / "gpu.py"), "--output", str(tmp_path / "report.md")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=visible)
    assert (done.returncode, (tmp_path / "report.md").exists()) == (1, False)
    assert "nothing is measured, nothing written" in done.stderr


@campaign
def test_a_run_on_a_gpu_says_what_it_had_no_time_for(tmp_path: Path) -> None:
    done = gpu(tmp_path / "report.md", "--device", "cpu", "--sizes", "3", "--minutes", "0")
    assert done.returncode == 0, done.stderr
    assert "Left out, since the time was up: a step at k = n = 3 by numpy" in (tmp_path / "report.md").read_text()


RUNS = Path(__file__).parents[1]


def run_again(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / "descent_run.py"), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "file",
    [
        "tests/corpus/valid/descent-hidden-layer.json",
        pytest.param("certificates/descent-from-initialisation/digits-10.json", marks=campaign),
        pytest.param("certificates/descent-from-initialisation/digits-20-all-layers.json", marks=campaign),
    ],
)
def test_a_run_in_128_bits_agrees(file: str) -> None:
    """As docs/DESCENT.md has it for 50 digits."""
    done = run_again(RUNS / file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("agrees\n")


@pytest.mark.parametrize("name", ["another-start", "one-step-more", "mean-for-sum"])
def test_a_run_in_128_bits_finds_what_is_false(name: str) -> None:
    done = run_again(RUNS / "tests" / "corpus" / "invalid" / f"rejected-descent-{name}.json")
    assert "DOES NOT AGREE" in done.stdout
    assert done.returncode == 1
