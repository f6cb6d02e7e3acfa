"""ReLU networks as scikit-learn trains them: the local minima next to where training stopped.

`verify prove trained-networks` trains them with L-BFGS from fixed seeds on data that come with scikit-learn, goes on
down along kinks to a local minimum, and certifies it: where training stopped is none. Diabetes: 8 standardised columns,
200 rows, the target standardised; breast cancer: 8 standardised columns. Checking needs no scikit-learn. The data are
part of the certificates.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from verify.checker.public import Reason, Statement
from verify.checker.statements.basin import LocalMinimumWithin
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.landscapes.imported_sklearn import from_sklearn
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.basin import certify_basin

COLUMNS, ROWS = 8, 200


@dataclass(frozen=True, slots=True)
class Training:
    """One run of scikit-learn."""

    name: str
    classifier: bool
    hidden: tuple[int, ...]
    alpha: float
    seed: int

    @property
    def file(self) -> str:
        """Its certificate's."""
        return f"{self.name}.json"

    @property
    def widths(self) -> tuple[int, ...]:
        """Of the input and of each layer."""
        return (COLUMNS, *self.hidden, 1)


TRAININGS = (
    Training("regression-without-decay", False, (16,), 0.0, 0),
    Training("regression-decay", False, (16,), 0.1, 1),
    Training("regression-strong-decay", False, (16,), 1.0, 0),
    Training("regression-two-hidden-layers", False, (8, 8), 0.1, 2),
    Training("classification", True, (8,), 1.0, 1),
)


def train(training: Training) -> tuple[Any, Any, Any]:
    """The trained model, its inputs and its targets. Raises NotCertified without scikit-learn."""
    try:
        from sklearn.datasets import load_breast_cancer, load_diabetes
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        raise NotCertified(
            "the data come with scikit-learn: pip install 'landscape-verify[scikit-learn]'", {}, Reason.MISSING_SOFTWARE
        ) from None
    inputs, targets = (load_breast_cancer if training.classifier else load_diabetes)(return_X_y=True)
    inputs = StandardScaler().fit_transform(inputs)[:, :COLUMNS]
    if not training.classifier:
        inputs, targets = inputs[:ROWS], ((targets - targets.mean()) / targets.std())[:ROWS]
    model = (MLPClassifier if training.classifier else MLPRegressor)(
        hidden_layer_sizes=training.hidden,
        alpha=training.alpha,
        solver="lbfgs",
        tol=1e-12,
        max_iter=20_000,
        max_fun=10**6,
        random_state=training.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge: it stalls at kinks
        return model.fit(inputs, targets), inputs, targets


def prove(training: Training) -> Certificate:
    """The certificate of the minimum below where training stopped."""
    risk, theta = from_sklearn(*train(training))
    return certify_basin(risk, theta)


def settles(training: Training) -> Callable[[Statement], bool]:
    """Whether a statement is a local minimum of a network of this form, with this loss and the decay asked for."""

    def is_meant(statement: Statement) -> bool:
        if not isinstance(statement, LocalMinimumWithin):
            return False
        landscape: EmpiricalRiskLandscape = statement.landscape
        *hidden, last = landscape.network.layers
        return (
            landscape.network.widths == training.widths
            and all(layer.activation.describe() == "ReLU" and layer.bias for layer in hidden)
            and last.activation.describe() == "identity"
            and landscape.loss == ("logistic" if training.classifier else "squares")
            and landscape.weight_decay == Fraction(training.alpha) / len(landscape.inputs)
            and not landscape.bias_decay
        )

    return is_meant


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """The certificates, unless they are there and check."""
    parts = [Part(training.file, partial(prove, training), settles(training)) for training in TRAININGS]
    write_parts(parts, folder, progress, executor)


def _said(training: Training) -> str:
    data = "breast cancer data" if training.classifier else f"{ROWS} rows of the diabetes data"
    widths = "-".join(map(str, training.widths))
    return (
        f"Below where scikit-learn's training of a ReLU network {widths} on {data} stopped (alpha = "
        f"{training.alpha:g}, seed {training.seed}), there is a local minimum; place and loss are enclosed."
    )


PROOF = Proof(
    name="trained-networks",
    paper="this project's own training",
    claims=tuple(
        Claim(name=training.name, statement=_said(training), file=training.file, settled_by=settles(training))
        for training in TRAININGS
    ),
    write=write,
)
