import numpy as np
import pytest
from scipy.stats import chisquare

from evograft.representations.grammar import Grammar
from evograft.representations.modular import ModularMapping
from evograft.representations.neuron_grammar import neuron_bnf, read_neuron
from evograft.representations.neuron_mapper import NeuronMapper
from evograft.studies.representation.bit_flips import flip_bits
from evograft.studies.representation.codon_encodings import GEEncoding, MGEEncoding
from evograft.studies.representation.encodings import ENCODINGS
from evograft.studies.representation.index_encodings import DSGEEncoding, SGEEncoding
from evograft.studies.representation.network_grammars import (
    network_grammar,
    neuron_grammar,
    read_network,
)

METHODS = sorted(ENCODINGS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("neurons", [1, 2, 5, 9])
def test_networks_have_the_size_asked_for_and_numbers_of_two_decimals(method, neurons):
    encoding = ENCODINGS[method]()
    rng = np.random.default_rng(3)
    genotypes = encoding.draw_networks(40, neurons, rng)
    expressed = encoding.express(genotypes, rng)
    assert [len(network) for network in expressed.networks] == [neurons] * 40
    assert len(set(expressed.networks)) == 40
    for network in filter(None, expressed.networks):
        for neuron in network:
            assert abs(round(100 * neuron.bias) - 100 * neuron.bias) < 1e-9
            assert {output for output, _ in neuron.outputs} == {0}
            assert all(1 <= int(name[1:]) <= 30 for name, _ in neuron.inputs)


@pytest.mark.parametrize("method", METHODS)
def test_only_what_is_used_matters_and_every_gene_is_within_its_count(method):
    encoding = ENCODINGS[method]()
    rng = np.random.default_rng(4)
    genotypes = encoding.draw_networks(60, 3, rng)
    expressed = encoding.express(genotypes, rng)
    scrambled = []
    for genotype, used in zip(genotypes, expressed.used, strict=True):
        counts = encoding.counts(genotype)
        assert len(counts) == len(genotype) == len(used)
        assert all(max(gene, default=0) < n for gene, n in zip(genotype, counts, strict=True))
        scrambled.append(
            [
                gene[:u] + rng.integers(0, n, len(gene) - u).tolist()
                for gene, u, n in zip(genotype, used, counts, strict=True)
            ]
        )
    assert encoding.express(scrambled, rng).networks == expressed.networks


@pytest.mark.parametrize("method", METHODS)
def test_mapping_mutants_leaves_their_parents_alone(method):
    encoding = ENCODINGS[method]()
    rng = np.random.default_rng(5)
    parents = encoding.draw_networks(50, 4, rng)
    expressed = encoding.express(parents, rng)
    kept = [[list(gene) for gene in parent] for parent in parents]
    mutants = [
        flip_bits(parent, encoding.counts(parent), used, rng)
        for parent, used in zip(parents, expressed.used, strict=True)
    ]
    after = encoding.express(mutants, rng)
    assert after.networks != expressed.networks
    assert parents == kept
    assert encoding.express(parents, rng).networks == expressed.networks


def test_mge_is_mapped_as_its_method_maps_it():
    encoding = MGEEncoding("wide", n_features=7, gene_length=30)
    rng = np.random.default_rng(6)
    genotypes = encoding.draw(40, rng)
    expressed = encoding.express(genotypes, rng)
    mapper = NeuronMapper(Grammar.parse(neuron_bnf()), 7, 1)
    mapping = ModularMapping(mapper)
    failed = 0
    for genotype, network, used in zip(genotypes, expressed.networks, expressed.used, strict=True):
        neurons = [mapper.read(gene) for gene in genotype]
        failed += neurons.count(None)
        assert (network or ()) == tuple(neuron for neuron in neurons if neuron is not None)
        assert used == [mapper.derive(gene).used for gene in genotype]
        developed = mapping.develop([bytes(gene) for gene in genotype])
        assert developed.complexity().neurons == len(network or ())
    assert failed == expressed.failed_genes > 0


def test_ge_is_mapped_as_the_grammar_derives():
    encoding = GEEncoding(codons=60)
    rng = np.random.default_rng(7)
    genotypes = encoding.draw(60, rng)
    expressed = encoding.express(genotypes, rng)
    grammar = network_grammar()
    for genotype, network, (used,) in zip(
        genotypes, expressed.networks, expressed.used, strict=True
    ):
        derivation = grammar.derive(genotype[0])
        expected = None if derivation.sentence is None else read_network(derivation.sentence)
        assert network == expected
        assert used == derivation.used
    assert 0 < expressed.networks.count(None) == expressed.failed_genes < 60


def test_sizes_of_random_ge_networks_are_geometric():
    encoding = GEEncoding(codons=1000)
    rng = np.random.default_rng(8)
    networks = encoding.express(encoding.draw(2000, rng), rng).networks
    sizes = np.bincount([min(len(network), 5) for network in networks])[1:]
    assert chisquare(sizes, 2000 * np.array([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16])).pvalue > 0.01


@pytest.mark.parametrize("method", METHODS)
def test_inputs_of_networks_of_a_size_are_geometric_in_number(method):
    """Choosing the size does not choose the neurons."""
    encoding = ENCODINGS[method]()
    rng = np.random.default_rng(9)
    networks = encoding.express(encoding.draw_networks(800, 2, rng), rng).networks
    # Equal inputs are merged: of two, which are equal once in thirty times.
    neurons = [neuron for network in networks for neuron in network or ()]
    single = sum(len(neuron.inputs) == 1 for neuron in neurons)
    share = 1 / 2 + 1 / 4 / 30 + 1 / 8 / 900
    assert chisquare([single, 1600 - single], [1600 * share, 1600 * (1 - share)]).pvalue > 0.01


def test_sge_has_no_more_neurons_than_levels():
    with pytest.raises(ValueError, match="neurons must be an integer from 1 to 3, got 4"):
        SGEEncoding(levels=2).draw_networks(2, 4, np.random.default_rng(1))


def test_random_dsge_genotypes_have_what_they_use():
    encoding = DSGEEncoding()
    rng = np.random.default_rng(10)
    genotypes = encoding.draw(50, rng)
    assert encoding.express(genotypes, rng).used == [list(map(len, g)) for g in genotypes]


def test_the_grammar_of_fixed_numbers():
    sentence = neuron_grammar().derive([1, 2, 3, 4, 0, 0, 1, 3, 5, 2, 1, 0, 2, 5]).sentence
    assert sentence == "output1:+2.34*sig(-1.35*x3+0.25)"
    assert read_neuron(sentence).bias == 0.25
