import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.grammar import Grammar, GrammarError
from evograft.representations.neuron_grammar import (
    MAXIMAL_DECIMALS,
    TOY_BNF,
    Neuron,
    decimal,
    neuron_bnf,
    read_neuron,
)
from evograft.representations.neuron_mapper import NeuronMapper

# output 1 (9 mod 3 = 0), weight 2; another term (1 mod 2) 5*x1; the last one 1*x2; bias 3.
TOY_GENE = bytes([9, 2, 1, 5, 0, 0, 1, 1, 3])
TOY_NEURON = Neuron(((0, 2.0),), "sig", (("x1", 5.0), ("x2", 1.0)), 3.0)


def test_the_worked_example_of_the_paper_is_derived():
    derivation = Grammar.parse(TOY_BNF).derive(list(TOY_GENE))
    assert derivation.sentence == "output1:2*sig(5*x1+1*x2+3*1)"
    assert derivation.used == len(TOY_GENE)
    assert read_neuron(derivation.sentence) == TOY_NEURON


def test_the_worked_example_comes_out_of_the_fast_mapper_too():
    mapper = NeuronMapper(Grammar.parse(TOY_BNF), n_features=3, n_outputs=3)
    assert mapper.read(TOY_GENE) == TOY_NEURON
    mapped = mapper.map([TOY_GENE + b"\xff\xff"])
    assert mapped.valid.tolist() == [True]
    assert mapped.used.tolist() == [len(TOY_GENE)]
    assert mapped.targets.tolist() == [0]
    assert mapped.out_weights.tolist() == [2.0]
    assert mapped.sources.tolist() == [0, 1]
    assert mapped.weights.tolist() == [5.0, 1.0]
    assert mapped.bias.tolist() == [3.0]
    assert mapped.function.tolist() == [1]


@pytest.mark.parametrize(
    ("sentence", "neuron"),
    [
        ("output2*tanh(x3)", Neuron(((1, 1.0),), "tanh", (("x3", 1.0),), 0.0)),
        ("output1:2*-3*relu(h2*4)", Neuron(((0, -6.0),), "relu", (("h2", 4.0),), 0.0)),
        (
            "output1:+2.5,output2:.5,output1:1*identity(-x1--2*x1*.5+4*0.25-1.)",
            Neuron(((0, 3.5), (1, 0.5)), "identity", (("x1", 0.0),), 0.0),
        ),
        ("output10:1*sig(+-+3)", Neuron(((9, 1.0),), "sig", (), -3.0)),
    ],
)
def test_a_sentence_is_read_with_signs_products_and_equal_terms_merged(sentence, neuron):
    assert read_neuron(sentence) == neuron


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("sig(x1)", "not of the form"),
        ("output1*cos(x1)", "not of the form"),
        ("output1*sig(x1", "not of the form"),
        ("output1*sig(x1)x", "not of the form"),
        ("x1*sig(x1)", "is no output:number"),
        ("output0*sig(x1)", "is no output:number"),
        ("output1:x1*sig(x1)", "is no output:number"),
        ("output1:1,*sig(x1)", "is no output:number"),
        ("output1*sig()", "is no sum of products"),
        ("output1*sig(x1+)", "is no sum of products"),
        ("output1*sig(x1*x2)", "is no weight times a variable"),
        ("output1*sig(1.2.3)", "is no weight times a variable"),
        ("output1*sig(2x1)", "is no weight times a variable"),
        ("output1:*sig(.)", "is no weight times a variable"),
    ],
)
def test_what_is_no_neuron_is_refused(sentence, message):
    with pytest.raises(GrammarError, match=message):
        read_neuron(sentence)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.from_regex(r"[0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30}", fullmatch=True))
def test_a_decimal_is_worth_what_it_says_to_about_15_digits(text):
    # 15 digits are kept, so what is dropped is below 1e-14 of the value's leading digits.
    assert decimal(text) == pytest.approx(float(text), rel=2e-14, abs=0)


def test_very_long_decimals_stay_numbers():
    assert decimal("0." + "0" * (MAXIMAL_DECIMALS - 1) + "7") == pytest.approx(7e-250)
    assert decimal("0." + "0" * MAXIMAL_DECIMALS + "7") == 0.0
    assert decimal("1" + "0" * 40) == pytest.approx(1e40)
    assert math.isinf(decimal("9" * 400))


@pytest.mark.parametrize(
    ("number", "codons", "sentence"),
    [
        (
            "wide",
            [0, 1, 4, 1, 0, 0, 5, 0, 0, 0, 0, 3, 2, 1, 2, 0, 9],
            "output1:+4.05*sig(-0.3*x3+2.9)",
        ),
        ("unit", [0, 1, 1, 0, 0, 5, 0, 0, 0, 3, 2, 1, 0, 9], "output1:+0.05*sig(-0.3*x3+0.9)"),
    ],
)
def test_the_number_formats_spell_weights_as_specified(number, codons, sentence):
    grammar = Grammar.parse(neuron_bnf(number=number)).bind(x=3, output=2, h=0)
    derivation = grammar.derive(codons)
    assert (derivation.sentence, derivation.used) == (sentence, len(codons))


def test_flat_inputs_list_hidden_neurons_after_the_features():
    grammar = Grammar.parse(neuron_bnf(inputs="flat")).bind(x=2, h=2)
    assert grammar.rules["input"] == (("x1",), ("x2",), ("h1",), ("h2",))


def test_two_level_inputs_read_a_codon_to_choose_only_once_there_are_hidden_neurons():
    grammar = Grammar.parse(neuron_bnf(inputs="two_level"))
    assert len(grammar.bind(x=2, h=0).rules["input"]) == 1
    assert len(grammar.bind(x=2, h=1).rules["input"]) == 2


def test_only_the_monolithic_form_repeats_output_pairs():
    codons = [1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4]
    grammar = Grammar.parse(neuron_bnf(monolithic=True)).bind(x=2, output=2, h=0)
    sentence = grammar.derive(codons).sentence
    assert sentence == "output1:-0.0,output2:+1.2*sig(-0.3*x1-0.4)"
    modular = Grammar.parse(neuron_bnf()).bind(x=2, output=2, h=0)
    assert len(modular.rules["outputs"]) == 1
