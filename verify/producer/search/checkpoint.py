"""A search under way, in a file from which it goes on as if it had never been interrupted."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from verify.producer.files import write_whole
from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.search.descent import Protocol, Run
from verify.producer.search.fields import Fields
from verify.producer.search.merge import Group

FORMAT = "verify-search-checkpoint-1"


@dataclass(frozen=True)
class Settings:
    """What determines the random runs, but for their number. Runs may go on with another backend or batch."""

    landscape: TeacherStudent
    neurons: int
    seed: int
    directed: bool
    protocol: Protocol
    step_limit: int

    def arrays(self) -> dict[str, Any]:
        """The settings as fields of a file."""
        return {
            "activation": str(self.landscape.activation),
            "teacher": self.landscape.teacher,
            "neurons": self.neurons,
            "seed": self.seed,
            "directed": int(self.directed),
            "protocol": self.protocol.name,
            "step_limit": self.step_limit,
        }


@dataclass
class Progress:
    """What a search has so far: `begun` random runs, of which some are `under_way`, and the rest ended."""

    groups: list[Group] = field(default_factory=list)
    unfinished_starts: list[str] = field(default_factory=list)
    begun: int = 0
    global_runs: int = 0
    unfinished: int = 0
    under_way: list[Run] = field(default_factory=list)


def save(path: Path, settings: Settings, progress: Progress) -> None:
    """Write the file, all of it or nothing. Raises OSError."""
    n, d = settings.neurons, settings.landscape.input_dimension
    runs, groups = progress.under_way, progress.groups
    arrays = {
        "format": FORMAT,
        **settings.arrays(),
        "begun": progress.begun,
        "global_runs": progress.global_runs,
        "unfinished": progress.unfinished,
        "unfinished_starts": np.array(progress.unfinished_starts, dtype=np.str_),
        "students": np.array([group.student for group in groups]).reshape(len(groups), n, d),
        "losses": np.array([group.loss for group in groups], dtype=np.float64),
        "group_runs": np.array([group.run for group in groups], dtype=np.int64),
        "counts": np.array([group.count for group in groups], dtype=np.int64),
        "starts": np.array(["\n".join(group.starts) for group in groups], dtype=np.str_),
        "indices": np.array([run.index for run in runs], dtype=np.int64),
        "steps": np.array([run.steps for run in runs], dtype=np.int64),
        "points": np.array([run.point for run in runs]).reshape(len(runs), n, d),
        "previous": np.array([run.previous for run in runs]).reshape(len(runs), n, d),
        "ages": np.array([run.age for run in runs], dtype=np.float64),
        "polish_below": np.minimum(np.array([run.polish_below for run in runs], dtype=np.float64), 1e300),
    }
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    write_whole(path, content.getvalue())


def load(path: Path, settings: Settings, runs: int) -> Progress:
    """Read what `save` wrote, for a search of so many runs with these settings.

    Raises OSError, and ValueError, with the file's and the field's name, where the file is no checkpoint, is damaged,
    or is of another search.
    """
    n, d = settings.neurons, settings.landscape.input_dimension
    with Fields(path) as fields:
        fields.require("format", fields.text("format") == FORMAT, f"is not {FORMAT!r}")
        for name, value in settings.arrays().items():
            array = np.asarray(value)
            shape: tuple[int | None, ...] = (None,) * array.ndim
            stored = fields.array(name, array.dtype.kind, shape)
            fields.require(name, np.array_equal(stored, array), f"is of another search; finish that, or remove {path}")
        students = fields.array("students", "f", (None, n, d))
        count = len(students)
        losses, group_runs = fields.array("losses", "f", (count,)), fields.array("group_runs", "i", (count,))
        counts, starts = fields.array("counts", "i", (count,)), fields.array("starts", "U", (count,))
        fields.require("counts", bool((counts >= 0).all()), "holds a negative number")
        points = fields.array("points", "f", (None, n, d))
        under_way = len(points)
        previous, ages = fields.array("previous", "f", (under_way, n, d)), fields.array("ages", "f", (under_way,))
        indices, steps = fields.array("indices", "i", (under_way,)), fields.array("steps", "i", (under_way,))
        polish_below = fields.array("polish_below", "f", (under_way,))
        progress = Progress(
            groups=[
                Group(student, float(loss), int(run), int(times), str(names).split("\n"))
                for student, loss, run, times, names in zip(students, losses, group_runs, counts, starts, strict=True)
            ],
            unfinished_starts=list(fields.texts("unfinished_starts")),
            begun=fields.whole("begun"),
            global_runs=fields.whole("global_runs"),
            unfinished=fields.whole("unfinished"),
            under_way=[
                Run(int(index), point, before, float(age), int(taken), float(below))
                for index, point, before, age, taken, below in zip(
                    indices, points, previous, ages, steps, polish_below, strict=True
                )
            ],
        )
        ended = progress.global_runs + progress.unfinished + int(counts.sum())
        fields.require("begun", progress.begun == ended + under_way, f"is not {ended + under_way}, the sum of its runs")
        fields.require("begun", progress.begun <= runs, f"is {progress.begun}, more than the {runs} runs asked for")
        distinct = len(set(indices.tolist())) == under_way and bool(((indices >= 0) & (indices < progress.begun)).all())
        fields.require("indices", distinct, "are not those of different runs that have begun")
        return progress
