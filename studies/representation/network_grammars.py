"""One grammar for all methods: single-layer networks, neuron after neuron."""

from functools import lru_cache

from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import network_bnf
from evograft.representations.neuron_grammar import Number, neuron_bnf, read_neuron
from evograft.studies.representation.expression_tree import Network

SEPARATOR = ";"


def neuron_grammar(n_features: int = 30, n_outputs: int = 1, number: Number = "fixed") -> Grammar:
    """Return the grammar of single hidden neurons, without hidden neurons as inputs.

    See :func:`~evograft.representations.neuron_grammar.neuron_bnf`.
    """
    return Grammar.parse(neuron_bnf(number=number)).bind(x=n_features, output=n_outputs, h=0)


def network_grammar(n_features: int = 30, n_outputs: int = 1, number: Number = "fixed") -> Grammar:
    """Return the grammar of networks: neurons of :func:`neuron_grammar` between semicolons.

    Examples
    --------
    >>> network_grammar().rules["network"]
    ((NonTerminal(name='neuron'),), (NonTerminal(name='neuron'), ';', NonTerminal(name='network')))
    """
    bnf = network_bnf(number=number, monolithic=False)
    return Grammar.parse(bnf).bind(x=n_features, output=n_outputs)


def read_network(sentence: str) -> Network:
    """Read neurons between semicolons; equal inputs of a neuron are merged.

    >>> len(read_network("output1:+2.5*sig(-1.35*x3+0.25);output1:+1.0*sig(+1.0*x1-1.0)"))
    2
    """
    return tuple(map(_read_neuron, sentence.split(SEPARATOR)))


_read_neuron = lru_cache(maxsize=2**16)(read_neuron)
