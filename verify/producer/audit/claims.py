"""Claims files: TOML that a person writes, checked against the table of keys, then made exact."""

from __future__ import annotations

import builtins
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from verify.checker.evaluators import is_exact
from verify.checker.public import NotACertificate, parse, read_bytes
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK
from verify.producer.audit.arrays import inside, read_rows
from verify.producer.audit.keys import DEFAULT_WITHIN, PROPERTIES
from verify.producer.audit.schema import schema
from verify.producer.audit.validate import hint, keys_and_numbers, read_float, shapes, shown
from verify.producer.landscapes.empirical_risk import FACTORS, EmpiricalRisk, exact_number

__all__ = ["BadClaims", "Claim", "read_claims", "schema"]

Vector = tuple[Fraction, ...]
T = TypeVar("T")

SHOWN_ERRORS = 5
OPTIONS = ("activation", "output", "biases", "residual", "loss", "scale", "weight_decay", "bias_decay", "delta")


class BadClaims(ValueError):
    """A claims file cannot be used; the message names the file, the key and what is wrong."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, with all its numbers exact."""

    id: str
    property: str
    risk: EmpiricalRisk
    point: Vector | None
    """All trained parameters; for minima of every width (w, b, V, c) of one neuron."""
    better: Vector | None
    within: Fraction | None
    """As given; see `reach`."""
    loss: tuple[Fraction, Fraction] | None
    count: int
    box: tuple[tuple[Fraction, Fraction], ...]
    widths_from: int
    pre_activations: Vector
    output_weights: Vector
    start: Vector | None = None
    """Of gradient descent: all trained parameters."""
    end: Vector | None = None
    """Of a run in floating point."""
    step_size: Fraction = Fraction(0)
    steps: int = 0
    momentum: Fraction = Fraction(0)
    layer: int = 0
    """Whose features are meant."""
    eigenvalue: tuple[Fraction, Fraction | None] | None = None
    """Bounds of the smallest one of a Gram matrix."""

    @builtins.property
    def reach(self) -> Fraction:
        """How far from the given point the point in question may be: `within`, or its default."""
        if self.within is not None:
            return self.within
        return Fraction(0) if is_exact(self.risk.exact) else DEFAULT_WITHIN

    @builtins.property
    def rests_on_default(self) -> bool:
        """Whether the claim is about some point near the given one, and the user did not say how near."""
        return self.within is None and self.reach > 0 and "within" in PROPERTIES[self.property].keys


def read_claims(path: Path) -> list[Claim]:
    """The claims of a file. Raises BadClaims; nothing is written or executed."""
    try:
        document = tomllib.loads(read_bytes(path).decode("utf-8"), parse_float=read_float)
    except NotACertificate as error:
        raise BadClaims(f"{path}: {error}") from None
    except OSError as error:
        raise BadClaims(f"{path}: cannot be read: {error.strerror}") from None
    except RecursionError:
        raise BadClaims(f"{path}: is not TOML: nested too deep") from None
    except ValueError as error:
        what = str(error)[:200]
        if not isinstance(error, tomllib.TOMLDecodeError | UnicodeDecodeError):  # Python's own limit on integers
            what = "an integer has thousands of digits"
        raise BadClaims(f"{path}: is not TOML: {what}") from None
    errors = list(keys_and_numbers(document)) or shapes(document)
    if errors:
        more = [f"and {len(errors) - SHOWN_ERRORS} more"] if len(errors) > SHOWN_ERRORS else []
        raise BadClaims("\n".join([f"{path}: {error}" for error in errors[:SHOWN_ERRORS]] + more))
    folder = path.parent
    risks = {
        name: _within(f"{path}: landscapes.{name}", partial(_read_landscape, table, folder))
        for name, table in document["landscapes"].items()
    }
    claims: list[Claim] = []
    for index, table in enumerate(document["claims"]):
        place = f"{path}: claims[{index}] ({table['id']})"
        if any(claim.id.casefold() == table["id"].casefold() for claim in claims):
            raise BadClaims(f"{place}: this id is used twice; it names a file, in which case may not count")
        name = table["landscape"]
        if name not in risks:
            what = f"there is no landscapes.{shown(name)}; there is: {', '.join(risks)}{hint(name, risks)}"
            raise BadClaims(f"{place}: {what}")
        claims.append(_within(place, partial(_read_claim, table, risks[name], folder)))
    return claims


