"""`verify new-proof`: a package with a proof that runs, to be changed into one's own."""

from __future__ import annotations

import re
from pathlib import Path

import click

from verify import __version__
from verify.producer.cli.common import try_to_write
from verify.producer.cli.failures import BadUse
from verify.producer.cli.printer import Printer, printed

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

PROJECT = """\
[build-system]
requires = ["hatchling>=1.24"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["landscape-verify[prove]>={version}"]

[project.entry-points."verify.proofs"]
{name} = "{module}:PROOF"

[tool.hatch.build.targets.wheel]
only-include = ["{module}.py"]
"""

MODULE = '''\
"""The claims of a paper, in our terms, and what proves each: `verify prove {name}`."""

from verify.producer.items import Item, proof, says_at, vector
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.given_point import certify_global_minimum

# The landscape: one linear neuron without bias, two samples (x, y), the sum of squares.
RISK = EmpiricalRisk([[1], [2]], [[2], [4]], [1], "identity", biases=False, scale="sum")
POINT = vector(2)

PROOF = proof(
    "{name}",
    "The paper's authors, year, title",
    (
        Item(
            name="two samples",
            claim="The weight 2 is a global minimum of the squared loss on the samples (1, 2) and (2, 4).",
            file="two-samples.json",
            make=lambda: certify_global_minimum(RISK, POINT),
            settles=says_at(RISK, "global-minimum", POINT),
        ),
        Item(
            name="all samples",
            claim="For any samples, a linear neuron has no other local minimum.",
            missing="a rule for all samples at once",
        ),
    ),
)
'''


@click.command("new-proof")
@click.argument("name")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The folder to make [default: NAME].")
@printed("new-proof")
def new_proof(name: str, output: Path | None, printer: Printer) -> None:
    """Make a package with a proof called NAME, as in author-2026, that runs: change it into yours.

    \b
    Example:  verify new-proof author-2026
              pip install -e author-2026 && verify prove author-2026
    """
    from verify.checker.public import ExitCode
    from verify.producer.proof import installed

    if not _NAME.fullmatch(name):
        raise BadUse(f"{name!r} is no name of a proof: small letters, digits and single hyphens, as in author-2026")
    if name in list(installed()):
        raise BadUse(f"there is a proof {name} already")
    folder, module = output or Path(name), name.replace("-", "_")
    if folder.exists():
        raise BadUse(f"{folder} exists")
    files = {"pyproject.toml": PROJECT, f"{module}.py": MODULE}

    def write() -> None:
        folder.mkdir(parents=True)
        for file, text in files.items():
            content = text.format(name=name, module=module, version=__version__)
            (folder / file).write_text(content, encoding="utf-8")

    try_to_write(write)
    printer.say(f"Wrote {folder}. To run it: pip install -e {folder} && verify prove {name}")
    printer.end(ExitCode.PROVED, folder=str(folder), files=[str(folder / file) for file in files])
