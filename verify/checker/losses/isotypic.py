"""The isotypic blocks of the Hessian at symmetric students, by Schur's lemma all that there is to know of it.

For each component of `Symmetry.components` the Hessian's quadratic form is evaluated on
changes of the student that stand for the whole component: u . H u' for two of them is a sum
over classes of rows with integer counts. A change of the row w_i is written delta_i; the
form needs only products such as w_i . delta_i and v . delta_i, which are linear functionals
of the component's unknowns. docs/SYMMETRY.md derives each block.
"""

from __future__ import annotations

from flint import arb, arb_mat

from verify.checker.core.balls import root
from verify.checker.losses.dual_kernel import Jet, Second
from verify.checker.losses.forms import Form, Functional, QuadraticForm, combination, unit
from verify.checker.losses.symmetric import SymmetricTeacherStudent


def trivial(at: SymmetricTeacherStudent) -> Form:
    """The Hessian on students with the same symmetry; one unknown for each orbit, in their order.

    The row of class r is changed by delta = K e_i + rho, rho constant on groups.
    """
    symmetry, sizes = at.symmetry, at.sizes
    unknowns = len(symmetry.orbits)
    rho: list[list[Functional]] = [[] for _ in at.classes]
    K: list[Functional] = [[arb(0)] * unknowns for _ in at.classes]
    for index, orbit in enumerate(symmetry.orbits):
        if orbit.diagonal:
            K[orbit.row] = unit(index, unknowns)
        else:
            rho[orbit.row].append(unit(index, unknowns))
            if at.classes[orbit.row].home == orbit.column:
                K[orbit.row] = combination((1, K[orbit.row]), (-1, rho[orbit.row][-1]))

    def seen_by(other: int, row: int) -> Functional:
        """w_j . delta_i for a row j != i of class `other` and i of class `row`."""
        home = at.classes[other].home
        terms = [
            (sizes[group] * z + (at.gamma[other] if group == home else 0), rho[row][group])
            for group, z in enumerate(at.z[other])
        ]
        return combination((at.at(other, at.classes[row].home), K[row]), *terms)

    hessian, norm = QuadraticForm(unknowns), QuadraticForm(unknowns)
    along = []  # w_i . delta_i
    for row, (count, home) in enumerate(at.classes):
        own = combination((1, seen_by(row, row)), (at.gamma[row], K[row]))
        along.append(own)
        square = [(arb(size), f, f) for size, f in zip(sizes, rho[row], strict=True)]
        if home is not None:
            square += [(arb(2), K[row], rho[row][home]), (arb(1), K[row], K[row])]
        second = at.kernel.alone(at.squares[row]).second
        norm.add(count, square)
        hessian.add(count * at.regular_scalars[row], square)
        hessian.add(2 * count * second, [(arb(1), own, own)])
        for other, jet in at.beside(row):
            _add_own(hessian, count * at.others(row, other), jet, own, seen_by(other, row))
        for kind, jet in at.with_teacher[row]:
            towards = combination((1, rho[row][kind.group]), (int(kind.own), K[row]))
            _add_own(hessian, -count * kind.size, jet, own, towards)
    for (row, other), jet in at.among.items():
        pairs = at.classes[row].size * at.others(row, other)
        product = [(arb(size), f, g) for size, f, g in zip(sizes, rho[row], rho[other], strict=True)]
        for first, second_row in ((row, other), (other, row)):
            first_home = at.classes[first].home
            if first_home is not None:
                product.append((arb(1), K[first], rho[second_row][first_home]))
        hessian.add(pairs * jet.q, product)
        if isinstance(jet.second, Second):
            of_row, of_other = seen_by(other, row), seen_by(row, other)
            hessian.add(
                arb(pairs),
                [
                    (2 * jet.second.pq, along[row], of_other),
                    (4 * jet.second.ps, along[row], along[other]),
                    (jet.second.qq, of_row, of_other),
                    (2 * jet.second.qs, of_row, along[other]),
                ],
            )
    return Form(hessian.matrix(), norm.matrix())


