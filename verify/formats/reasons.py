"""What each reason's code means, and what to do. docs/REASONS.md is made from this table; so is the advice printed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from verify.checker.core.codes import Reason
from verify.checker.front.output import REASONS

BASE = "VERIFY_DOCS"
"""In the environment: the address of the folder with the documents, for the links in SARIF."""


@dataclass(frozen=True, slots=True)
class Help:
    """A reason in words."""

    means: str
    """What is known, and what is not."""
    do: str
    """What to try, the likeliest first."""


HELP: dict[Reason, Help] = {
    Reason.UNREADABLE: Help(
        "The file does not read as what it should be: its syntax, a field, a shape or its digest is wrong. Nothing is "
        "said about its statement.",
        "The message names the place. If you wrote the file, compare it with docs/CERTIFICATE.md (a claims file: "
        "docs/AUDIT.md). If you were given it, ask for it again: a certificate that was edited has a wrong digest. A "
        "newer version may know what this one does not.",
    ),
    Reason.HYPOTHESIS_FALSE: Help(
        "A hypothesis of the theorem is proved false for the numbers in the file, so this certificate proves nothing. "
        "Its statement may be true all the same.",
        "Make the certificate again from the point (`verify certify`, `verify prove`): the prover chooses bounds, "
        "radius and precision for which the hypotheses hold. If it cannot, claim less.",
    ),
    Reason.NOT_COVERED: Help(
        "What was proved is not what is claimed: parts are missing, or the facts do not give the statement.",
        "Compare the claim with what the message says was proved; claim that, or add the parts that are missing. "
        "For one certificate (not a manifest or a claim of an audit) this is a bug of the checker: please report it.",
    ),
    Reason.OTHER_DATA: Help(
        "There is a data file of the right name, and its SHA-256 is not the one in the statement: it is another file.",
        "Get the data file that the certificate was made with, and give it with `--data FILE`.",
    ),
    Reason.NOT_PROVED: Help(
        "A hypothesis was neither proved nor disproved at this precision. Nothing is said about the statement: it may "
        "be true or false.",
        "Make the certificate again with more digits or another radius (`verify certify` tries several), from a point "
        "that was trained further. `verify check -v` prints the hypotheses and their numbers.",
    ),
    Reason.TIME_LIMIT: Help(
        "The time limit passed before the proof was finished. Nothing is said about the statement.",
        "Raise `--time-limit SECONDS`; `--jobs N` checks N files at a time.",
    ),
    Reason.OUT_OF_MEMORY: Help(
        "There is too little memory here. Nothing is said about the statement.",
        "Check the file alone and with `--jobs 1`, or on a machine with more memory.",
    ),
    Reason.TOO_LARGE: Help(
        "The statement is beyond the limits of size of what would have to prove it. The limits keep a stranger's file "
        "from using up the machine; they are in docs/CERTIFICATE.md.",
        "One critical point of a teacher-student landscape: `--trust float64` goes further (it needs "
        "`pip install 'landscape-verify[float64]'`). Everything else: a smaller instance, or a statement in parts.",
    ),
    Reason.MISSING_DATA: Help(
        "The statement is about a data file that is not there.",
        "Lay it beside the certificate under the name in the message, or give it with `--data FILE`.",
    ),
    Reason.MISSING_SOFTWARE: Help(
        "A package that this needs is not installed, or not fit for it.",
        "Install what the message names; `pip install 'landscape-verify[all]'` brings everything.",
    ),
    Reason.UNKNOWN_RULE: Help(
        "This checker has no rule for this kind of statement; another one may.",
        "Check the file by the first checker: `verify check FILE`, without `--trust`.",
    ),
    Reason.NO_CANDIDATE: Help(
        "The search came upon nothing to prove. It works in floating point and may miss what is there.",
        "Give a candidate of your own (`better = ...` in a claim), a point that was trained further, or search longer "
        "(`--runs`, another `--seed`).",
    ),
    Reason.KINK: Help(
        "A pre-activation or a neuron may be 0 in the region, so the loss need not be differentiable there and the "
        "second derivative decides nothing.",
        "Take a smaller radius or `within`, so that the region leaves the kink out. On a kink itself only some "
        'properties are proved: docs/AUDIT.md, "One hidden layer, on kinks".',
    ),
    Reason.NOT_CRITICAL: Help(
        "No critical point was found near the given point: the gradient there is not small for the curvature.",
        "A trained network of ReLU units has its minima on kinks, at some distance from where training stopped, and "
        "training further does not help: `verify.refine` in Python goes there, and so does an audit of `local-minimum` "
        "with a `within` that is large enough. Otherwise train further, in double precision, or give more digits of "
        "the point; check that neurons are in rows (`--neurons columns` where they are not), and that loss, scale and "
        "weight decay are those of the training.",
    ),
    Reason.SINGULAR_HESSIAN: Help(
        "The Hessian is singular to working precision, so that second derivatives do not decide what the point is.",
        "Claim what needs no regular Hessian (`local-minimum`, `global-minimum`: docs/AUDIT.md says for which "
        "landscapes), or fix the parameters that do not matter (`fixed`). With weight decay the Hessian may be "
        "regular, but that is another landscape.",
    ),
    Reason.NOT_CONVERGED: Help(
        "A numerical method of the prover did not converge. Nothing is said about the claim.",
        "Start nearer: train further, in double precision. A descent along kinks goes further with more `steps` of "
        "`verify.refine`. Without weight decay a classifier's loss may fall for ever as parameters grow, so that there "
        "is no minimum to come to: with `weight_decay`, a landscape of its own, there is one. For a semidefinite "
        "program, try another `--solver`.",
    ),
    Reason.CYCLING: Help(
        "The search for a local minimum lists and drops the same units at their kinks again and again, and does not "
        "come to rest. The distance and the loss that it reached are in the message.",
        "Start from another point, or a little beside this one. `verify.refine` may still prove that there is no local "
        "minimum near the point.",
    ),
    Reason.FLAT_DIRECTION: Help(
        "Where the search came to rest the loss is flat, to working precision, along a direction that comes from none "
        "of the symmetries of docs/BASIN.md: a minimum there is not decided.",
        "Weight decay makes most directions curved, but that is another landscape. Unused inputs and units that are "
        "off on nearly all samples are often the cause.",
    ),
    Reason.DUPLICATE_UNITS: Help(
        "Two units of a layer point the same way. The loss is flat where they stay parallel, and nothing follows for "
        "points near there.",
        "With decay of all weights and biases rule `split-units` decides most such points. Without it train with fewer "
        "units, or join the two by hand.",
    ),
    Reason.ZERO_UNIT: Help(
        "Decay has taken all weights and biases of a unit to 0. It is on its kink on all samples, in every radius, and "
        "no rule holds it there unless another unit of its layer is not 0.",
        "The unit does nothing: leave it out, and claim the minimum of the smaller network. Whether units added there "
        "lower the loss is told by `lower-bound-of-every-width` (docs/WIDE.md), for inputs of up to three dimensions, "
        "and by claiming not-a-local-minimum.",
    ),
    Reason.POOL_TIE: Help(
        "Two neighbours of which the network takes the larger one (max pooling) may be equal on a sample, and that is "
        "a kink that no rule holds.",
        "Average pooling has no such kinks. Otherwise claim what is proved on kinks: that there is no local minimum "
        "within a distance.",
    ),
    Reason.NOT_MODELLED: Help(
        "There is no rule or prover for such a claim about such a landscape.",
        'What is decided, and what is not, is in docs/AUDIT.md ("What is not decided"): claim a property that has a '
        "rule for this landscape.",
    ),
    Reason.PROCESS_LOST: Help(
        "A process at work on the file died: it was killed, or memory ran out. No verdict follows.",
        "Check the file alone, without `--jobs`, and look at the memory that it takes.",
    ),
    Reason.INTERNAL_ERROR: Help(
        "A bug of this project. No verdict follows.",
        "Please report it, with the file and what `VERIFY_TRACEBACK=1` in the environment prints.",
    ),
}


def link(code: str) -> str:
    """The paragraph about a code, from the folder of the project."""
    return f"{REASONS}#{code}"


def address(code: str) -> str | None:
    """The absolute address of that paragraph: below VERIFY_DOCS, or in the checkout; None where neither is there."""
    base, _, page = REASONS.rpartition("/")
    if given := os.environ.get(BASE, ""):
        return f"{given.rstrip('/')}/{page}#{code}"
    here = Path(__file__).parents[2] / base / page
    return f"{here.as_uri()}#{code}" if here.is_file() else None


def advice(codes: Iterable[str]) -> Iterator[str]:
    """A line for each code that occurs, in the order of the table: how often, what to do, and where more is said."""
    found = list(codes)
    for reason, help_ in HELP.items():
        if count := found.count(reason.value):
            yield f"{reason.value} ({count}): {help_.do} [{link(reason.value)}]"


def page() -> str:
    """docs/REASONS.md."""
    parts = [
        "# Reasons\n\n"
        "<!-- made from verify/formats/reasons.py by `python -m verify.producer.documents` -->\n\n"
        "What is not proved has a reason's code beside its words (`code` in JSON, `type` in JUnit, `ruleId` in SARIF). "
        "This page\nsays of each code what it means and what to do; `verify explain CODE` prints it. "
        "Which exit code they end with is in\n[EXIT_CODES.md](EXIT_CODES.md).\n"
    ]
    for reason, help_ in HELP.items():
        parts.append(f"\n## {reason.value}\n\n{_filled(help_.means)}\n\n{_filled(f'**What to do.** {help_.do}')}\n")
    return "".join(parts)


def _filled(text: str) -> str:
    import textwrap

    return textwrap.fill(text, 116, break_on_hyphens=False, break_long_words=False)
