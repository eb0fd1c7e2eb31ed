"""Processes of this machine, each of which is replaced where it dies or hangs."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from evograft.studies.engines._faults import Lost, Raised
from evograft.studies.engines._parcels import Parcel
from evograft.studies.engines._worker import work

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Environment variables that libraries read when they are loaded."""

PATIENCE = 5.0
"""Seconds that a process has to end by itself."""

SCRIPT = 'a script has to be a file and keeps what it does under if __name__ == "__main__"'

Answer = bytes | str | Raised | Lost


class ProcessPool:
    """Some processes, and a thread here for each chunk that is in work.

    Parameters
    ----------
    n : int
        How many, from the start on.
    timeout : float or None
        Seconds after which a process that works on a chunk hangs.
    """

    def __init__(self, n: int, timeout: float | None) -> None:
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(n)
        self._starting = ThreadPoolExecutor(n)
        self._closing = threading.Lock()
        self._closed = False
        self._workers: list[_Process] = []
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        for _ in range(n):
            self._start()

    def map(self, _: Callable[..., Any], parcels: Sequence[Parcel]) -> list[Answer]:
        """Have all *parcels* worked on; the function is always that of workers."""
        futures = [self._threads.submit(self._ask, parcel) for parcel in parcels]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:  # after Ctrl-C, say, nobody waits for the rest
                future.cancel()

    def finish(self) -> None:
        """Let the processes that have nothing to do end by themselves."""
        ending = []
        while not self._idle.empty():
            ending.append(self._idle.get())
        for worker in ending:
            worker.dismiss()
        for worker in ending:
            worker.wait_for_end()

    def kill(self) -> None:
        """End all processes at once."""
        with self._closing:
            self._closed = True
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown(cancel_futures=True)
        self._starting.shutdown()

    def _ask(self, parcel: Parcel) -> Answer:
        worker = self._idle.get()
        answer = worker.ask(parcel, self._timeout)
        if not (isinstance(answer, Lost) and self._replaced(worker)):
            self._idle.put(worker)
        return answer

    def _replaced(self, lost: "_Process") -> bool:
        """Start another process instead of *lost*, unless all are to end or there can be none."""
        with self._closing:
            if self._closed:
                return False
            try:
                self._start()
            except OSError:  # no memory, say: the next chunk that *lost* gets tries again
                return False
            self._workers.remove(lost)
        return True

    def _start(self) -> None:
        """Start a process, which is idle once it is ready; the others have work until then."""
        worker = _Process()
        self._workers.append(worker)
        self._starting.submit(self._greet, worker)

    def _greet(self, worker: "_Process") -> None:
        worker.wait()
        self._idle.put(worker)


class _Process:
    """A process that works on one parcel after the other."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self._started = False

    def wait(self) -> None:
        """Wait until it has started, or ended while it did."""
        with suppress(EOFError, OSError):
            self._connection.recv()
            self._started = True

    def ask(self, parcel: Parcel, timeout: float | None) -> Answer:
        """The answer for *parcel*; :class:`Lost`, with the process gone, where there is none."""
        hung = threading.Event()
        try:
            with self._killed_after(timeout, hung):
                self._connection.send(parcel)  # which may take for ever too
                answer: Answer = self._connection.recv()
            return answer
        except (EOFError, OSError):
            self._process.join(PATIENCE)
            code = self._process.exitcode
            self.kill()
            if hung.is_set():
                return Lost(f"hung for {timeout:g} s")
            if not self._started and code == 1:
                return Lost(f"could not start: {SCRIPT}", given_up=True)
            return Lost(f"died ({ending(code)})")

    @contextmanager
    def _killed_after(self, seconds: float | None, hung: threading.Event) -> Iterator[None]:
        """A context that kills the process, and says that it hung, if it lasts so long."""
        if seconds is None:
            yield
            return

        def kill() -> None:
            hung.set()
            self._process.kill()

        alarm = threading.Timer(seconds, kill)
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def dismiss(self) -> None:
        """Let it end by itself, as what it has printed would be lost otherwise."""
        with suppress(OSError):
            self._connection.send(None)

    def wait_for_end(self) -> None:
        """Wait until it has ended, for some seconds."""
        self._process.join(PATIENCE)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()


def ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"signal {-exitcode}, {signal.Signals(-exitcode).name}"
    return f"exit code {exitcode}"


def begin_worker(connection: Connection) -> "SimpleQueue[Any]":
    """Make this process a worker of that at the other end of *connection*; return what it sends.

    It is left alone by Ctrl-C, works with one thread, and ends with the other one.
    """
    # Ctrl-C reaches every process of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    received: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_receive, args=(connection, received), daemon=True).start()
    _use_one_processor()
    return received


def _serve(connection: Connection) -> None:
    """What a process of a pool does, until it gets None."""
    parcels = begin_worker(connection)
    connection.send("ready")
    while (parcel := parcels.get()) is not None:
        connection.send(work(parcel))


def _receive(connection: Connection, received: "SimpleQueue[Any]") -> None:
    """Take in what comes; end this process, whatever it does, once the other one is gone."""
    with suppress(EOFError, OSError):
        while True:
            received.put(connection.recv())
    os._exit(1)


def _use_one_processor() -> None:
    """Hold this process to one thread, unless a method is told how many it shall use."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    import scipy.linalg  # noqa: F401 (its BLAS is the one that kernels call, so it has to be there)
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
