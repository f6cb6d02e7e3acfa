"""Rule `normal-in-boxes`: gradient descent from the identity with one step, followed for boxes of eigenvalues.

Let L >= 2, eta = c/L, p = 2 - 2/L and Phi normal. For each eigenvalue z the layers have a number theta, 1 at the start,
and theta+ = theta - eta conj(theta)^(L-1) (w - z), w = theta^L. Theorem. Let for each z of a region, for some T,
  (1) c |w|^p <= 1, 2 c |w|^(1 - 2/L) |w - z| <= 1 and 2 kappa <= |w|^p at the steps t = 0, ..., T,
  (2) |w - z| < |z|, c (|z| + |w - z|)^p <= 1 and 2 kappa <= (|z| - |w - z|)^p at t = T.
Then all Phi with their eigenvalues in the region have |W_t - Phi|_F <= (1 - kappa c)^t |I - Phi|_F for all t.
Proof. By the proof of `normal-targets`, |w - z| falls in a step by the factor 1 - c |w|^p / 2 <= 1 - kappa c where (1)
holds. From T on it is at most its e at T, so that |w| is between |z| - e and |z| + e, and (1) holds: its second part,
as 2 c (|z| + e)^(1 - 2/L) e <= c (|z| + e)^p. QED

The region is cut into boxes until the numbers of each, in balls, have (1) and (2). Only Im z >= 0 is looked at:
conjugate eigenvalues have conjugate theta. Source: derived here. docs/LINEAR.md.
"""

from __future__ import annotations

from fractions import Fraction

from flint import acb, arb, fmpq

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.limits import SPECTRAL_BOXES, SPECTRAL_STEPS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.statements.identity_start import ConvergesFromIdentity, TargetsWitness
from verify.checker.statements.linear_targets import NormalOffAxis

RULE, SMALLEST = "normal-in-boxes", 2**9
Box = tuple[Fraction, Fraction, Fraction, Fraction]
"""The least and the largest Re z, the least and the largest Im z."""


def prove_in_boxes(task: Task[ConvergesFromIdentity, TargetsWitness], targets: NormalOffAxis) -> None:
    """Prove the hypotheses of the theorem above for the statement's step and rate."""
    statement, layers, R = task.statement, task.statement.landscape.layers, targets.norm
    L = layers.at_least
    if L < 2 or layers.at_most != L or not statement.this_step_alone:
        raise Refuted(f"the rule {RULE} is about one L >= 2 and one step")
    if statement.step > 1 or 2 * statement.rate > 1:
        raise Refuted("c or 2 k is more than 1, as |w| is at the start")
    left: list[Box] = [(-R, R, Fraction(0), R)]
    seen = closed = longest = 0
    while left:
        look()
        seen += 1
        if seen > SPECTRAL_BOXES:
            raise Open(f"more than {SPECTRAL_BOXES} boxes of eigenvalues", Reason.TOO_LARGE)
        box = left.pop()
        if _is_outside(box, targets):
            continue
        steps = _steps(box, L, statement.step, statement.rate)
        if steps is None and box[1] - box[0] < R / SMALLEST:
            raise Open(f"not proved for eigenvalues near {box[0]} + {box[2]} i, in balls", Reason.NOT_PROVED)
        if steps is None:
            left += _halves(box)
        else:
            closed, longest = closed + 1, max(longest, steps)
    task.record(RULE, "the errors of all eigenvalues fall at the rate", f"{closed} boxes, up to {longest} steps")


def _is_outside(box: Box, targets: NormalOffAxis) -> bool:
    """Whether no number of the box is in the region."""
    x0, x1, y0, y1 = box
    s, r, R = targets.distance, targets.curvature, targets.norm
    nearest = max(x0, -x1, Fraction(0)) ** 2 + y0**2
    return x1 + r * (y1**2 - s**2) < s or nearest > R**2


def _halves(box: Box) -> list[Box]:
    x0, x1, y0, y1 = box
    if x1 - x0 >= y1 - y0:
        middle = (x0 + x1) / 2
        return [(x0, middle, y0, y1), (middle, x1, y0, y1)]
    middle = (y0 + y1) / 2
    return [(x0, x1, y0, middle), (x0, x1, middle, y1)]


def _steps(box: Box, L: int, c: Fraction, kappa: Fraction) -> int | None:
    """T, if (1) and (2) are proved for all z of the box: of its middle, and of a radius around that theta."""
    x0, x1, y0, y1 = (ball(end) for end in box)
    z, spread = acb((x0 + x1) / 2, (y0 + y1) / 2), (((x1 - x0) ** 2 + (y1 - y0) ** 2) / 4).sqrt()
    power = arb(fmpq(2 * L - 2, L))
    step, twice, theta, radius = ball(c), 2 * ball(kappa), acb(1), arb(0)
    for t in range(SPECTRAL_STEPS + 1):
        least, most, error = bounds = _bounds(theta, radius, z, spread, L)
        short = least > 0 and step * most ** (2 * L - 2) <= 1 and 2 * step * most ** (L - 2) * error <= 1
        if not (short and twice <= least ** (2 * L - 2)):
            return None
        low, high = abs(z) - spread - error, abs(z) + spread + error
        if low > 0 and step * high**power <= 1 and twice <= low**power:
            return t
        theta, radius = _next(theta, radius, bounds, z, spread, L, step)
    return None


def _bounds(theta: acb, radius: arb, z: acb, spread: arb, L: int) -> tuple[arb, arb, arb]:
    """The least and the largest |theta|, and the largest |theta^L - z|, within these distances of both."""
    least, most = abs(theta) - radius, abs(theta) + radius
    return least, most, abs(theta**L - z) + L * most ** (L - 1) * radius + spread


def _next(
    theta: acb, radius: arb, bounds: tuple[arb, arb, arb], z: acb, spread: arb, L: int, step: arb
) -> tuple[acb, arb]:
    """theta+ for z, and a distance from it that those of all within the distances have; c |w|^p <= 1 for these.

    The map from theta to theta+ has the Lipschitz constant |1 - c |w|^p| + c (1 - 1/L) |w|^(1 - 2/L) |w - z|.
    """
    least, most, error = bounds
    lipschitz = 1 - step * least ** (2 * L - 2) + step * (L - 1) / L * most ** (L - 2) * error
    moved = theta - step / L * theta.conjugate() ** (L - 1) * (theta**L - z)
    return moved, (lipschitz * radius + step * abs(theta) ** (L - 1) * spread / L).upper()
