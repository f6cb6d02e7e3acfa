"""`verify export rocq`: a certificate as a folder that Rocq builds, and the tier for `verify check --trust rocq`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from verify.checker.core.codes import ExitCode, Reason
from verify.formats.documents import failure, single

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)

MAKEFILE = """\
# Builds the library and the theorem, prints the statement and what it assumes, and compares both, word for word, with
# Expected.txt: another statement or another axiom is an error. Needs coq 8.16.1, libcoq-interval 4.6.1 and
# libcoq-coquelicot 3.2.0.
# `make coqchk` then checks the compiled theorem a second time, with all libraries that it rests on, by Coq's other
# checker and without its virtual machine: minutes for k = n = 6.
COQC ?= coqc
COQCHK ?= coqchk
PATHS := -R {name} {name} -R {own} {own}
FILES := {files}
# one word a line; Rocq breaks lines also after an opening parenthesis
WORDS = tr -s ' \\n' '  ' < $(1) | sed 's/( /(/g' | tr ' ' '\\n'
# of OCaml's garbage collector: less memory, less time
export OCAMLRUNPARAM ?= {collector}

all:
\trm -f $(FILES:.v=.vo)
\tset -e; for file in $(FILES); do $(COQC) -q -w none $(PATHS) $$file; done > Printed.txt
\t@cat Printed.txt
\t@$(call WORDS,Expected.txt) > Expected.words
\t@$(call WORDS,Printed.txt) | diff Expected.words - || \\
\t  {{ echo 'Not as in Expected.txt: another statement, or another axiom.' >&2; exit 1; }}
\t@echo
\t@echo 'As in Expected.txt: the statement of the file, and no other axioms than these.'
coqchk:
\t$(COQCHK) -silent -o $(PATHS) {own}.{last}
.PHONY: all coqchk
"""


@click.group()
def export() -> None:
    """Write a certificate as a theorem for a proof assistant."""


@export.command()
@click.argument("file", type=EXISTING)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="A folder that is not there yet.")
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True)
def rocq(file: Path, output: Path, form: str) -> None:
    """Write the certificate or manifest FILE as a theorem for Rocq (Coq): then run make in the folder.

    Nothing is proved by this command. The theorem has the certificate's own numbers; that of a manifest is about its
    list of pairs.
    """
    from verify.checker.core.reader import NotACertificate
    from verify.rocq import kernel, library
    from verify.rocq.files import files
    from verify.rocq.theorem import NotModelledError

    try:
        sources, (own, printed), axioms = library.sources(), files(file), library.assumptions_text()
    except NotACertificate as error:
        _fail(form, ExitCode.MALFORMED, f"Malformed  {file}: {error}", Reason.UNREADABLE)
    except (NotModelledError, library.LibraryError) as error:
        told = f"Undecided  {file}: there is no theorem for it: {error}"
        _fail(form, ExitCode.UNDECIDED, told, Reason.NOT_MODELLED)
    names = [f"{library.NAME}/{name}" for name in sources] + [f"{library.OWN}/{name}" for name in own]
    try:
        (output / library.NAME).mkdir(parents=True)
        (output / library.OWN).mkdir()
        for name, source in sources.items():
            (output / library.NAME / name).write_bytes(source)
        for name, text in own.items():
            (output / library.OWN / name).write_text(text, encoding="ascii")
        makefile = MAKEFILE.format(
            name=library.NAME,
            own=library.OWN,
            files=" ".join(names),
            collector=kernel.COLLECTOR,
            last=Path(names[-1]).stem,
        )
        (output / "Makefile").write_text(makefile, encoding="ascii")
        (output / "Expected.txt").write_text(f"{printed}\n{axioms}", encoding="ascii")
    except OSError as error:
        _fail(form, ExitCode.INFRASTRUCTURE, f"Error: cannot write: {error}", None)
    if form == "text":
        click.echo(f"{output}: the theorem of {file}, not proved yet. To have Rocq prove it: make -C {output}")
        return
    members = {"file": str(file), "folder": str(output), "proved": False}
    click.echo(single(form, "landscape-verify-export/1", ExitCode.PROVED, members))


def _fail(form: str, code: ExitCode, message: str, reason: Reason | None) -> NoReturn:
    click.echo(message, err=True)
    if form != "text":
        click.echo(failure(form, code, message, reason))
    sys.exit(code)


def add_to(main: click.Group) -> None:
    """The one hook of `verify`: adds `verify export`."""
    main.add_command(export)
