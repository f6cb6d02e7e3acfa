"""What each verdict of an audit means: what proves, what refutes, what follows, and what does not."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from tests.campaigns import sampled_rows
from verify.checker import Verified, check
from verify.checker.core.codes import Reason
from verify.producer.audit import forget, judge, read_claims
from verify.producer.audit.judge import claimed
from verify.producer.cli import main
from verify.producer.prover import decide, given_point

LANDSCAPES = """
[landscapes.line]          # (w x + b - y)^2 / 2, least at (3, -1), where it is 0
inputs = [0, 1, 2]
targets = [-1, 2, 5]
widths = [1]
[landscapes.slope]         # 7 w^2 - 28 w + ..., least at 29/14, where it is not 0
inputs = [1, 2, 3]
targets = [2, 4, "19/3"]
widths = [1]
biases = false
[landscapes.gate]          # one ReLU: dead for w <= 0
inputs = [-3, "1/2", 2]
targets = [0, "1/2", 2]
widths = [1]
output = "relu"
biases = false
[landscapes.product]       # (v w - 1)^2 / 2: a saddle at 0
inputs = [1]
targets = [1]
widths = [1, 1]
activation = "identity"
biases = false
[landscapes.corner]        # two ReLUs, one dead, the other on its kinks
inputs = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
targets = [0, 1, 1, 0]
widths = [2, 1]
activation = "relu"
scale = "mean"
fixed = [[6, 1], [7, 1], [8, 0]]
[landscapes.rise]          # v max(w, 0) - 1
inputs = [1]
targets = [1]
widths = [1, 1]
activation = "relu"
biases = false
[landscapes.off]           # v max(w x + b, 0) + c: off for w + b < 0, 2 w + b < 0
inputs = [1, 2]
targets = [1, 3]
widths = [1, 1]
activation = "relu"
weight_decay = "1/10"
[landscapes.sigmoid]       # one sigmoid: two strict minima
inputs = [[-8, 3], [0, -2], [-7, -8], [3, 2]]
targets = [0.1, 0.1, 0.3, 0.9]
widths = [1]
output = "sigmoid"
[landscapes.median]        # |w x + b - y|: the line through the first and the last point, at (1, 0)
inputs = [0, 1, 3, 4]
targets = [0, 3, 1, 4]
widths = [1]
loss = "absolute"
scale = "sum"
[landscapes.sides]         # two linear layers: at w2 w1 = 0 the slopes of both samples cancel
inputs = [1, 1]
targets = [1, -1]
widths = [1, 1]
activation = "identity"
biases = false
loss = "logistic"
[landscapes.softplus]      # convex, smooth: a strict minimum near (0.37, 0.16)
inputs = [1, -1, 2]
targets = [1, -1, -1]
widths = [1]
loss = "logistic"
weight_decay = 1
bias_decay = 1
"""
HIGH, LOW = "[-3.176640179591, 3.481092423362, 4.764960269375]", "[0.467031964131, 0.746420885824, -0.699852076159]"


def audit(folder: Path, claims: str, *options: str) -> Result:
    path = folder / "claims.toml"
    path.write_text(LANDSCAPES + claims, encoding="utf-8")
    return CliRunner().invoke(main, ["audit", str(path), *(options or ("--format", "json"))])


def one(folder: Path, landscape: str, name: str, point: str, more: str = "") -> dict[str, Any]:
    claim = f'[[claims]]\nid = "c"\nlandscape = "{landscape}"\nproperty = "{name}"\npoint = {point}\n'
    (found,) = json.loads(audit(folder, claim + more.replace("; ", "\n") + "\n").stdout)["results"]
    for certificate in found["certificates"]:
        assert isinstance(check(certificate), Verified)
    assert bool(found["certificates"]) == (found["verdict"] != "undecided")
    assert (found["code"] is None) == (found["verdict"] != "undecided")
    entry: dict[str, Any] = found
    return entry


RADII = ("", "within = 0", 'within = "1/1000000000000"', 'within = "1/1000"', 'within = "1/10"', "within = 2")


@pytest.mark.parametrize("within", RADII)
@pytest.mark.parametrize("name", ["local-minimum", "strict-local-minimum", "global-minimum"])
@pytest.mark.parametrize(("landscape", "point"), [("line", "[3, -1]"), ("gate", "[1]")])
def test_a_point_of_loss_0_is_a_minimum_within_every_radius(
    within: str, name: str, landscape: str, point: str, tmp_path: Path
) -> None:
    assert one(tmp_path, landscape, name, point, within)["verdict"] == "proved"


@pytest.mark.parametrize("within", RADII)
def test_a_smaller_radius_does_not_lose_a_proof(within: str, tmp_path: Path) -> None:
    assert one(tmp_path, "slope", "strict-local-minimum", '["29/14"]', within)["verdict"] == "proved"
    near = one(tmp_path, "slope", "strict-local-minimum", "[2.0714285714285]", within)  # 7.2e-14 from the minimum
    assert near["verdict"] == ("refuted" if within in RADII[:2] else "proved")


def test_a_proof_within_a_tiny_radius_has_a_center_of_more_digits(tmp_path: Path) -> None:
    point = "2.0714285714285714285714285714285714285714"
    found = one(tmp_path, "slope", "strict-local-minimum", f"[{point}]", "within = 1e-39")
    assert found["verdict"] == "proved"
    assert one(tmp_path, "slope", "strict-local-minimum", f"[{point}]", "within = 1e-41")["verdict"] == "undecided"


@pytest.mark.parametrize(
    ("landscape", "name", "point", "more", "verdict", "told"),
    sampled_rows(
        [
            # What a point of loss 0 refutes
            ("line", "not-a-local-minimum", "[3, -1]", "", "refuted", "the least there is"),
            ("line", "not-a-global-minimum", "[3, -1]", "", "refuted", "the least there is"),
            ("line", "saddle", "[3, -1]", "", "refuted", "the least there is"),
            ("line", "suboptimal-local-minimum", "[3, -1]", "", "refuted", "the least there is"),
            ("line", "suboptimal-local-minimum", "[3, -1]", 'within = "1/10000"', "refuted", "has the loss 0"),
            ("line", "no-critical-point", "[3, -1]", "", "refuted", "there is one"),
            ("line", "no-critical-point", "[3, -1]", "within = 1", "refuted", "there is one"),
            # A strict minimum refutes a saddle where the Hessian is positive definite at every point that near
            ("slope", "saddle", "[2]", "within = 1", "refuted", "positive definite"),
            ("softplus", "saddle", "[0, 0]", 'within = "1/10"', "refuted", "no critical point"),
            # ... and not where it is known to be in a smaller ball only
            ("sigmoid", "saddle", HIGH, 'within = "1/1000"', "refuted", "positive definite"),
            ("sigmoid", "saddle", HIGH, 'within = "1"', "undecided", "not proved"),
            ("sigmoid", "saddle", HIGH, 'within = "1/100000000000"', "refuted", "positive definite"),
            # Minima, of which one is not global
            ("sigmoid", "global-minimum", HIGH, 'within = "1/100000000000"', "refuted", "is not global"),
            ("sigmoid", "global-minimum", HIGH, "within = 0", "refuted", "smaller loss"),
            ("sigmoid", "suboptimal-local-minimum", HIGH, 'within = "1/1000"', "proved", ""),
            ("sigmoid", "not-a-global-minimum", HIGH, "", "proved", ""),
            ("sigmoid", "not-a-global-minimum", LOW, "", "proved", ""),  # its gradient is not 0
            ("sigmoid", "no-critical-point", LOW, 'within = "1/1000"', "refuted", "there is one"),
            ("sigmoid", "no-critical-point", "[0, 0, 0]", "within = 0", "proved", ""),
            ("sigmoid", "strict-local-minimum", "[0, 0, 0]", "within = 0", "refuted", "smaller arbitrarily near"),
            # Global minima near the point
            ("rise", "global-minimum", '[1, "1/2"]', "", "refuted", "another point has a smaller loss"),
            ("rise", "global-minimum", '[1, "1/2"]', "within = 100", "proved", ""),
            ("rise", "global-minimum", '[1, "1/2"]', 'within = "1/100"', "refuted", "no critical point that near"),
            ("rise", "local-minimum", '[1, "1/2"]', "within = 100; loss = 0", "proved", ""),
            ("product", "saddle", '["1/10000", "1/10000"]', "", "refuted", "no critical point that near"),
            ("product", "no-critical-point", '["1/10000", "1/10000"]', "", "proved", ""),
            ("product", "saddle", '["1/10000", "1/10000"]', 'within = "1/1000"', "proved", ""),
            ("product", "no-critical-point", '["1/10000", "1/10000"]', 'within = "1/1000"', "refuted", "there is one"),
            ("product", "saddle", "[0, 0]", "", "proved", ""),
            ("product", "no-critical-point", "[0, 0]", "", "refuted", "there is one"),
            # Points that descent, or Newton's method for the gradient, has to go to
            ("sigmoid", "strict-local-minimum", "[-3, 3, 5]", "within = 1", "proved", ""),
            ("softplus", "strict-local-minimum", "[3, -3]", "within = 5", "proved", ""),
            ("product", "saddle", '["3/10", "-1/5"]', "within = 1", "proved", ""),
            # Convex risks: a critical point is a global minimum, and here there is only one
            (
                "softplus",
                "saddle",
                "[3, -3]",
                "within = 5",
                "refuted",
                "each of its critical points is a global minimum",
            ),
            ("softplus", "suboptimal-local-minimum", "[0, 0]", "within = 1", "refuted", "is convex"),
            ("softplus", "no-critical-point", "[3, -3]", "within = 5", "refuted", "there is one"),
            ("softplus", "no-critical-point", "[3, -3]", "within = 3", "proved", ""),
            ("softplus", "local-minimum", "[3, -3]", "within = 3", "refuted", ""),
            ("softplus", "no-global-minimum", "[0, 0]", "", "refuted", "there is one, as the loss is convex"),
            # Minima that are not strict, by a symmetry that moves all points that near
            ("product", "strict-local-minimum", '[2, "1/2"]', "within = 0", "refuted", "constant on a curve"),
            ("off", "strict-local-minimum", "[0, -1, 0, 2]", "within = 0", "refuted", "constant on a curve"),
            ("off", "strict-local-minimum", "[0, -1, 0, 2]", 'within = "1/4"', "refuted", "constant on a curve"),
            ("off", "strict-local-minimum", "[0, -1, 0, 2]", 'within = "1/2"', "undecided", ""),
            # Strict minima on kinks
            ("median", "strict-local-minimum", "[1.0003, -0.0004]", "within = 0.001", "proved", ""),
            ("median", "strict-local-minimum", "[1.0003, -0.0004]", "within = 0.001; loss = [3, 3.5]", "undecided", ""),
            # A global minimum of a linear network, which is no convex function of its parameters
            ("sides", "global-minimum", "[0, 1]", "within = 0", "proved", ""),
            ("sides", "global-minimum", "[1, 1]", "within = 0", "refuted", ""),
            # Minima on kinks, from printed digits
            (
                "corner",
                "suboptimal-local-minimum",
                "[-0.52, 0.51, 1.0, 1.0, -0.04, -9.0]",
                "within = 0.1",
                "proved",
                "",
            ),
            (
                "corner",
                "local-minimum",
                "[-0.52, 0.51, 1.0, 1.0, -0.04, -9.0]",
                "",
                "refuted",
                "smaller arbitrarily near",
            ),
            # A wrong loss
            ("line", "value", "[3, 0]", 'loss = "3/2"', "proved", ""),
            ("line", "value", "[3, 0]", "loss = 1", "refuted", "not the claimed one"),
            ("line", "local-minimum", "[3, -1]", "loss = 1", "refuted", "not the claimed one"),
            ("line", "global-minimum", "[3, -1]", "loss = 1; within = 1", "refuted", "every global minimum is 0"),
            ("line", "strict-local-minimum", "[3, -1]", 'loss = [1, 2]; within = "1/10000"', "refuted", "claimed loss"),
            ("line", "not-a-local-minimum", "[3, 0]", "loss = 5", "refuted", "not the claimed one"),
            ("line", "not-a-local-minimum", "[3, 0]", "loss = [1, 2]", "proved", ""),
            ("sigmoid", "strict-local-minimum", HIGH, "within = 1e-11; loss = [0.1, 0.2]", "refuted", "claimed loss"),
            ("sigmoid", "strict-local-minimum", HIGH, "within = 0.001; loss = [0.40, 0.41]", "proved", ""),
            # A better point that is none leaves the claim open, whatever others there are
            ("sigmoid", "not-a-global-minimum", LOW, f"better = {HIGH}", "undecided", ""),
            ("sigmoid", "not-a-global-minimum", HIGH, f"better = {LOW}", "proved", ""),
        ],
        every=2,
    ),
)
def test_verdicts(landscape: str, name: str, point: str, more: str, verdict: str, told: str, tmp_path: Path) -> None:
    found = one(tmp_path, landscape, name, point, more)
    assert (found["verdict"], told in (found["reason"] or "")) == (verdict, True), found


@pytest.mark.parametrize("within", ["", "within = 0", 'within = "1/1000"', "within = 1"])
@pytest.mark.parametrize("point", ["[0, 0]", '["1/10000", "1/10000"]', "[1, 1]", "[2, 3]"])
def test_no_point_is_both_a_saddle_and_no_critical_point(within: str, point: str, tmp_path: Path) -> None:
    words = [one(tmp_path, "product", name, point, within)["verdict"] for name in ("saddle", "no-critical-point")]
    assert words != ["proved", "proved"]


# The default of within


@pytest.mark.parametrize("name", ["local-minimum", "strict-local-minimum", "saddle", "global-minimum"])
def test_no_refutation_rests_on_the_default(name: str, tmp_path: Path) -> None:
    found = one(tmp_path, "sigmoid", name, "[0.0, 0.0, 0.0]")
    assert found["verdict"] == "undecided"
    assert "within 1/1000 (the default) of the given point" in found["claim"]
    assert "there is no critical point that near, where within = 1/1000 by default" in found["reason"]
    said = one(tmp_path, "sigmoid", name, "[0.0, 0.0, 0.0]", 'within = "1/1000"')
    assert (said["verdict"], said["reason"]) == ("refuted", "there is no critical point that near")


def test_a_proof_may_rest_on_the_default_and_says_so(tmp_path: Path) -> None:
    found = one(tmp_path, "sigmoid", "strict-local-minimum", HIGH)
    assert found["verdict"] == "proved"
    assert found["claim"] == "a strict local minimum lies within 1/1000 (the default) of the given point"
    exact = one(tmp_path, "line", "strict-local-minimum", "[3, -1]")
    assert exact["claim"] == "a strict local minimum lies at the given point"


# Several certificates


def count(folder: Path, more: str) -> dict[str, Any]:
    claim = '[[claims]]\nid = "c"\nlandscape = "sigmoid"\nproperty = "count-of-strict-local-minima"\n'
    (found,) = json.loads(audit(folder, claim + more).stdout)["results"]
    entry: dict[str, Any] = found
    return entry


def test_two_strict_minima_are_counted_by_two_certificates(tmp_path: Path) -> None:
    found = count(tmp_path, f"count = 2\npoint = {HIGH}\n")
    assert found["verdict"] == "proved"
    assert [Path(path).name for path in found["certificates"]] == ["c.json", "c+2.json"]
    regions = [json.loads(Path(path).read_text())["statement"] for path in found["certificates"]]
    values = sorted(float(Fraction(*map(int, _ratio(region["value"][0])))) for region in regions)
    assert values == pytest.approx([0.0449857, 0.4050], abs=1e-4)
    assert count(tmp_path, "count = 2\n")["verdict"] == "proved"


def test_a_minimum_that_is_counted_must_be_where_it_is_said_to_be(tmp_path: Path) -> None:
    assert count(tmp_path, 'count = 1\npoint = [0, 0, 0]\nwithin = "1/1000"\n')["verdict"] == "refuted"
    assert count(tmp_path, "count = 7\n")["verdict"] == "undecided"


def _ratio(text: str) -> tuple[int, int]:
    mantissa, _, exponent = text.partition("*2^")
    value = Fraction(mantissa) * Fraction(2) ** int(exponent or 0)
    return value.numerator, value.denominator


# The report says what the certificate says


@pytest.mark.parametrize(
    ("landscape", "name", "point", "more"),
    [
        ("sigmoid", "strict-local-minimum", HIGH, "within = 0.001"),
        ("corner", "local-minimum", "[-0.52, 0.51, 1.0, 1.0, -0.04, -9.0]", "within = 0.1"),
        ("product", "saddle", '["1/10000", "1/10000"]', 'within = "1/1000"'),
    ],
)
def test_the_distance_in_the_report_is_at_least_that_of_the_certificate(
    landscape: str, name: str, point: str, more: str, tmp_path: Path
) -> None:
    found = one(tmp_path, landscape, name, point, more)
    statement = json.loads(Path(found["certificates"][-1]).read_text())["statement"]
    center = statement.get("point") or statement["region"]["center"]
    (claim,) = read_claims(tmp_path / "claims.toml")
    gaps = [Fraction(*_ratio(a)) - b for a, b in zip(center[0], claim.point or (), strict=True)]
    radius = Fraction(*_ratio(statement["region"]["radius"])) if "region" in statement else Fraction(0)
    assert "the given point" not in found["sentence"]  # the claim's is another one than the certificate's
    assert "the certificate's point" in found["sentence"]
    printed = Fraction(found["sentence"].rsplit("within ", 1)[1].split(" ")[0])
    away = sum(gap**2 for gap in gaps)
    assert printed <= claim.reach
    assert away <= printed**2
    if "region" in statement and statement["region"]["shape"] == "ball":
        assert away <= (printed - radius) ** 2
    assert found["trust"] == "arb"
    assert found["scope"] == check(found["certificates"][-1]).statement.scope  # type: ignore[union-attr]


def test_all_forms_say_what_was_claimed_and_where_the_proof_is(tmp_path: Path) -> None:
    claims = (
        '[[claims]]\nid = "yes"\nlandscape = "line"\nproperty = "local-minimum"\npoint = [3, -1]\nloss = 0\n'
        '[[claims]]\nid = "no"\nlandscape = "line"\nproperty = "local-minimum"\npoint = [3, 0]\n'
        '[[claims]]\nid = "open"\nlandscape = "sigmoid"\nproperty = "local-minimum"\npoint = [0, 0, 0]\n'
    )
    result = audit(tmp_path, claims)
    assert result.exit_code == 1
    yes, no, unknown = json.loads(result.stdout)["results"]
    assert yes["claim"] == "a local minimum, strict or not, lies at the given point, with loss 0"
    assert yes["sentence"].endswith(
        "has a global minimum at the given point, with loss 0. A global minimum is a local one."
    )
    assert (no["verdict"], no["code"], unknown["code"]) == ("refuted", None, unknown["code"])
    assert unknown["code"] in [*Reason]
    suite = ElementTree.fromstring(audit(tmp_path, claims, "--format", "junit").stdout)
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["3", "2", "0"]
    assert [node.get("type") for node in suite.iter("failure")] == ["refuted", f"undecided {unknown['code']}"]
    for form in (("--format", "text"), ("--format", "markdown"), ("--format", "junit")):
        told = " ".join(audit(tmp_path, claims, *form).output.replace("│", " ").split())
        assert "yes.json" in told
        assert "trust arb" in told


def test_what_is_claimed_is_said_with_all_its_keys(tmp_path: Path) -> None:
    content = f"""
