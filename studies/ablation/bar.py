"""The bar of a study."""

import threading
from types import TracebackType
from typing import Any

from evograft.studies.ablation.attempts import Outcome
from evograft.studies.ablation.jobs import Job

FORMAT = "{percentage:3.0f}%|{bar}| {elapsed} gone, {remaining} left{postfix}"


class StudyBar:
    """A bar over all runs, with the share of those under way and the time left.

    Parameters
    ----------
    n_jobs : int
    finished : int
        Runs that are there already.
    shown : bool
    """

    def __init__(self, n_jobs: int, finished: int, *, shown: bool) -> None:
        from tqdm import tqdm

        tqdm.set_lock(threading.RLock())  # its own has semaphores, which a killed process leaves
        self._n_jobs = n_jobs
        self._finished, self._failed = finished, 0
        self._shares: dict[Any, float] = {}
        self._bar = tqdm(
            total=n_jobs, initial=finished, disable=not shown, bar_format=FORMAT, smoothing=0
        )
        self._say()

    def __enter__(self) -> "StudyBar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def show(self, job: Job, share: float) -> None:
        """Show the share of a run that is done."""
        self._shares[job.directory] = share
        self._move()

    def end(self, outcome: Outcome) -> None:
        """Show that a run has ended."""
        self._shares.pop(outcome.job.directory, None)
        if outcome.error is None:
            self._finished += 1
        else:
            self._failed += 1
            self._bar.write(f"failed: {outcome.job.name}: {outcome.error.strip().splitlines()[-1]}")
        self._say()
        self._move()

    def _move(self) -> None:
        done = self._finished + self._failed + sum(self._shares.values())
        self._bar.update(max(0.0, done - self._bar.n))

    def _say(self) -> None:
        text = f"{self._finished}/{self._n_jobs} runs"
        if self._failed:
            text += f", {self._failed} failed"
        self._bar.set_postfix_str(text, refresh=False)
