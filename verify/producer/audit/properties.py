"""The table of properties: what may prove each, and what may refute it, in this order.

What a property means, and which keys it uses, stands in `keys.py`. An attempt makes certificates (`makers.py`) and
settles a claim only if what the checker verified implies the verdict (`evidence.py`), whatever the prover was asked
for; `says` is what follows, a clause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from verify.checker.statements import small_empirical_risk
from verify.checker.statements.interpolation import equations
from verify.producer.audit import counts, evidence, gram, linear, makers, wide
from verify.producer.audit.claims import Claim
from verify.producer.audit.evidence import MINIMA, Settles
from verify.producer.audit.makers import Maker
from verify.producer.prover.convex import is_affine

Condition = Callable[[Claim], bool]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to settle a claim."""

    make: Maker
    settles: Settles
    says: str
    when: tuple[Condition, ...] = ()
    """Where the attempt makes sense."""
    concludes: bool = False
    """Whether what follows is more than what the one certificate says."""
    everywhere: bool = False
    """Whether it settles the claim for every `within`."""
    leads: Condition = lambda claim: False
    """Where the reason for which it failed is what a reader of an undecided claim is told first."""

    def applies(self, claim: Claim) -> bool:
        """Whether it makes sense for a claim."""
        return all(condition(claim) for condition in self.when)


def _here(claim: Claim) -> bool:
    return not claim.reach


def _around(claim: Claim) -> bool:
    return claim.reach > 0


def _bends(claim: Claim) -> bool:
    """The network has kinks, or the loss."""
    return claim.risk.bends()


def _made_of_lines(claim: Claim) -> bool:
    """Every unit is linear on one side at least."""
    layers = claim.risk.exact.network.layers
    return all(layer.activation.is_piecewise_linear or layer.activation.name == "elu" for layer in layers)


def _may_interpolate(claim: Claim) -> bool:
    """A loss of 0 can be reached to first order: squares without decay, no more equations than parameters."""
    landscape = claim.risk.exact
    decays = landscape.weight_decay or landscape.bias_decay or landscape.sample_weights
    return landscape.loss == "squares" and not decays and equations(landscape) <= landscape.trained


def _all_linear(claim: Claim) -> bool:
    layers = [layer.activation for layer in claim.risk.exact.network.layers]
    return all(activation.is_piecewise_linear and not activation.has_kink for activation in layers)


def _affine(claim: Claim) -> bool:
    return is_affine(claim.risk)


def _classifies(claim: Claim) -> bool:
    landscape = claim.risk.exact
    return landscape.loss != "squares" and not (landscape.weight_decay or landscape.bias_decay)


def _with_loss(claim: Claim) -> bool:
    return claim.loss is not None


def _with_point(claim: Claim) -> bool:
    return claim.point is not None


def _without_point(claim: Claim) -> bool:
    return claim.point is None


def _without_better(claim: Claim) -> bool:
    return claim.better is None


SMALLER = "the loss is smaller arbitrarily near the point"
BETTER = "another point has a smaller loss"
OTHER = "the loss is not the claimed one"
LEAST = "the loss there is 0, the least there is"
MINIMUM = "the point is a local minimum"
NOWHERE = "there is no critical point that near"
THERE = "there is one"
SPURIOUS = ("spurious-local-minimum",)
STRICT = ("strict-local-minimum", *SPURIOUS)

STATIONARY = ("strict-saddle", "degenerate-saddle")
LINEAR_GLOBAL = Attempt(linear.critical_point, linear.here("global-minimum"), LEAST, (linear.is_linear,))
LINEAR_IS_GLOBAL = replace(
    LINEAR_GLOBAL, settles=linear.here_whatever_the_loss("global-minimum"), says="the loss is nowhere smaller"
)
LINEAR_NO_MINIMUM = Attempt(
    linear.critical_point,
    linear.here_whatever_the_loss(*STATIONARY),
    "the point is no local minimum",
    (linear.is_linear,),
)
LINEAR_SADDLE = Attempt(linear.critical_point, linear.here("degenerate-saddle"), THERE, (linear.is_linear,))

