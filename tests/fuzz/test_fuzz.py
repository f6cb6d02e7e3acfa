"""Certificates written by an enemy: nothing false is verified, nothing crashes, hangs or opens another file.

A long run: python -m tests.fuzz --count 1000000 --seed 7
"""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from tests.fuzz import programs
from tests.fuzz.campaign import CORPUS, Campaign, originals
from tests.fuzz.engine import HOSTILE, get, mutate, paths, repair, write
from tests.fuzz.truth import falsehood, family_falsehood, symmetric_falsehood
from tests.fuzz.truth_nearby import nearby_falsehood
from verify.checker import Malformed, Rejected, Verified, check
from verify.checker.front.session import read
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.family import Family
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers, RandomTeachers
from verify.checker.statements.symmetric import SymmetricPoints


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return Campaign(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize(("count", "seed"), [(300, 7), pytest.param(20_000, 20_180_727, marks=pytest.mark.campaign)])
def test_mutations(campaign: Campaign, count: int, seed: int) -> None:
    tally = campaign.run(count, seed)
    assert sum(tally.values()) == count
    # The engine is worth its time only if mutants get past the reader, and some are still true.
    assert min(tally[name] for name in ("Verified", "Rejected", "Undecided", "Malformed")) > count / 400


@pytest.mark.parametrize("count", [150, pytest.param(1_500, marks=pytest.mark.campaign)])
def test_the_tiers_of_trust_never_contradict_each_other(count: int, tmp_path: Path) -> None:
    """One may decide what the other leaves undecided."""
    random, path, decided = Random(4), tmp_path / "mutant.json", 0
    for part in CORPUS.glob("*.json"):
        shutil.copy(part, tmp_path)
    for _ in range(count):
        path.write_bytes(mutate(random, originals())[1])
        by_balls, by_floats = (check(path, time_limit=10, trust=trust) for trust in ("arb", "float64"))
        assert isinstance(by_balls, Malformed) is isinstance(by_floats, Malformed)
        assert not {type(by_balls), type(by_floats)} >= {Verified, Rejected}, path.read_bytes()
        for verdict in (by_balls, by_floats):
            assert "internal error" not in getattr(verdict, "reason", "")
        decided += isinstance(by_floats, Verified | Rejected)
    assert decided > count / 30


@pytest.mark.parametrize(("count", "seed"), [(15, 2), pytest.param(300, 6, marks=pytest.mark.campaign)])
def test_mutations_of_statements_for_every_k(campaign: Campaign, count: int, seed: int) -> None:
    tally = campaign.run(count, seed, chosen=originals(families=True))
    assert sum(tally.values()) == count
    assert min(tally[name] for name in ("Rejected", "Undecided", "Malformed")) > count / 60


def test_bounds_of_random_programs() -> None:
    """The values are known by construction. More: python -m tests.fuzz.programs --count 1500 --seed 7"""
    tally = programs.run(40, seed=1)
    assert tally["optimum: lower and upper"] > 3 and tally["infeasible: infeasible"] > 1


json_trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(HOSTILE)),
    lambda children: st.one_of(
        st.lists(children, max_size=4), st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), tree=json_trees)
def test_any_json_in_any_place(campaign: Campaign, data: st.DataObject, tree: object) -> None:
    original = data.draw(st.sampled_from(originals()))
    document = json.loads(write(original))
    path = data.draw(st.sampled_from(paths(document)))
    get(document, path[:-1])[path[-1]] = tree
    repair(document)
    campaign.judge(original, json.dumps(document).encode())


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300))
def test_any_bytes(campaign: Campaign, content: bytes) -> None:
    assert campaign.judge(None, content) == "Malformed"


def test_every_mutation_changes_the_bytes() -> None:
    random = Random(0)
    for _ in range(500):
        original, content = mutate(random, originals())
        assert content != write(original)


