"""Growth, step by step: cells divide and differentiate, axons grow and connect.

What grows without a known bound lies in arrays with room to spare: a step is begun only where it
cannot run out of room, else :func:`grow` returns and its caller provides more. Neurons do not act
on each other's axons, so the order in which axons are served does not matter.
"""

import numpy as np

from evograft.representations._jit import bare_kernel, inlined_kernel, kernel
from evograft.representations.morphogenesis._field_kernels import (
    any_above,
    diffuse,
    diffuse_three_by_three,
    diffuse_three_by_three_fused,
    inhibit,
    largest_neighbours,
    neighbour_sum,
    remember,
    same,
    secrete,
    secrete_and_inhibit_three,
    wrap,
)
from evograft.representations.morphogenesis._layout import (
    CELLS,
    EDGES,
    FRONT,
    FROZEN,
    LONGEST,
    NEURONS,
    STEP,
)

SMALLEST_WEIGHT = 0.01
LOOK_EVERY = 8
"""Steps between looks whether the fields still change."""

IDLE, GREW, CONNECTED = range(3)
"""What an axon may do in a step."""


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
def spread(torus, rules, fields):
    """Secretion, inhibition and diffusion of all morphogens."""
    stride = torus.size_y + 2
    if fields.now.shape[0] == 3:
        secrete_and_inhibit_three(fields.now, fields.secretion, rules.inhibition, fields.work)
    else:
        secrete(fields.now, fields.secretion, fields.work)
        inhibit(fields.work, rules.inhibition)
    rate = rules.diffusion_rate
    for k in range(fields.now.shape[0]):
        work, field = fields.work[k], fields.now[k]
        height, width, start = rules.shapes[k, 0], rules.shapes[k, 1], rules.shapes[k, 2]
        taps = rules.taps[start : start + height * width]
        if height != 3 or width != 3:
            pattern = taps.reshape((height, width))
            diffuse(work, field, pattern, rate, torus.size_x, torus.size_y, rules.use_fused)
        elif rules.use_fused:
            diffuse_three_by_three_fused(work, field, taps, rate, torus.size_x, stride)
        else:
            diffuse_three_by_three(work, field, taps, rate, torus.size_x, stride)
        wrap(field, torus.size_x, stride)


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


@inlined_kernel
def connection_weight(field, source, target, stride):
    """The weight of a connection from the neuron at site *source* to the one at *target*."""
    total = neighbour_sum(field, target, stride)
    if total > 0.0:
        weight = field[target] / total
    else:
        dx, dy = source // stride - target // stride, source % stride - target % stride
        weight = field[target] / (1.0 + np.sqrt(np.float64(dx * dx + dy * dy)))
    return weight if weight > SMALLEST_WEIGHT else SMALLEST_WEIGHT


@inlined_kernel
def connect(counts, neuron, target, weight, edges):
    """Make the connection from *neuron* to the neuron *target*, or refresh its weight."""
    edge = edges.recent[neuron]
    if edge < 0 or edges.target[edge] != target:
        edge = edges.head[neuron]
        while edge >= 0 and edges.target[edge] != target:
            edge = edges.following[edge]
        if edge < 0:
            edge = counts[EDGES]
            counts[EDGES] += 1
            edges.target[edge] = target
            edges.following[edge] = edges.head[neuron]
            edges.head[neuron] = edge
        edges.recent[neuron] = edge
    edges.weight[edge] = weight


@inlined_kernel
def on_axon(site, axon, length):
    """Whether *site* is among the first *length* sites of *axon*."""
    for i in range(length):  # noqa: SIM110 - numba knows no any()
        if axon[i] == site:
            return True
    return False


