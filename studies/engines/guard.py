"""The guard around a map that evaluates elsewhere."""

import pickle
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from evograft.plugins._evaluation import batch_of
from evograft.representations import _check
from evograft.studies.engines._faults import RETRIES, EngineError, Faults, Lost, Raised
from evograft.studies.engines._parcels import Packer, Parcel, pack_rows
from evograft.studies.engines._worker import LACKING, evaluate_rows, work

CHUNKS = 4
"""Chunks for each worker, so that a slow one does not keep the others waiting for long."""

Map = Callable[..., list[Any]]


def guarded_map(
    mapper: Callable[..., Iterable[Any]], *, workers: int, chunksize: int | None = None
) -> Map:
    """Make a map for ``toolbox.register("map", ...)`` that gives the results of a serial one.

    Individuals are sent in chunks, and a chunk is evaluated by one call of the function's own
    ``batch`` where it has one. The function travels with every chunk, but its arrays of 64 KiB and
    more only to workers that lack them. The function's ``refresh``, if it has one, is called in
    this process before anything is sent.

    A function whose attribute ``undivided`` is true has a ``batch`` that computes once what all
    individuals have in common, with results that differ in their last bits for some of them: it is
    called in this process, with everybody.

    Parameters
    ----------
    mapper : callable
        With the signature of ``map`` and results in the order of its input, such as the ``map`` of
        a pool. It runs a function of this module and does not have to pickle functions of others.
    workers : int, at least 1
        Who work at the same time.
    chunksize : int, at least 1, optional
        Individuals in a chunk; by default there are four chunks for each worker.

    Returns
    -------
    callable
        With the signature of ``map``; it returns a list. It raises ValueError where the function
        or an individual does not pickle, or the number of results is wrong, and what the function
        raises; a chunk in which it raises is evaluated once more before.

    Notes
    -----
    Randomness: ``random`` and ``numpy.random`` are left in this process as they were, except for
    what ``refresh`` draws; some engines use them for themselves. What a function draws from them
    in a worker is not that of a serial run.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     list(guarded_map(pool.map, workers=2)(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    if not callable(mapper):
        raise TypeError(f"mapper must be a callable with the signature of map, got {mapper!r}")
    n = _check.integer("workers", workers, minimum=1)
    return GuardedMap(mapper, lambda: n, chunksize)


def map_here(each: Callable[..., Iterable[Any]], function: Any, *iterables: Any) -> list[Any]:
    """Map in this process: the function's ``batch`` gets all at once, others go by *each*."""
    rows = _begin(function, iterables)
    return evaluate_rows(function, rows, each) if rows else []


@contextmanager
def kept_random_states() -> Iterator[None]:
    """A context that leaves both global states of random numbers as they were."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 (foreign code draws from it)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002


class GuardedMap:
    """What :func:`guarded_map` makes, for engines that know when a worker is lost.

    Parameters
    ----------
    mapper : callable
        As for :func:`guarded_map`, which may have :class:`Lost` among its results.
    workers : callable
        Asked at the begin of every map how many there are, at least 1.
    chunksize : int or None
    retries : int
        See :class:`Faults`.
    """

    def __init__(
        self,
        mapper: Callable[..., Iterable[Any]],
        workers: Callable[[], int],
        chunksize: int | None,
        retries: int = RETRIES,
    ) -> None:
        if chunksize is not None:
            _check.integer("chunksize", chunksize, minimum=1)
        self._mapper = mapper
        self._workers = workers
        self._chunksize = chunksize
        self._retries = _check.integer("retries", retries, minimum=0)
        self._packer = Packer()
        self._sent: frozenset[str] = frozenset()

    def __call__(self, function: Callable[..., Any], *iterables: Iterable[Any]) -> list[Any]:
        """Map as :func:`guarded_map` says."""
        rows = _begin(function, iterables)
        if not rows:
            return []
        if getattr(function, "undivided", False) and batch_of(function, len(iterables)):
            return evaluate_rows(function, rows)
        with kept_random_states():
            return self._evaluate(function, rows)

    def _evaluate(self, function: Callable[..., Any], rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        pickled, arrays = self._packer.pack(function)
        digests = frozenset(arrays)
        workers = self._workers()
        size = self._chunksize or -(-len(rows) // (CHUNKS * workers))
        chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
        parcels = [Parcel(pickled, digests, pack_rows(chunk)) for chunk in chunks]
        faults = Faults([*map(len, chunks)], self._retries)
        answers: dict[int, bytes] = {}
        # New arrays go out at once, with one chunk for each worker; then with the chunks of those
        # who ask for them or have replaced another. A chunk that has its arrays is answered, or
        # its faults are counted, so this ends.
        carry = not digests <= self._sent
        while waiting := [number for number in range(len(parcels)) if number not in answers]:
            sent = [parcels[number] for number in waiting]
            if carry:
                full = [replace(parcel, arrays=arrays) for parcel in sent[:workers]]
                sent[:workers] = full
            for number, answer in zip(waiting, self._send(sent), strict=True):
                if isinstance(answer, bytes):
                    answers[number] = answer
                    faults.note_answer(number)
                elif not isinstance(answer, str):
                    faults.note(number, answer)
            carry = True
        self._sent = digests
        return [
            result for number in range(len(parcels)) for result in pickle.loads(answers[number])
        ]

    def _send(self, parcels: list[Parcel]) -> list[bytes | str | Raised | Lost]:
        """An answer for each parcel; the only str is :data:`LACKING`."""
        found = list(self._mapper(work, parcels))
        if len(found) != len(parcels):
            raise EngineError(
                f"mapper must return one result for each of {len(parcels)} chunks, got {len(found)}"
            )
        for answer in found:
            if not isinstance(answer, (bytes, Raised, Lost)) and answer != LACKING:
                raise EngineError(
                    f"mapper must return what the function it is given returns, got {answer!r}"
                )
        return found


def _begin(
    function: Callable[..., Any], iterables: tuple[Iterable[Any], ...]
) -> list[tuple[Any, ...]]:
    """Go on to the function's next sample, and collect the arguments of each call."""
    refresh = getattr(function, "refresh", None)
    if refresh is not None:
        refresh()
    return list(zip(*iterables, strict=False))
