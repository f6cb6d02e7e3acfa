"""Networks that are linear, and runs of gradient descent: what is asked of the provers, and what their statements say.

A network without biases whose activations are all the identity, with half the sum of squares, is a deep linear network;
if the samples' inputs are the unit vectors, it is one with a target.
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.public import Reason, Statement
from verify.checker.statements.deep_linear_network import DeepLinearNetwork, Layers
from verify.checker.statements.descent_nearby import ConvergesNearby
from verify.checker.statements.gradient_descent import Converges, Reaches
from verify.checker.statements.linear_critical_point import LinearCriticalPoint
from verify.checker.statements.linear_targets import DeepLinearNetworks, OneTarget
from verify.checker.statements.linear_targets import Layers as Depths
from verify.checker.statements.stays_above import StaysAbove
from verify.producer.audit.claims import Claim, Vector
from verify.producer.audit.evidence import Settles, excludes_loss, fits_loss, single
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.linear.above import FIRST_ORDER, certify_stays_above, small_steps
from verify.producer.linear.critical import certify_critical_point
from verify.producer.linear.trajectory import certify_run, certify_steps
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.descent_nearby import certify_convergence_nearby
from verify.producer.prover.gradient_descent import certify_gradient_descent
from verify.producer.prover.refine import NotCertified

IDENTITY = ("piecewise-linear", (Fraction(1), Fraction(1)))
MOST_BITS, MOST_STEPS = 4096, 20_000
"""Of a run, in an audit."""


def as_network(risk: EmpiricalRisk) -> DeepLinearNetwork | None:
    """The deep linear network that a risk is, if it is one."""
    exact = risk.exact
    layers = exact.network.layers
    linear = all(
        (each.activation.name, each.activation.parameters) == IDENTITY and not each.bias and not each.residual
        for each in layers
    )
    terms = exact.loss, exact.scale, exact.sample_weights, exact.parameter_map
    plain = terms == ("squares", Fraction(1, 2), None, None) and not exact.fixed
    if not linear or not plain or exact.weight_decay or exact.bias_decay:
        return None
    widths = (layers[0].inputs, *(layer.width for layer in layers))
    order = range(widths[0])
    if exact.inputs == tuple(tuple(Fraction(int(i == j)) for j in order) for i in order):
        return DeepLinearNetwork(widths, tuple(zip(*exact.targets, strict=True)), None, None)
    return DeepLinearNetwork(widths, None, exact.inputs, exact.targets)


def layers_of(network: DeepLinearNetwork, point: Vector) -> Layers:
    """The matrices of a point."""
    left = iter(point)
    return tuple(
        tuple(tuple(next(left) for _ in range(columns)) for _ in range(rows)) for rows, columns in network.shapes
    )


def is_about(found: Statement, claim: Claim) -> bool:
    """Whether a statement's landscape is the claim's: the risk itself, or the deep linear network that it is."""
    landscape = getattr(found, "landscape", None)
    if landscape == claim.risk.exact:
        return True
    network = as_network(claim.risk)
    if network is None or not isinstance(landscape, DeepLinearNetworks):
        return network is not None and landscape == network
    depth, square = len(network.shapes), len(set(network.widths)) == 1
    return square and landscape == DeepLinearNetworks(
        Depths(depth, depth), OneTarget("one-matrix", network.target or ())
    )


# What is asked of the provers


def is_linear(claim: Claim) -> bool:
    """Whether the claim is about one exact point of a deep linear network."""
    return not claim.reach and as_network(claim.risk) is not None


def critical_point(claim: Claim) -> list[Certificate]:
    """What the given point is, exactly."""
    network, point = as_network(claim.risk), claim.point
    if network is None or point is None:
        raise NotCertified("the network is not linear", {}, Reason.NOT_MODELLED)
    return [certify_critical_point(network, layers_of(network, point))]


def run(claim: Claim) -> list[Certificate]:
    """The loss after the steps."""
    start = (_start(claim),)
    return [certify_steps(claim.risk.exact, start, claim.step_size, claim.steps, claim.momentum, most_bits=MOST_BITS)]


def convergence(claim: Claim) -> list[Certificate]:
    """A run until a theorem says that it converges: the terminal one, or that of one smooth hidden layer."""
    if as_network(claim.risk) is None:
        return [_followed_or_nearby(claim)]
    network = _with_target(claim)
    if claim.end is not None:
        raise NotCertified(
            "the distance from an end point is not followed for linear networks", {}, Reason.NOT_MODELLED
        )
    if len(set(network.widths)) > 1:
        raise NotCertified("the terminal theorem is about square layers", {}, Reason.NOT_MODELLED)
    start, depth = layers_of(network, _start(claim)), len(network.shapes)
    failure = None
    for accuracy in (10**4, 10**10):
        try:
            return [
                certify_run(
                    network.target or (),
                    depth,
                    claim.step_size,
                    below=Fraction(1, accuracy),
                    most_steps=MOST_STEPS,
                    converges=True,
                    start=start,
                )
            ]
        except NotCertified as error:
            failure = failure or error
    assert failure is not None  # noqa: S101 - both failed
    raise failure


def _followed_or_nearby(claim: Claim) -> Certificate:
    """The run from the start; or, without an end point, from anywhere near it: that is about more networks."""
    start = _start(claim)
    try:
        return certify_gradient_descent(claim.risk, start, claim.step_size, end=claim.end)
    except NotCertified as error:
        if claim.end is not None:
            raise
        failure = error
    try:
        return certify_convergence_nearby(claim.risk, floats.vector(start), claim.step_size, start=start)
    except NotCertified as error:
        raise NotCertified(f"{failure.reason}; nor nearby: {error.reason}", error.measured, failure.code) from None


def stays_above(claim: Claim) -> list[Certificate]:
    """What no run from the identity gets below, of any step for an even depth, or of small steps."""
    network = _with_target(claim)
    depth = len(network.shapes)
    if network.start_in_words(layers_of(network, _start(claim))) != "the identity" or len(set(network.widths)) > 1:
        raise NotCertified("what stays above a loss is known from the identity only", {}, Reason.NOT_MODELLED)
    method = FIRST_ORDER if depth % 2 == 0 else small_steps(claim.step_size)
    try:
        return [certify_stays_above(network.target or (), Depths(depth, depth), method)]
    except ValueError as error:
        raise NotCertified(str(error), {}, Reason.NO_CANDIDATE) from None


def run_below(claim: Claim) -> list[Certificate]:
    """A run until the loss is below the claimed one."""
    if claim.loss is None:
        raise NotCertified("no loss is claimed", {}, Reason.NO_CANDIDATE)
    network = _with_target(claim)
    start, below = layers_of(network, _start(claim)), claim.loss[0] * Fraction(999_999, 1_000_000)
    if len(set(network.widths)) > 1:
        raise NotCertified("runs to a loss are followed with square layers", {}, Reason.NOT_MODELLED)
    depth = len(network.shapes)
    return [certify_run(network.target or (), depth, claim.step_size, below=below, most_steps=MOST_STEPS, start=start)]


def _start(claim: Claim) -> Vector:
    if claim.start is None:
        raise NotCertified("no start is given", {}, Reason.NO_CANDIDATE)
    return claim.start


def _with_target(claim: Claim) -> DeepLinearNetwork:
    network = as_network(claim.risk)
    if network is None or network.target is None:
        what = "the network is not a linear one, without biases, whose inputs are the unit vectors"
        raise NotCertified(what, {}, Reason.NOT_MODELLED)
    return network


# What the statements say; each is True only if the verdict follows


def here(*names: str) -> Settles:
    """One of these is said of the given point, with the claimed loss."""
    return single(lambda found, claim: _is_here(found, claim, *names) and _fits(found, claim))


def here_whatever_the_loss(*names: str) -> Settles:
    """One of these is said of the given point."""
    return single(lambda found, claim: _is_here(found, claim, *names))


def _is_here(found: Statement, claim: Claim, *names: str) -> bool:
    network = as_network(claim.risk)
    return (
        isinstance(found, LinearCriticalPoint)
        and network is not None
        and claim.point is not None
        and found.property in names
        and found.landscape == network
        and found.point == layers_of(network, claim.point)
    )


def _fits(found: Statement, claim: Claim) -> bool:
    return isinstance(found, LinearCriticalPoint) and fits_loss((found.loss, found.loss), claim)


def _same_run(found: Statement, claim: Claim, steps: int | None) -> bool:
    """Whether a statement is about the claimed run, after so many steps (None: any number)."""
    if not isinstance(found, Reaches) or claim.start is None:
        return False
    start: object = (claim.start,)
    if isinstance(found.landscape, DeepLinearNetwork):
        start = layers_of(found.landscape, claim.start)
    same = (found.start, found.step, found.momentum) == (start, claim.step_size, claim.momentum)
    return same and steps in (None, found.steps)


@single
def reached(found: Statement, claim: Claim) -> bool:
    """The loss after the claimed steps is as claimed."""
    return isinstance(found, Reaches) and _same_run(found, claim, claim.steps) and fits_loss(found.value, claim)


@single
def reached_another(found: Statement, claim: Claim) -> bool:
    """The loss after the claimed steps is not as claimed."""
    return isinstance(found, Reaches) and _same_run(found, claim, claim.steps) and excludes_loss(found.value, claim)


@single
def converged(found: Statement, claim: Claim) -> bool:
    """The run converges to a point of loss 0."""
    if isinstance(found, ConvergesNearby):
        return _starts_nearby(found, claim)
    return isinstance(found, Converges) and _same_run(found, claim, None)


def _starts_nearby(found: ConvergesNearby, claim: Claim) -> bool:
    """The claimed start is in the ball, and the step is one of those meant; an end point would be another claim."""
    if claim.start is None or claim.end is not None or found.landscape != claim.risk.exact:
        return False
    apart = sum(((x - y) ** 2 for x, y in zip(claim.start, found.center[0], strict=True)), Fraction(0))
    return not claim.momentum and claim.step_size <= found.step and apart <= found.radius**2


@single
def never_near(found: Statement, claim: Claim) -> bool:
    """The claimed run stays above a positive loss for ever."""
    return _covers_run(found, claim)


@single
def stayed_above(found: Statement, claim: Claim) -> bool:
    """The claimed run stays above the claimed loss for ever."""
    return (
        isinstance(found, StaysAbove)
        and _covers_run(found, claim)
        and claim.loss is not None
        and found.loss >= claim.loss[1]
    )


def _covers_run(found: Statement, claim: Claim) -> bool:
    """Whether the claimed run is among those that a statement is about: from the identity, and with such a step."""
    network = as_network(claim.risk)
    if not isinstance(found, StaysAbove) or network is None or claim.start is None or claim.momentum:
        return False
    from_identity = network.start_in_words(layers_of(network, claim.start)) == "the identity"
    largest = found.method.step
    return from_identity and is_about(found, claim) and (largest is None or claim.step_size <= largest)


@single
def got_below(found: Statement, claim: Claim) -> bool:
    """The claimed run gets below the claimed loss."""
    return (
        isinstance(found, Reaches)
        and _same_run(found, claim, None)
        and claim.loss is not None
        and found.value[1] < claim.loss[0]
    )
