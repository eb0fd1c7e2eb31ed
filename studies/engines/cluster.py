"""Dask distributed as an engine, for those who outgrow one machine."""

import importlib.util
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from evograft.studies._waiting import said_if_slow
from evograft.studies.engines._faults import RETRIES, Lost, WorkerError, check_timeout
from evograft.studies.engines.guard import GuardedMap, Map, kept_random_states

if TYPE_CHECKING:
    from distributed import Client

WAIT = 1
"""Seconds without an answer of a scheduler after which a line says who is waited for."""

RESTART = 10
"""Seconds in which workers that hung shall be back; they are not waited for any longer."""


@contextmanager
def dask(
    client: "Client | str",
    *,
    chunksize: int | None = None,
    timeout: float | None = None,
    retries: int = RETRIES,
) -> Iterator[Map]:
    """Evaluate on a Dask cluster, whose workers have this package and the data sets in use.

    They do not know what a script itself defines, only what modules do that they can import.
    Workers may come and go: every map cuts its chunks for those that there are. A chunk whose
    worker dies is evaluated by another, and a RuntimeWarning tells of it; a chunk in which the
    function raises is sent again once.

    Parameters
    ----------
    client : distributed.Client or str
        A client, which stays open, or the address of a scheduler.
    chunksize : int, at least 1, optional
        See :func:`guarded_map`.
    timeout : float, above 0, optional
        Seconds without an answer to any chunk after which the workers that have some hang: they
        are restarted, and what they had is sent again. By default everybody has all the time in
        the world.
    retries : int, at least 0
        How often a chunk is sent again whose worker has hung. How many workers may die with a
        chunk is for Dask to say (``distributed.scheduler.allowed-failures``).

    Yields
    ------
    callable
        To register as ``map``; see :func:`guarded_map`. It raises :class:`WorkerError` where a
        chunk has lost its worker more often, or one hangs that no nanny can restart.

    Raises
    ------
    ValueError
        Where the extra ``distributed`` is not installed, *address* is none, or no
        scheduler answers.

    Examples
    --------
    >>> from distributed import Client
    >>> with Client(processes=False, dashboard_address=None) as client, dask(client) as engine:
    ...     engine(abs, [-1, 2])
    [1, 2]
    """
    client_class = _client_class()
    if not isinstance(client, (client_class, str)):
        raise TypeError(f"client must be a distributed.Client or an address, got {client!r}")
    timeout = check_timeout(timeout)
    with ExitStack() as stack:
        connected: Any = client
        if isinstance(client, str):
            connected = stack.enter_context(connect(client))
        cluster = _Cluster(connected, timeout)
        yield GuardedMap(cluster.map, cluster.count, chunksize, retries)


def connect(address: str) -> "Client":
    """A client of the Dask scheduler at *address*; it is a context manager.

    A line on standard error says so where it is waited for.

    Raises
    ------
    ValueError
        Where the extra ``distributed`` is not installed, *address* is none, or no
        scheduler answers.
    """
    client_class = _client_class()
    try:
        with kept_random_states(), said_if_slow(f"waiting for the Dask scheduler {address}", WAIT):
            _check_address(address)
            client: Client = client_class(address, set_as_default=False)
            return client
    except Exception as error:  # whatever Dask makes of an address
        raise ValueError(
            f"client must be the address of a Dask scheduler, got {address!r}: {error}"
        ) from error


def _check_address(address: str) -> None:
    """Raise here what a client would raise only after it has waited a minute for itself to end."""
    from distributed.comm.addressing import resolve_address

    resolve_address(address)


def _client_class() -> Any:
    """``distributed.Client``, once Dask draws from a generator of its own."""
    try:
        import distributed
    except ImportError:
        raise ValueError('dask must be installed: pip install "evograft[distributed]"') from None
    _keep_off_random()
    return distributed.Client


