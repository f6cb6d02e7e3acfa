"""A box cut into smaller ones, and a word for each piece: what a cover is written as.

A tree in preorder, four bits a node: 0 to 3 cut the box into halves at the middle of that side, first the lower, then
the upper; 4 to 15 are leaves. The pieces cover the box by construction. The bits are read in order, the upper four of
each byte first, and a last half byte that is left over is 0. Nothing but the way down to one piece is kept in memory.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.limits import MAX_COVER_BYTES, MAX_COVER_DEPTH
from verify.checker.core.reader import Field

Side = tuple[Fraction, Fraction]
Box = tuple[Side, ...]
MAX_SIDES = 4


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A tree that was read, or made, and found to be one."""

    packed: bytes
    leaves: int

    def pieces(self, box: Box) -> Iterator[tuple[Box, int]]:
        """The pieces of a box, and the word of each: its code, from 0."""
        waiting = [box]
        for code in nodes(self.packed):
            piece = waiting.pop()
            if code >= MAX_SIDES:
                yield piece, code - MAX_SIDES
                if not waiting:
                    return
                continue
            low, high = piece[code]
            middle = (low + high) / 2
            waiting.append((*piece[:code], (middle, high), *piece[code + 1 :]))
            waiting.append((*piece[:code], (low, middle), *piece[code + 1 :]))


def nodes(packed: bytes) -> Iterator[int]:
    """The codes of the nodes in preorder, and perhaps a 0 that is left over."""
    for byte in packed:
        yield byte >> 4
        yield byte & 15


def pack(codes: Sequence[int]) -> bytes:
    """The inverse."""
    even = [*codes, 0] if len(codes) % 2 else codes
    return bytes(high << 4 | low for high, low in zip(even[::2], even[1::2], strict=True))


def subdivision(packed: bytes, sides: int, words: int) -> Subdivision:
    """A tree of `sides` sides with the words 0 to `words` - 1. Raises ValueError if the bytes are none."""
    allowed = {*range(sides), *range(MAX_SIDES, MAX_SIDES + words)}
    depths, leaves, count = [0], 0, 0  # of the nodes that are to come; the last of them is next
    for code in nodes(packed):
        count += 1
        depth = depths.pop()
        if code not in allowed:
            raise ValueError(f"node {count - 1} has the code {code}, which is not known here")
        if code < MAX_SIDES:
            if depth == MAX_COVER_DEPTH:
                raise ValueError(f"is more than {MAX_COVER_DEPTH} cuts deep")
            depths += [depth + 1, depth + 1]
            continue
        leaves += 1
        if not depths:
            break
    if depths:
        raise ValueError(f"ends before its last leaf: {len(depths)} pieces are missing")
    if len(packed) != (count + 1) // 2 or (count % 2 and packed[-1] & 15):
        raise ValueError("goes on after its last leaf")
    return Subdivision(packed, leaves)


def read_tree(field: Field, sides: int, words: int) -> Subdivision:
    """A tree in base 64: its length is looked at before it is decoded. Raises NotACertificate."""
    text = field.text()
    if len(text) > MAX_COVER_BYTES:
        field.fail(f"has {len(text)} characters, more than {MAX_COVER_BYTES}")
    try:
        packed = base64.b64decode(text.encode("ascii"), validate=True)
        if base64.b64encode(packed).decode("ascii") != text:
            raise ValueError("is not written in base 64 as it should be")
        return subdivision(packed, sides, words)
    except (UnicodeEncodeError, binascii.Error):
        field.fail("is not written in base 64")
    except ValueError as error:
        field.fail(str(error))
