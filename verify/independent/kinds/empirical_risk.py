"""The kind empirical-risk: how its statements and witnesses are read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ..claims import Claim, NotSupported
from ..critical_points import read_enclosed
from ..fields import MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field, interval, not_negative, numbers, truth
from ..networks.activations import IDENTITY
from ..networks.at_point import MAX_OPEN_KINKS, AtPoint
from ..networks.constructions import ConstantOutputs, CountOfMinima
from ..networks.convergence import CONVERGES
from ..networks.regions import NoCriticalPoint, RiskPoint
from ..networks.risk import MAX_SAMPLES, Layer, Risk, read_risk, wide
from ..networks.run import REACHES, read_run
from ..networks.values import Point
from ..rational import Rationals
from .basins import PROPERTIES as BASINS
from .basins import read_basin
from .descents import NEARBY, read_descent, read_nearby

MAX_ORDER = 32
METHODS = ("one-hidden-layer", "orthogonal-residuals")
# By property: the members of the statement besides landscape and property, and of the witness besides precision.
RISK_MEMBERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "strict-local-minimum": (("region", "value", "hessian_lower_bound"), ()),
    "spurious-local-minimum": (("region", "value", "hessian_lower_bound"), ()),
    "saddle": (
        ("region", "value", "negative_curvature", "positive_curvature"),
        ("negative_direction", "positive_direction"),
    ),
    "value": (("point", "value"), ()),
    "global-minimum": (("point", "value"), ()),
    "not-a-global-minimum": (("point", "value"), ("better_point",)),
    "local-minimum": (("point", "value"), ("method",)),
    "suboptimal-local-minimum": (("point", "value"), ("method", "better_point")),
    "not-a-local-minimum": (("point", "value"), ("descent",)),
    "degenerate-saddle": (("point", "value"), ("descent", "ascent")),
    "no-critical-point": (("region",), ("direction",)),
    "degenerate-local-minimum-of-every-width": (("region", "value", "widths_from", "suboptimal"), ()),
    "degenerate-local-minimum": (("pre_activations", "output_weights", "suboptimal"), ()),
    "count-of-strict-local-minima": (("at_least",), ("intervals",)),
}


def read_empirical_risk(statement: Field, witness: Field) -> Claim:
    """A statement of the kind empirical-risk with its witness."""
    claim = _read(statement, witness)
    risk = getattr(claim, "risk", None)
    return claim if risk is None or not risk.beyond else NotSupported(statement.member("property").word())


def _read(statement: Field, witness: Field) -> Claim:
    name = statement.member("property").word(*RISK_MEMBERS, *BASINS, REACHES, CONVERGES, NEARBY)
    if name == REACHES:
        return read_run(statement, witness)
    if name in BASINS:
        return read_basin(statement, witness)
    if name in (CONVERGES, NEARBY):
        return (read_descent if name == CONVERGES else read_nearby)(statement, witness)
    members, hints = RISK_MEMBERS[name]
    optional = ("inertia",) if name == "saddle" else ()
    fields = statement.members("landscape", "property", *members, optional=optional)
    if "suboptimal" in fields and truth(fields["suboptimal"]):
        hints += ("better_point",)
    if "method" in hints and witness.member("method").word(*METHODS) == METHODS[0]:
        hints += ("multipliers",)
    given = witness.members("precision", *hints, optional=("better_point",) if name.startswith("spurious") else ())
    precision = given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    size = len(risk.trained)
    value = interval(fields["value"]) if "value" in fields else (Fraction(0), Fraction(0))

    def point(field: Field) -> Point:
        return field.matrix(1, size)[0]

    def change(field: Field) -> tuple[Point, int]:
        parts = field.members("direction", "order", optional=("bends", "both_sides"))
        _read_curve(parts, size)
        return parts["direction"].direction(1, size), parts["order"].integer(1, MAX_ORDER)

    if name == "degenerate-local-minimum":
        return _read_constant_outputs(risk, fields, given, precision)
    if name == "count-of-strict-local-minima":
        return _read_count(risk, fields, given, precision)
    if "point" in fields:
        if name == "global-minimum" and any(value):
            fields["value"].fail("must be 0 and 0")
        lines = [change(given[way]) for way in ("descent", "ascent") if way in given]
        if lines and "bends" in given["descent"].value:
            return NotSupported(name)
        return AtPoint(
            claimed=name,
            risk=risk,
            point=point(fields["point"]),
            value=value,
            precision=precision,
            better=point(given["better_point"]) if "better_point" in given else None,
            method=given["method"].word() if "method" in given else None,
            multipliers=_read_multipliers(given["multipliers"]) if "multipliers" in given else None,
            descent=change(given["descent"]) if "descent" in given else None,
            ascent=change(given["ascent"]) if "ascent" in given else None,
        )
    if name == "no-critical-point":
        region = fields["region"].members("shape", "center", "radius")
        region["shape"].word("ball")
        center, direction = point(region["center"]), given["direction"].direction(1, size)
        return NoCriticalPoint(name, risk, center, not_negative(region["radius"]), direction, precision)
    if name != "degenerate-local-minimum-of-every-width":
        return RiskPoint(**read_enclosed(name, fields, given, 1, size), risk=risk, widths_from=None)
    hidden = _one_hidden_layer(fields["landscape"], risk)
    if hidden.width > 1:
        fields["landscape"].fail("must have one hidden neuron")
    better = given.pop("better_point", None)
    claim = RiskPoint(
        **read_enclosed(name, fields, given, 1, size),
        risk=risk,
        widths_from=fields["widths_from"].integer(1, MAX_UNKNOWNS // (hidden.inputs + 2)),
    )
    count = sum(layer.parameters for layer in wide(risk, claim.widths_from or 1).layers)
    return claim if better is None else replace(claim, better=better.matrix(1, count))


def _read_curve(parts: dict[str, Field], size: int) -> None:
    """The members that only a curve has (docs/DEGENERATE.md), for which this checker has no rule."""
    if "bends" in parts:
        for bend in parts["bends"].entries(0, MAX_ORDER):
            bend.matrix(1, size)
    if "both_sides" in parts and truth(parts["both_sides"]) and "bends" not in parts:
        parts["both_sides"].fail("is for a curve, which has `bends`")


def _one_hidden_layer(field: Field, risk: Risk) -> Layer:
    """The hidden layer of a network of this form; all trained, one output that is not bent."""
    if (
        len(risk.layers) != 2
        or any(layer.residual for layer in risk.layers)
        or risk.fixed
        or risk.beyond
        or any(risk.decay)
    ):
        field.fail("must have one hidden layer, no residual connection, nothing fixed, and no weight decay")
    if risk.layers[1].width > 1 or risk.layers[1].activation != IDENTITY:
        field.fail("must have one output, whose activation is the identity")
    return risk.layers[0]


def _read_multipliers(field: Field) -> list[list[Rationals]]:
    return [
        [
            [numbers(multipliers, 0, MAX_SAMPLES) for multipliers in patterns.entries(1, 1 << MAX_OPEN_KINKS)]
            for patterns in signs.entries(0, 2)
        ]
        for signs in field.entries(1, MAX_UNKNOWNS)
    ]


def _read_constant_outputs(risk: Risk, fields: dict[str, Field], given: dict[str, Field], precision: int) -> Claim:
    half, one, zero = Fraction(1, 2), Fraction(1), Fraction(0)
    n = _one_hidden_layer(fields["landscape"], risk).width
    data = risk.inputs == [[one, zero], [zero, one], [half, half]] and risk.targets == [[zero], [zero], [one]]
    if not data or risk.loss != "squares" or any(layer.bias for layer in risk.layers):
        fields["landscape"].fail("must have the three samples of constant outputs, squares, and no biases")
    better = given["better_point"].matrix(1, 3 * n)[0] if "better_point" in given else None
    v, u = numbers(fields["pre_activations"], n, n), numbers(fields["output_weights"], n - 1, n - 1)
    return ConstantOutputs("degenerate-local-minimum", risk, v, u, precision, better)


def _read_count(risk: Risk, fields: dict[str, Field], given: dict[str, Field], precision: int) -> Claim:
    layer, count = risk.layers[0], fields["at_least"].signed(1)
    sparse = all(sum(map(bool, x)) <= 1 for x in risk.inputs)
    if (
        len(risk.layers) > 1
        or layer.width > 1
        or layer.bias
        or layer.residual
        or risk.fixed
        or risk.beyond
        or not sparse
    ):
        fields["landscape"].fail("must be one neuron, all trained, and samples with one input that is not 0 at most")
    if count.denominator > 1:
        fields["at_least"].fail("must be an integer")
    intervals = []
    for field in given["intervals"].entries(layer.inputs, layer.inputs):
        pairs = []
        for entry in field.entries(1, MAX_UNKNOWNS):
            low, high = numbers(entry, 2, 2)
            if low >= high:
                entry.fail("the first must be below the second")
            pairs.append((low, high))
        intervals.append(pairs)
    if sum(map(len, intervals)) > MAX_UNKNOWNS:
        given["intervals"].fail(f"has more than {MAX_UNKNOWNS} intervals")
    return CountOfMinima("count-of-strict-local-minima", risk, count, intervals, precision)