def standard(at: SymmetricTeacherStudent, group: int) -> Form:
    """The block of the standard representation of S_p of one group of size p >= 2.

    For u in R^p with sum u_i = 0 and |u| = 1, and v the vector sum u_i e_i: the row i of
    the group's class is changed by u_i (K e_i + rho) + C v, every other row by c v, c a number
    for each other class. With p = 2 the part C v is a combination of the others, and left out.
    """
    sizes, size, gamma = at.sizes, at.sizes[group], at.gamma[group]
    outside = [row for row in range(len(at.classes)) if row != group]
    unknowns = 1 + len(sizes) + len(outside) + (1 if size > 2 else 0)
    K = unit(0, unknowns)
    rho = [unit(1 + index, unknowns) for index in range(len(sizes))]
    C = unit(1 + len(sizes), unknowns) if size > 2 else [arb(0)] * unknowns
    c = {row: unit(unknowns - len(outside) + index, unknowns) for index, row in enumerate(outside)}

    def seen_by(other: int) -> Functional:
        """The coefficient of u_i in w_j . delta_i, for a row j != i and i of the group."""
        home = at.classes[other].home
        terms = [
            (sizes[place] * z + (at.gamma[other] if place == home else 0), rho[place])
            for place, z in enumerate(at.z[other])
        ]
        return combination((at.z[other][group], K), *terms)

    among_themselves = seen_by(group)
    own = combination((1, among_themselves), (gamma, K), (gamma, C))
    turned = combination((gamma, C))  # the coefficient of u_j in w_j . delta_i
    square = [(arb(places), f, f) for places, f in zip(sizes, rho, strict=True)]
    square += [(arb(1), K, K), (arb(size), C, C), (arb(2), K, rho[group]), (arb(2), K, C)]
    hessian, norm = QuadraticForm(unknowns), QuadraticForm(unknowns)

    # The rows of the group, by themselves.
    norm.add(1, square)
    hessian.add(at.regular_scalars[group], square)
    hessian.add(2 * at.kernel.alone(at.squares[group]).second, [(arb(1), own, own)])
    for other, jet in at.beside(group):
        if other == group:
            _add_fellows(hessian, size, jet, own, among_themselves, turned)
        else:
            _add_own(hessian, at.classes[other].size, jet, own, seen_by(other))
    for kind, jet in at.with_teacher[group]:
        if kind.own:
            _add_own(hessian, -1, jet, own, combination((1, K), (1, rho[group]), (1, C)))
        elif kind.group == group:
            _add_fellows(hessian, size, jet, own, rho[group], C, sign=-1)
        else:
            _add_own(hessian, -kind.size, jet, own, rho[kind.group])

    # The rows of the group with each other.
    jet = at.among[group, group]
    total = combination((1, K), (size, C))  # the sum of all delta_i is this multiple of v
    hessian.add(jet.q, [(arb(1), total, total), *[(-weight, f, g) for weight, f, g in square]])
    if isinstance(jet.second, Second):
        in_turn = combination((-1, among_themselves), (size - 1, turned))
        hessian.add(2 * jet.second.pq + 2 * jet.second.qs, [(arb(1), own, in_turn)])
        hessian.add(-4 * jet.second.ps, [(arb(1), own, own)])
        crossed = [(arb(-1), among_themselves, among_themselves), (arb(-1), turned, turned)]
        hessian.add(jet.second.qq, [*crossed, (arb(2 * (size - 1)), among_themselves, turned)])

    # Each other row by itself, with the group's rows, and with the others.
    for row in outside:
        count = at.classes[row].size
        norm.add(count, [(arb(1), c[row], c[row])])
        curvature = at.regular_scalars[row] + _qq(at.among[row, group]) * gamma * gamma
        for kind, jet in at.with_teacher[row]:
            if kind.group == group:
                curvature -= _qq(jet)
        hessian.add(count * curvature, [(arb(1), c[row], c[row])])
        jet = at.among[group, row]
        hessian.add(2 * count * jet.q, [(arb(1), c[row], total)])
        if isinstance(jet.second, Second):
            mixed = combination((2 * jet.second.pq, own), (jet.second.qq, seen_by(row)))
            hessian.add(2 * count * gamma, [(arb(1), c[row], mixed)])
        for other in outside:
            if others := at.others(row, other):
                hessian.add(count * others * at.among[row, other].q, [(arb(1), c[row], c[other])])
    return Form(hessian.matrix(), norm.matrix())


