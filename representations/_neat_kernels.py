"""Networks of NEAT: decoded from genomes, run over blocks of samples or asked step by step.

Nodes are numbers: 0 … n_inputs - 1 the inputs, n_inputs the bias, then the outputs, then the
hidden neurons. The genes of genome i of a population are ``limits[i]`` to ``limits[i + 1]``.
"""

import numpy as np

from evograft.representations import _network_kernels as networks
from evograft.representations._jit import kernel
from evograft.representations._math import sigmoid

_network_block = networks.network_block


@kernel
def decode(limits, n_inputs, n_outputs, genes, slope, counts, decoded):
    """Write the arrays of every genome's network to *decoded*, and its sizes to *counts* (n, 3).

    What belongs to genome i begins at ``limits[i]`` in every array, but at ``limits[i] + i`` in
    indptr, and is row i of out_bias. The sizes are the hidden neurons that reach an output, their
    inputs, and connections to outputs; neither counts those from the bias node.

    Returns the number of a genome that is not feed-forward, or -1.
    """
    sources, targets, weights, enabled = genes
    bias, indptr, in_sources, in_weights, out_sources, out_targets, out_weights, out_bias = decoded
    for i in range(limits.size - 1):
        begin, end = limits[i], limits[i + 1]
        order, rows, ordered, ids = _neurons_in_order(
            n_inputs, n_outputs, sources[begin:end], targets[begin:end], enabled[begin:end]
        )
        if order[0] < 0:
            return i
        n_neurons, h = ids.size, 0
        place = np.empty(n_neurons, np.int64)
        while h < n_neurons and order[1 + h] >= 0:
            place[order[1 + h]] = h
            h += 1
        inner, outer = 0, 0
        indptr[begin + i] = 0
        for j in range(h):
            neuron = order[1 + j]
            bias[begin + j] = 0.0
            for k in range(rows[neuron], rows[neuron + 1]):
                gene = begin + ordered[k]
                if sources[gene] == n_inputs:
                    bias[begin + j] += slope * weights[gene]
                    continue
                in_sources[begin + inner] = _local(sources[gene], n_inputs, ids, place)
                in_weights[begin + inner] = slope * weights[gene]
                inner += 1
            indptr[begin + i + j + 1] = inner
        for o in range(n_outputs):
            out_bias[i, o] = 0.0
            for k in range(rows[n_neurons + o], rows[n_neurons + o + 1]):
                gene = begin + ordered[k]
                if sources[gene] == n_inputs:
                    out_bias[i, o] += slope * weights[gene]
                    continue
                out_sources[begin + outer] = _local(sources[gene], n_inputs, ids, place)
                out_targets[begin + outer] = o
                out_weights[begin + outer] = slope * weights[gene]
                outer += 1
        counts[i, 0], counts[i, 1], counts[i, 2] = h, inner, outer
    return -1


@kernel
def _local(node, n_inputs, ids, place):
    """A node as the source of a network: a feature, or n_inputs + the place of a neuron."""
    if node < n_inputs:
        return node
    return n_inputs + place[np.searchsorted(ids, node)]


@kernel
def _neurons_in_order(n_inputs, n_outputs, sources, targets, enabled):
    """Hidden neurons that reach an output, each after those that it reads.

    Returns their order, from place 1 and ended by -1 (place 0 is -1 where there is a cycle), the
    row limits of every hidden neuron and output, the enabled genes by row, and the hidden neurons'
    numbers in ascending order.
    """
    ids = _hidden_nodes(sources, targets, enabled, n_inputs + 1 + n_outputs)
    n_neurons = ids.size
    rows = np.zeros(n_neurons + n_outputs + 1, np.int64)
    row_of = np.empty(targets.size, np.int64)
    for k in range(targets.size):
        if not enabled[k]:
            continue
        row = targets[k] - n_inputs - 1 + n_neurons
        if row >= n_neurons + n_outputs:
            row = np.searchsorted(ids, targets[k])
        row_of[k] = row
        rows[row + 1] += 1
    for row in range(n_neurons + n_outputs):
        rows[row + 1] += rows[row]
    free = rows[:-1].copy()
    ordered = np.empty(rows[-1], np.int64)
    for k in range(targets.size):
        if enabled[k]:
            ordered[free[row_of[k]]] = k
            free[row_of[k]] += 1
    order = np.full(n_neurons + 2, -1, np.int64)
    order[0] = _depth_first(n_inputs, n_outputs, sources, ids, rows, ordered, order[1:])
    return order, rows, ordered, ids


