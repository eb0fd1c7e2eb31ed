"""From the runs of a study to its tables and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.studies.ablation.errors import at
from evograft.studies.ablation.folder import StudyFolder
from evograft.studies.ablation.jobs import Job
from evograft.studies.ablation.measured import FITNESS
from evograft.studies.ablation.study import Study
from evograft.studies.reports.report_files import save_report
from evograft.studies.reports.result_table import ResultTable, result_table
from evograft.studies.statistics.measure import Measure, known_measure

if TYPE_CHECKING:
    import pandas as pd

USUAL = ("test_accuracy", "test_mean_return")
"""Measures that are taken where none are asked for: the first that every finished run has."""


@dataclass(frozen=True)
class StudyResult:
    """What a study has found.

    Attributes
    ----------
    out : Path
    results : DataFrame
        One row per run, as in ``results.csv``: arm, problem, seed, status (``finished`` or
        ``failed``), generations, evaluations, seconds, ``best`` (the fitness), whether it is
        ``maximised``, and the numbers of the problem's report.
    tables : list of ResultTable
        One for each measure; none where every run failed.
    failed : list of Job
        Why is in ``failure.txt`` of their ``directory``.
    """

    out: Path
    results: "pd.DataFrame"
    tables: list[ResultTable]
    failed: list[Job]


def report(study: Study, folder: StudyFolder, jobs: Sequence[Job]) -> StudyResult:
    """Write the report of the runs that have ended."""
    results = folder.results(jobs)
    failed = [job for job in jobs if job.result() is None and job.failure() is not None]
    finished = results[results["status"] == "finished"]
    if finished.empty:
        return StudyResult(folder.path, results, [], failed)
    options: dict[str, Any] = {
        "baseline": study.baseline,
        "paired": study.paired,
        "procedure": study.procedure,
        "level": study.level,
        "notes": _notes(study, folder, jobs),
    }
    with at("measures"):
        measures = [_measure(name, finished) for name in study.measures or [_usual(finished)]]
    maximised = finished.groupby("problem", sort=False)["maximised"]
    kinds = finished.groupby("problem", sort=False)[["maximised", "objectives"]]
    comparable = [name for name, values in kinds if len(values.drop_duplicates()) == 1]
    curves = folder.curves([job for job in jobs if job.problem_name in comparable])
    with at("measures"):  # results.csv is written before anything can be wrong with the tables
        written = save_report(
            folder.path,
            results,
            curves,
            measures,
            **options,
            larger_fitness={str(name): bool(values.iloc[0]) for name, values in maximised},
        )
        _remove_older_pictures(folder.path, written)
        tables = [result_table(results, measure, **options) for measure in measures]
    return StudyResult(folder.path, results, tables, failed)


def _remove_older_pictures(path: Path, written: Sequence[Path]) -> None:
    """Remove what an earlier report of other arms or measures has drawn."""
    for start in ("boxes-", "convergence-", "critical-difference-"):
        for picture in path.glob(f"{start}*.png"):
            if picture not in written:
                picture.unlink()


def _usual(finished: "pd.DataFrame") -> str:
    for name in USUAL:
        if name in finished and finished[name].notna().all():
            return name
    return FITNESS


def _measure(name: str | Measure, finished: "pd.DataFrame") -> Measure:
    if name != FITNESS and not isinstance(name, Measure):
        return known_measure(name)
    if isinstance(name, Measure) and name.name != FITNESS:
        return name
    if len(finished[["maximised", "objectives"]].drop_duplicates()) > 1:
        raise ValueError(
            "measures must name what is compared, as the arms have fitness of different kinds; "
            f"there are {', '.join(sorted(_numeric(finished)))}"
        )
    if isinstance(name, Measure):
        return name
    return Measure(FITNESS, larger_is_better=bool(finished["maximised"].iloc[0]))


def _numeric(finished: "pd.DataFrame") -> list[str]:
    return [str(name) for name in finished.select_dtypes("number").columns if name != "seed"]


def _notes(study: Study, folder: StudyFolder, jobs: Sequence[Job]) -> list[str]:
    """What every table says of how its numbers came about."""
    spent = ", ".join(f"{value} {name}" for name, value in study.budget.describe().items())
    notes = [f"budget of a run: {spent or 'the generations of its method'}, or its method's end"]
    if study.population is not None:
        notes.append(f"population: {study.population}, but of arms that have their own")
    for name in study.problems:
        about = folder.about_problem([job for job in jobs if job.problem_name == name])
        if about:
            notes.append(f"{name}: {about}")
    return notes
