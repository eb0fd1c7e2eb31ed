"""The parts of a study's table as grids of short texts."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evograft.studies.reports._markup import EN_DASH, Cell, Grid
from evograft.studies.reports._numbers import column_format, written
from evograft.studies.statistics.comparison import win_tie_loss

if TYPE_CHECKING:
    import pandas as pd

    from evograft.studies.statistics.measure import Measure
    from evograft.studies.statistics.ranking import Ranking

MARKS = {"win": "▲", "loss": "▼"}


def mean_grid(cells: "pd.DataFrame", measure: "Measure") -> Grid:
    """Means ± standard deviations, one row per arm and one column per problem."""
    arms, problems = cells["arm"].unique().tolist(), cells["problem"].unique().tolist()
    marked = bool(cells["outcome"].isin(list(MARKS)).any())
    # Numbers of runs are as wide as the largest, so that means stand below each other.
    width = len(str(cells["n"].max())) + 2 if cells["n"].nunique() > 1 else 0
    columns = []
    for problem in problems:
        part = cells[cells["problem"] == problem]
        form = column_format(measure, part["mean"].tolist())
        columns.append([_mean_cell(row, form, marked, width) for row in part.to_dict("records")])
    rows = [[Cell(arm), *(column[i] for column in columns)] for i, arm in enumerate(arms)]
    title = f"{measure.name} ({measure.direction})"
    return Grid(title, ["arm", *problems], rows)


def _mean_cell(row: Mapping[Any, Any], form: str, marked: bool, width: int) -> Cell:
    if not row["n"]:
        return Cell(EN_DASH)
    text = f"{written(row['mean'], form)} ± {written(row['sd'], form)}"
    if marked:
        text += f" {MARKS.get(row['outcome'], ' ')}"
    if width:
        text += " " + f"({row['n']})".rjust(width)
    return Cell(text, row["best"])


def comparison_grid(comparisons: "pd.DataFrame", baseline: str | None) -> Grid:
    """One row per comparison, in the order of the table; the baseline is named in the title."""
    names = ["problem", "arm", "other"] if baseline is None else ["problem", "arm"]
    rows = []
    for row in comparisons.to_dict("records"):
        runs = [row["n_arm"], row["n_other"]]
        n = "/".join(map(str, runs if runs[0] != runs[1] else runs[:1]))
        size = EN_DASH if math.isnan(row["A"]) else f"{row['A']:.3f} {row['effect']}"
        texts = [
            *(row[name] for name in names),
            *(n, written(row["difference"], "+.4g")),
            *(written(row["p"], ".3g"), written(row["p_holm"], ".3g"), size),
            *(f"{row['test']}, {row['method']}", row["outcome"]),
        ]
        rows.append([Cell(text) for text in texts])
    header = [*names, "n", "difference", "p", "p (Holm)", "A", "test", "outcome"]
    title = "comparisons" if baseline is None else f"comparisons with {baseline}"
    return Grid(title, header, rows, len(names))


def count_grid(comparisons: "pd.DataFrame", baseline: str | None) -> Grid:
    """Wins, ties and losses of the arm of a row against that of a column, over the problems."""
    counts = win_tie_loss(comparisons)
    arms = list(dict.fromkeys([*comparisons["arm"], *comparisons["other"]]))
    others = arms if baseline is None else [baseline]
    rows = []
    for arm in (name for name in arms if name != baseline):
        found = [
            "/".join(str(counts.at[(arm, other), word]) for word in ("win", "tie", "loss"))
            if arm != other
            else ""
            for other in others
        ]
        rows.append([Cell(arm), *map(Cell, found)])
    return Grid("wins/ties/losses", ["arm", *(f"against {other}" for other in others)], rows)


def rank_grid(ranking: "Ranking") -> Grid:
    """Average ranks, the best first."""
    rows = [[Cell(str(arm)), Cell(f"{rank:.2f}")] for arm, rank in ranking.ranks.items()]
    return Grid("average ranks (1 is the best)", ["arm", "rank"], rows)
