"""Dynamic structured grammatical evolution: genes that grow as the derivation needs them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations._xoshiro_kernels import fill_state
from evograft.representations.grammatical import _derivation_kernels as kernels
from evograft.representations.grammatical._packing import check_choices, enlarged, pack_genes
from evograft.representations.grammatical.compiled import CompiledGrammar
from evograft.representations.grammatical.sentences import Sentences
from evograft.representations.grammatical.sge import Genotype


@dataclass(frozen=True)
class DSGEMapping:
    """Maps genotypes of one growing gene for each non-terminal, and repairs them on the way.

    A gene is a tuple of option indices; each expansion takes the next unused one of its
    non-terminal, left-most first. An index that is missing, or unfit, is drawn from the options
    and kept in the genotype. An index is unfit if it is beyond the options that a rule with
    ``h*`` has by then, or if it does not begin a flattest derivation where one has to: in
    expansions more than *max_depth* below the start, and after *max_expansions*. Mapped again,
    a genotype needs no repair and gives the same sentence.

    Every genotype is valid, but for grammars in which a rule has only ``h*`` where no member is
    offered yet.

    Parameters
    ----------
    grammar : CompiledGrammar
    max_depth : int, at least 0
        The start has depth 0, what its option mentions 1, and so on.
    initial_depth : int, from 0 to *max_depth*
        The same, for the genotypes that :meth:`grow` makes.
    max_expansions : int, at least 1
        Against grammars that mostly branch, whose sentences grow exponentially with the depth.

    References
    ----------
    Assunção, Lourenço, Machado and Ribeiro, "Towards the evolution of multi-layered neural
    networks: a dynamic structured grammatical evolution approach", GECCO 2017.

    Examples
    --------
    >>> from evograft.representations.grammar import Grammar
    >>> grammar = CompiledGrammar.of(Grammar.parse("<e> ::= <e> + <e> | <v>\\n<v> ::= x | y"))
    >>> mapping = DSGEMapping(grammar)
    >>> individual = [(0, 1), (1,)]
    >>> sentences = mapping.map([individual], seed=1)
    >>> sentences.text(0), individual, sentences.used
    ('y+y', [(0, 1, 1), (1, 1)], array([[3, 2]]))
    """

    grammar: CompiledGrammar
    max_depth: int = 17
    initial_depth: int = 6
    max_expansions: int = 100_000

    def __post_init__(self) -> None:
        CompiledGrammar.check(self.grammar)
        _check.integer("max_depth", self.max_depth, minimum=0)
        _check.integer("initial_depth", self.initial_depth, minimum=0, maximum=self.max_depth)
        _check.integer("max_expansions", self.max_expansions, minimum=1)

    def grow(self, n: int, seed: int) -> list[Genotype]:
        """Return *n* genotypes of random derivations, no deeper than *initial_depth* demands.

        Every option is drawn uniformly from those of its rule, or from the fit ones.

        Parameters
        ----------
        n : int, at least 0
        seed : int, from 0 to 2^64 - 1
            Of all randomness, drawn one genotype after the other.
        """
        _check.integer("n", n, minimum=0)
        genotypes: list[Genotype] = [[()] * len(self.grammar.rules) for _ in range(n)]
        self._map(genotypes, seed, self.initial_depth)
        return genotypes

    def map(self, individuals: Sequence[Genotype], seed: int) -> Sentences:
        """Map *individuals*, which are repaired in place: an unfit gene is replaced.

        Parameters
        ----------
        individuals : sequence of list of tuple of int
        seed : int, from 0 to 2^64 - 1
            Of the indices drawn, one individual after the other.

        Raises
        ------
        TypeError, ValueError
            Where an individual has not one gene for each rule, or an index is no option of a rule
            without ``h*``; or where one list that needs repair stands twice.
        """
        return self._map(individuals, seed, self.max_depth)

    def read(self, individuals: Sequence[Genotype]) -> Sentences:
        """Map *individuals*, and leave them as they are.

        What is missing or unfit is drawn from a stream that the genotype itself seeds, so equal
        genotypes have equal sentences, whoever else is mapped.

        Examples
        --------
        >>> from evograft.representations.grammar import Grammar
        >>> mapping = DSGEMapping(CompiledGrammar.of(Grammar.parse("<v> ::= x | y")))
        >>> individual = [()]
        >>> mapping.read([individual]).text(0), individual
        ('y', [()])
        """
        return self._map(individuals, 0, self.max_depth, repair=False)

    def _map(
        self, individuals: Sequence[Genotype], seed: int, max_depth: int, *, repair: bool = True
    ) -> Sentences:
        _check.integer("seed", seed, minimum=0, maximum=2**64 - 1)
        grammar, n = self.grammar, len(individuals)
        indices, limits = pack_genes(individuals, grammar.rules)
        check_choices(indices, limits, self._counts, grammar.rules)
        state = np.empty(4, np.uint64)
        fill_state(np.uint64(seed), state)
        ends, repair_ends = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
        valid, used = np.empty(n, np.bool_), np.empty((n, len(grammar.rules)), np.int64)
        arguments = (
            indices,
            limits,
            max_depth,
            self.max_expansions,
            grammar.table,
            grammar.shortest,
            self._ends_by_itself,
            state,
            not repair,
            # From the maximal depth on, each expansion has a flatter rule than the one above it.
            np.empty((max_depth + int(grammar.depths.max()) + 1, 3), np.int64),
        )
        tokens = np.empty(2 * indices.size + 64 * n + 64, np.int32)
        repairs = np.empty((32 * n + 64, 3), np.int64)
        out = (ends, valid, used, repair_ends)
        done = 0
        while (done := kernels.map_growing_genes(*arguments, tokens, repairs, out, done)) < n:
            tokens, repairs = enlarged(tokens), enlarged(repairs)
        if repair:
            _repair(individuals, repairs[: repair_ends[-1]])
        return Sentences(grammar.terminals, tokens[: ends[-1]], ends, valid, used)

    @cached_property
    def _counts(self) -> npt.NDArray[np.int64]:
        """Below what the indices of each gene have to be."""
        grammar = self.grammar
        return np.where(grammar.families >= 0, 2**32, grammar.counts.astype(np.int64))

    @cached_property
    def _ends_by_itself(self) -> npt.NDArray[np.bool_]:
        """Which rules have a flattest derivation that needs no ``h*``."""
        grammar = self.grammar
        shortest = grammar.shortest.copy()
        shortest[(grammar.firsts + grammar.families)[grammar.families >= 0]] = False
        ends: npt.NDArray[np.bool_] = np.logical_or.reduceat(shortest, grammar.firsts)
        return ends


def _repair(individuals: Sequence[Genotype], repairs: npt.NDArray[np.int64]) -> None:
    """Put every index of *repairs* (gene, place, index), gene after gene, into its gene."""
    if not repairs.size:
        return
    times = Counter(map(id, individuals))
    if shared := [i for i in repairs[:, 0] // len(individuals[0]) if times[id(individuals[i])] > 1]:
        raise ValueError(
            f"individuals that need repair must differ, got {individuals[shared[0]]} twice"
        )
    for number, rows in groupby(repairs.tolist(), key=itemgetter(0)):
        individual, rule = divmod(number, len(individuals[0]))
        gene = list(individuals[individual][rule])
        for _, place, index in rows:
            gene[place : place + 1] = [index]  # which may be one more
        individuals[individual][rule] = tuple(gene)
