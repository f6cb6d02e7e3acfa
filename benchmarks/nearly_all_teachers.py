"""The tables of docs/TEACHERS.md, from certificates that this program checks first.

    python benchmarks/nearly_all_teachers.py

Run from the repository's root, after `verify prove nearly-all-teachers`. The first table has what the checker verified
now, and the input dimensions that the distribution of the angles alone would give, in float64. The second compares
the distances for some k with plain evaluation (in balls) and with what float64 sees.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from flint import ctx
from scipy.special import betainc
from verify.proofs.nearly_all_teachers import FRACTIONS, name
from verify.proofs.safran_shamir_2018 import PAIRS

from verify.checker.core.balls import ball, box, euclidean_norm, point
from verify.checker.core.definiteness import is_positive_definite, shifted
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.checker.losses.nearby_teachers import NearbyTeachers
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.prover.nearby_teachers import Center

FOLDER, DOCUMENT = Path("certificates/nearly-all-teachers"), Path("docs/TEACHERS.md")
COMPARED = ((6, 6), (8, 8), (10, 10))
PRECISION = 128
DIRECTIONS, STEPS, HALVINGS = 6, 24, 12

Array = np.ndarray


def main() -> None:
    """Check, then write both tables."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    statements, families = {}, {}
    for pair in PAIRS:
        path = FOLDER / name(pair)
        verdict = Session().check(path)
        if not (isinstance(verdict, Verified) and isinstance(verdict.statement, NearlyOrthonormalTeachers)):
            sys.exit(f"{path} is {verdict.name}")
        statements[pair] = verdict.statement
        families[pair] = json.loads(path.read_bytes())["provenance"]["family"]
        print(path, file=sys.stderr)
    text = DOCUMENT.read_text(encoding="utf-8")
    text = replaced(text, "distances", distances(statements, families))
    text = replaced(text, "comparison", comparison({pair: statements[pair] for pair in COMPARED}, families))
    DOCUMENT.write_text(text, encoding="utf-8")


def replaced(text: str, mark: str, rows: Sequence[Sequence[str]]) -> str:
    """The text with a table in the place between two marks."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    head, *body = rows
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body)]
    return before + begin + "\n".join(lines) + "\n" + end + after


def distances(
    statements: dict[tuple[int, int], NearlyOrthonormalTeachers], families: dict[tuple[int, int], str]
) -> list[list[str]]:
    """What was proved for each pair."""
    by_angles = [f"d by angles, {float(fraction):.0e}" for fraction in FRACTIONS]
    proved = [f"d, {float(fraction):.0e}" for fraction in FRACTIONS]
    head = ["k", "n", "minimum", "\\|G - I\\|_F <=", "\\|v_i.v_j\\| <=", "moves <=", "loss >=", *proved, *by_angles]
    rows = [head]
    for (k, n), statement in statements.items():
        rho = statement.distance
        entry = Fraction(math.isqrt(rho.numerator**2 * 10**40 // (rho.denominator**2 * k * (k - 1))), 10**20)
        dimensions = [f"{float(at_most(Fraction(near.input_dimension), 3)):.2e}" for near in statement.random_teachers]
        by_angle = [dimension_by_angles(k, entry, fraction) for fraction in FRACTIONS]
        angles = [f"{float(at_most(Fraction(dimension), 3)):.2e}" for dimension in by_angle]
        moves, loss = at_most(statement.radius, 3), at_least(statement.loss_lower_bound, 3)
        bounds = [at_least(rho, 3), at_least(entry, 3), moves, loss]
        rows.append([str(k), str(n), families[k, n], *bounds, *dimensions, *angles])
    return rows


def dimension_by_angles(k: int, entry: Fraction, fraction: Fraction) -> int:
    """The least d, to three digits, from which P(some |v_i.v_j| > entry) is at most the fraction, by a union bound.

    In float64: P(|v_i.v_j| > entry) is the regularised incomplete beta function at 1 - entry^2.
    """
    pairs, x = k * (k - 1) // 2, float(1 - entry**2)

    def enough(d: int) -> bool:
        return bool(pairs * betainc((d - 1) / 2, 0.5, x) <= fraction)

    low, high = k, 2 * k
    while not enough(high):
        low, high = high, 2 * high
    while high - low > high // 2000:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def comparison(
    statements: dict[tuple[int, int], NearlyOrthonormalTeachers], families: dict[tuple[int, int], str]
) -> list[list[str]]:
    """The distance that was proved, that of plain evaluation, and where float64 sees the minimum end."""
    head = ["k", "minimum", "rho", "plain", "times", "ends at about", "L", "steepest change found"]
    rows = [head]
    for (k, n), statement in statements.items():
        student = _floats(statement)
        rho, plain = float(statement.distance), 2 * plain_radius(statement)
        end = where_it_ends(student, rho)
        numbers = [f"{rho:.2e}", f"{plain:.1e}", f"{rho / plain:.0e}", f"{end:.2g}" if end < 1 else "beyond 1"]
        center = Center.at(student)
        bounds = NearbyTeachers(point(statement.center), ball(statement.radius), ball(statement.distance / 2))
        slopes = [f"{float(bounds.student_slope(center.own_norms)):.2g}", f"{steepest(student):.2g}"]
        rows.append([str(k), families[k, n], *numbers, *slopes])
        print(rows[-1], file=sys.stderr)
    return rows


def plain_radius(statement: NearlyOrthonormalTeachers) -> float:
    """The largest r found for which balls over the boxes |D_ij| <= r and |W_ij - c_ij| <= r' prove a minimum."""
    least = Center.at(_floats(statement)).eigenvalue
    best = 0.0
    with ctx.workprec(PRECISION):
        for exponent in range(12, 40, 2):
            reach = Fraction(1, 2**exponent)
            r = reach * least
            while r > reach * least / 2**20 and not _plain(statement, r, reach, least / 2):
                r = r * 3 / 4
            if r > reach * least / 2**20:
                if float(r) < best:
                    break
                best = float(r)
    return best


