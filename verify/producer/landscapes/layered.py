"""A computation as layers of one network, whose weights and biases are affine functions of trained parameters.

The state after a layer is a vector; a tensor is an affine function of it, with coefficients that are numbers or affine
functions of trained parameters. Whatever is linear changes only the tensor. A layer is made for an activation, and
where two trained factors would meet. What is needed later is carried along: by a layer without activation as it is; by
another one in a residual layer, whose unit is given a constant. A maximum of neighbours is max(a, b) = a + relu(b - a).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from verify.checker.statements.network import Layer, LayerActivation, Network
from verify.checker.statements.parameter_map import ParameterMap, Term

ONE = -1
"""In a form, what the number 1 is multiplied by."""
Form = dict[int, Fraction]
"""An affine function of the trained parameters, without coefficients that are 0."""
Row = dict[int, Form]
"""A linear function of the state: for each of its entries a form."""
RELU = LayerActivation("piecewise-linear", (Fraction(0), Fraction(1)))
IDENTITY = LayerActivation("piecewise-linear", (Fraction(1), Fraction(1)))
STILL = {"tanh": (0, Fraction(0)), "arctan": (0, Fraction(0)), "gelu": (0, Fraction(0)), "sigmoid": (0, Fraction(1, 2))}
"""What to give a unit that only carries its residual along, off every kink, and what it adds: it must be rational."""


def constant(number: Fraction) -> Form:
    """A form without trained parameters."""
    return {ONE: number} if number else {}


def plus(left: Form, right: Form, factor: Fraction = Fraction(1)) -> Form:
    """left + factor * right."""
    total = dict(left)
    for index, coefficient in right.items():
        if entry := total.get(index, Fraction(0)) + factor * coefficient:
            total[index] = entry
        else:
            total.pop(index, None)
    return total


def product(left: Form, right: Form) -> Form:
    """Of two forms, one of them constant."""
    if set(left) - {ONE}:
        left, right = right, left
    number = left.get(ONE, Fraction(0))
    return {index: number * coefficient for index, coefficient in right.items()} if number else {}


def rows_plus(left: Row, right: Row, factor: Fraction = Fraction(1)) -> Row:
    """left + factor * right."""
    total = dict(left)
    for slot, form in right.items():
        if entry := plus(total.get(slot, {}), form, factor):
            total[slot] = entry
        else:
            total.pop(slot, None)
    return total


@dataclass(eq=False)
class Tensor:
    """One sample's array of numbers, flattened, as an affine function of the state."""

    shape: tuple[int, ...]
    rows: list[Row]
    shifts: list[Form]
    bent: bool = False
    """Whether a ReLU is still to be applied: after a maximum of neighbours, where it is the same and ties are fewer."""

    @property
    def is_constant(self) -> bool:
        """No trained parameter is a coefficient."""
        forms = (form for row, shift in zip(self.rows, self.shifts, strict=True) for form in (*row.values(), shift))
        return all(not set(form) - {ONE} for form in forms)

    def plus(self, other: Tensor) -> Tensor:
        """The sum, entry by entry."""
        rows = [rows_plus(x, y) for x, y in zip(self.rows, other.rows, strict=True)]
        return Tensor(self.shape, rows, [plus(x, y) for x, y in zip(self.shifts, other.shifts, strict=True)])

    def linear(self, shape: tuple[int, ...], combinations: Iterable[tuple[dict[int, Form], Form]]) -> Tensor:
        """Linear combinations of the entries, each with a shift; no two trained factors may meet."""
        rows, shifts = [], []
        for combination, shift in combinations:
            row: Row = {}
            total = shift
            for entry, form in combination.items():
                total = plus(total, product(form, self.shifts[entry]))
                for slot, own in self.rows[entry].items():
                    if sum_ := plus(row.get(slot, {}), product(form, own)):
                        row[slot] = sum_
                    else:
                        row.pop(slot, None)
            rows.append(row)
            shifts.append(total)
        return Tensor(shape, rows, shifts)


@dataclass
class _Layer:
    activation: LayerActivation
    residual: bool
    rows: list[Row]
    shifts: list[Form]