ZERO = Attempt(makers.zero_loss, evidence.near("global-minimum"), "the loss is 0, the least there is")
ZERO_NEAR = Attempt(
    makers.zero_loss_near, evidence.zero_loss_inside, "the loss is 0 there", (_around, _may_interpolate)
)
ONLY_ZERO_AROUND = Attempt(
    makers.zero_loss_near,
    evidence.only_zero_loss_around,
    "every critical point that near has the loss 0, the least there is",
    (_around, _may_interpolate),
)
CONVEX = Attempt(makers.convex_minimum, evidence.convex_inside, "the loss is convex", (_around, _affine))
CONVEX_ELSEWHERE = Attempt(
    makers.convex_minimum,
    evidence.convex_minimum_elsewhere,
    "the loss is convex, and the one point at which it is least lies farther away",
    (_around, _affine),
)
ONLY_GLOBAL = Attempt(
    makers.convex_minimum,
    evidence.convex,
    "the loss is convex, so that each of its critical points is a global minimum",
    (_affine,),
    everywhere=True,
)
CONVEX_HERE = Attempt(makers.convex_minimum, evidence.here(*evidence.GLOBAL), "the loss is convex", (_here, _affine))
LEAST_HERE = Attempt(
    makers.near_infimum,
    evidence.least_here,
    "the loss is least among those of all affine functions of the inputs",
    (_here, _all_linear),
)
NOT_ATTAINED = Attempt(
    makers.not_attained,
    evidence.not_attained,
    "there is no global minimum: the infimum is not attained",
    (_classifies,),
    everywhere=True,
)
SEPARATES = replace(
    NOT_ATTAINED,
    settles=evidence.here_whatever_the_loss("no-global-minimum"),
    says="the loss falls with the last layer's size",
    everywhere=False,
)
EXACT = Attempt(makers.exact_minimum, evidence.near(*MINIMA), MINIMUM, (_made_of_lines,))
NO_MINIMUM = Attempt(makers.no_local_minimum, evidence.here_whatever_the_loss("not-a-local-minimum"), SMALLER, (_here,))
EMPTY = Attempt(makers.no_critical_point, evidence.nothing_within_reach, NOWHERE)
OTHER_LOSS = Attempt(makers.value, evidence.another_loss_here, OTHER, (_with_loss,))
OTHER_LOSS_AROUND = Attempt(
    makers.minimum_all_around,
    evidence.only_minimum_has_another_loss,
    "the one critical point that near has not the claimed loss",
    (_with_loss, _around),
)
NO_MINIMUM_AROUND = Attempt(
    makers.no_local_minimum_around, evidence.no_minimum_within_reach, "there is no local minimum that near", (_around,)
)
NO_MINIMUM_SO_NEAR = (
    NO_MINIMUM,
    replace(SEPARATES, when=(_classifies, _here)),
    EMPTY,
    NO_MINIMUM_AROUND,
    replace(OTHER_LOSS, when=(_with_loss, _here)),
    OTHER_LOSS_AROUND,
    LINEAR_NO_MINIMUM,
    CONVEX_ELSEWHERE,
)
IS_GLOBAL = Attempt(makers.zero_loss, evidence.here_whatever_the_loss("global-minimum"), LEAST)
IS_MINIMUM = Attempt(makers.exact_minimum, evidence.here_whatever_the_loss(*MINIMA), MINIMUM, (_made_of_lines,))
FALLS = Attempt(makers.no_local_minimum, evidence.here("not-a-local-minimum"), SMALLER)

MINIMUM_NEAR = Attempt(
    makers.minimum_near, evidence.minimum_inside(*STRICT), MINIMUM, (_around,), leads=lambda claim: not _bends(claim)
)
IN_BOX = small_empirical_risk.PROPERTIES

