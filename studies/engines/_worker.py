"""What a worker does with a parcel."""

import pickle
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evograft.plugins._evaluation import batch_of
from evograft.representations._threads import held_to
from evograft.studies.engines._faults import EngineError, Raised
from evograft.studies.engines._parcels import Arrays, Parcel, unpack_function, unpack_rows

KEPT = 4
"""Functions that a thread of a worker keeps, with their arrays."""

LACKING = "lacking"
"""The answer of a worker that lacks an array."""

# Not even the threads of one worker share a function: what it keeps from call to call, such as
# the activations of genes, is for one thread.
_thread = threading.local()


def work(parcel: Parcel) -> bytes | str | Raised:
    """Evaluate a parcel: a pickled list of results, :data:`LACKING`, or what was raised."""
    try:
        with held_to(1):  # there are as many workers as processors
            function = _function(parcel)
            if function is None:
                return LACKING
            results = evaluate_rows(function, unpack_rows(parcel.rows))
        return pickle.dumps(results, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # else it could not be told from what the engine itself raises
        return Raised.of(error)


def evaluate_rows(
    function: Callable[..., Any],
    rows: Sequence[tuple[Any, ...]],
    each: Callable[..., Iterable[Any]] = map,
) -> list[Any]:
    """Call *function* with each of *rows*, in one call of its own ``batch`` where it has one.

    Others go one by one, by the map *each*.

    Raises
    ------
    ValueError
        Where not as many results come back as there are rows.
    """
    batch = batch_of(function, len(rows[0]))
    if batch is None:
        results = list(each(function, *zip(*rows, strict=True)))
    else:
        results = list(batch([row[0] for row in rows]))
    if len(results) != len(rows):
        raise EngineError(
            f"function must return one result for each of {len(rows)} individuals, "
            f"got {len(results)}"
        )
    return results


def _function(parcel: Parcel) -> Callable[..., Any] | None:
    """The parcel's function, one object for equal ones; None where an array is lacking."""
    kept: dict[bytes, tuple[Callable[..., Any], Arrays]]
    kept = _thread.__dict__.setdefault("kept", {})
    entry = kept.pop(parcel.function, None)
    if entry is None:
        arrays = dict(parcel.arrays)
        for _, known in kept.values():
            arrays.update(known)
        if parcel.digests - arrays.keys():
            return None
        arrays = {digest: arrays[digest] for digest in parcel.digests}
        entry = unpack_function(parcel.function, arrays), arrays
    kept[parcel.function] = entry  # as the latest
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
    return entry[0]
