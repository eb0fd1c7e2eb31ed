"""Running a study: its runs wherever there are workers, then its report."""

import os
import pickle
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from evograft.representations import _check
from evograft.representations.directory_lock import locked
from evograft.studies.ablation.attempts import Outcome, Progress, run_here
from evograft.studies.ablation.bar import StudyBar
from evograft.studies.ablation.errors import StudyError
from evograft.studies.ablation.folder import StudyFolder
from evograft.studies.ablation.jobs import Job, write_failure
from evograft.studies.ablation.report import StudyResult, report
from evograft.studies.ablation.study import Study


def run_study(
    study: Study,
    out: str | os.PathLike[str],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    retries: int = 2,
    timeout: float | None = None,
    checkpoint_seconds: float = 10.0,
    progress: bool = True,
) -> StudyResult:
    """Make all runs of a study that are still to be made, and its report.

    Every run is an :func:`evograft.studies.evolve` with a directory of its own under
    ``out/runs``, from which it goes on when it is killed. Results do not depend on where the runs
    are made.

    Parameters
    ----------
    study : Study
    out : path
        A new or empty directory.
    workers : int, at least 1, optional
        Spawned processes, each of which makes one run at a time; by default runs are made in this
        process. A script that does this keeps it under ``if __name__ == "__main__":``.
    scheduler : str, optional
        The address of a Dask scheduler instead, whose workers share the file system.
    resume : bool
        Go on with the study that is in *out*. Finished runs are kept, those under way go on, failed
        ones are tried again. Arms, problems and seeds may be added or left out, and budgets raised.
    retries : int, at least 0
        How often a run is taken up again whose worker dies or hangs, or which raises, before it
        counts as failed. The others go on.
    timeout : float, above 0, optional
        Seconds without a finished generation after which a worker hangs; they count from when the
        run has its data and its toolbox.
    checkpoint_seconds : float, at least 0
        Time between the checkpoints of a run; 0 writes one every generation.
    progress : bool
        Show a bar.

    Returns
    -------
    StudyResult

    Raises
    ------
    StudyError
        A ValueError, where a part of the study cannot be: see :meth:`Study.check`.
    ValueError
        Where *out* is in use, not empty, or has another study.
    KeyboardInterrupt
        On Ctrl-C; every run under way is saved first.

    Notes
    -----
    Randomness: each run seeds ``random`` and ``numpy.random`` in the process where it is made.

    Examples
    --------
    >>> import tempfile
    >>> from evograft.studies import Arm, Budget, Study
    >>> study = Study(
    ...     arms={"mge": Arm("mge"), "no crossover": Arm("mge", cxpb=0.0)}, problems=["wine"],
    ...     seeds=2, budget=Budget(generations=2), population=10)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = run_study(study, Path(folder, "study"), progress=False)
    >>> list(found.results["status"])
    ['finished', 'finished', 'finished', 'finished']
    """
    path = Path(out).absolute()
    _check.integer("retries", retries, minimum=0)
    if workers is not None:
        _check.integer("workers", workers, minimum=1)
    if checkpoint_seconds != 0:
        _check.real("checkpoint_seconds", checkpoint_seconds, minimum=0)
    if timeout is not None:
        _check.above_zero("timeout", timeout)
    if workers is not None and scheduler is not None:
        raise ValueError("workers and scheduler must not both be given")
    if timeout is not None and workers is None and scheduler is None:
        raise ValueError("timeout must be given with workers or a scheduler: nobody else can tell")
    if workers is not None or scheduler is not None:
        _require_pickling(study)
    problems = study.check()
    folder = StudyFolder(path)
    folder.make(new=not resume)
    with locked(path):
        folder.begin(study, problems, resume=resume)
        jobs = study.jobs(path, checkpoint_seconds)
        waiting = [job for job in jobs if job.result() is None]
        with StudyBar(len(jobs), len(jobs) - len(waiting), shown=progress) as bar:
            outcomes = _outcomes(waiting, path, workers, scheduler, retries, timeout, bar.show)
            with closing(outcomes):
                for outcome in outcomes:
                    if outcome.error is not None:
                        write_failure(outcome.job, outcome.error)
                    bar.end(outcome)
        return report(study, folder, jobs)


def _outcomes(
    jobs: Sequence[Job],
    path: Path,
    workers: int | None,
    scheduler: str | None,
    retries: int,
    timeout: float | None,
    progress: Progress,
) -> Generator[Outcome, None, None]:
    if not jobs:
        yield from ()
    elif scheduler is not None:
        from evograft.studies.ablation.cluster_runs import run_on_cluster

        yield from run_on_cluster(
            jobs, scheduler, path, retries=retries, timeout=timeout, progress=progress
        )
    elif workers is not None:
        from evograft.studies.ablation.worker_processes import run_in_processes

        yield from run_in_processes(
            jobs, workers, retries=retries, timeout=timeout, progress=progress
        )
    else:
        yield from run_here(jobs, retries=retries, progress=progress)


def _require_pickling(study: Study) -> None:
    interactive = not hasattr(sys.modules["__main__"], "__file__")
    for key, parts in (("arms", study.arms), ("problems", study.problems)):
        for name, part in parts.items():
            try:
                if interactive and b"__main__" in pickle.dumps(part):
                    raise TypeError("it is defined in an interactive session")
                pickle.dumps(part)
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                raise StudyError(
                    [key, name],
                    f"{name!r} must pickle to reach a worker, as what a module defines does and a "
                    f"lambda does not: {error}",
                ) from error
