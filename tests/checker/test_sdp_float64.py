"""Semidefinite programs in the tier float64: the same verdicts on the corpus, and forgeries that fail."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.corpus.forge import CORPUS, Document, seal, text
from verify.checker import Rejected, Undecided, Verdict, Verified, check
from verify.checker.core import limits
from verify.checker.float64 import programs
from verify.checker.front import session
from verify.checker.kinds import semidefinite_program as kind
from verify.checker.theorems import sdp_distance

VALID = sorted(path for path in (CORPUS / "valid").glob("sdp-*.json"))
INVALID = sorted(
    path for path in (CORPUS / "invalid").glob("*.json") if '"semidefinite-program"' in path.read_text(encoding="utf-8")
)
Mutation = Callable[[Document], None]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_is_valid_is_verified_in_either_tier(path: Path) -> None:
    for trust in ("arb", "float64"):
        verdict = check(path, trust=trust)
        assert isinstance(verdict, Verified), verdict
        assert verdict.trust == trust


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_what_is_invalid_is_rejected_in_either_tier(path: Path) -> None:
    assert [check(path, trust=trust).name for trust in ("arb", "float64")] == [check(path, trust="arb").name] * 2


def set_in(document: Document, path: str, value: object) -> None:
    *way, last = path.split("/")
    for step in way:
        document = document[int(step) if step.isdigit() else step]
    before = copy.deepcopy(document[int(last) if last.isdigit() else last])
    assert before != value, "a mutation that changes nothing"
    document[int(last) if last.isdigit() else last] = value


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("sdp-lower-corrected", "statement/bound", "20001/10000"),  # above the value, 2
        ("sdp-lower-corrected", "witness/dual/0/0/0", "-1"),  # not semidefinite
        ("sdp-lower-corrected", "witness/dual/1/0", "-1/100"),
        ("sdp-lower-corrected", "witness/dual/0/1/0", "-1*2^4000"),  # far off the equations
        ("sdp-lower-corrected", "witness/dual/0/0/0", "1*2^4000"),  # beyond float64
        ("sdp-lower-equality", "statement/bound", "2001/1000"),
        ("sdp-lower-equality", "witness/dual/0/0/0", "1/2"),
        ("sdp-upper-equality", "statement/bound", "1999/1000"),
        ("sdp-upper-equality", "witness/point/0", "1/2"),
        ("sdp-upper-equality", "witness/point/0", "-1*2^4000"),
        ("sdp-upper-inside", "witness/point/1", "7/8"),
        ("sdp-no-x", "witness/dual/1/0", "0"),
        ("sdp-no-y", "witness/point/0", "-1"),
    ],
)
@pytest.mark.parametrize("far", [sdp_distance.FAR, 2.0**300])
def test_a_forgery_is_not_verified(
    name: str, path: str, value: str, far: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far a solution may be for which the distance is taken."""
    monkeypatch.setattr(sdp_distance, "FAR", far)
    monkeypatch.setattr(sdp_distance, "FEW", 0)
    document = json.loads((CORPUS / "valid" / f"{name}.json").read_text())
    set_in(document, path, value)
    for data in (CORPUS / "valid").glob("*.dat-s"):
        shutil.copy(data, tmp_path)
    target = tmp_path / "forged.json"
    target.write_text(text(seal(document)))
    for trust in ("arb", "float64"):
        assert isinstance(check(target, trust=trust), Rejected | Undecided)


def test_the_distance_of_a_solution_proves_bounds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """s^2 is at least 2^-10, so that what misses the equations by much proves less."""
    monkeypatch.setattr(sdp_distance, "FAR", 2.0**300)
    monkeypatch.setattr(sdp_distance, "FEW", 0)
    verdicts = {path.stem: check(path, trust="float64") for path in VALID}
    assert {verdict.name for verdict in verdicts.values()} <= {"Verified", "Undecided"}
    verdict = verdicts["sdp-lower-equality"]
    assert isinstance(verdict, Undecided | Verified)
    monkeypatch.setattr(programs, "SHARES", (0.3,))
    found = check(CORPUS / "valid" / "sdp-lower-equality.json", trust="float64")
    assert isinstance(found, Verified)
    assert any("by less than" in met.measured for met in found.hypotheses)


