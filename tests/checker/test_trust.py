"""Tiers of trust: the reader chooses, the verdict names what was used, and nothing takes over silently."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.campaigns import campaign, sampled
from tests.checker.conftest import Run
from tests.corpus.forge import CORPUS
from verify.checker import Undecided, Verified, check
from verify.checker.__main__ import parser
from verify.checker.float64 import environment, memory
from verify.checker.front import trust as tiers
from verify.checker.front.session import Session
from verify.checker.kinds import KINDS, critical_point
from verify.checker.kinds.kind import Kind

FILES = sorted(path for folder in ("valid", "invalid") for path in (CORPUS / folder).iterdir())
SMALL = CORPUS / "valid" / "type-ii-k6.json"
ROOT = Path(__file__).parents[2]
KIND = "population-teacher-student"


def kind_of(path: Path) -> Kind:
    statement = json.loads(path.read_bytes())["statement"]
    found = KINDS[statement["landscape"]["kind"]]()
    return found if isinstance(found, Kind) else found[statement["property"]]


def is_quick(path: Path) -> bool:
    """Statements for every k are proved in balls, whatever the tier."""
    return "family-" not in path.stem or path.stem == "rejected-family-more-wrong-limit"


TRIED = [
    *sampled(filter(is_quick, FILES), every=10),
    *(pytest.param(path, marks=campaign) for path in FILES if not is_quick(path)),
]


@pytest.mark.parametrize("path", TRIED, ids=lambda path: path.stem)
def test_both_tiers_give_the_same_verdict(path: Path) -> None:
    """No exception is needed: no file of the corpus has a margin too thin for 53 bits."""
    by_balls, by_floats = (check(path, trust=trust) for trust in tiers.TIERS)
    assert type(by_balls) is type(by_floats), by_floats
    if isinstance(by_balls, Verified) and isinstance(by_floats, Verified):
        both = kind_of(path).is_large is not None
        assert (by_balls.trust, by_floats.trust) == (tiers.TIERS if both else ("arb", "arb"))
        assert by_balls.statement == by_floats.statement


# Which tier


@pytest.mark.parametrize(("limit", "used"), [(36, "arb"), (35, "float64")])
def test_auto_takes_balls_up_to_a_size(limit: int, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(critical_point, "AUTO_UNKNOWNS", limit)  # the certificate has 36 unknowns
    verdict = check(SMALL)
    assert isinstance(verdict, Verified)
    assert verdict.trust == used


def test_the_assumptions_are_those_of_the_tier() -> None:
    for trust in tiers.TIERS:
        verdict = check(SMALL, trust=trust)
        assert isinstance(verdict, Verified)
        named = " ".join(verdict.assumptions)
        assert "FLINT" in named
        for words in (
            "IEEE 754",
            "NumPy",
            "BLAS and LAPACK",
            "Strassen",
            "inverses of diagonal blocks",
            "docs/FLOAT64.md",
        ):
            assert (words in named) is (trust == "float64")


def test_a_manifest_names_the_tiers_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = CORPUS / "valid" / "manifest-strict.json"  # of 4 and 36 unknowns
    for limit, used in ((1, "float64"), (4, "arb and float64"), (36, "arb")):
        monkeypatch.setattr(critical_point, "AUTO_UNKNOWNS", limit)
        verdict = check(manifest)
        assert isinstance(verdict, Verified)
        assert verdict.trust == used
        assert any("IEEE 754" in line for line in verdict.assumptions) is ("float64" in used)


def test_the_command(run: Run) -> None:
    for trust, used in (("arb", "arb"), ("float64", "float64"), ("auto", "arb")):
        code, output, _ = run("--trust", trust, str(SMALL))
        assert code == 0
        assert f"({used}, " in output
        assert json.loads(run("--trust", trust, "--format", "json", str(SMALL))[1])["results"][0]["trust"] == used


def test_a_wrong_choice(run: Run) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("--trust", "hope", str(SMALL))
    assert stopped.value.code == 2
    with pytest.raises(ValueError, match="the trust 'hope' is not known"):
        check(SMALL, trust="hope")


def test_a_kind_that_is_proved_in_balls_only_says_so_to_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, KIND, lambda: replace(critical_point.CRITICAL_POINT, is_large=None))
    for trust in tiers.CHOICES:
        verdict = check(SMALL, trust=trust)
        assert isinstance(verdict, Verified)
        assert verdict.trust == "arb"


# What is missing is said


def test_without_numpy_the_answer_is_undecided() -> None:
    program = f"""
