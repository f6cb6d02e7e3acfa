"""Tian 2017: an analytical formula of the population gradient for two-layered ReLU networks.

One neuron is settled for every input dimension, and more than is printed: the inequality holds at every w, not only
within |w*| of w*. For more neurons the symmetric saddle is proved for given K; docs/COVERS.md has it for every K. The
paper's symmetric students, w_j = x e_j + y (sum of the other e_i), are settled for given K: all critical points.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from verify.checker.core.statement import Statement
from verify.checker.statements.equal_students import SaddleOfEqualStudents
from verify.checker.statements.one_neuron import OnePointMonotone
from verify.checker.statements.symmetric_students import SymmetricCriticalPoints
from verify.checker.statements.two_neurons import GLOBAL, NEGATIVE, SPURIOUS
from verify.producer.prover.covers.symmetric_students import certify_symmetric_students
from verify.producer.prover.covers.two_neurons import certify_equal_students, certify_one_neuron

from .finite_samples import Item, proof

SADDLES = (2, 3, 10, 100)
SYMMETRIC = (3, 4, 5, 6, 7, 10, 30, 100)
FIRST_SPURIOUS = 6
"""From here on the symmetric critical point besides the teacher and the two of equal students is a minimum."""


def _is_of_one_neuron(statement: Statement) -> bool:
    return isinstance(statement, OnePointMonotone) and statement.landscape.teacher == ((Fraction(1),),)


def _is_saddle(k: int, statement: Statement) -> bool:
    return isinstance(statement, SaddleOfEqualStudents) and statement.landscape.neurons == k


def _lists_symmetric(k: int, statement: Statement) -> bool:
    other = SPURIOUS if k >= FIRST_SPURIOUS else NEGATIVE
    return (
        isinstance(statement, SymmetricCriticalPoints)
        and statement.landscape.neurons == k
        and sorted(point.what for point in statement.points) == sorted([GLOBAL, other, NEGATIVE, NEGATIVE])
    )


def _symmetric(k: int) -> Item:
    found = "is a spurious minimum" if k >= FIRST_SPURIOUS else "has a negative eigenvalue"
    return Item(
        name=f"K = {k}, all symmetric students",
        claim=(
            "Students w_j = x e_j + y (sum of the other e_i), not 0: exactly four critical points, the teacher, two of "
            f"equal students, which have a negative eigenvalue, and one that {found}."
        ),
        file=f"symmetric-students-k{k:03}.json",
        make=partial(certify_symmetric_students, k),
        settles=partial(_lists_symmetric, k),
    )


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
        *map(_symmetric, SYMMETRIC),
    ),
)
