"""Growth, step by step: cells divide and differentiate, axons grow and connect.

Sites are indices into the padded rows of :mod:`._field_kernels`; ``home`` maps a site in a margin
to the one that it copies. What grows without a known bound lies in arrays with room to spare: a
step is begun only where it cannot run out of room, else :func:`grow` returns and its caller
provides more.

Cells are numbered from 1 as they arise, neurons from 0 as they differentiate. Neurons do not
act on each other's axons, so the order in which axons are served does not matter.
"""

import numpy as np

from evograft.representations._jit import bare_kernel, inlined_kernel, kernel
from evograft.representations.morphogenesis._field_kernels import (
    diffuse,
    diffuse_three_by_three,
    diffuse_three_by_three_fused,
    inhibit,
    largest_neighbours,
    neighbour_sum,
    secrete,
    secrete_and_inhibit_three,
    wrap,
)

STEP, CELLS, NEURONS, EDGES, LONGEST, FROZEN, FRONT = range(7)
"""Entries of ``counts``: steps done, cells, neurons, connections, the length of the longest axon,
whether neither fields nor cells can change any more, cells that may still divide."""

SMALLEST_WEIGHT = 0.01
LOOK_EVERY = 8
"""Steps between looks whether the fields still change."""


@bare_kernel
def plant(
    counts,
    fields,
    secretion,
    cell_at,
    neuron_at,
    site_of,
    progenitors,
    front,
    rates,
    site,
    size_x,
    size_y,
):
    """Clear the tissue and put the first progenitor, cell 1, at *site*."""
    counts[:] = 0
    fields[:] = 0.0
    secretion[:] = 0.0
    cell_at[:] = 0
    neuron_at[:] = -1
    counts[CELLS] = 1
    counts[LONGEST] = 1
    counts[FRONT] = 1
    cell_at[site] = 1
    site_of[1] = site
    front[0] = 1
    progenitors[0] = 1
    set_secretion(secretion, rates, site, size_x, size_y)


@bare_kernel
def set_secretion(secretion, rates, site, size_x, size_y):
    """Let *site*, and the margins that copy it, secrete at *rates*."""
    stride = size_y + 2
    x, y = site // stride, site % stride
    for copy_x in (x - size_x, x, x + size_x):
        for copy_y in (y - size_y, y, y + size_y):
            if 0 <= copy_x <= size_x + 1 and 0 <= copy_y <= size_y + 1:
                for k in range(rates.size):
                    secretion[k, copy_x * stride + copy_y] = rates[k]


@bare_kernel
def spread(fields, work, secretion, inhibition, taps, shapes, rate, size_x, size_y, use_fused):
    """Secretion, inhibition and diffusion of all morphogens.

    Row k of *shapes* tells the height and width of kernel k and where it begins in *taps*.
    """
    stride = size_y + 2
    if fields.shape[0] == 3:
        secrete_and_inhibit_three(fields, secretion, inhibition, work)
    else:
        secrete(fields, secretion, work)
        inhibit(work, inhibition)
    for k in range(fields.shape[0]):
        height, width, start = shapes[k, 0], shapes[k, 1], shapes[k, 2]
        pattern = taps[start : start + height * width]
        if height != 3 or width != 3:
            grid = pattern.reshape((height, width))
            diffuse(work[k], fields[k], grid, rate, size_x, size_y, use_fused)
        elif use_fused:
            diffuse_three_by_three_fused(work[k], fields[k], pattern, rate, size_x, stride)
        else:
            diffuse_three_by_three(work[k], fields[k], pattern, rate, size_x, stride)
        wrap(fields[k], size_x, stride)


