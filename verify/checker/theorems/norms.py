"""Lemma R (norms): two students of different directions have the norms that their directions determine.

Theorem. Let sigma be ReLU and n = 2. At a critical point without zero neuron and with an angle d > 0 between w_1 and
w_2 the norms solve A r = b with A_ii = 1/2, A_12 = kappa(d), b_i = beta(w_i / |w_i|); and A > 0, as kappa(d) < 1/2. If
  (1) r_1 > 0 and r_2 > 0
for the solution at a zero of the equations of `losses.two_neurons`, that zero is a critical point without zero neuron.

Proof. A r = b says that the derivatives of F in the norms vanish; the equations say the same of those in the angles.
QED
Source: variable projection; docs/COVERS.md, "Lemma R".
"""

from __future__ import annotations

from flint import arb

from verify.checker.core.balls import Balls
from verify.checker.core.outcome import decide
from verify.checker.core.task import lower
from verify.checker.losses.two_neurons import TwoNeurons


def students_at(system: TwoNeurons, zero: list[arb], name: str) -> Balls:
    """Prove hypothesis (1) at a zero that is enclosed, and return w_1 and w_2: (2, 2)."""
    x, d = zero
    norms = system.norms(x, d)
    for norm in norms:
        decide(norm > 0, norm <= 0, f"{name}: a norm is only known to be >= {lower(norm)}, and must be positive")
    return [[norm * part for part in unit] for norm, unit in zip(norms, units(zero), strict=True)]


def units(zero: list[arb]) -> Balls:
    """The directions of the two students: (2, 2)."""
    x, d = zero
    return [[angle.cos(), angle.sin()] for angle in (x, x + d)]
