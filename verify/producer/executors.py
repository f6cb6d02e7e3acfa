"""Many cores: the standard `concurrent.futures` interface, on this machine or on an existing Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from verify.checker.public import processes, some_done
from verify.producer.trust import elsewhere

Result = TypeVar("Result")

DASK = "dask://"
CONNECT_SECONDS = 10


class ExecutorError(Exception):
    """Workers that cannot be had, or were lost; the message says what to do."""


@contextmanager
def workers(jobs: int, address: str | None = None) -> Iterator[Executor | None]:
    """An executor of so many processes, or a Dask cluster's at dask://HOST:PORT; None for one job in this process.

    Work that has not begun is cancelled when the block is left by an exception. Raises ExecutorError.
    """
    if address is not None:
        with _dask(address) as executor:
            yield executor
    elif jobs == 1:
        yield None
    else:
        with processes(jobs) as executor:
            yield executor


def completed(executor: Executor | None, calls: Sequence[Callable[[], Result]]) -> Iterator[tuple[int, Result]]:
    """The index and result of each call, as they are finished; in order without an executor.

    What was yielded before a call raised, or before a worker was lost, is the caller's to keep.
    The calls are pickled where there is an executor. Raises what a call raises, and ExecutorError.
    """
    if executor is None:
        for index, call in enumerate(calls):
            yield index, call()
        return
    futures = {executor.submit(elsewhere(call)): index for index, call in enumerate(calls)}
    waiting = set(futures)
    try:
        while waiting:
            done, waiting = some_done(executor, waiting)
            for future in done:
                yield futures[future], future.result()
    except BrokenProcessPool:
        raise ExecutorError("a worker process died (killed, or out of memory)") from None
    except CancelledError:
        raise ExecutorError("the cluster gave up a task: its worker or the scheduler was lost") from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] == "distributed":  # such as KilledWorker, CommClosedError
            raise ExecutorError(f"the cluster was lost: {error}") from None
        raise
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    if not address.startswith(DASK):
        raise ExecutorError(f"unknown executor {address!r}; known: {DASK}HOST:PORT")
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError("Dask is not installed: pip install 'landscape-verify[dask]'") from None
    try:
        client = Client("tcp://" + address.removeprefix(DASK), timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ExecutorError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        yield client.get_executor()
