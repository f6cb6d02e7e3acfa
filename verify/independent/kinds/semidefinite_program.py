"""The kind semidefinite-program: bounds of its value, and that it is infeasible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from ..fields import FILE_NAME, MAX_PRECISION, MIN_PRECISION, Field, interval, numbers, triangle
from ..intervals import Interval, Vector, dot, ends, total
from ..outcomes import Clock, Open, decide
from ..rational import exact_dot, exact_sum, prove_nonnegative, prove_semidefinite, solve, symmetric
from ..sdpa import Numbers, Sparse, paired, read_sdpa
from ..words import at_least, at_most, brief

MAX_VARIABLES = MAX_BLOCKS = MAX_TOTAL_ORDER = 10_000
MAX_CONSTRAINTS_HERE = MAX_ORDER_HERE = 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


def named_box(box: list[tuple[Fraction, Fraction]]) -> str:
    """The bounds of the variables, if they are few or all the same."""
    if len(set(box)) == 1:
        return f"{brief(box[0][0])} <= x_i <= {brief(box[0][1])} for every i"
    if len(box) > 8:
        return "x_i in the i-th interval of the file for every i"
    return " and ".join(f"{brief(low)} <= x_{i} <= {brief(high)}" for i, (low, high) in enumerate(box, start=1))


@dataclass(frozen=True)
class Program:
    """A statement about a semidefinite program, with its witness: the blocks of Y, or x. `zero` are the zero blocks."""

    claimed: str
    file: str
    sha256: str
    variables: int
    blocks: list[int]
    zero: frozenset[int]
    bound: Fraction | None
    box: list[tuple[Fraction, Fraction]] | None
    dual: Sparse | None
    x: list[Fraction] | None
    precision: int
    frame: dict[int, list[list[Fraction]]]
    content: bytes = b""

    def sentence(self) -> str:
        """What was proved."""
        side = "" if self.bound is not None else " (no x)" if self.x is None else " (no Y)"
        box = "" if self.box is None else " among the x with " + named_box(self.box)
        to_its_side = at_most if self.claimed == "sdp-upper-bound" else at_least
        bound = "" if self.bound is None else f" {to_its_side(self.bound)}{box}"
        zero = f", the blocks {', '.join(str(n + 1) for n in sorted(self.zero))} of X zero" if self.zero else ""
        return f"{self.claimed}{bound}{side} of the program of {self.file} with SHA-256 {self.sha256}{zero}"

    def prove(self, clock: Clock) -> None:
        """1 to 3 of the rule."""
        data = read_sdpa(self.content, self.variables, self.blocks)
        if self.frame:
            data = Numbers(data.c, [self._seen_through(F, clock) for F in data.F])
        if self.dual is not None:
            self._by_dual(data, self.dual, clock)
        else:
            self._by_point(data, self.x or [], clock)

    @property
    def _bits(self) -> int:
        return 128 + 2 * self.precision

    def _by_dual(self, data: Numbers, Y: Sparse, clock: Clock) -> None:
        """A lower bound, or that there is no x."""
        wanted = data.c if self.bound is not None else [Fraction(0)] * self.variables
        rest = [c - paired(F, Y, clock) for c, F in zip(wanted, data.F[1:], strict=True)]
        value = paired(data.F[0], Y, clock)
        moves: list[Sparse] = []
        if self.frame and self.box is None:
            # An empty F asks nothing of Y, and where something is asked that Y does not give, nothing does.
            decide(not any(r for r, F in zip(rest, data.F[1:], strict=True) if not F), True, "<0, Y> = 0")
            rest = [r for r, F in zip(rest, data.F[1:], strict=True) if F]
            data = Numbers(data.c, [data.F[0], *filter(None, data.F[1:])])
        if self.box is not None:
            value += exact_sum((min(r * low, r * high) for r, (low, high) in zip(rest, self.box, strict=True)), clock)
        elif any(rest):
            moves = data.F[1:]
        t = self._correction(moves, rest, clock)
        self._semidefinite("Y", Y, moves, t, clock)
        gains = [paired(data.F[0], F, clock) for F in moves]
        self._reaches(value, gains, t, self.bound, "<F_0, Y> is as large as claimed")

    def _seen_through(self, F: Sparse, clock: Clock) -> Sparse:
        """U^T F U, where the witness gives U for a block: Y = U Z U^T, and Z is what `dual` has."""
        found: Sparse = {}
        for (block, i, j), x in F.items():
            U = self.frame.get(block)
            if U is None:
                found[block, i, j] = x
                continue
            clock.tick()
            for a, left in enumerate(U[i]):
                for b, right in enumerate(U[j]):
                    product = x * left * right
                    for p, q in {(a, b)} if i == j else {(a, b), (b, a)} if a != b else {(a, b)}:
                        if product and p <= q:
                            twice = 2 if i != j and a == b else 1
                            found[block, p, q] = found.get((block, p, q), Fraction(0)) + twice * product
        return {place: x for place, x in found.items() if x}

    def _by_point(self, data: Numbers, x: list[Fraction], clock: Clock) -> None:
        """An upper bound, or that there is no Y."""
        X: dict[tuple[int, int, int], list[Fraction]] = {}
        for factor, F in zip([Fraction(-1 if self.bound is not None else 0), *x], data.F, strict=True):
            for place, entry in F.items():
                X.setdefault(place, []).append(factor * entry)
        sums = {place: exact_sum(terms, clock) for place, terms in X.items()}
        places = sorted(place for place in sums if place[0] in self.zero and sums[place])
        rows: list[Sparse] = []
        if places:
            places = sorted((block, a, a) for block in self.zero for a in range(abs(self.blocks[block])))
            rows = [{(0, i, i): F[place] for i, F in enumerate(data.F[1:]) if place in F} for place in places]
        s = self._correction(rows, [-sums.get(place, Fraction(0)) for place in places], clock)
        zero = Interval(0, 0, self._bits)
        t = [zero] * self.variables if s else []
        for s_row, row in zip(s, rows, strict=True):
            for (_, i, _), entry in row.items():
                t[i] = t[i] + s_row * Interval.of(entry, self._bits)
        self._semidefinite("the matrix", sums, data.F[1:], t, clock)
        value, least = -exact_dot(data.c, x, clock), None if self.bound is None else -self.bound
        self._reaches(value, [-c for c in data.c], t, least, "c.x is as small as claimed")

    def _reaches(self, value: Fraction, gains: list[Fraction], t: Vector, least: Fraction | None, what: str) -> None:
        """value + t.gains is at least the bound; positive, if there is none."""
        low = high = value
        if t:
            low, high = ends(Interval.of(value, self._bits) + dot(t, [Interval.of(gain, self._bits) for gain in gains]))
        decide(*((low > 0, high <= 0) if least is None else (low >= least, high < least)), what)

    def _correction(self, rows: list[Sparse], rest: list[Fraction], clock: Clock) -> Vector:
        """Enclosures of t = (A A^T)^-1 rest, where A has these rows; nothing if there are none."""
        if len(rows) > MAX_CONSTRAINTS_HERE:
            raise Open(f"more than {MAX_CONSTRAINTS_HERE} equations that the witness does not satisfy exactly")
        if not rows:
            return []
        gram = symmetric([[paired(rows[a], rows[b], clock) for b in range(a + 1)] for a in range(len(rows))])
        return solve(gram, rest, self._bits, clock)

    def _semidefinite(self, name: str, exact: Sparse, moves: list[Sparse], t: Vector, clock: Clock) -> None:
        """exact + sum t_j moves_j is positive semidefinite in each block that is no zero block."""
        changed: dict[int, dict[tuple[int, int], Vector]] = {}
        for factor, move in zip(t, moves if t else [], strict=True):
            for (block, a, b), x in move.items():
                places = changed.setdefault(block, {})
                places.setdefault((a, b), []).append(factor * Interval.of(x, self._bits))
        for block, signed in enumerate(self.blocks):
            clock.tick()
            order, what = abs(signed), f"the block {block + 1} of {name}"
            order = len(self.frame[block][0]) if block in self.frame else order
            if block in self.zero:
                continue
            added = {place: total(terms, self._bits) for place, terms in changed.get(block, {}).items()}
            if signed < 0:
                for a in range(order):
                    low = high = exact.get((block, a, a), Fraction(0))
                    if (a, a) in added:
                        low, high = ends(Interval.of(low, self._bits) + added[a, a])
                    decide(low >= 0, high < 0, f"{what} has no negative entry")
                continue
            if order > MAX_ORDER_HERE:
                raise Open(f"a block of the order {order} is more than this checker's {MAX_ORDER_HERE}")
            A = symmetric([[exact.get((block, b, a), Fraction(0)) for b in range(a + 1)] for a in range(order)])
            if not added:
                prove_semidefinite(what, A, clock)
                continue
            H = [[Interval.of(x, self._bits) for x in row] for row in A]
            for (a, b), change in added.items():
                H[a][b] = H[b][a] = H[a][b] + change
            prove_nonnegative(what, H, clock)


def read_program(statement: Field, witness: Field) -> Program:
    """A statement of the kind semidefinite-program with its witness."""
    name = statement.member("property").word("sdp-lower-bound", "sdp-upper-bound", "sdp-infeasible")
    optional = ("box",) if name == "sdp-lower-bound" else ()
    own = "side" if name == "sdp-infeasible" else "bound"
    fields = statement.members("landscape", "property", own, optional=optional)
    land = fields["landscape"].members("kind", "data", "variables", "blocks", optional=("equalities",))
    data = land["data"].members("file", "sha256")
    if not FILE_NAME.fullmatch(data["file"].word()):
        data["file"].fail("must be a plain file name")
    if not SHA256.fullmatch(data["sha256"].word()):
        data["sha256"].fail("must be 64 lower-case hexadecimal digits")
    m = land["variables"].integer(1, MAX_VARIABLES)
    blocks = [entry.integer(-MAX_TOTAL_ORDER, MAX_TOTAL_ORDER) for entry in land["blocks"].entries(1, MAX_BLOCKS)]
    if 0 in blocks or sum(map(abs, blocks)) > MAX_TOTAL_ORDER:
        land["blocks"].fail(f"must be orders that are not 0 and add up to at most {MAX_TOTAL_ORDER}")
    equalities = land["equalities"].entries(1, len(blocks)) if "equalities" in land else []
    zero = [entry.integer(1, len(blocks)) - 1 for entry in equalities]
    if len(set(zero)) < len(zero) or any(blocks[block] > 0 for block in zero):
        land["equalities"].fail("must be different diagonal blocks")
    by_point = name == "sdp-upper-bound"
    if name == "sdp-infeasible":
        by_point = fields["side"].word("inequality", "equality") == "equality"
    given = witness.members("precision", "point" if by_point else "dual", optional=() if by_point else ("frame",))
    frame: dict[int, list[list[Fraction]]] = {}
    if "frame" in given:
        for block, field in enumerate(given["frame"].entries(len(blocks), len(blocks))):
            most = max(blocks[block], 0)
            if rows := field.entries(0, most):
                if len(rows) != most:
                    field.fail(f"must have no rows or {most}")
                first = numbers(rows[0], 1, most)
                frame[block] = [first, *(numbers(row, len(first), len(first)) for row in rows[1:])]
    Y: Sparse = {}
    if not by_point:
        for block, field in enumerate(given["dual"].entries(len(blocks), len(blocks))):
            order = len(frame[block][0]) if block in frame else abs(blocks[block])
            if blocks[block] < 0:
                Y |= {(block, a, a): x for a, x in enumerate(numbers(field, order, order))}
            else:
                Y |= {(block, b, a): x for a, row in enumerate(triangle(field, order)) for b, x in enumerate(row)}
    return Program(
        claimed=name,
        file=data["file"].word(),
        sha256=data["sha256"].word(),
        variables=m,
        blocks=blocks,
        zero=frozenset(zero),
        bound=fields["bound"].number() if "bound" in fields else None,
        box=[interval(entry) for entry in fields["box"].entries(m, m)] if "box" in fields else None,
        dual=None if by_point else Y,
        x=numbers(given["point"], m, m) if by_point else None,
        frame=frame,
        precision=given["precision"].integer(MIN_PRECISION, MAX_PRECISION),
    )
