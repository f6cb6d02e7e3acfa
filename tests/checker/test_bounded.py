"""Work is bounded before it is allocated, and the clock is looked at within long steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns import campaign, sampled
from tests.corpus.forge import CORPUS, Document, changed, seal
from verify.checker import Rejected, Undecided, Verified, check
from verify.checker.core.codes import Reason
from verify.checker.core.limits import ARB_ORDER
from verify.checker.float64 import memory
from verify.checker.front.session import Session

ROOT = Path(__file__).parents[2]
GOOD = CORPUS / "valid" / "global-minimum-k2.json"
GIB = 2**30
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}


def valid(name: str) -> Document:
    document: Document = json.loads((CORPUS / "valid" / f"{name}.json").read_bytes())
    return document


def nearby(n: int, k: int) -> Document:
    """A statement about all teachers near e_1, ..., e_k, at a point that is far from critical."""
    return changed(
        valid("nearby-teachers-k6"),
        {
            "statement.landscape.teacher.neurons": k,
            "statement.landscape.neurons": n,
            "statement.input_dimension": {"at_least": k},
            "statement.region.center": [["1" if i == j else "1*2^-9" for j in range(k)] for i in range(n)],
            "statement.random_teachers": [],
            "witness.precision": 2048,
        },
    )


def polynomial(order: int) -> Document:
    """x^2 by a Gram matrix of this order, all zero but for one entry."""
    gram = [["1" if i == j == 1 else "0" for j in range(i + 1)] for i in range(order)]
    statement = {"landscape": {"kind": "polynomial", "indeterminates": ["x", "y"], "terms": [[[2, 0], "1"]]},
                 "property": "sum-of-squares"}  # fmt: skip
    basis = [[i % 32, i // 32] for i in range(order)]
    return {"format": "landscape-verify-certificate/1", "statement": statement,
            "witness": {"precision": 128, "basis": basis, "gram": gram}}  # fmt: skip


def risk(samples: int, widths: list[int], activation: object, **statement: Any) -> Document:
    """An empirical risk of one input, at the point 1/7, ..., with what is stated of it."""
    layers = [{"width": width, "activation": activation, "bias": True, "residual": False} for width in widths]
    landscape = {
        "kind": "empirical-risk",
        "layers": layers,
        "loss": {"kind": "squares", "factor": "1"},
        "weight_decay": {"weights": "0", "biases": "0"},
        "inputs": [[f"{index + 1}/{samples + 7}"] for index in range(samples)],
        "targets": [["1"]] * samples,
    }
    parameters = sum(width * (before + 1) for before, width in zip([1, *widths], widths, strict=False))
    made = {"landscape": landscape, **statement}
    if "point" in made:
        made["point"] = [["1/7"] * parameters]
    else:
        made["region"] = {"shape": "box", "center": [["1/7"] * parameters], "radius": "1*2^-60"}
    ones = [["1"] * parameters]
    witness: dict[str, object] = {"precision": 2048, "negative_direction": ones, "positive_direction": ones}
    if "point" in made:
        witness = {"precision": 128, "descent": {"direction": ones, "order": 32}}
    return {"format": "landscape-verify-certificate/1", "statement": made, "witness": witness}


SADDLE = {"property": "saddle", "value": ["0", "1"], "negative_curvature": "-1", "positive_curvature": "1"}
MODEL = {"polynomial": [f"{10**6 + 3 * power}/{10**6 + 7 * power}" for power in range(17)]}
LARGE: dict[str, Callable[[], Document]] = {
    "nearby-few-students": lambda: nearby(1, 230),
    "nearby-largest": lambda: nearby(32, 32),
    "polynomial": lambda: polynomial(ARB_ORDER + 1),
    "family": lambda: changed(valid("family-type-a"), {"witness.precision": 2048, "witness.terms": 64}),
    "risk-samples": lambda: risk(4096, [20, 1], "gelu", **SADDLE),
    "risk-exact": lambda: risk(3, [1, 1], MODEL, property="not-a-local-minimum", value=["0", "1"], point=()),
}


def written(folder: Path, name: str) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**seal(LARGE[name]()), "provenance": {}}), encoding="utf-8")
    return path


def test_fewer_students_than_teachers_are_refused_at_once(tmp_path: Path) -> None:
    start = time.monotonic()
    verdict = check(written(tmp_path, "nearby-few-students"))
    assert isinstance(verdict, Rejected)
    assert verdict.reason == "1 student neurons cannot copy the 230 of the teacher"
    assert time.monotonic() - start < 2


def test_a_gram_matrix_beyond_the_limit_is_too_large(tmp_path: Path) -> None:
    verdict = check(written(tmp_path, "polynomial"))
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.TOO_LARGE


@pytest.mark.parametrize("name", LARGE)
def test_the_time_limit_is_kept(name: str, tmp_path: Path) -> None:
    """By the time that the process works: others may have the processor meanwhile."""
    path = written(tmp_path, name)
    start = time.process_time()
    verdict = Session(time_limit=0.25).check(path)
    assert isinstance(verdict, Rejected | Undecided)
    assert time.process_time() - start < 2.25
    if name in ("family", "risk-samples", "risk-exact", "nearby-largest"):
        assert isinstance(verdict, Undecided)
        assert verdict.code is Reason.TIME_LIMIT


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory")
@pytest.mark.parametrize("name", sampled(LARGE, every=2))
def test_a_large_file_leaves_its_neighbours_their_verdicts_within_2_gib(name: str, tmp_path: Path) -> None:
    script = (
        "import resource, sys\n"
        "from verify.checker.__main__ import main\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({2 * GIB},) * 2)\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    files = [str(GOOD), str(written(tmp_path, name)), str(GOOD)]
    command = [sys.executable, "-c", script, "--time-limit", "4", "--format", "json", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=ENVIRONMENT)
    assert done.stderr == ""
    may_be_verified = name == "family"  # its statement is true, and a fast machine has the time
    assert done.returncode in ((0, 1, 3) if may_be_verified else (1, 3))
    assert [record["verdict"] for record in json.loads(done.stdout)["results"]][::2] == ["Verified", "Verified"]


@pytest.mark.skipif(sys.platform != "linux", reason="measures the memory")
@campaign
def test_float64_takes_what_it_says_at_one_neuron(tmp_path: Path) -> None:
    """Its one block is the whole Hessian: a second copy would nearly double what is taken."""
    d = 6000
    teacher = [["1*2^-5"] * d]
    statement = {
        "landscape": {"kind": "population-teacher-student", "activation": "relu", "teacher": {"rows": teacher},
                      "neurons": 1},
        "input_dimension": d, "property": "strict-local-minimum", "value": ["-1", "1"], "hessian_lower_bound": "1/4",
        "region": {"shape": "ball", "center": teacher, "radius": "1*2^-40"},
    }  # fmt: skip
    document = seal({"format": "landscape-verify-certificate/1", "statement": statement, "witness": {"precision": 128}})
    path = tmp_path / "one.json"
    path.write_text(json.dumps({**document, "provenance": {}}), encoding="utf-8")
    script = (
        "import pathlib, re, sys\n"
        "from verify.checker.front.session import Session\n"
        "verdict = Session(trust='float64').check(pathlib.Path(sys.argv[1]))\n"
        "status = pathlib.Path('/proc/self/status').read_text()  # ru_maxrss counts what started this, too\n"
        "print(verdict.name, int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) * 1024)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, env=ENVIRONMENT)
    name, taken = done.stdout.split()
    assert name == Verified.__name__
    assert 8 * d * d < int(taken) < 1.1 * memory.needed(d)
