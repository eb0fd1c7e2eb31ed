"""Tests of two sets of networks, beside those of scipy and by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from evograft.studies.bench.analysis.mode_tests import (
    cohens_h,
    compare_effects,
    compare_locations,
    compare_shares,
    compare_spreads,
    compare_to_half,
    fences,
)
from evograft.studies.statistics import vargha_delaney

RNG = np.random.default_rng(7)
A, B = RNG.normal(0.3, 1, 60).round(1), RNG.normal(0, 2, 80).round(1)


def test_locations_are_tested_as_scipy_does():
    found = compare_locations(A, B)
    test = stats.mannwhitneyu(A, B, method="asymptotic")
    assert found.p == test.pvalue
    assert found.effect == pytest.approx(test.statistic / (60 * 80))
    assert (found.first, found.second) == (np.median(A), np.median(B))
    assert found.sizes == (60, 80)


def test_a_large_sample_takes_no_table_of_all_pairs():
    values = np.arange(100_000.0)
    found = compare_locations(values, values + 0.5)  # a table would take 10 GB
    assert found.effect == pytest.approx(0.5 - 0.5e-5, abs=1e-12)
    many = compare_locations(np.repeat([0.0, 1.0], 50_000), np.repeat([0.0, 1.0], 50_000))
    assert (many.effect, many.p) == (0.5, 1.0)


def test_spreads_are_tested_as_scipy_does():
    found = compare_spreads(B, A)
    assert found.p == pytest.approx(stats.levene(A, B, center="median").pvalue)
    wide, narrow = np.abs(B - np.median(B)), np.abs(A - np.median(A))
    assert found.effect == vargha_delaney(wide, narrow)
    assert found.effect > 0.5


def test_spreads_of_constants():
    same = compare_spreads(np.full(12, 1.0), np.full(12, 7.0))
    assert (same.p, same.effect) == (1.0, 0.5)
    two = np.repeat([0.0, 1.0], 6)
    assert compare_spreads(two, np.full(12, 7.0)).p == 0.0
    assert compare_spreads(two, two + 3).p == 1.0


def test_shares_are_tested_by_fisher():
    found = compare_shares(12, 40, 3, 50)
    assert found.p == stats.fisher_exact([[12, 28], [3, 47]]).pvalue
    assert found.effect == cohens_h(0.3, 0.06)
    assert cohens_h(1.0, 0.0) == pytest.approx(math.pi)


def test_a_majority_is_tested_by_the_binomial_distribution():
    found = compare_to_half(9, 10)
    assert found.p == pytest.approx(2 * 11 / 1024)
    assert compare_to_half(5, 10).effect == pytest.approx(0.0)
    assert compare_to_half(1, 10).effect < 0


def test_effects_are_compared_with_the_variances_of_delong():
    a, b = RNG.normal(1, 1, 30).round(1), RNG.normal(0, 1, 25).round(1)
    found = compare_effects(a, b, A, B)

    def variance(x, y):
        below = (x[:, None] > y) + 0.5 * (x[:, None] == y)
        return below.mean(1).var(ddof=1) / len(x) + below.mean(0).var(ddof=1) / len(y)

    assert found.first == vargha_delaney(a, b)
    assert found.effect == found.first - found.second
    z = found.effect / math.sqrt(variance(a, b) + variance(A, B))
    assert found.p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))


def test_effects_that_do_not_vary():
    low, high = np.zeros(12), np.ones(12)
    assert compare_effects(high, low, high, low).p == 1.0
    assert compare_effects(high, low, low, high).p == 0.0


def test_the_level_of_the_test_of_effects():
    drawn = (RNG.normal(size=(4, 20)) for _ in range(400))
    false = sum(compare_effects(*samples).p <= 0.05 for samples in drawn)
    # 20 are expected of 400; DeLong's test is somewhat liberal for samples of 20.
    assert 8 <= false <= 40


@pytest.mark.parametrize(
    "found",
    [
        compare_locations(A[:1], B),
        compare_spreads(A[:9], B),
        compare_shares(1, 1, 3, 9),
        compare_to_half(0, 0),
        compare_effects(A, B, A, B[:9]),
    ],
    ids=lambda found: found.test,
)
def test_too_few_values_are_not_tested(found):
    assert math.isnan(found.p)
    assert math.isnan(found.effect)
    assert found.note.startswith("fewer than")


def test_fences_weigh_a_large_and_a_small_sample_alike():
    few = np.array([0.0, 1.0, 2.0, 3.0])
    many = np.repeat([10.0, 11.0, 12.0, 13.0], 1000)
    # The quartiles of the mixture are the 2nd of 4 below and the 2nd of 4 above.
    assert fences(few, many) == (1.0 - 15, 11.0 + 15)
    assert fences(few, many) == fences(many, few)
