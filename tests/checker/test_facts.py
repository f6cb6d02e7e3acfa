"""Fail closed: nothing is verified but by a fact that proves the statement, and only its own module makes a fact.

For every kind: steps of a proof left out, repeated, exchanged with another's, or in another order; a fact about
another landscape, point, region or bound; something that is no fact.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import importlib
import json
import pickle
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

import verify
from tests.campaigns import campaign, sampled
from tests.checker.conftest import certificate_of
from tests.checker.forced import forced, strict_minimum
from tests.corpus.forge import CORPUS
from verify.checker import Rejected, Undecided, Verdict, Verified, check
from verify.checker.core.codes import ExitCode, Reason
from verify.checker.core.facts import Conclusion, Fact, Further, Lemma, NotCovered, Sealed, maker
from verify.checker.core.verdict import exit_code, verified
from verify.checker.front.certificate import Certificate
from verify.checker.front.manifest import EveryPart, Theorem
from verify.checker.front.session import prove
from verify.checker.kinds import KINDS
from verify.checker.kinds.kind import Kind

ROOT = Path(__file__).parents[2]
Rule = Callable[..., Any]


def every_kind() -> Iterator[tuple[str, Kind]]:
    for name, load in KINDS.items():
        found = load()
        named = {name: found} if isinstance(found, Kind) else {f"{name}, {key}": kind for key, kind in found.items()}
        yield from named.items()


EVERY_KIND = dict(every_kind())
OFTEN = [10, pytest.param(1, marks=campaign)]
"""Of the files of a kind every so many-th is tried."""


@cache
def files(folder: str) -> list[Path]:
    """The certificates that can be read; not the manifests, and one of those that differ in the order of keys only."""
    paths = sorted((CORPUS / folder).glob("*.json"))
    return [path for path in paths if b"manifest" not in path.read_bytes()[:100]]


@cache
def name_of(path: Path) -> str:
    statement = json.loads(path.read_bytes())["statement"]
    kind = statement["landscape"]["kind"]
    return kind if kind in EVERY_KIND else f"{kind}, {statement['property']}"


def of_kind(name: str, *folders: str) -> list[Path]:
    return [path for folder in folders for path in files(folder) if name_of(path) == name]


def data_of(certificate: Certificate) -> bytes:
    if certificate.kind.data_file is None:
        return b""
    path = CORPUS / "valid" / certificate.kind.data_file(certificate.statement).name
    return path.read_bytes() if path.exists() else b""


def verdict_by(certificate: Certificate, how: Rule) -> Verdict:
    """The verdict where the kind proves in another way."""
    other = replace(certificate, kind=replace(certificate.kind, prove=how))
    return prove(other, trust="arb", data=data_of(certificate))


class Proof(NamedTuple):
    """What became of a certificate: the fact at the end, and what each rule returned, in the order of the calls."""

    certificate: Certificate
    fact: Fact
    steps: dict[str, Any]


@cache
def proof(path: Path) -> Proof:
    certificate = certificate_of(path)
    kept: list[Fact] = []
    with pytest.MonkeyPatch.context() as patch:
        steps = watch(certificate, patch, {})
        keep = certificate.kind.prove
        result = verdict_by(certificate, lambda task: kept.append(keep(task)) or kept[0])  # type: ignore[func-returns-value]
    assert isinstance(result, Verified), result
    return Proof(certificate, kept[0], steps)


def rules_of(kind: Kind) -> dict[str, Rule]:
    """The rules that a kind's module knows, by the names under which it calls them."""
    names: dict[str, Any] = kind.prove.__globals__
    return {
        name: thing
        for name, thing in names.items()
        if getattr(thing, "__module__", "").startswith("verify.checker.theorems.") and type(thing) is type(rules_of)
    }


def watch(certificate: Certificate, patch: pytest.MonkeyPatch, others: dict[str, Rule]) -> dict[str, Any]:
    """Put others in the place of rules, and note what each returns."""
    steps: dict[str, Any] = {}

    def noting(name: str, rule: Rule) -> Rule:
        def call(*given: Any, **named: Any) -> Any:
            steps[name] = rule(*given, **named)
            return steps[name]

        return call

    for name, rule in rules_of(certificate.kind).items():
        patch.setitem(certificate.kind.prove.__globals__, name, noting(name, others.get(name, rule)))
    return steps


