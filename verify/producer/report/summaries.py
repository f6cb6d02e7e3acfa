"""A statement in few words, for tables and for what provers say on their way. What is proved, the checker says."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch

from verify.checker.public import Statement, at_least, at_most, exactly, reach, shown, within
from verify.checker.statements.all_widths import AllWidths
from verify.checker.statements.antiparallel_teachers import SuboptimalStudents
from verify.checker.statements.basin import LocalMinimumWithin, StrictMinimumWithin
from verify.checker.statements.constant_outputs import ConstantOutputs
from verify.checker.statements.convex import GlobalMinimumWithin
from verify.checker.statements.count_of_minima import CountOfMinima
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.descent_nearby import ConvergesNearby
from verify.checker.statements.every_data_set import PositiveDefiniteForEveryDataSet
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.family import Family
from verify.checker.statements.given_point import GivenPoint
from verify.checker.statements.gradient_descent import Reaches
from verify.checker.statements.identity_start import ConvergesFromIdentity
from verify.checker.statements.interpolation import ZeroLossWithin
from verify.checker.statements.limiting_gram_matrix import SmallestEigenvalue
from verify.checker.statements.linear_critical_point import LinearCriticalPoint
from verify.checker.statements.near_infimum import NearInfimum
from verify.checker.statements.nearly_orthonormal_teachers import DIGITS, NearlyOrthonormalTeachers
from verify.checker.statements.network_features import FeatureRank
from verify.checker.statements.networks_of_every_size import BadMinimumOfEverySize, NeverOnto, SingularUpperHessian
from verify.checker.statements.no_critical_point import NoCriticalPoint
from verify.checker.statements.polynomial import SumOfSquares
from verify.checker.statements.quadratic_network import QuadraticStatement
from verify.checker.statements.quadratic_networks import EveryLocalMinimumGlobal, LocalMinimumNotGlobal
from verify.checker.statements.random_initialisation import ConvergesFromRandomInitialisation
from verify.checker.statements.residual_linear import ResidualStatement
from verify.checker.statements.semidefinite_program import SemidefiniteStatement
from verify.checker.statements.small_empirical_risk import InBox
from verify.checker.statements.stays_above import StaysAbove
from verify.checker.statements.symmetric_students import SymmetricCriticalPoints
from verify.checker.statements.two_neuron_teachers import StatementOfTeachers
from verify.checker.statements.two_neurons import CriticalPointsComplete, counted
from verify.checker.statements.width_bound import BoundOfEveryWidth


@singledispatch
def summary(statement: Statement) -> str:
    """The property and the numbers, rounded so that they stay true; where nothing better is known, the scope."""
    return f"{statement.property}, {statement.scope}"


@summary.register
def _(statement: CriticalPoint) -> str:
    setting = statement.landscape.setting(every_dimension=statement.every_dimension)
    return f"{statement.property} ({setting}), loss in {within(statement.value)}, {statement.curvature()}"


@summary.register
def _(statement: EveryWidth) -> str:
    return f"{statement.property} (widths >= {statement.widths_from}), loss in {within(statement.value)}"


@summary.register
def _(statement: AllWidths) -> str:
    widths = ", ".join(map(str, statement.widths_from))
    return f"{statement.property} (widths >= {widths}, data nearby too), loss in {within(statement.value)}"


@summary.register
def _(statement: GivenPoint) -> str:
    return f"{statement.property} ({statement.landscape.setting()}), loss {statement.bounds(6)}"


@summary.register
def _(statement: NoCriticalPoint) -> str:
    return f"{statement.property} within {at_least(statement.radius)} ({statement.landscape.setting()})"


@summary.register
def _(statement: LocalMinimumWithin) -> str:
    where = f"{reach(statement.radius)} ({statement.landscape.setting()})"
    return f"{statement.property} {where}, loss in {within(statement.value)}, {statement.strictness()}"


@summary.register
def _(statement: StrictMinimumWithin) -> str:
    where = f"{reach(statement.radius)} ({statement.landscape.setting()})"
    return f"{statement.property} {where}, loss in {within(statement.value)}"


@summary.register
def _(statement: ZeroLossWithin) -> str:
    where = f"{reach(statement.radius)} ({statement.landscape.setting()})"
    return f"{statement.property} {where}, surface of dimension {statement.dimension}"


@summary.register
def _(statement: ConvergesNearby) -> str:
    starts = f"starts within {at_least(statement.radius)}, steps <= {shown(statement.step)}"
    return f"{statement.property} ({statement.landscape.setting()}), {starts}"


@summary.register
def _(statement: BoundOfEveryWidth) -> str:
    return f"{statement.property} ({statement.landscape.setting()}), loss >= {at_least(statement.at_least, 12)}"


@summary.register
def _(statement: GlobalMinimumWithin) -> str:
    where = f"{reach(statement.radius)} ({statement.landscape.setting()})"
    return f"{statement.property} {where}, loss in {within(statement.value)}"


@summary.register
def _(statement: NearInfimum) -> str:
    above = f"at most {at_most(statement.gap)} above the infimum" if statement.gap else "the least"
    return f"{statement.property} ({statement.landscape.setting()}), loss in {within(statement.value)}, {above}"


@summary.register
def _(statement: CountOfMinima) -> str:
    return f"{statement.property} >= {statement.at_least} ({statement.landscape.setting()})"


@summary.register
def _(statement: ConstantOutputs) -> str:
    return f"{statement.property} ({statement.landscape.setting()}), loss {shown(statement.value)}"


@summary.register
def _(statement: Family) -> str:
    return f"{statement.property} (every k >= {statement.least}, d >= k), {statement.numbers(statement.bounds)}"


@summary.register
def _(statement: NearlyOrthonormalTeachers) -> str:
    random = "".join(
        f", all but a fraction of {exactly(near.fraction) or at_most(near.fraction)} "
        f"from d = {at_most(Fraction(near.input_dimension), 9)} on"
        for near in statement.random_teachers
    )
    distance = exactly(statement.distance, DIGITS) or at_least(statement.distance)
    return f"{statement.property} (|G - I|_F <= {distance}, d >= {statement.teachers}){random}"


@summary.register
def _(statement: SumOfSquares) -> str:
    return f"{statement.property}: {statement.claim()}"


@summary.register
def _(statement: QuadraticStatement) -> str:
    return f"{statement.property}: {statement.claim()}"


@summary.register
def _(statement: SemidefiniteStatement) -> str:
    return f"{statement.property}: {statement.claim()}{statement.landscape.requirement()}"


@summary.register
def _(statement: ConvergesFromIdentity) -> str:
    return f"{statement.property} from the identity, k >= {at_least(statement.rate)} ({statement.scope})"


@summary.register
def _(statement: StaysAbove) -> str:
    loss = at_least(statement.loss)
    return f"{statement.property} {loss} from the identity ({statement.method.name}; {statement.scope})"


@summary.register
def _(statement: Reaches) -> str:
    subject = statement.landscape.subject()
    return f"{statement.property} ({subject[0].lower()}{subject[1:]}): {statement.claim()}"


@summary.register
def _(statement: LinearCriticalPoint) -> str:
    return f"{statement.property} ({statement.landscape.describe()}), loss {shown(statement.loss)}"


@summary.register
def _(statement: ResidualStatement) -> str:
    return f"{statement.property} ({statement.scope})"


@summary.register
def _(statement: InBox) -> str:
    return f"{statement.property}: {statement.in_words()} ({statement.landscape.setting()})"


@summary.register
def _(statement: SymmetricCriticalPoints) -> str:
    return f"{statement.property}: {counted(statement.points)}; {statement.scope}"


@summary.register
def _(statement: CriticalPointsComplete) -> str:
    return f"{statement.property}: {statement.counted()}; {statement.scope}"


@summary.register
def _(statement: SuboptimalStudents) -> str:
    return f"{statement.property} ({statement.landscape.setting(every_dimension=True)})"


@summary.register
def _(statement: StatementOfTeachers) -> str:
    return f"{statement.property}: {statement.landscape.describe()}, d >= 2"


@summary.register
def _(statement: FeatureRank) -> str:
    return f"{statement.property} {statement.rank}, {statement.scope}"


@summary.register
def _(statement: EveryLocalMinimumGlobal) -> str:
    which = "every C" if statement.every_perturbation else "almost every C"
    return f"{statement.property} for {which}: {statement.landscape.describe()}"


@summary.register
def _(statement: LocalMinimumNotGlobal) -> str:
    landscape = statement.landscape
    widths = f"{'every width k >=' if landscape.every_larger else 'width k ='} {landscape.width}"
    return f"{statement.property} ({widths}, 2k + {landscape.copies} samples)"


@summary.register
def _(statement: SingularUpperHessian | NeverOnto | BadMinimumOfEverySize) -> str:
    return f"{statement.property}: {statement.landscape.describe()}"


@summary.register
def _(statement: SmallestEigenvalue) -> str:
    above = "" if statement.at_most is None else f" and <= {at_most(statement.at_most)}"
    return f"{statement.property} >= {at_least(statement.at_least)}{above} ({statement.landscape.network()})"


@summary.register
def _(statement: ConvergesFromRandomInitialisation) -> str:
    sizes = f"m >= {statement.width}, but for a probability of {at_most(statement.failure_probability)}"
    return f"{statement.property}, {sizes} ({statement.landscape.network()})"


@summary.register
def _(statement: PositiveDefiniteForEveryDataSet) -> str:
    return f"{statement.property}: {statement.landscape.describe()}"
