"""A semidefinite program to be bounded: the exact data that the checker reads, and the same in floating point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from verify.checker.public import Block, Entries, SemidefiniteProgram, read_bytes, read_sdpa
from verify.checker.statements.data_file import DataFile
from verify.checker.statements.semidefinite_program import Program

Array = NDArray[Any]
"""Of float64."""


@dataclass(frozen=True)
class Instance:
    """inf c.x subject to sum x_i F_i - F_0 >= 0, as the bytes of an SDPA file and a list of zero blocks give it."""

    name: str
    """The data file's name."""
    content: bytes
    program: SemidefiniteProgram
    zero_blocks: frozenset[int] = frozenset()
    """Diagonal blocks, from 0, in which sum x_i F_i - F_0 is to be zero."""

    @classmethod
    def load(cls, path: Path) -> Instance:
        """Read a file in the SDPA sparse format. Raises NotACertificate, naming the line."""
        content = read_bytes(path)
        return cls(path.name, content, read_sdpa(content))

    @classmethod
    def build(cls, name: str, program: SemidefiniteProgram, zero_blocks: frozenset[int] = frozenset()) -> Instance:
        """The instance whose file is written for a program given in memory."""
        return cls(name, write_sdpa(program), program, zero_blocks)

    def in_cube(self, radius: Fraction) -> Instance:
        """The program with a further diagonal block, |x_i| <= radius; it has no file."""
        return self.in_box([(-radius, radius)] * self.program.variables)

    def in_box(self, box: Sequence[tuple[Fraction, Fraction]]) -> Instance:
        """The program with a further diagonal block, low_i <= x_i <= high_i; it has no file."""
        last, m = len(self.program.blocks), self.program.variables
        corners: Entries = {}
        for i, (low, high) in enumerate(box):
            corners |= {(i, i): low, (m + i, m + i): -high}
        sides: list[Entries] = [{(i, i): Fraction(1), (m + i, m + i): Fraction(-1)} for i in range(m)]
        matrices = [
            {**matrix, last: side} for matrix, side in zip(self.program.matrices, [corners, *sides], strict=True)
        ]
        blocks = (*self.program.blocks, Block(2 * m, diagonal=True))
        program = SemidefiniteProgram(self.program.objective, blocks, tuple(matrices))
        return Instance(self.name, b"", program, self.zero_blocks)

    def landscape(self) -> Program:
        """What a statement about it is about."""
        data = DataFile(self.name, sha256(self.content).hexdigest())
        return Program(data, self.program.variables, self.program.blocks, self.zero_blocks)

    @cached_property
    def objective(self) -> Array:
        """c, (m,), rounded."""
        return np.array([float(entry) for entry in self.program.objective])

    @cached_property
    def arrays(self) -> list[tuple[scipy.sparse.csr_array, Array]]:
        """Per block A, (n^2, m) or (n, m) if diagonal, and F_0: the block of sum x_i F_i - F_0 is A x - F_0."""
        result = []
        for number, block in enumerate(self.program.blocks):
            n = block.order
            size = n if block.diagonal else n * n
            rows: list[int] = []
            columns: list[int] = []
            values: list[float] = []
            for index, matrix in enumerate(self.program.matrices):
                for (i, j), value in matrix.get(number, {}).items():
                    for place in {i} if block.diagonal else {i * n + j, j * n + i}:
                        rows.append(place)
                        columns.append(index)
                        values.append(float(value))
            whole = scipy.sparse.csr_array((values, (rows, columns)), shape=(size, self.program.variables + 1))
            constant = whole[:, [0]].toarray().ravel()
            result.append((whole[:, 1:], constant if block.diagonal else constant.reshape(n, n)))
        return result

    @property
    def order(self) -> int:
        """The order of all blocks that are not to be zero."""
        return sum(block.order for number, block in enumerate(self.program.blocks) if number not in self.zero_blocks)

    def trace(self, dual: list[Array]) -> float:
        """Of Y, without the blocks that are to be zero in X: (n, n), or (n,) if diagonal, per block."""
        blocks = (y for number, y in enumerate(dual) if number not in self.zero_blocks)
        return float(sum(np.abs(y.diagonal() if y.ndim == 2 else y).sum() for y in blocks))

    @cached_property
    def scale(self) -> float:
        """The largest entry of F_0, or 1 if it is zero."""
        return max((float(np.abs(constant).max()) for _, constant in self.arrays), default=0.0) or 1.0

    def combination(self, point: Array) -> list[Array]:
        """The blocks of sum x_i F_i in floating point: (n, n), or (n,) if diagonal."""
        return [(rows @ point).reshape(constant.shape) for rows, constant in self.arrays]

    def slack(self, point: Array) -> list[Array]:
        """The blocks of sum x_i F_i - F_0 in floating point: (n, n), or (n,) if diagonal."""
        return [(rows @ point).reshape(constant.shape) - constant for rows, constant in self.arrays]


def write_sdpa(program: SemidefiniteProgram) -> bytes:
    """The program as a file in the SDPA sparse format. Every number must be a finite decimal."""
    orders = " ".join(str(-block.order if block.diagonal else block.order) for block in program.blocks)
    lines = [str(program.variables), str(len(program.blocks)), orders, " ".join(map(decimal, program.objective))]
    for index, matrix in enumerate(program.matrices):
        for number, entries in sorted(matrix.items()):
            lines += [f"{index} {number + 1} {j + 1} {i + 1} {decimal(v)}" for (i, j), v in sorted(entries.items())]
    return ("\n".join(lines) + "\n").encode()


def decimal(number: Fraction) -> str:
    """A number as a finite decimal. Raises ValueError if it has none."""
    whole, places = number, 0
    while whole.denominator != 1:
        if whole.denominator % 2 and whole.denominator % 5:
            raise ValueError(f"{number} is not a finite decimal")
        whole, places = whole * 10, places + 1
    return f"{whole.numerator}e-{places}" if places else str(whole.numerator)
