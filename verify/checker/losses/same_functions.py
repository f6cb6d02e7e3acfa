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
from verify.checker.statements.parameter_map import Affine, ParameterMap

ONE = -1
"""The atom 1, and the trained parameter that stands for 1."""
Outputs = dict[int, Fraction]
"""A sum of atoms, without those of coefficient 0."""
Form = frozenset[tuple[int, int, Fraction]]
"""A sum of products: trained parameter or ONE, atom, coefficient. The empty one is 0."""


class SameFunctions:
    """What each unit is given, as a form; of each sample when it is first asked for."""

    def __init__(self, landscape: EmpiricalRiskLandscape, made: ParameterMap) -> None:
        self._landscape, self._made = landscape, made
        self._atoms: dict[tuple[object, Form], int] = {}
        self._known: dict[int, list[list[Form]]] = {}

    def given(self, layer: int, sample: int, unit: int) -> Form:
        """z of a unit on a sample. Equal forms are equal at all parameters; the empty one is 0 at all of them."""
        if sample not in self._known:
            self._known[sample] = self._forms(sample)
        return self._known[sample][layer][unit]

    def _forms(self, sample: int) -> list[list[Form]]:
        outputs: list[Outputs] = [{ONE: x} if x else {} for x in self._landscape.inputs[sample]]
        found = []
        network = self._landscape.network
        for layer, start in zip(network.layers, network.starts, strict=True):
            forms = [self._form(layer, start, unit, outputs) for unit in range(layer.width)]
            after = [self._outputs(layer, form) for form in forms]
            if layer.residual:
                after = [_sum(new, old) for new, old in zip(after, outputs, strict=True)]
            found.append(forms)
            outputs = after
        return found

    def _form(self, layer: Layer, start: int, unit: int, outputs: list[Outputs]) -> Form:
        look()
        total: dict[tuple[int, int], Fraction] = {}
        for source, atoms in enumerate([*outputs, {ONE: Fraction(1)}] if layer.bias else outputs):
            row: Affine = self._made.rows[start + layer.place(unit, source)]
            factors = [(index, coefficient) for _, index, coefficient in row.terms]
            if row.constant:
                factors.append((ONE, row.constant))
            for index, coefficient in factors:
                for atom, size in atoms.items():
                    total[index, atom] = total.get((index, atom), Fraction(0)) + coefficient * size
        return frozenset((index, atom, size) for (index, atom), size in total.items() if size)

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


def _sum(left: Outputs, right: Outputs) -> Outputs:
    total = {atom: left.get(atom, Fraction(0)) + right.get(atom, Fraction(0)) for atom in {**left, **right}}
    return {atom: size for atom, size in total.items() if size}
