"""Results and curves of a made-up study."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def results_of(
    problems: Mapping[str, Mapping[str, Any]], name: str = "test_accuracy"
) -> pd.DataFrame:
    """One finished run per value, by problem and arm; seeds count from 0."""
    rows = [
        {"arm": arm, "problem": problem, "seed": seed, "status": "finished", name: value}
        for problem, arms in problems.items()
        for arm, values in arms.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["arm", "problem", "seed", "status", name])


def curves_of(problems: Mapping[str, Mapping[str, Sequence[Sequence[Any]]]]) -> pd.DataFrame:
    """Rows of runs that are lists of the best of each generation of ten evaluations."""
    rows = [
        {"arm": arm, "problem": problem, "seed": seed, "gen": gen}
        | {"evaluations": 10 * (gen + 1), "best": best}
        for problem, arms in problems.items()
        for arm, runs in arms.items()
        for seed, run in enumerate(runs)
        for gen, best in enumerate(run)
    ]
    return pd.DataFrame(rows)
