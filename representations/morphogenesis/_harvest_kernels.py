"""What has grown, brought from the order in which it arose into that of the cells' ids."""

from evograft.representations._jit import bare_kernel, inlined_kernel
from evograft.representations.morphogenesis._layout import CELLS, EDGES, NEURONS


@inlined_kernel
def fits(counts, g, axons, crop):
    """Whether the crop has room for what has grown as number *g*."""
    n, a, e, p = crop.ends[g]
    sites = 0
    for neuron in range(counts[NEURONS]):
        sites += axons.length[neuron]
    return (
        n + counts[NEURONS] <= crop.neuron_ids.size
        and a + sites <= crop.axon_sites.shape[0]
        and e + counts[EDGES] <= crop.weights.size
        and p + counts[CELLS] - counts[NEURONS] <= crop.progenitors.shape[0]
    )


@bare_kernel
def harvest(counts, g, torus, fields, cells, axons, edges, crop):
    """Write what has grown as number *g* of the crop."""
    stride = torus.size_y + 2
    k = fields.now.shape[0]
    adhesion = fields.now[min(3, k - 1)]
    strength = fields.now[min(4, k - 1)]
    n, a, e, p = crop.ends[g]
    first_site = a
    for cell in range(1, counts[CELLS] + 1):
        site = cells.site_of[cell]
        x, y = site // stride - 1, site % stride - 1
        neuron = cells.neuron_at[site]
        if neuron < 0:
            crop.progenitors[p, 0] = cell
            crop.progenitors[p, 1] = x
            crop.progenitors[p, 2] = y
            p += 1
            continue
        crop.neuron_ids[n] = cell
        crop.positions[n, 0] = x
        crop.positions[n, 1] = y
        crop.adhesion[n] = adhesion[site]
        crop.strength[n] = strength[site]
        crop.has_input[n] = 0
        axons.rank[neuron] = n
        for i in range(axons.length[neuron]):
            crop.axon_sites[a, 0] = axons.path[neuron, i] // stride - 1
            crop.axon_sites[a, 1] = axons.path[neuron, i] % stride - 1
            a += 1
        crop.axon_ends[n] = a - first_site
        n += 1
        e = list_edges(neuron, cell, e, cells, axons, edges, crop)
    for edge in range(counts[EDGES]):
        crop.has_input[axons.rank[edges.target[edge]]] = 1
    crop.ends[g + 1, 0] = n
    crop.ends[g + 1, 1] = a
    crop.ends[g + 1, 2] = e
    crop.ends[g + 1, 3] = p


@inlined_kernel
def list_edges(neuron, cell, start, cells, axons, edges, crop):
    """Write the connections of one neuron from row *start* on, by target; where they end."""
    pairs, weights = crop.edges, crop.weights
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
