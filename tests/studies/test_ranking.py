import itertools
import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from arm_results import rows_of
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from evograft.studies.statistics.ranking import (
    Ranking,
    _iman_davenport,
    nemenyi_difference,
    rank_arms,
)

# Areas under the curve in Table 6 of Demšar (2006). Of voting, where 0.975 is printed twice with
# different ranks, the last is written with one more digit.
DEMSAR = {
    "adult": (0.763, 0.768, 0.771, 0.798),
    "breast cancer": (0.599, 0.591, 0.590, 0.569),
    "breast cancer wisconsin": (0.954, 0.971, 0.968, 0.967),
    "cmc": (0.628, 0.661, 0.654, 0.657),
    "ionosphere": (0.882, 0.888, 0.886, 0.898),
    "iris": (0.936, 0.931, 0.916, 0.931),
    "liver disorders": (0.661, 0.668, 0.609, 0.685),
    "lung cancer": (0.583, 0.583, 0.563, 0.625),
    "lymphography": (0.775, 0.838, 0.866, 0.875),
    "mushroom": (1.000, 1.000, 1.000, 1.000),
    "primary tumor": (0.940, 0.962, 0.965, 0.962),
    "rheum": (0.619, 0.666, 0.614, 0.669),
    "voting": (0.972, 0.981, 0.975, 0.9749),
    "wine": (0.957, 0.978, 0.946, 0.970),
}
CLASSIFIERS = ("C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf")


def demsar_rows():
    return [
        {"arm": arm, "problem": problem, "seed": 0, "value": value}
        for problem, values in DEMSAR.items()
        for arm, value in zip(CLASSIFIERS, values, strict=True)
    ]


def test_demsars_table_has_its_published_ranks_and_statistics():
    ranking = rank_arms(demsar_rows(), larger_is_better=True)
    assert ranking.ranks.round(3).to_dict() == {
        "C4.5+m+cf": 1.964,
        "C4.5+m": 2.000,
        "C4.5+cf": 2.893,
        "C4.5": 3.143,
    }
    assert list(ranking.ranks) == sorted(ranking.ranks)
    assert ranking.n_problems == 14
    assert round(ranking.critical_difference, 2) == 1.25
    # Published without a correction for ties, of which there are three pairs and one of four.
    correction = 1 - (3 * (2**3 - 2) + (4**3 - 4)) / (14 * (4**3 - 4))
    assert round(ranking.friedman * correction, 2) == 9.28
    assert ranking.friedman_p == pytest.approx(stats.chi2.sf(ranking.friedman, 3))
    assert round(_iman_davenport(9.28, 14, 4)[0], 2) == 3.69
    # None of these differ by 1.25: the published post-hoc test is not powerful enough.
    assert ranking.groups() == [list(ranking.ranks.index)]
    weaker = rank_arms(demsar_rows(), larger_is_better=True, level=0.1)
    assert round(weaker.critical_difference, 2) == 1.12  # q = 2.291


def test_smaller_values_can_have_the_better_ranks():
    best, worst = (rank_arms(demsar_rows(), larger_is_better=flag) for flag in (True, False))
    assert_allclose(worst.ranks[list(CLASSIFIERS)], 5 - best.ranks[list(CLASSIFIERS)])
    assert worst.friedman == pytest.approx(best.friedman)


def test_the_statistics_are_those_of_scipy_and_of_a_two_way_analysis_of_ranks():
    """Iman and Davenport's F is the F of the analysis of variance of the ranks."""
    values = np.random.default_rng(2).integers(0, 6, (9, 5))
    rows = [
        {"arm": f"a{j}", "problem": i, "seed": 0, "value": values[i, j]}
        for i, j in np.ndindex(values.shape)
    ]
    ranking = rank_arms(rows, larger_is_better=False)
    expected = stats.friedmanchisquare(*values.T)
    assert (ranking.friedman, ranking.friedman_p) == pytest.approx(tuple(expected))
    ranks = stats.rankdata(values, axis=1)
    between = 9 * np.sum((ranks.mean(axis=0) - 3) ** 2)
    within = np.sum((ranks - 3) ** 2) - between
    ratio = (between / 4) / (within / 32)
    assert ranking.iman_davenport == pytest.approx(ratio)
    assert ranking.iman_davenport_p == pytest.approx(stats.f.sf(ratio, 4, 32))


