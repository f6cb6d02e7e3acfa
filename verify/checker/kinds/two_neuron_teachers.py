"""The kind of statements about all teachers of two neurons in a region."""

from __future__ import annotations

from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind
from verify.checker.statements import two_neuron_teachers as statements
from verify.checker.theorems.two_neuron_teachers import two_neuron_teachers

TWO_NEURON_TEACHERS = Kind(
    statement=statements.STATEMENT,
    witness=statements.WITNESS,
    too_large=lambda statement: None,
    task=Task,
    prove=two_neuron_teachers,
)