def test_a_bound_is_never_above_what_the_corrected_witness_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """inf x, x >= 1 has the value 1; y = 1 + e misses the equation y = 1 by e."""
    data = "1\n2\n-1 2\n1\n0 1 1 1 1\n1 1 1 1 1\n1 2 1 1 0\n"
    (tmp_path / "one.dat-s").write_text(data)
    from hashlib import sha256

    monkeypatch.setattr(sdp_distance, "FEW", 0)
    for power in (50, 60, 90):
        e = Fraction(1, 2**power)
        for claim, right in ((1 + e / 2, False), (1 - 1025 * e, True)):
            document = {
                "format": "landscape-verify-certificate/1",
                "statement": {
                    "landscape": {
                        "kind": "semidefinite-program",
                        "data": {"file": "one.dat-s", "sha256": sha256(data.encode()).hexdigest()},
                        "variables": 1,
                        "blocks": [-1, 2],
                    },
                    "property": "sdp-lower-bound",
                    "bound": str(claim),
                },
                "witness": {"precision": 128, "dual": [[str(1 + e)], [["1"], ["0", "1"]]]},
            }
            (tmp_path / "bound.json").write_text(text(seal(document)))
            verdict = check(tmp_path / "bound.json", trust="float64")
            assert isinstance(verdict, Verified) is right, verdict


def test_auto_takes_float64_where_a_program_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    path = CORPUS / "valid" / "sdp-lower-corrected.json"

    def tier() -> str:
        verdict = check(path)
        assert isinstance(verdict, Verified)
        return verdict.trust

    assert tier() == "arb"
    monkeypatch.setattr(kind, "AUTO_PROGRAM", 15)  # 2^3 for the dense block and 2^3 for the variables
    assert tier() == "float64"
    monkeypatch.setattr(session.tiers, "unavailable", lambda tier: "no NumPy" if tier == "float64" else None)
    assert tier() == "arb"
    monkeypatch.setattr(kind, "ARB_ORDER", 1)
    assert check(path).name == "Undecided"


@pytest.mark.parametrize(("name", "most"), [("LARGE_ORDER", 1), ("LARGE_CONSTRAINTS", 1)])
def test_the_tier_has_limits(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, name, most)
    verdict = check(CORPUS / "valid" / "sdp-lower-corrected.json", trust="float64")
    assert isinstance(verdict, Undecided) and verdict.code == "too-large"


def test_a_certificate_of_a_program_may_be_larger_than_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sdp, other = CORPUS / "valid" / "sdp-upper-exact.json", CORPUS / "valid" / "matrix-singular.json"
    shutil.copy(CORPUS / "valid" / "two-blocks.dat-s", tmp_path)

    def padded(path: Path, size: int) -> Verdict:
        target = tmp_path / path.name
        target.write_bytes(path.read_bytes().ljust(size))
        return check(target)

    assert padded(sdp, limits.MAX_FILE_BYTES + 1).name == "Verified"
    assert padded(other, limits.MAX_FILE_BYTES).name == "Verified"
    refused = padded(other, limits.MAX_FILE_BYTES + 1)
    assert refused.name == "Malformed" and "more than 8388608" in refused.reason  # type: ignore[attr-defined]
    # one that only names the kind, to get past the first look
    forged = other.read_bytes().rstrip()[:-1] + b', "provenance": {"of": "semidefinite-program"}}'
    (tmp_path / "named.json").write_bytes(forged)
    assert check(tmp_path / "named.json").name == "Verified"
    (tmp_path / "named.json").write_bytes(forged.ljust(limits.MAX_FILE_BYTES + 1))
    assert check(tmp_path / "named.json").name == "Malformed"
    large = tmp_path / "large.json"
    large.write_bytes(sdp.read_bytes().ljust(limits.MAX_LARGE_FILE_BYTES + 1))
    assert check(large).name == "Malformed"
