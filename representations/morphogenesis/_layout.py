"""The arrays in which a tissue grows, grouped as the kernels take them.

Sites are indices into padded rows (see :mod:`._field_kernels`). Cells are numbered from 1 as they
arise, neurons from 0 as they differentiate.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]

STEP, CELLS, NEURONS, EDGES, LONGEST, FROZEN, FRONT = range(7)
"""Entries of the counts: steps done, cells, neurons, connections, the length of the longest axon,
whether neither fields nor cells can change any more, cells that may still divide."""


class Torus(NamedTuple):
    """Where sites are: *home* maps every padded site to the one that it copies."""

    size_x: int
    size_y: int
    home: Indices
    offsets: Counts  # of the eight neighbours, in the order that decides between equals


class Batch(NamedTuple):
    """What G genomes of one size say."""

    inhibition: Floats  # (G, K, K)
    taps: Floats  # all kernels of all genomes, one after the other
    shapes: Counts  # (G, K, 3): height and width of each, and where it begins in the taps
    rates: Floats  # (G, 2, K): secretion of progenitors and of neurons
    scalars: Floats  # (G, 5): the five reals of the rules below
    longest: Counts  # (G,)
    steps: Counts  # (G,)


class Rules(NamedTuple):
    """What one of them says."""

    inhibition: Floats  # (K, K)
    taps: Floats
    shapes: Counts  # (K, 3)
    rates: Floats  # (2, K)
    diffusion_rate: float
    divide_above: float
    differentiate_above: float
    grow_from: float
    connect_from: float
    longest: int
    use_fused: bool


class Fields(NamedTuple):
    """Morphogens (K, padded sites): after the last step, within a step, at the last look."""

    now: Floats
    work: Floats
    before: Floats
    secretion: Floats


class Cells(NamedTuple):
    """Who is where, 0 and -1 for nobody, and who may still divide or differentiate."""

    cell_at: Indices  # by site
    neuron_at: Indices  # by site
    waiting: Floats  # by site: 0 where a progenitor is, else minus infinity
    site_of: Indices  # by cell
    progenitors: Indices  # cells, in any order
    front: Indices  # progenitors with an empty neighbour, by site
    chosen: Indices  # scratch, of the front


class Axons(NamedTuple):
    """Axons by neuron: *path* holds sites, the first *length* of them, the soma's first."""

    length: Indices
    path: Indices  # (neurons, room)
    towards: Counts  # by site: offset of the largest neighbour, 0 if that is too small
    rank: Indices  # by neuron: its place in the crop


class Edges(NamedTuple):
    """Connections: each neuron's are a list, linked by *following*; -1 ends it."""

    recent: Indices  # by neuron: the connection made last
    head: Indices  # by neuron: the first of the list
    target: Indices  # by connection: a neuron
    weight: Floats
    following: Indices


class Crop(NamedTuple):
    """What the genomes of a batch grew into, one after the other, neurons by their ids."""

    neuron_ids: Counts
    positions: Counts  # (neurons, 2)
    has_input: Counts  # whether a connection leads to the neuron
    adhesion: Floats  # at the neuron, the field that decides whether axons connect
    strength: Floats  # at the neuron, the field that decides on weights
    axon_ends: Counts  # in the axon sites of the same genome
    axon_sites: Counts  # (sites, 2)
    edges: Counts  # (connections, 2)
    weights: Floats
    progenitors: Counts  # (progenitors, 3)
    ends: (
        Counts  # (G + 1, 4): where each genome's neurons, axon sites, connections, progenitors end
    )
