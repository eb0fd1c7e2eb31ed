"""The report of a study in a folder: results, tables and pictures."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.representations.files import replacing
from evograft.studies._figure import figure_of
from evograft.studies.reports._markup import latex, markdown
from evograft.studies.reports._runs import RUN, checked_curves, checked_runs, measured_runs
from evograft.studies.reports.boxes import draw_all_boxes
from evograft.studies.reports.convergence import draw_convergence
from evograft.studies.reports.result_table import ResultTable, result_table
from evograft.studies.statistics.comparison_drawing import draw_critical_difference

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from evograft.studies.statistics.measure import Measure

_DPI = 150
_MOST_PIXELS = 20_000
_MOST_CHARACTERS = 60


def save_report(
    out: str | os.PathLike[str],
    results: "pd.DataFrame",
    curves: "pd.DataFrame",
    measures: "Sequence[Measure]",
    *,
    baseline: str | None = None,
    paired: bool | None = None,
    procedure: str = "holm",
    level: float | None = None,
    notes: Sequence[str] = (),
    larger_fitness: Mapping[str, bool],
) -> list[Path]:
    """Write the results of a study, its tables and its pictures into a folder.

    These are ``results.csv`` with all columns, ``table.md`` and ``table.tex`` with a section per
    measure, and the pictures ``boxes-MEASURE.png``, ``critical-difference-MEASURE.png`` where arms
    are ranked, and ``convergence-PROBLEM.png`` over the evaluations of finished runs. Tables are
    written before anything is drawn, and every file whole or not at all.

    Parameters
    ----------
    out : path
        The folder, which is made where it is missing.
    results : DataFrame
        As for `result_table`.
    curves : DataFrame
        As for `draw_convergence`; without rows, no curve is drawn. Curves of runs that *results*
        does not call finished are left out: they would hold the value at which the run has failed.
    measures : sequence of Measure
        What to tabulate and draw, in this order.
    baseline, paired, procedure, level, notes
        As for `result_table`.
    larger_fitness : mapping
        Whether a larger fitness is better, of every problem in *curves* by its name.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.

    Raises
    ------
    ValueError
        As `result_table` and `draw_convergence` do; if a measure is given twice, the direction of a
        problem's fitness is missing, or ``best`` is measured in another direction than a problem's
        fitness has.
    OSError
        If a file cannot be written.
    """
    runs = checked_runs(results)
    finished = _finished(runs, curves)
    _check_directions(measures, finished, larger_fitness)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / "results.csv") as file:
        results.to_csv(file, index=False)
    tables = [
        result_table(
            results,
            measure,
            baseline=baseline,
            paired=paired,
            procedure=procedure,
            level=level,
            notes=notes,
        )
        for measure in measures
    ]
    for name, text in (("table.md", _markdown(tables)), ("table.tex", _latex(tables))):
        with replacing(folder / name) as file:
            file.write(text)
    written = [folder / name for name in ("results.csv", "table.md", "table.tex")]
    for name, figure in _figures(runs, finished, tables, larger_fitness):
        with replacing(folder / name, binary=True) as file:
            dpi = min(_DPI, _MOST_PIXELS / max(figure.get_size_inches()))
            figure.savefig(file, format="png", dpi=dpi)
        written.append(folder / name)
    return written


def _finished(runs: "pd.DataFrame", curves: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    if curves.empty:
        return pd.DataFrame(columns=list(RUN))
    checked = checked_curves(curves, "evaluations")
    finished = pd.MultiIndex.from_frame(runs.loc[runs["status"] == "finished", list(RUN)])
    kept: pd.DataFrame = checked[pd.MultiIndex.from_frame(checked[list(RUN)]).isin(finished)]
    return kept


def _check_directions(
    measures: "Sequence[Measure]", curves: "pd.DataFrame", larger_fitness: Mapping[str, bool]
) -> None:
    names = [measure.name for measure in measures]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"measures must differ, got {name!r} more than once")
    for problem in curves["problem"].unique():
        if problem not in larger_fitness:
            raise ValueError(f"larger_fitness must be given for every problem, not for {problem!r}")
    for measure in measures:
        for problem, larger in larger_fitness.items():
            if measure.name == "best" and measure.larger_is_better != larger:
                raise ValueError(
                    "measure 'best' must have the direction of the fitness on every problem, "
                    f"got larger_is_better={measure.larger_is_better} and another on {problem!r}"
                )


def _figures(
    runs: "pd.DataFrame",
    curves: "pd.DataFrame",
    tables: "Sequence[ResultTable]",
    larger_fitness: Mapping[str, bool],
) -> "Iterator[tuple[str, Figure]]":
    """Draw one picture after another, so that only one is held at a time."""
    stems = safe_names(table.measure.name for table in tables)
    for stem, table in zip(stems, tables, strict=True):
        if len(measured_runs(runs, table.measure.name)):
            yield f"boxes-{stem}.png", draw_all_boxes(runs, table.measure)
        if table.ranking is not None:
            figure = figure_of(draw_critical_difference(table.ranking))
            yield f"critical-difference-{stem}.png", figure
    problems = curves["problem"].unique().tolist()
    for stem, problem in zip(safe_names(problems), problems, strict=True):
        larger = larger_fitness[problem]
        ax = draw_convergence(curves, problem, larger_is_better=larger)
        yield f"convergence-{stem}.png", figure_of(ax)


def _markdown(tables: "Sequence[ResultTable]") -> str:
    parts = [f"## {markdown(table.measure.name)}\n\n{table.to_markdown()}" for table in tables]
    return "\n".join(["# Results\n", *parts])


def _latex(tables: "Sequence[ResultTable]") -> str:
    head = "% For a document with \\usepackage{booktabs,longtable}\n"
    parts = [f"\\section*{{{latex(table.measure.name)}}}\n\n{table.to_latex()}" for table in tables]
    return "\n".join([head, *parts])


def safe_names(names: Iterable[str]) -> list[str]:
    """Return names as parts of file names, each different from the others.

    Examples
    --------
    >>> safe_names(["wine", "data/my set.csv", "../Wine", "wine"])
    ['wine', 'data-my-set.csv', 'Wine-2', 'wine-3']
    """
    safe: list[str] = []
    taken: set[str] = set()
    for name in names:
        short = re.sub(r"[^\w.+=]+", "-", name).strip("-.")[:_MOST_CHARACTERS] or "unnamed"
        found, number = short, 1
        # Some file systems do not tell large letters from small ones.
        while found.lower() in taken:
            number += 1
            found = f"{short}-{number}"
        taken.add(found.lower())
        safe.append(found)
    return safe
