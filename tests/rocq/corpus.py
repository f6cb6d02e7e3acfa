"""The corpus of files for Rocq: one theorem that is accepted, and others near it that must not be.

`python -m tests.rocq.corpus` writes the files of tests/rocq/corpus/ again from the certificate of k = n = 6. The first
line of each says what coqc must answer.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from verify.checker.core.exact import Matrix
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read
from verify.rocq.theorem import Theorem, theorem_of

ROOT = Path(__file__).parent.parent.parent
CERTIFICATE = ROOT / "certificates" / "safran-shamir-2018" / "k06-n06.json"
FOLDER = Path(__file__).parent / "corpus"

COMPUTED = 'has type "true = true" while it is expected to have type'
"""In the kernel's answer where the library's checker, computed at the end of the lemma `computed`, is not true."""
STATEMENT = "computed eq_refl eq_refl eq_refl"
"""The same where what was computed gives another theorem than the one claimed."""
NOT_POSITIVE = 'true" (cannot unify "(0 <?'
"""The same where the lower bound of the loss is not positive, so that nothing says that the minimum is not global."""


def _moved(matrix: Matrix, row: int, column: int, by: Fraction) -> Matrix:
    entries = [list(entries) for entries in matrix]
    entries[row][column] += by
    return tuple(tuple(row) for row in entries)


def theorem() -> Theorem:
    """That of the committed certificate."""
    certificate = read(CERTIFICATE)
    if not isinstance(certificate, Certificate):
        raise TypeError("no certificate")
    return theorem_of(certificate.statement, certificate.witness.precision)


def _factor(made: Theorem, wrong: str) -> str:
    """The residual of the Cholesky factor, after `wrong` was done to it, is small."""
    call = made.proof().split("Lemma computed : Checker.computes ")[1].split(" = true")[0]
    bits = call.split()[0]
    radius, *_, shift, tolerance = [f"{top} {bottom}" for top, bottom in _pairs(call.split("\n")[1].split())]
    return f"""From Coq Require Import Reals ZArith List Uint63.
From Landscape Require Import Checker.
Import ListNotations.
{made.data()}Open Scope Z_scope.
Definition bits := Float.PtoP {bits}.
Definition H := Run.E.hessian bits 6 6 6 (Run.table (unit_rows 6) center 1 {2**64} bits {radius}).
Definition L := Run.factor_of 6 6 {shift} bits H.
Definition tampered := {wrong}.
Lemma computed : Run.residual_small 6 6 {shift} {tolerance} bits H tampered = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
"""


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return list(zip(words[::2], words[1::2], strict=True))


def files() -> dict[str, str]:
    """Each file of the corpus by its name."""
    true = theorem()
    proof = true.proof(assumptions=False)
    unit = tuple(tuple(Fraction(int(i == j)) for j in range(6)) for i in range(6))
    other_teacher = replace(true, teacher=_moved(unit, 0, 1, Fraction(1, 1024)))
    m = true.curvature
    made: dict[str, tuple[str, str]] = {
        "accepted": ("", proof),
        "accepted_factor": ("", _factor(true, "L")),
        # the computation does not say true
        "center": (COMPUTED, replace(true, center=_moved(true.center, 0, 0, Fraction(1, 2**12))).proof()),
        "curvature": (COMPUTED, replace(true, curvature=2 * true.curvature).proof()),
        "radius_large": (COMPUTED, replace(true, radius=Fraction(1, 2**12)).proof()),
        "radius_small": (COMPUTED, replace(true, radius=Fraction(1, 2**80)).proof()),
        "radius_negative": (COMPUTED, replace(true, radius=-true.radius).proof()),
        "teacher": (COMPUTED, other_teacher.proof()),
        "loss_low": (COMPUTED, replace(true, low=true.low + Fraction(1, 2**40), high=Fraction(1)).proof()),
        "loss_high": (COMPUTED, replace(true, high=true.high - Fraction(1, 2**40)).proof()),
        "a_column_short": (COMPUTED, replace(true, center=tuple(row[:5] for row in true.center)).proof()),
        "factor": (COMPUTED, _factor(true, "match L with (x :: r) :: l => (x * 2 :: r)%uint63 :: l | _ => nil end")),
        "factor_empty": (COMPUTED, _factor(true, "nil : list (list int)")),
        "factor_large": (COMPUTED, _factor(true, "map (map (fun x => x + 16777217)%uint63) L")),
        # what is claimed is not what was computed
        "statement_curvature": (
            STATEMENT,
            proof.replace(f"({m.numerator} / {m.denominator})", f"({m.numerator + 1} / {m.denominator})"),
        ),
        "statement_teacher": (STATEMENT, proof.replace("6 6 6 identity", "6 6 6 (fun i a => 2 * identity i a)")),
        "statement_pair": (STATEMENT, proof.replace("6 6 6 identity", "6 5 6 identity")),
        "not_spurious": (NOT_POSITIVE, replace(true, low=-true.low).proof()),
    }
    return {
        f"{name}.v": (f"(* coqc must refuse this: {answer} *)\n" if answer else "(* coqc must accept this. *)\n") + text
        for name, (answer, text) in made.items()
    }


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
