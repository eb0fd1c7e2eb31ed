import random
from itertools import product

import numpy as np
import pytest
from deap import tools
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from evograft.representations.grammar import Grammar, GrammarError, NonTerminal
from evograft.representations.grammatical import SGEMapping, bounded, sge


def spelled(grammar):
    """The rules of *grammar* as text."""
    return {
        name: [" ".join(map(str, option)) for option in options]
        for name, options in grammar.rules.items()
    }


def original(name):
    """The rule that a level's copy was made of."""
    return name.split("@")[0]


def all_texts(mapping):
    """The sentences of all genotypes."""
    genes = [
        list(product(range(count), repeat=length))
        for count, length in zip(mapping.grammar.counts.tolist(), mapping.lengths, strict=True)
    ]
    sentences = mapping.map(list(product(*genes)))
    return {sentences.text(i) for i in range(len(sentences))}


def test_direct_recursion_becomes_levels_the_last_without_it():
    grammar = Grammar.parse('<s> ::= <e> ";"\n<e> ::= <e> + <e> | ( <e> ) | <v>\n<v> ::= x | y')
    assert spelled(bounded(grammar, 2)) == {
        "s": ["<e> ;"],
        "e": ["<e@1> + <e@1>", "( <e@1> )", "<v>"],
        "e@1": ["<e@2> + <e@2>", "( <e@2> )", "<v>"],
        "e@2": ["<v>"],
        "v": ["x", "y"],
    }
    assert len(bounded(grammar).rules) == 6


def test_with_no_level_nothing_is_repeated():
    grammar = Grammar.parse("<e> ::= <e> + <e> | <v> | <u>\n<v> ::= x\n<u> ::= ( <e> )")
    assert spelled(bounded(grammar, 0)) == {"e": ["<v>"], "v": ["x"]}


def test_levels_that_no_genotype_holds_are_refused_before_they_are_unfolded():
    with pytest.raises(ValueError, match="at most 1000000 indices, got 100000000, which takes"):
        SGEMapping(Grammar.parse("<e> ::= <e> + <e> | x"), 10**8)


@pytest.mark.parametrize("levels", range(5))
def test_the_levels_are_how_often_an_option_can_be_nested(levels):
    mapping = SGEMapping(Grammar.parse("<e> ::= ( <e> ) | x"), levels)
    assert all_texts(mapping) == {"(" * n + "x" + ")" * n for n in range(levels + 1)}
    assert mapping.lengths == (1,) * (levels + 1)


def test_a_circle_of_rules_enters_a_level_where_it_closes():
    grammar = Grammar.parse("<e> ::= <t> | <e> + <t>\n<t> ::= <f> | <t> * <f>\n<f> ::= x | ( <e> )")
    assert spelled(bounded(grammar, 1)) == {
        "e": ["<t>", "<e@1> + <t>"],
        "e@1": ["<t@1>"],
        "t": ["<f>", "<t@1> * <f>"],
        "t@1": ["<f@1>"],
        "f": ["x", "( <e@1> )"],
        "f@1": ["x"],
    }
    assert all_texts(SGEMapping(grammar, 0)) == {"x"}
    products = {"x", "(x)", "x*x", "x*(x)"}
    assert all_texts(SGEMapping(grammar, 1)) == products | {f"x+{p}" for p in products}


def test_the_order_of_the_definitions_does_not_matter():
    first = Grammar.parse("<e> ::= <t> | <e> + <t>\n<t> ::= <f>\n<f> ::= x | ( <e> )")
    second = Grammar.parse("<e> ::= <t> | <e> + <t>\n<f> ::= x | ( <e> )\n<t> ::= <f>")
    assert spelled(bounded(first, 2)) == spelled(bounded(second, 2))


def test_a_rule_all_of_whose_options_lead_back_ends_as_soon_as_it_can():
    grammar = Grammar.parse("<a> ::= <b> | <c> x\n<b> ::= ( <a> ) | <b> <b>\n<c> ::= y")
    assert spelled(bounded(grammar, 1)) == {
        "a": ["<b>", "<c> x"],
        "a@1": ["<c> x"],
        "b": ["( <a@1> )", "<b@1> <b@1>"],
        "b@1": ["( <a@1> )"],
        "c": ["y"],
    }


