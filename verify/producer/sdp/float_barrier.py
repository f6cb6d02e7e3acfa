"""The barrier -log det X of a semidefinite program in float64: fast, and good as far as its Hessian's condition."""

from __future__ import annotations

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from verify.producer.sdp.central_path import Step, Vector
from verify.producer.sdp.instance import Array, Instance


class FloatBarrier:
    """-log det X in float64."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        zeros = [instance.arrays[number] for number in sorted(instance.zero_blocks)]
        m = instance.program.variables
        self._rows = np.vstack([rows.toarray() for rows, _ in zeros]) if zeros else np.zeros((0, m))
        self._constants = np.concatenate([constant for _, constant in zeros]) if zeros else np.zeros(0)
        self._supports = [_supports(rows, constant) for rows, constant in instance.arrays]

    def start(self, point: Vector) -> Vector:
        """The point in float64."""
        return np.array([float(entry) for entry in point])

    def is_interior(self, point: Vector) -> bool:
        """Whether every block that is not to be zero has a Cholesky factor."""
        blocks = enumerate(self._instance.slack(point))
        return all(is_definite(block) for number, block in blocks if number not in self._instance.zero_blocks)

    def newton(self, point: Vector) -> Step:
        """Newton's step."""
        m = len(point)
        hessian, gradient = np.zeros((m, m)), np.zeros(m)
        for number, block in enumerate(self._instance.slack(point)):
            if number in self._instance.zero_blocks:
                continue
            if block.ndim == 1:
                scaled = self._instance.arrays[number][0].multiply(1 / block[:, None]).tocsr()
                hessian += (scaled.T @ scaled).toarray()
                gradient += np.asarray(scaled.sum(axis=0)).ravel()
                continue
            inverse = np.linalg.inv(np.linalg.cholesky(block))
            active = list(self._supports[number])
            images = np.empty((len(active), block.size))
            for row, (places, values) in zip(images, self._supports[number].values(), strict=True):
                row[:] = (inverse[:, places] @ values @ inverse[:, places].T).ravel()
            hessian[np.ix_(active, active)] += images @ images.T
            gradient[active] += images[:, :: len(block) + 1].sum(axis=1)
        rows, constants = self._rows, self._constants
        scale = np.concatenate([1 / np.sqrt(np.maximum(hessian.diagonal(), 1e-300)), np.ones(len(rows))])
        whole = np.block([[hessian, rows.T], [rows, np.zeros((len(rows), len(rows)))]])
        right = np.zeros((m + len(rows), 2))
        right[:m, 0], right[:m, 1], right[m:, 1] = self._instance.objective, gradient, constants - rows @ point
        solution = scale[:, None] * np.linalg.solve(scale[:, None] * whole * scale, scale[:, None] * right)
        downhill, ahead = solution.T
        pair = solution[:m]
        products = pair.T @ hessian @ pair
        return Step(downhill, ahead, (float(products[0, 0]), float(products[0, 1]), float(products[1, 1])))


def is_definite(block: Array) -> bool:
    """Whether a matrix, (n, n), has a Cholesky factor once scaled to diagonal 1, or a diagonal, (n,), is positive."""
    if block.ndim == 1:
        return bool((block > 0).all())
    diagonal = block.diagonal()
    if not (np.isfinite(block).all() and (diagonal > 0).all()):
        return False
    scale = 1 / np.sqrt(diagonal)
    try:
        np.linalg.cholesky(scale[:, None] * block * scale)
    except np.linalg.LinAlgError:
        return False
    return True


def _supports(rows: scipy.sparse.csr_array, constant: Array) -> dict[int, tuple[NDArray[np.intp], Array]]:
    """Of a dense block: variable -> the rows in which its matrix has entries, and that part of the matrix."""
    result: dict[int, tuple[NDArray[np.intp], Array]] = {}
    if constant.ndim == 2:
        columns = rows.tocsc()
        for index in range(columns.shape[1]):
            part = slice(columns.indptr[index], columns.indptr[index + 1])
            i, j = np.divmod(columns.indices[part], len(constant))
            if len(i):
                places, where = np.unique(np.concatenate([i, j]), return_inverse=True)
                values = np.zeros((len(places), len(places)))
                values[where[: len(i)], where[len(i) :]] = columns.data[part]
                result[index] = (places, values)
    return result
