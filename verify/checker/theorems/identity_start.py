"""Rules `symmetric-`, `normal-`, `normal-off-axis-`, `negative-definite-`, `near-identity-` and `positive-targets`.

Gradient descent from Theta_j = I on F = 1/2 |Theta_L ... Theta_1 - Phi|_F^2 with the step eta, c = eta L, W the
product, E = W - Phi, e = |E|_F. Let p = 2 - 2/L. Theorem. For all t, e_t <= (1 - kappa c)^t e_0, if

  symmetric-targets: Phi is symmetric with eigenvalues in [a, b], a > 0, and with m = min(1, a), M = max(1, b)
    (1) c M^p <= 1,                 (2) kappa <= m^p;
    moreover |E_t| <= max((1 - a)^+ (1 - kappa c)^t, (b - 1)^+ (1 - c)^t) in the spectral norm;
  normal-targets: L >= 2, Phi is normal, its eigenvalues have Re >= x > 1/2 and modulus <= R, and with
    m = (2x - 1)/(2R), M = 2R: (1) and (2) with kappa <= m^p / 2;
  normal-off-axis-targets: L >= 2, Phi is normal, its eigenvalues z have Re z + r ((Im z)^2 - s^2) >= s, |z| <= R, with
    r >= 0, 0 < s < 1, and with m = s/2, M = max(1, R) + m, e = 1 + R: (1) and (2) with kappa <= 2 m^p / 3, and
    (3) 4 c e (2 e + s) M^(1 - 2/L) <= 5 s, (4) r s^2 e^2 <= (1 - s)^2 (R + s + r s^2);
    or by `normal-in-boxes`;
  near-identity-targets: |Phi - I|_F <= 3/10, c <= 1/10, kappa <= 147/1000;
  positive-targets, for the projected algorithm: L >= 2, (Phi + Phi^T)/2 >= g I, g > 0, |Phi| <= N, |Phi - I|_F <= e',
    and with m = min(1, g), M = max(1, N + e'): (1) and (2) with kappa <= m^p / 2, and
    (3) c e' (1 + z + z^2) M^(3 - 4/L) <= m^p with z = e'/(N + e');
  negative-definite-targets, for the step eta = c/L alone: L >= 3 is one odd number, Phi is symmetric with eigenvalues
    in [-b, -a], a > 0, and with g(x) = eta (1 + x) - 1: (1) g(a) > 0, (2) g(a)^L <= a and g(b)^L <= b,
    (3) c^L b^(2L - 2) <= 1, (4) kappa <= g(a)^(2L - 2), (5) kappa c (1 + b) <= 1. The first step jumps over 0.

But for the last, the conditions at the largest L claimed, or with the exponents 2, 1 and 3 in the place of p, 1 - 2/L
and 3 - 4/L if there is none, imply those at every smaller one, as M >= 1 >= m; and with c any smaller step. Proofs:
docs/LINEAR.md.

Source: the statement for symmetric Phi sharpens Bartlett, Helmbold & Long 2018 (abstract read); the algorithm of
`positive-targets` is a reconstruction of theirs. The constants and proofs were derived here.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mat

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_most
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import EXACT_POWER_BITS
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, upper
from verify.checker.losses.deep_linear_network import exact, identity, squared_norm
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.identity_start import ConvergesFromIdentity, TargetsWitness
from verify.checker.statements.linear_targets import (
    NearIdentity,
    NegativeDefiniteTargets,
    NormalOffAxis,
    NormalTargets,
    OneTarget,
    PositiveTargets,
    SymmetricTargets,
    Targets,
)
from verify.checker.theorems.normal_in_boxes import prove_in_boxes
from verify.checker.theorems.positive_semidefinite import prove_semidefinite

ONE, HALF = Fraction(1), Fraction(1, 2)
MEMBER = "target-in-a-set"
Powers = list[tuple[Fraction, int]]
"""Positive numbers, each with the power to which it is raised in a product."""


class Converges(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Converges)


def converges_from_identity(task: Task[ConvergesFromIdentity, TargetsWitness]) -> Converges:
    """Prove the hypotheses of the theorem above for the statement's targets, or for a set that its target is in."""
    statement, targets, layers = task.statement, task.statement.landscape.targets, task.statement.landscape.layers
    if isinstance(targets, OneTarget):
        targets = _prove_member(task, targets, task.witness.within)
    rule = f"{targets.set}-targets"
    if isinstance(targets, PositiveTargets) is not statement.projected:
        raise Refuted(f"the rule {rule} is about another algorithm")
    if layers.at_least == 1 and isinstance(targets, NormalTargets | NormalOffAxis | PositiveTargets):
        raise Refuted(f"the rule {rule} needs L >= 2")
    if isinstance(targets, NegativeDefiniteTargets):
        if layers.at_least < 3 or layers.at_least != layers.at_most or layers.at_least % 2 == 0:
            raise Refuted(f"the rule {rule} needs one odd L >= 3")
        if not statement.this_step_alone:
            raise Refuted(f"the rule {rule} is about one step, not about all smaller ones")
    in_closed_form = _hypotheses(targets, statement.step, statement.rate, layers.at_most)
    if task.witness.in_boxes:
        if not isinstance(targets, NormalOffAxis):
            raise Refuted("of normal-off-axis targets alone gradient descent is followed in boxes")
        prove_in_boxes(task, targets)
        in_closed_form = {}
    for hypothesis, powers in in_closed_form.items():
        look()
        if not _is_at_most_one(powers):
            raise Refuted(f"it is false that {hypothesis}")
        task.record(rule, hypothesis, "in exact arithmetic")
    if (accuracy := statement.accuracy) is not None:
        for start, rate in _errors(targets, statement.rate):
            error = ball(start) * ball(1 - rate * statement.step) ** accuracy.steps
            message = f"the error after {accuracy.steps} steps is bounded by {upper(error)}, more than claimed"
            decide(start <= 0 or error <= ball(accuracy.error), error > ball(accuracy.error), message)
        task.record(rule, "the error is at most as claimed after the steps claimed", f"<= {at_most(accuracy.error)}")
    return _fact(statement)


