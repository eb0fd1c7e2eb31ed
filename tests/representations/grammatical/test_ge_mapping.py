import random
import re
from collections import Counter
from itertools import product

import numpy as np
import pytest
from deap import tools
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import CompiledGrammar, GEMapping

G1 = CompiledGrammar.of(Grammar.parse("<start> ::= <exp>\n<exp> ::= 0 | 1 <exp>"))

CODONS = st.lists(st.integers(0, 300), max_size=30)


def texts(sentences):
    return [sentences.text(i) for i in range(len(sentences))]


def codon_chooser(codons, wraps, lazy, most, unfinished):
    """Chooses as grammatical evolution does, and counts the codons read."""
    stream = list(codons) * (wraps + 1)
    chooser_state = {"read": 0, "expansions": 0}

    def choose(name, options, depth):
        if chooser_state["read"] == len(stream) or chooser_state["expansions"] == most:
            raise unfinished
        if not options:
            raise unfinished
        chooser_state["expansions"] += 1
        if len(options) == 1 and lazy:
            return 0
        codon = stream[chooser_state["read"]]
        chooser_state["read"] += 1
        return codon % len(options)

    return choose, chooser_state


def test_the_published_codons_give_1110_and_leave_three_unused():
    codons = [11, 5, 73, 8, 15, 20, 30]
    sentences = GEMapping(G1).map([codons, [4, *codons[1:]]])
    assert texts(sentences) == ["1110", "0"]
    assert sentences.used.tolist() == [4, 1]
    assert (sentences.limits.tolist(), sentences.tokens.tolist()) == ([0, 4, 5], [1, 1, 1, 0, 0])


def test_over_all_parities_of_seven_codons_the_lengths_have_the_published_distribution():
    # 256 is even, so every parity of seven random codons in [0, 255] has probability 1/128.
    sentences = GEMapping(G1).map(np.array(list(product((0, 255), repeat=7)), np.uint8))
    lengths = Counter(np.diff(sentences.limits).tolist())
    probabilities = {length: count / 128 for length, count in lengths.items()}
    assert probabilities == {
        **{1: 0.5, 2: 0.25, 3: 0.125, 4: 0.0625, 5: 0.03125, 6: 0.015625, 7: 0.0078125},
        0: 0.0078125,
    }
    assert (~sentences.valid).sum() == 1


def test_over_all_pairs_of_codons_the_lengths_are_exactly_geometric():
    pairs = np.stack(np.meshgrid(np.arange(256), np.arange(256)), -1).reshape(-1, 2)
    sentences = GEMapping(G1).map(pairs)
    assert Counter(np.diff(sentences.limits).tolist()) == {1: 2**15, 2: 2**14, 0: 2**14}
    assert np.array_equal(sentences.valid, (pairs % 2 == 0).any(1))


def test_an_eager_mapping_reads_a_codon_for_the_single_option_too():
    codons = [11, 5, 73, 8, 15, 20, 30]
    sentences = GEMapping(G1, lazy=False).map([codons])
    assert (texts(sentences), sentences.used.tolist()) == (["110"], [4])


def test_wrapping_reads_the_codons_again_as_often_as_allowed():
    # Of [0, 2] one non-terminal is left at every end, however often it is read.
    endless = CompiledGrammar.of(Grammar.parse("<e> ::= <e> <e> | x | y"))
    for wraps in range(4):
        sentences = GEMapping(endless, wraps=wraps).map([[0, 2], [1, 0]])
        assert (texts(sentences), sentences.used.tolist()) == ([None, "x"], [2, 1])
    sums = CompiledGrammar.of(Grammar.parse("<s> ::= <d> <d> <d>\n<d> ::= 0 | 1 | 2"))
    assert texts(GEMapping(sums).map([[1, 2]])) == [None]
    assert texts(GEMapping(sums, wraps=1).map([[1, 2], [1]])) == ["121", None]
    assert texts(GEMapping(sums, wraps=2).map([[1, 2], [1]])) == ["121", "111"]


