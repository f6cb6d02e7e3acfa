"""Half the squared error of a network with one hidden layer at a point, on integers: docs/DESCENT.md.

f_i = sum_r v_r s(w_r . x_i) + c; a bias of the hidden layer is one more entry of w_r and a 1 in x_i. e = f - y, J the
Jacobian of f in the trained parameters: all, or those of the hidden layer. All integers are in units of 2^-bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from ..intervals import Interval, Matrix, dot, norm, pi, total
from ..outcomes import Clock, Open
from ..signs import spectral_norm
from .activations import IDENTITY, Activation, activate
from .risk import Risk


@dataclass(frozen=True)
class Rows:
    """Rows of numbers: each number of row k is within radius[k] of its integer, and the sum of all their absolute
    values, and of their integers', is at most size[k]."""

    mid: list[list[int]]
    radius: list[int]
    size: list[int]

    @classmethod
    def of(cls, mid: list[list[int]], radius: list[int]) -> Rows:
        """With the sizes."""
        return cls(mid, radius, [sum(map(abs, row)) + len(row) * r for row, r in zip(mid, radius, strict=True)])

    @classmethod
    def enclosing(cls, rows: Matrix) -> Rows:
        """The midpoints, rounded down."""
        mid = [[(entry.lo + entry.hi) >> 1 for entry in row] for row in rows]
        radius = [max(entry.hi - m for entry, m in zip(*pair, strict=True)) for pair in zip(rows, mid, strict=True)]
        return cls.of(mid, radius)

    def transposed(self) -> Rows:
        """The columns."""
        columns = [list(column) for column in zip(*self.mid, strict=True)]
        return Rows.of(columns, [max(self.radius)] * len(columns))

    def largest(self) -> int:
        """At least each absolute value."""
        return max(max(map(abs, row)) + r for row, r in zip(self.mid, self.radius, strict=True))

    def times(self, others: Rows, bits: int) -> Rows:
        """Row by row, the inner products with all rows of the other.

        x y - mid(x) mid(y) = (x - mid(x)) y + mid(x) (y - mid(y)), and two floors drop less than 2.
        """
        products, radii = [], []
        for row, r, size in zip(self.mid, self.radius, self.size, strict=True):
            products.append([sum(map(mul, row, other)) >> bits for other in others.mid])
            missed = max(r * s + size * q for s, q in zip(others.size, others.radius, strict=True))
            radii.append((missed >> bits) + 2)
        return Rows.of(products, radii)

    def each_times(self, factors: list[Interval], bits: int) -> Rows:
        """Each row times a factor of its own."""
        products, radii = [], []
        for row, r, factor in zip(self.mid, self.radius, factors, strict=True):
            m = (factor.lo + factor.hi) >> 1
            products.append([m * x >> bits for x in row])
            radii.append(((factor.hi - m) * (max(map(abs, row)) + r) + abs(m) * r >> bits) + 2)
        return Rows.of(products, radii)

    def forms(self, images: Rows, bits: int) -> list[Interval]:
        """The inner product of each row with the row of `images` of the same number."""
        found = []
        for k, (row, image) in enumerate(zip(self.mid, images.mid, strict=True)):
            middle = sum(map(mul, row, image))
            missed = self.radius[k] * images.size[k] + self.size[k] * images.radius[k]
            found.append(Interval(middle - missed >> bits, -(-middle - missed >> bits), bits))
        return found


def sizes_of_derivatives(name: str, bits: int) -> list[int] | None:
    """At least |s'|, |s''| and |s'''|, from where docs/DESCENT.md says that they are largest; None if it does not."""

    def exact(x: int) -> Interval:
        return Interval.of(x, bits)

    def third_of_gelu(sign: int) -> int:
        """|z (z^2 - 4)| times the density, at the roots z^2 = (7 +- sqrt 33) / 2."""
        square = (exact(7) + sign * exact(33).sqrt()) / exact(2)
        density = (-square / exact(2)).exp() / (2 * pi(bits)).sqrt()
        return (square.sqrt() * abs(square - exact(4)) * density).hi

    one, root3 = exact(1), exact(3).sqrt()
    if name == "gelu":
        slope, bend = activate(Activation(name), exact(2).sqrt())[1], (exact(2) / pi(bits)).sqrt()
        return [slope.hi, bend.hi, max(map(third_of_gelu, (-1, 1)))]
    known = {
        "tanh": (one, exact(4) / (3 * root3), exact(2)),
        "sigmoid": (one / exact(4), one / (6 * root3), one / exact(8)),
        "softplus": (one, one / exact(4), one / (6 * root3)),
        "arctan": (one, 3 * root3 / exact(8), exact(2)),
    }
    return [bound.hi for bound in known[name]] if name in known else None


