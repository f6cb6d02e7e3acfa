"""Exact Gram matrices: p = z^T G z with G rational and semidefinite, or a proof that there is none.

With v = V^T z for a rational frame V, the matrices Q with p = v^T Q v are given by linear equations, one a monomial.
The largest t with Q >= t I among them, and the linear functional L that its multipliers are, come from the
primal-dual method in float64, in variables scaled so that the coefficients are of one size:
  t > 0: Q is rounded and moved onto the equations exactly.
  t < 0: L(p) < 0 where L is nonnegative on squares; rounded, and checked exactly, it proves that p is no sum of
         squares.
  t = 0: every Q vanishes on the range of L's moment matrix (Borwein & Wolkowicz 1981), and on z(a) for a zero a of p.
         The integer vectors orthogonal to these, by LLL, are the next frame.
Where t's sign is no more than rounding noise all three are tried: what decides is exact.
Source: Peyrl & Parrilo 2008; Monniaux & Corbineau 2011 for the lattice.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq

from verify.checker.evaluators import rational
from verify.checker.public import Reason
from verify.checker.statements.polynomial import Exponents
from verify.producer.prover import NotCertified
from verify.producer.prover.rounding import on_grid
from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.gram_face import Face, Gram, face_of, is_semidefinite, whole
from verify.producer.sdp.gram_kernels import frames_at_zeros, guessed_frames, zeros_among
from verify.producer.sdp.instance import Array
from verify.producer.sdp.primal_dual import Progress, iterate, start
from verify.producer.sdp.refinement import Dual, Refinement, in_own_metric
from verify.producer.sdp.terms import Terms, exponent_of, factor, scaled, scales

STEPS = 60
GOAL = 1e-13
"""Of mu, in the scaled variables, where nothing decides before."""
LATE = 4
"""Iterates, from the end, whose Q are tried."""
CLEAR = 1e-4
"""Of |t| relative to Q: beyond it the other cases are not tried."""
MOST_BITS = 100
"""Of Q's entries, after the point."""
FUNCTIONAL_BITS = (20, 32, 48, 64)
"""Of a functional's."""
SECONDS = 5.0
"""Of one search, after which no further face is tried."""
MOST_FRAMES, DEEPEST = 16, 5
MOST_MONOMIALS = 100
"""In the squares."""


@dataclass
class Found:
    """What the search has come to."""

    gram: Gram | None = None
    refuted: bool = False
    """Whether a functional was found that is nonnegative on squares and negative on p; checked exactly."""
    means: list[float] | None = None
    """L(x_i) / L(1) of the best functional, where L(1) > 0: perhaps a point where p is small."""
    largest: float = -np.inf
    """About the largest least eigenvalue."""


def exact_gram(
    terms: Terms, basis: Sequence[Exponents], near_zeros: Callable[[], Sequence[Sequence[Fraction]]] = lambda: ()
) -> Found:
    """The monomials' Gram matrix, lower triangle; or a proof that there is none; or neither.

    basis: must have all monomials that squares which sum up to p can have.
    near_zeros: asked for points where p may be 0, to many digits, if p seems to be 0 somewhere.
    Raises NotCertified where the basis is too large.
    """
    if len(basis) > MOST_MONOMIALS:
        raise NotCertified(
            f"the squares may have {len(basis)} monomials; at most {MOST_MONOMIALS} are tried", {}, Reason.TOO_LARGE
        )
    powers = scales(terms)
    inner = scaled(terms, powers)
    size = max((abs(value) for value in inner.values()), default=Fraction(0)) or Fraction(1)
    unit = Fraction(2) ** -(abs(size.numerator).bit_length() - size.denominator.bit_length())
    inner = {exponents: value * unit for exponents, value in inner.items()}
    found = Found()
    _Search(inner, list(basis), found, lambda: zeros_among(terms, near_zeros(), powers)).run(
        [exponent_of(exponents, powers) for exponents in basis]
    )
    if found.gram is not None:  # G_ij of the unscaled variables
        factors = [factor(exponents, powers) for exponents in basis]
        found.gram = [
            [entry / (factors[i] * factors[j] * unit) for j, entry in enumerate(row)]
            for i, row in enumerate(found.gram)
        ]
    if found.means is not None:
        found.means = [mean * 2.0**k for mean, k in zip(found.means, powers, strict=True)]
    return found


