"""docs/INDEPENDENT.md names functions that exist, and all of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verify.independent import check
from verify.independent.check import (
    AtPoint,
    ConstantOutputs,
    CountOfMinima,
    CriticalPoint,
    EnclosedPoint,
    Family,
    MatrixClaim,
    NoCriticalPoint,
    PolynomialClaim,
    Program,
    QuadraticGlobal,
    QuadraticPoint,
    QuadraticSaddle,
    RiskPoint,
    SymmetricPoint,
    SymmetricPoints,
)

GUIDE = (Path(__file__).parents[2] / "docs" / "INDEPENDENT.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`check\.py:([A-Za-z_.]+)`", GUIDE)))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_named_exists(name: str) -> None:
    found: object = check
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


CLAIMS = (
    *(EnclosedPoint, CriticalPoint, RiskPoint, AtPoint, NoCriticalPoint, ConstantOutputs, CountOfMinima),
    *(SymmetricPoint, SymmetricPoints, Family),
    *(Program, MatrixClaim, PolynomialClaim, QuadraticGlobal, QuadraticPoint, QuadraticSaddle),
)


@pytest.mark.parametrize("claim", CLAIMS)
def test_each_step_of_the_rules_is_in_the_guide(claim: type) -> None:
    """The private methods of a claim are its steps; one without any proves all in `prove`."""
    others = {"Family._all", "Family._one", "Family._claims", "SymmetricPoint._loss"}  # they choose what is looked at
    methods = (name for name, found in vars(claim).items() if callable(found) or isinstance(found, staticmethod))
    steps = {name for name in methods if name.startswith("_") and not name.startswith("__")} or {"prove"}
    assert {f"{claim.__name__}.{step}" for step in steps} - others <= set(NAMES)


def test_every_kind_has_its_claims_in_the_guide() -> None:
    known = {name for name, found in vars(check).items() if isinstance(found, type) and hasattr(found, "sentence")}
    assert known - {"Claim", "NotSupported", "Theorem"} - {claim.__name__ for claim in CLAIMS} == set()


def test_the_length_is_the_one_said() -> None:
    lines = len(Path(check.__file__).read_text(encoding="utf-8").splitlines())
    (said,) = re.findall(r"The file has about ([0-9],[0-9]00) lines", GUIDE)
    assert abs(lines - int(said.replace(",", ""))) <= 100
