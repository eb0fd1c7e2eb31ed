import copy
import json
import math
import pickle
import re
from typing import Any

import numpy as np
import pytest

from evograft.representations.complexity import Complexity
from evograft.representations.network import OUTPUTS, Network
from evograft.representations.neuron_grammar import FUNCTIONS

# x1, x2 -> h1 -> output; complete, and small enough to break in every way.
SMALL: dict[str, Any] = {
    "n_inputs": 2,
    "n_outputs": 1,
    "function": [1],
    "bias": [0.5],
    "indptr": [0, 2],
    "sources": [0, 1],
    "weights": [1.0, -2.0],
    "out_sources": [2],
    "out_targets": [0],
    "out_weights": [4.0],
}


def build(**arguments):
    """A network of lists, where its annotations ask for arrays."""
    return Network(**arguments)


def random_network(seed, n_outputs, output, functions=(0, 1, 2, 3), n_inputs=6, hidden=9):
    """A network with inner connections, direct ones, parallel ones and biased outputs."""
    rng = np.random.default_rng(seed)
    fan_in = rng.integers(0, 5, hidden)
    fan_in[0] = 0  # a constant neuron
    sources = [source for j in range(hidden) for source in rng.integers(0, n_inputs + j, fan_in[j])]
    out_sources = np.concatenate([rng.integers(0, n_inputs + hidden, 12), [0, n_inputs]])
    return build(
        n_inputs=n_inputs,
        n_outputs=n_outputs,
        function=rng.choice(functions, hidden),
        bias=rng.normal(size=hidden),
        indptr=np.concatenate(([0], np.cumsum(fan_in))),
        sources=np.array(sources, np.int32),
        weights=rng.normal(size=len(sources)),
        out_sources=out_sources,
        out_targets=rng.integers(0, n_outputs, out_sources.size),
        out_weights=rng.normal(size=out_sources.size),
        out_bias=rng.normal(size=n_outputs),
        output=output,
    )


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


ACTIVATIONS = {
    "identity": lambda x: x,
    "sig": sigmoid,
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
}


def slow_sums(network, sample):
    """The sums at the outputs in plain float64 Python."""
    values = [float(x) for x in sample]
    for j in range(network.function.size):
        total = float(network.bias[j])
        for k in range(network.indptr[j], network.indptr[j + 1]):
            total += float(network.weights[k]) * values[network.sources[k]]
        values.append(ACTIVATIONS[FUNCTIONS[network.function[j]]](total))
    sums = [float(bias) for bias in network.out_bias]
    for source, target, weight in zip(
        network.out_sources, network.out_targets, network.out_weights, strict=True
    ):
        sums[target] += float(weight) * values[source]
    return sums


def slow_forward(network, sample):
    sums = slow_sums(network, sample)
    if network.n_outputs == 1:
        return [sigmoid(sums[0])]
    if network.output != "linear_softmax":
        sums = [sigmoid(s) for s in sums]
    if network.output != "sum_normalised":
        sums = [math.exp(s - max(sums)) for s in sums]
    return [s / sum(sums) for s in sums]


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("n_outputs", [1, 2, 5])
@pytest.mark.parametrize("seed", range(4))
def test_the_outputs_are_those_of_a_slow_twin(seed, n_outputs, output):
    network = random_network(seed, n_outputs, output)
    X = np.random.default_rng(seed).normal(size=(40, 6)).astype(np.float32)
    expected = [slow_forward(network, sample) for sample in X]
    outputs = network.forward(X)
    assert outputs.dtype == np.float32
    assert outputs.shape == (40, n_outputs)
    np.testing.assert_allclose(outputs, expected, atol=2e-6)
    raw = [[sigmoid(s) for s in slow_sums(network, sample)] for sample in X]
    np.testing.assert_allclose(network.raw_outputs(X), raw, atol=2e-6)
    if n_outputs > 1:
        np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_alone_is_that_of_the_slow_twin(name):
    code = FUNCTIONS.index(name)
    network = build(**SMALL | {"function": [code], "out_bias": [-0.25]})
    X = np.random.default_rng(3).normal(size=(200, 2)).astype(np.float32)
    expected = [slow_forward(network, sample) for sample in X]
    np.testing.assert_allclose(network.forward(X), expected, atol=1e-6)


