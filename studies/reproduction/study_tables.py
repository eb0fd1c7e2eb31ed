"""A paper's table as studies in files: run, put beside the paper, and asked for its claims."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations import _check
from evograft.studies.ablation.report import StudyResult
from evograft.studies.ablation.running import run_study
from evograft.studies.ablation.study import Study, safe
from evograft.studies.budget import Budget
from evograft.studies.paper_figures import packaged_study, paper_figures
from evograft.studies.problem_source import Source
from evograft.studies.reports._numbers import seed_ranges
from evograft.studies.reproduction.beside_paper import (
    VERDICT,
    beside_paper,
    grids_beside_paper,
)
from evograft.studies.reproduction.claims import Claim, claims_section
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section

if TYPE_CHECKING:
    import pandas as pd

LARGE = ("digits", "letter", "mnist")
"""Data sets that a quick request leaves out."""

Beside = Callable[[Study, Path], "pd.DataFrame"]
"""From a study and the path of a CSV file of its own to runs of methods that are no arms of it."""


Closing = Callable[[Mapping[str, "pd.DataFrame"]], Iterator[Section]]
"""From the runs of each part to sections."""


@dataclass(frozen=True)
class StudyTable:
    """A table of a paper and what reproduces it.

    Attributes
    ----------
    title : str
    folder : str
        Of this package: a study in ``PART.toml`` and the paper's figures in ``PART.csv``.
    parts : sequence of str
        In the order in which they are run, the cheapest first.
    figures : str, optional
        The folder of the figures, where it is another; those of arms of the studies count.
    claims : sequence of Claim
        Of the paper, which the runs of all parts together can decide.
    beside : callable, optional
        What else is run on the problems of each study.
    notes : sequence of str
        Said above every part.
    closing : callable, optional
        What the runs of all parts together show besides, in further sections.
    """

    title: str
    folder: str
    parts: Sequence[str]
    figures: str | None = None
    claims: Sequence[Claim] = ()
    beside: Beside | None = None
    notes: Sequence[str] = ()
    closing: Closing | None = None

    def small(self) -> list[str]:
        """The parts without a large data set."""
        studies = {part: packaged_study(self.folder, part) for part in self.parts}
        return [part for part, study in studies.items() if not set(study.problems) & set(LARGE)]


def reproduce_table(request: Request, table: StudyTable) -> Iterator[Section]:
    """Run the studies of a table; a section for each part as soon as it is there, then the claims.

    Results of a part go to a folder of its name in ``request.out``, which is as `run_study` leaves
    it. Everything is checked, and all data are loaded once, before anything is run.

    Raises
    ------
    ValueError
        At once, where a part is unknown or its data cannot be had; at the end, where runs failed.
    """
    parts = request.chosen(table.parts, table.small() if request.quick else ())
    studies = {part: asked(packaged_study(table.folder, part), request) for part in parts}
    studies = with_arms(studies, request.arms)
    if dropped := [part for part in request.parts if part not in studies]:
        raise ValueError(
            f"part {dropped[0]!r} must have one of the arms {', '.join(request.arms)}, got "
            f"{', '.join(packaged_study(table.folder, dropped[0]).arms)}"
        )
    about = {part: _about_problems(part, study) for part, study in studies.items()}
    return _sections(request, table, studies, about)


def _sections(
    request: Request,
    table: StudyTable,
    studies: Mapping[str, Study],
    about: Mapping[str, Sequence[str]],
) -> Iterator[Section]:
    import pandas as pd

    everything: dict[str, pd.DataFrame] = {}
    failed = []
    for part, study in studies.items():
        result = _run(part, study, request)
        failed += result.failed
        results = result.results
        if table.beside is not None:
            others = table.beside(study, request.out / f"{part}-classifiers.csv")
            results = pd.concat([results, others], ignore_index=True)
        everything[part] = results
        figures = paper_figures(table.figures or table.folder, part)
        figures = figures[~figures["method"].isin(_left_out(table, part, study))]
        if table.figures is not None:
            figures = figures[figures["method"].isin(list(study.arms))]
        rows = beside_paper(part, results, figures)
        notes = [*_notes(table, part, study, result), *about[part], *table.notes, VERDICT]
        notes += _not_shown(study, result)
        yield Section(f"{table.title}: {part}", notes, grids_beside_paper(rows), rows)
    claims = claims_section(f"{table.title}: its claims", table.claims, everything)
    if claims is not None:
        yield claims
    if table.closing is not None:
        yield from table.closing(everything)
    if failed:
        raise ValueError(
            f"runs that failed: {len(failed)}, first {failed[0].name}: "
            f"{failed[0].directory / 'failure.txt'} says why; --resume tries them again"
        )


def asked(study: Study, request: Request) -> Study:
    """The study with the runs and the generations that are asked for.

    Examples
    --------
    >>> study = asked(packaged_study("mge-table3", "wine"), Request(Path("runs"), generations=5))
    >>> study.budget.describe(), len(study.seeds)
    ({'generations': 5}, 30)
    """
    runs = request.most_runs(len(study.seeds))
    # Of a cross-validation there is one run per fold.
    folds = [
        problem.options["folds"]
        for problem in study.problems.values()
        if isinstance(problem, Source) and "fold" in problem.of_the_run
    ]
    generations = request.most_generations()
    budget = study.budget if generations is None else Budget(generations=generations)
    return replace(study, seeds=tuple(range(min([runs, *folds]))), budget=budget)


def with_arms(studies: Mapping[str, Study], arms: Sequence[str]) -> dict[str, Study]:
    """The studies with the named *arms* only, all of them if none are named.

    Studies that have none of them are left out.

    Raises
    ------
    ValueError
        Where no study has an arm of that name.

    Examples
    --------
    >>> studies = {part: packaged_study("mge-table3", part) for part in ("two-class", "wine")}
    >>> {part: list(study.arms) for part, study in with_arms(studies, ["eta-mge"]).items()}
    {'wine': ['eta-mge']}
    """
    if not arms:
        return dict(studies)
    every = dict.fromkeys(arm for study in studies.values() for arm in study.arms)
    for arm in arms:
        _check.known("arm", arm, every)
    chosen = {
        part: {name: arm for name, arm in study.arms.items() if name in arms}
        for part, study in studies.items()
    }
    return {part: replace(studies[part], arms=own) for part, own in chosen.items() if own}


def _run(part: str, study: Study, request: Request) -> StudyResult:
    out = request.out / part
    return run_study(
        study,
        out,
        workers=request.workers,
        scheduler=request.scheduler,
        resume=request.resume and out.is_dir(),
        progress=request.progress,
    )


def _about_problems(part: str, study: Study) -> list[str]:
    """Check a study, and say how its data are scaled and split."""
    try:
        described = study.check()
    except ValueError as error:
        raise ValueError(f"part {part!r}: {error} (--parts chooses others)") from error
    said: dict[str, list[str]] = {}
    for name, problem in described.items():
        source = study.problems[name]
        own = [option.removeprefix("split_") for option in source.of_the_run]
        split = dict(problem["split"]) | dict.fromkeys(own, "that of the run")
        sizes = f"{split.pop('n_train')} train, {split.pop('n_test')} test"
        how = ", ".join(f"{key} {_number(value)}" for key, value in split.items())
        said.setdefault(f"scaling {problem['scaling']}, split: {how}", []).append(f"{name} {sizes}")
    return [f"{how} ({'; '.join(names)})" for how, names in said.items()]


def _number(value: Any) -> Any:
    return f"{value:.4g}" if isinstance(value, float) else value


def _notes(table: StudyTable, part: str, study: Study, result: StudyResult) -> list[str]:
    """The runs and what they spent; first of all what is not as in the paper."""
    paper = packaged_study(table.folder, part)
    changed = []
    if left_out := _left_out(table, part, study):
        changed.append(f"without {', '.join(left_out)}")
    if len(study.seeds) != len(paper.seeds):
        changed.append(f"runs {len(study.seeds)} in place of {len(paper.seeds)}")
    if study.budget != paper.budget:
        own = " and ".join(f"{value} {name}" for name, value in paper.budget.describe().items())
        changed.append(
            f"generations {study.budget.generations} in place of {own or 'those of the method'}"
        )
    notes = [f"NOT THE PAPER'S SETTING: {', '.join(changed)}"] if changed else []
    notes.append(f"runs: {len(study.seeds)} per method and data set, seeds: "
                 f"{seed_ranges(study.seeds)}")  # fmt: skip
    finished = result.results[result.results["status"] == "finished"]
    spent: dict[str, list[str]] = {}
    for arm, runs in finished.groupby("arm", sort=False):
        told = [f"{_range(runs[name])} {name}" for name in ("generations", "evaluations")]
        spent.setdefault(", ".join(told), []).append(str(arm))
    notes += [f"spent by a run of {', '.join(arms)}: {told}" for told, arms in spent.items()]
    return notes


def _not_shown(study: Study, result: StudyResult) -> list[str]:
    """Runs of other arms that an earlier request has left in the folder."""
    shown = {safe(arm) for arm in study.arms}
    others = sorted({path.name for path in result.out.glob("runs/*")} - shown)
    return [f"in the folder, but not asked for (--arms): {', '.join(others)}"] if others else []


def _left_out(table: StudyTable, part: str, study: Study) -> list[str]:
    return [arm for arm in packaged_study(table.folder, part).arms if arm not in study.arms]


def _range(values: "pd.Series[float]") -> str:
    least, most = int(values.min()), int(values.max())
    return f"{least}" if least == most else f"{least} to {most}"
