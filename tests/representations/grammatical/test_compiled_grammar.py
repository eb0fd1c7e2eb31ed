import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.grammar import Grammar, GrammarError, NonTerminal
from evograft.representations.grammatical import CompiledGrammar, DSGEMapping


def test_the_arrays_of_a_small_grammar():
    compiled = CompiledGrammar.of(
        Grammar.parse('<s> ::= <t> "," <s> | <t>\n<t> ::= a | "" | b <u>\n<u> ::= a b | <t>')
    )
    assert compiled.rules == ("s", "t", "u")
    assert compiled.terminals == (",", "a", "b")
    assert compiled.counts.tolist() == [2, 3, 2]
    assert compiled.firsts.tolist() == [0, 2, 5]
    assert compiled.families.tolist() == [-1, -1, -1]
    symbols = [
        compiled.symbols[a:b].tolist()
        for a, b in zip(compiled.options[:-1], compiled.options[1:], strict=True)
    ]
    assert symbols == [[-2, 0, -1], [-2], [1], [], [2, -3], [1, 2], [-2]]
    assert compiled.depths.tolist() == [2, 1, 1]
    assert compiled.recursive.tolist() == [True, False, False, False, True, False, True]
    assert compiled.shortest.tolist() == [False, True, True, True, False, True, False]


def test_indirect_recursion_is_recursion_and_mention_alone_is_not():
    compiled = CompiledGrammar.of(
        Grammar.parse(
            "<s> ::= <a> | <a> <a>\n<a> ::= <b> | x\n<b> ::= ( <a> ) | y | <c>\n<c> ::= z"
        )
    )
    assert compiled.recursive.tolist() == [False, False, True, False, True, False, False, False]
    assert compiled.depths.tolist() == [2, 1, 1, 1]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.from_type(Grammar))
def test_depths_are_those_that_enumeration_finds(grammar):
    compiled = CompiledGrammar.of(grammar)

    def within(option, depth):
        return all(ends(s.name, depth) for s in option if isinstance(s, NonTerminal))

    def ends(name, depth):
        return depth > 0 and any(within(option, depth - 1) for option in grammar.rules[name])

    for name, depth in zip(compiled.rules, compiled.depths.tolist(), strict=True):
        assert ends(name, depth)
        assert not ends(name, depth - 1)
    flattest = [
        within(option, compiled.depths[compiled.rules.index(name)] - 1)
        for name, options in grammar.rules.items()
        for option in options
    ]
    assert compiled.shortest.tolist() == flattest


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.from_type(Grammar))
def test_the_arrays_spell_the_rules(grammar):
    compiled = CompiledGrammar.of(grammar)
    for rule, name in enumerate(compiled.rules):
        spelled = [
            "".join(map(compiled.name, compiled.option(rule, choice)))
            for choice in range(compiled.count(rule))
        ]
        assert spelled == ["".join(map(str, option)) for option in grammar.rules[name]]


def test_members_of_a_family_are_options_in_its_place():
    compiled = CompiledGrammar.of(
        Grammar.parse("<s> ::= <n> <s> | <n>\n<n> ::= x | '2' h* '!' | y"), member_rule="n"
    )
    assert compiled.families.tolist() == [-1, 1]
    assert [compiled.count(1, offered) for offered in (0, 1, 3)] == [2, 3, 5]
    texts = ["".join(map(compiled.name, compiled.option(1, choice, 2))) for choice in range(4)]
    assert texts == ["x", "2h1!", "2h2!", "y"]
    assert "".join(map(compiled.name, compiled.option(1, 1, 0))) == "y"


def test_the_depth_of_a_rule_does_not_rest_on_members_that_may_not_be_there():
    compiled = CompiledGrammar.of(
        Grammar.parse("<s> ::= <i> <o> | <i>\n<i> ::= h* | <f>\n<f> ::= x\n<o> ::= h*"),
        member_rule="i",
    )
    assert dict(zip(compiled.rules, compiled.depths, strict=True)) == {
        "s": 3,
        "i": 2,
        "f": 1,
        "o": 1,
    }
    assert compiled.shortest.tolist() == [False, True, True, True, True, True]


def test_a_rule_that_cannot_be_reached_is_left_out_with_a_warning():
    grammar = Grammar.parse("<s> ::= a\n<t> ::= b <u>\n<u> ::= c")
    with pytest.warns(UserWarning, match="<t>, <u> cannot be reached from <s> and is left out"):
        compiled = CompiledGrammar.of(grammar)
    assert (compiled.rules, compiled.terminals) == (("s",), ("a",))
    assert list(compiled.grammar.rules) == ["s"]