def test_a_name_of_a_level_cannot_be_used_for_a_rule():
    with pytest.raises(GrammarError, match="<e@1> is the name of a level of recursion"):
        bounded(Grammar.parse("<e> ::= <e> <e@1> | x\n<e@1> ::= y"))
    assert len(bounded(Grammar.parse("<e@1> ::= <x@2> x\n<x@2> ::= y")).rules) == 2


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.from_type(Grammar), st.integers(0, 3))
def test_a_bounded_grammar_is_the_grammar_without_recursion(grammar, levels):
    rules = bounded(grammar, levels).rules

    def stripped(option):
        return tuple(
            NonTerminal(original(s.name)) if isinstance(s, NonTerminal) else s for s in option
        )

    def check_path(name, above):
        assert name not in above
        below = {s.name for o in rules[name] for s in o if isinstance(s, NonTerminal)}
        for following in below:
            check_path(following, {*above, name})

    assert next(iter(rules)) == grammar.start
    for name, options in rules.items():
        kept = [stripped(option) for option in options]
        assert kept
        assert all(option in grammar.rules[original(name)] for option in kept)
        level = int(name.partition("@")[2] or 0)
        assert level <= levels
        if level < levels:
            assert kept == list(grammar.rules[name.partition("@")[0]])
    if len(rules) < 12:  # else there may be very many paths
        check_path(grammar.start, set())


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.from_type(Grammar), st.integers(0, 2), st.integers(0, 2**32), st.integers(1, 4))
def test_the_kernel_maps_as_the_plain_derivation(plain_sentence, grammar, levels, seed, n):
    mapping = SGEMapping(grammar, levels)
    assume(sum(mapping.lengths) < 3000)
    rng = np.random.default_rng(seed)
    individuals = [mapping.random_genotype(rng) for _ in range(n)]
    sentences = mapping.map(individuals)
    assert sentences.valid.all()
    assert (sentences.used <= mapping.lengths).all()
    names = mapping.grammar.rules
    for i, individual in enumerate(individuals):
        rest = {name: list(gene) for name, gene in zip(names, individual, strict=True)}
        assert sentences.text(i) == plain_sentence(
            mapping.grammar.grammar,
            lambda name, options, depth: rest[name].pop(0),  # noqa: B023
        )
        left = [len(rest[name]) for name in names]
        assert sentences.used[i].tolist() == [
            length - unused for length, unused in zip(mapping.lengths, left, strict=True)
        ]


def test_only_used_indices_matter():
    mapping = SGEMapping(Grammar.parse("<e> ::= <e> + <e> | <v>\n<v> ::= x | y | z"))
    individual = mapping.random_genotype(np.random.default_rng(8))
    before = mapping.map([individual])
    other = [list(gene) for gene in individual]
    for gene, used, count in zip(
        other, before.used[0].tolist(), mapping.grammar.counts.tolist(), strict=True
    ):
        gene[used:] = [(index + 1) % count for index in gene[used:]]
    assert [*map(tuple, other)] != individual
    after = mapping.map([other])
    assert (after.text(0), after.used.tolist()) == (before.text(0), before.used.tolist())


def test_the_lengths_are_sums_of_products_of_the_mentions():
    grammar = Grammar.parse("<s> ::= <a> <a> <b> | <b> <b>\n<a> ::= <b> <b> <b> | x\n<b> ::= y | z")
    # <b>: two of <s> at most in one option, and three of each of two <a>.
    assert SGEMapping(grammar).lengths == (1, 2, 8)
    grammar = Grammar.parse("<e> ::= <t> | <e> + <t>\n<t> ::= <f> | <t> * <f>\n<f> ::= x | ( <e> )")
    mapping = SGEMapping(grammar, 1)
    assert mapping.grammar.rules == ("e", "e@1", "t", "t@1", "f", "f@1")
    assert mapping.lengths == (1, 2, 1, 3, 1, 3)


