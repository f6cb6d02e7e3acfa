"""Networks of ONNX: the same outputs as ONNX's own implementation of each operator, or refused by the node's name."""

from __future__ import annotations

import sys
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from verify import EmpiricalRisk

onnx = pytest.importorskip("onnx")
node = onnx.helper.make_node
RNG = np.random.default_rng(2)
X, Y = RNG.normal(size=(10, 4)), RNG.normal(size=(10, 3))
SINGLE = {
    "W": RNG.normal(size=(5, 4)), "b": RNG.normal(size=5), "V": RNG.normal(size=(5, 3)), "c": RNG.normal(size=3),
    "S": RNG.normal(size=(5, 5)), "s": RNG.normal(size=5),
}  # fmt: skip
SINGLE = {name: array.astype(np.float32) for name, array in SINGLE.items()}
FIRST = node("Gemm", ["x", "W", "b"], ["z"], name="first", transB=1)
LAST = node("Gemm", ["h", "V", "c"], ["y"], name="last")


def model(nodes: list[Any], parameters: Any = SINGLE, *, operators: int = 20, shape: Any = (None, 4)) -> Any:
    tensor = onnx.helper.make_tensor_value_info
    used = {name for each in nodes for name in each.input}
    graph = onnx.helper.make_graph(
        nodes,
        "network",
        [tensor("x", onnx.TensorProto.FLOAT, shape)],
        [tensor("y", onnx.TensorProto.FLOAT, (None, None))],
        [onnx.numpy_helper.from_array(array, name) for name, array in parameters.items() if name in used],
    )
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", operators)])


def outputs(given: Any, x: Any = X) -> Any:
    """ONNX's own, in float32 as the file says."""
    return onnx.reference.ReferenceEvaluator(given).run(None, {"x": x.astype(np.float32)})[0]


def agree(given: Any, x: Any = X, **options: Any) -> tuple[EmpiricalRisk, Any]:
    """The risk and the point, whose outputs are those of the file but for the rounding to float32."""
    risk, point = EmpiricalRisk.from_onnx(given, x, Y, **options)
    assert risk.outputs(point) == pytest.approx(outputs(given, x), rel=1e-4, abs=1e-5)
    return risk, point


