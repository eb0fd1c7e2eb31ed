"""The numba mappers: codons or genes of many genotypes to tokens, by left-most derivation.

They follow the table of a :class:`~evograft.representations.grammatical.CompiledGrammar`. Each of
the three chooses an option in its own way; ``_advance`` enters it and puts down tokens up to the
next non-terminal. What is left of the options above waits in *frames*: (at, end, depth).

``ends`` (n + 1,) takes where the tokens of each row end, after a 0. Where tokens or repairs have
no room left, a mapper returns the row to go on with once they are larger; else it returns n.
"""

import numpy as np

from evograft.representations._jit import inlined_kernel, kernel
from evograft.representations._xoshiro_kernels import fill_state, next_word

# What comes instead of a next rule to be expanded.
DONE, FULL = -1, -2


@inlined_kernel
def _count(rule, counts, families, offered):
    """Number of options that *rule* has while so many members of ``h*`` are offered."""
    return counts[rule] + (offered - 1 if families[rule] >= 0 else 0)


@inlined_kernel
def _option(rule, choice, firsts, families, offered):
    """(option, member of ``h*``) that *choice* among those of *rule* stands for."""
    family = families[rule]
    if family >= 0 and choice >= family:
        if choice < family + offered:
            return firsts[rule] + family, choice - family
        choice -= offered - 1
    return firsts[rule] + choice, 0


@inlined_kernel
def _advance(table, frames, option, member, at, end, top, depth, made, offered, tokens, length):
    """Enter *option*, put down tokens and return what the next expansion begins with.

    *at* and *end* delimit what is left of the option entered before, whose non-terminals are at
    *depth*. Members of ``h*`` have been *made*, and those *offered* can be chosen.
    """
    _, _, _, options, symbols, n_terminals = table
    if at < end:
        frames[top, 0] = at
        frames[top, 1] = end
        frames[top, 2] = depth
        top += 1
    at, end = options[option], options[option + 1]
    depth += 1
    while True:
        while at == end:
            if top == 0:
                return DONE, at, end, top, depth, made, offered, length
            top -= 1
            at, end, depth = frames[top, 0], frames[top, 1], frames[top, 2]
        symbol = symbols[at]
        at += 1
        if symbol < 0:
            return -1 - symbol, at, end, top, depth, made, offered, length
        if symbol <= n_terminals:
            if length == tokens.size:
                return FULL, at, end, top, depth, made, offered, length
            tokens[length] = symbol + member if symbol == n_terminals else symbol
            length += 1
        elif symbol == n_terminals + 1:
            made += 1
        else:
            offered = made


@kernel
def map_codons(codons, limits, wraps, lazy, max_expansions, table, frames, tokens, out, first):
    """Map rows ``first`` … of codons, read left to right and modulo the number of options.

    Rows of *codons* are delimited by *limits* (n + 1,). *out* is (ends, valid, used).
    """
    counts, firsts, families, _, _, _ = table
    ends, valid, used = out
    for row in range(first, limits.size - 1):
        begin, stop = limits[row], limits[row + 1]
        position, wrapped, expansions = begin, 0, 0
        rule, at, end, top, depth, made, offered, length = 0, 0, 0, 0, 0, 0, 0, ends[row]
        while rule >= 0:
            count = _count(rule, counts, families, offered)
            if expansions == max_expansions or count == 0:
                break
            expansions += 1
            if position == stop:
                if wrapped == wraps or begin == stop:
                    break
                wrapped += 1
                position = begin
            choice = 0
            if count > 1 or not lazy:
                choice = np.int64(codons[position] % np.uint32(count))
                position += 1
            option, member = _option(rule, choice, firsts, families, offered)
            rule, at, end, top, depth, made, offered, length = _advance(
                table, frames, option, member, at, end, top, depth, made, offered, tokens, length
            )
        if rule == FULL:
            return row
        valid[row] = rule == DONE
        ends[row + 1] = length if rule == DONE else ends[row]
        used[row] = (stop if wrapped > 0 else position) - begin
    return limits.size - 1