def _plain(statement: NearlyOrthonormalTeachers, r: Fraction, reach: Fraction, m: Fraction) -> bool:
    orthonormal = statement.orthonormal
    teacher = box(orthonormal.teacher, r)
    region = TeacherStudent(orthonormal, box(statement.center, reach), teacher=teacher)
    gradient = TeacherStudent(orthonormal, point(statement.center), teacher=teacher).gradient()
    norm = euclidean_norm(entry for row in gradient for entry in row)
    return bool(norm < ball(m * reach)) and is_positive_definite(shifted(region.hessian(), ball(m)))


def where_it_ends(student: Array, rho: float) -> float:
    """The smallest |G - I|_F found at which the minimum, followed from the orthonormal teacher, is lost."""
    return min(_end_along(student, direction, rho) for direction in _directions(student))


def _directions(student: Array) -> Iterator[Array]:
    """Symmetric matrices of norm 1 with zero diagonal: those to which the minimum responds most."""
    k = student.shape[1]
    moves = Center.at(student).response.reshape(student.size, k, k)
    pairs = [(a, b) for a in range(k) for b in range(a)]
    by_pair = np.stack([(moves[:, a, b] + moves[:, b, a]) / math.sqrt(2) for a, b in pairs], axis=1)
    _, sizes, vectors = np.linalg.svd(by_pair, full_matrices=False)
    top = vectors[sizes > 0.99 * sizes[0]]
    random = np.random.default_rng(0)
    for index in range(DIRECTIONS):
        weights = (1 - 2 * index) * np.eye(len(top))[0] if index < 2 else random.normal(size=len(top))
        direction = np.zeros((k, k))
        for (a, b), entry in zip(pairs, weights @ top, strict=True):
            direction[a, b] = direction[b, a] = entry
        yield direction / np.linalg.norm(direction)


def _end_along(student: Array, direction: Array, rho: float) -> float:
    """Infinite if the minimum is followed to a distance of 1, the theorem's limit, or to a singular Gram matrix."""
    exists, lost = rho, min(1.0, 0.999 / -float(np.linalg.eigvalsh(direction)[0]))
    if _follows(student, direction, lost):
        return math.inf
    for _ in range(HALVINGS):
        middle = math.sqrt(exists * lost)
        if _follows(student, direction, middle):
            exists = middle
        else:
            lost = middle
    return lost


def _follows(student: Array, direction: Array, distance: float) -> bool:
    W = student
    for step in range(1, STEPS + 1):
        values, vectors = np.linalg.eigh(np.eye(len(direction)) + distance * step / STEPS * direction)
        landscape = ReLUTeacherStudent(vectors * np.sqrt(values) @ vectors.T)
        for _ in range(20):
            change = np.linalg.solve(landscape.hessian(W), -landscape.gradient(W).ravel()).reshape(W.shape)
            W = W + change
            if not np.abs(change).max() < 1:
                return False
            if np.abs(change).max() < 1e-12:
                break
        if np.linalg.norm(landscape.gradient(W)) > 1e-9 or np.linalg.eigvalsh(landscape.hessian(W))[0] <= 0:
            return False
    return True


def steepest(student: Array) -> float:
    """The largest change of the Hessian per change of the student that a power iteration finds, orthonormal teacher."""
    landscape, random, best = ReLUTeacherStudent.orthonormal(student.shape[1]), np.random.default_rng(0), 0.0
    for _ in range(10):
        u = random.normal(size=student.size)
        for _ in range(60):
            u /= np.linalg.norm(u)
            step = 1e-5 * u.reshape(student.shape)
            image = (landscape.hessian(student + step) - landscape.hessian(student - step)) @ u / 2e-5
            best = max(best, abs(float(image @ u)))
            u = math.copysign(1, float(image @ u)) * image + 0.3 * np.linalg.norm(image) * u
    return best


def _floats(statement: NearlyOrthonormalTeachers) -> Array:
    return np.array([[float(entry) for entry in row] for row in statement.center])


if __name__ == "__main__":
    main()
