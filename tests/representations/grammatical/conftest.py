"""Random small grammars for hypothesis, and the derivation that every mapping is compared with."""

import pytest
from hypothesis import strategies as st

from evograft.representations.grammar import Family, Grammar, GrammarError, NonTerminal


@st.composite
def small_grammars(draw):
    """One to four rules, of any recursion, all of which are reached and can end."""
    names = "abcd"[: draw(st.integers(1, 4))]
    symbol = st.sampled_from(["x", "yy", "z", "", *map(NonTerminal, names)])
    option = st.lists(symbol, min_size=1, max_size=3).map(tuple)
    rules = {name: tuple(draw(st.lists(option, min_size=1, max_size=4))) for name in names}
    found = ["a"]
    for head in found:
        symbols = [s for o in rules[head] for s in o if isinstance(s, NonTerminal)]
        found.extend(dict.fromkeys(s.name for s in symbols if s.name not in found))
    rules = {name: rules[name] for name in names if name in found}
    for name in reversed(rules):
        if not can_end(rules, name):
            rules[name] += (("end",),)
    if not any(isinstance(s, str) and s for options in rules.values() for o in options for s in o):
        rules["a"] += (("end",),)
    return Grammar(rules)


def can_end(rules, start):
    """Whether *start* derives a sentence; no path of a flattest derivation repeats a rule."""

    def ends(name, above):
        return name not in above and any(
            all(ends(s.name, {*above, name}) for s in option if isinstance(s, NonTerminal))
            for option in rules[name]
        )

    return ends(start, set())


st.register_type_strategy(Grammar, small_grammars())


class UnfinishedError(GrammarError):
    """Raised by a chooser to end a derivation without a sentence."""


@pytest.fixture(scope="session")
def unfinished():
    return UnfinishedError


@pytest.fixture(scope="session")
def plain_sentence():
    """The sentence of a grammar in which ``choose(rule, options, depth)`` picks each option.

    Recursive, on symbols as parsed: it shares nothing with the kernels. None where the chooser
    raises ``UnfinishedError``.
    """

    def sentence(grammar, choose, member_rule=None, scope_rule=None):
        made = offered = 0

        def bound(option):
            if not any(isinstance(symbol, Family) for symbol in option):
                return [option]
            return [
                tuple(f"h{member}" if isinstance(symbol, Family) else symbol for symbol in option)
                for member in range(1, offered + 1)
            ]

        def expand(name, depth):
            nonlocal made, offered
            options = [b for option in grammar.rules[name] for b in bound(option)]
            option = options[choose(name, options, depth)]
            text = "".join(
                expand(symbol.name, depth + 1) if isinstance(symbol, NonTerminal) else symbol
                for symbol in option
            )
            made += name == member_rule
            if name == (scope_rule or member_rule):
                offered = made
            return text

        try:
            return expand(grammar.start, 0)
        except UnfinishedError:
            return None

    return sentence


@pytest.fixture(scope="session")
def layered():
    """A grammar of networks with layers, whose nodes take features and nodes of earlier layers."""
    return Grammar.parse(
        """
        <net>    ::= <layers> "=" <out> ";" <out>
        <layers> ::= <layer> | <layer> <layers>
        <layer>  ::= "[" <nodes> "]"
        <nodes>  ::= <node> | <node> <nodes>
        <node>   ::= "(" <sum> ")"
        <sum>    ::= <weight> <input> | <weight> <input> "," <sum>
        <input>  ::= x1 | x2 | h* | x3
        <out>    ::= <weight> <hidden> | <weight> <hidden> "," <out>
        <hidden> ::= "2*" h*
        <weight> ::= + | -
        """
    )
