import copy
import json
import pickle
from typing import Any

import networkx as nx
import numpy as np
import pytest
from fixtures import fixture
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.complexity import Complexity
from evograft.representations.recurrent import ACTIVATIONS, MODES, RecurrentNetwork

# 0 -> 1 -> 2 -> 0, 2 -> 2, and neuron 3 alone; the connections not in order.
SMALL: dict[str, Any] = {
    "n_inputs": 2,
    "n_outputs": 1,
    "n_neurons": 4,
    "sources": [2, 0, 2, 1],
    "targets": [2, 1, 0, 2],
    "weights": [0.5, 1.0, -0.25, 2.0],
}


def build(**arguments):
    """A network of lists, where its annotations ask for arrays."""
    return RecurrentNetwork(**arguments)


def random_network(seed, **settings):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 14))
    sources, targets = np.nonzero(rng.random((n, n)) < rng.uniform(0.1, 0.6))
    weights = rng.normal(size=sources.size)
    return build(
        n_inputs=3, n_outputs=2, n_neurons=n, sources=sources, targets=targets, weights=weights,
        **settings,
    )  # fmt: skip


def recorded():
    """Pairs of a network and what was recorded of it, in both orientations."""
    pairs = []
    for name, orientation in (("forward", "forward"), ("reverse", "reversed")):
        for item in fixture("morphonas", f"propagation_{name}")["items"]:
            graph = nx.DiGraph()
            graph.add_nodes_from(item["nodes"])
            graph.add_weighted_edges_from(item["edges"])
            sizes = (item["input_dim"], item["output_dim"])
            network = RecurrentNetwork.from_graph(graph, *sizes, orientation=orientation)
            pairs.append((network, item))
    assert len(pairs) == 18
    return pairs


def test_recorded_networks_have_their_inputs_and_thinking_time():
    for network, item in recorded():
        assert network.input_neurons.tolist() == item["input_indices"]
        assert network.diameter == item["diameter"]
        assert network.thinking_time == item["thinking_time"]


def test_recorded_networks_answer_five_observations_as_recorded():
    for network, item in recorded():
        answers = [network.step(observation) for observation in item["inputs"]]
        assert len(answers) == 5
        # The recordings come from another order of additions; many outputs are near 1e-20.
        np.testing.assert_allclose(answers, item["outputs_after_each_call"], rtol=2e-5, atol=1e-37)


def test_recorded_activity_is_reached_after_every_call():
    pairs = [(network, item) for network, item in recorded() if item["states_after_each_call"]]
    assert len(pairs) == 15
    for network, item in pairs:
        # The activity of every neuron is to be seen where all are outputs.
        whole = build(**network.to_dict() | {"n_outputs": network.n_neurons})
        states = [whole.step(observation) for observation in item["inputs"]]
        np.testing.assert_allclose(states, item["states_after_each_call"], rtol=2e-5, atol=1e-37)


def test_recorded_networks_earn_the_recorded_rewards_in_cart_pole():
    gymnasium = pytest.importorskip("gymnasium")
    environment = gymnasium.make("CartPole-v1")
    pairs = [(network, item) for network, item in recorded() if item["env"] == "CartPole-v1"]
    assert len(pairs) == 15
    for network, item in pairs:
        rewards = []
        for seed in item["seeds"]:
            network.reset()
            observation, _ = environment.reset(seed=seed)
            total, over = 0.0, False
            while not over:
                action = int(np.argmax(network.step(observation)))
                observation, reward, fell, timed_out, _ = environment.step(action)
                total, over = total + float(reward), fell or timed_out
            rewards.append(total)
        assert rewards == item["rewards_fresh_state"]


