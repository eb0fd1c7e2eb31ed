"""Mutation of neighbouring pixels together: squares of a neuron's own image, and how many."""

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.operators import mut_gaussian_patches, mut_gaussian_weights
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.weight_vector import WeightVector

SIDE = 7
SIZES = (SIDE * SIDE, 5, 4, 3)
LAYOUT = DenseLayout(SIZES)


def mutated(rng, sizes=SIZES, **arguments):
    """The noise alone, as the network's layers."""
    layout = DenseLayout(sizes)
    vector = WeightVector(np.zeros(layout.n_weights))
    (same,) = mut_gaussian_patches(vector, sizes=sizes, rng=rng, **arguments)
    assert same is vector
    return layout.layers(vector.values)


def squares(side, patch):
    """(pixels, pixels): which pixels the square around each pixel has, column by column."""
    covered = np.zeros((side, side, side, side))
    for y in range(side):
        for x in range(side):
            top, left = y - patch // 2, x - patch // 2
            covered[max(top, 0) : top + patch, max(left, 0) : left + patch, y, x] = 1
    return covered.reshape(side * side, side * side)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32),
    rate=st.sampled_from([0.0, 0.01, 0.3, 1.0]),
    sizes=st.sampled_from([(9, 2), (16, 3, 2), (1, 1, 1)]),
)
def test_a_patch_of_one_pixel_is_the_mutation_weight_by_weight(seed, rate, sizes):
    start = np.random.default_rng(seed).normal(size=DenseLayout(sizes).n_weights)
    one, other = WeightVector(start), WeightVector(start)
    mut_gaussian_patches(
        one, rate=rate, scale=0.1, sizes=sizes, patch=1, rng=np.random.default_rng(seed)
    )
    mut_gaussian_weights(other, rate=rate, scale=0.1, rng=np.random.default_rng(seed))
    assert one == other


# Of these the squares around all pixels are linearly independent, so that a sum tells its parts.
@pytest.mark.parametrize(("side", "patch"), [(7, 2), (7, 3), (5, 5)])
def test_the_change_of_a_neuron_is_a_sum_of_squares_around_random_pixels(side, patch):
    rng, trials, rate, scale = np.random.default_rng(patch), 800, 0.6, 0.1
    pixels, neurons = side * side, 5
    mutants = [
        mutated(rng, (pixels, neurons, 2), rate=rate, scale=scale, patch=patch)
        for _ in range(trials)
    ]
    changes = np.array([first for (first, _), _ in mutants])
    images = changes.transpose(0, 2, 1).reshape(-1, pixels).astype(float)
    # Squares of this size and place only: any others would leave numbers at nearly all pixels.
    middles = np.linalg.solve(squares(side, patch), images.T)
    hit = abs(middles) > 1e-5
    share = rate / patch**2
    assert stats.binomtest(int(hit.sum()), hit.size, share).pvalue > 0.001
    counts, expected = hit.sum(axis=1), hit.shape[1] * share
    chi2 = ((counts - expected) ** 2 / (expected * (1 - share))).sum()
    assert stats.chi2.sf(chi2, counts.size) > 0.001
    per_image = np.bincount(hit.sum(axis=0), minlength=pixels + 1)
    likely = stats.binom.pmf(np.arange(pixels + 1), pixels, share) * hit.shape[1]
    often = likely > 8
    rest = per_image[~often].sum(), likely[~often].sum()
    chi2 = ((per_image[often] - likely[often]) ** 2 / likely[often]).sum()
    chi2 += (rest[0] - rest[1]) ** 2 / rest[1]
    assert stats.chi2.sf(chi2, int(often.sum())) > 0.001
    assert stats.kstest(middles[hit] / scale, "norm").pvalue > 0.001
    # Neither the next pixel nor the next neuron is hit more often than another.
    by_neuron = hit.T.reshape(trials, neurons, pixels).astype(float)
    for first, second in (
        (by_neuron[..., :-1], by_neuron[..., 1:]),
        (by_neuron[:, :-1], by_neuron[:, 1:]),
    ):
        r = np.corrcoef(first.ravel(), second.ravel())[0, 1]
        assert abs(r) < 4 / math.sqrt(first.size)


