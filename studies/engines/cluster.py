"""Dask distributed as an engine, for those who outgrow one machine."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from evograft.studies.engines.guard import Map, guarded_map, kept_random_states

if TYPE_CHECKING:
    from distributed import Client


@contextmanager
def dask(client: "Client | str", *, chunksize: int | None = None) -> Iterator[Map]:
    """Evaluate on a Dask cluster, whose workers have this package and the data sets in use.

    They do not know what a script itself defines, only what modules do that they can import. A
    chunk whose worker dies is evaluated by another. Workers that come later take part; chunks
    are cut for those that there are when the context is entered.

    Parameters
    ----------
    client : distributed.Client or str
        A client, which stays open, or the address of a scheduler.
    chunksize : int, at least 1, optional
        See :func:`guarded_map`.

    Yields
    ------
    callable
        To register as ``map``; see :func:`guarded_map`.

    Raises
    ------
    ValueError
        Where the extra ``distributed`` is not installed, or no scheduler answers.

    Examples
    --------
    >>> from distributed import Client
    >>> with Client(processes=False, dashboard_address=None) as client, dask(client) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError('dask must be installed: pip install "evograft[distributed]"') from None
    if not isinstance(client, (Client, str)):
        raise TypeError(f"client must be a distributed.Client or an address, got {client!r}")
    with ExitStack() as stack:
        connected: Any = client
        if isinstance(client, str):
            connected = stack.enter_context(_connect(Client, client))
        workers = max(1, sum(connected.nthreads().values()))
        yield guarded_map(_mapper(connected), workers=workers, chunksize=chunksize)


def _connect(client: Any, address: str) -> Any:
    try:
        with kept_random_states():
            return client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"client must be the address of a Dask scheduler, got {address!r}: {error}"
        ) from error


def _mapper(client: Any) -> Callable[..., list[Any]]:
    def mapper(function: Callable[..., Any], parcels: list[Any]) -> list[Any]:
        with warnings.catch_warnings():
            # Data is meant to go with the chunks: it survives a worker that way.
            warnings.filterwarnings("ignore", "Sending large graph")
            futures = client.map(function, parcels, pure=False)
        try:
            results: list[Any] = client.gather(futures)
        except BaseException:  # Ctrl-C, say: nobody waits for the rest
            client.cancel(futures)
            raise
        return results

    return mapper
