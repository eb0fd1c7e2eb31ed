"""Comparison of arms on each problem: tests with effect sizes, wins and losses.

Results are one row per run, in the columns arm, problem, seed and value. A family of comparisons
is tested by :func:`compare_arms` and counted by :func:`win_tie_loss`.
"""

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.studies.statistics._comparison_tests import rank_sum, signed_rank, t_test
from evograft.studies.statistics._results_table import checked_level, checked_results
from evograft.studies.statistics.effect_sizes import effect_word, holm, vargha_delaney

if TYPE_CHECKING:
    import pandas as pd

    from evograft.studies.statistics._results_table import Results

Floats = npt.NDArray[np.float64]

LEVELS = {"holm": 0.05, "mge": 0.025}
"""Procedures of `compare_arms`, each with its level."""

_T_TEST_RUNS = 10


def compare_arms(
    results: "Results",
    *,
    larger_is_better: bool,
    baseline: str | None = None,
    paired: bool | None = None,
    procedure: str = "holm",
    level: float | None = None,
) -> "pd.DataFrame":
    """Test every arm against every other, or against a baseline, on each problem.

    Paired runs are tested by Wilcoxon's signed-rank test over the common seeds, leaving out pairs
    without a difference (Wilcoxon 1945). Others are tested by the rank-sum test of Mann and
    Whitney over all runs. Both are two-sided. They are exact for up to 50 pairs or runs per arm
    without ties, and with ties where at most 10 000 arrangements are to be counted, which goes for
    13 pairs or two arms of 7 runs. Else they are asymptotic, corrected for ties and for continuity.
    Differences of pairs are ties where they are equal but for 1e-12 of their values: else 0.9 - 0.8
    would be more than 0.8 - 0.7.

    Parameters
    ----------
    results : DataFrame, mapping of columns, or sequence of mappings
        One row per run with the columns arm, problem, seed and value, the last finite. Names of
        arms and problems are turned into strings.
    larger_is_better : bool
        Whether a larger value is a better one.
    baseline : str, optional
        The arm that all others are compared with; every pair of arms is compared if not given.
    paired : bool, optional
        Whether runs of one seed belong together. If not given, two arms are paired on a problem
        where at least half of the runs of each have a seed in common with the other.
    procedure : str
        `holm` judges by p-values that Holm's method corrects over all rows of the table. `mge` is
        the procedure of the MGE paper: uncorrected p-values, and where either arm has at most ten
        runs, a two-sided t-test from means and deviations of all runs, not paired, with the runs
        of the smaller arm less one as degrees of freedom, 9 for ten runs. For more runs, where
        the paper names Wilcoxon's tests of 30, the tests above are taken.
    level : float, optional
        From 0.001 to 0.5; if not given, 0.05 for `holm` and 0.025 for `mge`.

    Returns
    -------
    DataFrame
        One row per problem and pair, both in the order of *results*.

        `problem`, `arm`, `other`
            Names.
        `n_arm`, `n_other`
            Runs that were tested: of a paired test the common seeds.
        `difference`
            Mean value of the arm less that of the other, over these runs.
        `A`, `effect`
            The effect size of `vargha_delaney` over these runs, above 0.5 where the arm is
            better, and its word. NaN and empty where an arm has no run.
        `test`, `method`
            ``signed-rank``, ``rank-sum`` or ``t``; and ``exact``, ``asymptotic``, ``t(9)`` with
            the degrees of freedom, ``equal`` where nothing differs and p is 1, or ``none`` where
            an arm has fewer than two runs to test and p is NaN. If two different values have no
            deviation at all, the t-test has its limit, p = 0.
        `p`, `p_holm`
            The p-value, and corrected by Holm's method; NaN are not counted as comparisons.
        `outcome`
            ``win``, ``tie`` or ``loss`` of the arm: no tie where the p-value by which *procedure*
            judges is at most *level*. ``untested`` where it is NaN.

    Raises
    ------
    ValueError
        If columns, names or seeds are missing, values are not finite, a run is given twice, there
        are fewer than two arms, the baseline is not among them, or *paired* is true and two arms
        with runs on a problem have no seed in common there; or an option breaks its rule.
    TypeError
        If *level* is no number.

    Examples
    --------
    >>> rows = [{"arm": arm, "problem": "wine", "seed": seed, "value": 0.9 + gain + seed / 1000}
    ...         for arm, gain in {"mge": 0.03, "neat": 0.0}.items() for seed in range(10)]
    >>> table = compare_arms(rows, larger_is_better=True)
    >>> print(table[["test", "method", "p_holm", "A", "effect", "outcome"]].to_string(index=False))
           test method   p_holm   A effect outcome
    signed-rank  exact 0.001953 1.0  large     win
    """
    import pandas as pd

    frame = checked_results(results, larger_is_better)
    _check.choice("paired", paired, (None, True, False))
    _check.choice("procedure", procedure, LEVELS)
    level = checked_level(LEVELS[procedure] if level is None else level)
    arms = frame["arm"].unique().tolist()
    if baseline is None:
        pairs = list(itertools.combinations(arms, 2))
    else:
        baseline = str(baseline)
        _check.known("baseline", baseline, arms)
        pairs = [(arm, baseline) for arm in arms if arm != baseline]
    rows, directions = [], []
    for problem, part in frame.groupby("problem", sort=False):
        runs = {arm: part[part["arm"] == arm].set_index("seed")["value"] for arm in arms}
        for arm, other in pairs:
            a, b, both = _samples(runs[arm], runs[other], paired)
            if paired and not both and a.size and b.size:
                raise ValueError(
                    f"paired arms must have seeds in common, got none of {arm!r} and {other!r} "
                    f"on problem {problem!r}"
                )
            if procedure == "mge" and min(runs[arm].size, runs[other].size) <= _T_TEST_RUNS:
                a, b = (np.asarray(runs[name], dtype=np.float64) for name in (arm, other))
                tested = t_test(a, b)
            else:
                tested = signed_rank(a, b) if both else rank_sum(a, b)
            rows.append(
                {"problem": problem, "arm": arm, "other": other}
                | _described(a, b, larger_is_better)
                | {"test": tested.test, "method": tested.method, "p": tested.p}
            )
            directions.append(tested.direction if larger_is_better else -tested.direction)
    table = pd.DataFrame(rows)
    table["p_holm"] = holm(table["p"])
    judged = table["p_holm" if procedure == "holm" else "p"].to_numpy()
    found = np.where(np.array(directions) > 0, "win", "loss")
    found = np.where(judged <= level, found, "tie")
    table["outcome"] = np.where(np.isnan(judged), "untested", found)
    return table


