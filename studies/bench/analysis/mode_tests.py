"""Tests of two sets of networks, each with the size of what it has found."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.studies.statistics._comparison_tests import rank_sum
from evograft.studies.statistics.effect_sizes import vargha_delaney

Floats = npt.NDArray[np.float64]


class Scale(NamedTuple):
    """What an effect size says where there is no effect, and from which distance on it is named."""

    none: float
    least: float


EFFECTS = {
    "A": Scale(0.5, 0.06),
    "difference of A": Scale(0.0, 0.06),
    "h": Scale(0.0, 0.2),
    "ratio": Scale(1.0, 0.1),
}
"""Vargha and Delaney's A and Cohen's h from what their authors call small on; ours else."""

LEAST_ASYMPTOTIC = 10
"""Values in each set that a test needs whose p-value is one of large numbers."""


class Outcome(NamedTuple):
    """What a test has found.

    Attributes
    ----------
    test : str
    p : float
        Two-sided; NaN where nothing was tested.
    measure : str
        Of :data:`EFFECTS`.
    effect : float
        Above that of no effect where the first set is ahead.
    first, second : float
        What the test is about: medians, median deviations, shares, cells.
    sizes : tuple of int
        Values in each set.
    note : str
        Why nothing was tested.
    """

    test: str
    p: float
    measure: str
    effect: float
    first: float
    second: float
    sizes: tuple[int, ...]
    note: str = ""

    @classmethod
    def nothing(cls, test: str, measure: str, sizes: tuple[int, ...], least: int) -> "Outcome":
        """The outcome where there are too few values to test."""
        nan = math.nan
        return cls(test, nan, measure, nan, nan, nan, sizes, f"fewer than {least} values")


def compare_locations(a: Floats, b: Floats) -> Outcome:
    """Test whether values of *a* are larger: Mann and Whitney, effect size A.

    Examples
    --------
    >>> found = compare_locations(np.array([3.0, 4.0, 5.0]), np.array([1.0, 3.0]))
    >>> found.first, found.second, round(found.effect, 4)
    (4.0, 2.0, 0.9167)
    """
    sizes = (a.size, b.size)
    if min(sizes) < 2:
        return Outcome.nothing("Mann-Whitney", "A", sizes, 2)
    p, effect = rank_sum(a, b).p, vargha_delaney(a, b)
    medians = float(np.median(a)), float(np.median(b))
    return Outcome("Mann-Whitney", p, "A", effect, *medians, sizes)


def compare_spreads(a: Floats, b: Floats) -> Outcome:
    """Test whether *a* spreads wider about its median: Brown and Forsythe (1974).

    The effect size is A of the absolute deviations from the medians.

    Examples
    --------
    >>> found = compare_spreads(np.arange(12.0), np.full(12, 7.0))
    >>> found.effect, found.first, found.second, found.p < 0.001
    (1.0, 3.0, 0.0, True)
    """
    from scipy.stats import f_oneway

    sizes = (a.size, b.size)
    if min(sizes) < LEAST_ASYMPTOTIC:
        return Outcome.nothing("Brown-Forsythe", "A", sizes, LEAST_ASYMPTOTIC)
    wide, narrow = (np.abs(values - np.median(values)) for values in (a, b))
    if np.ptp(np.concatenate([wide, narrow])) == 0:
        p = 1.0
    elif np.ptp(wide) == 0 and np.ptp(narrow) == 0:
        p = 0.0  # the limit
    else:
        p = float(f_oneway(wide, narrow).pvalue)
    medians = float(np.median(wide)), float(np.median(narrow))
    return Outcome("Brown-Forsythe", p, "A", vargha_delaney(wide, narrow), *medians, sizes)


def compare_shares(a: int, n: int, b: int, m: int) -> Outcome:
    """Test whether *a* of *n* is a larger share than *b* of *m*: Fisher's exact test, Cohen's h.

    Examples
    --------
    >>> found = compare_shares(20, 100, 2, 100)
    >>> found.first, found.second, round(found.effect, 3), found.p < 0.001
    (0.2, 0.02, 0.644, True)
    """
    from scipy.stats import fisher_exact

    if min(n, m) < 2:
        return Outcome.nothing("Fisher", "h", (n, m), 2)
    p = float(fisher_exact([[a, n - a], [b, m - b]]).pvalue)
    return Outcome("Fisher", p, "h", cohens_h(a / n, b / m), a / n, b / m, (n, m))


def compare_to_half(a: int, n: int) -> Outcome:
    """Test whether *a* of *n* is more than a half: the exact binomial test, Cohen's h.

    Examples
    --------
    >>> found = compare_to_half(80, 100)
    >>> found.first, round(found.effect, 3), found.p < 0.001
    (0.8, 0.644, True)
    """
    from scipy.stats import binomtest

    if n < 2:
        return Outcome.nothing("binomial", "h", (n,), 2)
    p = float(binomtest(a, n).pvalue)
    return Outcome("binomial", p, "h", cohens_h(a / n, 0.5), a / n, 0.5, (n,))


def cohens_h(p: float, q: float) -> float:
    """Return Cohen's effect size of two shares: the difference of their angles (Cohen 1988).

    Examples
    --------
    >>> round(cohens_h(0.6, 0.5), 4)
    0.2014
    """
    return 2 * math.asin(math.sqrt(p)) - 2 * math.asin(math.sqrt(q))


def fences(first: Floats, second: Floats) -> tuple[float, float]:
    """Return Tukey's fences of the even mixture of two samples: outliers lie beyond them.

    They are 1.5 times the distance of the quartiles below the first and above the third quartile
    (Tukey 1977) of the distribution in which each sample weighs a half, however large it is.

    Examples
    --------
    >>> fences(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    (-2.0, 6.0)
    """
    values = np.concatenate([first, second])
    weights = np.concatenate([np.full(s.size, 0.5 / s.size) for s in (first, second)])
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    # Sums of weights are rounded.
    places = np.searchsorted(reached, np.array([0.25, 0.75]) - 1e-9)
    low, high = (float(values[order[place]]) for place in places)
    reach = 1.5 * (high - low)
    return low - reach, high + reach


def compare_effects(a: Floats, b: Floats, c: Floats, d: Floats) -> Outcome:
    """Test whether A of *a* and *b* is larger than A of *c* and *d*, four samples apart.

    With the variances of DeLong, DeLong and Clarke-Pearson (1988), and the normal distribution.

    Examples
    --------
    >>> low, high = np.arange(20.0), np.arange(15.0, 35.0)
    >>> found = compare_effects(high, low, low, low)
    >>> found.first, found.second, found.p < 0.001
    (0.96875, 0.5, True)
    """
    from scipy.stats import norm

    measure = "difference of A"
    sizes = (a.size + c.size, b.size + d.size)
    if min(a.size, b.size, c.size, d.size) < LEAST_ASYMPTOTIC:
        return Outcome.nothing("DeLong", measure, sizes, LEAST_ASYMPTOTIC)
    first, second = vargha_delaney(a, b), vargha_delaney(c, d)
    difference, variance = first - second, _variance(a, b) + _variance(c, d)
    if variance > 0:
        p = float(2 * norm.sf(abs(difference) / math.sqrt(variance)))
    else:
        p = float(difference == 0)  # the limit
    return Outcome("DeLong", p, measure, difference, first, second, sizes)


def _variance(a: Floats, b: Floats) -> float:
    """The variance of A, of the share of the other sample that lies below each value."""
    shares = ((_below(x, y) / y.size).var(ddof=1) / x.size for x, y in ((a, b), (b, a)))
    return float(sum(shares))


def _below(values: Floats, others: Floats) -> Floats:
    """How many of *others* lie below each value, ties counting half."""
    ordered = np.sort(others)
    left, right = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return np.asarray((left + right) / 2, np.float64)
