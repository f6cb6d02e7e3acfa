"""Random instances of every rule about wide networks: `python -m tests.wide --seed 7 --count 500`."""

from __future__ import annotations

import argparse
import time
from random import Random

from tests.wide import campaign, gram_campaign, more_campaign

RULES = campaign.RULES | more_campaign.RULES | gram_campaign.RULES


def main() -> None:
    """Stop with an AssertionError at the first false verdict; print how many instances were verified."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="7")
    parser.add_argument("--count", type=int, default=500, help="instances of each rule")
    parser.add_argument("--only", default="", help="rules that contain this")
    given = parser.parse_args()
    for rule, look in RULES.items():
        if given.only not in rule:
            continue
        began = time.process_time()
        verified = sum(look(Random(f"{given.seed} {rule} {number}")) for number in range(given.count))
        seconds = time.process_time() - began
        print(f"{rule}: {given.count} instances, {verified} verified, none falsely; {seconds:.1f} CPU s", flush=True)


if __name__ == "__main__":
    main()
