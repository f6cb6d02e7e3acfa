"""Sentences say which landscape is meant: pairs, polynomials, boxes, slopes, layers; and so does the second checker."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tests import second
from tests.campaigns import campaigns_only
from tests.checker.read_back import exact, polynomial
from tests.checker.test_read_back import SINGLE, VALID, statement_of, with_number
from tests.corpus.forge import changed, load, seal, text
from verify.checker import Rejected, Verified, check
from verify.checker.core.exact import at_least, at_most, exactly, parse, reach, written
from verify.checker.core.reader import Field
from verify.checker.front.session import read
from verify.checker.statements.network import LAYERS

# What no number tells


OF_TEACHERS = [path for path in sorted(VALID.glob("*.json")) if '"two-neuron-teachers"' in path.read_text("utf-8")]
OF_PAIRS = [path for path in sorted(VALID.glob("manifest-*.json")) if path not in OF_TEACHERS]


@pytest.mark.parametrize("path", OF_PAIRS, ids=lambda path: path.stem)
def test_a_theorem_read_back_is_the_manifests(path: Path, tmp_path: Path) -> None:
    """Its pairs; and one more is not proved."""
    document = json.loads(path.read_bytes())
    said = read(path).statement.sentence()
    pairs = [[int(k), int(n)] for k, n in re.findall(r"\((\d+), (\d+)\)", said)]
    assert pairs == document["statement"]["pairs"]
    assert f"each of the {len(pairs)} pairs" in said
    assert ("every input dimension d >= k" in said) == (document["statement"]["input_dimension"] == "at_least_k")
    for part in document["witness"]["parts"]:
        shutil.copy(VALID / part["file"], tmp_path)
    document["statement"]["pairs"].append([k + 1 for k in max(pairs)])
    (tmp_path / "manifest.json").write_text(text(seal(document)), encoding="utf-8")
    assert not isinstance(check(tmp_path / "manifest.json"), Verified)


def test_there_are_theorems_of_pairs_and_one_of_teachers() -> None:
    assert {path.stem for path in OF_PAIRS} > {"manifest-strict", "manifest-erf"}
    of_teachers = [path.stem for path in OF_TEACHERS if path.stem.startswith("manifest-")]
    assert of_teachers == ["manifest-spurious-minima", "manifest-teachers"]


@pytest.mark.parametrize("path", OF_TEACHERS, ids=lambda path: path.stem)
def test_a_region_of_teachers_read_back_is_the_certificates(path: Path) -> None:
    landscape = json.loads(path.read_bytes())["statement"]["landscape"]
    said = read(path).statement.sentence()
    printed = re.findall(r"(ratio of their norms|angle between them) in ([\[(])([^,]+), ([^]]+)\]", said)
    assert [name for name, *_ in printed] == ["ratio of their norms", "angle between them"]
    for (_, bracket, *ends), member in zip(printed, ("ratios", "angles"), strict=True):
        assert [exact(end) for end in ends] == [exact(end) for end in landscape[member]]
        assert (bracket == "(") == (exact(ends[0]) == 0), "a ratio of 0 is none"


@pytest.mark.parametrize(
    ("member", "ends"), [("ratios", ["1/2", "41/64"]), ("ratios", ["31/64", "5/8"]), ("angles", ["3/2", "79/50"])]
)
def test_no_larger_region_of_teachers_follows_from_the_parts(member: str, ends: list[str], tmp_path: Path) -> None:
    document = load("valid/manifest-teachers.json")
    for part in document["witness"]["parts"]:
        shutil.copy(VALID / part["file"], tmp_path)
    document["statement"]["landscape"][member] = ends
    (tmp_path / "manifest.json").write_text(text(seal(document)), encoding="utf-8")
    verdict = check(tmp_path / "manifest.json")
    assert isinstance(verdict, Rejected)
    assert verdict.reason.startswith("no part proves the ratios in ")


@pytest.mark.parametrize("path", [path for path in SINGLE if path.stem.startswith(("sum-of", "global-minimum-of"))])
def test_a_polynomial_read_back_is_the_certificates(path: Path) -> None:
    document, statement = json.loads(path.read_bytes()), read(path).statement
    found = polynomial(statement.sentence())
    assert found is not None
    land = document["statement"]["landscape"]
    symbols = sympy.symbols(land["indeterminates"])
    terms = (
        sympy.Rational(coefficient) * sympy.prod(x**e for x, e in zip(symbols, exponents, strict=True))
        for exponents, coefficient in land["terms"]
    )
    assert sympy.expand(found[1] - sympy.Add(*terms)) == 0


def test_the_name_of_a_polynomial_is_no_indeterminate() -> None:
    document = load("valid/sum-of-squares.json")
    document["statement"]["landscape"]["indeterminates"] = ["p", "p0"]
    said = statement_of(document).sentence()
    assert said.startswith("With p1 = ")
    assert ": p1 is a sum of squares" in said


BOXES = [
    ([["-10", "10"]] * 2, ["-10", "10"], "|x_i| <= 10 for every i"),
    ([["-1/3", "1/3"]] * 2, ["-1/3", "1/3"], "|x_i| <= 1/3 for every i"),
    ([["0", "4"], ["1/4", "4"]], ["0", "4"], "0 <= x_1 <= 4 and 1/4 <= x_2 <= 4"),
    ([["1*2^-100", "1"]] * 2, ["1*2^-100", "1"], "1*2^-100 <= x_i <= 1 for every i"),
]


@pytest.mark.parametrize(("box", "first", "words"), BOXES)
def test_a_box_is_a_part_of_the_sentence(box: list[list[str]], first: list[str], words: str) -> None:
    document = load("valid/sdp-lower-in-a-box.json")
    document["statement"]["box"] = box
    said = statement_of(document).sentence()
    assert f"for every feasible x among those with {words}." in said
    assert statement_of(document).box[0] == tuple(map(exact, first))  # type: ignore[attr-defined]
    document["statement"].pop("box")
    assert "among" not in statement_of(document).sentence()


def test_a_long_bound_of_a_box_is_rounded_inwards() -> None:
    """The claim is about no more than the box."""
    document = load("valid/sdp-lower-in-a-box.json")
    third = f"{10**30 + 1}/{3 * 10**30}"
    document["statement"]["box"] = [["0", third], [f"-{third}", third]]
    said = statement_of(document).sentence()
    assert "0 <= x_1 <= 0.333333333333 and |x_2| <= 0.333333333333." in said


RANDOM = "is larger than {} with probability at most 0.01."


def test_the_distance_of_teachers_is_used_in_both_directions() -> None:
    """For every teacher within it; and few are farther off. A short one is printed as it is, a long one twice."""
    document = load("valid/nearby-teachers-k6.json")
    for distance, low, high in (
        ("100000999/1000000000000", "0.000100000999", "0.000100000999"),
        ("1/3", "0.333333", "0.333334"),
        ("2*2^-13", "0.000244140625", "0.000244140625"),
    ):
        said = statement_of(with_number(document, "statement.landscape.teacher.distance", exact(distance))).sentence()
        assert f"|G - I|_F <= {low}, the population" in said
        assert RANDOM.format(high) in said


def test_a_probability_near_1_is_not_rounded_to_1() -> None:
    document = load("valid/nearby-teachers-k6.json")
    path = "statement.random_teachers.0.fraction"
    said = statement_of(with_number(document, path, Fraction(99999999, 10**8))).sentence()
    assert "with probability at most 0.99999999." in said


@pytest.mark.parametrize("slope", ["1/3", "-1/7", "1*2^-80", "12345678901234567890123/98765432109876543210989"])
def test_which_function_is_meant_is_said_exactly(slope: str) -> None:
    """A rounded slope would name another network."""
    document = load("valid/leaky-relu-k2.json")
    document["statement"]["landscape"]["activation"] = {"leaky-relu": slope}
    said = statement_of(document)
    assert f"leaky ReLU (slope {slope})" in said.sentence()
    assert f"leaky ReLU (slope {slope})" in said.definition
    risk = load("valid/risk-tanh.json")
    risk["statement"]["landscape"]["layers"][0]["activation"] = {"leaky-relu": slope}
    risk["statement"]["landscape"]["loss"]["factor"] = slope.lstrip("-")
    said = statement_of(risk)
    assert f"piecewise-linear ({slope}, 1)" in said.sentence()
    assert f"factor {slope.lstrip('-')}" in said.sentence()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers.0.bias": False}, "biases in layer 2 alone"),
        ({"layers.0.activation": "relu"}, "(ReLU, biases)"),
        ({"layers.1.activation": "sigmoid"}, "(tanh, output sigmoid, biases)"),
    ],
)
def test_the_layers_are_told_apart(changes: dict[str, object], words: str) -> None:
    document = load("valid/risk-value.json")
    document = changed(document, {f"statement.landscape.{place}": value for place, value in changes.items()})
    if "layers.0.bias" in changes:
        document["statement"]["point"][0] = document["statement"]["point"][0][:-2]
    assert words in statement_of(document).sentence()


def test_activations_are_listed_layer_by_layer() -> None:
    layer = {"width": 2, "activation": "tanh", "bias": False, "residual": True}
    layers = [layer, {**layer, "activation": "relu"}, {**layer, "residual": False}, layer]
    said = LAYERS.read(Field("layers", layers), {"inputs": ((0, 0),)}).describe()
    assert said == (
        "fully connected network 2-2-2-2-2 "
        "(tanh/ReLU/tanh, output tanh, no biases, residual connections in layers 1, 2, 4 alone)"
    )


@pytest.mark.parametrize("exponent", [300, 1200])
def test_numbers_of_any_size_are_printed_to_their_side(exponent: int) -> None:
    for number in (Fraction(10**20, 3 * 10**exponent), Fraction(10**exponent, 3), Fraction(-1, 3 * 10**exponent)):
        assert Fraction(at_least(number)) < number < Fraction(at_most(number))
        assert number < Fraction(reach(number))
        assert exactly(number) is None
    assert Fraction(at_least(Fraction(0))) == 0 == Fraction(at_most(Fraction(0)))


@given(st.fractions(), st.integers(-4000, 4000))
def test_a_number_is_written_as_it_is(number: Fraction, exponent: int) -> None:
    scaled = number.numerator * Fraction(2) ** exponent
    assert parse(written(scaled)) == scaled
    assert parse(written(number)) == number
    exact_text = exactly(number)
    assert exact_text is None or Fraction(exact_text) == number


# The second checker says the same


def is_quick(path: Path) -> bool:
    return path.stem not in ("family-one-neuron-more", "family-type-a") and path.parent.name != "safran-shamir-2018"


@pytest.mark.parametrize(
    "path",
    campaigns_only(SINGLE, unless=set(filter(is_quick, SINGLE[::4])).__contains__),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_second_checkers_numbers_are_the_certificates_own(path: Path) -> None:
    """Exact ones, or the decimal beside a long one; so whatever it prints is claimed, or a size."""
    result = second.check(str(path))
    if result.reason == "rule not supported":
        return
    said = re.sub(r"SHA-256 \w+|\S+\.dat-s", "", result.reason)
    claimed = list(leaves(json.loads(path.read_bytes())["statement"]))
    own = {"1/3"} | set(map(str, claimed))
    printed = re.findall(r"-?\d+/\d+", said)
    family = "every k" in said
    assert printed or "/" not in said
    assert family or set(printed) <= own | {f"-{number}" for number in own}
    for decimal in map(Fraction, re.findall(r"-?\d+\.\d+(?:e-?\d+)?", said)):
        assert min(abs(decimal - number) for number in claimed) <= abs(decimal) / 10**11


def leaves(node: object) -> Iterator[Fraction]:
    if isinstance(node, dict):
        for child in node.values():
            yield from leaves(child)
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, str) and re.fullmatch(r"-?\d+(/\d+|\*2\^-?\d+)?", node):
        yield exact(node)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("risk-logistic-fixed", ("factor 1/4", "weight decay 1/5, of biases 0", "2 of its parameters fixed")),
        ("risk-value", ("factor 1/2", "2 layers with biases")),
        ("risk-saddle", ("in each entry", "one Hessian eigenvalue <=", "and one >=")),
        ("sdp-lower-in-a-box", ("among the x with 0 <= x_1 <= 4 and 1/4 <= x_2 <= 4",)),
        ("sdp-lower-equality", ("of X zero",)),
        ("quadratic-global", ("n = ", "d = ", "k = ")),
    ],
)
def test_the_second_checker_names_what_the_landscape_is_made_of(name: str, words: tuple[str, ...]) -> None:
    said = second.check(str(VALID / f"{name}.json")).reason
    for word in words:
        assert word in said
