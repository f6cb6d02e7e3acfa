"""Networks as scikit-learn and PyTorch train them: the local minima next to where training stopped.

`verify prove trained-networks` trains them with L-BFGS from fixed seeds on data that come with scikit-learn, goes on
down along kinks to a local minimum, and certifies it: where training stopped is none. Diabetes: 8 standardised columns,
200 rows, the target standardised; breast cancer: 8 standardised columns. Checking needs no scikit-learn. The data are
part of the certificates.

Others are trained with L-BFGS too: with PyTorch convolutional networks on the first 100 digits, divided by 16 (3 x 3
convolution, ReLU, the average over 2 x 2, and ten outputs; cross-entropy, decay of all parameters), and with SciPy a
deep linear network 10-6-6-3 on all ten columns of the first 100 rows of diabetes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from verify.checker.public import Reason, Statement
from verify.checker.statements.basin import LocalMinimumWithin
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Network
from verify.checker.statements.parameter_map import ParameterMap, Term
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.imported_sklearn import from_sklearn
from verify.producer.landscapes.imported_torch import from_torch
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.basin import certify_basin

Array = NDArray[np.float64]

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


@dataclass(frozen=True, slots=True)
class Convolution:
    """One run of PyTorch."""

    name: str
    filters: int
    decay: Fraction
    seed: int

    @property
    def file(self) -> str:
        """Its certificate's."""
        return f"{self.name}.json"


CONVOLUTIONS = (
    Convolution("digits-two-filters", 2, Fraction(1, 100), 0),
    Convolution("digits-four-filters", 4, Fraction(1, 100), 200),
)
DIGITS, CLASSES = 100, 10


def train_convolution(convolution: Convolution) -> tuple[Any, Any, Any]:
    """The trained module, its inputs and the classes. Raises NotCertified without PyTorch and scikit-learn."""
    try:
        import torch
        from sklearn.datasets import load_digits
    except ImportError:
        raise NotCertified(
            "it is trained with PyTorch on data of scikit-learn: pip install 'landscape-verify[torch,scikit-learn]'",
            {},
            Reason.MISSING_SOFTWARE,
        ) from None
    images, labels = load_digits(return_X_y=True)
    x, y = torch.tensor(images[:DIGITS].reshape(DIGITS, 1, 8, 8) / 16), torch.tensor(labels[:DIGITS])
    torch.manual_seed(convolution.seed)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(1, convolution.filters, 3),
        torch.nn.ReLU(),
        torch.nn.AvgPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(9 * convolution.filters, CLASSES),
    ).double()
    parts, decay = list(module.parameters()), float(convolution.decay)
    descent = torch.optim.LBFGS(
        parts,
        max_iter=500,
        tolerance_grad=1e-12,
        tolerance_change=1e-12,
        history_size=50,
        line_search_fn="strong_wolfe",
    )

    def loss() -> Any:
        descent.zero_grad()
        value = torch.nn.functional.cross_entropy(module(x), y) + decay / 2 * sum((part**2).sum() for part in parts)
        value.backward()
        return value

    descent.step(loss)
    return module.eval(), x, y


def risk_of_convolution(convolution: Convolution) -> tuple[EmpiricalRisk, Array]:
    """The risk that was trained, and where training stopped."""
    module, x, y = train_convolution(convolution)
    return from_torch(module, x, y, loss="cross-entropy", weight_decay=convolution.decay)


def prove_convolution(convolution: Convolution) -> Certificate:
    """The certificate of the minimum below where training stopped."""
    return certify_basin(*risk_of_convolution(convolution))


def settles_convolution(convolution: Convolution) -> Callable[[Statement], bool]:
    """Whether a statement is a local minimum of a network of this form with shared filters and the decay asked for."""

    def is_meant(statement: Statement) -> bool:
        if not isinstance(statement, LocalMinimumWithin):
            return False
        landscape: EmpiricalRiskLandscape = statement.landscape
        units = 36 * convolution.filters
        return (
            landscape.network.widths == (64, units, CLASSES)
            and [layer.activation.describe() for layer in landscape.network.layers] == ["ReLU", "identity"]
            and landscape.trained == 10 * convolution.filters + CLASSES * (9 * convolution.filters + 1)
            and landscape.parameter_map == _filters(convolution.filters, landscape.network)
            and landscape.loss == "cross-entropy"
            and landscape.factor == Fraction(1, DIGITS)
            and landscape.weight_decay == landscape.bias_decay == convolution.decay
            and len(landscape.inputs) == DIGITS
        )

    return is_meant


