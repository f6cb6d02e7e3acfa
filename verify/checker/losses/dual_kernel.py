"""What an activation sigma is to the checker: its dual kernel and the derivatives, in balls.

kappa(p, q, s) = E sigma(w.x) sigma(v.x) with p = |w|^2, q = w.v, s = |v|^2, and
phi(p) = E sigma(w.x)^2 = kappa(p, p, p). The formulas are generated from the derivations of
`verify.producer.symbolic` (`kernels`), but for the limit at parallel neurons (`relu`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from flint import arb


class Second(NamedTuple):
    """Second partial derivatives of kappa in p, q, s."""

    pp: arb
    pq: arb
    ps: arb
    qq: arb
    qs: arb


class Parallel(NamedTuple):
    """Bounds of the Hessian blocks where the second derivatives are singular: docs/THEOREMS.md, "Parallel neurons"."""

    own: arb
    """-own I <= h1 <= own I for the (w, w) block."""
    mixed: arb
    """|h2 - kappa_q I| <= mixed for the (w, v) block."""


class Jet(NamedTuple):
    """The kernel at a pair of neurons."""

    value: arb
    p: arb
    q: arb
    second: Second | Parallel
    """The second derivatives, or what bounds the blocks where those are singular or nearly so."""


class SelfJet(NamedTuple):
    """phi and its first two derivatives."""

    value: arb
    first: arb
    second: arb


class DualKernel(Protocol):
    """An activation, as far as the loss knows it."""

    def pair(self, p: arb, q: arb, s: arb) -> Jet:
        """The kernel at two different neurons."""

    def alone(self, p: arb) -> SelfJet:
        """The kernel of a neuron with itself."""


class Dual(NamedTuple):
    """A dual kernel that is smooth for all w and v, zero or not: what a module of `kernels` gives."""

    pair: Callable[[arb, arb, arb], Jet]
    alone: Callable[[arb], SelfJet]
    formula: str
    """sigma(z), for a sentence."""
    vanishes_at_zero: bool
    """sigma(0) = 0, so that a zero neuron computes the zero function."""
