"""How two neighbours are connected."""

import numpy as np

from evograft.representations._jit import kernel

OUT, IN = 1, 2


@kernel
def connections(starts, neighbours, out_starts, out_targets, in_starts, in_sources):
    """For every entry of *neighbours* of v, OUT for an edge from v plus IN for one to it."""
    found = np.zeros(neighbours.size, np.int64)
    for v in range(starts.size - 1):
        out, out_end = out_starts[v], out_starts[v + 1]
        into, into_end = in_starts[v], in_starts[v + 1]
        for e in range(starts[v], starts[v + 1]):
            # Both lists ascend and hold nothing but neighbours, and perhaps v itself.
            if out < out_end and out_targets[out] == v:
                out += 1
            if into < into_end and in_sources[into] == v:
                into += 1
            if out < out_end and out_targets[out] == neighbours[e]:
                found[e] += OUT
                out += 1
            if into < into_end and in_sources[into] == neighbours[e]:
                found[e] += IN
                into += 1
    return found