@dataclass
class Builder:
    """Layers put one upon the other."""

    inputs: int
    layers: list[_Layer] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Of the state."""
        return len(self.layers[-1].rows) if self.layers else self.inputs

    def given(self, shape: tuple[int, ...]) -> Tensor:
        """The network's input."""
        return Tensor(shape, [{slot: {ONE: Fraction(1)}} for slot in range(self.inputs)], [{}] * self.inputs)

    def straighten(self, tensor: Tensor, live: Sequence[Tensor]) -> None:
        """A layer without activation, after which the tensor is a part of the state. `live`: what is needed later."""
        together = list({id(each): each for each in (tensor, *live)}.values())
        rows = [row for each in together for row in each.rows]
        shifts = [shift for each in together for shift in each.shifts]
        self.layers.append(_Layer(IDENTITY, False, rows, shifts))
        start = 0
        for each in together:
            each.rows = [{start + place: {ONE: Fraction(1)}} for place in range(len(each.rows))]
            each.shifts = [{} for _ in each.rows]
            start += len(each.rows)

    def activate(self, tensor: Tensor, activation: LayerActivation, live: Sequence[Tensor]) -> Tensor:
        """The activation of a tensor. Raises ValueError where what is `live` cannot be carried along."""
        count = len(tensor.rows)
        if not live:
            self.layers.append(_Layer(activation, False, tensor.rows, tensor.shifts))
            start, offset = 0, Fraction(0)
        else:
            start = self.width
            given, offset = still(activation)
            beside = self._pad(count)
            silent = _Layer(activation, True, [{} for _ in range(start)], [constant(given)] * start)
            silent.rows += tensor.rows
            silent.shifts += tensor.shifts
            self.layers.append(silent)
            for each in live:
                _move(each, offset)
            offset = beside
        one = {ONE: Fraction(1)}
        return Tensor(tensor.shape, [{start + i: one} for i in range(count)], [constant(-offset)] * count)

    def largest(
        self, tensor: Tensor, shape: tuple[int, ...], windows: list[list[int]], live: Sequence[Tensor]
    ) -> Tensor:
        """The largest entry of each window."""
        spread = tensor.linear((), (({entry: {ONE: Fraction(1)}}, {}) for window in windows for entry in window))
        self.straighten(spread, live)
        slots, start = [], 0
        for window in windows:
            slots.append(list(range(start, start + len(window))))
            start += len(window)
        given, _ = still(RELU)  # where it puts out 0
        while any(len(window) > 1 for window in slots):
            rows: list[Row] = [{} for _ in range(self.width)]
            shifts = [constant(given)] * self.width
            for window in slots:
                for first, second in zip(window[::2], window[1::2], strict=False):
                    rows[first] = {second: {ONE: Fraction(1)}, first: {ONE: Fraction(-1)}}
                    shifts[first] = {}
            self.layers.append(_Layer(RELU, True, rows, shifts))
            slots = [window[::2] for window in slots]
        one = {ONE: Fraction(1)}
        return Tensor(shape, [{window[0]: one} for window in slots], [{} for _ in slots])

    def _pad(self, count: int) -> Fraction:
        """More entries of the state, which are constant; returns their value."""
        if not self.layers:
            one = {ONE: Fraction(1)}
            rows = [{slot: one} for slot in range(self.inputs)]
            self.layers.append(_Layer(IDENTITY, False, rows, [{} for _ in rows]))
        level = len(self.layers) - 1
        while self.layers[level].residual:  # the first layer is not
            level -= 1
        value = Fraction(0)
        for layer in self.layers[level:]:
            given, more = still(layer.activation)
            layer.rows += [{} for _ in range(count)]
            layer.shifts += [constant(given)] * count
            value += more
        return value

    def finish(self, tensor: Tensor, trained: int) -> tuple[Network, ParameterMap]:
        """The network whose outputs are the tensor's entries, and how its parameters are made."""
        one = {ONE: Fraction(1)}
        state = [{slot: one} for slot in range(self.width)]
        if not self.layers or tensor.rows != state or any(tensor.shifts):
            self.layers.append(_Layer(IDENTITY, False, tensor.rows, tensor.shifts))
        layers, before = [], self.inputs
        for each in self.layers:
            layers.append(Layer(before, len(each.rows), each.activation, any(each.shifts), each.residual))
            before = len(each.rows)
        network = Network(self.inputs, tuple(layers))
        terms: list[Term] = []
        constants: list[tuple[int, Fraction]] = []
        for depth, (each, layer) in enumerate(zip(self.layers, layers, strict=True)):
            for unit, (row, shift) in enumerate(zip(each.rows, each.shifts, strict=True)):
                for source, form in [*row.items(), *([(layer.inputs, shift)] if layer.bias else [])]:
                    number = network.number(depth, unit, source)
                    for index, coefficient in form.items():
                        if index == ONE:
                            constants.append((number, coefficient))
                        else:
                            terms.append(Term(number, index, coefficient))
        made = ParameterMap(network.parameters, trained, tuple(sorted(terms)), tuple(sorted(constants)))
        return network, made


def still(activation: LayerActivation) -> tuple[Fraction, Fraction]:
    """A constant off the kink of an activation, and its rational value there. Raises ValueError."""
    if activation.is_piecewise_linear:
        given = Fraction(-1 if activation.has_kink else 0)
        return given, activation.parameters[0] * given
    if activation.name == "elu":
        return Fraction(1), activation.parameters[0]
    if activation.name == "polynomial":
        return Fraction(0), activation.parameters[0]
    if activation.name not in STILL:
        raise ValueError(f"a tensor that is needed after {activation.describe()} beside it is not modelled")
    at, value = STILL[activation.name]
    return Fraction(at), value


def _move(tensor: Tensor, offset: Fraction) -> None:
    """Let a tensor be what it was, all entries of the state having grown by an offset."""
    if not offset:
        return
    moved = []
    for row, shift in zip(tensor.rows, tensor.shifts, strict=True):
        for form in row.values():
            shift = plus(shift, form, -offset)
        moved.append(shift)
    tensor.shifts = moved
