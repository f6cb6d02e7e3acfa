"""Where the search computes: NumPy, JAX or PyTorch, on a CPU or a CUDA device; float64 throughout.

The formulas are the landscape's, written once. A backend moves arrays, compiles a function where its library
can, repeats a step, and does the two factorisations whose failures each library reports in its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from verify.producer.landscapes.arrays import Array

Host = NDArray[np.float64]
State = tuple[Array, ...]
"""Arrays whose first axis counts runs."""

NAMES = ("numpy", "jax", "torch")
DEVICES = ("cpu", "cuda")
CACHED = 5 * 2**14
"""Bytes of a temporary that stays in the cache, and that the C library keeps rather than give it back to the system."""


class BackendError(Exception):
    """A backend or device that is not there; the message is one line that says what to install."""


class Backend:
    """NumPy, or any other namespace of the Python array API standard that computes at once and on the CPU."""

    static = False
    """Whether each new shape of an array costs a compilation, so that few shapes should be used."""

    def __init__(self, name: str = "numpy", device: str = "cpu", namespace: Any = None) -> None:
        self.name, self.device = name, device
        self.xp = array_namespace(np.empty(0)) if namespace is None else namespace

    def __str__(self) -> str:
        return f"{self.name} on {self.device}"

    def batch(self, neurons: int, others: int) -> int:
        """How many runs to hold at a time, for temporaries of so many numbers times so many a run."""
        return self._block(neurons, others)

    def put(self, values: Host) -> Array:
        """An array on the device."""
        return self.xp.asarray(values)

    def get(self, array: Array) -> Host:
        """An array in the main memory."""
        return np.asarray(array)

    def repeated(self, step: Callable[[State], State], count: int) -> Callable[[State], State]:
        """The function that takes so many steps."""

        def steps(state: State) -> State:
            for _ in range(count):
                state = step(state)
            return state

        return steps

    def compiled(self, function: Callable[[State], State]) -> Callable[[State], State]:
        """The function, of a state with (runs, n, d) first, made fast: here, block by block that fits the cache."""

        def blocked(state: State) -> State:
            runs, neurons, dimension = state[0].shape
            block = self._block(neurons, neurons + dimension)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # a run that leaves the domain ends
                pieces = [
                    function(tuple(array[begin : min(begin + block, runs), ...] for array in state))
                    for begin in range(0, runs, block)
                ]
            return tuple(self.xp.concat(list(arrays), axis=0) for arrays in zip(*pieces, strict=True))

        return blocked

    def positive(self, matrices: Array) -> Host:
        """Whether each of the symmetric matrices (runs, N, N) is positive definite, as far as Cholesky can tell."""
        return np.array([self._try(self.xp.linalg.cholesky, matrix) is not None for matrix in _each(matrices)])

    def solve(self, matrices: Array, vectors: Array) -> Host:
        """The solutions (runs, N) of the linear equations; NaN where a matrix is singular."""
        solutions = [
            self._try(self.xp.linalg.solve, *pair) for pair in zip(_each(matrices), _each(vectors), strict=True)
        ]
        missing = np.full(vectors.shape[1], np.nan)
        return np.stack([missing if solution is None else self.get(solution) for solution in solutions])

    def is_out_of_memory(self, error: Exception) -> bool:
        """Whether the error says that the device's memory is used up."""
        return isinstance(error, MemoryError)

    @staticmethod
    def _block(neurons: int, others: int) -> int:
        return max(1, CACHED // (8 * neurons * others))

    @staticmethod
    def _try(function: Callable[..., Array], *arguments: Array) -> Array | None:
        try:
            return function(*arguments)
        except np.linalg.LinAlgError:
            return None


class _Jax(Backend):
    static = True

    def __init__(self, device: str) -> None:
        self._jax = _imported("jax", "JAX", "pip install 'landscape-verify[jax]'")
        self._jax.config.update("jax_enable_x64", True)
        try:
            self._place = self._jax.devices(device)[0]
        except RuntimeError:
            raise BackendError(f"JAX finds no {device} device: pip install 'jax[cuda12]'") from None
        super().__init__("jax", device, self._jax.numpy)

    def batch(self, neurons: int, others: int) -> int:
        return _parallel_batch(self.device)

    def put(self, values: Host) -> Array:
        return self._jax.device_put(values, self._place)

    def repeated(self, step: Callable[[State], State], count: int) -> Callable[[State], State]:
        return lambda state: self._jax.lax.fori_loop(0, count, lambda _, current: step(current), state)

    def compiled(self, function: Callable[[State], State]) -> Callable[[State], State]:
        compiled: Callable[[State], State] = self._jax.jit(function)
        return compiled

    def positive(self, matrices: Array) -> Host:
        factors = self.xp.linalg.cholesky(matrices)  # NaN where it fails
        return self.get(self.xp.all(self.xp.isfinite(factors), axis=(1, 2)))

    def solve(self, matrices: Array, vectors: Array) -> Host:
        return self.get(self.xp.linalg.solve(matrices, vectors[..., None])[..., 0])

    def is_out_of_memory(self, error: Exception) -> bool:
        return "RESOURCE_EXHAUSTED" in str(error)


class _Torch(Backend):
    def __init__(self, device: str) -> None:
        self._torch = _imported("torch", "PyTorch", "pip install 'landscape-verify[torch]'")
        if device == "cuda" and not self._torch.cuda.is_available():
            raise BackendError("PyTorch finds no cuda device: pip install torch, of a build with CUDA (pytorch.org)")
        super().__init__("torch", device, import_module("array_api_compat.torch"))

    def batch(self, neurons: int, others: int) -> int:
        return _parallel_batch(self.device)

    def put(self, values: Host) -> Array:
        return self._torch.tensor(values, device=self.device)

    def get(self, array: Array) -> Host:
        return np.asarray(array.cpu())

    def compiled(self, function: Callable[[State], State]) -> Callable[[State], State]:
        return self._torch.no_grad()(function)  # type: ignore[no-any-return]

    def positive(self, matrices: Array) -> Host:
        return self.get(self._torch.linalg.cholesky_ex(matrices).info == 0)

    def solve(self, matrices: Array, vectors: Array) -> Host:
        result, info = self._torch.linalg.solve_ex(matrices, vectors)
        return np.where(self.get(info)[:, None] == 0, self.get(result), np.nan)

    def is_out_of_memory(self, error: Exception) -> bool:
        return isinstance(error, self._torch.OutOfMemoryError)


def backend(name: str = "numpy", device: str = "cpu") -> Backend:
    """The backend of that name (`NAMES`) on that device (`DEVICES`). Raises BackendError."""
    if name not in NAMES or device not in DEVICES:
        raise BackendError(f"no backend {name} on {device}; known: {', '.join(NAMES)} on {' or '.join(DEVICES)}")
    if name == "numpy":
        if device != "cpu":
            raise BackendError("NumPy computes on the CPU only; for a GPU: pip install 'landscape-verify[jax]'")
        return Backend()
    return _Jax(device) if name == "jax" else _Torch(device)


def _imported(module: str, name: str, command: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise BackendError(f"{name} is not installed: {command}") from None


def padding(count: int) -> int:
    """How many to add for a power of two, so that shapes are few."""
    return (1 << (count - 1).bit_length()) - count


def _parallel_batch(device: str) -> int:
    return 64 if device == "cpu" else 8192


def _each(arrays: Array) -> list[Array]:
    return [arrays[index, ...] for index in range(arrays.shape[0])]
