"""Studies whose result is the course of their runs."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.representations import _check
from evograft.studies._figure import new_figure
from evograft.studies.ablation.folder import StudyFolder
from evograft.studies.ablation.running import run_study
from evograft.studies.ablation.study import Study
from evograft.studies.reports.convergence import draw_convergence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def seeds_of(runs: int, seed: int) -> range:
    """The seeds of so many runs, of which *seed* is the first."""
    _check.integer("runs", runs, minimum=1)
    return range(_check.integer("seed", seed, minimum=0), seed + runs)


def study_curves(
    study: Study,
    out: Path | None = None,
    *,
    resume: bool = False,
    workers: int | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Make the runs of *study* and return the best fitness of each generation.

    Parameters
    ----------
    study : Study
    out : Path, optional
        The folder of the study, new or empty unless *resume*; else nothing is kept.
    resume, workers, progress
        As in :func:`~evograft.studies.run_study`.

    Returns
    -------
    DataFrame
        Columns ``arm``, ``problem``, ``seed``, ``gen``, ``evaluations`` and ``best``.

    Raises
    ------
    ValueError
        Where the study cannot be made, or a run failed.
    """
    if out is None:
        with tempfile.TemporaryDirectory() as folder:
            return study_curves(study, Path(folder, "study"), workers=workers, progress=progress)
    result = run_study(study, out, workers=workers, resume=resume, progress=progress)
    if result.failed:
        first = result.failed[0]
        raise ValueError(
            f"{len(result.failed)} of {len(result.results)} runs failed, first {first.name}: "
            f"{first.directory / 'failure.txt'} says why; resume tries them again"
        )
    return StudyFolder(result.out).curves(study.jobs(result.out))


def draw_curves(
    curves: "pd.DataFrame", value: str, *, larger_is_better: bool, label: str
) -> "Figure":
    """Draw the median of *value* over the generations with its quartiles, a panel per problem.

    Parameters
    ----------
    curves : DataFrame
        With the columns ``method``, ``problem``, ``run``, ``generation``, ``evaluations`` and
        *value*.
    value : str
    larger_is_better : bool
    label : str
        Of the vertical axis.
    """
    names = {"method": "arm", "run": "seed", "generation": "gen", value: "best"}
    frame = curves.rename(columns=names)
    problems: Sequence[str] = frame["problem"].unique().tolist()
    columns = min(2, len(problems))
    rows = -(-len(problems) // columns)
    figure = new_figure(6.6 * columns, 3.7 * rows, "constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for ax, problem in zip(axes, problems, strict=False):
        draw_convergence(frame, problem, "gen", ax, larger_is_better=larger_is_better)
        ax.set_ylabel(label, fontsize=9)
    for ax in axes[len(problems) :]:
        ax.remove()
    return figure


def summarise_last(
    curves: "pd.DataFrame", value: str, by: Sequence[str] = ("problem", "method")
) -> "pd.DataFrame":
    """Return mean and standard deviation over the runs of *value* in the last generation."""
    last = curves.sort_values("generation").groupby([*by, "run"], sort=False).tail(1)
    return (
        last.sort_index()
        .groupby(list(by), sort=False, as_index=False)
        .agg(
            runs=("run", "size"),
            generations=("generation", "max"),
            mean=(value, "mean"),
            sd=(value, "std"),
        )
    )
