"""Results of arms as a checked table: one row per run."""

from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.representations import _check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    Results = pd.DataFrame | Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]

COLUMNS = ("arm", "problem", "seed", "value")


def checked_results(results: "Results", larger_is_better: bool) -> "pd.DataFrame":
    """Return the four columns in the order of *results*, or raise where a rule is broken."""
    import pandas as pd

    _check.choice("larger_is_better", larger_is_better, (True, False))
    rows = pd.DataFrame(results)
    missing = [column for column in COLUMNS if column not in rows.columns]
    if missing:
        raise ValueError(f"results must have the columns {COLUMNS}, got {list(rows.columns)}")
    values = pd.to_numeric(rows["value"], errors="coerce").astype(np.float64)
    for column in COLUMNS[:3]:
        if rows[column].isna().any():
            row = int(rows[column].isna().to_numpy().argmax())
            raise ValueError(f"{column} must be given in every row, got none in row {row}")
    frame = rows.assign(arm=rows["arm"].map(str), problem=rows["problem"].map(str))
    infinite = ~np.isfinite(values.to_numpy())
    if infinite.any():
        row = int(infinite.argmax())
        raise ValueError(f"value must be finite, got {rows['value'].iloc[row]}{_run(frame, row)}")
    twice = frame.duplicated(list(COLUMNS[:3])).to_numpy()
    if twice.any():
        row = int(twice.argmax())
        raise ValueError(f"a run must be given once, got another{_run(frame, row)}")
    if frame["arm"].nunique() < 2:
        raise ValueError(f"results must hold at least two arms, got {list(frame['arm'].unique())}")
    return frame.assign(value=values)[list(COLUMNS)]


def _run(frame: "pd.DataFrame", row: int) -> str:
    arm, problem, seed = frame[list(COLUMNS[:3])].iloc[row]
    return f" for arm {arm!r}, problem {problem!r}, seed {seed}"


def checked_level(level: float) -> float:
    """Return the level of a test as a float from 0.001 to 0.5, or raise."""
    return _check.real("level", level, minimum=0.001, maximum=0.5)
