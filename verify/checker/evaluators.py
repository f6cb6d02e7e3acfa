"""The checker's own evaluators of losses and some of its steps: for provers that look for what it accepts, and tests.

A list of names, imported here to be imported from here; nothing here is needed to check a file.
"""

from verify.checker.core.balls import spectral_norm
from verify.checker.losses.chain import Chain
from verify.checker.losses.conditions import Conditions, System
from verify.checker.losses.curve_risk import CurveRisk
from verify.checker.losses.deep_linear_network import (
    Data,
    Polynomial,
    as_fraction,
    ball_matrix,
    exact,
    gradients,
    multiplied,
    products,
    squared_norm,
    times,
    transposed,
    value,
)
from verify.checker.losses.descended import Descended, descended
from verify.checker.losses.directional import DirectionalRisk
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.exact_risk import ExactRisk, is_exact
from verify.checker.losses.feature_numbers import Enclosures as FeatureEnclosures
from verify.checker.losses.feature_numbers import Integers as FeatureIntegers
from verify.checker.losses.features import outputs as feature_outputs
from verify.checker.losses.frozen_risk import FrozenRisk, Slopes
from verify.checker.losses.gram_matrix import gram_matrix
from verify.checker.losses.hermite import Growth as HermiteGrowth
from verify.checker.losses.hermite import expand as hermite_expansion
from verify.checker.losses.isotypic import SymmetricTeacherStudent
from verify.checker.losses.kernels import SMOOTH, smooth
from verify.checker.losses.layer_activations import derivatives as activation_derivatives
from verify.checker.losses.limit_kernels import GROWTH as HERMITE_GROWTH
from verify.checker.losses.loss import Region
from verify.checker.losses.mixed_series import TooLarge, in_ball, is_zero
from verify.checker.losses.nearby_teachers import NearbyTeachers, own_norms
from verify.checker.losses.one_hidden_layer import DERIVATIVES as DERIVATIVE_BOUNDS
from verify.checker.losses.one_hidden_layer import Evaluated, OneHiddenLayer
from verify.checker.losses.one_neuron import OneNeuron
from verify.checker.losses.output_map import OutputMap
from verify.checker.losses.quadratic_network import QuadraticLoss
from verify.checker.losses.risk_in_box import Attracted, CriticalPoints, LeastPoints, LocalMinima, PointsInBox
from verify.checker.losses.same_functions import SameFunctions
from verify.checker.losses.sample_losses import may_bend, sample_loss
from verify.checker.losses.semidefinite_program import rational
from verify.checker.losses.shrinking_teacher import ShrinkingTeacher, arctangent_over
from verify.checker.losses.symmetric_students import SymmetricStudents
from verify.checker.losses.teacher_student import TeacherStudent, kernel_of
from verify.checker.losses.two_neurons import EveryTeacher, MinimaOfTwoNeurons, TwoNeurons, are_regular
from verify.checker.losses.two_on_spheres import InPlane, OutOfPlane
from verify.checker.theorems import two_neurons, two_on_spheres
from verify.checker.theorems.cover import lies_within, prove_one_zero, tests_of
from verify.checker.theorems.family import critical_point_step
from verify.checker.theorems.family_part import Part as FamilyPart
from verify.checker.theorems.family_part import branch_boxes, instance_part, piece_part
from verify.checker.theorems.flat_direction import frozen_off_kinks
from verify.checker.theorems.held_kinks import prove_held
from verify.checker.theorems.linear_critical_point import hessian
from verify.checker.theorems.matched_units import Parts as SplitParts
from verify.checker.theorems.matched_units import matched, without_second
from verify.checker.theorems.minorant import Frozen, Minorant, minorant
from verify.checker.theorems.near_infimum import convex_part
from verify.checker.theorems.nearly_orthonormal_teachers import largest_change
from verify.checker.theorems.one_spurious_minimum import is_alone, prove_tube
from verify.checker.theorems.polyak_lojasiewicz import converges as polyak_lojasiewicz
from verify.checker.theorems.random_initialisation import derivative_bounds
from verify.checker.theorems.risk_in_box import Found, is_convex, points_in_box
from verify.checker.theorems.sdp_frame import reduced, without_empty
from verify.checker.theorems.shadowing import follow, prove_reached
from verify.checker.theorems.spurious_minima_of_teachers import prove_minima
from verify.checker.theorems.symmetric_students import symmetric_points
from verify.checker.theorems.symmetries import AnyField as FlowField
from verify.checker.theorems.symmetries import Symmetries, prove_symmetry
from verify.checker.theorems.tube import CenteredTube, Equations, derivative
from verify.checker.theorems.two_neurons import Classified
