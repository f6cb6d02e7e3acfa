"""Each term of the Hessian's error bound, alone: it covers what it is there for, and not much more.

The kernels' derivatives are made up, and all neurons are parallel to each other, so that
the bounds of docs/FLOAT64.md, "The Hessian", are attained; they are computed anew here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from flint import arb, arb_mat
from numpy.typing import NDArray

from verify.checker.float64.bounds import UNIT
from verify.checker.float64.teacher_student import _fill_below, _fill_diagonal, _neurons, hessian
from verify.checker.losses.dual_kernel import Jet, Parallel, Second, SelfJet

Array = NDArray[np.float64]

SMALL = 2.0**-20
NEURONS = np.array([[3.0, 4.0], [1.5, 2.0], [0.75, 1.0]])  # two students and a teacher
FIRST = {"p": 0.25, "q": -0.5}
SECOND = dict(zip(("pp", "pq", "ps", "qq", "qs"), (0.5, -0.75, 1.25, 0.625, -1.5), strict=True))
KEYS = [(name, i, j) for name in (*FIRST, *SECOND) for i, j in product(range(2), range(3)) if i != j]
KEYS += [("M", 0, 0), ("M", 1, 1), ("second", 0, 0), ("second", 1, 1)]


class MadeUp:
    """What the assembly asks of a landscape, with numbers as given; some of them with a radius."""

    neurons, input_dimension = 2, 2

    def __init__(
        self,
        numbers: dict[tuple[str, int, int], float],
        neurons: Array = NEURONS,
        radii: dict[tuple[str, int, int], float] | None = None,
        moves: Array | None = None,
        parallel: dict[tuple[int, int], Parallel] | None = None,
    ) -> None:
        self._numbers, self._radii, self._parallel = numbers, radii or {}, parallel or {}
        moves = np.zeros_like(neurons) if moves is None else np.abs(moves)
        balls = [[arb(x, r) for x, r in zip(*rows, strict=True)] for rows in zip(neurons, moves, strict=True)]
        self.students, self.teachers = balls[:2], balls[2:]

    def ball(self, name: str, i: int, j: int) -> arb:
        return arb(self._numbers[name, i, j], self._radii.get((name, i, j), 0.0))

    def alone(self, i: int) -> SelfJet:
        return SelfJet(arb(0), arb(0), self.ball("second", i, i))

    @property
    def input_dimension_matrix(self) -> arb_mat:
        return arb_mat([[self.ball("M", 0, 0), 0], [0, self.ball("M", 1, 1)]])

    def jet(self, i: int, j: int) -> Jet:
        second = self._parallel.get((i, j)) or Second(*(self.ball(name, i, j) for name in SECOND))
        return Jet(arb(0), self.ball("p", i, j), self.ball("q", i, j), second)

    @property
    def among_students(self) -> dict[tuple[int, int], Jet]:
        return {(0, 1): self.jet(0, 1), (1, 0): self.jet(1, 0)}

    @property
    def with_teacher(self) -> dict[tuple[int, int], Jet]:
        return {(i, 0): self.jet(i, 2) for i in range(2)}


def made_up() -> dict[tuple[str, int, int], float]:
    values = {**FIRST, **SECOND, "M": 3.0, "second": -0.25}
    return {key: values[key[0]] * (1 + key[1] / 4 + key[2] / 8) for key in KEYS}


def block(numbers: dict[tuple[str, int, int], float], u: Array, i: int, j: int) -> Array:
    """H_ij by formula (3) of docs/THEOREMS.md."""
    w, v = u[i], u[j]
    if i != j:
        pq, ps, qq, qs = (numbers[name, i, j] for name in ("pq", "ps", "qq", "qs"))
        q = numbers["q", i, j] * np.eye(2)
        terms = 2 * pq * np.outer(w, w) + 4 * ps * np.outer(w, v) + qq * np.outer(v, w) + 2 * qs * np.outer(v, v)
        return np.asarray(q + terms)
    whole = numbers["M", i, i] * np.eye(2) + 2 * numbers["second", i, i] * np.outer(w, w)
    for other, sign in ((0, 1), (1, 1), (2, -1)):
        if other != i:
            v = u[other]
            pp, pq, qq = (sign * numbers[name, i, other] for name in ("pp", "pq", "qq"))
            whole += 4 * pp * np.outer(w, w) + 2 * pq * (np.outer(w, v) + np.outer(v, w)) + qq * np.outer(v, v)
    return np.asarray(whole)


def assembled(landscape: MadeUp) -> tuple[Array, list[tuple[int, int, float]]]:
    """The midpoint, and (i, j, bound) of each block that is written."""
    matrix = np.zeros((4, 4))
    neurons = _neurons(landscape)  # type: ignore[arg-type]
    own = _fill_diagonal(matrix, landscape, neurons).at_most  # type: ignore[arg-type]
    below = _fill_below(matrix, landscape, neurons).at_most  # type: ignore[arg-type]
    return matrix, [(0, 0, own[0]), (1, 1, own[1]), (1, 0, below[1, 0])]


def of_block(matrix: Array, i: int, j: int) -> Array:
    return np.asarray(matrix[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])


def test_the_midpoint_is_that_of_the_formulas() -> None:
    matrix, bounds = assembled(MadeUp(made_up()))
    for i, j, bound in bounds:
        assert np.allclose(of_block(matrix, i, j), block(made_up(), NEURONS, i, j), rtol=1e-15, atol=1e-15)
        assert 0 < bound < 1e-12


@pytest.mark.parametrize("key", KEYS, ids=lambda key: "-".join(map(str, key)))
@pytest.mark.parametrize("side", [-1, 1])
def test_the_radius_of_a_number_is_counted(key: tuple[str, int, int], side: int) -> None:
    matrix, bounds = assembled(MadeUp(made_up(), radii={key: SMALL}))
    moved = made_up()
    moved[key] += side * SMALL
    for i, j, bound in bounds:
        distance = np.linalg.norm(block(moved, NEURONS, i, j) - of_block(matrix, i, j), 2)
        assert distance - 1e-14 <= bound <= distance * (1 + 1e-6) + 1e-12


def only(*names: str) -> dict[tuple[str, int, int], float]:
    """One kind of derivative, the others zero."""
    return {key: value * (key[0] in names) for key, value in made_up().items()}


@pytest.mark.parametrize("moving", [0, 1, 2])
@pytest.mark.parametrize("name", [*SECOND, "second"])
def test_the_distance_of_a_neuron_is_counted(moving: int, name: str) -> None:
    """Longer by a factor, in its own direction: the worst there is for one term."""
    moves = np.zeros_like(NEURONS)
    moves[moving] = SMALL * NEURONS[moving]
    for pair in [(i, j) for key, i, j in KEYS if key == name]:
        numbers = {key: value * (key[1:] == pair) for key, value in only(name).items()}
        matrix, bounds = assembled(MadeUp(numbers, moves=moves))
        for i, j, bound in bounds:
            distance = np.linalg.norm(block(numbers, NEURONS + moves, i, j) - of_block(matrix, i, j), 2)
            assert distance - 1e-14 <= bound <= distance * (1 + 1e-4) + 1e-12


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (0, 2), (1, 2)])
def test_a_parallel_pair_counts_with_its_bounds(pair: tuple[int, int]) -> None:
    i, j = pair
    numbers = {key: value * (key[1:] == pair) for key, value in only("p", "q", "M").items()}
    numbers["M", i, i] = 5.0
    landscape = MadeUp(numbers, parallel={pair: Parallel(own=arb(0.125), mixed=arb(0.25))})
    matrix, bounds = assembled(landscape)
    sign = -1 if j == 2 else 1
    for a, b, bound in bounds:
        if (a, b) == pair:
            assert np.allclose(of_block(matrix, a, b), numbers["q", i, j] * np.eye(2), atol=1e-15)
            assert 0.25 <= bound <= 0.25 + 1e-12
        elif a == b == i:
            assert np.allclose(of_block(matrix, a, b), (5 - sign * 2 * numbers["p", i, j]) * np.eye(2), atol=1e-15)
            assert 0.125 <= bound <= 0.125 + 1e-12
        else:
            assert bound < 1e-13


@pytest.mark.parametrize("name", [*SECOND, "q", "M", "second"])
def test_roundings_are_counted(name: str) -> None:
    """At least the number of roundings of the longest path, times the size of the terms, as said in the document."""
    numbers = only(name)
    _, bounds = assembled(MadeUp(numbers))
    lengths = np.linalg.norm(NEURONS, axis=1)
    factors: dict[str, Callable[[float, float], float]] = {
        "pq": lambda w, v: 2 * w * w,
        "ps": lambda w, v: 4 * w * v,
        "qq": lambda w, v: w * v,
        "qs": lambda w, v: 2 * v * v,
        "q": lambda w, v: 1,
    }
    own: dict[str, Callable[[float, float], float]] = {"pq": lambda w, v: 4 * w * v, "qq": lambda w, v: v * v}
    for i, j, bound in bounds:
        if i != j:
            size = abs(numbers.get((name, i, j), 0)) * factors.get(name, lambda w, v: 0)(lengths[i], lengths[j])
            assert bound >= 5 * UNIT * size
        else:
            pairs = [other for other in range(3) if other != i and (name, i, other) in numbers]
            terms = (abs(numbers[name, i, o]) * own.get(name, lambda w, v: 0)(lengths[i], lengths[o]) for o in pairs)
            signed = sum((-1 if o == 2 else 1) * numbers[name, i, o] for o in pairs) if name == "pp" else 0
            alone = {"M": 1.0, "second": 2 * lengths[i] ** 2}.get(name, 0) * abs(numbers.get((name, i, i), 0))
            assert bound >= 8 * UNIT * (sum(terms) + abs(4 * signed) * lengths[i] ** 2 + alone) * (1 - 1e-12)
        assert bound < 1e-12


def test_the_spread_is_the_largest_row_sum_of_the_blocks() -> None:
    landscape = MadeUp(made_up(), radii={("q", 1, 0): 1.0, ("M", 0, 0): 0.5, ("M", 1, 1): 0.25})
    enclosure = hessian(landscape)  # type: ignore[arg-type]
    assert 1.5 <= enclosure.spread <= 1.5 + 1e-8
    assert 1.5 * 2**0.5 <= enclosure.row_spread <= 1.5 * 2**0.5 + 1e-8


def test_underflow_is_counted_by_the_dimension_and_the_neurons() -> None:
    """All numbers are 0, so that nothing else is left but what each step of a bound is rounded up by."""
    d, tiny = 100, 2.0**-1074
    landscape = MadeUp(dict.fromkeys(KEYS, 0.0), neurons=np.eye(3, d) / 8)
    landscape.input_dimension = d
    neurons, matrix = _neurons(landscape), np.zeros((2 * d, 2 * d))  # type: ignore[arg-type]
    own = _fill_diagonal(matrix, landscape, neurons).at_most / tiny  # type: ignore[arg-type]
    below = _fill_below(matrix, landscape, neurons).at_most[1, 0] / tiny  # type: ignore[arg-type]
    for bound, least in ((own[0], 8 * d * 4 * (1 + 3 / 8)), (own[1], 8 * d * 4 * (1 + 3 / 8)), (below, 4 * d * 1.25)):
        assert least <= bound <= least + 100
