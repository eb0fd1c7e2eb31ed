"""Tests of two samples, paired or not, each with its p-value and the side of the larger one."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_MOST_ARRANGEMENTS = 10_000
_MOST_EXACT = 50
_BLUR = 1e-12


class Finding(NamedTuple):
    """What a test has found, as in the table of `compare_arms`."""

    test: str
    method: str
    p: float
    direction: float
    """Above 0 where the first sample is the larger one."""


def signed_rank(a: Floats, b: Floats) -> Finding:
    """Test pairs after Wilcoxon (1945), leaving out those without a difference."""
    from scipy.stats import permutation_test, rankdata, wilcoxon

    test = "signed-rank"
    if a.size < 2:
        return Finding(test, "none", math.nan, 0)
    differences = _differences(a, b)
    differences = differences[differences != 0]
    if not differences.size:
        return Finding(test, "equal", 1.0, 0)
    ranks = rankdata(np.abs(differences)) * np.sign(differences)
    ties = len(np.unique(np.abs(ranks))) < len(ranks)
    if ties and 2**ranks.size <= _MOST_ARRANGEMENTS:
        options = {"permutation_type": "samples", "n_resamples": _MOST_ARRANGEMENTS}
        p = permutation_test((ranks,), np.sum, vectorized=True, **options).pvalue
        return Finding(test, "exact", float(p), ranks.sum())
    method = "asymptotic" if ties or ranks.size > _MOST_EXACT else "exact"
    p = wilcoxon(differences, correction=True, method=method).pvalue
    return Finding(test, method, float(p), ranks.sum())


def _differences(a: Floats, b: Floats) -> Floats:
    """Return numbers of the signs and of the order of a - b, equal where only rounding differs."""
    differences, blur = a - b, _BLUR * np.maximum(np.abs(a), np.abs(b))
    order = np.argsort(np.abs(differences))
    gaps = np.diff(np.abs(differences)[order], prepend=0)
    blurs = blur[order] + np.concatenate([[0], blur[order][:-1]])
    places = np.empty(a.size)
    places[order] = np.cumsum(gaps > blurs)
    return np.asarray(places * np.sign(differences))


def rank_sum(a: Floats, b: Floats) -> Finding:
    """Test unpaired samples after Mann and Whitney."""
    from scipy.stats import mannwhitneyu, permutation_test, rankdata

    test = "rank-sum"
    if min(a.size, b.size) < 2:
        return Finding(test, "none", math.nan, 0)
    ranks = rankdata(np.concatenate([a, b]))
    if len(np.unique(ranks)) == 1:
        return Finding(test, "equal", 1.0, 0)
    direction = ranks[: a.size].mean() - ranks[a.size :].mean()
    ties = len(np.unique(ranks)) < ranks.size
    few = ranks.size <= _MOST_ARRANGEMENTS  # else the number of arrangements is huge, and slow
    if ties and few and math.comb(ranks.size, a.size) <= _MOST_ARRANGEMENTS:
        options = {"permutation_type": "independent", "n_resamples": _MOST_ARRANGEMENTS}
        groups = ranks[: a.size], ranks[a.size :]
        p = permutation_test(groups, _first_sum, vectorized=True, **options).pvalue
        return Finding(test, "exact", float(p), direction)
    method = "asymptotic" if ties or max(a.size, b.size) > _MOST_EXACT else "exact"
    return Finding(test, method, float(mannwhitneyu(a, b, method=method).pvalue), direction)


def _first_sum(first: Floats, second: Floats, axis: int) -> Floats:
    return np.asarray(first.sum(axis=axis))


def t_test(a: Floats, b: Floats) -> Finding:
    """Test means with the size of the smaller sample less one as degrees of freedom."""
    from scipy.stats import t, ttest_ind_from_stats

    freedom = min(a.size, b.size) - 1
    if freedom < 1:
        return Finding("t", "none", math.nan, 0)
    direction = float(a.mean() - b.mean())
    method = f"t({freedom})"
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        return Finding("t", *(("equal", 1.0, 0) if a[0] == b[0] else (method, 0.0, a[0] - b[0])))
    parts = (number for x in (a, b) for number in (x.mean(), x.std(ddof=1), x.size))
    statistic = ttest_ind_from_stats(*parts, equal_var=False).statistic
    return Finding("t", method, float(2 * t.sf(abs(statistic), freedom)), direction)
