"""The kinds of statements about all teachers of two neurons in a region, by property."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import two_neuron_teachers as statements
from verify.checker.theorems.one_spurious_minimum import one_spurious_minimum
from verify.checker.theorems.spurious_minima_of_teachers import spurious_minima_of_teachers
from verify.checker.theorems.two_neuron_teachers import two_neuron_teachers

TWO_NEURON_TEACHERS = {
    name: Kind(statements.STATEMENT, statements.WITNESS, prove)
    for name, prove in (
        (statements.NO_SPURIOUS, two_neuron_teachers),
        (statements.ONE_SPURIOUS, one_spurious_minimum),
        (statements.SPURIOUS, spurious_minima_of_teachers),
    )
}
