"""The tissue that a genome grows in: the arrays of the kernels, and room for more of everything."""

from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis import (
    _axon_kernels,
    _cell_kernels,
    _growth_kernels,
    _harvest_kernels,
)
from evograft.representations.morphogenesis._layout import (
    CELLS,
    EDGES,
    LONGEST,
    NEURONS,
    STEP,
    Axons,
    Cells,
    Edges,
    Fields,
    Rules,
    Torus,
)
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.organism import Grown, Stage, split_axons

UPDATES_PER_CALL = 20_000_000
"""Values of fields to update between two returns to Python, some 20 ms: where Ctrl-C comes in."""

Room = TypeVar("Room", Axons, Cells, Edges)


class Tissue:
    """Tissues of X x Y sites and K morphogens, one after the other in the same memory.

    :meth:`plant` begins with a genome, :meth:`grow` goes on to a step, and the rest looks at what
    there is.
    """

    def __init__(self, size_x: int, size_y: int, n_morphogens: int) -> None:
        line = size_y + 2
        padded = (size_x + 2) * line
        # The order of the neighbours decides between equals.
        offsets = [-line, line, -1, 1, -line - 1, -line + 1, line - 1, line + 1]
        self._torus = Torus(size_x, size_y, _home(size_x, size_y), np.array(offsets))
        self._fields = Fields(*(np.empty((n_morphogens, padded)) for _ in range(4)))
        self._counts = np.zeros(7, np.int64)
        none = np.empty(0, np.int32)
        self._cells = Cells(
            np.empty(padded, np.int32), np.empty(padded, np.int32), np.empty(padded),
            none, none, none, none,
        )  # fmt: skip
        self._axons = Axons(none, np.empty((0, 0), np.int32), np.empty(padded, np.int64))
        self._edges = Edges(none, none, none, np.empty(0), none)
        self._provide(cells=64, edges=256, longest=16)

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return self._torus.size_x * self._torus.size_y

    @property
    def n_neurons(self) -> int:
        """Number of neurons by now."""
        return int(self._counts[NEURONS])

    def _provide(self, *, cells: int = 0, edges: int = 0, longest: int = 0) -> None:
        """Make room for so many cells, connections and sites of an axon; contents are kept."""
        cells = min(cells, self.n_sites + 1) + 1
        self._cells = _enlarged(
            self._cells, site_of=(cells,), progenitors=(cells,), front=(cells,), chosen=(cells,)
        )
        self._axons = _enlarged(self._axons, length=(cells,), path=(cells, longest))
        self._edges = _enlarged(
            self._edges, recent=(cells,), head=(cells,), target=(edges,), weight=(edges,),
            following=(edges,),
        )  # fmt: skip

    def plant(self, genome: Genome, *, use_fused: bool) -> None:
        """Begin anew with one cell, and with what *genome* says."""
        patterns = genome.diffusion_patterns
        taps = np.concatenate([pattern.ravel() for pattern in patterns])
        self._rules = Rules(
            inhibition=genome.inhibition_matrix.astype(np.float64),
            taps=taps.astype(np.float64, copy=False),
            shapes=_shapes(tuple([pattern.shape for pattern in patterns])),
            rates=np.array(
                [genome.progenitor_secretion_rates, genome.neuron_secretion_rates], np.float64
            ),
            diffusion_rate=genome.diffusion_rate,
            divide_above=genome.division_threshold,
            differentiate_above=genome.cell_differentiation_threshold,
            grow_from=genome.axon_growth_threshold,
            connect_from=genome.axon_connect_threshold,
            # No axon is longer than the sites or the steps allow.
            longest=min(genome.max_axon_length, self.n_sites, genome.max_growth_steps + 1),
            use_fused=use_fused,
        )
        _cell_kernels.plant(self._counts, self._torus, self._rules, self._fields, self._cells)

    def grow(self, last_step: int) -> None:
        """Go on until *last_step*."""
        counts = self._counts
        at_once = max(1, UPDATES_PER_CALL // self._fields.now.size)
        while counts[STEP] < last_step:
            until = min(last_step, int(counts[STEP]) + at_once)
            _growth_kernels.grow(
                counts, until, self._torus, self._rules, self._fields, self._cells, self._axons,
                self._edges,
            )  # fmt: skip
            if counts[STEP] < until:  # for want of room
                cells = int(counts[CELLS])
                self._provide(
                    cells=4 * cells,
                    edges=2 * int(counts[EDGES]) + 8 * cells,
                    longest=min(2 * int(counts[LONGEST]) + 14, self._rules.longest),
                )

    def without_input(self) -> list[int]:
        """The neurons that no connection leads to, by their cells' ids ascending."""
        found: npt.NDArray[np.int64] = _harvest_kernels.without_input(
            self._counts, self._cells, self._axons, self._edges
        )
        return [int(neuron) for neuron in found]

    def fields_at_somata(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The fields that decide on connections and their weights at every neuron, (n,) each."""
        somata = self._axons.path[: self.n_neurons, 0]
        fields = self._fields.now
        last = len(fields) - 1
        return fields[min(3, last)][somata], fields[min(4, last)][somata]

    def connect_to_themselves(self, neurons: list[int], weights: list[float]) -> None:
        """Add a connection from each of *neurons* to itself."""
        self._provide(edges=int(self._counts[EDGES]) + len(neurons))
        for neuron, weight in zip(neurons, weights, strict=True):
            _axon_kernels.connect(self._counts, neuron, neuron, weight, self._edges)

    def harvest(self) -> Grown:
        """What has grown by now."""
        line = self._torus.size_y + 2
        return Grown(
            *_harvest_kernels.harvest(self._counts, line, self._cells, self._axons, self._edges)
        )

    def stage(self) -> Stage:
        """A copy of the present state."""
        grown = self.harvest()
        return Stage(
            step=int(self._counts[STEP]),
            fields=self.fields(),
            cells=self._grid(self._cells.cell_at).astype(np.int64),
            neurons=self._grid(self._cells.neuron_at) >= 0,
            axons=split_axons(grown.axon_sites, grown.axon_ends),
        )

    def fields(self) -> npt.NDArray[np.float64]:
        """A copy of the fields, (K, X, Y)."""
        return np.ascontiguousarray(self._grid(self._fields.now))

    def _grid(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        shape = (*rows.shape[:-1], self._torus.size_x + 2, self._torus.size_y + 2)
        return rows.reshape(shape)[..., 1:-1, 1:-1]


def _enlarged(arrays: Room, **shapes: tuple[int, ...]) -> Room:
    """*arrays* with those named in *shapes* at least so large; contents are kept."""
    larger = {}
    for name, shape in shapes.items():
        old = getattr(arrays, name)
        if any(have < need for have, need in zip(old.shape, shape, strict=True)):
            larger[name] = np.empty(tuple(map(max, old.shape, shape)), old.dtype)
            larger[name][tuple(slice(0, size) for size in old.shape)] = old
    return arrays._replace(**larger)


@lru_cache(maxsize=64)
def _shapes(shapes: tuple[tuple[int, int], ...]) -> npt.NDArray[np.int64]:
    """Height and width of every kernel, and where it begins when all are put in a row."""
    starts = np.cumsum([0, *(height * width for height, width in shapes)])
    return np.column_stack((np.array(shapes), starts[:-1]))


@lru_cache(maxsize=64)
def _home(size_x: int, size_y: int) -> npt.NDArray[np.int32]:
    """For every padded site the inner one that it copies."""
    x = np.arange(-1, size_x + 1) % size_x + 1
    y = np.arange(-1, size_y + 1) % size_y + 1
    return np.asarray(x[:, None] * (size_y + 2) + y, np.int32).ravel()
