"""What a search returns, and the .npz file that keeps it."""

from __future__ import annotations

import io
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify import __version__
from verify.producer.files import write_whole
from verify.producer.landscapes.activations import activation
from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.search.fields import Fields

Array = NDArray[np.float64]

FORMAT = "verify-search-2"
AGREEMENT = 1e-8  # how far stored measurements may be from those made again, perhaps on another machine


@dataclass(frozen=True, eq=False)
class Candidate:
    """A critical point in float64, up to symmetry; nothing about it is proved.

    `student`: (n, d), rows are neurons. `gradient_norm` is Euclidean. `smallest_eigenvalue` is the Hessian's: negative
    at a saddle. `count`: how many random runs ended here. `starts`: the kinds of start that did, in alphabetical order.
    """

    student: Array
    loss: float
    gradient_norm: float
    smallest_eigenvalue: float
    count: int
    starts: tuple[str, ...]

    @classmethod
    def measured(cls, landscape: TeacherStudent, student: Array, count: int, starts: tuple[str, ...]) -> Candidate:
        """The candidate at `student`, with its loss and derivatives computed."""
        return cls(
            student=student,
            loss=float(landscape.value(student)),
            gradient_norm=float(np.linalg.norm(landscape.gradient(student))),
            smallest_eigenvalue=float(np.linalg.eigvalsh(landscape.hessian(student))[0]),
            count=count,
            starts=starts,
        )


# The measurements of a candidate that are stored, and measured again when they are read: attribute and field.
MEASUREMENTS = {
    "loss": "losses",
    "gradient_norm": "gradient_norms",
    "smallest_eigenvalue": "smallest_eigenvalues",
}


@dataclass(frozen=True, eq=False)
class SearchResult:
    """The distinct candidates, sorted by loss, and how the random runs ended.

    `runs` = `global_runs` (stopped at a loss below 1e-3, see `search`) + `unfinished` (the step limit was reached,
    or a neuron vanished) + `under_way` (time was up) + the candidates' counts. `directed`, `protocol` and `backend`:
    how the runs were made. `unfinished_starts`: the directed starts that did not finish, by name.
    """

    landscape: TeacherStudent
    neurons: int
    runs: int
    seed: int
    directed: bool
    protocol: str
    backend: str
    global_runs: int
    unfinished: int
    under_way: int
    unfinished_starts: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def students(self) -> Array:
        """All candidates' students, (count, n, d)."""
        points = np.array([candidate.student for candidate in self.candidates])
        return points.reshape(len(self.candidates), self.neurons, self.landscape.input_dimension)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an .npz file of plain arrays, all of it or nothing; its `students` is the stack of points.

        An existing file is replaced. Raises OSError where the file cannot be written.
        """
        names = sorted({name for candidate in self.candidates for name in candidate.starts})
        arrays: dict[str, Any] = {
            "format": FORMAT,
            "versions": f"verify {__version__}, numpy {np.__version__}, python {platform.python_version()}",
            "activation": str(self.landscape.activation),
            "k": len(self.landscape.teacher),
            "teacher": self.landscape.teacher,
            "neurons": self.neurons,
            "runs": self.runs,
            "seed": self.seed,
            "protocol": self.protocol,
            "backend": self.backend,
            "global_runs": self.global_runs,
            "unfinished": self.unfinished,
            "under_way": self.under_way,
            "directed": int(self.directed),
            "unfinished_starts": np.array(self.unfinished_starts, dtype=np.str_),
            "students": self.students,
            **{
                field: np.array([getattr(candidate, attribute) for candidate in self.candidates], dtype=np.float64)
                for attribute, field in MEASUREMENTS.items()
            },
            "counts": np.array([candidate.count for candidate in self.candidates], dtype=np.int64),
            "start_names": np.array(names, dtype=np.str_),
            "starts": np.array(
                [[name in candidate.starts for name in names] for candidate in self.candidates], dtype=np.bool_
            ).reshape(len(self.candidates), len(names)),
        }
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)
        write_whole(Path(path), content.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> SearchResult:
        """Read what `save` wrote.

        Raises OSError where the file cannot be opened, and ValueError, with the file's and the field's name, where it
        is no search result, is incomplete, or contradicts itself: losses and derivatives are computed again.
        """
        with Fields(path) as fields:
            fields.require("format", fields.text("format") == FORMAT, f"is not {FORMAT!r}")
            try:
                sigma = activation(fields.text("activation"))
            except ValueError as error:
                raise fields.error("activation", str(error)) from error
            teacher = fields.array("teacher", "f", (fields.whole("k"), None))
            try:
                landscape = TeacherStudent(sigma, teacher)
            except ValueError as error:
                raise fields.error("teacher", f"is none: {error}") from error
            candidates = _read_candidates(fields, landscape)
            result = cls(
                landscape=landscape,
                neurons=fields.whole("neurons"),
                runs=fields.whole("runs"),
                seed=fields.whole("seed"),
                protocol=fields.text("protocol"),
                backend=fields.text("backend"),
                global_runs=fields.whole("global_runs"),
                unfinished=fields.whole("unfinished"),
                under_way=fields.whole("under_way"),
                directed=bool(fields.whole("directed")),
                unfinished_starts=fields.texts("unfinished_starts"),
                candidates=candidates,
            )
            known = result.global_runs + result.unfinished + result.under_way
            known += sum(candidate.count for candidate in candidates)
            fields.require("runs", result.runs == known, f"is not {known}, the sum of the ways in which runs ended")
            return result


def _read_candidates(fields: Fields, landscape: TeacherStudent) -> tuple[Candidate, ...]:
    students = fields.array("students", "f", (None, fields.whole("neurons"), landscape.input_dimension))
    fields.require("students", bool(students.any(axis=2).all()), "holds a zero neuron")
    counts = fields.array("counts", "i", (len(students),))
    fields.require("counts", bool((counts >= 0).all()), "holds a negative number")
    names = fields.texts("start_names")
    starts = fields.array("starts", "b", (len(students), len(names)))
    candidates = tuple(
        Candidate.measured(
            landscape, student, int(count), tuple(name for name, used in zip(names, row, strict=True) if used)
        )
        for student, count, row in zip(students, counts, starts, strict=True)
    )
    for attribute, field in MEASUREMENTS.items():
        stored = fields.array(field, "f", (len(students),))
        measured = np.array([getattr(candidate, attribute) for candidate in candidates])
        agree = np.abs(stored - measured) <= AGREEMENT
        fields.require(field, bool(agree.all()), "is not what the students give")
    losses = [candidate.loss for candidate in candidates]
    fields.require("losses", losses == sorted(losses), "is not in ascending order")
    return candidates