def test_without_codons_nothing_is_valid():
    grammar = CompiledGrammar.of(Grammar.parse("<s> ::= a"))
    for wraps in (0, 3):
        sentences = GEMapping(grammar, wraps=wraps).map([[], [7]])
        assert (texts(sentences), sentences.used.tolist()) == ([None, "a"], [0, 0])


def test_too_many_expansions_are_invalid():
    mapping = [GEMapping(G1, max_expansions=most) for most in (3, 4)]
    assert [texts(m.map([[1, 1, 0]])) for m in mapping] == [[None], ["110"]]
    assert [m.derive([1, 1, 0]).sentence for m in mapping] == [None, "110"]


def test_a_sentence_far_longer_than_its_codons_is_whole():
    doubling = "\n".join(f"<r{i}> ::= <r{i + 1}> <r{i + 1}>" for i in range(12)) + "\n<r12> ::= x"
    mapping = GEMapping(CompiledGrammar.of(Grammar.parse(doubling)))
    assert texts(mapping.map([[1], [], [2]])) == ["x" * 4096, None, "x" * 4096]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.from_type(Grammar),
    st.lists(CODONS, max_size=5),
    st.integers(0, 2),
    st.booleans(),
    st.sampled_from([7, 80]),
)
def test_the_kernel_maps_as_the_plain_derivation(
    plain_sentence, unfinished, grammar, individuals, wraps, lazy, most
):
    compiled = CompiledGrammar.of(grammar)
    mapping = GEMapping(compiled, wraps=wraps, lazy=lazy, max_expansions=most)
    sentences = mapping.map(individuals)
    assert len(sentences) == len(individuals)
    for i, codons in enumerate(individuals):
        choose, state = codon_chooser(codons, wraps, lazy, most, unfinished)
        expected = plain_sentence(grammar, choose)
        assert sentences.text(i) == expected
        assert sentences.valid[i] == (expected is not None)
        assert sentences.used[i] == min(state["read"], len(codons))
        derivation = mapping.derive(codons)
        assert (derivation.sentence, derivation.used) == (expected, sentences.used[i])


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.from_type(Grammar), CODONS)
def test_lazy_and_without_wrapping_it_is_the_derivation_of_the_grammar(grammar, codons):
    mapping = GEMapping(CompiledGrammar.of(grammar))
    assert mapping.derive(codons) == grammar.derive(codons)
    assert mapping.map([codons]).text(0) == grammar.derive(codons).sentence
    assert mapping.map([codons]).used[0] == grammar.derive(codons).used


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.lists(st.integers(0, 99), max_size=60), max_size=4), st.booleans())
def test_members_are_offered_as_the_plain_derivation_does(
    plain_sentence, unfinished, layered, individuals, lazy
):
    for rules in ({"member_rule": "node", "scope_rule": "layer"}, {"member_rule": "node"}):
        mapping = GEMapping(CompiledGrammar.of(layered, **rules), wraps=1, lazy=lazy)
        sentences = mapping.map(individuals)
        for i, codons in enumerate(individuals):
            choose, _ = codon_chooser(codons, 1, lazy, 10**5, unfinished)
            expected = plain_sentence(layered, choose, **rules)
            assert sentences.text(i) == mapping.derive(codons).sentence == expected


def test_a_node_takes_nodes_of_earlier_layers_only(layered):
    compiled = CompiledGrammar.of(layered, member_rule="node", scope_rule="layer")
    rows = np.random.default_rng(5).integers(0, 2**16, (2000, 200))
    sentences = GEMapping(compiled).map(rows)
    taken = set()
    for text in filter(None, texts(sentences)):
        layers, outputs = text.split("=")
        before = 0
        for layer in layers.split("]")[:-1]:
            members = list(map(int, re.findall(r"h(\d+)", layer)))
            assert all(1 <= member <= before for member in members)
            taken.update(members)
            before += layer.count("(")
        members = list(map(int, re.findall(r"2\*h(\d+)", outputs)))
        assert len(members) == outputs.count("2*") > 1
        assert all(1 <= member <= before for member in members)
    assert {1, 2, 3} <= taken


