"""What the committed certificates prove of the claims on symmetry, and what they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.campaigns import campaign
from verify.checker.front.session import Session, read
from verify.checker.statements.symmetric import SymmetricPoints
from verify.producer.parts import Part
from verify.producer.proof import Claim, Proof, status
from verify.proofs import arjevani_field, safran_yehudai_shamir_2021, symmetric_minima

CERTIFICATES = Path(__file__).parents[2] / "certificates"
LIGHT = 160_000
"""Bytes: larger files are checked by `verify list`, not by a test."""


def light(proof: Proof) -> list[object]:
    folder = CERTIFICATES / proof.name
    claims = [claim for claim in proof.claims if claim.file and (folder / claim.file).stat().st_size < LIGHT]
    marks = [campaign if index % 3 else () for index in range(len(claims))]
    return [
        pytest.param(proof, claim, id=f"{proof.name}: {claim.name}", marks=mark)
        for claim, mark in zip(claims, marks, strict=True)
    ]


SESSION = Session()
PROOFS = (arjevani_field.PROOF, safran_yehudai_shamir_2021.PROOF, symmetric_minima.PROOF)


@pytest.mark.parametrize(("proof", "claim"), [case for proof in PROOFS for case in light(proof)])
def test_proved(proof: Proof, claim: Claim) -> None:
    assert status(proof, claim, CERTIFICATES / proof.name, SESSION).word == "proved"


def test_every_claim_has_its_file_or_says_what_is_missing() -> None:
    for proof in PROOFS:
        for claim in proof.claims:
            assert bool(claim.file) != bool(claim.missing)
            assert not claim.file or (CERTIFICATES / proof.name / claim.file).is_file()


def test_a_file_without_a_size_settles_less() -> None:
    statement = read(CERTIFICATES / "arjevani-field" / "type-ii.json").statement
    assert isinstance(statement, SymmetricPoints)
    claims = {claim.name: claim for claim in arjevani_field.PROOF.claims}
    without = [point for point in statement.points if point.symmetry.columns != 50]
    assert claims["type II"].settled_by(statement)
    assert not claims["type II"].settled_by(replace(statement, points=tuple(without)))
    assert claims["type II, k = 5 and 6"].settled_by(statement)
    moved = [replace(p, values=tuple(v + 1 for v in p.values)) for p in statement.points]
    assert not claims["type II, k = 5 and 6"].settled_by(replace(statement, points=tuple(moved)))
    in_one = [replace(p, every_dimension=False) for p in statement.points]
    assert not claims["type II"].settled_by(replace(statement, points=tuple(in_one)))


def test_a_minimum_without_splits_settles_no_split() -> None:
    path = CERTIFICATES / "safran-yehudai-shamir-2021" / "splitting-families.json"
    statement = read(path).statement
    assert isinstance(statement, SymmetricPoints)
    claim = next(claim for claim in safran_yehudai_shamir_2021.PROOF.claims if claim.file == path.name)
    assert claim.settled_by(statement)
    plain = replace(statement.points[0], splits=())
    assert not claim.settled_by(replace(statement, points=(plain, *statement.points[1:])))


def test_a_part_is_made_again(tmp_path: Path) -> None:
    makers: symmetric_minima.Makers = {"one.json": one_point}
    (part,) = symmetric_minima.parts(makers, "a test")
    assert isinstance(part, Part)
    certificate = part.make()
    assert part.settled_by(certificate.read().statement)


def one_point() -> list[symmetric_minima.SymmetricStudent]:
    return [arjevani_field.identity(3)]
