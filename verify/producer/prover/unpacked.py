"""How large the arrays in a file are, before they are unpacked: a small file may claim, or unpack to, any size."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import BinaryIO

from numpy.lib import format as npy

_MAT_HEADER = 128
_MAT_COMPRESSED, _MAT_MATRIX = 15, 14
_MAT_NUMERIC = range(6, 16)
"""Of the classes double, single, int8, ..., uint64."""
_MAT_START = 1024
"""An array's flags, sides and name are within so many bytes."""
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
    try:
        found = [(name, shape) for name, shape, kind in whosmat(path) if kind in NUMERIC]
    except TypeError:  # SciPy's list breaks off at an object of one of MATLAB's own classes, such as a symbolic one
        found = list(_numeric_headers(path))
    size = sum(8 * prod(shape) for _, shape in found)
    if size > most:
        raise TooLarge(f"unpacks to {size} bytes, more than {most}")
    return [name for name, _ in found]


def _numeric_headers(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape of the arrays of numbers in a file of version 5, by their headers alone."""
    with path.open("rb") as file:
        order = {b"IM": "<", b"MI": ">"}[file.read(_MAT_HEADER)[126:128]]
        while len(tag := file.read(8)) == 8:
            kind, length = struct.unpack(f"{order}II", tag)
            end = file.tell() + length
            start = file.read(min(length, _MAT_START))
            if kind == _MAT_COMPRESSED:
                start = zlib.decompressobj().decompress(start, _MAT_START)
                kind, start = struct.unpack_from(f"{order}I", start)[0], start[8:]
            if kind == _MAT_MATRIX and struct.unpack_from(f"{order}8xI", start)[0] & 0xFF in _MAT_NUMERIC:
                sides = struct.unpack_from(f"{order}20xI", start)[0]
                shape = struct.unpack_from(f"{order}{sides // 4}i", start, 24)
                place = 24 + sides + -sides % 8
                word, letters = struct.unpack_from(f"{order}II", start, place)
                begin, letters = (4, word >> 16) if word >> 16 else (8, letters)  # up to four letters stand in the tag
                yield start[place + begin :][:letters].decode("latin-1"), shape
            file.seek(end)


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