def single(at: SymmetricTeacherStudent, group: int, sign: int) -> Form:
    """The number for symmetric (sign 1) or antisymmetric (-1) changes of a group's square with zero row sums."""
    fellow = at.among[group, group]
    bend = _qq(fellow) * at.gamma[group] * at.gamma[group]
    number = at.regular_scalars[group] + bend - fellow.q + sign * bend
    for kind, jet in at.with_teacher[group]:
        if kind.group == group and not kind.own:
            number -= _qq(jet)
    return Form(arb_mat([[number]]), arb_mat([[1]]))


def pair(at: SymmetricTeacherStudent, first: int, second: int) -> Form:
    """The block of changes of the rectangles of two groups that have zero row and column sums."""

    def own(group: int, other: int) -> arb:
        number = at.regular_scalars[group] - at.among[group, group].q
        number += _qq(at.among[group, other]) * at.gamma[other] * at.gamma[other]
        taught = (_qq(jet) for kind, jet in at.with_teacher[group] if kind.group == other)
        return number - sum(taught, arb(0))

    mixed = _qq(at.among[first, second]) * at.gamma[first] * at.gamma[second]
    return Form(arb_mat([[own(first, second), mixed], [mixed, own(second, first)]]), arb_mat([[1, 0], [0, 1]]))


def block(at: SymmetricTeacherStudent, name: str) -> Form:
    """The block of a component, by the name that `Symmetry.components` gives it."""
    kind, *groups = name.split()
    places = [int(group) for group in groups]
    if kind == "trivial":
        return trivial(at)
    if kind == "standard":
        return standard(at, *places)
    if kind == "pair":
        return pair(at, *places)
    return single(at, places[0], 1 if kind == "symmetric" else -1)


def row_block(at: SymmetricTeacherStudent, name: str) -> Form:
    """The block of M, the matrix of a new input coordinate, by the name that `row_components` gives it."""
    kind, *groups = name.split()
    if kind == "standard":
        group = int(groups[0])
        return Form(arb_mat([[at.scalars[group] - at.among[group, group].q]]), arb_mat([[1]]))
    size = len(at.classes)
    hessian, norm = arb_mat(size, size), arb_mat(size, size)
    for row, (count, _) in enumerate(at.classes):
        norm[row, row] = arb(count)
        hessian[row, row] = count * at.scalars[row]
    for (row, other), jet in at.among.items():
        hessian[row, other] += at.classes[row].size * at.others(row, other) * jet.q
    return Form(hessian, norm)


def jacobian(at: SymmetricTeacherStudent) -> arb_mat:
    """The derivatives of `gradient` in the values: row by row, the trivial block over the size of the orbit."""
    rows = trivial(at).hessian.tolist()
    sizes = [orbit.size for orbit in at.symmetry.orbits]
    for row, size in zip(rows, sizes, strict=True):
        for index, other in enumerate(sizes):
            row[index] = row[index] / size
            if not at.spread.is_zero():
                part = at.spread * root(arb(other) / size)
                row[index] += part.union(-part)
    return arb_mat(rows)


def _add_own(form: QuadraticForm, count: int, jet: Jet, own: Functional, towards: Functional) -> None:
    """`count` terms delta . h1(w, v) delta, less the multiple of I: w . delta = own, v . delta = towards."""
    if isinstance(jet.second, Second):
        form.add(
            arb(count),
            [
                (4 * jet.second.pp, own, own),
                (4 * jet.second.pq, own, towards),
                (jet.second.qq, towards, towards),
            ],
        )


def _add_fellows(
    form: QuadraticForm,
    size: int,
    jet: Jet,
    own: Functional,
    towards: Functional,
    turned: Functional,
    sign: int = 1,
) -> None:
    """The same for all v_j, j != i, with v_j . delta_i = u_i towards + u_j turned, summed over i and j."""
    if isinstance(jet.second, Second):
        once = combination((size - 1, towards), (-1, turned))
        form.add(
            arb(sign),
            [
                (4 * (size - 1) * jet.second.pp, own, own),
                (4 * jet.second.pq, own, once),
                ((size - 1) * jet.second.qq, towards, towards),
                (-2 * jet.second.qq, towards, turned),
                ((size - 1) * jet.second.qq, turned, turned),
            ],
        )


def _qq(jet: Jet) -> arb:
    """kappa_qq, or 0 where the pair's blocks are a part of E."""
    return jet.second.qq if isinstance(jet.second, Second) else arb(0)
