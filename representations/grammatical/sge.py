"""Structured grammatical evolution: one gene of fixed length for each non-terminal."""

from collections import Counter
from collections.abc import Sequence
from graphlib import TopologicalSorter

import numpy as np

from evograft.representations import _random
from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import _derivation_kernels as kernels
from evograft.representations.grammatical._packing import check_choices, enlarged, pack_genes
from evograft.representations.grammatical._rule_graph import mentioned
from evograft.representations.grammatical.compiled import CompiledGrammar
from evograft.representations.grammatical.recursion import bounded
from evograft.representations.grammatical.sentences import Sentences

LARGEST_GENOTYPE = 1_000_000
"""Indices that a genotype may have; more come of a recursion that is unfolded too far."""

PROBED = 20
"""Levels of which the genotype is counted first, where more are asked for."""

Genotype = list[tuple[int, ...]]


class SGEMapping:
    """Maps genotypes of one gene for each non-terminal, which are always valid.

    A gene is a tuple of option indices, as many as its non-terminal can be expanded at most; one
    with a single option has a gene too, of zeros. The derivation is left-most; each expansion takes
    the next unused index of its gene.

    Parameters
    ----------
    grammar : Grammar
        Without unbound families.
    levels : int, at least 0
        Levels of recursion, as :func:`bounded` takes them.

    Attributes
    ----------
    grammar : CompiledGrammar
        Of the unfolded grammar: the genes are in the order of its ``rules``.
    lengths : tuple of int
        Of the genes. Each is an upper bound on the expansions of its non-terminal: for every rule
        that mentions it, that rule's bound times its mentions in one option at most.

    Raises
    ------
    GrammarError
        As :func:`bounded` does.
    ValueError
        Where a genotype would have more than :data:`LARGEST_GENOTYPE` indices.

    References
    ----------
    Lourenço, Pereira and Costa, "Unveiling the properties of structured grammatical evolution",
    Genetic Programming and Evolvable Machines 17(3), 2016.

    Examples
    --------
    >>> mapping = SGEMapping(Grammar.parse("<e> ::= <e> + <e> | <v>\\n<v> ::= x | y"), levels=2)
    >>> mapping.grammar.rules, mapping.lengths
    (('e', 'e@1', 'e@2', 'v'), (1, 2, 4, 7))
    >>> sentences = mapping.map([[(0,), (0, 1), (0, 0, 0, 0), (1, 0, 0, 1, 1, 1, 1)]])
    >>> sentences.text(0), sentences.used
    ('y+x+x', array([[1, 2, 2, 3]]))
    """

    def __init__(self, grammar: Grammar, levels: int = 3) -> None:
        if levels > PROBED:  # most grammars grow exponentially: no need to unfold them all
            _upper_bounds(bounded(grammar, PROBED), levels)
        self.grammar = CompiledGrammar.of(bounded(grammar, levels))
        self.lengths = _upper_bounds(self.grammar.grammar, levels)

    def random_genotype(self, rng: np.random.Generator | None = None) -> Genotype:
        """Draw every index uniformly from the options of its non-terminal.

        Randomness: one number per index from *rng*, or from Python's ``random``.
        """
        draw = _random.source(rng)
        return [
            tuple(_random.below(draw, count) for _ in range(length))
            for count, length in zip(self.grammar.counts.tolist(), self.lengths, strict=True)
        ]

    def map(self, individuals: Sequence[Sequence[Sequence[int]]]) -> Sentences:
        """Map genotypes; all are valid.

        Raises
        ------
        TypeError, ValueError
            Where a genotype has not the genes that it should, or an index is no option.
        """
        n, names = len(individuals), self.grammar.rules
        indices, limits = pack_genes(individuals, names)
        lengths = np.diff(limits).reshape(n, len(names))
        if (wrong := np.argwhere(lengths != self.lengths)).size:
            row, rule = wrong[0]
            raise ValueError(
                f"the gene of <{names[rule]}> must have {self.lengths[rule]} indices, "
                f"got {lengths[row, rule]} in individual {row}"
            )
        check_choices(indices, limits, self.grammar.counts, names)
        starts = np.cumsum([0, *self.lengths[:-1]], dtype=np.int64)
        ends, used = np.zeros(n + 1, np.int64), np.empty((n, len(names)), np.int64)
        # A derivation without recursion is no deeper than there are rules.
        frames = np.empty((len(names), 3), np.int64)
        arguments = (indices.reshape(n, sum(self.lengths)), starts, self.grammar.table, frames)
        tokens = np.empty(2 * indices.size + 64, np.int32)
        done = 0
        while (done := kernels.map_fixed_genes(*arguments, tokens, (ends, used), done)) < n:
            tokens = enlarged(tokens)
        valid = np.ones(n, np.bool_)
        return Sentences(self.grammar.terminals, tokens[: ends[-1]], ends, valid, used)


def _upper_bounds(grammar: Grammar, levels: int) -> tuple[int, ...]:
    """Most expansions of each rule of a grammar without recursion, as far as mentions tell."""
    mentions: dict[str, Counter[str]] = {}
    for head, options in grammar.rules.items():
        mentions[head] = Counter()
        for option in options:
            mentions[head] |= Counter(mentioned(option))
    bounds = dict.fromkeys(grammar.rules, 0)
    bounds[grammar.start] = 1
    for head in reversed(list(TopologicalSorter(mentions).static_order())):
        for name, times in mentions[head].items():
            bounds[name] += bounds[head] * times
    if (total := sum(bounds.values())) > LARGEST_GENOTYPE:
        raise ValueError(
            f"levels must leave a genotype at most {LARGEST_GENOTYPE} indices, "
            f"got {levels}, which takes {total} or more"
        )
    return tuple(bounds.values())
