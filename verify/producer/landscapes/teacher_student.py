"""The population loss of a two-layer network taught by another one, in float64.

They are written once, against the Python array API standard, for NumPy, JAX, PyTorch and
what else follows it. These evaluators serve the search and the prover's first guesses. Nothing that they
return is believed: the checker has ball evaluators of its own, written separately.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import ArrayLike, NDArray

from verify.formats.notebook import card
from verify.producer.landscapes.activations import Activation, activation
from verify.producer.landscapes.arrays import Array, constant


class TeacherStudent:
    """F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for x ~ N(0, I_d).

    `sigma`: the activation, as text: "relu", "abs", "erf" or "leaky-relu:1/10".
    `teacher`: (k, d), rows are the teacher's neurons v_j, none of them zero.
    A student is a matrix `W`: (..., n, d), rows are its neurons w_i; the leading
    axes are a batch; answers are of the student's library, on its device. F is a sum of
    dual kernels kappa(|w|^2, w.v, |v|^2), so its derivatives follow by the chain rule
    (docs/kinds/teacher-student.md, "Formulas").
    """

    def __init__(self, sigma: str | Activation, teacher: ArrayLike) -> None:
        matrix = np.array(teacher, dtype=np.float64)
        if matrix.ndim != 2 or 0 in matrix.shape:
            raise ValueError(f"teacher must be a (k, d) matrix, rows are neurons; got shape {matrix.shape}")
        if not np.isfinite(matrix).all():
            raise ValueError("teacher has an entry that is not finite")
        if not matrix.any(axis=1).all():
            raise ValueError("teacher has a zero row; the loss is the same without that neuron")
        matrix.setflags(write=False)
        self.activation = activation(sigma) if isinstance(sigma, str) else sigma
        self.teacher = matrix
        self.is_orthonormal = matrix.shape[0] == matrix.shape[1] and bool((matrix == np.eye(len(matrix))).all())

    @property
    def input_dimension(self) -> int:
        """The number d of the inputs, the coordinates of each neuron."""
        return int(self.teacher.shape[1])

    def __repr__(self) -> str:
        k, d = self.teacher.shape
        kind = "orthonormal" if self.is_orthonormal else "general"
        return f"{type(self).__name__}({self.activation}, {kind} teacher, k={k}, d={d})"

    def _repr_html_(self) -> str:
        """For notebooks."""
        k, d = self.teacher.shape
        kind = "orthonormal" if self.is_orthonormal else "not the orthonormal one"
        members = {
            "Activation": self.activation,
            "Teacher": f"{k} neurons with {d} inputs, {kind}",
            "Loss": "F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for x ~ N(0, I_d)",
        }
        return card("Population loss of a student and a teacher", members)

    @property
    def length(self) -> float:
        """The root mean square of the teacher's lengths. The loss is homogeneous, so thresholds scale with it."""
        return float(np.sqrt((self.teacher**2).sum(1).mean()))

    @property
    def gain(self) -> float:
        """The activation's, by which gradient descent steps are divided."""
        return self.activation.gain

    def value(self, W: Array) -> Array:
        """The loss F(W), shape (...)."""
        xp = array_namespace(W)
        V, kernel = constant(self.teacher, W), self.activation.kernel
        among, mixed, taught = (xp.sum(kernel(*_gram(A, B)), axis=(-2, -1)) for A, B in ((W, W), (W, V), (V, V)))
        return among / 2 - mixed + taught / 2

    def gradient(self, W: Array) -> Array:
        """The gradient, shape (..., n, d): M W - K V with M the input-dimension matrix, K_ij = kappa_q(w_i, v_j)."""
        # One pass over students and teachers together: the search lives in this function.
        U, signs, (p, q, s) = self._pairs(W)
        in_p, in_q = self.activation.first(p, q, s)
        # vecdot: several times as fast as a product and a sum.
        diagonal = 2 * array_namespace(W).vecdot(in_p, signs)[..., None] + self.activation.alone(p)[1]
        return diagonal * W + (in_q * signs) @ U

    def hessian(self, W: Array) -> Array:
        """The Hessian, shape (..., n*d, n*d), unknowns ordered row by row of W."""
        xp = array_namespace(W)
        n, d = W.shape[-2:]
        U, signs, (p, q, s) = self._pairs(W)
        derivatives = [*self.activation.first(p, q, s), *self.activation.second(p, q, s)]
        in_p, in_q, pp, pq, ps, qq, qs = (derivative * signs for derivative in derivatives)
        _, first, second = self.activation.alone(p)
        within, across = constant(np.eye(d), W), constant(np.eye(n), W)
        # Off the diagonal: kappa_q I + 2 kappa_pq w w^T + 4 kappa_ps w v^T + kappa_qq v w^T + 2 kappa_qs v v^T.
        own, other = W[..., :, None, :], W[..., None, :, :]
        left = 2 * pq[..., :n, None] * own + 4 * ps[..., :n, None] * other
        right = qq[..., :n, None] * own + 2 * qs[..., :n, None] * other
        H = W[..., :, :, None, None] * left[..., :, None, :, :]
        H = H + xp.matrix_transpose(W)[..., None, :, :, None] * right[..., :, None, :, :]
        H = H + in_q[..., :, None, :n, None] * within[:, None, :]
        # On it: 2 kappa_p I + 4 kappa_pp w w^T + 2 kappa_pq (w v^T + v w^T) + kappa_qq v v^T, summed over all pairs.
        towards = W * (2 * xp.sum(pp, axis=-1, keepdims=True) + second) + 2 * pq @ U
        blocks = xp.matrix_transpose(U)[..., None, :, :] @ (qq[..., :, None] * U[..., None, :, :])
        blocks = blocks + W[..., :, None] * towards[..., None, :] + towards[..., :, None] * W[..., None, :]
        blocks = blocks + (2 * xp.sum(in_p, axis=-1, keepdims=True) + first)[..., None] * within
        H = H + across[:, None, :, None] * blocks[..., :, :, None, :]
        flat = xp.reshape(H, (*W.shape[:-2], n * d, n * d))
        return (flat + xp.matrix_transpose(flat)) / 2

    def input_dimension_matrix(self, W: NDArray[np.float64]) -> NDArray[np.float64]:
        """The Hessian's (n, n) block for each input coordinate beyond the d given ones."""
        n = len(W)
        U, signs, (p, q, s) = self._pairs(W)
        in_p, in_q = self.activation.first(p, q, s)
        diagonal = self.activation.alone(p)[1][:, 0] + 2 * (in_p * signs).sum(1)
        matrix: NDArray[np.float64] = np.diag(diagonal) + (in_q * signs)[:, :n]
        return matrix

    def _pairs(self, W: Array) -> tuple[Array, Array, tuple[Array, Array, Array]]:
        """Students and teachers together, (..., n + k, d); their signs, (n, n + k), 0 for a neuron with itself; and
        |w|^2, w.u and |u|^2 for each pair of a student and one of them.
        """
        xp = array_namespace(W)
        n = W.shape[-2]
        V = xp.broadcast_to(constant(self.teacher, W), (*W.shape[:-2], *self.teacher.shape))
        U = xp.concat([W, V], axis=-2)
        s = xp.vecdot(U, U)
        return (
            U,
            constant(_signs(n, len(self.teacher)), W),
            (s[..., :n, None], W @ xp.matrix_transpose(U), s[..., None, :]),
        )


class ReLUTeacherStudent(TeacherStudent):
    """The landscape of two-layer ReLU networks; `teacher`: (k, d), rows are neurons."""

    def __init__(self, teacher: ArrayLike) -> None:
        super().__init__("relu", teacher)

    @classmethod
    def orthonormal(cls, k: int) -> ReLUTeacherStudent:
        """The teacher with neurons e_1, ..., e_k; the loss knows their Gram matrix only."""
        return cls(np.eye(k))


@cache
def _signs(n: int, k: int) -> NDArray[np.float64]:
    """Of the terms of a student's gradient, (n, n + k): students, without itself, and teachers."""
    return np.concatenate([1 - np.eye(n), -np.ones((n, k))], axis=1)


def _gram(W: Array, V: Array) -> tuple[Array, Array, Array]:
    """|w|^2, w.v and |v|^2 for each pair of rows, shaped (..., n, 1), (..., n, m) and (..., 1, m)."""
    xp = array_namespace(W)
    return xp.vecdot(W, W)[..., :, None], W @ xp.matrix_transpose(V), xp.vecdot(V, V)[..., None, :]
