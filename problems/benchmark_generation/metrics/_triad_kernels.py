"""The triad census of Batagelj and Mrvar 2001."""

import numpy as np

from evograft.representations._jit import kernel

# Their table: the type, from 0 for 003 to 15 for 300, of three nodes u, v, w that are connected as
# (u, v) + 4 (u, w) + 16 (v, w), each 1 for an edge there, 2 for one back, 3 for both, 0 for none.
_TYPES = np.array(
    [
        *(0, 1, 1, 2, 1, 3, 5, 7, 1, 5, 4, 6, 2, 7, 6, 10),
        *(1, 5, 3, 7, 4, 8, 8, 12, 5, 9, 8, 13, 6, 13, 11, 14),
        *(1, 4, 5, 6, 5, 8, 9, 13, 3, 8, 8, 11, 7, 12, 13, 14),
        *(2, 6, 7, 10, 6, 11, 13, 14, 7, 13, 12, 14, 10, 14, 14, 15),
    ]
)


@kernel
def census(starts, neighbours, connections):
    """Number (16,) of triples of nodes of each type."""
    n = starts.size - 1
    counts = np.zeros(16, np.int64)
    for u in range(n):
        for e in range(starts[u], starts[u + 1]):
            v = neighbours[e]
            if v < u:
                continue
            # Merge: w is a neighbour of u, of v, or of both.
            a, a_end = starts[u], starts[u + 1]
            b, b_end = starts[v], starts[v + 1]
            around = 0
            while a < a_end or b < b_end:
                w_of_u = neighbours[a] if a < a_end else n
                w_of_v = neighbours[b] if b < b_end else n
                w = min(w_of_u, w_of_v)
                code = connections[e]
                if w_of_u == w:
                    code += 4 * connections[a]
                    a += 1
                if w_of_v == w:
                    code += 16 * connections[b]
                    b += 1
                if w in (u, v):
                    continue
                around += 1
                # Once per triple: it is met from each of its connected pairs.
                if v < w or (u < w and w_of_u != w):
                    counts[_TYPES[code]] += 1
            counts[2 if connections[e] == 3 else 1] += n - 2 - around
    counts[0] = n * (n - 1) * (n - 2) // 6 - counts[1:].sum()
    return counts
