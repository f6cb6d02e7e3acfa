"""Symmetries that a network may have: candidates for flows along which its loss is constant, to be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verify.checker.evaluators import Frozen
from verify.checker.statements.basin import Entry, Symmetry
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.prover.exchanges import exchanges, null_vectors
from verify.producer.prover.scalings import scalings


def symmetry_candidates(landscape: EmpiricalRiskLandscape, frozen: Frozen) -> Iterator[Symmetry]:
    """Symmetries that a network may have, to be asked for one by one."""
    layers = landscape.network.layers
    samples = range(len(landscape.inputs))
    for depth, (layer, after) in enumerate(zip(layers, layers[1:], strict=False)):
        sources = layer.inputs + layer.bias
        masks: dict[int, tuple[Fraction | None, ...]] = {}
        alone = [unit for unit in range(layer.width) if _is_alone(landscape, depth, unit)]
        for unit in alone:
            mask = masks[unit] = tuple(frozen.fixed_slope(landscape, depth, sample, unit) for sample in samples)
            yield Symmetry("scale", depth, unit)
            yield Symmetry("shift", depth, unit)
            if all(slope == 0 for slope in mask):
                yield from (Symmetry("outgoing", depth, unit, target) for target in range(after.width))
                for source in range(sources):
                    change = tuple(Fraction(int(source == other)) for other in range(sources))
                    if _is_free(landscape, depth, unit, change):
                        yield Symmetry("null", depth, unit, vector=change)
            elif depth == 0:
                kept = [n for n, slope in zip(samples, mask, strict=True) if slope != 0]
                for change in null_vectors([landscape.inputs[n] for n in kept], layer.bias):
                    if _is_free(landscape, depth, unit, change):
                        yield Symmetry("null", depth, unit, vector=change)
        is_skew = bool(landscape.weight_decay or landscape.bias_decay)
        for i in alone:
            for j in alone[: alone.index(i)]:
                if masks[i] == masks[j] and None not in masks[i]:
                    one = Fraction(1)
                    if is_skew:
                        yield Symmetry("linear", depth, matrix=(Entry(i, j, one), Entry(j, i, -one)))
                    else:
                        yield Symmetry("linear", depth, matrix=(Entry(i, j, one),))
                        yield Symmetry("linear", depth, matrix=(Entry(j, i, one),))
        if after.width == 1 and not (layer.residual or after.residual or is_skew or landscape.parameter_map):
            yield from exchanges(landscape, depth, masks)
    yield from scalings(landscape)
    if landscape.loss == "cross-entropy":
        last = layers[-1]
        yield from (Symmetry("softmax", len(layers) - 1, source=j) for j in range(last.inputs + last.bias))


def _is_alone(landscape: EmpiricalRiskLandscape, depth: int, unit: int) -> bool:
    """Whether no weight of a unit is shared, so that it may have symmetries of its own."""
    if (made := landscape.parameter_map) is None:
        return True
    layer = landscape.network.layers[depth]
    rows = [made.rows[landscape.network.number(depth, unit, source)] for source in range(layer.inputs + layer.bias)]
    return all(len(made.columns[term.trained]) == 1 for row in rows for term in row.terms)


def _is_free(landscape: EmpiricalRiskLandscape, depth: int, unit: int, change: Sequence[Fraction]) -> bool:
    """Whether all weights of a unit that change are trained and do not decay: whatever the samples, else it is none."""
    made, decays = landscape.as_map(), landscape.decays()
    moved = [made.rows[landscape.network.number(depth, unit, source)].terms for source, u in enumerate(change) if u]
    return all(terms and not any(decays[term.trained] for term in terms) for terms in moved)
