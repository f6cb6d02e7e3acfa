"""Random semidefinite programs whose values are known by construction, in exact arithmetic; none may get a wrong bound.

And none may be verified where it is forged: the bounds that were found are moved beyond the value, by much or little,
with the witness as it was or changed, in either tier of trust.

A long run: python -m tests.fuzz.programs --count 1500 --seed 7
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from verify.checker.core.exact import parse
from verify.checker.core.sdpa import Block, Entries, SemidefiniteProgram
from verify.checker.core.verdict import Verified
from verify.checker.front.session import prove
from verify.checker.theorems import sdp_distance
from verify.producer.prover.certificate import Certificate
from verify.producer.sdp.bounds import bound_instance
from verify.producer.sdp.certified import Bounds
from verify.producer.sdp.instance import Instance
from verify.producer.tables import number as as_written

STEP = 100

Square = list[list[Fraction]]
"""A symmetric matrix; of a diagonal block, with zeros beside the diagonal."""


@dataclass(frozen=True, slots=True)
class Case:
    """A program and what is true of it."""

    kind: str
    program: SemidefiniteProgram
    value: Fraction | None = None
    """inf c.x; None if no x is feasible, or if c.x has no lower bound."""
    feasible: bool = True
    dual_feasible: bool = False
    """Whether some Y is known to be feasible."""
    point: tuple[Fraction, ...] | None = None
    """A feasible x where c.x is the value."""


# Matrices


def zeros(n: int) -> Square:
    return [[Fraction(0)] * n for _ in range(n)]


def random_symmetric(random: Random, block: Block, size: int = 4) -> Square:
    result = zeros(block.order)
    for i in range(block.order):
        for j in range(i + 1):
            if i == j or (not block.diagonal and random.random() < 0.7):
                result[i][j] = result[j][i] = Fraction(random.randint(-size, size))
    return result


def complementary(random: Random, block: Block) -> tuple[Square, Square]:
    """X and Y, semidefinite, with X Y = 0; often of low ranks, also together."""
    n = block.order
    left = [Fraction(random.choice([0, 1, 1, 2, 5])) for _ in range(n)]
    right = [Fraction(0) if entry else Fraction(random.choice([0, 1, 1, 3])) for entry in left]
    vector = [0] * n if block.diagonal else [random.randint(-2, 2) for _ in range(n)]
    norm = sum(entry**2 for entry in vector) or 1
    # The columns of |v|^2 I - 2 v v^T are orthogonal to each other.
    columns = [
        [Fraction((norm if i == j else 0) - (2 * vector[i] * vector[j] if any(vector) else 0)) for j in range(n)]
        for i in range(n)
    ]

    def whole(weights: list[Fraction]) -> Square:
        return [
            [sum((columns[i][k] * weights[k] * columns[j][k] for k in range(n)), Fraction(0)) for j in range(n)]
            for i in range(n)
        ]

    return whole(left), whole(right)


def inner(a: list[Square], b: list[Square]) -> Fraction:
    pairs = zip(a, b, strict=True)
    return sum(
        (x * y for p, q in pairs for r, s in zip(p, q, strict=True) for x, y in zip(r, s, strict=True)), Fraction(0)
    )


def combination(parts: list[tuple[Fraction, list[Square]]]) -> list[Square]:
    blocks = zip(*(matrices for _, matrices in parts), strict=True)
    weights = [weight for weight, _ in parts]
    result = []
    for matrices in blocks:
        n = len(matrices[0])
        result.append(
            [
                [sum((w * m[i][j] for w, m in zip(weights, matrices, strict=True)), Fraction(0)) for j in range(n)]
                for i in range(n)
            ]
        )
    return result


def program_of(blocks: list[Block], costs: list[Fraction], matrices: list[list[Square]]) -> SemidefiniteProgram:
    """matrices: F_0, ..., F_m, each per block."""
    listed = []
    for matrix in matrices:
        found: dict[int, Entries] = {}
        for number, square in enumerate(matrix):
            entries = {(i, j): square[i][j] for i in range(len(square)) for j in range(i + 1) if square[i][j]}
            if entries:
                found[number] = entries
        listed.append(found)
    return SemidefiniteProgram(tuple(costs), tuple(blocks), tuple(listed))


def random_blocks(random: Random) -> list[Block]:
    return [Block(random.randint(1, 4), random.random() < 0.4) for _ in range(random.randint(1, 3))]


# Programs


def with_optimum(random: Random) -> Case:
    """x* and Y* are feasible and X* Y* = 0, so both are optimal: the value is c.x*."""
    blocks, m = random_blocks(random), random.randint(1, 5)
    pairs = [complementary(random, block) for block in blocks]
    x_star, y_star = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    forms = [[random_symmetric(random, block) for block in blocks] for _ in range(m)]
    if random.random() < 0.2:
        forms[-1] = forms[0]
    if random.random() < 0.1:
        forms[0] = [zeros(block.order) for block in blocks]
    if random.random() < 0.3:  # an interior, so that bounds can be expected
        forms[0] = [[[Fraction(int(i == j)) for j in range(b.order)] for i in range(b.order)] for b in blocks]
    point = [Fraction(random.randint(-3, 3)) for _ in range(m)]
    costs = [inner(form, y_star) for form in forms]
    constant = combination([*zip(point, forms, strict=True), (Fraction(-1), x_star)])
    value = sum((c * x for c, x in zip(costs, point, strict=True)), Fraction(0))
    return Case("optimum", program_of(blocks, costs, [constant, *forms]), value, True, True, tuple(point))


def infeasible(random: Random) -> Case:
    """Some Y has <F_i, Y> = 0 and <F_0, Y> > 0."""
    blocks, m = random_blocks(random), random.randint(1, 4)
    ray: list[Square] = []
    while not (size := inner(ray, ray)):
        ray = [complementary(random, block)[1] for block in blocks]

    def orthogonal(form: list[Square]) -> list[Square]:
        return combination([(size, form), (-inner(form, ray), ray)])

    forms = [orthogonal([random_symmetric(random, block) for block in blocks]) for _ in range(m)]
    constant = combination([(Fraction(1), orthogonal([random_symmetric(random, b) for b in blocks])), (size, ray)])
    costs = [Fraction(random.randint(-3, 3)) for _ in range(m)]
    return Case("infeasible", program_of(blocks, costs, [constant, *forms]), None, feasible=False)


def unbounded(random: Random) -> Case:
    """0 is feasible, and in the first direction, which is one of the cone, c.x falls."""
    blocks, m = random_blocks(random), random.randint(1, 4)
    forms = [[random_symmetric(random, block) for block in blocks] for _ in range(m)]
    forms[0] = [complementary(random, block)[0] for block in blocks]
    constant = combination([(Fraction(-1), [complementary(random, block)[0] for block in blocks])])
    costs = [Fraction(-1), *(Fraction(random.randint(-3, 3)) for _ in range(m - 1))]
    return Case("unbounded", program_of(blocks, costs, [constant, *forms]))


def unattained(random: Random) -> Case:
    """inf x_1 subject to [[x_1, b], [b, x_2]] >= 0, seen through an invertible T: 0, and not attained."""
    b, t = Fraction(random.randint(1, 3)), Fraction(random.randint(-3, 3))

    def seen(a: Square) -> Square:
        frame = [[Fraction(1), Fraction(0)], [t, Fraction(1)]]
        half = [[sum((frame[i][k] * a[k][j] for k in range(2)), Fraction(0)) for j in range(2)] for i in range(2)]
        return [[sum((half[i][k] * frame[j][k] for k in range(2)), Fraction(0)) for j in range(2)] for i in range(2)]

    def unit(i: int, j: int, size: Fraction) -> Square:
        result = zeros(2)
        result[i][j] = result[j][i] = size
        return result

    one = Fraction(1)
    matrices = [[seen(unit(0, 1, -b))], [seen(unit(0, 0, one))], [seen(unit(1, 1, one))]]
    return Case("unattained", program_of([Block(2, False)], [one, Fraction(0)], matrices), Fraction(0), True, True)


def with_gap(random: Random) -> Case:
    """x_1 is 0 at every feasible point, because the diagonal entry above it is: the value is 0; the dual's is -a."""
    a = Fraction(random.randint(1, 4))
    forms = [zeros(3), zeros(3)]
    forms[0][0][1] = forms[0][1][0] = forms[0][2][2] = Fraction(1)
    forms[1][1][1] = Fraction(1)
    constant = zeros(3)
    constant[2][2] = -a
    program = program_of([Block(3, False)], [Fraction(1), Fraction(0)], [[constant], [forms[0]], [forms[1]]])
    return Case("gap", program, Fraction(0), True, True, (Fraction(0), Fraction(1)))


