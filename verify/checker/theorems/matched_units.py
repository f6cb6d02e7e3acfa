"""Two sets of units of one hidden layer that are made alike from parameters of their own, and the network without one.

Into the units of either set go weights and biases that are linear in parameters w (in w'), and out of them weights
that are linear in parameters v (in v'), with the same coefficients for matched units; and these parameters enter
nothing else. Two filters of a convolution are such sets, with a unit for each place; and so are any two units that
share nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from verify.checker.core.outcome import Refuted
from verify.checker.statements.basin import Split
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.parameter_map import Affine, ParameterMap, Term


@dataclass(frozen=True, slots=True)
class Parts:
    """The parameters of a split, by their numbers among the trained ones; first and second set in the same order."""

    w: tuple[tuple[int, int], ...]
    v: tuple[tuple[int, int], ...]

    def kept(self, trained: int) -> list[int]:
        """The numbers of the parameters that the smaller network has."""
        left_out = {second for _, second in (*self.w, *self.v)}
        return [index for index in range(trained) if index not in left_out]


def without_second(landscape: EmpiricalRiskLandscape, parts: Parts) -> EmpiricalRiskLandscape:
    """The smaller network: the parameters of the second set are 0, and not trained."""
    made = landscape.as_map()
    place = {index: row for row, index in enumerate(parts.kept(made.trained))}
    entries = tuple(
        Term(parameter, place[index], coefficient) for parameter, index, coefficient in made.entries if index in place
    )
    smaller = ParameterMap(made.parameters, len(place), entries, made.constants)
    return replace(landscape, parameter_map=smaller, fixed=())


def matched(landscape: EmpiricalRiskLandscape, split: Split) -> Parts:
    """The parameters of two sets of units that are made alike. Raises Refuted if they are not."""
    return _Matched(landscape, split).parts()


class _Matched:
    """Two sets of units, and whether they are made alike: the setting and hypothesis (1)."""

    def __init__(self, landscape: EmpiricalRiskLandscape, split: Split) -> None:
        self._split, self._network, self._made = split, landscape.network, landscape.as_map()
        layers = landscape.network.layers
        if split.layer + 1 == len(layers):
            self._refuse("there is no next layer")
        if len(split.first) != len(split.second) or len({*split.first, *split.second}) < 2 * len(split.first):
            self._refuse("the two sets must have as many units, each once")
        if not layers[split.layer].activation.is_piecewise_linear:
            self._refuse("its activation is not piecewise linear")
        low, high = layers[split.layer].activation.parameters
        if low > high:
            self._refuse("its activation is not convex")
        if layers[split.layer].residual or layers[split.layer + 1].residual:
            self._refuse("it or the next layer is residual")

    def _refuse(self, reason: str) -> NoReturn:
        raise Refuted(f"the split of units of layer {self._split.layer}: {reason}")

    def parts(self) -> Parts:
        """The parameters of both sets."""
        into, out = [*self._into()], [*self._out()]
        found = []
        for places in (into, out):
            match: dict[int, int] = {}
            for first, second in places:
                for one, other in self._same(self._made.rows[first], self._made.rows[second]):
                    if match.setdefault(one.trained, other.trained) != other.trained:
                        self._refuse(f"trained parameter {one.trained} has two of the other units' in its place")
            numbers = [*match, *match.values()]
            if not match or len({*numbers}) < len(numbers):
                self._refuse("their parameters are not trained, or not each by itself")
            allowed = {number for pair in places for number in pair}
            if any(term.parameter not in allowed for number in numbers for term in self._made.columns[number]):
                self._refuse("their parameters enter others too")
            found.append(tuple(match.items()))
        return Parts(*found)

    def _into(self) -> Iterator[tuple[int, int]]:
        """The numbers of the weights and biases of matched units."""
        here, layer = self._split.layer, self._network.layers[self._split.layer]
        for first, second in zip(self._split.first, self._split.second, strict=True):
            for source in range(layer.inputs + layer.bias):
                yield self._network.number(here, first, source), self._network.number(here, second, source)

    def _out(self) -> Iterator[tuple[int, int]]:
        """Those of the weights that leave matched units."""
        after = self._split.layer + 1
        for first, second in zip(self._split.first, self._split.second, strict=True):
            for unit in range(self._network.layers[after].width):
                yield self._network.number(after, unit, first), self._network.number(after, unit, second)

    def _same(self, first: Affine, second: Affine) -> Iterator[tuple[Term, Term]]:
        """The terms of two parameters, which must have the same coefficients, and no constants."""
        if first.constant or second.constant:
            self._refuse("a weight or bias of theirs has a constant")
        if [term.coefficient for term in first.terms] != [term.coefficient for term in second.terms]:
            self._refuse("they are not made from their parameters in the same way")
        return zip(first.terms, second.terms, strict=True)
