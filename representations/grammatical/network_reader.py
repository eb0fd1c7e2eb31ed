"""Networks of many sentences at once."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations._neuron_lexemes import operations
from evograft.representations.grammar import Family, GrammarError, NonTerminal, Option
from evograft.representations.grammatical import _network_reader_kernels as kernels
from evograft.representations.grammatical.compiled import CompiledGrammar
from evograft.representations.grammatical.sentences import Sentences
from evograft.representations.neuron_automaton import (
    FEATURE,
    HIDDEN,
    OUTPUT,
    SEMICOLON,
    WEIGHT,
    check_neurons,
)
from evograft.representations.neuron_mapper import MappedGenes


class NetworkReader:
    """Reads sentences of one grammar as networks.

    Parameters
    ----------
    grammar : CompiledGrammar
        Its sentences are neurons, as :mod:`evograft.representations.neuron_grammar` defines them,
        with semicolons between them. Where it offers ``h1``, ``h2``, …, these are its neurons: the
        rule that makes them has to derive a neuron and nothing else.
    n_features, n_outputs : int, at least 1

    Raises
    ------
    GrammarError
        Where a sentence, or a member of ``h*``, can be anything else, or a terminal names a feature
        or output that does not exist.

    Examples
    --------
    >>> from evograft.representations.grammar import Grammar
    >>> from evograft.representations.grammatical import GEMapping, network_bnf
    >>> bnf = network_bnf(monolithic=False)
    >>> grammar = CompiledGrammar.of(Grammar.parse(bnf).bind(x=9, output=2))
    >>> reader = NetworkReader(grammar, n_features=9, n_outputs=2)
    >>> codons = [0, 1, 1, 2, 0, 5, 0, 0, 1, 0, 5, 2, 1, 0, 0, 4]
    >>> neurons, limits = reader.read(GEMapping(grammar).map([codons]))
    >>> neurons.targets, neurons.out_weights, neurons.sources, neurons.weights, neurons.bias
    (array([1], dtype=int32), array([2.5]), array([2], dtype=int32), array([-1.5]), array([0.4]))
    """

    def __init__(self, grammar: CompiledGrammar, n_features: int, n_outputs: int) -> None:
        self.n_features = _check.integer("n_features", n_features, minimum=1)
        self.n_outputs = _check.integer("n_outputs", n_outputs, minimum=1)
        rules = grammar.grammar.rules
        lexed = {name: [self._lex(option) for option in rules[name]] for name in rules}
        check_neurons(grammar.grammar.start, lexed, several=True)
        if grammar.member_rule is not None:
            check_neurons(grammar.member_rule, lexed)
        spelled = [[*operations(t, n_features, n_outputs)] for t in grammar.terminals]
        if any(o % 16 == WEIGHT for terminal in spelled for o in terminal):
            raise GrammarError("grammar: a network's sentence cannot have 'w', a weight of a gene")
        self._begins = np.cumsum([0, *map(len, spelled)], dtype=np.int64)
        self._lexemes = np.array([o for terminal in spelled for o in terminal], np.uint32)
        self._most_operations = max(map(len, spelled))
        # How many neurons that end, and inputs and outputs, each terminal stands for; last, a
        # hidden neuron.
        kinds = [[o % 16 for o in terminal] for terminal in (*spelled, [HIDDEN])]
        self._ends = np.array([k.count(SEMICOLON) for k in kinds])
        self._terms = np.array([sum(map(k.count, (FEATURE, HIDDEN, OUTPUT))) for k in kinds])

    def _lex(self, option: Option) -> list[int | str]:
        lexed: list[int | str] = []
        for symbol in option:
            if isinstance(symbol, NonTerminal):
                lexed.append(symbol.name)
            elif isinstance(symbol, Family):
                lexed.append(HIDDEN)
            else:
                lexed.extend(operations(symbol, self.n_features, self.n_outputs))
        return lexed

    def read(self, sentences: Sentences) -> tuple[MappedGenes, npt.NDArray[np.int64]]:
        """Return the neurons of all *sentences*, and limits (n + 1,) of those of each.

        An invalid genotype has none. ``used`` of the neurons is 0, as codons belong to sentences.
        """
        hidden = len(self._ends) - 1
        times = np.bincount(np.minimum(sentences.tokens, hidden), minlength=hidden + 1)
        n, terms = int(self._ends @ times) + len(sentences), int(self._terms @ times)
        longest = int(np.diff(sentences.limits).max(initial=0))
        rows = np.empty(len(sentences) + 1, np.int64)
        out: tuple[npt.NDArray[Any], ...] = (
            np.empty(n, np.int8),
            np.empty(n),
            np.empty(n, np.int32),
            np.empty(terms, np.int32),
            np.empty(terms),
            np.empty(n, np.int32),
            np.empty(terms, np.int32),
            np.empty(terms),
        )
        n = kernels.read_networks(
            sentences.tokens,
            sentences.limits,
            self._begins,
            self._lexemes,
            self.n_features,
            np.empty(longest * self._most_operations, np.uint32),
            np.empty((1, 0), np.float32),
            rows,
            out,
        )
        function, bias, in_end, sources, weights, out_end, targets, out_weights = out
        none = np.zeros(n, np.int32)
        neurons = MappedGenes.of_buffers(
            np.ones(n, np.bool_),
            none,
            none,
            function[:n],
            bias[:n],
            in_end[:n],
            sources,
            weights,
            out_end[:n],
            targets,
            out_weights,
        )
        return neurons, rows
