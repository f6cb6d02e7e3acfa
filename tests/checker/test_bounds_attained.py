"""Bounds of a network with one hidden layer, and of a step near it, where they are attained or are numbers by hand.

That a bound holds at random points says little about a factor that it has to spare there. The constants of tanh are
1, 0.77 and 2, of which the first and the last are attained at 0.
"""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb, arb_mat, ctx

from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.evaluators import Evaluated, OneHiddenLayer
from verify.checker.losses.one_hidden_layer import Parameters
from verify.checker.statements.risk_descent import CONVERGES, BallWitness, DescentConverges
from verify.checker.theorems.shadowing import Shadowed, _next, prove_near
from verify.producer.landscapes.empirical_risk import EmpiricalRisk


@pytest.fixture(autouse=True)
def precision() -> None:
    ctx.prec = 128


def layer(inputs: list[list[int]], targets: list[int], width: int, output: list[int] | None = None) -> OneHiddenLayer:
    """tanh without biases; with `output` these are the fixed weights of the output."""
    place = width * len(inputs[0])
    fixed = None if output is None else {place + r: v for r, v in enumerate(output)}
    return OneHiddenLayer(EmpiricalRisk(inputs, targets, [width, 1], "tanh", biases=False, fixed=fixed).exact)


def is_near(found: arb, exact: object) -> bool:
    """Not below, and not above by more than a billionth."""
    number = arb(str(exact))
    return bool(found.upper() >= number * (1 - arb("1e-25")) and found <= number * (1 + arb("1e-9")))


def larger_singular_value(rows: list[list[object]]) -> mpmath.mpf:
    return max(mpmath.svd_r(mpmath.matrix(rows), compute_uv=False))


@pytest.mark.parametrize("largest", [Fraction(1, 8), Fraction(3), Fraction(40)])
def test_the_jacobian_turns_as_fast_as_the_larger_singular_value(largest: Fraction) -> None:
    """X with the rows (3, 0), (0, 4), (3, 0): |X|_F^2 = 34, |G| = 18, and the longest row has the length 4."""
    loss = layer([[3, 0], [0, 4], [3, 0]], [1, 1, 1], 2)
    with mpmath.workdps(40):
        v = mpmath.mpf(largest.numerator) / largest.denominator
        a = mpmath.mpf("0.77") * v * 4 * mpmath.sqrt(18)
        exact = larger_singular_value([[a, mpmath.sqrt(34)], [mpmath.sqrt(18), 0]])
        assert is_near(loss.lipschitz(arb(largest.numerator) / largest.denominator), exact)
        fixed = layer([[3, 0], [0, 4], [3, 0]], [1, 1, 1], 2, [1, 1])
        assert is_near(fixed.lipschitz(arb(largest.numerator) / largest.denominator), a)


def test_the_third_derivative_is_reached_at_0() -> None:
    """(v tanh(w x))''' = -2 v x^3 at w = 0; of two samples, x = 3 and 4, the root of the squares. By hand."""
    v = 5
    assert layer([[3]], [0], 1, [v]).third_derivatives(arb(v)) == 2 * 5 * 27
    both = layer([[3], [4]], [0, 0], 1, [v]).third_derivatives(arb(v))
    assert is_near(both, mpmath.sqrt(270**2 + 640**2))
    assert is_near(layer([[3]], [0], 1).third_derivatives(arb(v)), "290.79")  # 270 + 3 0.77 9


@pytest.mark.parametrize("v", [(2, 0), (0, -3), (1, 2)])
def test_the_curvature_of_the_residual_is_reached(v: tuple[int, int]) -> None:
    """One sample x = (3, 4), units along x: the largest |e v_r tanh''(w_r . x)| 25, and v, w are told apart."""
    loss = layer([[3, 4]], [7], 2, list(v))
    half, third = arb(1) / 2, arb(1) / 3
    rows = [[3 * half / 25, 4 * half / 25], [3 * third / 25, 4 * third / 25]]  # w_r . x = 1/2 and 1/3
    at = Evaluated(loss, Parameters(arb_mat(rows), arb_mat([list(v)]), arb(0)))
    with mpmath.workdps(40):
        z = [mpmath.mpf(1) / 2, mpmath.mpf(1) / 3]
        e = sum(weight * mpmath.tanh(x) for weight, x in zip(v, z, strict=True)) - 7
        bends = [2 * mpmath.tanh(x) * mpmath.sech(x) ** 2 for x in z]
        exact = max(abs(e * weight * bend) * 25 for weight, bend in zip(v, bends, strict=True))
        assert is_near(at.curvature(), exact)
        assert is_near(at.error(), abs(e))
        slopes = [weight * mpmath.sech(x) ** 2 for weight, x in zip(v, z, strict=True)]
        assert is_near(at.jacobian_norm(), 5 * mpmath.norm(slopes))


