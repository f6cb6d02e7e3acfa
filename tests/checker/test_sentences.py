"""Sentences that would be false without a condition: what each must say; and the work that a file may cause."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.corpus.forge import CORPUS, forged, load, text
from verify.checker import Malformed, Verified, check
from verify.checker.core.exact import shown
from verify.checker.front.session import Session, read
from verify.checker.statements.semidefinite_program import Block


def sentence(path: Path) -> str:
    verdict = check(path)
    assert isinstance(verdict, Verified)
    return verdict.statement.sentence()


def test_blocks_that_must_be_zero_are_named() -> None:
    """Without them the bound is false: X = 0 there is a condition on x."""
    words = "X required to be zero, and Y free, in the diagonal blocks"
    assert words in sentence(CORPUS / "valid/sdp-lower-equality.json")
    assert "zero" not in sentence(CORPUS / "valid/sdp-lower-exact.json")


def test_a_data_file_is_named_by_its_content() -> None:
    """Its name is the certificate's choice."""
    document = load("valid/sdp-lower-exact.json")
    assert document["statement"]["landscape"]["data"]["sha256"][:16] in sentence(CORPUS / "valid/sdp-lower-exact.json")


def test_a_global_minimum_is_claimed_for_the_widths_that_attain_it() -> None:
    paths = sorted((CORPUS / "valid").glob("quadratic-global*.json"))
    assert paths
    for path in paths:
        width = load(f"valid/{path.stem}.json")["statement"]["landscape"]["width"]
        assert f"for every width >= {width}" in sentence(path)


def test_the_decay_of_fixed_biases_is_no_part_of_the_risk() -> None:
    definitions = [read(path).statement.definition for path in (CORPUS / "valid").glob("risk-*.json")]
    decaying = [definition for definition in definitions if "biases|^2" in definition]
    assert decaying
    assert all("|trained biases|^2" in definition for definition in decaying)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Fraction(-7, 3), "-7/3"),
        (Fraction(10**9 - 1), "999999999"),
        (Fraction(1 - 10**9), "-999999999"),
        (Fraction(1, 10**9 - 1), "1/999999999"),
        (Fraction(10**19), "10000000000000000000"),
        (Fraction(10**20), "in [1e+20, 1e+20]"),
        (Fraction(-(10**20)), "in [-1e+20, -1e+20]"),
        (Fraction(1, 10**19), "in [1e-19, 1e-19]"),
        (Fraction(10**18, 3), "in [3.33333e+17, 3.33334e+17]"),
    ],
)
def test_a_long_number_is_shown_between_decimals(number: Fraction, words: str) -> None:
    assert shown(number) == words


@pytest.mark.parametrize(
    ("count", "words"), [(8, "1 (dense)"), (9, "1 (dense) and 1 more"), (12, "1 (dense) and 4 more")]
)
def test_a_long_list_of_blocks_is_cut(count: int, words: str) -> None:
    """Blocks of the orders 8, 7, ..., 1 and then of other ones."""
    statement = read(CORPUS / "valid/sdp-lower-exact.json").statement
    blocks = tuple(Block(order, diagonal=False) for order in [*range(8, 0, -1), *range(9, 20)][:count])
    shown = replace(statement.landscape, blocks=blocks).describe()  # type: ignore[attr-defined]
    assert shown.endswith(
        f"blocks of order 8 (dense), 7 (dense), 6 (dense), 5 (dense), 4 (dense), 3 (dense), 2 (dense), {words}"
    )


def test_a_point_alone_may_be_no_critical_point(tmp_path: Path) -> None:
    """A region of radius 0."""
    path = tmp_path / "point.json"
    for radius, expected in (("0", Verified), ("-1/1000", Malformed)):
        document = forged(load("valid/risk-no-critical-point.json"), {"statement.region.radius": radius})
        path.write_text(text(document), encoding="utf-8")
        assert isinstance(check(path), expected)


def test_one_session_reads_a_data_file_given_by_its_content() -> None:
    session = Session()
    session.add_data(CORPUS / "valid" / "two-blocks.dat-s")
    assert isinstance(session.check(CORPUS / "valid/sdp-lower-exact.json"), Verified)