def _hypotheses(targets: Targets, c: Fraction, kappa: Fraction, most: int | None) -> dict[str, Powers]:
    """The inequalities of the theorem, each as a product of powers that must be at most 1. `most`: the largest L."""
    root, square, cube = (most, 2 * most - 2, 3 * most - 4) if most else (1, 2, 3)

    def step_and_rate(m: Fraction, M: Fraction, factor: Fraction) -> dict[str, Powers]:
        return {
            "c M^(2 - 2/L) <= 1": [(c, root), (M, square)],
            f"k <= {'' if factor == 1 else f'{factor} '}m^(2 - 2/L)": [(kappa / factor, root), (1 / m, square)],
        }

    match targets:
        case SymmetricTargets(eigenvalues=(a, b)):
            return step_and_rate(min(ONE, a), max(ONE, b), ONE)
        case NormalTargets(real_part=x, norm=R):
            return step_and_rate((2 * x - 1) / (2 * R), 2 * R, HALF)
        case NormalOffAxis(distance=s, curvature=r, norm=R):
            m, M, e = s / 2, max(ONE, R) + s / 2, 1 + R
            region = r * (s * e) ** 2 / ((1 - s) ** 2 * (R + s + r * s * s))
            third = [(4 * c * e * (2 * e + s) / (5 * s), root), (M, most - 2 if most else 1)]
            return {
                **step_and_rate(m, M, Fraction(2, 3)),
                "4 c e (2 e + s) M^(1 - 2/L) <= 5 s": third,
                "r s^2 e^2 <= (1 - s)^2 (R + s + r s^2)": [(region, 1)],
            }
        case NegativeDefiniteTargets(eigenvalues=(low, high)) if most:
            a, b, eta = -high, -low, c / most
            first, last = eta * (1 + a) - 1, eta * (1 + b) - 1
            if first <= 0:
                raise Refuted("it is false that eta (1 + a) > 1")
            return {
                "(eta (1 + a) - 1)^L <= a": [(first, most), (1 / a, 1)],
                "(eta (1 + b) - 1)^L <= b": [(last, most), (1 / b, 1)],
                "c^L b^(2L - 2) <= 1": [(c, most), (b, 2 * most - 2)],
                "k <= (eta (1 + a) - 1)^(2L - 2)": [(kappa, 1), (1 / first, 2 * most - 2)],
                "k c (1 + b) <= 1": [(kappa * c * (1 + b), 1)],
            }
        case PositiveTargets(real_part=g, norm=N, distance=e):
            m, M, z = min(ONE, g), max(ONE, N + e), e / (N + e)
            third = [(c * e * (1 + z + z * z), root), (M, cube), (1 / m, square)]
            return {**step_and_rate(m, M, HALF), "c e (1 + z + z^2) M^(3 - 4/L) <= m^(2 - 2/L)": third}
        case NearIdentity(distance=r):
            claimed = {
                "|Phi - I|_F": (r, Fraction(3, 10)),
                "c": (c, Fraction(1, 10)),
                "k": (kappa, Fraction(147, 1000)),
            }
            return {f"{name} <= {most}": [(number / most, 1)] for name, (number, most) in claimed.items()}
    raise Refuted(f"there is no rule for the targets {targets.set}")


