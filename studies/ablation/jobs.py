"""One run of a study, wherever it is made: begun, gone on with, or started anew."""

import json
import random
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evograft.representations.directory_lock import LOCK, locked
from evograft.representations.files import replacing
from evograft.studies.ablation.arms import Arm
from evograft.studies.budget import Budget
from evograft.studies.evolution import evolve
from evograft.studies.problem_source import Source
from evograft.studies.run import Run
from evograft.studies.run_directory import RunDirectory

RESULT, FAILURE = "result.json", "failure.txt"

KEPT = 4
"""Problems that a process keeps."""

PATIENCE = 60.0
"""Seconds to wait for a directory that somebody else has."""

IDENTITY = {"arm", "problem", "seed"}
"""What a row is of; all else in it is a number."""

ALWAYS_MEASURED = ("generations", "evaluations", "seconds", "failed_evaluations")
"""Of a run, whatever its problem."""


@dataclass(frozen=True)
class Job:
    """A run of a study: an arm on a problem with a seed, and where it is kept.

    Attributes
    ----------
    arm_name, problem_name : str
    seed : int
    arm : Arm
    problem : Source, or a problem
    budget : Budget
    population : int or None
        Of the study, for arms that have none of their own.
    directory : Path
    checkpoint_seconds : float
        See :func:`evograft.studies.evolve`.
    """

    arm_name: str
    problem_name: str
    seed: int
    arm: Arm
    problem: Any
    budget: Budget
    population: int | None
    directory: Path
    checkpoint_seconds: float

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.arm_name} on {self.problem_name}, seed {self.seed}"

    def result(self) -> dict[str, Any] | None:
        """The row of this run, None where it has not finished with this budget."""
        try:
            content = json.loads((self.directory / RESULT).read_text(encoding="utf-8"))
            row: dict[str, Any] = content["row"]
            mine = self.arm_name, self.problem_name, self.seed
            if (row["arm"], row["problem"], row["seed"]) != mine:
                return None
            if not all(isinstance(row[name], int | float) for name in row.keys() - IDENTITY):
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return row if content.get("budget") == self.budget.describe() else None

    def failure(self) -> str | None:
        """Why this run failed, None where it has not."""
        try:
            return (self.directory / FAILURE).read_text(encoding="utf-8")
        except OSError:
            return None


def run_job(job: Job, progress: Callable[[float], None]) -> None:
    """Make a run, or go on with one that was killed, and write its result beside it.

    ``random`` and ``numpy.random`` are seeded with the run's seed.

    Parameters
    ----------
    job : Job
    progress : callable
        Called with the share of the budget that is used: 0 when data and toolbox are there, then
        after each generation.
    """
    problem = _problem(job)
    random.seed(job.seed)
    np.random.seed(job.seed % 2**32)  # noqa: NPY002 (stock operators draw from it)
    toolbox = job.arm.toolbox(problem, job.budget, job.population)
    progress(0.0)
    resume = _prepare(job)

    def show(run: Run) -> None:
        progress(_share(run, job.budget))

    run = evolve(
        toolbox,
        population=None if resume else job.arm.population or job.population,
        generations=job.budget.generations,
        evaluations=job.budget.evaluations,
        cxpb=job.arm.cxpb,
        mutpb=job.arm.mutpb,
        stop=job.budget.stop(toolbox),
        callbacks=[show],
        out=job.directory,
        resume=resume,
        progress=False,
        pictures=False,
        checkpoint_seconds=job.checkpoint_seconds,
        notes={
            "arm": {"name": job.arm_name, **job.arm.describe()},
            "problem": job.problem_name,
            "seed": job.seed,
        },
    )
    content = {"budget": job.budget.describe(), "row": _row(job, run)}
    (job.directory / FAILURE).unlink(missing_ok=True)
    with replacing(job.directory / RESULT) as file:
        json.dump(content, file, indent=1)
        file.write("\n")


def write_failure(job: Job, text: str) -> None:
    """Keep why a run failed, beside what it has."""
    job.directory.mkdir(parents=True, exist_ok=True)
    with replacing(job.directory / FAILURE) as file:
        file.write(text)


def curve(job: Job) -> list[dict[str, Any]]:
    """The best fitness of a run by generation and by evaluations."""
    rows, evaluations = [], 0.0
    try:
        log = RunDirectory(job.directory).log()
    except ValueError as error:
        warnings.warn(f"{error}; its curve is left out", stacklevel=2)
        return []
    for row in log:
        evaluations += row["nevals"]
        rows.append(
            {
                "arm": job.arm_name,
                "problem": job.problem_name,
                "seed": job.seed,
                "gen": int(row["gen"]),
                "evaluations": int(evaluations),
                "best": row["best"],
            }
        )
    return rows


def _prepare(job: Job) -> bool:
    """Whether there is a checkpoint to go on from; else make room for a run from the start.

    Who has the directory is waited for: a worker of a session that was killed is soon gone.
    """
    if not job.directory.exists():
        return False
    with locked(job.directory, patience=PATIENCE):
        directory = RunDirectory(job.directory)
        if directory.has_checkpoint():
            try:
                directory.snapshot()
                directory.config()
            except ValueError as error:
                aside = _free_name(job.directory)
                warnings.warn(f"{error}: moved to {aside.name}, the run begins anew", stacklevel=2)
                job.directory.rename(aside)
                return False
            return True
        for path in job.directory.iterdir():
            if path.name != LOCK:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    return False


def _free_name(directory: Path) -> Path:
    number = 1
    while (path := directory.with_name(f"{directory.name}-unreadable-{number}")).exists():
        number += 1
    return path


_loaded: dict[tuple[str, int, int], Any] = {}
"""The latest problems that this process has loaded, by description, version and seed."""


def _problem(job: Job) -> Any:
    source = job.problem
    if not isinstance(source, Source):
        return source
    key = repr(source.describe()), source.version(), job.seed if source.varies else 0
    if key not in _loaded:
        while len(_loaded) >= KEPT:
            del _loaded[next(iter(_loaded))]
        _loaded[key] = source.load(job.seed)
    return _loaded[key]


def _share(run: Run, budget: Budget) -> float:
    """The share of the budget that is used, by what is nearest to its end."""
    defaults = {} if budget.evaluations else dict(getattr(run.toolbox, "defaults", {}))
    generations = budget.generations or defaults.get("generations")
    used = (
        (run.generation, generations),
        (run.evaluations, budget.evaluations),
        (run.seconds, budget.seconds),
    )
    return min(1.0, max(done / most for done, most in used if most))


def _row(job: Job, run: Run) -> dict[str, Any]:
    row = {
        "arm": job.arm_name,
        "problem": job.problem_name,
        "seed": job.seed,
        "generations": run.generation,
        "evaluations": run.evaluations,
        "seconds": round(run.seconds, 3),
        "best": run.logbook[-1]["best"],
        "maximised": bool(run.best.fitness.weights[0] > 0),
        "objectives": len(run.best.fitness.weights),
        "failed_evaluations": run.failed_evaluations,
    }
    return row | dict(numbers(RunDirectory(job.directory).report()))


def numbers(report: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The numbers of a report, those of a part under their own names."""
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from numbers(value)
        elif isinstance(value, (int, float)):
            yield name, value