@dataclass(frozen=True)
class Place:
    """Parameters: the w by neuron, v, and c."""

    hidden: Rows
    output: list[Interval]
    bias: Interval


class OneHidden:
    """The loss. Raises Open for a risk that is another one."""

    def __init__(self, risk: Risk, bits: int, clock: Clock) -> None:
        if len(risk.layers) != 2 or any(layer.residual for layer in risk.layers):
            raise Open("gradient descent is followed for networks with one hidden layer only")
        hidden, output = risk.layers
        if (sizes := sizes_of_derivatives(hidden.activation.name, bits)) is None:
            raise Open("gradient descent is followed for tanh, sigmoid, softplus, arctan and GELU only")
        if output.activation != IDENTITY or output.width != 1:
            raise Open("gradient descent is followed for one linear output only")
        if any(risk.decay):
            raise Open("gradient descent is followed without weight decay only")
        if risk.fixed and set(risk.fixed) != set(range(hidden.parameters, hidden.parameters + output.parameters)):
            raise Open("gradient descent is followed where all parameters are trained, or those of the hidden layer")
        self.risk, self.bits, self.clock, self.trains_output = risk, bits, clock, not risk.fixed
        self.first, self.second, self.third = (Interval(x, x, bits) for x in sizes)
        rows = [[Interval.of(x, bits) for x in (*row, *([Fraction(1)] * hidden.bias))] for row in risk.inputs]
        self.inputs, self.lengths = Rows.enclosing(rows), [norm(row) for row in rows]
        self.by_input = self.inputs.transposed()
        self.gram = [[dot(x, y) for y in rows] for x in rows]
        self.products = Rows.enclosing(self.gram)
        self.squares = Rows.enclosing([[entry.square() for entry in row] for row in self.gram])
        self.root = top(spectral_norm(self.gram, clock)).sqrt()
        self.targets = [Interval.of(y, bits) for (y,) in risk.targets]

    def at(self, trained: list[Fraction]) -> Place:
        """With these trained parameters."""
        point = [Interval.of(x, self.bits) for x in trained]
        (weights, biases), ((output,), bias) = self.risk.layered(point, lambda x: Interval.of(x, self.bits))
        rows = [[*row, biases[r]] for r, row in enumerate(weights)] if biases else weights
        return Place(Rows.enclosing(rows), output, bias[0] if bias else Interval(0, 0, self.bits))

    def lipschitz(self, largest: Interval) -> Interval:
        """At least the Lipschitz constant of J, where the output's weights are at most `largest` in size."""
        longest = max(self.lengths, key=lambda length: length.hi)
        a = self.second * largest * longest * self.root
        if not self.trains_output:
            return top(a)
        b, c = self.first * norm(self.lengths), self.first * self.root
        # the singular values of [[a, b], [c, 0]] have the sum and the difference sqrt(a^2 + (b +- c)^2)
        return top((norm([a, b + c]) + norm([a, b - c])) / Interval.of(2, self.bits))

    def third_derivatives(self, largest: Interval) -> Interval:
        """At least the Euclidean norm of the bounds of |D^3 f_i|."""
        more = (3 * self.trains_output) * self.second
        return top(norm([(self.third * largest * length + more) * length.square() for length in self.lengths]))


def top(x: Interval) -> Interval:
    """Its upper end."""
    return Interval(x.hi, x.hi, x.bits)


