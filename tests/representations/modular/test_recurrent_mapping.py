"""Recurrent networks of genotypes, beside a plain twin and beside MGE's own."""

import gc
import math
import pickle
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.grammar import Grammar, GrammarError
from evograft.representations.modular import ModularMapping, RecurrentMapping
from evograft.representations.modular.recurrent import KEPT
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper

N_FEATURES, N_OUTPUTS = 4, 2


def mapping_of(n_features=N_FEATURES, n_outputs=N_OUTPUTS, *, inputs="flat", **settings):
    return RecurrentMapping(
        Grammar.parse(neuron_bnf(inputs=inputs)), n_features, n_outputs, **settings
    )


def random_genotype(seed, genes, codons, bits=8):
    rng = np.random.default_rng(seed)
    return [rng.bytes(codons * bits // 8) for _ in range(genes)]


def test_mappers_of_a_bounded_number_of_lengths_are_kept():
    mapping = mapping_of()
    first = weakref.ref(mapping.mapper(1))
    used = mapping.mapper(2)
    lengths = range(3, KEPT + 2)
    for n_genes in lengths:
        mapping.mapper(n_genes)
        assert mapping.mapper(2) is used
    gc.collect()
    assert first() is None
    again = mapping.mapper(1)
    assert again.n_features == N_FEATURES + 1


class PlainTwin:
    """One neuron per gene, mapped one by one by the readable grammar, run in plain Python."""

    def __init__(self, mapping, genotype):
        grammar = Grammar(mapping.grammar.rules)
        plain = NeuronMapper(grammar, mapping.n_features, mapping.n_outputs)
        dtype = "<u2" if mapping.codon_bits == 16 else "u1"
        self.neurons = [
            plain.read(np.frombuffer(gene, dtype).tolist(), n_hidden=len(genotype))
            for gene in genotype
        ]
        self.mapping = mapping
        self.activity = [0.0] * len(genotype)

    def read(self, neuron):
        """Inputs of a neuron that are there: kind, index from 0, weight."""
        for variable, weight in neuron.inputs:
            kind, index = variable[0], int(variable[1:]) - 1
            if kind == "x" or self.neurons[index] is not None:
                clipped = min(max(weight, -1.0), 1.0) if self.mapping.clip_inputs else weight
                yield kind, index, clipped

    def step(self, observation):
        for _ in range(self.mapping.rounds):
            outputs = [0.0] * self.mapping.n_outputs
            activity = []
            for neuron, own in zip(self.neurons, self.activity, strict=True):
                if neuron is None:
                    activity.append(0.0)
                    continue
                total = neuron.bias
                for kind, index, weight in self.read(neuron):
                    total += weight * (observation if kind == "x" else self.activity)[index]
                activity.append(1 / (1 + math.exp(-total)))
                for output, weight in neuron.outputs:
                    outputs[output] += weight * own
            self.activity = activity
        return outputs

    def connections(self):
        valid = [neuron for neuron in self.neurons if neuron is not None]
        return sum(len([*self.read(neuron)]) + len(neuron.outputs) for neuron in valid)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 12),
    st.integers(15, 60),
    st.sampled_from([8, 16]),
    st.sampled_from(["flat", "two_level"]),
    st.booleans(),
    st.integers(1, 3),
)
@settings(max_examples=50, deadline=None)
def test_a_network_is_what_its_genes_say_one_by_one(
    seed, genes, codons, bits, inputs, clip_inputs, rounds
):
    mapping = mapping_of(inputs=inputs, codon_bits=bits, clip_inputs=clip_inputs, rounds=rounds)
    genotype = random_genotype(seed, genes, codons, bits)
    network, twin = mapping.develop(genotype), PlainTwin(mapping, genotype)
    complexity = network.complexity()
    assert complexity.neurons == sum(neuron is not None for neuron in twin.neurons)
    assert complexity.connections == twin.connections()
    rng = np.random.default_rng(seed)
    for _ in range(4):
        observation = rng.normal(size=N_FEATURES)
        expected = twin.step(observation.tolist())
        assert network.step(observation) == pytest.approx(expected, rel=2e-5, abs=2e-5)


