"""Activity in a recurrent network, and the longest of its shortest paths.

Connections are rows by receiver: neuron i receives from ``sources[indptr[i]:indptr[i + 1]]``
(int32, ascending) through ``weights`` (float32). The activity of n neurons is (n, lanes) float32,
C-contiguous: a lane is a network of its own with the same connections, such as one episode of
several that run in lockstep. Sums run over ascending sources in float32.

What one loop reads and what it writes are different arrays, or one and the same element: only
then does the compiler's vectorised form of the loop run.
"""

import numpy as np

from evograft.representations._jit import kernel
from evograft.representations._math import tanh

f32 = np.float32

_ZERO = f32(0.0)
_LARGEST = np.finfo(np.float32).max


@kernel
def propagate(state, scratch, indptr, sources, weights, thinking_time, additive, relu):
    """Replace *state* s by f(W s), *thinking_time* times over; *additive*: by s + f(W s).

    f is tanh, or with *relu* max(0, x), where activity does not grow beyond the largest finite
    number and a sum that is not a number counts as 0. *scratch* is like *state* and is overwritten.
    """
    n, lanes = state.shape
    now, sums = state.reshape(n * lanes), scratch.reshape(n * lanes)
    for _ in range(thinking_time):
        if lanes == 1:
            _sum_one(now, sums, indptr, sources, weights)
        else:
            _sum_lanes(now, sums, lanes, indptr, sources, weights)
        _activate(sums, now, additive, relu)
        now, sums = sums, now
    if thinking_time % 2 == 1:
        state[:] = scratch


@kernel
def propagate_hebbian(
    state,
    scratch,
    indptr,
    sources,
    weights,
    plastic,
    thinking_time,
    additive,
    relu,
    eta,
    decay,
    clamp,
):
    """Do as :func:`propagate`, then let the weights follow the activity.

    *weights* and *plastic* are (m, lanes) float32, every lane's own, and change in place. With d
    the sum, over the iterations, of the receiver's activity after the iteration times the
    source's before it (what went through the connection, and what came of it), the plastic part
    P becomes (1 - *decay*) P + *eta* d, and the weight changes by as much as P. With
    *clamp* > 0, P is held within [-*clamp*, *clamp*].
    """
    n, lanes = state.shape
    now, after = state.reshape(n * lanes), scratch.reshape(n * lanes)
    flat_weights, flat_plastic = weights.reshape(weights.size), plastic.reshape(plastic.size)
    correlation = np.zeros(weights.size, np.float32)
    for _ in range(thinking_time):
        _sum_own(now, after, lanes, indptr, sources, flat_weights)
        _activate(after, now, additive, relu)
        _correlate(now, after, lanes, indptr, sources, correlation)
        now, after = after, now
    if thinking_time % 2 == 1:
        state[:] = scratch
    keep, eta, limit = f32(1.0 - decay), f32(eta), f32(clamp)
    for k in range(correlation.size):
        new = keep * flat_plastic[k] + eta * correlation[k]
        if limit > _ZERO:
            new = min(max(new, -limit), limit)
        flat_weights[k] += new - flat_plastic[k]
        flat_plastic[k] = new


@kernel
def _sum_one(now, sums, indptr, sources, weights):
    """W s of a single lane."""
    for i in range(sums.size):
        total = _ZERO
        for e in range(indptr[i], indptr[i + 1]):
            total += weights[e] * now[np.uintp(sources[e])]
        sums[i] = total


@kernel
def _sum_lanes(now, sums, lanes, indptr, sources, weights):
    """W s of several lanes."""
    width = np.uintp(lanes)
    for i in range(indptr.size - 1):
        row = sums[i * lanes : (i + 1) * lanes]
        begin, end = indptr[i], indptr[i + 1]
        if begin == end:
            row[:] = _ZERO
            continue
        start, weight = np.uintp(sources[begin]) * width, weights[begin]
        source = now[start : start + width]
        for k in range(lanes):
            row[k] = weight * source[k]
        for e in range(begin + 1, end):
            start, weight = np.uintp(sources[e]) * width, weights[e]
            source = now[start : start + width]
            for k in range(lanes):
                row[k] += weight * source[k]


@kernel
def _sum_own(now, sums, lanes, indptr, sources, weights):
    """W s where every lane has weights of its own: (m * lanes,), a connection's side by side."""
    width = np.uintp(lanes)
    for i in range(indptr.size - 1):
        row = sums[i * lanes : (i + 1) * lanes]
        row[:] = _ZERO
        for e in range(indptr[i], indptr[i + 1]):
            start, first = np.uintp(sources[e]) * width, np.uintp(e) * width
            source, weight = now[start : start + width], weights[first : first + width]
            for k in range(lanes):
                row[k] += weight[k] * source[k]


@kernel
def _correlate(now, after, lanes, indptr, sources, correlation):
    """Add the receiver's activity *after* times the source's activity *now*, per connection."""
    width = np.uintp(lanes)
    for i in range(indptr.size - 1):
        row = after[i * lanes : (i + 1) * lanes]
        for e in range(indptr[i], indptr[i + 1]):
            start, first = np.uintp(sources[e]) * width, np.uintp(e) * width
            source, total = now[start : start + width], correlation[first : first + width]
            for k in range(lanes):
                total[k] += row[k] * source[k]


@kernel
def _activate(sums, now, additive, relu):
    """Turn the sums into the activity after *now*, in place."""
    if relu:
        for k in range(sums.size):
            sums[k] = min(sums[k], _LARGEST) if sums[k] > _ZERO else _ZERO
    else:
        for k in range(sums.size):
            sums[k] = tanh(sums[k])
    if additive:
        for k in range(sums.size):
            sums[k] = min(sums[k] + now[k], _LARGEST)


@kernel
def longest_shortest_path(indptr, sources):
    """Most connections on a shortest path between any two neurons that a path joins.

    In a strongly connected graph that is the diameter; without connections between different
    neurons it is 0. Every neuron keeps, as bits, the set of those that reach it. In round d the
    sets grow by what lies d connections away, so the last round that adds anything is the answer.
    """
    n = indptr.size - 1
    words = (n + 63) // 64
    reach, grown = np.zeros((n, words), np.uint64), np.empty((n, words), np.uint64)
    for i in range(n):
        reach[i, i // 64] = np.uint64(1) << np.uint64(i % 64)
    rounds = 0
    while True:
        added = False
        for i in range(n):
            before, row = reach[i], grown[i]
            row[:] = before
            for e in range(indptr[i], indptr[i + 1]):
                other = reach[sources[e]]
                for w in range(words):
                    row[w] |= other[w]
            for w in range(words):
                added |= row[w] != before[w]
        if not added:
            return rounds
        rounds += 1
        reach, grown = grown, reach