def _filters(filters: int, network: Network) -> ParameterMap:
    """A 3 x 3 convolution of 8 x 8 images, and ten outputs of its averages over 2 x 2, as PyTorch orders parameters."""
    terms = []
    for unit in range(36 * filters):
        channel, (row, column) = unit // 36, divmod(unit % 36, 6)
        for i, j in product(range(3), repeat=2):
            number = network.number(0, unit, 8 * (row + i) + column + j)
            terms.append(Term(number, 9 * channel + 3 * i + j, Fraction(1)))
        terms.append(Term(network.number(0, unit, 64), 9 * filters + channel, Fraction(1)))
        pool = 9 * channel + 3 * (row // 2) + column // 2
        for output in range(CLASSES):
            first = 10 * filters + 9 * filters * output
            terms.append(Term(network.number(1, output, unit), first + pool, Fraction(1, 4)))
    last = 10 * filters + 9 * filters * CLASSES
    terms += [Term(network.number(1, o, 36 * filters), last + o, Fraction(1)) for o in range(CLASSES)]
    trained = last + CLASSES
    return ParameterMap(network.parameters, trained, tuple(sorted(terms)), ())


LINEAR = "deep-linear.json"
LINEAR_WIDTHS = (10, 6, 6, 3)
LINEAR_DECAY = Fraction(1, 100)


def risk_of_linear(seed: int = 0) -> tuple[EmpiricalRisk, Array]:
    """The deep linear network's risk, and where SciPy's L-BFGS ends from a random start."""
    try:
        from sklearn.datasets import load_diabetes
    except ImportError:
        raise NotCertified(
            "the data come with scikit-learn: pip install 'landscape-verify[scikit-learn]'", {}, Reason.MISSING_SOFTWARE
        ) from None
    inputs, progression = load_diabetes(return_X_y=True)
    inputs, progression = inputs[:DIGITS] / inputs[:DIGITS].std(axis=0), progression[:DIGITS] / 100
    targets = np.column_stack([progression, progression**2 / 4, inputs[:, 0] * inputs[:, 2]])
    risk = EmpiricalRisk(
        inputs.round(3), targets.round(3), LINEAR_WIDTHS[1:], "identity", scale="mean", weight_decay=LINEAR_DECAY
    )
    start = np.random.default_rng(seed).normal(size=risk.trained) / 2
    found = minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, method="L-BFGS-B")
    return risk, np.asarray(found.x)


def prove_linear() -> Certificate:
    """The certificate of the minimum next to where training ends, along the rotations of both hidden layers."""
    return certify_basin(*risk_of_linear())


def settles_linear(statement: Statement) -> bool:
    """Whether a statement is a local minimum, on a surface of equal ones, of a deep linear network with decay."""
    if not isinstance(statement, LocalMinimumWithin):
        return False
    landscape: EmpiricalRiskLandscape = statement.landscape
    return (
        landscape.network.widths == LINEAR_WIDTHS
        and all(layer.activation.describe() == "identity" and not layer.residual for layer in landscape.network.layers)
        and landscape.loss == "squares"
        and landscape.weight_decay == LINEAR_DECAY
        and not landscape.bias_decay
        and not landscape.fixed
        and landscape.parameter_map is None
        and statement.flat_directions > 0
    )


def risk_of(training: Training) -> tuple[EmpiricalRisk, Array]:
    """The risk that was trained, and where training stopped."""
    return from_sklearn(*train(training))


def prove(training: Training) -> Certificate:
    """The certificate of the minimum below where training stopped."""
    return certify_basin(*risk_of(training))


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
    parts += [Part(each.file, partial(prove_convolution, each), settles_convolution(each)) for each in CONVOLUTIONS]
    parts += [Part(LINEAR, prove_linear, settles_linear)]
    write_parts(parts, folder, progress, executor)


def _said(training: Training) -> str:
    data = "breast cancer data" if training.classifier else f"{ROWS} rows of the diabetes data"
    widths = "-".join(map(str, training.widths))
    return (
        f"Below where scikit-learn's training of a ReLU network {widths} on {data} stopped (alpha = "
        f"{training.alpha:g}, seed {training.seed}), there is a local minimum; place and loss are enclosed."
    )


def _said_of_convolution(convolution: Convolution) -> str:
    return (
        f"Below where PyTorch's training of a convolutional network with {convolution.filters} shared 3 x 3 filters on "
        f"{DIGITS} digits stopped (decay {convolution.decay}, seed {convolution.seed}), there is a local minimum; "
        "place and loss are enclosed."
    )


PROOF = Proof(
    name="trained-networks",
    paper="this project's own training",
    claims=tuple(
        Claim(name=training.name, statement=_said(training), file=training.file, settled_by=settles(training))
        for training in TRAININGS
    )
    + tuple(
        Claim(
            name=each.name, statement=_said_of_convolution(each), file=each.file, settled_by=settles_convolution(each)
        )
        for each in CONVOLUTIONS
    )
    + (
        Claim(
            name="deep-linear",
            statement="Where L-BFGS's training of a linear network 10-6-6-3 with weight decay ended, there is a local "
            "minimum, not strict: the loss is constant on a surface through it.",
            file=LINEAR,
            settled_by=settles_linear,
        ),
    ),
    write=write,
)
