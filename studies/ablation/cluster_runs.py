"""Runs of a study on a Dask cluster."""

import pickle
import time
import uuid
from collections.abc import Iterator, Sequence
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

    A worker makes one run at a time, whatever its number of threads. A run whose worker dies,
    shows no progress for *timeout* seconds, or raises, is taken up again from its checkpoint,
    *retries* times.

    Raises
    ------
    ValueError
        Where no scheduler answers, or a worker does not see *folder*: they have to share a file
        system, since they keep their runs there.
    """
    with connect(address) as client:
        _require_shared(client, folder)
        runs = _Runs(client, progress)
        try:
            for job in jobs:
                runs.submit(job)
            attempts = {job.directory: 1 for job in jobs}
            while runs.pending:
                outcome = runs.next(timeout)
                if outcome.error and attempts[outcome.job.directory] <= retries:
                    attempts[outcome.job.directory] += 1
                    runs.submit(outcome.job)
                else:
                    yield outcome
        finally:
            runs.end()


class _Runs:
    """The runs that a cluster has."""

    def __init__(self, client: Any, progress: Progress) -> None:
        self._client = client
        self._progress = progress
        self._done: SimpleQueue[Any] = SimpleQueue()
        self._topic = f"evograft-{uuid.uuid4().hex}"
        self._heard: dict[str, float] = {}
        self.pending: dict[str, tuple[Job, Any]] = {}
        client.subscribe_topic(self._topic, self._listen)

    def submit(self, job: Job) -> None:
        """Hand over a run."""
        future = self._client.submit(
            _run, pickle.dumps(job), self._topic, key=f"evograft-{uuid.uuid4().hex}", pure=False
        )
        self.pending[future.key] = job, future
        future.add_done_callback(self._done.put)

    def next(self, timeout: float | None) -> Outcome:
        """Wait for a run to end."""
        while True:
            try:
                future = self._done.get(timeout=1.0)
            except Empty:
                if timeout is not None and (hung := self._hung(timeout)):
                    return hung
                continue
            if future.key in self.pending:
                job, _ = self.pending.pop(future.key)
                error = future.exception() if future.status == "error" else None
                return Outcome(job, future.result() if error is None else f"{error}\n")

    def _listen(self, event: Any) -> None:
        key, share = event[1]
        self._heard[key] = time.monotonic()
        if key in self.pending:
            self._progress(self.pending[key][0], share)

    def _hung(self, timeout: float) -> Outcome | None:
        """A run that shows no progress; who has it is restarted."""
        now = time.monotonic()
        for address, keys in self._client.processing().items():
            for key in keys:
                if key not in self.pending or now - self._heard.get(key, now) <= timeout:
                    continue
                job, future = self.pending.pop(key)
                self._client.cancel([future], force=True)
                self._client.restart_workers([address], raise_for_error=False)
                return Outcome(job, f"it showed no progress for {timeout:g} s\n")
        return None

    def end(self) -> None:
        """Leave nothing behind on the cluster."""
        self._client.unsubscribe_topic(self._topic)
        futures = [future for _, future in self.pending.values()]
        if futures:
            self._client.cancel(futures, force=True)


def _run(pickled: bytes, topic: str) -> str | None:
    """What a worker does."""
    from distributed import get_worker

    worker = get_worker()
    key, due = worker.get_current_task(), 0.0

    def report(share: float) -> None:
        nonlocal due
        if time.monotonic() >= due:
            worker.log_event(topic, (key, share))
            due = time.monotonic() + REPORT

    with alone_with_random(), held_to(1):
        return attempt(pickle.loads(pickled), report)


def _require_shared(client: Any, folder: Path) -> None:
    for address, sees in client.run(_sees, str(folder)).items():
        if not sees:
            raise ValueError(
                f"worker {address} must share the file system of {str(folder)!r}, where runs are "
                "kept, and does not see it"
            )


def _sees(folder: str) -> bool:
    return Path(folder).is_dir()
