"""A trained network: 64-8-10, tanh, 610 parameters, on the first 200 of scikit-learn's digits.

Half the sum of squares, targets 0 and 1, pixels divided by 16. `verify prove digits-network` trains it and needs
scikit-learn; checking the certificate does not. The data are bound by a digest of the exact numbers.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Executor
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from verify.checker.core.codes import Reason
from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import MINIMA, Minimum
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified, certify

SAMPLES, HIDDEN, DECAY = 200, 8, "1/10"
DATA = "fc7d2d96d965d04ef78a981dca3b1e5629fd23490237ccb7aabea921288a09ce"
FILE = "weight-decay.json"


def risk(decay: str = DECAY) -> EmpiricalRisk:
    """The landscape; raises NotCertified without scikit-learn."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise NotCertified(
            "the data come with scikit-learn: pip install 'landscape-verify[scikit-learn]'", {}, Reason.MISSING_SOFTWARE
        ) from None
    digits = load_digits()
    inputs, targets = digits.data[:SAMPLES] / 16, np.eye(10)[digits.target[:SAMPLES]]
    return EmpiricalRisk(inputs, targets, [HIDDEN, 10], "tanh", weight_decay=decay, bias_decay=decay)


def train(
    landscape: EmpiricalRisk, seed: int = 0, iterations: int = 5000
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """L-BFGS from small random weights."""
    start = np.random.default_rng(seed).normal(size=landscape.trained) * 0.3
    found = minimize(
        lambda t: (landscape.value(t), landscape.gradient(t)[0]),
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations},
    )
    return np.asarray(found.x)


def prove() -> Certificate:
    """The certificate of the network with weight decay; its provenance says how far the trained weights were."""
    landscape = risk()
    return certify(landscape, train(landscape), provenance={"training": "L-BFGS-B, seed 0, start N(0, 0.3^2)"})


def data_digest(landscape: EmpiricalRiskLandscape) -> str:
    """SHA-256 of the exact inputs and targets."""
    rows = ";".join(",".join(map(str, row)) for row in (*landscape.inputs, *landscape.targets))
    return hashlib.sha256(rows.encode()).hexdigest()


def settles(statement: Statement) -> bool:
    """Whether a statement is a strict local minimum of the landscape meant."""
    if not (isinstance(statement, Minimum) and isinstance(statement.landscape, EmpiricalRiskLandscape)):
        return False
    landscape = statement.landscape
    plain = EmpiricalRisk(
        landscape.inputs, landscape.targets, [HIDDEN, 10], "tanh", weight_decay=DECAY, bias_decay=DECAY
    )
    return statement.property in MINIMA and landscape == plain.exact and data_digest(landscape) == DATA


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """The certificate, unless it is there and checks."""
    write_parts([Part(FILE, prove, settles)], folder, progress, executor)


PROOF = Proof(
    name="digits-network",
    paper="this project's own training",
    claims=(
        Claim(
            name="with weight decay",
            statement="Training a tanh network (610 parameters, decay 1/10) on 200 digits ends at a strict minimum.",
            file=FILE,
            settled_by=settles,
        ),
        Claim(
            name="without weight decay",
            statement="Training the same network without weight decay ends at a local minimum.",
            missing=(
                "pixels that are 0 on all samples have weights that do not matter, so the Hessian is singular; "
                "no rule here decides a flat minimum of a smooth network of this kind"
            ),
        ),
    ),
    write=write,
)
