"""Runs of a study on processes of this machine, which may die, hang or raise."""

import math
import multiprocessing
import pickle
import signal
import sys
import time
import traceback
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from evograft.representations._threads import held_to
from evograft.studies.ablation.attempts import Outcome, Progress, attempt
from evograft.studies.ablation.jobs import Job
from evograft.studies.engines._processes import SCRIPT, begin_worker, ending

PAUSE = 0.2
"""Seconds between two reports of a run, at least."""

READY = "ready"
"""What a process says when it has started."""

PATIENCE = 30.0
"""Seconds for the runs under way to save themselves when the study is interrupted."""


class _Worker:
    """A spawned process that makes one run at a time.

    Attributes
    ----------
    job : Job or None
        The run it has.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self.job: Job | None = None
        self._started = False
        self._heard = math.inf

    def begin(self, job: Job) -> None:
        """Hand over a run."""
        self.job, self._heard = job, math.inf  # until it has begun: to load data is no hanging
        with suppress(OSError):  # it has died just now, which is found out below
            self._line.send(pickle.dumps(job))

    def watched(self) -> list[Any]:
        """What to wait for."""
        return [self._line, self._process.sentinel]

    def look(self, timeout: float | None, progress: Progress) -> Outcome | None:
        """Read what it has reported; how its run has ended, or None while it goes on."""
        job = self.job
        assert job is not None
        try:
            while self._line.poll():
                message = self._line.recv()
                if message == READY:
                    self._started = True
                    continue
                self._heard = time.monotonic()
                if not isinstance(message, float):
                    self.job = None
                    return Outcome(job, message)
                progress(job, message)
        except (EOFError, OSError):
            self._process.join()
            self.job = None
            if not self._started and self._process.exitcode == 1:
                raise ValueError(f"worker processes must be able to start: {SCRIPT}") from None
            return Outcome(job, f"its process died ({ending(self._process.exitcode)})\n")
        if timeout is not None and time.monotonic() - self._heard > timeout:
            self.job = None
            self._process.kill()
            self._process.join()
            return Outcome(job, f"it showed no progress for {timeout:g} s\n")
        return None

    @property
    def alive(self) -> bool:
        """Whether it can have another run."""
        return self._process.is_alive()

    def interrupt(self) -> None:
        """Ask it to save its run and to end."""
        self._process.terminate()

    def end(self, patience: float) -> None:
        """See to it that the process is gone, after *patience* seconds by force."""
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        self._line.close()


def run_in_processes(
    jobs: Sequence[Job], n: int, *, retries: int, timeout: float | None, progress: Progress
) -> Iterator[Outcome]:
    """Make the runs in *n* spawned processes, and yield each as it ends.

    A run whose process dies, shows no progress for *timeout* seconds, or raises, is taken up again
    from its checkpoint, *retries* times.
    """
    waiting = deque(jobs)
    attempts = dict.fromkeys((job.directory for job in jobs), 0)
    workers: list[_Worker] = []
    try:
        while waiting or any(worker.job for worker in workers):
            for worker in [worker for worker in workers if not worker.job and not worker.alive]:
                worker.end(0)
                workers.remove(worker)
            while len(workers) < min(n, len(waiting) + sum(1 for w in workers if w.job)):
                workers.append(_Worker())
            for worker in workers:
                if waiting and worker.job is None:
                    worker.begin(waiting.popleft())
            busy = [worker for worker in workers if worker.job]
            wait([thing for worker in busy for thing in worker.watched()], timeout=1.0)
            for worker in busy:
                outcome = worker.look(timeout, progress)
                if outcome is None:
                    continue
                attempts[outcome.job.directory] += 1
                if outcome.error and attempts[outcome.job.directory] <= retries:
                    waiting.append(outcome.job)  # last: what held it up may have gone by then
                else:
                    yield outcome
    finally:
        _end_all(workers)


def _end_all(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.interrupt()
    deadline = time.monotonic() + PATIENCE
    for worker in workers:
        worker.end(max(0.0, deadline - time.monotonic()))


def _serve(line: Connection) -> None:
    """What the process does: one run after the other, until it is interrupted."""
    jobs = begin_worker(line)
    signal.signal(signal.SIGTERM, _interrupt)
    warnings.showwarning = _say
    line.send(READY)
    with suppress(KeyboardInterrupt), held_to(1):
        while True:
            line.send(_attempt(jobs.get(), _Reporter(line)))


def _attempt(pickled: bytes, report: "_Reporter") -> str | None:
    try:
        job = pickle.loads(pickled)
    except Exception:  # what this process cannot import, say
        return traceback.format_exc()
    return attempt(job, report)


def _say(message: Warning | str, *_: object, **__: object) -> None:
    print(f"evograft: warning: {message}", file=sys.stderr)


def _interrupt(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what is saved now is saved whole
    raise KeyboardInterrupt


class _Reporter:
    """Sends the share that is done, but not each time."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._due = 0.0

    def __call__(self, share: float) -> None:
        if time.monotonic() >= self._due:
            self._line.send(float(share))
            self._due = time.monotonic() + PAUSE
