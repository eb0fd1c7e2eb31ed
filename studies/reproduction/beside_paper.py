"""Our runs beside the figures of a paper, with a verdict."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evograft.studies.reports._markup import EN_DASH, Cell, Grid
from evograft.studies.reports._numbers import written

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.025
"""At most this p-value tells our accuracy from the paper's: the level of the MGE paper."""

VERDICT = (
    "verdict: Welch's t-test of our runs against the paper's mean, deviation and number of runs, "
    f"two-sided, at the level {LEVEL:g}, not corrected for the number of rows; where the paper "
    f"gives no deviation, ours stands for it; {EN_DASH} where either has less than two runs or no "
    "deviation"
)


@dataclass(frozen=True)
class Shown:
    """Columns of our results, and the measure of the paper that stands beside them, if any."""

    columns: Mapping[str, str]
    paper: str | None
    form: str


ACCURACY = "test_accuracy"

GRIDS: dict[str, tuple[Shown, ...]] = {
    "RMSE, ours of the true class's probability and of the raw outputs": tuple(
        Shown(
            {
                f"{part}_rmse_true_class_probability": f"{part}, true class",
                f"{part}_rmse_raw_outputs": f"{part}, raw",
            },
            f"{part}_rmse",
            ".3f",
        )
        for part in ("train", "test")
    ),
    "size": tuple(
        Shown({name: name.replace("_", " ")}, name, ".2f")
        for name in ("hidden_layers", "neurons", "features")
    ),
    "cost": (
        Shown({"operations": "operations"}, "operations", ".0f"),
        Shown({"connections": "connections"}, None, ".1f"),
        Shown({"seconds": "seconds"}, None, ".2f"),
    ),
}
"""Titles and columns of the tables beneath that of accuracies."""

PAPER = {
    ACCURACY: ACCURACY,
    **{
        column: shown.paper for grid in GRIDS.values() for shown in grid for column in shown.columns
    },
}
"""Columns of our results, each with the measure of the paper that is compared with it."""


def beside_paper(part: str, results: "pd.DataFrame", figures: "pd.DataFrame") -> "pd.DataFrame":
    """Put the means of our runs beside those of a paper.

    Parameters
    ----------
    part : str
        Name of the part, for the first column.
    results : DataFrame
        One row per run: arm, problem, seed, status and measures, as of a study.
    figures : DataFrame
        As `paper_figures` returns them.

    Returns
    -------
    DataFrame
        One row per data set, method and measure that either side has, in the order of the paper:
        ``n``, ``mean`` and ``deviation`` of our finished runs, ``paper_n``, ``paper_mean``,
        ``paper_deviation``, the ``difference`` of the means, and of accuracies the ``p`` of
        Welch's test and the ``verdict``: ``no difference``, ``higher``, ``lower`` or empty.
    """
    import pandas as pd

    finished = results[results["status"] == "finished"]
    ours = list(results[["problem", "arm"]].itertuples(index=False, name=None))
    theirs = list(figures[["dataset", "method"]].itertuples(index=False, name=None))
    datasets = dict.fromkeys(dataset for dataset, _ in [*theirs, *ours])
    pairs = [
        pair
        for dataset in datasets
        for pair in dict.fromkeys([*theirs, *ours])
        if pair[0] == dataset
    ]
    printed = figures.set_index(["dataset", "method", "measure"]).to_dict("index")
    rows = []
    for dataset, method in pairs:
        runs = finished[(finished["problem"] == dataset) & (finished["arm"] == method)]
        for column, measure in PAPER.items():
            values = runs[column].dropna() if column in runs else pd.Series(dtype=float)
            paper = printed.get((dataset, method, measure), {})
            if len(values) or paper:
                row = {"part": part, "dataset": dataset, "method": method, "measure": column}
                rows.append(row | _compared(values, paper, tested=column == ACCURACY))
    return pd.DataFrame(rows)


