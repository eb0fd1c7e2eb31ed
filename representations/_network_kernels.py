"""Forward passes of sparse networks over blocks of samples.

Data come as columns: row j of ``columns`` (features, samples) is feature j of every sample, so
that a neuron reads only the features it uses and every inner loop runs over contiguous samples.
"""

import numpy as np

from evograft.representations import _math
from evograft.representations._jit import kernel

BLOCK = 256
"""Samples per block: a population's scores for one block stay in the processor's cache."""

f32 = np.float32

# Activation codes, by place in neuron_grammar.FUNCTIONS.
IDENTITY, SIGMOID, TANH, RELU = range(4)

# How scores become class probabilities, by place in network.OUTPUTS.
LINEAR_SOFTMAX, SIGMOID_SOFTMAX, SUM_NORMALISED = range(3)


@kernel
def neuron_row(columns, start, stop, sources, weights, begin, end, bias, function, hidden, row):
    """row[i] = function(bias + Σ weight · source[start + i]), inputs *begin* to *end*.

    A source below the number of features is a column, the others are rows of *hidden*.
    """
    n = stop - start
    n_features = columns.shape[0]
    b = f32(bias)
    for i in range(n):
        row[i] = b
    for k in range(begin, end):
        w = f32(weights[k])
        source = sources[k]
        values = columns[source, start:stop] if source < n_features else hidden[source - n_features]
        for i in range(n):
            row[i] += w * values[i]
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
def add_scaled(score, weight, values, n):
    """score[i] += weight · values[i]."""
    w = f32(weight)
    for i in range(n):
        score[i] += w * values[i]


@kernel
def network_block(columns, start, stop, network, hidden, scores):
    """Scores (outputs, stop - start) of one network for the samples *start* to *stop*."""
    function, bias, indptr, sources, weights, out_sources, out_targets, out_weights, out_bias = (
        network
    )
    n_features = columns.shape[0]
    for j in range(function.size):
        neuron_row(
            columns, start, stop, sources, weights, indptr[j], indptr[j + 1], bias[j], function[j],
            hidden, hidden[j],
        )  # fmt: skip
    for o in range(scores.shape[0]):
        scores[o, : stop - start] = f32(out_bias[o])
    for k in range(out_sources.size):
        source = out_sources[k]
        values = columns[source, start:stop] if source < n_features else hidden[source - n_features]
        add_scaled(scores[out_targets[k]], out_weights[k], values, stop - start)


@kernel
def genotypes_block(columns, start, stop, limits, mapped, hidden, scores):
    """Scores (individuals, outputs, block) of the networks that mapped genes make.

    The genes of individual i are ``limits[i]`` to ``limits[i + 1]``; *mapped* are the arrays of
    :class:`~evograft.representations.neuron_mapper.MappedGenes`.
    """
    valid, function, bias, inputs, sources, weights, outputs, targets, out_weights = mapped
    scores[:] = f32(0.0)
    for individual in range(limits.size - 1):
        j = 0
        for gene in range(limits[individual], limits[individual + 1]):
            if not valid[gene]:
                continue
            neuron_row(
                columns, start, stop, sources, weights, inputs[gene], inputs[gene + 1],
                bias[gene], function[gene], hidden, hidden[j],
            )  # fmt: skip
            for k in range(outputs[gene], outputs[gene + 1]):
                score = scores[individual, targets[k]]
                add_scaled(score, out_weights[k], hidden[j], stop - start)
            j += 1


@kernel
def cached_block(activations, start, stop, limits, slots, pairs, scores):
    """As :func:`genotypes_block`, from activations (slots, samples) that are known already."""
    begins, ends, targets, out_weights = pairs
    scores[:] = f32(0.0)
    for individual in range(limits.size - 1):
        for gene in range(limits[individual], limits[individual + 1]):
            slot = slots[gene]
            values = activations[slot, start:stop]
            for k in range(begins[slot], ends[slot]):
                score = scores[individual, targets[k]]
                add_scaled(score, out_weights[k], values, stop - start)


@kernel
def fill_rows(columns, genes, slots, mapped, activations):
    """Activations over all samples of the single-layer neurons *genes*, into rows *slots*."""
    _, function, bias, inputs, sources, weights, _, _, _ = mapped
    n = columns.shape[1]
    for start in range(0, n, 4 * BLOCK):
        stop = min(start + 4 * BLOCK, n)
        for k in range(genes.size):
            gene = genes[k]
            neuron_row(
                columns, start, stop, sources, weights, inputs[gene], inputs[gene + 1],
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
