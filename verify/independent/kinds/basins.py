"""Statements about degenerate minima: how they are read. This checker has no rule for them (docs/BASIN.md)."""

from __future__ import annotations

from itertools import pairwise

from ..claims import Claim, NotSupported
from ..fields import MAX_PRECISION, MAX_UNKNOWNS, MIN_PRECISION, Field, interval, not_negative, truth
from ..networks.activations import IDENTITY
from ..networks.risk import Risk, read_risk

AT_POINT = ("convex-global-minimum", "no-global-minimum")
ALL_WIDTHS = "degenerate-local-minimum-of-all-widths"
NO_STRICT = "no-strict-local-minimum"
STRICT = "strict-local-minimum-within"
WITHIN = ("local-minimum-within", STRICT, "zero-loss-within", "global-minimum-within")
NEAR_INFIMUM = "near-infimum"
WIDTH_BOUND = "lower-bound-of-every-width"
PROPERTIES = (ALL_WIDTHS, NEAR_INFIMUM, WIDTH_BOUND, "no-local-minimum", NO_STRICT, *WITHIN, *AT_POINT)
SYMMETRIES = {
    "scale": ("unit",),
    "shift": ("unit",),
    "null": ("unit", "vector"),
    "outgoing": ("unit", "source"),
    "exchange": ("changes", "bias"),
    "linear": ("matrix",),
    "softmax": ("source",),
}


def read_basin(statement: Field, witness: Field) -> Claim:
    """A statement of one of these properties with its witness."""
    name = statement.member("property").word(*PROPERTIES)
    if name == WIDTH_BOUND:
        return _read_width_bound(statement, witness)
    if name == NEAR_INFIMUM:
        return _read_near_infimum(statement, witness)
    if name == "zero-loss-within":
        return _read_zero_loss(statement, witness)
    if name == ALL_WIDTHS:
        return _read_all_widths(statement, witness)
    if name in AT_POINT:
        return _read_at_point(name, statement, witness)
    if name == "global-minimum-within":
        return _read_convex(statement, witness)
    if name == STRICT:
        return _read_strict(statement, witness)
    more = ("value", "flat_directions") if name == "local-minimum-within" else ()
    fields = statement.members("landscape", "property", "region", *more)
    hints = ("curvature", "kinks", "symmetries") if more else ("symmetry",) if name == NO_STRICT else ("direction",)
    optional = ("splits",) if more else ("order",) if name != NO_STRICT else ()
    given = witness.members("precision", *hints, optional=optional)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    size = len(risk.trained)
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball")
    region["center"].matrix(1, size)
    if not more:
        not_negative(region["radius"])
        if name == NO_STRICT:
            _read_symmetry(given["symmetry"], risk)
            return NotSupported(name)
        given["direction"].direction(1, size)
        if "order" in given:
            given["order"].integer(1, 2)
        return NotSupported(name)
    region["radius"].signed(1)
    interval(fields["value"])
    fields["flat_directions"].integer(0, size)
    given["curvature"].signed(1)
    _read_kinks(given["kinks"], risk)
    for symmetry in given["symmetries"].entries(0, size):
        _read_symmetry(symmetry, risk)
    for split in given["splits"].entries(1, size) if "splits" in given else []:
        _read_split(split, risk)
    return NotSupported(name)


def _read_strict(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "region", "value")
    given = witness.members("precision", "curvature", "kinks")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball")
    region["center"].matrix(1, len(risk.trained))
    region["radius"].signed(1)
    interval(fields["value"])
    given["curvature"].signed(1)
    _read_kinks(given["kinks"], risk)
    return NotSupported(STRICT)


def _read_at_point(name: str, statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "point", "value")
    witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    fields["point"].matrix(1, len(read_risk(fields["landscape"]).trained))
    interval(fields["value"])
    return NotSupported(name)


def _read_near_infimum(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "point", "value", "gap")
    fields["point"].matrix(1, len(read_risk(fields["landscape"]).trained))
    interval(fields["value"])
    hints = ("curvature", "radius") if not_negative(fields["gap"]) else ()
    given = witness.members("precision", *hints)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    for name in hints:
        given[name].signed(1)
    return NotSupported(NEAR_INFIMUM)


def _read_width_bound(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "at_least")
    given = witness.members("precision", "slopes")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    samples = len(read_risk(fields["landscape"]).inputs)
    fields["at_least"].signed(1)
    for entry in given["slopes"].entries(samples, samples):
        entry.number()
    return NotSupported(WIDTH_BOUND)


def _read_convex(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "region", "value")
    given = witness.members("precision", "curvature")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball")
    region["center"].matrix(1, len(read_risk(fields["landscape"]).trained))
    interval(fields["value"])
    for number in (region["radius"], given["curvature"]):
        number.signed(1)
    return NotSupported("global-minimum-within")


