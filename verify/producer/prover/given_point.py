"""Certificates about one exact point of an empirical risk: a minimum on kinks or off them, or no minimum at all."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import ctx

from verify import __version__
from verify.checker.evaluators import ExactRisk, TooLarge, is_exact
from verify.checker.public import Matrix, NotACertificate, Reason, Statement, Verified, Witness, ends
from verify.checker.statements.given_point import GivenPoint, GivenPointWitness, Line
from verify.checker.statements.no_critical_point import NO_MINIMUM, NoCriticalPoint, NoCriticalPointWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.exact import in_balls
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.curves import curves, is_exactly_critical, nothing_found
from verify.producer.prover.multipliers import Falls, multipliers
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor, on_grid
from verify.producer.trust import verdict_on

PRECISION = 128
DIRECTION_BITS = 20
ORDERS = 8
"""Orders of t up to which a descent is looked for."""

Point = Sequence[Fraction]


def certify_value(risk: EmpiricalRisk, point: Point) -> Certificate:
    """The loss at an exact point: exactly, or to many digits."""
    return certified(risk, "value", point)


def certify_global_minimum(risk: EmpiricalRisk, point: Point) -> Certificate:
    """A point of loss 0."""
    low, high = value_bounds(risk, point)
    if low > 0:
        raise NotCertified("the loss is not 0", {"loss": floats.nearest(high)}, Reason.HYPOTHESIS_FALSE)
    if high:
        raise NotCertified("the loss is not proved to be 0", {"loss": floats.nearest(high)})
    return certified(risk, "global-minimum", point)


def certify_worse_than(risk: EmpiricalRisk, point: Point, better_point: Point) -> Certificate:
    """A point that is not a global minimum, because another one has a smaller loss."""
    return certified(risk, "not-a-global-minimum", point, better_point=(tuple(better_point),))


def certify_local_minimum(risk: EmpiricalRisk, point: Point, better_point: Point | None = None) -> Certificate:
    """A local minimum, strict or not, of a piecewise linear network; not global if a better point is given."""
    name = "local-minimum" if better_point is None else "suboptimal-local-minimum"
    better = None if better_point is None else (tuple(better_point),)
    try:
        return certified(risk, name, point, better_point=better, method="orthogonal-residuals")
    except NotCertified as error:
        if len(risk.exact.network.layers) != 2 or risk.exact.network.widths[-1] != 1:
            raise
        reason, code = error.reason, error.code
    given: list[tuple[Matrix, ...]] = []
    for neuron in _neurons(risk, point):
        if neuron is None:
            code = code if code is Reason.NOT_MODELLED else Reason.NO_CANDIDATE
            raise NotCertified(f"no multipliers were found ({reason})", {}, code)
        given.append(tuple(tuple(tuple(pattern) for pattern in sign) for sign in neuron))
    return certified(risk, name, point, better_point=better, method="one-hidden-layer", multipliers=tuple(given))


@np.errstate(all="ignore")  # what overflows, or is no number, is taken for no candidate
def certify_no_local_minimum(risk: EmpiricalRisk, point: Point) -> Certificate:
    """A point near which the loss is smaller, by a direction of descent of any order."""
    failure = NotCertified("no direction of descent was found", {}, Reason.NO_CANDIDATE)
    for exact in _descents(risk, point):
        if not any(exact):
            continue
        order = 1
        if is_exact(risk.exact):
            found = _order(risk, point, exact)
            if found is None or found[1] > 0:
                continue
            order = found[0]
        try:
            return certified(risk, "not-a-local-minimum", point, descent=Line((tuple(exact),), order))
        except NotCertified as error:
            failure = error
    for line in curves(risk, point, falls=True):
        try:
            return certified(risk, "not-a-local-minimum", point, descent=line)
        except NotCertified as error:
            failure = error
    raise failure


@np.errstate(all="ignore")  # what overflows, or is no number, is taken for no candidate
def certify_degenerate_saddle(risk: EmpiricalRisk, point: Point) -> Certificate:
    """A critical point that is neither a local minimum nor a local maximum, of a piecewise polynomial risk."""
    if not is_exact(risk.exact):
        return _saddle_along_curves(risk, point)
    lines: dict[str, Line] = {}
    for exact in _descents(risk, point):
        found = _order(risk, point, exact) if any(exact) else None
        if found is not None:
            lines.setdefault("descent" if found[1] < 0 else "ascent", Line((tuple(exact),), found[0]))
        if len(lines) == 2:
            return certified(risk, "degenerate-saddle", point, **lines)
    raise NotCertified("no directions of descent and ascent were found", {}, Reason.NO_CANDIDATE)


def _saddle_along_curves(risk: EmpiricalRisk, point: Point) -> Certificate:
    if not is_exactly_critical(risk, point):
        raise NotCertified("the gradient is not exactly 0 at the given point", {}, Reason.NOT_CRITICAL)
    failure = nothing_found(falls=True)
    for falling in curves(risk, point, falls=True):
        for rising in curves(risk, point, falls=False):
            try:
                return certified(risk, "degenerate-saddle", point, descent=falling, ascent=rising)
            except NotCertified as error:
                failure = error
    raise failure


@np.errstate(all="ignore")  # what overflows is looked for
def certify_no_critical_point(risk: EmpiricalRisk, point: Point, radius: Fraction) -> Certificate:
    """No critical point within a radius, because the loss falls along minus the gradient everywhere there."""
    gradient = risk.gradient(floats.vector(point))[0]
    size = float(np.abs(gradient).max())
    if not np.isfinite(size):
        raise NotCertified("the gradient is not finite in floating point", {}, Reason.TOO_LARGE)
    if not size > 0:
        raise NotCertified("the gradient vanishes in floating point", {}, Reason.NO_CANDIDATE)
    direction = tuple(on_grid(float(entry), DIRECTION_BITS) for entry in -gradient / size)
    statement = NoCriticalPoint(risk.exact, "no-critical-point", (tuple(point),), radius)
    return written(risk, statement, NoCriticalPointWitness(PRECISION, (direction,)))


@np.errstate(all="ignore")
def certify_bends_down(risk: EmpiricalRisk, point: Point, radius: Fraction) -> Certificate:
    """No local minimum within a radius, because the loss bends down along an eigenvector everywhere there."""
    hessian = risk.hessian(floats.vector(point))
    if not np.isfinite(hessian).all():
        raise NotCertified("the Hessian is not finite in floating point", {}, Reason.TOO_LARGE)
    values, vectors = np.linalg.eigh(hessian)
    if not values[0] < 0:
        raise NotCertified("the loss bends down along no direction in floating point", {}, Reason.NO_CANDIDATE)
    vector = vectors[:, 0] / np.abs(vectors[:, 0]).max()
    direction = tuple(on_grid(float(entry), DIRECTION_BITS) for entry in vector)
    statement = NoCriticalPoint(risk.exact, NO_MINIMUM, (tuple(point),), radius)
    return written(risk, statement, NoCriticalPointWitness(PRECISION, (direction,), 2))


def written(risk: EmpiricalRisk, statement: Statement, witness: Witness) -> Certificate:
    """The certificate of a statement about a risk, if the checker accepts it. Raises NotCertified.

    The risk is written in the words in which it was given.
    """
    return accepted(Certificate.of("empirical-risk", statement, witness, provenance(), landscape=risk.document))


def accepted(certificate: Certificate) -> Certificate:
    """A certificate that the checker accepts. Raises NotCertified."""
    try:
        verdict = verdict_on(certificate.read())
    except NotACertificate as error:
        raise NotCertified(f"the statement cannot be written: {error}", {}, Reason.UNREADABLE) from None
    if isinstance(verdict, Verified):
        return certificate
    raise NotCertified.of(verdict, "the checker does not verify the certificate tried: ")


def provenance() -> dict[str, object]:
    """Who made a certificate."""
    return {"program": f"landscape-verify {__version__}, Python {platform.python_version()}, NumPy {np.__version__}"}


def value_bounds(risk: EmpiricalRisk, point: Point) -> tuple[Fraction, Fraction]:
    """The loss at an exact point: twice the same number where it is exact and short."""
    if is_exact(risk.exact):
        try:
            value = ExactRisk(risk.exact, (tuple(point),)).value()[0]
        except TooLarge as error:
            raise NotCertified(str(error), {}, Reason.TOO_LARGE) from None
        if max(abs(value.numerator), value.denominator) < 10**60:
            return value, value
        return floor(value, 64), ceil(value, 64)
    with ctx.workprec(PRECISION):
        ball = in_balls(risk, (tuple(point),)).value()
    if not ball.is_finite():
        raise NotCertified("the loss is not enclosed at the point", {})
    low, high = ends(ball)
    return floor(low, 64), ceil(high, 64)


def certified(risk: EmpiricalRisk, name: str, point: Point, **witness: Any) -> Certificate:
    """A statement about an exact point, with the witness given, if the checker accepts it. Raises NotCertified."""
    statement = GivenPoint(risk.exact, name, (tuple(point),), value_bounds(risk, point))
    return written(risk, statement, GivenPointWitness(PRECISION, **witness))


def _order(risk: EmpiricalRisk, point: Point, direction: Point) -> tuple[int, Fraction] | None:
    """The order at which the loss first changes along a direction, and its coefficient."""
    try:
        _, *rest = ExactRisk(risk.exact, (tuple(point),), (tuple(direction),), ORDERS).value()
    except TooLarge:
        return None
    return next(((order, entry) for order, entry in enumerate(rest, 1) if entry), None)


def _descents(risk: EmpiricalRisk, point: Point) -> Iterator[list[Fraction]]:
    """Directions that may go down, on a grid."""
    with np.errstate(all="ignore"):  # what overflows is no direction
        for direction in _directions(risk, point):
            if np.isfinite(direction).all():
                yield [on_grid(float(entry), DIRECTION_BITS) for entry in direction]


def _directions(risk: EmpiricalRisk, point: Point) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Against the gradient, by a neuron on its kinks, along a curvature, at random."""
    at = floats.vector(point)
    gradient = risk.gradient(at)[0]
    if np.isfinite(gradient).all() and np.abs(gradient).max() > 0:
        yield -gradient / np.abs(gradient).max()
    if len(risk.exact.network.layers) == 2 and risk.exact.network.widths[-1] == 1 and _is_plain(risk):
        yield from (step for step in _kink_steps(risk, point))
    hessian = risk.hessian(at)
    try:
        vectors = np.linalg.eigh(hessian)[1] if np.isfinite(hessian).all() else hessian[:, :0]
    except np.linalg.LinAlgError:  # did not converge
        vectors = hessian[:, :0]
    if vectors.size:
        for vector in (vectors[:, 0], -vectors[:, 0], vectors[:, -1]):
            yield vector / np.abs(vector).max()
    random = np.random.default_rng(0)
    for _ in range(64):
        yield random.integers(-1, 2, size=len(at)).astype(float)


