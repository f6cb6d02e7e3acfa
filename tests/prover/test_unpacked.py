"""Sizes of arrays are looked at before they are unpacked."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from scipy.io import whosmat

from verify.producer.prover.points import MAX_BYTES, BadFile, read_points

SMALL = 2**20


def npy(shape: tuple[int, ...], content: bytes = b"") -> bytes:
    """A .npy file that claims a shape."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue() + content


def mat(claimed: tuple[int, int], zeros: int) -> bytes:
    """A .mat file of version 5 with one compressed array, of this shape by its header, and so many bytes of data."""

    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)

    head = (
        element(6, struct.pack("<II", 6, 0)) + element(5, struct.pack("<ii", *claimed)) + element(1, b"W\0\0\0\0\0\0\0")
    )
    data = struct.pack("<II", 9, zeros)
    machine = zlib.compressobj()
    packed = machine.compress(struct.pack("<II", 14, len(head) + len(data) + zeros) + head + data)
    for _ in range(zeros // SMALL):
        packed += machine.compress(bytes(SMALL))
    packed += machine.flush()
    return (
        b"MATLAB 5.0 MAT-file".ljust(124)
        + struct.pack("<H", 0x100)
        + b"IM"
        + struct.pack("<II", 15, len(packed))
        + packed
    )


def npz(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W.npy", content)
    return file.getvalue()


BOMBS = {
    "shape.npy": (lambda: npy((2**20, 2**20)), "claims an array of 8796093022208 bytes"),
    "shape.npz": (lambda: npz(npy((2**20, 2**20))), "claims an array of 8796093022208 bytes"),
    "zeros.npz": (lambda: npz(npy((2**14, 2**12 + 1), bytes(8 * 2**14 * (2**12 + 1)))), "unpacks to 537002112 bytes"),
    "shape.mat": (lambda: mat((2**15, 2**15), 64), "unpacks to 8589934592 bytes"),
    "zeros.mat": (lambda: mat((2, 2), 512 * SMALL), f"unpacks to more than {MAX_BYTES} bytes"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_little_memory(name: str, tmp_path: Path) -> None:
    make, message = BOMBS[name]
    (tmp_path / name).write_bytes(make())
    assert (tmp_path / name).stat().st_size < 2 * SMALL
    script = (
        "import sys, pathlib, resource, scipy.io, numpy\n"
        "from verify.producer.prover.points import read_points\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**30 + 2**28,) * 2)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read_points(pathlib.Path(sys.argv[1]))\n"
        "except ValueError as error: print(error)\n"
        "assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 2**10\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / name)]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert message in done.stdout


def test_honest_files_are_read(tmp_path: Path) -> None:
    from scipy.io import savemat

    W = np.arange(6.0).reshape(3, 2)
    np.save(tmp_path / "W.npy", W)
    np.savez_compressed(tmp_path / "W.npz", W=W)
    savemat(
        tmp_path / "W.mat", {"W": W, "about": "text", "more": np.array([{"a": 1}], dtype=object)}, do_compression=True
    )
    for suffix in (".npy", ".npz", ".mat"):
        assert (read_points(tmp_path / f"W{suffix}")[0] == W).all()
    with pytest.raises(BadFile, match="has no array 'about'"):
        read_points(tmp_path / "W.mat", variable="about")


def test_numbers_beside_objects_of_matlabs_own_classes_are_read(tmp_path: Path) -> None:
    """SciPy lists no variable of a file with a symbolic object: those of numbers are found by their headers."""

    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)

    def numbers(name: bytes, W: np.ndarray, packed: bool) -> bytes:
        letters = struct.pack("<HH", 1, len(name)) + name.ljust(4, b"\0") if len(name) <= 4 else element(1, name)
        sides = struct.pack(f"<{W.ndim}i", *W.shape)
        whole = element(
            14, element(6, struct.pack("<II", 6, 0)) + element(5, sides) + letters + element(9, W.tobytes("F"))
        )
        return element(15, zlib.compress(whole))[: 8 + len(zlib.compress(whole))] if packed else whole

    symbolic = element(14, element(6, struct.pack("<II", 17, 0)) + struct.pack("<HH", 1, 1) + b"r\0\0\0" + bytes(64))
    W, stack = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(2, 3, 2)
    path = tmp_path / "objects.mat"
    for packed in (False, True):
        arrays = numbers(b"W", W, packed) + symbolic + numbers(b"students_of_all", stack, packed)
        path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x100) + b"IM" + arrays)
        with pytest.raises(TypeError):
            whosmat(path)
        assert (read_points(path, variable="W")[0] == W).all()
        assert (read_points(path, variable="students_of_all") == np.moveaxis(stack, -1, 0)).all()
        with pytest.raises(
            BadFile, match=r"name one of its arrays with --variable: W \(2, 3\), students_of_all \(2, 3, 2\)"
        ):
            read_points(path)
    huge = numbers(b"W", W, packed=False).replace(struct.pack("<ii", 2, 3), struct.pack("<ii", 2**15, 2**15))
    path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x100) + b"IM" + huge + symbolic)
    with pytest.raises(BadFile, match="unpacks to 8589934592 bytes"):
        read_points(path)
