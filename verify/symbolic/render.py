"""A derivation for readers: text for a terminal of 80 columns, and a LaTeX fragment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import fill

import sympy
from sympy import Expr
from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.stringpict import prettyForm, stringPict

from verify.symbolic.derivation import Derivation, Formula, Section, Step

WIDTH = 80
_LATEX_ROW = 110
_LATEX_TEXT = str.maketrans(
    {"_": r"\_", "^": r"\^{}", "&": r"\&", "%": r"\%", "#": r"\#", "<": "$<$", ">": "$>$", "|": "$|$"}
)
_LATEX_SIGN = {"<=": r"\le"}
_TEXT_SIGN = {"<=": "\N{LESS-THAN OR EQUAL TO}"}


def text(derivation: Derivation) -> str:
    """The derivation for a terminal of 80 columns; formulas in Unicode."""
    heading = _title(derivation)
    lines = [heading, "=" * len(heading), "", *_wrapped(_preface(derivation)), ""]
    for formula in _results(derivation):
        lines += [*_pretty(formula), ""]
    for i, section in enumerate(derivation.sections, 1):
        heading = f"{i}. {section.heading}"
        lines += ["", heading, "-" * len(heading), ""]
        for j, (step, formulas) in enumerate(_steps(section), 1):
            lines += [f"{i}.{j} {step.title}  [{step.kind}]", *_wrapped(step.reason), ""]
            for formula in formulas:
                lines += [*_pretty(formula), ""]
    return "\n".join(lines).rstrip() + "\n"


def latex(derivation: Derivation) -> str:
    """The derivation as a LaTeX fragment to include in a document that uses amsmath."""
    lines = [rf"\section*{{{_escaped(_title(derivation))}}}", _escaped(_preface(derivation))]
    lines += _align(_results(derivation))
    for section in derivation.sections:
        lines += ["", rf"\subsection*{{{_escaped(section.heading)}}}"]
        for step, formulas in _steps(section):
            lines += ["", rf"\paragraph{{{_escaped(step.title)}}} {_escaped(step.reason)} [{step.kind}]"]
            lines += _align(formulas)
    return "\n".join(lines) + "\n"


def _title(derivation: Derivation) -> str:
    return f"The dual kernel of {derivation.activation} and its derivatives"


def _preface(derivation: Derivation) -> str:
    kinds = {step.kind: step.checked for step in derivation.steps}
    checks = "; ".join(f"[{kind}] {checked}" for kind, checked in kinds.items())
    return (
        "kappa(w, v) = E sigma(w.x) sigma(v.x), x ~ N(0, I), and phi(w) = kappa(w, w), in p = |w|^2, q = w.v, "
        f"s = |v|^2, derived from the definition in {len(derivation.steps)} steps. SymPy checked each one: {checks}."
    )


def _results(derivation: Derivation) -> list[Formula]:
    kappa, phi = sympy.symbols("kappa phi")
    kernel = derivation.kernel
    for name, definition in derivation.names.items():
        kernel = kernel.subs(definition, name)
    used = [Formula((n, d), label="where") for n, d in derivation.names.items() if n in kernel.free_symbols]
    return [Formula((kappa, kernel)), Formula((phi, derivation.self_kernel)), *used]


def _steps(section: Section) -> Iterator[tuple[Step, list[Formula]]]:
    """The steps with their formulas; a definition is shown where the section uses it first."""
    shown: set[Formula] = set()
    for step in section.steps:
        formulas = [formula for formula in step.formulas() if not (formula.label and formula in shown)]
        shown.update(formulas)
        yield step, formulas


def _rows(formula: Formula, width: Callable[[Expr], int], limit: int) -> Iterator[list[tuple[str, Expr]]]:
    """The formula cut into rows of (joining sign, expression): one if it fits, else sums are broken as well."""
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
    for i, addend in enumerate(term.as_ordered_terms()):
        negative = bool(i) and addend.could_extract_minus_sign()
        yield (relation if i == 0 else "-" if negative else "+"), -addend if negative else addend


def _pretty(formula: Formula) -> list[str]:
    printer = PrettyPrinter({"use_unicode": True})
    label = f"    {formula.label}: " if formula.label else "    "
    lines = []
    for row in _rows(formula, lambda term: printer._print(term).width(), WIDTH - len(label)):
        pieces = [prettyForm(label)]
        for sign, term in row:
            pieces += [prettyForm(f" {_TEXT_SIGN.get(sign, sign)} " if sign else ""), printer._print(term)]
        lines += str(prettyForm(*stringPict.next(*pieces))).splitlines()
        label = " " * len(label)
    return [line.rstrip() for line in lines]


def _align(formulas: list[Formula]) -> list[str]:
    """The formulas in an align* environment, aligned at the start of each row but the first column of a row's sign."""
    rows = []
    for formula in formulas:
        label = rf"\text{{{formula.label}: }}" if formula.label else ""
        for row in _rows(formula, lambda term: len(sympy.latex(term)), _LATEX_ROW):
            joined = " ".join(f"{_LATEX_SIGN.get(sign, sign)} {sympy.latex(term)}".strip() for sign, term in row)
            rows.append(f"  {label}& {joined}")
            label = r"\qquad "
    return [r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"] if rows else []


def _wrapped(sentence: str) -> list[str]:
    return fill(sentence, WIDTH, break_on_hyphens=False).splitlines()


def _escaped(sentence: str) -> str:
    return sentence.translate(_LATEX_TEXT)
