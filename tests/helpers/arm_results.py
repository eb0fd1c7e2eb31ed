"""Results of arms, as rows for the tests of their comparison."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evograft.studies.statistics.comparison import compare_arms


def rows_of(
    arms: Mapping[Any, Any], problem: object = "wine", first: Mapping[Any, int] | None = None
) -> list[dict[str, Any]]:
    """One row per run; seeds count from 0, or from the number that *first* gives for an arm."""
    first = first or {}
    return [
        {"arm": arm, "problem": problem, "seed": first.get(arm, 0) + i, "value": value}
        for arm, values in arms.items()
        for i, value in enumerate(values)
    ]


def compared(a: Any, b: Any, **options: Any) -> "pd.Series[Any]":
    """The only row of a comparison of two arms, of which larger values are better."""
    table = compare_arms(rows_of({"a": a, "b": b}), **{"larger_is_better": True, **options})
    assert len(table) == 1
    return table.iloc[0]
