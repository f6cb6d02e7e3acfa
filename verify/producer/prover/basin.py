"""Certificates of local minima on kinks and along flat directions: rule `basin` of docs/BASIN.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import null_space, qr

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import FlowField, Frozen, Slopes, Symmetries
from verify.checker.evaluators import FrozenRisk as BallFrozenRisk
from verify.checker.public import Matrix, Open, Reason, Refuted, box, ends, point
from verify.checker.statements.basin import PROPERTY, BasinWitness, Kink, LocalMinimumWithin
from verify.checker.statements.symmetries import Symmetry
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.landscapes.frozen_risk import FrozenRisk, spread
from verify.producer.prover.candidates import symmetry_candidates
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.lifted import certify_split
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor, on_grid
from verify.producer.prover.split_units import find_split
from verify.producer.search.active_set import KinkedMinimum, Progress, at_kinks, descend, off_kinks
from verify.producer.search.dependent_kinks import Listed, with_dependent
from verify.producer.search.idle_units import aligned_units, zero_units

Array = NDArray[np.float64]

CENTER_BITS, SLOPE_BITS, PRECISION = 128, 96, 256
POLISHING_STEPS = 8
INDEPENDENT = 1e-6
"""Relative to the longest, a field's part across those before it that counts as independent."""
TRIAL_RADIUS = 1e-7
RADII = 16
SHARES = (16, 64, 256)
"""Of the curvature, one part in so many may be taken by the bending of kinks in later layers."""
ENOUGH = 0.9
"""Of the curvature is kept when kinks are given less weight, so that the Hessian is scaled no worse than it must be."""
LIGHTER = 20
FLAT = 1e-8
"""Relative to the Hessian's diagonal, a curvature so little below 0 is taken for that of a flat direction."""
SAME = 1e-9
"""A last step so small moves nothing."""
LOOSE = 1e-6
"""Of its interval, a slope so near the end is there."""
ROUNDED = 1e-13
"""Relative to the largest, an eigenvalue so small is made of rounding errors."""
SHARE = 0.9
"""Of a kink's rise at the center, what is taken for its lower bound on the ball."""


@dataclass(slots=True)
class _Found:
    """A point on its way to a certificate."""

    risk: EmpiricalRisk
    theta: list[Fraction]
    slopes: dict[Place, Fraction]
    symmetries: list[Symmetry] = field(default_factory=list)
    fields: list[FlowField] = field(default_factory=list)
    why_flat: Reason = Reason.FLAT_DIRECTION
    """What it is if a flat direction is left."""
    dependent: frozenset[Place] = frozenset()
    """Units on their kinks because others are: their slopes are kept as they are."""

    @property
    def center(self) -> Matrix:
        """(1, trained)"""
        return (tuple(self.theta),)

    def frozen(self) -> Frozen:
        """The slopes of all units, as on the sides where they are at the center."""
        landscape = self.risk.exact
        tables: list[list[list[Fraction]] | None] = []
        with ctx.workprec(PRECISION):
            levels = BallEmpiricalRisk(landscape, point(self.center)).before_activation()
        for depth, (layer, before) in enumerate(levels):
            if not (layer.activation.is_piecewise_linear and layer.activation.has_kink):
                tables.append(None)
                continue
            sides = [[layer.activation.parameters[z > 0] for z in row] for row in before]
            for (level, sample, unit), slope in spread(self.risk, self.slopes).items():
                if level == depth:
                    sides[sample][unit] = slope
            tables.append(sides)
        tables.append(self._of_losses())
        zero = {place for place, same in self.risk.same.items() if not same}
        return Frozen(tables, frozenset(spread(self.risk, self.slopes)) | zero)

    def _of_losses(self) -> list[list[Fraction]] | None:
        landscape, depth = self.risk.exact, len(self.risk.exact.network.layers)
        if not self.risk.has_kinks(depth):
            return None
        with ctx.workprec(PRECISION):
            residuals = BallEmpiricalRisk(landscape, point(self.center)).residuals()
        sides = [
            [landscape.half_lines(depth, sample, output)[r > 0] for output, r in enumerate(row)]
            for sample, row in enumerate(residuals)
        ]
        for (level, sample, output), slope in self.slopes.items():
            if level == depth:
                sides[sample][output] = slope
        return sides

    def directions(self) -> Array:
        """(trained, fields), of length 1."""
        with ctx.workprec(64):
            columns = [[float(entry) for entry in f.at(point(self.center)[0])] for f in self.fields]
        matrix = np.array(columns).reshape(len(columns), len(self.theta)).T
        unit: Array = matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-300)
        return unit


