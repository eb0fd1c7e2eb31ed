import pickle
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neat_genomes import enabled_genes, grown, sigmoid

from evograft.representations.neat_controller import NeatStepper, SteppedForward
from evograft.representations.neat_forward import NeatMapping
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.neat_network import NeatNetwork


def stepper(recurrent=True, rounds=1, n_outputs=2, slope=4.9):
    return NeatStepper(NeatMapping(3, n_outputs, slope=slope), recurrent, rounds)


def recurrent_sums(genome, observations, rounds):
    """Sums at the outputs in an episode: all nodes answer at once, what they saw a round before."""
    genes = enabled_genes(genome)
    first = genome.n_inputs + 1
    outputs = range(first, first + genome.n_outputs)
    nodes = {*outputs, *genome.hidden.tolist()}
    activity = dict.fromkeys(nodes, 0.0) | {genome.n_inputs: 1.0}
    told = []
    for x in observations:
        activity |= dict(enumerate(map(float, x)))
        for _ in range(rounds):
            sums = {
                node: sum(w * activity[source] for source, target, w in genes if target == node)
                for node in nodes
            }
            activity |= {node: sigmoid(total) for node, total in sums.items()}
        told.append([sums[node] for node in outputs])
    return np.array(told)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 25), st.integers(1, 3))
def test_a_recurrent_network_answers_as_its_genes_say(seed, mutations, rounds):
    rng = np.random.default_rng(seed)
    genome = grown(rng, mutations=mutations, recurrent=True)
    network = stepper(rounds=rounds).develop(genome)
    X = rng.normal(size=(6, 3)).astype(np.float32)
    expected = 4.9 * recurrent_sums(genome, X, rounds)
    np.testing.assert_allclose([network.step(x) for x in X], expected, atol=1e-3)
    network.reset()
    np.testing.assert_allclose([network.step(x) for x in X], expected, atol=1e-3)
    first = 4.9 * np.vstack([recurrent_sums(genome, X[i : i + 1], rounds) for i in range(6)])
    np.testing.assert_allclose(network.raw_outputs(X), [[sigmoid(v, 1) for v in r] for r in first],
                               atol=1e-4)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 25), st.sampled_from([1, 3]))
def test_a_feed_forward_controller_is_the_network_of_its_genome(seed, mutations, n_outputs):
    rng = np.random.default_rng(seed)
    genome = grown(rng, n_outputs=n_outputs, mutations=mutations)
    made = stepper(recurrent=False, n_outputs=n_outputs)
    controller, network = made.develop(genome), made.mapping.develop(genome)
    X = rng.normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_allclose(controller.forward(X), network.forward(X), atol=1e-5)
    np.testing.assert_allclose(controller.raw_outputs(X), network.raw_outputs(X), atol=1e-5)
    for x, row in zip(X, controller.raw_outputs(X), strict=True):  # nothing is left of a step
        np.testing.assert_allclose([sigmoid(v, 1) for v in controller.step(x)], row, atol=1e-6)
    one, other = controller.complexity(), network.complexity()
    for name in ("neurons", "connections", "features", "hidden_layers", "operations"):
        assert getattr(one, name) == getattr(other, name), name


def test_a_neuron_that_reads_itself_remembers():
    network = NeatNetwork(1, 1, [0, 2], [0, 2], [8.0, 8.0], recurrent=True)
    network.step([1.0])
    assert network.step([0.0])[0] == pytest.approx(8.0, abs=0.01)
    network.reset()
    assert network.step([0.0])[0] == 0.0


def test_copies_start_reset_and_equal():
    network = NeatNetwork(1, 1, [0, 2], [0, 2], [8.0, 8.0], recurrent=True)
    network.step([1.0])
    for twin in (
        deepcopy(network),
        pickle.loads(pickle.dumps(network)),
        NeatNetwork.from_dict(network.to_dict()),
    ):
        assert twin == network
        assert hash(twin) == hash(network)
        assert twin.step([0.0])[0] == 0.0
    assert network != NeatNetwork(1, 1, [0, 2], [0, 2], [8.0, 7.0], recurrent=True)
    with pytest.raises(ValueError, match="a network needs rounds, got"):
        NeatNetwork.from_dict({k: v for k, v in network.to_dict().items() if k != "rounds"})


