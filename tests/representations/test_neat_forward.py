import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neat_genomes import grown, output_sums

from evograft.representations import _network_kernels as kernels
from evograft.representations import population_blocks
from evograft.representations.neat_forward import NeatForward, NeatMapping
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.network import OUTPUTS, Network


def run(mapping, genomes, X, threads=1):
    n_classes = max(2, mapping.n_outputs)
    P = np.full((len(genomes), n_classes, len(X)), np.nan, np.float32)

    def consume(start, stop, block):
        P[:, :, start:stop] = block

    sizes = NeatForward(mapping, X, threads=threads).run(genomes, consume)
    return P, sizes


def samples(rng, n, n_inputs):
    return rng.normal(size=(n, n_inputs)).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 3]), st.integers(0, 25))
def test_a_network_computes_what_its_genes_say_node_by_node(seed, n_outputs, mutations):
    rng = np.random.default_rng(seed)
    genome = grown(rng, n_outputs=n_outputs, mutations=mutations)
    X = samples(rng, 5, 3)
    network = NeatMapping(3, n_outputs).develop(genome)
    expected = [[1 / (1 + math.exp(-4.9 * total)) for total in output_sums(genome, x)] for x in X]
    np.testing.assert_allclose(network.raw_outputs(X), expected, atol=2e-5)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_a_population_gives_what_each_network_gives(output, n_outputs):
    rng = np.random.default_rng(3)
    mapping = NeatMapping(4, n_outputs, output=output)
    genomes = [
        grown(rng, n_inputs=4, n_outputs=n_outputs, mutations=m, disabled=0.1) for m in range(12)
    ]
    X = samples(rng, kernels.BLOCK + 100, 4)
    P, sizes = run(mapping, genomes, X)
    for i, genome in enumerate(genomes):
        network = mapping.develop(genome)
        own = network.forward(X)
        rows = P[i, 1:] if n_outputs == 1 else P[i]
        np.testing.assert_array_equal(rows.T, own)
        complexity = network.complexity()
        assert sizes.neurons[i] == complexity.neurons
        assert sizes.connections[i] == complexity.connections


def test_results_do_not_depend_on_threads_or_neighbours(monkeypatch):
    monkeypatch.setattr(population_blocks, "THREADED_WORK", 0)
    rng = np.random.default_rng(4)
    mapping = NeatMapping(40, 2)
    genomes = [grown(rng, n_inputs=40, mutations=20) for _ in range(60)]
    X = samples(rng, 10 * kernels.BLOCK, 40)
    alone, _ = run(mapping, genomes, X)
    np.testing.assert_array_equal(run(mapping, genomes, X, threads=3)[0], alone)
    np.testing.assert_array_equal(run(mapping, genomes[7:8], X)[0], alone[7:8])


def test_direct_connections_and_biases_are_exact():
    genome = NeatGenome.fully_connected(1, 2, [1.0, 2.0, 3.0, 4.0])
    network = NeatMapping(1, 2, slope=2.0).develop(genome)
    assert network == Network(
        n_inputs=1, n_outputs=2, function=[], bias=[], indptr=[0], sources=[], weights=[],
        out_sources=[0, 0], out_targets=[0, 1], out_weights=[2.0, 4.0], out_bias=[6.0, 8.0],
    )  # fmt: skip


def test_what_does_not_reach_an_output_has_no_part_in_the_network():
    # 5 reads an input and feeds nothing that is enabled; 6 has no inputs and gives 1/2.
    genome = NeatGenome(
        3, 1, range(4), [0, 5, 0, 6], [5, 4, 6, 4], [1.0, 2.0, 3.0, 4.0], [True, False, False, True]
    )
    network = NeatMapping(3, 1, slope=1.0).develop(genome)
    complexity = network.complexity()
    assert (complexity.neurons, complexity.connections, complexity.features) == (1, 1, 0)
    assert network.raw_outputs(np.ones((1, 3)))[0, 0] == pytest.approx(1 / (1 + math.exp(-2)))


def test_with_all_connections_disabled_the_answer_is_a_constant():
    genome = NeatGenome.fully_connected(2, 3, np.ones(9))
    genome.enabled[:] = False
    network = NeatMapping(2, 3).develop(genome)
    np.testing.assert_array_equal(network.forward(np.eye(2)), np.full((2, 3), np.float32(1 / 3)))
    assert network.complexity().connections == 0
    P, sizes = run(NeatMapping(2, 3), [genome], np.eye(2, dtype=np.float32))
    np.testing.assert_array_equal(P, np.full((1, 3, 2), np.float32(1 / 3)))
    assert sizes.connections[0] == 0


@pytest.mark.parametrize(
    "genes",
    [
        ([4, 5, 4], [5, 4, 3]),  # two neurons that read each other
        ([4, 4, 0], [4, 3, 3]),  # one that reads itself
        ([3, 4, 0], [4, 3, 3]),  # one that reads the output it feeds
    ],
)
def test_a_cycle_is_refused_unless_it_is_disabled(genes):
    sources, targets = genes
    genome = NeatGenome(2, 1, range(3), sources, targets, [1.0] * 3, [True] * 3)
    fine = NeatGenome.fully_connected(2, 1, [0.0] * 3)
    with pytest.raises(ValueError, match=r"genomes must be feed-forward, got <NeatGenome of 3"):
        NeatMapping(2, 1).decode([fine, genome])
    genome.enabled[0] = False
    NeatMapping(2, 1).develop(genome)


def test_bad_input_is_refused():
    mapping = NeatMapping(2, 1)
    with pytest.raises(ValueError, match=r"genomes must have \(2, 1\) inputs .*, got \(3, 1\)"):
        mapping.develop(NeatGenome.fully_connected(3, 1, [0.0] * 4))
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 2\), got \(5, 3\)"):
        NeatForward(mapping, np.zeros((5, 3), np.float32))
    with pytest.raises(ValueError, match="slope must be a number above 0, got 0"):
        NeatMapping(2, 1, slope=0)
    with pytest.raises(ValueError, match="n_inputs must be an integer of at least 1, got 0"):
        NeatMapping(0, 1)
    with pytest.raises(ValueError, match="output must be one of"):
        NeatMapping(2, 1, output="argmax")