def certify_basin(
    risk: EmpiricalRisk,
    theta: ArrayLike,
    progress: Progress = lambda *_: None,
    *,
    stays: bool = False,
) -> Certificate:
    """A certificate, accepted by the checker, of a local minimum near a point, where descent from it comes to rest.

    `theta`: (trained,) or (1, trained). The minimum may lie on kinks, and have flat directions that come from
    symmetries. `stays`: the descent begins on the kinks on which the point is, as where an earlier one ended; without
    them it may go far along flat directions. Raises NotCertified.
    """
    with np.errstate(all="ignore"):
        try:
            listed = at_kinks(risk, theta) if stays else None
            return certify_found(risk, descend(risk, theta, progress, listed=listed), progress)
        except np.linalg.LinAlgError as error:
            raise NotCertified(f"in floating point, {error}", {}, Reason.NOT_CONVERGED) from None


def certify_found(risk: EmpiricalRisk, minimum: KinkedMinimum, progress: Progress = lambda *_: None) -> Certificate:
    """A certificate of the minimum that a descent came to. Raises NotCertified."""
    measured = {"loss": minimum.value, "kinks": float(len(minimum.slopes)), "last_step": minimum.last_step}
    if (split := find_split(risk, minimum.theta)) is not None:
        return certify_split(risk, split, minimum, progress, certify_found)
    if not minimum.converged:
        if (listed := with_dependent(risk, minimum.theta, {})) is not None:
            with suppress(NotCertified):
                return _with_all(risk, minimum, listed, measured)
        code = Reason.CYCLING if minimum.last_step < SAME and minimum.slopes else Reason.NOT_CONVERGED
        told = "the descent along the kinks did not come to rest"
        if risk.exact.loss in ("logistic", "cross-entropy") and not any(risk.exact.decays()):
            told, code = f"{told}; without weight decay this loss may fall for ever", Reason.NOT_CONVERGED
        raise NotCertified(told, measured, code)
    found = _polished(risk, minimum)
    if loose := _loose(found):
        held = {place: slope for place, slope in minimum.slopes.items() if place not in loose}
        found = _polished(risk, replace(minimum, slopes=held, sides={**minimum.sides, **loose}))
    try:
        return _proved(found, measured)
    except NotCertified as error:
        theta, slopes = floats.vector(found.theta), {place: float(slope) for place, slope in found.slopes.items()}
        if error.code not in (Reason.KINK, Reason.POOL_TIE):
            raise
        if (listed := with_dependent(risk, theta, slopes)) is None or len(listed.slopes) == len(slopes):
            raise
        try:
            return _with_all(risk, replace(minimum, theta=theta), listed, measured)
        except NotCertified as other:
            raise NotCertified(other.reason, measured, error.code) from None


def _with_all(
    risk: EmpiricalRisk, minimum: KinkedMinimum, listed: Listed, measured: Mapping[str, float]
) -> Certificate:
    """A certificate of a minimum with all units listed that are on their kinks. Raises NotCertified."""
    everything = replace(minimum, slopes=listed.slopes)
    return _proved(_polished(risk, everything, listed.dependent), measured)


def _proved(found: _Found, measured: Mapping[str, float]) -> Certificate:
    """A certificate of the minimum at a polished point. Raises NotCertified."""
    risk = found.risk
    failure = NotCertified("the loss curves upwards too little on the kinks", measured, Reason.FLAT_DIRECTION)
    for radius, curvature, weights in _trials(found):
        for factor in (1, 4, 16):
            try:
                return _certificate(found, radius / factor, curvature, weights)
            except NotCertified as error:
                failure = NotCertified(error.reason, measured, _code(risk, error.code))
    if failure.code in (Reason.KINK, Reason.FLAT_DIRECTION) and zero_units(risk, floats.vector(found.theta)):
        failure.code = Reason.ZERO_UNIT
    raise failure


def _polished(risk: EmpiricalRisk, minimum: KinkedMinimum, dependent: frozenset[Place] = frozenset()) -> _Found:
    found = _Found(
        risk,
        [on_grid(float(entry), CENTER_BITS) for entry in off_kinks(risk, minimum)],
        {place: on_grid(slope, SLOPE_BITS) for place, slope in sorted(minimum.slopes.items())},
        dependent=dependent,
    )
    found.why_flat = _of_flat(found)
    _choose_symmetries(found, found.frozen())
    _polish(found)
    return found


def _loose(found: _Found) -> dict[Place, float]:
    """Units whose slopes have come to the end of their interval: no kink holds them, so that they may leave it."""
    ends_ = {place: found.risk.exact.half_lines(*place) for place in found.slopes}
    return {
        place: float(end)
        for place, slope in found.slopes.items()
        for end in ends_[place]
        if abs(slope - end) < LOOSE * abs(ends_[place][1] - ends_[place][0])
    }


