"""Random audits judged by an oracle: python -m tests.fuzz.audits --count 5000 --seed 7

Each audit is a claims file about a small network: rational or smooth, with zero samples, units on kinks, dead units,
duplicates, random, exact and nearly critical points. Nothing may be wrong, and nothing may crash.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from click.testing import CliRunner
from scipy.optimize import minimize

from tests.fuzz.audit_oracle import WITHIN, Loss, falsehood
from verify.producer.cli import main as command

Document = dict[str, Any]

PROPERTIES = (*WITHIN, "not-a-local-minimum", "not-a-global-minimum", "value")
ENTRIES = ("0", "0", "1", "-1", "1/2", "-1/2", "2", "-2", "3/4", "-3")
RADII = ("0", "1/1000000", "1/1000", "1/10", "1", "3")
PIECEWISE = ("identity", "relu", "relu", {"leaky-relu": "1/10"}, {"piecewise-linear": ["-1", "1"]}, "square")
SMOOTH = ("tanh", "sigmoid", "softplus", "arctan")
EXITS = (0, 1, 3)


def random_landscape(random: Random) -> Document:
    """A small network on a few samples."""
    is_smooth = random.random() < 0.4
    count, size = random.randint(1, 4), random.choice((1, 1, 2))
    widths = random.choice(([1], [1], [1, 1], [2, 1], [1, 1, 1], [2, 2]))
    inputs = [[random.choice(ENTRIES) for _ in range(size)] for _ in range(count)]
    if random.random() < 0.2:
        inputs[0] = ["0"] * size
    if random.random() < 0.2:
        inputs[-1] = inputs[0]
    loss = random.choice(("squares", "squares", "squares", "logistic", "cross-entropy")) if is_smooth else "squares"
    choices = {"logistic": ("1", "-1"), "cross-entropy": ("0", "1", "1/2")}.get(loss, ENTRIES)
    number = parameters(size, widths, biases := random.random() < 0.5)
    fixed = sorted(random.sample(range(number), random.choice((0, 0, 0, 1))))
    decay = random.choice(("0", "0", "0", "1/10"))
    return {
        "inputs": inputs,
        "targets": [[random.choice(choices) for _ in range(widths[-1])] for _ in range(count)],
        "widths": widths,
        "activation": random.choice(SMOOTH if is_smooth else PIECEWISE),
        "output": random.choice(("identity", "identity", "sigmoid" if is_smooth else "relu")),
        "biases": biases,
        "residual": random.random() < 0.1,
        "loss": loss,
        "scale": random.choice(("half-sum", "sum", "mean")),
        "weight_decay": decay,
        "bias_decay": random.choice((decay, "0")),
        "fixed": [[index, random.choice(ENTRIES)] for index in fixed if number > 1],
    }


def parameters(size: int, widths: list[int], biases: bool) -> int:
    """How many weights and biases a network has."""
    before = [size, *widths]
    return sum((m + biases) * n for m, n in zip(before, widths, strict=False))


def random_point(random: Random, loss: Loss, landscape: Document) -> list[str]:
    """Random, at the end of a descent, or such an end with fewer digits."""
    size = parameters(len(landscape["inputs"][0]), landscape["widths"], landscape["biases"]) - len(loss.fixed)
    point = [random.choice(ENTRIES) for _ in range(size)]
    kind = random.random()
    if kind < 0.45:
        return point
    start = [float(Fraction(entry)) + random.gauss(0, 0.3) for entry in point]
    found = minimize(loss.roughly, start, method="BFGS", options={"maxiter": 60, "gtol": 1e-9}).x
    if not all(abs(entry) < 1e6 for entry in found):
        return point
    if kind < 0.7:
        return [str(Fraction(float(entry)).limit_denominator(10**9)) for entry in found]
    if kind < 0.85:
        return [str(Fraction(float(entry)).limit_denominator(100)) for entry in found]
    return [str(Fraction(float(entry)).limit_denominator(4)) for entry in found]


def fit(random: Random, landscape: Document, point: list[str]) -> None:
    """Sometimes make the loss 0 at the point, where the outputs are rational."""
    loss = Loss(landscape)
    if not loss.is_rational or random.random() > 0.3:
        return
    widths = [len(landscape["inputs"][0]), *landscape["widths"]]
    given = iter(point)
    total = parameters(widths[0], widths[1:], landscape["biases"])
    theta = [loss.fixed[i] if i in loss.fixed else Fraction(next(given)) for i in range(total)]
    for x, y in zip(landscape["inputs"], landscape["targets"], strict=True):
        y[:] = [str(entry) for entry in loss._forward([Fraction(entry) for entry in x], theta, widths, Fraction)]


def random_claims(random: Random, loss: Loss, point: list[str]) -> list[Document]:
    """A few claims about the point, with whatever keys their properties use."""
    value = loss.exactly([Fraction(entry) for entry in point])
    claims = []
    for index, name in enumerate(random.sample(PROPERTIES, random.randint(2, 4))):
        claim: Document = {"id": f"c{index}", "landscape": "a", "property": name, "point": point}
        if name in WITHIN and random.random() < 0.6:
            claim["within"] = random.choice(RADII)
        if name == "value" or (name != "no-critical-point" and random.random() < 0.25):
            exact = value if isinstance(value, Fraction) and len(str(value)) < 80 else Fraction(float(value))
            low, high = exact - Fraction(1, 1000), exact + Fraction(1, 1000)
            claim["loss"] = random.choice((str(exact), [str(low), str(high)], str(exact + 1), ["0", str(exact / 2)]))
        claims.append(claim)
    return claims


def text(landscape: Document, claims: list[Document]) -> str:
    """The claims file."""
    lines = ["[landscapes.a]", *(f"{key} = {_toml(value)}" for key, value in landscape.items())]
    for claim in claims:
        lines += ["[[claims]]", *(f"{key} = {_toml(value)}" for key, value in claim.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def run(count: int, seed: int, folder: Path) -> Counter[str]:
    """Judge so many audits; how many claims got which verdict. Raises AssertionError with the file that is wrong."""
    tally: Counter[str] = Counter()
    for number in range(seed, seed + count):
        tally += audit(number, folder)
    return tally


def audit(number: int, folder: Path) -> Counter[str]:
    """One random audit."""
    random = Random(number)
    landscape = random_landscape(random)
    point = random_point(random, Loss(landscape), landscape)
    fit(random, landscape, point)
    loss = Loss(landscape)
    claims = random_claims(random, loss, point)
    path = folder / "audit.toml"
    path.write_text(text(landscape, claims), encoding="utf-8")
    result = CliRunner().invoke(command, ["audit", str(path), "--format", "json"])
    told = f"audit {number}:\n{path.read_text(encoding='utf-8')}\n{result.output}"
    assert result.exit_code in EXITS, told
    tally: Counter[str] = Counter(audits=1)
    for claim, found in zip(claims, json.loads(result.stdout)["results"], strict=True):
        wrong = falsehood(loss, claim, found)
        assert wrong is None, f"{claim['id']} is {found['verdict']}, but {wrong}; {told}"
        tally[found["verdict"]] += 1
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep-going", action="store_true", help="print what is wrong and go on")
    options = parser.parse_args()
    tally, start = Counter[str](), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.seed, options.seed + options.count):
            try:
                tally += audit(number, Path(folder))
            except AssertionError as error:
                if not options.keep_going:
                    raise
                tally["WRONG or crashed"] += 1
                print(error, flush=True)
            if (number - options.seed) % 100 == 99:
                print(f"{time.perf_counter() - start:.0f} s: {dict(tally)}", flush=True)
    shown = ", ".join(f"{tally[name]} {name}" for name in ("audits", "proved", "refuted", "undecided"))
    print(f"{shown}, {tally['WRONG or crashed']} wrong or crashed.")


if __name__ == "__main__":
    main()