def test_arms_are_ranked_by_means_over_seeds_and_rounding_makes_no_difference():
    rows = [
        *rows_of({"a": [0.1, 0.2, 0.3], "b": [0.3, 0.2, 0.1], "c": [0.2], "d": [0, 1, 2]}, 1),
        *rows_of({"a": [3, 3], "b": [5, 2], "c": [4], "d": [0, 0, 0]}, 2),
    ]
    ranks = rank_arms(rows, larger_is_better=True).ranks.to_dict()
    assert ranks == {"a": 3, "b": 2.5, "c": 2, "d": 2.5}


def test_arms_that_all_tie_or_never_change_places():
    flat = [row for i in range(2) for row in rows_of({arm: [i] for arm in "abc"}, i)]
    ranking = rank_arms(flat, larger_is_better=True)
    assert ranking.ranks.to_dict() == {"a": 2, "b": 2, "c": 2}
    assert (ranking.friedman, ranking.friedman_p) == (0, 1)
    assert (ranking.iman_davenport, ranking.iman_davenport_p) == (0, 1)
    steady = [row for i in range(7) for row in rows_of({"a": [i], "b": [i + 1], "c": [i + 2]}, i)]
    ranking = rank_arms(steady, larger_is_better=True)
    assert ranking.friedman == pytest.approx(14)
    assert (ranking.iman_davenport, ranking.iman_davenport_p) == (math.inf, 0)


def test_two_arms_have_ranks_and_no_friedman_test():
    rows = [row for i in range(4) for row in rows_of({"a": [i], "b": [i + 1]}, i)]
    ranking = rank_arms(rows, larger_is_better=True)
    assert ranking.ranks.to_dict() == {"b": 1, "a": 2}
    assert math.isnan(ranking.friedman_p)
    assert math.isnan(ranking.iman_davenport_p)


def test_critical_values_are_those_of_demsars_table():
    published = {
        0.05: [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164],
        0.10: [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920],
    }
    for level, values in published.items():
        for k, q in enumerate(values, 2):
            found = nemenyi_difference(k, 10, level) / math.sqrt(k * (k + 1) / 60)
            assert found == pytest.approx(q, abs=0.0011)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=9), st.integers(1, 12))
def test_groups_are_the_largest_sets_that_do_not_differ(places, distance):
    ranks = pd.Series(sorted(places), [f"a{i}" for i in range(len(places))], float) / 10
    nan = math.nan
    ranking = Ranking(ranks, 5, 0.05, distance / 10, nan, nan, nan, nan)
    graph = nx.Graph()
    for (a, x), (b, y) in itertools.combinations(ranks.items(), 2):
        if round(10 * (y - x)) < distance:
            graph.add_edge(a, b)
    expected = sorted(sorted(clique) for clique in nx.find_cliques(graph))
    assert ranking.groups() == expected


def test_ranks_need_two_problems_and_every_arm_on_each():
    wine = rows_of({"mge": [1.0, 2.0], "neat": [3.0, 4.0]})
    with pytest.raises(ValueError, match=r"results must hold at least two problems, got \['wi"):
        rank_arms(wine, larger_is_better=True)
    rows = [*wine, {"arm": "mge", "problem": "digits", "seed": 0, "value": 1.0}]
    message = (
        "every arm must have a run on every problem, got none of arm 'neat' on problem 'digits'"
    )
    with pytest.raises(ValueError, match=message):
        rank_arms(rows, larger_is_better=True)
