"""Rules `singular-upper-hessian`, `dependent-patches` and `constant-first-layer`: networks of every size.

Theorem `singular-upper-hessian` (derived here; of Nguyen & Hein 2017 the hypothesis as a lecture words it). If
  (1) n_k > N, or n_k >= N and layer k + 1 has biases,
then the Hessian in the parameters of the layers above layer k is singular wherever it exists. Proof. The features F_k
(with a column of ones, for the biases) have more columns than rows: F_k u = 0 for some u other than 0. Adding t e u^T
to the weights (and biases) of layer k + 1 changes no output on the samples, for any e and t, and no gradient in the
layers above layer k, which depend on the parameters of layer k + 1 through the outputs of its linear map alone. QED

Theorem `dependent-patches` (derived here). If c is not 0 and
  (1) for each place i in a patch, sum_p c_p e_(patch p, place i) = 0,
then every filter w has sum_p c_p (output p) = sum_i w_i sum_p c_p x_(patch p, place i) = 0: of each filter's P outputs
at most P - 1 are independent. QED

Theorem `constant-first-layer` (derived here; after Ding, Li & Sun 2019). If
  (1) sigma_1 of the first layer is C^2 near t_1 with sigma_1''(t_1) other than 0, and each activation of the others is
      C^2 near some t with sigma'(t) other than 0,
then for the samples +-e_1, ..., +-e_d with y = 0, and 0 with y = 1, the half-squares have a local minimum with the
value d / (2d + 1) that is not global, for every d, every number of hidden layers and all widths. Proof. docs/WIDE.md.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from verify.checker.core.balls import ball
from verify.checker.core.exact import shown
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import Task, lower
from verify.checker.core.witness import Witness
from verify.checker.losses.layer_activations import derivatives
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.networks_of_every_size import (
    BadMinimumOfEverySize,
    BentAndSteep,
    Dependence,
    NeverOnto,
    SingularUpperHessian,
)

SINGULAR, DEPENDENT, CONSTANT = "singular-upper-hessian", "dependent-patches", "constant-first-layer"
SHOWN = 2.0**-100
"""What is smaller may have millions of digits: it is not written down."""


class OfEverySize(Conclusion):
    """The conclusion of one of the theorems above."""

    __slots__ = ()


_fact = maker(OfEverySize)


def singular_upper_hessian(task: Task[SingularUpperHessian, Witness]) -> OfEverySize:
    """Prove hypothesis (1) of the first theorem."""
    networks = task.statement.landscape
    columns = networks.excess + networks.biases
    decide(columns >= 1, True, "the features have no more columns than rows where n_k = N, without biases")
    task.record(SINGULAR, "the features have more columns than rows", f"at least N + {columns} columns, N rows")
    return _fact(SingularUpperHessian(networks, task.statement.property))


def dependent_patches(task: Task[NeverOnto, Dependence]) -> OfEverySize:
    """Prove hypothesis (1) of the second theorem."""
    patches, coefficients = task.statement.landscape.patches, task.witness.coefficients
    decide(any(coefficients), True, "all coefficients are 0")
    for place in range(len(patches[0])):
        sums: defaultdict[int, Fraction] = defaultdict(Fraction)
        for patch, coefficient in zip(patches, coefficients, strict=True):
            sums[patch[place]] += coefficient
        wrong = next((position for position, total in sums.items() if total), None)
        decide(wrong is None, True, f"at place {place} the coefficients of position {wrong} do not add up to 0")
    task.record(DEPENDENT, "the coefficients of each position add up to 0, place by place", f"{len(patches)} patches")
    return _fact(NeverOnto(task.statement.landscape, task.statement.property))


def constant_first_layer(task: Task[BadMinimumOfEverySize, BentAndSteep]) -> OfEverySize:
    """Prove hypothesis (1) of the third theorem."""
    chain, witness = task.statement.landscape, task.witness
    _prove_not_zero(task, chain.first, witness.first, 2)
    for activation, place in zip(chain.others, witness.later, strict=True):
        _prove_not_zero(task, activation, place, 1)
    return _fact(BadMinimumOfEverySize(chain, task.statement.property))


def _prove_not_zero(
    task: Task[BadMinimumOfEverySize, BentAndSteep], sigma: LayerActivation, t: Fraction, n: int
) -> None:
    """That sigma is C^2 near t, and its n-th derivative there is not 0. On a kink both derivatives are NaN."""
    found = derivatives(sigma, ball(t))
    is_smooth = not found.second.is_nan()
    size = abs(found.second if n == 2 else found.first)
    what = f"derivative {n} of {sigma.describe()} at {shown(t)}"
    decide(is_smooth and size > 0, is_smooth and size == 0, f"{what} was not proved to be other than 0")
    task.record(CONSTANT, f"{what} is not 0", f"|.| >= {lower(size)}" if size > SHOWN else "above 0, and tiny")
