"""Linear models and pipelines of scikit-learn: the risk is the objective that was minimised, or they are refused."""

from __future__ import annotations

import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.campaigns import sampled
from verify import EmpiricalRisk, Verified, certify, check
from verify.producer.landscapes.exact import in_balls

linear = pytest.importorskip("sklearn.linear_model")
preprocessing = pytest.importorskip("sklearn.preprocessing")
pipeline = pytest.importorskip("sklearn.pipeline")
neural = pytest.importorskip("sklearn.neural_network")

RNG = np.random.default_rng(5)
X = RNG.normal(size=(30, 3))
TWO = (X[:, 0] + RNG.normal(size=30) > 0.3).astype(int)
THREE = np.digitize(X[:, 1] + RNG.normal(size=30), [-0.5, 0.5])
WEIGHTS = RNG.uniform(0.2, 3, size=30)
TIGHT = {"tol": 1e-12, "max_iter": 10_000}


def fitted(model: Any, x: Any, y: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it need not converge, and some options are deprecated
        return model.fit(x, y, **options)


def is_minimum(risk: EmpiricalRisk, point: Any, most: float = 1e-5) -> None:
    """The loss is convex, so a gradient of 0 says that it is this loss that was minimised."""
    assert np.abs(risk.gradient(point)).max() <= most * (1 + np.abs(risk.gradient(0 * point)).max())
    balls = in_balls(risk, (tuple(Fraction(entry) for entry in point.tolist()),)).value()
    assert float(balls.mid()) == pytest.approx(risk.value(point), rel=1e-11)  # as the checker evaluates the statement


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("c", [0.3, 1.0, np.inf])
@pytest.mark.parametrize("solver", sampled(["lbfgs", "newton-cg", "newton-cholesky", "saga"], every=2))
@pytest.mark.parametrize("y", [TWO, THREE])
def test_logistic_regression(y: Any, solver: str, c: float, intercept: bool) -> None:
    model = fitted(linear.LogisticRegression(C=c, solver=solver, fit_intercept=intercept, **TIGHT), X, y)
    risk, point = EmpiricalRisk.from_sklearn(model, X, y)
    is_minimum(risk, point)
    assert risk.exact.weight_decay == (0 if np.isinf(c) else 1 / Fraction(c))
    assert risk.exact.bias_decay == 0
    assert point.size == model.coef_.size + intercept * model.intercept_.size
    outputs = risk.outputs(point)
    assert (outputs if outputs.shape[1] > 1 else outputs.ravel()) == pytest.approx(model.decision_function(X))


@pytest.mark.parametrize("scaling", [1.0, 0.1, 7.0])
@pytest.mark.parametrize("dual", [False, True])
@pytest.mark.parametrize("intercept", [True, False])
def test_liblinear_penalises_the_intercept(intercept: bool, dual: bool, scaling: float) -> None:
    options = {"solver": "liblinear", "dual": dual, "fit_intercept": intercept, "intercept_scaling": scaling, "C": 0.7}
    model = fitted(linear.LogisticRegression(**options, **TIGHT), X, TWO)
    risk, point = EmpiricalRisk.from_sklearn(model, X, TWO)
    is_minimum(risk, point)
    assert risk.exact.bias_decay == (1 / Fraction(0.7) / Fraction(scaling) ** 2 if intercept else 0)


@pytest.mark.parametrize("y", [TWO, THREE])
@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 0.5, 1: 2.0, 2: 1.0}, {1: 3}])
@pytest.mark.parametrize("sample_weight", [None, WEIGHTS])
def test_weights_of_samples_and_classes(y: Any, class_weight: Any, sample_weight: Any) -> None:
    if isinstance(class_weight, dict):
        class_weight = {label: weight for label, weight in class_weight.items() if label in y}
    model = linear.LogisticRegression(class_weight=class_weight, **TIGHT)
    fitted(model, X, y, sample_weight=sample_weight)
    risk, point = EmpiricalRisk.from_sklearn(model, X, y, sample_weight=sample_weight)
    is_minimum(risk, point)
    assert risk.trained == model.coef_.size + model.intercept_.size
    if sample_weight is not None:
        with pytest.raises(ValueError, match="or with other sample weights"):
            EmpiricalRisk.from_sklearn(model, X, y)
    if class_weight is not None:
        with pytest.raises(ValueError, match="or with other sample weights"):
            EmpiricalRisk.from_sklearn(model.set_params(class_weight=None), X, y, sample_weight=sample_weight)


