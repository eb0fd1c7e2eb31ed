"""The crossover of whole neurons: nothing is lost, and what a neuron does stays together."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.operators import cx_uniform_weights, cx_whole_neurons
from evograft.representations._weight_kernels import exchange_neurons, make_child
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.weight_vector import WeightVector

SEEDS = st.integers(0, 2**64 - 1)
SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=5)
FAR = 100_000
"""What a weight of the second parent exceeds that of the first by."""

exact = settings(max_examples=80, deadline=None, derandomize=True)


def parents(sizes):
    """Two networks in which no two weights are equal."""
    places = np.arange(DenseLayout(sizes).n_weights)
    return WeightVector(places), WeightVector(places + FAR)


def crossed(sizes, rng):
    """Which weights of the first child are the second parent's, as layers of 0 and 1."""
    a, _ = cx_whole_neurons(*parents(sizes), sizes=sizes, rng=rng)
    return DenseLayout(sizes).layers((a.values >= FAR).astype(np.float32))


@exact
@given(SIZES, SEEDS)
def test_every_weight_stays_in_its_place_in_one_child_or_the_other(sizes, seed):
    a, b = parents(sizes)
    one, other = cx_whole_neurons(a, b, sizes=sizes, rng=np.random.default_rng(seed))
    assert one is a
    assert other is b
    before, after = parents(sizes), (a, b)
    np.testing.assert_array_equal(
        np.sort([vector.values for vector in after], axis=0),
        np.sort([vector.values for vector in before], axis=0),
    )


@exact
@given(SIZES, SEEDS)
def test_a_neuron_moves_with_its_inputs_and_its_bias_and_at_last_with_its_outputs(sizes, seed):
    layers = crossed(sizes, np.random.default_rng(seed))
    for matrix, bias in layers[:-1] or layers:
        np.testing.assert_array_equal(matrix, np.tile(bias, (len(matrix), 1)))
    if len(layers) > 1:
        hidden, outgoing = layers[-2][1], layers[-1][0]
        np.testing.assert_array_equal(outgoing, np.tile(hidden[:, None], outgoing.shape[1]))


@exact
@given(SIZES.filter(lambda sizes: len(sizes) <= 3), SEEDS)
def test_the_children_of_one_hidden_layer_together_compute_what_the_parents_did(sizes, seed):
    # Each neuron adds the same to the same output, in whichever network it is.
    rng = np.random.default_rng(seed)
    layout = DenseLayout(sizes)
    a, b = (WeightVector(rng.normal(size=layout.n_weights)) for _ in range(2))
    x = rng.normal(size=sizes[0])

    def total():
        return layout.develop(a).step(x).astype(float) + layout.develop(b).step(x)

    before = total()
    cx_whole_neurons(a, b, sizes=sizes, rng=rng)
    np.testing.assert_allclose(total(), before, atol=1e-4)


@pytest.mark.parametrize("sizes", [(5, 9), (4, 7, 3), (3, 6, 5, 2)])
def test_every_neuron_is_exchanged_half_of_the_time_and_by_itself(sizes):
    rng, trials = np.random.default_rng(1), 3000
    found = np.array(
        [np.concatenate([bias for _, bias in crossed(sizes, rng)]) for _ in range(trials)]
    )
    counts = found.sum(axis=0)
    assert len(counts) == sum(sizes[1:])  # hidden neurons, then the biases of the outputs
    chi2 = ((counts - trials / 2) ** 2 / (trials / 4)).sum()
    assert stats.chi2.sf(chi2, len(counts)) > 0.001
    assert stats.chi2.cdf(chi2, len(counts)) > 0.001
    correlations = np.corrcoef(found.T) - np.eye(len(counts))
    assert abs(correlations).max() < 4.5 / math.sqrt(trials)


@exact
@given(SIZES, SEEDS)
def test_breeding_in_one_go_takes_the_same_neurons(sizes, seed):
    a, b = parents(sizes)
    pool = np.array([a.values, b.values])
    child = np.full_like(a.values, np.nan)
    make_child(pool, np.array([0, 1]), np.array(sizes), True, 1, child, 0.0, 1.0, np.uint64(seed))
    exchange_neurons(a.values, b.values, np.array(sizes), np.uint64(seed))
    np.testing.assert_array_equal(child, a.values)


def test_without_hidden_neurons_and_of_one_input_it_still_is_no_uniform_crossover():
    rng = np.random.default_rng(3)
    tosses = [crossed((1, 1), rng) for _ in range(100)]
    assert {(float(matrix[0, 0]), float(bias[0])) for ((matrix, bias),) in tosses} == {
        (0.0, 0.0),
        (1.0, 1.0),
    }
    separate = set()
    for _ in range(100):
        a, _ = cx_uniform_weights(*parents((1, 1)), rng=rng)
        separate.add(tuple(a.values >= FAR))
    assert len(separate) == 4


def test_equal_parents_and_a_parent_with_itself_do_not_change():
    twin, same = parents((3, 4, 2))[0], parents((3, 4, 2))[0]
    cx_whole_neurons(twin, same, sizes=(3, 4, 2))
    cx_whole_neurons(twin, twin, sizes=(3, 4, 2))
    assert twin == same == parents((3, 4, 2))[0]


def test_random_seed_alone_repeats_and_a_generator_leaves_deaps_stream_alone():
    def drawn(rng=None):
        return cx_whole_neurons(*parents((3, 40, 2)), sizes=(3, 40, 2), rng=rng)[0].values.tolist()

    random.seed(4)
    first = drawn()
    assert drawn() != first
    random.seed(4)
    assert drawn() == first
    before = random.getstate()
    assert drawn(np.random.default_rng(5)) == drawn(np.random.default_rng(5))
    assert random.getstate() == before


def test_other_numbers_of_weights_are_refused_and_nothing_changes():
    a, b = parents((3, 4, 2))
    wrong = WeightVector(np.zeros(25))
    for pair, name in (((wrong, b), "a"), ((a, wrong), "b")):
        with pytest.raises(ValueError, match=f"{name} must have 26 weights, got 25"):
            cx_whole_neurons(*pair, sizes=(3, 4, 2))
    with pytest.raises(ValueError, match="a must have 27 weights, got 26"):
        cx_whole_neurons(a, b, sizes=(8, 3))
    assert (a, b) == parents((3, 4, 2))


@pytest.mark.parametrize("sizes", [(3.0, 4.0, 2.0), (3, 4, "2")])
def test_sizes_that_are_no_integers_are_named(sizes):
    with pytest.raises(TypeError, match="sizes must be"):
        cx_whole_neurons(*parents((3, 4, 2)), sizes=sizes)