def test_random_indices_are_uniform_over_the_options():
    # Null hypothesis: each of three options has probability 1/3, in 9000 indices. χ² with two
    # degrees of freedom, p = 0.001.
    random.seed(4)
    mapping = SGEMapping(Grammar.parse("<s> ::= <d> <d> <d>\n<d> ::= 0 | 1 | 2"))
    counts = np.bincount([d for _ in range(3000) for d in mapping.random_genotype()[1]])
    assert counts.sum() == 9000
    assert ((counts - 3000) ** 2 / 3000).sum() < chi2.ppf(0.999, 2)


def test_a_seed_gives_the_same_genotype():
    mapping = SGEMapping(Grammar.parse("<e> ::= <e> + <e> | <v>\n<v> ::= x | y | z"))
    first, second, other = (mapping.random_genotype(np.random.default_rng(s)) for s in (1, 1, 2))
    assert first == second != other


def test_operators_of_deap_vary_genotypes():
    random.seed(2)
    mapping = SGEMapping(Grammar.parse("<e> ::= <e> + <e> | <v>\n<v> ::= x | y | z"))
    a, b = (mapping.random_genotype() for _ in range(2))
    c, d = tools.cxUniform([*a], [*b], 0.5)
    for rule, count in enumerate(mapping.grammar.counts.tolist()):
        c[rule] = tuple(tools.mutUniformInt([*c[rule]], 0, count - 1, 0.2)[0])
    assert mapping.map([a, b, c, d]).valid.all()


def test_no_individuals_give_no_sentences():
    mapping = SGEMapping(Grammar.parse("<s> ::= a"))
    assert len(mapping.map([])) == 0


def test_a_sentence_far_longer_than_the_genotype_is_whole():
    mapping = SGEMapping(Grammar.parse("<s> ::= <a>\n<a> ::= " + "x " * 500))
    sentences = mapping.map([[[0], [0]]] * 3)
    assert [sentences.text(i) for i in range(3)] == ["x" * 500] * 3
    assert sentences.used.tolist() == [[1, 1]] * 3


@pytest.mark.parametrize(
    ("individual", "error", "message"),
    [
        ([[0]], ValueError, "one gene for each of the 2 rules, got 1 in individual 1"),
        ([[0], [0]], ValueError, "the gene of <d> must have 2 indices, got 1 in individual 1"),
        ([[0], [1, 3]], ValueError, "<d> must hold integers from 0 to 2, got 3 in individual 1"),
        ([[0], [1, -1]], ValueError, "genes must be lists of integers .* got -1"),
        ([[0], [1, "0"]], TypeError, "genes must be lists of integers .* got '0'"),
        ([0, 1], TypeError, "genes must be lists of integers .* got 0"),
    ],
)
def test_what_is_no_genotype_is_refused(individual, error, message):
    mapping = SGEMapping(Grammar.parse("<s> ::= <d> <d>\n<d> ::= 0 | 1 | 2"))
    with pytest.raises(error, match=message):
        mapping.map([[[0], [0, 0]], individual])


def test_recursion_that_is_unfolded_too_far_is_refused():
    grammar = Grammar.parse("<e> ::= <e> <e> | x")
    with pytest.raises(ValueError, match=r"levels must leave .* 1000000 indices, got 30, which"):
        SGEMapping(grammar, 30)
    assert sum(SGEMapping(grammar, 18).lengths) <= sge.LARGEST_GENOTYPE


@pytest.mark.parametrize(
    ("grammar", "levels", "error", "message"),
    [
        ("<s> ::= a", -1, ValueError, "levels must be an integer of at least 0, got -1"),
        ("<s> ::= a", 2.0, TypeError, "levels must be an integer of at least 0, got 2.0"),
        ("<s> ::= a | h*", 1, GrammarError, "bind h before compiling"),
    ],
)
def test_wrong_parameters_are_refused(grammar, levels, error, message):
    with pytest.raises(error, match=message):
        SGEMapping(Grammar.parse(grammar), levels)