def test_one_call_done_by_hand():
    network = build(**SMALL, extra_steps=0)
    assert network.input_neurons.tolist() == [3, 0]  # reached by 0 and 1; neuron 1 by 1, later
    assert network.output_neurons.tolist() == [3]
    assert network.diameter == network.thinking_time == 2
    whole = build(**SMALL | {"n_outputs": 4}, extra_steps=0)
    # 0.5 at neuron 3 goes nowhere; -1 at neuron 0 to 1, then to 2.
    first = np.tanh(2.0 * np.tanh(-1.0))
    np.testing.assert_allclose(whole.step([0.5, -1.0]), [0, 0, first, 0], atol=1e-7)
    # Now neuron 2 speaks, to 0 and itself; what was written to neuron 0 goes on to 1 and 2.
    at_0, at_1, at_2 = np.tanh(-0.25 * first), np.tanh(0.3), np.tanh(0.5 * first)
    then = [np.tanh(-0.25 * at_2), np.tanh(at_0), np.tanh(0.5 * at_2 + 2 * at_1), 0]
    np.testing.assert_allclose(whole.step([0.0, 0.3]), then, atol=1e-7)


def test_in_additive_mode_activity_adds_up_and_relu_cuts_off():
    whole = SMALL | {"n_outputs": 4, "extra_steps": 0, "mode": "additive", "activation": "relu"}
    # Rounds from (2, 0, 0, 1): (2, 2, 0, 1), then (2, 4, 4, 1): 2 -> 0 is negative, and cut off.
    assert build(**whole).step([1.0, 2.0]).tolist() == [2.0, 4.0, 4.0, 1.0]


