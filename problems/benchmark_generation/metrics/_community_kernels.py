"""Greedy modularity: communities that merge, and how modular what remains is."""

import numpy as np

from evograft.representations._jit import bare_kernel, kernel


@kernel
def greedy_partition(n, starts, neighbours):
    """Community (n,) of each node, numbered from the largest down, and how many there are.

    Of two communities that merge, the one whose largest node is smaller goes into the other, so
    that a community is known by its largest node; of equal gains that of the smallest pair is
    taken. Equally large communities are in the order of their largest nodes.
    """
    owner = np.arange(n)
    if neighbours.size:
        _merge_all(n, starts, neighbours, owner)
    sizes = np.zeros(n, np.int64)
    for i in range(n - 1, -1, -1):  # owners are larger than what they own
        owner[i] = owner[owner[i]]
        sizes[owner[i]] += 1
    keys = np.empty(n, np.int64)
    count = 0
    for i in range(n):
        if sizes[i]:
            keys[count] = (n - sizes[i]) * n + i
            count += 1
    keys = np.sort(keys[:count])
    numbers = np.empty(n, np.int64)
    for c in range(count):
        numbers[keys[c] % n] = c
    for i in range(n):
        owner[i] = numbers[owner[i]]
    return owner, count


@kernel
def _merge_all(n, starts, neighbours, owner):
    """Write into *owner* what each community was merged into, itself if into none.

    Each row of the matrix of gains is a linked list. Link 2 p + 1 is the mirror image of link 2 p,
    and both have the gain p.
    """
    links = neighbours.size
    ends = np.empty(links, np.int64)
    after = np.empty(links, np.int64)
    before = np.empty(links, np.int64)
    gains = np.empty(links // 2)
    first = np.full(n, -1)
    best = np.full(n, -1)  # link of the row's largest gain, of equal ones that to the smallest
    top = np.full(n, -np.inf)  # its gain
    share = np.empty(n)
    unit = 1.0 / (links // 2)
    for i in range(n):
        share[i] = (starts[i + 1] - starts[i]) * unit * 0.5
    link = 0
    for i in range(n):
        for e in range(starts[i], starts[i + 1]):
            j = neighbours[e]
            if j > i:
                gains[link // 2] = unit - (share[i] * share[j] + share[j] * share[i])
                ends[link] = j
                ends[link + 1] = i
                _insert(i, link, first, after, before)
                _insert(j, link + 1, first, after, before)
                link += 2
    for i in range(n):
        _find_best(i, first, after, ends, gains, best, top)
    at = np.full(n, -1)  # the link to each neighbour of the community that stays
    while True:
        u = 0
        for i in range(1, n):
            if top[i] > top[u]:
                u = i
        if top[u] < 0:  # also where no two communities are joined
            return
        v = ends[best[u]]
        owner[u] = v
        _merge(u, v, ends, after, before, gains, first, best, top, share, at)


@bare_kernel
def _merge(u, v, ends, after, before, gains, first, best, top, share, at):
    """Merge *u* into *v*."""
    link = first[v]
    while link >= 0:
        at[ends[link]] = link
        link = after[link]
    at[u] = -1
    link = first[u]
    while link >= 0:
        following, w, mirror = after[link], ends[link], link ^ 1
        if w == v:
            _remove(v, mirror, first, after, before)
        elif at[w] >= 0:
            kept = at[w]
            gains[kept >> 1] += gains[link >> 1]
            at[w] = -1
            _remove(w, mirror, first, after, before)
            if best[w] == mirror:
                best[w] = kept ^ 1  # with the gain that was: _renew_best compares
        else:
            gains[link >> 1] -= share[v] * share[w] + share[w] * share[v]
            ends[mirror] = v
            _insert(v, link, first, after, before)
        link = following
    first[u] = -1
    top[u] = -np.inf
    link = first[v]
    while link >= 0:
        w = ends[link]
        if at[w] >= 0:  # a neighbour of v alone
            gains[link >> 1] -= share[u] * share[w] + share[w] * share[u]
            at[w] = -1
        _renew_best(w, link ^ 1, first, after, ends, gains, best, top)
        link = after[link]
    _find_best(v, first, after, ends, gains, best, top)
    share[v] += share[u]


@bare_kernel
def _renew_best(row, changed, first, after, ends, gains, best, top):
    """Look up the best of *row* again, of which one link has *changed*."""
    gain = gains[changed >> 1]
    if gain > top[row]:
        best[row] = changed
        top[row] = gain
    elif best[row] == changed:
        _find_best(row, first, after, ends, gains, best, top)
    elif gain == top[row] and ends[changed] < ends[best[row]]:
        best[row] = changed


@bare_kernel
def _find_best(row, first, after, ends, gains, best, top):
    found, most = -1, -np.inf
    link = first[row]
    while link >= 0:
        gain = gains[link >> 1]
        if gain > most or (gain == most and ends[link] < ends[found]):
            found, most = link, gain
        link = after[link]
    best[row] = found
    top[row] = most


@bare_kernel
def _insert(row, link, first, after, before):
    if first[row] >= 0:
        before[first[row]] = link
    after[link] = first[row]
    before[link] = -1
    first[row] = link


@bare_kernel
def _remove(row, link, first, after, before):
    if before[link] >= 0:
        after[before[link]] = after[link]
    else:
        first[row] = after[link]
    if after[link] >= 0:
        before[after[link]] = before[link]


@kernel
def modularity(count, labels, starts, targets):
    """Leicht and Newman's modularity of a partition, loops left out; NaN without edges.

    Of the undirected graph it is Newman and Girvan's, where each edge is there both ways.
    """
    inside = np.zeros(count, np.int64)
    leaving = np.zeros(count, np.int64)
    arriving = np.zeros(count, np.int64)
    edges = 0
    for i in range(labels.size):
        for e in range(starts[i], starts[i + 1]):
            if targets[e] != i:
                source, target = labels[i], labels[targets[e]]
                leaving[source] += 1
                arriving[target] += 1
                inside[source] += source == target
                edges += 1
    total = 0.0
    for c in range(count):
        total += inside[c] / edges - (leaving[c] / edges) * (arriving[c] / edges)
    return total if edges else np.nan
