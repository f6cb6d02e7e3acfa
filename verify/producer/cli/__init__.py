"""The command `verify`. Each command says what was proved, in which scope, trusting what, and where the file is."""

from __future__ import annotations

import os

import click

from verify import __version__
from verify.producer.cli.audit import audit
from verify.producer.cli.certify import certify
from verify.producer.cli.check import check, explain, show
from verify.producer.cli.derive import derive
from verify.producer.cli.failures import ExitCodes
from verify.producer.cli.listing import list_proofs
from verify.producer.cli.new_proof import new_proof
from verify.producer.cli.plot import plot
from verify.producer.cli.prove import prove
from verify.producer.cli.report import report
from verify.producer.cli.sdp import sdp
from verify.producer.cli.search import search
from verify.rocq.command import add_to as add_export


@click.group(cls=ExitCodes, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="landscape-verify")
def main() -> None:
    """Proofs about the loss landscapes of neural networks, as files that anyone can check.

    \b
    Find and prove:   verify search, verify certify, verify prove, verify audit
    Bound an SDP:     verify sdp
    Check and read:   verify check, verify show, verify list, verify plot, verify report
    Understand:       verify derive, verify explain
    Add a proof:      verify new-proof

    Only `verify check` must be believed; it is `python -m verify.checker`, a small
    program of its own.

    Exit codes: 0 proved, verified or done; 1 refuted or rejected; 2 malformed, or a wrong
    command line; 3 undecided; 70 internal error (a bug: VERIFY_TRACEBACK=1 shows where);
    74 a file cannot be written, or workers or software are missing; 130 interrupted.
    The table is docs/EXIT_CODES.md.
    """
    # Our matrices are small: on a busy machine the threads of a BLAS spend their time waiting for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


for command in (audit, certify, check, derive, explain, list_proofs, new_proof, plot, prove, report, sdp, search, show):
    main.add_command(command)
add_export(main)
