"""The numba mapper: many genes at once, from codons straight to arrays of neurons.

It follows a grammar compiled by :mod:`evograft.representations.neuron_mapper` in two passes per
gene. ``_derive`` expands non-terminals left-most first and leaves the terminals as operations;
``_read`` runs these through a small machine that keeps one product at a time.
"""

import numpy as np

from evograft.representations._jit import kernel
from evograft.representations.neuron_automaton import (
    CALL,
    CLOSE,
    COMMA,
    DIGIT,
    FEATURE,
    HIDDEN,
    MINUS,
    OUTPUT,
    PLUS,
    POINT,
    TIMES,
    WEIGHT,
)
from evograft.representations.neuron_grammar import MAXIMAL_DECIMALS, MAXIMAL_MANTISSA

# A symbol of the table is kind + 8 * value. Of the last symbol in an option there is nothing to
# come back to; a LEAF is a rule all of whose options are one terminal.
TERMINAL, LAST_TERMINAL, LEAF, LAST_LEAF, RULE, LAST_RULE = range(6)

# Whether a gene opens a new scope: inputs reset (a module), neurons counted from zero (a genotype).
SAME, NEW_MODULE, NEW_GENOTYPE = 0, 1, 2

_POWERS = 10.0 ** np.arange(MAXIMAL_DECIMALS + 1)


@kernel
def map_genes(codons, starts, reals, scopes, multi_layer, n_features, table, room, out, first):
    """Map genes ``first`` … to neurons and return the index of the first gene not mapped.

    *room* bounds the stack, the operations and the terms of a gene. Where *out* has less left for
    its terms, the mapping stops; the caller enlarges *out* and calls again. ``starts`` (n + 1,)
    delimits the genes in *codons*, ``reals`` (n, k) holds their real weights, and ``scopes`` (n,)
    says where hidden neurons start anew as inputs.
    """
    rules, options, symbols = table
    valid, used, used_reals, function, bias = out[:5]
    in_end, sources, weights, out_end, targets, out_weights = out[5:]
    stack = np.empty(room, np.uint32)
    operations = np.empty(room, np.uint32)
    hidden, base = 0, 0
    for gene in range(first):  # the neurons before, where the call goes on from an earlier one
        base, hidden = _enter(scopes[gene], base, hidden)
        hidden += valid[gene]
    for gene in range(first, starts.size - 1):
        base, hidden = _enter(scopes[gene], base, hidden)
        n_in = in_end[gene - 1] if gene else 0
        n_out = out_end[gene - 1] if gene else 0
        if sources.size - n_in < room or targets.size - n_out < room:
            return gene
        members = hidden if multi_layer else 0
        length, read = _derive(
            codons,
            starts[gene],
            starts[gene + 1],
            members,
            rules,
            options,
            symbols,
            stack,
            operations,
        )
        used[gene] = read
        used_reals[gene] = 0
        valid[gene] = length >= 0
        if length >= 0:
            used_reals[gene], function[gene], bias[gene], n_in, n_out = _read(
                operations,
                length,
                reals,
                gene,
                n_features + base,
                sources,
                weights,
                n_in,
                targets,
                out_weights,
                n_out,
            )
            hidden += 1
        in_end[gene] = n_in
        out_end[gene] = n_out
    return starts.size - 1


@kernel
def _enter(scope, base, hidden):
    """(neurons before this module, neurons in it so far) after the gene's *scope* is applied."""
    if scope == NEW_GENOTYPE:
        return 0, 0
    if scope == NEW_MODULE:
        return base + hidden, 0
    return base, hidden


@kernel
def _derive(codons, start, stop, members, rules, options, symbols, stack, operations):
    """Expand the start symbol; return (number of operations or -1, codons used).

    ``symbols`` holds the options one after the other, and ``options`` where each begins (at the
    end those of two options that hold only the start symbol, for when there are hidden neurons
    and when there are none). ``rules`` (2r, 3) gives first option, number of options and, where
    one holds ``h*``, its index + 1. ``stack`` holds where to go on after an option. All are
    uint32, since signed indices would each be tested for being negative.
    """
    end = symbols.size
    stack[0] = end
    top, length, used, member = 0, 0, start, 0
    at = options[options.size - 1] if members > 0 else options[options.size - 2]
    while at != end:
        kind = symbols[at] & 7
        value = symbols[at] >> 3
        at += 1
        if kind >= LEAF:
            if used == stop:
                return -1, used - start
            count, family = rules[value, 1], rules[value, 2]
            if family > 0:
                count += members - 1
            taken = rules[value, 0]
            if count > 1:
                choice = np.int64(np.uint32(codons[used]) % np.uint32(count))
                used += 1
                if family > 0 and choice >= family - 1:
                    member = min(choice - (family - 1), members - 1)
                    choice -= member
                taken += choice
            elif family > 0:
                member = 0
            option = options[taken]
            if kind >= RULE:
                if kind == RULE:
                    top += 1
                    stack[top] = at
                at = option
                continue
            value = symbols[option] >> 3
        operations[length] = value + 16 * member if value == HIDDEN else value
        length += 1
        if kind & 1:
            at = stack[top]
            top -= 1
    return length, used - start


@kernel
def _read(
    operations,
    length,
    reals,
    gene,
    first_hidden,
    sources,
    weights,
    n_in,
    targets,
    out_weights,
    n_out,
):
    """Run *operations*, known to be a neuron; append its inputs and outputs.

    Returns (reals used, function, bias, end of inputs, end of outputs). One product is open at a
    time: its *weight* so far, its *source*, and the number being spelled (mantissa, decimals).
    """
    in_begin, out_begin = n_in, n_out
    n_reals = 0
    function, bias = 0, 0.0
    target, source, weight = -1, -1, 1.0
    mantissa, decimals = 0, -1  # decimals count from 0 once the point is read
    spelled, content = False, False  # a number is open; the product has a factor since "*"
    for i in range(length):
        operation = operations[i] & 15
        operand = operations[i] >> 4
        if operation == DIGIT:
            spelled = content = True
            if mantissa < MAXIMAL_MANTISSA and decimals < MAXIMAL_DECIMALS:
                mantissa = 10 * mantissa + operand
                decimals += decimals >= 0
            elif decimals < 0:
                weight *= 10.0
            continue
        if operation == POINT:
            decimals = 0
            continue
        if operation in (FEATURE, HIDDEN):
            source = operand if operation == FEATURE else first_hidden + operand
            content = True
            continue
        if operation == OUTPUT:
            target = operand
            continue
        if operation == WEIGHT:
            weight *= reals[gene, n_reals % reals.shape[1]]
            n_reals += 1
            content = True
            continue
        if spelled:
            weight *= mantissa / _POWERS[max(decimals, 0)]
            mantissa, decimals, spelled = 0, -1, False
        if operation == TIMES:
            content = False
        elif operation in (PLUS, MINUS, CLOSE):
            if content and source >= 0:
                n_in = _add(sources, weights, in_begin, n_in, source, weight)
            elif content:
                bias += weight
            if content:
                source, weight, content = -1, 1.0, False
            if operation == MINUS:
                weight = -weight
        elif operation in (COMMA, CALL):
            n_out = _add(targets, out_weights, out_begin, n_out, target, weight)
            function, weight, content = operand, 1.0, False
    return min(n_reals, reals.shape[1]), function, bias, n_in, n_out


@kernel
def _add(keys, values, begin, end, key, value):
    """Add *value* under *key* between *begin* and *end*, or append it; return the new end."""
    for i in range(begin, end):
        if keys[i] == key:
            values[i] += value
            return end
    keys[end] = key
    values[end] = value
    return end + 1