def _is_plain(risk: EmpiricalRisk) -> bool:
    """Squares that all count alike, exactly evaluated, of parameters that are each trained by itself."""
    exact = risk.exact
    return exact.loss == "squares" and is_exact(exact) and exact.sample_weights is None and exact.parameter_map is None


def _pieces(
    risk: EmpiricalRisk, point: Point
) -> Iterator[tuple[int, int, list[int], list[Fraction], list[tuple[Fraction, list[Fraction]]]]]:
    """For each neuron and needed sign: neuron, sign, the numbers of its trained parameters, g and the kinks."""
    landscape = risk.exact
    exact = ExactRisk(landscape, (tuple(point),))
    try:
        outputs = exact.outputs
    except TooLarge as error:
        raise NotCertified(str(error), {}, Reason.TOO_LARGE) from None
    hidden = landscape.network.layers[0]
    low, high = hidden.activation.parameters
    trained = landscape.trained_indices()
    everything = list(landscape.complete(list(point), Fraction))
    residuals = [2 * landscape.factor * (f[0][0] - y[0]) for f, y in zip(outputs, landscape.targets, strict=True)]
    for j in range(hidden.width):
        sources = [(j * hidden.inputs + i, i) for i in range(hidden.inputs)]
        if hidden.bias:
            sources.append((hidden.width * hidden.inputs + j, hidden.inputs))
        sources = [(place, source) for place, source in sources if place in set(trained)]
        place = hidden.parameters + j
        weight = everything[place]
        signs = [1 if weight > 0 else -1] if weight else ([1, -1] if place in set(trained) else [])
        for sign in signs:
            slope, kinks = [Fraction(0)] * len(sources), []
            for n, residual in enumerate(residuals):
                extended = (*landscape.inputs[n], Fraction(1))
                direction = [extended[source] for _, source in sources]
                z, r = exact.before_activation[0][n][j][0], sign * residual
                slope = [x + r * (high if z > 0 else low) * a for x, a in zip(slope, direction, strict=True)]
                if z == 0 and r * (high - low):
                    kinks.append((r * (high - low), direction))
            yield j, sign, [trained.index(place) for place, _ in sources], slope, kinks


