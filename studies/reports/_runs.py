"""The runs of a study as checked tables: one row per run, or per run and generation."""

from typing import TYPE_CHECKING

import numpy as np

from evograft.representations import _check

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

RUN = ("arm", "problem", "seed")
STATUS = ("finished", "failed")


def checked_runs(results: "pd.DataFrame") -> "pd.DataFrame":
    """Return the runs with names as strings, or raise where they are not one row per run."""
    frame = _named(results, "results", (*RUN, "status"))
    unknown = ~frame["status"].isin(STATUS).to_numpy()
    if unknown.any():
        _check.choice("status", frame["status"].iloc[int(unknown.argmax())], STATUS)
    twice = frame.duplicated(list(RUN)).to_numpy()
    if twice.any():
        arm, problem, seed = frame[list(RUN)].iloc[int(twice.argmax())]
        raise ValueError(
            f"a run must be given once, got another for arm {arm!r}, problem {problem!r}, "
            f"seed {seed}"
        )
    return frame


def measured_runs(runs: "pd.DataFrame", name: str) -> "pd.DataFrame":
    """Return arm, problem, seed and value of the finished runs with a finite value of a measure."""
    import pandas as pd

    _check.known("measure", name, [str(column) for column in runs.columns])
    value = pd.to_numeric(runs[name], errors="coerce").astype(np.float64)
    usable = (runs["status"] == "finished").to_numpy() & np.isfinite(value.to_numpy())
    return runs.assign(value=value).loc[usable, [*RUN, "value"]].reset_index(drop=True)


def checked_curves(curves: "pd.DataFrame", x: str) -> "pd.DataFrame":
    """Return arm, problem, seed, *x* and best, without rows whose numbers are not finite."""
    import pandas as pd

    columns = [*RUN, x, "best"]
    frame: pd.DataFrame = _named(curves, "curves", columns)[columns]
    for column in (x, "best"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce").astype(np.float64)
    finite = np.isfinite(frame[x].to_numpy()) & np.isfinite(frame["best"].to_numpy())
    kept: pd.DataFrame = frame.loc[finite].reset_index(drop=True)
    return kept


def _named(table: "pd.DataFrame", name: str, columns: "Sequence[str]") -> "pd.DataFrame":
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{name} must have the columns {columns}, got none named {missing[0]!r}")
    for column in RUN:
        if table[column].isna().any():
            row = int(table[column].isna().to_numpy().argmax())
            raise ValueError(
                f"{column} must be given in every row of {name}, got none in row {row}"
            )
    return table.assign(arm=table["arm"].map(str), problem=table["problem"].map(str))