def _within(place: str, read: Callable[[], T]) -> T:
    """Whatever is wrong, said with its place."""
    try:
        return read()
    except OverflowError:
        raise BadClaims(f"{place}: a number is beyond the range of float64") from None
    except (ValueError, TypeError, NotACertificate, OSError) as error:
        raise BadClaims(f"{place}: {error}") from None


# What the keys hold


def _read_landscape(table: dict[str, Any], folder: Path) -> EmpiricalRisk:
    if "file" in table:
        return _read_landscape_file(inside(folder, table["file"]))
    options = {name: table[name] for name in OPTIONS if name in table}
    for name in ("activation", "output"):
        if isinstance(options.get(name), dict):
            options[name] = _exact_parameters(options[name])
    for name in ("weight_decay", "bias_decay", "scale"):
        number = exact_number(table[name]) if name in table and table[name] not in FACTORS else Fraction(1)
        if number < 0 or (name == "scale" and not number):
            raise ValueError(f"{name}: must {'be positive' if name == 'scale' else 'not be negative'}")
    fixed: dict[int, Fraction] = {}
    for index, value in table.get("fixed", []):
        if index in fixed:
            raise ValueError(f"fixed: parameter {index} is fixed twice")
        fixed[index] = exact_number(value)
    if "sample_weights" in table:
        options["sample_weights"] = [_number("sample_weights", entry) for entry in table["sample_weights"]]
    if "map" in table:
        options["parameter_map"] = _exact_map(table["map"])
    inputs, targets = (_keyed(name, table[name], folder) for name in ("inputs", "targets"))
    return EmpiricalRisk(inputs, targets, table["widths"], fixed=fixed, **options)


def _read_landscape_file(path: Path) -> EmpiricalRisk:
    """The landscape as a certificate has it."""
    try:
        return EmpiricalRisk.of(EMPIRICAL_RISK.read(parse(read_bytes(path)), {}))
    except NotACertificate as error:
        raise ValueError(f"{path.name}: {error}") from None


def _exact_map(table: dict[str, Any]) -> dict[str, Any]:
    """As a certificate has it."""
    from verify.producer.landscapes.empirical_risk import text

    terms = [[*places, text(_number("map", number))] for *places, number in table["entries"]]
    constants = [[place, text(_number("map", number))] for place, number in table.get("constants", [])]
    return {"trained": table["trained"], "entries": terms, "constants": constants}


def _exact_parameters(activation: dict[str, Any]) -> dict[str, Any]:
    from verify.producer.landscapes.empirical_risk import text

    return {
        name: [text(entry) for entry in value] if isinstance(value, list) else text(value)
        for name, value in activation.items()
    }


def _keyed(name: str, content: object, folder: Path) -> tuple[Vector, ...]:
    try:
        return read_rows(content, folder)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _number(name: str, content: object) -> Fraction:
    try:
        return exact_number(content)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _read_claim(table: dict[str, Any], risk: EmpiricalRisk, folder: Path) -> Claim:
    name = table["property"]
    wider = risk
    if name == "degenerate-local-minimum-of-every-width" and "better" in table:
        wider = _with_width(risk, table["widths_from"])
    loss = table.get("loss")
    bounds = None
    if loss is not None:
        ends = [_number("loss", entry) for entry in (loss if isinstance(loss, list) else [loss, loss])]
        if ends[0] > ends[1]:
            raise ValueError("loss: the lower bound is above the upper bound")
        bounds = ends[0], ends[1]
    if name == "gradient-descent-stays-above" and bounds is not None and bounds[0] != bounds[1]:
        raise ValueError("loss: must be one number for this property")
    step_size, momentum = (_number(key, table.get(key, 0)) for key in ("step_size", "momentum"))
    if "step_size" in table and step_size <= 0:
        raise ValueError("step_size: must be positive")
    if momentum < 0:
        raise ValueError("momentum: must not be negative")
    within = _number("within", table["within"]) if "within" in table else None
    if within is not None and within < 0:
        raise ValueError("within: must not be negative")
    return Claim(
        id=table["id"],
        property=name,
        risk=risk,
        point=_read_point("point", table["point"], risk, folder) if "point" in table else None,
        better=_read_point("better", table["better"], wider, folder) if "better" in table else None,
        within=within,
        loss=bounds,
        count=_read_count(table),
        box=_read_box(table["box"], risk) if "box" in table else (),
        widths_from=table.get("widths_from", 0),
        pre_activations=tuple(_number("pre_activations", entry) for entry in table.get("pre_activations", [])),
        output_weights=tuple(_number("output_weights", entry) for entry in table.get("output_weights", [])),
        start=_read_point("start", table["start"], risk, folder) if "start" in table else None,
        end=_read_point("end", table["end"], risk, folder) if "end" in table else None,
        step_size=step_size,
        steps=table.get("steps", 0),
        momentum=momentum,
        layer=_read_layer(table, risk),
        eigenvalue=_read_eigenvalue(table["eigenvalue"]) if "eigenvalue" in table else None,
    )


