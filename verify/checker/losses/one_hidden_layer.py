"""Half the squared error of a network with one hidden layer, for gradient descent: matrices, for wide layers.

f_i = sum_r v_r s(w_r . x_i) + c for samples i and hidden neurons r; a bias of the hidden layer is one more entry of
w_r, and of x_i, which is 1 there. e = f - y, Phi = |e|^2 / 2, J the Jacobian of f in the trained parameters, which are
all of them, or those of the hidden layer. X: (samples, inputs) has the rows x_i; G = X X^T; Lambda >= |G|.

Theorem. Let |s'| <= s1, |s''| <= s2, |s'''| <= s3, and |v_r| <= v for all r on a convex set. On it
  (1) |J(theta) - J(theta')| <= L |theta - theta'|, where L is the larger singular value of [[a, b], [c, 0]],
      a = s2 v max_i |x_i| sqrt(Lambda), b = s1 |X|_F, c = s1 sqrt(Lambda); if the output layer is fixed, L = a;
  (2) |D^3 f_i| <= T_i = s3 v |x_i|^3 + 3 s2 |x_i|^2; if the output layer is fixed, without the second term;
  (3) at each point |sum_i e_i Hess f_i| <= max_r (|v_r| sqrt(q_r^T (G o G) q_r) + sqrt(p_r^T G p_r)) for
      q_ri = e_i s''(w_r . x_i), p_ri = e_i s'(w_r . x_i), o the product of entries; if the output layer is fixed,
      without the second term.
Proof. Let u change w_r by u_r and v_r by t_r, and let h_ri = x_i . u_r, so that sum_ri h_ri^2 <= Lambda |u|^2.
(1) The derivative of row i of J along u is (v_r s'' h_ri + t_r s') x_i in the place of w_r, and s' h_ri in that of
v_r. The norm of all these is at most that of (a |u| + b |t|, c |u|), since sum_ri t_r^2 |x_i|^2 = |t|^2 |X|_F^2.
(2) D^3 f_i[u, u, u] = sum_r (v_r s''' h_ri^3 + 3 s'' h_ri^2 t_r), and a symmetric form is largest on a diagonal.
(3) The matrix is block diagonal over r, with blocks [[A, B], [B^T, 0]], A = v_r sum_i q_ri x_i x_i^T and
B = sum_i p_ri x_i: |A|_F^2 = v_r^2 q_r^T (G o G) q_r, and |B|^2 = p_r^T G p_r. QED
The bounds of the derivatives: docs/DESCENT.md. Source: standard; (1) and (3) in this form derived here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import ball, matrix_precision, maximum, root, spectral_norm
from verify.checker.core.codes import Reason
from verify.checker.core.limits import ARB_UNKNOWNS, beyond
from verify.checker.core.outcome import Open
from verify.checker.losses.layer_activations import derivatives
from verify.checker.losses.own_parameters import require_equal_samples, require_own_parameters
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

DERIVATIVES = {
    "tanh": (Fraction(1), Fraction(77, 100), Fraction(2)),
    "sigmoid": (Fraction(1, 4), Fraction(963, 10_000), Fraction(1, 8)),
    "softplus": (Fraction(1), Fraction(1, 4), Fraction(963, 10_000)),
    "arctan": (Fraction(1), Fraction(13, 20), Fraction(2)),
    "gelu": (Fraction(113, 100), Fraction(4, 5), Fraction(4, 5)),
}
"""s1, s2, s3."""


class Parameters(NamedTuple):
    """A point, or a change of one: entries that are not trained do not change."""

    hidden: arb_mat
    """(neurons, inputs)"""
    output: arb_mat
    """(1, neurons)"""
    bias: arb

    def minus(self, change: Parameters, factor: arb) -> Parameters:
        """This - factor * change."""
        return Parameters(
            self.hidden - change.hidden * factor, self.output - change.output * factor, self.bias - factor * change.bias
        )

    def rounded(self, *, output: bool) -> tuple[Parameters, arb]:
        """A point whose trained entries are exact, and a bound of the distance of every point of the balls from it.

        Without `output` that layer is not trained: its balls stay, for the numbers that it is fixed at are in them.
        """
        center, entries = Parameters(self.hidden.mid(), self.output, self.bias), self.hidden.entries()
        if output:
            center = Parameters(center.hidden, self.output.mid(), self.bias.mid())
            entries += [*self.output.entries(), self.bias]
        square = arb(0)
        for entry in entries:
            if not entry.is_finite():
                raise Open("a step was not enclosed: a higher precision is needed")
            square += entry.rad() * entry.rad()
        return center, root(square).upper()


class OneHiddenLayer:
    """The loss. Raises Open for a landscape that is another one."""

    def __init__(self, landscape: EmpiricalRiskLandscape) -> None:
        layers = landscape.network.layers
        if (
            len(layers) != 2
            or layers[0].activation.name not in DERIVATIVES
            or layers[1].activation.name != "piecewise-linear"
            or set(layers[1].activation.parameters) != {Fraction(1)}
            or layers[1].width != 1
            or any(layer.residual for layer in layers)
        ):
            _not_modelled(f"one hidden layer of {', '.join(DERIVATIVES)}, and one linear output")
        if landscape.loss != "squares" or landscape.weight_decay or landscape.bias_decay:
            _not_modelled("squares without weight decay")
        require_own_parameters(landscape)
        require_equal_samples(landscape)
        if (told := beyond(("{} samples are", len(landscape.inputs), ARB_UNKNOWNS))) is not None:
            raise Open(told, Reason.TOO_LARGE)
        hidden, output = layers
        fixed = dict(landscape.fixed)
        if fixed and set(fixed) != set(range(hidden.parameters, landscape.network.parameters)):
            _not_modelled("training of all parameters, or of those of the hidden layer")
        self.landscape, self.activation = landscape, hidden.activation
        self.trains_output = not fixed
        self._fixed = [ball(value) for value in fixed.values()]
        ones = (Fraction(1),) if hidden.bias else ()
        rows = [(*row, *ones) for row in landscape.inputs]
        self.inputs = arb_mat([[ball(entry) for entry in row] for row in rows])
        self.targets = [ball(target) for (target,) in landscape.targets]
        self.gram = self.inputs * self.inputs.transpose()
        self.largest_gram = spectral_norm(self.gram)
        self.gram_squared = arb_mat([[entry * entry for entry in row] for row in self.gram.tolist()])
        self.lengths = [root(self.gram[i, i]) for i in range(len(rows))]
        self.first, self.second, self.third = map(ball, DERIVATIVES[hidden.activation.name])

    def at(self, trained: Iterable[arb]) -> Parameters:
        """The point with these trained parameters, in their order."""
        hidden, output = self.landscape.network.layers
        values = [*trained, *self._fixed]
        weights, biases = hidden.width * hidden.inputs, hidden.width * hidden.bias
        rows = [values[r * hidden.inputs : (r + 1) * hidden.inputs] for r in range(hidden.width)]
        if biases:
            rows = [[*row, values[weights + r]] for r, row in enumerate(rows)]
        rest = values[weights + biases :]
        return Parameters(arb_mat(rows), arb_mat([rest[: hidden.width]]), rest[-1] if output.bias else arb(0))

    def lipschitz(self, largest: arb) -> arb:
        """L of the theorem, where the weights of the output are at most `largest` in size."""
        a = self.second * largest * maximum(self.lengths) * root(self.largest_gram)
        if not self.trains_output:
            return a
        b = self.first * root(_total(length * length for length in self.lengths))
        c = self.first * root(self.largest_gram)
        square = a * a + b * b + c * c
        return root((square + root(square * square - 4 * b * b * c * c)) / 2)

    def third_derivatives(self, largest: arb) -> arb:
        """The Euclidean norm of the T_i of the theorem."""
        more = arb(3 if self.trains_output else 0) * self.second
        bounds = [self.third * largest * length**3 + more * length * length for length in self.lengths]
        return root(_total(bound * bound for bound in bounds))


class Evaluated:
    """Errors, gradient and curvature at a point."""

    def __init__(self, loss: OneHiddenLayer, at: Parameters) -> None:
        self._loss, self._at = loss, at
        before = (at.hidden * loss.inputs.transpose()).entries()
        self._samples, self._neurons = loss.inputs.nrows(), at.hidden.nrows()
        computed = [derivatives(loss.activation, z) for z in before]
        self._values = self._matrix([each.value for each in computed])
        self._slopes = [each.first for each in computed]
        self._bends = [each.second for each in computed]
        outputs = (at.output * self._values).entries()
        self.errors = [f + at.bias - y for f, y in zip(outputs, loss.targets, strict=True)]

    def _matrix(self, entries: Sequence[arb]) -> arb_mat:
        return arb_mat(self._neurons, self._samples, entries)

    def _times_errors(self, entries: Sequence[arb]) -> arb_mat:
        """Each column, of one sample, times the sample's error."""
        return self._matrix([entry * self.errors[k % self._samples] for k, entry in enumerate(entries)])

    def largest_output(self) -> arb:
        """max_r |v_r|."""
        return maximum(map(abs, self._at.output.entries()))

    def error(self) -> arb:
        """|e|."""
        return root(_total(entry * entry for entry in self.errors))

    def gradient(self) -> Parameters:
        """Of Phi, in the trained parameters; 0 in the others."""
        back = self._times_errors(self._slopes)
        weights = self._at.output.entries()
        scaled = arb_mat([[v * entry for entry in row] for v, row in zip(weights, back.tolist(), strict=True)])
        hidden = scaled * self._loss.inputs
        if not self._loss.trains_output:
            return Parameters(hidden, arb_mat(1, self._neurons), arb(0))
        has_bias = self._loss.landscape.network.layers[1].bias
        output = (self._values * arb_mat([[entry] for entry in self.errors])).transpose()
        return Parameters(hidden, output, _total(self.errors) if has_bias else arb(0))

    def jacobian_gram(self) -> arb_mat:
        """J J^T: (samples, samples)."""
        weights = self._at.output.entries()
        slopes = self._matrix([weights[k // self._samples] * entry for k, entry in enumerate(self._slopes)])
        product = slopes.transpose() * slopes
        gram = arb_mat(
            [
                [g * p for g, p in zip(*rows, strict=True)]
                for rows in zip(self._loss.gram.tolist(), product.tolist(), strict=True)
            ]
        )
        if not self._loss.trains_output:
            return gram
        gram += self._values.transpose() * self._values
        if self._loss.landscape.network.layers[1].bias:
            gram += arb_mat(self._samples, self._samples, [arb(1)] * self._samples**2)
        return gram

    def jacobian_norm(self) -> arb:
        """At least |J|."""
        with matrix_precision():
            return root(spectral_norm(self.jacobian_gram()))

    def curvature(self) -> arb:
        """At least |sum_i e_i Hess f_i|: (3) of the theorem."""
        weights = self._at.output.entries()
        along = _forms(self._loss.gram_squared, self._times_errors(self._bends))
        bound = [abs(v) * root(q) for v, q in zip(weights, along, strict=True)]
        if self._loss.trains_output:
            across = _forms(self._loss.gram, self._times_errors(self._slopes))
            bound = [one + root(other) for one, other in zip(bound, across, strict=True)]
        return maximum(bound)


def _forms(matrix: arb_mat, rows: arb_mat) -> list[arb]:
    """The quadratic form of a matrix at each row."""
    images = (rows * matrix).tolist()
    return [_total(a * b for a, b in zip(*pair, strict=True)) for pair in zip(rows.tolist(), images, strict=True)]


def _total(entries: Iterable[arb]) -> arb:
    return sum(entries, arb(0))


def _not_modelled(what: str) -> None:
    raise Open(f"gradient descent is followed for {what} only", Reason.NOT_MODELLED)
