"""Sentences read back: the numbers that a person reads, as a certificate that claims no more than they do.

`KINDS` says of each class of statements where its sentence has which number. What a number says of *which* landscape
is meant must be exactly the certificate's; what is claimed of it is put into a copy, to be checked.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import sympy

from tests.corpus.forge import Document, seal
from verify.checker.core.statement import Statement

NUMBER = r"(-?\d+/\d+|-?\d+\*2\^-?\d+|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
"""As sentences write one: a decimal, a fraction or m*2^e."""


class Reading(NamedTuple):
    """Words, with N for a number, and where in the document the numbers are; `{}` counts the matches."""

    words: str
    places: tuple[str, ...]


def _r(words: str, *places: str) -> Reading:
    return Reading(words, tuple(f"statement.{place}" for place in places))


RADIUS = ("region.radius",)
VALUE = ("value.0", "value.1")
BALL = _r(r"within N of the given point\b(?!')", *RADIUS)
LOSS = _r(r"with loss in \[N, N\]", *VALUE)
HESSIAN = _r(r"Hessian eigenvalues >= N", "hessian_lower_bound")
LANDSCAPE = (
    _r(r"factor N", "landscape.loss.factor"),
    _r(r"weight decay N, of biases N", "landscape.weight_decay.weights", "landscape.weight_decay.biases"),
    _r(r"leaky ReLU \(slope N\)", "landscape.activation.leaky-relu"),
)
"""Of no direction: they must be the certificate's own."""
POPULATION = (_r(r"For (?:every )?d >?= N,", "input_dimension.at_least|input_dimension"),)
_CLAIMS = r"; {}(?:k )?F is in \[N, N\] and the smallest Hessian eigenvalue in \[N, N\]{}"
FAMILY = (
    _r(
        _CLAIMS.format("", "; for"),
        *(f"bounds.*.{name}.{end}" for name in ("loss", "smallest_eigenvalue") for end in (0, 1)),
    ),
    _r(
        _CLAIMS.format("for k >= N, ", r"\.$"),
        "bounds.-1.k.0",
        *(f"bounds.-1.{name}.{end}" for name in ("loss", "smallest_eigenvalue") for end in (0, 1)),
    ),
)
TARGETS = (
    _r(r"eigenvalues in \[N, N\]", *(f"landscape.targets.eigenvalues.{end}" for end in (0, 1))),
    _r(
        r"r = N and s = N, \|z\| <= N",
        *(f"landscape.targets.{name}" for name in ("curvature", "distance", "norm")),
    ),
    _r(r"Re z >= N, \|z\| <= N", "landscape.targets.real_part", "landscape.targets.norm"),
    _r(r"\|Phi - I\|_F <= N(?=[ ,])", "landscape.targets.distance"),
    _r(r"Phi\^T\)/2 >= N I, spectral norm at most N", "landscape.targets.real_part", "landscape.targets.norm"),
)
RUN = (
    _r(r"with step N\b", "step"),
    _r(r"and momentum N,", "momentum"),
    _r(r"has a loss in \[N, N\] after N steps", *VALUE, "steps"),
)

DESCENT = (*RUN, _r(r"within N of the given end point", "end.distance"))

