"""What every command prints for programs: one class a document, from which docs/schemas/ and docs/OUTPUT.md are made.

`--format json` prints one document. `--format jsonl` prints an object a line, flushed as soon as it is known: the items
of the document's `results`, each with `schema` and `type` before its own members, and at last an `End`. Where there is
no `End`, the run was killed. A member is only ever added within a version; what is removed or means something else
gets another number.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

Code = Annotated[str | None, "why it is not proved, one of docs/REASONS.md; null where it is"]
HelpLink = Annotated[str | None, "the paragraph of docs/REASONS.md about `code`, from the project's folder"]
Digest = Annotated[str | None, "the certificate's own digest, if it is right; null if malformed"]


class Envelope(TypedDict):
    """How the command ended; the first members of every document."""

    version: Annotated[str, "of the program"]
    exit_code: Annotated[int, "that of the command, docs/EXIT_CODES.md"]
    finished: Annotated[bool, "false where the command was stopped: then some items are missing"]


class End(Envelope):
    """The last line of `jsonl`."""

    schema: str
    type: Literal["end"]
    count: Annotated[int, "of the lines before this one"]


class Met(TypedDict):
    """A hypothesis that was proved."""

    theorem: Annotated[str, "the rule's name"]
    hypothesis: str
    measured: Annotated[str, "the numbers that met it, rounded outward"]


class RestsOn(TypedDict):
    """The trusted code of a verdict (docs/RESTS_ON.md)."""

    theorems: Annotated[dict[str, str | None], "each rule, and the page with its proof"]
    lines: int
    files: list[str]
    digest: Annotated[str, "SHA-256 of the trusted files as they are"]


class Checked(TypedDict):
    """The verdict on a file."""

    path: Annotated[str, "the file"]
    verdict: Literal["Verified", "Rejected", "Undecided", "Malformed"]
    property: Annotated[str | None, "what is claimed; null if malformed"]
    scope: Annotated[str | None, "what the statement covers; null if malformed"]
    definition: Annotated[str | None, "what the statement's words mean; null if malformed"]
    trust: Annotated[
        str | None,
        "the tier: `arb`, `float64`, `independent`, `rocq`, or of a manifest those of its parts; null unless verified",
    ]
    digest: Digest
    sentence: Annotated[str | None, "the statement that was proved, in words; null unless verified"]
    claimed: Annotated[str | None, "the statement that was NOT proved, in words; null if verified or malformed"]
    reason: Annotated[str | None, "why not; null if verified"]
    code: Code
    help: HelpLink
    hypotheses: Annotated[list[Met], "empty unless verified"]
    assumptions: Annotated[list[str], "what the verdict assumes; empty unless verified"]
    rests_on: Annotated[RestsOn | None, "null unless verified, and where the table has no row"]
    seconds: float


class CheckDocument(Envelope):
    """`verify check`, `python -m verify.checker`."""

    schema: Literal["landscape-verify-check/1"]
    results: list[Checked]


class Judged(TypedDict):
    """The verdict on a claim of a claims file."""

    id: str
    property: str
    claim: Annotated[str, "what was claimed, in words, with the defaults"]
    verdict: Literal["proved", "refuted", "undecided"]
    code: Code
    help: HelpLink
    advice: Annotated[str | None, "what to do, where the claim is undecided"]
    scope: str | None
    sentence: Annotated[str | None, "what was proved; null if undecided"]
    reason: Annotated[str | None, "why it is refuted or undecided; null if proved"]
    trust: Annotated[str | None, "the tier in which the certificates were verified"]
    certificates: Annotated[list[str], "the files; empty if undecided"]
    file: Annotated[str, "the claims file"]
    line: Annotated[int, "the line of the claim in it, from 1"]


class AuditDocument(Envelope):
    """`verify audit`."""

    schema: Literal["landscape-verify-audit/1"]
    file: Annotated[str, "the claims file"]
    results: list[Judged]


class Recorded(TypedDict):
    """A verdict of before, kept in this user's cache folder. It proves nothing now."""

    checker: Annotated[str, "the version that gave the verdict"]
    on: Annotated[str, "the time, UTC"]
    code_digest: Annotated[str, "of the trusted code that gave it; it is that of the code installed now"]


class Listed(TypedDict):
    """A claim of a paper, and what is known of it."""

    proof: str
    paper: Annotated[str | None, "null where the proof cannot be loaded"]
    claim: str
    statement: str
    status: Annotated[
        Literal["proved", "refuted", "undecided", "not-checked", "no-file", "broken"],
        "`not-checked`: there is a file, and no verdict on it; `no-file`: the file that would settle it is not there; "
        "`undecided`: no file settles it; `broken`: the proof cannot be loaded",
    ]
    checked: Annotated[Literal["now", "recorded"] | None, "`now`: proved by this command; `recorded`: see `recorded`"]
    recorded: Recorded | None
    file: str | None
    digest: Digest
    trust: str | None
    scope: str | None
    sentence: Annotated[str | None, "what the file proves; null unless proved or refuted"]
    reason: Annotated[str | None, "what is missing; null if proved or refuted"]
    code: Code
    help: HelpLink


class ListDocument(Envelope):
    """`verify list`."""

    schema: Literal["landscape-verify-list/1"]
    results: list[Listed]