def test_the_curvature_across_the_layers_is_reached_at_0() -> None:
    """f = v tanh(w x) at v = w = 0 has the Hessian [[0, x], [x, 0]]: the curvature is |y| |x|, and J is 0."""
    at = Evaluated(layer([[3, 4]], [7], 1), Parameters(arb_mat([[0, 0]]), arb_mat([[0]]), arb(0)))
    assert is_near(at.curvature(), 35)
    assert at.jacobian_norm() < arb("1e-15")


# A step of `shadowing`


def near_a_saddle(distance: object, step: object, x: int = 1, y: int = 2) -> Shadowed:
    """f = v tanh(w x), target y, at v = w = 0, which does not move."""
    loss = layer([[x]], [y], 1)
    return Shadowed(loss, Parameters(arb_mat([[0]]), arb_mat([[0]]), arb(0)), arb(distance), arb(step))


@pytest.mark.parametrize("step", ["0.25", "0.0625", "0.4375"])
def test_an_error_grows_in_a_step_as_much_as_is_said(step: str) -> None:
    """From the saddle along (1, 1) / sqrt 2, where descent leaves it fastest: by 1 + h |y|, and no less is said."""
    D = mpmath.mpf(2) ** -20
    after, grown = _next(near_a_saddle(arb(2) ** -20, step), 0)
    with mpmath.workdps(40):
        w = v = D / mpmath.sqrt(2)
        e = v * mpmath.tanh(w) - 2
        h = mpmath.mpf(step)
        moved = [w - h * e * v * mpmath.sech(w) ** 2, v - h * e * mpmath.tanh(w)]
        apart = arb(str(mpmath.norm(moved)))
    assert apart <= after.distance <= apart * (1 + arb("1e-4"))
    assert 2 * arb(step) <= grown <= 2 * arb(step) * (1 + arb("1e-4"))
    assert all(entry == 0 for entry in (*after.center.hidden.entries(), *after.center.output.entries()))


def test_the_curvature_is_said_of_the_whole_ball() -> None:
    """N_t = N + (|e| |T| + L B_t) D_t and B_t = L D_t, for x = 2, y = 3, D = 1/8: N = 6, |T| = 2 / 8 2^3 + 3 0.77 4."""
    after, grown = _next(near_a_saddle("0.125", "0.0625", 2, 3), 0)
    with mpmath.workdps(40):
        L = larger_singular_value([[mpmath.mpf("0.77") / 8 * 4, 2], [2, 0]])
        N = 6 + (3 * mpmath.mpf("11.24") + L * L / 8) / 8
        assert is_near(grown, N / 16)
        assert is_near(after.distance, (1 + N / 16) / 8)


def test_a_step_may_be_as_long_as_the_jacobian_near_by_allows() -> None:
    """h (L D)^2 <= 2: at the saddle the Jacobian is 0, and not at a distance of D. Here L is nearly 1.06."""
    with mpmath.workdps(40):
        L = larger_singular_value([[mpmath.mpf("0.77") / 16, 1], [1, 0]])
        longest = 2 / (L / 16) ** 2
    with pytest.raises(Open, match="have grown"):  # the step is let through, and the errors are too large
        _next(near_a_saddle("0.0625", longest * 0.999), 0)
    with pytest.raises(Open, match=r"not proved <= 2 at step 0"):
        _next(near_a_saddle("0.0625", longest * 1.001), 0)


def test_the_end_point_is_as_near_as_by_pythagoras() -> None:
    """(3, 4) is 5 from the saddle, which exact descent is 1/8 from: between 5 - 1/8 and 5 + 1/8."""
    here, start = near_a_saddle("0.125", "0.25"), ((Fraction(0), Fraction(0)),)
    step, rate, value = Fraction(1, 8), Fraction(1, 2), (Fraction(0), Fraction(9))
    statement = DescentConverges(here.loss.landscape, CONVERGES, start, step, Fraction(0), 1, value, rate, None)
    task = Task(statement, BallWitness(128, Fraction(1), Fraction(1)))
    point = ((Fraction(3), Fraction(4)),)
    for proved in (Fraction(1, 8), Fraction(1, 7)):
        prove_near(task, here, point, 5 + proved)
    for unknown in (Fraction(1, 9), Fraction(0), Fraction(-1, 9)):
        with pytest.raises(Open):
            prove_near(task, here, point, 5 + unknown)
    with pytest.raises(Refuted):
        prove_near(task, here, point, 5 - Fraction(1, 7))
