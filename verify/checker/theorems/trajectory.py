"""Rules `trajectory` and `terminal`: exact gradient descent from a given start, in balls, and what becomes of it.

`trajectory`. Let F be C^1. The points after T steps are enclosed in balls, each operation with its error; so is F.

`terminal`. Let F = 1/2 |W_H ... W_1 - Phi|_F^2 and all layers be square, E_t = W - Phi after t steps without momentum,
e >= |E_T|_F. If for some tau > 0 and numbers s_j, S_j
  (1) 0 <= s_j <= sigma_min(W_j) - tau and |W_j| + tau <= S_j at time T,
  (2) eta Lambda <= 1,
  (3) q = 1 - eta mu + HO < 1,
  (4) eta max_j g_j <= (1 - q) tau,
where mu = sum_j prod_(k != j) s_k^2, Lambda the same with S_k, g_j = e prod_(k != j) S_k and
e HO = prod (S_j + eta g_j) - prod S_j - sum_j eta g_j prod_(k != j) S_k (HO = 0 if e = 0), then
|E_(T+n)|_F <= q^n |E_T|_F, no layer ever moves by more than tau, and the layers converge to a point of loss 0.
Proof. Within tau the singular values of layer j are in [s_j, S_j], where s_j >= 0. To first order E becomes
E - eta sum_j A_j A_j^T E B_j^T B_j, a map with eigenvalues in [0, 1 - eta mu] by (2). What is of higher order has a
norm of at most e HO, and HO does not grow as e falls. So e falls by the factor q, layer j moves by at most eta g_j q^n,
and these add up to less than tau by (4). QED

Source: standard; in this form derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from flint import arb

from verify.checker.core.balls import ball, maximum, root
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.definiteness import is_positive_definite, shifted
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import ARB_TRAJECTORY
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, ends, upper
from verify.checker.core.witness import Witness
from verify.checker.losses.descended import Point, descended
from verify.checker.statements.gradient_descent import Converges, Reaches, TerminalWitness
from verify.checker.theorems.positive_semidefinite import shown

TRAJECTORY, TERMINAL = "trajectory", "terminal"


class Reached(Conclusion):
    """Where gradient descent is after so many steps: the conclusion of `trajectory`."""

    __slots__ = ()


_fact = maker(Reached)


def reaches(task: Task[Reaches, Witness]) -> Reached:
    """Follow gradient descent, and prove that the loss is as claimed."""
    _follow(task)
    return _fact(task.statement)


def converges(task: Task[Converges, TerminalWitness]) -> Reached:
    """Follow gradient descent, then prove the hypotheses of `terminal` where it is."""
    statement, witness = task.statement, task.witness
    if statement.momentum:
        raise Refuted("the terminal theorem is about gradient descent without momentum")
    if len(set(statement.landscape.widths)) > 1:
        raise Refuted("the terminal theorem is about square layers")
    layers, loss = _follow(task)
    eta, tau = ball(statement.step), witness.distance
    for place, (layer, s, S) in enumerate(zip(layers, witness.least, witness.most, strict=True), start=1):
        gram = layer.transpose() * layer
        if not is_positive_definite(shifted(gram, ball((s + tau) ** 2))):
            raise Open(f"the least singular value of layer {place} was not proved to be at least s + tau")
        if tau > S or not is_positive_definite(shifted(-gram, ball(-((S - tau) ** 2)))):
            raise Open(f"the norm of layer {place} was not proved to be at most S - tau")
    task.record(TERMINAL, "the singular values of the layers are within their bounds", f"tau = {at_least(tau)}")
    error = root(2 * loss)
    least, most = ([ball(entry) for entry in bounds] for bounds in (witness.least, witness.most))
    mu, Lambda = (sum((rest * rest for rest in _others(bounds)), arb(0)) for bounds in (least, most))
    decide(eta * Lambda <= 1, eta * Lambda > 1, f"eta Lambda is at most {upper(eta * Lambda)}, not 1 or less by proof")
    task.record(TERMINAL, "eta Lambda <= 1", f"<= {upper(eta * Lambda)}")
    moves = [eta * rest for rest in _others(most)]  # eta g_j / e
    q = 1 - eta * mu + _higher_order(most, moves, error)
    decide(q < 1, q >= 1, f"the error is multiplied by {upper(q)}, not less than 1 by proof")
    task.record(TERMINAL, "q < 1", f"<= {upper(q)}")
    path = maximum(error * move / (1 - q) for move in moves)
    decide(path <= ball(tau), path > ball(tau), f"the layers move by {upper(path)}, not the distance or less")
    task.record(TERMINAL, "the layers move by at most tau from there on", f"<= {upper(path)}")
    rate = q.nonnegative_part() ** 2
    decide(
        rate <= ball(statement.rate), rate > ball(statement.rate), f"the loss is multiplied by {upper(rate)} in a step"
    )
    task.record(TERMINAL, "the loss is multiplied by at most r in a step", f"<= {upper(rate)}")
    return _fact(statement)


def _follow(task: Task[Reaches, Witness] | Task[Converges, TerminalWitness]) -> tuple[Point, arb]:
    """The point after the steps, in balls, and the loss there, which is as claimed."""
    statement = task.statement
    loss_of = descended(statement.landscape)
    work = statement.steps * loss_of.work * task.witness.precision
    if work > ARB_TRAJECTORY:
        what = f"steps x {loss_of.counted} x bits"
        raise Open(f"{what} = {work} is more than this checker's {ARB_TRAJECTORY}", Reason.TOO_LARGE)
    where = loss_of.start(statement.start)
    eta, beta, before = ball(statement.step), ball(statement.momentum), list(where)
    for count in range(statement.steps):
        if count % 32 == 0:
            look()
        moved = [part - slope * eta for part, slope in zip(where, loss_of.slopes(where), strict=True)]
        if statement.momentum:
            momenta = [(part - old) * beta for part, old in zip(where, before, strict=True)]
            moved = [part + momentum for part, momentum in zip(moved, momenta, strict=True)]
        before, where = where, moved
        if not all(entry.rad() < 1 for part in where for entry in part.entries()):  # nor for a NaN
            what = f"the {statement.landscape.parts} are not enclosed after {count + 1} steps"
            raise Open(f"{what}: a higher precision is needed")
    loss = loss_of.value(where)
    if not loss.is_finite():
        raise Open("the loss is not enclosed: a higher precision is needed")
    (low, high), (least, most) = ends(loss), statement.value
    low = max(low, Fraction(0))  # no loss here is ever negative
    decide(
        least <= low and high <= most,
        high < least or low > most,
        f"the loss after the steps is in {shown(loss)}, which is not proved to be within the claimed bounds",
    )
    task.record(TRAJECTORY, "the loss after the steps is within its bounds", shown(loss))
    return where, loss


def _others(bounds: Sequence[arb]) -> list[arb]:
    """For each j the product of all but the j-th."""
    return [prod([*bounds[:j], *bounds[j + 1 :]], start=arb(1)) for j in range(len(bounds))]


def _higher_order(most: Sequence[arb], moves: Sequence[arb], error: arb) -> arb:
    """HO: the terms of degree 2 and more in t of prod (S_j + t m_j), divided by t, for t = e."""
    series = [arb(1)]
    for S, m in zip(most, moves, strict=True):
        raised = [entry * m for entry in series]
        series = [x + y for x, y in zip([*(entry * S for entry in series), arb(0)], [arb(0), *raised], strict=True)]
    total = arb(0)
    for coefficient in reversed(series[2:]):
        total = (total + coefficient) * error
    return total
