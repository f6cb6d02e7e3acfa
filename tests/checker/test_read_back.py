"""Printed sentences follow from what was proved, number by number and direction by direction.

Each sentence is read back into a certificate, which the checker must verify. With a number as tight as the checker
verifies it, the sentence as it is printed is verified still, and with the number rounded the other way it is not.
"""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import verify.checker.front.manifest
import verify.checker.statements
from tests.campaigns import campaign, sampled
from tests.checker.read_back import KINDS, as_printed, exact, numbers, put, value_at
from tests.corpus.forge import CORPUS, Document, load, seal
from verify.checker import Verified
from verify.checker.core.reader import Field, NotACertificate
from verify.checker.core.statement import Statement
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove, read

VALID = CORPUS / "valid"
CERTIFICATES = CORPUS.parents[1] / "certificates"
CHEAP = ("auer-1995", "ding-2019", "du-lee-2018", "kawaguchi-2016", "other-activations", "swirszcz-2016", "yun-2019")
COMMITTED = [path for folder in CHEAP for path in sorted((CERTIFICATES / folder).glob("*.json"))]
COMMITTED += [
    path for pair in ("k06-n06", "k07-n07", "k08-n09") for path in sorted(CERTIFICATES.glob(f"*/{pair}.json"))
]
ALL = [*sorted(VALID.glob("*.json")), *COMMITTED]
SINGLE = [path for path in ALL if "manifest" not in json.loads(path.read_bytes())["format"]]


def verdict_on(document: Document, folder: Path = VALID) -> object:
    """Of the checker, on a document whose digest is repaired."""
    certificate = Certificate.read(Field("", seal(document)))
    data = document["statement"]["landscape"].get("data")
    content = b"" if data is None else (folder / data["file"]).read_bytes()
    return prove(certificate, data=content)


def is_verified(document: Document) -> bool:
    """False also where the document is malformed: beyond what may be claimed."""
    try:
        return isinstance(verdict_on(document), Verified)
    except NotACertificate:
        return False


def statement_of(document: Document) -> Statement:
    return Certificate.read(Field("", seal(document))).statement


def concrete() -> set[str]:
    """Every class of statements that has a sentence of its own."""
    for module in pkgutil.iter_modules(verify.checker.statements.__path__):
        importlib.import_module(f"verify.checker.statements.{module.name}")
    found, level = set(), [Statement]
    while level:
        level = [child for parent in level for child in parent.__subclasses__()]
        found |= set(level)
    abstract = {
        "AboutFeatures",
        "AboutEveryDimension",
        "AboutLandscape",
        "CoverStatement",
        "CriticalPoint",
        "MinimumWithin",
        "QuadraticStatement",
        "ResidualStatement",
        "SemidefiniteStatement",
        "WiderNetworks",
    }
    return {kind.__name__ for kind in found if kind.__module__.startswith("verify.checker.")} - abstract


def test_every_kind_of_statement_is_read_back() -> None:
    assert set(KINDS) == concrete()
    assert {type(read(path).statement).__name__ for path in ALL} == concrete()


