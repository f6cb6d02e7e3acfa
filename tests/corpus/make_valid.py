"""Where the valid certificates come from: `python -m tests.corpus.make_valid`.

Run by hand: the points are refined with LAPACK, whose last digits differ between
machines, so the files are committed and not remade by a test.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
from verify.proofs.spurious_minima_for_every_k import ONE_NEURON_MORE, TYPE_A

from tests.corpus import make_nearby, make_small, make_small_risk, make_spurious
from tests.corpus.forge import CORPUS, DELETE, Document, forged, seal, text
from verify import TeacherStudent, certify
from verify.checker.core.symmetry import Symmetry
from verify.checker.statements.teacher_student import Activation
from verify.producer.prover.family import certify_family
from verify.producer.symmetry import SymmetricStudent, certificate, critical_point

VALID = CORPUS / "valid"
THREE_IN_THE_PLANE = [[-0.5, 0.0], [1.5, 0.5], [-1.5, 0.0]]


def type_ii(k: int, a: float, b: float, c: float, d: float, e: float) -> np.ndarray:
    """Arjevani & Field's family: diagonal, off-diagonal, last column, last row, corner."""
    W = np.full((k, k), b)
    np.fill_diagonal(W, a)
    W[:, -1], W[-1, :], W[-1, -1] = c, d, e
    return W


def certified(teacher: object, student: object, better_point: object = None, sigma: str = "relu") -> Document:
    """A certificate as JSON reads it, from a point near the critical one; an integer k stands for e_1, ..., e_k."""
    landscape = TeacherStudent(sigma, np.eye(teacher) if isinstance(teacher, int) else teacher)
    return json.loads(certify(landscape, student, better_point=better_point).text())


def critical_points() -> dict[str, Document]:
    """One file for each kind of critical point."""
    with_one_more = np.vstack([type_ii(8, 0.984, -0.03, 0.23, 0.126, -0.189), [0.069] * 7 + [-0.486]])
    plane = ([[1.4769, 0.5889]], [[-2.0054, 0.0621]])
    return {
        # Minima of n = k neurons, all of them wanted for every d >= k.
        "global-minimum-k1": certified(1, np.eye(1)),
        "global-minimum-k2": certified(2, np.eye(2)),
        "global-minimum-k3": certified(3, np.eye(3)),
        "type-ii-k6": certified(
            6, type_ii(6, 0.98670381888858, -0.050413403216809, 0.30801099147907, 0.22451580759948, -0.60151192356109)
        ),
        "type-ii-k7": certified(7, type_ii(7, 0.997, -0.035, 0.262, 0.186, -0.633)),
        "type-a-k7": certified(7, 0.283 + (-0.713 - 0.283) * np.eye(7)),
        # One student neuron more than the teacher has.
        "one-neuron-more-k8": certified(8, with_one_more),
        # Fewer neurons than the teacher: the global minimum is not 0, so "spurious" needs a better point.
        "fewer-neurons-k3": certified(3, [[-0.2438, 0.9463, 0.9463], [1.3179, 0.0896, 0.0896]]),
        "better-point-generic": certified(THREE_IN_THE_PLANE, *plane),
        "best-of-three-in-the-plane": certified(THREE_IN_THE_PLANE, plane[1]),
        # Saddles.
        "saddle-type-ii-k5": certified(5, type_ii(5, 0.9616, -0.0791, 0.3761, 0.2875, -0.5598)),
        "saddle-antiparallel-k2": certified(2, [[1.0683, 1.0683], [-0.0683, -0.0683]]),
        "saddle-one-neuron-k3": certified(3, [[-0.1461] * 3]),
        "saddle-fewer-neurons-k3": certified(3, [[1.2337, 0.5003, -0.1604], [-0.1604, 0.5003, 1.2337]]),
        # Other activations. The loss of erf is smooth at a zero neuron too.
        "erf-global-minimum-k1": certified(1, np.eye(1), sigma="erf"),
        "erf-zero-neuron": certified([[0.5]], [[0], [0.5]], sigma="erf"),
        "erf-fewer-neurons": certified(
            [[0, -0.5], [1, -1.5], [2, 2.5]], [[0.9932, -1.9763], [1.2232, 0.9296]], sigma="erf"
        ),
        "erf-saddle": certified([[0.5]], [[0.2157], [0.2157]], sigma="erf"),
        "leaky-relu-k2": certified(2, np.eye(2), sigma="leaky-relu:1/10"),
    }