KINDS: dict[str, tuple[Reading, ...]] = {
    "Minimum": (*LANDSCAPE, *POPULATION, BALL, LOSS, HESSIAN),
    "Saddle": (
        *LANDSCAPE,
        *POPULATION,
        _r(r"every entry within N of the given point's", *RADIUS),
        LOSS,
        _r(r"one Hessian eigenvalue <= N and one >= N", "negative_curvature", "positive_curvature"),
        _r(r"\(N negative, N positive for", "inertia.0", "inertia.1"),
    ),
    "EveryWidth": (
        *LANDSCAPE,
        _r(r"width m >= N", "widths_from"),
        _r(r"within N of the given ones", *RADIUS),
        _r(r"the loss is in \[N, N\]", *VALUE),
    ),
    "AllWidths": (
        *LANDSCAPE,
        _r(r"For all widths m_1 >= N\b", "widths_from.0"),
        _r(r", m_2 >= N\b", "widths_from.1"),
        _r(r"within N of the given ones", *RADIUS),
        _r(r"the loss is in \[N, N\]", *VALUE),
    ),
    "ConstantOutputs": LANDSCAPE,
    "CountOfMinima": (*LANDSCAPE, _r(r"at least N pairwise distinct", "at_least")),
    "GivenPoint": (
        *LANDSCAPE,
        _r(r"\bloss (?:is )?in \[N, N\]", *VALUE),
        _r(r"\bloss (?:is )?N(?![\w/])", "value.0=value.1"),
    ),
    "NoCriticalPoint": (*LANDSCAPE, BALL),
    "GlobalMinimumWithin": (*LANDSCAPE, BALL, LOSS),
    "BoundOfEveryWidth": (*LANDSCAPE, _r(r"is at least N at all", "at_least")),
    "ZeroLossWithin": (
        *LANDSCAPE,
        BALL,
        _r(r"nearer than N to it", "critical_radius"),
        _r(r"surface of dimension N\.", "dimension"),
    ),
    "ConvergesNearby": (
        *LANDSCAPE,
        _r(r"from every start within N of the given point", *RADIUS),
        _r(r"constant step eta <= N,", "step"),
        _r(r"stays within N of that point", "within"),
        _r(r"at most 1 - N eta", "decrease"),
    ),
    "LocalMinimumWithin": (*LANDSCAPE, BALL, LOSS, _r(r"surface of dimension N through", "flat_directions")),
    "StrictMinimumWithin": (*LANDSCAPE, BALL, LOSS),
    "NearInfimum": (*LANDSCAPE, LOSS, _r(r"at most N above", "gap")),
    "NearlyOrthonormalTeachers": (
        _r(r"^For every d >= N and", "input_dimension.at_least"),
        _r(r"\|G - I\|_F <= N,", "landscape.teacher.distance"),
        BALL,
        _r(r"with loss >= N", "loss_lower_bound"),
        HESSIAN,
        _r(r"For every d >= N, if", "random_teachers.{}.input_dimension.at_least"),
        _r(r"is larger than N with", "landscape.teacher.distance"),
        _r(r"with probability at most N\.", "random_teachers.{}.fraction"),
    ),
    "SymmetricPoints": (
        _r(r"leaky ReLU \(slope N\)", "landscape.activation.leaky-relu"),
        _r(r"each value within N of the given one", "points.{}.radius"),
        _r(r"loss in \[N, N\]", "points.{}.value.0", "points.{}.value.1"),
        _r(
            r"Hessian eigenvalues (?:>=|of which, for d = k, \d+ < 0, one <=) N",
            "points.{}.hessian_lower_bound|points.{}.negative_curvature",
        ),
    ),
    "Family": (_r(r"For every k >= N and", "bounds.0.k.0"), *FAMILY),
    "MatrixStatement": (),
    "SumOfSquares": (),
    "GlobalMinimum": (_r(r"is in \[N, N\], and \w+ is at most N at", *VALUE, "value.1"),),
    "LowerBound": (_r(r"c\.x >= N for", "bound"),),
    "UpperBound": (_r(r"c\.x <= N\.$", "bound"),),
    "Infeasible": (),
    "GlobalMinima": (
        _r(r"weight decay N", "landscape.weight_decay"),
        _r(r"at least N everywhere, for every width, and at most N at", *VALUE),
        _r(r"its infimum is in \[N, N\] for every width >= N", *VALUE, "landscape.width"),
    ),
    "NegativeCurvature": (
        _r(r"weight decay N", "landscape.weight_decay"),
        _r(r"gradient is at most N in norm", "gradient_bound"),
        _r(r"curvature of at most N in some", "negative_curvature"),
    ),
    "SpuriousMinimum": (
        _r(r"weight decay N", "landscape.weight_decay"),
        _r(r"within N of the given point", *RADIUS),
        LOSS,
        HESSIAN,
    ),
    "ConvergesFromIdentity": (
        *TARGETS,
        _r(r"with c = N, ", "step"),
        _r(r"for k = N and all", "rate"),
        _r(r"\|W_t - Phi\| <= N in the spectral norm for all t >= N", "accuracy.error", "accuracy.steps"),
    ),
    "StaysAbove": (
        _r(r"eigenvalue in \[N, N\]", *(f"landscape.targets.eigenvalue.{end}" for end in (0, 1))),
        _r(r"eta_t <= N", "method.step"),
        _r(r"0 <= kappa_t <= N,", "method.regularization"),
        _r(r"Phi\|_F\^2 >= N for ever", "loss"),
    ),
    "Reaches": (*LANDSCAPE, *RUN),
    "Converges": (*RUN, _r(r"multiplied by at most N in a step", "rate")),
    "DescentConverges": (*LANDSCAPE, *DESCENT, _r(r"multiplied by at most N in a step", "rate")),
    "LinearCriticalPoint": (_r(r"with loss N,", "loss"),),
    "GradientInequality": (_r(r"\|grad f\|_F\^2 >= N l", "inequality.factor"),),
    "CriticalPointsGlobal": (_r(r"\|A_i\| < N, is", "norm"),),
    "OptimaNearIdentity": (
        _r(r"if l >= N g,", "ratio"),
        _r(r"\|A_i\| <= \(N \+ N g\)/l", "bound.0", "bound.1"),
    ),
    "OptimumNearIdentity": (_r(r"\|A_i\| <= N\.$", "norm"),),
    "NoOptimumNearIdentity": (_r(r"f - C >= N s there", "excess"),),
    "InequalityFails": (
        _r(r"\|grad f\|_F\^2 < N l", "inequality.factor"),
        _r(r"with tau = N and", "norm"),
    ),
    "CriticalPointsOfProducts": (),
    "NeitherMinimumNorMaximum": (),
    "CriticalValues": (_r(r"largest in \[N, N\]", *(f"eigenvalues.0.{end}" for end in (0, 1))),),
    "Theorem": (),
    "NoSpuriousMinimum": (),
    "CriticalPointsComplete": (_r(r"each within N of the given one in each entry", "points.0.radius"),),
    "SymmetricCriticalPoints": (_r(r"each \(a, b\) within N of the given one", "points.0.radius"),),
    "OnePointMonotone": (),
    "SuboptimalStudents": (),
    "StatementOfTeachers": (),
    "TheoremOfTeachers": (),
    "InBox": (*LANDSCAPE, _r(r"within N in each entry", "points.0.radius")),
    "SaddleOfEqualStudents": (),
    "SaddleOutOfSpan": (_r(r"within N of the given point's", "region.radius"),),
    "FeatureRank": (_r(r"rank (?:of at least )?N(?![\w/.])", "rank"),),
    "DeadFeatures": (),
    "WideNetwork": (),
    "EveryLocalMinimumGlobal": (
        _r(r"with k\^2 >= N n", "landscape.per_sample"),
        _r(r"n <= N and every width k >= N", "landscape.samples", "landscape.width"),
    ),
    "LocalMinimumNotGlobal": (
        _r(r"every width k >= N", "landscape.width"),
        _r(r"the width k = N", "landscape.width"),
        _r(r"k\^2 >= N n", "per_sample"),
        _r(r"with s = N is", "scale"),
        _r(r"decay N and", "landscape.decay"),
        _r(r", a = N, with label N", "landscape.offset", "landscape.label"),
        _r(r", and N times e_d with label N", "landscape.copies", "landscape.last_label"),
    ),
    "SingularUpperHessian": (_r(r"n_k >= N\b \+ N", "landscape.excess"),),
    "NeverOnto": (),
    "BadMinimumOfEverySize": (),
    "SmallestEigenvalue": (
        _r(r", r = N,", "landscape.residual_scale"),
        _r(r"smallest eigenvalue at least N", "at_least"),
        _r(r" and at most N", "at_most"),
    ),
    "ConvergesFromRandomInitialisation": (
        _r(r"width m >= N:", "width"),
        _r(r"draws of probability at most N of", "failure_probability"),
        _r(r"step 0 < h <= N,", "step"),
        _r(r"at most \(1 - N h\)\^t", "rate"),
    ),
    "PositiveDefiniteForEveryDataSet": (),
}