def verdict_with(certificate: Certificate, others: dict[str, Rule]) -> Verdict:
    """The verdict where others stand in the place of rules."""
    with pytest.MonkeyPatch.context() as patch:
        watch(certificate, patch, others)
        return verdict_by(certificate, certificate.kind.prove)


def left_out(task: object, *facts: Any) -> Any:
    """What comes of a rule that does nothing: what it was given, if anything."""
    return facts[-1] if facts else {}


def has_steps(kind: Kind) -> bool:
    """Whether the kind's own module calls the rules; else its proof is one rule."""
    return ".kinds." in kind.prove.__module__


# Every kind


def test_every_kind_has_valid_files() -> None:
    """A new kind is not tried here before it has one."""
    assert {name_of(path) for path in files("valid")} == set(EVERY_KIND)


class Yes:
    """Not a fact, whatever it says."""

    def proves(self, statement: object) -> bool:
        return True


@pytest.mark.parametrize("name", sampled(EVERY_KIND, every=2))
def test_without_a_fact_nothing_is_verified(name: str) -> None:
    for path in of_kind(name, "valid")[:2]:
        for nothing in (None, True, 1, (), {}, Yes(), SimpleNamespace(proves=lambda statement: True), Fact, Verified):
            verdict = verdict_by(certificate_of(path), lambda task, nothing=nothing: nothing)
            assert isinstance(verdict, Undecided)
            assert verdict.code is Reason.NOT_COVERED
            assert "internal error of the checker, please report it" in verdict.reason
            assert exit_code([verdict]) is ExitCode.INTERNAL_ERROR