PROVE: dict[str, tuple[Attempt, ...]] = {
    "local-minimum": (
        replace(ZERO, says="A global minimum is a local one", concludes=True),
        replace(ZERO_NEAR, says="A global minimum is a local one", concludes=True),
        *(
            replace(attempt, says="A global minimum is a local one", concludes=True)
            for attempt in (CONVEX, CONVEX_HERE)
        ),
        EXACT,
        MINIMUM_NEAR,
        Attempt(makers.minimum_on_kinks, evidence.basin_inside, MINIMUM, (_around,), leads=_bends),
        replace(LINEAR_GLOBAL, says="A global minimum is a local one", concludes=True),
    ),
    "suboptimal-local-minimum": (
        Attempt(makers.exact_minimum, evidence.near("suboptimal-local-minimum"), BETTER, (_made_of_lines,)),
        Attempt(makers.minimum_near, evidence.minimum_inside(*SPURIOUS), BETTER, (_around,)),
    ),
    "strict-local-minimum": (
        MINIMUM_NEAR,
        Attempt(
            makers.ball_and_known_point,
            evidence.strict_at_known_point,
            "A local minimum in a ball in which the Hessian is positive definite is strict",
            concludes=True,
        ),
        replace(CONVEX, says="It is the only one, and the loss is larger elsewhere", concludes=True),
        Attempt(makers.strict_minimum_on_kinks, evidence.strict_basin_inside, MINIMUM, (_around,), leads=_bends),
    ),
    "global-minimum": (ZERO, LINEAR_GLOBAL, ZERO_NEAR, CONVEX_HERE, CONVEX, LEAST_HERE),
    "saddle": (
        Attempt(makers.degenerate_saddle, evidence.near("degenerate-saddle"), THERE),
        LINEAR_SADDLE,
        Attempt(makers.critical_near, evidence.saddle_inside, THERE, (_around,)),
        Attempt(makers.flat_saddle, evidence.flat_saddle_inside, THERE, (_around,)),
    ),
    "no-critical-point": (EMPTY, CONVEX_ELSEWHERE),
    "not-a-local-minimum": (
        FALLS,
        replace(LINEAR_NO_MINIMUM, settles=linear.here(*STATIONARY)),
        replace(SEPARATES, settles=evidence.here("no-global-minimum"), says=SMALLER),
    ),
    "no-global-minimum": (Attempt(makers.not_attained, evidence.not_attained, "the infimum 0 is not attained"),),
    "not-a-global-minimum": (
        Attempt(makers.better_point, evidence.here("not-a-global-minimum"), BETTER),
        replace(FALLS, when=(_without_better,), says="So it is no global minimum either", concludes=True),
    ),
    "value": (Attempt(makers.value, evidence.here("value"), "the loss is the claimed one"),),
    "degenerate-local-minimum": (Attempt(makers.constant_outputs, evidence.constant_outputs, MINIMUM),),
    "degenerate-local-minimum-of-every-width": (Attempt(makers.every_width, evidence.every_width, MINIMUM),),
    "count-of-strict-local-minima": (
        Attempt(makers.product_of_minima, counts.counted, "there are as many"),
        Attempt(
            makers.separate_minima,
            counts.disjoint_minima,
            "These minima lie in balls that do not meet, so they are different ones",
            concludes=True,
        ),
    ),
    **dict.fromkeys(IN_BOX, (Attempt(makers.in_box, counts.listed_in_box, "the list of them is complete"),)),
    small_empirical_risk.ATTRACTION: (
        Attempt(makers.in_box, counts.listed_in_box, "the gradient points away from the minimum"),
    ),
    "gradient-descent-reaches": (Attempt(linear.run, linear.reached, "the loss is as claimed"),),
    "gradient-descent-converges": (Attempt(linear.convergence, linear.converged, "it converges"),),
    "gradient-descent-stays-above": (Attempt(linear.stays_above, linear.stayed_above, "it stays above the loss"),),
    "feature-rank": (Attempt(wide.rank, wide.has_rank, "the features have full rank"),),
    "every-critical-point-global": (
        Attempt(wide.critical_points, wide.no_bad_critical_point, "all critical points off a null set are global"),
    ),
    "every-full-rank-local-minimum-global": (
        Attempt(wide.local_minima, wide.no_bad_local_minimum, "all such local minima are global"),
    ),
    "limiting-gram-matrix": (Attempt(gram.as_claimed, gram.has_eigenvalue, "the smallest eigenvalue is as claimed"),),
}
"""What may prove each property."""

