"""Pictures of covers and of runs: what is drawn is the certificate's, and is called proved only where it was."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.corpus.forge import CORPUS
from tests.report.conftest import run
from verify.checker.core.subdivision import MAX_SIDES, pack, subdivision
from verify.checker.public import read
from verify.checker.statements.cover_witness import Cover, CoverWitness, Zero
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.gradient_descent import REACHES, Reaches
from verify.producer.linear.trajectory import certify_run
from verify.producer.report import cover_picture, figures
from verify.producer.report.descent_picture import _in_floats, _run_of

VALID = CORPUS / "valid"
LEAF = MAX_SIDES
"""A leaf's code is this plus the number of its test."""


def cover(codes: list[int], sides: int, zeros: tuple[Zero, ...] = ()) -> Cover:
    box = ((Fraction(0), Fraction(1)),) * sides
    return Cover(box, zeros, subdivision(pack(codes), sides, 5))


def test_the_pieces_that_are_drawn_are_those_of_the_cover() -> None:
    """Cut at x = 1/2; the lower half at y = 1/2."""
    shapes, words = cover_picture._slice(cover([0, 1, LEAF, LEAF + 1, LEAF + 4], 2))
    corners = [(piece.min(0).tolist(), piece.max(0).tolist(), word) for piece, word in zip(shapes, words, strict=True)]
    assert corners == [([0, 0], [0.5, 0.5], 0), ([0, 0.5], [0.5, 1], 1), ([0.5, 0], [1, 1], 4)]


def test_of_more_unknowns_a_plane_is_drawn_which_the_pieces_fill() -> None:
    """Cut at z = 1/2, the lower half at x = 1/2, the upper one at y = 1/2: the plane z = 1/2 meets the upper one."""
    shapes, words = cover_picture._slice(cover([2, 0, LEAF, LEAF, 1, LEAF + 2, LEAF + 3], 3))
    assert words == [2, 3]
    assert sum(np.prod(piece.max(0) - piece.min(0)) for piece in shapes) == 1
    path = next(path for path in sorted(VALID.glob("small-*.json")) if _covers(path))
    witness = read(path).witness
    assert isinstance(witness, CoverWitness)
    for each in witness.covers:
        shapes, _ = cover_picture._slice(each)
        sides = cover_picture._sides(each.box)
        whole = np.prod([high - low for low, high in sides])
        assert sum(np.prod(piece.max(0) - piece.min(0)) for piece in shapes) == pytest.approx(whole)


def _covers(path: Path) -> bool:
    return "covers" in json.loads(path.read_bytes())["witness"]


def test_one_unknown_is_a_strip_and_zeros_are_marked() -> None:
    zero = Zero((Fraction(1, 4),), Fraction(1, 8))
    figure = cover_picture.draw_cover(
        CoverWitness(53, (cover([0, LEAF + 4, LEAF], 1, (zero,)),)), "property", "claimed"
    )
    (axis,) = figure.axes
    assert [text.get_text() for text in axis.texts] == ["zero 0"]
    assert {text.get_text() for text in axis.get_legend().get_texts()} == {"known", "sign"}


def test_a_cover_of_too_many_pieces_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover_picture, "MOST", 1)
    with pytest.raises(ValueError, match="a cover of 2 pieces is not drawn"):
        cover_picture.draw_cover(CoverWitness(53, (cover([0, LEAF, LEAF], 1),)), "property", "claimed")


def test_a_cover_is_called_proved_only_where_the_file_is_the_one_that_was_checked(tmp_path: Path) -> None:
    path = next(path for path in sorted(VALID.glob("small-*.json")) if _covers(path))
    (tmp_path / "in").mkdir()
    shutil.copy(path, tmp_path / "in" / "cover.json")
    assert run("report", tmp_path / "in", "-o", tmp_path / "page.html").exit_code == 0
    text = (tmp_path / "page.html").read_text()
    assert "that each test holds is proved" in text
    assert "; proved: a cover of " in text
    from verify.checker.public import Line, Session
    from verify.producer.report import page

    line = Line(str(tmp_path / "in" / "cover.json"), Session().check(path), 0.0)
    assert page._witness(line) is not None
    other = next(each for each in sorted(VALID.glob("small-*.json")) if _covers(each) and each != path)
    shutil.copy(other, tmp_path / "in" / "cover.json")
    assert page._witness(line) is None


@pytest.mark.parametrize("momentum", ["0", "1/3"])
def test_the_curve_of_a_run_is_its_losses(momentum: str) -> None:
    """One weight a layer: exact arithmetic by hand."""
    certificate = certify_run([["2"]], 2, "1/10", below="1/1000", momentum=momentum)
    statement = certificate.read().statement
    a, b, before, beta = Fraction(1), Fraction(1), (Fraction(1), Fraction(1)), Fraction(momentum)
    losses = []
    for _ in range(statement.steps + 1):
        error = b * a - 2
        losses.append(float(error**2 / 2))
        step = Fraction(1, 10)
        moved = (a - step * error * b + beta * (a - before[0]), b - step * error * a + beta * (b - before[1]))
        before, (a, b) = (a, b), moved
    assert _in_floats(_run_of(statement)) == pytest.approx(losses, rel=1e-9)
    assert losses[-1] <= 1e-3 < losses[-2]
    figure = figures.draw(statement, figures.CLAIMED)
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels[:2] == ["float64 (NumPy)", "exact arithmetic, enclosed in balls"]
    assert labels[2].startswith("claimed: in [0, 0.001] at ")


def test_a_run_that_is_not_followed_is_not_drawn() -> None:
    landscape = DeepLinearNetwork((1, 1, 1), None, ((Fraction(1),),), ((Fraction(2),),))
    one, step = ((Fraction(1),),), Fraction(1, 20)
    statement = Reaches(landscape, REACHES, (one, one), step, Fraction(0), 5, (Fraction(0), Fraction(1)))
    with pytest.raises(ValueError, match="has no picture: trajectories are followed with a target only"):
        figures.draw(statement, figures.CLAIMED)


def test_a_long_run_is_not_drawn() -> None:
    landscape = DeepLinearNetwork((1, 1), ((Fraction(2),),), None, None)
    run = Reaches(landscape, REACHES, (((Fraction(1),),),), Fraction(1), Fraction(0), 10**6, (Fraction(0), Fraction(1)))
    with pytest.raises(ValueError, match="has no picture"):
        figures.draw(run, figures.CLAIMED)