@bare_kernel
def divide(
    counts,
    field,
    threshold,
    rates,
    secretion,
    cell_at,
    site_of,
    progenitors,
    front,
    chosen,
    home,
    offsets,
    size_x,
    size_y,
):
    """Let progenitors above *threshold* divide into their best empty neighbour; how many did.

    ``front`` lists the progenitors with an empty neighbour, parents by their sites. All choose
    among the sites that are empty now; of several daughters for one site the first parent's is
    born.
    """
    n = counts[FRONT]
    wanting = 0
    for f in range(n):
        parent = site_of[front[f]]
        if field[parent] <= threshold:
            continue
        best, target = 0.0, -1
        for d in range(8):
            site = home[parent + offsets[d]]
            if cell_at[site] == 0 and (target < 0 or field[site] > best):
                best, target = field[site], site
        if target >= 0:
            chosen[wanting] = target
            wanting += 1
    born = 0
    for c in range(wanting):
        site = chosen[c]
        if cell_at[site] == 0:
            counts[CELLS] += 1
            cell = counts[CELLS]
            cell_at[site] = cell
            site_of[cell] = site
            front[n + born] = cell
            progenitors[cell - 1 - counts[NEURONS]] = cell
            born += 1
            set_secretion(secretion, rates, site, size_x, size_y)
    counts[FRONT] = n + born
    return born


@bare_kernel
def tidy_front(counts, cell_at, neuron_at, site_of, front, order, home, offsets):
    """Drop from the front who differentiated or is enclosed, for good, and sort it by site."""
    kept = 0
    for f in range(counts[FRONT]):
        site = site_of[front[f]]
        if neuron_at[site] >= 0:
            continue
        for d in range(8):
            if cell_at[home[site + offsets[d]]] == 0:
                place = kept  # nearly sorted already: only daughters have to move
                while place > 0 and order[place - 1] > site:
                    order[place] = order[place - 1]
                    place -= 1
                order[place] = site
                kept += 1
                break
    for f in range(kept):
        front[f] = cell_at[order[f]]
    counts[FRONT] = kept


@bare_kernel
def differentiate(
    counts,
    field,
    threshold,
    rates,
    secretion,
    neuron_at,
    site_of,
    progenitors,
    length,
    path,
    recent,
    head,
    size_x,
    size_y,
):
    """Turn progenitors above *threshold* into neurons; how many did.

    ``progenitors`` lists their cells; its order means nothing.
    """
    new = 0
    n = counts[CELLS] - counts[NEURONS]
    p = 0
    while p < n:
        cell = progenitors[p]
        site = site_of[cell]
        if field[site] <= threshold:
            p += 1
            continue
        neuron = counts[NEURONS]
        counts[NEURONS] += 1
        neuron_at[site] = neuron
        length[neuron] = 1
        path[neuron, 0] = site
        recent[neuron] = -1
        head[neuron] = -1
        set_secretion(secretion, rates, site, size_x, size_y)
        n -= 1
        progenitors[p] = progenitors[n]
        new += 1
    return new


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
def connect(counts, neuron, target, weight, recent, head, edge_target, edge_weight, edge_next):
    """Make the connection from *neuron* to the neuron *target*, or refresh its weight."""
    edge = recent[neuron]
    if edge < 0 or edge_target[edge] != target:
        edge = head[neuron]
        while edge >= 0 and edge_target[edge] != target:
            edge = edge_next[edge]
        if edge < 0:
            edge = counts[EDGES]
            counts[EDGES] += 1
            edge_target[edge] = target
            edge_next[edge] = head[neuron]
            head[neuron] = edge
        recent[neuron] = edge
    edge_weight[edge] = weight


@inlined_kernel
def on_axon(site, axon, length):
    """Whether *site* is among the first *length* sites of *axon*."""
    for i in range(length):  # noqa: SIM110 - numba knows no any()
        if axon[i] == site:
            return True
    return False


@inlined_kernel
def next_site(axon, length, guidance, threshold, towards, home, offsets):
    """Where an axon goes: the largest neighbour of its tip that is not on it yet, else -1."""
    tip = axon[length - 1]
    if towards[tip] == 0:
        return -1
    site = home[tip + towards[tip]]
    if not on_axon(site, axon, length):
        return site
    best, target = 0.0, -1
    for d in range(8):
        site = home[tip + offsets[d]]
        value = guidance[site]
        if value >= threshold and (target < 0 or value > best) and not on_axon(site, axon, length):
            best, target = value, site
    return target


IDLE, GREW, CONNECTED = range(3)


