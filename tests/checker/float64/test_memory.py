"""How much memory is needed and there; what is not known does not refuse."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from verify.checker.float64 import memory
from verify.checker.float64.interval_matrix import MAX_EIGENVECTORS

MATRIX = 8 * 3_000 * 3_000
"""Bytes of the Hessian of 3,000 unknowns."""


@pytest.fixture
def meminfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "meminfo"
    monkeypatch.setattr(memory, "_MEMINFO", path)
    monkeypatch.setattr(os, "sysconf", {"SC_AVPHYS_PAGES": 10, "SC_PAGE_SIZE": 4_096}.__getitem__, raising=False)
    return path


def test_one_large_matrix_and_several_small_ones() -> None:
    assert MATRIX < memory.needed(3_000) <= MATRIX + 2**30
    small = 8 * MAX_EIGENVECTORS**2
    assert memory.needed(MAX_EIGENVECTORS) >= 10 * small
    assert memory.needed(MAX_EIGENVECTORS + 1) - memory.needed(0) < 2 * small
    assert memory.needed(0) == 2**28, "what is needed besides"


def test_what_the_system_says_is_available(meminfo: Path) -> None:
    meminfo.write_text("MemTotal: 9 kB\nMemFree: 7 kB\nMemAvailable:    5 kB\nBuffers: 3 kB\n")
    assert memory.available() == 5 * 1_024


@pytest.mark.parametrize("content", ["", "MemTotal: 9 kB\n", "MemAvailable: many kB\n", "MemAvailable:\n"])
def test_else_the_free_pages_count(content: str, meminfo: Path) -> None:
    meminfo.write_text(content)
    assert memory.available() == 40_960


def test_without_such_a_file_too(meminfo: Path) -> None:
    assert not meminfo.exists()
    assert memory.available() == 40_960


@pytest.mark.parametrize("error", [AttributeError, OSError, ValueError])
def test_a_system_that_says_nothing(error: type[Exception], meminfo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(name: str) -> int:
        raise error(name)

    monkeypatch.setattr(os, "sysconf", silent, raising=False)
    assert memory.available() is None
    assert memory.refusal(10**6) is None


def test_refused_only_where_it_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    need = memory.needed(3_000)
    monkeypatch.setattr(memory, "available", lambda: need)
    assert memory.refusal(3_000) is None
    monkeypatch.setattr(memory, "available", lambda: need - 1)
    reason = memory.refusal(3_000)
    assert reason == "the Hessian of 3000 unknowns needs 0.32 GiB of memory, 0.32 GiB are available"