def test_a_rare_change_is_one_square_cut_at_the_border_of_one_neurons_image():
    rng, seen = np.random.default_rng(8), set()
    for _ in range(2000):
        change = mutated(rng, rate=0.01, scale=1.0, patch=3)[0][0]
        neurons = np.flatnonzero(change.any(axis=0))
        numbers = np.unique(change[change != 0])
        if numbers.size != 1:
            continue  # nothing, or several squares
        assert neurons.size == 1
        rows, columns = np.nonzero(change[:, neurons[0]].reshape(SIDE, SIDE))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert rows.size == height * width
        assert height == (2 if {0, SIDE - 1} & {rows.min(), rows.max()} and height < 3 else 3)
        assert width == (2 if {0, SIDE - 1} & {columns.min(), columns.max()} and width < 3 else 3)
        seen.add((int(height), int(width)))
    assert seen == {(2, 2), (2, 3), (3, 2), (3, 3)}


def test_a_square_that_reaches_all_of_the_image_from_its_corners_is_all_of_it():
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(200):
        change = mutated(rng, rate=1.0, scale=1.0, patch=2 * SIDE - 1)[0][0]
        np.testing.assert_allclose(change, np.tile(change[0], (SIDE * SIDE, 1)), atol=1e-6)
        hits += int(np.count_nonzero(change[0]))
    missed = (1 - 1 / (2 * SIDE - 1) ** 2) ** (SIDE * SIDE)
    assert stats.binomtest(hits, 200 * SIZES[1], 1 - missed).pvalue > 0.001


def test_biases_and_later_layers_mutate_weight_by_weight():
    rng, trials, rate, scale = np.random.default_rng(10), 3000, 0.2, 0.1
    others = np.array(
        [
            np.concatenate(
                [layers[0][1], *(part.ravel() for layer in layers[1:] for part in layer)]
            )
            for layers in (mutated(rng, rate=rate, scale=scale, patch=3) for _ in range(trials))
        ]
    )
    assert others.shape[1] == LAYOUT.n_weights - SIZES[0] * SIZES[1]
    hits = np.count_nonzero(others, axis=0)
    expected = trials * rate
    chi2 = ((hits - expected) ** 2 / (expected * (1 - rate))).sum()
    assert stats.chi2.sf(chi2, hits.size) > 0.001
    assert stats.kstest(others[others != 0] / scale, "norm").pvalue > 0.001
    same = (others[:, 1:] != 0) & (others[:, 1:] == others[:, :-1])
    assert not same.any()


def test_no_noise_and_no_rate_change_nothing():
    for settings_ in ({"rate": 0.0, "scale": 1.0}, {"rate": 1.0, "scale": 0.0}):
        vector = WeightVector(np.arange(LAYOUT.n_weights))
        mut_gaussian_patches(vector, sizes=SIZES, patch=3, **settings_)
        assert vector == WeightVector(np.arange(LAYOUT.n_weights))


def test_random_seed_alone_repeats_and_a_generator_leaves_deaps_stream_alone():
    def drawn(rng=None):
        return mutated(rng, rate=0.5, scale=1.0, patch=3)[0][0].tolist()

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
        ({"rate": 1.5}, "rate must be a number from 0 to 1"),
        ({"rate": float("nan")}, "rate must be a number from 0 to 1"),
        ({"scale": -1.0}, "scale must be a number of at least 0"),
        ({"patch": 0}, "patch must be an integer from 1 to 2147483647, got 0"),
        ({"sizes": (49, 5)}, "individual must have 250 weights, got 289"),
        ({"sizes": (288, 1)}, "inputs must be the pixels of square images, got 288"),
    ],
)
def test_what_is_out_of_range_is_named_and_changes_nothing(arguments, message):
    given = {"rate": 0.5, "scale": 1.0, "sizes": SIZES, "patch": 3} | arguments
    vector = WeightVector(np.zeros(LAYOUT.n_weights))
    with pytest.raises(ValueError, match=message):
        mut_gaussian_patches(vector, **given)
    assert not vector.values.any()


def test_the_side_of_a_patch_and_the_sizes_must_be_integers():
    with pytest.raises(TypeError, match="patch must be an integer"):
        mutated(None, rate=0.5, scale=1.0, patch=1.5)
    sizes: Any = [float(n) for n in SIZES]
    vector = WeightVector(np.zeros(LAYOUT.n_weights))
    with pytest.raises(TypeError, match="sizes must be"):
        mut_gaussian_patches(vector, rate=0.5, scale=1.0, sizes=sizes, patch=3)


def test_a_patch_beyond_what_can_be_counted_is_refused():
    with pytest.raises(ValueError, match="patch must be an integer"):
        mutated(None, rate=0.5, scale=1.0, patch=10**30)
