"""Many files on several cores: each certificate is checked in a process that imported the checker by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any, TypeVar

from verify.checker.core.codes import Reason
from verify.checker.core.verdict import Undecided, Verdict
from verify.checker.front.session import Checks

File = tuple[Path, bool]
"""A path, and whether it may be a link."""
Answer = tuple[Any, float]
"""What a session found, None for a manifest, and the seconds that it took."""
T = TypeVar("T")

_SAFE_PATH = "PYTHONSAFEPATH"
_SECONDS_BETWEEN_LOOKS = 2.0
_DIED = Undecided(
    "a process that checked certificates died (killed, or out of memory): check this file without --jobs",
    code=Reason.PROCESS_LOST,
)


def check_all(session: Checks, files: Sequence[File], jobs: int) -> Iterator[tuple[Verdict, float]]:
    """The verdict on each file, in order, and the seconds that it took; the session keeps them.

    A manifest is judged in this process, by the verdicts on its parts; the seconds of each part count once.
    """
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    with processes(jobs, _start, (session, threads)) as pool:
        begun: dict[File, Future[Answer]] = {}
        for file in files:
            _begin(pool, begun, file)
        listed = set(files)
        for file in files:
            found, seconds = _answer(pool, begun[file])
            if found is None:
                parts = [(part, False) for part in session.parts(file[0])]
                for part in parts:
                    _begin(pool, begun, part)
                for part in parts:
                    answer, taken = _answer(pool, begun[part])
                    session.keep(*part, answer)
                    seconds += 0.0 if part in listed else taken  # a part that is listed has a line of its own
            if found is _DIED:
                yield _DIED, 0.0
                continue
            session.keep(*file, found)
            start = time.perf_counter()
            verdict = session.check(file[0], follow_links=file[1])
            yield verdict, seconds + time.perf_counter() - start


@contextmanager
def processes(
    jobs: int, start: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> Iterator[Executor]:
    """New processes, which do not look for modules in the current folder: it may be a stranger's.

    The parent, as an installed command, does not look there either. Forking would copy the locks of its threads.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    others = set(active_children())
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=start, initargs=arguments)
    try:
        yield executor
    except (KeyboardInterrupt, GeneratorExit):  # SIGTERM comes to the parent alone, and a certificate can take minutes
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def some_done(pool: Executor, futures: Iterable[Future[T]]) -> tuple[set[Future[T]], set[Future[T]]]:
    """Those that are done, one at least, and the others. Raises BrokenProcessPool where a process died.

    Python 3.11 can forget a future that is begun while it notices that a process died; a new one it then refuses.
    """
    while not (found := wait(futures, _SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED)).done:
        pool.submit(os.getpid)
    return found.done, found.not_done


def _begin(pool: Executor, begun: dict[File, Future[Answer]], file: File) -> None:
    if file in begun:
        return
    try:
        begun[file] = pool.submit(_check, *file)
    except BrokenProcessPool:
        begun[file] = Future()
        begun[file].set_result((_DIED, 0.0))


def _answer(pool: Executor, future: Future[Answer]) -> Answer:
    try:
        some_done(pool, [future])
        return future.result()
    except BrokenProcessPool:
        return _DIED, 0.0


# In a process of the pool

_session: Checks


def _start(session: Checks, threads: str) -> None:
    global _session  # noqa: PLW0603 - a process of the pool has one
    _session = session
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends with its parent, without a traceback of its own
    os.environ.setdefault("OMP_NUM_THREADS", threads)  # read by the BLAS when the float64 tier loads it


def _check(path: Path, follow_links: bool) -> Answer:
    start = time.perf_counter()
    return _session.find(path, follow_links), time.perf_counter() - start
