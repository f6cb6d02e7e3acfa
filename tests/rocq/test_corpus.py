"""The corpus of files for Rocq: whatever is tampered with, coqc refuses it, and for the reason that the file names."""

import time
from pathlib import Path

import pytest

from tests.rocq import corpus
from verify.rocq import kernel, library
from verify.rocq.kernel import Coq

FILES = sorted(path.name for path in corpus.FOLDER.glob("*.v"))
ACCEPTED = [name for name in FILES if name.startswith("accepted")]


def test_the_files_are_those_of_the_certificate() -> None:
    """So that an accepted file stays what verify writes, and a tampered one differs from it in one thing."""
    assert {name: (corpus.FOLDER / name).read_text(encoding="ascii") for name in FILES} == corpus.files()


def test_each_thing_is_tampered_with() -> None:
    assert {"center.v", "curvature.v", "factor.v", "teacher.v", "radius_large.v", "radius_small.v"} <= set(FILES)


def compiled(name: str, coq: Coq, folder: Path) -> None:
    """Have coqc compile the file of this name, with the library that was built."""
    (folder / library.OWN / name).write_bytes((corpus.FOLDER / name).read_bytes())
    kernel.compile_file(coq, folder, f"{library.OWN}/{name}", time.monotonic() + 300)


@pytest.mark.usefixtures("rocq")
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_true_is_accepted(name: str, built: tuple[Coq, Path]) -> None:
    compiled(name, *built)


@pytest.mark.usefixtures("rocq")
@pytest.mark.parametrize("name", [name for name in FILES if name not in ACCEPTED])
def test_what_is_tampered_with_is_refused(name: str, built: tuple[Coq, Path]) -> None:
    first = (corpus.FOLDER / name).read_text(encoding="ascii").splitlines()[0]
    answer = first.removeprefix("(* coqc must refuse this: ").removesuffix(" *)")
    assert answer in {corpus.COMPUTED, corpus.STATEMENT, corpus.NOT_POSITIVE}
    with pytest.raises(kernel.NotAcceptedError) as refusal:
        compiled(name, *built)
    assert answer in str(refusal.value)