@pytest.mark.parametrize("n", [0, 1, 2, 511, 512, 513, 1024, 1100])
def test_a_sample_has_the_same_outputs_whatever_block_it_is_in(n):
    network = random_network(8, 3, "linear_softmax")
    X = np.random.default_rng(n).normal(size=(n, 6)).astype(np.float32)
    together = network.forward(X)
    assert together.shape == network.raw_outputs(X).shape == (n, 3)
    for i in {0, 1, 510, 511, 512, 513, 1023, 1024, n - 1} & set(range(n)):
        assert together[i].tobytes() == network.forward(X[i : i + 1]).tobytes()


def test_an_empty_network_is_undecided():
    empty = {"function": [], "bias": [], "indptr": [0], "sources": [], "weights": []}
    empty |= {"out_sources": [], "out_targets": [], "out_weights": []}
    X = np.ones((3, 2))
    one = build(**SMALL | empty)
    assert one.forward(X).tolist() == [[0.5]] * 3
    four = build(**SMALL | empty | {"n_outputs": 4})
    assert four.forward(X).tolist() == [[0.25] * 4] * 3
    assert one.complexity() == Complexity(0, 0, 0, 0, 4, 1.0)


def test_other_number_types_and_memory_orders_of_data_change_nothing():
    network = random_network(1, 3, "linear_softmax")
    X = np.random.default_rng(1).integers(-3, 4, (30, 6))
    expected = network.forward(X.astype(np.float32)).tolist()
    assert network.forward(X).tolist() == expected
    assert network.forward(X.tolist()).tolist() == expected
    assert network.forward(np.asfortranarray(X, np.float64)).tolist() == expected
    assert network.forward(np.repeat(X, 2, axis=0)[::2]).tolist() == expected


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("function", [0, 1, 2, 3])
def test_large_weights_still_give_probabilities(function, n_outputs, output):
    # A hundred million times the weights of the paper's grammar; nothing overflows float32.
    w = 5e8
    network = build(
        n_inputs=1, n_outputs=n_outputs, function=[function] * 2, bias=[0, w], indptr=[0, 1, 2],
        sources=[0, 0], weights=[w, -w], out_sources=[1, 2, 1], out_weights=[w, -w, -w / 3],
        out_targets=[0, 0, n_outputs - 1], output=output,
    )  # fmt: skip
    probabilities = network.forward([[0.0], [1.0], [-1.0], [1e6]])
    assert np.isfinite(probabilities).all()
    assert (probabilities >= 0).all()
    assert (probabilities <= 1).all()
    if n_outputs > 1:
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


@pytest.mark.filterwarnings("error")
def test_raw_outputs_of_large_sums_reach_0_and_1_without_a_warning():
    network = build(**SMALL | {"function": [0], "weights": [1e9, -1e9], "out_weights": [1e9]})
    assert network.raw_outputs([[1.0, 0.0], [0.0, 1.0]]).tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 3), (2, 3, 2)])
def test_data_of_another_shape_are_refused(shape):
    message = rf"X must have shape \(n_samples, 2\), got {re.escape(str(shape))}"
    for method in (build(**SMALL).forward, build(**SMALL).raw_outputs):
        with pytest.raises(ValueError, match=message):
            method(np.zeros(shape))


def worked_example():
    """Five hidden and two output neurons with 15 connections, in two hidden layers.

    h1, h2, h3 read x1 x2, x2 x3, x1 x3; h4 reads h1, h2; h5 reads h3; outputs get 6 more.
    """
    return build(
        n_inputs=4,
        n_outputs=2,
        function=[1] * 5,
        bias=[0.1, 0.2, 0.3, 0.4, 0.5],
        indptr=[0, 2, 4, 6, 8, 9],
        sources=[0, 1, 1, 2, 0, 2, 4, 5, 6],
        weights=[0.5] * 9,
        out_sources=[7, 8, 7, 4, 4, 1],
        out_targets=[0, 1, 1, 0, 1, 0],
        out_weights=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    )


def test_the_published_example_of_15_connections_and_7_neurons_costs_58_operations():
    complexity = worked_example().complexity()
    assert complexity.connections == 15
    assert complexity.neurons == 5
    assert complexity.operations == 58


