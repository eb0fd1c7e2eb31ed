"""Layouts: where every weight of a dense network lies in a weight vector."""

import dataclasses
import itertools
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.representations.dense_layout import LARGEST, DenseLayout
from evograft.representations.dense_network import ACTIVATIONS, DenseNetwork
from evograft.representations.weight_vector import WeightVector

exact = settings(deadline=None, derandomize=True)

SIZES = st.lists(st.integers(1, 9), min_size=2, max_size=5).map(tuple)


def network(sizes, activation="tanh", seed=1):
    rng = np.random.default_rng(seed)
    pairs = list(itertools.pairwise(sizes))
    return DenseNetwork(
        weights=[rng.normal(size=(m, n)).astype(np.float32) for n, m in pairs],
        biases=[rng.normal(size=m).astype(np.float32) for _, m in pairs],
        activation=activation,
    )


@pytest.mark.parametrize(
    ("sizes", "n_weights", "n_connections"),
    [
        ((784, 64, 10), 50_890, 784 * 64 + 64 * 10),
        ((784, 32, 10), 25_450, 784 * 32 + 32 * 10),
        ((10_000, 128, 26), 1_283_482, 10_000 * 128 + 128 * 26),
        ((3, 1), 4, 3),
        ((2, 3, 4, 1), 30, 22),
    ],
)
def test_weights_are_counted_as_published(sizes, n_weights, n_connections):
    layout = DenseLayout(sizes)
    assert layout.n_weights == layout.starts[-1] == n_weights
    assert layout.n_connections == n_connections
    assert layout.draw(np.random.default_rng(1)).shape == (n_weights,)


@exact
@given(SIZES, st.sampled_from(ACTIVATIONS), st.integers(0, 99))
def test_flattening_and_developing_undo_each_other(sizes, activation, seed):
    layout = DenseLayout(sizes, activation)
    original = network(sizes, activation, seed)
    values = layout.flatten(original)
    assert values.dtype == np.float32
    assert values.shape == (layout.n_weights,)
    assert layout.develop(WeightVector(values)) == original
    drawn = layout.draw(np.random.default_rng(seed), biases=1.0)
    np.testing.assert_array_equal(layout.flatten(layout.develop(WeightVector(drawn))), drawn)


def test_a_vector_holds_each_layer_input_by_input_and_then_its_biases():
    layout = DenseLayout((2, 3, 2), "relu")
    developed = layout.develop(WeightVector(range(17)))
    assert [matrix.tolist() for matrix in developed.weights] == [
        [[0, 3], [1, 4], [2, 5]],
        [[9, 11, 13], [10, 12, 14]],
    ]
    assert [bias.tolist() for bias in developed.biases] == [[6, 7, 8], [15, 16]]
    assert developed.activation == "relu"
    assert layout.starts == (0, 9, 17)


@exact
@given(SIZES)
def test_layers_are_views_that_cover_the_vector_once(sizes):
    layout = DenseLayout(sizes)
    values = np.zeros(layout.n_weights, np.float32)
    layers = layout.layers(values)
    assert [matrix.shape for matrix, _ in layers] == list(itertools.pairwise(sizes))
    for matrix, bias in layers:
        assert bias.shape == matrix.shape[1:]
        matrix += 1
        bias += 1
    assert values.tolist() == [1.0] * layout.n_weights


def test_a_network_keeps_its_weights_when_its_vector_changes():
    layout = DenseLayout((2, 3, 1))
    vector = WeightVector(range(13))
    developed = layout.develop(vector)
    vector.values[:] = -1
    assert developed == layout.develop(WeightVector(range(13)))
    assert developed != layout.develop(vector)


@pytest.mark.parametrize("wrong", [0, 12, 14])
def test_vectors_of_another_length_are_refused(wrong):
    layout = DenseLayout((2, 3, 1))
    vector = WeightVector(np.zeros(wrong))
    for use in (layout.develop, layout.checked):
        with pytest.raises(
            ValueError,
            match=rf"the 13 float32 weights of a network 2-3-1, contiguous, got .*\({wrong}",
        ):
            use(vector)
    vector.values = np.zeros((1, 13), np.float32)
    with pytest.raises(ValueError, match=r"got float32 of shape \(1, 13\)"):
        layout.develop(vector)