def test_a_rule_without_options_yet_makes_the_genotype_invalid():
    compiled = CompiledGrammar.of(
        Grammar.parse("<s> ::= <n> <s> | <n>\n<n> ::= x | <h>\n<h> ::= h*"), member_rule="n"
    )
    mapping = GEMapping(compiled)
    assert texts(mapping.map([[1, 1, 0, 0], [0, 0, 1, 1, 7]])) == [None, "xh1"]
    assert mapping.derive([1, 1, 0, 0]).sentence is None


def test_lists_tuples_bytes_and_arrays_of_codons_are_the_same():
    codons = [11, 5, 73, 8, 15, 20, 30]
    mapping = GEMapping(G1)
    for individuals in (
        [codons, codons],
        [tuple(codons), bytes(codons)],
        np.array([codons, codons], np.uint8),
        np.array([codons, codons], np.int64)[:, ::1],
        [np.array(codons), list(map(np.int64, codons))],
    ):
        assert texts(mapping.map(individuals)) == ["1110", "1110"]
    flat = mapping.map_flat(np.array([4, *codons], np.uint16), np.array([0, 1, 8]))
    assert texts(flat) == ["0", "1110"]
    assert len(mapping.map([])) == len(mapping.map(np.empty((0, 7), np.uint8))) == 0


def test_codons_are_taken_whole_up_to_32_bits():
    grammar = CompiledGrammar.of(Grammar.parse("<s> ::= a | b | c"))
    large = [2**32 - 1, 2**32 - 2, 2**31]
    expected = [["abc"[codon % 3]] for codon in large]
    assert [texts(GEMapping(grammar).map([[codon]])) for codon in large] == expected
    assert [texts(GEMapping(grammar).map(np.array([[codon]]))) for codon in large] == expected


def test_operators_of_deap_vary_genotypes():
    random.seed(3)
    a, b = [1] * 8, [0] * 8
    a, b = tools.cxTwoPoint(a, b)
    (a,) = tools.mutUniformInt(a, 0, 255, 0.5)
    sentences = GEMapping(G1, wraps=1).map([a, b])
    assert texts(sentences) == [G1.grammar.derive(a).sentence, G1.grammar.derive(b).sentence]


@pytest.mark.parametrize(
    ("individuals", "error", "message"),
    [
        ([[1], [2, -3]], ValueError, "lists of integers from 0 to 4294967295, got -3 in row 1"),
        ([[2**32]], ValueError, "individuals must be lists of .* got 4294967296 in row 0"),
        ([[1.0]], TypeError, "got 1.0 in row 0"),
        (["1"], TypeError, "got '1' in row 0"),
        ([3], TypeError, "got 3 in row 0"),
        (np.zeros(3, int), ValueError, r"individuals must have shape \(n, length\), got \(3,\)"),
        (np.zeros((1, 3)), TypeError, "codons must be an array of integers, got one of float64"),
        (np.array([[3, -1]]), ValueError, "codons must be integers from 0 to 4294967295, got -1"),
        (np.array([[3, 2**32]]), ValueError, "codons must be .* got 4294967296"),
    ],
)
def test_what_are_no_codons_is_refused(individuals, error, message):
    with pytest.raises(error, match=message):
        GEMapping(G1).map(individuals)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"wraps": -1}, "wraps must be an integer of at least 0, got -1"),
        ({"max_expansions": 0}, "max_expansions must be an integer of at least 1, got 0"),
    ],
)
def test_wrong_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        GEMapping(G1, **parameters)


def test_a_grammar_that_is_not_compiled_is_refused():
    with pytest.raises(TypeError, match=r"made by CompiledGrammar\.of, got a Grammar"):
        GEMapping(G1.grammar)
