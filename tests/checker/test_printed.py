"""What is printed: bounds that stay true, nothing lost when lines are wrapped, and a terminal left clean."""

from __future__ import annotations

import ast
import io
import json
import math
import re
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from tests.checker.conftest import Run
from tests.checker.oracle import Oracle
from tests.corpus.forge import CORPUS, valid
from verify.checker import Malformed, Rejected, Verified, check
from verify.checker.__main__ import main
from verify.checker.core.balls import ball
from verify.checker.core.task import ends, lower, upper
from verify.checker.front.output import Line, as_text, shown_path, summary
from verify.checker.front.session import Session
from verify.checker.statements.critical_point import Minimum, Saddle

VALID = CORPUS / "valid"
GOOD = VALID / "global-minimum-k2.json"
WRONG = CORPUS / "invalid" / "rejected-minimum-bound-too-large.json"

# Numbers


@given(st.fractions(), st.fractions())
def test_the_ends_of_a_ball_are_printed_outward_and_close(a: Fraction, b: Fraction) -> None:
    union = ball(a).union(ball(b))
    low, high = ends(union)
    below, above = Fraction(Decimal(lower(union))), Fraction(Decimal(upper(union)))
    assert below <= low <= min(a, b)
    assert max(a, b) <= high <= above
    assert low - below <= abs(low) / 10**4
    assert above - high <= abs(high) / 10**4


@pytest.mark.parametrize("number", [arb.nan(), arb(0, math.inf), arb.pos_inf(), arb.neg_inf()])
def test_a_ball_without_ends_is_called_unbounded(number: arb) -> None:
    assert lower(number) == upper(number) == "unbounded"


CERTIFICATES = valid("population-teacher-student")
SIGNIFICANT = 2 * Fraction(1, 10**4)


def numbers(text: str) -> list[Fraction]:
    return [Fraction(Decimal(found)) for found in re.findall(r"(?<![\w.])-?\d+\.?\d*(?:e[+-]?\d+)?(?![\w^])", text)]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_numbers_beside_a_hypothesis_are_true_and_close(name: str) -> None:
    """What does not depend on the loss, from the statement's own exact numbers; the loss from its definition."""
    verdict = check(VALID / f"{name}.json")
    assert isinstance(verdict, Verified)
    statement = verdict.statement
    assert isinstance(statement, Minimum | Saddle)
    measured = {met.hypothesis: numbers(met.measured) for met in verdict.hypotheses}
    norms = [met.measured for met in verdict.hypotheses if "no neuron vanishes" in met.hypothesis]
    assert all(
        text.startswith("min_i |c_i| >=" if isinstance(statement, Minimum) else "min_i max_j |c_ij| >=")
        for text in norms
    )

    def below(bound: Fraction, number: Fraction) -> bool:
        return bound <= number <= bound + SIGNIFICANT * abs(number)

    if "no neuron vanishes within the radius, so the loss is C^2 there" in measured:
        least, radius = measured.pop("no neuron vanishes within the radius, so the loss is C^2 there")
        if isinstance(statement, Minimum):
            squares = min(sum((x * x for x in neuron), Fraction(0)) for neuron in statement.center)
            assert below(least * least, squares)
        else:
            assert below(least, min(max(map(abs, neuron)) for neuron in statement.center))
        assert below(-radius, -statement.radius)
    if isinstance(statement, Minimum):
        m = statement.hessian_lower_bound
        assert below(measured.pop("the Hessian is >= m > 0 on the ball")[-1], m)
        slope, reach = measured.pop("|grad F(c)| < m r")
        assert 0 <= slope < reach
        assert below(reach, m * statement.radius)
    [_, *bounds] = [0, *measured.pop("the loss at the critical point is within its bounds")]
    W, V = ([list(row) for row in matrix] for matrix in (statement.center, statement.landscape.teacher))
    activation = statement.landscape.activation
    loss = Fraction(str(Oracle("erf" if activation.is_smooth else activation.slope).value(W, V)))
    slack = Fraction(1, 10**9)  # the loss at the critical point is not that at the center
    assert bounds[0] - slack <= loss <= bounds[1] + slack
    assert bounds[1] - bounds[0] <= SIGNIFICANT * abs(loss) + slack
    better = measured.get("a student has a smaller loss")
    if better:
        assert isinstance(verdict.statement, Minimum)
        assert better[0] < statement.value[0]
        assert 0 < better[1] <= statement.value[0]
        assert abs(better[0] + better[1] - statement.value[0]) <= SIGNIFICANT


# Lines

HEADINGS = ("Proved:", "Claimed,", "Where:", "Scope:", "Digest:", "Because:", "Assuming", "It")
WORDS = Malformed("a bb c-c ddd eeee ff-ff-ff ggggg h i j kk " * 20)