class _Search:
    """From face to smaller face."""

    def __init__(
        self, terms: Terms, basis: list[Exponents], found: Found, zeros: Callable[[], list[list[Fraction]]]
    ) -> None:
        self._terms, self._basis, self._found, self._zeros = terms, basis, found, zeros
        self._tried: set[str] = set()
        self._deadline = time.monotonic() + SECONDS

    def run(self, lattice: list[int]) -> None:
        """Fill in what was found."""
        face = face_of(self._terms, self._basis, None, lattice)
        if face is not None:
            self._on(face, 0)

    def _on(self, face: Face, depth: int) -> bool:
        """Whether the search is over, after this face and those in it."""
        if face.order == 1:
            return self._alone(face)
        program = face.program()
        kept = _iterates(program)
        if not kept:
            return False
        t, size = kept[-1].dual_value, max(1e-300, float(np.abs(kept[-1].at.Y[0]).max()))
        if depth == 0:
            self._found.largest = t
        if t < CLEAR * size and depth == 0 and self._refuted(face, kept):
            return True
        if t > -CLEAR * size and self._rounded(face, program, kept):
            return True
        if abs(t) <= CLEAR * size and depth < DEEPEST:
            guesses = guessed_frames(kept[-LATE:], face)
            if depth == 0:
                guesses = itertools.chain(frames_at_zeros(self._basis, self._zeros(), face), guesses)
            for frame, lattice in guesses:
                key = str(frame)
                if len(self._tried) >= MOST_FRAMES or time.monotonic() > self._deadline:
                    return False
                if key in self._tried:
                    continue
                self._tried.add(key)
                inside = face_of(self._terms, self._basis, frame, lattice)
                if inside is not None and self._on(inside, depth + 1):
                    return True
        return False

    def _alone(self, face: Face) -> bool:
        """The same, of one column: Q is a number, which the equations give."""
        exact = face.moved([Fraction(0)])
        if exact is not None and is_semidefinite(exact):
            self._found.gram = whole(exact, face.frame)
        return self._found.gram is not None

    def _rounded(self, face: Face, program: FloatProgram, kept: list[Progress]) -> bool:
        """Whether a Q near one of the iterates' is semidefinite and satisfies the equations, exactly."""
        refinement = Refinement(program)
        i, j = np.tril_indices(face.order)
        for progress in reversed(kept[-LATE:]):
            dual = Dual.of(progress.at)
            try:
                refinement.refined(dual, in_own_metric(program, progress.at))
            except (np.linalg.LinAlgError, ValueError):
                continue
            t = float(dual.high[-1][0])
            if np.linalg.eigvalsh(dual.high[0][0])[0] < -CLEAR:
                continue
            high, low = dual.high[0][0][i, j] + np.where(i == j, t, 0.0), dual.low[0][0][i, j]
            if not np.isfinite(high).all():
                continue
            for bits in _bits(t, face.order):
                if time.monotonic() > self._deadline:
                    return False
                near = [
                    on_grid(Fraction(a) + Fraction(b), bits) for a, b in zip(high.tolist(), low.tolist(), strict=True)
                ]
                exact = face.moved(near)
                if exact is None:
                    return False
                if is_semidefinite(exact):
                    self._found.gram = whole(exact, face.frame)
                    return True
        return False

    def _refuted(self, face: Face, kept: list[Progress]) -> bool:
        """Whether a rounded functional has a semidefinite moment matrix and is negative on p, exactly."""
        place = {monomial: index for index, monomial in enumerate(face.monomials)}
        origin = place.get((0,) * len(face.monomials[0]))
        for progress in reversed(kept):
            x = progress.at.x
            self._see_means(face, x, origin)
            if progress.value >= 0:
                continue
            scale = float(np.abs(x).max()) or 1.0
            for bits in FUNCTIONAL_BITS:
                moments = [rational(on_grid(float(entry) / scale, bits)) for entry in x]
                if sum((c * y for c, y in zip(face.wanted, moments, strict=True)), fmpq(0)) >= 0:
                    continue
                matrix = [[fmpq(0)] * (a + 1) for a in range(face.order)]
                for each, moment in zip(face.entries, moments, strict=True):
                    for (a, b), value in each.items():
                        matrix[a][b] += value * moment
                if is_semidefinite(matrix):
                    self._found.refuted = True
                    return True
        return False

    def _see_means(self, face: Face, x: Array, origin: int | None) -> None:
        if origin is None or self._found.means is not None or x[origin] <= 0:
            return
        count = len(face.monomials[0])
        units = [tuple(int(i == j) for j in range(count)) for i in range(count)]
        places = [face.monomials.index(unit) if unit in face.monomials else None for unit in units]
        self._found.means = [0.0 if index is None else float(x[index] / x[origin]) for index in places]


def _bits(t: float, order: int) -> list[int]:
    """With which Q is rounded: those that t leaves room for; or few, for an exact Q of few digits, and many."""
    if t <= 2.0**-90:
        return [6, 20, MOST_BITS]
    need = max(4, math.ceil(math.log2(order / t)))
    return [bits for bits in (need, need + 6) if bits < MOST_BITS] + [MOST_BITS]


def _iterates(program: FloatProgram) -> list[Progress]:
    """The last iterates; fewer where the sign of t is clear before."""
    kept: list[Progress] = []
    with np.errstate(all="ignore"):
        for found in iterate(program, start(program), lambda value: GOAL / program.order, STEPS):
            if not np.isfinite([found.mu, found.missing, found.defect, found.value]).all():
                break
            kept.append(found)
            t, gap = found.dual_value, program.order * found.mu
            if found.missing < 1e-10 and found.defect < 1e-10 and gap < 0.01 * abs(t) and min(found.value, t) * t > 0:
                break
            if len(kept) > 8 and found.mu > 0.7 * kept[-9].mu:
                break
    return kept
