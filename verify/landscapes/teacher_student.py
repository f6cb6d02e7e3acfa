"""The population loss of a two-layer network taught by another one, in float64.

These evaluators serve the search and the prover's first guesses. Nothing that they
return is believed: the checker has ball evaluators of its own, written separately.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from verify.landscapes.activations import Activation, Array, activation


class TeacherStudent:
    """F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for x ~ N(0, I_d).

    `sigma`: the activation, as text: "relu", "abs", "erf" or "leaky-relu:1/10".
    `teacher`: (k, d), rows are the teacher's neurons v_j, none of them zero.
    A student is a matrix `W`: (..., n, d), rows are its neurons w_i; the leading
    axes are a batch. F is a sum of dual kernels kappa(|w|^2, w.v, |v|^2), so its
    derivatives follow by the chain rule (docs/CERTIFICATE.md, "Formulas").
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

    def value(self, W: Array) -> Array:
        """The loss F(W), shape (...)."""
        V, kernel = self.teacher, self.activation.first
        among, mixed, taught = (kernel(*_gram(A, B))[0].sum((-1, -2)) for A, B in ((W, W), (W, V), (V, V)))
        total: Array = among / 2 - mixed + taught / 2
        return total

    def gradient(self, W: Array) -> Array:
        """The gradient, shape (..., n, d): M W - K V with M the input-dimension matrix, K_ij = kappa_q(w_i, v_j)."""
        n, (k, d) = W.shape[-2], self.teacher.shape
        # One pass over students and teachers together: the search lives in this function.
        U = np.concatenate([W, np.broadcast_to(self.teacher, (*W.shape[:-2], k, d))], axis=-2)
        p, q, s = _gram(W, U)
        _, in_p, in_q = self.activation.first(p, q, s)
        signs = np.repeat([1.0, -1.0], [n, k])
        own = np.arange(n)
        in_p[..., own, own] = 0
        in_q[..., own, own] = 0
        diagonal = 2 * (in_p @ signs)[..., None] + self.activation.alone(p)[1]
        G: Array = diagonal * W + (in_q * signs) @ U
        return G

    def hessian(self, W: Array) -> Array:
        """The Hessian of one student, shape (n*d, n*d), unknowns ordered row by row of W."""
        n, d = W.shape
        U = np.concatenate([W, self.teacher])
        signs = np.repeat([1.0, -1.0], [n, len(self.teacher)])
        p, q, s = _gram(W, U)
        own = np.arange(n)
        derivatives = [*self.activation.first(p, q, s)[1:], *self.activation.second(p, q, s)]
        for derivative in derivatives:
            derivative[own, own] = 0
        in_p, in_q, pp, pq, ps, qq, qs = derivatives
        _, first, second = (part[:, 0] for part in self.activation.alone(p))
        identity = np.eye(d)
        H = np.zeros((n, d, n, d))
        # Off the diagonal: kappa_q I + 2 kappa_pq w w^T + 4 kappa_ps w v^T + kappa_qq v w^T + 2 kappa_qs v v^T.
        left = 2 * pq[:, :n, None] * W[:, None] + 4 * ps[:, :n, None] * W[None]
        right = qq[:, :n, None] * W[:, None] + 2 * qs[:, :n, None] * W[None]
        H += np.einsum("ia,ijb->iajb", W, left) + np.einsum("ja,ijb->iajb", W, right)
        H += np.einsum("ij,ab->iajb", in_q[:, :n], identity)
        # On it: 2 kappa_p I + 4 kappa_pp w w^T + 2 kappa_pq (w v^T + v w^T) + kappa_qq v v^T, summed over all pairs.
        towards = W * (2 * pp @ signs + second)[:, None] + 2 * (pq * signs) @ U
        blocks = np.einsum("ij,ja,jb->iab", qq * signs, U, U)
        blocks += np.einsum("ia,ib->iab", W, towards) + np.einsum("ia,ib->iab", towards, W)
        blocks += (2 * in_p @ signs + first)[:, None, None] * identity
        H[own, :, own, :] += blocks
        flat = H.reshape(n * d, n * d)
        return (flat + flat.T) / 2

    def input_dimension_matrix(self, W: Array) -> Array:
        """The Hessian's (n, n) block for each input coordinate beyond the d given ones."""
        p, q, s = _gram(W, W)
        _, in_p, M = self.activation.first(p, q, s)
        own = np.arange(len(W))
        in_p[own, own] = 0
        taught = self.activation.first(*_gram(W, self.teacher))[1]
        M[own, own] = self.activation.alone(p)[1][:, 0] + 2 * (in_p.sum(1) - taught.sum(1))
        return M


class ReLUTeacherStudent(TeacherStudent):
    """The landscape of two-layer ReLU networks; `teacher`: (k, d), rows are neurons."""

    def __init__(self, teacher: ArrayLike) -> None:
        super().__init__("relu", teacher)

    @classmethod
    def orthonormal(cls, k: int) -> ReLUTeacherStudent:
        """The teacher with neurons e_1, ..., e_k; the loss knows their Gram matrix only."""
        return cls(np.eye(k))


def _gram(W: Array, V: Array) -> tuple[Array, Array, Array]:
    """|w|^2, w.v and |v|^2 for each pair of rows, shaped (..., n, 1), (..., n, m) and (..., 1, m)."""
    return _squares(W)[..., :, None], W @ V.swapaxes(-1, -2), _squares(V)[..., None, :]


def _squares(W: Array) -> Array:
    # Twice as fast as np.linalg.norm on the small matrices here, which have nothing to overflow.
    squares: Array = np.einsum("...ij,...ij->...i", W, W)
    return squares