def numbers(document: Document, statement: Statement) -> Iterator[tuple[str, Fraction, str]]:
    """Every number of the sentence that is in the document: its place, what is read, and the text."""
    for words, places in KINDS[type(statement).__name__]:
        pattern = words.replace("N", NUMBER).replace(f"e{NUMBER}", "eN")
        for count, match in enumerate(re.finditer(pattern, statement.sentence())):
            for place, found in zip(places, match.groups(), strict=True):
                for path in _paths(document, place.replace("{}", str(count))):
                    yield path, read(found), found


def read(text: str) -> Fraction:
    """A number as a sentence writes it."""
    if "*2^" in text:
        mantissa, exponent = text.split("*2^")
        return int(mantissa) * Fraction(2) ** int(exponent)
    return Fraction(text)


def _paths(document: Document, place: str) -> Iterator[str]:
    if "=" in place:
        first, second = place.split("=")
        yield from (first, f"statement.{second}")
    elif "|" in place:
        first, second = place.split("|")
        yield first if value_at(document, first) is not None else f"statement.{second}"
    elif "bounds.*" in place or "bounds.-1" in place:
        count = len(document["statement"]["bounds"])
        for index in range(count) if "*" in place else [count - 1]:
            yield re.sub(r"bounds\.(\*|-1)", f"bounds.{index}", place)
    else:
        yield place


