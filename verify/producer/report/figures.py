"""Pictures of statements: which there are, and how they become files or part of a page."""

from __future__ import annotations

import io
import re
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from verify.checker.public import Statement, Witness
from verify.checker.statements.cover_witness import CoverWitness
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.family import Family
from verify.checker.statements.gradient_descent import Reaches
from verify.checker.statements.identity_start import ConvergesFromIdentity
from verify.checker.statements.one_neuron import OnePointMonotone
from verify.checker.statements.small_empirical_risk import InBox
from verify.checker.statements.stays_above import StaysAbove
from verify.checker.statements.symmetric import SymmetricPoints
from verify.checker.statements.symmetric_students import SymmetricCriticalPoints
from verify.checker.statements.two_neuron_teachers import StatementOfTeachers
from verify.checker.statements.two_neurons import CoverStatement
from verify.producer.files import write_whole
from verify.producer.report.cover_picture import draw_cover
from verify.producer.report.descent_picture import draw_descent
from verify.producer.report.family_picture import draw_family
from verify.producer.report.picture import draw_point
from verify.producer.report.symmetric_picture import draw_points

PROVED, CLAIMED = "proved", "claimed"
"""What a picture calls the bounds of a statement: that one of them is drawn does not make it proved."""


COVERED = (CoverStatement, SymmetricCriticalPoints, StatementOfTeachers, OnePointMonotone, InBox)
"""Statements whose picture is their witness's cover."""


DESCENT = (Reaches, StaysAbove, ConvergesFromIdentity)
"""Statements about gradient descent."""


def caption(statement: Statement, word: str) -> str:
    """What the picture of a statement shows; `word`: "proved" or "claimed"."""
    head = f"{statement.property}, {statement.scope}."
    if isinstance(statement, COVERED):
        return f"{head} The pieces and the tests are those of the certificate; that each test holds is {word}."
    if isinstance(statement, DESCENT):
        told = "The run in float64 proves nothing, the run in balls was not checked"
        return f"{head} {told}; the bounds drawn are {word}."
    where = "Points and curves are computed in float64 at the given point and prove nothing"
    return f"{head} {where}; the bounds drawn are {word}."


def draw(statement: Statement, word: str, witness: Witness | None = None) -> Figure:
    """The picture of a statement, or of the cover in its witness. Raises ValueError where there is none."""
    if isinstance(witness, CoverWitness):
        return draw_cover(witness, statement.property, word)
    if isinstance(statement, DESCENT):
        return draw_descent(statement, word)
    if isinstance(statement, Family):
        return draw_family(statement, word)
    if isinstance(statement, SymmetricPoints):
        return draw_points(statement, word)
    if isinstance(statement, CriticalPoint):
        return draw_point(statement, word)
    raise ValueError("there is no picture of such a statement; of a manifest, name one of its parts")


def save(figure: Figure, target: Path) -> None:
    """Write a picture to `target` (.png, .svg or .pdf). Raises ValueError for another ending, and OSError."""
    content = io.BytesIO()
    figure.savefig(content, format=target.suffix.removeprefix("."), dpi=130)
    write_whole(target, content.getvalue())


def inline(figure: Figure, prefix: str, label: str) -> str:
    """A picture as an SVG element for a page: no other's names, text as text, and the page's own colour for ink."""
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    content = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": prefix, "font.family": "sans-serif"}):
        figure.savefig(content, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = content.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\1{prefix}-", text)
    text = text.replace("#000000", "currentColor")
    size = re.match(r'<svg\b[^>]*?viewBox="([^"]+)"', text, flags=re.DOTALL)
    box = size[1] if size else "0 0 100 100"
    head = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" role="img" aria-label="{_quoted(label)}">'
    return head + text[text.index(">") + 1 :]


def _quoted(text: str) -> str:
    from html import escape

    return escape(text, quote=True)
