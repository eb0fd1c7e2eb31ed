"""The guard around a map that evaluates elsewhere."""

import pickle
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from evograft.representations import _check
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
        raises.

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
    _check.integer("workers", workers, minimum=1)
    if chunksize is not None:
        _check.integer("chunksize", chunksize, minimum=1)
    return _GuardedMap(mapper, workers, chunksize)


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


class _GuardedMap:
    def __init__(
        self, mapper: Callable[..., Iterable[Any]], workers: int, chunksize: int | None
    ) -> None:
        self._mapper = mapper
        self._workers = workers
        self._chunksize = chunksize
        self._packer = Packer()
        self._sent: frozenset[str] = frozenset()

    def __call__(self, function: Callable[..., Any], *iterables: Iterable[Any]) -> list[Any]:
        rows = _begin(function, iterables)
        if not rows:
            return []
        with kept_random_states():
            return self._evaluate(function, rows)

    def _evaluate(self, function: Callable[..., Any], rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        pickled, arrays = self._packer.pack(function)
        digests = frozenset(arrays)
        size = self._chunksize or -(-len(rows) // (CHUNKS * self._workers))
        parcels = [
            Parcel(pickled, digests, pack_rows(rows[start : start + size]))
            for start in range(0, len(rows), size)
        ]
        answers: dict[int, bytes] = {}
        # New arrays go out at once, with one chunk for each worker; then with the chunks of those
        # who ask for them. A chunk that has its arrays is always answered, so this ends.
        carry = not digests <= self._sent
        while waiting := [number for number in range(len(parcels)) if number not in answers]:
            sent = [parcels[number] for number in waiting]
            if carry:
                full = [replace(parcel, arrays=arrays) for parcel in sent[: self._workers]]
                sent[: self._workers] = full
            answers.update(self._send(waiting, sent))
            carry = True
        self._sent = digests
        return [
            result for number in range(len(parcels)) for result in pickle.loads(answers[number])
        ]

    def _send(self, numbers: list[int], parcels: list[Parcel]) -> dict[int, bytes]:
        """The answers by number, without those of workers that lack arrays."""
        found = list(self._mapper(work, parcels))
        if len(found) != len(parcels):
            raise ValueError(
                f"mapper must return one result for each of {len(parcels)} chunks, got {len(found)}"
            )
        for answer in found:
            if not isinstance(answer, bytes) and answer != LACKING:
                raise ValueError(
                    f"mapper must return what the function it is given returns, got {answer!r}"
                )
        return {n: answer for n, answer in zip(numbers, found, strict=True) if answer != LACKING}


def _begin(
    function: Callable[..., Any], iterables: tuple[Iterable[Any], ...]
) -> list[tuple[Any, ...]]:
    """Go on to the function's next sample, and collect the arguments of each call."""
    refresh = getattr(function, "refresh", None)
    if refresh is not None:
        refresh()
    return list(zip(*iterables, strict=False))