def _errors(targets: Targets, kappa: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Bounds of parts of E_0 in the spectral norm, and of each the number k with which it shrinks by 1 - k c a step."""
    match targets:
        case SymmetricTargets(eigenvalues=(a, b)):
            return [(1 - a, kappa), (b - 1, ONE)]
        case NormalTargets(norm=R):
            return [(R, kappa)]
        case NormalOffAxis(norm=R):
            return [(1 + R, kappa)]
        case NegativeDefiniteTargets(eigenvalues=(low, _)):
            return [(1 - low, kappa)]
        case PositiveTargets(distance=e):
            return [(e, kappa)]
        case NearIdentity(distance=r):
            return [(r, kappa)]
    raise Refuted(f"there is no rule for the targets {targets.set}")


def _is_at_most_one(powers: Powers) -> bool:
    """Whether the product is at most 1, exactly. Raises Open where it has too many digits."""
    bits = sum(abs(power) * (x.numerator.bit_length() + x.denominator.bit_length()) for x, power in powers)
    if bits > EXACT_POWER_BITS:
        raise Open(
            f"a product of powers has {bits} bits, more than this checker's {EXACT_POWER_BITS}", Reason.TOO_LARGE
        )
    product = fmpq(1)
    for x, power in powers:
        product *= rational(x) ** power
    return bool(product <= 1)


def _prove_member(
    task: Task[ConvergesFromIdentity, TargetsWitness], target: OneTarget, within: Targets | None
) -> Targets:
    """Prove that the matrix is in the set, and return that."""
    Phi, one = exact(target.matrix), identity(len(target.matrix))

    def semidefinite(name: str, matrix: fmpq_mat) -> None:
        how = prove_semidefinite(name, matrix)
        task.record(MEMBER, f"{name} has no negative eigenvalue", how)

    def near(radius: Fraction) -> None:
        if squared_norm(Phi - one) > rational(radius) ** 2:
            raise Refuted(f"|Phi - I|_F is more than {at_most(radius)}")
        task.record(MEMBER, "|Phi - I|_F is at most as given", f"<= {at_most(radius)}")

    match within:
        case SymmetricTargets(eigenvalues=(a, b)) | NegativeDefiniteTargets(eigenvalues=(a, b)):
            if Phi != Phi.transpose():
                raise Refuted("Phi is not symmetric")
            semidefinite("Phi - a I", Phi - rational(a) * one)
            semidefinite("b I - Phi", rational(b) * one - Phi)
        case NormalTargets(real_part=x, norm=R):
            if Phi * Phi.transpose() != Phi.transpose() * Phi:
                raise Refuted("Phi is not normal")
            semidefinite("Phi + Phi^T - 2 x I", Phi + Phi.transpose() - 2 * rational(x) * one)
            semidefinite("R^2 I - Phi^T Phi", rational(R) ** 2 * one - Phi.transpose() * Phi)
        case NormalOffAxis(distance=s, curvature=r, norm=R):
            if Phi * Phi.transpose() != Phi.transpose() * Phi:
                raise Refuted("Phi is not normal")
            real, imaginary = (Phi + Phi.transpose()) / 2, (Phi - Phi.transpose()) / 2
            offset = rational(s + r * s * s) * one
            parabola = real + rational(r) * imaginary.transpose() * imaginary - offset
            semidefinite("A + r B^T B - (s + r s^2) I, Phi = A + B with A = A^T, B = -B^T,", parabola)
            semidefinite("R^2 I - Phi^T Phi", rational(R) ** 2 * one - Phi.transpose() * Phi)
        case PositiveTargets(real_part=g, norm=N, distance=e):
            semidefinite("Phi + Phi^T - 2 g I", Phi + Phi.transpose() - 2 * rational(g) * one)
            semidefinite("N^2 I - Phi^T Phi", rational(N) ** 2 * one - Phi.transpose() * Phi)
            near(e)
        case NearIdentity(distance=r):
            near(r)
        case _:
            raise Refuted("no set is given that the matrix is in")
    return within
