"""Searchers at equal budget on the same targets: runs, anytime curves, ranks and tests."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deap import base

from evograft.representations import _check
from evograft.studies.ablation.arms import Arm
from evograft.studies.ablation.jobs import Job
from evograft.studies.ablation.running import run_study
from evograft.studies.ablation.study import Study
from evograft.studies.bench.leaderboard.anytime import AnytimeCurve, compared_by, curve_of
from evograft.studies.bench.leaderboard.ground import SOLVED
from evograft.studies.bench.leaderboard.leaderboard_files import save_leaderboard
from evograft.studies.bench.leaderboard.leaderboard_table import (
    rank_searchers,
    runs_table,
    standings,
)
from evograft.studies.bench.leaderboard.searchers import searcher
from evograft.studies.bench.leaderboard.targets import Target
from evograft.studies.budget import Budget
from evograft.studies.problem_source import Source
from evograft.studies.reports.report_files import safe_names
from evograft.studies.statistics.ranking import Ranking

if TYPE_CHECKING:
    import pandas as pd

STUDY = "study"
"""The folder in which the runs are kept, as those of any study."""

Searchers = Mapping[str, Mapping[str, Any] | Callable[..., base.Toolbox]]


@dataclass(frozen=True)
class Leaderboard:
    """How searchers did at equal budget.

    Attributes
    ----------
    out : Path
        With ``leaderboard.md``, ``leaderboard.csv`` (the standings), ``runs.csv``, ``curves.csv``,
        ``curves.png``, ``ranks.png`` where searchers are ranked, a curve per run under
        ``curves/SEARCHER/TARGET``, and the study itself under ``study``.
    runs : DataFrame
        One row per finished run; see :func:`runs_table`.
    standings : DataFrame
        One row per target and searcher; see :func:`standings`.
    ranking : Ranking or None
        Average ranks of the final values over pairs of target and seed; None for fewer than two.
    failed : list of Job
        Why is in ``failure.txt`` of their ``directory``.
    """

    out: Path
    runs: "pd.DataFrame"
    standings: "pd.DataFrame"
    ranking: Ranking | None
    failed: list[Job]


def run_leaderboard(
    searchers: Searchers | Sequence[str],
    targets: Mapping[str, Any],
    out: str | os.PathLike[str],
    *,
    evaluations: int,
    cost: float | None = None,
    seeds: int | Sequence[int] = 10,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Leaderboard:
    """Run every searcher on every target with every seed, each with the same budget.

    A run ends when it has spent exactly its *evaluations*, or found the optimum. Runs with the same
    seed begin with the same genomes.

    Parameters
    ----------
    searchers : sequence of str, or mapping of str to settings or callable
        Names of :data:`~evograft.studies.bench.leaderboard.searchers.SEARCHERS`, with settings of
        their own; or your own searcher, which is called with a problem and the budget as keywords,
        returns a toolbox, and builds on
        :func:`~evograft.studies.bench.leaderboard.ground.make_ground`.
    targets : mapping of str to Source, problem or Target
        Problems that the ``morphonas`` plug-in solves, benchmarks by their directory as a
        :class:`~evograft.studies.bench.leaderboard.bench_target.BenchSource`, or anything with
        ``query``.
    out : path
        A new or empty folder.
    evaluations : int, at least 1
        Of a run.
    cost : float, above 0, optional
        A run also ends with the evaluation that reaches it, as its target counts cost; regret and
        curves are then over cost.
    seeds : int or sequence of int
        See :class:`~evograft.studies.Study`.
    settings : mapping, optional
        Of every searcher: parameters of the plug-in, such as ``size_x``.
    workers, scheduler, resume, progress
        See :func:`~evograft.studies.run_study`. Resumed, finished runs are not made again.

    Returns
    -------
    Leaderboard

    Raises
    ------
    ValueError
        For an unknown searcher or setting, a budget below a searcher's initial population, or an
        *out* that cannot be used; and where no run has finished.

    Notes
    -----
    Randomness: each run seeds ``random`` and ``numpy.random`` in the process where it is made.

    Examples
    --------
    >>> import tempfile
    >>> small = {"size_x": 6, "size_y": 6, "max_growth_steps": 30}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = run_leaderboard(
    ...         {"random": {}, "regularised-evolution": {"population": 10, "sample": 3}},
    ...         {"K06": Source("graph_target", options={"target": "K06"})}, Path(folder, "out"),
    ...         evaluations=30, seeds=2, settings=small, progress=False)
    >>> found.runs["evaluations"].tolist()
    [30, 30, 30, 30]
    """
    path = Path(out)
    if not resume and path.is_dir() and any(path.iterdir()):
        raise ValueError(f"out must be a new or empty directory, got {str(out)!r}")
    common = {"evaluations": evaluations} | ({} if cost is None else {"cost": cost})
    common |= settings or {}
    if not isinstance(searchers, Mapping):
        require_different("searchers", searchers)
        searchers = {name: {} for name in searchers}
    study = Study(
        arms={name: Arm(_method(name, own, common)) for name, own in searchers.items()},
        problems=targets,
        seeds=range(seeds) if isinstance(seeds, int) else seeds,
        budget=Budget(evaluations=_check.integer("evaluations", evaluations, minimum=1)),
        measures=("best",),
        name="leaderboard",
    )
    made = run_study(
        study,
        path / STUDY,
        workers=workers,
        scheduler=scheduler,
        resume=resume,
        progress=progress,
    )
    return report(study, path, made.results, made.failed, cost=cost)


def report(
    study: Study,
    path: Path,
    results: "pd.DataFrame",
    failed: Sequence[Job],
    *,
    cost: float | None = None,
) -> Leaderboard:
    """Write the leaderboard of the runs of *study* that have finished.

    *results* are those of the study, with the seconds of each run; *cost* ended runs too.
    """
    budget = study.budget.evaluations or 0
    optima = {name: _optimum(problem) for name, problem in study.problems.items()}
    curves = _curves(study, path)
    if not curves:
        raise ValueError(f"no run has finished: failure.txt of each under {path / STUDY} says why")
    unit, most = compared_by(budget, cost)
    runs = runs_table(curves, most, optima, results, unit)
    table = standings(runs)
    ranking = rank_searchers(runs)
    lost = [(job.arm_name, job.problem_name, job.seed) for job in failed]
    save_leaderboard(path, curves, runs, table, ranking, budget=budget, cost=cost, failed=lost)
    return Leaderboard(path, runs, table, ranking, [*failed])


def require_different(name: str, values: Sequence[str]) -> None:
    """Raise where one of *values* is there twice; *name* is what the error calls them."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{name} must differ, got {value!r} {values.count(value)} times")


def _method(
    name: str, own: Mapping[str, Any] | Callable[..., base.Toolbox], common: Mapping[str, Any]
) -> Callable[[Any], base.Toolbox]:
    if callable(own):
        return partial(own, **common)
    return searcher(name, **{**common, **own})


def _optimum(problem: Any) -> float | None:
    if isinstance(problem, Source):
        problem = problem.load(0)
    return problem.optimum if isinstance(problem, Target) else SOLVED[problem.kind]


def _curves(study: Study, path: Path) -> dict[tuple[str, str, int], AnytimeCurve]:
    """The curves of all finished runs, by searcher, target and seed."""
    folders = {
        name: place
        for names in (study.arms, study.problems)
        for name, place in zip(names, safe_names(names), strict=True)
    }
    found = {}
    for job in study.jobs(path / STUDY):
        if job.result() is None:
            continue
        place = path / "curves" / folders[job.arm_name] / folders[job.problem_name]
        curve = curve_of(job, place / f"{job.seed}.csv")
        found[job.arm_name, job.problem_name, job.seed] = curve
    return found
