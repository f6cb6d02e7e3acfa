"""Spurious local minima of two-layer ReLU networks for every number k of teacher neurons: n = k and n = k + 1.

Let x ~ N(0, I_d), v_1, ..., v_k orthonormal, F(w_1, ..., w_n) = 1/2 E (sum_i relu(w_i.x) - sum_j relu(v_j.x))^2.
Safran & Shamir (2018) proved with a computer that F has a local minimum that is not global for n = k in 6..20.
Arjevani & Field (2020-22) described families of critical points for all k by their symmetry, with series in
k^(-1/2): type II, invariant under the permutations of k - 1 coordinates, with k F -> 1/2 - 2/pi^2, and type A,
invariant under those of all k, with F -> 1/2 - 1/pi.

What is proved here is that each of the two is a strict local minimum, and not global, for every k >= 6 and every
input dimension d >= k, with enclosures of the loss and of the smallest Hessian eigenvalue as functions of k; and the
same of a family with n = k + 1, for every k >= 7: one neuron more than the teacher has does not remove all spurious
minima, whatever k is. (At n = k + 1 Safran & Shamir proved k = 8 and 10..19.) In the list that this project compared
with (docs/EVERY_K.md) no such proof for every k was found.
"""

from __future__ import annotations

from concurrent.futures import Executor
from fractions import Fraction
from functools import partial
from pathlib import Path

from verify.checker.core.statement import Statement
from verify.checker.statements.family import Family
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover.family import Branch, certify_family

BREAKS = (Fraction(0), *(Fraction(1, 2**j) for j in range(14, 8, -1)), *(Fraction(j, 512) for j in range(2, 65)))
"""Pieces [a, b] of the scaled variable s = k^(-1/2), up to 1/8: k >= 64. They shrink towards s = 0."""

TYPE_II = Branch(
    least=6,
    extra_neurons=0,
    fixed_coordinates=1,
    loss_power=1,
    leading=((1,), (0,), (0, 0, 2), (0,), (-1,)),
    exponents=(4, 4, 4, 2, 2),
    limits=(2.5465, -1.2732, -4.5465, 1.2732, 5.3570),
    breaks=BREAKS,
)
"""The student's values are 1 + A s^4, B s^4, 2 s^2 + C s^4, D s^2, -1 + E s^2."""

TYPE_A = Branch(
    least=6,
    extra_neurons=0,
    fixed_coordinates=0,
    loss_power=0,
    leading=((-1, 0, 2), (0, 0, 2)),
    exponents=(4, 4),
    limits=(-1.4529, -0.7265),
    breaks=BREAKS,
)
"""The student's values are -1 + 2 s^2 + A s^4 and 2 s^2 + B s^4."""

ONE_NEURON_MORE = Branch(
    least=7,
    extra_neurons=1,
    fixed_coordinates=1,
    loss_power=1,
    leading=((1,), (0,), (0, 0, 2), (0,), (0,), (0,), (-1,)),
    exponents=(3, 4, 3, 2, 1, 2, 1),
    limits=(-0.5723, -1.6146, 0.2963, 0.9179, -1.3883, 0.6967, 1.0920),
    breaks=(Fraction(0), *(Fraction(1, 2**j) for j in range(14, 11, -1)), *(Fraction(j, 4096) for j in range(2, 321))),
    degree=12,
)
"""The student's values are 1 + A s^3, B s^4, 2 s^2 + C s^3; D s^2, E s in a row that vanishes; G s^2, -1 + H s."""

FILES = {"type-ii.json": TYPE_II, "type-a.json": TYPE_A, "one-neuron-more.json": ONE_NEURON_MORE}


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One certificate for each family. Those already there are kept if they check. Raises NotCertified."""
    here = progress if executor is None else _unheard  # what another process does is not heard of here
    parts = [
        Part(name, partial(certify_family, branch, here), partial(settles, name)) for name, branch in FILES.items()
    ]
    write_parts(parts, folder, progress, executor)


def _unheard(what: str, finished: int, total: int) -> None:
    """Progress of another process."""


def settles(name: str, statement: Statement) -> bool:
    """Whether a proved statement is that the family of a file is a spurious minimum for every k."""
    branch = FILES[name]
    return (
        isinstance(statement, Family)
        and statement.property == "spurious-local-minimum"
        and statement.least == branch.least
        and statement.extra_neurons == branch.extra_neurons
        and statement.fixed_coordinates == branch.fixed_coordinates
    )


PROOF = Proof(
    name="spurious-minima-for-every-k",
    paper="spurious local minima for every k: two families of Arjevani & Field 2020-22, and one with n = k + 1",
    claims=(
        Claim(
            name="type II",
            statement=(
                "For every k >= 6 and every d >= k, the population loss of k ReLU student neurons and a teacher of k "
                "orthonormal neurons has a local minimum that is not global; it is invariant under the permutations "
                "of k - 1 coordinates."
            ),
            file="type-ii.json",
            settled_by=lambda statement: settles("type-ii.json", statement),
        ),
        Claim(
            name="type A",
            statement=(
                "For every k >= 6 and every d >= k, the same loss has a local minimum that is not global and that is "
                "invariant under the permutations of all k coordinates."
            ),
            file="type-a.json",
            settled_by=lambda statement: settles("type-a.json", statement),
        ),
        Claim(
            name="one neuron more",
            statement=(
                "For every k >= 7 and every d >= k, the population loss of k + 1 ReLU student neurons and a teacher of "
                "k orthonormal neurons has a local minimum that is not global; it is invariant under the permutations "
                "of k - 1 coordinates."
            ),
            file="one-neuron-more.json",
            settled_by=lambda statement: settles("one-neuron-more.json", statement),
        ),
    ),
    write=write,
)
