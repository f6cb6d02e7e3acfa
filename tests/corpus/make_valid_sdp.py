"""Valid certificates of programs, matrices and polynomials, by hand: `python -m tests.corpus.make_valid_sdp`.

`DATA` are the files that they are about, in the SDPA sparse format; they lie beside the certificates.

two-blocks: inf x_1 + x_2 subject to [[x_1, 1], [1, x_2]] >= 0, x_1 >= 1/4, x_2 <= 4. Its value is 2, at x = (1, 1),
and Y = [[1, -1], [-1, 1]], y = (0, 0) proves it: <F_0, Y> = 2. Both are singular.
equality: the same without the bounds, and with x_1 = x_2 in their place, as a diagonal block that is to be zero.
dependent: inf x_1 + x_2 subject to (x_1 + x_2) I >= I: F_1 = F_2. Its value is 1.
no-x: [[x_1, 1], [1, 0]] >= 0, -x_1 - x_2 >= 1, x_1 >= 0, x_2 >= 0 has no solution, by y = (1, 1, 1).
framed: inf x_2 subject to x_1 [[1, 1], [1, 1]] + x_2 [[1, 0], [0, 0]] + [[0, 1], [1, 0]] >= 0. Every Y is a
multiple of [[1, -1], [-1, 1]], V = (1, -1) squared, because <F_1, Y> = 0; and Y itself proves 2.
framed-no-x: x_1 [[1, 1], [1, 1]] - [[1, 0], [0, 0]] >= 0 has no solution, by the same Y.
no-y: inf -x_1 subject to x_1 >= 0, x_1 >= -1: unbounded, the dual has no feasible Y.
"""

from __future__ import annotations

import json
from hashlib import sha256

from tests.corpus.forge import CORPUS, Document, seal, text

DATA = {
    "two-blocks.dat-s": (
        '"Two blocks\n 2 = mDIM\n 2 = nBLOCK\n (2, -2) = bLOCKsTRUCT\n{1.0, +1}\n0 1 1 2 -1\n0 2 1 1 0.25\n'
        "0 2 2 2 -4.0e0\n1 1 1 1 1\n1 2 1 1 1\n2 1 2 2 1\n2 2 2 2 -1\n"
    ),
    "equality.dat-s": "2\n2\n2 -1\n1 1\n0 1 1 2 -1\n1 1 1 1 1\n1 2 1 1 1\n2 1 2 2 1\n2 2 1 1 -1\n",
    "dependent.dat-s": "2\n1\n2\n1 1\n0 1 1 1 1\n0 1 2 2 1\n1 1 1 1 1\n1 1 2 2 1\n2 1 1 1 1\n2 1 2 2 1\n",
    "no-x.dat-s": "2\n2\n2 -3\n1 1\n0 1 1 2 -1\n0 2 1 1 1\n1 1 1 1 1\n1 2 1 1 -1\n1 2 2 2 1\n2 2 1 1 -1\n2 2 3 3 1\n",
    "no-y.dat-s": "1\n1\n-2\n-1\n0 1 2 2 -1\n1 1 1 1 1\n1 1 2 2 1\n",
    "framed.dat-s": "2\n2\n2 -1\n0 1\n0 1 1 2 -1\n1 1 1 1 1\n1 1 1 2 1\n1 1 2 2 1\n2 1 1 1 1\n",
    "framed-no-x.dat-s": "1\n2\n2 -1\n0\n0 1 1 1 1\n1 1 1 1 1\n1 1 1 2 1\n1 1 2 2 1\n",
    "other-sizes.dat-s": "1\n1\n-1\n1\n1 1 1 1 1\n",
    "broken.dat-s": "2\n2\n2 -2\n1 1\n0 1 1 3 -1\n",
}


def program(name: str, variables: int, blocks: list[int], **more: object) -> Document:
    """The landscape of a data file."""
    digest = sha256(DATA[name].encode()).hexdigest()
    data = {"file": name, "sha256": digest}
    return {"kind": "semidefinite-program", "data": data, "variables": variables, "blocks": blocks, **more}