import sys
sys.modules["numpy"] = None
from verify.checker import check
for trust in ("float64", "arb", "auto"):
    verdict = check({str(SMALL)!r}, trust=trust)
    print(verdict.name, verdict.trust if verdict.name == "Verified" else verdict.reason)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    first, second, third = done.stdout.splitlines()
    assert first == (
        "Undecided the float64 tier needs NumPy, which is not installed: "
        "pip install 'landscape-verify[float64]', or use --trust arb"
    )
    assert second == third == "Verified arb"


def test_without_scipy_a_large_hessian_is_undecided() -> None:
    program = f"""
import sys
sys.modules["scipy"] = None
from verify.checker import check
from verify.checker.float64 import factorisation
factorisation.SCIPY_FROM = int(sys.argv[1])
verdict = check({str(SMALL)!r}, trust="float64")
print(verdict.name, verdict.trust if verdict.name == "Verified" else f"{{verdict.code}}: {{verdict.reason}}")
"""
    needs = (
        "a Hessian of this size needs SciPy in the float64 tier, which is not installed: "
        "pip install 'landscape-verify[float64]'"
    )
    for largest, said in ((35, f"Undecided missing-software: {needs}"), (36, "Verified float64")):
        command = [sys.executable, "-c", program, str(largest)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stdout.strip() == said


def test_the_kinds_that_have_rules_in_float64_are_those_that_are_named() -> None:
    """In docs/FLOAT64.md, and by `--help`; statements of all other kinds are proved in balls, and say so."""
    kinds = {name: found if isinstance(found := load(), dict) else {"": found} for name, load in KINDS.items()}
    named_kinds = [name for name, found in kinds.items() if any(kind.is_large for kind in found.values())]
    assert named_kinds == [KIND, "empirical-risk", "semidefinite-program"]
    assert [name for name, kind in kinds["empirical-risk"].items() if kind.is_large] == ["gradient-descent-converges"]
    named = (ROOT / "docs" / "FLOAT64.md").read_text(encoding="utf-8")
    words = (
        f"for statements about one critical point of a `{KIND}` landscape, about a `semidefinite-program`, and that "
        "gradient descent converges (`gradient-descent-converges` of an `empirical-risk`); "
    )
    assert f"{words}balls for all other kinds" in named
    told = " ".join(parser().format_help().split()).replace("- ", "-")  # argparse breaks at hyphens
    words = (
        "for one critical point of a teacher-student landscape, for semidefinite programs and for descent on a "
        "network, balls for all else"
    )
    assert words in told


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("_rounding_fails", "does not round to nearest"),
        ("_underflow_fails", "does not underflow gradually"),
        ("_products_fail", "does not multiply matrices as"),
        ("_factors_fail", "does not factorise matrices as"),
    ],
)
def test_another_arithmetic_is_undecided(test: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.unavailable.cache_clear()
    monkeypatch.setattr(environment, test, lambda *given: True)
    try:
        verdict = check(SMALL, trust="float64")
    finally:
        environment.unavailable.cache_clear()
    assert isinstance(verdict, Undecided)
    assert words in verdict.reason


def test_this_machine_passes() -> None:
    environment.unavailable.cache_clear()
    assert environment.unavailable() is None


# Memory


def test_too_large_for_memory_is_refused_before_anything_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 2**27)
    verdict = check(SMALL, trust="float64")
    assert isinstance(verdict, Undecided)
    assert verdict.reason == "the Hessian of 36 unknowns needs 0.25 GiB of memory, 0.12 GiB are available"


def test_memory_is_asked_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    have = memory.available()
    assert have is not None
    assert 2**20 < have < 2**50
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "none")
    by_sysconf = memory.available()
    assert by_sysconf is not None
    assert 2**20 < by_sysconf < 2**50
    monkeypatch.setattr(memory, "available", lambda: None)
    assert memory.refusal(10_000) is None


def test_memory_needed() -> None:
    assert memory.needed(10_000) < 1.1 * 2**30
    assert memory.needed(2_500) > 10 * 8 * 2_500**2


def test_a_session_checks_its_trust() -> None:
    with pytest.raises(ValueError, match="known: auto, arb, float64"):
        Session(trust="")