class At:
    """The loss at a place."""

    def __init__(self, loss: OneHidden, place: Place) -> None:
        self.loss, self.place, self.bits = loss, place, loss.bits
        before = place.hidden.times(loss.inputs, self.bits)
        sizes = (loss.first, loss.second, loss.third)
        self.values, self.slopes, self.bends = map(self._activated(before), range(3), sizes)
        outputs = self.values.transposed().times(Rows.enclosing([place.output]), self.bits)
        sums = [Interval(f - r, f + r, self.bits) for (f,), r in zip(outputs.mid, outputs.radius, strict=True)]
        self.errors = [f + place.bias - y for f, y in zip(sums, loss.targets, strict=True)]
        self._e = Rows.enclosing([self.errors])
        self._pulls = self._by_errors(self.slopes, loss.first)

    def _activated(self, before: Rows) -> Callable[[int, Interval], Rows]:
        """s, s' and s'': at the midpoints, and as far from there as the next derivative's size allows."""
        activation, bits = self.loss.risk.layers[0].activation, self.bits
        rows = []
        for row in before.mid:
            self.loss.clock.tick()
            rows.append([activate(activation, Interval(z, z, bits)) for z in row])

        def found(order: int, size: Interval) -> Rows:
            there = Rows.enclosing([[z[order] for z in row] for row in rows])
            moved = [r + (size.hi * q >> bits) + 1 for r, q in zip(there.radius, before.radius, strict=True)]
            return Rows.of(there.mid, moved)

        return found

    def _by_errors(self, rows: Rows, size: Interval) -> Rows:
        """Each number, of a neuron and a sample and at most `size`, times the sample's error."""
        (e,), (missed,), most = self._e.mid, self._e.radius, self._e.largest()
        products = [[x * y >> self.bits for x, y in zip(row, e, strict=True)] for row in rows.mid]
        return Rows.of(products, [(missed * size.hi + most * r >> self.bits) + 2 for r in rows.radius])

    def largest_output(self) -> Interval:
        """At least each |v_r|."""
        return top(max(map(abs, self.place.output), key=lambda v: v.hi))

    def error(self) -> Interval:
        """|e|."""
        return norm(self.errors)

    def moved(self, h: Interval) -> tuple[Place, Interval]:
        """A place whose trained parameters are exact, and at least its distance from where a step h on |e|^2 / 2 ends,
        from any parameters enclosed by this place."""
        bits, hidden = self.bits, self.place.hidden
        change = self._pulls.times(self.loss.by_input, bits).each_times([h * v for v in self.place.output], bits)
        rows = [[x - y for x, y in zip(*pair, strict=True)] for pair in zip(hidden.mid, change.mid, strict=True)]
        radii = [r + q for r, q in zip(hidden.radius, change.radius, strict=True)]
        missed = [Interval(r, r, bits) for r in radii for _ in rows[0]]
        there = Rows.of(rows, [0] * len(rows))
        if not self.loss.trains_output:
            return Place(there, self.place.output, self.place.bias), top(norm(missed))
        sums = self.values.times(self._e, bits)
        slopes = [Interval(x - r, x + r, bits) for (x,), r in zip(sums.mid, sums.radius, strict=True)]
        ends = [v - h * slope for v, slope in zip(self.place.output, slopes, strict=True)]
        if self.loss.risk.layers[1].bias:
            ends.append(self.place.bias - h * total(self.errors, bits))
        middles = [(x.lo + x.hi) >> 1 for x in ends]
        missed += [Interval(x.hi - m, x.hi - m, bits) for x, m in zip(ends, middles, strict=True)]
        *output, bias = [Interval(m, m, bits) for m in middles] + [self.place.bias] * (len(ends) == len(rows))
        return Place(there, output, bias), top(norm(missed))

    def jacobian_gram(self) -> Matrix:
        """J J^T."""
        samples, bits = range(len(self.errors)), self.bits
        by_sample = self.slopes.each_times(self.place.output, bits).transposed()
        gram = _enclosures(by_sample.times(by_sample, bits), bits)
        gram = [[self.loss.gram[i][j] * gram[i][j] for j in samples] for i in samples]
        if not self.loss.trains_output:
            return gram
        values = self.values.transposed()
        more, bias = _enclosures(values.times(values, bits), bits), int(self.loss.risk.layers[1].bias)
        return [[bias + (gram[i][j] + more[i][j]) for j in samples] for i in samples]

    def curvature(self) -> Interval:
        """At least |sum_i e_i Hess f_i|."""
        bends, loss = self._by_errors(self.bends, self.loss.second), self.loss
        along = bends.forms(bends.times(loss.squares, self.bits), self.bits)
        bounds = [abs(v) * _root(q) for v, q in zip(self.place.output, along, strict=True)]
        if loss.trains_output:
            across = self._pulls.forms(self._pulls.times(loss.products, self.bits), self.bits)
            bounds = [x + _root(q) for x, q in zip(bounds, across, strict=True)]
        return top(max(bounds, key=lambda bound: bound.hi))


def _enclosures(rows: Rows, bits: int) -> Matrix:
    return [[Interval(x - r, x + r, bits) for x in row] for row, r in zip(rows.mid, rows.radius, strict=True)]


def _root(form: Interval) -> Interval:
    """At least the root of a number that is not negative."""
    return Interval(0, max(form.hi, 0), form.bits).sqrt()
