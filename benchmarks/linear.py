"""Deep linear networks: what a run in float64 says and what is true; step counts; the floors in CPU seconds.

    python benchmarks/linear.py --output docs/BENCHMARKS.md

Writes its own section of the report, and keeps the others.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import TypeVar

import numpy as np
from sections import write_or_print
from verify.proofs.bartlett_2018 import ARTEFACT, ESCAPES
from verify.proofs.hardt_ma_2016 import LARGE, LAYERS, ORDER

from verify.checker.public import Verified, at_most, prove
from verify.producer.linear.above import certify_stays_above
from verify.producer.linear.critical import certify_critical_point
from verify.producer.linear.from_identity import certify_from_identity, plan, steps, symmetric
from verify.producer.linear.residual import certify_optimum
from verify.producer.linear.trajectory import certify_run, network
from verify.producer.prover import Certificate

HEADING = "Deep linear networks"
STEP = 1 / 50
DEPTHS = range(2, 1001)
SPECTRA = (("1/10", "10"), ("1/2", "2"))
ERROR = Fraction(1, 10**6)
T = TypeVar("T")


def float64_run(layers: int, most: int = 20_000) -> tuple[int, float]:
    """NumPy's gradient descent from the identity on the 2 x 2 target: the first step with loss < 1e-10; its loss."""
    Phi = np.array([[float(Fraction(entry)) for entry in row] for row in ARTEFACT])
    W = [np.eye(2) for _ in range(layers)]
    for t in range(most):
        below = [np.eye(2)]
        for layer in W:
            below.append(layer @ below[-1])
        above = [np.eye(2)]
        for layer in reversed(W):
            above.append(above[-1] @ layer)
        E = below[-1] - Phi
        loss = float((E * E).sum() / 2)
        if loss < 1e-10:
            return t, loss
        W = [layer - STEP * (above[layers - 1 - j].T @ E @ below[j].T) for j, layer in enumerate(W)]
    return most, loss


def true_count(eigenvalue: float, L: int, step: float) -> int:
    """Steps of theta <- theta - eta theta^(L-1) (theta^L - lambda) until |theta^L - lambda| <= ERROR."""
    log_theta, t, error = 0.0, 0, float(ERROR)
    while abs(math.exp(L * log_theta) - eigenvalue) > error:
        change = -step / L * math.exp((L - 2) * log_theta) * (math.exp(L * log_theta) - eigenvalue)
        log_theta, t = log_theta + math.log1p(change), t + 1
    return t


def timed(make: Callable[[], T]) -> tuple[T, float]:
    """What it makes, and the CPU seconds."""
    start = time.process_time()
    made = make()
    return made, time.process_time() - start


def check(certificate: Certificate) -> float:
    """CPU seconds of the first checker."""
    verdict, seconds = timed(lambda: prove(certificate.read()))
    if not isinstance(verdict, Verified):
        raise SystemExit(f"not verified: {verdict}")
    return seconds


def table() -> list[str]:
    """Step counts of some depths, and the seconds for all of them."""
    rows, total, count, closed = [], 0.0, 0, 0.0
    for spectrum in SPECTRA:
        targets = symmetric(*spectrum)
        for L in DEPTHS:
            _, seconds = timed(lambda L=L, targets=targets: certify_from_identity(targets, (L, L), error=ERROR))  # type: ignore[misc]
            total, count, closed = total + seconds, count + 1, max(closed, seconds)
            if L in (2, 3, 10, 100, 1000):
                chosen = plan(targets, L)
                true = max(true_count(float(Fraction(x)), L, float(chosen.step)) for x in spectrum)
                found = steps(targets, chosen, ERROR)
                rows.append(f"| [{spectrum[0]}, {spectrum[1]}] | {L} | {found} | {true} | {found / true:.2f} |")
    rows.append("")
    rows.append(f"All {count} certificates: {total:.1f} CPU s to make and check, the slowest {closed:.2f} s.")
    return rows