@pytest.mark.parametrize(
    ("text", "rules", "message"),
    [
        ("<s> ::= x* | output*", {}, "bind output, x before compiling"),
        ("<s> ::= x | h*", {}, "bind h before compiling"),
        ("<s> ::= x* | h*", {"member_rule": "s"}, "bind x before compiling"),
        ('<s> ::= "" | "" <s>', {}, '<s> has no terminal other than ""'),
        ("<s> ::= h* | 2 h* | x", {"member_rule": "s"}, "<s> must mention h\\* once"),
        ("<s> ::= h* h* | x", {"member_rule": "s"}, "<s> must mention h\\* once"),
        ("<s> ::= h* <s> | x", {"member_rule": "s"}, "<s> must mention h\\* once, beside term"),
    ],
)
def test_a_grammar_that_cannot_be_compiled_is_refused(text, rules, message):
    with pytest.raises(GrammarError, match=message):
        CompiledGrammar.of(Grammar.parse(text), **rules)


LAYERS = "<n> ::= <l> | <l> ; <n>\n<node> ::= x | h*\n"


@pytest.mark.parametrize(
    ("layer", "head"),
    [
        ("<l> ::= <l> , <node> | <node>", "l"),
        ("<l> ::= <l> <l> | <node>", "l"),
        ("<l> ::= ( <l> ) <g> | <node>\n<g> ::= <node>", "l"),
        ("<l> ::= <part> | <node>\n<part> ::= <l> <node>", "part"),
        ("<l> ::= <part> <node> | <node>\n<part> ::= ( <l> ) | y", "l"),
        ("<l> ::= [ <n> ] | <node>", "n"),
    ],
)
def test_a_layer_within_a_layer_that_goes_on_is_refused(layer, head):
    grammar = Grammar.parse(LAYERS + layer)
    CompiledGrammar.of(grammar, member_rule="node")
    with pytest.raises(GrammarError, match=f"<{head}> goes on to h\\* after a <l> within a <l>"):
        CompiledGrammar.of(grammar, member_rule="node", scope_rule="l")


@pytest.mark.parametrize(
    "layer",
    [
        "<l> ::= <node> , <l> | <node>",
        "<l> ::= <node> <rest>\n<rest> ::= , <l> | .",
        "<l> ::= ( <l> ) | <node>",
        "<l> ::= <node> <l> <end> | <node>\n<end> ::= ! | ?",
    ],
)
def test_no_node_reads_its_own_layer_where_a_recursive_layer_ends_at_once(layer):
    compiled = CompiledGrammar.of(Grammar.parse(LAYERS + layer), member_rule="node", scope_rule="l")
    mapping = DSGEMapping(compiled, initial_depth=9)
    sentences = mapping.map(mapping.grow(300, seed=1), seed=2)
    read = 0
    for text in filter(None, map(sentences.text, range(300))):
        before = 0
        for part in text.split(";"):
            nodes = re.findall(r"x|h\d+", part)
            members = [int(node[1:]) for node in nodes if node != "x"]
            assert max(members, default=0) <= before
            read += len(members)
            before += len(nodes)
    assert read > 50


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({}, "it has no rule"),
        ({"s": ()}, "<s> can never end"),
        ({"s": ((NonTerminal("s"),),)}, "<s> can never end"),
        ({"s": ((NonTerminal("t"),),)}, "<s> uses <t>, which has no rule"),
    ],
)
def test_a_grammar_made_by_hand_is_checked_like_a_parsed_one(rules, message):
    with pytest.raises(GrammarError, match=message):
        CompiledGrammar.of(Grammar(rules))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"member_rule": "t"}, "unknown member_rule of the grammar 't'"),
        ({"member_rule": "s", "scope_rule": "t"}, "unknown scope_rule of the grammar 't'"),
        ({"scope_rule": "s"}, "scope_rule must come with a member_rule, got 's' alone"),
        ({"member_rule": "s"}, "member_rule must be None for a grammar without h*, got 's'"),
    ],
)
def test_wrong_rules_of_a_family_are_refused(rules, message):
    text = "<s> ::= a | b" if rules == {"member_rule": "s"} else "<s> ::= a | h*"
    with pytest.raises(ValueError, match=message.replace("*", r"\*")):
        CompiledGrammar.of(Grammar.parse(text), **rules)


def test_a_large_family_compiles():
    compiled = CompiledGrammar.of(Grammar.parse("<i> ::= x*").bind(x=5000))
    assert compiled.counts.tolist() == [5000]
    assert np.array_equal(compiled.symbols, np.arange(5000))