@pytest.mark.parametrize("name", sampled(EVERY_KIND, every=2))
@pytest.mark.parametrize("answer", [False, *(pytest.param(answer, marks=campaign) for answer in (None, 1, "yes"))])
def test_only_a_fact_that_says_true_proves(name: str, answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, fact, _ = proof(of_kind(name, "valid")[0])
    monkeypatch.setattr(type(fact), "proves", lambda self, statement: answer)
    assert isinstance(verdict_by(certificate, lambda task: fact), Undecided)


WEAKER = {
    # The same saddle, lifted or not, with or without its inertia.
    ("saddle-antiparallel-k2", "saddle-one-dimension"),
    ("saddle-antiparallel-k2", "saddle-without-inertia"),
    ("saddle-one-dimension", "saddle-antiparallel-k2"),
    ("saddle-one-dimension", "saddle-without-inertia"),
}
"""The second file's statement follows from the first one's."""


def follows(one: Path, other: Path) -> bool:
    """Whether what is said in one file follows from what is said in the other, as the corpus was made."""
    same = proof(one).certificate.statement == proof(other).certificate.statement
    return same or (other.stem, one.stem) in WEAKER


@pytest.mark.parametrize("every", OFTEN)
@pytest.mark.parametrize("name", sampled(EVERY_KIND, every=2))
def test_the_fact_of_another_file_does_not_do(name: str, every: int) -> None:
    for path in of_kind(name, "valid"):
        certificate = certificate_of(path)
        for other in files("valid")[::every]:
            fact = proof(other).fact  # proved before, not within another proof
            verdict = verdict_by(certificate, lambda task, fact=fact: fact)
            assert isinstance(verdict, Verified if follows(path, other) else Undecided), (path, other)


@pytest.mark.parametrize("name", sampled([name for name, kind in EVERY_KIND.items() if has_steps(kind)], every=2))
def test_no_step_may_be_left_out_exchanged_or_repeated(name: str) -> None:
    for path in of_kind(name, "valid"):
        certificate, _, steps = proof(path)
        rules = {step: rules_of(certificate.kind)[step] for step in steps if steps[step] != {}}
        assert rules
        for some in subsets(rules):
            assert not isinstance(verdict_with(certificate, dict.fromkeys(some, left_out)), Verified), (path, some)
        for order in permutations(rules):
            if order != tuple(rules):
                mixed = {step: rules[other] for step, other in zip(rules, order, strict=True)}
                assert not isinstance(verdict_with(certificate, mixed), Verified), (path, order)
        for step in list(rules)[1:]:
            twice = lambda task, *facts, rule=rules[step]: rule(task, rule(task, *facts))  # noqa: E731
            assert not isinstance(verdict_with(certificate, {step: twice}), Verified), (path, step)


@pytest.mark.parametrize("every", OFTEN)
@pytest.mark.parametrize("name", sampled([name for name, kind in EVERY_KIND.items() if has_steps(kind)], every=2))
def test_a_step_of_another_file_does_not_do(name: str, every: int) -> None:
    for path in of_kind(name, "valid")[::every]:
        certificate, _, steps = proof(path)
        for step in [step for step, found in steps.items() if found != {}]:
            for other in files("valid"):
                another = proof(other).steps.get(step, steps[step])
                if another == steps[step] or follows(path, other):
                    continue
                verdict = verdict_with(certificate, {step: lambda *given, another=another: another})
                assert not isinstance(verdict, Verified), (path, step, other)


@pytest.mark.parametrize("every", OFTEN)
@pytest.mark.parametrize("name", sampled(EVERY_KIND, every=2))
def test_of_what_is_not_verified_no_part_of_the_proof_verifies_it(name: str, every: int) -> None:
    """The rule that refused it, or any others, left out: without its fact nothing follows."""
    for path in of_kind(name, "invalid")[::every]:
        if path.stem.startswith(("verified", "malformed")):
            continue
        certificate = certificate_of(path)
        if not has_steps(certificate.kind):
            assert not isinstance(verdict_by(certificate, left_out), Verified)
            continue
        with pytest.MonkeyPatch.context() as patch:
            steps = watch(certificate, patch, dict.fromkeys(rules_of(certificate.kind), left_out))
            assert not isinstance(verdict_by(certificate, certificate.kind.prove), Verified)
        for some in subsets(steps):
            assert not isinstance(verdict_with(certificate, dict.fromkeys(some, left_out)), Verified), (path, some)


def subsets(names: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """All but the empty one."""
    for size in range(1, len(names) + 1):
        yield from combinations(names, size)


# Each field


def changes(thing: Any) -> Iterator[tuple[str, Any]]:
    """A value with one leaf changed, and which one: after the class, `radius +` is made larger."""
    if is_dataclass(thing) and not isinstance(thing, type):
        owner = "a saddle's " * (getattr(thing, "property", "") == "saddle") + type(thing).__name__
        given = {each.name: getattr(thing, each.name) for each in fields(thing)}
        for field in fields(thing):
            for name, changed in changes(given[field.name]):
                where = f"{owner}.{field.name}{name}" if name[0] in " ." else name
                yield where, forced(type(thing), **{**given, field.name: changed})
    elif isinstance(thing, bool):
        yield (" -" if thing else " +"), not thing
    elif isinstance(thing, int | Fraction):
        half = int(Fraction(thing, 2)) if isinstance(thing, int) else thing / 2  # towards 0: -1 must change, too
        small, large = sorted((thing * 2, half)) if thing else (-1, 1)
        yield " -", small
        yield " +", large
    elif isinstance(thing, str):
        yield " other", f"{thing}-"
    elif isinstance(thing, frozenset):
        yield " other", thing ^ {0}
    elif isinstance(thing, tuple):
        if hasattr(thing, "_fields") or len(thing) == 2:
            named = dict(enumerate(thing))
        else:
            named = {0: thing[0], len(thing) - 1: thing[-1]} if thing else {}
            yield " longer", (*thing, thing[-1] if thing else 0)
            if thing:
                yield " shorter", thing[:-1]
        for index, entry in named.items():
            for name, changed in changes(entry):
                entries = list(thing)
                entries[index] = changed
                made = type(thing)(*entries) if hasattr(thing, "_fields") else tuple(entries)
                yield f".{index}{name}" if name[0] in " ." else name, made
    elif thing is None:
        yield " other", 0
    else:
        raise AssertionError(f"a {type(thing)} in a fact or a statement")


LESS_CLAIMED = """
AllWidths.suboptimal -                  AllWidths.value.0 -
AllWidths.widths_from.0 +               AllWidths.value.1 +
AllWidths.widths_from.1 +
ConstantOutputs.suboptimal -            GlobalMinimum.value.1 +
CountOfMinima.at_least -                Minimum.hessian_lower_bound -
EveryWidth.suboptimal -                 Minimum.value.0 -
EveryWidth.value.0 -                    Minimum.value.1 +
EveryWidth.value.1 +                    a saddle's Saddle.every_dimension +
EveryWidth.widths_from +                a saddle's Saddle.every_dimension -
GivenPoint.value.0 -                    a saddle's Saddle.negative_curvature +
GivenPoint.value.1 +                    a saddle's Saddle.positive_curvature -
GlobalMinima.value.0 -                  a saddle's Saddle.value.0 -
GlobalMinima.value.1 +                  a saddle's Saddle.value.1 +
GlobalMinimum.value.0 -
"""
"""What may be changed in a statement so that what was proved still proves it: - is smaller or no, + larger or yes."""
MORE_PROVED = """
EqualUnits.not_global_from.0 -          EqualUnits.value.0 +
EqualUnits.not_global_from.1 -          EqualUnits.value.1 -
GlobalBounds.bounds.0 +                 SaddlePoint.inertia other
GlobalBounds.bounds.1 -                 SaddlePoint.value.0 +
IsSumOfSquares.lower_bound +            SaddlePoint.value.1 -
LossAtPoint.value.0 +                   SharedWeights.not_global_from -
LossAtPoint.value.1 -                   SharedWeights.value.0 +
ManyMinima.count +                      SharedWeights.value.1 -
NearlyLeast.value -                     StrictMinimum.hessian_lower_bound +
SaddlePoint.curvatures.0 -              StrictMinimum.value.0 +
SaddlePoint.curvatures.1 +              StrictMinimum.value.1 -
EveryInputDimension.hessian_lower_bound +
"""
"""What may be changed in a fact so that it still proves the statement."""
WITH_SLACK = ("linear", "rational-teacher")
"""Their bounds of the loss are wider than what is proved."""


def entries(table: str) -> set[str]:
    return {entry for line in table.strip().splitlines() for entry in re.split("  +", line)}


def test_a_fact_proves_only_what_claims_less() -> None:
    """Each field of each statement changed, in both directions."""
    follow = set()
    for path in files("valid"):
        if path.stem not in WITH_SLACK:
            certificate, fact, _ = proof(path)
            follow |= {where for where, changed in changes(certificate.statement) if fact.proves(changed) is True}
    assert follow == entries(LESS_CLAIMED)


def test_only_a_stronger_fact_proves_the_statement() -> None:
    """Each field of each fact changed, in both directions, and of the facts that it holds."""
    prove_it = set()
    for path in files("valid"):
        if path.stem not in WITH_SLACK:
            certificate, fact, _ = proof(path)
            prove_it |= {where for where, changed in changes(fact) if changed.proves(certificate.statement) is True}
    assert prove_it == entries(MORE_PROVED)


@pytest.mark.parametrize("every", OFTEN)
@pytest.mark.parametrize("name", sampled([name for name, kind in EVERY_KIND.items() if has_steps(kind)], every=2))
def test_a_rule_needs_the_fact_about_its_own_statement(name: str, every: int) -> None:
    """What a rule is given, changed in each field: it is not taken, unless it says more."""
    for path in of_kind(name, "valid")[::every]:
        certificate, _, steps = proof(path)
        for step, found in list(steps.items())[:-1]:
            facts = found if isinstance(found, dict) else {0: found}
            for index, fact in facts.items():
                for where, changed in changes(fact):
                    if where in entries(MORE_PROVED) or path.stem in WITH_SLACK:
                        continue
                    given = {**facts, index: changed} if facts is found else changed
                    verdict = verdict_with(certificate, {step: lambda *_, given=given: given})
                    assert not isinstance(verdict, Verified), (path, step, where)


def test_a_rule_refuses_before_it_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certificate_of(CORPUS / "valid" / "type-ii-k6.json")
    task = certificate.kind.task(certificate.statement, certificate.witness)
    monkeypatch.setattr(type(task), "region", property(lambda self: pytest.fail("computed")))
    every_input_dimension = rules_of(certificate.kind)["every_input_dimension"]
    for elsewhere in (replace(certificate.statement, radius=Fraction(1)), replace(certificate.statement, property="?")):
        for given in (strict_minimum(elsewhere), None, Yes()):
            with pytest.raises(NotCovered, match=r"does not give the statement \(strict-local-minimum\)"):
                every_input_dimension(task, given)


def with_point(statement: Any, **changed: Any) -> Any:
    return replace(statement, points=(replace(statement.points[0], **changed),))


def all_negative(point: Any) -> Any:
    return tuple(replace(block, negative=block.component.size) for block in point.blocks)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("quadratic-saddle", lambda statement: replace(statement, curvature=Fraction(0))),
        ("symmetric-type-ii", lambda statement: with_point(statement, curvature=Fraction(0))),
        ("symmetric-global-minimum", lambda statement: with_point(statement, curvature=Fraction(0))),
        ("symmetric-type-ii", lambda statement: with_point(statement, blocks=all_negative(statement.points[0]))),
    ],
)
def test_a_sign_that_the_reader_asks_for_the_rule_asks_for_too(name: str, changed: Callable[[Any], Any]) -> None:
    certificate = certificate_of(CORPUS / "valid" / f"{name}.json")
    assert isinstance(prove(replace(certificate, statement=changed(certificate.statement)), trust="arb"), Rejected)