def test_the_values_of_a_vector_that_fits_are_returned_as_they_are():
    vector = WeightVector(range(13))
    assert DenseLayout((2, 3, 1)).checked(vector) is vector.values


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_network_is_made_of_weights_that_are_not_finite(bad):
    layout = DenseLayout((2, 3, 1))
    for place in range(13):
        vector = WeightVector(np.zeros(13))
        vector.values[place] = bad
        with pytest.raises(ValueError, match=r"(weights|biases)\[[01]\] must be finite"):
            layout.develop(vector)


def test_networks_of_another_layout_are_not_flattened():
    layout = DenseLayout((2, 3, 1))
    for other in (network((2, 4, 1)), network((2, 1)), network((2, 3, 1), "relu")):
        with pytest.raises(ValueError, match="network must have sizes and activation"):
            layout.flatten(other)


def test_initial_values_are_uniform_in_their_ranges():
    layout = DenseLayout((50, 40, 30), "relu")
    values = layout.draw(np.random.default_rng(3), weights=0.5, biases=0.1)
    assert values.dtype == np.float32
    matrices, biases = zip(*layout.layers(values), strict=True)
    for arrays, bound in ((matrices, 0.5), (biases, 0.1)):
        for array in arrays:
            assert abs(array).max() <= np.float32(bound)
            uniform = stats.uniform(-bound, 2 * bound)
            assert stats.kstest(array.ravel(), uniform.cdf).pvalue > 0.001


def test_by_default_a_bound_is_one_by_the_root_of_the_inputs_and_biases_are_zero():
    layout = DenseLayout((400, 25, 100))
    (first, bias), (second, other) = layout.layers(layout.draw(np.random.default_rng(4)))
    for matrix, bound in ((first, 0.05), (second, 0.2)):
        assert 0.98 * bound < abs(matrix).max() <= np.float32(bound)
        assert stats.kstest(matrix.ravel(), stats.uniform(-bound, 2 * bound).cdf).pvalue > 0.001
    assert not bias.any()
    assert not other.any()


def test_a_drawing_is_one_number_per_weight_and_bias_layer_by_layer():
    layout, rng, twin = DenseLayout((3, 4, 2)), np.random.default_rng(5), np.random.default_rng(5)
    values = layout.draw(rng, weights=1.0, biases=1.0)
    np.testing.assert_array_equal(values, twin.uniform(-1, 1, layout.n_weights).astype(np.float32))
    assert rng.bit_generator.state == twin.bit_generator.state
    # No number is saved where a bound is 0.
    layout.draw(rng)
    twin.random(layout.n_weights)
    assert rng.bit_generator.state == twin.bit_generator.state


def test_layouts_compare_hash_and_pickle_by_sizes_and_activation():
    sizes: Any = [2, np.int64(3), 1]
    layout = DenseLayout(sizes)
    assert layout.sizes == (2, 3, 1)
    assert layout.n_weights == 13  # kept on it from now on
    for twin in (DenseLayout((2, 3, 1)), pickle.loads(pickle.dumps(layout))):
        assert twin == layout
        assert hash(twin) == hash(layout)
    assert layout != DenseLayout((2, 3, 1), "relu")
    assert layout != DenseLayout((2, 1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        layout.sizes = (1, 1)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("sizes", "activation", "message"),
    [
        ((3,), "tanh", r"sizes must be two integers at least, got \(3,\)"),
        (7, "tanh", "sizes must be two integers at least, got 7"),
        ((3, 0), "tanh", "sizes must be an integer from 1 to 2147483647, got 0"),
        ((3, -2, 1), "tanh", "sizes must be an integer from 1 to 2147483647, got -2"),
        ((LARGEST + 1, 1), "tanh", "sizes must be an integer from 1 to 2147483647"),
        ((LARGEST, 1), "tanh", "number of weights must be an integer of at most 2147483647"),
        ((3, 1), "sine", "activation must be one of 'tanh', 'relu', 'sigmoid', got 'sine'"),
    ],
)
def test_layouts_of_no_network_are_refused(sizes, activation, message):
    with pytest.raises(ValueError, match=message):
        DenseLayout(sizes, activation)


@pytest.mark.parametrize("sizes", [(3, 1.5), (3, True), "ab", (None, 1)])
def test_sizes_must_be_integers(sizes):
    with pytest.raises(TypeError, match="sizes must be an integer"):
        DenseLayout(sizes)