@inlined_kernel
def serve_axon(
    neuron,
    counts,
    guidance,
    adhesion,
    strength,
    grow_threshold,
    connect_threshold,
    longest,
    neuron_at,
    length,
    path,
    recent,
    head,
    edge_target,
    edge_weight,
    edge_next,
    towards,
    home,
    offsets,
    stride,
):
    """One step of one axon: it connects where its tip is at a neuron, or grows."""
    n = length[neuron]
    axon = path[neuron]
    tip = axon[n - 1]
    if n > 1 and neuron_at[tip] >= 0 and adhesion[tip] >= connect_threshold:
        weight = connection_weight(strength, axon[0], tip, stride)
        connect(
            counts,
            neuron,
            neuron_at[tip],
            weight,
            recent,
            head,
            edge_target,
            edge_weight,
            edge_next,
        )
        length[neuron] = 1
        return CONNECTED
    if n < longest:
        site = next_site(axon, n, guidance, grow_threshold, towards, home, offsets)
        if site >= 0:
            axon[n] = site
            length[neuron] = n + 1
            counts[LONGEST] = max(counts[LONGEST], n + 1)
            return GREW
    return IDLE


@bare_kernel
def remember(fields, before):
    """Copy *fields* to *before*."""
    for k in range(fields.shape[0]):
        source, target = fields[k], before[k]
        for i in range(source.size):
            target[i] = source[i]


@bare_kernel
def same(one, other):
    """Whether two sets of fields are equal, bit for bit."""
    for k in range(one.shape[0]):
        a, b = one[k], other[k]
        differences = 0
        for i in range(a.size):
            differences += a[i] != b[i]
        if differences > 0:
            return False
    return True


@bare_kernel
def grow(
    counts,
    last_step,
    fields,
    work,
    before,
    secretion,
    inhibition,
    taps,
    shapes,
    rates,
    scalars,
    longest,
    cell_at,
    neuron_at,
    site_of,
    progenitors,
    front,
    chosen,
    length,
    path,
    recent,
    head,
    edge_target,
    edge_weight,
    edge_next,
    towards,
    home,
    offsets,
    size_x,
    size_y,
    use_fused,
):
    """Go on to *last_step*, or return before it where a step might run out of room."""
    rate, divide_above, differentiate_above, grow_threshold, connect_threshold = scalars
    stride = size_y + 2
    guidance = fields[2]
    adhesion = fields[3 if fields.shape[0] > 3 else 2]
    strength = fields[min(4, fields.shape[0] - 1)]
    while counts[STEP] < last_step:
        cells = counts[CELLS]
        room = (
            min(2 * cells, size_x * size_y) < site_of.size
            and min(2 * cells, size_x * size_y) <= length.size
            and counts[EDGES] + 2 * cells <= edge_target.size
            and (counts[LONGEST] < path.shape[1] or longest <= path.shape[1])
        )
        if not room:
            return
        if counts[FROZEN] and longest <= path.shape[1]:
            for neuron in range(counts[NEURONS]):
                serve_for_long(
                    last_step - counts[STEP],
                    neuron,
                    counts,
                    guidance,
                    adhesion,
                    strength,
                    grow_threshold,
                    connect_threshold,
                    longest,
                    neuron_at,
                    length,
                    path,
                    recent,
                    head,
                    edge_target,
                    edge_weight,
                    edge_next,
                    towards,
                    home,
                    offsets,
                    stride,
                )
            counts[STEP] = last_step
            return
        look = counts[STEP] % LOOK_EVERY == 0
        if look:
            remember(fields, before)
        spread(fields, work, secretion, inhibition, taps, shapes, rate, size_x, size_y, use_fused)
        born = divide(
            counts,
            fields[0],
            divide_above,
            rates[0],
            secretion,
            cell_at,
            site_of,
            progenitors,
            front,
            chosen,
            home,
            offsets,
            size_x,
            size_y,
        )
        new = differentiate(
            counts,
            fields[1],
            differentiate_above,
            rates[1],
            secretion,
            neuron_at,
            site_of,
            progenitors,
            length,
            path,
            recent,
            head,
            size_x,
            size_y,
        )
        if born + new > 0:
            tidy_front(counts, cell_at, neuron_at, site_of, front, chosen, home, offsets)
        if counts[NEURONS] > 0:
            largest_neighbours(guidance, grow_threshold, towards, size_x, stride)
            for neuron in range(counts[NEURONS]):
                serve_axon(
                    neuron,
                    counts,
                    guidance,
                    adhesion,
                    strength,
                    grow_threshold,
                    connect_threshold,
                    longest,
                    neuron_at,
                    length,
                    path,
                    recent,
                    head,
                    edge_target,
                    edge_weight,
                    edge_next,
                    towards,
                    home,
                    offsets,
                    stride,
                )
        counts[STEP] += 1
        if look and born + new == 0 and same(before, fields):
            counts[FROZEN] = 1


