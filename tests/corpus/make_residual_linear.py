"""Residual linear networks: valid certificates by hand (`python -m tests.corpus.make_residual_linear`), forgeries."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, Document, seal, text
from tests.corpus.make_linear import certificate

LAND, WITNESS = "statement.landscape.", "witness."
INEQUALITY, PROPERTY = "statement.inequality.", "statement.property"
ALL, ONE = "residual-linear-networks", "residual-linear-network"


def every(least: int = 1, most: int | None = None) -> Document:
    """All networks of these depths."""
    return {"kind": ALL, "layers": {"at_least": least} | ({} if most is None else {"at_most": most})}


def with_target(target: list[list[str]], least: int, most: int | None) -> Document:
    """Those that learn one matrix."""
    return every(least, most) | {"kind": ONE, "matrix": target}


def inequality(factor: str, shrinking: int, power: int) -> Document:
    """|grad f|^2 >= factor l (1 - tau)^(shrinking (l - 1)) s^power (f - C)."""
    return {"factor": factor, "shrinking": shrinking, "power": power}


def residual() -> dict[str, Document]:
    """One of each property.

    R = 9/4 = (3/2)^2: N_1 = 3/2 and A_1 = A_2 = 1/2. diag(1, -2): det < 0, R^T R = diag(1, 4). l = 1, S = 2, R = 1,
    A = 0 would give E = 0; with A = 1: E = 1, |grad f|^2 = (2 2)^2 = 16, f - C = 2, and 4 2^2 2 = 32. l = 2, S = 1,
    R = 2, A = -1/2 twice: W = 1/4, E = -7/4, |grad f|^2 = 2 (2 (7/4) (1/2))^2 = 49/8; 8 (1/2) (49/16) = 49/4.
    """
    printed, sharp = inequality("4", 1, 2), inequality("4", 2, 1)
    minus = {"covariance": [["1"]], "point": [[["-1/2"]], [["-1/2"]]], "norm": "1/2", "inequality": printed}
    return {
        "residual-gradient": certificate(every(), "gradient-inequality", {"inequality": sharp, "attained": True}, {}),
        "residual-gradient-weaker": certificate(
            every(2, 9), "gradient-inequality", {"inequality": inequality("7/2", 3, 1), "attained": False}, {}
        ),
        "residual-gradient-one-layer": certificate(
            every(1, 1), "gradient-inequality", {"inequality": inequality("4", 0, 1), "attained": True}, {}
        ),
        "residual-critical-points": certificate(every(), "critical-points-are-global", {"norm": "1"}, {}),
        "residual-optima": certificate(
            every(), "optima-near-identity", {"ratio": "3", "bound": ["22/7", "1187/1000"]}, {}
        ),
        "residual-optimum": certificate(
            with_target([["9/4"]], 2, 2), "optimum-near-identity", {"norm": "1/2"}, {"factors": [[["3/2"]]]}
        ),
        "residual-optimum-rotation": certificate(
            with_target([["0", "-1"], ["1", "0"]], 2, 2),
            "optimum-near-identity",
            {"norm": "4/5"},
            {"factors": [[["3/4", "-3/4"], ["3/4", "3/4"]]]},
        ),
        "residual-no-optimum": certificate(
            with_target([["1", "0"], ["0", "-2"]], 1, None), "no-optimum-near-identity", {"excess": "1"}, {}
        ),
        "residual-no-optimum-singular": certificate(
            with_target([["1", "1"], ["1", "1"]], 3, None), "no-optimum-near-identity", {"excess": "0"}, {}
        ),
        "residual-fails": certificate(with_target([["2"]], 2, 2), "gradient-inequality-fails", minus, {"least": "1"}),
        "residual-fails-one-layer": certificate(
            with_target([["1"]], 1, 1),
            "gradient-inequality-fails",
            minus | {"covariance": [["2"]], "point": [[["1"]]], "norm": "1"},
            {"least": "2"},
        ),
    }


INVALID: list[tuple[str, str, Document, str]] = [
    ("rejected-residual-factor", "residual-gradient", {INEQUALITY + "factor": "4001/1000"}, "c must be at most 4"),
    ("rejected-residual-shrinking", "residual-gradient", {INEQUALITY + "shrinking": 1}, "k must be at least 2"),
    ("rejected-residual-power", "residual-gradient", {INEQUALITY + "power": 2}, "p must be 1"),
    ("rejected-residual-no-power", "residual-gradient", {INEQUALITY + "power": 0}, "p must be 1"),
    (
        "rejected-residual-two-layers",
        "residual-gradient-one-layer",
        {LAND + "layers.at_most": 2},
        "k must be at least 2",
    ),
    (
        "rejected-residual-not-attained",
        "residual-gradient",
        {INEQUALITY + "factor": "3999/1000"},
        "equality needs c = 4 and k = 2",
    ),
    (
        "rejected-residual-not-attained-power",
        "residual-gradient",
        {INEQUALITY + "shrinking": 3},
        "equality needs c = 4 and k = 2",
    ),
    (
        "rejected-residual-large-norm",
        "residual-critical-points",
        {"statement.norm": "1001/1000"},
        "r must be at most 1",
    ),
    (
        "undecided-residual-one-layer-norm",
        "residual-critical-points",
        {"statement.norm": "2", LAND + "layers.at_most": 1},
        "the rule is about r <= 1",
    ),
    (
        "undecided-residual-pi",
        "residual-optima",
        {"statement.bound.0": "3141592/1000000"},
        "a was not proved to be at least pi",
    ),
    (
        "undecided-residual-growth",
        "residual-optima",
        {"statement.bound.1": "1186/1000"},
        "b was not proved to be at least k (exp(1/k) - 1)",
    ),
    (
        "undecided-residual-ratio",
        "residual-optima",
        {"statement.ratio": "299/100"},
        "b was not proved to be at least k (exp(1/k) - 1)",
    ),
    (
        "rejected-residual-norm",
        "residual-optimum",
        {"statement.norm": "499/1000"},
        "tau^2 N^T N - D^T D has a negative eigenvalue",
    ),
    (
        "rejected-residual-target",
        "residual-optimum",
        {LAND + "matrix.0.0": "226/100"},
        "tau^2 N^T N - D^T D has a negative eigenvalue",
    ),
    (
        "rejected-residual-reflection",
        "residual-optimum-rotation",
        {LAND + "matrix.0.1": "1"},
        "tau^2 N^T N - D^T D has a negative eigenvalue",
    ),
    (
        "rejected-residual-rotation",
        "residual-optimum-rotation",
        {"statement.norm": "79/100"},
        "tau^2 N^T N - D^T D has a negative eigenvalue",
    ),
    (
        "undecided-residual-norm-one",
        "residual-optimum",
        {LAND + "matrix.0.0": "0", "statement.norm": "1"},
        "the rule is about tau < 1",
    ),
    (
        "rejected-residual-determinant",
        "residual-no-optimum",
        {LAND + "matrix.1.1": "2"},
        "det R is positive",
    ),
    (
        "rejected-residual-excess",
        "residual-no-optimum",
        {"statement.excess": "1001/1000"},
        "R^T R - e I has a negative eigenvalue",
    ),
    (
        "rejected-residual-singular-excess",
        "residual-no-optimum-singular",
        {"statement.excess": "1/1000"},
        "R^T R - e I has a negative eigenvalue",
    ),
    (
        "rejected-residual-holds",
        "residual-fails",
        {INEQUALITY[:-1]: inequality("4", 2, 1)},
        "|grad f|_F^2 is 6.125 or more, and the right side with s' no more",
    ),
    (
        "rejected-residual-point-too-large",
        "residual-fails",
        {"statement.norm": "499/1000"},
        "tau^2 I - A_i^T A_i has a negative eigenvalue",
    ),
    (
        "rejected-residual-covariance",
        "residual-fails",
        {WITNESS + "least": "1001/1000"},
        "S - s' I has a negative eigenvalue",
    ),
    ("rejected-residual-tau", "residual-fails-one-layer", {"statement.norm": "2"}, "the inequality is about tau <= 1"),
    (
        "rejected-residual-no-excess",
        "residual-fails-one-layer",
        {LAND + "matrix.0.0": "2"},
        "|grad f|_F^2 is 0 or more, and the right side with s' no more",
    ),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("residual-no-layers", "residual-gradient", LAND + "layers.at_least", 0, "0 is not between 1 and"),
    ("residual-layers-reversed", "residual-gradient-weaker", LAND + "layers.at_most", 1, "1 is not between 2 and"),
    ("residual-factor-zero", "residual-gradient", INEQUALITY + "factor", "0", "must be positive"),
    ("residual-norm-zero", "residual-critical-points", "statement.norm", "0", "must be positive"),
    ("residual-ratio-zero", "residual-optima", "statement.ratio", "0", "must be positive"),
    (
        "residual-several-depths",
        "residual-optimum",
        LAND + "layers.at_most",
        3,
        "^statement.landscape: layers: one number of layers",
    ),
    (
        "residual-too-deep",
        "residual-optimum",
        LAND + "layers",
        {"at_least": 65, "at_most": 65},
        "^statement.landscape: more than 64 layers",
    ),
    ("residual-factors-missing", "residual-optimum", WITNESS + "factors", [], "has 0 entries instead of 1"),
    ("residual-not-square", "residual-no-optimum", LAND + "matrix.0", ["1"], "has 1 entry instead of 2"),
    ("residual-empty-target", "residual-no-optimum", LAND + "matrix", [], "has 0 entries instead of 1 to 64"),
    ("residual-negative-excess", "residual-no-optimum", "statement.excess", "-1", "must not be negative"),
    ("residual-negative-norm", "residual-fails", "statement.norm", "-1/2", "must not be negative"),
    ("residual-point-missing", "residual-fails", "statement.point", [[["-1/2"]]], "has 1 entry instead of 2"),
    ("residual-least-zero", "residual-fails", WITNESS + "least", "0", "must be positive"),
    (
        "residual-property-of-one",
        "residual-gradient",
        PROPERTY,
        "no-optimum-near-identity",
        "'no-optimum-near-identity' is not known; known: gra",
    ),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in residual().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(seal(document)), encoding="utf-8")


if __name__ == "__main__":
    main()
