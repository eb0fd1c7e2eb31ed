"""Operators on weight vectors: exact against plain Python, and in distribution."""

import copy
import math
import pickle
import random
from typing import Any

import numpy as np
import pytest
from deap import base, creator, tools
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.operators import cx_uniform_weights, mut_gaussian_weights
from evograft.representations import _math
from evograft.representations._weight_kernels import add_noise, exchange
from evograft.representations.weight_vector import WeightVector

MASK = 2**64 - 1


def words(seed):
    """xoshiro256++ in plain Python, its state from splitmix64."""
    state, z = [], seed
    for _ in range(4):
        z = (z + 0x9E3779B97F4A7C15) & MASK
        word = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
        state.append(word ^ (word >> 31))
    while True:
        s0, s1, s2, s3 = state
        total = (s0 + s3) & MASK
        yield ((((total << 23) & MASK) | (total >> 41)) + s0) & MASK
        shifted = (s1 << 17) & MASK
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        state = [s0, s1, s2, ((s3 << 45) & MASK) | (s3 >> 19)]


def slow_noise(values, rate, scale, seed):
    """The same mutation, its blocks of 64 skips and 64 normal numbers made one by one."""
    drawn = words(seed)

    def uniforms():
        return [np.float32((next(drawn) >> 40) + 1) * np.float32(2.0**-24) for _ in range(64)]

    mutated, place = values.copy(), -1
    if rate == 0:
        return mutated
    per_skip = np.float32(0 if rate >= 1 else 1 / math.log1p(-rate))
    while True:
        skips = [math.floor(np.float32(_math.log(u)) * per_skip) for u in uniforms()]
        u = uniforms()
        pairs = [(math.sqrt(-2 * math.log(u[i])), 2 * math.pi * u[32 + i]) for i in range(32)]
        noise = [r * math.cos(t) for r, t in pairs] + [r * math.sin(t) for r, t in pairs]
        for skip, number in zip(skips, noise, strict=True):
            place += 1 + skip
            if place >= len(values):
                return mutated
            mutated[place] += np.float32(scale * number)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, MASK),
    n=st.integers(0, 200),
    rate=st.sampled_from([0.0, 1e-6, 0.07, 0.5, 0.999, 1.0]),
)
def test_mutation_equals_its_slow_twin(seed, n, rate):
    values = np.random.default_rng(seed).normal(size=n).astype(np.float32)
    expected = slow_noise(values, rate, 0.1, seed)
    add_noise(values, rate, 0.1, np.uint64(seed))
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, MASK), n=st.integers(0, 200))
def test_crossover_equals_its_slow_twin(seed, n):
    a, b = np.arange(n, dtype=np.float32), np.arange(n, dtype=np.float32) + 1000
    expected, drawn = a.copy(), words(seed)
    for i in range(n):
        if i % 8 == 0:
            word = next(drawn)
        if (word >> (8 * (i % 8) + 7)) & 1:  # the sign of a byte
            expected[i] = b[i]
    exchange(a, b, np.uint64(seed))
    np.testing.assert_array_equal(a, expected)
    np.testing.assert_array_equal(a + b, 2 * np.arange(n) + 1000)


def test_every_weight_mutates_as_often_and_the_noise_is_normal():
    rng = np.random.default_rng(1)
    n, trials, rate, scale = 50, 4000, 0.07, 0.1
    noise = np.zeros((trials, n), np.float32)
    for row in noise:
        mut_gaussian_weights(Holder(row), rate=rate, scale=scale, rng=rng)
    hits = np.count_nonzero(noise, axis=0)
    expected = trials * rate
    chi2 = ((hits - expected) ** 2 / (expected * (1 - rate))).sum()
    assert stats.chi2.sf(chi2, n) > 0.001
    assert stats.kstest(noise[noise != 0] / scale, "norm").pvalue > 0.001
    # Neighbours mutate independently of each other.
    both = np.count_nonzero((noise[:, 1:] != 0) & (noise[:, :-1] != 0))
    assert abs(both - trials * (n - 1) * rate**2) < 4 * math.sqrt(trials * n) * rate


