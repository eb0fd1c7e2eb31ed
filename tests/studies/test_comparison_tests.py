import itertools
import math

import numpy as np
import pytest
from arm_results import compared, rows_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.studies.statistics.comparison import compare_arms

# Charles Darwin's maize, crossed less self-fertilised, in eighths of an inch.
MAIZE = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]


def signed_rank_by_counting(differences):
    """Two-sided p-value over all signs of the differences that are not 0."""
    d = np.array([x for x in differences if x])
    ranks = stats.rankdata(np.abs(d))
    sums = [np.dot(signs, ranks) for signs in itertools.product((-1, 1), repeat=len(d))]
    return float(np.mean(np.abs(sums) >= abs(np.dot(np.sign(d), ranks)) - 1e-9))


def rank_sum_by_counting(a, b):
    """Twice the smaller tail over all choices of the first sample."""
    ranks = stats.rankdata([*a, *b])
    sums = np.array([sum(chosen) for chosen in itertools.combinations(ranks, len(a))])
    mine = ranks[: len(a)].sum()
    tails = np.mean(sums <= mine + 1e-9), np.mean(sums >= mine - 1e-9)
    return float(min(1, 2 * min(tails)))


def t_of(a, b):
    """Student's t from means and deviations."""
    return (a.mean() - b.mean()) / math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


def test_darwins_maize_has_its_published_p_value():
    row = compared(MAIZE, [0] * 15)
    assert (row["test"], row["method"]) == ("signed-rank", "exact")
    assert row["p"] == pytest.approx(0.041259765625, abs=1e-15)
    assert row["n_arm"] == row["n_other"] == 15
    assert row["difference"] == pytest.approx(314 / 15)
    assert row["outcome"] == "win"


def test_the_published_ages_of_patients_are_tested_by_ranks():
    """The textbook example: 5 men, 4 women, U = 17, two-sided p = 1/9."""
    row = compared([19, 22, 16, 29, 24], [20, 11, 17, 12], paired=False)
    assert (row["test"], row["method"]) == ("rank-sum", "exact")
    assert row["p"] == pytest.approx(1 / 9)
    assert row["A"] == 17 / 20
    assert row["outcome"] == "tie"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=9))
def test_ties_are_tested_exactly_in_small_samples(pairs):
    a, b = zip(*pairs, strict=True)
    row = compared(a, b, paired=True)
    differences = np.subtract(a, b)
    if not differences.any():
        assert (row["method"], row["p"]) == ("equal", 1)
    else:
        assert row["method"] == "exact"
        assert row["p"] == pytest.approx(signed_rank_by_counting(differences))
    row = compared(a[:8], b[:7], paired=False)
    if len(set(a[:8] + b[:7])) == 1:
        assert (row["method"], row["p"]) == ("equal", 1)
    else:
        assert row["method"] == "exact"
        assert row["p"] == pytest.approx(rank_sum_by_counting(a[:8], b[:7]))


def test_larger_samples_are_scipys_exact_or_corrected_for_ties_and_continuity():
    rng = np.random.default_rng(3)
    for n, method in [(50, "exact"), (51, "asymptotic")]:
        a, b = rng.normal(size=(2, n))
        paired, apart = compared(a, b), compared(a, b, paired=False)
        assert paired["method"] == apart["method"] == method
        assert paired["p"] == stats.wilcoxon(a, b, method=method, correction=True).pvalue
        assert apart["p"] == stats.mannwhitneyu(a, b, method=method).pvalue
    a, b = rng.integers(0, 9, (2, 30)).astype(float)
    paired, apart = compared(a, b), compared(a, b, paired=False)
    assert paired["method"] == apart["method"] == "asymptotic"
    assert paired["p"] == stats.wilcoxon(a, b, method="asymptotic", correction=True).pvalue
    assert apart["p"] == stats.mannwhitneyu(a, b, method="asymptotic").pvalue


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=12))
@example([(90, 80), (80, 70), (30, 20), (10, 40)])
def test_shares_are_tested_like_the_counts_they_come_from(pairs):
    """0.9 - 0.8 and 0.8 - 0.7 differ as floats: such noise must not decide between ranks."""
    a, b = np.array(pairs).T
    counts, shares = compared(a, b), compared(a / 150, b / 150)
    assert (counts["p"], counts["method"]) == (shares["p"], shares["method"])


def test_a_large_value_does_not_blur_the_others():
    """Signed ranks 5, -1, -2, -3, -4: of 32 subsets of the ranks, 10 have a sum of at most 5."""
    a = np.array([1e8, 0.3, 0.5, 0.7, 0.9])
    b = a + np.array([-1, 1e-6, 2e-6, 3e-6, 4e-6])
    row = compared(a, b, paired=True)
    assert (row["method"], row["p"]) == ("exact", 2 * 10 / 32)


def test_the_procedure_of_mge_is_a_t_test_with_9_degrees_of_freedom_for_ten_runs():
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=10), rng.normal(1, 3, size=10)
    row = compared(a, b, procedure="mge")
    assert (row["test"], row["method"]) == ("t", "t(9)")
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t_of(a, b)), 9))
    row = compared(a, b[:4], procedure="mge")
    assert (row["method"], row["n_arm"], row["n_other"]) == ("t(3)", 10, 4)
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t_of(a, b[:4])), 3))


@pytest.mark.parametrize(("t", "outcome"), [(2.68, "tie"), (2.69, "win"), (-2.69, "loss")])
def test_the_level_of_mge_is_0_025_two_sided_and_not_corrected(t, outcome):
    """Tables have 2.685 for 9 degrees of freedom and 1.25 % on each side."""
    values = stats.zscore(np.arange(10.0), ddof=1)
    shifted = values + t * math.sqrt(2 / 10)
    table = compare_arms(
        rows_of({"a": shifted, "b": values, "c": values}), larger_is_better=True, procedure="mge"
    )
    outcomes = dict(zip(table["arm"] + table["other"], table["outcome"], strict=True))
    assert outcomes == {"ab": outcome, "ac": outcome, "bc": "tie"}
    assert table["p_holm"].tolist() == pytest.approx([3 * table["p"][0]] * 2 + [1])


def test_the_procedure_of_mge_is_wilcoxons_for_more_runs():
    a = np.arange(11.0)
    row = compared(a + 0.5, a, procedure="mge")
    # All eleven differences are 0.5, with one sign.
    assert (row["test"], row["p"], row["outcome"]) == ("signed-rank", 2 / 2**11, "win")
    assert compared(a, a + 1, procedure="mge", paired=False)["test"] == "rank-sum"


def test_arms_without_deviation_have_the_limit_of_the_t_test():
    row = compared([0.1] * 10, [0.3] * 10, procedure="mge")
    assert (row["test"], row["method"], row["p"], row["outcome"]) == ("t", "t(9)", 0, "loss")