def test_labels_are_the_classes_of_the_model_in_their_order() -> None:
    names = np.array(["b", "a"])[TWO]  # so that "a", the class 0, is the label 1
    model = fitted(linear.LogisticRegression(**TIGHT), X, names)
    risk, point = EmpiricalRisk.from_sklearn(model, X, names)
    is_minimum(risk, point)
    with pytest.raises(ValueError, match="the label c is none of the model's classes"):
        EmpiricalRisk.from_sklearn(model, X, np.where(TWO, "a", "c"))
    with pytest.raises(ValueError, match="y has 29 labels for 30 samples"):
        EmpiricalRisk.from_sklearn(model, X, names[1:])


def test_penalties_with_an_l1_part_are_refused_and_without_one_read() -> None:
    for options in ({"penalty": "l1"}, {"penalty": "elasticnet", "l1_ratio": 0.5}, {"l1_ratio": 1.0}):
        model = fitted(linear.LogisticRegression(solver="saga", **options), X, TWO)
        with pytest.raises(ValueError, match="a penalty with an l1 part is not modelled"):
            EmpiricalRisk.from_sklearn(model, X, TWO)
    for options, decay in (
        ({"penalty": "l2", "C": 0.5}, 2),
        ({"penalty": "elasticnet", "l1_ratio": 0.0, "C": 0.5}, 2),
        ({"penalty": None, "C": 0.5}, 0),
    ):
        model = fitted(linear.LogisticRegression(solver="saga", **options, **TIGHT), X, TWO)
        risk, point = EmpiricalRisk.from_sklearn(model, X, TWO)
        is_minimum(risk, point)
        assert risk.exact.weight_decay == decay