def points() -> list[str]:
    """Critical points of three 10 x 10 layers, of 300 unknowns, strict and not; and many random ones."""
    learned = [i < 4 for i in range(10)]
    target = [[(20 - i) * (i == j) for j in range(10)] for i in range(10)]
    first = [[(20 - i) * (i == j and learned[i]) for j in range(10)] for i in range(10)]
    middle = [[int(i == j and learned[i]) for j in range(10)] for i in range(10)]
    zero = [[0] * 10 for _ in range(10)]
    rows = ["| critical point | unknowns | what it is | make (s) | check (s) |", "|---|---|---|---|---|"]
    for name, point in (("4 of 10 singular values learned", [first, middle, middle]), ("the origin", [zero] * 3)):
        found, seconds = timed(lambda point=point: certify_critical_point(network(target, 3), point))  # type: ignore[misc]
        kind = found.read().statement.property
        rows.append(f"| {name} | 300 | {kind} | {seconds:.2f} | {check(found):.2f} |")
    random, kinds, seconds = Random(2016), Counter[str](), 0.0
    for _ in range(1000):
        certificate, made = timed(lambda: random_critical_point(random))
        kinds[certificate.read().statement.property] += 1
        seconds += made + check(certificate)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return [*rows, "", f"1,000 random critical points: {seconds:.1f} s to make and check; {told}."]


def random_critical_point(random: Random) -> Certificate:
    """Of 2 to 4 layers of a diagonal target, some of whose entries are learned."""
    d, H = random.randrange(1, 4), random.randrange(2, 5)
    target = [[(i + 2) * (i == j) for j in range(d)] for i in range(d)]
    learned = [random.random() < 0.4 for _ in range(d)]
    layers = [[[int(i == j and learned[i]) for j in range(d)] for i in range(d)] for _ in range(H)]
    layers[0] = [[x * (i + 2) for x in row] for i, row in enumerate(layers[0])]
    for j in range(H - 1):  # another basis of the layer between: (1, a; 0, 1) in two coordinates
        if d > 1:
            a, (p, q) = random.randrange(-1, 2), random.sample(range(d), 2)
            layers[j][p] = [x + a * y for x, y in zip(layers[j][p], layers[j][q], strict=True)]
            for row in layers[j + 1]:
                row[q] -= a * row[p]
    return certify_critical_point(network(target, H), layers)


def residual() -> str:
    """Hardt & Ma's optimum of a 10 x 10 matrix and 60 layers."""
    found, seconds = timed(lambda: certify_optimum(LARGE, LAYERS))
    norm = at_most(found.read().statement.norm, 4)
    return (
        f"Residual network, d = {ORDER}, l = {LAYERS}: a global minimum with all \\|A_i\\| <= {norm}, "
        f"{seconds:.2f} s to make, {check(found):.2f} s to check."
    )


def report() -> str:
    """The section."""
    lines = ["Made by `python benchmarks/linear.py --output docs/BENCHMARKS.md`. Seconds are CPU seconds.", ""]
    lines += [
        "Phi = [[1, 1/10], [0, -1]], from the identity, step 1/50. The certificates are those of `bartlett-2018`.",
        "",
        "| L | NumPy, float64: first step with loss < 1e-10 | exact gradient descent, certified | check (s) |",
        "|---|---|---|---|",
    ]
    obstruction = certify_stays_above(ARTEFACT)
    said = "stays above 0.4524375 for ever" if "0.4524375" in obstruction.read().statement.sentence() else "?"
    step, loss = float64_run(2)
    lines.append(f"| 2 | {step} (loss {loss:.1e}) | {said} | {check(obstruction):.3f} |")
    escape = certify_run(ARTEFACT, 3, "1/50", converges=True)
    step, loss = float64_run(3)
    reached = escape.read().statement.sentence().partition(" after ")[2].partition(" steps")[0]
    lines.append(f"| 3 | {step} (loss {loss:.1e}) | loss <= 1e-10 at step {reached} | {check(escape):.2f} |")
    escapes = [certify_run(target, 2, "1/20") for target in ESCAPES]
    lines += ["", f"The four 3 x 3 targets of `bartlett-2018`, L = 2: {sum(map(check, escapes)):.2f} s to check.", ""]
    lines += [
        "Symmetric targets with eigenvalues in [a, b], the largest step: steps to an error of 1e-6 in the norm, by",
        "the certificate, and by iterating both ends.",
        "",
        "| [a, b] | L | certified | true | ratio |",
        "|---|---|---|---|---|",
        *table(),
        "",
        *points(),
        "",
        residual(),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    write_or_print(__doc__, HEADING, report)
