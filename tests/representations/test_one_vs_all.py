"""Networks and individuals of one-vs-all."""

import json
import pickle
from copy import deepcopy
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neat_genomes import grown

from evograft.representations.expressions import Expression
from evograft.representations.neat_controller import NeatStepper
from evograft.representations.neat_forward import NeatMapping
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.network import Network
from evograft.representations.one_vs_all import PARTS, OneVsAllNetwork
from evograft.representations.one_vs_all_individual import (
    ClassValues,
    OneVsAllFitness,
    OneVsAllIndividual,
)
from evograft.studies.model import PHENOTYPES


def constant(probability):
    """A network that reads nothing and always says the same."""
    bias = np.log(probability / (1 - probability))
    return Network(2, 1, [], [], [0], [], [], [], [], [], out_bias=[bias])


def drawn(seed, n=3, mutations=12):
    rng = np.random.default_rng(seed)
    mapping = NeatMapping(3, 1)
    return [mapping.develop(grown(rng, n_outputs=1, mutations=mutations)) for _ in range(n)]


def sparse(network, seed):
    """The network without about half of its connections to the output."""
    kept = np.random.default_rng(seed).random(network.out_sources.size) < 0.5
    changed = {
        name: getattr(network, name)[kept] for name in ("out_sources", "out_targets", "out_weights")
    }
    return replace(network, **changed)


def test_outputs_are_divided_by_their_total():
    network = OneVsAllNetwork([constant(0.2), constant(0.5), constant(0.1)])
    np.testing.assert_allclose(network.forward([[0, 0]]), [[0.25, 0.625, 0.125]], rtol=1e-6)
    np.testing.assert_allclose(network.raw_outputs([[0, 0]]), [[0.2, 0.5, 0.1]], rtol=1e-6)
    assert (network.n_inputs, network.n_outputs) == (2, 3)


class Says:
    """A phenotype of one output that gives the number it was made with."""

    n_inputs, n_outputs = 1, 1

    def __init__(self, output):
        self.output = np.float32(output)

    def forward(self, X):
        return np.full((len(X), 1), self.output)


def test_where_no_class_is_claimed_all_are_as_probable():
    network = OneVsAllNetwork([Says(0)] * 4)
    assert network.forward(np.zeros((2, 1))).tolist() == [[0.25] * 4] * 2


