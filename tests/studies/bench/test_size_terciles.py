"""Thirds by size: by nodes, then by edges, what is alike together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft.studies.bench.analysis.size_terciles import size_terciles


def test_different_sizes_are_cut_into_equal_thirds():
    nodes = np.array([50, 10, 90, 20, 80, 30, 70, 40, 60])
    assert size_terciles(nodes, np.zeros(9)).tolist() == [1, 0, 2, 0, 2, 0, 2, 1, 1]


def test_of_full_grids_the_edges_decide():
    edges = np.array([600, 900, 1500, 700, 1000, 2600])
    assert size_terciles(np.full(6, 400), edges).tolist() == [0, 1, 2, 0, 1, 2]


def test_nodes_come_before_edges():
    assert size_terciles([10, 20, 30], [300, 200, 100]).tolist() == [0, 1, 2]


@pytest.mark.parametrize("n", [1, 2, 7])
def test_where_all_are_alike_all_are_in_the_middle(n):
    assert size_terciles(np.full(n, 400), np.full(n, 9)).tolist() == [1] * n


def test_two_are_small_and_large():
    assert size_terciles([5, 400], [9, 9]).tolist() == [0, 2]


def test_a_tie_goes_where_its_mean_place_is():
    # Places 1 to 5 of 6 are alike: their mean, the 3rd place, is in the middle.
    assert size_terciles([5, 5, 5, 5, 5, 9], np.zeros(6)).tolist() == [1, 1, 1, 1, 1, 2]
    # Places 1 to 3 of 6: the 2nd is the last of the small third.
    assert size_terciles([5, 5, 5, 6, 7, 8], np.zeros(6)).tolist() == [0, 0, 0, 1, 2, 2]


def test_of_none_there_are_none():
    assert size_terciles([], []).tolist() == []


pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


@given(pairs)
def test_larger_networks_are_never_in_a_smaller_third(sizes):
    thirds = size_terciles(*np.array(sizes).T)
    ordered = [third for _, third in sorted(zip(sizes, thirds.tolist(), strict=True))]
    assert ordered == sorted(ordered)
    together = dict(zip(sizes, thirds.tolist(), strict=True))
    assert all(together[size] == third for size, third in zip(sizes, thirds, strict=True))


@given(pairs)
def test_no_third_is_further_from_a_third_than_ties_make_it(sizes):
    thirds = size_terciles(*np.array(sizes).T)
    largest_tie = max(sizes.count(size) for size in sizes)
    for end in (1, 2):
        below = int(np.count_nonzero(thirds < end))
        assert abs(below - end * len(sizes) / 3) <= largest_tie / 2 + 1e-9
