"""The four genotypes in one form, so that the same analyses measure all of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _random
from evograft.representations.grammatical import (
    CompiledGrammar,
    DSGEMapping,
    GEMapping,
    Sentences,
    SGEMapping,
)
from evograft.representations.neuron_grammar import Number
from evograft.studies.representation.bit_flips import Genotype
from evograft.studies.representation.expression_tree import Network
from evograft.studies.representation.network_grammars import (
    SEPARATOR,
    network_grammar,
    neuron_grammar,
    read_network,
)

CODON = 256
"""Values of a codon."""

NO_LIMIT = 10_000
"""Depth that no network in an analysis comes near: depth is to limit nothing there."""


@dataclass(frozen=True)
class Expressed:
    """What genotypes are mapped to.

    Attributes
    ----------
    networks : list of tuple of Neuron, or None
        None where a genotype is invalid.
    used : list of list of int
        How many integers of each gene, from the front, were read.
    failed_genes : int
        Of all genotypes together; other than in MGE a gene fails with its genotype or not at all.
    """

    networks: list[Network | None]
    used: list[list[int]]
    failed_genes: int = 0


class Encoding(ABC):
    """A genotype of lists of integers and its mapping to single-layer networks."""

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator) -> list[Genotype]:
        """Draw *n* random genotypes as the method's initial population has them."""

    @abstractmethod
    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        """Draw *n* random genotypes, all valid and of so many neurons, uniform among these."""

    @abstractmethod
    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        """Map *genotypes*; those that grow on demand are repaired in place, from *rng*."""

    @abstractmethod
    def counts(self, genotype: Genotype) -> Sequence[int]:
        """Return how many values the integers of each gene can take."""


class MGEEncoding(Encoding):
    """A gene of codons for each neuron; a single option reads no codon, nothing is wrapped."""

    def __init__(
        self,
        number: Number = "fixed",
        *,
        n_features: int = 30,
        gene_length: int = 100,
        initial_genes: tuple[int, int] = (2, 10),
    ) -> None:
        self._mapping = GEMapping(CompiledGrammar.of(neuron_grammar(n_features, 1, number)))
        self._length = _check.integer("gene_length", gene_length, minimum=1)
        self._initial = initial_genes

    def draw(self, n: int, rng: np.random.Generator) -> list[Genotype]:
        low, high = self._initial
        sizes = rng.integers(low, high + 1, n)
        genes = _codons(int(sizes.sum()), self._length, rng).tolist()
        ends = np.cumsum(sizes).tolist()
        return [genes[end - size : end] for end, size in zip(ends, sizes.tolist(), strict=True)]

    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        genes = _draw_until(
            n * neurons,
            lambda missing: _codons(2 * missing, self._length, rng),
            lambda rows: self._mapping.map(rows).valid,
        )
        return [genes[first : first + neurons] for first in range(0, n * neurons, neurons)]

    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        sentences = self._mapping.map([gene for genotype in genotypes for gene in genotype])
        texts = [sentences.text(i) for i in range(len(sentences))]
        reads = sentences.used.tolist()
        networks: list[Network | None] = []
        used = []
        first = 0
        for genotype in genotypes:
            last = first + len(genotype)
            neurons = [read_network(text)[0] for text in texts[first:last] if text is not None]
            networks.append(tuple(neurons) or None)
            used.append(reads[first:last])
            first = last
        return Expressed(networks, used, texts.count(None))

    def counts(self, genotype: Genotype) -> Sequence[int]:
        return [CODON] * len(genotype)


class GEEncoding(Encoding):
    """One list of codons for the whole network."""

    def __init__(
        self,
        number: Number = "fixed",
        *,
        n_features: int = 30,
        codons: int = 200,
        codons_per_neuron: int = 100,
        wraps: int = 0,
        lazy: bool = True,
    ) -> None:
        grammar = CompiledGrammar.of(network_grammar(n_features, 1, number))
        self._mapping = GEMapping(grammar, wraps=wraps, lazy=lazy)
        self._codons = _check.integer("codons", codons, minimum=1)
        self._per_neuron = _check.integer("codons_per_neuron", codons_per_neuron, minimum=1)

    def draw(self, n: int, rng: np.random.Generator) -> list[Genotype]:
        return [[codons] for codons in _codons(n, self._codons, rng).tolist()]

    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        """Draw genotypes of the codons that so many genes of MGE have."""
        length = self._per_neuron * neurons
        most = max(1, 8_000_000 // length)  # codons in memory at once
        rows = _draw_until(
            n,
            lambda missing: _codons(min(missing * 2**neurons, most), length, rng),
            lambda codons: _sizes(self._mapping.map(codons)) == neurons,
        )
        return [[codons] for codons in rows]

    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        sentences = self._mapping.map([genotype[0] for genotype in genotypes])
        failed = int((~sentences.valid).sum())
        return Expressed(_networks(sentences), sentences.used[:, None].tolist(), failed)

    def counts(self, genotype: Genotype) -> Sequence[int]:
        return [CODON]


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
        return Expressed(_networks(sentences), sentences.used.tolist())

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
        return self._mapping.grow(n, int(_random.seed64(rng)))

    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        rules = self._mapping.grammar.rules
        goes_on = [1] * (neurons - 1) + [0]
        genotypes = [[list(goes_on) if r == "network" else [] for r in rules] for _ in range(n)]
        self._mapping.map(genotypes, int(_random.seed64(rng)))
        return genotypes

    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        sentences = self._mapping.map(genotypes, int(_random.seed64(rng)))
        return Expressed(_networks(sentences), sentences.used.tolist())

    def counts(self, genotype: Genotype) -> Sequence[int]:
        counts: list[int] = self._mapping.grammar.counts.tolist()
        return counts


ENCODINGS: dict[str, Callable[..., Encoding]] = {
    "mge": MGEEncoding,
    "ge": GEEncoding,
    "sge": SGEEncoding,
    "dsge": DSGEEncoding,
}
"""By the name of the method."""


def _codons(n: int, length: int, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    return rng.integers(0, CODON, (n, length), dtype=np.uint8)


def _draw_until(
    n: int,
    draw: Callable[[int], npt.NDArray[np.uint8]],
    wanted: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.bool_]],
) -> list[list[int]]:
    """The first *n* rows that are *wanted*, of batches drawn for so many that are missing."""
    rows: list[list[int]] = []
    while len(rows) < n:
        batch = draw(n - len(rows))
        rows.extend(batch[wanted(batch)].tolist())
    return rows[:n]


def _sizes(sentences: Sentences) -> npt.NDArray[np.int64]:
    """How many neurons each sentence has, 0 where there is none, (n,)."""
    ends = np.concatenate(([0], np.cumsum(sentences.tokens == _separator(sentences))))
    separators = np.diff(ends[sentences.limits])
    return np.where(sentences.valid, separators + 1, 0)


def _separator(sentences: Sentences) -> int:
    return sentences.terminals.index(SEPARATOR)


def _networks(sentences: Sentences) -> list[Network | None]:
    texts = map(sentences.text, range(len(sentences)))
    return [None if text is None else read_network(text) for text in texts]
