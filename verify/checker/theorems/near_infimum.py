"""Rule `near-infimum`: how far the loss at a point is above the infimum, for convex risks and for linear networks.

Theorem. Let F(theta) = G(A(theta)) for all theta, G convex, because
  (1) all trained parameters belong to one layer, from which on all activations are linear: A is the identity; or all
      activations are linear and nothing decays: the outputs are M x + c, A(theta) is (M, c), or M if no layer has a
      bias, and G the risk as a function of it.
If (2) all derivatives of G are 0 at A(theta), then theta is a global minimum of F. If (3) all eigenvalues of the
Hessian of G are at least m > 0 on the ball of radius r around A(theta), and (4) |grad G(A(theta))| < m r, then
F(theta) <= inf F + |grad G(A(theta))|^2 / (2 m). (5) If the last term is at most g, so is F(theta) - inf F. With the
cross-entropy of one layer, all of it trained without decay, let S be spanned by the vectors that change the weights of
all outputs for one input, or all biases, alike. Then (3) may be asked of the Hessian plus m s s^T for each of these s.
Proof. In the first case G is convex by the theorem of `convex`; in the second M x + c is affine in (M, c), the losses
of samples are convex, and there is no decay. inf F >= inf G, whatever values A takes, and F(theta) = G(A(theta)). A
convex function is least where its derivatives are 0. By (3) and (4) G has a critical point in the ball, at which it is
at least G(A(theta)) - |grad G(A(theta))|^2 / (2 m) (`strong_convexity`), and which is least. G is constant along S,
so that all of this may be said of G on the points A(theta) + v, v orthogonal to S, on which s s^T vanishes. QED

So a critical point of a linear network without decay is a global minimum if W_L ... W_2 has full row rank and, where a
layer has a bias, the derivatives of the samples' losses add up to 0: the derivative in W_1 is (W_L ... W_2)^T times
that in M. Without the last it need not be: w2 w1 x + c on x = 1, -1 with targets 1 has the derivative 0 in w1 at
w2 = 1, w1 = c = 0, where the loss is not 0 as it is for c = 1.
Source: standard; for the rank condition Laurent & von Brecht 2018. docs/DEGENERATE.md.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

from flint import arb_mat, fmpq, fmpq_mat

from verify.checker.core.balls import ball, box, euclidean_norm, matrix_precision, point
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix, at_least, at_most
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import EXACT_BITS
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.mixed_series import TooLarge
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.near_infimum import NearInfimum, NearInfimumWitness
from verify.checker.statements.network import Layer, LayerActivation, Network
from verify.checker.theorems.convex_risk import affine_layer, prove_stationary, trained_layers
from verify.checker.theorems.strong_convexity import prove_inside
from verify.checker.theorems.value import prove_value

RULE = "near-infimum"
IDENTITY = LayerActivation("piecewise-linear", (Fraction(1), Fraction(1)))


class Gap(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Gap)


def near_infimum(task: Task[NearInfimum, NearInfimumWitness]) -> Gap:
    """Prove hypotheses (1) to (5) of the theorem above."""
    statement, witness = task.statement, task.witness
    convex, at = convex_part(statement.landscape, statement.point)
    what = "of one layer" if convex is statement.landscape else "of the matrix of a linear network"
    task.record(RULE, "the risk is a convex function", what)
    here = EmpiricalRisk(statement.landscape, point(statement.point)).value()
    prove_value(task, RULE, here, statement.value, "the point")
    if not statement.gap:
        prove_stationary(task, RULE, convex, at, refutes=convex is statement.landscape)
        return _fact(statement)
    m, radius = witness.curvature, witness.radius
    if m is None or radius is None:
        raise Refuted("no curvature is given")
    with matrix_precision():
        region = EmpiricalRisk(convex, box(at, radius))
        if not task.arithmetic.matrix(region.hessian() + _along_constant(convex, m)).is_at_least(m):
            raise Open(f"the Hessian of the convex function was not proved >= {at_least(m)} over the ball")
    task.record(RULE, "every eigenvalue of its Hessian is >= m > 0 within the radius", f"m >= {at_least(m)}")
    norm = euclidean_norm(EmpiricalRisk(convex, point(at)).gradient()[0])
    prove_inside(norm, m, radius)
    gap, most = norm * norm / (2 * ball(m)), ball(statement.gap)
    found = f"the loss is above the infimum by no more than a number in [{lower(gap)}, {upper(gap)}]"
    decide(gap <= most, False, f"{found}, claimed <= {at_most(statement.gap)}")
    task.record(RULE, "|grad G|^2 / (2 m) is at most the gap", f"<= {upper(gap)}")
    return _fact(statement)


def convex_part(landscape: EmpiricalRiskLandscape, where: Matrix) -> tuple[EmpiricalRiskLandscape, Matrix]:
    """Hypothesis (1): G, as a risk of one layer, and A at a point. Raises Open where it is neither case."""
    if landscape.parameter_map is None and len(trained_layers(landscape)) == 1:
        affine_layer(landscape)
        return landscape, where
    layers = landscape.network.layers
    if any(layer.activation.has_kink or not layer.activation.is_piecewise_linear for layer in layers):
        raise Open("parameters of more than one layer are trained, and not all layers are linear", Reason.NOT_MODELLED)
    if any(landscape.decays()):
        raise Open("parameters of more than one layer are trained, and decay", Reason.NOT_MODELLED)
    return one_layer(landscape), _matrix(landscape, where)


def _along_constant(convex: EmpiricalRiskLandscape, m: Fraction) -> arb_mat:
    """The sum of m s s^T in the theorem, or 0."""
    first, *others = convex.network.layers
    found = arb_mat(convex.trained, convex.trained)
    if convex.loss != "cross-entropy" or others or convex.fixed or convex.parameter_map or any(convex.decays()):
        return found
    for source in range(first.inputs + first.bias):
        places = [first.place(unit, source) for unit in range(first.width)]
        for one, other in product(places, places):
            found[one, other] = ball(m)
    return found


def one_layer(landscape: EmpiricalRiskLandscape) -> EmpiricalRiskLandscape:
    """The same risk, where nothing that is trained decays, of outputs M x + c, c = 0 if no layer has a bias."""
    network, none, has_bias = landscape.network, Fraction(0), any(layer.bias for layer in landscape.network.layers)
    layer = Layer(network.inputs, network.widths[-1], IDENTITY, has_bias, residual=False)
    alone = replace(landscape, network=Network(network.inputs, (layer,)), fixed=(), parameter_map=None)
    return replace(alone, weight_decay=none, bias_decay=none)  # of fixed parameters there may be some


def _matrix(landscape: EmpiricalRiskLandscape, where: Matrix) -> Matrix:
    """M row by row, and c if a layer has a bias, of a linear network at a point."""
    network = landscape.network
    everything = [fmpq(x.numerator, x.denominator) for x in landscape.complete(where[0], Fraction)]
    size = network.inputs
    affine = fmpq_mat([[fmpq(int(i == j)) for j in range(size)] + [fmpq(0)] for i in range(size)])
    for layer, start in zip(network.layers, network.starts, strict=True):
        own = everything[start : start + layer.parameters]
        weights, slope = layer.width * layer.inputs, layer.activation.parameters[0]
        after = fmpq_mat(layer.width, layer.inputs, own[:weights]) * affine
        for unit, shift in enumerate(own[weights:]):
            after[unit, size] += shift
        after *= fmpq(slope.numerator, slope.denominator)
        affine = after + affine if layer.residual else after
        if any(max(int(x.p).bit_length(), int(x.q).bit_length()) > EXACT_BITS for x in affine.entries()):
            raise TooLarge
    rows = [[Fraction(int(x.p), int(x.q)) for x in row] for row in affine.tolist()]
    shifts = [row[size] for row in rows] if any(layer.bias for layer in network.layers) else []
    return (tuple([x for row in rows for x in row[:size]] + shifts),)