def test_every_weight_is_exchanged_half_of_the_time():
    rng = np.random.default_rng(2)
    n, trials = 130, 2000
    swapped = np.zeros(n)
    for _ in range(trials):
        a, b = WeightVector(np.zeros(n)), WeightVector(np.ones(n))
        cx_uniform_weights(a, b, rng=rng)
        swapped += a.values
    chi2 = ((swapped - trials / 2) ** 2 / (trials / 4)).sum()
    assert stats.chi2.sf(chi2, n) > 0.001


class Holder:
    def __init__(self, values):
        self.values = values


def test_no_noise_and_no_rate_change_nothing():
    for settings_ in ({"rate": 0.0, "scale": 1.0}, {"rate": 1.0, "scale": 0.0}):
        vector = WeightVector(np.arange(9))
        (same,) = mut_gaussian_weights(vector, **settings_)
        assert same is vector
        assert vector == WeightVector(np.arange(9))


def test_random_seed_alone_repeats_and_a_generator_leaves_deaps_stream_alone():
    def drawn(rng=None):
        a, b = WeightVector(np.zeros(99)), WeightVector(np.ones(99))
        mut_gaussian_weights(a, rate=0.5, scale=1.0, rng=rng)
        cx_uniform_weights(a, b, rng=rng)
        return a.values.tolist(), b.values.tolist()

    random.seed(4)
    first = drawn()
    assert drawn() != first
    random.seed(4)
    assert drawn() == first
    before = random.getstate()
    assert drawn(np.random.default_rng(5)) == drawn(np.random.default_rng(5))
    assert random.getstate() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 1.5, "scale": 0.1}, "rate must be a number from 0 to 1"),
        ({"rate": float("nan"), "scale": 0.1}, "rate must be a number from 0 to 1"),
        ({"rate": 0.1, "scale": -1.0}, "scale must be a number of at least 0"),
    ],
)
def test_settings_out_of_range_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        mut_gaussian_weights(WeightVector([0.0]), **arguments)


def test_vectors_of_different_length_are_refused():
    with pytest.raises(ValueError, match="as many weights, got 1 and 2"):
        cx_uniform_weights(WeightVector([0.0]), WeightVector([0.0, 1.0]))


def test_a_vector_compares_copies_and_pickles():
    vector: Any = WeightVector([0.5, -1.0])
    vector.trust = [1.0]
    for twin in (vector.clone(), copy.deepcopy(vector), pickle.loads(pickle.dumps(vector))):
        assert (twin == vector) is True
        twin.values[0] = 9
        twin.trust.append(2.0)
        assert vector.values[0] == 0.5
        assert vector.trust == [1.0]
        assert (twin == vector) is False
    assert (vector == WeightVector([0.5])) is False
    assert vector != [0.5, -1.0]
    given = np.zeros(3, np.float32)
    WeightVector(given).values[0] = 1
    assert given[0] == 0


@pytest.mark.parametrize("values", [[[1.0]], [float("nan")], ["a"], [1e300], 3.0])
def test_what_is_no_row_of_numbers_is_refused(values):
    with pytest.raises(ValueError, match="values must be"):
        WeightVector(values)


def test_a_class_of_the_creator_lives_in_a_hall_of_fame():
    creator.create("WeightFitness", base.Fitness, weights=(1.0,))
    creator.create("CreatedWeights", WeightVector, fitness=creator.WeightFitness)
    best = tools.HallOfFame(3)
    crowd = [creator.CreatedWeights([float(i), 0.0]) for i in (1, 2, 2, 3)]
    for individual in crowd:
        individual.fitness.values = (float(individual.values[0]),)
    best.update(crowd)
    assert [individual.values[0] for individual in best] == [3, 2, 1]


@pytest.mark.parametrize(
    "values",
    [
        [0.0] * 10,
        np.zeros(10),
        np.zeros((2, 5), np.float32),
        np.zeros(20, np.float32)[::2],
        np.frombuffer(bytes(40), np.float32),
    ],
    ids=["list", "float64", "table", "strided", "read-only"],
)
def test_values_that_a_kernel_cannot_write_to_are_named(values):
    with pytest.raises(TypeError, match=r"individual\.values must be a contiguous, writeable row"):
        mut_gaussian_weights(Holder(values), rate=0.5, scale=1.0)
    with pytest.raises(TypeError, match=r"b\.values must be a contiguous, writeable row"):
        cx_uniform_weights(WeightVector(np.zeros(10)), Holder(values))
