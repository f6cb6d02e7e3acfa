"""A table of how often random descents end at certified spurious minima, beside published numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verify.producer.files import write_whole

CONFIDENCE = 0.95
SIMULTANEOUS = 0.999
HEADINGS = (
    "k", "n", "runs", "at certified spurious minima (%)", "95 % interval", "published (%)", "p-value",
    "mean smallest eigenvalue", "published", "mean loss", "published", "end points", "minima", "saddles",
    "not certified", "unfinished runs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A paper's numbers for one pair: percent of its runs at a bad minimum, and two means over these runs."""

    percent: float
    eigenvalue: float | None = None
    loss: float | None = None
    runs: int = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One pair's end points. `bad` runs ended at `minima` points that are certified as spurious; means are over these
    runs, of float64 evaluations. `open_runs` ended at points that are not certified as anything."""

    k: int
    n: int
    runs: int
    bad: int
    eigenvalue: float | None
    loss: float | None
    minima: int
    saddles: int
    open_points: int
    open_runs: int
    unfinished: int

    @property
    def percent(self) -> float:
        """Percent of the runs at certified spurious minima."""
        return 100 * self.bad / self.runs

    def interval(self) -> tuple[float, float]:
        """The exact (Clopper-Pearson) confidence interval of the percentage."""
        from scipy.stats import binomtest

        low, high = binomtest(self.bad, self.runs).proportion_ci(CONFIDENCE, method="exact")
        return 100 * float(low), 100 * float(high)

    def p_value(self, published: Published) -> float:
        """Of Fisher's exact test that both numbers of bad runs come from one probability."""
        from scipy.stats import fisher_exact

        theirs = round(published.percent / 100 * published.runs)
        return float(fisher_exact([[self.bad, self.runs - self.bad], [theirs, published.runs - theirs]])[1])


def table(rows: Sequence[Row], published: dict[tuple[int, int], Published]) -> str:
    """A Markdown table, and below it whether the percentages agree with the published ones."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    tested: list[tuple[float, Row]] = []
    for row in rows:
        theirs = published.get((row.k, row.n))
        low, high = row.interval()
        p = None if theirs is None else row.p_value(theirs)
        if p is not None:
            tested.append((p, row))
        cells = [
            row.k, row.n, row.runs, f"{row.percent:.1f}", f"{low:.1f} - {high:.1f}",
            f"{theirs.percent:.1f}" if theirs else "", "" if p is None else f"{p:.2g}",
            _number(row.eigenvalue), _number(theirs.eigenvalue if theirs else None),
            _number(row.loss), _number(theirs.loss if theirs else None),
            row.minima + row.saddles + row.open_points, row.minima, row.saddles, row.open_points, row.unfinished,
        ]  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n" + _agreement(tested)


def _agreement(tested: list[tuple[float, Row]]) -> str:
    if not tested:
        return ""
    level = (1 - SIMULTANEOUS) / len(tested)
    apart = ", ".join(f"({row.k}, {row.n})" for p, row in tested if p < level)
    test = f"Fisher's exact test, {100 * SIMULTANEOUS:g} % simultaneous (each p-value against {level:.1e})"
    return f"\n{test}: " + (
        f"the percentages differ at {apart}.\n" if apart else f"all {len(tested)} published percentages agree.\n"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def plot(rows: Sequence[Row], published: dict[tuple[int, int], Published], target: Path) -> None:
    """Draw the percentages with their intervals over k, one colour for each n - k. Raises ImportError, OSError."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "experiment"  # the same picture, the same file
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    for extra, colour in zip(sorted({row.n - row.k for row in rows}), ("#1f4e79", "#b22222", "#2e7d32"), strict=False):
        own = [row for row in rows if row.n - row.k == extra]
        ends = [row.interval() for row in own]
        errors = [
            [row.percent - low for row, (low, _) in zip(own, ends, strict=True)],
            [high - row.percent for row, (_, high) in zip(own, ends, strict=True)],
        ]
        label = f"n = k + {extra}" if extra else "n = k"
        axes.errorbar(
            [row.k for row in own], [row.percent for row in own], errors, fmt="o", ms=4, color=colour, capsize=2,
            label=f"{label}: certified, with 95 % intervals",
        )  # fmt: skip
        theirs = [(k, value.percent) for (k, n), value in sorted(published.items()) if n - k == extra]
        if theirs:
            axes.plot(*zip(*theirs, strict=True), "x", ms=8, color=colour, label=f"{label}: published")
    axes.set(xlabel="k, neurons of the teacher", ylabel="percent of runs at a spurious minimum", ylim=(-2, 102))
    axes.legend(frameon=False, fontsize=8)
    content = io.BytesIO()
    figure.savefig(content, format="svg", metadata={"Date": None})
    plt.close(figure)
    write_whole(target, content.getvalue())
