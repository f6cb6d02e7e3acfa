"""A long comparison of the two checkers on mutants: python -m tests.independent --count 100000 --seed 7"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.independent.differential import Differential, originals
from verify.independent.kinds import KINDS

STEP = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), help="kinds of landscapes")
    parser.add_argument("--unknowns", type=int, default=1_000, help="leave out larger certificates of the corpus")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        comparison, start = (
            Differential(Path(folder), originals(unknowns=options.unknowns, kinds=options.kinds)),
            time.perf_counter(),
        )
        tally = Counter[tuple[str, str]]()
        for done in range(0, options.count, STEP):
            tally += comparison.run(min(STEP, options.count - done), seed=options.seed + done)
            print(f"{tally.total()} mutants in {time.perf_counter() - start:.0f} s", flush=True)
    for (first, second), count in tally.most_common():
        print(f"{count:8} {first} by the first checker, {second} by the second")
    print("On no mutant did the two checkers contradict each other.")


if __name__ == "__main__":
    main()