def test_features_layers_and_sparsity_are_counted_as_defined():
    complexity = worked_example().complexity()
    assert worked_example().layers().tolist() == [1, 1, 1, 2, 2]
    assert complexity.hidden_layers == 2
    assert complexity.features == 3  # x4 is never read
    # Dense: 4 inputs to 3 neurons, these to 2, these to 2 outputs.
    assert complexity.sparsity == pytest.approx(1 - 15 / (4 * 3 + 3 * 2 + 2 * 2))


def test_a_layer_is_one_above_the_highest_that_is_read():
    # h1 reads x1; h2 reads h1; h3 reads h2, then h1; h4 reads nothing; h5 reads h1 and h4.
    network = build(
        **SMALL
        | {
            "function": [1] * 5,
            "bias": [0] * 5,
            "indptr": [0, 1, 2, 4, 4, 6],
            "sources": [0, 2, 3, 2, 2, 5],
            "weights": [1] * 6,
        }
    )
    assert network.layers().tolist() == [1, 2, 3, 1, 2]
    assert network.complexity().hidden_layers == 3


def test_sparsity_falls_below_zero_where_many_connections_skip_layers():
    network = build(**SMALL | {
        "n_inputs": 1, "sources": [0], "weights": [1], "indptr": [0, 1],
        "out_sources": [1, 0, 0], "out_targets": [0] * 3, "out_weights": [1] * 3,
    })  # fmt: skip
    assert network.complexity().sparsity == -1.0


def test_a_full_network_has_sparsity_zero():
    assert build(**SMALL).complexity().sparsity == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_a_network_survives_json_exactly(seed):
    network = random_network(seed, 3, "sigmoid_softmax")
    twin = Network.from_dict(json.loads(json.dumps(network.to_dict())))
    assert twin == network
    assert twin.to_dict() == network.to_dict()
    for name in ("function", "bias", "indptr", "sources", "weights", "out_weights", "out_bias"):
        before, after = getattr(network, name), getattr(twin, name)
        assert (before.dtype, before.tobytes()) == (after.dtype, after.tobytes())


@pytest.mark.parametrize("number", [int, np.int64])
def test_the_dictionary_holds_plain_numbers_whatever_was_given(number):
    data = build(**SMALL | {"n_inputs": number(2), "n_outputs": number(1)}).to_dict()
    assert json.loads(json.dumps(data)) == data | {"out_bias": [0.0], "output": "linear_softmax"}


def test_copies_and_pickles_are_equal_and_still_work():
    network = random_network(2, 3, "linear_softmax")
    X = np.random.default_rng(2).normal(size=(5, 6))
    for twin in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        assert twin == network
        assert hash(twin) == hash(network)
        assert twin.forward(X).tobytes() == network.forward(X).tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"bias": [0.5000001]},
        {"function": [2]},
        {"weights": [1.0, 2.0]},
        {"sources": [1, 0]},
        {"out_bias": [1e-9]},
        {"out_weights": [3.0]},
        {"out_sources": [1]},
        {"output": "sum_normalised"},
        {"n_inputs": 3, "out_sources": [3]},
    ],
)
def test_networks_that_differ_anywhere_are_not_equal(change):
    assert build(**SMALL) == build(**SMALL)
    assert build(**SMALL) != build(**SMALL | change)


def test_a_network_equals_nothing_else():
    assert build(**SMALL) != SMALL
    assert build(**SMALL) != build(**SMALL).to_dict()


def test_equal_networks_have_equal_hashes_even_with_a_negative_zero():
    one, other = (build(**SMALL | {"weights": [zero, 1.0]}) for zero in (0.0, -0.0))
    assert one != other or hash(one) == hash(other)