# Manifests


def pair(name: str) -> Any:
    return certificate_of(CORPUS / "valid" / f"{name}.json").statement


def test_a_theorem_needs_all_of_its_parts_and_no_others() -> None:
    two, six = pair("global-minimum-k2"), pair("type-ii-k6")
    relu = two.landscape.activation
    theorem = Theorem(relu, "strict-local-minimum", True, ((2, 2), (6, 6)))
    assert forced(EveryPart, statements=(two, six)).proves(theorem) is True
    others = (
        (),
        (two,),
        (six, six),
        (two, six, pair("global-minimum-k3")),
        (two, replace(six, every_dimension=False)),
        (two, replace(six, landscape=replace(six.landscape, orthonormal=False))),
        (two, pair("saddle-type-ii-k5")),
    )
    for statements in others:
        assert forced(EveryPart, statements=statements).proves(theorem) is False
    for changed in (replace(theorem, property="saddle"), replace(theorem, property="spurious-local-minimum")):
        assert forced(EveryPart, statements=(two, six)).proves(changed) is False
    assert forced(EveryPart, statements=(two, six)).proves(two) is False


def test_a_manifest_is_judged_by_the_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EveryPart, "proves", lambda self, statement: False)
    verdict = check(CORPUS / "valid" / "manifest-strict.json")
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.NOT_COVERED


