"""Pictures of gradient descent: what is drawn of a statement, and of which there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.corpus.forge import CORPUS
from verify.checker.front.session import read
from verify.producer.report import figures

pytest.importorskip("matplotlib")
CERTIFICATES = Path(__file__).parents[2] / "certificates" / "bartlett-2018"


def lines(path: Path, word: str = figures.PROVED) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """The drawn lines by their labels."""
    (axes,) = figures.draw(read(path).statement, word).axes
    return {str(line.get_label()): np.asarray(line.get_ydata(), dtype=float) for line in axes.lines}


def test_floating_point_leaves_what_is_proved_and_exact_arithmetic_does_not() -> None:
    """The 2 x 2 target of negative determinant: NumPy is below 1e-10 at step 2,395, the bound is 0.4524375."""
    drawn = lines(CERTIFICATES / "negative-determinant.json")
    floats, exact = drawn["float64 (NumPy)"], drawn["exact arithmetic, enclosed in balls"]
    assert "proved: never below 0.4524375" in drawn
    assert np.flatnonzero(floats < 1e-10)[0] == 2395
    assert len(exact) == len(floats)
    assert exact.min() >= 0.4524375


@pytest.mark.parametrize("name", ["run-converges", "risk-run-two-layers", "identity-near-matrix", "run-heavy-ball"])
def test_both_runs_agree_where_nothing_is_lost(name: str) -> None:
    drawn = lines(CORPUS / "valid" / f"{name}.json", figures.CLAIMED)
    floats, exact = drawn["float64 (NumPy)"][:40], drawn["exact arithmetic, enclosed in balls"][:40]
    assert len(exact) > 2
    assert np.allclose(floats[: len(exact)], exact, rtol=1e-6, atol=1e-20)
    (axes,) = figures.draw(read(CORPUS / "valid" / f"{name}.json").statement, figures.CLAIMED).axes
    assert any(text.get_text().startswith("claimed: ") for text in axes.get_legend().get_texts())


def test_a_set_of_targets_has_no_picture() -> None:
    for name in ("above-even-set", "identity-symmetric", "identity-projected-matrix"):
        with pytest.raises(ValueError, match="picture"):
            figures.draw(read(CORPUS / "valid" / f"{name}.json").statement, figures.CLAIMED)
