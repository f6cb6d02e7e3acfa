"""`verify audit`: verdicts on the papers' claims and on edited copies, forms of output, bad input."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from tests.campaigns import sampled_rows
from verify.checker import Verified, check
from verify.producer.audit.claims import schema
from verify.producer.cli import main

EXAMPLE = (Path(__file__).parents[2] / "verify" / "producer" / "audit" / "example.toml").read_text(encoding="utf-8")
PAPERS = {
    "b1.toml": """
[landscapes.triangle]
inputs = [[1, 0], [0, 1], [0.5, 0.5]]
targets = [0, 0, 1]
widths = [2, 1]
activation = "tanh"
biases = false
[[claims]]
id = "theorem-2"
landscape = "triangle"
property = "degenerate-local-minimum"
pre_activations = [-1, "1/4"]
output_weights = ["23/4"]
better = [5.155, -3.634, 0.21, -0.21, 1.561, -7.533]
""",
    "b2.toml": """
[landscapes.four]
inputs = [1, 2, 3, -1]
targets = ["-127/100", "131/100", "227/100", "-9/25"]
widths = [1, 1]
activation = "sigmoid"
biases = false
scale = "sum"
[[claims]]
id = "every-width"
landscape = "four"
property = "degenerate-local-minimum-of-every-width"
point = [1, 1]
within = 0.01
widths_from = 4
""",
    "b3.toml": """
[landscapes.axes]
inputs = [["1/900", 0], ["1/30", 0], [1, 0], [30, 0], [900, 0], [0, "1/900"], [0, "1/30"], [0, 1], [0, 30], [0, 900]]
targets = [0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75]
widths = [1]
output = "sigmoid"
biases = false
[[claims]]
id = "minima"
landscape = "axes"
property = "count-of-strict-local-minima"
count = 25
""",
    "b4.toml": EXAMPLE,
}


FIELDS = {"id", "property", "claim", "verdict", "code", "help", "advice", "scope", "sentence", "reason", "trust"}
FIELDS |= {"certificates", "file", "line"}


def audit(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["audit", str(path), *options])


def verdicts(path: Path) -> dict[str, str]:
    found = json.loads(audit(path, "--format", "json").stdout)["results"]
    return {entry["id"]: entry["verdict"] for entry in found}


def written(folder: Path, content: str) -> Path:
    path = folder / "claims.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_minimum_at_the_point_does_not_refute_a_saddle_beside_it(tmp_path: Path) -> None:
    """(v w - 1e-8)^2 / 2 is least where v w = 1e-8, so at (1e-4, 1e-4); the saddle is at (0, 0)."""
    content = """
[landscapes.tiny]
inputs = [1]
targets = ["1/100000000"]
widths = [1, 1]
activation = "identity"
biases = false

[[claims]]
id = "within"
landscape = "tiny"
property = "saddle"
point = ["1/10000", "1/10000"]
within = "1/1000"

