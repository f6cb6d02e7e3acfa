"""What the checker says of each valid file: `python -m tests.corpus.make_said` writes it down in `said.json`.

Run by hand when a sentence or a record is meant to change, and read what `git diff` then shows: it is what people
are told was proved. The numbers that were measured may differ in their last digits from one version of FLINT to
the next; a test compares them up to 1 %.
"""

from __future__ import annotations

import json
from typing import Any

from tests.corpus.forge import CORPUS
from verify.checker import Verified, check
from verify.producer.report.summaries import summary

SAID = CORPUS / "said.json"


def said_of(verdict: Verified) -> dict[str, Any]:
    """All words and numbers of a verdict that come from the statement and from the rules."""
    statement = verdict.statement
    return {
        "property": statement.property,
        "sentence": statement.sentence(),
        "summary": summary(statement),
        "scope": statement.scope,
        "definition": statement.definition,
        "hypotheses": [[met.rule, met.hypothesis, met.measured] for met in verdict.hypotheses],
    }


def main() -> None:
    """Write them."""
    said = {}
    for path in sorted((CORPUS / "valid").glob("*.json")):
        verdict = check(path)
        if not isinstance(verdict, Verified):
            raise SystemExit(f"{path.name} is not verified: {verdict}")
        said[path.stem] = said_of(verdict)
    SAID.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
