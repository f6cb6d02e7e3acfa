"""Which units of a network are given the same function of the trained parameters, on which samples.

Where two patches of an image are equal, so is what a filter makes of them, at all parameters; and the difference of
the two is 0 at all parameters. That is found here exactly, not in balls: what a unit is given is a sum of products of
a coefficient, a trained parameter or 1, and an atom, an atom being 1 or what a unit puts out on some sample. Units of
one activation that are given the same sum put out the same atom. Two functions may be equal without this being seen.
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.clock import look
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer
from verify.checker.statements.parameter_map import ParameterMap

ONE = -1
"""The atom 1, and the trained parameter that stands for 1."""
Outputs = dict[int, Fraction]
"""A sum of atoms, without those of coefficient 0."""
Form = frozenset[tuple[int, int, Fraction]]
"""A sum of products: trained parameter or ONE, atom, coefficient. The empty one is 0."""
Factors = list[tuple[int, list[tuple[int, Fraction]]]]
"""For sources of a unit: trained parameters or ONE, and their coefficients in the weight."""


class SameFunctions:
    """What each unit is given, as a form; of each sample and layer when it is first asked for."""

    def __init__(self, landscape: EmpiricalRiskLandscape, made: ParameterMap) -> None:
        self._landscape, self._made = landscape, made
        self._atoms: dict[tuple[object, Form], int] = {}
        self._known: dict[int, list[list[Form]]] = {}
        self._reached: dict[int, list[Outputs]] = {}
        self._factors: dict[int, list[Factors]] = {}

    def given(self, layer: int, sample: int, unit: int) -> Form:
        """z of a unit on a sample. Equal forms are equal at all parameters; the empty one is 0 at all of them."""
        known = self._known.setdefault(sample, [])
        if sample not in self._reached:
            self._reached[sample] = [{ONE: x} if x else {} for x in self._landscape.inputs[sample]]
        while len(known) <= layer:
            self._go_on(known, sample)
        return known[layer][unit]

    def _go_on(self, known: list[list[Form]], sample: int) -> None:
        """Through one more layer."""
        depth, outputs = len(known), self._reached[sample]
        layer = self._landscape.network.layers[depth]
        if depth not in self._factors:
            self._factors[depth] = [self._of_unit(depth, unit) for unit in range(layer.width)]
        given = [*outputs, {ONE: Fraction(1)}] if layer.bias else outputs
        forms = [_form(factors, given) for factors in self._factors[depth]]
        after = [self._outputs(layer, form) for form in forms]
        if layer.residual:
            after = [_sum(new, old) for new, old in zip(after, outputs, strict=True)]
        known.append(forms)
        self._reached[sample] = after

    def _of_unit(self, depth: int, unit: int) -> Factors:
        """What a unit multiplies its sources by: those that are not 0."""
        network, found = self._landscape.network, []
        layer = network.layers[depth]
        for source in range(layer.inputs + layer.bias):
            row = self._made.rows[network.number(depth, unit, source)]
            terms = [(index, coefficient) for _, index, coefficient in row.terms]
            if row.constant:
                terms.append((ONE, row.constant))
            if terms:
                found.append((source, terms))
        return found

    def _outputs(self, layer: Layer, form: Form) -> Outputs:
        """What the unit puts out: the form itself where that is a sum of atoms and the activation is linear."""
        activation = layer.activation
        if activation.is_piecewise_linear and not form:
            return {}
        if activation.is_piecewise_linear and not activation.has_kink and all(index == ONE for index, _, _ in form):
            slope = activation.parameters[0]
            return {atom: slope * size for _, atom, size in form if slope}
        atom = self._atoms.setdefault((activation, form), len(self._atoms))
        return {atom: Fraction(1)}


def _form(factors: Factors, given: list[Outputs]) -> Form:
    look()
    total: dict[tuple[int, int], Fraction] = {}
    for source, terms in factors:
        for atom, size in given[source].items():
            for index, coefficient in terms:
                place = index, atom
                change = coefficient * size
                total[place] = total[place] + change if place in total else change
    return frozenset((index, atom, size) for (index, atom), size in total.items() if size)


def _sum(left: Outputs, right: Outputs) -> Outputs:
    total = {atom: left.get(atom, Fraction(0)) + right.get(atom, Fraction(0)) for atom in {**left, **right}}
    return {atom: size for atom, size in total.items() if size}
