"""From a trained model to an audit: `verify.write_claims`, and what an audit says of points that training left."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import verify
from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.checker.public import Reason
from verify.producer.audit import makers
from verify.producer.audit.claims import BadClaims, read_claims
from verify.producer.cli import main
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

RISK = EmpiricalRisk(INPUTS, TARGETS, [3, 1], "relu", scale="mean", weight_decay="1/50", bias_decay="1/50")
POINT = trained(RISK, 3) + 0.01


def audit(path: Path, form: str) -> str:
    result = CliRunner().invoke(main, ["audit", str(path), "--format", form])
    assert result.exit_code in (0, 1, 3), result.output
    return str(result.stdout)


def judged(path: Path) -> dict[str, Any]:
    (claim,) = json.loads(audit(path, "json"))["results"]
    return dict(claim)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    verify.write_claims(tmp_path / "claims.toml", RISK, POINT, within="1/10", loss=Fraction(1, 3), name="mine")
    (claim,) = read_claims(tmp_path / "claims.toml")
    assert claim.risk.exact == RISK.exact
    assert claim.point == tuple(Fraction(entry) for entry in POINT)
    assert (claim.id, claim.property) == ("mine", "local-minimum")
    assert (claim.within, claim.loss) == (Fraction(1, 10), (Fraction(1, 3),) * 2)
    assert {path.name for path in tmp_path.iterdir()} == {"claims.toml", "claims-landscape.json", "claims-point.json"}


def test_layers_that_differ_and_parameters_made_from_others_are_written(tmp_path: Path) -> None:
    """What the keys of a landscape cannot say."""
    made = {"trained": 2, "entries": [[0, 0, "1"], [2, 1, "2"], [3, 1, "1/3"]], "constants": [[1, "5"]]}
    risk = EmpiricalRisk(
        [1, 2], [3, 4], [1, 1, 1], ["relu", "tanh"], biases=[True, False, True], residual=[False, True, False],
        parameter_map=made, sample_weights=[1, 2], loss="huber", delta="1/7",
    )  # fmt: skip
    verify.write_claims(tmp_path / "claims.toml", risk, [Fraction(1, 3), 2], "value", loss=1)
    (claim,) = read_claims(tmp_path / "claims.toml")
    assert claim.risk.exact == risk.exact
    assert claim.point == (Fraction(1, 3), Fraction(2))


def test_a_minimum_that_lies_farther_away_is_told_with_what_to_claim(tmp_path: Path) -> None:
    """As a user goes: the claim is undecided, and proved with the `within` that the advice names."""
    verify.write_claims(tmp_path / "claims.toml", RISK, POINT, within="1/100000")
    near = judged(tmp_path / "claims.toml")
    assert near["verdict"] == "refuted"  # so near there is none
    verify.write_claims(tmp_path / "claims.toml", RISK, POINT, within="1/30", overwrite=True)
    between = judged(tmp_path / "claims.toml")
    assert between["verdict"] == "undecided"
    assert between["reason"].startswith("descent leads to a local minimum at a distance of 0.1")
    advice = between["advice"]
    assert "of the point to which `verify.refine` leads" in advice
    assert advice.replace("|", "") in audit(tmp_path / "claims.toml", "markdown").replace("\\", "")
    assert "What to do" in audit(tmp_path / "claims.toml", "text")
    within = advice.split("within = ")[1].split(",")[0]
    verify.write_claims(tmp_path / "claims.toml", RISK, POINT, within=within, overwrite=True)
    assert judged(tmp_path / "claims.toml")["verdict"] == "proved"


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (["claims.txt", RISK, POINT], {}, "ends in .toml"),
        (["claims.toml", RISK, POINT, "minimum"], {}, "property 'minimum' is not one of: local-minimum, "),
        (["claims.toml", RISK, POINT, "feature-rank"], {}, "is not one of"),
        (["claims.toml", RISK, POINT, "no-global-minimum"], {"within": 1}, "no-global-minimum does not use within"),
        (["claims.toml", RISK, POINT, "value"], {}, "value needs loss"),
        (["claims.toml", RISK, POINT], {"better": 1}, "local-minimum does not use better"),
        (["claims.toml", RISK, POINT[1:]], {}, "the point must have 13 numbers; it has 12"),
        (["claims.toml", RISK, [*POINT[1:], np.nan]], {}, "nan"),
    ],
)
def test_what_cannot_be_claimed_is_not_written(
    tmp_path: Path, arguments: list[Any], options: dict[str, Any], message: str
) -> None:
    name, *rest = arguments
    with pytest.raises(ValueError, match=message):
        verify.write_claims(tmp_path / name, *rest, **options)
    assert not list(tmp_path.iterdir())


def test_a_claims_file_is_not_written_over(tmp_path: Path) -> None:
    verify.write_claims(tmp_path / "claims.toml", RISK, POINT)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        verify.write_claims(tmp_path / "claims.toml", RISK, POINT)


@pytest.mark.parametrize(
    ("line", "content", "message"),
    [
        ("file = 'x.json'\nwidths = [1]", "{}", "landscapes.network.file: has the whole landscape; remove widths"),
        ("file = 'x.json'", "{}", "x.json: kind: this field is missing"),
        ("file = 'x.json'", "[]", "x.json: the file: must be an object"),
        ("file = 'x.json'", "{", "x.json: is not JSON"),
        ("file = 'x.json'", '{"kind": 0.5, "layers": []}', "x.json: "),
        ("file = 'y.json'", "{}", "y.json: there is no such file"),
        ("file = '../x.json'", "{}", "lies outside the folder"),
        ("file = 3", "{}", "landscapes.network.file: 3 is not of type string"),
        ("widths = [1]", "{}", "'inputs' is a required property"),
    ],
)
def test_a_landscape_file_that_is_none_is_named(tmp_path: Path, line: str, content: str, message: str) -> None:
    (tmp_path / "x.json").write_text(content)
    claim = '[[claims]]\nid = "a"\nlandscape = "network"\nproperty = "local-minimum"\npoint = [1]\n'
    (tmp_path / "claims.toml").write_text(f"[landscapes.network]\n{line}\n\n{claim}")
    with pytest.raises(BadClaims) as refused:
        read_claims(tmp_path / "claims.toml")
    assert message in str(refused.value)


def test_equal_neighbours_under_a_maximum_end_as_a_pool_tie(tmp_path: Path) -> None:
    """The third image is dark everywhere: the first filter is off on it, and what the second makes of it is one number.

    So at the minimum all neighbours are equal, on a whole region, and not at all parameters.
    """
    torch = pytest.importorskip("torch")
    nn = torch.nn
    images = torch.tensor([[[[1, 2], [3, 5]]], [[[2, 1], [0.5, 4]]], [[[-1, -2], [-3, -4]]], [[[1, 0.25], [0.5, 2]]]])
    model = nn.Sequential(
        nn.Conv2d(1, 1, 1), nn.ReLU(), nn.Conv2d(1, 1, 1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1, 1)
    ).double()
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), [0.485, -0.023, 0.481, 0.105, 0.488, 0.138], strict=True):
            parameter.fill_(value)
    targets = torch.tensor([[1], [0.3], [0.2], [0.5]]).double()
    risk, point = EmpiricalRisk.from_torch(model, images.double(), targets, loss="mse", weight_decay=0.01)
    found = verify.refine(risk, point)
    assert found.minimum is None
    assert found.code == "pool-tie"
    assert found.at_rest
    assert "What to do (pool-tie): Average pooling has no such kinks." in str(found)
    verify.write_claims(tmp_path / "claims.toml", risk, found.theta, within="1/100")
    claim = judged(tmp_path / "claims.toml")
    assert (claim["verdict"], claim["code"]) == ("undecided", "pool-tie")
    assert "may meet its kink within the radius, and is not listed" in claim["reason"]
    assert "pool-tie" in audit(tmp_path / "claims.toml", "markdown")


def test_an_undecided_claim_says_first_what_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a network with kinks, why descent along them proved nothing; of a smooth one, why Newton's method did not."""

    def failing(*_: object) -> None:
        raise verify.NotCertified("no proof on kinks", {}, Reason.NOT_PROVED)

    monkeypatch.setattr(makers.basin, "certify_basin", failing)
    newton = "no critical point was found near the given point"
    for activation, within, told, code in (
        ("relu", "1/30", "no proof on kinks.", "not-proved"),
        ("tanh", "1/2", newton, "not-critical"),
    ):
        risk = EmpiricalRisk(INPUTS, TARGETS, [3, 1], activation, scale="mean", weight_decay="1/50", bias_decay="1/50")
        verify.write_claims(tmp_path / "claims.toml", risk, POINT, within=within, overwrite=True)
        claim = judged(tmp_path / "claims.toml")
        assert (claim["verdict"], claim["code"]) == ("undecided", code)
        first, others = claim["reason"].split("Other attempts: ")
        assert first.startswith(told)
        assert "the gradient's norm at the given point is" in first
        assert "the loss at the given point is not 0" in others
        assert "the certificate tried" not in others