@kernel
def _hidden_nodes(sources, targets, enabled, first):
    """Numbers of the hidden neurons at the ends of enabled genes, ascending."""
    found = np.empty(2 * sources.size, np.int64)
    n = 0
    for k in range(sources.size):
        if enabled[k]:
            if sources[k] >= first:
                found[n] = sources[k]
                n += 1
            if targets[k] >= first:
                found[n] = targets[k]
                n += 1
    ids = np.sort(found[:n])
    kept = 0
    for k in range(n):
        if k == 0 or ids[k] != ids[k - 1]:
            ids[kept] = ids[k]
            kept += 1
    return ids[:kept]


@kernel
def _depth_first(n_inputs, n_outputs, sources, ids, rows, ordered, order):
    """Fill *order* with the hidden neurons that outputs depend on.

    Returns 0, or -1 where there is a cycle or an output is read.
    """
    n_neurons = ids.size
    at = rows[:-1].copy()
    begun, done = np.zeros(n_neurons, np.bool_), np.zeros(n_neurons, np.bool_)
    stack = np.empty(n_neurons + 1, np.int64)
    n_ordered = 0
    for output in range(n_neurons, rows.size - 1):
        stack[0], depth = output, 0
        while depth >= 0:
            row = stack[depth]
            if at[row] == rows[row + 1]:
                if row < n_neurons:
                    done[row] = True
                    order[n_ordered] = row
                    n_ordered += 1
                depth -= 1
                continue
            source = sources[ordered[at[row]]]
            at[row] += 1
            if source <= n_inputs:
                continue
            if source <= n_inputs + n_outputs:
                return -1
            neuron = np.searchsorted(ids, source)
            if begun[neuron]:
                if not done[neuron]:
                    return -1
                continue
            begun[neuron] = True
            depth += 1
            stack[depth] = neuron
    return 0


@kernel
def score_block(columns, start, stop, limits, counts, decoded, hidden, scores):
    """Scores (genomes, rows, block) of decoded networks for the samples *start* to *stop*."""
    bias, indptr, in_sources, in_weights, out_sources, out_targets, out_weights, out_bias = decoded
    functions = np.full(hidden.shape[0], networks.SIGMOID, np.int8)
    n_outputs = out_bias.shape[1]
    for i in range(limits.size - 1):
        begin = limits[i]
        h, inner, outer = counts[i, 0], counts[i, 1], counts[i, 2]
        network = (
            functions[:h],
            bias[begin : begin + h],
            indptr[begin + i : begin + i + h + 1],
            in_sources[begin : begin + inner],
            in_weights[begin : begin + inner],
            out_sources[begin : begin + outer],
            out_targets[begin : begin + outer],
            out_weights[begin : begin + outer],
            out_bias[i],
        )
        _network_block(columns, start, stop, network, hidden, scores[i, :n_outputs])


@kernel
def settle(activity, scratch, indptr, sources, weights, first, recurrent, rounds):
    """Let the neurons answer their inputs, *rounds* times over; their sums stay in *scratch*.

    ``activity`` holds features, bias and neurons, of which neuron j is at *first* + j. In a
    recurrent network all neurons answer at once; else each sees those before it.
    """
    n = indptr.size - 1
    for _ in range(rounds):
        for j in range(n):
            total = np.float32(0.0)
            for k in range(indptr[j], indptr[j + 1]):
                total += weights[k] * activity[sources[k]]
            scratch[j] = total
            if not recurrent:
                activity[first + j] = sigmoid(total)
        if recurrent:
            for j in range(n):
                activity[first + j] = sigmoid(scratch[j])


@kernel
def settle_each(X, indptr, sources, weights, n_outputs, recurrent, rounds, scores):
    """Sums at the outputs, (outputs, samples), of a network at rest that sees one row of *X*."""
    n_inputs, n = X.shape[1], indptr.size - 1
    activity, scratch = np.empty(n_inputs + 1 + n, np.float32), np.empty(n, np.float32)
    for i in range(X.shape[0]):
        activity[:] = np.float32(0.0)
        activity[:n_inputs] = X[i]
        activity[n_inputs] = np.float32(1.0)
        settle(activity, scratch, indptr, sources, weights, n_inputs + 1, recurrent, rounds)
        for o in range(n_outputs):
            scores[o, i] = scratch[n - n_outputs + o]