[[claims]]
id = "a"
landscape = "sigmoid"
property = "suboptimal-local-minimum"
point = {HIGH}
better = {LOW}
within = 0.25
loss = [0, "1/2"]
[[claims]]
id = "b"
landscape = "sigmoid"
property = "count-of-strict-local-minima"
count = 3
"""
    path = tmp_path / "claims.toml"
    path.write_text(LANDSCAPES + content, encoding="utf-8")
    assert [claimed(claim) for claim in read_claims(path)] == [
        "a local minimum, strict or not, that is not global lies within 1/4 of the given point, with loss in [0, 1/2], "
        "and the point given as better has a smaller loss",
        "there are at least so many strict local minima, at least 3",
    ]


# Crashes and old certificates

TWO = (
    '[[claims]]\nid = "a"\nlandscape = "slope"\nproperty = "strict-local-minimum"\npoint = [2]\nwithin = 1\n'
    '[[claims]]\nid = "b"\nlandscape = "line"\nproperty = "value"\npoint = [3, -1]\nloss = 0\n'
)


def test_a_crash_of_a_prover_is_no_verdict_and_takes_no_other_claim_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("as a bug would")

    assert audit(tmp_path, TWO).exit_code == 0
    monkeypatch.setattr(decide, "certify", crash)
    result = audit(tmp_path, TWO)
    assert result.exit_code == 70
    a, b = json.loads(result.stdout)["results"]
    assert (a["verdict"], a["code"], a["certificates"]) == ("undecided", "internal-error", [])
    assert "please report it: ZeroDivisionError: as a bug would" in a["reason"]
    assert b["verdict"] == "proved"
    assert sorted(path.name for path in (tmp_path / "claims-certificates").iterdir()) == ["b.json"]
    suite = ElementTree.fromstring(audit(tmp_path, TWO, "--format", "junit").stdout)
    assert [suite.get(key) for key in ("failures", "errors")] == ["0", "1"]
    assert "1 undecided (1 by an internal error)" in audit(tmp_path, TWO, "--format", "text").output


@pytest.mark.parametrize(
    ("error", "code"),
    [(OverflowError(), "too-large"), (MemoryError(), "out-of-memory"), (KeyError(), "internal-error")],
)
def test_what_stops_a_prover_has_a_code(
    error: Exception, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(given_point, "certify_value", stop)
    path = tmp_path / "claims.toml"
    path.write_text(LANDSCAPES + TWO, encoding="utf-8")
    found = judge(read_claims(path)[1], tmp_path)
    assert (found.verdict, found.code) == ("undecided", code)


def test_a_point_beyond_float64_is_decided_or_undecided(tmp_path: Path) -> None:
    assert one(tmp_path, "line", "value", '["1e300", 0]', "loss = 0")["verdict"] == "refuted"
    beyond = one(tmp_path, "line", "saddle", '["1e400", 0]')
    assert (beyond["verdict"], beyond["code"]) == ("undecided", "unreadable")  # as a certificate
    huge = LANDSCAPES.replace("[0, 1, 2]", '[0, 1, "1e400"]')
    path = tmp_path / "huge.toml"
    path.write_text(huge + TWO, encoding="utf-8")
    result = CliRunner().invoke(main, ["audit", str(path)])
    assert result.exit_code == 3
    assert "Traceback" not in result.output
    assert "1 proved, 0 refuted, 1 undecided" in result.output or "0 proved, 0 refuted, 2 undecided" in result.output


def test_an_old_certificate_does_not_outlive_the_next_audit(tmp_path: Path) -> None:
    folder = tmp_path / "claims-certificates"
    claim = f'[[claims]]\nid = "c"\nlandscape = "sigmoid"\nproperty = "count-of-strict-local-minima"\npoint = {HIGH}\n'
    audit(tmp_path, claim + "count = 2\n")
    (folder / "c2.json").write_text("another's")
    (folder / "c+x.json").write_text("another's")
    assert {path.name for path in folder.iterdir()} == {"c.json", "c+2.json", "c2.json", "c+x.json"}
    assert audit(tmp_path, claim + "cuont = 9\n").exit_code == 2
    assert (folder / "c.json").exists()  # of a file that cannot be used, nothing is done
    assert audit(tmp_path, claim + "count = 9\n").exit_code == 3
    assert {path.name for path in folder.iterdir()} == {"c2.json", "c+x.json"}


def test_all_old_certificates_go_before_the_first_claim_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audit(tmp_path, TWO).exit_code == 0

    def stop(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(decide, "certify", stop)
    result = audit(tmp_path, TWO)
    assert result.exit_code == 130
    assert "Certificates are kept of what was judged before: no claim." in result.output
    assert list((tmp_path / "claims-certificates").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "claims-certificates").write_text("a file")
    result = audit(tmp_path, TWO)
    assert result.exit_code == 74
    assert "cannot write" in result.output


def test_forget_removes_nothing_of_other_claims(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(LANDSCAPES + TWO, encoding="utf-8")
    for name in ("a.json", "a+2.json", "a+2x.json", "b.json", "ab.json", "a.json.json"):
        (tmp_path / name).write_text("{}")
    forget(read_claims(path)[0], tmp_path)
    kept = {entry.name for entry in tmp_path.iterdir()}
    assert kept == {"claims.toml", "a+2x.json", "b.json", "ab.json", "a.json.json"}
