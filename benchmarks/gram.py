"""Limiting Gram matrices of scikit-learn's digits for wide.py: what they cost, how depth changes them, and widths."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from sklearn.datasets import load_digits

from verify.checker.public import Session, Verified, at_least
from verify.checker.statements.limiting_gram_matrix import FULLY_CONNECTED, ONE_HIDDEN, RESIDUAL
from verify.producer.prover import Certificate
from verify.producer.wide.gram import (
    certify_random_initialisation,
    certify_smallest_eigenvalue,
    limiting_gram_matrix,
)

DIGITS = load_digits()
COSTS = ((1000, "relu", 1), (200, "erf", 8), (200, "tanh", 8), (200, "softplus", 8), (200, "arctan", 8))
DEPTHS = range(1, 9)
WIDTHS = (10, 20, 50, 100, 200)


def samples(count: int, *, centred: bool = False) -> list[list[int]]:
    """The first digits; centred, N times the difference to their mean, so that they stay integers."""
    rows = DIGITS.data[:count].astype(int)
    return (rows * count - rows.sum(axis=0) if centred else rows).tolist()  # type: ignore[no-any-return]


def checked(certificate: Certificate) -> tuple[float, float]:
    """CPU seconds of one check by the command's own way, and MiB of the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gram.json"
        certificate.save(path)
        start = time.process_time()
        verdict = Session().check(path)
        seconds, size = time.process_time() - start, path.stat().st_size
    if not isinstance(verdict, Verified):
        raise RuntimeError(f"{path} is not verified")
    return seconds, size / 2**20


def cost(count: int, activation: str, depth: int) -> str:
    """A row of the first table."""
    architecture = ONE_HIDDEN if depth == 1 else FULLY_CONNECTED
    start = time.process_time()
    certificate = certify_smallest_eigenvalue(
        limiting_gram_matrix(samples(count), architecture, activation, depth=depth)
    )
    made = time.process_time() - start
    seconds, size = checked(certificate)
    low = at_least(certificate.read().statement.at_least)
    return f"| {count} | {activation} | {depth} | {low} | {made:.1f} | {seconds:.1f} | {size:.2f} |"


def eigenvalue(activation: str, depth: int, scale: str | None) -> str:
    """A lower bound for 100 digits, proved."""
    architecture = FULLY_CONNECTED if scale is None else RESIDUAL
    of = limiting_gram_matrix(samples(100), architecture, activation, depth=depth, residual_scale=scale)
    found = certify_smallest_eigenvalue(of).read().statement.at_least
    return at_least(found if scale is None else found * depth**2, 3)


def by_depth(depth: int) -> str:
    """A row of the second table."""
    residual = [eigenvalue(name, depth, "1/2") if depth > 1 else "" for name in ("softplus", "tanh")]
    connected = [eigenvalue(name, depth, None) for name in ("softplus", "tanh")]
    return f"| {depth} | {connected[0]} | {residual[0]} | {connected[1]} | {residual[1]} |"


def width(count: int) -> str:
    """A row of the third table."""
    labels = [1 if digit % 2 else -1 for digit in DIGITS.target[:count].tolist()]
    start = time.process_time()
    certificate = certify_random_initialisation(
        limiting_gram_matrix(samples(count, centred=True), activation="tanh"), labels, failure_probability="1/100"
    )
    made = time.process_time() - start
    seconds, _ = checked(certificate)
    epsilon = Fraction(certificate.document["witness"]["loss_of_eigenvalue"])
    low = at_least(Fraction(certificate.document["witness"]["least_eigenvalue"]))
    statement = certificate.read().statement
    return f"| {count} | {low} | {float(epsilon):.3f} | {statement.width} | {made:.1f} | {seconds:.1f} |"


def gram_lines() -> list[str]:
    """The lines of the section."""
    return [
        "",
        "### Limiting Gram matrices",
        "",
        "`benchmarks/wide.py`, too: the smallest eigenvalue of the limiting Gram matrix (docs/WIDE.md) on the first N",
        "digits divided by their norms, proved from below. Depth 1: one hidden layer; others: fully connected. CPU",
        "seconds, in one process; to prove includes checking once.",
        "",
        "| N | activation | depth | at least | to prove | to check | MiB |",
        "|---|---|---|---|---|---|---|",
        *(cost(*row) for row in COSTS),
        "",
        "By depth H, for N = 100: lower bounds, each proved by a certificate of its own; for residual networks, with",
        "r = 1/2, H^2 times it.",
        "",
        "| H | softplus, fully connected | softplus, residual | tanh, fully connected | tanh, residual |",
        "|---|---|---|---|---|",
        *map(by_depth, DEPTHS),
        "",
        "Widths m from which on gradient descent converges from a random start with a probability of at least 0.99",
        "(rule `random-initialisation`): tanh, the first N digits minus their mean, divided by their norms, labels 1",
        "for odd digits and -1 for even ones.",
        "",
        "| N | H at least | e | m | to prove | to check |",
        "|---|---|---|---|---|---|",
        *map(width, WIDTHS),
    ]
