"""Cells: the first one, division and differentiation."""

import numpy as np

from evograft.representations._jit import bare_kernel, inlined_kernel
from evograft.representations.morphogenesis._field_kernels import any_above
from evograft.representations.morphogenesis._layout import CELLS, FRONT, LONGEST, NEURONS


@bare_kernel
def plant(counts, torus, rules, fields, cells):
    """Clear the tissue and put the first progenitor, cell 1, in its middle."""
    for k in range(fields.now.shape[0]):
        fields.now[k, :] = 0.0
        fields.secretion[k, :] = 0.0
    cells.cell_at[:] = 0
    cells.neuron_at[:] = -1
    cells.waiting[:] = -np.inf
    counts[:] = 0
    counts[CELLS] = 1
    counts[LONGEST] = 1
    counts[FRONT] = 1
    site = (torus.size_x // 2 + 1) * (torus.size_y + 2) + torus.size_y // 2 + 1
    cells.cell_at[site] = 1
    cells.waiting[site] = 0.0
    cells.site_of[1] = site
    cells.front[0] = 1
    cells.progenitors[0] = 1
    set_secretion(fields.secretion, rules.rates[0], site, torus)


@bare_kernel
def set_secretion(secretion, rates, site, torus):
    """Let *site*, and the margins that copy it, secrete at *rates*."""
    stride = torus.size_y + 2
    x, y = site // stride, site % stride
    for copy_x in (x - torus.size_x, x, x + torus.size_x):
        for copy_y in (y - torus.size_y, y, y + torus.size_y):
            if 0 <= copy_x <= torus.size_x + 1 and 0 <= copy_y <= torus.size_y + 1:
                for k in range(rates.size):
                    secretion[k, copy_x * stride + copy_y] = rates[k]


@inlined_kernel
def divide(counts, torus, rules, fields, cells):
    """Let progenitors divide into their best empty neighbour; how many cells were born.

    All choose among the sites that are empty now; of several daughters for one site the first
    parent's is born.
    """
    field, cell_at = fields.now[0], cells.cell_at
    n = counts[FRONT]
    wanting = 0
    for f in range(n):
        parent = cells.site_of[cells.front[f]]
        if field[parent] <= rules.divide_above:
            continue
        best, target = 0.0, -1
        for d in range(8):
            site = torus.home[parent + torus.offsets[d]]
            if cell_at[site] == 0 and (target < 0 or field[site] > best):
                best, target = field[site], site
        if target >= 0:
            cells.chosen[wanting] = target
            wanting += 1
    born = 0
    for c in range(wanting):
        site = cells.chosen[c]
        if cell_at[site] == 0:
            counts[CELLS] += 1
            cell = counts[CELLS]
            cell_at[site] = cell
            cells.waiting[site] = 0.0
            cells.site_of[cell] = site
            cells.front[n + born] = cell
            cells.progenitors[cell - 1 - counts[NEURONS]] = cell
            born += 1
            set_secretion(fields.secretion, rules.rates[0], site, torus)
    counts[FRONT] = n + born
    return born


@inlined_kernel
def differentiate(counts, torus, rules, fields, cells, axons, edges):
    """Turn progenitors into neurons; how many did."""
    field = fields.now[1]
    n = counts[CELLS] - counts[NEURONS]
    new = 0
    if n == 0 or not any_above(field, cells.waiting, rules.differentiate_above):
        return new
    p = 0
    while p < n:
        site = cells.site_of[cells.progenitors[p]]
        if field[site] <= rules.differentiate_above:
            p += 1
            continue
        neuron = counts[NEURONS]
        counts[NEURONS] += 1
        cells.neuron_at[site] = neuron
        cells.waiting[site] = -np.inf
        axons.length[neuron] = 1
        axons.path[neuron, 0] = site
        edges.recent[neuron] = -1
        edges.head[neuron] = -1
        set_secretion(fields.secretion, rules.rates[1], site, torus)
        n -= 1
        cells.progenitors[p] = cells.progenitors[n]
        new += 1
    return new


@inlined_kernel
def tidy_front(counts, torus, cells):
    """Drop from the front who differentiated or is enclosed, for good, and sort it by site."""
    order = cells.chosen
    kept = 0
    for f in range(counts[FRONT]):
        site = cells.site_of[cells.front[f]]
        if cells.neuron_at[site] >= 0:
            continue
        for d in range(8):
            if cells.cell_at[torus.home[site + torus.offsets[d]]] == 0:
                place = kept  # nearly sorted already: only daughters have to move
                while place > 0 and order[place - 1] > site:
                    order[place] = order[place - 1]
                    place -= 1
                order[place] = site
                kept += 1
                break
    for f in range(kept):
        cells.front[f] = cells.cell_at[order[f]]
    counts[FRONT] = kept
