"""Make the forged files of the corpus from the valid ones: `python -m tests.corpus.make`.

Deterministic, so that a test compares what it makes with what is committed. Files that
were put into the folders by hand are left alone. `reasons.json` tells for each forged
file what the checker's reason must say.
"""

from __future__ import annotations

import json

from tests.corpus.forge import CORPUS, text
from tests.corpus.make_invalid import invalid_files
from tests.corpus.make_malformed import malformed_files
from tests.corpus.make_valid_sdp import DATA

REASONS = "reasons.json"


def forgeries() -> dict[str, bytes]:
    """Path in the corpus -> content, for all files that are made here."""
    originals = {path: path.read_bytes() for path in sorted((CORPUS / "valid").glob("*.json"))}
    valid = {path.stem: json.loads(content) for path, content in originals.items()}
    invalid, why_invalid = invalid_files(valid)
    malformed, why_malformed = malformed_files(valid)
    files = {f"invalid/{name}.json": text(document).encode() for name, document in invalid.items()}
    files |= {f"malformed/{name}.json": content for name, content in malformed.items()}
    for name, content in files.items():
        if not name.startswith("invalid/verified-"):
            assert content not in originals.values(), f"{name} changes nothing"
    forged = [content for name, content in files.items() if not name.startswith("invalid/verified-")]
    assert len(set(forged)) == len(forged), "two forgeries are the same"
    files |= {f"{folder}/{name}": data.encode() for folder in ("invalid", "malformed") for name, data in DATA.items()}
    reasons = {f"invalid/{name}.json": reason for name, reason in why_invalid.items()}
    reasons |= {f"malformed/{name}.json": reason for name, reason in why_malformed.items()}
    files[REASONS] = (json.dumps(reasons, indent=1, sort_keys=True) + "\n").encode()
    return files


def main() -> None:
    """Write them."""
    for name, content in forgeries().items():
        (CORPUS / name).write_bytes(content)


if __name__ == "__main__":
    main()
