"""Limiting Gram matrices in audits: the smallest eigenvalue, of the samples and of a network's depth and activation."""

from __future__ import annotations

from verify.checker.public import Reason, Statement
from verify.checker.statements.limiting_gram_matrix import (
    CLOSED,
    FULLY_CONNECTED,
    ONE_HIDDEN,
    SERIES,
    GramMatrix,
    SmallestEigenvalue,
)
from verify.producer.audit.claims import Claim
from verify.producer.audit.evidence import single
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.refine import NotCertified
from verify.producer.wide.gram import certify_smallest_eigenvalue, limiting_gram_matrix


def matrix_of(claim: Claim) -> GramMatrix:
    """Of the claim's samples, divided by their norms. Raises NotCertified for a network that has no such limit here."""
    landscape = claim.risk.exact
    *hidden, output = landscape.network.layers
    names = {layer.activation.describe().lower() for layer in hidden}
    plain = landscape.parameter_map is None and not landscape.fixed and not any(each.bias for each in (*hidden, output))
    if (
        not plain
        or not hidden
        or any(layer.residual for layer in hidden)
        or output.width != 1
        or output.activation.describe() != "identity"
    ):
        told = "the matrix is of networks with hidden layers, one linear output, and no biases or residual connections"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    if len(names) > 1 or not names <= {*CLOSED, *SERIES}:
        told = f"the matrix is known for one activation in all hidden layers: {', '.join(('relu', *SERIES))}"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    if not all(map(any, landscape.inputs)):
        raise NotCertified("a sample is 0 and cannot be divided by its norm", {}, Reason.NOT_MODELLED)
    architecture = ONE_HIDDEN if len(hidden) == 1 else FULLY_CONNECTED
    return limiting_gram_matrix(landscape.inputs, architecture, names.pop(), depth=len(hidden))


def as_claimed(claim: Claim) -> list[Certificate]:
    """The claimed bounds."""
    low, high = claim.eigenvalue or (None, None)
    return [certify_smallest_eigenvalue(matrix_of(claim), least=low, most=high)]


def as_it_is(claim: Claim) -> list[Certificate]:
    """Bounds in four digits."""
    return [certify_smallest_eigenvalue(matrix_of(claim), above=True)]


# What the statements say


def is_of_samples(found: Statement, claim: Claim) -> bool:
    """Whether a statement is about the matrix of the claim."""
    return isinstance(found, SmallestEigenvalue) and found.landscape == matrix_of(claim)


@single
def has_eigenvalue(found: Statement, claim: Claim) -> bool:
    """Within the claimed bounds."""
    if not isinstance(found, SmallestEigenvalue) or not is_of_samples(found, claim) or claim.eigenvalue is None:
        return False
    low, high = claim.eigenvalue
    return found.at_least >= low and (high is None or (found.at_most is not None and found.at_most <= high))


@single
def has_another(found: Statement, claim: Claim) -> bool:
    """Beyond one of the claimed bounds."""
    if not isinstance(found, SmallestEigenvalue) or not is_of_samples(found, claim) or claim.eigenvalue is None:
        return False
    low, high = claim.eigenvalue
    below = found.at_most is not None and found.at_most < low
    return below or (high is not None and found.at_least > high)
