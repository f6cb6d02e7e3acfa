"""Random statements about residual linear networks, at a threshold, a little weaker or a little too strong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from verify.checker.front.certificate import Certificate
from verify.checker.statements.residual_linear import Depths, Inequality, ResidualNetworks
from verify.producer.linear.residual import (
    certify_critical_points_global,
    certify_gradient_inequality,
    certify_inequality_fails,
    certify_no_optimum,
    certify_optima,
    certify_optimum,
    sharp,
)
from verify.producer.prover import NotCertified

Rows = list[list[Fraction]]


def residual_instance(random: Random) -> Certificate:
    """A random one."""
    while True:
        try:
            return random.choice(MAKERS)(random)
        except (NotCertified, ValueError):  # this determinant has the other sign, or this inequality holds
            continue


def changed(certificate: Certificate, **members: object) -> Certificate:
    """The same with another statement."""
    statement: Any = certificate.statement
    return replace(certificate, statement=replace(statement, **members))


def near(random: Random, number: Fraction) -> Fraction:
    """It, 99.9 % of it, or 100.1 %."""
    return number * random.choice((Fraction(999, 1000), Fraction(1), Fraction(1001, 1000)))


def square(random: Random, order: int) -> Rows:
    """A matrix of quarters."""
    return [[Fraction(random.randrange(-4, 5), 4) for _ in range(order)] for _ in range(order)]


def depths(random: Random) -> Depths:
    """One number of layers, a few, or all from one on."""
    least = random.randrange(1, 5)
    return Depths(least, random.choice((None, least, least + 3)))


def inequality(random: Random) -> Certificate:
    """For all networks."""
    given = Inequality(near(random, Fraction(4)), random.choice((1, 2, 2, 3)), random.choice((1, 1, 1, 2)))
    certificate = certify_gradient_inequality(sharp(), attained=True).read()
    landscape = ResidualNetworks(depths(random))
    return changed(certificate, landscape=landscape, inequality=given, attained=random.random() < 0.5)


def critical_points(random: Random) -> Certificate:
    """With r near 1."""
    return changed(certify_critical_points_global(depths(random)).read(), norm=near(random, Fraction(1)))


def optima(random: Random) -> Certificate:
    """With k from 1/4 to 10, and a or b near their thresholds."""
    certificate = certify_optima(Fraction(random.randrange(1, 40), 4)).read()
    a, b = certificate.statement.bound  # type: ignore[attr-defined]
    return changed(certificate, bound=(near(random, a), near(random, b)))


def optimum(random: Random) -> Certificate:
    """With tau near that of the factors."""
    certificate = certify_optimum(square(random, random.randrange(1, 4)), 4 * random.randrange(1, 5)).read()
    return changed(certificate, norm=near(random, certificate.statement.norm))  # type: ignore[attr-defined]


def determinant(random: Random) -> Certificate:
    """With e near sigma_min(R)^2."""
    certificate = certify_no_optimum(square(random, random.randrange(1, 4))).read()
    return changed(certificate, excess=near(random, certificate.statement.excess))  # type: ignore[attr-defined]


def fails(random: Random) -> Certificate:
    """At a random point, an inequality with random constants."""
    order = random.randrange(1, 4)
    point = [square(random, order) for _ in range(random.randrange(1, 4))]
    size = max(float(np.linalg.norm(np.array(A, dtype=float), 2)) for A in point)
    root = np.array(square(random, order), dtype=object)
    covariance = (root @ root.T + np.eye(order, dtype=int)).tolist()
    given = Inequality(Fraction(random.randrange(1, 9)), random.randrange(3), random.randrange(3))
    norm = min(Fraction(int(1000 * size) + 1, 1000), Fraction(1))
    return certify_inequality_fails(given, square(random, order), covariance, point, norm).read()


MAKERS: tuple[Callable[[Random], Certificate], ...] = (inequality, critical_points, optima, optimum, determinant, fails)
