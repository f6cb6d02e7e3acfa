"""Both checkers on one file: where they may differ, and where one of them is wrong (or the specification is)."""

from __future__ import annotations

import copy
import json
import shutil
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from random import Random

from tests.fuzz.engine import Document, mutate, repair, write
from tests.fuzz.truth import LARGEST, falsehood, family_falsehood, symmetric_falsehood
from tests.fuzz.truth_linear import LinearStatement, falsehood_about_linear_networks
from tests.fuzz.truth_nearby import nearby_falsehood
from tests.fuzz.truth_residual import falsehood_about_residual_networks
from tests.fuzz.truth_sdp import Global, falsehood_of_a_global_statement
from verify import checker
from verify.checker.core.statement import Statement
from verify.checker.front.manifest import Theorem
from verify.checker.statements.family import Family
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.checker.statements.residual_linear import ResidualStatement
from verify.checker.statements.symmetric import SymmetricPoints
from verify.independent.checking import check as second_check
from verify.independent.documents import CERTIFICATE
from verify.independent.kinds import KINDS
from verify.independent.kinds.basins import PROPERTIES
from verify.independent.networks.risk import BENDING

CORPUS = Path(__file__).parents[1] / "corpus"
SECONDS = 30.0


POPULATION = frozenset({"population-teacher-student"})
EXACT = frozenset(
    {
        "empirical-risk",
        "semidefinite-program",
        "matrix",
        "polynomial",
        "quadratic-network",
        "deep-linear-networks",
        "deep-linear-network",
        "matrix-products",
        "residual-linear-networks",
        "residual-linear-network",
        "network-features",
        "networks-of-every-size",
        "quadratic-networks",
    }
)


def originals(folder: str = "valid", unknowns: int = 1_000, kinds: Collection[str] = tuple(KINDS)) -> list[Document]:
    """The files of a folder of the corpus of these kinds with regions of at most so many unknowns."""
    documents = [json.loads(path.read_bytes()) for path in sorted((CORPUS / folder).glob("*.json"))]
    return [document for document in documents if _kind(document) in kinds and _unknowns(document) <= unknowns]


def is_left_out(document: Document) -> bool:
    """A statement about a degenerate point, a curve, weights or a loss that bends: the second checker has no rule."""
    statement, witness = document["statement"], document["witness"]
    if _kind(document) != "empirical-risk":
        return False
    landscape = statement["landscape"]
    is_other = landscape["loss"]["kind"] in BENDING or "sample_weights" in landscape
    return is_other or statement["property"] in PROPERTIES or "bends" in witness.get("descent", {})


def certificates(unknowns: int) -> list[Path]:
    """The committed certificates with regions of at most so many unknowns, without manifests or whole families."""
    files = sorted((CORPUS.parents[1] / "certificates").rglob("*.json"))
    documents = ((path, json.loads(path.read_bytes())) for path in files)
    return [
        path
        for path, document in documents
        if _kind(document) in POPULATION | EXACT
        and document["format"] == CERTIFICATE
        and _unknowns(document) <= unknowns
    ]


def _kind(document: Document) -> str:
    kind: str = document["statement"]["landscape"]["kind"]
    return kind


def symmetric_certificates() -> list[Path]:
    """The committed certificates of symmetric points."""
    files = sorted((CORPUS.parents[1] / "certificates").rglob("*.json"))
    return [path for path in files if b'"symmetric-teacher-student"' in path.read_bytes()]


def sample_of_points(path: Path, count: int, seed: int) -> Document:
    """A certificate of symmetric points with so many of its points: with the largest k, and at random."""
    document = json.loads(path.read_bytes())
    points = document["statement"]["points"]
    largest = max(points, key=lambda point: sum(point["groups"]))
    others = Random(seed).sample([point for point in points if point is not largest], count - 1)
    smaller: Document = copy.deepcopy(document)
    smaller["statement"]["points"] = [largest, *others]
    repair(smaller)
    return smaller


def _unknowns(document: Document) -> int:
    """Of a region, or of a start on a risk; 0 for a statement about neither."""
    statement = document["statement"]
    is_run = _kind(document) == "empirical-risk" and "start" in statement
    center = statement["start"] if is_run else statement.get("region", {}).get("center", [])
    return sum(map(len, center)) if center else 0


def compare(path: Path, seconds: float = SECONDS) -> tuple[str, str]:
    """The verdicts of the first and the second checker; fails where the specification lets them not differ so.

    Both must agree on which files are malformed, and on the digests of the others; one may decide what the other leaves
    undecided, but not the contrary of what the other decided. Of the kinds of statements that the second does not know
    it must say so, and no more. What only the second proves is judged by the fuzzer's judge, in floats.
    """
    first = checker.check(path, time_limit=seconds)
    second = second_check(str(path), time_limit=seconds)
    verdicts = first.name, second.verdict
    if second.reason == "rule not supported":
        assert second.verdict == "Undecided"
        return verdicts
    told = f"{path}: {verdicts}\nfirst:  {getattr(first, 'reason', 'proved')}\nsecond: {second.reason}"
    assert (first.name == "Malformed") == (second.verdict == "Malformed"), told
    assert set(verdicts) != {"Verified", "Rejected"}, told
    assert first.digest == second.digest, told
    assert "internal error" not in second.reason, told
    if verdicts == ("Undecided", "Verified"):
        false = _falsehood(getattr(first, "statement", None), path.parent)
        assert false is None, (told, false)
    return verdicts


def _falsehood(statement: Statement | None, folder: Path) -> str | None:
    """What the fuzzer's judge finds false about a statement, if it can judge it."""
    if statement is None or isinstance(statement, Theorem):
        return None
    if isinstance(statement, Family):
        return family_falsehood(statement)
    if isinstance(statement, SymmetricPoints):
        small = (point for point in statement.points if point.pair[0] <= LARGEST)
        return next((found for point in small if (found := symmetric_falsehood(statement.activation, point))), None)
    if isinstance(statement, LinearStatement):
        return falsehood_about_linear_networks(statement)
    if isinstance(statement, ResidualStatement):
        return falsehood_about_residual_networks(statement)
    if isinstance(statement, NearlyOrthonormalTeachers):
        return nearby_falsehood(statement)
    return falsehood_of_a_global_statement(statement, folder) if isinstance(statement, Global) else falsehood(statement)


class Differential:
    """A folder with the parts of the corpus's manifests and its data files, where mutants are written and compared."""

    def __init__(self, folder: Path, documents: list[Document]) -> None:
        for path in (CORPUS / "valid").iterdir():
            shutil.copy(path, folder)
        self._folder, self._documents = folder, documents

    def run(self, count: int, seed: int) -> Counter[tuple[str, str]]:
        """How often which two verdicts were given; a mutant on which they disagree is left in the folder."""
        random, tally = Random(seed), Counter[tuple[str, str]]()
        for number in range(count):
            original, content = mutate(random, self._documents)
            assert content != write(original)
            target = self._folder / f"mutant-{seed}-{number}.json"
            target.write_bytes(content)
            tally[compare(target)] += 1
            target.unlink()
        return tally
