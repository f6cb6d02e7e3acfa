"""The phase diagram of two teachers, apart from `certificates/`: what lies there is what docs/COVERS.md says is proved.

By default each file is read and compared with the list in `benchmarks/teachers.py`, the manifests with the digests of
their parts and the regions that these cover, and the smallest certificate is checked; as a campaign all small
ones. All are checked each night, by `verify check benchmarks/certificates/`.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns import campaigns_only
from verify.checker import Verified, check
from verify.checker.front.regions import first_gap
from verify.checker.public import Certificate, read
from verify.checker.statements.two_neuron_teachers import StatementOfTeachers

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks" / "certificates" / "two-neurons"
MANIFEST = "manifest.json"


@pytest.fixture(scope="module")
def families() -> Any:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return runpy.run_path(str(ROOT / "benchmarks" / "teachers.py"))["families"]()
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def test_each_folder_has_the_certificates_that_are_named_and_no_other(families: Any) -> None:
    assert {path.name for path in FOLDER.iterdir()} == {family.property for family in families}
    for family in families:
        there = {path.name for path in (FOLDER / family.property).iterdir()}
        assert there == {*family.regions, *([MANIFEST] if family.whole else [])}
        for name, region in family.regions.items():
            content = read(FOLDER / family.property / name)
            assert isinstance(content, Certificate)
            assert content.statement == StatementOfTeachers(region, family.property)


def test_the_manifests_name_all_parts_by_their_digests(families: Any) -> None:
    """And the parts cover the region, without a gap."""
    bound = [family for family in families if family.whole]
    assert len(bound) == 2
    for family in bound:
        folder = FOLDER / family.property
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = {part["file"]: part["digest"] for part in manifest["witness"]["parts"]}
        assert set(named) == {name for name in family.regions if name.startswith("part")}
        for name, digest in named.items():
            assert json.loads((folder / name).read_text(encoding="utf-8"))["digest"] == digest
        assert manifest["statement"]["property"] == family.property
        sides = [[str(end) for end in side] for side in (family.whole.ratios, family.whole.angles)]
        assert [manifest["statement"]["landscape"][key] for key in ("ratios", "angles")] == sides
        parts = [family.regions[name] for name in named]
        assert first_gap(family.whole, parts) is None
        assert first_gap(family.whole, parts[1:]) is not None


SMALL = sorted(path for path in FOLDER.rglob("*.json") if path.name != MANIFEST and path.stat().st_size < 12_000)
AT_ONCE = "part-18-1-1.json"


@pytest.mark.parametrize("path", campaigns_only(SMALL, unless=lambda path: path.name == AT_ONCE), ids=lambda p: p.name)
def test_a_certificate_is_verified(path: Path) -> None:
    assert isinstance(check(path), Verified)