[[claims]]
id = "at-zero"
landscape = "tiny"
property = "saddle"
point = [0, 0]
"""
    assert verdicts(written(tmp_path, content)) == {"within": "proved", "at-zero": "proved"}


@pytest.mark.parametrize("name", PAPERS)
def test_the_papers_claims_are_proved_and_the_certificates_check(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(PAPERS[name], encoding="utf-8")
    result = audit(path, "--format", "json")
    assert result.exit_code == 0, result.output
    for entry in json.loads(result.stdout)["results"]:
        assert set(entry) == FIELDS
        assert entry["trust"] == "arb"
        assert entry["verdict"] == "proved"
        assert entry["scope"]
        for certificate in entry["certificates"]:
            assert isinstance(check(certificate), Verified)


@pytest.mark.parametrize(
    ("name", "old", "new", "verdict"),
    sampled_rows(
        [
            ("b1.toml", '"23/4"', '"-23/4"', "undecided"),
            ("b1.toml", "[0.5, 0.5]", "[0.5, 0.6]", "undecided"),
            ("b2.toml", '"131/100"', '"-131/100"', "refuted"),
            ("b3.toml", "count = 25", "count = 26", "undecided"),
            ("b4.toml", "[[-5], [1]]", "[[-5], [-1]]", "refuted"),
            ("b4.toml", "[[-3], [1]]", "[[-3], [-1]]", "refuted"),
            ("b4.toml", 'loss = "8/3"', 'loss = "7/3"', "refuted"),
            ("b4.toml", "targets = [5, 0, -1, -3, -4, -5]", "targets = [5, 0, -1, -3, -4, -6]", "refuted"),
        ],
        every=2,
    ),
)
def test_one_number_changed_gives_another_verdict(name: str, old: str, new: str, verdict: str, tmp_path: Path) -> None:
    assert PAPERS[name].count(old) == 1
    path = written(tmp_path, PAPERS[name].replace(old, new))
    assert verdict in verdicts(path).values()


def test_the_exit_code_is_that_of_the_worst_claim(tmp_path: Path) -> None:
    assert audit(written(tmp_path, PAPERS["b3.toml"])).exit_code == 0
    assert audit(written(tmp_path, PAPERS["b3.toml"].replace("count = 25", "count = 26"))).exit_code == 3
    assert audit(written(tmp_path, EXAMPLE.replace("8/3", "3"))).exit_code == 1


SMOOTH = """
[landscapes.tanh]
inputs = {file = "x.csv", header = true}
targets = {file = "y.npy"}
widths = [1, 1]
weight_decay = "1/10"
bias_decay = "1/10"
[[claims]]
id = "trained"
landscape = "tanh"
property = "strict-local-minimum"
point = {file = "theta.npz", variable = "theta"}
"""


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A claims file with data beside it, and weights that descent found."""
    from scipy.optimize import minimize

    from verify.producer.landscapes.empirical_risk import EmpiricalRisk

    x, y = [[0.5], [1.0], [-1.0], [2.0]], np.array([0.25, 0.75, -0.5, 1.0])
    risk = EmpiricalRisk(x, y, [1, 1], "tanh", weight_decay="1/10", bias_decay="1/10")
    theta = minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), [1.0, 0, 1, 0], jac=True).x
    (tmp_path / "x.csv").write_text("input\n0.5\n1\n-1\n2\n", encoding="utf-8")
    np.save(tmp_path / "y.npy", y)
    np.savez(tmp_path / "theta.npz", theta=theta, other=theta)
    return written(tmp_path, SMOOTH)


def test_a_trained_point_is_refined_and_its_distance_stated(trained: Path) -> None:
    (entry,) = json.loads(audit(trained, "--format", "json").stdout)["results"]
    assert entry["verdict"] == "proved"
    assert "of the claimed point." in entry["sentence"]


def test_a_point_that_is_not_critical_is_refuted_or_undecided_with_the_gradient(trained: Path) -> None:
    np.savez(trained.parent / "theta.npz", theta=[1.0, 1, 1, 1])
    (entry,) = json.loads(audit(trained, "--format", "json").stdout)["results"]
    assert (entry["verdict"], entry["code"]) == ("undecided", "not-critical")
    assert "there is no critical point that near, where within = 1/1000 by default" in entry["reason"]
    assert "within 1/1000 (the default) of the given point" in entry["claim"]
    written(trained.parent, SMOOTH + 'within = "1/1000"\n')
    (entry,) = json.loads(audit(trained, "--format", "json").stdout)["results"]
    assert (entry["verdict"], entry["reason"]) == ("refuted", "there is no critical point that near")
    written(trained.parent, SMOOTH + 'within = 3\nloss = ["0", "1/1000"]\n')
    (entry,) = json.loads(audit(trained, "--format", "json").stdout)["results"]
    assert entry["verdict"] == "undecided"
    assert "the gradient's norm at the given point is" in entry["reason"]


def test_forms_of_output(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE)
    suite = ElementTree.fromstring(audit(path, "--format", "junit").stdout)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0")
    assert audit(path, "--format", "markdown").stdout.startswith("| claim | verdict |")
    assert "2 claims: 2 proved, 0 refuted, 0 undecided." in audit(path).stdout


