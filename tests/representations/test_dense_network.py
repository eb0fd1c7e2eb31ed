"""The dense phenotype, and the published genomes of GENREG that become one."""

import os
import pickle
from typing import Any

import networkx as nx
import numpy as np
import pytest
from fixtures import fixture_path
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft import problems
from evograft.representations.dense_network import ACTIVATIONS, DenseNetwork
from evograft.representations.genreg_file import load_genreg


def draw(sizes, activation="tanh", seed=1):
    rng = np.random.default_rng(seed)
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    return DenseNetwork(
        weights=[rng.normal(size=pair).astype(np.float32) for pair in pairs],
        biases=[rng.normal(size=n).astype(np.float32) for n, _ in pairs],
        activation=activation,
    )


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 7), min_size=2, max_size=5),
    activation=st.sampled_from(ACTIVATIONS),
    n=st.integers(0, 1100),
)
def test_forward_equals_the_formula(sizes, activation, n):
    network = draw(sizes, activation)
    X = np.random.default_rng(n).normal(size=(n, sizes[0])).astype(np.float32)
    functions: dict[str, Any] = {
        "tanh": np.tanh,
        "relu": lambda s: np.maximum(s, 0),
        "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
    }
    rows = X.astype(np.float64)
    for i, (matrix, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        rows = (functions[activation](rows) if i else rows) @ matrix.astype(np.float64).T + bias
    if sizes[-1] == 1:
        expected = 1 / (1 + np.exp(-rows))
    else:
        expected = np.exp(rows - rows.max(axis=1, keepdims=True))
        expected /= expected.sum(axis=1, keepdims=True)
    outputs = network.forward(X)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, expected, atol=1e-5)
    np.testing.assert_allclose(network.raw_outputs(X), 1 / (1 + np.exp(-rows)), atol=1e-5)


def test_a_sample_gets_the_same_bits_in_whatever_company():
    network = draw((20, 9, 3))
    X = np.random.default_rng(2).normal(size=(700, 20)).astype(np.float32)
    whole = network.forward(X)
    np.testing.assert_array_equal(network.forward(X[:10]), whole[:10])
    np.testing.assert_array_equal(network.forward(X[512:]), whole[512:])


def test_sums_too_large_for_exp_are_certain_answers():
    network = DenseNetwork(weights=np.array([[[1000.0], [-1000.0]]]), biases=np.zeros((1, 2)))
    np.testing.assert_array_equal(network.forward([[1.0], [-1.0]]), [[1, 0], [0, 1]])
    single = DenseNetwork(weights=np.array([[[1000.0]]]), biases=np.zeros((1, 1)))
    np.testing.assert_array_equal(single.forward([[1.0], [-1.0]]), [[1], [0]])


def test_the_hidden_activations_are_those_that_the_outputs_read():
    network = draw((4, 6, 5, 3))
    X = np.random.default_rng(3).normal(size=(8, 4))
    hidden = network.hidden(X)
    assert hidden.shape == (8, 5)
    last = DenseNetwork(weights=network.weights[-1:], biases=network.biases[-1:])
    np.testing.assert_allclose(last.forward(hidden), network.forward(X), atol=1e-6)
    with pytest.raises(ValueError, match="hidden layer"):
        last.hidden(hidden)


def test_sizes_are_counted_as_documented():
    complexity = draw((784, 64, 10)).complexity()
    assert complexity.connections == 784 * 64 + 64 * 10
    assert complexity.operations == 2 * complexity.connections + 4 * 74
    assert (complexity.neurons, complexity.features, complexity.hidden_layers) == (64, 784, 1)
    assert complexity.sparsity == 0


def test_the_graph_holds_every_weight_and_bias():
    network = draw((3, 4, 2))
    graph = network.to_networkx()
    assert graph.number_of_edges() == 3 * 4 + 4 * 2
    assert graph["x2"]["h3"]["weight"] == network.weights[0][2, 1]
    assert graph["h4"]["output1"]["weight"] == network.weights[1][0, 3]
    assert graph.nodes["output2"]["bias"] == network.biases[1][1]
    assert nx.get_node_attributes(graph, "layer")["output1"] == 2


