"""Rule `random-teachers`.

Theorem. Let d >= k >= 2, v_1, ..., v_k independent and uniform on the unit sphere of R^d, G their Gram matrix,
0 < rho < 1, q = k (k - 1) / 2 and s = rho^2 / (2 (1 + rho)). If
  (1) x = d s / q > 1 and (q / 2) (x - 1 - log x) >= -log delta,
then |G - I|_F <= rho with probability at least 1 - delta, in R^d and in every larger dimension.
Proof. Let b_j be the square of the length of v_j's projection onto the span of v_1, ..., v_{j-1}. The b_j are
independent, distributed as Beta((j - 1) / 2, (d - j + 1) / 2), and |G - I|_F > rho implies b_2 + ... + b_k > s. Since
E exp(theta b_j) <= (1 - 2 theta / d)^(-(j - 1) / 2) for 0 <= theta < d / 2, Markov's inequality with 2 theta / d =
1 - 1 / x bounds the probability by exp(-(q / 2) (x - 1 - log x)), which decreases in d for x > 1. QED

Source: derived here; docs/TEACHERS.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from verify.checker.core.balls import ball
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Fact, maker, require
from verify.checker.core.outcome import Refuted, decide
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task, lower, upper
from verify.checker.statements.nearly_orthonormal_teachers import (
    NearbyWitness,
    NearlyOrthonormalTeachers,
    RandomTeachers,
)
from verify.checker.theorems.nearly_orthonormal_teachers import MinimumForNearbyTeachers

RULE = "random-teachers"


@dataclass(frozen=True, slots=True)
class MinimumForRandomTeachers(Fact):
    """What holds for nearby teachers, and that random teachers are nearby, but for some fractions of them."""

    minimum: MinimumForNearbyTeachers
    """Of these teachers: so k and the distance are its own."""
    fractions: tuple[RandomTeachers, ...]

    def proves(self, statement: Statement) -> bool:
        """What is proved of the nearby teachers, and that only so many are farther off."""
        return (
            isinstance(statement, NearlyOrthonormalTeachers)
            and statement.random_teachers == self.fractions
            and self.minimum.proves(replace(statement, random_teachers=()))
        )


_fact = maker(MinimumForRandomTeachers)


def random_teachers(
    task: Task[NearlyOrthonormalTeachers, NearbyWitness], minimum: MinimumForNearbyTeachers
) -> MinimumForRandomTeachers:
    """Prove hypothesis (1) for each fraction of the statement, whose minimum for nearby teachers is proved."""
    require(minimum, replace(task.statement, random_teachers=()))
    k, rho = task.statement.teachers, task.statement.distance
    pairs = k * (k - 1) // 2
    for index, (fraction, dimension) in enumerate(task.statement.random_teachers):
        ratio = dimension * rho**2 / (2 * (1 + rho) * pairs)
        name = f"random_teachers[{index}]"
        if ratio <= 1:
            raise Refuted(f"{name}: d s / q is at most {at_most(ratio)}, not above 1")
        exponent = Fraction(pairs, 2)
        x = ball(ratio)
        reached, wanted = ball(exponent) * (x - 1 - x.log()), -ball(fraction).log()
        message = f"{name}: the exponent {upper(reached)} does not reach -log delta = {upper(wanted)} by proof"
        decide(reached >= wanted, reached < wanted, message)
        from_on = at_most(Fraction(dimension), 9)
        measured = f"(q / 2) (x - 1 - log x) >= {lower(reached)}, x >= {at_least(ratio)}"
        hypothesis = f"from d = {from_on} on, at most {at_most(fraction)} of the teachers are farther off"
        task.record(RULE, hypothesis, measured)
    return _fact(minimum, task.statement.random_teachers)