ACTIVATIONS = {
    "Relu": ({}, "piecewise-linear", (0, 1)),
    "LeakyRelu": ({"alpha": 0.25}, "piecewise-linear", (Fraction(1, 4), 1)),
    "LeakyRelu by default": ({}, "piecewise-linear", (Fraction(float(np.float32(0.01))), 1)),
    "Elu": ({"alpha": 1.5}, "elu", (1, Fraction(3, 2))),
    "Elu by default": ({}, "elu", (1, 1)),
    "Selu": (
        {},
        "elu",
        (Fraction(float(np.float32(1.0507010221481323))), Fraction(float(np.float32(1.6732631921768188)))),
    ),
    "Selu with other numbers": ({"alpha": 2.0, "gamma": 0.5}, "elu", (Fraction(1, 2), 2)),
    "Sigmoid": ({}, "sigmoid", ()),
    "Tanh": ({}, "tanh", ()),
    "Softplus": ({}, "softplus", ()),
    "Gelu": ({}, "gelu", ()),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_have_exactly_the_numbers_of_the_file(name: str) -> None:
    attributes, kind, parameters = ACTIVATIONS[name]
    risk, point = agree(model([FIRST, node(name.split()[0], ["z"], ["h"], **attributes), LAST]))
    activation = risk.exact.network.layers[0].activation
    assert (activation.name, activation.parameters) == (kind, parameters)
    flat = np.concatenate([SINGLE["W"].ravel(), SINGLE["b"], SINGLE["V"].T.ravel(), SINGLE["c"]])
    assert point.tolist() == flat.astype(np.float64).tolist()


def test_layers_are_written_in_several_ways() -> None:
    """Gemm with and without transB and bias; MatMul, with a bias that is added from either side, or without."""
    turned = {**SINGLE, "W": SINGLE["W"].T.copy(), "c": SINGLE["c"][None]}
    for nodes, biases in (
        ([node("Gemm", ["x", "W", "b"], ["h"]), LAST], (True, True)),
        ([node("Gemm", ["x", "W"], ["h"]), LAST], (False, True)),
        ([node("MatMul", ["x", "W"], ["u"]), node("Add", ["u", "b"], ["h"]), LAST], (True, True)),
        ([node("MatMul", ["x", "W"], ["u"]), node("Add", ["b", "u"], ["h"]), LAST], (True, True)),
        ([node("MatMul", ["x", "W"], ["h"]), node("Gemm", ["h", "V"], ["y"])], (False, False)),
    ):
        risk, _ = agree(model(nodes, turned))
        assert tuple(layer.bias for layer in risk.exact.network.layers) == biases


def test_residual_connections() -> None:
    middle = [node("Tanh", ["z"], ["t"]), node("Gemm", ["t", "S", "s"], ["u"], transB=1)]
    for nodes, activation in (
        ([node("Add", ["u", "t"], ["h"])], "identity"),
        ([node("Relu", ["u"], ["v"]), node("Add", ["t", "v"], ["h"])], "ReLU"),
    ):
        risk, _ = agree(model([FIRST, *middle, *nodes, LAST]))
        assert [layer.residual for layer in risk.exact.network.layers] == [False, True, False]
        assert risk.exact.network.layers[1].activation.describe() == activation


def test_nodes_that_change_no_number() -> None:
    images = X.reshape(10, 2, 2)
    shape = onnx.numpy_helper.from_array(np.array([0, -1]))
    four = onnx.numpy_helper.from_array(np.array([-1, 4]))
    two = onnx.numpy_helper.from_array(np.array([-1, 2]))
    nothing = [node("Identity", ["z"], ["i"]), node("Dropout", ["i"], ["d"]), node("Tanh", ["d"], ["h"])]
    first = node("Gemm", ["f", "W", "b"], ["z"], transB=1)
    for rows in (
        [node("Flatten", ["x"], ["f"])],
        [node("Constant", [], ["shape"], value=shape), node("Reshape", ["x", "shape"], ["f"])],
        [node("Constant", [], ["shape"], value=four), node("Reshape", ["x", "shape"], ["f"])],
    ):
        risk, _ = agree(model([*rows, first, *nothing, LAST], shape=(None, 2, 2)), images)
        assert [[float(entry) for entry in row] for row in risk.exact.inputs] == X.tolist()

    mixing = [node("Constant", [], ["shape"], value=two), node("Reshape", ["x", "shape"], ["f"], name="mix")]
    pairs = {**SINGLE, "W": SINGLE["W"][:, :2]}  # each half of a sample would be one
    with pytest.raises(ValueError, match=r"x has the shape \(10, 2, 2\), the first layer takes \(samples, 2\)"):
        EmpiricalRisk.from_onnx(model([*mixing, first, *nothing, LAST], pairs, shape=(None, 2, 2)), images, Y)
    late = [FIRST, *mixing[:1], node("Reshape", ["z", "shape"], ["f"], name="mix"), node("Tanh", ["f"], ["y"])]
    with pytest.raises(ValueError, match="'mix' .*does not make each sample a row"):
        EmpiricalRisk.from_onnx(model(late), X, Y)


def test_parameters_may_be_constants_among_the_nodes() -> None:
    inside = [node("Constant", [], [name], value=onnx.numpy_helper.from_array(SINGLE[name])) for name in "WVc"]
    plain = model([FIRST, node("Tanh", ["z"], ["h"]), LAST])
    risk, point = agree(model([*inside, FIRST, node("Tanh", ["z"], ["h"]), LAST], {"b": SINGLE["b"]}))
    assert risk.document == agree(plain)[0].document
    assert point.tolist() == agree(plain)[1].tolist()


def test_a_log_softmax_at_the_end_belongs_to_the_cross_entropy() -> None:
    given = model(
        [FIRST, node("Tanh", ["z"], ["h"]), node("Gemm", ["h", "V"], ["l"]), node("LogSoftmax", ["l"], ["y"])]
    )
    shares = np.eye(3)[np.arange(10) % 3]
    risk, point = EmpiricalRisk.from_onnx(given, X, shares, loss="cross-entropy", scale="sum")
    assert risk.value(point) == pytest.approx(-(shares * outputs(given)).sum(), rel=1e-5)
    with pytest.raises(ValueError, match="LogSoftmax is known for the loss cross-entropy, not 'squares'"):
        EmpiricalRisk.from_onnx(given, X, shares)


def test_keywords_are_those_of_empirical_risk() -> None:
    given = model([FIRST, node("Tanh", ["z"], ["h"]), LAST])
    fixed = {0: float(SINGLE["W"][0, 0])}
    risk, point = EmpiricalRisk.from_onnx(
        given, X, Y, scale="mean", weight_decay="1/10", bias_decay="1/5", fixed=fixed, loss="squares"
    )
    weights, biases = (sum((SINGLE[name].astype(float) ** 2).sum() for name in names) for names in ("WV", "bc"))
    squares = ((risk.outputs(point) - Y) ** 2).sum(1).mean()
    assert risk.value(point) == pytest.approx(squares + (weights - fixed[0] ** 2) / 20 + biases / 10, rel=1e-9)
    assert point.size == 20 + 5 + 15 + 3 - 1
    with pytest.raises(ValueError, match="fixed: parameter 0"):
        EmpiricalRisk.from_onnx(given, X, Y, fixed={0: 0})


def test_files(tmp_path: Path) -> None:
    given = model([FIRST, node("Tanh", ["z"], ["h"]), LAST])
    onnx.save(given, tmp_path / "network.onnx")
    assert EmpiricalRisk.from_onnx(tmp_path / "network.onnx", X, Y)[0].document == agree(given)[0].document
    (tmp_path / "text.onnx").write_text("no model")
    for name in ("text.onnx", "absent.onnx"):
        with pytest.raises(ValueError, match=f"{name} is no model of ONNX: [^\n]*$"):
            EmpiricalRisk.from_onnx(tmp_path / name, X, Y)


def test_double_precision() -> None:
    exact = {name: RNG.normal(size=array.shape) for name, array in SINGLE.items()}
    given = model([FIRST, node("Tanh", ["z"], ["h"]), LAST], exact)
    given.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    given.graph.output[0].type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    risk, point = EmpiricalRisk.from_onnx(given, X, Y)
    assert risk.outputs(point) == pytest.approx(np.tanh(X @ exact["W"].T + exact["b"]) @ exact["V"] + exact["c"])


def test_what_a_fully_connected_network_cannot_express_is_refused_by_the_name_of_the_node() -> None:
    tanh = node("Tanh", ["z"], ["h"], name="bend")
    true = onnx.numpy_helper.from_array(np.array(True))
    for nodes, message in (
        (
            [FIRST, node("Clip", ["z"], ["h"], name="cut"), LAST],
            r"node 'cut' \(Clip\): is not supported; supported: Gemm",
        ),
        ([FIRST, node("PRelu", ["z", "b"], ["h"]), LAST], r"node 2 \(PRelu\): is not supported"),
        ([FIRST, tanh, node("Gemm", ["h", "V"], ["l"]), node("Softmax", ["l"], ["y"])], "Softmax.*without it"),
        ([FIRST, tanh, node("Gemm", ["h", "V"], ["y"], name="last", alpha=0.5)], "'last' .*alpha and beta must be 1"),
        ([FIRST, tanh, node("Gemm", ["h", "V", "c"], ["y"], name="last", beta=0.5)], "'last' .*alpha and beta"),
        ([FIRST, node("Gelu", ["z"], ["h"], name="bend", approximate="tanh"), LAST], "'bend' .*not be approximate"),
        ([node("Tanh", ["x"], ["y"], name="bend")], "'bend' .*does not follow a linear layer"),
        ([FIRST, tanh, node("Relu", ["h"], ["y"], name="again")], "'again' .*does not follow a linear layer"),
        ([FIRST, tanh, node("Gemm", ["z", "V", "c"], ["y"], name="last")], "'last' .*not a chain"),
        ([FIRST, node("MatMul", ["W", "z"], ["y"], name="left")], "'left' .*not a chain"),
        ([FIRST, node("Gemm", ["z", "z"], ["y"], name="itself")], "'itself' .*is no parameter"),
        ([FIRST, node("Add", ["z", "s"], ["y"], name="twice")], "'twice' .*no bias of a linear layer"),
        ([FIRST, tanh, node("Add", ["h", "s"], ["y"], name="late")], "'late' .*no bias of a linear layer"),
        ([FIRST, node("Add", ["z", "z"], ["y"], name="double")], "'double' .*not the input and the output"),
        ([FIRST, tanh, node("Gemm", ["h", "V", "c"], ["u"]), node("Add", ["u", "z"], ["y"], name="skip")], "'skip' "),
        (
            [FIRST, node("MatMul", ["z", "W"], ["t"]), node("MatMul", ["t", "S"], ["y"], name="wide")],
            "'wide' .*takes 5",
        ),
        ([node("Gemm", ["x", "W", "c"], ["y"], name="first", transB=1)], "'first' .*its bias 'c'"),
        ([node("Gemm", ["x", "b"], ["y"], name="first", transB=1)], r"'first' .*have the shape \(5,\)"),
        ([node("Flatten", ["x"], ["y"], name="rows", axis=2), FIRST], "'rows' .*does not make each sample a row"),
        ([node("Transpose", ["x"], ["y"], name="turn"), FIRST], "'turn' .*is not supported"),
        ([FIRST, node("Gemm", ["z", "V"], ["y"]), node("Relu", ["y"], ["r"])], "the output 'y' of the graph is not"),
        ([node("Identity", ["x"], ["y"])], "has no linear layer"),
        (
            [FIRST, node("Custom", ["z"], ["h"], name="own", domain="my.own")],
            "no model of ONNX|'own' .*is not supported",
        ),
        ([FIRST, tanh, node("Gemm", ["h", "S"], ["u"]), node("Gemm", ["u", "S"], ["y"])], "share the parameters 'S'"),
        (
            [
                FIRST,
                node("Constant", [], ["on"], value=true),
                node("Dropout", ["z", "", "on"], ["h"], name="drop"),
                LAST,
            ],
            "'drop' .*in training mode",
        ),
    ):
        with pytest.raises(ValueError, match=message) as error:
            EmpiricalRisk.from_onnx(model(nodes), X, Y)
        assert "\n" not in str(error.value)


def test_other_models_and_data_are_refused() -> None:
    good = [FIRST, node("Tanh", ["z"], ["h"]), LAST]
    for given, x, message in (
        (model(good, operators=12), X, "the operator set 12; 13 is the oldest"),
        (model(good), X[:, :3], r"x has the shape \(10, 3\), the first layer takes \(samples, 4\)"),
        (model(good), X.astype(str), "not numbers"),
        (model(good), X * np.inf, "not a finite number"),
        (model(good, {**SINGLE, "W": SINGLE["W"] * np.nan}), X, "not a finite number|this is not understood"),
        (model(good, {**SINGLE, "W": SINGLE["W"].astype(np.int32)}), X, "'W' are int32"),
    ):
        with pytest.raises(ValueError, match=message):
            EmpiricalRisk.from_onnx(given, x, Y)


def test_an_operator_that_computes_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from onnx.reference.ops.op_tanh import Tanh

    monkeypatch.setattr(Tanh, "_run", lambda self, x: (np.tanh(x) * 1.001,))
    with pytest.raises(ValueError, match="this is not understood"):
        EmpiricalRisk.from_onnx(model([FIRST, node("Tanh", ["z"], ["h"]), LAST]), X, Y)


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(
        ImportError, match=r"models of ONNX need the package onnx: pip install 'landscape-verify\[onnx\]'"
    ):
        EmpiricalRisk.from_onnx("network.onnx", X, Y)


def test_what_pytorch_exports(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    nn = torch.nn
    module = nn.Sequential(nn.Flatten(), nn.Linear(4, 5), nn.LeakyReLU(0.2), nn.Dropout(), nn.Linear(5, 3)).eval()
    images = torch.tensor(X.reshape(10, 2, 2).astype(np.float32))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter that needs no further package
        torch.onnx.export(module, (images,), str(tmp_path / "network.onnx"), dynamo=False)
    risk, point = EmpiricalRisk.from_onnx(tmp_path / "network.onnx", images.numpy(), Y)
    exact, same = EmpiricalRisk.from_torch(
        module.double(), images.double(), torch.tensor(Y), loss="squares", scale="half-sum"
    )
    assert (risk.exact.inputs, point.tolist()) == (exact.exact.inputs, same.tolist())
    slope = risk.exact.network.layers[0].activation.parameters[0]
    assert slope == Fraction(float(np.float32(0.2)))  # ONNX has the slope in single precision, PyTorch in double