def _code(risk: EmpiricalRisk, code: Reason) -> Reason:
    """A kink under a maximum of neighbours is named as what it is: a residual layer compares them (`layered`)."""
    layers = risk.exact.network.layers
    compares = any(layer.residual and layer.activation.has_kink for layer in layers)
    return Reason.POOL_TIE if code is Reason.KINK and compares and risk.exact.parameter_map is not None else code


def _certificate(found: _Found, radius: Fraction, curvature: Fraction, weights: Sequence[Fraction]) -> Certificate:
    own = dict(zip(found.slopes, weights, strict=True))
    slopes = sorted(spread(found.risk, found.slopes).items())
    kinks = tuple(Kink(*place, slope, own.get(place, Fraction(0))) for place, slope in slopes)
    witness = BasinWitness(PRECISION, curvature, kinks, tuple(found.symmetries))
    with ctx.workprec(PRECISION):
        low, high = ends(BallEmpiricalRisk(found.risk.exact, point(found.center)).value())
    rise = curvature * radius * radius
    low, top = floor(low - rise, 64), ceil(high, 64)
    high = top if top > high else top + rise / 2**8  # the checker's ball of both has an end of its own
    flat = len(found.symmetries)
    statement = LocalMinimumWithin(found.risk.exact, PROPERTY, found.center, radius, (low, high), flat)
    return written(found.risk, statement, witness)


def _trials(found: _Found) -> Iterator[tuple[Fraction, Fraction, list[Fraction]]]:
    """Radii with a curvature and weights for them, the most promising first."""
    theta, places = floats.vector(found.theta), list(found.slopes)
    slopes = {place: float(slope) for place, slope in found.slopes.items()}
    at = FrozenRisk(found.risk, slopes).at(theta, places)
    ends_ = [tuple(map(float, found.risk.exact.half_lines(*place))) for place in places]
    room = np.array([min(high - slopes[p], slopes[p] - low) for p, (low, high) in zip(places, ends_, strict=True)])
    rises = SHARE * np.maximum(at.rises, 0.0)  # the checker says where one is below 0
    deep = np.array([layer > 0 for layer, _, _ in places], dtype=bool)
    across = found.directions()
    spread = (2 if deep.any() else 1) * np.abs(at.units).sum(axis=1)
    base = at.hessian + across @ across.T * np.abs(np.diag(at.hessian)).mean()
    most = _least_across(base, at.units)
    if not most > 0:
        is_flat = most > -FLAT * float(np.abs(np.diag(base)).mean())
        code = found.why_flat if is_flat else Reason.NOT_PROVED
        raise NotCertified("the loss is not proved to curve upwards on the kinks", {"curvature": most}, code)
    bends, variation = _bends(found, places), _variation(found)
    full = rises * room * (0.5 if deep.any() else 1.0)
    for share in SHARES if deep.any() else SHARES[:1]:
        allowed = most / (share * max(deep.sum(), 1) * np.maximum(bends, 1e-300))
        weights = np.where(deep, np.minimum(full, allowed), full)
        bend = float(2 * weights @ bends)
        radius = min(TRIAL_RADIUS, 0.2 * most / max(variation, 1e-300))
        for _ in range(RADII):
            curvature = _least(base, at.units, weights, spread * radius)
            if curvature > max(2 * bend, most / 2):
                for _ in range(LIGHTER):
                    if _least(base, at.units, weights / 4, spread * radius) < ENOUGH * curvature:
                        break
                    weights = weights / 4
                kept = 0.5 * (ENOUGH * curvature - float(2 * weights @ bends))
                yield floor(radius, 2), floor(kept, 4), [floor(float(weight), 12) for weight in weights]
                break
            radius /= 4


def _of_flat(found: _Found) -> Reason:
    """Why the loss may be flat: units of a layer that point the same way, or what is not known."""
    aligned = aligned_units(found.risk, floats.vector(found.theta))
    return Reason.FLAT_DIRECTION if aligned is None else Reason.DUPLICATE_UNITS


def _least_across(base: Array, units: Array) -> float:
    """The smallest eigenvalue of the Hessian on the surface where all kinks are met; if it is a point, any number."""
    along = null_space(units) if len(units) else np.eye(len(base))
    return float(np.linalg.eigvalsh(along.T @ base @ along)[0]) if along.size else float(np.abs(base).max()) or 1.0


def _bends(found: _Found, places: list[Place]) -> Array:
    """Bounds of the Hessians of z at the kinks."""
    with ctx.workprec(64):
        frozen = BallFrozenRisk(found.risk.exact, point(found.center), found.frozen().slopes)
        return np.array([float(frozen.curvature_of_unit(*place).upper()) for place in places])