def families() -> dict[str, Document]:
    """A statement for every k, from a k on from which it is quick to prove."""
    type_a = replace(TYPE_A, least=23, breaks=tuple(Fraction(j, 60) for j in range(13)), terms=20, degree=8)
    breaks = tuple(Fraction(j, 320) for j in range(21))
    one_neuron_more = replace(ONE_NEURON_MORE, least=254, breaks=breaks, terms=16, degree=8)
    branches = {"family-type-a": type_a, "family-one-neuron-more": one_neuron_more}
    return {
        name: json.loads(certify_family(branch, lambda what, done, count: None).text())
        for name, branch in branches.items()
    }


def by_hand() -> dict[str, Document]:
    """Students that copy teacher neurons, so that the loss is known exactly.

    With the teacher v_1 = (1, 0), v_2 = (-1/2, 0) and one student neuron: relu(v_1.x) and
    relu(v_2.x) live on opposite half spaces and are orthogonal. So w = v_2 leaves
    1/2 E relu(v_1.x)^2 = |v_1|^2 / 4 = 1/4, and w = v_1 leaves |v_2|^2 / 4 = 1/16. Near
    either one the Hessian is I/2, because sin t = 0 there.
    """
    antiparallel = certified([[1, 0], [-0.5, 0]], [[-0.5, 0]], [[1, 0]])
    antiparallel["statement"] |= {
        "region": {"shape": "ball", "center": [["-1/2", "0"]], "radius": "1/10000000"},
        "value": ["2499999999/10000000000", "2500000001/10000000000"],
        "hessian_lower_bound": "49/100",
    }
    rational = certified([[0.6, 0.8], [-0.8, 0.6]], [[0.6, 0.8], [-0.8, 0.6]])
    exact = [["3/5", "4/5"], ["5/13", "-12/13"]]
    rational["statement"]["landscape"]["teacher"]["rows"] = exact
    rational["statement"]["region"]["center"] = exact
    rational["statement"]["hessian_lower_bound"] = "1/20"
    rational["statement"]["value"] = ["-1/1000000000000000", "1/1000000000000000"]
    linear = forged(
        rational,
        {
            "statement.landscape.activation": {"leaky-relu": "1"},
            "statement.landscape.neurons": 1,
            "statement.region.center": [["64/65", "-8/65"]],
            "statement.region.radius": "1/10",
            "statement.hessian_lower_bound": "99/100",
        },
    )
    return {
        "linear": linear,
        "antiparallel-copy": seal(antiparallel),
        "one-dimension-copy": certified([[1], [-0.5]], [[-0.5]], [[1]]),
        "rational-teacher": seal(rational),
    }


def variants(files: dict[str, Document]) -> dict[str, Document]:
    """Weaker claims of the same points, and other ways to write the same claim."""
    minimum, saddle = files["type-ii-k6"], files["saddle-antiparallel-k2"]
    shuffled = {name: minimum[name] for name in ("witness", "digest", "statement", "format")}
    copied = [*([str(int(i == j)) for j in range(8)] for i in range(8)), ["0"] * 8]
    boast = {"verdict": "Verified", "numbers": [1.5, -2e300, None, True], "witness": {"precision": 0}}
    return {
        "type-ii-k6-one-dimension": forged(minimum, {"statement.input_dimension": 6}),
        "type-ii-k6-not-called-spurious": forged(minimum, {"statement.property": "strict-local-minimum"}),
        "type-ii-k6-other-order-of-keys": shuffled,
        "relu-written-as-leaky": forged(minimum, {"statement.landscape.activation": {"leaky-relu": "0"}}),
        "better-point-with-a-zero-neuron": forged(files["one-neuron-more-k8"], {"witness.better_point": copied}),
        "saddle-one-dimension": forged(saddle, {"statement.input_dimension": 2}),
        "saddle-without-inertia": forged(saddle, {"statement.inertia": DELETE}),
        "provenance-is-free": {**files["global-minimum-k2"], "provenance": boast},
    }


