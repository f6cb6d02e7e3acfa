"""Tian 2017: an analytical formula of the population gradient for two-layered ReLU networks.

One neuron is settled for every input dimension, and more than is printed: the inequality holds at every w, not only
within |w*| of w*. For more neurons the symmetric saddle is proved for given K; docs/COVERS.md has it for every K.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from verify.checker.core.statement import Statement
from verify.checker.statements.equal_students import SaddleOfEqualStudents
from verify.checker.statements.one_neuron import OnePointMonotone
from verify.producer.prover.covers.two_neurons import certify_equal_students, certify_one_neuron

from .finite_samples import Item, proof

SADDLES = (2, 3, 10, 100)


def _is_of_one_neuron(statement: Statement) -> bool:
    return isinstance(statement, OnePointMonotone) and statement.landscape.teacher == ((Fraction(1),),)


def _is_saddle(k: int, statement: Statement) -> bool:
    return isinstance(statement, SaddleOfEqualStudents) and statement.landscape.neurons == k


PROOF = proof(
    "tian-2017",
    "Tian 2017",
    (
        Item(
            name="K = 1, every d",
            claim=(
                "One ReLU neuron: w* is the only critical point other than 0 and a minimum, and the gradient flow "
                "decreases |w - w*|; here at every w, and from every w that is not a multiple <= 0 of w* it converges."
            ),
            file="one-neuron.json",
            make=certify_one_neuron,
            settles=_is_of_one_neuron,
        ),
        *(
            Item(
                name=f"K = {k}, the symmetric saddle",
                claim="x = y = (sqrt(K - 1) - arccos(1/sqrt K) + pi) / (pi K) is a critical point, and a saddle.",
                file=f"equal-students-k{k:03}.json",
                make=partial(certify_equal_students, k),
                settles=partial(_is_saddle, k),
            )
            for k in SADDLES
        ),
    ),
)