def _keep_off_random() -> None:
    """Give Dask's modules in this process a generator of their own, in place of ``random``.

    Its threads draw at any time: whose copy of a result to fetch, for one, and what to estimate
    the size of a message from, such as that which is sent after a map about what is released.
    """
    spec = importlib.util.find_spec("random")
    assert spec is not None
    assert spec.loader is not None
    own = importlib.util.module_from_spec(spec)  # a second copy, with a state of its own
    spec.loader.exec_module(own)
    for name, module in list(sys.modules.items()):
        if name != "dask.sizeof" and name.split(".")[0] not in ("distributed", "tornado"):
            continue
        for attribute, value in list(vars(module).items()):
            if value is random:
                setattr(module, attribute, own)
            elif getattr(value, "__self__", None) is random.random.__self__:  # type: ignore[attr-defined]
                setattr(module, attribute, getattr(own, value.__name__))


class _Cluster:
    """Has parcels worked on by a Dask cluster.

    Parameters
    ----------
    client : distributed.Client
    timeout : float or None
        Seconds without any answer after which those hang who work.
    """

    def __init__(self, client: Any, timeout: float | None) -> None:
        self._client = client
        self._timeout = timeout
        self._present: dict[str, int] = {}

    def count(self) -> int:
        """How many parcels are worked on at a time."""
        self._present = self._client.nthreads()
        return max(1, sum(self._present.values()))

    def map(self, function: Callable[..., Any], parcels: list[Any]) -> list[Any]:
        """Have all *parcels* worked on."""
        with warnings.catch_warnings():
            # Data is meant to go with the chunks: it survives a worker that way.
            warnings.filterwarnings("ignore", "Sending large graph")
            futures = self._client.map(function, parcels, pure=False)
        try:
            answers = self._answers(futures)
        except BaseException:  # Ctrl-C, say: nobody waits for the rest
            self._client.cancel(futures)
            raise
        before, self._present = self._present, self._client.nthreads()
        for address in before.keys() - self._present.keys():
            warnings.warn(
                f"worker {address} has left the cluster; others have evaluated what it had",
                RuntimeWarning,
                stacklevel=5,  # the caller of the map
            )
        return answers

    def _answers(self, futures: list[Any]) -> list[Any]:
        """Collect what is done as it comes, so that it outlives the worker that has done it."""
        done: SimpleQueue[Any] = SimpleQueue()
        for future in futures:
            future.add_done_callback(done.put)
        answers: dict[str, Any] = {}
        while len(answers) < len(futures):
            try:
                came = [done.get(timeout=self._timeout)]
            except Empty:
                answers |= self._give_up([f for f in futures if f.key not in answers])
                continue
            while not done.empty():
                came.append(done.get())
            answers |= self._collect([future for future in came if future.key not in answers])
        return [answers[future.key] for future in futures]

    def _collect(self, futures: list[Any]) -> dict[str, Any]:
        from distributed import KilledWorker

        found: dict[str, Any] = {}
        for future in futures:
            if future.status == "error":
                error = future.exception()
                if not isinstance(error, KilledWorker):
                    raise error
                deaths = error.allowed_failures + 1
                found[future.key] = Lost(f"died {deaths} times on the cluster", given_up=True)
        finished = [future for future in futures if future.key not in found]
        return found | dict(
            zip([f.key for f in finished], self._client.gather(finished), strict=True)
        )

    def _give_up(self, futures: list[Any]) -> dict[str, Any]:
        """Restart who works on any of *futures*, which are lost; others still wait for workers."""
        unanswered = {future.key: future for future in futures}
        busy = {
            address: keys & unanswered.keys()
            for address, found in self._client.processing().items()
            if (keys := set(found)) & unanswered.keys()
        }
        hung = set().union(*busy.values())
        self._client.cancel([unanswered[key] for key in hung])
        if busy:
            self._restart([*busy])
        return dict.fromkeys(hung, Lost(f"hung for {self._timeout:g} s"))

    def _restart(self, addresses: list[str]) -> None:
        try:
            self._client.restart_workers(addresses, timeout=RESTART, raise_for_error=False)
        except ValueError as error:
            raise WorkerError(
                f"workers hung for {self._timeout:g} s and cannot be restarted: {error}"
            ) from error
