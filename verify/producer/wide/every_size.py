"""Certificates about networks of every size: their witnesses are few numbers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

import numpy as np

from verify.checker.public import Reason, Witness
from verify.checker.statements.feature_layers import Indices
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.networks_of_every_size import (
    BAD,
    KIND,
    NOT_ONTO,
    SINGULAR,
    BadMinimumOfEverySize,
    BentAndSteep,
    Chain,
    Dependence,
    NeverOnto,
    Patches,
    SingularUpperHessian,
    WideLayer,
)
from verify.checker.statements.quadratic_networks import (
    GLOBAL,
    NOT_GLOBAL,
    AsWideAsInputs,
    BetterSquare,
    EveryLocalMinimumGlobal,
    LocalMinimumNotGlobal,
    SignedPairs,
    Sizes,
    SquaredWidths,
    WidthsFrom,
)
from verify.checker.statements.quadratic_networks import KIND as QUADRATIC
from verify.producer.prover import Certificate, NotCertified
from verify.producer.wide.features import certified
from verify.producer.wide.layers import activation

PRECISION = 64
PLACES = tuple(Fraction(n, 8) for n in (8, -8, 5, -5, 4, -4, 2, -2, 12, -12, 0))
"""Where derivatives of activations are looked at."""
ONE = Fraction(1)


def squared_widths(per_sample: object = 2) -> Sizes:
    """All n, k, d with k^2 >= c n."""
    return SquaredWidths("squared", Fraction(str(per_sample)))


def widths_from(width: int, samples: int) -> Sizes:
    """All k >= width, n <= samples and all d."""
    return WidthsFrom("from", width, samples)


def certify_every_local_minimum_global(sizes: Sizes) -> Certificate:
    """Du & Lee 2018 for almost every C; for every C where `sizes` are k >= d. Raises NotCertified."""
    statement = EveryLocalMinimumGlobal(sizes, GLOBAL, isinstance(sizes, AsWideAsInputs))
    return certified(statement, Witness(PRECISION), QUADRATIC)


def signed_pairs(
    width: int, *, every_larger: bool, offset: object = 1, label: object = 1, copies: int = 1, last_label: object = 1,
    decay: object = 0,
) -> SignedPairs:  # fmt: skip
    """The data."""
    a, y, last, rate = (Fraction(str(x)) for x in (offset, label, last_label, decay))
    return SignedPairs(a, y, copies, last, rate, width, every_larger)


def certify_local_minimum_not_global(data: SignedPairs, per_sample: object) -> Certificate:
    """A local minimum that is not global, with k^2 >= c n. Raises NotCertified."""
    k, m, n = data.width, data.copies, 2 * data.width + data.copies
    excess = n * data.decay / 4
    square = data.label - excess
    scale = Fraction(np.sqrt(float(square))).limit_denominator(1000) if square > 0 else Fraction(0)
    if scale * scale != square or not scale:
        raise NotCertified(f"s^2 = {square} is no square of a rational number", {}, Reason.NO_CANDIDATE)
    a, y, last = data.offset, data.label, data.last_label
    best = (4 * k * a**2 * y + 2 * m * last - 4 * excess) / (4 * k * a**4 + 2 * m)
    witness = BetterSquare(PRECISION, y / a**2 if data.every_larger else best)
    return certified(LocalMinimumNotGlobal(data, NOT_GLOBAL, scale, Fraction(str(per_sample))), witness, QUADRATIC)


def certify_singular_upper_hessian(excess: int, *, biases: bool) -> Certificate:
    """For n_k >= N + excess. Raises NotCertified."""
    return certified(SingularUpperHessian(WideLayer(excess, biases), SINGULAR), Witness(PRECISION), KIND)


def certify_convolution_never_onto(patches: Indices) -> Certificate:
    """That no filters on these patches have a linear map that is onto. Raises NotCertified."""
    positions = 1 + max(position for patch in patches for position in patch)
    rows = np.zeros((len(patches[0]) * positions, len(patches)))
    for column, patch in enumerate(patches):
        for place, position in enumerate(patch):
            rows[place * positions + position, column] = 1
    _, sizes, right = np.linalg.svd(rows)
    if len(sizes) == len(patches) and sizes[-1] > 1e-9:
        raise NotCertified("the patches are independent", {}, Reason.NO_CANDIDATE)
    found = right[-1] / np.abs(right[-1]).max()
    coefficients = tuple(Fraction(float(c)).limit_denominator(1000) for c in found)
    return certified(NeverOnto(Patches(patches), NOT_ONTO), Dependence(PRECISION, coefficients), KIND)


def certify_bad_minimum_of_every_size(
    first: str | LayerActivation, later: Iterable[str | LayerActivation] = ()
) -> Certificate:
    """A local minimum that is not global, for every d, depth and widths. Raises NotCertified."""
    chain = Chain(activation(first), tuple(map(activation, later)))
    failure: NotCertified | None = None
    for bent, steep in product(PLACES, PLACES):
        witness = BentAndSteep(PRECISION, bent, (steep,) * len(chain.others))
        try:
            return certified(BadMinimumOfEverySize(chain, BAD), witness, KIND)
        except NotCertified as error:
            failure = error
    raise failure or NotCertified("there is nothing to try", {}, Reason.NO_CANDIDATE)
