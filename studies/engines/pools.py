"""Engines on this machine, and on any pool of the standard library's kind."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from evograft.representations import _check
from evograft.studies.engines.guard import Map, guarded_map, map_here

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Environment variables that libraries read when they are loaded."""


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
def processes(n: int, *, chunksize: int | None = None) -> Iterator[Map]:
    """Evaluate in *n* processes of this machine.

    They are spawned, so a script that does this keeps it under ``if __name__ == "__main__":``.
    Each holds the threads of BLAS and numba to one; give a method of ours ``threads=1`` for the
    same. When the context is left by an exception, such as Ctrl-C, or this process is killed, they
    end at once.

    Parameters
    ----------
    n : int, at least 1
    chunksize : int, at least 1, optional
        See :func:`guarded_map`.

    Yields
    ------
    callable
        To register as ``map``; see :func:`guarded_map`.

    Raises
    ------
    concurrent.futures.process.BrokenProcessPool
        By the map, where a process has died.

    Examples
    --------
    >>> with processes(1) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    _check.integer("n", n, minimum=1)
    context = multiprocessing.get_context("spawn")
    ending, alive = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(n, mp_context=context, initializer=_begin_worker, initargs=(ending,))
    try:
        yield guarded_map(pool.map, workers=n, chunksize=chunksize)
        pool.shutdown()
    finally:
        alive.close()
        pool.shutdown(cancel_futures=True)
        ending.close()


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
        To register as ``map``; see :func:`guarded_map`.

    Examples
    --------
    >>> with ThreadPoolExecutor(2) as pool, executor(pool) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    if not isinstance(pool, Executor):
        raise TypeError(f"pool must be a concurrent.futures.Executor, got {pool!r}")
    workers = os.cpu_count() or 1 if workers is None else workers
    guarded = guarded_map(pool.map, workers=workers, chunksize=chunksize)
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
        To register as ``map``; see :func:`guarded_map`.

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

        yield guarded_map(mapper, workers=n_jobs, chunksize=chunksize)


def _map_in_threads(pool: ThreadPoolExecutor, function: Any, *iterables: Any) -> list[Any]:
    return map_here(pool.map, function, *iterables)


def _begin_worker(ending: Connection) -> None:
    # Ctrl-C reaches every process of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, args=(ending,), daemon=True).start()
    os.environ.update(dict.fromkeys(THREADS, "1"))
    import scipy.linalg  # noqa: F401 (its BLAS is the one that kernels call, so it has to be there)
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def _leave_with_parent(ending: Connection) -> None:
    """End this process, whatever it does, once the other end of the pipe is closed."""
    with suppress(EOFError, OSError):
        ending.recv()
    os._exit(1)
