"""From the tokens of many sentences to the neurons of their networks."""

from evograft.representations._jit import kernel
from evograft.representations._neuron_kernels import _read
from evograft.representations.neuron_automaton import HIDDEN, SEMICOLON


@kernel
def read_networks(tokens, limits, begins, lexemes, n_features, operations, reals, rows, out):
    """Read all sentences, known to be networks; an empty one has no neuron.

    Terminal t stands for the operations ``lexemes[begins[t] : begins[t + 1]]``, and what is beyond
    the terminals for a hidden neuron. *operations* has room for those of the longest neuron, and
    *reals* is empty. ``rows`` (n + 1,) takes where the neurons of each sentence begin, *out* the
    neurons.
    """
    n_terminals = begins.size - 1
    neuron, n_in, n_out = 0, 0, 0
    rows[0] = 0
    for row in range(limits.size - 1):
        length = 0
        for place in range(limits[row], limits[row + 1]):
            token = tokens[place]
            if token >= n_terminals:
                operations[length] = HIDDEN + 16 * (token - n_terminals)
                length += 1
                continue
            for at in range(begins[token], begins[token + 1]):
                if lexemes[at] == SEMICOLON:
                    n_in, n_out = _append(
                        operations, length, reals, n_features, neuron, n_in, n_out, out
                    )
                    neuron += 1
                    length = 0
                else:
                    operations[length] = lexemes[at]
                    length += 1
        if length > 0:
            n_in, n_out = _append(operations, length, reals, n_features, neuron, n_in, n_out, out)
            neuron += 1
        rows[row + 1] = neuron
    return neuron


@kernel
def _append(operations, length, reals, n_features, neuron, n_in, n_out, out):
    function, bias, in_end, sources, weights, out_end, targets, out_weights = out
    _, function[neuron], bias[neuron], n_in, n_out = _read(
        operations,
        length,
        reals,
        0,
        n_features,
        sources,
        weights,
        n_in,
        targets,
        out_weights,
        n_out,
    )
    in_end[neuron] = n_in
    out_end[neuron] = n_out
    return n_in, n_out