def test_the_largest_output_stays_the_largest_however_small_its_lead():
    below = np.nextafter(np.float32(1), np.float32(0))
    network = OneVsAllNetwork([Says(below), Says(1.0), Says(below)])
    assert network.forward(np.zeros((1, 1))).argmax() == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_probabilities_sum_to_one_and_decide_as_the_outputs(seed):
    network = OneVsAllNetwork(drawn(seed))
    X = np.random.default_rng(seed).normal(size=(20, 3)).astype(np.float32)
    P = network.forward(X)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    outputs = np.hstack([part.forward(X) for part in network.networks])
    np.testing.assert_array_equal(P.argmax(axis=1), outputs.argmax(axis=1))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_sizes_add_up_and_a_feature_counts_once(seed):
    networks = [sparse(network, seed + i) for i, network in enumerate(drawn(seed))]
    parts = [network.complexity() for network in networks]
    whole = OneVsAllNetwork(networks).complexity()
    for name in ("neurons", "connections", "operations"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.hidden_layers == max(part.hidden_layers for part in parts)
    sources = np.concatenate([[*part.sources, *part.out_sources] for part in networks])
    assert whole.features == np.unique(sources[sources < 3]).size
    graph = OneVsAllNetwork(networks).to_networkx()
    assert whole.features == sum(kind == "input" for _, kind in graph.nodes(data="kind"))
    twice = OneVsAllNetwork([networks[0], networks[0]]).complexity()
    assert twice.features == parts[0].features
    assert twice.sparsity == pytest.approx(parts[0].sparsity)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_features_of_recurrent_networks_are_those_of_the_graph(seed):
    rng = np.random.default_rng(seed)
    develop = NeatStepper(NeatMapping(6, 1), True, 1).develop
    networks = []
    for _ in range(2):
        genome = NeatGenome.fully_connected(6, 1, rng.normal(size=7))
        genome.enabled[:] = rng.random(7) < 0.4
        networks.append(develop(genome))
    network = OneVsAllNetwork(networks)
    read = {source for part in networks for source in part.sources.tolist() if source < 6}
    assert network.complexity().features == len(read)


def test_networks_without_a_connection_have_a_sparsity():
    network = OneVsAllNetwork([constant(0.5)] * 3)
    complexity = network.complexity()
    assert (complexity.connections, complexity.features, complexity.sparsity) == (0, 0, 1.0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_networks_meet_in_their_inputs_alone(seed, recurrent):
    rng = np.random.default_rng(seed)
    mapping = NeatMapping(3, 1)
    develop = NeatStepper(mapping, True, 2).develop if recurrent else mapping.develop
    networks = [
        develop(grown(rng, n_outputs=1, mutations=12, recurrent=recurrent)) for _ in range(3)
    ]
    graph = OneVsAllNetwork(networks).to_networkx()
    alone = [network.to_networkx() for network in networks]
    assert graph.number_of_edges() == sum(part.number_of_edges() for part in alone)
    weights = sorted(weight for part in alone for *_, weight in part.edges(data="weight"))
    assert sorted(weight for *_, weight in graph.edges(data="weight")) == weights
    kinds = dict(graph.nodes(data="kind"))
    hidden = [node for node, kind in kinds.items() if kind == "hidden"]
    assert hidden == [f"h{i + 1}" for i in range(len(hidden))]
    assert sum(kind == "hidden" for part in alone for _, kind in part.nodes(data="kind")) == len(
        hidden
    )
    inner = graph.subgraph(node for node, kind in kinds.items() if kind in ("hidden", "output"))
    owners = {f"output{k + 1}" for k in range(3)}
    for component in nx.weakly_connected_components(inner):
        assert len(component & owners) <= 1
    if not recurrent:
        assert len({graph.nodes[node]["layer"] for node in owners}) == 1
        for node in hidden:
            number = {f"output{k}" for k in graph.nodes[node]["module"]}
            assert number == {b for b in graph.successors(node) if b in owners}


def test_a_network_goes_through_json_and_pickle():
    feed_forward = drawn(1, n=2)
    recurrent = NeatStepper(NeatMapping(3, 1), True, 2).develop(
        grown(np.random.default_rng(1), n_outputs=1, mutations=9, recurrent=True)
    )
    network = OneVsAllNetwork([*feed_forward, recurrent])
    assert OneVsAllNetwork.from_dict(json.loads(json.dumps(network.to_dict()))) == network
    assert pickle.loads(pickle.dumps(network)) == network
    assert network != OneVsAllNetwork([*feed_forward, feed_forward[0]])


def test_every_kind_of_saved_network_may_be_a_part():
    others = {"OneVsAllNetwork": OneVsAllNetwork, "Expression": Expression}
    assert PARTS | others == PHENOTYPES


def test_networks_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="networks must be at least 2, got 1"):
        OneVsAllNetwork([constant(0.5)])
    wider = Network(3, 1, [], [], [0], [], [], [], [], [])
    with pytest.raises(ValueError, match=r"networks must have as many inputs each, got \[2, 3\]"):
        OneVsAllNetwork([constant(0.5), wider])
    several = Network(2, 2, [], [], [0], [], [], [], [], [])
    with pytest.raises(ValueError, match=r"networks must have one output, got \[2, 2\]"):
        OneVsAllNetwork([several, several])


def test_a_dictionary_of_something_else_is_refused():
    with pytest.raises(ValueError, match=r"a network needs networks, got \['sources'\]"):
        OneVsAllNetwork.from_dict({"sources": []})
    with pytest.raises(ValueError, match=r"a network needs network, got \['phenotype'\]"):
        OneVsAllNetwork.from_dict({"networks": [{"phenotype": "Network"}]})
    with pytest.raises(ValueError, match="unknown phenotype 'Netwerk': did you mean 'Network'"):
        OneVsAllNetwork.from_dict({"networks": [{"phenotype": "Netwerk", "network": {}}]})


def test_a_copy_shares_no_part_and_keeps_what_is_on_it():
    individual: Any = OneVsAllIndividual([[1], [2]])
    individual.fitness = OneVsAllFitness((-1.0,), ClassValues.of((0.5,), [(0.2,), (0.8,)]))
    individual.note = [3]
    for twin in (individual.clone(), deepcopy(individual), pickle.loads(pickle.dumps(individual))):
        assert twin == individual
        assert (twin.fitness.values, twin.fitness.parts) == ((0.5,), ((0.2,), (0.8,)))
        twin[0].append(9)
        twin.note.append(4)
        del twin.fitness.values
        assert (individual, individual.note) == ([[1], [2]], [3])
        assert individual.fitness.parts is not None


def test_a_fitness_forgets_its_parts_with_its_values():
    fitness = OneVsAllFitness((-1.0,))
    assert fitness.parts is None
    fitness.values = pickle.loads(pickle.dumps(ClassValues.of((0.5,), [(0.2,), (0.8,)])))
    assert fitness.parts == ((0.2,), (0.8,))
    fitness.values = (0.4,)
    assert fitness.parts is None