def _read_eigenvalue(content: object) -> tuple[Fraction, Fraction | None]:
    low, high = content if isinstance(content, list) else (content, None)
    bounds = _number("eigenvalue", low), None if high is None else _number("eigenvalue", high)
    if bounds[0] <= 0:
        raise ValueError("eigenvalue: must be positive")
    if bounds[1] is not None and bounds[1] < bounds[0]:
        raise ValueError("eigenvalue: the lower bound is above the upper bound")
    return bounds


def _read_layer(table: dict[str, Any], risk: EmpiricalRisk) -> int:
    layer: int = table.get("layer", 0)
    least, most = int(table["property"] == "feature-rank"), len(risk.exact.network.layers)
    if "layer" in table and not least <= layer <= most:
        raise ValueError(f"layer: {layer} is not between {least} and {most}")
    return layer


def _read_count(table: dict[str, Any]) -> int:
    count: int = table.get("count", 0)
    if "count" in table and "box" not in table and count < 1:
        raise ValueError(f"count: {count} is less than the minimum of 1")
    return count


def _read_box(content: list[Any], risk: EmpiricalRisk) -> tuple[tuple[Fraction, Fraction], ...]:
    sides = tuple((_number("box", low), _number("box", high)) for low, high in content)
    if len(sides) != risk.trained:
        raise ValueError(f"box: has {len(sides)} sides; {risk.trained} parameters are trained")
    if any(low >= high for low, high in sides):
        raise ValueError("box: a lower end is not below the upper one")
    return sides


def _with_width(risk: EmpiricalRisk, width: int) -> EmpiricalRisk:
    """The risk of as many copies of the one hidden neuron."""
    if len(risk.exact.network.layers) != 2:
        raise ValueError("this property needs one hidden layer")
    if risk.exact.network.layers[0].width != 1:
        raise ValueError("widths: the hidden layer must have one neuron; the claim is about every width")
    document = json.loads(json.dumps(risk.document))
    document["layers"][0]["width"] = width
    return EmpiricalRisk.read(document)


def _read_point(name: str, content: Any, risk: EmpiricalRisk, folder: Path) -> Vector:
    if isinstance(content, dict) and "layers" in content:
        return _from_layers(name, content["layers"], risk, folder)
    rows = _keyed(name, content, folder)
    flat = tuple(entry for row in rows for entry in row)
    if len(flat) != risk.trained:
        raise ValueError(f"{name}: has {len(flat)} numbers; {risk.trained} parameters are trained")
    return flat


def _from_layers(name: str, tables: list[dict[str, Any]], risk: EmpiricalRisk, folder: Path) -> Vector:
    if risk.exact.parameter_map is not None:
        raise ValueError(f"{name}: layers give the network's parameters; with a map give the trained ones, in one list")
    layers = risk.exact.network.layers
    if len(tables) != len(layers):
        raise ValueError(f"{name}.layers: there are {len(tables)}; the network has {len(layers)}")
    everything: list[Fraction] = []
    for index, (table, layer) in enumerate(zip(tables, layers, strict=True)):
        place = f"{name}.layers[{index}]"
        weights = _keyed(f"{place}.weights", table["weights"], folder)
        if (len(weights), len(weights[0])) != (layer.width, layer.inputs):
            shape = f"{len(weights)} x {len(weights[0])}"
            raise ValueError(f"{place}.weights: is {shape}, must be {layer.width} x {layer.inputs} (rows are neurons)")
        if layer.bias != ("bias" in table):
            raise ValueError(f"{place}.bias: {'is missing' if layer.bias else 'must not be there: biases = false'}")
        bias = [entry for row in _keyed(f"{place}.bias", table["bias"], folder) for entry in row] if layer.bias else []
        if len(bias) != layer.width * layer.bias:
            raise ValueError(f"{place}.bias: has {len(bias)} numbers, must have {layer.width}")
        everything += [entry for row in weights for entry in row] + bias
    for index, value in risk.exact.fixed:
        if everything[index] != value:
            raise ValueError(f"{name}: parameter {index} is fixed at {value}, not {everything[index]}")
    return tuple(everything[index] for index in risk.exact.trained_indices())