@bare_kernel
def serve_for_long(
    steps,
    neuron,
    counts,
    guidance,
    adhesion,
    strength,
    grow_threshold,
    connect_threshold,
    longest,
    neuron_at,
    length,
    path,
    recent,
    head,
    edge_target,
    edge_weight,
    edge_next,
    towards,
    home,
    offsets,
    stride,
):
    """Many steps of one axon while nothing else changes.

    From one connection to the next it repeats itself, so whole repetitions are left out.
    """
    step, connected_at = 0, -1
    while step < steps:
        event = serve_axon(
            neuron,
            counts,
            guidance,
            adhesion,
            strength,
            grow_threshold,
            connect_threshold,
            longest,
            neuron_at,
            length,
            path,
            recent,
            head,
            edge_target,
            edge_weight,
            edge_next,
            towards,
            home,
            offsets,
            stride,
        )
        step += 1
        if event == IDLE:
            return
        if event == CONNECTED:
            if connected_at >= 0:
                step = steps - (steps - step) % (step - connected_at)
            connected_at = step


@kernel
def without_input(counts, edge_target, has_input, cell_at, path):
    """The neurons that no connection leads to, by their cells ascending."""
    n = counts[NEURONS]
    has_input[:n] = 0
    for edge in range(counts[EDGES]):
        has_input[edge_target[edge]] = 1
    isolated = np.empty(n, np.int64)
    cells = np.empty(n, np.int64)
    found = 0
    for neuron in range(n):
        if has_input[neuron] == 0:
            isolated[found] = neuron
            cells[found] = cell_at[path[neuron, 0]]
            found += 1
    return isolated[:found][np.argsort(cells[:found])]


@kernel
def harvest(
    counts,
    cell_at,
    neuron_at,
    site_of,
    length,
    path,
    head,
    edge_target,
    edge_weight,
    edge_next,
    stride,
):
    """Everything that grew, by ids: see the attributes of ``Organism``."""
    n, m = counts[NEURONS], counts[EDGES]
    ids = np.empty(n, np.int64)
    progenitors = np.empty((counts[CELLS] - n, 3), np.int64)
    positions = np.empty((n, 2), np.int64)
    edges = np.empty((m, 2), np.int64)
    weights = np.empty(m)
    axon_ends = np.empty(n, np.int64)
    axon_sites = np.empty((length[:n].sum(), 2), np.int64)
    done, p, e, a = 0, 0, 0, 0
    for cell in range(1, counts[CELLS] + 1):
        site = site_of[cell]
        x, y = site // stride - 1, site % stride - 1
        neuron = neuron_at[site]
        if neuron < 0:
            progenitors[p, 0] = cell
            progenitors[p, 1] = x
            progenitors[p, 2] = y
            p += 1
            continue
        ids[done] = cell
        positions[done, 0] = x
        positions[done, 1] = y
        for i in range(length[neuron]):
            axon_sites[a, 0] = path[neuron, i] // stride - 1
            axon_sites[a, 1] = path[neuron, i] % stride - 1
            a += 1
        axon_ends[done] = a
        done += 1
        start = e
        edge = head[neuron]
        while edge >= 0:
            target = cell_at[path[edge_target[edge], 0]]
            place = e
            while place > start and edges[place - 1, 1] > target:
                edges[place, 1] = edges[place - 1, 1]
                weights[place] = weights[place - 1]
                place -= 1
            edges[place, 1] = target
            weights[place] = edge_weight[edge]
            edges[e, 0] = cell
            e += 1
            edge = edge_next[edge]
    return ids, positions, edges, weights, progenitors, axon_sites, axon_ends