def test_the_graph_has_every_connection():
    genome = grown(np.random.default_rng(9), mutations=15, recurrent=True, disabled=0.0)
    network = stepper().develop(genome)
    graph = network.to_networkx()
    assert graph.number_of_edges() == network.sources.size
    kinds = [kind for _, kind in graph.nodes(data="kind")]
    assert kinds.count("hidden") == network.complexity().neurons
    assert kinds.count("output") == 2
    assert sum(weight for *_, weight in graph.edges(data="weight")) == pytest.approx(
        float(network.weights.sum()), rel=1e-5
    )


def test_of_a_recurrent_genome_only_what_reaches_an_output_is_there():
    # 5 reads the input and the output, and feeds nothing; the output reads itself.
    genome = NeatGenome(3, 1, range(4), [0, 4, 4, 0], [4, 4, 5, 5], [1.0] * 4, [True] * 4)
    network = stepper(n_outputs=1).develop(genome)
    assert network.n_neurons == 1
    complexity = network.complexity()
    assert (complexity.neurons, complexity.connections, complexity.hidden_layers) == (0, 2, 0)
    assert complexity.sparsity == pytest.approx(1 - 2 / 4)


def test_stepped_populations_give_what_each_network_gives():
    rng = np.random.default_rng(10)
    for n_outputs in (1, 2):
        made = stepper(rounds=3, n_outputs=n_outputs)
        genomes = [grown(rng, n_outputs=n_outputs, recurrent=True) for _ in range(3)]
        X = rng.normal(size=(700, 3)).astype(np.float32)
        P = np.empty((3, 2, 700), np.float32)

        def consume(start, stop, block, P=P):
            P[:, :, start:stop] = block

        sizes = SteppedForward(made, X).run(genomes, consume)
        for i, genome in enumerate(genomes):
            network = made.develop(genome)
            np.testing.assert_array_equal(P[i, -n_outputs:].T, network.forward(X))
            np.testing.assert_allclose(P[i].sum(axis=0), 1, atol=1e-6)
            assert sizes.connections[i] == network.complexity().connections


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_inputs": 0}, "n_inputs must be an integer of at least 1, got 0"),
        ({"rounds": 0}, "rounds must be an integer of at least 1, got 0"),
        ({"rounds": 2}, "rounds must be 1 unless recurrent, got 2"),
        ({"recurrent": "yes"}, "recurrent must be one of True, False, got 'yes'"),
        ({"indptr": [0, 1]}, "indptr must rise from 0 to 2"),
        ({"indptr": [0]}, "indptr must have a row for every output"),
        ({"indptr": [[0, 2]]}, r"indptr must be a row, got shape \(1, 2\)"),
        ({"sources": [0, 2]}, r"sources must name what may be read, got \[0, 2\]"),
        ({"sources": [0, -1]}, "sources must name what may be read"),
        ({"weights": [1.0]}, "weights must be 2 finite numbers"),
        ({"weights": [1.0, np.inf]}, "weights must be 2 finite numbers"),
        ({"weights": "abc"}, "weights must be a row of float32, got 'abc'"),
        ({"output": "argmax"}, "output must be one of"),
    ],
)
def test_what_is_no_network_is_refused(changed, message):
    fine = {"n_inputs": 1, "n_outputs": 1, "indptr": [0, 2], "sources": [0, 1], "weights": [1, 2]}
    NeatNetwork(**fine)
    with pytest.raises(ValueError, match=message):
        NeatNetwork(**{**fine, **changed})


def test_wrong_samples_are_refused():
    network = NeatNetwork(2, 1, [0, 1], [0], [1.0])
    with pytest.raises(ValueError, match=r"observation must have shape \(2,\), got \(3,\)"):
        network.step([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 2\), got \(2,\)"):
        network.forward([1.0, 2.0])
    wrong = NeatGenome.fully_connected(1, 2, [0.0] * 4)
    for recurrent in (True, False):
        with pytest.raises(ValueError, match=r"genomes must have \(3, 2\) .* got \(1, 2\)"):
            stepper(recurrent=recurrent).develop(wrong)
