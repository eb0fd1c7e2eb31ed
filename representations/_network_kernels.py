"""Forward passes of sparse networks over blocks of samples.

Data come as columns: row j of ``columns`` (features, samples) is feature j of every sample, so
that a neuron reads only the features it uses and every inner loop runs over contiguous samples.
"""

import numpy as np

from evograft.representations import _math
from evograft.representations._jit import kernel

BLOCK = 512
"""Samples per block: a population's scores for one block stay in the processor's cache."""

f32 = np.float32

# Activation codes, by place in neuron_grammar.FUNCTIONS.
IDENTITY, SIGMOID, TANH, RELU = range(4)

# How scores become class probabilities, by place in network.OUTPUTS.
LINEAR_SOFTMAX, SIGMOID_SOFTMAX, SUM_NORMALISED = range(3)


@kernel
def add_scaled(target, weight, source, n):
    """target[i] += weight · source[i] for i below n."""
    w = f32(weight)
    for i in range(n):
        target[i] += w * source[i]


@kernel
def neuron_row(columns, start, n, sources, weights, begin, end, bias, function, hidden, row):
    """row[i] = function(bias + Σ weight · source), inputs *begin* to *end*, i below n.

    A source below the number of features is a column, from sample *start* on; the others are
    rows of *hidden*.
    """
    n_features = columns.shape[0]
    row[:n] = f32(bias)
    for k in range(begin, end):
        source = sources[k]
        if source < n_features:
            add_scaled(row, weights[k], columns[source, start : start + n], n)
        else:
            add_scaled(row, weights[k], hidden[source - n_features], n)
    if function == SIGMOID:
        for i in range(n):
            row[i] = _math.sigmoid(row[i])
    elif function == TANH:
        for i in range(n):
            row[i] = f32(2.0) * _math.sigmoid(f32(2.0) * row[i]) - f32(1.0)
    elif function == RELU:
        for i in range(n):
            row[i] = max(row[i], f32(0.0))


@kernel
def network_block(columns, start, stop, network, hidden, scores):
    """Scores (outputs, stop - start) of one network for the samples *start* to *stop*."""
    function, bias, indptr, sources, weights, out_sources, out_targets, out_weights, out_bias = (
        network
    )
    n, n_features = stop - start, columns.shape[0]
    for j in range(function.size):
        neuron_row(
            columns, start, n, sources, weights, indptr[j], indptr[j + 1], bias[j], function[j],
            hidden, hidden[j],
        )  # fmt: skip
    for o in range(scores.shape[0]):
        scores[o, :n] = f32(out_bias[o])
    for k in range(out_sources.size):
        source = out_sources[k]
        if source < n_features:
            add_scaled(scores[out_targets[k]], out_weights[k], columns[source, start:stop], n)
        else:
            add_scaled(scores[out_targets[k]], out_weights[k], hidden[source - n_features], n)


@kernel
def genotypes_block(columns, start, stop, limits, mapped, hidden, scores):
    """Scores (individuals, outputs, block) of the networks that mapped genes make.

    The genes of individual i are ``limits[i]`` to ``limits[i + 1]``; *mapped* are the arrays of
    :class:`~evograft.representations.neuron_mapper.MappedGenes`.
    """
    valid, function, bias, inputs, sources, weights, outputs, targets, out_weights = mapped
    n = stop - start
    scores[:] = f32(0.0)
    for individual in range(limits.size - 1):
        score = scores[individual]
        j = 0
        for gene in range(limits[individual], limits[individual + 1]):
            if not valid[gene]:
                continue
            neuron_row(
                columns, start, n, sources, weights, inputs[gene], inputs[gene + 1],
                bias[gene], function[gene], hidden, hidden[j],
            )  # fmt: skip
            for k in range(outputs[gene], outputs[gene + 1]):
                add_scaled(score[targets[k]], out_weights[k], hidden[j], n)
            j += 1


@kernel
def cached_block(activations, start, stop, limits, slots, pairs, scores):
    """As :func:`genotypes_block`, from activations (slots, samples) that are known already."""
    begins, ends, targets, out_weights = pairs
    n = stop - start
    scores[:] = f32(0.0)
    for individual in range(limits.size - 1):
        score = scores[individual]
        for gene in range(limits[individual], limits[individual + 1]):
            slot = slots[gene]
            for k in range(begins[slot], ends[slot]):
                add_scaled(score[targets[k]], out_weights[k], activations[slot, start:stop], n)


@kernel
def fill_rows(columns, genes, slots, mapped, activations):
    """Activations over all samples of the single-layer neurons *genes*, into rows *slots*."""
    _, function, bias, inputs, sources, weights, _, _, _ = mapped
    n = columns.shape[1]
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        for k in range(genes.size):
            gene = genes[k]
            neuron_row(
                columns, start, stop - start, sources, weights, inputs[gene], inputs[gene + 1],
                bias[gene], function[gene], activations, activations[slots[k], start:stop],
            )  # fmt: skip


@kernel
def to_probabilities(scores, n_outputs, mode, n):
    """Turn scores (individuals, rows, block) in place into class probabilities, sample by sample.

    One output makes two rows, of the probabilities of class 0 and class 1.
    """
    for individual in range(scores.shape[0]):
        table = scores[individual]
        if n_outputs == 1:
            first, second = table[0], table[1]
            for i in range(n):
                second[i] = _math.sigmoid(first[i])
            for i in range(n):
                first[i] = _math.sigmoid(-first[i])
            continue
        if mode != LINEAR_SOFTMAX:
            for c in range(n_outputs):
                row = table[c]
                for i in range(n):
                    row[i] = _math.sigmoid(row[i])
        if mode != SUM_NORMALISED:
            _exponentiate(table, n_outputs, n)
        _divide_by_sum(table, n_outputs, n)


@kernel
def _exponentiate(table, n_outputs, n):
    highest = table[0, :n].copy()
    for c in range(1, n_outputs):
        row = table[c]
        for i in range(n):
            highest[i] = max(highest[i], row[i])
    for c in range(n_outputs):
        row = table[c]
        for i in range(n):
            row[i] = _math.exp(row[i] - highest[i])


@kernel
def _divide_by_sum(table, n_outputs, n):
    total = np.zeros(n, np.float32)
    for c in range(n_outputs):
        row = table[c]
        for i in range(n):
            total[i] += row[i]
    for c in range(n_outputs):
        row = table[c]
        for i in range(n):
            row[i] /= total[i]