def symmetric() -> dict[str, Document]:
    """Several points in one file, each with one value for each orbit of its entries."""

    def near(groups: tuple[int, ...], *values: float, extra: int = 0) -> SymmetricStudent:
        return critical_point(Symmetry(groups, extra), values)

    def identity(*groups: int) -> SymmetricStudent:
        symmetry = Symmetry(groups, 0)
        own = (orbit.row == orbit.column and orbit.diagonal == (groups[orbit.row] > 1) for orbit in symmetry.orbits)
        return SymmetricStudent(symmetry, tuple(map(Fraction, own)))

    erf = SymmetricStudent(Symmetry((1,), 1), (Fraction(1), Fraction(0)), Activation("erf"))
    files = {
        "symmetric-type-ii": [
            near((4, 1), 0.9616, -0.0791, 0.3761, 0.2875, -0.5598),
            near((5, 1), 0.9867, -0.0504, 0.3080, 0.2245, -0.6015),
            near((6, 1), 0.997, -0.035, 0.262, 0.186, -0.633),
        ],
        "symmetric-two-groups": [
            near((6, 2), 0.978, -0.065, 0.243, 0.179, -0.697, 0.193),
            near((4, 3), 1.031, -0.001, 0.007, -0.009, -0.305, 0.637),
        ],
        "symmetric-one-neuron-more": [near((7, 1), 0.984, -0.03, 0.23, 0.126, -0.189, 0.069, -0.486, extra=1)],
        "symmetric-global-minimum": [identity(1), identity(2), identity(3, 1, 2)],
        "symmetric-erf-zero-neuron": [erf],
    }
    return {name: json.loads(certificate(students, {}).text()) for name, students in files.items()}


def manifests(files: dict[str, Document]) -> dict[str, Document]:
    """Theorems of two or three parts."""
    return {
        "manifest-spurious": manifest(files, "spurious-local-minimum", [[6, 6], [7, 7], [8, 9]], SPURIOUS),
        "manifest-strict": manifest(files, "strict-local-minimum", [[2, 2], [6, 6]], STRICT),
        "manifest-one-dimension": manifest(
            files, "strict-local-minimum", [[2, 2], [6, 6]], ["global-minimum-k2", "type-ii-k6-one-dimension"], "k"
        ),
        "manifest-erf": forged(
            manifest(files, "strict-local-minimum", [[1, 1]], ["erf-global-minimum-k1"]),
            {"statement.landscape.activation": "erf"},
        ),
        make_small.PARTS_OF_TEACHERS: make_small.manifest_of_teachers(files),
        "manifest-saddles": manifest(files, "saddle", [[3, 1], [5, 5]], ["saddle-one-neuron-k3", "saddle-type-ii-k5"]),
    }


SPURIOUS = ["type-ii-k6", "type-ii-k7", "one-neuron-more-k8"]
STRICT = ["global-minimum-k2", "type-ii-k6"]


def manifest(
    files: dict[str, Document], property_name: str, pairs: list[list[int]], parts: list[str], d: str = "at_least_k"
) -> Document:
    """A manifest of some files for an orthonormal teacher."""
    statement = {
        "landscape": {"kind": "population-teacher-student", "activation": "relu", "teacher": "orthonormal"},
        "property": property_name,
        "input_dimension": d,
        "pairs": pairs,
    }
    named = [{"file": f"{name}.json", "digest": files[name]["digest"]} for name in parts]
    document = {"format": "landscape-verify-manifest/1", "statement": statement, "witness": {"parts": named}}
    return seal(document)


def main() -> None:
    """Write all valid files."""
    files = (
        critical_points()
        | by_hand()
        | symmetric()
        | families()
        | make_nearby.valid_files()
        | make_small.valid_files()
        | make_small_risk.valid_files()
        | make_spurious.valid_files()
    )
    files |= variants(files)
    files |= manifests(files)
    for name, document in files.items():
        (VALID / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