# Who makes facts


ABSTRACT = Sealed, Fact, Conclusion, Further, Lemma


def sealed_classes() -> list[type[Any]]:
    for module in pkgutil.walk_packages(verify.__path__, "verify."):
        if (
            module.name.startswith(("verify.checker.", "verify.bridge", "verify.rocq.session"))
            and "__main__" not in module.name
        ):
            importlib.import_module(module.name)
    open_, found = [Sealed], []
    while open_:
        kinds = open_.pop().__subclasses__()
        open_ += kinds
        found += [kind for kind in kinds if kind.__module__ != Fact.__module__ and dataclasses.is_dataclass(kind)]
    return sorted({(kind.__module__, kind.__name__): kind for kind in found}.values(), key=lambda kind: kind.__name__)


SEALED = sealed_classes()
FACT = proof(CORPUS / "valid" / "type-ii-k6.json").fact


def test_all_are_found() -> None:
    assert len(SEALED) > 30
    used = {type(proof(path).fact) for path in files("valid")}
    assert used <= set(SEALED)
    assert Verified in SEALED


@pytest.mark.parametrize("kind", SEALED, ids=lambda kind: kind.__name__)
def test_a_fact_is_frozen_and_made_by_its_module_only(kind: type[Any]) -> None:
    names = [field.name for field in fields(kind)]
    made = forced(kind, **dict.fromkeys(names))
    assert not hasattr(made, "__dict__")
    with pytest.raises(FrozenInstanceError):
        setattr(made, names[0], 1)
    for make in (lambda: kind(*names), lambda: kind(**dict.fromkeys(names)), kind, lambda: kind.__new__(kind)):
        with pytest.raises(TypeError, match="is made by its own module only"):
            make()
    for changed in (lambda: replace(made, **{names[0]: 1}), lambda: replace(made)):
        with pytest.raises(TypeError, match="is made by its own module only"):
            changed()
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        made.__setstate__([1] * len(names))
    with pytest.raises(TypeError):
        bool(made)
    with pytest.raises(TypeError, match="has no maker to give out"):
        maker(kind)
    with pytest.raises(TypeError, match="may not be a sealed class"):
        type("Liar", (kind,), {"__slots__": (), "__module__": kind.__module__, "proves": lambda self, statement: True})
    if kind is Verified:
        return
    for out in (copy.copy, copy.deepcopy, *(lambda fact, p=p: pickle.dumps(fact, p) for p in range(6))):
        with pytest.raises(TypeError, match="neither copied nor pickled"):
            out(made)


