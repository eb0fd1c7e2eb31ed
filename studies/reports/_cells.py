"""Means and standard deviations of the arms of a study on its problems."""

from typing import TYPE_CHECKING

from evograft.studies.reports._numbers import twelve_digits

if TYPE_CHECKING:
    import pandas as pd

    from evograft.studies.statistics.measure import Measure


def arm_cells(
    runs: "pd.DataFrame",
    values: "pd.DataFrame",
    measure: "Measure",
    comparisons: "pd.DataFrame | None",
) -> "pd.DataFrame":
    """Return the cells of `ResultTable`, with outcomes where comparisons are with a baseline."""
    import pandas as pd

    outcomes = {}
    if comparisons is not None:
        for problem, arm, outcome in comparisons[["problem", "arm", "outcome"]].to_numpy():
            outcomes[problem, arm] = outcome
    measured = set(values["problem"])
    finished = set(runs.loc[runs["status"] == "finished", "problem"])
    parts = dict(list(values.groupby(["arm", "problem"])["value"]))
    rows = []
    for problem in runs["problem"].unique():
        if problem in finished and problem not in measured:
            continue
        for arm in runs["arm"].unique():
            part = parts.get((arm, problem), pd.Series(dtype=float))
            row = {"arm": arm, "problem": problem, "n": len(part), "mean": part.mean()}
            outcome = outcomes.get((problem, arm), "")
            rows.append({**row, "sd": part.std(ddof=1), "best": False, "outcome": outcome})
    columns = ["arm", "problem", "n", "mean", "sd", "best", "outcome"]
    cells = pd.DataFrame(rows, columns=columns)
    for _, column in cells.groupby("problem", sort=False)["mean"]:
        rounded = column.dropna().map(twelve_digits)
        if rounded.nunique() > 1:
            best = rounded.max() if measure.larger_is_better else rounded.min()
            cells.loc[rounded.index[rounded == best], "best"] = True
    return cells
