"""Exact and enclosed definiteness, and how the checker comes by a data file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from flint import arb_mat, fmpq
from hypothesis import given
from hypothesis import strategies as st

from tests.checker.conftest import Run
from tests.corpus.forge import CORPUS, Document, forged, load
from verify.checker import Malformed, Undecided, Verdict, Verified, check
from verify.checker.core.definiteness import first_pivot_not_positive
from verify.checker.core.exact_definiteness import negative_direction
from verify.checker.core.limits import EXACT_DENOMINATOR_BITS
from verify.checker.front.session import Session

VALID = CORPUS / "valid"
HOLE = [["0.975295247577486"], ["-0.15522379853056187", "0.02470475242251419"]]
"""An approximate eigenvector matrix made a verified-SDP package miss an eigenvalue of this."""


def triangle(rows: list[list[int]]) -> list[list[fmpq]]:
    return [[fmpq(entry) for entry in row[: i + 1]] for i, row in enumerate(rows)]


factors = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(st.integers(-4, 4), min_size=3, max_size=3), min_size=n, max_size=n)
)


@given(factors, st.integers(0, 4), st.booleans())
def test_products_are_semidefinite_and_less_is_not(rows: list[list[int]], place: int, shift: bool) -> None:
    """B B^T is; where it is singular, taking 10^-30 off a diagonal entry in its kernel's support makes it not."""
    product = (np.array(rows) @ np.array(rows).T).tolist()
    exact = triangle(product)
    assert negative_direction(exact) is None
    n = len(rows)
    if n > 3 or np.linalg.matrix_rank(product) < n:
        from sympy import Matrix

        vector = Matrix(product).nullspace()[0]
        index = next(i for i, entry in enumerate(vector) if entry)
        exact[index][index] -= fmpq(1, 10**30)
        assert negative_direction(exact) is not None


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.integers(-3, 3), min_size=n * n, max_size=n * n)))
def test_exact_and_balls_agree_with_all_principal_minors(entries: list[int]) -> None:
    from itertools import combinations

    from sympy import Matrix

    n = int(len(entries) ** 0.5)
    square = np.array(entries).reshape(n, n)
    whole = (square + square.T).tolist()
    choices = [list(rows) for k in range(1, n + 1) for rows in combinations(range(n), k)]
    minors = [Matrix(whole).extract(rows, rows).det() for rows in choices]
    exact = triangle(whole)
    assert (negative_direction(exact) is None) == all(minor >= 0 for minor in minors)
    found = first_pivot_not_positive(arb_mat(whole))
    leading = [Matrix(whole)[:k, :k].det() for k in range(1, n + 1)]
    assert (found is None) == all(minor > 0 for minor in leading)
    if found is not None and found[1] < 0:
        assert min(np.linalg.eigvalsh(np.array(whole, dtype=float))) < 0


def test_a_nan_or_an_infinity_is_no_positive_pivot() -> None:
    assert first_pivot_not_positive(arb_mat([[float("nan")]])) is not None
    assert first_pivot_not_positive(arb_mat([[1, 0], [float("nan"), 1]])) is not None
    found = first_pivot_not_positive(arb_mat([[float("inf"), 0], [float("inf"), 1]]))
    assert found is not None and not found[1] < 0


def test_the_matrix_that_a_package_got_wrong_is_decided_by_its_exact_determinant(
    verdict_on: Callable[[Document], Verdict],
) -> None:
    rows = [[str(Fraction(entry)) for entry in row] for row in HOLE]
    a, b, c = (Fraction(entry) for row in rows for entry in row)
    verdict = verdict_on(forged(load("valid/matrix-singular.json"), {"statement.landscape.lower_triangle": rows}))
    assert isinstance(verdict, Verified) == (a * c - b * b >= 0)


def test_denominators_too_long_for_exact_arithmetic_are_undecided(verdict_on: Callable[[Document], Verdict]) -> None:
    with pytest.raises(OverflowError):
        negative_direction([[fmpq(1, 2**EXACT_DENOMINATOR_BITS)]])
    # Singular, and with denominators of 320 digits that hardly share anything.
    rows = [[f"1/{10**320 + 2 * i + 1}" if i == j else "0" for j in range(i + 1)] for i in range(60)]
    rows[-1][-1] = "0"
    verdict = verdict_on(forged(load("valid/matrix-singular.json"), {"statement.landscape.lower_triangle": rows}))
    assert isinstance(verdict, Undecided)
    assert "a common denominator of more than" in verdict.reason


# Data files


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A certificate without its data file."""
    shutil.copy(VALID / "sdp-lower-exact.json", tmp_path)
    return tmp_path / "sdp-lower-exact.json"


def test_a_data_file_is_given_or_lies_beside(alone: Path, run: Run) -> None:
    assert run(str(alone))[0] == 3
    code, output, _ = run(str(alone), "--data", str(VALID / "two-blocks.dat-s"))
    assert code == 0 and "c.x >= 2 for every feasible x" in output
    shutil.copy(VALID / "two-blocks.dat-s", alone.parent)
    assert run(str(alone))[0] == 0


def test_a_given_file_counts_by_its_content_and_not_by_its_name(alone: Path, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "renamed"
    shutil.copy(VALID / "two-blocks.dat-s", other)
    assert run(str(alone), "--data", str(VALID / "no-x.dat-s"), "--data", str(other))[0] == 0
    shutil.copy(VALID / "no-x.dat-s", alone.parent / "two-blocks.dat-s")
    code, output, _ = run(str(alone))
    assert code == 1 and "two-blocks.dat-s is another one than the statement is about" in output


def test_a_data_file_that_cannot_be_read_is_malformed(alone: Path, run: Run) -> None:
    code, output, _ = run(str(alone), "--data", str(alone.parent / "absent"))
    assert code == 2 and "there is no such file" in output
    (alone.parent / "two-blocks.dat-s").symlink_to(VALID / "two-blocks.dat-s")
    verdict = check(alone)
    assert isinstance(verdict, Malformed) and verdict.reason.startswith("two-blocks.dat-s: is a symbolic link")


def test_one_changed_byte_of_the_data_is_noticed(alone: Path) -> None:
    content = (VALID / "two-blocks.dat-s").read_bytes()
    changed = content.replace(b"0.25", b"0.26")
    assert changed != content
    (alone.parent / "two-blocks.dat-s").write_bytes(changed)
    assert check(alone).name == "Rejected"


def test_the_time_limit_is_looked_at(alone: Path) -> None:
    session = Session(1e-9)
    session.add_data(VALID / "two-blocks.dat-s")
    verdict = session.check(alone)
    assert isinstance(verdict, Undecided) and "time limit" in verdict.reason


@pytest.mark.parametrize("precision", [53, 128, 2048])
@pytest.mark.parametrize("name", ["sdp-lower-corrected", "sdp-upper-equality", "sdp-lower-equality"])
def test_any_precision_proves_the_same(name: str, precision: int, tmp_path: Path) -> None:
    document = load(f"valid/{name}.json")
    if document["witness"]["precision"] != precision:
        document = forged(document, {"witness.precision": precision})
    for data in VALID.glob("*.dat-s"):
        shutil.copy(data, tmp_path)
    (tmp_path / "one.json").write_text(json.dumps(document))
    assert isinstance(check(tmp_path / "one.json"), Verified)


# Corrections
