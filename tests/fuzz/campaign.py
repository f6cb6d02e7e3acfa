"""Running many mutations and judging each verdict."""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.engine import Document, mutate
from tests.fuzz.truth import falsehood, family_falsehood, implies, symmetric_falsehood
from tests.fuzz.truth_linear import LinearStatement, falsehood_about_linear_networks
from tests.fuzz.truth_nearby import nearby_falsehood
from tests.fuzz.truth_sdp import Global, falsehood_of_a_global_statement
from verify.checker import Undecided, Verified, check
from verify.checker.evaluators import SMOOTH, smooth
from verify.checker.front.manifest import Theorem
from verify.checker.front.session import read
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.family import Family
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.checker.statements.symmetric import SymmetricPoints

CORPUS = Path(__file__).parents[1] / "corpus" / "valid"
SECONDS = 20.0
"""No file of the corpus, mutated, may take longer than this."""
MEBIBYTES = 1024
"""Nor may the process grow beyond this."""


@cache
def originals(families: bool = False) -> list[Document]:
    """The valid certificates of the corpus: those of statements for every k, which take longer, or the others."""
    paths = [path for path in sorted(CORPUS.glob("*.json")) if path.name.startswith("family-") == families]
    return [json.loads(path.read_bytes()) for path in paths]


class Campaign:
    """A folder with the parts of the corpus's manifests, and a file of it that is mutated again and again."""

    def __init__(self, folder: Path) -> None:
        for path in CORPUS.iterdir():  # data files too
            shutil.copy(path, folder)
        for name in SMOOTH:  # loaded on first use, which would look like opening a file
            smooth(name)
        self._target = folder / "mutant.json"
        self._allowed = {str(path) for path in (self._target, *folder.iterdir())}
        self._statements = {document["digest"]: read(path).statement for path, document in _named(folder)}
        self._opened: set[str] = set()
        self._watching = False
        sys.addaudithook(self._on_event)

    def run(self, count: int, seed: int, chosen: list[Document] | None = None) -> Counter[str]:
        """Judge so many mutants; how many got which verdict."""
        random = Random(seed)
        return Counter(self.judge(*mutate(random, chosen or originals())) for _ in range(count))

    def judge(self, original: Document | None, content: bytes) -> str:
        """Check a mutant and fail if the checker can be blamed; returns the verdict's name."""
        self._target.write_bytes(content)
        start = time.perf_counter()
        self._watching = True
        try:
            verdict = check(self._target, time_limit=SECONDS / 2)
        finally:
            self._watching = False
        assert time.perf_counter() - start < SECONDS, content[:2000]
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEBIBYTES * 1024, content[:2000]
        assert self._opened <= self._allowed, self._opened
        if isinstance(verdict, Undecided):
            assert "internal error" not in verdict.reason, (verdict.reason, content[:2000])
        if isinstance(verdict, Verified):
            self._judge_statement(original, verdict, content)
        return verdict.name

    def _judge_statement(self, original: Document | None, verdict: Verified, content: bytes) -> None:
        assert original is not None, content
        statement = verdict.statement
        if statement == self._statements[original["digest"]]:
            return
        if isinstance(statement, Theorem):
            known = [theorem for theorem in self._statements.values() if isinstance(theorem, Theorem)]
            parts = [part for part in self._statements.values() if isinstance(part, CriticalPoint)]
            proved = all(any(_alone(statement, pair).settled_by(part) for part in parts) for pair in statement.pairs)
            assert proved or any(implies(theorem, statement) for theorem in known), content
        elif isinstance(statement, SymmetricPoints):
            for point in statement.points:
                found = symmetric_falsehood(statement.activation, point)
                assert found is None, (found, content)
        elif isinstance(statement, Global):
            false = falsehood_of_a_global_statement(statement, CORPUS)
            assert false is None, (false, content)
        elif isinstance(statement, LinearStatement):
            false = falsehood_about_linear_networks(statement)
            assert false is None, (false, content)
        elif isinstance(statement, NearlyOrthonormalTeachers):
            assert nearby_falsehood(statement) is None, (nearby_falsehood(statement), content)
        elif isinstance(statement, Family):
            assert family_falsehood(statement) is None, (family_falsehood(statement), content)
        else:
            assert falsehood(statement) is None, (falsehood(statement), content)

    def _on_event(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._watching and event == "open" and not isinstance(arguments[0], int):  # a descriptor was opened before
            self._opened.add(str(arguments[0]))


def _alone(theorem: Theorem, pair: tuple[int, int]) -> Theorem:
    return Theorem(theorem.activation, theorem.property, theorem.every_dimension, (pair,))


def _named(folder: Path) -> list[tuple[Path, Document]]:
    return [(path, json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json"))]