def win_tie_loss(table: "pd.DataFrame") -> "pd.DataFrame":
    """Count the outcomes of *table* over the problems.

    Parameters
    ----------
    table : DataFrame
        As `compare_arms` returns it.

    Returns
    -------
    DataFrame
        The columns win, tie, loss and untested, indexed by arm and other. A pair has two rows,
        one from either side; ``.xs(baseline, level="other")`` are the rows against a baseline.

    Examples
    --------
    >>> rows = [{"arm": arm, "problem": "wine", "seed": seed, "value": gain + seed}
    ...         for arm, gain in {"mge": 20, "neat": 0}.items() for seed in range(10)]
    >>> print(win_tie_loss(compare_arms(rows, larger_is_better=True)))
                win  tie  loss  untested
    arm  other
    mge  neat     1    0     0         0
    neat mge      0    0     1         0
    """
    import pandas as pd

    mirror = {"arm": "other", "other": "arm"}
    swapped = table.rename(columns=mirror)
    swapped["outcome"] = table["outcome"].replace({"win": "loss", "loss": "win"})
    both = pd.concat([table, swapped])[["arm", "other", "outcome"]]
    counts = both.groupby(["arm", "other"], sort=False)["outcome"].value_counts().unstack()
    counts = counts.reindex(columns=["win", "tie", "loss", "untested"]).fillna(0).astype(int)
    return counts.rename_axis(columns=None)


def _samples(
    a: "pd.Series[float]", b: "pd.Series[float]", paired: bool | None
) -> tuple[Floats, Floats, bool]:
    """Return the values to test, those of common seeds in one order, and whether they are pairs."""
    common = a.index.intersection(b.index)
    if paired is None:
        paired = 2 * len(common) >= max(len(a), len(b))
    if paired and len(common):
        a, b = a[common], b[common]
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return x, y, bool(paired and len(common))


def _described(a: Floats, b: Floats, larger_is_better: bool) -> dict[str, Any]:
    size, difference, word = math.nan, math.nan, ""
    if a.size and b.size:
        size = vargha_delaney(*((a, b) if larger_is_better else (b, a)))
        difference, word = float(a.mean() - b.mean()), effect_word(size)
    numbers = {"n_arm": a.size, "n_other": b.size, "difference": difference}
    return {**numbers, "A": size, "effect": word}
