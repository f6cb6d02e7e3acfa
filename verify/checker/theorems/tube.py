"""Zeros that move with two parameters: a box around a polynomial curve, with one zero for all parameters.

Theorem. Let P be a box of parameters p, z polynomials in p, r_i > 0, T(p) the box |x_i - z_i(p)| <= r_i, X a box that
has T(p) in it for all p in P, and G(x; p) continuously differentiable on X x P. Let the test of `krawczyk` hold with
    numbers |Y G(z(p); p)| for all p in P, and with a matrix of balls that contains G'(x; p) for all x in X and p in P.
Then for each p in P G(.; p) has exactly one zero in T(p), at a distance of |Y G(z(p); p)| / (1 - |I - Y G'|) at most
from z(p), in the maximum norm scaled by r.

Proof. That is `krawczyk` for each p, and the bound of Banach's fixed point theorem. G(z(p); p) is enclosed by the mean
value theorem along the line from the middle of P to p: z has derivatives. QED
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from flint import arb, arb_mat

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.dual import Dual
from verify.checker.core.interval_matrix import newton
from verify.checker.core.outcome import Open
from verify.checker.core.subdivision import Box
from verify.checker.losses.conditions import Scalar
from verify.checker.statements.two_neuron_teachers import Tube, TubesWitness, TubeWitness, TwoNeuronTeachers
from verify.checker.theorems.cover import prove_not_too_many
from verify.checker.theorems.krawczyk import has_zero


class Equations(Protocol):
    """G."""

    def equations(self, unknowns: list[Dual]) -> list[Dual]:
        """As many as there are unknowns x; the two parameters come last."""


@dataclass(frozen=True, slots=True)
class CenteredTube:
    """A tube, and the teacher in the middle of the region, about which its polynomials are."""

    tube: Tube
    middle: tuple[Fraction, Fraction]

    @classmethod
    def of(cls, tube: Tube, landscape: TwoNeuronTeachers) -> CenteredTube:
        """The tube of a statement's region."""
        (a, b), (c, e) = landscape.ratios, landscape.angles
        return cls(tube, ((a + b) / 2, (c + e) / 2))

    def center(self, ratio: Dual, angle: Dual) -> list[Dual]:
        """z(p), by Horner's rule in both."""
        r, psi = ratio - ball(self.middle[0]), angle - ball(self.middle[1])
        found = []
        for rows in self.tube.center:
            value = _horner(
                [_horner([Dual(ball(a), (arb(0),) * len(r.partials)) for a in row], psi) for row in rows], r
            )
            found.append(value)
        return found

    def box(self, p: Sequence[arb]) -> list[arb]:
        """X."""
        center = self.center(*(Dual(side, ()) for side in p))
        return [c.value + arb(0, 1) * ball(radius) for c, radius in zip(center, self.tube.radii, strict=True)]


def prove_on_cells(
    witness: TubeWitness | TubesWitness, landscape: TwoNeuronTeachers, prove: Callable[[CenteredTube, Box, str], None]
) -> CenteredTube:
    """Prove something of the tube and the teachers in each of the pieces that the region is cut into."""
    prove_not_too_many(witness.cells)
    tube = CenteredTube.of(witness.tube, landscape)
    for number, (region, _) in enumerate(witness.cells.pieces((landscape.ratios, landscape.angles))):
        look()
        prove(tube, region, f"piece {number} of the region")
    return tube


def prove_zero_in_tube(equations: Equations, tube: CenteredTube, p: Sequence[arb], name: str) -> list[arb]:
    """Prove the theorem's hypotheses for the parameters of a box, and enclose the zeros. Raises Open."""
    radii = [ball(radius) for radius in tube.tube.radii]
    slopes = derivative(equations, tube.box(p), p)
    scaled = arb_mat([[slope * radius for slope, radius in zip(row, radii, strict=True)] for row in slopes])
    value = arb_mat([[f] for f in at_centers(equations, tube, p)])
    if not all(entry.is_finite() for entry in (*scaled.entries(), *value.entries())):
        raise Open(f"{name}: the equations cannot be evaluated")
    bounds = newton(scaled, value)
    if bounds is None or not has_zero(bounds.step, bounds.contraction, arb(1)):
        raise Open(f"{name}: no zero was proved")
    near = bounds.step / (1 - bounds.contraction)
    center = tube.center(*(Dual(side, ()) for side in p))
    return [c.value + arb(0, 1) * near * radius for c, radius in zip(center, radii, strict=True)]


def at_centers(equations: Equations, tube: CenteredTube, p: Sequence[arb]) -> list[arb]:
    """G(z(p); p) for all p of a box, by the mean value theorem in p."""
    middle = [side.mid() for side in p]
    at = equations.equations([*tube.center(*(Dual(m, ()) for m in middle)), *(Dual(m, ()) for m in middle)])
    ratio, angle = Dual(p[0], (arb(1), arb(0))), Dual(p[1], (arb(0), arb(1)))
    on = equations.equations([*tube.center(ratio, angle), ratio, angle])
    change = [side - m for side, m in zip(p, middle, strict=True)]
    return [
        sum((slope * move for slope, move in zip(f.partials, change, strict=True)), g.value)
        for f, g in zip(on, at, strict=True)
    ]


def derivative(equations: Equations, box: Sequence[Scalar], p: Sequence[Scalar]) -> list[list[Scalar]]:
    """G' in x, for all x of a box and all p of one."""
    size = len(box)
    unknowns = [Dual(side, tuple(arb(int(i == j)) for j in range(size))) for i, side in enumerate(box)]
    nothing = (arb(0),) * size
    return [list(f.partials) for f in equations.equations([*unknowns, *(Dual(side, nothing) for side in p)])]


def _horner(coefficients: Sequence[Dual], at: Dual) -> Dual:
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = value * at + coefficient
    return value