def _compared(
    values: "pd.Series[float]", paper: Mapping[Any, Any], *, tested: bool
) -> dict[str, Any]:
    n, mean, deviation = len(values), values.mean(), values.std(ddof=1)
    if n > 1 and values.min() == values.max():
        deviation = 0.0  # and not what rounding leaves of it
    row = {"n": n, "mean": mean, "deviation": deviation}
    for name, column in (("n", "runs"), ("mean", "mean"), ("deviation", "deviation")):
        row[f"paper_{name}"] = paper.get(column, math.nan)
    row["difference"] = mean - row["paper_mean"]
    p = math.nan
    if tested:
        theirs = row["paper_deviation"]
        theirs = deviation if math.isnan(theirs) else theirs
        p = welch_p((mean, deviation, n), (row["paper_mean"], theirs, row["paper_n"]))
    return row | {"p": p, "verdict": _verdict(p, row["difference"])}


def welch_p(ours: tuple[float, float, float], theirs: tuple[float, float, float]) -> float:
    """The p-value of Welch's t-test from the mean, deviation and number of two samples.

    NaN where a number is missing, or a side has no deviation: equal runs do not say how far others
    would be.

    Examples
    --------
    >>> round(welch_p((0.97, 0.01, 30), (0.967, 0.02, 30)), 3)
    0.466
    """
    from scipy.stats import ttest_ind_from_stats

    if any(map(math.isnan, (*ours, *theirs))) or not (ours[1] and theirs[1]):
        return math.nan
    return float(ttest_ind_from_stats(*ours, *theirs, equal_var=False).pvalue)


def _verdict(p: float, difference: float) -> str:
    if math.isnan(p):
        return ""
    if p > LEVEL:
        return "no difference"
    return "higher" if difference > 0 else "lower"


def grids_beside_paper(rows: "pd.DataFrame") -> list[Grid]:
    """The tables of a part: accuracy with its verdict, then what the paper has figures of."""
    grids = [_accuracy_grid(rows)]
    for title, columns in GRIDS.items():
        found = rows[rows["measure"].isin([name for shown in columns for name in shown.columns])]
        if found["paper_mean"].notna().any() or title == "cost":
            grids.append(_measure_grid(title, found, columns))
    return grids


def _accuracy_grid(rows: "pd.DataFrame") -> Grid:
    header = ["data set", "method", "ours", "runs", "paper", "runs", "difference", "p", "verdict"]
    lines = []
    for row in rows[rows["measure"] == ACCURACY].to_dict("records"):
        texts = [row["dataset"], row["method"]]
        texts += [_spread(row["mean"], row["deviation"], ".3f"), written(row["n"], ".0f")]
        texts += [_spread(row["paper_mean"], row["paper_deviation"], ".3f")]
        texts += [written(row["paper_n"], ".0f"), written(row["difference"], "+.3f")]
        texts += [written(row["p"], ".3g"), row["verdict"] or EN_DASH]
        lines.append([Cell(text) for text in texts])
    return Grid("test accuracy", header, lines, names=2)


def _measure_grid(title: str, rows: "pd.DataFrame", columns: Sequence[Shown]) -> Grid:
    cells = {
        (row["dataset"], row["method"], row["measure"]): row for row in rows.to_dict("records")
    }
    pairs = dict.fromkeys((dataset, method) for dataset, method, _ in cells)
    header = ["data set", "method"]
    lines = [[Cell(dataset), Cell(method)] for dataset, method in pairs]
    for shown in columns:
        found = rows[rows["measure"].isin(list(shown.columns))]
        sides = [(name, column, "") for column, name in shown.columns.items()]
        if found["paper_mean"].notna().any():
            sides.append(("paper", next(iter(shown.columns)), "paper_"))
        for name, column, side in sides:
            header.append(name)
            for line, pair in zip(lines, pairs, strict=True):
                row = cells.get((*pair, column), {})
                mean = row.get(f"{side}mean", math.nan)
                deviation = row.get(f"{side}deviation", math.nan)
                line.append(Cell(_spread(mean, deviation, shown.form)))
    return Grid(title, header, lines, names=2)


def _spread(mean: float, deviation: float, form: str) -> str:
    if math.isnan(mean) or math.isnan(deviation):
        return written(mean, form)
    return f"{written(mean, form)} ± {written(deviation, form)}"
