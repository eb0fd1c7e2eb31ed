"""From the anytime curves of runs to standings: final values, regret, ranks."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from evograft.studies.bench.leaderboard.anytime import AnytimeCurve, Unit
from evograft.studies.statistics.ranking import Ranking, rank_arms

if TYPE_CHECKING:
    import pandas as pd

Curves = Mapping[tuple[str, str, int], AnytimeCurve]
"""By searcher, target and seed."""


def runs_table(
    curves: Curves,
    budget: float,
    optima: Mapping[str, float | None],
    results: "pd.DataFrame",
    unit: Unit = "evaluations",
) -> "pd.DataFrame":
    """Return one row per run.

    Parameters
    ----------
    curves : mapping
    budget : float
        Evaluations of a run, or its cost.
    optima : mapping of str to float or None
        Of each target, which nothing counts more than; in the place of None, regret counts from
        the best value of all runs.
    results : DataFrame
        With ``arm``, ``problem``, ``seed`` and ``seconds`` of the runs.
    unit : "evaluations" or "cost"
        What *budget* counts.

    Returns
    -------
    DataFrame
        ``arm``, ``problem`` and ``seed``; ``best``, the final value; ``regret``, the mean over the
        budget of what the best value so far falls short of the optimum, where 1 is the lowest
        first value of any run on the target; ``solved_after``, the evaluations that found the
        optimum, or the cost, as the unit is, or NaN; ``evaluations``, ``cost`` and ``seconds``
        spent.
    """
    import pandas as pd

    spent = results.set_index(["arm", "problem", "seed"])["seconds"]
    rows = []
    for target, optimum in optima.items():
        here = {key: curve for key, curve in curves.items() if key[1] == target}
        if not here:
            continue
        if optimum is not None:
            here = {key: curve.capped(optimum) for key, curve in here.items()}
        floor = min(curve.best[0] for curve in here.values())
        summit = max(curve.best[-1] for curve in here.values()) if optimum is None else optimum
        for (arm, problem, seed), curve in here.items():
            short = summit - curve.area(budget, unit)
            rows.append(
                {
                    "arm": arm,
                    "problem": problem,
                    "seed": seed,
                    "best": float(curve.best[-1]),
                    "regret": float(short / (summit - floor)) if summit > floor else 0.0,
                    "solved_after": (math.nan if optimum is None else curve.reached(optimum, unit)),
                    "evaluations": int(curve.evaluations[-1]),
                    "cost": float(curve.cost[-1]),
                    "seconds": float(spent[arm, problem, seed]),
                }
            )
    return pd.DataFrame(rows)


def standings(runs: "pd.DataFrame") -> "pd.DataFrame":
    """Return one row per target and searcher, the best of a target first.

    Returns
    -------
    DataFrame
        ``target``, ``place``, ``searcher``, ``runs``; ``rank``, the average of the rank of the
        final value, 1 being the best and equals sharing theirs, over the seeds that all searchers
        of the target have a finished run of, or NaN without one; ``median``, ``lower`` and
        ``upper``, the quartiles of the final value; ``regret``, its mean; ``solved``, runs that
        found the optimum, and ``solved_after``, the median of what these spent until then;
        ``seconds_per_1000`` evaluations. Searchers stand in the order of ``rank``, equals by more
        ``runs``, then by ``regret``.
    """
    import pandas as pd

    searchers = runs.groupby("problem")["arm"].transform("nunique")
    pairs = runs.groupby(["problem", "seed"])
    whole = pairs["arm"].transform("nunique") == searchers  # else who failed would be spared a rank
    ranks = pairs["best"].rank(ascending=False).where(whole)
    rows = []
    for (target, searcher), part in runs.assign(rank=ranks).groupby(["problem", "arm"], sort=False):
        lower, median, upper = part["best"].quantile([0.25, 0.5, 0.75])
        rows.append(
            {
                "target": target,
                "searcher": searcher,
                "runs": len(part),
                "rank": part["rank"].mean(),
                "median": median,
                "lower": lower,
                "upper": upper,
                "regret": part["regret"].mean(),
                "solved": int(part["solved_after"].notna().sum()),
                "solved_after": part["solved_after"].median(),
                "seconds_per_1000": 1000 * part["seconds"].sum() / part["evaluations"].sum(),
            }
        )
    parts = []
    for _, part in pd.DataFrame(rows).groupby("target", sort=False):
        ordered = part.sort_values(
            ["rank", "runs", "regret"], ascending=[True, False, True], kind="stable"
        ).reset_index(drop=True)
        ordered.insert(1, "place", ordered.index + 1)
        parts.append(ordered)
    return pd.concat(parts, ignore_index=True)


def rank_searchers(runs: "pd.DataFrame") -> Ranking | None:
    """Rank the searchers by their final values on every pair of target and seed.

    Pairs that a searcher has no finished run of are left out. None for a single searcher, or fewer
    than two pairs.
    """
    searchers = runs["arm"].nunique()
    blocks = runs.assign(
        problem=runs["problem"] + ", seed " + runs["seed"].astype(str), value=runs["best"]
    )
    whole = blocks[blocks.groupby("problem")["arm"].transform("nunique") == searchers]
    if searchers < 2 or whole["problem"].nunique() < 2:
        return None
    return rank_arms(whole[["arm", "problem", "seed", "value"]], larger_is_better=True)
