"""The kind symmetric-teacher-student: points that permutations of coordinates keep."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from ..critical_points import prove_critical, prove_inertia, prove_value
from ..fields import MAX_PRECISION, MIN_PRECISION, PROPERTIES, Field, read_activation
from ..intervals import Interval, Matrix, smallness, total
from ..kernels import Activation, Erf, LeakyReLU
from ..outcomes import Clock, Open, decide, named
from ..series import is_positive
from ..signs import Symmetric, has_negative, inertia, prove_bounded_below
from ..symmetric.components import Component, block_sizes, components, multiplicity, new_components, pencil
from ..symmetric.loss import Derivatives, SymmetricLoss
from ..symmetric.partition import Partition, orbits


@dataclass(frozen=True)
class SymmetricPoint:
    """One of the points of a certificate of the kind `symmetric-teacher-student`.

    `values` are in the order of `orbits`; `bound` is m for the minima and a for a saddle; `blocks` have size,
    multiplicity and number of negative eigenvalues by component.
    """

    groups: list[int]
    extra: int
    claimed: str
    lifted: bool
    values: list[Fraction]
    radius: Fraction
    value: tuple[Fraction, Fraction]
    bound: Fraction
    blocks: dict[str, tuple[int, int, int]]
    splits: list[int]

    def prove(self, activation: Activation, precision: int, clock: Clock) -> None:
        """Return only if every hypothesis is proved (docs/INDEPENDENT.md has the list, with the lines below)."""
        found = components(self.groups, self.extra)
        self._components(found)
        bits = max(precision, 2 * smallness(self.radius)) + 4 * sum(self.groups).bit_length() + 32
        at, around = (self._loss(activation, bits, radius, clock) for radius in (Fraction(0), self.radius))
        if isinstance(activation, LeakyReLU):
            self._smooth(around)
        gradient = at.derivatives(found[0].partition, found[0].directions, 1).first
        blocks = {part.name: around.derivatives(part.partition, part.directions) for part in found}
        H = blocks["trivial"].second
        prove_critical(Symmetric.enclosing(H), gradient, self.radius, clock)
        r = Interval.of(self.radius, bits)
        rows = (total(map(abs, row), bits) for row in H)
        spread = r * total((abs(g) + r * row for g, row in zip(gradient, rows, strict=True)), bits)
        prove_value(at.value(), spread, spread, [2 * bound for bound in self.value])
        if self.claimed == "saddle":
            self._saddle(blocks, clock)
        else:
            self._minimum(at, around, found, blocks)

    def _loss(self, activation: Activation, bits: int, radius: Fraction, clock: Clock) -> SymmetricLoss:
        """The loss at all students whose values are within the radius of the given ones."""
        values = [Interval.of(value, bits, radius) for value in self.values]
        factor = activation.factor(bits)
        return SymmetricLoss(
            activation, self.groups, self.extra, values, partial(Interval.of, bits=bits), factor, clock
        )

    def _smooth(self, around: SymmetricLoss) -> None:
        """1: no neuron vanishes."""
        places = orbits(self.groups, self.extra)
        for row, square in enumerate(around.squares):
            own = (value for (place, _), value in zip(places, self.values, strict=True) if place == row)
            lost = all(abs(value) <= self.radius for value in own)
            decide(is_positive(square), lost, f"neurons of row {row} do not vanish within the radius")

    def _components(self, found: list[Component]) -> None:
        """4: each component, with its size and multiplicity, and the sum of the dimensions."""
        n, k = sum(self.groups) + self.extra, sum(self.groups)
        for part in found:
            right = len(part.directions), multiplicity(part.name, self.groups)
            listed = self.blocks.get(part.name, (0, 0, 0))[:2]
            decide(listed == right, True, f"the component {part.name} is listed, with its size and multiplicity")
        covered = sum(len(part.directions) * multiplicity(part.name, self.groups) for part in found)
        decide(covered == n * k, False, "the components are all")

    def _minimum(
        self, at: SymmetricLoss, around: SymmetricLoss, found: list[Component], blocks: dict[str, Derivatives]
    ) -> None:
        """5 to 8 of a minimum."""
        m, clock = self.bound, at.clock

        def center(part: Component) -> Matrix:
            derivatives = at.derivatives(part.partition, part.directions)
            return pencil(derivatives.second, derivatives.norm, m)

        for part in found:
            wide = pencil(blocks[part.name].second, blocks[part.name].norm, m)
            prove_bounded_below(f"the Hessian, {part.name},", wide, partial(center, part), Fraction(0), clock)
        for part in new_components(self.groups, self.extra) if self.lifted else []:
            block = around.derivatives(part.partition, part.directions)
            wide, what = pencil(block.second, block.norm, m), f"the block of a new coordinate, {part.name},"
            prove_bounded_below(what, wide, partial(center, part), Fraction(0), clock)
        if self.claimed == "spurious-local-minimum":
            decide(self.value[0] > 0, True, "the loss is at least a positive number")
        for row in self.splits:
            self._split(row, at, around)

    def _split(self, row: int, at: SymmetricLoss, around: SymmetricLoss) -> None:
        """8: M_ii < (1 + slope^2) / 2, for a row i."""
        alone = {row: 1} if row < len(self.groups) else {}
        partition = Partition(self.groups, self.extra, alone, new=True)
        (place, *_) = [part.index for part in partition.rows if part.origin == row]
        (wide,), (center,) = (
            loss.derivatives(partition, [{(place, partition.new): 1}]).second[0] for loss in (around, at)
        )
        if isinstance(at.activation, Erf):
            raise Open("splitting is shown for leaky ReLU only")
        limit = Interval.of(1 + at.activation.slope**2, wide.bits)
        decide(wide < limit, limit <= center, f"splitting a neuron of row {row} gives a saddle")

    def _saddle(self, blocks: dict[str, Derivatives], clock: Clock) -> None:
        """5 and 6 of a saddle."""
        for name, block in blocks.items():
            size, _, negative = self.blocks[name]
            M = Symmetric.enclosing(pencil(block.second, block.norm, 0))
            prove_inertia(f"the inertia of {name}", M, (negative, size - negative), clock)
        shifted = [Symmetric.enclosing(pencil(block.second, block.norm, self.bound)) for block in blocks.values()]
        proved = any(has_negative(M, clock) for M in shifted)
        refuted = not proved and all(inertia(M.bound(-1), M.bits, clock) == (0, len(M.mid)) for M in shifted)
        decide(proved, refuted, "an eigenvalue is below the negative curvature")


@dataclass(frozen=True)
class SymmetricPoints:
    """What a certificate of the kind `symmetric-teacher-student` claims."""

    activation: Activation
    points: list[SymmetricPoint]
    precision: int

    @property
    def claimed(self) -> str:
        """The properties."""
        return " and ".join(sorted({point.claimed for point in self.points}))

    def sentence(self) -> str:
        """What was proved; the numbers are those of the file."""
        counts: dict[str, int] = {}
        for point in self.points:
            name = f"{point.claimed} for {'every d >= k' if point.lifted else 'd = k'}"
            counts[name] = counts.get(name, 0) + 1
        sizes = [sum(point.groups) for point in self.points]
        return (
            f"symmetric points ({min(sizes)} <= k <= {max(sizes)}, an orthonormal teacher, {self.activation.name}): "
            f"{', '.join(f'{count} times {name}' for name, count in counts.items())}"
        )

    def prove(self, clock: Clock) -> None:
        """Return only if every point is proved."""
        for place, point in enumerate(self.points):
            with named(f"points[{place}]"):
                point.prove(self.activation, self.precision, clock)


MAX_POINTS, MAX_GROUPS, MAX_EXTRA_ROWS, MAX_INPUT_DIMENSION = 10_000, 6, 6, 999_999_999


def read_symmetric_points(statement: Field, witness: Field) -> SymmetricPoints:
    """A statement of the kind symmetric-teacher-student with its witness."""
    fields = statement.members("landscape", "points")
    activation = read_activation(fields["landscape"].members("kind", "activation")["activation"])
    points = [_read_symmetric_point(field, activation) for field in fields["points"].entries(1, MAX_POINTS)]
    if len({(tuple(point.groups), point.extra, tuple(point.values)) for point in points}) < len(points):
        fields["points"].fail("a point is given more than once")
    precision = witness.members("precision")["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return SymmetricPoints(activation, points, precision)


def _read_symmetric_point(field: Field, activation: Activation) -> SymmetricPoint:
    name = field.member("property").word(*PROPERTIES)
    saddle = name == "saddle"
    bound = "negative_curvature" if saddle else "hessian_lower_bound"
    always = ("groups", "extra_rows", "property", "input_dimension", "student", "radius", "value", bound, "blocks")
    fields = field.members(*always, optional=() if saddle or isinstance(activation, Erf) else ("splits",))
    groups = [entry.integer(1, MAX_INPUT_DIMENSION) for entry in fields["groups"].entries(1, MAX_GROUPS)]
    if sum(groups) > MAX_INPUT_DIMENSION:
        fields["groups"].fail(f"add up to more than {MAX_INPUT_DIMENSION}")
    extra = fields["extra_rows"].integer(0, MAX_EXTRA_ROWS)
    rows = len(groups) + extra
    values: list[Fraction] = []
    for row, line in enumerate(fields["student"].entries(rows, rows)):
        for column, entry in enumerate(line.entries(len(groups), len(groups))):
            two = row == column and groups[row] >= 2
            values += [number.number() for number in entry.entries(2, 2)] if two else [entry.number()]
    value = [entry.number() for entry in fields["value"].entries(2, 2)]
    if value[0] > value[1]:
        fields["value"].fail("the lower bound is above the upper bound")
    splits = [entry.integer(0, rows - 1) for entry in fields["splits"].entries(1, rows)] if "splits" in fields else []
    if splits != sorted(set(splits)):
        fields["splits"].fail("must be in ascending order")
    return SymmetricPoint(
        groups=groups,
        extra=extra,
        claimed=name,
        lifted=fields["input_dimension"].word("k", "at_least_k") == "at_least_k",
        values=values,
        radius=fields["radius"].signed(1),
        value=(value[0], value[1]),
        bound=fields[bound].signed(-1 if saddle else 1),
        blocks=_read_blocks(fields["blocks"], groups, extra, saddle),
        splits=splits,
    )


def _read_blocks(field: Field, groups: list[int], extra: int, saddle: bool) -> dict[str, tuple[int, int, int]]:
    """Size, multiplicity and negative eigenvalues by component."""
    sizes = block_sizes(tuple(min(size, 5) for size in groups), extra)
    blocks = {}
    for entry in field.entries(1, len(sizes)):
        name, size, times, negative = entry.entries(4, 4)
        count = times.number()
        if count < 1 or count.denominator > 1:
            times.fail("must be a positive integer")
        if name.word(*sizes) in blocks:
            field.fail("a component is listed more than once")
        of = size.integer(1, max(sizes.values()))
        blocks[name.word()] = of, int(count), negative.integer(0, of if saddle else 0)
    if saddle and not any(negative for _, _, negative in blocks.values()):
        field.fail("a saddle needs a negative eigenvalue")
    if saddle and all(negative == size for size, _, negative in blocks.values()):
        field.fail("a saddle needs a positive eigenvalue")
    return blocks
