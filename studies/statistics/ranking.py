"""Average ranks of arms over many problems, with the tests of Friedman, Iman-Davenport, Nemenyi.

After J. Demšar, "Statistical Comparisons of Classifiers over Multiple Data Sets", Journal of
Machine Learning Research 7 (2006).
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.studies.statistics._results_table import checked_level, checked_results

if TYPE_CHECKING:
    import pandas as pd

    from evograft.studies.statistics._results_table import Results

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Average ranks of arms over problems, as `rank_arms` returns them.

    Attributes
    ----------
    ranks : Series
        Average rank of every arm, 1 being the best, in ascending order.
    n_problems : int
    level : float
        Level of the critical difference.
    critical_difference : float
        Arms whose average ranks differ by at least this much differ at *level*, after Nemenyi.
    friedman, friedman_p : float
        Friedman's chi-squared statistic, corrected for ties, and its asymptotic p-value.
    iman_davenport, iman_davenport_p : float
        The less conservative F statistic of Iman and Davenport (1980), and its p-value.
    """

    ranks: "pd.Series[float]"
    n_problems: int
    level: float
    critical_difference: float
    friedman: float
    friedman_p: float
    iman_davenport: float
    iman_davenport_p: float

    def groups(self) -> list[list[str]]:
        """Return the largest sets of two and more arms that do not differ from each other."""
        names, ranks, found, end = list(self.ranks.index), self.ranks.to_numpy(), [], 0
        for start, rank in enumerate(ranks):
            stop = int(np.searchsorted(ranks - rank, self.critical_difference - 1e-12))
            if stop > max(end, start + 1):
                found.append(names[start:stop])
                end = stop
        return found


def rank_arms(results: "Results", *, larger_is_better: bool, level: float = 0.05) -> Ranking:
    """Rank the arms on every problem by their mean values, and test the average ranks.

    Means are compared by their first 12 digits; equal ones share the average of their ranks.

    Parameters
    ----------
    results, larger_is_better
        As for `comparison.compare_arms`, of at least two problems. Every arm has a run on every
        problem; numbers of runs may differ.
    level : float
        From 0.001 to 0.5, of the critical difference.

    Returns
    -------
    Ranking
        The statistics are NaN for two arms, for which Friedman's test is not made: `compare_arms`
        tests them. Where all arms are equal everywhere, statistics are 0 and p-values 1.

    Raises
    ------
    ValueError
        As for `compare_arms`, and where there are fewer than two problems, or an arm has no run on
        one of them.

    Examples
    --------
    >>> rows = [{"arm": arm, "problem": problem, "seed": 0, "value": value + problem}
    ...         for arm, value in {"a": 3, "b": 2, "c": 1}.items() for problem in range(6)]
    >>> ranking = rank_arms(rows, larger_is_better=True)
    >>> ranking.ranks.to_dict()
    {'a': 1.0, 'b': 2.0, 'c': 3.0}
    >>> round(ranking.critical_difference, 3), round(ranking.friedman, 3), ranking.groups()
    (1.353, 12.0, [['a', 'b'], ['b', 'c']])
    """
    frame = checked_results(results, larger_is_better)
    level = checked_level(level)
    # Not sorted, so that of arms with equal ranks the first comes first.
    groups = frame.groupby(["problem", "arm"], sort=False)["value"]
    means = groups.mean().map(lambda mean: float(f"{mean:.12g}")).unstack(sort=False)
    if len(means) < 2:
        raise ValueError(f"results must hold at least two problems, got {list(means.index)}")
    for arm, column in means.items():
        if column.isna().any():
            raise ValueError(
                f"every arm must have a run on every problem, got none of arm {arm!r} on "
                f"problem {column.index[column.isna()][0]!r}"
            )
    places = means.rank(axis=1, ascending=not larger_is_better)
    n, k = places.shape
    chi2, p = _friedman(places.to_numpy())
    ratio, ratio_p = _iman_davenport(chi2, n, k)
    return Ranking(
        ranks=places.mean().sort_values(kind="stable"),
        n_problems=n,
        level=level,
        critical_difference=nemenyi_difference(k, n, level),
        friedman=chi2,
        friedman_p=p,
        iman_davenport=ratio,
        iman_davenport_p=ratio_p,
    )


def nemenyi_difference(n_arms: int, n_problems: int, level: float = 0.05) -> float:
    """Return the critical difference of average ranks, after Nemenyi (1963).

    It is q · sqrt(k (k + 1) / (6 N)) for k arms on N problems, where q is the quantile of the
    Studentized range for k groups and infinitely many degrees of freedom, divided by sqrt(2).

    Examples
    --------
    >>> round(nemenyi_difference(4, 14), 2)
    1.25
    """
    from scipy.stats import studentized_range

    k = _check.integer("n_arms", n_arms, minimum=2)
    n = _check.integer("n_problems", n_problems, minimum=1)
    q = float(studentized_range.ppf(1 - checked_level(level), k, math.inf)) / math.sqrt(2)
    return q * math.sqrt(k * (k + 1) / (6 * n))


def _friedman(ranks: Floats) -> tuple[float, float]:
    """Friedman's statistic and its p-value for ranks of shape (n_problems, n_arms)."""
    from scipy.stats import friedmanchisquare

    if ranks.shape[1] < 3:
        return math.nan, math.nan
    if np.ptp(ranks) == 0:
        return 0.0, 1.0
    found = friedmanchisquare(*ranks.T)
    return float(found.statistic), float(found.pvalue)


def _iman_davenport(chi2: float, n: int, k: int) -> tuple[float, float]:
    from scipy.stats import f

    most = n * (k - 1)
    # Where all problems agree, the largest statistic leaves nothing to divide by.
    ratio = math.inf if math.isclose(chi2, most) else (n - 1) * chi2 / (most - chi2)
    return ratio, float(f.sf(ratio, k - 1, (k - 1) * (n - 1)))
