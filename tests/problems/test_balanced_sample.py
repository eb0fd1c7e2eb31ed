import itertools
import math
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evograft.problems.balanced_sample import BalancedSampler


def shuffled_labels(sizes, seed):
    y = np.repeat(np.arange(len(sizes)), sizes)
    return np.random.default_rng(seed).permutation(y)


def class_sizes():
    return st.lists(st.integers(1, 9), min_size=1, max_size=8)


@given(sizes=class_sizes(), seed=st.integers(0, 2**64 - 1), data=st.data())
def test_a_draw_is_one_block_of_each_class(sizes, seed, data):
    y = shuffled_labels(sizes, 1)
    sampler = BalancedSampler(y, len(sizes))
    assert sampler.smallest == min(sizes)
    k = data.draw(st.integers(1, min(sizes)))
    drawn = sampler.draw(k, seed)
    assert drawn.dtype == np.int64
    blocks = y[drawn].reshape(len(sizes), k)
    assert (blocks == blocks[:, :1]).all()
    assert sorted(blocks[:, 0].tolist()) == list(range(len(sizes)))


def test_classes_of_one_row_each_give_that_row():
    y = np.array([2, 0, 3, 1])
    drawn = BalancedSampler(y, 4).draw(1, seed=5)
    assert sorted(drawn.tolist()) == [0, 1, 2, 3]


def test_a_draw_depends_on_its_arguments_alone():
    y = shuffled_labels([30, 40, 50], 2)
    sampler = BalancedSampler(y, 3)
    first = sampler.draw(20, seed=7)
    sampler.draw(3, seed=8)
    np.random.default_rng().random()
    for other in (sampler, BalancedSampler(y.copy(), 3), pickle.loads(pickle.dumps(sampler))):
        assert np.array_equal(other.draw(20, seed=7), first)
    assert np.array_equal(sampler.draw(20, seed=np.uint64(7)), first)
    seeds = (0, 1, 2**32 + 7, 2**63 + 7, 2**64 - 1)
    assert len({sampler.draw(20, seed).tobytes() for seed in (7, *seeds)}) == 6


def test_neither_the_labels_nor_a_draw_lead_back_into_the_sampler():
    y = shuffled_labels([5, 6], 3)
    sampler = BalancedSampler(y, 2)
    before = sampler.draw(4, seed=1)
    expected = before.copy()
    y[:] = 0
    before[:] = -1
    assert np.array_equal(sampler.draw(4, seed=1), expected)
    with pytest.raises(FrozenInstanceError):
        sampler.n_classes = 3  # type: ignore[misc]


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64])
def test_labels_of_any_integer_type_draw_alike(dtype):
    y = shuffled_labels([5, 6, 7], 4)
    expected = BalancedSampler(y, 3).draw(5, seed=1)
    assert np.array_equal(BalancedSampler(y.astype(dtype), 3).draw(5, seed=1), expected)


def test_rows_of_a_class_are_equally_likely_and_classes_may_differ_in_size():
    sizes = [4, 11, 30]
    y = shuffled_labels(sizes, 5)
    sampler = BalancedSampler(y, 3)
    drawn = np.concatenate([sampler.draw(4, seed) for seed in range(3000)])
    counts = np.bincount(drawn, minlength=len(y))
    for c in range(3):
        assert counts[y == c].sum() == 12000
        assert stats.chisquare(counts[y == c]).pvalue > 0.001


def test_rows_of_a_block_are_independent_so_the_same_may_come_twice():
    sampler = BalancedSampler(np.array([0, 1, 0, 1, 0, 1]), 2)
    triples = np.zeros((3, 3, 3))
    for seed in range(2700):
        block = sampler.draw(3, seed)[:3] // 2
        triples[tuple(block)] += 1
    assert stats.chisquare(triples.ravel()).pvalue > 0.001


def test_every_order_of_the_classes_is_equally_likely():
    y = np.repeat(np.arange(4), 3)
    sampler = BalancedSampler(y, 4)
    orders = [tuple(y[sampler.draw(2, seed)[::2]].tolist()) for seed in range(2400)]
    counts = [orders.count(order) for order in itertools.permutations(range(4))]
    assert sum(counts) == 100 * math.factorial(4)
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize(
    ("y", "n_classes", "message"),
    [
        ([0, 2], 3, "y must have rows of all 3 classes, got none of class 1"),
        ([], 1, "y must be a row of integers, got float64 of shape"),
        (np.empty(0, np.int64), 2, "y must have rows of all 2 classes, got none of class 0"),
        ([[0, 1]], 2, r"y must be a row of integers, got int64 of shape \(1, 2\)"),
        ([0.0, 1.0], 2, "y must be a row of integers, got float64"),
        ([True, False], 2, "y must be a row of integers, got bool"),
        ([0, 1, 2, 3], 2, "y must be class numbers from 0 to 1, got 2"),
        ([0, -1], 2, "y must be class numbers from 0 to 1, got -1"),
        ([0], 0, "n_classes must be an integer of at least 1, got 0"),
    ],
)
def test_labels_that_cannot_be_balanced_are_refused(y, n_classes, message):
    with pytest.raises(ValueError, match=message):
        BalancedSampler(y, n_classes)


@pytest.mark.parametrize(
    ("images_per_class", "seed", "message"),
    [
        (4, 1, "images_per_class must be at most 3, the size of the smallest class, got 4"),
        (0, 1, "images_per_class must be an integer of at least 1, got 0"),
        (3, -1, "seed must be an integer of at least 0, got -1"),
    ],
)
def test_a_draw_that_cannot_be_made_is_refused(images_per_class, seed, message):
    with pytest.raises(ValueError, match=message):
        BalancedSampler(np.array([0, 0, 0, 1, 1, 1, 1]), 2).draw(images_per_class, seed)


def test_seeds_and_counts_must_be_integers():
    sampler = BalancedSampler(np.array([0, 1]), 2)
    with pytest.raises(TypeError, match="seed must be an integer of at least 0, got None"):
        sampler.draw(1, None)
    with pytest.raises(TypeError, match=r"images_per_class must be an integer .* got 1\.0"):
        sampler.draw(1.0, 1)
