"""Genotypes of codons, which choose modulo: those of MGE and GE."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.grammatical import CompiledGrammar, GEMapping, Sentences
from evograft.representations.neuron_grammar import Number
from evograft.studies.representation.bit_flips import Genotype
from evograft.studies.representation.encoding import Encoding, Expressed, read_networks
from evograft.studies.representation.expression_tree import Network
from evograft.studies.representation.network_grammars import (
    SEPARATOR,
    network_grammar,
    neuron_grammar,
    read_network,
)

CODON = 256
"""Values of a codon."""


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
        return Expressed(read_networks(sentences), sentences.used[:, None].tolist(), failed)

    def counts(self, genotype: Genotype) -> Sequence[int]:
        return [CODON]


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
