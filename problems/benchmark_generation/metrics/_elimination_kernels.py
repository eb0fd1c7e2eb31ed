"""Sparse factors of shifted Laplacians, for their determinants."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._adjacency_kernels import neighbours as lists
from evograft.problems.benchmark_generation.metrics._bit_kernels import ones
from evograft.representations._jit import bare_kernel, kernel

LANES = 8
"""Shifts that are eliminated together: each index is looked up once for all."""


@kernel
def eliminate(n, starts, neighbours):
    """Order (n,) of elimination, and the factor's columns: starts (n + 1,) and ascending rows.

    Eliminating a node joins all its neighbours, so the one that has fewest comes next (minimum
    degree); rows and columns are numbered in this order. Who is joined is kept in bits.
    """
    words = (n + 63) // 64
    joined = np.zeros((n, words), np.uint64)
    degrees = np.empty(n, np.int64)
    for i in range(n):
        degrees[i] = starts[i + 1] - starts[i]
        for e in range(starts[i], starts[i + 1]):
            joined[i, neighbours[e] >> 6] |= _bit(neighbours[e])
    order = np.arange(n)
    place = np.empty(n, np.int64)
    columns = np.empty(4 * neighbours.size, np.int64)
    rows = np.empty(4 * neighbours.size, np.int64)
    size = 0
    for p in range(n):
        least = p
        for i in range(p + 1, n):
            if degrees[order[i]] < degrees[order[least]]:
                least = i
        order[p], order[least] = order[least], order[p]
        node = order[p]
        place[node] = p
        if size + n > rows.size:
            columns = np.concatenate((columns, np.empty(rows.size + n, np.int64)))
            rows = np.concatenate((rows, np.empty(rows.size + n, np.int64)))
        begin = size
        size = _list_bits(joined[node], rows, size)
        for e in range(begin, size):
            columns[e] = p
            other = rows[e]
            _join(joined, other, node)
            count = 0
            for word in joined[other]:
                count += ones(word)
            degrees[other] = count
    for e in range(size):
        rows[e] = place[rows[e]]
    column_starts, found = lists(n, columns[:size], rows[:size])
    return order, column_starts, found


@bare_kernel
def _bit(i):
    return np.uint64(1) << np.uint64(i & 63)


@bare_kernel
def _join(joined, other, node):
    """Give *other* the neighbours of *node*, which is eliminated."""
    for w in range(joined.shape[1]):
        joined[other, w] |= joined[node, w]
    joined[other, other >> 6] &= ~_bit(other)
    joined[other, node >> 6] &= ~_bit(node)


@kernel
def _list_bits(words, rows, size):
    """Write the numbers of the bits that are set after the *size* rows; return the new size."""
    for w in range(words.size):
        word = words[w]
        while word:
            lowest = word & (~word + np.uint64(1))
            rows[size] = 64 * w + ones(lowest - np.uint64(1))
            size += 1
            word ^= lowest
    return size


@kernel
def log_determinants(starts, neighbours, order, column_starts, rows, shifts, scales):
    """Logarithms of det ((L + t I) / s) for t of *shifts* and s of *scales*, all above 0.

    L is the Laplacian of the graph, the number of shifts a multiple of LANES. Columns are factored
    from the left, those that reach the present row being in a linked list.
    """
    n = order.size
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    results = np.zeros(shifts.size)
    factor = np.empty((rows.size, LANES))
    inverses = np.empty((n, LANES))  # of the pivots
    work = np.zeros((n, LANES))  # the present column
    product = np.empty(LANES)  # of some pivots: a logarithm takes longer than a multiplication
    first = np.empty(n, np.int64)  # of the columns whose next entry is in this row
    after = np.empty(n, np.int64)
    at = np.empty(n, np.int64)  # that entry
    for lanes in range(0, shifts.size, LANES):
        first[:] = -1
        product[:] = 1.0
        present = shifts[lanes : lanes + LANES]
        for p in range(n):
            _load(work, starts, neighbours, order[p], place, present)
            column = first[p]
            while column >= 0:
                following = after[column]
                end = column_starts[column + 1]
                _subtract(work, factor, inverses, rows, column, at[column], end)
                at[column] += 1
                if at[column] < end:
                    row = rows[at[column]]
                    after[column] = first[row]
                    first[row] = column
                column = following
            for s in range(LANES):
                inverses[p, s] = 1.0 / work[p, s]
                product[s] *= work[p, s] / scales[lanes + s]
                work[p, s] = 0.0
                if p % 8 == 7 or p == n - 1:
                    results[lanes + s] += np.log(product[s])
                    product[s] = 1.0
            begin, end = column_starts[p], column_starts[p + 1]
            for e in range(begin, end):
                for s in range(LANES):
                    factor[e, s] = work[rows[e], s]
                    work[rows[e], s] = 0.0
            if begin < end:
                at[p] = begin
                after[p] = first[rows[begin]]
                first[rows[begin]] = p
    return results


@bare_kernel
def _load(work, starts, neighbours, node, place, shifts):
    """Write the column of *node*, from its diagonal down, into *work*, which is 0."""
    for s in range(LANES):
        work[place[node], s] = starts[node + 1] - starts[node] + shifts[s]
    for e in range(starts[node], starts[node + 1]):
        row = place[neighbours[e]]
        if row > place[node]:
            for s in range(LANES):
                work[row, s] = -1.0


@bare_kernel
def _subtract(work, factor, inverses, rows, column, begin, end):
    """Subtract what *column* takes from the present one, its entry being at *begin*.

    Four lanes are read before any is written, which lets the processor do them at once.
    """
    for s in range(0, LANES, 4):
        f0 = factor[begin, s] * inverses[column, s]
        f1 = factor[begin, s + 1] * inverses[column, s + 1]
        f2 = factor[begin, s + 2] * inverses[column, s + 2]
        f3 = factor[begin, s + 3] * inverses[column, s + 3]
        for e in range(begin, end):
            row = rows[e]
            w0 = work[row, s] - factor[e, s] * f0
            w1 = work[row, s + 1] - factor[e, s + 1] * f1
            w2 = work[row, s + 2] - factor[e, s + 2] * f2
            w3 = work[row, s + 3] - factor[e, s + 3] * f3
            work[row, s] = w0
            work[row, s + 1] = w1
            work[row, s + 2] = w2
            work[row, s + 3] = w3