def without_interior(random: Random) -> Case:
    """An optimum as above, where a . x is fixed by two opposite inequalities that hold at it."""
    case = with_optimum(random)
    assert case.point is not None
    last, rows = len(case.program.blocks), [Fraction(random.randint(-2, 2)) for _ in case.point]
    level = sum((a * x for a, x in zip(rows, case.point, strict=True)), Fraction(0))
    extra = [{last: {(0, 0): s, (1, 1): -s}} if s else {} for s in (level, *rows)]
    matrices = tuple({**matrix, **more} for matrix, more in zip(case.program.matrices, extra, strict=True))
    program = SemidefiniteProgram(case.program.objective, (*case.program.blocks, Block(2, True)), matrices)
    return Case("no interior", program, case.value, True, True, case.point)


def scaled(random: Random) -> Case:
    """Another case with x_i, the blocks and c multiplied by powers of ten; some beyond float64."""
    case = random.choice([with_optimum, infeasible, unbounded, without_interior])(random)
    reach = random.choice([3, 8, 30, 200, 330])

    def power() -> Fraction:
        return Fraction(10) ** random.randint(-reach, reach)

    program, cost = case.program, power()
    units = [Fraction(1), *(power() for _ in program.objective)]
    sizes = [power() for _ in program.blocks]
    matrices = tuple(
        {n: {at: unit * sizes[n] * entry for at, entry in block.items()} for n, block in matrix.items()}
        for unit, matrix in zip(units, program.matrices, strict=True)
    )
    objective = tuple(cost * unit * c for unit, c in zip(units[1:], program.objective, strict=True))
    point = case.point and tuple(x / unit for x, unit in zip(case.point, units[1:], strict=True))
    value = None if case.value is None else cost * case.value
    changed = SemidefiniteProgram(objective, program.blocks, matrices)
    return Case(f"{case.kind}, scaled", changed, value, case.feasible, case.dual_feasible, point)


