"""What an installed package does: the wheel alone, with the producer's packages, and an editable install.

Needs a package index, once for python-flint and the build; without one these tests are skipped.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns import campaign
from verify import __version__

ROOT = Path(__file__).parents[1]
VALID = ROOT / "tests" / "corpus" / "valid"
GOOD = VALID / "type-ii-k6.json"
LARGE = ROOT / "certificates" / "large-minima" / "k023-n023.json"
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
pytestmark = campaign
NEEDS = "needs the producer: pip install 'landscape-verify[prove]'"


def called(command: list[object], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=300, **more)


def run(*command: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that inherits nothing of the tests' paths, in a folder in which there is no module of ours."""
    with tempfile.TemporaryDirectory() as empty:
        elsewhere = str(folder or empty)
        return called([*command], cwd=elsewhere, env={"PATH": "/usr/bin:/bin", "HOME": elsewhere})


def pip(*arguments: object, python: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Pip, for another interpreter than this one."""
    return called([*PIP, *([] if python is None else ["--python", python]), *arguments])


def environment(place: Path, what: list[object], *, with_packages_of_tests: bool = False) -> Path:
    """The folder of the scripts of a new environment in which `what` is installed, without what it depends on."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    scripts = place / "bin"
    done = pip("install", "--no-deps", *what, python=scripts / "python")
    assert done.returncode == 0, done.stderr
    if with_packages_of_tests:  # after its own; files *.pth of that folder are not read
        (site,) = place.glob("lib/python3*/site-packages")
        (site / "packages-of-tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    if pip("download", "--no-deps", "--dest", place / "index", "hatchling").returncode:
        pytest.skip("the package index cannot be reached, so nothing is installed")
    done = pip("wheel", "--no-deps", "--wheel-dir", place, ROOT)
    assert done.returncode == 0, done.stderr
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def checker_only(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`pip install landscape-verify` and what it depends on."""
    place = tmp_path_factory.mktemp("checker") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    done = pip("install", wheel, python=place / "bin" / "python")
    assert done.returncode == 0, done.stderr
    return place / "bin"


def test_two_distributions_are_installed(checker_only: Path) -> None:
    program = "from importlib.metadata import distributions as d; print(*sorted(x.metadata['Name'] for x in d()))"
    assert run(checker_only / "python", "-c", program).stdout == "landscape-verify python-flint\n"


def test_no_top_level_name_but_verify(checker_only: Path) -> None:
    (site,) = checker_only.parent.glob("lib/python3*/site-packages")
    names = sorted(path.name for path in site.iterdir())
    assert [name for name in names if "flint" not in name] == [f"landscape_verify-{__version__}.dist-info", "verify"]


@pytest.mark.parametrize("command", ["verify check", "python -m verify check", "python -m verify.checker"])
def test_it_checks(checker_only: Path, command: str) -> None:
    program, *arguments = command.split()
    done = run(checker_only / program, *arguments, VALID / "manifest-strict.json", GOOD)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 files: 2 verified, " in done.stdout
    assert run(checker_only / program, *arguments, VALID.parent / "malformed" / "raw-null.json").returncode == 2


def test_it_checks_in_several_processes_in_full_and_with_the_second_checker(checker_only: Path) -> None:
    assert (
        "2 verified"
        in run(checker_only / "verify", "check", "--jobs", 2, GOOD, VALID / "global-minimum-k2.json").stdout
    )
    assert "Because:" in run(checker_only / "verify", "check", "-v", GOOD).stdout
    done = run(checker_only / "verify", "check", "--trust", "independent", "-v", GOOD)
    assert (done.returncode, "(independent, " in done.stdout) == (0, True)
    assert run(checker_only / "python", "-m", "verify.independent", GOOD).returncode == 0


def test_it_shows(checker_only: Path) -> None:
    done = run(checker_only / "verify", "show", GOOD)
    assert (done.returncode, "has NOT checked" in done.stdout) == (0, True)
    done = run(checker_only / "verify", "show", VALID.parent / "malformed" / "raw-null.json")
    assert (done.returncode, done.stdout, done.stderr.startswith("Malformed  ")) == (2, "", True)


def test_it_has_every_format_but_the_page(checker_only: Path) -> None:
    bad = VALID.parent / "malformed" / "raw-null.json"
    for form, begins in {"json": "{", "jsonl": '{"schema"', "junit": "<testsuite", "sarif": "{"}.items():
        done = run(checker_only / "verify", "check", "-q", "--format", form, GOOD, bad)
        assert (done.returncode, done.stdout.startswith(begins), done.stderr) == (2, True, "")
    done = run(checker_only / "verify", "check", "--format", "html", GOOD)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'landscape-verify[report]'" in done.stderr
    assert run(checker_only / "verify", "show", GOOD, "--format", "latex").stdout.count("theorem") >= 2
    assert run(checker_only / "verify", "explain", "kink").stdout.startswith("kink: ")


@pytest.mark.parametrize("command", ["prove", "list", "certify", "search", "audit", "sdp", "plot", "derive"])
def test_a_command_of_the_producer_names_the_extra(checker_only: Path, command: str) -> None:
    done = run(checker_only / "verify", command, "something")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"verify {command} {NEEDS}\n")


def test_help_and_version(checker_only: Path) -> None:
    for arguments in ([], ["--help"]):
        done = run(checker_only / "verify", *arguments)
        assert (done.returncode, "verify check PATH..." in done.stdout, "[prove]" in done.stdout) == (0, True, True)
    assert run(checker_only / "verify", "--version").stdout == f"landscape-verify, version {__version__}\n"


def test_in_python(checker_only: Path) -> None:
    program = f"""
import verify

print(verify.check({str(GOOD)!r}).name)
for use in ("verify.certify", "verify.EmpiricalRisk", "__import__('verify.sdp')", "__import__('verify.audit')"):
    try:
        eval(use)
    except ImportError as error:
        print(error)
try:
    verify.nothing
except AttributeError as error:
    print(error)
"""
    first, *refused, last = run(checker_only / "python", "-c", program).stdout.splitlines()
    assert first == "Verified"
    names = ["verify.certify", "verify.EmpiricalRisk", "verify.sdp", "verify.audit"]
    assert [line.split(" needs")[0] for line in refused] == names
    assert all(NEEDS in line for line in refused)
    assert last == "module 'verify' has no attribute 'nothing'"


def test_a_large_certificate_is_undecided_and_names_the_extra(checker_only: Path) -> None:
    done = run(checker_only / "verify", "check", LARGE)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("Undecided  ")
    assert "needs NumPy, which is not installed: pip install 'landscape-verify[float64]'" in done.stdout
    assert '"code": "missing-software"' in run(checker_only / "verify", "check", "--format", "json", LARGE).stdout


# The bundled proofs


@pytest.fixture
def strange_folder(tmp_path: Path) -> Path:
    """A folder of the user's, with a package `proofs` that is not ours."""
    (tmp_path / "proofs").mkdir()
    for name in ("__init__", "other_activations"):
        (tmp_path / "proofs" / f"{name}.py").write_text("raise RuntimeError('the proofs of somebody else')\n")
    return tmp_path


@pytest.fixture(scope="session", params=["wheel", "editable"])
def with_producer(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("producer") / "environment"
    what: list[object] = [wheel] if request.param == "wheel" else ["--editable", ROOT]
    return environment(place, what, with_packages_of_tests=True)


def test_a_folder_named_proofs_is_in_no_ones_way(with_producer: Path, strange_folder: Path) -> None:
    """Not even where Python imports from the current folder, nor in the processes of --jobs."""
    prove = ["prove", "other-activations", "--jobs", 2, "--output", "made"]
    done = run(with_producer / "python", "-m", "verify", *prove, folder=strange_folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 verified, 0 rejected" in done.stdout
    assert "somebody else" not in done.stdout + done.stderr
    program = "import verify, verify.proofs.other_activations as p; print(verify.__file__, p.__file__)"
    where, of_proof = (Path(name) for name in run(with_producer / "python", "-c", program).stdout.split())
    assert of_proof.parent == (ROOT / "proofs" if where.parents[1] == ROOT else where.with_name("bundled_proofs"))


def test_all_bundled_proofs_are_named() -> None:
    from verify.proofs import NAMES

    found = {path.stem for path in (ROOT / "proofs").glob("*.py") if "\nPROOF = " in path.read_text(encoding="utf-8")}
    assert found == {name.replace("-", "_") for name in NAMES}
