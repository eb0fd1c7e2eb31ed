"""The table of a study: means of all arms on all problems, with the tests of their differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evograft.representations import _check
from evograft.studies.reports import _grids, _markup
from evograft.studies.reports._cells import arm_cells
from evograft.studies.reports._notes import notes_of_runs, notes_of_tests
from evograft.studies.reports._runs import checked_runs, measured_runs
from evograft.studies.statistics._results_table import checked_level
from evograft.studies.statistics.comparison import LEVELS, compare_arms
from evograft.studies.statistics.ranking import Ranking, rank_arms

if TYPE_CHECKING:
    import pandas as pd

    from evograft.studies.statistics.measure import Measure

# A table that is wider than the text reaches into both margins alike.
_LATEX_HEAD = r"""{\footnotesize\setlength{\tabcolsep}{4pt}
\setlength{\LTleft}{0pt plus 1fill minus 1fill}
\setlength{\LTright}{0pt plus 1fill minus 1fill}"""


@dataclass(frozen=True)
class ResultTable:
    """Results of a study in one measure, as `result_table` returns them.

    Attributes
    ----------
    measure : Measure
    baseline : str or None
        The arm that the others are compared with.
    cells : DataFrame
        One row per arm and problem, in the order of the results: ``arm``, ``problem``, ``n``,
        ``mean``, ``sd`` (NaN below two runs), ``best`` and ``outcome`` of the arm against the
        baseline, ``win``, ``tie``, ``loss``, ``untested``, or empty where it is not compared.
    comparisons : DataFrame or None
        As `compare_arms` returns it; None where nothing can be tested.
    ranking : Ranking or None
        As `rank_arms` returns it; None where there are less than three arms or two problems on
        which all of them have runs.
    notes : tuple of str
        What is said beneath the table.
    """

    measure: "Measure"
    baseline: str | None
    cells: "pd.DataFrame"
    comparisons: "pd.DataFrame | None"
    ranking: Ranking | None
    notes: tuple[str, ...]

    def to_text(self, width: int = 100) -> str:
        """Return the table for a terminal, problems in panels of *width* characters."""
        grids = self._grids()
        cut = [panel for grid in grids if grid.names == 1 for panel in grid.panels(width)]
        parts = [*cut, *(grid for grid in grids if grid.names > 1)]
        notes = [f"- {_markup.one_line(note)}" for note in self._notes("*")]
        return "\n\n".join([*map(_markup.to_text, parts), "\n".join(notes)]) + "\n"

    def to_markdown(self) -> str:
        """Return the tables in GitHub's Markdown."""
        notes = [f"- {_markup.markdown(note)}" for note in self._notes("bold")]
        parts = [*map(_markup.to_markdown, self._grids()), "\n".join(notes)]
        return "\n\n".join(parts) + "\n"

    def to_latex(self) -> str:
        """Return the tables for a LaTeX document that uses ``booktabs`` and ``longtable``."""
        items = [rf"\item {_markup.latex(note)}" for note in self._notes("bold")]
        parts = [
            _LATEX_HEAD,
            *map(_markup.to_latex, self._grids()),
            "\n".join([r"\begin{itemize}\raggedright", *items, r"\end{itemize}"]),
            "}",
        ]
        return "\n\n".join(parts) + "\n"

    def _grids(self) -> list[_markup.Grid]:
        grids = [_grids.mean_grid(self.cells, self.measure)]
        if self.ranking is not None:
            grids.append(_grids.rank_grid(self.ranking))
        if self.comparisons is not None:
            grids.append(_grids.count_grid(self.comparisons, self.baseline))
            grids.append(_grids.comparison_grid(self.comparisons, self.baseline))
        return grids

    def _notes(self, emphasis: str) -> list[str]:
        best = [f"{emphasis}: the best mean of a problem"] if self.cells["best"].any() else []
        return [*self.notes[:2], *best, *self.notes[2:]]


def result_table(
    results: "pd.DataFrame",
    measure: "Measure",
    *,
    baseline: str | None = None,
    paired: bool | None = None,
    procedure: str = "holm",
    level: float | None = None,
    notes: Sequence[str] = (),
) -> ResultTable:
    """Tabulate the finished runs of a study in one measure, and test how the arms differ.

    Runs that failed, and those without a finite value of the measure, are left out and counted
    beneath. A problem on which no finished run has the measure is left out and named. Ranks are
    taken of the arms that have runs, over the problems on which all of these have one.

    Parameters
    ----------
    results : DataFrame
        One row per run: arm, problem, seed, status (``finished`` or ``failed``), and measures as
        columns. Arms and problems are shown in the order in which they appear.
    measure : Measure
        The column to tabulate, and which direction is better.
    baseline, paired, procedure, level
        As for `compare_arms`. The level is also that of the critical difference of ranks.
    notes : sequence of str
        Said beneath the table as they are, such as the budget of a run.

    Raises
    ------
    ValueError
        If columns are missing, a run is given twice, a status is neither of the two, the baseline
        is no arm of *results*, or an option breaks its rule; if *paired* is true and two arms have
        runs on a problem, but no seed in common there.

    Examples
    --------
    >>> import pandas as pd
    >>> from evograft.studies.statistics.measure import Measure
    >>> runs = [{"arm": arm, "problem": "wine", "seed": seed, "status": "finished",
    ...          "test_accuracy": 0.9 + gain + seed / 1000}
    ...         for arm, gain in {"mge": 0.03, "neat": 0.0}.items() for seed in range(9)]
    >>> table = result_table(pd.DataFrame(runs), Measure("test_accuracy", True), baseline="neat")
    >>> print("\\n".join(table.to_text().splitlines()[:6]))
    test_accuracy (larger is better)
    ----------------------
    arm               wine
    ----------------------
    mge   *0.934 ± 0.003 ▲
    neat   0.904 ± 0.003
    """
    runs = checked_runs(results)
    values = measured_runs(runs, measure.name)
    _check.choice("paired", paired, (None, True, False))
    _check.choice("procedure", procedure, LEVELS)
    level = checked_level(LEVELS[procedure] if level is None else level)
    if baseline is not None:
        baseline = str(baseline)
        _check.known("baseline", baseline, runs["arm"].unique().tolist())
    tested = values["arm"].unique().tolist()
    comparisons = None
    if len(tested) >= 2 and (baseline is None or baseline in tested):
        comparisons = compare_arms(
            values,
            larger_is_better=measure.larger_is_better,
            baseline=baseline,
            paired=paired,
            procedure=procedure,
            level=level,
        )
        if comparisons["p"].isna().all():
            comparisons = None
    ranking, unranked = _ranked(values, measure, level)
    cells = arm_cells(runs, values, measure, comparisons if baseline is not None else None)
    said = [
        *notes_of_runs(runs, values, cells, measure),
        *notes_of_tests(comparisons, ranking, unranked, baseline, procedure, level),
        *map(str, notes),
    ]
    return ResultTable(measure, baseline, cells, comparisons, ranking, tuple(said))


def _ranked(
    values: "pd.DataFrame", measure: "Measure", level: float
) -> tuple[Ranking | None, list[str]]:
    """Return the ranks, and the problems that were left out because an arm has no run there."""
    counts = values.groupby(["problem", "arm"], sort=False).size().unstack(sort=False)
    if len(counts) < 2 or counts.shape[1] < 3:
        return None, []
    complete = counts.notna().all(axis=1)
    left_out = complete.index[~complete].tolist()
    if complete.sum() < 2:
        return None, left_out
    ranked = values[~values["problem"].isin(left_out)]
    return rank_arms(ranked, larger_is_better=measure.larger_is_better, level=level), left_out
