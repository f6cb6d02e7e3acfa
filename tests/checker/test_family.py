"""Rule `family`: each part is asked for each hypothesis, and each hypothesis refuses what breaks it alone.

The corpus has forged files for what a file can say; here the numbers that the rule computes are replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib import import_module
from itertools import permutations, product
from math import ceil, floor, inf, nan

import pytest
from flint import arb, arb_mat, ctx

from tests.corpus.forge import CORPUS
from verify.checker.core.balls import ball
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read
from verify.checker.losses.loss import Block
from verify.checker.statements.family import Family, FamilyWitness
from verify.checker.theorems.family import family
from verify.checker.theorems.family_part import Part, branch_boxes, instance_part, piece_part

rule = import_module("verify.checker.theorems.family")
PARTS = [0, 1, 2, 9, 13]
"""Both instances, and the first, a middle and the last piece."""
HYPOTHESES = ["_prove_smooth", "_prove_critical_point", "_prove_eigenvalues", "_prove_loss"]


@pytest.fixture(autouse=True)
def precision() -> Iterator[None]:
    with ctx.workprec(256):
        yield


@cache
def certificate() -> tuple[Family, FamilyWitness]:
    found = read(CORPUS / "valid" / "family-type-a.json")
    assert isinstance(found, Certificate)
    assert isinstance(found.statement, Family)
    assert isinstance(found.witness, FamilyWitness)
    return found.statement, found.witness


@cache
def parts() -> list[Part]:
    statement, witness = certificate()
    boxes = branch_boxes(witness, statement)
    instances = [instance_part(instance, statement) for instance in witness.instances]
    return instances + [piece_part(piece, boxes) for piece in witness.pieces]


def changed(part: Part, **numbers: object) -> Part:
    """A part with some of its computed numbers replaced."""
    result = replace(part)
    kept = ("blocks", "input_dimension_blocks", "loss")
    result.__dict__.update({name: getattr(part, name) for name in kept} | numbers)
    return result


def with_eigenvalues(part: Part, least: list[arb]) -> Part:
    """A part with other blocks: diagonal ones, with these smallest eigenvalues."""
    forms = [
        Block(block.name, arb_mat([[number + 1, 0], [0, number]]), arb_mat([[1, 0], [0, 1]]))
        for block, number in zip(part.blocks + part.input_dimension_blocks, least, strict=True)
    ]
    return changed(part, blocks=forms[:4], input_dimension_blocks=forms[4:])


def exactly(number: Fraction) -> arb:
    return arb(number.numerator) / number.denominator


def claimed(part: Part, what: str) -> tuple[arb, arb]:
    """The bounds of the loss or of the smallest eigenvalue that hold for all k of a part."""
    pairs = [getattr(entry, what) for entry in part.bounds]
    return exactly(max(low for low, _ in pairs)), exactly(min(high for _, high in pairs))


def test_each_part_is_asked_for_each_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    statement, witness = certificate()
    asked: list[tuple[str, str]] = []
    for name in HYPOTHESES:
        monkeypatch.setattr(rule, name, lambda part, name=name: asked.append((part.name, name)))
    family(Task(statement, witness))
    assert asked == [(part.name, name) for part in parts() for name in HYPOTHESES]
    assert len(parts()) == 14


def test_a_piece_has_the_bounds_of_every_k_in_it() -> None:
    statement, witness = certificate()
    for piece, part in zip(witness.pieces, parts()[2:], strict=True):
        least, most = ceil(1 / piece.end**2), floor(1 / piece.start**2) if piece.start else 10**6
        assert part.bounds == [
            entry for entry in statement.bounds if entry.first <= most and least <= (entry.last or inf)
        ]
        assert part.bounds


def test_a_piece_between_two_k_is_asked_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """From s = 0.201 to 0.202, 1 / s^2 goes from 24.8 to 24.5. Were it asked, it would fail."""
    statement, witness = certificate()
    bounds = tuple(entry for entry in statement.bounds if entry.first >= 25)
    piece = replace(witness.pieces[0], start=Fraction(201, 1000), end=Fraction(202, 1000))
    part = piece_part(piece, branch_boxes(witness, replace(statement, bounds=bounds)))
    assert part.bounds == []
    monkeypatch.setattr(rule, "_prove_cover", lambda task: None)
    monkeypatch.setattr(rule, "piece_part", lambda piece, boxes: part)
    family(Task(statement, replace(witness, instances=())))


@pytest.mark.parametrize(
    ("instances", "covered"),
    [
        ((23, 24), True),
        ((23, 24, 25), True),
        ((23, 24, 26, 40), True),
        ((23,), False),
        ((24,), False),
        ((23, 25), False),
    ],
)
def test_each_k_is_an_instance_or_within_the_pieces(instances: tuple[int, ...], covered: bool) -> None:
    """The pieces reach from s = 0 to 1/5: every k >= 25. An instance more does no harm."""
    statement, witness = certificate()
    named = tuple(replace(witness.instances[0], k=k) for k in instances)
    task = Task(statement, replace(witness, instances=named))
    if covered:
        rule._prove_cover(task)
        return
    with pytest.raises(Refuted, match="is no instance, and the pieces reach down to k = 25"):
        rule._prove_cover(task)


def test_the_first_k_of_the_pieces_is_rounded_up() -> None:
    """s = 2/11 is k = 30.25, so that k = 30 has to be an instance and k = 31 need not."""
    statement, witness = certificate()
    end = Fraction(2, 11)
    piece = replace(witness.pieces[0], start=Fraction(0), end=end)

    def task(last: int) -> Task:  # type: ignore[type-arg]
        instances = tuple(replace(witness.instances[0], k=k) for k in range(statement.least, last + 1))
        return Task(statement, replace(witness, instances=instances, pieces=(piece,), end=end), inf)

    rule._prove_cover(good := task(30))
    assert good.met[-1].measured == "instances k = 23 to 30, pieces from k = 31 on"
    with pytest.raises(Refuted, match="k = 30 is no instance, and the pieces reach down to k = 31"):
        rule._prove_cover(task(29))


@pytest.mark.parametrize("index", PARTS)
@pytest.mark.parametrize("block", range(6))
def test_each_block_has_to_be_at_least_the_bound(index: int, block: int) -> None:
    """Of the Hessian four, of the matrix M two."""
    part = parts()[index]
    rule._prove_eigenvalues(part)
    low, high = claimed(part, "eigenvalue")
    least = [low + (high - low) / 2] * 6
    rule._prove_eigenvalues(with_eigenvalues(part, least))
    name = (part.blocks + part.input_dimension_blocks)[block].name
    for number, error in ((low - 1e-9, Refuted), (low, Open), (low + arb(0, 1e-9), Open), (arb(nan), Open)):
        least[block] = number
        with pytest.raises((Refuted, Open), match=f"the {name} is not >= ") as raised:
            rule._prove_eigenvalues(with_eigenvalues(part, least))
        assert raised.type is error
        assert part.name in str(raised.value)


@pytest.mark.parametrize("index", PARTS)
def test_some_block_of_the_hessian_has_to_fall_below_the_upper_bound(index: int) -> None:
    part = parts()[index]
    low, high = claimed(part, "eigenvalue")
    below = low + (high - low) / 2
    for block in range(4):
        rule._prove_eigenvalues(with_eigenvalues(part, [below if i == block else high + 1 for i in range(6)]))
    for least, error in (
        ([high + 1] * 4, Refuted),
        ([high + 1] * 3 + [high], Open),
        ([high + 1] * 3 + [high + arb(0, 1e-9)], Open),
    ):
        with pytest.raises((Refuted, Open), match="not below") as raised:
            rule._prove_eigenvalues(with_eigenvalues(part, [*least, below, below]))
        assert raised.type is error
        assert part.name in str(raised.value)


@pytest.mark.parametrize("index", PARTS)
def test_the_loss_has_to_be_within_all_bounds_of_the_part(index: int) -> None:
    part = parts()[index]
    rule._prove_loss(part)
    low, high = claimed(part, "loss")
    rule._prove_loss(changed(part, loss=low))
    rule._prove_loss(changed(part, loss=high))
    for loss, error in (
        (low - 1e-9, Refuted),
        (high + 1e-9, Refuted),
        (low + arb(0, 1e-9), Open),
        (high + arb(0, 1e-9), Open),
        (arb(nan), Open),
        (arb(0, inf), Open),
    ):
        with pytest.raises((Refuted, Open)) as raised:
            rule._prove_loss(changed(part, loss=loss))
        assert raised.type is error
        assert part.name in str(raised.value)


@pytest.mark.parametrize("index", PARTS)
@pytest.mark.parametrize("value", [0, 1])
def test_each_value_has_to_pass_krawczyk_s_test(index: int, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    part = parts()[index]
    radii, identity = part.boxes.radii, arb_mat([[1, 0], [0, 1]])

    def answer(step: arb, product: arb_mat = identity) -> None:
        steps = [step if i == value else arb(0) for i in range(2)]
        monkeypatch.setattr(rule, "critical_point_step", lambda part: (steps, product))
        rule._prove_critical_point(part)

    def off(i: int, j: int, by: arb) -> arb_mat:
        rows = identity.tolist()
        rows[i][j] += by
        return arb_mat(rows)

    answer(radii[value] * 0.99)
    answer(-radii[value] * 0.99)
    with pytest.raises((Refuted, Open), match="no critical point"):
        answer(radii[value])
    for sign in (1, -1):
        with pytest.raises(Refuted, match="there is no critical point in the box"):
            answer(sign * radii[value] * 1.01)
    with pytest.raises(Open):
        answer(arb(nan))
    other = 1 - value
    for place, scale in ((value, 1), (other, radii[value] / radii[other])):
        for sign in (1, -1):
            answer(arb(0), off(value, place, sign * scale * 0.99))
            with pytest.raises(Open, match=f"value {value}: Newton step"):
                answer(arb(0), off(value, place, sign * scale * 1.01))
            answer(radii[value] * 0.5, off(value, place, sign * scale * 0.49))
            with pytest.raises(Open):
                answer(radii[value] * 0.5, off(value, place, sign * scale * 0.51))
            with pytest.raises(Open):
                answer(radii[value] * 1.4, off(value, place, sign * scale * 0.5))


@pytest.mark.parametrize("index", PARTS)
@pytest.mark.parametrize("answer", [0, -1, None])
def test_the_square_of_each_neuron_s_norm_has_to_be_positive(
    index: int, answer: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule._prove_smooth(parts()[index])
    monkeypatch.setattr(rule, "sign", lambda number: answer)
    with pytest.raises(Open, match="perhaps a student neuron of class 0 vanishes"):
        rule._prove_smooth(parts()[index])


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_matching_is_found_where_there_is_one(size: int) -> None:
    for entries in product((False, True), repeat=size * size):
        pattern = [list(entries[row * size : (row + 1) * size]) for row in range(size)]
        one = any(all(pattern[row][column] for row, column in enumerate(order)) for order in permutations(range(size)))
        assert rule._has_matching(pattern) is one


def test_a_matching_is_sought_in_little_time() -> None:
    """Three rows that fit one column only, after rows that fit all: backtracking would take 13!/3! steps."""
    assert not rule._has_matching([[True] * 13] * 10 + [[True] + [False] * 12] * 3)


@pytest.mark.parametrize("radius", [Fraction(1, 100), Fraction(1, 10**4)])
def test_the_loss_of_a_part_is_that_of_every_student_in_the_box(radius: Fraction) -> None:
    """At its corners; around a critical point, where the loss changes by the second derivatives alone."""
    statement, witness = certificate()
    instance = witness.instances[0]
    boxes = instance_part(replace(instance, radii=(radius,) * len(instance.radii)), statement).boxes
    assert isinstance(boxes.loss, arb)
    at_center = boxes.at_center.value()
    for signs in product((-1, 1), repeat=len(instance.values)):
        corner = [ball(value + sign * radius) for value, sign in zip(instance.values, signs, strict=True)]
        value = statement.type.student(boxes.m, corner).value()
        value = value * boxes.k if statement.loss_power else value
        assert boxes.loss.contains(value)
        assert not value.overlaps(at_center * boxes.k if statement.loss_power else at_center)