def _least(base: Array, units: Array, weights: Array, size: Array) -> float:
    """The smallest eigenvalue of the minorant's Hessian at the center, with |z| <= size."""
    factors = np.where(size > 0, 2 * weights / np.maximum(size, 1e-300), 0.0)
    values = np.linalg.eigvalsh(base + (units.T * factors) @ units)
    if not len(units) or abs(values[0]) > ROUNDED * values[-1]:
        return float(values[0])
    # Steep kinks drown what is left: a lower bound by the parts across them and along them, each of its own size.
    count = len(units)
    full, upper = qr(units.T)
    turned = full.T @ base @ full
    steep = turned[:count, :count] + (upper[:count] * factors) @ upper[:count].T
    lean = np.linalg.solve(steep, turned[:count, count:])
    rest = turned[count:, count:] - turned[count:, :count] @ lean
    least = float(min(np.linalg.eigvalsh(part)[0] for part in (steep, (rest + rest.T) / 2) if part.size))
    return least / (1 + float(np.linalg.norm(lean))) ** 2


def _variation(found: _Found) -> float:
    """How much the Hessian may vary, per radius: its balls over a box."""
    with ctx.workprec(64):
        region = box(found.center, Fraction(TRIAL_RADIUS))
        rows = BallFrozenRisk(found.risk.exact, region, found.frozen().slopes).hessian().tolist()
    return max(sum(float(entry.rad()) for entry in row) for row in rows) / TRIAL_RADIUS


def _polish(found: _Found) -> None:
    """Newton's method for (theta, slopes), its residuals in balls, on the grids of a certificate."""
    places, tables = [place for place in found.slopes if place not in found.dependent], found.frozen().slopes
    across, count = found.directions(), len(places)
    for _ in range(POLISHING_STEPS):
        residual, scale = _residual(found, places, tables)
        if scale < 2.0 ** -(SLOPE_BITS - 8):
            break
        theta = floats.vector(found.theta)
        at = FrozenRisk(found.risk, {place: float(slope) for place, slope in found.slopes.items()}).at(theta, places)
        own = at.hessian + across @ across.T * np.abs(np.diag(at.hessian)).mean()
        matrix = np.block([[own, at.units.T * at.rises], [at.units, np.zeros((count, count))]])
        try:
            step = np.linalg.solve(matrix, residual)
        except np.linalg.LinAlgError:
            raise NotCertified("the kinks' system is singular", {}, found.why_flat) from None
        found.theta = [
            on_grid(old - Fraction(float(new)) * Fraction(scale), CENTER_BITS)
            for old, new in zip(found.theta, step, strict=False)
        ]
        for place, new in zip(places, step[len(theta) :], strict=True):
            found.slopes[place] = on_grid(found.slopes[place] - Fraction(float(new)) * Fraction(scale), SLOPE_BITS)
        tables = found.frozen().slopes


def _residual(found: _Found, places: list[Place], tables: Slopes) -> tuple[Array, float]:
    """The gradient and z at the kinks, divided by the largest of them, and that."""
    with ctx.workprec(PRECISION):
        frozen = BallFrozenRisk(found.risk.exact, point(found.center), tables)
        levels = [*(rows for _, rows in frozen.before_activation()), frozen.residuals()]
        numbers = [*frozen.gradient()[0], *(levels[layer][sample][unit] for layer, sample, unit in places)]
        scale = max(float(abs(entry).upper()) for entry in numbers)
        if not 0 < scale < np.inf:
            return np.zeros(len(numbers)), 0.0
        return np.array([float((entry / arb(scale)).mid()) for entry in numbers]), scale


def _choose_symmetries(found: _Found, frozen: Frozen) -> None:
    """Independent ones among those whose conditions hold."""
    known = Symmetries(found.risk.exact, frozen)
    for symmetry in symmetry_candidates(found.risk.exact, frozen):
        try:
            field_ = known.field(symmetry)
        except (Refuted, Open):
            continue
        found.symmetries.append(symmetry)
        found.fields.append(field_)
    across = found.directions()
    kept: list[int] = []
    basis = np.zeros((len(found.theta), 0))
    for index in range(across.shape[1]):
        rest = across[:, index] - basis @ (basis.T @ across[:, index])
        rest -= basis @ (basis.T @ rest)
        if (length := float(np.linalg.norm(rest))) > INDEPENDENT:
            basis = np.column_stack([basis, rest / length])
            kept.append(index)
    found.symmetries = [found.symmetries[index] for index in kept]
    found.fields = [found.fields[index] for index in kept]
