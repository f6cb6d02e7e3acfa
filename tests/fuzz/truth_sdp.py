"""Whether statements about semidefinite programs, matrices and polynomials are true: the fuzzer's judge.

Programs: a convex function of one or two variables is minimised without derivatives, in float64; the data file is
read by NumPy. Matrices: float64 eigenvalues. Polynomials: exact values at many points. Quadratic networks: float64,
and a search.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from verify.checker.statements.matrix import MatrixStatement
from verify.checker.statements.polynomial import GlobalMinimum, SumOfSquares
from verify.checker.statements.quadratic_network import (
    GlobalMinima,
    NegativeCurvature,
    QuadraticStatement,
    SpuriousMinimum,
)
from verify.checker.statements.semidefinite_program import (
    Infeasible,
    LowerBound,
    SemidefiniteStatement,
    UpperBound,
)
from verify.producer.sdp.quadratic import QuadraticNetwork

Global = SemidefiniteStatement | MatrixStatement | SumOfSquares | QuadraticStatement
SLACK = 1e-4
FEASIBLE = 1e-7
STARTS = (-3.0, 0.3, 1.0, 2.7)


def falsehood_of_a_global_statement(statement: Global, folder: Path) -> str | None:
    """What is false about a statement; None where nothing was found. `folder` has the data files."""
    if isinstance(statement, MatrixStatement):
        return _of_a_matrix(statement)
    if isinstance(statement, QuadraticStatement):
        return _of_a_network(statement)
    if isinstance(statement, SumOfSquares):
        return _of_a_polynomial(statement)
    return _of_a_program(statement, folder)


def _of_a_matrix(statement: MatrixStatement) -> str | None:
    rows = statement.landscape.rows
    largest = max((abs(entry) for row in rows for entry in row), default=Fraction(0)) or Fraction(1)
    matrix = np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        matrix[i, : i + 1] = matrix[: i + 1, i] = [float(entry / largest) for entry in row]
    least = float(np.linalg.eigvalsh(matrix)[0])
    return f"an eigenvalue is {least} times the largest entry" if least < -1e-12 * len(rows) else None


def _of_a_polynomial(statement: SumOfSquares) -> str | None:
    polynomial = statement.landscape
    low = statement.value[0] if isinstance(statement, GlobalMinimum) else Fraction(0)

    def value(point: tuple[Fraction, ...]) -> Fraction:
        total = Fraction(0)
        for exponents, coefficient in polynomial.terms:
            for entry, exponent in zip(point, exponents, strict=True):
                coefficient *= entry**exponent
            total += coefficient
        return total

    grid = [Fraction(n, d) for n in range(-6, 7) for d in (2, 3)]
    count = len(polynomial.indeterminates)
    points = list(itertools.islice(itertools.product(grid, repeat=min(count, 2)), 500))
    for point in points:
        whole = (point * count)[:count]
        if value(whole) < low:
            return f"the polynomial is below the bound at {whole}"
    if isinstance(statement, GlobalMinimum) and value(statement.point) > statement.value[1]:
        return "the polynomial is above the bound at the given point"
    return None


def _of_a_network(statement: QuadraticStatement) -> str | None:
    stated = statement.landscape
    x, y = (np.array(part, dtype=object).astype(float) for part in (stated.inputs, stated.targets))
    d = stated.dimension
    matrix = np.array([[_moderate(stated.perturbation[max(a, b)][min(a, b)]) for b in range(d)] for a in range(d)])
    matrix += _moderate(stated.decay) / 2 * np.eye(d)

    def loss(W: np.ndarray) -> float:
        return float(((((x @ W.T) ** 2).sum(axis=1) - y) ** 2).mean() / 2 + np.sum((W @ matrix) * W))

    def floats(rows: Sequence[Sequence[Fraction]]) -> np.ndarray:
        return np.array([[_moderate(entry) for entry in row] for row in rows])

    network = QuadraticNetwork(x, y, stated.width, 0.0, matrix)

    if isinstance(statement, NegativeCurvature):
        values = np.linalg.eigvalsh(network.hessian(floats(statement.point)))
        limit = _moderate(statement.curvature)
        slack = 1e-9 * (1 + abs(limit) + np.abs(values).max())
        return f"the least curvature is {values[0]}" if values[0] > limit + slack else None
    low, high = map(_moderate, statement.value)
    if isinstance(statement, GlobalMinima):
        worst = max(loss(floats(point)) for point in statement.points)
        if worst > high + SLACK * (1 + abs(high)):
            return f"the loss at a point is {worst}"
        random = np.random.default_rng(0)
        starts = (random.normal(size=(d, d)) for _ in range(4))
        best = min(minimize(lambda w: max(loss(w.reshape(d, d)), -1e6), start.ravel()).fun for start in starts)
        return f"there is a loss of {best}" if best < low - SLACK * (1 + abs(low)) else None
    assert isinstance(statement, SpuriousMinimum)
    found = minimize(lambda w: loss(w.reshape(stated.width, d)), floats(statement.center).ravel())
    distance = float(np.linalg.norm(found.x - floats(statement.center).ravel()))
    if distance > _moderate(statement.radius) + SLACK:
        return f"the local minimum is {distance} away"
    slack = SLACK * (1 + abs(low))
    if not low - slack <= found.fun <= high + slack:
        return f"the loss there is {found.fun}"
    least = np.linalg.eigvalsh(network.hessian(found.x.reshape(stated.width, d)))[0]
    if least < _moderate(statement.hessian_lower_bound) - 1e-2:
        return f"the least eigenvalue is {least}"
    others = (np.random.default_rng(seed).normal(size=found.x.size) for seed in range(30))
    best = min(minimize(lambda w: loss(w.reshape(stated.width, d)), start).fun for start in others)
    return "no better point was found" if best > low + SLACK * (1 + abs(low)) else None


@cache
def _read(folder: Path, digest: str) -> tuple[np.ndarray, dict[int, list[np.ndarray]]]:
    """c, and per block F_0, ..., F_m."""
    for path in folder.glob("*.dat-s"):
        if sha256(path.read_bytes()).hexdigest() == digest:
            lines = [line for line in path.read_text().splitlines() if not line.startswith('"')]
            variables = int(lines[0].split()[0])
            words = lines[2].translate(str.maketrans("(),{}", "     ")).split()[: int(lines[1].split()[0])]
            orders = [abs(int(word)) for word in words]
            c = np.array(lines[3].translate(str.maketrans("(),{}", "     ")).split(), dtype=float)
            blocks = {k: [np.zeros((n, n)) for _ in range(variables + 1)] for k, n in enumerate(orders)}
            for line in lines[4:]:
                matrix, block, i, j, value = line.split()
                entry = blocks[int(block) - 1][int(matrix)]
                entry[int(i) - 1, int(j) - 1] = entry[int(j) - 1, int(i) - 1] = float(value)
            return c, blocks
    raise AssertionError(f"a statement about a file that is not there, {digest}, was verified")


def _of_a_program(statement: SemidefiniteStatement, folder: Path) -> str | None:
    program = statement.landscape
    c, blocks = _read(folder, program.data.sha256)

    def violation(x: np.ndarray, constant: float) -> float:
        worst = -np.inf
        for number, matrices in blocks.items():
            block = constant * matrices[0] + sum(w * matrix for w, matrix in zip(x, matrices[1:], strict=True))
            if number in program.equalities:
                worst = max(worst, np.abs(np.diag(block)).max())
            elif program.blocks[number].diagonal:
                worst = max(worst, -np.diag(block).min())
            else:
                worst = max(worst, -np.linalg.eigvalsh(block)[0])
        return worst

    if isinstance(statement, UpperBound):
        bound = _moderate(statement.bound)
        least = _least(lambda x: max(violation(x, -1), c @ x - bound), len(c))
        return f"no feasible point has a value below {bound}: {least}" if least > SLACK else None
    if isinstance(statement, LowerBound):
        bound = _moderate(statement.bound) - SLACK
        box = [(_moderate(low), _moderate(high)) for low, high in statement.box or ()]

        def better(x: np.ndarray) -> float:
            outside = max((max(low - a, a - high) for a, (low, high) in zip(x, box, strict=False)), default=-np.inf)
            return max(violation(x, -1), c @ x - bound, outside)

        return f"a feasible point has a value below {bound}" if _least(better, len(c)) < FEASIBLE else None
    assert isinstance(statement, Infeasible)
    if statement.side == "inequality":
        return "there is a feasible point" if _least(lambda x: violation(x, -1), len(c)) < FEASIBLE else None
    least = _least(lambda x: max(violation(x, 0), c @ x + 1), len(c))
    return f"there is no ray: {least}" if least > SLACK else None


def _moderate(number: Fraction) -> float:
    """A float64, cut off where it could overflow; the corpus's programs live within 10."""
    return float(max(Fraction(-(10**9)), min(Fraction(10**9), number)))


def _least(function: Callable[[np.ndarray], float], variables: int) -> float:
    options = {"xatol": 1e-10, "fatol": 1e-10, "maxiter": 2000}
    starts = itertools.product(STARTS, repeat=variables)

    def bounded(x: np.ndarray) -> float:
        return max(function(x), -1.0)  # flat below, so that nothing runs away

    return min(minimize(bounded, np.array(x), method="Nelder-Mead", options=options).fun for x in starts)