KINDS: list[Callable[[Random], Case]] = [
    with_optimum, with_optimum, with_optimum, infeasible, unbounded, unattained, with_gap, without_interior, scaled
]  # fmt: skip


# Judging


def judge(random: Random, case: Case) -> str:
    """Bound the program and fail if anything proved of it is false; returns what was proved."""
    instance = Instance.build("random.dat-s", case.program)
    where = instance.content.decode()[:3000]
    box = None
    if case.point is not None and random.random() < 0.3:
        size = 1 + max(map(abs, case.point))
        box = [(-size, size)] * len(case.point)
    found = bound_instance(instance, box=box)
    for certificate in found.certificates.values():
        assert isinstance(prove(certificate.read(), data=instance.content), Verified), where
    if case.feasible:
        assert found.infeasible != "inequality", (case.kind, where)
    else:
        assert found.upper is None, (case.kind, where)
    if case.dual_feasible:
        assert found.infeasible != "equality", (case.kind, where)
    if case.value is not None:
        assert found.lower is None or found.lower <= case.value, (case.kind, found.lower, case.value, where)
        assert found.upper is None or found.upper >= case.value, (case.kind, found.upper, case.value, where)
    elif case.feasible:
        assert found.lower is None, (case.kind, found.lower, where)
    if case.value is not None:
        forge(random, instance, found, case.value)
    return f"{case.kind}: {_proved(found, where)}"


def forge(random: Random, instance: Instance, found: Bounds, value: Fraction) -> None:
    """Fail if a certificate is verified with a bound beyond the value."""
    for name, sign in (("sdp-lower-bound", 1), ("sdp-upper-bound", -1)):
        if name not in found.certificates or (found.box is not None and sign > 0):
            continue
        document = json.loads(json.dumps(found.certificates[name].document))
        beyond = value + sign * max(Fraction(1), abs(value)) * Fraction(1, 10 ** random.randint(1, 25))
        document["statement"]["bound"] = str(beyond)
        if random.random() < 0.5:
            change_a_number(random, document["witness"]["dual" if sign > 0 else "point"])
        forged = Certificate.build(document["statement"], document["witness"], {})
        few = sdp_distance.FEW
        sdp_distance.FEW = random.choice([0, few])  # the distance of a solution, or the solution
        try:
            for trust in ("arb", "float64"):
                verdict = prove(forged.read(), trust=trust, data=instance.content)
                assert not isinstance(verdict, Verified), (trust, forged.text(), instance.content.decode())
        finally:
            sdp_distance.FEW = few


def change_a_number(random: Random, rows: list[Any]) -> None:
    """Somewhere in nested lists, by a factor near 1 or a far one."""
    place = random.randrange(len(rows))
    if isinstance(rows[place], list):
        change_a_number(random, rows[place])
    else:
        change = 1 + random.choice([-1, 1]) * Fraction(1, 2 ** random.randint(0, 80))
        rows[place] = as_written(parse(rows[place]) * change)


def _proved(found: Bounds, where: str) -> str:
    if found.infeasible == "inequality":
        return "infeasible"
    names = [name for name, bound in (("lower", found.lower), ("upper", found.upper)) if bound is not None]
    names += ["dual infeasible"] if found.infeasible else []
    assert len(names) == 2 or found.reasons, where  # what is missing has a reason
    return " and ".join(names) or "nothing"


def run(count: int, seed: int) -> Counter[str]:
    """Judge so many programs; how many of each kind got which answer."""
    random = Random(seed)
    return Counter(judge(random, random.choice(KINDS)(random)) for _ in range(count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tally, start = Counter[str](), time.perf_counter()
    for done in range(0, options.count, STEP):
        tally += run(min(STEP, options.count - done), options.seed + done)
        print(f"{tally.total()} programs in {time.perf_counter() - start:.0f} s", flush=True)
    for name, number in sorted(tally.items()):
        print(f"{number:6} {name}")
    print("No bound was wrong, and none crashed.")


if __name__ == "__main__":
    main()