def _read_zero_loss(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "region", "critical_radius", "dimension")
    given = witness.members("precision", "singular_value")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    size = len(risk.trained)
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball")
    region["center"].matrix(1, size)
    for number in (region["radius"], fields["critical_radius"], given["singular_value"]):
        number.signed(1)
    if fields["dimension"].integer(0, size) != size - len(risk.inputs) * risk.layers[-1].width:
        fields["dimension"].fail("is not the trained parameters less the equations")
    return NotSupported("zero-loss-within")


def _read_all_widths(statement: Field, witness: Field) -> Claim:
    fields = statement.members("landscape", "property", "region", "value", "widths_from", "suboptimal")
    hints = ("better_point",) if truth(fields["suboptimal"]) else ()
    given = witness.members("precision", *hints)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    *hidden, output = risk.layers
    if not hidden or any(layer.width > 1 or layer.residual for layer in risk.layers):
        fields["landscape"].fail("must have hidden layers of one unit each, one output and no residual connection")
    if not all(layer.bias for layer in hidden) or output.activation != IDENTITY or risk.loss != "squares":
        fields["landscape"].fail("must have biases in its hidden layers, a linear output and squares")
    if risk.fixed or risk.made_of or any(risk.decay):
        fields["landscape"].fail("must have no fixed parameter and no weight decay")
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("box")
    region["center"].matrix(1, len(risk.trained))
    region["radius"].signed(1)
    interval(fields["value"])
    widths = [entry.integer(1, MAX_UNKNOWNS) for entry in fields["widths_from"].entries(len(hidden), len(hidden))]
    sizes = [hidden[0].inputs, *widths, 1]
    count = sum(after * (before + 1) for before, after in pairwise(sizes)) - (not output.bias)
    if count > MAX_UNKNOWNS:
        fields["widths_from"].fail("makes too large a network")
    if "better_point" in given:
        given["better_point"].matrix(1, count)
    return NotSupported(ALL_WIDTHS)


def _read_kinks(field: Field, risk: Risk) -> None:
    last, bends = (-1, -1, -1), risk.loss in ("absolute", "hinge")
    for entry in field.entries(0, MAX_UNKNOWNS):
        layer, sample, unit, slope, weight = entry.entries(5, 5)
        level, last_layer = layer.integer(0, len(risk.layers) - (not bends)), risk.layers[-1]
        width = (risk.layers[level] if level < len(risk.layers) else last_layer).width
        place = (level, sample.integer(0, len(risk.inputs) - 1), unit.integer(0, width - 1))
        slope.number()
        not_negative(weight)
        if place <= last:
            field.fail("must be in growing order of layer, sample, unit; each once")
        last = place


def _read_split(field: Field, risk: Risk) -> None:
    parts = field.members("layer", "first", "second", "shares")
    width = risk.layers[parts["layer"].integer(0, len(risk.layers) - 1)].width
    for name in ("first", "second"):
        for unit in parts[name].entries(1, MAX_UNKNOWNS):
            unit.integer(0, width - 1)
    for share in parts["shares"].entries(2, 2):
        share.signed(1)


def _read_symmetry(field: Field, risk: Risk) -> None:
    if field.member("name").value == "scaling":
        for rate in field.members("name", "rates")["rates"].entries(1, MAX_UNKNOWNS):
            level, unit, number = rate.entries(3, 3)
            unit.integer(0, risk.layers[level.integer(0, len(risk.layers) - 1)].width - 1)
            number.number()
        return
    parts = field.members("name", "layer", *SYMMETRIES[field.member("name").word(*SYMMETRIES)])
    name = parts["name"].word()
    layer = risk.layers[parts["layer"].integer(0, len(risk.layers) - 1)]
    sources = layer.inputs + layer.bias
    if "unit" in parts:
        parts["unit"].integer(0, layer.width - 1)
    if "source" in parts:
        parts["source"].integer(0, sources - 1 if name == "softmax" else MAX_UNKNOWNS)
    if "vector" in parts:
        for entry in parts["vector"].entries(sources, sources):
            entry.number()
    for triple in parts["changes"].entries(1, MAX_UNKNOWNS) if "changes" in parts else []:
        unit, source, number = triple.entries(3, 3)
        unit.integer(0, layer.width - 1)
        source.integer(0, sources - 1)
        number.number()
    if "bias" in parts:
        for number in parts["bias"].entries(1, 1):
            number.number()
    for triple in parts["matrix"].entries(1, MAX_UNKNOWNS) if "matrix" in parts else []:
        row, column, number = triple.entries(3, 3)
        for index in (row, column):
            index.integer(0, layer.width - 1)
        number.number()
