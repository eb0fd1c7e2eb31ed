"""Networks read from sentences, against the plain reading of the same text."""

import random

import numpy as np
import pytest

from evograft.representations.grammar import Grammar, GrammarError
from evograft.representations.grammatical import (
    CompiledGrammar,
    DSGEMapping,
    GEMapping,
    NetworkReader,
    SentenceNetworks,
    network_bnf,
)
from evograft.representations.neuron_grammar import FUNCTIONS, read_neuron

LAYERED = CompiledGrammar.of(
    Grammar.parse(network_bnf(multi_layer=True)).bind(x=4, output=3),
    member_rule="neuron",
    scope_rule="layer",
)


def compiled(bnf, features=4, outputs=3):
    grammar = Grammar.parse(bnf)
    families = {"x": features, "output": outputs}
    return CompiledGrammar.of(grammar.bind(**{f: families[f] for f in grammar.families()}))


def plain(sentence, n_features):
    """(function, bias, {source: weight}, {target: weight}) of each neuron of a sentence."""
    neurons = []
    for text in sentence.split(";"):
        neuron = read_neuron(text)
        sources = {
            int(name[1:]) - 1 + (n_features if name[0] == "h" else 0): weight
            for name, weight in neuron.inputs
        }
        neurons.append(
            (FUNCTIONS.index(neuron.function), neuron.bias, sources, dict(neuron.outputs))
        )
    return neurons


def read(neurons, start, stop):
    def row(limits, keys, values, j):
        part = slice(limits[j], limits[j + 1])
        return dict(zip(keys[part].tolist(), values[part].tolist(), strict=True))

    return [
        (
            int(neurons.function[j]),
            float(neurons.bias[j]),
            row(neurons.inputs, neurons.sources, neurons.weights, j),
            row(neurons.outputs, neurons.targets, neurons.out_weights, j),
        )
        for j in range(start, stop)
    ]


@pytest.mark.parametrize("number", ["wide", "unit", "decimal"])
@pytest.mark.parametrize("monolithic", [True, False])
def test_networks_of_codons_are_those_of_their_text(number, monolithic):
    random.seed(3)
    grammar = compiled(network_bnf(number=number, monolithic=monolithic))
    sentences = GEMapping(grammar).map([random.choices(range(256), k=150) for _ in range(60)])
    neurons, limits = NetworkReader(grammar, 4, 3).read(sentences)
    assert 5 < sentences.valid.sum() < 60
    for i in range(60):
        text = sentences.text(i)
        expected = [] if text is None else plain(text, 4)
        assert read(neurons, limits[i], limits[i + 1]) == expected


def test_hidden_neurons_are_inputs_of_later_layers():
    mapping = DSGEMapping(LAYERED, initial_depth=9)
    sentences = mapping.map(mapping.grow(200, seed=4), seed=0)
    neurons, limits = NetworkReader(LAYERED, 4, 3).read(sentences)
    texts = [sentences.text(i) for i in range(200)]
    assert sum("*h" in str(text) for text in texts) > 10
    for i, text in enumerate(texts):
        assert read(neurons, limits[i], limits[i + 1]) == plain(text, 4)


def test_a_network_is_made_of_the_neurons_of_its_genotype():
    mapping = GEMapping(compiled(network_bnf()))
    networks = SentenceNetworks(
        lambda individuals: (mapping.map(individuals), np.arange(len(individuals) + 1)),
        NetworkReader(mapping.grammar, 4, 3),
    )
    random.seed(8)
    valid = next(
        codons
        for codons in (random.choices(range(256), k=200) for _ in range(1000))
        if (mapping.map([codons]).text(0) or "").count(";") == 2
    )
    network = networks.develop(valid)
    assert network.complexity().neurons == 3
    assert network.forward(np.zeros((5, 4), np.float32)).shape == (5, 3)
    assert networks.develop([]).complexity().neurons == 0


def test_no_sentences_give_no_neurons():
    grammar = compiled(network_bnf())
    neurons, limits = NetworkReader(grammar, 4, 3).read(GEMapping(grammar).map([]))
    assert (neurons.valid.size, limits.tolist()) == (0, [0])


@pytest.mark.parametrize(
    ("bnf", "message"),
    [
        ("<s> ::= <s> + x1 | x1", "can put x1 … where a neuron needs output1 …"),
        ('<s> ::= "output1:1*sig(x1)" <s> | "output1:1*sig(x1)"', "needs ';'"),
        ('<s> ::= "output1:1*sig(x1);"', "can stop where a neuron needs output1 …"),
        ('<s> ::= "output1:1*sig(x9)"', "'output1:1\\*sig\\(x9\\)' does not exist with 4 features"),
        ("<s> ::= output7", "does not exist with 4 features and 3 outputs"),
        ('<s> ::= "output1:1*tan(x1)"', "cannot be part of a neuron"),
        ('<s> ::= "output1:+w*sig(x1)"', "cannot have 'w', a weight of a gene"),
    ],
)
def test_a_grammar_of_anything_else_is_refused(bnf, message):
    with pytest.raises(GrammarError, match=message):
        NetworkReader(compiled(bnf), 4, 3)


def test_sizes_must_be_positive():
    with pytest.raises(ValueError, match="n_features must be an integer of at least 1, got 0"):
        NetworkReader(compiled(network_bnf()), 0, 3)
