"""A derivation for readers: text for a terminal of 80 columns, and a LaTeX fragment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from textwrap import fill

import sympy
from sympy import Expr, Function
from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.stringpict import prettyForm, stringPict

from verify.producer.symbolic.algebra import abbreviated
from verify.producer.symbolic.derivation import Derivation, Formula, Section, Step

WIDTH = 80
_LATEX_WIDTH = 110  # characters of LaTeX source, of which about every third is seen
_TEXT_SIGN = {"<=": "\N{LESS-THAN OR EQUAL TO}"}
_LATEX_SIGN = {"<=": r"\le"}


def text(derivation: Derivation) -> str:
    """The derivation for a terminal of 80 columns; formulas in Unicode."""
    lines = [*_heading(_title(derivation), "="), *_wrapped(_preface(derivation)), ""]
    for formula in _results(derivation):
        lines += [*_pretty(formula), ""]
    for i, section in enumerate(derivation.sections, 1):
        lines += ["", *_heading(f"{i}. {section.heading}", "-")]
        if section.introduction:
            lines += [*_wrapped(section.introduction), ""]
        for j, (step, formulas) in enumerate(_steps(section), 1):
            lines += [f"{i}.{j} {step.title}  [{step.kind}]", *_wrapped(step.reason), ""]
            for formula in formulas:
                lines += [*_pretty(formula), ""]
    return "\n".join(lines)


def latex(derivation: Derivation) -> str:
    """The derivation as a LaTeX fragment, for a document that uses amsmath and amssymb."""
    lines = [rf"\section*{{{_typeset(_title(derivation))}}}", _typeset(_preface(derivation))]
    lines += _align(_results(derivation))
    for section in derivation.sections:
        lines += ["", rf"\subsection*{{{_typeset(section.heading)}}}", *filter(None, [_typeset(section.introduction)])]
        for step, formulas in _steps(section):
            lines += ["", rf"\paragraph{{{_typeset(step.title)}}} {_typeset(step.reason)} [{step.kind}]"]
            lines += _align(formulas)
    return "\n".join(lines) + "\n"


def _title(derivation: Derivation) -> str:
    return f"The dual kernel of {derivation.activation}" + (" and its derivatives" if derivation.partials else "")


def _preface(derivation: Derivation) -> str:
    kinds = {step.kind: step.checked for step in derivation.steps}
    return (
        "For `x ~ N(0, I)`, `kappa = E sigma(w.x) sigma(v.x)` and `phi = E sigma(w.x)^2` in `p = |w|^2`, `q = w.v` and "
        f"`s = |v|^2`, derived from these definitions in {len(derivation.steps)} steps. SymPy has checked each step: "
        + "; ".join(f"[{kind}] {checked}" for kind, checked in kinds.items())
        + "."
    )


def _results(derivation: Derivation) -> list[Formula]:
    kappa, phi, z = sympy.symbols("kappa phi z")
    kernel = abbreviated(derivation.kernel, derivation.names)
    return [
        Formula((Function("sigma")(z), derivation.sigma)),
        Formula((kappa, kernel)),
        Formula((phi, derivation.self_kernel)),
        *(Formula((n, d), label="where") for n, d in derivation.names.items() if n in kernel.free_symbols),
    ]


def _steps(section: Section) -> Iterator[tuple[Step, list[Formula]]]:
    """The steps with their formulas; a definition is shown where the section uses it first."""
    shown: set[Formula] = set()
    for step in section.steps:
        formulas = [formula for formula in step.formulas() if not (formula.label and formula in shown)]
        shown.update(formulas)
        yield step, formulas


def _rows(formula: Formula, width: Callable[[Expr], int], limit: int) -> Iterator[list[tuple[str, Expr]]]:
    """The formula as rows of (sign before it, expression): one row if it fits, else sums are broken as well."""
    parts = [(formula.relation if i else "", term) for i, term in enumerate(formula.terms)]
    if sum(width(term) + 3 for _, term in parts) > limit:
        parts = [part for relation, term in parts for part in _addends(relation, term)]
    row: list[tuple[str, Expr]] = []
    used = 0
    for sign, term in parts:
        needed = width(term) + 3
        if row and used + needed > limit:
            yield row
            row, used = [], 0
        row.append((sign, term))
        used += needed
    yield row


def _addends(relation: str, term: Expr) -> Iterator[tuple[str, Expr]]:
    first, *others = term.as_ordered_terms()
    yield relation, first
    for addend in others:
        yield ("-", -addend) if addend.could_extract_minus_sign() else ("+", addend)


def _pretty(formula: Formula) -> list[str]:
    printer = PrettyPrinter({"use_unicode": True})
    label = f"    {formula.label} " if formula.label else "    "
    lines = []
    for row in _rows(formula, lambda term: int(printer._print(term).width()), WIDTH - len(label)):
        pieces = [prettyForm(label)]
        for sign, term in row:
            pieces += [prettyForm(f" {_TEXT_SIGN.get(sign, sign)} " if sign else ""), printer._print(term)]
        lines += str(prettyForm(*stringPict.next(*pieces))).splitlines()
        label = " " * len(label)
    return [line.rstrip() for line in lines]


def _align(formulas: list[Formula]) -> list[str]:
    rows = []
    for formula in formulas:
        label = rf"\text{{{formula.label} }}" if formula.label else ""
        for row in _rows(formula, lambda term: len(_latex(term)), _LATEX_WIDTH):
            joined = " ".join(f"{_LATEX_SIGN.get(sign, sign)} {_latex(term)}".strip() for sign, term in row)
            rows.append(f"  {label}& {joined}")
            label = r"\qquad "
    return [r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"] if rows else []


def _latex(expression: Expr) -> str:
    return str(sympy.latex(expression, inv_trig_style="full"))


def _heading(title: str, underline: str) -> list[str]:
    return [title, underline * len(title), ""]


def _wrapped(prose: str) -> list[str]:
    return fill(prose.replace("`", ""), WIDTH, break_on_hyphens=False).splitlines()


def _typeset(prose: str) -> str:
    """Prose for LaTeX: the formulas between backquotes become mathematics."""
    parts = prose.split("`")
    parts[::2] = [re.sub(r"([_%&#])", r"\\\1", words) for words in parts[::2]]
    parts[1::2] = [f"${_mathematics(formula)}$" for formula in parts[1::2]]
    return "".join(parts)


def _mathematics(formula: str) -> str:
    formula = re.sub(r"(?<=\w)\.(?=\w)", r" \\cdot ", formula)
    formula = re.sub(r"(?<![\\\w])(sigma|tau|kappa|phi|theta|delta|pi|cos|sin|exp)(?![a-z])", r"\\\1", formula)
    formula = re.sub(r"\bE\b", r"\\mathbb{E}", formula)
    return formula.replace("~", r"\sim").replace("<=", r"\le").replace(">=", r"\ge")
