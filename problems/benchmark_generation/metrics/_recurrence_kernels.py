"""Strong components, and what each node reaches through them."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._bit_kernels import ones
from evograft.representations._jit import kernel


@kernel
def strong_components(starts, targets):
    """Component (n,) of each node and how many there are; no edge leads to a higher component.

    Tarjan 1972, with the path to the present node on a stack of its own.
    """
    n = starts.size - 1
    component = np.full(n, -1)
    visit = np.zeros(n, np.int64)  # from 1 in the order of the visits, 0 before
    low = np.empty(n, np.int64)  # the earliest visit of a waiting node known to be reached
    edge = starts[:n].copy()  # the next to be followed
    path = np.empty(n, np.int64)
    waiting = np.empty(n, np.int64)  # visited, but not yet in a component
    visits = held = count = 0
    for root in range(n):
        fresh = root if not visit[root] else -1
        depth = 0
        while fresh >= 0 or depth > 0:
            if fresh >= 0:
                visits += 1
                visit[fresh] = low[fresh] = visits
                waiting[held] = path[depth] = fresh
                held += 1
                depth += 1
                fresh = -1
            node = path[depth - 1]
            if edge[node] < starts[node + 1]:
                other = targets[edge[node]]
                edge[node] += 1
                if not visit[other]:
                    fresh = other
                elif component[other] < 0:
                    low[node] = min(low[node], visit[other])
                continue
            depth -= 1
            if depth > 0:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[node])
            if low[node] == visit[node]:
                while component[node] < 0:
                    held -= 1
                    component[waiting[held]] = count
                count += 1
    return component, count


@kernel
def members(component, count):
    """Nodes (n,) by component, and where each component begins (count + 1,)."""
    begins = np.zeros(count + 1, np.int64)
    for c in component:
        begins[c + 1] += 1
    for c in range(count):
        begins[c + 1] += begins[c]
    filled = begins[:count].copy()
    nodes = np.empty(component.size, np.int64)
    for i in range(component.size):
        nodes[filled[component[i]]] = i
        filled[component[i]] += 1
    return nodes, begins


@kernel
def reached(starts, targets, component, nodes, begins):
    """How many nodes those of each component (count,) reach, themselves included.

    64 nodes at a time are looked for, one bit each: components come after all that they lead to.
    """
    count = begins.size - 1
    found = np.zeros(count, np.int64)
    bits = np.empty(count, np.uint64)
    for block in range(0, nodes.size, 64):
        bits[:] = 0
        for i in range(nodes.size):
            c = component[nodes[i]]
            if block <= i < block + 64:
                bits[c] |= np.uint64(1) << np.uint64(i - block)
            for e in range(starts[nodes[i]], starts[nodes[i] + 1]):
                bits[c] |= bits[component[targets[e]]]
        for c in range(count):
            found[c] += ones(bits[c])
    return found


@kernel
def describe_recurrence(starts, targets):
    """Components, nodes of the largest one, edges between components, and centrality of reach."""
    n = starts.size - 1
    component, count = strong_components(starts, targets)
    nodes, begins = members(component, count)
    largest = between = total = most = 0
    for i in range(n):
        for e in range(starts[i], starts[i + 1]):
            between += component[i] != component[targets[e]]
    found = reached(starts, targets, component, nodes, begins)
    for c in range(count):
        size = begins[c + 1] - begins[c]
        largest = max(largest, size)
        most = max(most, found[c] - 1)
        total += size * (found[c] - 1)
    centrality = (n * most - total) / (n - 1) ** 2 if n > 1 else np.nan
    return count, largest, between, centrality
