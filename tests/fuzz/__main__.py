"""A long run of the fuzzer: python -m tests.fuzz --count 1000000 --seed 7"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.campaign import Campaign

STEP = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        campaign, tally, start = Campaign(Path(folder)), Counter[str](), time.perf_counter()
        for done in range(0, options.count, STEP):
            tally += campaign.run(min(STEP, options.count - done), seed=options.seed + done)
            shown = ", ".join(f"{count} {name.lower()}" for name, count in sorted(tally.items()))
            print(f"{tally.total()} mutants in {time.perf_counter() - start:.0f} s: {shown}", flush=True)
    print("No mutant was verified that is false, and none crashed, hung or opened another file.")


if __name__ == "__main__":
    main()