def test_the_judge_knows_truth_from_falsehood() -> None:
    from dataclasses import replace

    verdict = check(CORPUS / "type-ii-k6.json")
    assert isinstance(verdict, Verified)
    statement = verdict.statement
    assert isinstance(statement, CriticalPoint)
    assert falsehood(statement) is None
    low, high = statement.value
    assert falsehood(replace(statement, value=(low + 1, high + 1))) is not None
    assert falsehood(replace(statement, hessian_lower_bound=2 * statement.hessian_lower_bound)) is not None
    moved = tuple(tuple(entry + statement.radius * 100 for entry in row) for row in statement.center)
    assert falsehood(replace(statement, center=moved)) is not None


@pytest.mark.campaign
def test_the_judge_knows_what_is_false_of_programs_matrices_and_polynomials() -> None:
    from dataclasses import replace
    from fractions import Fraction

    from tests.fuzz.truth_sdp import Global
    from tests.fuzz.truth_sdp import falsehood_of_a_global_statement as false
    from verify.checker.front.session import read

    def statement(name: str) -> object:
        return read(CORPUS / f"{name}.json").statement

    names = [path.stem for path in CORPUS.glob("*.json") if isinstance(read(path).statement, Global)]
    assert len(names) > 25
    assert [name for name in names if false(statement(name), CORPUS) is not None] == []
    third = Fraction(1, 3)
    wrong = [
        replace(statement("sdp-lower-exact"), bound=2 + third),
        replace(statement("sdp-lower-equality"), bound=2 + third),
        replace(statement("sdp-lower-in-a-box"), bound=2 + third),
        replace(statement("sdp-upper-exact"), bound=2 - third),
        replace(statement("sdp-no-x"), landscape=statement("sdp-lower-exact").landscape),
        replace(statement("sdp-no-y"), landscape=statement("sdp-lower-exact").landscape),
        replace(statement("global-minimum-of-a-polynomial"), value=(2 * third, 2 * third)),
        replace(statement("global-minimum-of-a-polynomial"), value=(Fraction(0), third / 2)),
    ]
    wrong += [
        replace(statement("quadratic-global"), value=(third, third)),
        replace(statement("quadratic-global-decay"), value=(Fraction(0), third)),
        replace(statement("quadratic-saddle"), curvature=Fraction(-3)),
        replace(statement("quadratic-saddle"), point=((Fraction(1),),)),
        replace(statement("quadratic-spurious"), value=(third / 100, third / 99)),
        replace(statement("quadratic-spurious"), hessian_lower_bound=Fraction(9)),
        replace(statement("quadratic-spurious"), center=((third, third, third),)),
    ]
    matrix = statement("matrix-singular")
    wrong.append(replace(matrix, landscape=replace(matrix.landscape, rows=((third,), (third, third / 2)))))
    assert [false(one, CORPUS) for one in wrong if false(one, CORPUS) is None] == []