def test_settings_that_mean_another_loss_are_refused() -> None:
    """multi_class was an option of earlier versions; they stored it."""
    ovr, two = fitted(linear.LogisticRegression(), X, THREE), fitted(linear.LogisticRegression(), X, TWO)
    ovr.multi_class, two.multi_class = "ovr", "multinomial"
    for model, y, message in (
        (ovr, THREE, "one class against the rest"),
        (two, TWO, "'multinomial' for two classes"),
        (linear.LogisticRegression(), TWO, "not fitted"),
        (fitted(linear.LogisticRegressionCV(cv=2), X, TWO), TWO, "a LogisticRegressionCV is not known"),
        (fitted(linear.RidgeClassifier(), X, TWO), TWO, "a RidgeClassifier is not known"),
        (fitted(linear.Lasso(), X, TWO), TWO, "a Lasso is not known"),
        (fitted(linear.Ridge(positive=True), X, TWO), TWO, "must be positive"),
        (fitted(linear.LinearRegression(positive=True), X, TWO), TWO, "must be positive"),
        (fitted(linear.Ridge(alpha=[1.0, 2.0]), X, X[:, :2]), X[:, :2], "an alpha for each output"),
        (fitted(linear.Ridge(), X, TWO, sample_weight=WEIGHTS), TWO, "or with other sample weights"),
        (fitted(linear.Ridge(), X, TWO), TWO + 1.0 * (X[:, 2] > 0), "it was fitted to other data"),
        (fitted(linear.Ridge(), X, TWO), X[:, :2], r"the targets have the shape \(30, 2\), the model has 1 outputs"),
        (fitted(linear.LogisticRegression(), X, TWO).sparsify(), TWO, "not an array of float64"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_sklearn(model, X, y)
    for weights in (-WEIGHTS, WEIGHTS[1:], WEIGHTS * np.nan):
        with pytest.raises(ValueError, match="sample_weight must have the shape"):
            EmpiricalRisk.from_sklearn(fitted(linear.LogisticRegression(), X, TWO), X, TWO, sample_weight=weights)


def test_numbers_that_scikit_learn_would_round_are_refused() -> None:
    model = fitted(linear.Ridge(), X.astype(np.float32), X[:, 0].astype(np.float32))
    with pytest.raises(ValueError, match="x is float32"):
        EmpiricalRisk.from_sklearn(model, X.astype(np.float32), X[:, 0])
    with pytest.raises(ValueError, match="not an array of float64"):
        EmpiricalRisk.from_sklearn(model, X, X[:, 0])
    exact = fitted(linear.Ridge(), X, X[:, 0])
    for x, message in (
        (pytest.importorskip("scipy.sparse").csr_matrix(X), "x is sparse"),
        (X.astype(object), "x is object"),
        (X[:, :2], "the model has 3 features"),
        (X[0], "not .samples, features."),
        (np.full((30, 3), 2**53 + 1), "integers that are no float64"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_sklearn(exact, x, X[:, 0])


@pytest.mark.parametrize("solver", ["svd", "cholesky", "lsqr", "sparse_cg", "sag", "saga"])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("y", [X[:, 0] ** 2, X[:, :2] ** 2])
def test_ridge(y: Any, intercept: bool, solver: str) -> None:
    model = fitted(linear.Ridge(alpha=0.4, fit_intercept=intercept, solver=solver, **TIGHT), X, y)
    risk, point = EmpiricalRisk.from_sklearn(model, X, y)
    is_minimum(risk, point)
    assert risk.value(point) == pytest.approx(((model.predict(X) - y) ** 2).sum() + 0.4 * (model.coef_**2).sum())
    plain = fitted(linear.LinearRegression(fit_intercept=intercept), X, y)
    risk, point = EmpiricalRisk.from_sklearn(plain, X, y)
    is_minimum(risk, point)
    assert risk.exact.weight_decay == 0


def scalers() -> list[Any]:
    return [
        preprocessing.StandardScaler(),
        preprocessing.StandardScaler(with_mean=False),
        preprocessing.MinMaxScaler((-1, 2), clip=True),
        preprocessing.MaxAbsScaler(),
        preprocessing.RobustScaler(),
        "passthrough",
    ]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("kind", ["logistic", "ridge", "network"])
def test_a_pipeline_is_its_last_step_on_the_numbers_that_its_scalers_give(kind: str, number: int) -> None:
    final = {
        "logistic": linear.LogisticRegression(**TIGHT),
        "ridge": linear.Ridge(),
        "network": neural.MLPClassifier(hidden_layer_sizes=(2,), solver="lbfgs", max_iter=20, random_state=0),
    }[kind]
    x = 10 * X + 3
    model = fitted(pipeline.make_pipeline(scalers()[number], preprocessing.MaxAbsScaler(), final), x, TWO)
    risk, point = EmpiricalRisk.from_sklearn(model, x, TWO)
    scaled = model[:-1].transform(x)
    assert np.array([[float(entry) for entry in row] for row in risk.exact.inputs]).tolist() == scaled.tolist()
    assert point.tolist() == EmpiricalRisk.from_sklearn(model[-1], scaled, TWO)[1].tolist()
    if kind != "network":
        is_minimum(risk, point)


def test_pipelines_with_other_steps_are_refused() -> None:
    make, ridge = pipeline.make_pipeline, linear.Ridge()

    class Own(preprocessing.StandardScaler):  # type: ignore[misc, name-defined]
        pass

    class Other(pipeline.Pipeline):  # type: ignore[misc, name-defined]
        pass

    for model, message in (
        (fitted(make(preprocessing.PolynomialFeatures(), ridge), X, TWO), "a PolynomialFeatures is not known"),
        (fitted(make(Own(), ridge), X, TWO), "a Own is not known"),
        (fitted(Other([("ridge", linear.Ridge())]), X, TWO), "a Other is not known"),
        (make(preprocessing.StandardScaler(), linear.Ridge()), "not fitted"),
        (make(linear.Ridge()), "not fitted"),
        (fitted(make(preprocessing.StandardScaler(), linear.Lasso()), X, TWO), "a Lasso is not known"),
        (fitted(make(make(preprocessing.StandardScaler()), linear.Ridge()), X, TWO), "a Pipeline is not known"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_sklearn(model, X, TWO)


def test_terms_are_replaced_by_those_of_the_caller() -> None:
    model = fitted(linear.Ridge(alpha=0.4), X, TWO)
    risk, point = EmpiricalRisk.from_sklearn(model, X, TWO, scale="mean", weight_decay="1/3", bias_decay="1/7")
    squares = ((model.predict(X) - TWO) ** 2).mean()
    wanted = squares + (model.coef_**2).sum() / 6 + model.intercept_**2 / 14
    assert risk.value(point) == pytest.approx(wanted, rel=1e-12)
    fixed, rest = EmpiricalRisk.from_sklearn(model, X, TWO, fixed={3: model.intercept_})
    assert fixed.exact.fixed == ((3, Fraction(model.intercept_)),)
    assert rest.tolist() == model.coef_.tolist()
    is_minimum(fixed, rest)
    classifier = fitted(linear.LogisticRegression(**TIGHT), X, TWO)
    squared, point = EmpiricalRisk.from_sklearn(classifier, X, TWO, loss="squares", weight_decay=0)
    assert squared.value(point) == pytest.approx(((classifier.decision_function(X) - 2 * TWO + 1) ** 2).sum())
    with pytest.raises(ValueError, match="must not be negative for cross-entropy"):
        EmpiricalRisk.from_sklearn(fitted(linear.Ridge(), X, X), X, X, loss="cross-entropy")
    with pytest.raises(ValueError, match="fixed: parameter 0"):
        EmpiricalRisk.from_sklearn(model, X, TWO, fixed={0: 0})


def test_a_model_whose_predictions_are_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = fitted(linear.Ridge(), X, TWO)
    predict = linear.Ridge.predict
    monkeypatch.setattr(linear.Ridge, "predict", lambda self, x: predict(self, x) ** 3)
    with pytest.raises(ValueError, match="the library's own loss is .* this is not understood"):
        EmpiricalRisk.from_sklearn(model, X, TWO)


@pytest.mark.parametrize("weighted", [False, True])
def test_what_scikit_learn_found_is_near_a_proved_minimum(weighted: bool, tmp_path: Path) -> None:
    weights = WEIGHTS if weighted else None
    scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), linear.LogisticRegression(**TIGHT))
    fitted(scaled, X, TWO, logisticregression__sample_weight=weights)
    risk, point = EmpiricalRisk.from_sklearn(scaled, X, TWO, sample_weight=weights)
    path = tmp_path / "minimum.json"
    path.write_text(certify(risk, point).text())
    verdict = check(path)
    assert isinstance(verdict, Verified)
    assert "strict local minimum" in verdict.statement.sentence()
    assert (
        "4 trained parameters" in verdict.statement.sentence()
        and ("4 fixed" in verdict.statement.sentence()) == weighted
    )


@pytest.mark.parametrize("kind", [linear.Ridge, linear.LinearRegression])
def test_least_squares_with_sample_weights(kind: Any) -> None:
    """Of one output and of several; the same data with other weights are another risk."""
    for y in (X[:, 0] ** 2, X[:, :2] ** 2):
        model = fitted(kind(), X, y, sample_weight=WEIGHTS)
        risk, point = EmpiricalRisk.from_sklearn(model, X, y, sample_weight=WEIGHTS)
        is_minimum(risk, point)
        with pytest.raises(ValueError, match="or with other sample weights"):
            EmpiricalRisk.from_sklearn(model, X, y, sample_weight=WEIGHTS[::-1].copy())
