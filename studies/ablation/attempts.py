"""Attempts at the runs of a study, in this process."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evograft.studies.ablation.jobs import Job, run_job
from evograft.studies.kernel_interrupts import kernel_interrupts

Progress = Callable[[Job, float], None]


@dataclass(frozen=True)
class Outcome:
    """How a run has ended: ``error`` is None, or says why it failed."""

    job: Job
    error: str | None = None


def attempt(job: Job, progress: Callable[[float], None]) -> str | None:
    """Make a run; return None, or the traceback of what it raised."""
    try:
        with kernel_interrupts():
            run_job(job, progress)
    except (Exception, SystemExit):  # an operator may call sys.exit
        return traceback.format_exc()
    return None


def run_here(jobs: Sequence[Job], *, retries: int, progress: Progress) -> Iterator[Outcome]:
    """Make the runs in this process one after the other, and yield each as it ends."""
    for job in jobs:
        for _ in range(retries + 1):
            error = attempt(job, lambda share, job=job: progress(job, share))  # type: ignore[misc]
            if error is None:
                break
        yield Outcome(job, error)