def test_a_long_search_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys.modules["verify.producer.cli.audit"], "SECONDS", 0.0
    )  # the package has a command of the name
    verify.write_claims(tmp_path / "claims.toml", RISK, POINT, within="1")
    result = CliRunner().invoke(main, ["audit", str(tmp_path / "claims.toml")])
    assert "[0/1] trained\n[0/1] trained: step 0, loss 0." in result.stderr


def test_a_point_of_loss_0_that_lies_farther_away_is_told_with_what_to_claim(tmp_path: Path) -> None:
    risk = EmpiricalRisk([[1], [2]], [1, 3], [3, 1], "tanh")
    near = [0.5, 1.0, -0.3, 0.1, -0.2, 0.4, 1.0, 1.5, -0.5, 0.6]
    verify.write_claims(tmp_path / "claims.toml", risk, near, "global-minimum", within="1/2")
    found = judged(tmp_path / "claims.toml")
    assert found["verdict"] == "undecided"
    assert found["reason"].startswith("a point of loss 0 lies at a distance of ")
    within = found["advice"].split("within = ")[1].split(",")[0]
    verify.write_claims(tmp_path / "claims.toml", risk, near, "global-minimum", within=within, overwrite=True)
    assert judged(tmp_path / "claims.toml")["verdict"] == "proved"