def value_at(document: Document, path: str) -> Any:
    """What a document has at a path; None if it ends before."""
    node: Any = document
    for name in path.split("."):
        if isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        elif isinstance(node, dict) and name in node:
            node = node[name]
        else:
            return None
    return node


def put(document: Document, path: str, number: Fraction) -> None:
    """Set a number, as an integer where the document has one. In a polynomial's minimum, the identity follows."""
    *parents, last = path.split(".")
    node = value_at(document, ".".join(parents))
    key: Any = int(last) if last.isdigit() else last
    if (
        path == "statement.value.0"
        and document["statement"]["property"] == "global-minimum"
        and "basis" in (witness := document["witness"])
    ):
        place = witness["basis"].index([0] * len(witness["basis"][0]))
        entry = exact(witness["gram"][place][place]) + exact(node[key]) - number
        witness["gram"][place][place] = str(entry)
    node[key] = int(number) if isinstance(node[key], int) else str(number)


def exact(content: object) -> Fraction:
    """A number of a document."""
    return Fraction(content) if isinstance(content, int) else read(str(content))


def as_printed(document: Document, statement: Statement) -> Document:
    """The document with the numbers that the sentence prints in the place of its own, and its digest repaired."""
    result = copy.deepcopy(document)
    for path, number, _ in numbers(document, statement):
        put(result, path, number)
    return seal(result)


def polynomial(sentence: str) -> tuple[str, sympy.Expr] | None:
    """Of `With p = ...:` the name and the polynomial, where it is printed."""
    match = re.match(r"With (\w+) = (.*): ", sentence)
    if match is None or "the polynomial in" in match[2]:
        return None
    return match[1], sympy.sympify(
        match[2].replace("^", "**").replace(" + ", "+").replace(" - ", "-").replace(" ", "*")
    )