def certificate(landscape: Document, name: str, claim: Document, witness: Document) -> Document:
    """A sealed certificate."""
    statement = {"landscape": landscape, "property": name, **claim}
    form = "landscape-verify-certificate/1"
    return seal({"format": form, "statement": statement, "witness": {"precision": 128, **witness}})


def semidefinite() -> dict[str, Document]:
    """One or more for each rule about semidefinite programs."""
    two = program("two-blocks.dat-s", 2, [2, -2])
    equal = program("equality.dat-s", 2, [2, -1], equalities=[2])
    dependent = program("dependent.dat-s", 2, [2])
    exact = {"dual": [[["1"], ["-1", "1"]], ["0", "0"]]}
    inside = {"dual": [[["99/100"], ["-98/100", "1"]], ["1/100", "1/1000"]]}
    near = {"dual": [[["1"], ["-63/64", "65/64"]], ["1/128", "1/64"]]}
    framed, none = program("framed.dat-s", 2, [2, -1]), program("framed-no-x.dat-s", 1, [2, -1])
    frame: Document = {"frame": [[["1"], ["-1"]], []], "dual": [[["1"]], ["0"]]}
    return {
        "sdp-lower-frame": certificate(framed, "sdp-lower-bound", {"bound": "2"}, frame),
        "sdp-lower-frame-corrected": certificate(
            framed, "sdp-lower-bound", {"bound": "3/2"}, {**frame, "dual": [[["7/8"]], ["1/16"]]}
        ),
        "sdp-lower-frame-in-a-box": certificate(
            framed,
            "sdp-lower-bound",
            {"bound": "7/4", "box": [["-9", "9"], ["0", "9"]]},
            {**frame, "dual": [[["7/8"]], ["0"]]},
        ),
        "sdp-no-x-frame": certificate(none, "sdp-infeasible", {"side": "inequality"}, frame),
        "sdp-lower-exact": certificate(two, "sdp-lower-bound", {"bound": "2"}, exact),
        "sdp-lower-corrected": certificate(two, "sdp-lower-bound", {"bound": "19/10"}, inside),
        "sdp-lower-in-a-box": certificate(
            two, "sdp-lower-bound", {"bound": "3/2", "box": [["0", "4"], ["1/4", "4"]]}, inside
        ),
        "sdp-lower-equality": certificate(
            equal, "sdp-lower-bound", {"bound": "199/100"}, {"dual": [[["1"], ["-255/256", "1"]], ["1*2^-60"]]}
        ),
        "sdp-lower-dependent": certificate(
            dependent, "sdp-lower-bound", {"bound": "1"}, {"dual": [[["1/2"], ["0", "1/2"]]]}
        ),
        "sdp-upper-exact": certificate(two, "sdp-upper-bound", {"bound": "2"}, {"point": ["1", "1"]}),
        "sdp-upper-inside": certificate(two, "sdp-upper-bound", {"bound": "201/100"}, {"point": ["1", "129*2^-7"]}),
        "sdp-upper-equality": certificate(
            equal, "sdp-upper-bound", {"bound": "2001/1000"}, {"point": ["10001/10000", "10002/10000"]}
        ),
        "sdp-no-x": certificate(
            program("no-x.dat-s", 2, [2, -3]),
            "sdp-infeasible",
            {"side": "inequality"},
            {"dual": [[["0"], ["0", "0"]], ["1", "1", "1"]]},
        ),
        "sdp-no-y": certificate(
            program("no-y.dat-s", 1, [-2]), "sdp-infeasible", {"side": "equality"}, {"point": ["1"]}
        ),
        "sdp-lower-near": certificate(two, "sdp-lower-bound", {"bound": "9/5"}, near),
    }


