"""The tissue that genomes grow in: the arrays of the kernels, and room for more of everything."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis import _batch_kernels, _harvest_kernels
from evograft.representations.morphogenesis._layout import (
    CELLS,
    EDGES,
    LONGEST,
    NEURONS,
    STEP,
    Axons,
    Batch,
    Cells,
    Crop,
    Edges,
    Fields,
    Torus,
)
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.organism import Grown, Stage, split_axons

UPDATES_PER_CALL = 20_000_000
"""Cost of the steps between two returns to Python, some 20 ms: where Ctrl-C comes in."""

Room = TypeVar("Room", Axons, Cells, Crop, Edges)


def cost_of_step(genome: Genome) -> int:
    """The cost of a step in updates of one site's value through a 3 x 3 kernel.

    Kernels of another shape are not unrolled: each of their taps costs about as much as such an
    update. Inhibition looks at every pair of morphogens, and 12 of these cost as much.
    """
    sites, k = genome.size_x * genome.size_y, genome.num_morphogens
    taps = sum(1 if p.shape == (3, 3) else p.size for p in genome.diffusion_patterns)
    return sites * (taps + k * k // 12)


class Harvest(NamedTuple):
    """What grew, and of every neuron (n,) whether a connection leads to it, and two fields there.

    *adhesion* decides whether it may connect to itself, *strength* with which weight.
    """

    grown: Grown
    has_input: npt.NDArray[np.bool_]
    adhesion: npt.NDArray[np.float64]
    strength: npt.NDArray[np.float64]


class Tissue:
    """Tissues of X x Y sites and K morphogens, one after the other in the same memory.

    :meth:`sow` takes genomes; :meth:`grow_all` grows them, or, for one of them, :meth:`begin`,
    :meth:`grow` and :meth:`harvest` do so in as many parts as one likes.
    """

    def __init__(self, size_x: int, size_y: int, n_morphogens: int) -> None:
        line = size_y + 2
        padded = (size_x + 2) * line
        # The order of the neighbours decides between equals.
        offsets = [-line, line, -1, 1, -line - 1, -line + 1, line - 1, line + 1]
        x = np.arange(-1, size_x + 1) % size_x + 1
        y = np.arange(-1, size_y + 1) % size_y + 1
        home = np.asarray(x[:, None] * line + y, np.int32).ravel()
        self._torus = Torus(size_x, size_y, home, np.array(offsets))
        self._fields = Fields(*(np.empty((n_morphogens, padded)) for _ in range(4)))
        self._counts = np.zeros(7, np.int64)
        none, none64 = np.empty(0, np.int32), np.empty(0, np.int64)
        self._cells = Cells(
            np.empty(padded, np.int32), np.empty(padded, np.int32), np.empty(padded),
            none, none, none, none,
        )  # fmt: skip
        self._axons = Axons(none, np.empty((0, 0), np.int32), np.empty(padded, np.int64), none)
        self._edges = Edges(none, none, none, np.empty(0), none)
        pairs, triples = np.empty((0, 2), np.int64), np.empty((0, 3), np.int64)
        self._crop = Crop(
            none64, pairs, none64, np.empty(0), np.empty(0), none64, pairs, pairs, np.empty(0),
            triples, np.empty((0, 4), np.int64),
        )  # fmt: skip
        self._provide(cells=64, edges=256, longest=16)

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return self._torus.size_x * self._torus.size_y

    @property
    def n_bytes(self) -> int:
        """Memory of the arrays."""
        groups = (self._torus[2:], self._fields, self._cells, self._axons, self._edges, self._crop)
        return sum(array.nbytes for group in groups for array in group)

    def _provide(self, *, cells: int, edges: int, longest: int) -> None:
        """Make room for so many cells, connections and sites of an axon; contents are kept."""
        cells = min(cells, self.n_sites + 1) + 1
        self._cells = _enlarged(
            self._cells, site_of=(cells,), progenitors=(cells,), front=(cells,), chosen=(cells,)
        )
        self._axons = _enlarged(self._axons, length=(cells,), path=(cells, longest), rank=(cells,))
        self._edges = _enlarged(
            self._edges, recent=(cells,), head=(cells,), target=(edges,), weight=(edges,),
            following=(edges,),
        )  # fmt: skip

    def _provide_more(self) -> None:
        """Make room for what a step at the present size might bring, and for some steps more."""
        cells, longest = int(self._counts[CELLS]), int(self._counts[LONGEST])
        edges = 2 * int(self._counts[EDGES]) + 8 * cells
        self._provide(cells=4 * cells, edges=edges, longest=2 * longest + 14)

    def _provide_crop(self, g: int) -> None:
        """Make room for what has grown as number *g*, and for as much again."""
        counts = self._counts
        n = int(counts[NEURONS])
        grown = (n, int(self._axons.length[:n].sum()), counts[EDGES], counts[CELLS] - n)
        n, a, e, p = (
            2 * (int(end) + int(more)) + 64
            for end, more in zip(self._crop.ends[g], grown, strict=True)
        )
        self._crop = _enlarged(
            self._crop, neuron_ids=(n,), positions=(n, 2), has_input=(n,), adhesion=(n,),
            strength=(n,), axon_ends=(n,), axon_sites=(a, 2), edges=(e, 2), weights=(e,),
            progenitors=(p, 3),
        )  # fmt: skip

    def sow(self, genomes: Sequence[Genome], *, use_fused: bool) -> None:
        """Take *genomes*, all of this tissue's size, to be grown."""
        patterns = [pattern for genome in genomes for pattern in genome.diffusion_patterns]
        taps = np.concatenate([pattern.ravel() for pattern in patterns])
        n, k = len(genomes), len(self._fields.now)
        rates = [
            (genome.progenitor_secretion_rates, genome.neuron_secretion_rates) for genome in genomes
        ]
        scalars = [
            (
                genome.diffusion_rate,
                genome.division_threshold,
                genome.cell_differentiation_threshold,
                genome.axon_growth_threshold,
                genome.axon_connect_threshold,
            )
            for genome in genomes
        ]
        # No axon is longer than the sites or the steps allow.
        longest = [
            min(genome.max_axon_length, self.n_sites, genome.max_growth_steps + 1)
            for genome in genomes
        ]
        self._batch = Batch(
            inhibition=np.array([genome.inhibition_matrix for genome in genomes], np.float64),
            taps=taps.astype(np.float64, copy=False),
            shapes=_shapes(tuple([pattern.shape for pattern in patterns])).reshape(n, k, 3),
            rates=np.array(rates, np.float64),
            scalars=np.array(scalars),
            longest=np.array(longest),
            steps=np.array([genome.max_growth_steps for genome in genomes]),
        )
        self._use_fused = use_fused
        self._at_once = max(1, UPDATES_PER_CALL // max(map(cost_of_step, genomes)))
        self._crop = _enlarged(self._crop, ends=(n + 1, 4))
        self._crop.ends[0] = 0

    def begin(self, g: int = 0) -> None:
        """Plant the genome number *g*."""
        _batch_kernels.begin(
            self._counts, self._batch, g, self._use_fused, self._torus, self._fields, self._cells
        )

    def grow(
        self, last_step: int, g: int = 0, *, progress: Callable[[int], object] | None = None
    ) -> None:
        """Go on with number *g* until *last_step*; tell *progress* of the steps done."""
        counts = self._counts
        while counts[STEP] < last_step:
            until = min(last_step, int(counts[STEP]) + self._at_once)
            _batch_kernels.go_on(
                counts, until, self._batch, g, self._use_fused, self._torus, self._fields,
                self._cells, self._axons, self._edges,
            )  # fmt: skip
            if counts[STEP] < until:
                self._provide_more()
            if progress is not None:
                progress(int(counts[STEP]))

    def harvest(self, g: int = 0) -> Harvest:
        """What has grown of number *g* by now."""
        self._provide_crop(g)
        _harvest_kernels.harvest(
            self._counts, g, self._torus, self._fields, self._cells, self._axons, self._edges,
            self._crop,
        )  # fmt: skip
        return self._harvested(g)

    def grow_all(self) -> list[Harvest]:
        """Grow all genomes that were sown; their fields are not kept."""
        g, n = 0, self._batch.steps.size
        while True:
            g = _batch_kernels.grow_all(
                self._counts, g, self._batch, self._use_fused, self._torus, self._fields,
                self._cells, self._axons, self._edges, self._crop,
            )  # fmt: skip
            if g == n:
                return [self._harvested(g) for g in range(n)]
            if self._counts[STEP] < self._batch.steps[g]:
                self._provide_more()
            else:
                self._provide_crop(g)

    def _harvested(self, g: int) -> Harvest:
        """Copies of what the crop holds of number *g*."""
        crop = self._crop
        (n0, a0, e0, p0), (n1, a1, e1, p1) = crop.ends[g : g + 2].tolist()
        return Harvest(
            Grown(
                neuron_ids=crop.neuron_ids[n0:n1].copy(),
                positions=crop.positions[n0:n1].copy(),
                edges=crop.edges[e0:e1].copy(),
                weights=crop.weights[e0:e1].copy(),
                progenitors=crop.progenitors[p0:p1].copy(),
                axon_sites=crop.axon_sites[a0:a1].copy(),
                axon_ends=crop.axon_ends[n0:n1].copy(),
            ),
            has_input=crop.has_input[n0:n1].astype(np.bool_),
            adhesion=crop.adhesion[n0:n1].copy(),
            strength=crop.strength[n0:n1].copy(),
        )

    def stage(self) -> Stage:
        """A copy of the present state of the genome that grows."""
        grown = self.harvest().grown
        return Stage(
            step=int(self._counts[STEP]),
            fields=self.fields(),
            cells=self._grid(self._cells.cell_at).astype(np.int64),
            neurons=self._grid(self._cells.neuron_at) >= 0,
            axons=split_axons(grown.axon_sites, grown.axon_ends),
        )

    def fields(self) -> npt.NDArray[np.float64]:
        """A copy of the fields of the genome that has grown last, (K, X, Y)."""
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


@lru_cache(maxsize=256)
def _shapes(shapes: tuple[tuple[int, int], ...]) -> npt.NDArray[np.int64]:
    """Height and width of every kernel, and where it begins when all are put in a row."""
    starts = np.cumsum([0, *(height * width for height, width in shapes)])
    return np.column_stack((np.array(shapes), starts[:-1]))
