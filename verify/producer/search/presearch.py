"""The search: many random descents, a few directed ones, and one list of the distinct points they end at."""

from __future__ import annotations

import time
from pathlib import Path

from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.search import checkpoint as checkpoints
from verify.producer.search.backends import Backend
from verify.producer.search.descent import FAST, STEP_LIMIT, Descent, Outcome, Protocol
from verify.producer.search.directed import Progress, directed_ends
from verify.producer.search.merge import Collection
from verify.producer.search.result import Candidate, SearchResult
from verify.producer.search.starts import random_start

RANDOM = "random"
SECONDS_BETWEEN_CHECKPOINTS = 20


def search(
    landscape: TeacherStudent,
    neurons: int,
    runs: int,
    seed: int = 0,
    directed: bool = True,
    progress: Progress | None = None,
    *,
    protocol: Protocol = FAST,
    backend: Backend | None = None,
    batch: int | None = None,
    step_limit: int = STEP_LIMIT,
    checkpoint: Path | None = None,
    seconds: float | None = None,
) -> SearchResult:
    """Critical points of the landscape that are not global minima, for students with `neurons` neurons.

    `runs` descents start at random, reproducibly from `seed`: run i is the same whatever `runs` and `batch`
    are. A run whose loss falls below 1e-3 (times the teacher's mean squared length) is taken for global and
    stopped. `directed` adds, for the orthonormal teacher and at least as many neurons as it has, starts from a
    symmetric ansatz, from splits of points of the pair (k, k), and from growth of points of (k - 1, neurons - 1).
    Points are merged up to the order of the neurons and, for the orthonormal teacher, of the coordinates. Saddles
    stay in the list. `progress(stage, done, total)` is called after every round of descents.

    The search goes on from the file `checkpoint` if it is there, and writes it now and then and at the end. After
    so many `seconds` it stops: the result's `runs` are those that have begun, of which some are `under_way`.
    Raises ValueError where the checkpoint is damaged or of another search, and OSError.
    """
    if neurons < 1 or runs < 0:
        raise ValueError(f"needs neurons >= 1 and runs >= 0; got neurons={neurons}, runs={runs}")
    if not 0 <= seed < 2**63:
        raise ValueError(f"needs a seed >= 0 of at most 63 bits; got {seed}")
    if (batch is not None and batch < 1) or step_limit < 1:
        raise ValueError(f"needs batch >= 1 and step_limit >= 1; got batch={batch}, step_limit={step_limit}")
    deadline = None if seconds is None else time.monotonic() + seconds
    report = progress or (lambda stage, done, total: None)
    settings = checkpoints.Settings(landscape, neurons, seed, directed, protocol, step_limit)
    collection = Collection(permute_coordinates=landscape.is_orthonormal)
    if checkpoint and checkpoint.exists():
        state = checkpoints.load(checkpoint, settings, runs)
        collection.groups = state.groups
    else:
        state = checkpoints.Progress(groups=collection.groups)
        if directed and landscape.is_orthonormal and str(landscape.activation) == "relu":
            for name, end in directed_ends(landscape, neurons, step_limit, report):
                if end.outcome is Outcome.CRITICAL:
                    collection.add(end.student, end.loss, name)
                elif end.outcome is Outcome.UNFINISHED:
                    state.unfinished_starts.append(name)

    dimension = landscape.input_dimension
    descent = Descent(
        landscape,
        (random_start(seed, run, neurons, dimension) for run in range(state.begun, runs)),
        protocol=protocol,
        backend=backend,
        batch=batch,
        step_limit=step_limit,
        resumed=state.under_way,
        first=state.begun,
    )

    def keep() -> None:
        state.under_way = descent.under_way()
        state.begun = state.global_runs + state.unfinished + sum(group.count for group in state.groups)
        state.begun += len(state.under_way)
        if checkpoint:
            checkpoints.save(checkpoint, settings, state)

    saved = time.monotonic()
    ended = state.begun - len(state.under_way)
    for ends in descent.rounds():
        for end in ends:
            if end.outcome is Outcome.CRITICAL:
                collection.add(end.student, end.loss, RANDOM, end.index)
            state.global_runs += end.outcome is Outcome.GLOBAL
            state.unfinished += end.outcome is Outcome.UNFINISHED
        ended += len(ends)
        report(f"random runs, {len(state.groups)} end points", ended, runs)
        if deadline is not None and time.monotonic() > deadline:
            break
        if checkpoint and time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
            keep()
            saved = time.monotonic()
    keep()

    candidates = [
        Candidate.measured(landscape, group.student, group.count, tuple(sorted(group.starts)))
        for group in collection.groups
    ]
    return SearchResult(
        landscape=landscape,
        neurons=neurons,
        runs=state.begun,
        seed=seed,
        directed=directed,
        protocol=protocol.name,
        backend=str(backend or Backend()),
        global_runs=state.global_runs,
        unfinished=state.unfinished,
        under_way=len(state.under_way),
        unfinished_starts=tuple(state.unfinished_starts),
        candidates=tuple(sorted(candidates, key=lambda candidate: candidate.loss)),
    )
