"""`verify export rocq`: a certificate as a folder that Rocq builds, and the tier for `verify check --trust rocq`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from verify.checker.core.codes import ExitCode

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)

MAKEFILE = """\
# Builds the library and the theorem, and prints the statement and what it assumes. Needs coq 8.16.1,
# libcoq-interval 4.6.1 and libcoq-coquelicot 3.2.0.
# `make coqchk` then checks the compiled theorem a second time, with all libraries that it rests on, by Coq's other
# checker and without its virtual machine: minutes for k = n = 6.
COQC ?= coqc
COQCHK ?= coqchk
PATHS := -R {name} {name} -R {own} {own}
FILES := {files}

all:
\trm -f $(FILES:.v=.vo)
\tset -e; for file in $(FILES); do $(COQC) -q -w none $(PATHS) $$file; done
coqchk:
	$(COQCHK) -silent -o $(PATHS) {own}.{last}
.PHONY: all coqchk
"""


@click.group()
def export() -> None:
    """Write a certificate as a theorem for a proof assistant."""


@export.command()
@click.argument("file", type=EXISTING)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="A folder that is not there yet.")
def rocq(file: Path, output: Path) -> None:
    """Write the certificate or manifest FILE as a theorem for Rocq (Coq): then run make in the folder.

    Nothing is proved by this command. The theorem has the certificate's own numbers; that of a manifest is about its
    list of pairs.
    """
    from verify.checker.core.reader import NotACertificate
    from verify.rocq import library
    from verify.rocq.files import files
    from verify.rocq.theorem import NotModelledError

    try:
        sources, own = library.sources(), files(file)
    except NotACertificate as error:
        click.echo(f"Malformed  {file}: {error}", err=True)
        sys.exit(ExitCode.MALFORMED)
    except (NotModelledError, library.LibraryError) as error:
        click.echo(f"Undecided  {file}: there is no theorem for it: {error}", err=True)
        sys.exit(ExitCode.UNDECIDED)
    names = [f"{library.NAME}/{name}" for name in sources] + [f"{library.OWN}/{name}" for name in own]
    try:
        (output / library.NAME).mkdir(parents=True)
        (output / library.OWN).mkdir()
        for name, source in sources.items():
            (output / library.NAME / name).write_bytes(source)
        for name, text in own.items():
            (output / library.OWN / name).write_text(text, encoding="ascii")
        makefile = MAKEFILE.format(name=library.NAME, own=library.OWN, files=" ".join(names), last=Path(names[-1]).stem)
        (output / "Makefile").write_text(makefile, encoding="ascii")
    except OSError as error:
        raise click.ClickException(f"cannot write: {error}") from None
    click.echo(f"{output}: the theorem of {file}, not proved yet. To have Rocq prove it: make -C {output}")


def add_to(main: click.Group) -> None:
    """The one hook of `verify`: adds `verify export`."""
    main.add_command(export)
