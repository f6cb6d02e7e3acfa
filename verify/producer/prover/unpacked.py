"""How large the arrays in a file are, before they are unpacked: a small file may claim, or unpack to, any size."""

from __future__ import annotations

import struct
import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import BinaryIO

from numpy.lib import format as npy

_MAT_HEADER = 128
_MAT_COMPRESSED = 15
_CHUNK = 2**20
NUMERIC = {"double", "single", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))}
"""MATLAB's classes of real arrays of numbers."""


class TooLarge(ValueError):
    """The arrays are larger than is taken on, or than the file can hold."""


def check_npy(path: Path, most: int) -> None:
    """Raises TooLarge."""
    with path.open("rb") as file:
        _check_npy(file, path.stat().st_size, most)


def check_npz(path: Path, most: int) -> None:
    """Raises TooLarge. A member gives no more bytes than the archive says that it has."""
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if size > most:
            raise TooLarge(f"unpacks to {size} bytes, more than {most}")
        for member in archive.infolist():
            if member.filename.endswith(".npy"):
                with archive.open(member) as file:
                    _check_npy(file, member.file_size, most)  # type: ignore[arg-type]


def _check_npy(file: BinaryIO, stored: int, most: int) -> None:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    size = prod(shape) * dtype.itemsize
    if size > min(stored, most):
        raise TooLarge(f"claims an array of {size} bytes in {stored}; at most {most} are read")


def numeric_in_mat(path: Path, most: int) -> list[str]:
    """The names of the arrays of real numbers in a MATLAB file; nothing else need be unpacked. Raises TooLarge."""
    from scipy.io import whosmat

    _check_compressed(path, most)
    found = [(name, shape) for name, shape, kind in whosmat(path) if kind in NUMERIC]
    size = sum(8 * prod(shape) for _, shape in found)
    if size > most:
        raise TooLarge(f"unpacks to {size} bytes, more than {most}")
    return [name for name, _ in found]


def _check_compressed(path: Path, most: int) -> None:
    """What the compressed elements of a version 5 file unpack to, counted without keeping it."""
    with path.open("rb") as file:
        header = file.read(_MAT_HEADER)
        order = {b"IM": "<", b"MI": ">"}.get(header[126:128])
        if order is None:
            return  # of version 4, which does not compress, or no MATLAB file
        size = 0
        while len(tag := file.read(8)) == 8:
            kind, length = struct.unpack(f"{order}II", tag)
            end = file.tell() + length
            if kind == _MAT_COMPRESSED:
                size += _unpacked(file, length, most - size)
                if size > most:
                    raise TooLarge(f"unpacks to more than {most} bytes")
            file.seek(end)


def _unpacked(file: BinaryIO, length: int, most: int) -> int:
    """How many bytes `length` compressed ones unpack to; more than `most` where there are more."""
    machine, size = zlib.decompressobj(), 0
    while length > 0 and size <= most and (chunk := file.read(min(_CHUNK, length))):
        length -= len(chunk)
        while chunk and size <= most:
            size += len(machine.decompress(chunk, _CHUNK))
            chunk = machine.unconsumed_tail
    return size
