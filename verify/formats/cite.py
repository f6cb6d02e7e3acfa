"""A certificate's claim to be pasted into a paper: a LaTeX theorem, or a row of a Markdown table.

Both say that they are what a file claims, name its digest, and how to check it: a file that was shown was not checked.
"""

from __future__ import annotations

import re
from pathlib import Path

from verify.checker.front.certificate import Certificate
from verify.checker.front.manifest import Manifest
from verify.formats.documents import version

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}


def latex(name: str, content: Certificate | Manifest) -> str:
    """A theorem environment with its citation. Everything is escaped: a name of a file can be a stranger's."""
    statement, file = content.statement, in_latex(Path(name).name)
    digest = in_latex(content.digest.removeprefix("sha256:"))
    return "\n".join(
        [
            f"% What {_comment(name)} claims; it was NOT checked when this was printed: verify check FILE",
            r"% In the preamble: \newtheorem{theorem}{Theorem} \usepackage{seqsplit} \usepackage[T1]{fontenc}",
            rf"\begin{{theorem}}[{in_latex(statement.property.replace('-', ' '))}, as claimed by a certificate]",
            in_latex(statement.sentence()),
            r"\end{theorem}",
            f"Here {in_latex(statement.definition)}.",
            f"Scope: {in_latex(statement.scope)}.",
            rf"This is what the certificate \texttt{{{file}}} claims, SHA-256 \texttt{{\seqsplit{{{digest}}}}};",
            rf"\texttt{{verify check {file}}} (landscape-verify {in_latex(version())}) proves or refuses it.",
        ]
    )


def markdown(name: str, content: Certificate | Manifest) -> str:
    """A table of one row."""
    statement = content.statement
    cells = [name, statement.property, statement.scope, statement.sentence(), content.digest, f"verify check {name}"]
    head = "| certificate | property | scope | claimed, not checked here | digest | to check |"
    return "\n".join([head, "|---" * len(cells) + "|", f"| {' | '.join(map(in_markdown, cells))} |"])


def in_latex(text: str) -> str:
    """Text, each character that LaTeX gives a meaning escaped, and those that do not print left out."""
    shown = "".join(_SPECIAL.get(character, character) for character in text if character.isprintable())
    return shown.replace(r"\ensuremath{>}=", r"\ensuremath{\geq}").replace(r"\ensuremath{<}=", r"\ensuremath{\leq}")


def in_markdown(text: str) -> str:
    """Text for a cell: no line break, no bar, no tag, no link, no emphasis, no code."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return re.sub(r"([\\`*_\[\]<>|&])", r"\\\1", plain)


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
