import re

import pytest

from evograft.representations.grammar import Grammar, GrammarError
from evograft.representations.neuron_grammar import TOY_BNF, neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper


def compiled(text, n_features=3, n_outputs=3):
    return NeuronMapper(Grammar.parse(text), n_features, n_outputs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<n> ::= "output1*sig(x1*x2)"', "<n> can put x1 … where a neuron needs"),
        ('<n> ::= "output1*sig(" <p> ")"\n<p> ::= x1 | <p> "*" x2', "<p> can put x1 … where"),
        ('<n> ::= "output1*sig(x1"', "a sentence of <n> can stop where a neuron needs"),
        ('<n> ::= "output1*sig(x1" <e>\n<e> ::= ")" | "+1"', "a sentence of <n> can stop where"),
        ('<n> ::= "output1:2"', "a sentence of <n> can stop where a neuron needs"),
        ('<n> ::= "*sig(x1)"', "<n> can put '*sig(' where a neuron needs output1 …"),
        ('<n> ::= "x1"', "<n> can put x1 … where a neuron needs output1 …"),
        ('<n> ::= "output1:*sig(x1)"', "can put '*sig(' where a neuron needs a digit or '.'"),
        ('<n> ::= "output1,*sig(x1)"', "can put '*sig(' where a neuron needs output1 …"),
        ('<n> ::= "output1:2*x1*sig(1)"', "<n> can put x1 … where"),
        ('<n> ::= "output1*sig(1.2.3)"', "<n> can put '.' where a neuron needs a digit or"),
        ('<n> ::= "output1:1.2." <d> "*sig(1)"\n<d> ::= 1', "<n> can put '.' where"),
        ('<n> ::= "output1*sig(" <d> "." <d> ")"\n<d> ::= 1 | 2.5', "<n> can put '.' where"),
        ('<n> ::= "output1*sig(.)"', "<n> can put ')' where a neuron needs a digit"),
        ('<n> ::= "output1*sig(2x1)"', "<n> can put x1 … where a neuron needs a digit or '.'"),
        ('<n> ::= "output1*sig(x1" <d> ")"\n<d> ::= 5', "<d> can put a digit where"),
        ('<n> ::= "output1" <d> "*sig(1)"\n<d> ::= 2', "<d> can put a digit where"),
        ('<n> ::= "output1*sig()"', "<n> can put ')' where a neuron needs"),
        ('<n> ::= "output1*sig(x1+)"', "<n> can put ')' where a neuron needs"),
        ('<n> ::= "output1*sig(2*)"', "<n> can put ')' where a neuron needs"),
        ('<n> ::= "output1*sig(x1)+1"', "<n> can put '+' where a neuron needs nothing more"),
        ('<n> ::= "output1*sig(x1)" <t>\n<t> ::= ")"', "<t> can put ')' where a neuron needs"),
        ('<n> ::= "output1*sig(x1)" | <n> "output1*sig(x1)"', "<n> can put output1 … where"),
        ('<n> ::= "output1*sig(x1*sig(1))"', "<n> can put '*sig(' where"),
    ],
)
def test_a_grammar_that_can_derive_something_else_than_neurons_is_refused(text, message):
    with pytest.raises(GrammarError, match=re.escape(message)):
        compiled(text)


@pytest.mark.parametrize("option", ['"2*x1"', '"*"'])
def test_one_wrong_option_among_right_ones_is_enough(option):
    text = '<n> ::= "output1*sig(" <num> "*" <in> ")"\n<in> ::= x*\n<num> ::= 1 | 2 | '
    assert compiled(text + "3").largest_rule() == 3
    with pytest.raises(GrammarError, match=r"<(num|in)> can put"):
        compiled(text + option)


def test_a_wrong_sentence_that_only_hidden_neurons_make_possible_is_refused():
    with pytest.raises(GrammarError, match=r"<n> can put '\.' where a neuron needs"):
        compiled(
            '<n> ::= "output1*sig(" <i> ")" | "output1*sig(" <h> ".5)"\n<i> ::= x1\n<h> ::= h*'
        )


@pytest.mark.parametrize(
    "text",
    [
        TOY_BNF,
        neuron_bnf(),
        neuron_bnf(number="unit", inputs="two_level", monolithic=True),
        '<n> ::= "output1*sig(1)"',
        '<n> ::= <o> "*tanh(" <s> ")" | <o> "*relu(" <s> ")" | <o> "*identity(.5)"\n'
        '<o> ::= output* | output* ":-+2.*-.5" | <o> "," <o>\n'
        '<s> ::= <p> | <s> "-" <p>\n<p> ::= x* | 2*x1*3 | h*"*-1" | -.5',
        # A loop that adds nothing but can be left is no reason to refuse.
        '<n> ::= "output1*sig(" <s> ")"\n<s> ::= <s> | 1',
        # A rule that the start never uses may hold anything that can be read.
        '<n> ::= "output1*sig(1)"\n<unused> ::= x1 x1',
    ],
)
def test_correct_grammars_are_accepted(text):
    assert compiled(text).largest_rule() >= 1


@pytest.mark.parametrize(
    "terminal", ["cos(", "*cos(", "sig(", "y1", "x0", "x01", "x", "h", "output0", "2 ", "=", "/"]
)
def test_a_terminal_that_no_neuron_has_is_named(terminal):
    with pytest.raises(GrammarError, match=re.escape(f"terminal {terminal!r} cannot be part of")):
        compiled(f'<n> ::= "output1*sig(1)" | "{terminal}"')


@pytest.mark.parametrize("terminal", ["x4", "output3", "h1", "2*x40"])
def test_a_feature_output_or_hidden_neuron_that_does_not_exist_is_named(terminal):
    message = f"terminal '{re.escape(terminal)}' does not exist with 3 features and 2 outputs"
    with pytest.raises(GrammarError, match=message):
        compiled(f'<n> ::= "output1*sig(1)" | "{terminal}"', n_features=3, n_outputs=2)


def test_the_last_feature_and_output_exist():
    assert compiled('<n> ::= "output2*sig(x3)"', n_features=3, n_outputs=2).read([0]) is not None


@pytest.mark.parametrize("rule", ['h* | "2*" h*', '"2*" h* | x1 | h*', 'h* "+" h*', "h* <one>"])
def test_a_rule_may_mention_hidden_neurons_once_and_beside_terminals(rule):
    with pytest.raises(GrammarError, match=re.escape("<i> must mention h* once, beside terminals")):
        compiled(
            f'<n> ::= "output1*sig(" <i> ")" | "output1*sig(1)"\n<i> ::= {rule}\n<one> ::= "*1"'
        )


def test_an_empty_option_cannot_be_part_of_a_neuron_grammar():
    with pytest.raises(GrammarError, match='an option of a neuron grammar cannot be ""'):
        compiled('<n> ::= "output1*sig(" <s> "1)"\n<s> ::= "-" | ""')
