"""From genotypes to networks, in the five forms that the paper compares."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evograft.representations import gene_weights
from evograft.representations._neuron_kernels import NEW_GENOTYPE, NEW_MODULE
from evograft.representations.network import Network
from evograft.representations.neuron_mapper import MappedGenes, NeuronMapper


@dataclass(frozen=True)
class ModularMapping:
    """Maps genotypes gene by gene and puts the neurons together.

    Parameters
    ----------
    mapper : NeuronMapper
        For one gene.
    codon_bits : int
        8 or 16.
    multi_layer : bool
        Whether a valid neuron becomes an input option of the genes after it.
    grouped : bool
        Whether only those of its own module: the genes are first sorted, stably, into one group
        per output by *first codon mod number of outputs*, and mapped group by group.
    clip_inputs : bool
        Whether input weights, equal inputs merged, are clipped to [-1, 1].
    output : str
        One of :data:`~evograft.representations.network.OUTPUTS`.
    """

    mapper: NeuronMapper
    codon_bits: int = 8
    multi_layer: bool = False
    grouped: bool = False
    clip_inputs: bool = False
    output: str = "linear_softmax"

    def map(
        self, individuals: Sequence[Sequence[bytes]]
    ) -> tuple[MappedGenes, npt.NDArray[np.int64]]:
        """Map every gene of *individuals* at once.

        Returns the mapped genes, in order of mapping, and limits (n + 1,): those of individual i
        are ``limits[i]`` to ``limits[i + 1]``.
        """
        lengths = [len(individual) for individual in individuals]
        limits = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
        if self.grouped:
            genes, scopes = self._group(individuals)
        else:
            genes = [gene for individual in individuals for gene in individual]
            scopes = np.zeros(len(genes), np.int8)
        scopes[limits[:-1][np.diff(limits) > 0]] = NEW_GENOTYPE
        return self.map_genes(genes, scopes), limits

    def map_genes(
        self, genes: Sequence[bytes], scopes: npt.NDArray[np.int8] | None = None
    ) -> MappedGenes:
        """Map *genes* in order, with *scopes* as :meth:`NeuronMapper.map` takes them."""
        mapped = self.mapper.map(
            genes, codon_bits=self.codon_bits, scopes=scopes, multi_layer=self.multi_layer
        )
        if self.clip_inputs:
            mapped = replace(mapped, weights=np.clip(mapped.weights, -1.0, 1.0))
        return mapped

    def used_parts(self, genes: Sequence[bytes], mapped: MappedGenes) -> list[bytes | None]:
        """What of each gene was read, codons and then real weights; None of an invalid gene.

        In a single layer, genes of which the same was read are the same neuron.
        """
        width = self.codon_bits // 8
        ends = np.where(mapped.valid, mapped.used * width, -1).tolist()
        parts = [gene[:end] if end >= 0 else None for gene, end in zip(genes, ends, strict=True)]
        if self.mapper.n_weights == 0:
            return parts
        tail = gene_weights.SIZE * self.mapper.n_weights
        unread = (tail - gene_weights.SIZE * mapped.used_reals).tolist()
        return [
            None if part is None else part + gene[len(gene) - tail : len(gene) - rest]
            for part, gene, rest in zip(parts, genes, unread, strict=True)
        ]

    def _group(
        self, individuals: Sequence[Sequence[bytes]]
    ) -> tuple[list[bytes], npt.NDArray[np.int8]]:
        genes: list[bytes] = []
        scopes: list[int] = []
        width = self.codon_bits // 8
        for individual in individuals:
            modules = [
                int.from_bytes(gene[:width], "little") % self.mapper.n_outputs
                for gene in individual
            ]
            order = sorted(range(len(individual)), key=modules.__getitem__)
            before = None
            for place in order:
                genes.append(individual[place])
                scopes.append(0 if modules[place] == before else NEW_MODULE)
                before = modules[place]
        return genes, np.array(scopes, np.int8)

    def develop(self, individual: Sequence[bytes]) -> Network:
        """Grow the network of one individual; invalid genes are left out.

        Raises
        ------
        TypeError
            Where the individual is no sequence of ``bytes`` genes.
        """
        for gene in individual:
            if not isinstance(gene, bytes):
                raise TypeError(f"individual must be a sequence of bytes genes, got {gene!r}")
        mapped, _ = self.map([individual])
        valid = mapped.valid
        n_features = self.mapper.n_features
        fan_in = np.diff(mapped.inputs)[valid]
        fan_out = np.diff(mapped.outputs)[valid]
        return Network(
            n_inputs=n_features,
            n_outputs=self.mapper.n_outputs,
            function=mapped.function[valid],
            bias=mapped.bias[valid],
            indptr=np.concatenate(([0], np.cumsum(fan_in))),
            sources=mapped.sources,
            weights=mapped.weights,
            out_sources=np.repeat(np.arange(n_features, n_features + fan_out.size), fan_out),
            out_targets=mapped.targets,
            out_weights=mapped.out_weights,
            output=self.output,
        )

    def explain(self, individual: Sequence[bytes]) -> str:
        """Return the derivation of every gene in mapping order, step by step, as text."""
        genes, scopes = (
            self._group([individual]) if self.grouped else (list(individual), np.zeros(0, np.int8))
        )
        dtype = np.uint8 if self.codon_bits == 8 else np.dtype("<u2")
        texts, hidden = [], 0
        for place, gene in enumerate(genes):
            if self.grouped and scopes[place] == NEW_MODULE:
                hidden = 0
            (codons,), (weights,) = gene_weights.split_genes([gene], self.mapper.n_weights)
            derivation = self.mapper.derive(
                np.frombuffer(codons, dtype).tolist(), hidden if self.multi_layer else 0, weights
            )
            hidden += derivation.valid
            texts.append(f"gene {place + 1}\n{derivation}")
        return "\n\n".join(texts)
