"""Axons: growing towards the largest neighbour, and connecting.

Neurons do not act on each other's axons, so the order in which axons are served does not matter.
"""

import numpy as np

from evograft.representations._jit import inlined_kernel
from evograft.representations.morphogenesis._field_kernels import neighbour_sum
from evograft.representations.morphogenesis._layout import EDGES, LONGEST, NEURONS

SMALLEST_WEIGHT = 0.01

IDLE, GREW, CONNECTED = range(3)
"""What an axon may do in a step."""


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
