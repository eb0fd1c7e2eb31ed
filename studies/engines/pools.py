"""Engines on this machine, and on any pool of the standard library's kind."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from evograft.representations import _check
from evograft.studies.engines._faults import RETRIES, WorkerError, check_timeout
from evograft.studies.engines._processes import ProcessPool
from evograft.studies.engines.guard import GuardedMap, Map, guarded_map, map_here


@contextmanager
def serial() -> Iterator[Map]:
    """Evaluate in this process, a function with ``batch`` in one call.

    Yields
    ------
    callable
        To register as ``map``; unlike our plug-ins' own it checks the number of results.

    Examples
    --------
    >>> with serial() as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    yield partial(map_here, map)


@contextmanager
def threads(n: int) -> Iterator[Map]:
    """Evaluate in *n* threads of this process; nothing is pickled.

    A function with ``batch`` is called once with all individuals, in this thread: the batches of
    our plug-ins make threads of their own (parameter ``threads`` of the methods), and what they
    keep from call to call is not for two threads at once.

    Parameters
    ----------
    n : int, at least 1

    Yields
    ------
    callable
        To register as ``map``.

    Examples
    --------
    >>> with threads(2) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    with ThreadPoolExecutor(_check.integer("n", n, minimum=1)) as pool:
        yield partial(_map_in_threads, pool)


@contextmanager
def processes(
    n: int, *, chunksize: int | None = None, timeout: float | None = None, retries: int = RETRIES
) -> Iterator[Map]:
    """Evaluate in *n* processes of this machine.

    They are spawned, so a script that does this keeps it under ``if __name__ == "__main__":``.
    Each works with one thread, unless a method is told how many it shall use (parameter
    ``threads``). When the context is left by an exception, such as Ctrl-C, or this process is
    killed, they end at once.

    A process that dies or hangs is replaced, with a RuntimeWarning, and its chunk is sent again;
    so is, once, a chunk in which the function raises. The results of other chunks are kept.

    Parameters
    ----------
    n : int, at least 1
    chunksize : int, at least 1, optional
        See :func:`guarded_map`.
    timeout : float, above 0, optional
        Seconds in which a process has to answer for a chunk, else it hangs. The first chunk that
        has new data takes longer than others. By default everybody has all the time in the world.
    retries : int, at least 0
        How often a chunk is sent again whose process has died or hung.

    Yields
    ------
    callable
        To register as ``map``; see :func:`guarded_map`. It raises :class:`WorkerError` where a
        chunk has lost its process more than *retries* times.

    Examples
    --------
    >>> with processes(1) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    pool = ProcessPool(_check.integer("n", n, minimum=1), check_timeout(timeout))
    try:
        yield GuardedMap(pool.map, lambda: n, chunksize, retries)
        pool.finish()
    finally:
        pool.kill()


@contextmanager
def executor(
    pool: Executor, *, workers: int | None = None, chunksize: int | None = None
) -> Iterator[Map]:
    """Evaluate in any executor of the kind of ``concurrent.futures``; it stays open.

    A ``ThreadPoolExecutor`` is used as by :func:`threads`.

    Parameters
    ----------
    pool : concurrent.futures.Executor
    workers : int, at least 1, optional
        Who work at the same time; the processors of this machine if not given.
    chunksize : int, at least 1, optional
        See :func:`guarded_map`.

    Yields
    ------
    callable
        To register as ``map``; see :func:`guarded_map`. It raises :class:`WorkerError` where a
        worker has died and *pool* is broken for good.

    Examples
    --------
    >>> with ThreadPoolExecutor(2) as pool, executor(pool) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    if not isinstance(pool, Executor):
        raise TypeError(f"pool must be a concurrent.futures.Executor, got {pool!r}")
    workers = os.cpu_count() or 1 if workers is None else workers
    guarded = guarded_map(_unless_broken(pool.map), workers=workers, chunksize=chunksize)
    yield partial(_map_in_threads, pool) if isinstance(pool, ThreadPoolExecutor) else guarded


@contextmanager
def joblib(n_jobs: int, *, chunksize: int | None = None) -> Iterator[Map]:
    """Evaluate by joblib, in *n_jobs* processes or in what ``joblib.parallel_config`` says.

    joblib keeps its processes for later, and ends them some minutes after the last call or with
    this process. They do not know what a script itself defines, only what modules do.

    Parameters
    ----------
    n_jobs : int, at least 1
    chunksize : int, at least 1, optional
        See :func:`guarded_map`.

    Yields
    ------
    callable
        To register as ``map``; see :func:`guarded_map`. It raises :class:`WorkerError` where a
        process has died.

    Examples
    --------
    >>> with joblib(1) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    _check.integer("n_jobs", n_jobs, minimum=1)
    from joblib import Parallel, delayed

    # Chunks are ours, and joblib would put large arrays into files.
    with Parallel(n_jobs, batch_size=1, pre_dispatch="all", max_nbytes=None) as parallel:

        def mapper(function: Any, parcels: Any) -> list[Any]:
            return list(parallel(delayed(function)(parcel) for parcel in parcels))

        yield guarded_map(_unless_broken(mapper), workers=n_jobs, chunksize=chunksize)


def _unless_broken(mapper: Callable[..., Any]) -> Callable[..., list[Any]]:
    def careful(function: Any, parcels: Any) -> list[Any]:
        try:
            return list(mapper(function, parcels))
        except BrokenExecutor as error:
            raise WorkerError(
                f"the pool has lost a worker, which is not replaced as by processes(): {error}"
            ) from error

    return careful


def _map_in_threads(pool: ThreadPoolExecutor, function: Any, *iterables: Any) -> list[Any]:
    return map_here(pool.map, function, *iterables)
