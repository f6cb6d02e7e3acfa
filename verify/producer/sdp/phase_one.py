"""Phase one: a program whose solution is a strictly feasible point of another, or shows that there is none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from verify.checker.public import Block, SemidefiniteProgram
from verify.producer.sdp.central_path import Vector
from verify.producer.sdp.instance import Instance


def phase_one(instance: Instance, hint: Vector | None, weight: float | None = None) -> tuple[Instance, Vector]:
    """inf t, or c.x + weight t, subject to X + t I >= 0 and t >= -scale; and a strictly feasible point (x, t) of it."""
    program = instance.program
    scale = Fraction(instance.scale)
    last = len(program.blocks)
    identity = {
        number: {(i, i): Fraction(1) for i in range(block.order)}
        for number, block in enumerate(program.blocks)
        if number not in instance.zero_blocks
    }
    matrices = ({**program.matrices[0], last: {(0, 0): -scale}}, *program.matrices[1:])
    extended = SemidefiniteProgram(
        (*(c if weight else Fraction(0) for c in program.objective), Fraction(weight or 1)),
        (*program.blocks, Block(1, diagonal=True)),
        (*matrices, {**identity, last: {(0, 0): Fraction(1)}}),
    )
    x = np.zeros(program.variables) if hint is None else hint
    blocks = (block for number, block in enumerate(instance.slack(x)) if number not in instance.zero_blocks)
    least = min(float(block.min() if block.ndim == 1 else np.linalg.eigvalsh(block)[0]) for block in blocks)
    start = np.append(x, max(0.0, -1.5 * least) + 1e-3 * instance.scale)
    return Instance("phase one", b"", extended, instance.zero_blocks), start
