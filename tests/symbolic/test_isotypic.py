"""The blocks of the checker, run on SymPy symbols, are those derived mechanically, for groups of every size."""

from __future__ import annotations

import pytest
import sympy
from sympy import Integer, Symbol

from tests.campaigns import campaign
from tests.symbolic.on_symbols import Symbolic
from verify.checker.core.symmetry import Orbit, RowClass
from verify.checker.losses import isotypic
from verify.checker.losses.dual_kernel import Jet, Second, SelfJet
from verify.checker.losses.symmetric import SymmetricLoss
from verify.producer.symmetry.derivation import Shape, kernel, second_derivative, student

MORE = [Symbol(f"more_{group}", positive=True, integer=True) for group in range(2)]
SHAPE = Shape((5 + MORE[0], 5 + MORE[1]), 1)
"""Two groups of any sizes above 5, and an extra row."""


class SymbolicMatrix:
    def __init__(self, rows):
        self.matrix = sympy.Matrix([[getattr(entry, "expression", entry) for entry in row] for row in rows])

    def transpose(self):
        return SymbolicMatrix(self.matrix.T.tolist())

    def __mul__(self, other):
        return SymbolicMatrix((self.matrix * other.matrix).tolist())

    def __add__(self, other):
        return SymbolicMatrix((self.matrix + other.matrix).tolist())

    def __truediv__(self, number):
        return SymbolicMatrix((self.matrix / number).tolist())


def jet(row, other, taught=""):
    at = {name: Symbolic(kernel(row, other, name, taught)) for name in ("p", "q", "pp", "pq", "ps", "qq", "qs")}
    return Jet(Symbolic(0), at["p"], at["q"], Second(*(at[name] for name in Second._fields)))


class Sizes:
    """What the blocks ask of a symmetry."""

    orbits = [Orbit(row, group, False, 0) if row != group or diagonal == 2 else Orbit(row, group, True, 0)
              for row in range(3) for group in range(2) for diagonal in ((1, 2) if row == group else (2,))]  # fmt: skip


@pytest.fixture
def at(monkeypatch):
    """The landscape with a symbol for each value and each derivative of the kernel."""
    monkeypatch.setattr(isotypic, "arb", Symbolic)
    monkeypatch.setattr(isotypic, "arb_mat", SymbolicMatrix)
    found = object.__new__(SymmetricLoss)
    entries = {(row, group): student(SHAPE, (row, 1), (group, 2)) for row in range(3) for group in range(2)}
    gamma = [student(SHAPE, (row, 1), (row, 1)) - entries[row, row] for row in range(2)]
    found.__dict__ |= {
        "symmetry": Sizes,
        "sizes": SHAPE.sizes,
        "classes": (RowClass(SHAPE.sizes[0], 0), RowClass(SHAPE.sizes[1], 1), RowClass(1, None)),
        "z": [[Symbolic(entries[row, group]) for group in range(2)] for row in range(3)],
        "gamma": [*map(Symbolic, gamma), Symbolic(0)],
        "alone": [SelfJet(Symbolic(0), Symbolic(0), Symbolic(Symbol(f"f_{row}"))) for row in range(3)],
        "regular_scalars": [Symbolic(Symbol(f"s_{row}")) for row in range(3)],
        "among": {(row, other): jet(row, other) for row in range(3) for other in range(3) if (row, other) != (2, 2)},
        "with_teacher": [
            [
                (kind, jet(row, kind.group, "own " if kind.own else "taught "))
                for kind in SymmetricLoss._taught(found_row(row), row)
            ]
            for row in range(3)
        ],
    }
    return found


def found_row(row):
    """As much of a landscape as is needed to list the kinds of teacher neurons that a row sees."""
    part = object.__new__(SymmetricLoss)
    part.sizes, part.classes = (
        SHAPE.sizes,
        (RowClass(SHAPE.sizes[0], 0), RowClass(SHAPE.sizes[1], 1), RowClass(1, None)),
    )
    return part


def form(block, unknowns):
    """The quadratic form of a block in some unknowns."""
    vector = sympy.Matrix(unknowns)
    return (vector.T * block[0].matrix * vector)[0, 0]


def same(first, second):
    return sympy.expand(first - second) == 0


@campaign
def test_trivial(at):
    x = sympy.symbols(f"x0:{len(Sizes.orbits)}")
    values = {(orbit.row, orbit.column, orbit.diagonal): x[index] for index, orbit in enumerate(Sizes.orbits)}

    def change(row, place):
        return values[row[0], place[0], row == place]

    assert same(form(isotypic.trivial(at), x), second_derivative(SHAPE, change, frozenset()))


def test_standard(at):
    x = sympy.symbols("K rho_0 rho_1 C c_1 c_2")
    K, rho, C, c = x[0], x[1:3], x[3], {1: x[4], 2: x[5]}

    def u(place):
        return {(0, 1): Integer(1), (0, 2): Integer(-1)}.get(place, Integer(0))

    def change(row, place):
        if row[0]:
            return c[row[0]] * u(place)
        return u(row) * (K * int(row == place) + rho[place[0]]) + C * u(place)

    derived = second_derivative(SHAPE, change, frozenset({(0, 1), (0, 2)}))
    assert same(2 * form(isotypic.standard(at, 0), x), derived)  # the checker's u is of unit length


@pytest.mark.parametrize("sign", [1, -1])
def test_single(at, sign):
    pattern = {(1, 3): 1, (1, 4): -1, (2, 3): -1, (2, 4): 1}

    def change(row, place):
        if row[0] or place[0]:
            return Integer(0)
        return Integer(pattern.get((row[1], place[1]), 0) + sign * pattern.get((place[1], row[1]), 0))

    derived = second_derivative(SHAPE, change, frozenset((0, number) for number in (1, 2, 3, 4)))
    found = isotypic.single(at, 0, sign)
    assert same(form(found, [1]) * 8, derived * found[1].matrix[0, 0])  # at different matrices, of squared norm 8 here


def test_pair(at):
    x, y = sympy.symbols("x y")

    def u(place):
        return Integer({1: 1, 2: -1}.get(place[1], 0))

    def change(row, place):
        if row[0] == place[0] or row[0] == 2:
            return Integer(0)
        return (y if row[0] else x) * u(row) * u(place)

    fixed = frozenset((group, number) for group in (0, 1) for number in (1, 2))
    derived = second_derivative(SHAPE, change, fixed)
    assert same(4 * form(isotypic.pair(at, 0, 1), [x, y]), derived)  # the checker's matrix X has unit norm


@campaign
def test_a_wrong_count_would_be_seen(at):
    def change(row, place):
        return Integer(1)

    derived = second_derivative(SHAPE, change, frozenset())
    right = form(isotypic.trivial(at), [1] * len(Sizes.orbits))
    assert same(right, derived)
    assert not same(right.subs(MORE[0], MORE[0] + 1), derived)
