"""Rule `cover`: all points of a set that lie in a box.

Theorem. Let S be a set of points of R^p, and X a box. Let f_i, g_j be functions with f_i = 0 and g_j >= 0 at each
point of S. Let X be cut into pieces, and let one of these hold for each piece P, with center c:
  `sign`        some f_i has no zero in P, or some g_j is negative on P;
  `mean-value`  the same for the enclosure f_i(c) + f_i'(P) (P - c), or g_j(c) + g_j'(P) (P - c);
  `newton`      for some matrix Y, a component of Y f(c) + (Y f'(P)) (P - c) has no zero;
  `own`         a test of the system, which proves that P has no point of S;
  `known`       a symmetry that maps S to itself maps P into one of the boxes B_1, ..., B_m.
Then each point of S in X is mapped into one of B_1, ..., B_m by a symmetry.

Proof. A point z of S in X lies in a piece P. Were it one of the first three, then f_i(z) = 0 or g_j(z) >= 0, but by
the mean value theorem f_i(z) is in f_i(c) + f_i'(P) (z - c), and 0 = Y f(z) = Y f(c) + Y A (z - c) with a matrix A
whose rows are in f'(P). So P is of the last kind. QED

That the pieces cover X is by construction (`core.subdivision`). A `known` box is one in which `krawczyk` proves that
f has exactly one zero. Source: interval subdivision; Moore 1966, Krawczyk 1969, Neumaier 1990.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import arb, arb_mat

from verify.checker.core.balls import approximate_inverse, ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.dual import Dual
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.interval_matrix import newton
from verify.checker.core.limits import ARB_LEAVES
from verify.checker.core.outcome import Open, decide
from verify.checker.core.subdivision import Subdivision
from verify.checker.losses.conditions import Conditions, System
from verify.checker.statements.cover_witness import Cover, Zero
from verify.checker.theorems.krawczyk import prove_zero

RULE = "cover"
WORDS = ("sign", "mean-value", "newton", "own", "known")


Inside = Callable[[list[arb]], bool]
"""Whether a piece lies in a known box; True only if proved."""


def prove_cover(system: System, cover: Cover, inside: Inside | None = None) -> None:
    """Prove the theorem's hypotheses for each piece. Raises Open, which names the first piece that is not proved.

    `inside`: of the known boxes, where they are not those around the cover's zeros.
    """
    tests = tests_of(system, cover.zeros, inside)
    prove_not_too_many(cover.tree)
    for number, (piece, word) in enumerate(cover.tree.pieces(cover.box)):
        look()
        if not tests[word](system.within_domain([ball(low).union(ball(high)) for low, high in piece])):
            shown = " x ".join(f"[{at_least(low)}, {at_most(high)}]" for low, high in piece)
            raise Open(f"piece {number} of the cover, {shown}: the test `{WORDS[word]}` does not prove it")


def prove_contains(cover: Cover, domain: Sequence[tuple[arb, arb]], otherwise: str) -> None:
    """Prove that the first sides of a cover's box have these intervals inside. Raises Refuted, or Open."""
    sides = [
        (ball(low), ball(high), a, b) for (low, high), (a, b) in zip(cover.box[: len(domain)], domain, strict=True)
    ]
    reach = all(low <= a and b <= high for low, high, a, b in sides)
    decide(reach, any(low > a or high < b for low, high, a, b in sides), otherwise)


def prove_not_too_many(tree: Subdivision) -> None:
    """Raises Open if a tree has more leaves than this checker takes on."""
    if tree.leaves > ARB_LEAVES:
        raise Open(f"{tree.leaves} pieces are more than this checker's {ARB_LEAVES}", Reason.TOO_LARGE)


def tests_of(system: System, known: Sequence[Zero], inside: Inside | None = None) -> tuple[Inside, ...]:
    """The tests for a piece, in the order of `WORDS`; each True only if proved."""

    def near_a_zero(piece: list[arb]) -> bool:
        return any(lies_within(piece, zero) for zero in known)

    is_known = near_a_zero if inside is None else inside
    return (
        lambda piece: _has_sign(system, piece),
        lambda piece: _by_mean_value(system, piece),
        lambda piece: _by_newton(system, piece),
        system.excludes,
        lambda piece: any(map(is_known, system.images(piece))),
    )


def prove_one_zero(system: System, zero: Zero) -> list[arb]:
    """Prove that f has exactly one zero in the box, and enclose it."""
    radius = ball(zero.radius)
    center = [ball(c) for c in zero.center]
    derivative, value = _derivative(_on(system, box_of(zero))), arb_mat([[f.value] for f in _at(system, center).zeros])
    if not all(entry.is_finite() for entry in (*derivative.entries(), *value.entries())):
        raise Open("the equations cannot be evaluated near one of the zeros")
    step, contraction = prove_zero(newton(derivative, value), radius, "the derivative at a zero looks singular", "zero")
    near = step / (1 - contraction)
    return [c + arb(0, 1) * near for c in center]


def box_of(zero: Zero) -> list[arb]:
    """All points that are so near."""
    return [ball(c - zero.radius).union(ball(c + zero.radius)) for c in zero.center]


def lies_within(piece: list[arb], zero: Zero) -> bool:
    """True only if proved."""
    radius = ball(zero.radius)
    return all(abs(side - ball(c)) <= radius for side, c in zip(piece, zero.center, strict=True))


def _on(system: System, piece: list[arb]) -> Conditions:
    size = len(piece)
    units = [tuple(arb(int(i == j)) for j in range(size)) for i in range(size)]
    return system.conditions([Dual(side, unit) for side, unit in zip(piece, units, strict=True)])


def _at(system: System, center: list[arb]) -> Conditions:
    return system.conditions([Dual(coordinate, ()) for coordinate in center])


def _derivative(conditions: Conditions) -> arb_mat:
    return arb_mat([list(f.partials) for f in conditions.zeros])


def _has_sign(system: System, piece: list[arb]) -> bool:
    conditions = system.conditions([Dual(side, ()) for side in piece])
    return _fails([f.value for f in conditions.zeros], [g.value for g in conditions.not_negative])


def _by_mean_value(system: System, piece: list[arb]) -> bool:
    on, at = _on(system, piece), _at(system, [side.mid() for side in piece])
    change = [side - side.mid() for side in piece]

    def enclosed(parts: list[Any], centers: list[Any]) -> list[arb]:
        return [
            sum((slope * move for slope, move in zip(part.partials, change, strict=True)), center.value)
            for part, center in zip(parts, centers, strict=True)
        ]

    return _fails(enclosed(on.zeros, at.zeros), enclosed(on.not_negative, at.not_negative))


def _by_newton(system: System, piece: list[arb]) -> bool:
    on, at = _on(system, piece), _at(system, [side.mid() for side in piece])
    if not on.zeros:
        return False
    derivative = _derivative(on)
    value = arb_mat([[f.value] for f in at.zeros])
    if not all(entry.is_finite() for entry in (*derivative.entries(), *value.entries())):
        return False  # a product of matrices may lose a NaN times an exact zero
    inverse = approximate_inverse(arb_mat([row[: len(on.zeros)] for row in derivative.tolist()]))
    change = arb_mat([[side - side.mid()] for side in piece])
    return inverse is not None and _fails((inverse * value + (inverse * derivative) * change).entries(), [])


def _fails(zeros: list[arb], not_negative: list[arb]) -> bool:
    """True only if one of the first is proved not to be 0, or one of the others to be negative."""
    return any(value < 0 or value > 0 for value in zeros) or any(value < 0 for value in not_negative)