def test_it_comes_back_from_its_dict_and_from_a_pickle():
    network = draw((3, 4, 2), "relu")
    for twin in (DenseNetwork.from_dict(network.to_dict()), pickle.loads(pickle.dumps(network))):
        assert twin == network
        assert hash(twin) == hash(network)
    assert network != draw((3, 4, 2), "tanh")
    assert network != draw((3, 4, 2), "relu", seed=2)
    assert network != draw((3, 2), "relu")
    with pytest.raises(ValueError, match="needs biases"):
        DenseNetwork.from_dict({"weights": [], "activation": "tanh"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [], "biases": []}, "one at least"),
        ({"weights": [[[1.0]]], "biases": []}, "as many"),
        ({"weights": [[[1.0]]], "biases": [[1.0, 2.0]]}, r"weights\[0\] must have shape \(2, 1\)"),
        (
            {"weights": [[[1.0]], [[1.0, 2.0]]], "biases": [[1.0], [1.0]]},
            r"weights\[1\] must have shape \(1, 1\), got \(1, 2\)",
        ),
        ({"weights": [[1.0]], "biases": [[1.0]]}, r"weights\[0\] must have 2 dimension"),
        ({"weights": [[[float("nan")]]], "biases": [[1.0]]}, r"weights\[0\] must be finite"),
        ({"weights": [[[1e300]]], "biases": [[1.0]]}, r"weights\[0\] must be finite"),
        ({"weights": [[["a"]]], "biases": [[1.0]]}, r"weights\[0\] must be an array"),
        ({"weights": [np.zeros((0, 3))], "biases": [[]]}, "must have shape"),
        ({"weights": [[[1.0]]], "biases": [[1.0]], "activation": "sine"}, "activation must be"),
    ],
)
def test_arrays_that_make_no_network_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DenseNetwork(**arguments)


def test_samples_of_another_width_are_refused():
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 3\), got \(2, 4\)"):
        draw((3, 2)).forward(np.zeros((2, 4)))


def test_the_published_genome_scores_its_published_count():
    network = load_genreg(fixture_path("genreg", "published_784-32-10_gen565.pkl"))
    assert network.sizes == (784, 32, 10)
    mnist = problems.load("mnist")
    assert round(mnist.score(network) * 10_000) == 7252


class Runs:
    """Pickles as something that would run."""

    def __reduce__(self):
        return os.system, ("echo run",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pickle.dumps({"controller": Runs()}), "plain values only, got .*system"),
        (pickle.dumps({"controller": np.zeros(2)}), "plain values only, got numpy"),
        (pickle.dumps({"controller": {"w1": [[1.0]]}}), "controller with w1, b1, w2, b2"),
        (pickle.dumps([1, 2]), "controller with"),
        (
            pickle.dumps({"controller": {"w1": [[1.0]], "b1": [1.0], "w2": [[1, 2]], "b2": [0]}}),
            "fits together: weights",
        ),
        (pickle.dumps({"controller": {}})[:-3], "no pickle"),
        (b"", "no pickle"),
    ],
)
def test_no_other_file_is_read_and_nothing_in_it_runs(content, message, tmp_path, capfd):
    path = tmp_path / "genome.pkl"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_genreg(path)
    assert capfd.readouterr().out == ""
    with pytest.raises(FileNotFoundError, match="got no file"):
        load_genreg(tmp_path / "absent.pkl")


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 7), min_size=2, max_size=5),
    activation=st.sampled_from(ACTIVATIONS),
    seed=st.integers(0, 2**32),
)
def test_a_step_gives_the_sums_that_forward_makes_probabilities_of(sizes, activation, seed):
    network = draw(sizes, activation, seed)
    x = np.random.default_rng(seed).normal(size=sizes[0])
    sums = network.step(x)
    assert (sums.shape, sums.dtype) == ((sizes[-1],), np.float32)
    (probabilities,) = network.forward(x[None])
    exact = sums.astype(np.float64)
    if sizes[-1] == 1:
        expected = 1 / (1 + np.exp(-exact))
    else:
        expected = np.exp(exact - exact.max())
        expected /= expected.sum()
        gap = np.diff(np.sort(exact))[-1]
        assert gap < 1e-4 or sums.argmax() == probabilities.argmax()
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


def test_a_step_is_not_squeezed_and_keeps_nothing_from_the_one_before():
    network = DenseNetwork(weights=np.array([[[3.0], [-200.0]]]), biases=np.array([[1.0, 0.0]]))
    assert [network.step([x]).tolist() for x in (2.0, 0.0, 2.0)] == [[7, -400], [1, 0], [7, -400]]


@pytest.mark.parametrize("observation", [np.zeros(4), np.zeros(2), np.zeros((1, 3)), 0.0, []])
def test_an_observation_of_another_shape_is_refused(observation):
    with pytest.raises(ValueError, match=r"observation must have shape \(3,\), got \("):
        draw((3, 2)).step(observation)