def unwrapped(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


@pytest.mark.parametrize("width", [1, 40, 41, 60, 79, 200])
def test_a_wrapped_line_fits_the_terminal_and_loses_nothing(width: int) -> None:
    line = Line("file.json", WORDS, 1.5)
    whole, wrapped = as_text(line), as_text(line, width=width).splitlines()
    assert "\n" not in whole
    assert unwrapped(wrapped) == whole.strip()
    assert max(map(len, wrapped)) <= max(width, 40)
    column = whole.index("file.json")
    for line_before, line_after in zip(wrapped, wrapped[1:], strict=False):
        assert len(line_after) - len(line_after.lstrip()) == column, "they hang below the file's name"
        assert len(line_before) + 1 + len(line_after.split()[0]) > max(width, 40), "no line ends early"


def test_the_verdicts_names_are_in_one_column_and_the_files_in_another() -> None:
    printed = [as_text(Line("file.json", verdict, 0.0)) for verdict in (Malformed("why"), Rejected("why"))]
    assert len({text.index("file.json") for text in printed}) == 1


@pytest.mark.parametrize("width", [None, 50, 100])
def test_the_theorem_in_full_is_wrapped_below_its_headings(width: int | None) -> None:
    for path in (VALID / "type-ii-k6.json", WRONG):
        verdict = Session().check(path)
        line = Line("file.json", verdict, 0.0)
        text = as_text(line, verbose=True, width=width)
        first = as_text(line, width=width)
        assert text.startswith(first + "\n  ")
        rows = text.removeprefix(first + "\n").splitlines()
        assert max(len(row) for row in rows if "sha256:" not in row) <= (width or 100)
        for row in rows:
            indent = len(row) - len(row.lstrip())
            if row.split()[0] in HEADINGS:
                begun = 2
            elif row.lstrip().startswith(("[strict", "[every", "[spurious", "- ")):
                begun = 4
            else:
                assert indent == begun + 2, "the rest of a paragraph hangs below its beginning"
                continue
            assert indent == begun
        whole = unwrapped(rows)
        statement = verdict.statement  # type: ignore[attr-defined]
        for part in (statement.sentence(), statement.definition, statement.scope, verdict.digest):
            assert part in whole
        for met in getattr(verdict, "hypotheses", ()):
            assert f"[{met.rule}] {met.hypothesis}: {met.measured}" in whole
        for assumption in getattr(verdict, "assumptions", ()):
            assert f"- {assumption}" in whole


def test_one_file_is_a_file() -> None:
    line = Line("file.json", Malformed("why"), 0.25)
    assert summary([line]) == "1 file: 0 verified, 0 rejected, 0 undecided, 1 malformed in 0.2 s."
    assert summary([line] * 4) == "4 files: 0 verified, 0 rejected, 0 undecided, 4 malformed in 1.0 s."


@given(st.text(min_size=1))
def test_a_path_is_shown_as_it_is_or_so_that_python_reads_it_back(path: str) -> None:
    shown = shown_path(path)
    assert shown.isprintable()
    assert " " not in shown or shown != path
    assert shown == path or ast.literal_eval(shown) == path


@pytest.mark.parametrize("path", ["plain.json", "../a-b_c/d+e=f,g~h@i.json", "C:\\x.json", "\u03ba.json"])
def test_an_ordinary_path_is_not_quoted(path: str) -> None:
    assert shown_path(path) == path


# Reports


def test_json_and_junit_say_how_long_it_took(run: Run) -> None:
    records = json.loads(run(str(GOOD), "", "--format", "json")[1])["results"]
    assert 0 < records[0]["seconds"] < 60
    assert records[1]["seconds"] == 0, "nothing was checked"


def test_the_expected_manifest_has_a_time_too(run: Run) -> None:
    manifest = VALID / "manifest-strict.json"
    files = [str(VALID / name) for name in ("global-minimum-k2.json", "type-ii-k6.json")]
    records = json.loads(run(*files, "--expect", str(manifest), "--format", "json")[1])["results"]
    assert 0 <= records[-1]["seconds"] < 60


# A terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> tuple[Terminal, Terminal]:
    """Standard output and standard error from now on, 60 columns wide."""
    streams = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.chdir(VALID)
    return streams


def test_a_terminal_gets_wrapped_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = terminal(monkeypatch)
    assert main([GOOD.name]) == 0
    *lines, _ = out.getvalue().splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= 60
    assert unwrapped(lines).startswith("Verified   global-minimum-k2.json  (arb, ")


def test_the_file_at_work_is_named_on_a_terminal_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    wipe, (_, err) = "\r\x1b[K", terminal(monkeypatch)
    assert main([GOOD.name, WRONG.name]) == 2
    assert err.getvalue() == f"{wipe}checking {GOOD.name}{wipe}{wipe}checking {WRONG.name}{wipe}"


def test_a_long_name_at_work_stays_on_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, err = terminal(monkeypatch)
    path = tmp_path / f"{'x' * 200}.json"
    assert main([str(path)]) == 2
    shown = err.getvalue().split("\r\x1b[K")[1]
    assert shown.endswith("xxx.json")
    assert 60 < len(shown) < 80


def test_a_pipe_gets_no_progress(run: Run) -> None:
    assert run(str(GOOD))[2] == ""


def test_an_interrupted_run_says_so_and_wipes_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*given: object, **options: object) -> None:
        raise KeyboardInterrupt

    _, err = terminal(monkeypatch)
    monkeypatch.setattr(Session, "check", interrupt)
    assert main([GOOD.name]) == 130
    assert err.getvalue().endswith("\r\x1b[Kinterrupted: not all files were checked\n")


# Help


def test_help_names_each_argument_its_values_and_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], prog="other name")
    out = capsys.readouterr().out
    assert out.startswith("usage: other name ")
    for part in (
        "[PATH ...]",
        "-q, --quiet",
        "-v, --verbose",
        "{text,json}",
        "--expect MANIFEST",
        "--time-limit SECONDS",
    ):
        assert part in out
    assert "(default: 600)" in out
    assert "other name -v minimum.json" in out
