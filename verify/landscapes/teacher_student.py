"""The population loss of a two-layer ReLU network taught by another one, in float64.

These evaluators serve the search and the prover's first guesses. Nothing that they
return is believed: the checker has ball evaluators of its own, written separately.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class ReLUTeacherStudent:
    """F(W) = 1/2 E (sum_i relu(w_i.x) - sum_j relu(v_j.x))^2 for x ~ N(0, I_d).

    `teacher`: (k, d), rows are the teacher's neurons v_j, none of them zero.
    A student is a matrix `W`: (..., n, d), rows are its neurons w_i; the leading
    axes are a batch. Formulas: Cho & Saul 2009 (dual kernel), Safran & Shamir 2018
    (gradient and Hessian).
    """

    activation = "relu"

    def __init__(self, teacher: ArrayLike) -> None:
        matrix = np.array(teacher, dtype=np.float64)
        if matrix.ndim != 2 or 0 in matrix.shape:
            raise ValueError(f"teacher must be a (k, d) matrix, rows are neurons; got shape {matrix.shape}")
        if not np.isfinite(matrix).all():
            raise ValueError("teacher has an entry that is not finite")
        if not matrix.any(axis=1).all():
            raise ValueError("teacher has a zero row; the loss is the same without that neuron")
        matrix.setflags(write=False)
        self.teacher = matrix
        self.is_orthonormal = matrix.shape[0] == matrix.shape[1] and bool((matrix == np.eye(len(matrix))).all())

    @classmethod
    def orthonormal(cls, k: int) -> ReLUTeacherStudent:
        """The teacher with neurons e_1, ..., e_k; the loss knows their Gram matrix only."""
        return cls(np.eye(k))

    @property
    def input_dimension(self) -> int:
        """The number d of the inputs, the coordinates of each neuron."""
        return int(self.teacher.shape[1])

    def __repr__(self) -> str:
        k, d = self.teacher.shape
        return f"ReLUTeacherStudent({'orthonormal' if self.is_orthonormal else 'general'} teacher, k={k}, d={d})"

    def value(self, W: Array) -> Array:
        """The loss F(W), shape (...)."""
        V = self.teacher
        return _kernel_sum(W, W) / 2 - _kernel_sum(W, V) + _kernel_sum(V, V) / 2

    def gradient(self, W: Array) -> Array:
        """The gradient, shape (..., n, d)."""
        n, (k, d) = W.shape[-2], self.teacher.shape
        # One pass over students and teachers together: the search lives in this function.
        U = np.concatenate([W, np.broadcast_to(self.teacher, (*W.shape[:-2], k, d))], axis=-2)
        norm_w, norm_u, sine, obtuse = _polar(W, U)
        signs = np.repeat([1.0, -1.0], [n, k])
        own = np.arange(n)
        sine[..., own, own] = 0
        obtuse[..., own, own] = 0
        radial = sine @ (signs * norm_u)[..., None] / norm_w[..., None]
        G: Array = W / 2 + (radial * W + (obtuse * signs) @ U) / (2 * np.pi)
        return G

    def hessian(self, W: Array) -> Array:
        """The Hessian of one student, shape (n*d, n*d), unknowns ordered row by row of W."""
        n, d = W.shape
        identity = np.eye(d)
        H = np.zeros((n, d, n, d))
        units = W / np.linalg.norm(W, axis=1)[:, None]
        H[np.arange(n), :, np.arange(n), :] = identity / 2
        for V, sign, is_self in ((W, 1.0, True), (self.teacher, -1.0, False)):
            norm_w, norm_v, sine, obtuse = _polar(W, V)
            if is_self:
                sine, obtuse = _without_diagonal(sine), _without_diagonal(obtuse)
            v_units = V / norm_v[:, None]
            cosine = units @ v_units.T
            safe = np.where(sine > 1e-12, sine, 1.0)
            towards = (v_units[None, :, :] - cosine[:, :, None] * units[:, None, :]) / safe[:, :, None]
            weight = sign * sine * norm_v / (2 * np.pi * norm_w[:, None])
            for i in range(n):
                rank_one = np.einsum("j,ja,jb->ab", weight[i], towards[i], towards[i])
                H[i, :, i, :] += weight[i].sum() * (identity - np.outer(units[i], units[i])) + rank_one
            if is_self:
                back = (units[:, None, :] - cosine[:, :, None] * units[None, :, :]) / safe[:, :, None]
                block = obtuse[:, :, None, None] * identity
                block = block + back[:, :, :, None] * units[None, :, None, :]
                block = block + towards[:, :, :, None] * units[:, None, None, :]
                block[np.arange(n), np.arange(n)] = 0
                H += block.transpose(0, 2, 1, 3) / (2 * np.pi)
        flat = H.reshape(n * d, n * d)
        return (flat + flat.T) / 2

    def input_dimension_matrix(self, W: Array) -> Array:
        """The Hessian's (n, n) block for each input coordinate beyond the d given ones."""
        norm_w, _, sine_w, obtuse_w = _polar(W, W)
        _, norm_v, sine_v, _ = _polar(W, self.teacher)
        M = _without_diagonal(obtuse_w)
        drag = (_without_diagonal(sine_w) * norm_w).sum(1) - (sine_v * norm_v).sum(1)
        M[np.diag_indices(len(W))] = np.pi + drag / norm_w
        return M / (2 * np.pi)


def _polar(W: Array, V: Array) -> tuple[Array, Array, Array, Array]:
    """Norms of the rows of W and V, and for each pair at angle t: sin t and pi - t."""
    norm_w, norm_v = _norms(W), _norms(V)
    cosine = W @ V.swapaxes(-1, -2)
    cosine /= norm_w[..., :, None]
    cosine /= norm_v[..., None, :]
    np.clip(cosine, -1.0, 1.0, out=cosine)
    return norm_w, norm_v, np.sqrt((1 - cosine) * (1 + cosine)), np.arccos(-cosine)


def _norms(W: Array) -> Array:
    # Twice as fast as np.linalg.norm on the small matrices here, which have nothing to overflow.
    squares: Array = np.einsum("...ij,...ij->...i", W, W)
    return np.sqrt(squares)


def _kernel_sum(W: Array, V: Array) -> Array:
    norm_w, norm_v, sine, obtuse = _polar(W, V)
    lengths = norm_w[..., :, None] * norm_v[..., None, :]
    cosine = -np.cos(obtuse)
    total: Array = (lengths * (sine + obtuse * cosine)).sum((-1, -2))
    return total / (2 * np.pi)


def _without_diagonal(A: Array) -> Array:
    return A * (1 - np.eye(A.shape[-1]))
