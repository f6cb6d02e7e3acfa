"""The checker is alone: what its process loads, which files it opens, and that it starts nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns import campaign
from tests.corpus.forge import CORPUS, load, text

ROOT = Path(__file__).parents[2]
VALID = CORPUS / "valid"

MODULES = """
import json, runpy, sys
sys.argv[0] = "verify.checker"
try:
    runpy.run_module("verify.checker", run_name="__main__")
except SystemExit as ended:
    assert ended.code == 0, ended.code
print(json.dumps(sorted(sys.modules)))
"""

EVENTS = """
import json, sys
from verify.checker.__main__ import main
main(sys.argv[1:])  # once without the hook, so that all modules are loaded
seen = []
def note(event, given):
    if event != "open" or not isinstance(given[0], int):  # an open of a descriptor follows that of its path
        seen.append([event, str(given[0]) if given else ""])
sys.addaudithook(note)
main(sys.argv[1:])
print(json.dumps(seen))
"""


def last_line(program: str, *arguments: object) -> list[object]:
    """What a fresh Python prints last, as JSON; isolated from the tests' environment."""
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{program}"]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result: list[object] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.parametrize("file", ["manifest-strict.json", "saddle-type-ii-k5.json"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_only_the_standard_library_flint_and_the_checker_are_loaded(file: str, form: str) -> None:
    loaded = {str(name) for name in last_line(MODULES, VALID / file, "--format", form)}
    ours = {name for name in loaded if name.split(".")[0] == "verify"}
    assert "verify.checker.theorems.saddle" in ours
    assert all(name == "verify" or name.startswith("verify.checker") for name in ours), ours
    flint = set(last_line("import flint, json; print(json.dumps(sorted(sys.modules)))"))
    foreign = {name for name in loaded - ours - flint if name.split(".")[0] not in sys.stdlib_module_names}
    assert not foreign


def test_the_float64_tier_loads_numpy_and_nothing_else() -> None:
    """SciPy comes in above 2,000 unknowns only."""
    loaded = {str(name) for name in last_line(MODULES, VALID / "type-ii-k6.json", "--trust", "float64")}
    assert {"numpy", "verify.checker.float64.factorisation"} <= loaded
    alone = set(last_line("import flint, numpy, json; print(json.dumps(sorted(sys.modules)))"))
    ours = {name for name in loaded if name.split(".")[0] == "verify"}
    assert all(name == "verify" or name.startswith("verify.checker") for name in ours), ours
    foreign = {name.split(".")[0] for name in loaded - ours - alone} - set(sys.stdlib_module_names)
    assert foreign <= {"numpy"}, foreign


def test_the_arb_tier_loads_nothing_of_float64() -> None:
    for trust in ("arb", "auto"):
        loaded = {str(name) for name in last_line(MODULES, VALID / "type-ii-k6.json", "--trust", trust)}
        assert not {name for name in loaded if name.startswith("verify.checker.float64")}
        assert "numpy" not in loaded


@pytest.mark.parametrize("name", ["numpy", "scipy", "sympy", "click", "rich", "mpmath", "hypothesis", "socket", "ssl"])
def test_these_in_particular_are_not_loaded(name: str) -> None:
    assert name not in last_line(MODULES, VALID / "type-ii-k6.json")


def opened(*arguments: object) -> list[str]:
    return [str(given) for event, given in last_line(EVENTS, *arguments) if event == "open"]  # type: ignore[misc]


def test_no_file_is_opened_but_the_one_named() -> None:
    path = VALID / "type-ii-k6.json"
    assert opened(path) == [str(path)]


def test_a_manifest_opens_itself_and_its_parts_each_once() -> None:
    parts = ["manifest-strict.json", "global-minimum-k2.json", "type-ii-k6.json"]
    assert opened(VALID / "manifest-strict.json") == [str(VALID / name) for name in parts]


def test_a_folder_opens_its_json_files_and_no_other(tmp_path: Path) -> None:
    shutil.copy(VALID / "global-minimum-k1.json", tmp_path / "certificate.json")
    (tmp_path / "data.npz").write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(b"")
    assert opened(tmp_path) == [str(tmp_path / "certificate.json")]


def test_expect_opens_the_manifest_and_not_its_parts(tmp_path: Path) -> None:
    manifest = VALID / "manifest-strict.json"
    for name in ("global-minimum-k2.json", "type-ii-k6.json"):
        shutil.copy(VALID / name, tmp_path / name)
    files = [tmp_path / "global-minimum-k2.json", tmp_path / "type-ii-k6.json", manifest]
    assert opened(tmp_path, "--expect", manifest) == [str(file) for file in files]


def test_paths_in_a_certificate_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(text({**load("valid/type-ii-k6.json"), "provenance": {"include": "/etc/passwd"}}))
    assert opened(path) == [str(path)]


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=campaign)])
def test_nothing_is_started_sent_written_or_compiled(every: int) -> None:
    files = sorted(VALID.glob("*.json"))[::every]
    events = {str(event) for event, _ in last_line(EVENTS, *files)}  # type: ignore[misc]
    forbidden = ("socket.", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn", "ctypes.", "pickle.")
    assert not [event for event in events if event.startswith(forbidden)]
    assert not events & {"exec", "compile", "os.remove", "os.rename", "os.mkdir", "shutil.copyfile", "import"}


def test_python_dash_m() -> None:
    """The command as it is documented, without any environment."""
    command = [sys.executable, "-m", "verify.checker", str(VALID / "global-minimum-k1.json")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Verified   ")
    assert done.stderr == ""
