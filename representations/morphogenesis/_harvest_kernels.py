"""What has grown, brought from the order in which it arose into that of the cells' ids."""

import numpy as np

from evograft.representations._jit import bare_kernel, kernel
from evograft.representations.morphogenesis._layout import CELLS, EDGES, NEURONS


@kernel
def without_input(counts, cells, axons, edges):
    """The neurons that no connection leads to, by their cells ascending."""
    n = counts[NEURONS]
    has_input = np.zeros(n, np.bool_)
    for edge in range(counts[EDGES]):
        has_input[edges.target[edge]] = True
    isolated = np.empty(n, np.int64)
    ids = np.empty(n, np.int64)
    found = 0
    for neuron in range(n):
        if not has_input[neuron]:
            isolated[found] = neuron
            ids[found] = cells.cell_at[axons.path[neuron, 0]]
            found += 1
    return isolated[:found][np.argsort(ids[:found])]


@kernel
def harvest(counts, stride, cells, axons, edges):
    """Everything that grew, by ids: see the attributes of ``Organism``."""
    n, m = counts[NEURONS], counts[EDGES]
    neuron_ids = np.empty(n, np.int64)
    positions = np.empty((n, 2), np.int64)
    pairs = np.empty((m, 2), np.int64)
    weights = np.empty(m)
    progenitors = np.empty((counts[CELLS] - n, 3), np.int64)
    axon_sites = np.empty((axons.length[:n].sum(), 2), np.int64)
    axon_ends = np.empty(n, np.int64)
    done, p, e, a = 0, 0, 0, 0
    for cell in range(1, counts[CELLS] + 1):
        site = cells.site_of[cell]
        x, y = site // stride - 1, site % stride - 1
        neuron = cells.neuron_at[site]
        if neuron < 0:
            progenitors[p] = cell, x, y
            p += 1
            continue
        neuron_ids[done] = cell
        positions[done] = x, y
        for i in range(axons.length[neuron]):
            axon_sites[a] = axons.path[neuron, i] // stride - 1, axons.path[neuron, i] % stride - 1
            a += 1
        axon_ends[done] = a
        done += 1
        e = list_edges(neuron, cell, e, cells, axons, edges, pairs, weights)
    return neuron_ids, positions, pairs, weights, progenitors, axon_sites, axon_ends


@bare_kernel
def list_edges(neuron, cell, start, cells, axons, edges, pairs, weights):
    """Write the connections of one neuron from row *start* on, by target; where they end."""
    end = start
    edge = edges.head[neuron]
    while edge >= 0:
        target = cells.cell_at[axons.path[edges.target[edge], 0]]
        place = end
        while place > start and pairs[place - 1, 1] > target:
            pairs[place, 1] = pairs[place - 1, 1]
            weights[place] = weights[place - 1]
            place -= 1
        pairs[place, 1] = target
        weights[place] = edges.weight[edge]
        pairs[end, 0] = cell
        end += 1
        edge = edges.following[edge]
    return end