@kernel
def map_fixed_genes(indices, starts, table, frames, tokens, out, first):
    """Map rows ``first`` … of *indices* (n, total), where the gene of a rule begins at *starts*.

    The grammar has no recursion and no ``h*``. *out* is (ends, used), the latter (n, rules).
    """
    _, firsts, _, _, _, _ = table
    ends, used = out
    for row in range(first, indices.shape[0]):
        used[row, :] = 0
        rule, at, end, top, depth, length = 0, 0, 0, 0, 0, ends[row]
        while rule >= 0:
            option = firsts[rule] + indices[row, starts[rule] + used[row, rule]]
            used[row, rule] += 1
            rule, at, end, top, depth, _, _, length = _advance(
                table, frames, option, 0, at, end, top, depth, 0, 0, tokens, length
            )
        if rule == FULL:
            return row
        ends[row + 1] = length
    return indices.shape[0]


@kernel
def map_growing_genes(
    indices,
    limits,
    max_depth,
    max_expansions,
    table,
    shortest,
    ends_by_itself,
    state,
    apart,
    frames,
    tokens,
    repairs,
    out,
    first,
):
    """Map rows ``first`` … of genes, with a random index wherever one is missing or unfit.

    Random numbers come from *state*, one row after the other; rows that are taken *apart* have
    streams of their own, by their indices.

    Gene *row* · rules + *rule* lies between its *limits* in *indices*. An index is unfit if the
    rule has no such option, or if the option is not *shortest* beyond *max_depth* or after
    *max_expansions*. ``repairs`` (capacity, 3) takes (gene, place, index) of every index drawn.
    ``ends_by_itself`` says which rules have a shortest option without ``h*``.

    *out* is (ends, valid, used, repair_ends), with ``used`` (n, rules) and ``repair_ends``
    (n + 1,), after a 0.
    """
    counts, firsts, families, _, _, _ = table
    ends, valid, used, repair_ends = out
    n_rules = counts.size
    before = np.empty_like(state)
    for row in range(first, valid.size):
        before[:] = state
        if apart:
            fill_state(_digest(indices, limits[row * n_rules], limits[(row + 1) * n_rules]), state)
        used[row, :] = 0
        expansions, n_repairs = 0, repair_ends[row]
        rule, at, end, top, depth, made, offered, length = 0, 0, 0, 0, 0, 0, 0, ends[row]
        while rule >= 0:
            beyond = depth > max_depth or expansions >= max_expansions
            expansions += 1
            count = _count(rule, counts, families, offered)
            if count == 0 or (beyond and offered == 0 and not ends_by_itself[rule]):
                break
            gene = row * n_rules + rule
            place = limits[gene] + used[row, rule]
            kept = place < limits[gene + 1] and indices[place] < count
            choice = np.int64(indices[place]) if kept else 0
            option, member = _option(rule, choice, firsts, families, offered)
            if not kept or (beyond and not shortest[option]):
                if n_repairs == repairs.shape[0]:
                    rule = FULL
                    break
                while True:
                    choice = np.int64(next_word(state) % np.uint64(count))
                    option, member = _option(rule, choice, firsts, families, offered)
                    if not beyond or shortest[option]:
                        break
                repairs[n_repairs, 0] = gene
                repairs[n_repairs, 1] = used[row, rule]
                repairs[n_repairs, 2] = choice
                n_repairs += 1
            used[row, rule] += 1
            rule, at, end, top, depth, made, offered, length = _advance(
                table, frames, option, member, at, end, top, depth, made, offered, tokens, length
            )
        if rule == FULL:
            state[:] = before
            return row
        valid[row] = rule == DONE
        ends[row + 1] = length if rule == DONE else ends[row]
        repair_ends[row + 1] = n_repairs
    return valid.size


@kernel
def _digest(indices, begin, end):
    """64 bits of the indices from *begin* to *end*, by FNV-1a over whole words."""
    digest = np.uint64(0xCBF29CE484222325)
    for place in range(begin, end):
        digest = (digest ^ np.uint64(indices[place])) * np.uint64(0x100000001B3)
    return digest
