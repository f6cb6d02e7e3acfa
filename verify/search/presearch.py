"""The search: many random descents, a few directed ones, and one list of the distinct points they end at."""

from __future__ import annotations

from verify.landscapes.teacher_student import TeacherStudent
from verify.search.descent import BATCH, STEP_LIMIT, Outcome, descend
from verify.search.directed import Progress, directed_ends
from verify.search.merge import Collection
from verify.search.result import Candidate, SearchResult
from verify.search.starts import random_start

RANDOM = "random"


def search(
    landscape: TeacherStudent,
    neurons: int,
    runs: int,
    seed: int = 0,
    directed: bool = True,
    progress: Progress | None = None,
    *,
    batch: int = BATCH,
    step_limit: int = STEP_LIMIT,
) -> SearchResult:
    """Critical points of the landscape that are not global minima, for students with `neurons` neurons.

    `runs` descents start at random, reproducibly from `seed`: run i is the same whatever `runs` and `batch`
    are. A run whose loss falls below 1e-3 (times the teacher's mean squared length) is taken for global and
    stopped. `directed` adds, for the orthonormal teacher and at least as many neurons as it has, starts from a
    symmetric ansatz, from splits of points of the pair (k, k), and from growth of points of (k - 1, neurons - 1).
    Points are merged up to the order of the neurons and, for the orthonormal teacher, of the coordinates. Saddles
    stay in the list. `progress(stage, done, total)` is called after every descent.
    """
    if neurons < 1 or runs < 0:
        raise ValueError(f"needs neurons >= 1 and runs >= 0; got neurons={neurons}, runs={runs}")
    if not 0 <= seed < 2**63:
        raise ValueError(f"needs a seed >= 0 of at most 63 bits; got {seed}")
    if batch < 1 or step_limit < 1:
        raise ValueError(f"needs batch >= 1 and step_limit >= 1; got batch={batch}, step_limit={step_limit}")
    report = progress or (lambda stage, done, total: None)
    collection = Collection(permute_coordinates=landscape.is_orthonormal)
    unfinished_starts: list[str] = []
    if directed and landscape.is_orthonormal and str(landscape.activation) == "relu":
        for name, end in directed_ends(landscape, neurons, step_limit, report):
            if end.outcome is Outcome.CRITICAL:
                collection.add(end.student, end.loss, name)
            elif end.outcome is Outcome.UNFINISHED:
                unfinished_starts.append(name)

    starts = (random_start(seed, run, neurons, landscape.input_dimension) for run in range(runs))
    outcomes = dict.fromkeys(Outcome, 0)
    for done, end in enumerate(descend(landscape, starts, batch=batch, step_limit=step_limit), start=1):
        outcomes[end.outcome] += 1
        if end.outcome is Outcome.CRITICAL:
            collection.add(end.student, end.loss, RANDOM, end.index)
        report("random runs", done, runs)

    candidates = [
        Candidate.measured(landscape, group.student, group.count, tuple(sorted(group.starts)))
        for group in collection.groups
    ]
    return SearchResult(
        landscape=landscape,
        neurons=neurons,
        runs=runs,
        seed=seed,
        global_runs=outcomes[Outcome.GLOBAL],
        unfinished=outcomes[Outcome.UNFINISHED],
        unfinished_starts=tuple(unfinished_starts),
        candidates=tuple(sorted(candidates, key=lambda candidate: candidate.loss)),
    )
