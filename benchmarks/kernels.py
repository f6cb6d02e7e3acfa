"""Generated kernels against the ones written by hand that they replaced: widths of the balls, and time.

    python benchmarks/kernels.py --output docs/BENCHMARKS.md

Writes its own section of the report, and keeps the others. The Gram entries are those of random boxes of neurons in
R^3, and those of all pairs of neurons over the regions of committed certificates. A ratio is that of the generated to
the one by hand: of the radii of each of the 8 numbers of a pair (3 of a neuron alone), and of the time of all pairs,
each the best of several rounds in turn. The limit of both was 1.5; beyond it the one by hand would have been kept.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from statistics import median

from flint import arb, arb_mat, ctx
from sections import put_section
from timing import ratio_of_times

from verify.checker.core.balls import ball, box, point
from verify.checker.core.reader import parse
from verify.checker.losses import relu
from verify.checker.losses.dual_kernel import DualKernel, Jet, Parallel, Second, SelfJet
from verify.checker.losses.teacher_student import kernel_of
from verify.checker.statements.teacher_student import LANDSCAPE, RELU, Activation

HEADING = "Generated kernels"
PAIRS = 2_000
RADII = ("0", "1e-8", "1e-3", "1e-2")
CERTIFICATES = ("certificates/safran-shamir-2018", "certificates/other-activations")
BITS = 53

Gram = tuple[arb, arb, arb]


class ErfByHand:
    """As the checker had it."""

    def pair(self, p: arb, q: arb, s: arb) -> Jet:
        """kappa and its derivatives."""
        a, b, c = 1 + 2 * p, 1 + 2 * s, 4 / arb.pi()
        r = (a * b - 4 * q * q).sqrt()
        cube = r * r * r
        return Jet(
            value=c / 2 * (2 * q / r).atan(),
            p=-c * q / (a * r),
            q=c / r,
            second=Second(
                pp=c * q * (2 * r * r + a * b) / (a * a * cube),
                pq=-c * b / cube,
                ps=c * q / cube,
                qq=4 * c * q / cube,
                qs=-c * a / cube,
            ),
        )

    def alone(self, p: arb) -> SelfJet:
        """phi and its derivatives."""
        a, root, c = 1 + 2 * p, (1 + 4 * p).sqrt(), 4 / arb.pi()
        return SelfJet(
            value=c / 2 * (2 * p / root).atan(),
            first=c / (a * root),
            second=-4 * c * (1 + 3 * p) / (a * a * root * root * root),
        )


class HalfLinesByHand:
    """As the checker had it."""

    def __init__(self, slope: arb) -> None:
        self.slope = slope

    def pair(self, p: arb, q: arb, s: arb) -> Jet:
        """kappa and its derivatives."""
        area, obtuse = relu.area_and_obtuse(p, q, s)
        bend, two_pi = (1 - self.slope) * (1 - self.slope), 2 * arb.pi()
        value, in_p, in_q = (area + obtuse * q) / two_pi, area / (4 * arb.pi() * p), obtuse / two_pi
        second: Second | Parallel
        if 2 * area.lower() > area.upper():
            c = 1 / (8 * arb.pi() * area)
            singular = (c * (2 * q * q - p * s) / (p * p), -2 * c * q / p, c, 4 * c, -2 * c * q / s)
            second = Second(*(bend * derivative for derivative in singular))
        else:
            second = Parallel(*(bend * bound for bound in relu.parallel(p, s, area)))
        return Jet(bend * value + self.slope * q, bend * in_p, bend * in_q + self.slope, second)

    def alone(self, p: arb) -> SelfJet:
        """phi and its derivatives."""
        half = (1 + self.slope * self.slope) / 2
        return SelfJet(half * p, half, arb(0))


def by_hand(activation: Activation) -> DualKernel:
    """The kernel as it was."""
    return ErfByHand() if activation.is_smooth else HalfLinesByHand(ball(activation.slope))


def random_boxes(radius: str) -> list[Gram]:
    """Gram entries of pairs of boxes of neurons."""
    generator = random.Random(7)
    found = []
    for _ in range(PAIRS):
        w, v = ([arb(generator.uniform(-2, 2), radius) for _ in range(3)] for _ in range(2))
        p, q, s = (sum((a * b for a, b in zip(x, y, strict=True)), arb(0)) for x, y in ((w, w), (w, v), (v, v)))
        found.append((p, q, s))
    return found


def regions() -> Iterator[tuple[Activation, list[Gram]]]:
    """Of each committed certificate the activation, and the Gram entries of all pairs of its neurons."""
    for path in sorted(path for folder in CERTIFICATES for path in Path(folder).glob("*.json")):
        if "manifest" in json.loads(path.read_text(encoding="utf-8"))["format"]:
            continue
        statement = parse(path.read_bytes()).member("statement")
        landscape = LANDSCAPE.read(statement.member("landscape"), {})
        region = statement.member("region")
        center, radius = region.member("center").matrix(*landscape.shape), region.member("radius").number()
        neurons = arb_mat([*box(center, radius), *point(landscape.teacher)])
        gram = (neurons * neurons.transpose()).tolist()
        every, students = range(len(gram)), range(landscape.neurons)
        yield landscape.activation, [(gram[i][i], gram[i][j], gram[j][j]) for i in students for j in every if i != j]


def numbers(jet: Jet) -> list[arb]:
    """The numbers of a pair."""
    return [jet.value, jet.p, jet.q, *jet.second]


def compared(name: str, activation: Activation, grams: list[Gram]) -> str:
    """A row of the table."""
    hand, generated = by_hand(activation), kernel_of(activation)
    pairs = [(numbers(hand.pair(*gram)), numbers(generated.pair(*gram))) for gram in grams]
    alone = [(list(hand.alone(p)), list(generated.alone(p))) for p, _, _ in grams]
    cells = [f"| {name}, {activation.describe()} | {len(grams)}"]
    for balls in (pairs, alone):
        ratios = [
            float(new.rad()) / float(old.rad())
            for both in balls
            for old, new in zip(*both, strict=True)
            if old.rad() > 0 and old.is_finite()
        ]
        cells.append(f"{median(ratios):.2f}, {max(ratios):.2f}" if ratios else "exact")
    cells.append(f"{ratio_of_times(hand.pair, generated.pair, grams):.2f}")
    cells.append(f"{ratio_of_times(hand.alone, generated.alone, [(p,) for p, _, _ in grams]):.2f}")
    return " | ".join(cells) + " |"


def main() -> None:
    """Measure, print the table, and write it if a report is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="the report whose section is to be replaced")
    options = parser.parse_args()
    ctx.prec = BITS
    rows = [
        "| Gram entries of | pairs | width of a pair (median, largest) | width alone | time of a pair | time alone |",
        "|---|---|---|---|---|---|",
    ]
    leaky, erf = Activation("leaky-relu", Fraction(1, 10)), Activation("erf")
    for radius in RADII:
        rows += [compared(f"boxes of radius {radius}", sigma, random_boxes(radius)) for sigma in (RELU, leaky, erf)]
    found: dict[Activation, list[Gram]] = {}
    for sigma, grams in regions():
        found.setdefault(sigma, []).extend(grams)
    rows += [compared("the regions of certificates", sigma, grams) for sigma, grams in found.items()]
    words = (
        f"`benchmarks/kernels.py`, at {BITS} bits: the kernels that `verify derive NAME --code` writes over the ones "
        "by hand that they replaced, as ratios. Where the box is a point, widths are rounding errors. A loss evaluates "
        "a neuron alone once for each neuron, and a pair for each two."
    )
    text = "\n".join([words, "", *rows])
    print(text)
    if options.output:
        put_section(options.output, HEADING, text)


if __name__ == "__main__":
    main()
