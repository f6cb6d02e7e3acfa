"""What a checker says of a file, without what depends on the machine or on the day: no times, no measured numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests import second as second_checker
from verify import checker
from verify.checker.core.verdict import Verdict, Verified, exit_code

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"
VERDICTS = Path(__file__).parent / "verdicts.json"
CHEAP_BYTES = 6_000
"""Certificates up to this size are checked by the default run of the tests."""
SECOND_BYTES = 12_000
"""Files up to this size are given to the second checker too, which is slower."""
SECONDS = 3_600.0
"""No verdict may depend on how fast the machine is."""

Record = dict[str, Any]


def files() -> list[Path]:
    """Every certificate and manifest of the repository and every .json file of the corpus's three folders, sorted."""
    corpus = [path for folder in ("valid", "invalid", "malformed") for path in (CORPUS / folder).glob("*.json")]
    return sorted([*corpus, *(ROOT / "certificates").rglob("*.json")], key=name)


def name(path: Path) -> str:
    """A file's name in the record: its path from the repository's root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def is_cheap(path: Path) -> bool:
    """Whether a file belongs to the default run: the corpus, and small certificates that name no others."""
    return path.is_relative_to(CORPUS) or (path.stat().st_size <= CHEAP_BYTES and not _is_manifest(path))


def has_second(path: Path) -> bool:
    """Whether the second checker is asked as well."""
    return path.stat().st_size <= SECOND_BYTES and not (_is_manifest(path) and not path.is_relative_to(CORPUS))


def _is_manifest(path: Path) -> bool:
    return b'"landscape-verify-manifest/' in path.read_bytes()


def said(path: Path) -> Record:
    """What the first checker says of a file, and the second where it is asked."""
    record = first(path)
    if has_second(path):
        record["second"] = second(path)
    return record


def first(path: Path) -> Record:
    """Verdict, exit code, and what a reader is told: the reason or the sentence, with property, scope and tier."""
    verdict = checker.check(path, time_limit=SECONDS)
    return {
        "verdict": verdict.name,
        "exit": int(exit_code([verdict])),
        **_about(verdict),
    }


def second(path: Path) -> Record:
    """Verdict, reason and sentence by the second checker; a reason of a verified file is its sentence."""
    result = second_checker.check(str(path), time_limit=SECONDS)
    return {"verdict": result.verdict, "said": result.reason}


def _about(verdict: Verdict) -> Record:
    found: Record = {}
    statement = getattr(verdict, "statement", None)
    if statement is not None:
        found |= {"property": statement.property, "sentence": statement.sentence(), "scope": statement.scope}
    if isinstance(verdict, Verified):
        found |= {"trust": verdict.trust, "rules": list(dict.fromkeys(met.rule for met in verdict.hypotheses))}
    else:
        found |= {"code": str(getattr(verdict, "code", "")), "reason": getattr(verdict, "reason", "")}
    return found


def packed(records: dict[str, Record]) -> str:
    """The text of `verdicts.json`: one line a file; sentences, which files share, once each, by their digest."""
    sentences: dict[str, str] = {}

    def short(text: str) -> str:
        key = hashlib.sha256(text.encode()).hexdigest()[:10]
        if sentences.setdefault(key, text) != text:
            raise ValueError(f"two sentences have the digest {key}")
        return key

    rows = []
    for file in sorted(records):
        record = dict(records[file])
        for field in ("sentence", "scope"):
            if field in record:
                record[field] = short(record[field])
        rows.append(f"{json.dumps(file)}: {json.dumps(record, ensure_ascii=False)}")
    texts = [f"{json.dumps(key)}: {json.dumps(sentences[key], ensure_ascii=False)}" for key in sorted(sentences)]
    return '{"files": {\n' + ",\n".join(rows) + '\n},\n"texts": {\n' + ",\n".join(texts) + "\n}}\n"


def unpacked(text: str) -> dict[str, Record]:
    """The records that `packed` wrote."""
    content = json.loads(text)
    records: dict[str, Record] = content["files"]
    for record in records.values():
        for field in ("sentence", "scope"):
            if field in record:
                record[field] = content["texts"][record[field]]
    return records


def committed() -> dict[str, Record]:
    """The records of `verdicts.json`."""
    return unpacked(VERDICTS.read_text(encoding="utf-8"))


def differences(path: Path, expected: Record | None) -> list[str]:
    """One line for each thing that is said otherwise of a file than is recorded; none if nothing is."""
    if expected is None:
        return [f"{name(path)}: not recorded"]
    return [*_differences(name(path), expected, said(path))]


def _differences(where: str, expected: Record, found: Record) -> Iterable[str]:
    for field in sorted(expected.keys() | found.keys()):
        before, now = expected.get(field), found.get(field)
        if isinstance(before, dict) and isinstance(now, dict):
            yield from _differences(f"{where}, second checker", before, now)
        elif before != now:
            yield f"{where}: {field} was {before!r}, is {now!r}"
