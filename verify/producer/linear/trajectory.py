"""Runs of exact gradient descent: when they reach a loss, with how many bits, and whether they converge from there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count

import numpy as np
from flint import arb, arb_mat, ctx

from verify.checker.evaluators import ball_matrix, gradients, products, squared_norm
from verify.checker.public import Reason, Witness, ball, ends
from verify.checker.statements.deep_linear_network import DeepLinearNetwork, Layers
from verify.checker.statements.gradient_descent import CONVERGES, REACHES, Converges, Reaches, TerminalWitness
from verify.producer.linear.above import Rows, exact
from verify.producer.linear.certified import ONE, certified
from verify.producer.prover import Certificate, NotCertified

BITS = (128, 256, 512, 1024, 2048, 4096, 8192)
"""Tried in this order: a run loses bits."""
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


def _until(
    landscape: DeepLinearNetwork, start: Layers, eta: Fraction, beta: Fraction, wanted: Fraction, most: int
) -> tuple[int, list[arb_mat], float] | None:
    """The steps to a loss, the layers there and the loss; None where the balls grow too large first."""
    target = ball_matrix(landscape.target or ())
    layers = [ball_matrix(rows) for rows in start]
    before, step, weight = layers, ball(eta), ball(beta)
    for t in count():
        E = products(layers)[2] - target
        loss: arb = squared_norm(E) / 2
        if not loss.is_finite() or not all(x.rad() < 1 for layer in layers for x in layer.entries()):
            return None
        if ends(loss)[1] <= wanted:
            return t, layers, float(loss.mid())
        if t == most:
            raise NotCertified(
                f"the loss is still larger after {t} steps", {"loss": float(loss.mid())}, Reason.NOT_PROVED
            )
        moved = [layer - slope * step for layer, slope in zip(layers, gradients(layers, E), strict=True)]
        if beta:
            moved = [m + (w - o) * weight for m, w, o in zip(moved, layers, before, strict=True)]
        before, layers = layers, moved
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
