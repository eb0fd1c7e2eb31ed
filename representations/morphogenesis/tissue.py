"""The tissue that a genome grows in: the arrays of the kernels, and room for more of everything."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis import _growth_kernels as kernels
from evograft.representations.morphogenesis._growth_kernels import (
    CELLS,
    EDGES,
    LONGEST,
    NEURONS,
    STEP,
)
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.organism import Stage, split_axons

SITES_PER_CALL = 20_000_000
"""Site updates between two returns to Python, some 20 ms: where Ctrl-C and recording come in."""


class Tissue:
    """Arrays for tissues of X x Y sites and K morphogens, used for one genome after the other."""

    def __init__(self, size_x: int, size_y: int, n_morphogens: int) -> None:
        self.size_x, self.size_y = size_x, size_y
        self.n_sites = size_x * size_y
        padded = (size_x + 2) * (size_y + 2)
        self._home = _home(size_x, size_y)
        self._counts = np.zeros(7, np.int64)
        self._fields, self._work, self._before, self._secretion = (
            np.empty((n_morphogens, padded)) for _ in range(4)
        )
        self._cell_at = np.empty(padded, np.int32)
        self._neuron_at = np.empty(padded, np.int32)
        self._towards = np.empty(padded, np.int64)
        line = size_y + 2
        # The eight neighbours in the order of the method, which decides between equals.
        self._offsets = np.array([-line, line, -1, 1, -line - 1, -line + 1, line - 1, line + 1])
        self._provide(cells=64, edges=256, longest=16)

    def _provide(self, *, cells: int, edges: int, longest: int) -> None:
        """Make room for so many cells, connections and sites of an axon; contents are kept."""
        n = self.n_sites + 1
        cells = min(cells, n)
        for name in (
            "_site_of",
            "_progenitors",
            "_front",
            "_chosen",
            "_length",
            "_recent",
            "_head",
        ):
            _enlarge(self, name, (cells + 1,), np.int32)
        _enlarge(self, "_path", (cells + 1, longest), np.int32)
        _enlarge(self, "_edge_target", (edges,), np.int32)
        _enlarge(self, "_edge_next", (edges,), np.int32)
        _enlarge(self, "_edge_weight", (edges,), np.float64)

    def plant(self, genome: Genome) -> None:
        """Begin anew, with what *genome* says."""
        self.genome = genome
        self._rates = np.array(
            [genome.progenitor_secretion_rates, genome.neuron_secretion_rates], np.float64
        )
        self._inhibition = genome.inhibition_matrix.astype(np.float64)
        patterns = genome.diffusion_patterns
        self._taps = np.concatenate([pattern.ravel() for pattern in patterns]).astype(np.float64)
        shapes, start = [], 0
        for pattern in patterns:
            shapes.append((*pattern.shape, start))
            start += pattern.size
        self._shapes = np.array(shapes)
        self._scalars = (
            genome.diffusion_rate,
            genome.division_threshold,
            genome.cell_differentiation_threshold,
            genome.axon_growth_threshold,
            genome.axon_connect_threshold,
        )
        # No axon is longer than the sites or the steps allow.
        self._longest = min(genome.max_axon_length, self.n_sites, genome.max_growth_steps + 1)
        center = (self.size_x // 2 + 1) * (self.size_y + 2) + self.size_y // 2 + 1
        kernels.plant(
            self._counts, self._fields, self._secretion, self._cell_at, self._neuron_at,
            self._site_of, self._progenitors, self._front, self._rates[0], center, self.size_x,
            self.size_y,
        )  # fmt: skip

    def grow(self, last_step: int, use_fused: bool) -> None:
        """Go on until *last_step*."""
        stride = max(1, SITES_PER_CALL // (self.n_sites * len(self._fields)))
        counts = self._counts
        while counts[STEP] < last_step:
            until = min(last_step, int(counts[STEP]) + stride)
            kernels.grow(
                counts, until, self._fields, self._work, self._before, self._secretion,
                self._inhibition, self._taps, self._shapes, self._rates, self._scalars,
                self._longest, self._cell_at, self._neuron_at, self._site_of, self._progenitors,
                self._front, self._chosen, self._length, self._path, self._recent, self._head,
                self._edge_target, self._edge_weight, self._edge_next, self._towards, self._home,
                self._offsets, self.size_x, self.size_y, use_fused,
            )  # fmt: skip
            if counts[STEP] < until:
                cells = int(counts[CELLS])
                self._provide(
                    cells=4 * cells,
                    edges=2 * int(counts[EDGES]) + 8 * cells,
                    longest=min(2 * int(counts[LONGEST]) + 14, self._longest),
                )

    def connect_to_themselves(self, neurons: Any, weights: Any) -> None:
        """Add a connection from each of *neurons* to itself."""
        room = int(self._counts[EDGES]) + len(neurons)
        self._provide(cells=0, edges=room, longest=0)
        for neuron, weight in zip(neurons, weights, strict=True):
            kernels.connect(
                self._counts, neuron, neuron, weight, self._recent, self._head, self._edge_target,
                self._edge_weight, self._edge_next,
            )  # fmt: skip

    @property
    def n_neurons(self) -> int:
        return int(self._counts[NEURONS])

    def without_input(self) -> list[int]:
        """The neurons that no connection leads to, by their cells' ids ascending."""
        found: npt.NDArray[np.int64] = kernels.without_input(
            self._counts, self._edge_target, self._chosen, self._cell_at, self._path
        )
        return found.tolist()

    def fields_at_somata(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The fields that decide on connections and their weights at every neuron, (n,) each."""
        somata = self._path[: self.n_neurons, 0]
        k = len(self._fields)
        return self._fields[min(3, k - 1)][somata], self._fields[min(4, k - 1)][somata]

    def harvest(self) -> tuple[npt.NDArray[Any], ...]:
        """What grew, as the arrays that an ``Organism`` begins with."""
        grown: tuple[npt.NDArray[Any], ...] = kernels.harvest(
            self._counts, self._cell_at, self._neuron_at, self._site_of, self._length, self._path,
            self._head, self._edge_target, self._edge_weight, self._edge_next, self.size_y + 2,
        )  # fmt: skip
        return grown

    def stage(self) -> Stage:
        """A copy of the present state."""
        *_, axon_sites, axon_ends = self.harvest()
        return Stage(
            step=int(self._counts[STEP]),
            fields=self.field_grid(),
            cells=self._inner(self._cell_at).astype(np.int64),
            neurons=self._inner(self._neuron_at) >= 0,
            axons=split_axons(axon_sites, axon_ends),
        )

    def field_grid(self) -> npt.NDArray[np.float64]:
        """A copy of the fields, (K, X, Y)."""
        return np.ascontiguousarray(self._inner(self._fields))

    def _inner(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return rows.reshape(*rows.shape[:-1], self.size_x + 2, self.size_y + 2)[..., 1:-1, 1:-1]


def _enlarge(tissue: Tissue, name: str, shape: tuple[int, ...], dtype: Any) -> None:
    old = getattr(tissue, name, np.empty((0,) * len(shape), dtype))
    if all(have >= need for have, need in zip(old.shape, shape, strict=True)):
        return
    new = np.empty(tuple(map(max, old.shape, shape)), dtype)
    new[tuple(slice(0, size) for size in old.shape)] = old
    setattr(tissue, name, new)


@lru_cache(maxsize=64)
def _home(size_x: int, size_y: int) -> npt.NDArray[np.int32]:
    """For every padded site the inner one that it copies."""
    x = np.arange(-1, size_x + 1) % size_x + 1
    y = np.arange(-1, size_y + 1) % size_y + 1
    return np.asarray(x[:, None] * (size_y + 2) + y, np.int32).ravel()