def matrices() -> dict[str, Document]:
    """Semidefinite matrices, singular or not."""

    def matrix(rows: list[list[str]]) -> Document:
        return certificate({"kind": "matrix", "lower_triangle": rows}, "positive-semidefinite", {}, {})

    tenth = [["1/10"], ["1/5", "2/5"], ["3/10", "3/5", "9/10"]]
    return {
        "matrix-definite": matrix([["2"], ["1", "2"]]),
        "matrix-singular": matrix([["1"], ["1", "1"]]),
        "matrix-rank-one": matrix(tenth),
        "matrix-zero": matrix([["0"], ["0", "0"]]),
        "matrix-zero-row": matrix([["0"], ["0", "1"], ["0", "1/3", "1/9"]]),
    }


def polynomials() -> dict[str, Document]:
    """Sums of squares and global minima; the first is x^2 - 2 x y + y^2 = (x - y)^2."""

    def polynomial(names: list[str], terms: list[list[object]]) -> Document:
        return {"kind": "polynomial", "indeterminates": names, "terms": terms}

    difference = polynomial(["x", "y"], [[[2, 0], "1"], [[1, 1], "-2"], [[0, 2], "1"]])
    # (x^2 - 1)^2 + (y - x)^2 + 1/3, with the minimum 1/3 at (1, 1) and (-1, -1)
    terms: list[list[object]] = [[[4, 0], "1"], [[2, 0], "-1"], [[1, 1], "-2"], [[0, 2], "1"], [[0, 0], "4/3"]]
    double_well = polynomial(["x", "y"], terms)
    gram = [["1"], ["-1", "1"], ["0", "0", "1"], ["0", "0", "-1", "1"]]
    well = {"basis": [[0, 0], [2, 0], [1, 0], [0, 1]], "gram": gram}
    return {
        "sum-of-squares": certificate(
            difference, "sum-of-squares", {}, {"basis": [[1, 0], [0, 1]], "gram": [["1"], ["-1", "1"]]}
        ),
        "global-minimum-of-a-polynomial": certificate(
            double_well, "global-minimum", {"value": ["1/3", "1/3"], "point": ["1", "1"]}, well
        ),
        "global-minimum-with-a-gap": certificate(
            double_well, "global-minimum", {"value": ["1/3", "2/5"], "point": ["-1", "-9/10"]}, well
        ),
    }


def quadratic() -> dict[str, Document]:
    """Of the data set x = 1, y = 1: L = (sum_j w_j^2 - 1)^2 / 2; a strict saddle at 0, and the minimum 0 at 1.

    With the decay 1 and y = 3 / 2 moreover: L = (w^2 - 3/2)^2 / 2 + w^2 / 2 = (w^2 - 1)^2 / 2 + 5/8.
    The last one is trained.
    """
    from verify.proofs.du_lee_2018 import NARROW, data_set

    from verify.producer.sdp.quadratic import certify_spurious

    def network(target: str, width: int, decay: str) -> Document:
        rows = {"inputs": [["1"]], "targets": [target]}
        return {"kind": "quadratic-network", **rows, "width": width, "weight_decay": decay}

    plain, decayed = network("1", 1, "0"), network("3/2", 2, "1")
    trained = data_set(*NARROW, 3, decay=2.0**-10)
    points = sorted(trained.train(30, 3), key=trained.value)
    spurious = next(point for point in reversed(points) if trained.value(point) > trained.value(points[0]) + 1e-3)
    return {
        "quadratic-global": certificate(
            plain, "global-minimum", {"value": ["0", "0"], "points": [[["1"]], [["-1"]]]}, {"multipliers": ["0"]}
        ),
        "quadratic-global-decay": certificate(
            decayed,
            "global-minimum",
            {"value": ["5/8", "5/8"], "points": [[["3/5"], ["4/5"]]]},
            {"multipliers": ["-1/2"]},
        ),
        "quadratic-saddle": certificate(
            plain,
            "negative-curvature",
            {"point": [["0"]], "gradient_bound": "0", "negative_curvature": "-2"},
            {"direction": [["3"]]},
        ),
        "quadratic-spurious": json.loads(certify_spurious(trained, spurious, points[0]).text()),
    }


def main() -> None:
    """Write them, and the data files."""
    for name, document in (semidefinite() | matrices() | polynomials() | quadratic()).items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")
    for name, content in DATA.items():
        (CORPUS / "valid" / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
