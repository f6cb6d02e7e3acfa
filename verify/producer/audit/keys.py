"""The one table of claims files: which keys there are, what each means, and which a property uses.

The JSON Schema (`schema.py`), the reader (`claims.py`) and the tables of docs/AUDIT.md follow from it; a test compares.
A key that a claim's property does not use is malformed: nothing that a user wrote is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

DEFAULT_WITHIN = Fraction(1, 1000)
"""Of networks that are not evaluated in rational numbers; of the others it is 0. For all properties."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a landscape or of a claim, in words."""

    meaning: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """A property that can be claimed, and the keys that it uses besides `COMMON`."""

    means: str
    """What "proved" says; {where} is the place of the point: itself, or near the given one."""
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that a claim of this property may have."""
        return (*COMMON, *self.required, *self.optional)


COMMON = ("id", "landscape", "property")

TOP = {
    "title": Key("what the claims are about", "none"),
    "landscapes": Key("a table for each landscape"),
    "claims": Key("the list of claims"),
}

LANDSCAPE_REQUIRED = ("inputs", "targets", "widths")
"""Unless a `file` has it all."""
LANDSCAPE = {
    "inputs": Key("rows, one a sample (a number is a row of one)"),
    "targets": Key("likewise, as many rows"),
    "widths": Key("of the hidden layers and the output"),
    "activation": Key(
        "of the hidden layers: `identity`, `relu`, `sigmoid`, `tanh`, `arctan`, `softplus`, `gelu`, `square`, `selu`, "
        "`{leaky-relu = s}`, `{piecewise-linear = [s-, s+]}`, `{elu = [scale, alpha]}`, "
        "`{polynomial = [c0, c1, ...]}`",
        "`tanh`",
    ),
    "output": Key("that of the last layer, likewise", "`identity`"),
    "biases": Key("whether there are biases", "`true`"),
    "residual": Key("whether a hidden layer as wide as its input adds its input", "`false`"),
    "loss": Key(
        "`squares`, `logistic`, `cross-entropy`, `absolute`, `hinge` (targets 1 and -1) or `huber`", "`squares`"
    ),
    "delta": Key("of `huber`: the size of a residual from which on its loss is linear"),
    "sample_weights": Key("what the loss of each sample is multiplied by, not negative", "all 1"),
    "scale": Key("what multiplies the sum over samples: `half-sum`, `sum`, `mean` or a positive number", "`half-sum`"),
    "weight_decay": Key("half of it times the sum of squares of the trained weights is added", "0"),
    "bias_decay": Key("likewise for the trained biases", "0"),
    "fixed": Key("pairs of a parameter's number (from 0) and its value: it is not trained", "none"),
    "map": Key(
        "how the network's parameters are made from the trained ones: `trained`, how many; `entries`, lists of "
        "a parameter, a trained one and its coefficient; `constants`, lists of a parameter and what is added (`[]`)",
        "none",
    ),
    "file": Key(
        "a file with the whole landscape, in place of all other keys: what `verify.write_claims` writes", "none"
    ),
}

CLAIM = {
    "id": Key("a name of letters, digits, `.`, `_` and `-`, which names the certificate"),
    "landscape": Key("one of the landscapes"),
    "property": Key("one of those below"),
    "point": Key(
        "all trained parameters in one list, or `{layers = [{weights = ..., bias = ...}, ...]}` with weights "
        "(outputs, inputs), or `{file = ...}`; of `count-of-strict-local-minima`: one of the minima lies there"
    ),
    "within": Key(
        "how far the point in question may be from the given one, in the Euclidean norm; 0 is the given point itself",
        "0 for squares with piecewise linear or polynomial activations, else 1/1000",
    ),
    "loss": Key("the loss at the point in question: a number, exactly, or `[lower, upper]`", "any"),
    "better": Key(
        "a point of smaller loss, of the network of width `widths_from` for minima of every width", "looked for"
    ),
    "count": Key("how many minima there are at least; with a `box`, how many points there are, exactly"),
    "box": Key("the least and the largest value of each trained parameter, `[[low, high], ...]`; up to four"),
    "widths_from": Key("the smallest width"),
    "pre_activations": Key("v_1, ..., v_n, see [constant outputs](#constant-outputs)"),
    "output_weights": Key("u_1, ..., u_(n-1), see there"),
    "start": Key("where gradient descent starts, written like `point`"),
    "end": Key("where a run in floating point ended: how far exact descent is from it is proved, too", "none"),
    "step_size": Key("what the gradient is multiplied by in each step, positive"),
    "steps": Key("how many steps are taken"),
    "momentum": Key("what the step before is multiplied by and added", "0"),
    "layer": Key("the layer whose features are meant: 1 for the first, 0 for the inputs"),
    "eigenvalue": Key("what the smallest eigenvalue is: a number that it is at least, or `[lower, upper]`; positive"),
}

PROPERTIES = {
    "local-minimum": Property("a local minimum, strict or not, lies {where}", ("point",), ("within", "loss")),
    "suboptimal-local-minimum": Property(
        "a local minimum, strict or not, that is not global lies {where}", ("point",), ("within", "loss", "better")
    ),
    "strict-local-minimum": Property("a strict local minimum lies {where}", ("point",), ("within", "loss")),
    "global-minimum": Property("a global minimum lies {where}", ("point",), ("within", "loss")),
    "saddle": Property(
        "a critical point that is neither a local minimum nor a local maximum lies {where}",
        ("point",),
        ("within", "loss"),
    ),
    "no-critical-point": Property("no critical point lies {where}", ("point",), ("within",)),
    "not-a-local-minimum": Property("the given point is no local minimum", ("point",), ("loss",)),
    "no-global-minimum": Property("the loss has no global minimum: its infimum 0 is not attained", ("point",)),
    "not-a-global-minimum": Property("the given point is no global minimum", ("point",), ("loss", "better")),
    "value": Property("the loss at the given point is as claimed", ("point", "loss")),
    "degenerate-local-minimum": Property(
        "the point of constant outputs is a local minimum, not strict",
        ("pre_activations", "output_weights"),
        ("loss", "better"),
    ),
    "degenerate-local-minimum-of-every-width": Property(
        "a critical point of one neuron, from which local minima of every width come, lies {where}",
        ("point", "widths_from"),
        ("within", "loss", "better"),
    ),
    "count-of-strict-local-minima": Property(
        "there are at least so many strict local minima", ("count",), ("point", "within")
    ),
    "critical-points-complete": Property("the box has exactly so many critical points", ("box", "count")),
    "exact-count-of-minima": Property("the box has exactly so many local minima", ("box", "count")),
    "no-spurious-minimum-in-box": Property(
        "the box has exactly one local minimum, and there the loss is the least of the box", ("box",)
    ),
    "basin-of-attraction": Property(
        "the box has one critical point, a minimum, and elsewhere in it the gradient points away from that", ("box",)
    ),
    "gradient-descent-reaches": Property(
        "after the steps of exact gradient descent from the start the loss is as claimed",
        ("start", "step_size", "steps", "loss"),
        ("momentum",),
    ),
    "gradient-descent-converges": Property(
        "exact gradient descent from the start converges to a point of loss 0", ("start", "step_size"), ("end",)
    ),
    "gradient-descent-stays-above": Property(
        "exact gradient descent from the start never gets below the claimed loss", ("start", "step_size", "loss")
    ),
    "feature-rank": Property(
        "the layer's features on the samples are linearly independent: at the given point, or, without one, for almost "
        "all parameters of the layers up to it",
        ("layer",),
        ("point",),
    ),
    "every-critical-point-global": Property(
        "every critical point outside of a null set of parameters fits all samples exactly, as the layer's features "
        "have full rank",
        ("layer",),
    ),
    "every-full-rank-local-minimum-global": Property(
        "every local minimum at which the layer's features (with a column of ones, where needed) have full rank and "
        "the linear maps from the second layer above it on are onto is global",
        ("layer",),
    ),
    "limiting-gram-matrix": Property(
        "the Gram matrix, in the limit of infinite width, of networks of this depth and activation on the samples "
        "divided by their norms, has the claimed smallest eigenvalue",
        ("eigenvalue",),
    ),
}

NEEDS = {"within": "point"}
"""A key that says nothing without another one."""

RESERVED = {
    "boxes": "the boxes of a cover",
}
"""Keys of versions to come: refused, so that no file means one thing today and another one later."""