def test_no_fact_is_defined_outside_the_project() -> None:
    with pytest.raises(TypeError, match="may not be a sealed class"):

        class Liar(Fact):
            def proves(self, statement: object) -> bool:
                return True


def test_only_a_sealed_class_has_a_maker() -> None:
    for thing in (Yes, dict, print, Reason, *ABSTRACT):
        with pytest.raises(TypeError, match="has no maker to give out"):
            maker(thing)  # type: ignore[type-var]


def test_a_verdict_is_handed_over_whole() -> None:
    """From a worker process: `verify check --jobs`."""
    verdict = check(CORPUS / "valid" / "type-ii-k6.json")
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    assert isinstance(verdict, Verified)


def test_a_verdict_needs_the_fact() -> None:
    statement = pair("type-ii-k6")
    assert isinstance(verified(FACT, statement, (), "arb", (), digest=None), Verified)
    for fact in (None, Yes(), FACT.at, FACT.at.minimum):  # type: ignore[attr-defined]
        verdict = verified(fact, statement, (), "arb", (), digest=None)  # type: ignore[arg-type]
        assert isinstance(verdict, Undecided)
        assert verdict.code is Reason.NOT_COVERED


MAKING = ("__new__", "__setattr__", "__setstate__", "__reduce_ex__", "__reduce__", "_MADE_BY")


@cache
def modules() -> list[tuple[Path, ast.Module]]:
    """All that may import a maker."""
    folders = (ROOT / "verify" / "checker", ROOT / "verify" / "rocq")
    paths = [ROOT / "verify" / "bridge.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    return [(path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(paths)]


def makers(tree: ast.Module) -> dict[str, str]:
    """The module's names for makers, and the class that each makes."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Tuple):
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "maker":
                    assert isinstance(name, ast.Name)
                    [made] = value.args
                    assert isinstance(made, ast.Name)
                    found[name.id] = made.id
    return found


def test_facts_are_made_in_the_module_that_defines_them_and_nowhere_else() -> None:
    """By the source: the maker is taken where the class stands, is private, and is imported by nobody."""
    seen: set[str] = set()
    private: set[str] = set()
    for path, tree in modules():
        if path.name == "facts.py":
            continue
        found, nodes = makers(tree), list(ast.walk(tree))
        calls = [node for node in nodes if isinstance(node, ast.Call) and _named(node.func) == "maker"]
        assert len(calls) == len(found), path
        assert all(name.startswith("_") for name in found), path
        sealed = {
            node.name
            for node in nodes
            if isinstance(node, ast.ClassDef) and {kind.__name__ for kind in ABSTRACT} & set(map(_named, node.bases))
        }
        assert sealed == set(found.values()), path
        made_otherwise = {_named(node) for node in nodes} & set(MAKING)
        assert made_otherwise <= ({"__reduce_ex__"} if path.name == "verdict.py" else set()), path
        seen |= sealed
        private |= set(found)
    assert seen == {kind.__name__ for kind in SEALED}
    for path, tree in modules():
        nodes = list(ast.walk(tree))
        imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        assert not (imported | attributes) & private, path


def _named(node: ast.AST) -> str:
    """The name of what is used or defined here."""
    return str(getattr(node, "id", getattr(node, "attr", getattr(node, "name", ""))))
