"""python -m tests.guard --write | --check [--cheap] [--only WORD]: the record of all verdicts and reasons."""

from __future__ import annotations

import argparse
import sys
import time

from tests.guard.record import VERDICTS, committed, differences, files, is_cheap, name, packed, said


def main() -> int:
    """Write or compare; 1 if something is said otherwise than recorded."""
    parser = argparse.ArgumentParser(prog="python -m tests.guard", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="write tests/guard/verdicts.json")
    action.add_argument("--check", action="store_true", help="compare with it")
    parser.add_argument("--cheap", action="store_true", help="only what the tests look at by default")
    parser.add_argument("--only", default="", metavar="WORD", help="only files with this in their path")
    options = parser.parse_args()
    every = files()
    chosen = [path for path in every if options.only in name(path) and (is_cheap(path) or not options.cheap)]
    before = committed() if VERDICTS.exists() else {}
    start, told = time.monotonic(), 0
    records = {file: record for file, record in before.items() if file in set(map(name, every))}
    try:
        for count, path in enumerate(chosen, start=1):
            if options.write:
                records[name(path)] = said(path)
            else:
                for line in differences(path, before.get(name(path))):
                    told += 1
                    print(line, flush=True)
            print(f"\r{count} of {len(chosen)}, {time.monotonic() - start:.0f} s", end="", file=sys.stderr, flush=True)
    finally:  # what was found is kept when it is interrupted
        print(file=sys.stderr)
        if options.write:
            VERDICTS.write_text(packed(records), encoding="utf-8")
    if options.write:
        return 0
    for file in sorted(before.keys() - set(map(name, every))):
        told += 1
        print(f"{file}: recorded, and no longer there")
    print(f"{len(chosen)} files, {told} differences")
    return int(told > 0)


if __name__ == "__main__":
    sys.exit(main())
