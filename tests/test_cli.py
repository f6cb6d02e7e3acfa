"""The command `verify`, run as a user would: every command, its output, its exit code, and its bad input."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.corpus.forge import CORPUS
from verify import ReLUTeacherStudent, certify
from verify.producer.cli import main

TYPE_II = (0.98670381888858, -0.050413403216809, 0.30801099147907, 0.22451580759948, -0.60151192356109)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def type_ii_student() -> np.ndarray:
    diagonal, other, column, row, corner = TYPE_II
    student = np.full((6, 6), other) + (diagonal - other) * np.eye(6)
    student[:, 5], student[5], student[5, 5] = column, row, corner
    return student


@pytest.fixture(scope="module")
def minimum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("minimum") / "minimum.json"
    certify(ReLUTeacherStudent.orthonormal(6), type_ii_student()).save(path)
    return path


@pytest.mark.parametrize(
    "command", ["search", "certify", "prove", "list", "show", "plot", "derive", "check", "report", "explain", "audit"]
)
def test_every_command_teaches(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


def test_check_prints_the_sentence_and_exits_0(minimum: Path) -> None:
    result = run("check", minimum)
    assert result.exit_code == 0
    assert "Verified" in result.output
    assert "strict local minimum that is not global" in result.output
    assert "arb" in result.output


def test_show_says_that_it_does_not_check(minimum: Path, tmp_path: Path) -> None:
    result = run("show", minimum)
    assert result.exit_code == 0
    assert "NOT checked" in result.output
    assert "strict local minimum that is not global" in result.output
    broken = tmp_path / "broken.json"
    broken.write_text(minimum.read_text().replace('"neurons": 6', '"neurons": 7'))
    result = run("show", broken)
    assert result.exit_code == 2
    assert "Malformed" in result.output


def test_plot_draws_a_picture(minimum: Path, tmp_path: Path) -> None:
    result = run("plot", minimum, "-o", tmp_path / "minimum.png")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "minimum.png").read_bytes().startswith(b"\x89PNG")
    result = run("plot", minimum, "-o", tmp_path / "minimum.unknown")
    assert result.exit_code == 2
    assert "Error" in result.output
    assert not (tmp_path / "minimum.unknown").exists()


@pytest.mark.parametrize("name", ["symmetric-type-ii", "symmetric-global-minimum"])
def test_plot_draws_symmetric_points(name: str, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    result = run("plot", CORPUS / "valid" / f"{name}.json", "-o", picture)
    assert result.exit_code == 0, result.output
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_plot_draws_a_diagram_of_types(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    folder = Path(__file__).parents[1] / "certificates" / "symmetric-minima"
    assert run("plot", folder / "mixed-k006-k040.json", "-o", picture).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_search_names_the_symmetry(tmp_path: Path) -> None:
    result = run("search", "--k", 6, "--n", 6, "--runs", 0, "--output", tmp_path / "found.npz")
    assert result.exit_code == 0
    assert "S_5 x S_1" in result.output


def test_derive_prints_text_and_latex() -> None:
    assert "kappa" in run("derive", "relu").output
    assert "\\kappa" in run("derive", "relu", "--latex").output
    result = run("derive", "nonsense")
    assert result.exit_code == 2
    assert "relu" in result.output


def test_search_then_certify_then_check(tmp_path: Path) -> None:
    found = tmp_path / "found.npz"
    result = run("search", "--k", 6, "--n", 6, "--runs", 4, "--output", found)
    assert result.exit_code == 0, result.output
    assert str(found) in result.output
    result = run("certify", found, "--output", tmp_path / "certificates")
    assert "spurious-local-minimum (d >= 6)" in result.output
    assert run("check", tmp_path / "certificates").exit_code == 0


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".json", ".mat"])
def test_certify_reads_every_kind_of_file_in_rows_and_columns(suffix: str, tmp_path: Path) -> None:
    student = type_ii_student()
    path = tmp_path / f"points{suffix}"
    if suffix == ".npy":
        np.save(path, student)
    elif suffix == ".npz":
        np.savez(path, students=student[None], other=np.zeros((2, 2)))
    elif suffix == ".json":
        path.write_text(json.dumps(student.tolist()))
    else:
        from scipy.io import savemat

        savemat(path, {"W": np.stack([student, student[::-1]], axis=-1)})
    result = run("certify", path, "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "spurious-local-minimum (d >= 6)" in result.output
    assert ("point 1: the same as point 0" in result.output) == (suffix == ".mat")
    # Transposed, the point is not critical.
    result = run("certify", path, "--neurons", "columns", "--output", tmp_path / "other")
    assert result.exit_code == 3
    assert "not certified" in result.output
    assert "gradient norm" in result.output


def test_certify_with_a_teacher(tmp_path: Path) -> None:
    teacher = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, 1.0]])
    np.save(tmp_path / "teacher.npy", teacher)
    np.save(tmp_path / "student.npy", teacher)
    result = run("certify", tmp_path / "student.npy", "--teacher", tmp_path / "teacher.npy", "--output", tmp_path / "c")
    assert result.exit_code == 0, result.output
    assert "strict-local-minimum (d >= 3)" in result.output
    assert run("check", tmp_path / "c").exit_code == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("points.txt", b"1 2", "unknown kind of file"),
        ("points.npy", b"not numpy", "cannot be read as .npy"),
        ("points.json", b"[[1, NaN]]", "not finite"),
        ("points.json", b'{"a": [[1]], "b": [[1]]}', "--variable"),
        ("points.json", b"[1, 2]", "shape (2,)"),
        ("points.json", b'[["x"]]', "not an array of real numbers"),
        ("points.npz", b"PK\x03\x04broken", "cannot be read as .npz"),
        ("points.mat", b"broken", "cannot be read as .mat"),
    ],
)
def test_certify_refuses_bad_files_in_one_line(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = run("certify", path)
    assert result.exit_code == 2
    assert message in result.output
    assert str(path) in result.output
    assert "Traceback" not in result.output


def test_certify_executes_no_pickle(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    result = run("certify", tmp_path / "objects.npy")
    assert result.exit_code == 2
    assert "allow_pickle" in result.output


def test_unknown_proof_names_the_known_ones() -> None:
    result = run("prove", "nonsense")
    assert result.exit_code == 2
    assert "safran-shamir-2018" in result.output


def test_list_computes_the_status_from_the_files(tmp_path: Path) -> None:
    result = run("list", "--certificates", tmp_path)
    assert result.exit_code == 0
    *entries, count = [line for line in result.output.splitlines() if line and not line.startswith(" ")]
    assert {entry.split()[0] for entry in entries} == {"undecided", "no-file"}
    assert "proved" not in count


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupted_proof_leaves_whole_files_only(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "verify.producer.cli",
        "prove",
        "safran-shamir-2018",
        "--output",
        str(tmp_path / "out"),
    ]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # where the tests run behind a shell, it is ignored
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    deadline = time.monotonic() + 120
    while not list((tmp_path / "out").glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "Traceback" not in errors
    files = list((tmp_path / "out").iterdir())
    assert files
    assert all(file.suffix == ".json" for file in files)
    assert run("check", tmp_path / "out").exit_code == 0