def test_connections_come_back_in_order_and_read_only():
    network = build(**SMALL)
    assert list(zip(network.sources, network.targets, strict=True)) == [
        (0, 1), (1, 2), (2, 0), (2, 2),
    ]  # fmt: skip
    assert network.weights.tolist() == [1.0, 2.0, -0.25, 0.5]
    assert network.ids.tolist() == [1, 2, 3, 4]
    for name in ("sources", "targets", "weights", "ids", "input_neurons", "output_neurons"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(network, name)[0] = 0
    with pytest.raises(AttributeError):
        network.eta = 0.5


def test_the_callers_arrays_stay_writeable():
    sources = np.array([0, 1], np.int32)
    build(**SMALL | {"sources": sources, "targets": [1, 0], "weights": [1.0, 1.0]})
    sources[0] = 1


seeds = st.integers(0, 2**32 - 1)
modes, activations = st.sampled_from(MODES), st.sampled_from(ACTIVATIONS)


@settings(deadline=None)  # the first call compiles
@given(seeds, modes, activations, st.sampled_from([0.0, 0.2]))
def test_samples_are_answered_as_the_first_step_of_an_episode(seed, mode, activation, eta):
    network = random_network(seed, mode=mode, activation=activation, eta=eta)
    X = np.random.default_rng(seed).normal(size=(7, 3))
    answers = network.forward(X)
    assert answers.shape == (7, 2)
    assert answers.dtype == np.float32
    for sample, answer in zip(X, answers, strict=True):
        network.reset()
        assert network.step(sample).tolist() == answer.tolist()
        assert network.forward(sample[None])[0].tolist() == answer.tolist()


def test_more_samples_than_are_answered_side_by_side_and_none_at_all():
    network = random_network(4)
    X = np.random.default_rng(4).normal(size=(300, 3))
    answers = network.forward(X)
    for part in (slice(0, 1), slice(120, 140), slice(255, 300)):
        np.testing.assert_array_equal(network.forward(X[part]), answers[part])
    assert network.forward(np.empty((0, 3))).shape == (0, 2)


@settings(deadline=None)
@given(seeds, st.sampled_from([0.0, 0.2]))
def test_an_episode_goes_on_until_reset_whatever_else_is_asked(seed, eta):
    network = random_network(seed, eta=eta, decay=0.01)
    observations = np.random.default_rng(seed).normal(size=(4, 3))
    first = [network.step(observation).tolist() for observation in observations]
    network.reset()
    again = []
    for observation in observations:
        again.append(network.step(observation).tolist())
        network.forward(observations)
        network.complexity(), network.to_networkx(), network.kernel_arguments()
    assert again == first


@settings(deadline=None)
@given(seeds, modes, activations)
def test_reversed_is_forward_on_the_reversed_graph_but_for_the_inputs(seed, mode, activation):
    network = random_network(seed, mode=mode, activation=activation, orientation="reversed")
    straight = build(
        **network.to_dict()
        | {"orientation": "forward", "sources": network.targets, "targets": network.sources}
    )
    assert network.thinking_time == straight.thinking_time
    # All neurons are inputs, in an order that differs; the observation is put where it belongs.
    sizes = {"n_inputs": network.n_neurons, "n_outputs": network.n_neurons}
    network, straight = (build(**n.to_dict() | sizes) for n in (network, straight))
    activity = np.random.default_rng(seed).normal(size=network.n_neurons)
    answers = [n.step(activity[n.input_neurons]).tolist() for n in (network, straight)]
    assert answers[0] == answers[1]


def test_inputs_are_chosen_by_the_connections_as_they_grew():
    forward, back = build(**SMALL), build(**SMALL, orientation="reversed")
    assert forward.input_neurons.tolist() == back.input_neurons.tolist() == [3, 0]
    itself = {"n_inputs": 1, "n_neurons": 2, "sources": [0], "targets": [0], "weights": [1.0]}
    assert build(**SMALL | itself).input_neurons.tolist() == [1]


def learn(**settings):
    """The outputs of three steps of an input that feeds an output, in one round each."""
    network = build(
        n_inputs=1, n_outputs=1, n_neurons=2, sources=[0], targets=[1], weights=[0.5],
        extra_steps=0, activation="relu", **settings,
    )  # fmt: skip
    return [float(network.step([1.0])[0]) for _ in range(3)]


def test_learning_done_by_hand():
    # A weight w answers 1 with w, so d = w: P = eta w is added to it, less what P decays by.
    assert learn() == [0.5, 0.5, 0.5]
    assert learn(eta=0.5) == [0.5, 0.75, 1.125]
    assert learn(eta=0.5, decay=0.5) == [0.5, 0.75, 1.0]
    assert learn(eta=0.5, clamp=0.375) == [0.5, 0.75, 0.875]
    assert learn(eta=-0.5, decay=1.0) == [0.5, 0.25, 0.375]


def test_size_is_counted_over_all_neurons():
    expected = Complexity(
        neurons=4,
        connections=4,
        features=2,
        hidden_layers=0,
        operations=(2 * 4 + 4 * 4) * 4,
        sparsity=0.75,
    )
    assert build(**SMALL).complexity() == expected


def test_the_smallest_networks():
    network = build(n_inputs=2, n_outputs=2, n_neurons=2, sources=[], targets=[], weights=[])
    assert not network.big_enough
    assert network.input_neurons.tolist() == network.output_neurons.tolist() == [0, 1]
    assert network.diameter == 0
    assert network.step([1.0, 2.0]).tolist() == [0.0, 0.0]
    assert {kind for _, kind in network.to_networkx().nodes(data="kind")} == {"both"}
    assert build(**SMALL).big_enough
    assert build(**SMALL | {"n_outputs": 2}).big_enough
    assert not build(**SMALL | {"n_outputs": 3}).big_enough


def test_the_graph_names_neurons_and_what_they_are_for():
    graph = build(**SMALL | {"n_outputs": 2}, ids=[2, 3, 5, 9]).to_networkx()
    assert list(graph.nodes(data="kind")) == [
        (2, "input"), (3, "hidden"), (5, "output"), (9, "both"),
    ]  # fmt: skip
    assert sorted(graph.edges(data="weight")) == [
        (2, 3, 1.0), (3, 5, 2.0), (5, 2, -0.25), (5, 5, 0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("orientation", ["forward", "reversed"])
def test_a_network_comes_back_from_its_graph(orientation):
    settings = {"orientation": orientation, "eta": 0.1, "extra_steps": 1}
    network = random_network(8, **settings)
    graph = nx.DiGraph()
    graph.add_nodes_from(reversed(list(network.to_networkx())))
    graph.add_edges_from(network.to_networkx().edges(data=True))
    assert RecurrentNetwork.from_graph(graph, 3, 2, **settings) == network


def changed(**change):
    return build(**SMALL | {"eta": 0.25, "clamp": 2.0} | change)


def test_a_network_survives_json_pickle_and_copies_and_starts_reset_there():
    network = changed()
    first = network.step([1.0, 2.0]).tolist()
    network.step([0.5, 0.5])
    twin = RecurrentNetwork.from_dict(json.loads(json.dumps(network.to_dict())))
    loaded = pickle.loads(pickle.dumps(network))
    for other in (twin, loaded, copy.copy(network), copy.deepcopy(network)):
        assert other == network
        assert hash(other) == hash(network)
        assert other.step([1.0, 2.0]).tolist() == first
        assert not other.weights.flags.writeable


def test_networks_that_differ_anywhere_are_not_equal():
    changes: list[dict[str, Any]] = [
        {"n_inputs": 1},
        {"n_outputs": 2},
        {"n_neurons": 5},
        {"sources": [2, 0, 2, 0], "targets": [2, 1, 0, 2]},
        {"weights": [0.5, 1.0, -0.25, 2.5]},
        {"orientation": "reversed"},
        {"mode": "additive"},
        {"activation": "relu"},
        {"extra_steps": 3},
        {"eta": 0.5},
        {"decay": 0.5},
        {"clamp": None},
        {"ids": [1, 2, 3, 5]},
    ]
    networks = [changed(), *(changed(**change) for change in changes)]
    for i, network in enumerate(networks):
        assert [network == other for other in networks] == [i == j for j in range(len(networks))]
    assert networks[0] != "a network"


@pytest.mark.parametrize(
    ("change", "error", "rule"),
    [
        ({"n_inputs": 0}, ValueError, "n_inputs must be an integer of at least 1, got 0"),
        ({"n_outputs": 1.5}, TypeError, "n_outputs must be an integer of at least 1, got 1.5"),
        ({"n_neurons": -1}, ValueError, "n_neurons must be an integer of at least 0, got -1"),
        ({"orientation": "up"}, ValueError, "orientation must be one of 'forward', 'reversed'"),
        ({"mode": "add"}, ValueError, "mode must be one of 'replace', 'additive', got 'add'"),
        ({"activation": "sig"}, ValueError, "activation must be one of 'tanh', 'relu'"),
        ({"extra_steps": -1}, ValueError, "extra_steps must be an integer of at least 0"),
        ({"eta": 2}, ValueError, "eta must be a number from -1 to 1, got 2"),
        ({"decay": -0.1}, ValueError, "decay must be a number from 0 to 1, got -0.1"),
        ({"clamp": 0}, ValueError, "clamp must be a number above 0 or None, got 0"),
        ({"clamp": 1e-60}, ValueError, "clamp must be a number above 0 or None, got 1e-60"),
        ({"clamp": "2"}, TypeError, "clamp must be a number, got '2'"),
        ({"sources": [0, 1, 2]}, ValueError, r"targets must have shape \(3,\), got \(4,\)"),
        ({"sources": [[0, 1, 2, 0]]}, ValueError, r"sources must have shape \(4,\), got \(1, 4\)"),
        ({"sources": [0, 1, 2, 4]}, ValueError, "sources must lie from 0 to 3"),
        ({"targets": [0, 1, 2, -1]}, ValueError, "targets must lie from 0 to 3"),
        ({"targets": [0, 1, 2, 1.5]}, ValueError, "targets must be an array of int32"),
        ({"targets": [0, 1, 2, 2**32]}, ValueError, "targets must be an array of int32"),
        ({"targets": [0, 1, 2, np.nan]}, ValueError, "targets must be an array of int32"),
        ({"weights": "heavy"}, ValueError, "weights must be an array of float64, got 'heavy'"),
        ({"weights": [1, 1, 1, np.nan]}, ValueError, "weights must be finite in float32"),
        ({"weights": [1, 1, 1, 1e39]}, ValueError, r"weights must be finite .* got \[1e\+39\]"),
        ({"sources": [0, 0, 1, 2], "targets": [1, 1, 1, 2]}, ValueError, r"for \[\[0, 1\]\]"),
        ({"ids": [1, 2, 3]}, ValueError, r"ids must have shape \(4,\), got \(3,\)"),
        ({"ids": [1, 3, 3, 4]}, ValueError, "ids must ascend"),
    ],
)
def test_what_is_no_network_is_refused_with_its_rule(change, error, rule):
    with pytest.raises(error, match=rule):
        build(**SMALL | change)


def test_observations_and_samples_must_fit():
    network = build(**SMALL)
    with pytest.raises(ValueError, match=r"observation must have shape \(2,\), got \(3,\)"):
        network.step([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 2\), got \(2,\)"):
        network.forward([1.0, 2.0])
    with pytest.raises(ValueError, match="lanes must be an integer of at least 1, got 0"):
        network.new_state(0)
    assert network.new_state(3).tolist() == [[0.0] * 3] * 4


@pytest.mark.parametrize(
    ("graph", "rule"),
    [
        (nx.Graph([(1, 2)]), "graph must be a DiGraph, got Graph"),
        (nx.MultiDiGraph([(1, 2)]), "graph must be a DiGraph, got MultiDiGraph"),
        (nx.DiGraph([("a", "b")]), r"nodes must be integers, got \['a', 'b'\]"),
        (nx.DiGraph([(1, 2)]), r"every edge must have a weight, got \(1, 2\) without"),
    ],
)
def test_what_is_no_weighted_digraph_is_refused(graph, rule):
    with pytest.raises(ValueError, match=rule):
        RecurrentNetwork.from_graph(graph, 1, 1)


def test_a_description_with_a_gap_is_refused():
    data = build(**SMALL).to_dict()
    del data["eta"], data["ids"]
    with pytest.raises(ValueError, match="a network needs eta, ids, got"):
        RecurrentNetwork.from_dict(data)


def test_kernels_get_rows_by_receiver_in_either_orientation():
    expected = {
        "forward": ([0, 1, 2, 4, 4], [2, 0, 1, 2], [-0.25, 1.0, 2.0, 0.5]),
        "reversed": ([0, 1, 2, 4, 4], [1, 2, 0, 2], [1.0, 2.0, -0.25, 0.5]),
    }
    for orientation, rows in expected.items():
        network = changed(orientation=orientation, mode="additive", decay=0.5, clamp=None)
        arguments = network.kernel_arguments()
        assert tuple(array.tolist() for array in arguments[:3]) == rows
        assert [array.dtype for array in arguments[:3]] == [np.int32, np.int32, np.float32]
        assert [array.tolist() for array in arguments[3:5]] == [[3, 0], [3]]
        assert arguments[5:] == (4, True, False, 0.25, 0.5, 0.0)
        assert arguments.thinking_time == network.thinking_time


@pytest.mark.parametrize("n", [0, 1])
def test_a_network_of_too_few_neurons_answers_zeros(n):
    network = build(
        n_inputs=1, n_outputs=2, n_neurons=n, sources=[], targets=[], weights=[], ids=None
    )
    assert not network.big_enough
    assert network.step([3.0]).tolist() == [0, 0]
    assert network.forward([[1.0], [2.0]]).tolist() == [[0, 0], [0, 0]]
    assert network.complexity().neurons == n
    assert network.to_networkx().number_of_nodes() == n
    assert RecurrentNetwork.from_dict(network.to_dict()) == network
    with pytest.raises(ValueError, match="observation must have shape"):
        network.step([1.0, 2.0])
