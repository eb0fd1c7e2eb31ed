"""The kernels that breed a child in one go, and that make a seed of weights."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.representations._weight_kernels import add_noise, digest, make_child
from evograft.representations.dense_layout import DenseLayout

exact = settings(deadline=None, derandomize=True)

SEEDS = st.integers(0, 2**64 - 1)


NO_LAYERS = np.array([1, 1])
"""Sizes that do not count where weights are inherited and mutated one by one."""


def breed(rows, child, *, rate, scale, seed, sizes=None, family=None):
    """Fill *child* from all *rows* or the *family* among them; *sizes* are for whole neurons."""
    family = np.arange(len(rows)) if family is None else np.array(family)
    shape = NO_LAYERS if sizes is None else np.array(sizes)
    pool = np.array(rows, np.float32)
    make_child(pool, family, shape, sizes is not None, 1, child, rate, scale, np.uint64(seed))


def child_of(*rows, **options):
    child = np.full_like(rows[0], np.nan)
    breed(rows, child, **options)
    return child


def taken(n, seed):
    """Which values of a child come from the second parent."""
    a, b = np.zeros(n, np.float32), np.ones(n, np.float32)
    return child_of(a, b, rate=0.0, scale=1.0, seed=seed)


@exact
@given(st.integers(0, 200), SEEDS)
def test_without_mutation_each_value_is_that_of_a_parent(n, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n)).astype(np.float32)
    before = a.copy(), b.copy()
    child = child_of(a, b, rate=0.0, scale=1.0, seed=seed)
    np.testing.assert_array_equal(child, np.where(taken(n, seed) == 1, b, a))
    np.testing.assert_array_equal((a, b), before)


@exact
@given(st.integers(0, 200), SEEDS)
def test_without_mutation_the_child_of_one_parent_is_a_copy(n, seed):
    a = np.random.default_rng(seed).normal(size=n).astype(np.float32)
    np.testing.assert_array_equal(child_of(a, a, rate=0.0, scale=1.0, seed=seed), a)
    np.testing.assert_array_equal(child_of(a, a, rate=1.0, scale=0.0, seed=seed), a)


def test_both_parents_give_half_of_the_values():
    n, trials = 130, 4000  # a length that is no multiple of the eight coins in a word
    tosses = np.array([taken(n, seed) for seed in range(trials)])
    assert set(np.unique(tosses)) == {0.0, 1.0}
    from_b = tosses.sum(axis=0)
    chi2 = ((from_b - trials / 2) ** 2 / (trials / 4)).sum()
    assert stats.chi2.sf(chi2, n) > 0.001
    assert stats.chi2.cdf(chi2, n) > 0.001  # nor are they too even to be drawn
    totals = (tosses.sum(axis=1) - n / 2) / math.sqrt(n / 4)
    assert abs(totals.var() - 1) < 4 * math.sqrt(2 / trials)
    # Values at any small distance, which may share a word of coins, are independent.
    signs = 2 * tosses - 1
    for distance in (*range(1, 17), 64):
        products = signs[:, distance:] * signs[:, :-distance]
        assert abs(products.mean()) < 4 / math.sqrt(products.size)


def test_full_mutation_is_that_of_the_noise_kernel_in_distribution():
    n, scale = 20_000, 0.1
    a, b = np.full(n, 3, np.float32), np.full(n, -3, np.float32)
    child = child_of(a, b, rate=1.0, scale=scale, seed=1)
    noise = child - np.where(child > 0, a, b)
    alone = np.zeros(n, np.float32)
    add_noise(alone, 1.0, scale, np.uint64(2))
    assert stats.ks_2samp(noise, alone).pvalue > 0.001
    assert stats.kstest(noise / scale, "norm").pvalue > 0.001
    # Who a value is from tells nothing of its noise, nor the noise of a neighbour.
    assert stats.ks_2samp(noise[child > 0], noise[child < 0]).pvalue > 0.001
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 4 / math.sqrt(n)
    # From a position to the next the coin does not tell the size of the noise either.
    coins = np.sign(child)
    assert abs(np.corrcoef(coins[:-1], noise[1:])[0, 1]) < 4 / math.sqrt(n)


@pytest.mark.parametrize("rate", [0.001, 0.07, 0.9])
def test_as_many_values_mutate_as_the_rate_says(rate):
    n, trials = 1000, 200
    zeros = np.zeros(n, np.float32)
    noise = np.array(
        [child_of(zeros, zeros, rate=rate, scale=0.1, seed=seed) for seed in range(trials)]
    )
    hits = np.count_nonzero(noise, axis=0)
    expected = trials * rate
    assert stats.binomtest(int(hits.sum()), n * trials, rate).pvalue > 0.001
    if expected > 5:
        chi2 = ((hits - expected) ** 2 / (expected * (1 - rate))).sum()
        assert stats.chi2.sf(chi2, n) > 0.001
    deviates = noise[noise != 0] / 0.1
    assert stats.kstest(deviates, "norm").pvalue > 0.001


def test_the_seed_alone_decides():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 501)).astype(np.float32)

    def child(seed):
        return child_of(a, b, rate=0.5, scale=0.1, seed=seed).tobytes()

    seeds = [0, 1, 2, 2**63, 2**64 - 1]
    assert [child(seed) for seed in seeds] == [child(seed) for seed in seeds]
    assert len({child(seed) for seed in seeds}) == len(seeds)


def test_parents_swapped_give_the_other_child_with_the_same_noise():
    a, b = np.zeros(300, np.float32), np.full(300, 64, np.float32)
    one = child_of(a, b, rate=0.0, scale=1.0, seed=3)
    other = child_of(b, a, rate=0.0, scale=1.0, seed=3)
    np.testing.assert_array_equal(one + other, a + b)
    noisy = child_of(a, b, rate=0.3, scale=1.0, seed=3)
    twin = child_of(b, a, rate=0.3, scale=1.0, seed=3)
    np.testing.assert_allclose(noisy - one, twin - other, atol=1e-5)


def test_nothing_beyond_the_child_is_written():
    for n in (1, 7, 8, 9, 63, 64, 65):
        room = np.full(n + 32, 7, np.float32)
        a, b = np.zeros(n, np.float32), np.ones(n, np.float32)
        breed([a, b], room[16 : 16 + n], rate=1.0, scale=0.1, seed=n)
        assert (room[:16] == 7).all()
        assert (room[16 + n :] == 7).all()
        assert (room[16 : 16 + n] != 7).all()


@exact
@given(st.integers(0, 100), SEEDS)
def test_the_family_is_named_by_its_rows(n, seed):
    rows = np.random.default_rng(seed).normal(size=(5, n)).astype(np.float32)
    noise = {"rate": 0.5, "scale": 0.1, "seed": seed}
    expected = child_of(rows[3], rows[1], **noise)
    np.testing.assert_array_equal(child_of(*rows, family=[3, 1], **noise), expected)
    for family in ([2], [2, 2], [2, 2, 2]):
        child = child_of(*rows, family=family, rate=0.0, scale=1.0, seed=seed)
        np.testing.assert_array_equal(child, rows[2])


def test_four_parents_give_a_quarter_of_the_values_each():
    n, trials = 33, 4000
    rows = np.repeat(np.arange(4), n).reshape(4, n).astype(np.float32)
    sources = np.array([child_of(*rows, rate=0.0, scale=1.0, seed=seed) for seed in range(trials)])
    counts = np.array([(sources == row).sum(axis=0) for row in range(4)])
    chi2 = ((counts - trials / 4) ** 2 / (trials / 4)).sum()
    assert stats.chi2.sf(chi2, 3 * n) > 0.001
    pairs = np.bincount((4 * sources[:, :-1] + sources[:, 1:]).astype(int).ravel(), minlength=16)
    assert abs(pairs / pairs.sum() - 1 / 16).max() < 0.003  # 4 standard deviations


@pytest.mark.parametrize("sizes", [(5, 2), (4, 3, 2), (3, 4, 2, 3)])
@pytest.mark.parametrize("count", [2, 3])
def test_whole_neurons_come_from_one_parent_each_and_as_often_from_every_one(sizes, count):
    layout, trials = DenseLayout(sizes), 3000
    rows = np.repeat(np.arange(count), layout.n_weights).reshape(count, -1).astype(np.float32)
    found = []
    for seed in range(trials):
        child = child_of(*rows, sizes=sizes, rate=0.0, scale=1.0, seed=seed)
        layers = layout.layers(child)
        for matrix, bias in layers[:-1] or layers:
            np.testing.assert_array_equal(matrix, np.tile(bias, (len(matrix), 1)))
        if len(layers) > 1:  # what the last hidden neurons do to the outputs goes with them
            matrix, hidden = layers[-1][0], layers[-2][1]
            np.testing.assert_array_equal(matrix, np.tile(hidden[:, None], matrix.shape[1]))
        found.append(np.concatenate([bias for _, bias in layers]))
    sources = np.array(found)
    counts = np.array([(sources == row).sum(axis=0) for row in range(count)])
    expected = trials / count
    chi2 = ((counts - expected) ** 2 / expected).sum()
    assert stats.chi2.sf(chi2, (count - 1) * sources.shape[1]) > 0.001
    correlations = np.corrcoef(sources.T) - np.eye(sources.shape[1])
    assert abs(correlations).max() < 4.5 / math.sqrt(trials)


def slow_digest(values, seed):
    """FNV-1a over words of 32 bits, in plain Python."""
    word = seed ^ 0xCBF29CE484222325
    for bits in values.view(np.uint32).tolist():
        word = (word ^ bits) * 0x100000001B3 % 2**64
    return word


@exact
@given(st.lists(st.floats(width=32), max_size=20), SEEDS)
def test_a_digest_is_that_of_plain_python(values, seed):
    row = np.array(values, np.float32)
    found = digest(row, np.uint64(seed))
    assert int(found) == slow_digest(row, seed)


def test_a_digest_changes_with_every_bit_of_values_and_seed():
    values = np.random.default_rng(2).normal(size=9).astype(np.float32)
    seed = 0x0123456789ABCDEF
    first = int(digest(values, np.uint64(seed)))
    seen = {first}
    for place in range(values.size):
        for bit in range(32):
            flipped = values.copy()
            flipped.view(np.uint32)[place] ^= np.uint32(1 << bit)
            seen.add(int(digest(flipped, np.uint64(seed))))
    assert len(seen) == 1 + 9 * 32
    seen = {int(digest(values, np.uint64(seed ^ (1 << bit)))) for bit in range(64)}
    assert len(seen | {first}) == 1 + 64


def test_a_digest_depends_on_the_order_and_the_length():
    values = np.array([1, 2, 3], np.float32)
    rows = [values, values[::-1].copy(), values[:2], np.append(values, np.float32(0)), values[:0]]
    assert len({int(digest(row, np.uint64(5))) for row in rows}) == len(rows)
    assert int(digest(values, np.uint64(5))) == int(digest(values.copy(), np.uint64(5)))
