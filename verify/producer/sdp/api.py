"""What a user calls: bounds of a CVXPY problem or of a file, and the semidefiniteness of a matrix."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from verify.checker.public import Verified, Witness
from verify.checker.statements.matrix import MatrixStatement, SymmetricMatrix
from verify.checker.statements.semidefinite_program import DualWitness
from verify.producer.files import write_whole
from verify.producer.prover import Certificate, NotCertified
from verify.producer.sdp.bounds import bound_instance
from verify.producer.sdp.certified import PRECISION, Bounds
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.modelled import Modelled, model
from verify.producer.sdp.multipliers import multipliers
from verify.producer.sdp.solver import DEFAULT
from verify.producer.trust import verdict_on

if TYPE_CHECKING:
    import cvxpy

Rational = int | Fraction


@dataclass(frozen=True, slots=True)
class Result:
    """What was proved of a problem's value; `bounds` has the program as the checker knows it, and the certificates."""

    lower: Fraction | None
    """Every feasible point has at least this value; those in `bounds.box` alone, where that is not None.

    None if the box is proved to exclude every minimiser.
    """
    upper: Fraction | None
    """The optimal value is at most this; for a minimisation some feasible point has at most this value."""
    solver_value: float | None
    """What the solver said; not proved."""
    infeasible: str | None
    """"inequality": no point is feasible. "equality": the dual has none."""
    bounds: Bounds
    modelled: Modelled | None = None
    """Of a problem of CVXPY."""

    @property
    def relative_gap(self) -> float | None:
        """(upper - lower) / max(1, (|lower| + |upper|) / 2)."""
        return self.bounds.relative_gap

    @property
    def dual(self) -> list[Array] | None:
        """Y of the lower bound's certificate, rounded: per block of the program (n, n), or (n,) if diagonal.

        Of a CVXPY problem the blocks are its equations, its inequalities, each group without those that follow from
        others, and then each semidefinite and second-order constraint. None where there is no lower bound.
        """
        certificate = self.bounds.certificates.get("sdp-lower-bound")
        witness = None if certificate is None else certificate.read().witness
        if not isinstance(witness, DualWitness):
            return None
        found: list[Array] = []
        for number, (kind, rows) in enumerate(zip(self.bounds.instance.program.blocks, witness.dual, strict=True)):
            if kind.diagonal:
                found.append(np.array([float(entry) for entry in rows[0]]))
                continue
            Z = np.zeros((len(rows), len(rows)))
            for i, row in enumerate(rows):
                Z[i, : i + 1] = Z[: i + 1, i] = [float(entry) for entry in row]
            V = np.array(witness.frame[number], dtype=object).astype(float) if witness.frame else np.zeros((0, 0))
            found.append(V @ Z @ V.T if V.size else Z)
        return found

    @property
    def dual_values(self) -> dict[int, Array | list[Array]] | None:
        """Multipliers of the constraints of a CVXPY problem by their `id`, rounded, as `dual_value` of CVXPY has them.

        An array of the constraint's shape; of a second-order cone a list, t's and x's. None where there is no lower
        bound, or the certificate has none that go with it.
        """
        dual = self.dual
        if dual is None or self.modelled is None:
            return None
        modelled = self.modelled
        costs = modelled.instance.objective
        return multipliers(modelled.pieces, costs, dual[modelled.first :], modelled.asked)

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write the data file and a certificate beside it for each thing proved; returns the certificates' paths."""
        instance, directory = self.bounds.instance, Path(folder)
        write_whole(directory / instance.name, instance.content)
        stem = instance.name.removesuffix(".dat-s")
        paths = {name: directory / f"{stem}-{name}.json" for name in self.bounds.certificates}
        for name, certificate in self.bounds.certificates.items():
            certificate.save(paths[name])
        return list(paths.values())


def bound(
    problem: cvxpy.Problem | str | os.PathLike[str],
    solver: str = DEFAULT,
    box: Sequence[tuple[Rational, Rational]] | Rational | None = None,
) -> Result:
    """Rigorous bounds of the optimal value of a CVXPY problem, or of a file in the SDPA sparse format.

    The numbers of a CVXPY problem are taken exactly as CVXPY's reductions have them in float64; docs/SDP.md lists the
    attributes, functions and constraints that are understood. solver: any that CVXPY knows, by its
    name there. box: intervals (low, high) in which the program's variables are known to lie, one for each, or one
    number b for |x_i| <= b. Raises ValueError for a solver that is not known and, naming it, for
    anything in a problem that is not understood, and
    verify.checker.core.reader.NotACertificate for a file that cannot be read.
    """
    if isinstance(problem, str | os.PathLike):
        modelled = Modelled(Instance.load(Path(problem)), 1, Fraction(0))
    else:
        modelled = model(problem)
    found = bound_instance(modelled.instance, solver, _intervals(box, modelled.instance.program.variables))
    lower = None if found.box_excludes_minimisers else found.lower
    low, high = (None if value is None else modelled.sign * value + modelled.offset for value in (lower, found.upper))
    if modelled.sign < 0:
        low, high = high, low
    value = found.hint.value
    shown = None if value is None else modelled.sign * value + float(modelled.offset)
    return Result(low, high, shown, found.infeasible, found, modelled if modelled.pieces else None)


def positive_semidefinite(matrix: Sequence[Sequence[Rational]]) -> Certificate:
    """A certificate, verified by the checker, that a symmetric matrix, (n, n), has no negative eigenvalue.

    Raises ValueError if it is not square and symmetric, NotCertified if it has one, or if that was not decided.
    """
    rows = [[Fraction(entry) for entry in row] for row in matrix]
    square = all(len(row) == len(rows) for row in rows)
    if not rows or not square or any(rows[i][j] != rows[j][i] for i in range(len(rows)) for j in range(i)):
        raise ValueError("the matrix is not square and symmetric")
    triangle = tuple(tuple(row[: i + 1]) for i, row in enumerate(rows))
    statement = MatrixStatement(SymmetricMatrix(triangle), "positive-semidefinite")
    certificate = Certificate.of("matrix", statement, Witness(PRECISION), {"program": "verify.producer.sdp"})
    verdict = verdict_on(certificate.read())
    if not isinstance(verdict, Verified):
        raise NotCertified.of(verdict)
    return certificate


def _intervals(
    box: Sequence[tuple[Rational, Rational]] | Rational | None, variables: int
) -> list[tuple[Fraction, Fraction]] | None:
    if box is None:
        return None
    if isinstance(box, int | Fraction):
        return [(-Fraction(box), Fraction(box))] * variables
    if len(box) != variables:
        raise ValueError(f"the box has {len(box)} intervals for {variables} variables")
    return [(Fraction(low), Fraction(high)) for low, high in box]