def test_init_writes_an_example_once(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert CliRunner().invoke(main, ["audit", "--init", str(path)]).exit_code == 0
    assert path.read_text(encoding="utf-8") == EXAMPLE
    assert "exists" in CliRunner().invoke(main, ["audit", "--init", str(path)]).output


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(CliRunner().invoke(main, ["audit", "--schema"]).stdout) == schema()


def bomb(path: Path) -> None:
    """An archive of 300 MB of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("y.npy", bytes(300 * 2**20))


HOSTILE_FILES: dict[str, Callable[[Path], object]] = {
    "y.pkl": lambda path: path.write_bytes(pickle.dumps([1])),
    "pickled.npy": lambda path: path.write_bytes(pickle.dumps([1])),
    "nan.npy": lambda path: np.save(path, [1.0, np.nan]),
    "bomb.npz": bomb,
}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("widths = [2, 1]", "widths = [3, 1]", "point.layers[0].weights: is 2 x 1, must be 3 x 1 (rows are neurons)"),
        ('"relu"', '"rleu"', "'rleu' is not known"),
        ('"relu"', "{elu = [1]}", "has 1 entry instead of 2"),
        ("[5, 0, -1, -3, -4, -5]", "[5, 0]", "has 2 samples, the inputs have 6"),
        ("[5, 0, -1, -3, -4, -5]", "[5, nan, -1, -3, -4, -5]", "is not a number such as"),
        ("[5, 0, -1, -3, -4, -5]", '[5, "1e999999999", -1, -3, -4, -5]', "is not a number such as"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "../y.csv"}', "lies outside the folder of the claims file"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "/etc/passwd"}', "lies outside the folder of the claims file"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "y.pkl"}', "unknown kind of file; known: .npy"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "no.csv"}', "there is no such file"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "pickled.npy"}', "cannot be read as .npy"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "bomb.npz"}', "more than 268435456"),
        ("[5, 0, -1, -3, -4, -5]", '{file = "nan.npy"}', "has an entry that is not a finite number"),
        ('property = "global-minimum"', "", "claims[0]: 'property' is a required property"),
        ('property = "global-minimum"', 'property = "minimum"', "claims[0].property: 'minimum' is not one of"),
        ('id = "global"', 'id = "../x"', "claims[0].id: '../x' does not match"),
        ('id = "global"', 'id = "bad-local-minimum"', "this id is used twice"),
        ('landscape = "six-samples"\nproperty = "global', 'landscape = "x"\nproperty = "global', "no landscapes.x"),
        ("bias = [1, -8]", "bias = [1]", "point.layers[0].bias: has 1 numbers, must have 2"),
        ("[[claims]]", "[[claims]", "is not TOML: "),
        ('title = "', 'colour = "', "Additional properties are not allowed ('colour' was unexpected)"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(old: str, new: str, message: str, tmp_path: Path) -> None:
    for name, write in HOSTILE_FILES.items():
        if name in new:
            write(tmp_path / name)
    path = written(tmp_path, EXAMPLE.replace(old, new, 1))
    before = set(tmp_path.iterdir())
    result = audit(path)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert set(tmp_path.iterdir()) == before


def test_a_certificate_of_other_data_does_not_settle_a_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement is compared with what the user wrote, not with what the prover was given."""
    from verify.producer.audit import judge, read_claims
    from verify.producer.audit import judge as module
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk
    from verify.producer.prover import given_point

    (claim, _) = read_claims(written(tmp_path, EXAMPLE))
    other = EmpiricalRisk([-1], [5], [2, 1], "relu", scale="sum")
    easier = given_point.certify_global_minimum(other, claim.point or ())
    monkeypatch.setattr(given_point, "certify_global_minimum", lambda risk, point: easier)
    found = judge(claim, tmp_path)
    assert module is not None
    assert found.verdict == "undecided"
    assert not (tmp_path / "global.json").exists()
