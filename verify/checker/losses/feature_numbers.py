"""Numbers of layers on samples: exact, as integers over one common denominator for each layer, or in balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import mul
from typing import Any, NamedTuple

from flint import arb, arb_mat, fmpz, fmpz_mat

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix, common_denominator
from verify.checker.core.limits import EXACT_DENOMINATOR_BITS, FEATURE_LIMBS, FEATURE_PRODUCTS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.losses.layer_activations import value
from verify.checker.statements.network import SHORTHANDS, LayerActivation, Vector

Rows = list[list[Any]]


class TooLong(Open):
    """Exact numbers have more digits than this checker takes on; balls may do."""


class Values(NamedTuple):
    """What a layer has on each sample."""

    rows: Rows
    """(samples, units)"""
    denominator: int = 1
    """Of all of them, where they are integers."""
    bits: int = 0
    """No such integer has more."""


class Integers:
    """Exact numbers: those of a layer have one denominator."""

    NOT_TOLD = Refuted
    ZERO = fmpz(0)

    def start(self, inputs: Matrix) -> Values:
        """The samples."""
        denominator = _denominator(inputs)
        rows = _scaled(inputs, denominator)
        return Values(rows, denominator, _bits(rows))

    def linear(
        self, given: Values, weights: Matrix, biases: Sequence[Vector], gathers: Sequence[Sequence[int]]
    ) -> Values:
        """For each gather (columns of the rows) and each weight vector, their product plus a bias, side by side.

        The denominator grows by that of the weights and biases.
        """
        scale = lcm(_denominator(weights), _denominator(biases))
        scaled = _scaled(weights, scale)
        transposed = fmpz_mat(scaled).transpose()
        added = [[b * given.denominator for b in row] for row in _scaled(biases, scale)]
        limbs = (1 + _bits(scaled) // 64) * (1 + given.bits // 64)
        products = len(given.rows) * len(gathers) * len(weights) * len(weights[0]) * limbs
        if limbs > 1 and products > FEATURE_PRODUCTS:
            raise TooLong(f"products of long numbers, {products} of single ones, are more than {FEATURE_PRODUCTS}")
        bits = max(_bits(scaled) + given.bits + len(weights[0]).bit_length(), _bits(added)) + 1
        _limit(given.denominator * scale, bits, len(given.rows) * len(gathers) * len(weights))
        rows = _side_by_side(given.rows, gathers, lambda part: (fmpz_mat(part) * transposed).tolist(), added)
        return Values(rows, given.denominator * scale, bits)

    def sum(self, parts: Sequence[Values]) -> Values:
        """Entry by entry, over a common denominator."""
        denominator = lcm(*(part.denominator for part in parts))
        factors = [fmpz(denominator // part.denominator) for part in parts]
        bits = max(int(f).bit_length() + part.bits for f, part in zip(factors, parts, strict=True))
        bits += len(parts).bit_length()
        _limit(denominator, bits, _entries(parts[0].rows))
        rows = []
        for several in zip(*(part.rows for part in parts), strict=True):
            look()
            rows.append([sum(map(mul, factors, entries), self.ZERO) for entries in zip(*several, strict=True)])
        return Values(rows, denominator, bits)

    def means(self, given: Values, gathers: Sequence[Sequence[int]]) -> Values:
        """Of the columns of each gather."""
        scale = lcm(*map(len, gathers))
        bits = given.bits + scale.bit_length() + max(map(len, gathers)).bit_length()
        _limit(given.denominator * scale, bits, len(given.rows) * len(gathers))
        shares = [scale // len(gather) for gather in gathers]
        rows = []
        for row in given.rows:
            look()
            sums = [sum((row[i] for i in gather), self.ZERO) for gather in gathers]
            rows.append([share * z for share, z in zip(shares, sums, strict=True)])
        return Values(rows, given.denominator * scale, bits)

    def activate(self, activation: LayerActivation, given: Values) -> Values:
        """Piecewise linear or a polynomial."""
        rows, denominator, bits = given
        parameters = activation.parameters
        scale = lcm(*(p.denominator for p in parameters))
        factors = [fmpz(int(p * scale)) for p in parameters]
        longest = max(int(factor).bit_length() for factor in factors)
        if activation.name == "piecewise-linear":
            # The slopes themselves are compared, not the factors: those of (0, 1/2) are 0 and 1, too.
            if parameters == SHORTHANDS["relu"][1]:
                zero = self.ZERO
                return Values([[z if z > 0 else zero for z in row] for row in rows], denominator, bits)
            if parameters == SHORTHANDS["identity"][1]:
                return given
            negative, positive = factors
            bent = [[positive * z if z > 0 else negative * z for z in row] for row in rows]
            return Values(bent, denominator * scale, bits + longest)
        degree, D = len(factors) - 1, fmpz(denominator)
        bits = max(bits, denominator.bit_length()) * degree + longest + len(factors)
        _limit(scale * denominator**degree, bits, _entries(rows))

        def at(z: fmpz) -> fmpz:
            total, power = fmpz(0), fmpz(1)  # sum of c_i z^i D^(degree - i): Horner, and the powers of D
            for factor in reversed(factors):
                total, power = total * z + factor * power, power * D
            return total

        return Values([[at(z) for z in row] for row in rows], scale * denominator**degree, bits)

    def largest(self, values: list[fmpz]) -> tuple[fmpz, bool]:
        """And whether it is attained once."""
        found = max(values)
        return found, values.count(found) == 1

    def off_kink(self, z: fmpz) -> bool:
        """Whether z is not 0."""
        return bool(z != 0)


class Enclosures:
    """Balls."""

    NOT_TOLD = Open
    ZERO = arb(0)

    def start(self, inputs: Matrix) -> Values:
        """The samples."""
        return Values([[ball(entry) for entry in row] for row in inputs])

    def linear(
        self, given: Values, weights: Matrix, biases: Sequence[Vector], gathers: Sequence[Sequence[int]]
    ) -> Values:
        """As `Integers.linear`."""
        transposed = arb_mat([[ball(w) for w in row] for row in weights]).transpose()
        added = [[ball(b) for b in row] for row in biases]
        return Values(_side_by_side(given.rows, gathers, lambda part: (arb_mat(part) * transposed).tolist(), added))

    def sum(self, parts: Sequence[Values]) -> Values:
        """As `Integers.sum`."""
        rows = []
        for several in zip(*(part.rows for part in parts), strict=True):
            look()
            rows.append([sum(entries, self.ZERO) for entries in zip(*several, strict=True)])
        return Values(rows)

    def means(self, given: Values, gathers: Sequence[Sequence[int]]) -> Values:
        """As `Integers.means`."""
        rows = []
        for row in given.rows:
            look()
            rows.append([sum((row[i] for i in gather), self.ZERO) / len(gather) for gather in gathers])
        return Values(rows)

    def activate(self, activation: LayerActivation, given: Values) -> Values:
        """Any."""
        found = []
        for row in given.rows:
            look()
            found.append([value(activation, z) for z in row])
        return Values(found)

    def largest(self, values: list[arb]) -> tuple[arb, bool]:
        """And whether it is proved to be attained once."""
        if any(value.is_nan() for value in values):
            return arb.nan(), False
        place = max(range(len(values)), key=lambda i: values[i].mid())
        once = all(values[place] > value for i, value in enumerate(values) if i != place)
        return reduce(lambda x, y: x.max(y), values), once

    def off_kink(self, z: arb) -> bool:
        """Whether 0 is proved not to be in the ball."""
        return bool(z > 0 or z < 0)


def _side_by_side(
    rows: Rows,
    gathers: Sequence[Sequence[int]],
    product: Callable[[Rows], Rows],
    biases: Sequence[Sequence[Any]],
) -> Rows:
    found: Rows = [[] for _ in rows]
    for position, gather in enumerate(gathers):
        look()
        whole = len(gather) == len(rows[0]) and isinstance(gather, range)
        part = product(rows if whole else [[row[i] for i in gather] for row in rows])
        added = biases[position] if biases else None
        for row, sums in zip(found, part, strict=True):
            row += sums if added is None else [z + b for z, b in zip(sums, added, strict=True)]
    return found


def _limit(denominator: int, bits: int, entries: int) -> None:
    if denominator.bit_length() > EXACT_DENOMINATOR_BITS:
        raise TooLong(f"the features have a common denominator of more than {EXACT_DENOMINATOR_BITS} bits")
    if bits > 4 * EXACT_DENOMINATOR_BITS:
        raise TooLong(f"the features have numerators of more than {4 * EXACT_DENOMINATOR_BITS} bits")
    if (1 + bits // 64) * entries > FEATURE_LIMBS:
        raise TooLong(f"the features of a layer may take more than {FEATURE_LIMBS} words of 64 bits")


def _entries(rows: Rows) -> int:
    return len(rows) * len(rows[0])


def _bits(rows: Rows) -> int:
    """Of the longest number."""
    return max((int(abs(entry)).bit_length() for row in rows for entry in row), default=0)


def _denominator(rows: Sequence[Sequence[Fraction]]) -> int:
    found = common_denominator(entry for row in rows for entry in row)
    if found is None:
        raise TooLong(f"numbers of a layer have a common denominator of more than {EXACT_DENOMINATOR_BITS} bits")
    return found


def _scaled(rows: Sequence[Sequence[Fraction]], scale: int) -> list[list[fmpz]]:
    return [[fmpz(entry.numerator * (scale // entry.denominator)) for entry in row] for row in rows]
