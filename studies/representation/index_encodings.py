"""Genotypes of option indices, a gene for each non-terminal: those of SGE and DSGE."""

from collections.abc import Sequence

import numpy as np

from evograft.representations import _check, _random
from evograft.representations.grammatical import CompiledGrammar, DSGEMapping, SGEMapping
from evograft.representations.neuron_grammar import Number
from evograft.studies.representation.bit_flips import Genotype
from evograft.studies.representation.encoding import Encoding, Expressed, read_networks
from evograft.studies.representation.network_grammars import network_grammar

NO_LIMIT = 10_000
"""Depth that no network in an analysis comes near: depth is to limit nothing there."""


class SGEEncoding(Encoding):
    """A gene of fixed length for each non-terminal of a grammar without recursion."""

    def __init__(self, number: Number = "fixed", *, n_features: int = 30, levels: int = 8) -> None:
        self._mapping = SGEMapping(network_grammar(n_features, 1, number), levels)
        self._levels = levels

    def draw(self, n: int, rng: np.random.Generator) -> list[Genotype]:
        counts = np.repeat(self._mapping.grammar.counts, self._mapping.lengths)
        ends = np.cumsum(self._mapping.lengths)[:-1]
        rows = rng.integers(0, counts, (n, counts.size))
        return [[gene.tolist() for gene in np.split(row, ends)] for row in rows]

    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        """Draw genotypes whose levels of the network's rule go on *neurons* - 1 times.

        Raises
        ------
        ValueError
            Where the rule has not so many levels.
        """
        _check.integer("neurons", neurons, minimum=1, maximum=self._levels + 1)
        genotypes = self.draw(n, rng)
        rules = self._mapping.grammar.rules
        levels = [rules.index(f"network@{i}" if i else "network") for i in range(neurons)]
        for genotype in genotypes:
            for level in levels[:-1]:
                genotype[level] = [1]
            genotype[levels[-1]] = [0]
        return genotypes

    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        sentences = self._mapping.map(genotypes)
        return Expressed(read_networks(sentences), sentences.used.tolist())

    def counts(self, genotype: Genotype) -> Sequence[int]:
        counts: list[int] = self._mapping.grammar.counts.tolist()
        return counts


class DSGEEncoding(Encoding):
    """A gene for each non-terminal that has what the derivation reads, and grows on demand."""

    def __init__(
        self,
        number: Number = "fixed",
        *,
        n_features: int = 30,
        initial_depth: int = 6,
        max_depth: int = NO_LIMIT,
    ) -> None:
        grammar = CompiledGrammar.of(network_grammar(n_features, 1, number))
        self._mapping = DSGEMapping(grammar, max_depth, initial_depth)

    def draw(self, n: int, rng: np.random.Generator) -> list[Genotype]:
        return [[*map(list, genes)] for genes in self._mapping.grow(n, int(_random.seed64(rng)))]

    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        rules = self._mapping.grammar.rules
        goes_on = (1,) * (neurons - 1) + (0,)
        genotypes = [[goes_on if r == "network" else () for r in rules] for _ in range(n)]
        self._mapping.map(genotypes, int(_random.seed64(rng)))
        return [[*map(list, genes)] for genes in genotypes]

    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        frozen = [[*map(tuple, genes)] for genes in genotypes]
        sentences = self._mapping.read(frozen)
        return Expressed(read_networks(sentences), sentences.used.tolist())

    def counts(self, genotype: Genotype) -> Sequence[int]:
        counts: list[int] = self._mapping.grammar.counts.tolist()
        return counts