class ShowDocument(Envelope):
    """`verify show`: what a file claims. Nothing is checked."""

    schema: Literal["landscape-verify-show/1"]
    path: str
    checked: Annotated[Literal[False], "this command checks nothing"]
    kind: Literal["certificate", "manifest"]
    property: str
    claims: Annotated[str, "the statement, in words"]
    definition: str
    scope: str
    digest: str
    parts: Annotated[list[str], "the files of a manifest"]


class ProveDocument(Envelope):
    """`verify prove`: the certificates that were made, as they were checked."""

    schema: Literal["landscape-verify-prove/1"]
    name: str
    paper: str
    folder: str
    experiment: Annotated[str | None, "with --experiment: the page that was written"]
    results: list[Checked]


class Certified(TypedDict):
    """What became of a point."""

    point: Annotated[int, "its number in the file, from 0"]
    outcome: Literal["certified", "same", "not-certified"]
    same_as: Annotated[int | None, "the point that it is, up to the order of neurons and coordinates"]
    property: str | None
    summary: Annotated[str | None, "what the certificate says; `verify check` proves it"]
    certificate: Annotated[str | None, "the file"]
    reason: str | None
    code: Code
    help: HelpLink


class CertifyDocument(Envelope):
    """`verify certify`."""

    schema: Literal["landscape-verify-certify/1"]
    file: str
    folder: Annotated[str, "where the certificates are"]
    results: list[Certified]


class Candidate(TypedDict):
    """A point that a search found. Nothing about it is proved."""

    point: int
    loss: Annotated[float | None, "null where it is not finite"]
    runs: Annotated[int, "that ended there"]
    smallest_eigenvalue: float | None
    gradient_norm: float | None
    starts: list[str]


class Searched(TypedDict):
    """A search for one pair (k, n)."""

    activation: str
    k: int
    teacher: Annotated[str | None, "the file of its matrix; null: orthonormal"]
    n: int
    runs: int
    seed: int
    protocol: str
    backend: str
    global_runs: Annotated[int, "with a loss below 1e-3 times the teacher's mean squared length"]
    unfinished: int
    under_way: Annotated[int, "when time was up"]
    file: str
    candidates: Annotated[list[Candidate], "numeric: nothing here is proved"]
    certified: Annotated[list[Certified], "with --certify"]


class SearchDocument(Envelope):
    """`verify search`."""

    schema: Literal["landscape-verify-search/1"]
    results: list[Searched]


class Bounds(TypedDict):
    """Rigorous bounds of a semidefinite program."""

    file: str
    solver: str
    solver_status: str
    solver_value: Annotated[float | None, "what the solver said; not proved"]
    lower: Annotated[float | None, "proved, rounded down; null: none was proved"]
    upper: Annotated[float | None, "proved, rounded up; null: none was proved"]
    relative_gap: float | None
    infeasible: Annotated[Literal["inequality", "equality"] | None, "proved: no x, or no Y; null: not proved to be"]
    box: Annotated[str | None, "without it, `lower` is not proved"]
    box_excludes_minimisers: bool
    seconds_solve: float
    seconds_bound: float
    exact_steps: Annotated[int, "steps of Newton's method that were made with 256 bits"]
    reasons: Annotated[dict[str, str], "for each bound that is missing"]
    certificates: list[str]


class BoundDocument(Envelope, Bounds):
    """`verify sdp bound`."""

    schema: Literal["landscape-verify-sdp-bound/1"]


class TableDocument(Envelope):
    """`verify sdp table`."""

    schema: Literal["landscape-verify-sdp-table/1"]
    results: list[Bounds]


class PlotDocument(Envelope):
    """`verify plot`. A picture proves nothing."""

    schema: Literal["landscape-verify-plot/1"]
    file: str
    picture: str


class ReportDocument(Envelope):
    """`verify report`: the page that was written, and the verdicts in it."""

    schema: Literal["landscape-verify-report/1"]
    folder: str
    page: str
    results: list[Checked]


class NewProofDocument(Envelope):
    """`verify new-proof`. Nothing is proved by this command."""

    schema: Literal["landscape-verify-new-proof/1"]
    folder: str
    files: list[str]


class DeriveDocument(Envelope):
    """`verify derive`."""

    schema: Literal["landscape-verify-derive/1"]
    activation: str
    kind: Annotated[Literal["text", "latex", "code"], "what `derivation` is written in"]
    derivation: str


class ExportDocument(Envelope):
    """`verify export rocq`. Nothing is proved by this command."""

    schema: Literal["landscape-verify-export/1"]
    file: str
    folder: str
    proved: Literal[False]


class ExplainDocument(Envelope):
    """`verify explain`."""

    schema: Literal["landscape-verify-explain/1"]
    code: str
    means: str
    do: str
    help: str


class ErrorDocument(Envelope):
    """What a command prints instead of its own document where it cannot be done."""

    schema: Literal["landscape-verify-error/1"]
    code: Annotated[str | None, "one of docs/REASONS.md, where one applies"]
    help: HelpLink
    message: str


DOCUMENTS: dict[str, type[Any]] = {
    "check": CheckDocument,
    "audit": AuditDocument,
    "list": ListDocument,
    "show": ShowDocument,
    "prove": ProveDocument,
    "certify": CertifyDocument,
    "search": SearchDocument,
    "sdp-bound": BoundDocument,
    "sdp-table": TableDocument,
    "plot": PlotDocument,
    "report": ReportDocument,
    "new-proof": NewProofDocument,
    "derive": DeriveDocument,
    "export": ExportDocument,
    "explain": ExplainDocument,
    "error": ErrorDocument,
}
"""By the name within their schema's."""