def _neurons(risk: EmpiricalRisk, point: Point) -> list[list[list[list[Fraction]]] | None]:
    """For each neuron the multipliers of each sign; None where there are none."""
    if not (_is_plain(risk) and risk.exact.network.is_piecewise_linear):
        return [None]
    found: list[list[list[list[Fraction]]] | None] = [[] for _ in range(risk.exact.network.layers[0].width)]
    for j, _, _, slope, kinks in _pieces(risk, point):
        signs, pattern = found[j], multipliers(slope, kinks)
        if signs is None or pattern is None or isinstance(pattern, Falls):
            found[j] = None
        else:
            signs.append(pattern)
    return found


def _kink_steps(risk: EmpiricalRisk, point: Point) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Steps of one neuron along which the linearised risk falls; with v_j = 0, together with v_j."""
    if not risk.exact.network.is_piecewise_linear:
        return
    hidden = risk.exact.network.layers[0]
    trained = risk.exact.trained_indices()
    for j, sign, places, slope, kinks in _pieces(risk, point):
        falls = multipliers(slope, kinks)
        if isinstance(falls, Falls):
            step = np.zeros(len(trained))
            step[places] = falls.direction
            yield step
            if (place := hidden.parameters + j) in trained:
                step[trained.index(place)] = sign
                yield step
