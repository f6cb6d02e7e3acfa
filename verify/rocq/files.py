"""The files for Rocq that a certificate or a manifest gives."""

from __future__ import annotations

from pathlib import Path

from verify.checker.front.certificate import Certificate
from verify.checker.front.manifest import Theorem
from verify.checker.front.session import read
from verify.rocq.theorem import NotModelledError, pairs_printed, pairs_theorem, theorem_of


def files(path: Path) -> tuple[dict[str, str], str]:
    """The files made from a certificate or from a manifest's parts, in the order of building, and what Rocq must print.

    What it prints are the statements, with single spaces, and after them the assumptions of the last theorem.
    Raises NotACertificate, NotModelledError.
    """
    content = read(path)
    if isinstance(content, Certificate):
        theorem = theorem_of(content.statement, content.witness.precision)
        return {"Theorem.v": theorem.proof()}, theorem.printed()
    if not isinstance(content.statement, Theorem):
        raise NotModelledError("the manifest is not about pairs (k, n)")
    theorems, made = [], {}
    for number, part in enumerate(content.parts, start=1):
        certificate = read(path.parent / part.file, follow_links=False)
        if not isinstance(certificate, Certificate) or certificate.digest != part.digest:
            raise NotModelledError(f"the part {part.file} is not the certificate named")
        theorem = theorem_of(certificate.statement, certificate.witness.precision)
        if theorem.teacher is not None or not theorem.spurious:
            raise NotModelledError(f"the part {part.file} is not about a spurious minimum for an orthonormal teacher")
        theorems.append(theorem)
        made[f"Theorem{number}.v"] = theorem.proof(assumptions=False)  # Pairs.v prints those of all
    if sorted((theorem.teachers, theorem.neurons) for theorem in theorems) != sorted(content.statement.pairs):
        raise NotModelledError("the parts are not one for each pair")
    printed = [*(theorem.printed() for theorem in theorems), pairs_printed(theorems)]
    return {**made, "Pairs.v": pairs_theorem(theorems)}, " ".join(printed)
