"""Runs of a study on a Dask cluster."""

import pickle
import time
import uuid
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from evograft.representations._threads import held_to
from evograft.studies._global_random import alone_with_random
from evograft.studies.ablation.attempts import Outcome, Progress, attempt
from evograft.studies.ablation.jobs import Job
from evograft.studies.engines.cluster import connect

REPORT = 1.0
"""Seconds between two reports of a run, at least."""

PATIENCE = 30.0
"""Seconds for the runs under way to save themselves when the study is interrupted."""

SESSION = ".session"
"""The file in a study's folder that says whose runs may go on: Dask cannot stop a run that has
begun, and does not know that its client was killed."""


def run_on_cluster(
    jobs: Sequence[Job],
    address: str,
    folder: Path,
    *,
    retries: int,
    timeout: float | None,
    progress: Progress,
) -> Iterator[Outcome]:
    """Make the runs on the workers of the Dask scheduler at *address*; yield each as it ends.

    A worker makes one run at a time, whatever its number of threads. A run whose worker dies
    (after it has been tried as often as Dask's ``allowed-failures`` say), shows no progress for
    *timeout* seconds, or raises, is taken up again from its checkpoint, *retries* times.

    Raises
    ------
    ValueError
        Where no scheduler answers, or a worker does not see *folder*: they have to share a file
        system, since they keep their runs there.
    """
    waiting, attempts = deque(jobs), dict.fromkeys((job.directory for job in jobs), 0)
    with connect(address) as client, _session(folder) as session:
        _require_shared(client, folder)
        runs = _Runs(client, session, progress)
        try:
            while waiting or runs.pending:
                # One for each worker: a run that waits in a queue of Dask cannot be told apart.
                while waiting and len(runs.pending) < max(1, len(client.nthreads())):
                    runs.submit(waiting.popleft())
                outcome = runs.next(timeout)
                if outcome is None:
                    continue
                attempts[outcome.job.directory] += 1
                if outcome.error and attempts[outcome.job.directory] <= retries:
                    waiting.append(outcome.job)
                else:
                    yield outcome
        finally:
            session.unlink(missing_ok=True)
            runs.end()


@contextmanager
def _session(folder: Path) -> Iterator[Path]:
    """The session file of this process; the runs of earlier ones end when they see it."""
    path = folder / SESSION
    path.write_text(uuid.uuid4().hex, encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


class _Runs:
    """The runs that a cluster has."""

    def __init__(self, client: Any, session: Path, progress: Progress) -> None:
        self._client = client
        self._session = session
        self._token = session.read_text(encoding="utf-8")
        self._progress = progress
        self._done: SimpleQueue[Any] = SimpleQueue()
        self._topic = f"evograft-{self._token}"
        self._heard: dict[str, float] = {}
        self.pending: dict[str, tuple[Job, Any]] = {}
        client.subscribe_topic(self._topic, self._listen)

    def submit(self, job: Job) -> None:
        """Hand over a run."""
        key = f"evograft-{uuid.uuid4().hex}"
        permit = str(self._session), self._token
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # a problem of one's own
            future = self._client.submit(
                _run, pickle.dumps(job), self._topic, permit, key=key, pure=False
            )
        self.pending[key] = job, future
        future.add_done_callback(self._done.put)

    def next(self, timeout: float | None) -> Outcome | None:
        """Wait a second for a run to end, or to have hung."""
        try:
            future = self._done.get(timeout=1.0)
        except Empty:
            return None if timeout is None else self._hung(timeout)
        if future.key not in self.pending:
            return None
        job, _ = self.pending.pop(future.key)
        error = future.exception() if future.status == "error" else None
        return Outcome(job, future.result() if error is None else f"{error}\n")

    def _listen(self, event: Any) -> None:
        key, share = event[1]
        self._heard[key] = time.monotonic()
        if key in self.pending:
            self._progress(self.pending[key][0], share)

    def _hung(self, timeout: float) -> Outcome | None:
        """A run that has begun and shows no progress; who has it is restarted."""
        now = time.monotonic()
        for address, keys in self._client.processing().items():
            for key in keys:
                if key not in self.pending or now - self._heard.get(key, now) <= timeout:
                    continue
                job, future = self.pending.pop(key)
                self._client.cancel([future], force=True)
                with suppress(ValueError):  # a worker without a nanny, which keeps it for ever
                    self._client.restart_workers([address], raise_for_error=False)
                return Outcome(job, f"it showed no progress for {timeout:g} s\n")
        return None

    def end(self) -> None:
        """Wait for the runs under way to save themselves, without a session."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            futures = [future for _, future in self.pending.values()]
            if all(future.done() or future.key not in self._heard for future in futures):
                break
            time.sleep(0.1)
        self._client.unsubscribe_topic(self._topic)
        self._client.cancel([future for _, future in self.pending.values()], force=True)


class _Ended(BaseException):
    """The session of a run is over."""


def _run(pickled: bytes, topic: str, permit: tuple[str, str]) -> str | None:
    """What a worker does."""
    from distributed import get_worker

    worker = get_worker()
    key, due = worker.get_current_task(), 0.0

    def report(share: float) -> None:
        nonlocal due
        if time.monotonic() < due:
            return
        if not _permitted(*permit):
            raise _Ended
        worker.log_event(topic, (key, share))
        due = time.monotonic() + REPORT

    with alone_with_random(), held_to(1):
        try:
            return attempt(pickle.loads(pickled), report)
        except _Ended:
            return "its session ended\n"


def _permitted(session: str, token: str) -> bool:
    try:
        return Path(session).read_text(encoding="utf-8") == token
    except OSError:
        return False


def _require_shared(client: Any, folder: Path) -> None:
    for address, sees in client.run(_sees, str(folder)).items():
        if not sees:
            raise ValueError(
                f"worker {address} must share the file system of {str(folder)!r}, where runs are "
                "kept, and does not see it"
            )


def _sees(folder: str) -> bool:
    return Path(folder).is_dir()
