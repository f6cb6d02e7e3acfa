"""How a certificate has statements about the features of a network, and their witnesses."""

from __future__ import annotations

from verify.checker.core.limits import MAX_SAMPLES, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import FLAG, Constant, Count, Known, Unless, matrix, text
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Derived, Refusal, Row, Table, Variants
from verify.checker.core.witness import PRECISION_ALONE, witness_of
from verify.checker.statements.empirical_risk import SAMPLES
from verify.checker.statements.feature_layer_tables import LAYERS, filters_of, point_of
from verify.checker.statements.feature_layers import FeatureLayer
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    CRITICAL,
    DEAD,
    HERE,
    MINIMUM,
    PATTERN,
    RANK,
    DeadFeatures,
    Extent,
    FeatureRank,
    FeatureWitness,
    NetworkFeatures,
    WideNetwork,
    WideWitness,
)


def _has_inputs(known: Known, landscape: Field) -> bool:
    return isinstance(landscape.content, dict) and "inputs" in landscape.content


def _dimension(known: Known) -> int:
    return len(known["inputs"][0]) if known["inputs"] is not None else int(known["dimension"])


def _channels_refused(known: Known) -> str | None:
    if _dimension(known) % known["channels"]:
        return f"{_dimension(known)} inputs are no whole number of positions"
    return None


LANDSCAPE = Table.of(
    NetworkFeatures,
    Row("kind", Constant("network-features")),
    Row("inputs", SAMPLES, needed=_has_inputs),
    Row("samples", Count(1, MAX_SAMPLES), needed=lambda known, landscape: not _has_inputs(known, landscape)),
    Row("dimension", Count(1, MAX_UNKNOWNS), needed=lambda known, landscape: not _has_inputs(known, landscape)),
    Row("channels", Count(1, MAX_UNKNOWNS)),
    Refusal("channels", _channels_refused),
    Derived("input_shape", lambda known: (_dimension(known) // known["channels"], known["channels"])),
    Row("layers", LAYERS),
)


def _below(known: Known) -> tuple[FeatureLayer, ...]:
    """The layers whose features are meant."""
    layers: tuple[FeatureLayer, ...] = known["landscape"].layers
    return layers[: known.get("layer", len(layers))]


def _extent(*parameters: str) -> Variants[Extent]:
    """By the word `parameters`."""

    def refused(known: Known) -> str | None:
        if known["landscape"].inputs is None and known["parameters"] != ALMOST_ALL:
            return "must be almost-all where the samples are not given"
        return None

    def not_wider(known: Known) -> str | None:
        if known["wider"] and not _below(known):
            return "there is no layer to be wider"
        return "one point has no wider networks" if known["wider"] and known["parameters"] == HERE else None

    def table(word: str) -> Table[Extent]:
        point = Row("point", point_of(_below), needed=lambda known, field: word != ALMOST_ALL)
        rows = (Row("parameters", text(word)), Refusal("parameters", refused), Row("wider", FLAG))
        return Table.of(Extent, *rows, Refusal("wider", not_wider), point)

    return Variants("parameters", {word: table(word) for word in parameters})


def _not_given(landscape: NetworkFeatures, known: Known) -> str | None:
    return "must have inputs" if landscape.inputs is None else None


ONES = Row("column_of_ones", FLAG, into="constant")
RANK_STATEMENT = statement_of(
    FeatureRank,
    LANDSCAPE,
    RANK,
    Row("rank", Count(1, lambda known: int(known["landscape"].count))),
    ONES,
    Row("for", _extent(HERE, ALMOST_ALL, PATTERN), into="within"),
)
DEAD_STATEMENT = statement_of(DeadFeatures, Unless(LANDSCAPE, _not_given), DEAD, Row("point", point_of(_below)))


def _attained_refused(known: Known) -> str | None:
    return "is claimed of critical points only" if known["attained"] and known["property"] == MINIMUM else None


LAYER = Row("layer", Count(0, lambda known: len(known["landscape"].layers) - 1))
WIDE_STATEMENT = statement_of(
    WideNetwork,
    LANDSCAPE,
    (CRITICAL, MINIMUM),
    LAYER,
    ONES,
    Row("attained", FLAG),
    Refusal("attained", _attained_refused),
    Row("for", _extent(ALMOST_ALL, PATTERN), into="within"),
)


def _of_statement(known: Known) -> tuple[FeatureLayer, ...]:
    statement = known["statement"]
    layers: tuple[FeatureLayer, ...] = statement.landscape.layers
    return layers[: statement.layer] if isinstance(statement, WideNetwork) else layers


def _above(known: Known) -> tuple[FeatureLayer, ...]:
    return known["statement"].convolutions_above()  # type: ignore[no-any-return]


def _shape(known: Known) -> tuple[int, int]:
    landscape: NetworkFeatures = known["statement"].landscape
    return landscape.count, landscape.layers[0].inputs


POINT = Row(
    "point", point_of(_of_statement), needed=lambda known, witness: known["statement"].within.parameters == ALMOST_ALL
)
INPUTS = Row("inputs", matrix(_shape), needed=lambda known, witness: known["statement"].landscape.inputs is None)
RANK_WITNESS = witness_of(FeatureWitness, INPUTS, POINT)
WIDE_WITNESS = witness_of(WideWitness, INPUTS, POINT, Row("later", filters_of(_above)))
DEAD_WITNESS = PRECISION_ALONE
