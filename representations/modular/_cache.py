"""Activations of single-layer genes over the training set, computed once and shared.

In the single-layer variants a gene's neuron depends on nothing but the gene, in fact on nothing
but the codons that its mapping reads (some three in ten). So the row of activations is kept
under the whole gene and under its used prefix, and a mutation of the others costs nothing. Of a
gene that also has real weights, those that the mapping reads follow the codons in the key.
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

FIRST_SLOTS = 1024
"""Slots in use at first; there are more only where a population needs them. Few rows that are
filled again and again stay in the processor's cache, and new pages of memory cost time."""

MAXIMAL_SLOTS = 65_536
"""However much memory is allowed, so that the keys of small data sets stay small too."""

KEYS_PER_SLOT = 4
"""Genes that an epoch remembers per slot in use."""


class GeneCache:
    """Slots of activations by gene, at most *capacity*, those used longest ago given up first.

    Slots are remembered by epochs, the present one and the one before: an epoch ends when it has
    taken half of the slots, and with it go the slots that were not used in either. So forgetting
    costs no look at each of them.

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
        # Slots by gene, of this epoch, and by used prefix, of this epoch and of the one before.
        self._slots: dict[bytes, int] = {}
        self._prefixes: dict[bytes, int] = {}
        self._old_prefixes: dict[bytes, int] = {}
        self._opened = min(FIRST_SLOTS, capacity)
        self._free = list(range(self._opened - 1, INVALID_SLOT, -1))
        self._clock = 0
        self._epoch_start = 0
        self._last_use = np.full(capacity, -1)
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
        missing = np.flatnonzero(slots < 0)
        if missing.size:
            self._last_use[slots[slots >= 0]] = self._clock  # before slots are given up
            absent = [genes[i] for i in missing.tolist()]
            self._add(list(dict.fromkeys(absent)))
            slots[missing] = [self._slots[gene] for gene in absent]
        self._last_use[slots] = self._clock
        return slots

    def _add(self, genes: list[bytes]) -> None:
        """Give every one of *genes*, none of them known to this epoch, its slot.

        All are mapped anew, which costs less than to remember genes longer; a slot is filled for
        each used prefix that neither epoch knows.
        """
        # An epoch takes about half of the slots, so that its end leaves the other half free.
        if (
            len(self._free) < len(genes)
            or len(self._prefixes) + len(genes) > self._opened // 2
            or len(self._slots) > KEYS_PER_SLOT * self._opened
        ):
            self._make_room(len(genes))
        mapped = self._mapping.map_genes(genes)
        slots, prefixes, old = self._slots, self._prefixes, self._old_prefixes
        parts = self._mapping.used_parts(genes, mapped)
        rows: list[int] = []
        filled: list[int] = []
        for row, (gene, prefix) in enumerate(zip(genes, parts, strict=True)):
            if prefix is None:
                slots[gene] = INVALID_SLOT
                continue
            slot = prefixes.get(prefix)
            if slot is None:
                slot = old.get(prefix)
                if slot is None:
                    slot = self._free.pop()
                    rows.append(row)
                    filled.append(slot)
                prefixes[prefix] = slot
            slots[gene] = slot
        self._fill(mapped, np.array(rows, np.int64), np.array(filled, np.int64))

    def _make_room(self, needed: int) -> None:
        """Free *needed* slots: end the epoch, open new slots, or forget all but this batch."""
        self._end_epoch()
        if len(self._free) < max(needed, self._opened // 4):
            opened = min(self._opened + self._opened // 2 + needed, self._capacity)
            self._free = [*range(opened - 1, self._opened - 1, -1), *self._free]
            self._opened = opened
        if len(self._free) < needed:
            self._end_epoch()

    def _end_epoch(self) -> None:
        """Forget what was used before this epoch began, and begin the next."""
        kept = self._last_use >= self._epoch_start
        self._slots = {}
        self._old_prefixes, self._prefixes = self._prefixes, {}
        self._epoch_start = self._clock
        kept[INVALID_SLOT] = True
        self._free = np.flatnonzero(~kept[: self._opened])[::-1].tolist()
        self._pack_outputs(kept)

    def _fill(
        self, mapped: MappedGenes, rows: npt.NDArray[np.int64], slots: npt.NDArray[np.int64]
    ) -> None:
        kernels.fill_rows(self._columns, rows, slots, mapped.arrays(), self.activations)
        self.fan_in[slots] = np.diff(mapped.inputs)[rows]
        self.begins[slots] = self.targets.size + mapped.outputs[rows]
        self.ends[slots] = self.targets.size + mapped.outputs[rows + 1]
        self.targets = np.concatenate((self.targets, mapped.targets))
        self.out_weights = np.concatenate((self.out_weights, mapped.out_weights))

    def _pack_outputs(self, keep: npt.NDArray[np.bool_]) -> None:
        """Drop the outputs of slots that are not kept."""
        kept = np.flatnonzero(keep)
        sizes = self.ends[kept] - self.begins[kept]
        limits = np.concatenate(([0], np.cumsum(sizes)))
        places = np.repeat(self.begins[kept] - limits[:-1], sizes) + np.arange(limits[-1])
        self.targets, self.out_weights = self.targets[places], self.out_weights[places]
        self.begins[kept], self.ends[kept] = limits[:-1], limits[1:]