REFUTE: dict[str, tuple[Attempt, ...]] = {
    "local-minimum": NO_MINIMUM_SO_NEAR,
    "suboptimal-local-minimum": (
        replace(IS_GLOBAL, when=(_here,)),
        *NO_MINIMUM_SO_NEAR,
        Attempt(
            makers.ball_and_zero,
            evidence.only_minimum_is_global,
            "the one local minimum that near has the loss 0, the least there is",
            (_around,),
        ),
        ONLY_ZERO_AROUND,
        ONLY_GLOBAL,
    ),
    "strict-local-minimum": (
        *NO_MINIMUM_SO_NEAR,
        replace(
            ONLY_ZERO_AROUND,
            settles=evidence.only_flat_zero_loss_around,
            says="every local minimum that near lies on a surface of points of loss 0",
        ),
        Attempt(
            makers.no_strict_minimum,
            evidence.no_strict_minimum_within_reach,
            "the loss is constant on a curve through each point that near",
        ),
    ),
    "global-minimum": (
        Attempt(makers.better_point, evidence.here_whatever_the_loss("not-a-global-minimum"), BETTER, (_here,)),
        NO_MINIMUM,
        LINEAR_NO_MINIMUM,
        NOT_ATTAINED,
        EMPTY,
        CONVEX_ELSEWHERE,
        Attempt(
            makers.zero_loss,
            evidence.least_loss_is_another,
            "the loss is 0 at a point, so that the loss of every global minimum is 0",
            (_with_loss,),
        ),
        replace(OTHER_LOSS, when=(_with_loss, _here)),
        Attempt(
            makers.minimum_all_around,
            evidence.only_minimum_is_not_global,
            "the one local minimum that near is not global",
            (_around,),
        ),
    ),
    "saddle": (
        EMPTY,
        replace(IS_GLOBAL, when=(_here,)),
        LINEAR_IS_GLOBAL,
        replace(IS_MINIMUM, when=(_made_of_lines, _here)),
        Attempt(
            makers.minimum_all_around,
            evidence.convex_all_around,
            "the Hessian is positive definite at every point that near",
        ),
        ONLY_ZERO_AROUND,
        ONLY_GLOBAL,
        replace(OTHER_LOSS, when=(_with_loss, _here)),
    ),
    "no-critical-point": (
        Attempt(makers.critical_near, evidence.critical_within_reach, THERE, (_around,)),
        Attempt(makers.convex_minimum, evidence.critical_within_reach, THERE, (_around, _affine)),
        Attempt(makers.degenerate_saddle, evidence.critical_within_reach, THERE),
        Attempt(makers.zero_loss, evidence.critical_within_reach, THERE),
        Attempt(makers.zero_loss_near, evidence.critical_within_reach, THERE, (_around, _may_interpolate)),
        Attempt(makers.exact_minimum, evidence.critical_within_reach, THERE, (_made_of_lines,)),
    ),
    "not-a-local-minimum": (IS_GLOBAL, IS_MINIMUM, LINEAR_IS_GLOBAL, OTHER_LOSS),
    "no-global-minimum": (
        Attempt(makers.zero_loss, evidence.attained, "there is one, of loss 0"),
        Attempt(makers.convex_minimum, evidence.attained, "there is one, as the loss is convex", (_affine,)),
    ),
    "not-a-global-minimum": (IS_GLOBAL, LINEAR_IS_GLOBAL, OTHER_LOSS),
    "value": (OTHER_LOSS,),
    "degenerate-local-minimum": (
        Attempt(makers.constant_outputs, evidence.constant_outputs_with_another_loss, OTHER, (_with_loss,)),
    ),
    "degenerate-local-minimum-of-every-width": (EMPTY,),
    "count-of-strict-local-minima": (replace(EMPTY, when=(_with_point,)),),
    **dict.fromkeys(
        IN_BOX, (Attempt(makers.in_box, counts.other_number_in_box, "the complete list has another number"),)
    ),
    small_empirical_risk.NO_SPURIOUS: (
        Attempt(makers.minima_in_box, counts.not_one_in_box, "the complete list has not one local minimum"),
    ),
    "gradient-descent-reaches": (
        Attempt(linear.run, linear.reached_another, "the loss after the steps is not as claimed"),
    ),
    "gradient-descent-converges": (
        Attempt(linear.stays_above, linear.never_near, "the loss stays above a positive number for ever"),
    ),
    "gradient-descent-stays-above": (
        Attempt(linear.run_below, linear.got_below, "the loss gets below the claimed one"),
    ),
    "feature-rank": (
        Attempt(wide.dead, wide.is_dead, "the features are 0 for an open set of parameters", (_without_point,)),
    ),
    "every-critical-point-global": (),
    "every-full-rank-local-minimum-global": (),
    "limiting-gram-matrix": (Attempt(gram.as_it_is, gram.has_another, "the smallest eigenvalue is another one"),),
}
"""What may refute each property."""
