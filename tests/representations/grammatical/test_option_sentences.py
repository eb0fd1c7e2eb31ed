"""A sentence for every option, which takes it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import option_sentences
from evograft.representations.grammatical._rule_graph import discovered


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.from_type(Grammar))
def test_the_sentence_of_an_option_takes_it(grammar):
    marks: dict[str, None] = {}
    marked = {}
    for head in discovered(grammar.rules, grammar.start):
        marks |= {f"{head}{place};": None for place in range(len(grammar.rules[head]))}
        marked[head] = tuple(
            (f"{head}{place};", *option) for place, option in enumerate(grammar.rules[head])
        )
    sentences = list(option_sentences(Grammar(marked)))
    assert len(sentences) == len(marks)
    for mark, sentence in zip(marks, sentences, strict=True):
        assert mark in sentence


def test_ways_are_short_and_what_is_beside_them_ends_at_once():
    grammar = Grammar.parse(
        "<s> ::= <e>\n<e> ::= <e> + <e> | <t>\n<t> ::= ( <e> ) | <v>\n<v> ::= x | y"
    )
    assert list(option_sentences(grammar)) == ["x", "x+x", "x", "(x)", "x", "x", "y"]


def test_what_needs_a_member_of_h_is_left_out():
    grammar = Grammar.parse("<s> ::= <i> | <o> ! | <i> <s>\n<i> ::= x | h* | y\n<o> ::= h*")
    assert list(option_sentences(grammar)) == ["x", "xx", "x", "y"]
