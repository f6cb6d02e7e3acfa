"""Statements that first-order methods from the identity never get below a loss."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, written
from verify.checker.core.limits import MAX_TARGET_ORDER
from verify.checker.core.reader import Field
from verify.checker.core.schema import (
    NEGATIVE,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    Constant,
    Known,
    ListOf,
    matrix,
    text,
    where,
)
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.linear_targets import NEGATIVE as NEGATIVE_SETS
from verify.checker.statements.linear_targets import DeepLinearNetworks, OneTarget, deep_linear_networks

PROPERTY = "gradient-descent-stays-above"
SAME_SCALARS = (
    "moves every layer by linear combinations of its gradients and positions so far, with scalars that are the same "
    "for the layers j and L + 1 - j (any step sizes, momentum, line search; also with the gradient of "
    "(kappa_t/2) sum_j |Theta_j - I|_F^2 added)"
)


@dataclass(frozen=True, slots=True)
class Method:
    """`first-order`, `signs` (those, and sign methods, RMSProp and Adam) or `gradient-descent`."""

    name: str
    step: Fraction | None = None
    """Of gradient descent: the largest eta_t."""
    regularization: Fraction | None = None
    """Of gradient descent: the largest kappa_t."""

    def describe(self) -> str:
        """After "however", before "from the identity"."""
        if self.step is not None and self.regularization is not None:
            kappa = written(self.regularization)
            regularizer = f", with (kappa_t/2) sum_j |Theta_j - I|_F^2 added to F, 0 <= kappa_t <= {kappa},"
            regularizer *= self.regularization > 0
            return f"gradient descent with any steps 0 < eta_t <= {written(self.step)}{regularizer}"
        also = "; or by its sign, or divided elementwise by the root of a mean of squared gradients, as in Adam"
        return f"every method that {SAME_SCALARS}{also * (self.name == 'signs')},"


@dataclass(frozen=True, slots=True)
class StaysAbove(AboutLandscape[DeepLinearNetworks]):
    """F >= l at every step."""

    method: Method
    loss: Fraction
    """l > 0."""

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return f"{self.landscape.definition}; all of it in exact arithmetic, not in floating point"

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return (
            f"In exact arithmetic: for {self.landscape.layers.describe()} and {self.landscape.targets.describe()}, "
            f"{self.method.describe()} from Theta_1 = ... = Theta_L = I keeps "
            f"F = 1/2 |Theta_L ... Theta_1 - Phi|_F^2 >= {at_least(self.loss, 12)} for ever."
        )


@dataclass(frozen=True, slots=True)
class ObstructionWitness(Witness):
    """For one matrix; for a set of targets none of it is needed."""

    reflection: Matrix | None
    """P, (d, d), a multiple of Q: for `first-order` and `signs`."""
    least: Fraction | None
    """A bound of the eigenvalues that are counted: for `gradient-descent`."""
    eigenvalues: tuple[Fraction, ...]
    """Bounds towards 0 of eigenvalues of P Phi, or of Phi: one for each that is counted."""


def _is_one(known: Known, witness: Field) -> bool:
    return isinstance(known["statement"].landscape.targets, OneTarget)


def _has_reflection(known: Known, witness: Field) -> bool:
    return _is_one(known, witness) and known["statement"].method.step is None


def _has_least(known: Known, witness: Field) -> bool:
    return _is_one(known, witness) and known["statement"].method.step is not None


DESCENT = Row("step", POSITIVE), Row("regularization", NOT_NEGATIVE)
METHODS = {"first-order": (), "signs": (), "gradient-descent": DESCENT}
METHOD = Variants("name", {name: Table.of(Method, Row("name", text(name)), *own) for name, own in METHODS.items()})
STATEMENT = statement_of(
    StaysAbove,
    deep_linear_networks(NEGATIVE_SETS),
    PROPERTY,
    Row("start", Constant("identity")),
    Row("arithmetic", Constant("exact")),
    Row("method", METHOD),
    Row("loss", POSITIVE),
)
SAME_SHAPE = matrix(lambda known: (len(known["statement"].landscape.targets.matrix),) * 2)
NOT_ZERO = where(NUMBER, lambda number: number != 0, "must not be 0")
WITNESS = witness_of(
    ObstructionWitness,
    Row("reflection", SAME_SHAPE, needed=_has_reflection),
    Row("least", NEGATIVE, needed=_has_least),
    Row("eigenvalues", ListOf(NOT_ZERO, 1, MAX_TARGET_ORDER), absent=(), needed=_is_one),
)
