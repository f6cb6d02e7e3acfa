"""Runs of exact gradient descent: when they reach a loss, with how many bits, and whether they converge from there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count

import numpy as np
from flint import arb_mat, ctx

from verify.checker.evaluators import Descended, descended
from verify.checker.public import Open, Reason, Witness, ball, ends
from verify.checker.statements.deep_linear_network import DeepLinearNetwork, Layers
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.gradient_descent import CONVERGES, REACHES, Converges, Reaches, TerminalWitness
from verify.producer.linear.above import Rows, exact
from verify.producer.linear.certified import ONE, RISK, certified
from verify.producer.prover import Certificate, NotCertified

LARGEST = 2**1000
"""Beyond it a run diverges, and its loss has more digits than a certificate may."""
BITS = (128, 256, 512, 1024, 2048, 4096, 8192)
"""Tried in this order: a run loses bits."""
DRAWN_BITS, DRAWN_WIDTH = (256, 1024, 2048), 1e-30
SHARP = 2.0**-40
"""A run is followed with bits enough for a loss that is known up to this part of 1 + loss."""
DISTANCES = [Fraction(1, 2**k) for k in range(2, 40, 2)]


def network(target: Rows, layers: int) -> DeepLinearNetwork:
    """Of so many square layers."""
    Phi = exact(target)
    return DeepLinearNetwork((len(Phi),) * (layers + 1), Phi, None, None)


def identity_start(landscape: DeepLinearNetwork) -> Layers:
    """Theta_j = I."""
    return tuple(
        tuple(tuple(Fraction(int(i == j)) for j in range(columns)) for i in range(rows))
        for rows, columns in landscape.shapes
    )


def certify_run(
    target: Rows,
    layers: int,
    step: object,
    *,
    below: object = "1/10000000000",
    momentum: object = 0,
    most_steps: int = 100_000,
    converges: bool = False,
    start: Layers | None = None,
) -> Certificate:
    """A certificate that exact gradient descent gets below a loss; with `converges`, and then converges.

    The number of steps is the first at which it is so. Raises NotCertified.
    """
    landscape = network(target, layers)
    begin = start or identity_start(landscape)
    eta, beta, wanted = (Fraction(str(x)) for x in (step, momentum, below))
    for bits in BITS:
        with ctx.workprec(bits):
            found = _until(landscape, begin, eta, beta, wanted, most_steps)
        if found is None:
            continue
        steps, ended, loss = found
        value = Fraction(0), wanted
        if not converges:
            statement = Reaches(landscape, REACHES, begin, eta, beta, steps, value)
            return certified(ONE, statement, Witness(bits), {"loss": float(loss)})
        return _converging(
            Converges(landscape, CONVERGES, begin, eta, beta, steps, value, Fraction(0)), ended, loss, bits
        )
    raise NotCertified("the run was not enclosed with the bits that were tried", {"bits": BITS[-1]}, Reason.NOT_PROVED)


def certify_steps(
    landscape: DeepLinearNetwork | EmpiricalRiskLandscape,
    start: object,
    step: object,
    steps: int,
    momentum: object = 0,
    *,
    most_bits: int = BITS[-1],
) -> Certificate:
    """A certificate of the loss after so many steps, between two numbers that are as near as the first bits that do.

    `start`: as a statement has it. Raises NotCertified.
    """
    eta, beta = Fraction(str(step)), Fraction(str(momentum))
    kind = ONE if isinstance(landscape, DeepLinearNetwork) else RISK
    told = "the run was not enclosed with the bits that were tried"
    for bits in (each for each in BITS if each <= most_bits):
        with ctx.workprec(bits):
            try:
                loss_of = descended(landscape)
                where = _last(loss_of, loss_of.start(start), eta, beta, steps)
            except Open as error:
                raise NotCertified(str(error), {}, error.code) from None
            loss = None if where is None else loss_of.value(where)
            if loss is None or not loss.is_finite() or not loss.rad() < SHARP * (1 + abs(loss)):
                continue
            low, high = ends(loss)
        if high > LARGEST:
            raise NotCertified("the loss has grown beyond 2^1000", {}, Reason.TOO_LARGE)
        width = (high - low) / 4
        value = (
            (low, high)
            if low == high
            else (max(_rounded(low - width, width), Fraction(0)), _rounded(high + width, width))
        )
        statement = Reaches(landscape, REACHES, start, eta, beta, steps, value)
        return certified(kind, statement, Witness(bits), {"loss": float(loss.mid())})
    raise NotCertified(told, {"bits": most_bits}, Reason.NOT_PROVED)


def enclosed_losses(
    landscape: DeepLinearNetwork | EmpiricalRiskLandscape, start: object, eta: Fraction, beta: Fraction, steps: int
) -> list[tuple[float, float]]:
    """The least and the largest loss at each step, with the first bits that do; as long as the two are near."""
    losses: list[tuple[float, float]] = []
    for bits in DRAWN_BITS:
        losses = []
        with ctx.workprec(bits):
            loss_of = descended(landscape)
            where = before = loss_of.start(start)
            for t in range(steps + 1):
                loss = loss_of.value(where)
                low, high = max(0.0, float(loss.lower())), float(loss.upper())
                if not _enclosed(where) or not high - low <= max(DRAWN_WIDTH, high / 100):  # nor for a NaN
                    break
                losses.append((low, high))
                if t < steps:
                    before, where = where, _stepped(loss_of, where, before, eta, beta)
        if len(losses) > steps:
            break
    return losses


def _rounded(number: Fraction, within: Fraction) -> Fraction:
    """A short number that near."""
    scale = 2 ** max(0, (within.denominator // max(within.numerator, 1)).bit_length())
    return Fraction(round(number * scale), scale)


def _last(loss_of: Descended, where: list[arb_mat], eta: Fraction, beta: Fraction, steps: int) -> list[arb_mat] | None:
    """The point after the steps; None where the balls grow too large."""
    before = where
    for _ in range(steps):
        before, where = where, _stepped(loss_of, where, before, eta, beta)
        if not _enclosed(where):
            return None
    return where


def _stepped(
    loss_of: Descended, where: list[arb_mat], before: list[arb_mat], eta: Fraction, beta: Fraction
) -> list[arb_mat]:
    moved = [part - slope * ball(eta) for part, slope in zip(where, loss_of.slopes(where), strict=True)]
    if beta:
        moved = [m + (w - o) * ball(beta) for m, w, o in zip(moved, where, before, strict=True)]
    return moved


def _enclosed(where: list[arb_mat]) -> bool:
    return all(x.rad() < 1 for part in where for x in part.entries())


def _until(
    landscape: DeepLinearNetwork, start: Layers, eta: Fraction, beta: Fraction, wanted: Fraction, most: int
) -> tuple[int, list[arb_mat], float] | None:
    """The steps to a loss, the layers there and the loss; None where the balls grow too large first."""
    loss_of = descended(landscape)
    where = before = loss_of.start(start)
    for t in count():
        loss = loss_of.value(where)
        if not loss.is_finite() or not _enclosed(where):
            return None
        if ends(loss)[1] <= wanted:
            return t, where, float(loss.mid())
        if t == most:
            raise NotCertified(
                f"the loss is still larger after {t} steps", {"loss": float(loss.mid())}, Reason.NOT_PROVED
            )
        before, where = where, _stepped(loss_of, where, before, eta, beta)
    raise AssertionError


def _converging(statement: Converges, layers: list[arb_mat], loss: float, bits: int) -> Certificate:
    """With the numbers of the terminal theorem, from the largest distance that is verified."""
    floats = [np.array([[float(x.mid()) for x in row] for row in layer.tolist()]) for layer in layers]
    sizes = [np.linalg.svd(W, compute_uv=False) for W in floats]
    eta, error = float(statement.step), float(np.sqrt(2 * max(loss, 0)))
    for tau in DISTANCES:
        s = [max(0.0, float(size[-1]) * 0.999999 - float(tau)) for size in sizes]
        S = [float(size[0]) * 1.000001 + float(tau) for size in sizes]
        others = [np.prod(S) / x for x in S]
        mu = sum((np.prod(s[:j] + s[j + 1 :])) ** 2 for j in range(len(s)))
        moves = [eta * x for x in others]
        higher = (
            np.prod([x + m * error for x, m in zip(S, moves, strict=True)]) - np.prod(S) - error * np.dot(moves, others)
        )
        q = 1 - eta * mu + (higher / error if error else 0.0)
        if eta * sum(x * x for x in others) >= 1 or q >= 1 or max(moves) * error / (1 - q) >= float(tau):
            continue
        rate = Fraction(float(q * q) * 1.0001).limit_denominator(10**6) + Fraction(1, 10**6)
        least, most = (tuple(Fraction(x).limit_denominator(10**9) for x in bounds) for bounds in (s, S))
        return certified(ONE, replace(statement, rate=rate), TerminalWitness(bits, tau, least, most))
    raise NotCertified("no distance was found for the terminal theorem", {"loss": loss}, Reason.NO_CANDIDATE)