@pytest.mark.campaign
def test_the_judge_knows_what_is_false_of_convex_risks_fits_and_descent() -> None:
    from dataclasses import replace

    def moved(rows: tuple[tuple[Fraction, ...], ...]) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(tuple(entry + Fraction(1, 100) for entry in row) for row in rows)

    def statements(*start: str) -> list[Any]:
        return [read(path).statement for path in sorted(CORPUS.glob("*.json")) if path.stem.startswith(start)]

    wrong: list[Any] = []
    for fit in statements("zero-loss-"):
        assert falsehood(fit) is None
        wrong += [
            replace(fit, dimension=fit.dimension + 1),
            replace(fit, center=moved(fit.center)),
            replace(fit, center=((Fraction(0),) * len(fit.center[0]),), radius=Fraction(1, 2000)),
            replace(fit, landscape=replace(fit.landscape, weight_decay=Fraction(1, 10))),
        ]
    for convex in statements("convex-last", "convex-logistic"):
        assert falsehood(convex) is None
        low, high = convex.value
        wrong += [
            replace(convex, value=(low + 1, high + 1)),
            replace(convex, center=moved(convex.center)),
            replace(convex, landscape=replace(convex.landscape, weight_decay=Fraction(-9))),
        ]
    for run in statements("descent-"):
        assert falsehood(run) is None
        if not run.steps:
            continue  # the run that is followed says nothing of what is changed below
        low, high = run.value
        wrong += [
            replace(run, value=(2 * low, 2 * high)),
            replace(run, value=(low / 2, high / 2)),
            replace(run, rate=run.rate / 2),
            replace(run, step=run.step / 2),
            replace(run, end=(moved(run.start), Fraction(1, 1000))),
        ]
    for near in statements("nearby-descent-"):
        assert falsehood(near) is None
        wrong += [
            replace(near, decrease=near.decrease * 300),
            replace(near, within=near.radius / 2),
            replace(near, step=near.step * 400),
            replace(near, center=moved(near.center)),
        ]
    for wide in statements("all-widths-"):
        assert falsehood(wide) is None
        low, high = wide.value
        wrong += [replace(wide, value=(low + 1, high + 1)), replace(wide, center=moved(wide.center))]
    for flat in statements("flat-saddle-"):
        assert falsehood(flat) is None
        low, high = flat.value
        wrong += [
            replace(flat, value=(low + 1, high + 1)),
            replace(flat, center=moved(flat.center), radius=Fraction(1, 10_000)),
            replace(flat, negative_curvature=flat.negative_curvature * 100),
            replace(flat, flat_directions=len(flat.center[0])),
        ]
    for near in statements("near-l", "near-narrow", "near-softmax"):
        assert falsehood(near) is None
        low, high = near.value
        wrong.append(replace(near, value=(low + 1, high + 1)))
    assert len(wrong) == 49
    assert [one for one in wrong if falsehood(one) is None] == []


@pytest.mark.parametrize(("name", "power"), [("family-type-a", 1), ("family-one-neuron-more", 0)])
def test_the_judge_knows_families(name: str, power: int) -> None:
    from dataclasses import replace

    verdict = check(CORPUS / f"{name}.json")
    assert isinstance(verdict, Verified)
    statement = verdict.statement
    assert isinstance(statement, Family)
    assert family_falsehood(statement) is None
    assert family_falsehood(replace(statement, loss_power=power)) is not None
    first, *others = statement.bounds
    low, high = first.eigenvalue
    higher = replace(first, eigenvalue=(low + 1, high + 1))
    assert family_falsehood(replace(statement, bounds=(higher, *others))) is not None


def test_the_judge_knows_nearly_orthonormal_teachers() -> None:
    from dataclasses import replace

    for path in CORPUS.glob("nearby-teachers-*.json"):
        statement = read(path).statement
        assert isinstance(statement, NearlyOrthonormalTeachers)
        assert nearby_falsehood(statement) is None
        k = statement.teachers
        false = [
            replace(statement, radius=statement.radius / 1000),
            replace(statement, distance=Fraction(9, 10)),
            replace(statement, hessian_lower_bound=100 * statement.hessian_lower_bound),
            replace(statement, loss_lower_bound=2 * statement.loss_lower_bound),
            replace(
                statement, center=tuple(tuple(entry + Fraction(1, 100) for entry in row) for row in statement.center)
            ),
            replace(statement, center=statement.center[: k - 1]),
            replace(statement, random_teachers=(RandomTeachers(Fraction(1, 100), 10**6),)),
        ]
        assert all(nearby_falsehood(other) is not None for other in false)
        assert nearby_falsehood(replace(statement, random_teachers=(RandomTeachers(Fraction(1, 99), 10**400),))) is None


def test_the_judge_of_symmetric_points_does_too() -> None:
    from dataclasses import replace

    statement = read(CORPUS / "symmetric-type-ii.json").statement
    assert isinstance(statement, SymmetricPoints)
    for point in statement.points:
        low, high = point.loss
        blocks = tuple(replace(block, negative=block.component.size) for block in point.blocks)
        false = [
            replace(point, loss=(low + 1, high + 1)),
            replace(point, curvature=2 * point.curvature),
            replace(point, values=tuple(value + 100 * point.radius + Fraction(1, 1000) for value in point.values)),
            replace(point, blocks=blocks),
        ]
        assert symmetric_falsehood(statement.activation, point) is None
        assert all(symmetric_falsehood(statement.activation, other) is not None for other in false)