@inlined_kernel
def next_site(axon, length, guidance, grow_from, towards, torus):
    """Where an axon goes: the largest neighbour of its tip that is not on it yet, else -1."""
    tip = axon[length - 1]
    if towards[tip] == 0:
        return -1
    site = torus.home[tip + towards[tip]]
    if not on_axon(site, axon, length):
        return site
    best, target = 0.0, -1
    for d in range(8):
        site = torus.home[tip + torus.offsets[d]]
        value = guidance[site]
        if value >= grow_from and (target < 0 or value > best) and not on_axon(site, axon, length):
            best, target = value, site
    return target


@inlined_kernel
def serve_axon(neuron, counts, torus, rules, guidance, adhesion, strength, neuron_at, axons, edges):
    """One step of one axon: it connects where its tip is at a neuron, or grows."""
    n = axons.length[neuron]
    axon = axons.path[neuron]
    tip = axon[n - 1]
    if n > 1 and neuron_at[tip] >= 0 and adhesion[tip] >= rules.connect_from:
        weight = connection_weight(strength, axon[0], tip, torus.size_y + 2)
        connect(counts, neuron, neuron_at[tip], weight, edges)
        axons.length[neuron] = 1
        return CONNECTED
    if n < rules.longest:
        site = next_site(axon, n, guidance, rules.grow_from, axons.towards, torus)
        if site >= 0:
            axon[n] = site
            axons.length[neuron] = n + 1
            counts[LONGEST] = max(counts[LONGEST], n + 1)
            return GREW
    return IDLE


@inlined_kernel
def serve_axons(steps, counts, torus, rules, fields, cells, axons, edges):
    """Serve every axon for some *steps* in which nothing else changes.

    From one connection to the next an axon repeats itself, so whole repetitions are left out.
    """
    k = fields.now.shape[0]
    guidance = fields.now[2]
    adhesion = fields.now[min(3, k - 1)]
    strength = fields.now[min(4, k - 1)]
    for neuron in range(counts[NEURONS]):
        step, connected_at = 0, -1
        while step < steps:
            event = serve_axon(
                neuron, counts, torus, rules, guidance, adhesion, strength, cells.neuron_at, axons,
                edges,
            )  # fmt: skip
            step += 1
            if event == IDLE:
                break
            if event == CONNECTED:
                if connected_at >= 0:
                    step = steps - (steps - step) % (step - connected_at)
                connected_at = step


@inlined_kernel
def has_room(counts, torus, rules, cells, axons, edges):
    """Whether one more step cannot run out of room, whatever happens in it."""
    most = min(2 * counts[CELLS], torus.size_x * torus.size_y)
    return (
        most < cells.site_of.size
        and most <= axons.length.size
        and counts[EDGES] + 2 * counts[CELLS] <= edges.target.size
        and (counts[LONGEST] < axons.path.shape[1] or rules.longest <= axons.path.shape[1])
    )


@bare_kernel
def grow(counts, last_step, torus, rules, fields, cells, axons, edges):
    """Go on to *last_step*, or return before it where a step might run out of room."""
    while counts[STEP] < last_step and has_room(counts, torus, rules, cells, axons, edges):
        if counts[FROZEN] and rules.longest <= axons.path.shape[1]:
            left = last_step - counts[STEP]
            serve_axons(left, counts, torus, rules, fields, cells, axons, edges)
            counts[STEP] = last_step
            return
        look = counts[STEP] % LOOK_EVERY == 0
        if look:
            remember(fields.now, fields.before)
        spread(torus, rules, fields)
        born = divide(counts, torus, rules, fields, cells)
        new = differentiate(counts, torus, rules, fields, cells, axons, edges)
        if born + new > 0:
            tidy_front(counts, torus, cells)
        if counts[NEURONS] > 0:
            stride = torus.size_y + 2
            largest_neighbours(fields.now[2], rules.grow_from, axons.towards, torus.size_x, stride)
            serve_axons(1, counts, torus, rules, fields, cells, axons, edges)
        counts[STEP] += 1
        if look and born + new == 0 and same(fields.now, fields.before):
            counts[FROZEN] = 1


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