@pytest.mark.parametrize("path", sampled(SINGLE, every=3), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sentence_read_back_is_verified(path: Path) -> None:
    document = json.loads(path.read_bytes())
    statement = read(path).statement
    printed = as_printed(document, statement)
    assert isinstance(verdict := verdict_on(printed, path.parent), Verified), (statement.sentence(), verdict)


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_number_of_a_sentence_is_left_unread(path: Path) -> None:
    """Whatever has a point or an exponent is a claim or says which landscape is meant."""
    document, statement = json.loads(path.read_bytes()), read(path).statement
    printed = re.findall(
        r"(?<![\w.^-])-?\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)", re.sub(r"SHA-256 \w+", "", statement.sentence())
    )
    found = [word for _, _, word in numbers(document, statement)]
    if "data" in document["statement"]["landscape"] or "polynomial" in document["statement"]["landscape"]["kind"]:
        return  # of boxes and polynomials there are tests of their own
    assert set(printed) <= set(found)


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sentence_names_what_the_landscape_is_made_of(path: Path) -> None:
    document, statement = json.loads(path.read_bytes()), read(path).statement
    land, said = document["statement"]["landscape"], statement.sentence()
    names = {place: number for place, number, _ in numbers(document, statement)}
    for place, member in (("loss.factor", land.get("loss")), ("activation.leaky-relu", land.get("activation"))):
        if isinstance(member, dict) and place.rpartition(".")[2] in member:
            number = exact(value_at(document, f"statement.landscape.{place}"))
            assert names.get(f"statement.landscape.{place}", Fraction(0)) == number
    decay = land.get("weight_decay", {})
    if isinstance(decay, dict):
        for kind, number in decay.items():
            assert names.get(f"statement.landscape.weight_decay.{kind}", Fraction(0)) == exact(number)
    else:
        assert names.get("statement.landscape.weight_decay", Fraction(0)) == exact(decay)
    assert ("fixed at given values" in said) == bool(land.get("fixed"))
    if land["kind"] == "network-features":
        bare = [layer for layer in land["layers"] if layer.get("biases") == "none"]
        assert said.count("no biases") + said.count("without biases") == len(bare)
    elif isinstance(land.get("layers"), list):
        biases = [layer["bias"] for layer in land["layers"]]
        assert ("no biases" in said or "without biases" in said) == (not any(biases))
        assert ("residual" in said) == any(layer["residual"] for layer in land["layers"])
    if "perturbation" in land:
        assert ("a perturbation C" in said) == any(exact(entry) for row in land["perturbation"] for entry in row)


# Tight claims

TIGHT = [
    ("global-minimum-k2", "region.radius", -1),
    ("global-minimum-k2", "value.0", 1),
    ("type-ii-k6", "value.1", -1),
    ("type-ii-k6", "hessian_lower_bound", 1),
    ("saddle-antiparallel-k2", "region.radius", -1),
    ("saddle-antiparallel-k2", "value.0", 1),
    ("saddle-antiparallel-k2", "value.1", -1),
    ("saddle-antiparallel-k2", "negative_curvature", -1),
    ("saddle-antiparallel-k2", "positive_curvature", 1),
    ("risk-tanh", "region.radius", -1),
    ("risk-tanh", "value.0", 1),
    ("risk-tanh", "value.1", -1),
    ("risk-tanh", "hessian_lower_bound", 1),
    ("risk-saddle", "negative_curvature", -1),
    ("risk-every-width", "region.radius", -1),
    ("risk-every-width", "value.0", 1),
    ("risk-every-width", "value.1", -1),
    ("all-widths-gelu", "region.radius", -1),
    ("all-widths-gelu", "value.0", 1),
    ("all-widths-gelu", "value.1", -1),
    ("risk-value", "value.0", 1),
    ("risk-value", "value.1", -1),
    ("risk-no-critical-point", "region.radius", 1),
    ("risk-no-local-minimum", "region.radius", 1),
    ("flat-off", "region.radius", 1),
    ("basin-kinks", "region.radius", -1),
    ("basin-kinks", "value.0", 1),
    ("basin-kinks", "value.1", -1),
    ("nearby-teachers-k6", "region.radius", -1),
    ("nearby-teachers-k6", "loss_lower_bound", 1),
    ("nearby-teachers-k6", "hessian_lower_bound", 1),
    ("nearby-teachers-k6", "random_teachers.0.input_dimension.at_least", -1),
    ("nearby-teachers-k6", "random_teachers.0.fraction", -1),
    ("symmetric-type-ii", "points.0.radius", -1),
    ("symmetric-type-ii", "points.0.value.0", 1),
    ("symmetric-type-ii", "points.0.value.1", -1),
    ("symmetric-one-neuron-more", "points.0.hessian_lower_bound", 1),
    ("global-minimum-of-a-polynomial", "value.1", -1),
    ("global-minimum-of-a-polynomial", "value.0", 1),
    ("sdp-lower-exact", "bound", 1),
    ("sdp-lower-in-a-box", "bound", 1),
    ("sdp-upper-exact", "bound", -1),
    ("quadratic-global", "value.0", 1),
    ("quadratic-global", "value.1", -1),
    ("quadratic-saddle", "negative_curvature", -1),
    ("quadratic-spurious", "region.radius", -1),
    ("quadratic-spurious", "value.0", 1),
    ("quadratic-spurious", "value.1", -1),
    ("quadratic-spurious", "hessian_lower_bound", 1),
    ("above-even", "loss", 1),
    ("run-rotation", "value.1", -1),
    ("run-converges", "rate", -1),
    ("descent-hidden-layer", "value.0", 1),
    ("descent-hidden-layer", "end.distance", -1),
    ("descent-hidden-layer", "rate", -1),
    ("above-odd", "loss", 1),
    ("identity-symmetric-two-layers", "rate", 1),
    ("identity-symmetric-two-layers", "accuracy.error", -1),
]


def with_number(document: Document, path: str, number: Fraction) -> Document:
    result = copy.deepcopy(document)
    put(result, path, number)
    return result


def tight(document: Document, path: str, sign: int) -> Fraction:
    """About the strongest number of a place that the checker verifies: to 10 digits, from the document's own on."""

    def holds(number: Fraction) -> bool:
        return is_verified(with_number(document, path, number))

    start = exact(value_at(document, path))
    whole = isinstance(value_at(document, path), int) or path.endswith("at_least")
    step = sign * (abs(start) / 64 or Fraction(1, 10**12))
    good = start
    while holds(good + step):
        good, step = good + step, 2 * step
        assert abs(step) < 10**30, "there is no end"
    bad = good + step
    for _ in range(160):
        if abs(bad - good) <= max(abs(good) / 10**14, Fraction(int(whole))):
            break
        middle = (good + bad) / 2
        middle = Fraction(round(middle) if whole else f"{float(middle):.16e}")
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    simple = good.limit_denominator(10**6)  # the limit itself, where it is reached
    return simple if (simple - good) * sign > 0 and holds(simple) else good


def other_way(printed: str, sign: int) -> Fraction:
    """One unit of the last printed digit farther on, to the strong side."""
    decimal = Decimal(printed)
    return Fraction(decimal + sign * Decimal((0, (1,), decimal.as_tuple().exponent)))


@pytest.mark.parametrize(
    ("name", "place", "sign"),
    [pytest.param(*case, marks=campaign if index % 4 else ()) for index, case in enumerate(TIGHT)],
)
def test_a_tight_claim_is_printed_to_the_side_on_which_it_is_true(name: str, place: str, sign: int) -> None:
    path = f"statement.{place}"
    document = load(f"valid/{name}.json")
    claim = with_number(document, path, tight(document, path, sign))
    statement = statement_of(claim)
    [printed, *_] = [word for where, _, word in numbers(claim, statement) if where == path]
    number, claimed = Fraction(printed), exact(value_at(claim, path))
    assert (claimed - number) * sign >= 0
    alone = with_number(claim, path, number)
    assert is_verified(alone)
    if number != claimed:  # else it is printed as it is
        assert not is_verified(with_number(claim, path, other_way(printed, sign)))


@pytest.mark.parametrize(("name", "sign"), [("loss", 1), ("smallest_eigenvalue", 1)])
def test_the_bounds_of_a_family_are_not_verified_much_tighter(name: str, sign: int) -> None:
    path = f"statement.bounds.0.{name}.0"
    document = load("valid/family-type-a.json")
    assert not is_verified(with_number(document, path, exact(value_at(document, path)) * (1 + sign * Fraction(1, 50))))
