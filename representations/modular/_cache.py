"""Activations of single-layer genes over the training set, computed once and shared.

In the single-layer variants a gene's neuron depends on nothing but the gene, in fact on nothing
but the codons that its mapping reads (some three in ten). So the row of activations is kept
under the whole gene and under its used prefix, and a mutation of the others costs nothing.
"""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt

from evograft.representations import _network_kernels as kernels
from evograft.representations.modular.mapping import ModularMapping
from evograft.representations.neuron_mapper import MappedGenes

INVALID_SLOT = 0
"""The slot of every gene that maps to no neuron: it feeds no output."""

FIRST_SLOTS = 2048
"""Slots in use at first; there are more only where a population needs them. Few rows that are
filled again and again stay in the processor's cache, and new pages of memory cost time."""

MAXIMAL_SLOTS = 65_536
"""However much memory is allowed, so that the keys of small data sets stay small too."""

MAXIMAL_KEYS = 8
"""Genes per slot that are remembered; beyond, keys are given up with their slots."""


class GeneCache:
    """Slots of activations by gene, at most *capacity*, the least recently used given up first.

    Attributes
    ----------
    activations : (capacity, n_samples) float32
    fan_in : (capacity,) int32
        Distinct inputs.
    begins, ends : (capacity,) int32
        Where each slot's outputs lie in ``targets`` (int32) and ``out_weights`` (float64).
    """

    def __init__(
        self, mapping: ModularMapping, columns: npt.NDArray[np.float32], capacity: int
    ) -> None:
        self._mapping = mapping
        self._columns = columns
        self._capacity = capacity
        self._slots: dict[bytes, int] = {}
        self._prefixes: dict[bytes, int] = {}
        self._opened = min(FIRST_SLOTS, capacity)
        self._free = list(range(self._opened - 1, INVALID_SLOT, -1))
        self._clock = 0
        self._last_use = np.zeros(capacity, np.int64)
        # Pages of memory are taken only as slots are first written.
        self.activations = np.empty((capacity, columns.shape[1]), np.float32)
        self.fan_in = np.zeros(capacity, np.int32)
        self.begins = np.zeros(capacity, np.int32)
        self.ends = np.zeros(capacity, np.int32)
        self.targets = np.zeros(0, np.int32)
        self.out_weights = np.zeros(0)

    def slots(self, genes: Sequence[bytes]) -> npt.NDArray[np.int32]:
        """Return the slot (n,) of each gene, filling those that are new.

        There must be at most ``capacity - 1`` distinct genes.
        """
        self._clock += 1
        n = len(genes)
        slots = np.fromiter(map(self._slots.get, genes, repeat(-1, n)), np.int32, n)
        new = np.flatnonzero(slots < 0)
        self._last_use[slots if new.size == 0 else slots[slots >= 0]] = self._clock
        if new.size:
            missing = [genes[i] for i in new.tolist()]
            self._add(list(dict.fromkeys(missing)))
            slots[new] = [self._slots[gene] for gene in missing]
        return slots

    def _add(self, new: list[bytes]) -> None:
        mapped = self._mapping.map_genes(new)
        if len(self._free) < len(new) or len(self._slots) > MAXIMAL_KEYS * self._opened:
            self._make_room(len(new))
        slots, prefixes, free = self._slots, self._prefixes, self._free
        width = self._mapping.codon_bits // 8
        ends = np.where(mapped.valid, mapped.used * width, -1)
        rows: list[int] = []
        filled: list[int] = []
        for i, (gene, end) in enumerate(zip(new, ends.tolist(), strict=True)):
            if end < 0:
                slots[gene] = INVALID_SLOT
                continue
            prefix = gene[:end]
            slot = prefixes.get(prefix)
            if slot is None:
                slot = prefixes[prefix] = free.pop()
                rows.append(i)
                filled.append(slot)
            slots[gene] = slot
        self._last_use[[slots[gene] for gene in new]] = self._clock
        self._fill(mapped, np.array(rows, np.int64), np.array(filled, np.int64))

    def _fill(
        self, mapped: MappedGenes, rows: npt.NDArray[np.int64], slots: npt.NDArray[np.int64]
    ) -> None:
        kernels.fill_rows(self._columns, rows, slots, mapped.arrays(), self.activations)
        self.fan_in[slots] = np.diff(mapped.inputs)[rows]
        self.begins[slots] = self.targets.size + mapped.outputs[rows]
        self.ends[slots] = self.targets.size + mapped.outputs[rows + 1]
        self.targets = np.concatenate((self.targets, mapped.targets))
        self.out_weights = np.concatenate((self.out_weights, mapped.out_weights))

    def _make_room(self, needed: int) -> None:
        """Free *needed* slots: new ones while the present batch fills most, then the oldest."""
        used_now = int(np.count_nonzero(self._last_use == self._clock))
        wanted = min(4 * (used_now + needed), self._capacity)
        if wanted > self._opened:
            self._free = [*range(wanted - 1, self._opened - 1, -1), *self._free]
            self._opened = wanted
        self._give_up(max(needed, self._opened // 2) - len(self._free))

    def _give_up(self, count: int) -> None:
        """Free the *count* slots that were used longest ago, but none of the present batch.

        Their keys go, and those of invalid genes, which hold no slot.
        """
        taken = np.zeros(self._capacity, bool)
        taken[INVALID_SLOT + 1 : self._opened] = True
        taken[self._free] = False
        old = np.flatnonzero(taken & (self._last_use < self._clock))
        order = old[np.argsort(self._last_use[old], kind="stable")]
        taken[order[: max(0, count)]] = False
        keep = set(np.flatnonzero(taken).tolist())
        self._slots = {gene: slot for gene, slot in self._slots.items() if slot in keep}
        self._prefixes = {gene: slot for gene, slot in self._prefixes.items() if slot in keep}
        self._free = np.flatnonzero(~taken[: self._opened])[:INVALID_SLOT:-1].tolist()
        self._pack_outputs(taken)

    def _pack_outputs(self, keep: npt.NDArray[np.bool_]) -> None:
        """Drop the outputs of slots that are not kept."""
        kept = np.flatnonzero(keep)
        sizes = self.ends[kept] - self.begins[kept]
        limits = np.concatenate(([0], np.cumsum(sizes)))
        places = np.repeat(self.begins[kept] - limits[:-1], sizes) + np.arange(limits[-1])
        self.targets, self.out_weights = self.targets[places], self.out_weights[places]
        self.begins[kept], self.ends[kept] = limits[:-1], limits[1:]
