"""Rule `width-bound`: a lower bound of the risk of a network with one hidden layer, for every number of neurons.

Setting. f(x) = sum_j v_j h(w_j . x~) + c, h(z) = s- z for z <= 0 and s+ z for z >= 0, x~ = (x, 1) if the neurons have
biases, which then are the last entries of the w_j, else x~ = x; one linear output, c = 0 or a bias. All parameters are
trained, weights decay at the rate L > 0, biases at the rate M. Of sample n the loss is l_n, its factor included.

Theorem. Let q be numbers, one for each sample,
  (1) kappa > 0 with kappa^2 = L L, or, if the neurons have biases, kappa^2 = L min(L, M),
  (2) sum_n q_n f - l_n(f) <= l*_n for all f, with numbers l*_n,
  (3) |sum_n q_n h(u . x~_n)| <= kappa |u| for all u, and
  (4) D = 0 if there is no output bias, D = (sum_n q_n)^2 / (2 M) if there is one and M > 0, and D = 0 if M = 0 and
      sum_n q_n = 0.
Then F >= -sum_n l*_n - D at all parameters, with any number of neurons.
Proof. sum_n l_n(f(x_n)) >= sum_n (q_n f(x_n) - l*_n), and by (3)
sum_n q_n f(x_n) = sum_j v_j sum_n q_n h(w_j . x~_n) + c sum_n q_n >= -kappa sum_j |v_j| |w_j| + c sum_n q_n.
The decay is at least sum_j (L v_j^2 + (kappa^2 / L) |w_j|^2) / 2 + M c^2 / 2 >= kappa sum_j |v_j| |w_j| + M c^2 / 2,
and c sum_n q_n + M c^2 / 2 >= -D by (4). QED

Hypothesis (3) is homogeneous in u, so that it is asked on the faces of the cube |u|_max = 1, cut into boxes. On a box
each q_n h(t), t = u . x~_n in [a, b], is at most a linear function of t: itself, if 0 is not inside; its chord, where
it is convex; any line through 0 with a slope between the two, where it is concave. And |u| >= u . e for a unit e.
So it is enough that a linear function is <= 0 on the box; or, where no chord is needed, that its gradient is <= kappa.

Source: the dual of training with weight decay (Bach 2017; Pilanci & Ergen 2020); with a decayed output bias derived
here; docs/WIDE.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import ball, euclidean_norm
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, written
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.own_parameters import require_own_parameters
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.width_bound import BoundOfEveryWidth, BoundOfEveryWidthWitness

RULE = "width-bound"
MAX_DIRECTIONS = 4
"""Entries of x~."""
MAX_BOXES = 2**15


class WidthBound(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(WidthBound)


def width_bound(task: Task[BoundOfEveryWidth, BoundOfEveryWidthWitness]) -> WidthBound:
    """Prove hypotheses (1) to (4) of the theorem above."""
    landscape, q = task.statement.landscape, task.witness.slopes
    square = _rate_squared(landscape)
    task.record(RULE, "all weights decay, and the biases of neurons", f"kappa^2 = {at_least(square)}")
    factors = zip(landscape.factors, landscape.targets, q, strict=True)
    conjugates = [_conjugate(landscape, n, c, y, entry) for n, (c, (y,), entry) in enumerate(factors)]
    missed = _of_the_bias(landscape, sum(q, Fraction(0)))
    boxes = _prove_small(task, ball(square).sqrt())
    task.record(RULE, "no neuron gains more than its decay costs", f"{boxes} boxes of directions")
    bound = -sum(conjugates, ball(missed))
    claimed = task.statement.at_least
    found = f"the multipliers give the bound [{lower(bound)}, {upper(bound)}]"
    decide(bound >= ball(claimed), bound < ball(claimed), f"{found}, not proved >= {at_least(claimed)}")
    task.record(RULE, "the loss is at least the bound", f">= {lower(bound)}")
    return _fact(task.statement)


def _rate_squared(landscape: EmpiricalRiskLandscape) -> Fraction:
    """The form of the landscape, and hypothesis (1): kappa^2."""
    require_own_parameters(landscape)
    layers = landscape.network.layers
    if len(layers) != 2 or layers[1].width != 1 or any(layer.residual for layer in layers) or landscape.fixed:
        raise Open("this rule needs one hidden layer and one output, all of it trained", Reason.NOT_MODELLED)
    if not all(layer.activation.is_piecewise_linear for layer in layers) or {*layers[1].activation.parameters} != {
        Fraction(1)
    }:
        raise Open("this rule needs a piecewise linear hidden layer and a linear output", Reason.NOT_MODELLED)
    if layers[0].inputs + layers[0].bias > MAX_DIRECTIONS:
        raise Open(f"this rule needs at most {MAX_DIRECTIONS} weights and biases a neuron", Reason.NOT_MODELLED)
    weights, biases = landscape.weight_decay, landscape.bias_decay
    square = weights * (min(weights, biases) if layers[0].bias else weights)
    if not square:
        raise Open("this rule needs decay of the weights, and of the biases of neurons", Reason.NOT_MODELLED)
    return square


def _conjugate(landscape: EmpiricalRiskLandscape, sample: int, c: Fraction, y: Fraction, q: Fraction) -> arb:
    """Hypothesis (2): the least l*_n. Raises Refuted where there is none."""
    slope = q / c if c else q
    share = -slope / y if y else Fraction(0)
    is_there, value = {
        "squares": (True, ball(slope * y + slope * slope / 4)),
        "huber": (abs(slope) <= (landscape.delta or 0), ball(slope * y + slope * slope / 2)),
        "absolute": (abs(slope) <= 1, ball(slope * y)),
        "hinge": (-1 <= slope * y <= 0, ball(slope * y)),
        "logistic": (0 <= share <= 1 and bool(y or not q), _entropy(share, y)),
    }.get(landscape.loss, (None, arb(0)))
    if is_there is None:
        raise Open(f"this rule is not written for the loss `{landscape.loss}`", Reason.NOT_MODELLED)
    if not is_there or (not c and q):
        raise Refuted(f"the multiplier {written(q)} of sample {sample} is beyond the slopes of its loss")
    return ball(c) * value


def _entropy(share: Fraction, y: Fraction) -> arb:
    """s log s + (1 - s) log(1 - s): of log(1 + exp(-y f)), s = -q / y. For y = 0 that loss is log 2."""
    if not y:
        return -arb(2).log()
    parts = [ball(part) for part in (share, 1 - share) if 0 < part < 1]
    return sum((part * part.log() for part in parts), arb(0))


def _of_the_bias(landscape: EmpiricalRiskLandscape, total: Fraction) -> Fraction:
    """Hypothesis (4): D."""
    if not landscape.network.layers[1].bias:
        return Fraction(0)
    if landscape.bias_decay:
        return total * total / (2 * landscape.bias_decay)
    if total:
        raise Refuted("the output's bias does not decay, and the multipliers do not add up to 0")
    return Fraction(0)


class _Box(NamedTuple):
    """Of directions u: midpoint and radius of each entry, exact."""

    middle: list[arb]
    radius: list[arb]

    def halves(self) -> Iterator[_Box]:
        """Cut at the middle of its longest side."""
        longest = max(range(len(self.radius)), key=lambda side: float(self.radius[side]))
        half = self.radius[longest] / 2
        radius = [half if side == longest else r for side, r in enumerate(self.radius)]
        for sign in (-1, 1):
            middle = [m + sign * half if side == longest else m for side, m in enumerate(self.middle)]
            yield _Box(middle, radius)


def _prove_small(task: Task[BoundOfEveryWidth, BoundOfEveryWidthWitness], kappa: arb) -> int:
    """Hypothesis (3); how many boxes it took."""
    landscape, hidden = task.statement.landscape, task.statement.landscape.network.layers[0]
    ones = (Fraction(1),) if hidden.bias else ()
    rows = [[ball(entry) for entry in (*row, *ones)] for row in landscape.inputs]
    gain = _Gain(rows, task.witness.slopes, hidden.activation.parameters, kappa)
    size = len(rows[0])
    waiting = [
        _Box([arb(sign * (side == face)) for side in range(size)], [arb(int(side != face)) for side in range(size)])
        for face in range(size)
        for sign in (1, -1)
    ]
    seen = 0
    while waiting:
        look()
        seen += 1
        box = waiting.pop()
        if gain.is_small(box):
            continue
        excess = gain.at_the_middle(box)
        where = ", ".join(lower(entry) for entry in box.middle)
        if excess > 0:
            raise Refuted(f"a neuron with weights near ({where}) gains more than its decay costs")
        if seen > MAX_BOXES or not any(box.radius):
            raise Open(f"a neuron with weights near ({where}) may gain more than its decay costs")
        waiting += box.halves()
    return seen


class _Gain:
    """u -> +-sum_n q_n h(u . x~_n)."""

    def __init__(self, rows: list[list[arb]], q: Sequence[Fraction], slopes: Sequence[Fraction], kappa: arb) -> None:
        """`rows`: x~, (samples, directions)."""
        self._inputs, self._sizes = arb_mat(rows), arb_mat([[abs(x) for x in row] for row in rows])
        low, high = slopes
        self._sides = [(ball(entry * low), ball(entry * high), entry * (high - low)) for entry in q]
        """Of q h: the slopes on the left and on the right, and by how much it bends up at 0, exactly."""
        self._kappa = kappa

    def at_the_middle(self, box: _Box) -> arb:
        """How much larger it is there, in size, than kappa |u|."""
        middles = (self._inputs * arb_mat([[m] for m in box.middle])).entries()
        sides = zip(self._sides, middles, strict=True)
        gain = sum((_of(left, right, t) for (left, right, _), t in sides), arb(0))
        return abs(gain) - self._kappa * euclidean_norm(box.middle)

    def is_small(self, box: _Box) -> bool:
        """True only if both are proved to be at most kappa |u| on a box."""
        middles = (self._inputs * arb_mat([[m] for m in box.middle])).entries()
        widths = (self._sizes * arb_mat([[r] for r in box.radius])).entries()
        ends = [((t - w).lower(), (t + w).upper()) for t, w in zip(middles, widths, strict=True)]
        length = euclidean_norm(box.middle)
        return all(self._is_small(sign, ends, box, [m / length for m in box.middle]) for sign in (1, -1))

    def _is_small(self, sign: int, ends: list[tuple[arb, arb]], box: _Box, unit: list[arb]) -> bool:
        lines = [
            _above(sign * left, sign * right, sign * bend >= 0, a, b)
            for (left, right, bend), (a, b) in zip(self._sides, ends, strict=True)
        ]
        gradient = (arb_mat([[slope for slope, _ in lines]]) * self._inputs).entries()
        constant = sum((height for _, height in lines), arb(0))
        if constant.is_zero() and euclidean_norm(gradient) <= self._kappa:
            return True
        # The line less kappa u . e, at the corner where it is largest.
        rest = [g - self._kappa * e for g, e in zip(gradient, unit, strict=True)]
        at = sum((g * m + abs(g) * r for g, m, r in zip(rest, box.middle, box.radius, strict=True)), constant)
        return bool(at <= 0)


def _of(left: arb, right: arb, t: arb) -> arb:
    """What has these slopes on the two sides of 0, and is 0 there, at t."""
    return left * t if t < 0 else right * t if t > 0 else (left * t).union(right * t)


def _above(left: arb, right: arb, bends_up: bool, a: arb, b: arb) -> tuple[arb, arb]:
    """Slope and height of a line that is at least what has these slopes, and is 0 at 0, for all t from a to b."""
    if a >= 0:
        return right, arb(0)
    if b <= 0:
        return left, arb(0)
    if bends_up:
        chord = (right * b - left * a) / (b - a)
        return chord, (left - chord) * a
    return (right if b > -a else left), arb(0)