def test_the_arrays_are_copies_that_cannot_be_written():
    given = np.array([1.0, -2.0])
    network = build(**SMALL | {"weights": given})
    given[0] = 99.0
    assert network.weights.tolist() == [1.0, -2.0]
    for name in ("function", "bias", "indptr", "sources", "weights", "out_sources", "out_bias"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(network, name)[0] = 0


def test_the_graph_names_kinds_layers_functions_and_modules():
    graph = worked_example().to_networkx()
    kinds = {name: data["kind"] for name, data in graph.nodes(data=True)}
    assert kinds == (
        dict.fromkeys(["x1", "x2", "x3"], "input")
        | dict.fromkeys([f"h{j}" for j in range(1, 6)], "hidden")
        | dict.fromkeys(["output1", "output2"], "output")
    )
    layers = {name: data["layer"] for name, data in graph.nodes(data=True)}
    assert layers["x1"] == 0
    assert (layers["h1"], layers["h4"], layers["output1"]) == (1, 2, 3)
    assert graph.nodes["h4"] == {
        "kind": "hidden", "layer": 2, "bias": 0.4, "function": "sig", "module": (1, 2),
    }  # fmt: skip
    assert graph.nodes["h2"]["module"] == ()
    assert graph.nodes["h5"]["module"] == (2,)
    assert graph.nodes["output2"]["bias"] == 0.0


def test_the_graph_has_the_weights_and_adds_parallel_ones():
    graph = worked_example().to_networkx()
    assert graph.number_of_edges() == 15
    assert graph.edges["x1", "h1"]["weight"] == 0.5
    assert graph.edges["h1", "h4"]["weight"] == 0.5
    assert graph.edges["x2", "output1"]["weight"] == 6.0
    assert graph.edges["h1", "output2"]["weight"] == 5.0
    parallel = build(**SMALL | {
        "sources": [1, 1], "out_sources": [2, 2], "out_targets": [0, 0], "out_weights": [4, 0.25],
    }).to_networkx()  # fmt: skip
    assert parallel.edges["x2", "h1"]["weight"] == -1.0
    assert parallel.edges["h1", "output1"]["weight"] == 4.25
    assert parallel.number_of_edges() == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_inputs": 0}, "n_inputs must be an integer of at least 1, got 0"),
        ({"n_outputs": 0}, "n_outputs must be an integer of at least 1, got 0"),
        ({"output": "softmax"}, "output must be one of 'linear_softmax', 'sigmoid_softmax'"),
        ({"bias": [0.5, 1]}, "bias must have shape (1,), got (2,)"),
        ({"bias": [[0.5]]}, "bias must have shape (1,), got (1, 1)"),
        ({"indptr": [0, 1, 2]}, "indptr must have shape (2,), got (3,)"),
        ({"weights": [1.0]}, "weights must have shape (2,), got (1,)"),
        ({"out_targets": [0, 0]}, "out_targets must have shape (1,), got (2,)"),
        ({"out_weights": []}, "out_weights must have shape (1,), got (0,)"),
        ({"out_bias": [0, 0]}, "out_bias must have shape (1,), got (2,)"),
        ({"function": [[1]]}, "function must"),
        ({"sources": [[0, 1]]}, "sources must"),
        ({"out_sources": [[2]]}, "out_sources must"),
        ({"indptr": [1, 2]}, "indptr must rise from 0 to 2, got [1, 2]"),
        ({"indptr": [0, 1]}, "indptr must rise from 0 to 2, got [0, 1]"),
        ({"function": [1, 1], "bias": [0, 0], "indptr": [0, 3, 2]}, "indptr must rise from 0 to 2"),
        ({"function": [4]}, "function must lie from 0 to 3, got [4]"),
        ({"function": [-1]}, "function must lie from 0 to 3, got [-1]"),
        ({"sources": [0, 2]}, "sources must name only what comes before the neuron, got [0, 2]"),
        ({"sources": [-1, 0]}, "sources must name only what comes before the neuron"),
        ({"out_sources": [3]}, "out_sources must lie from 0 to 2, got [3]"),
        ({"out_sources": [-1]}, "out_sources must lie from 0 to 2, got [-1]"),
        ({"out_targets": [1]}, "out_targets must lie from 0 to 0, got [1]"),
        ({"out_targets": [-1]}, "out_targets must lie from 0 to 0, got [-1]"),
    ],
)  # fmt: skip
def test_arrays_that_are_no_feed_forward_network_are_refused(change, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        build(**SMALL | change)


@pytest.mark.parametrize("value", [2.0, True, "2", None])
def test_counts_that_are_no_integers_are_refused(value):
    with pytest.raises(TypeError, match="n_inputs must be an integer of at least 1"):
        build(**SMALL | {"n_inputs": value})


def test_a_dictionary_that_lacks_entries_is_refused_by_their_names():
    data = build(**SMALL).to_dict()
    del data["bias"], data["out_bias"]
    with pytest.raises(ValueError, match="a network needs bias, out_bias, got"):
        Network.from_dict(data)
