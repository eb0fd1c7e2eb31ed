"""The growth of a network written the plain way: what the kernels are tested and timed against.

NumPy and SciPy do what is done to whole fields; cells and axons are walked in Python; connections
are a sparse matrix with a row and a column for every site, as in the authors' published code.
Nothing is slow on purpose. The method is that of the MorphoNAS paper (arXiv 2507.13785).
"""

import math
import random
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import convolve2d
from scipy.sparse import lil_matrix

from evograft.representations.morphogenesis import Genome

Site = tuple[int, int]

NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""Offsets in the order in which ties are broken and sums are taken."""

SMALLEST_WEIGHT = 0.01


def grow_slowly(genome: Genome) -> dict[str, Any]:
    """Grow *genome* and return what came of it.

    Returns
    -------
    dict
        ``neuron_ids`` (n,), ``positions`` (n, 2), ``edges`` (m, 2) ids in order, ``weights`` (m,),
        ``fields`` (K, X, Y), ``progenitors``, a list of (id, x, y), and ``axons``, one list of
        sites per neuron, the soma first.
    """
    tissue = Tissue(genome)
    for _ in range(genome.max_growth_steps):
        tissue.step()
    tissue.connect_isolated_neurons()
    return tissue.result()


class Tissue:
    """Cells on a torus, the morphogens they secrete and the axons they grow."""

    def __init__(self, genome: Genome) -> None:
        self.genome = genome
        k, self.shape = genome.num_morphogens, (genome.size_x, genome.size_y)
        n_sites = genome.size_x * genome.size_y
        self.fields = np.zeros((k, *self.shape))
        self.progenitors = np.zeros(self.shape, dtype=np.int32)  # ids, 0 where there is none
        self.neurons = np.zeros(self.shape, dtype=np.int32)
        self.positions: dict[int, Site] = {}
        self.axons: dict[int, list[Site]] = {}
        self.connections = lil_matrix((n_sites, n_sites))
        self.guidance = 2
        self.connection = 3 if k > 3 else 2
        self.weight = 4 if k > 4 else self.connection
        self._add_progenitor((genome.size_x // 2, genome.size_y // 2))

    def step(self) -> None:
        """Do one step of the growth."""
        self._secrete()
        self._inhibit()
        self._diffuse()
        self._divide()
        self._differentiate()
        for neuron in sorted(self.axons):
            self._extend_axon(neuron)

    def _add_progenitor(self, site: Site) -> None:
        cell = len(self.positions) + 1
        self.positions[cell] = site
        self.progenitors[site] = cell

    def _neighbours(self, site: Site) -> list[Site]:
        (x, y), (size_x, size_y) = site, self.shape
        return [((x + dx) % size_x, (y + dy) % size_y) for dx, dy in NEIGHBOURS]

    def _secrete(self) -> None:
        progenitors, neurons = self.progenitors > 0, self.neurons > 0
        for k, field in enumerate(self.fields):
            field[progenitors] += self.genome.progenitor_secretion_rates[k]
            field[neurons] += self.genome.neuron_secretion_rates[k]
            np.minimum(field, 1.0, out=field)

    def _inhibit(self) -> None:
        fields, inhibition = self.fields, self.genome.inhibition_matrix
        for i in range(len(fields)):
            for j in range(len(fields)):
                if i != j and inhibition[i, j] > 0:
                    fields[i] *= 1 - inhibition[i, j] * fields[j]

    def _diffuse(self) -> None:
        rate = self.genome.diffusion_rate
        for k, kernel in enumerate(self.genome.diffusion_patterns):
            spread = convolve2d(self.fields[k], kernel, mode="same", boundary="wrap")
            self.fields[k] = (1 - rate) * self.fields[k] + rate * spread

    def _divide(self) -> None:
        division = self.fields[0]
        occupied = (self.progenitors > 0) | (self.neurons > 0)
        daughters: list[Site] = []
        for parent in sites_of(self.progenitors > 0):
            if division[parent] > self.genome.division_threshold:
                free = [site for site in self._neighbours(parent) if not occupied[site]]
                if free:
                    daughters.append(max(free, key=lambda site: division[site]))
        for site in daughters:
            if self.progenitors[site] == 0:
                self._add_progenitor(site)

    def _differentiate(self) -> None:
        mature = self.fields[1] > self.genome.cell_differentiation_threshold
        for site in sites_of((self.progenitors > 0) & mature):
            cell = int(self.progenitors[site])
            self.progenitors[site] = 0
            self.neurons[site] = cell
            self.axons[cell] = [site]

    def _extend_axon(self, neuron: int) -> None:
        axon, guidance = self.axons[neuron], self.fields[self.guidance]
        tip = axon[-1]
        if len(axon) > 1 and self.neurons[tip] > 0 and self._connects(tip):
            target = int(self.neurons[tip])
            self.connections[neuron - 1, target - 1] = self._weight_to(neuron, tip)
            self.axons[neuron] = axon[:1]
        elif len(axon) < self.genome.max_axon_length:
            threshold = self.genome.axon_growth_threshold
            ahead = [site for site in self._neighbours(tip) if site not in axon]
            ahead = [site for site in ahead if guidance[site] >= threshold]
            if ahead:
                axon.append(max(ahead, key=lambda site: guidance[site]))

    def _connects(self, site: Site) -> bool:
        return bool(self.fields[self.connection][site] >= self.genome.axon_connect_threshold)

    def _weight_to(self, neuron: int, target: Site) -> float:
        """The target's share of the morphogen around it."""
        field = self.fields[self.weight]
        around = 0.0
        for site in self._neighbours(target):
            around = around + float(field[site])
        if around > 0:
            return max(SMALLEST_WEIGHT, float(field[target] / around))
        distance = math.dist(self.positions[neuron], target)
        return max(SMALLEST_WEIGHT, float(field[target] / (1 + distance)))

    def connect_isolated_neurons(self) -> None:
        """Connect some of the neurons that nothing connects to, to themselves."""
        share = self.genome.self_connect_isolated_neurons_fraction
        if share == 0:
            return
        neurons = sorted(self.axons)
        isolated = [
            neuron
            for neuron in neurons
            if not any(self.connections[source - 1, neuron - 1] > 0 for source in neurons)
        ]
        rng = random.Random(self.genome.development_seed())
        shuffled = rng.sample(isolated, len(isolated))
        for neuron in shuffled[: int(len(isolated) * share)]:
            site = self.positions[neuron]
            if self._connects(site):
                weight = max(SMALLEST_WEIGHT, self.fields[self.weight][site])
                self.connections[neuron - 1, neuron - 1] = weight

    def result(self) -> dict[str, Any]:
        """Return the arrays that :func:`grow_slowly` describes."""
        neurons = sorted(self.axons)
        found = self.connections.tocoo()  # by source, and by target within
        progenitors = sorted(int(self.progenitors[site]) for site in sites_of(self.progenitors > 0))
        return {
            "neuron_ids": np.array(neurons, dtype=np.int64),
            "positions": np.array([self.positions[i] for i in neurons]).reshape(-1, 2),
            "edges": np.column_stack([found.row, found.col]).astype(np.int64) + 1,
            "weights": found.data,
            "fields": self.fields,
            "progenitors": [(cell, *self.positions[cell]) for cell in progenitors],
            "axons": [self.axons[neuron] for neuron in neurons],
        }


def sites_of(mask: npt.NDArray[np.bool_]) -> list[Site]:
    """The sites where *mask* is true, row by row."""
    return [(x, y) for x, y in np.argwhere(mask).tolist()]