def test_there_are_cycles_and_genes_without_a_neuron_in_what_is_compared():
    mapping = mapping_of()
    genotypes = [random_genotype(seed, 12, 25) for seed in range(20)]
    twins = [PlainTwin(mapping, genotype) for genotype in genotypes]
    invalid = [neuron is None for twin in twins for neuron in twin.neurons]
    assert 20 < sum(invalid) < 220
    dropped = [
        twin
        for twin in twins
        if sum(len(n.inputs) + len(n.outputs) for n in twin.neurons if n) > twin.connections()
    ]
    assert dropped
    forwards, backwards, own = 0, 0, 0
    for genotype in genotypes:
        for source, target in mapping.develop(genotype).to_networkx().edges:
            if source[0] == target[0] == "h":
                forwards += int(source[1:]) < int(target[1:])
                backwards += int(source[1:]) > int(target[1:])
                own += source == target
    assert min(forwards, backwards, own) > 2


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 5), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_genes_that_read_features_only_make_the_network_of_mge(seed, genes, rounds, n_outputs):
    # With 250 features and up to 6 neurons, a codon below 250 chooses the same feature in both.
    rng = np.random.default_rng(seed)
    genotype = [bytes(rng.integers(0, 250, 60).tolist()) for _ in range(genes)]
    recurrent = mapping_of(250, n_outputs, rounds=rounds)
    single_layer = ModularMapping(recurrent.mapper(0))
    X = rng.normal(size=(20, 250)).astype(np.float32)
    ours, mge = recurrent.develop(genotype), single_layer.develop(genotype)
    assert (ours.forward(X) == mge.forward(X)).all()
    a, b = ours.complexity(), mge.complexity()
    assert (a.neurons, a.connections, a.features) == (b.neurons, b.connections, b.features)


def test_the_order_of_genes_tells_neurons_apart_but_not_what_features_they_read():
    mapping = mapping_of()
    assert mapping.largest_rule(7) == 4 + 7
    assert mapping.largest_rule(2) == 10  # digits
    # Input option 4 is the first neuron, whichever gene reads it.
    gene = bytes([1, 1, 2, 0, 5, 0, 1, 1, 0, 5, 4, 1, 0, 0, 4])
    assert mapping.explain([gene, gene]).count("+1.5*h1+0.4") == 2
    assert "+1.5*h2" in mapping.explain([gene, gene.replace(b"\x04\x01", b"\x05\x01")])
    edges = mapping.develop([gene, gene]).to_networkx().edges
    assert [*edges(["h1"])] == [("h1", "h1"), ("h1", "h2"), ("h1", "output2")]


def test_a_genotype_without_a_valid_gene_answers_zero():
    network = mapping_of().develop([b"\x01", b"\x00"])
    assert network.complexity().connections == 0
    assert network.step([1.0] * 4).tolist() == [0.0, 0.0]


def test_a_copy_for_another_process_carries_no_mappers():
    mapping = mapping_of(codon_bits=16, rounds=3)
    small = len(pickle.dumps(mapping))
    genotype = random_genotype(3, 30, 50, 16)
    network = mapping.develop(genotype)
    assert len(pickle.dumps(mapping)) == small
    assert pickle.loads(pickle.dumps(mapping)).develop(genotype) == network


def test_weights_beyond_float32_are_held_at_its_largest_number():
    bnf = neuron_bnf().replace("<digit4> ::= 0", f"<digit4> ::= {10**40}")
    gene = bytes([1, 0, 0, 5, 0, 1, 0, 0, 5, 0, 1, 0, 0, 5])
    network = RecurrentMapping(Grammar.parse(bnf), 1, 1).develop([gene])
    assert (network.weights == np.finfo(np.float32).max).all()
    assert network.weights.size == 3


@pytest.mark.parametrize("function", ["tanh", "relu", "identity"])
def test_other_neurons_than_sigmoid_ones_are_refused(function):
    bnf = neuron_bnf().replace("*sig(", f"*{function}(")
    with pytest.raises(GrammarError, match=r"neurons of a recurrent network must be sig\(…\)"):
        RecurrentMapping(Grammar.parse(bnf), 2, 1)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="rounds must be an integer of at least 1, got 0"):
        mapping_of(rounds=0)
    with pytest.raises(ValueError, match="codon_bits must be one of 8, 16, got 9"):
        mapping_of(codon_bits=9)
    with pytest.raises(GrammarError, match="'h1' does not exist"):
        RecurrentMapping(Grammar.parse(neuron_bnf().replace("h*", "h1")), 2, 1)
    with pytest.raises(TypeError, match="individual must be a sequence of bytes genes, got 1"):
        mapping_of().develop([b"\x01", 1])
