"""Pairs (k, n) as they are written on the command line."""

from __future__ import annotations

import re

import click

LARGEST = 100
_ITEM = re.compile(r"(k(?:[+-]\d{1,3})?|\d{1,3})(?::(\d{1,3}))?")


def pairs(teachers: str, students: str) -> list[tuple[int, int]]:
    """The pairs that --k and --n name, in ascending order.

    Each is a list of numbers and ranges that include both ends, as in 6,8,10:20; in --n also k, k+1, k-1.
    Raises click.BadParameter.
    """
    found = set()
    for k in _numbers(teachers, "--k", None):
        found |= {(k, n) for n in _numbers(students, "--n", k)}
    return sorted(found, key=lambda pair: (pair[1] - pair[0], pair) if "k" in students else (0, pair))


def _numbers(text: str, option: str, k: int | None) -> set[int]:
    numbers: set[int] = set()
    for item in text.replace(" ", "").split(","):
        match = _ITEM.fullmatch(item)
        if not match or (item.startswith("k") and (k is None or match[2])):
            example = "8, 6:20 or 6,8,10" if k is None else "8, 6:20, k or k,k+1,k+2"
            raise click.BadParameter(f"{item!r} is no number or range; write {option} {example}", param_hint=option)
        first = (k or 0) + int(match[1][1:] or 0) if item.startswith("k") else int(match[1])
        last = int(match[2]) if match[2] else first
        if not 1 <= first <= last <= LARGEST:
            raise click.BadParameter(
                f"{item!r} is empty, or not within 1 and {LARGEST}" + (f" at k = {k}" if k else ""), param_hint=option
            )
        numbers |= set(range(first, last + 1))
    return numbers
