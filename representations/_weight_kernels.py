"""Mutation and crossover of long weight vectors, a 64-bit seed for each call.

The random numbers are those of ``_xoshiro_kernels``.
"""

import numpy as np

from evograft.representations._jit import inlined_kernel, kernel
from evograft.representations._xoshiro_kernels import fill_state, next_unit, next_word


@inlined_kernel
def _add_noise(values, rate, scale, state):
    """Add normal noise of standard deviation *scale* to each value with probability *rate*.

    From one mutated value to the next it skips a geometric number, so that those which stay cost
    nothing; normal numbers come in pairs (Box 1958).
    """
    if rate <= 0.0:
        return
    denser = rate >= 1.0
    per_skip = 0.0 if denser else 1.0 / np.log1p(-rate)
    spare, has_spare = 0.0, False
    place = -1
    while True:
        skip = 0.0 if denser else np.floor(np.log(next_unit(state)) * per_skip)
        if skip >= values.size - 1 - place:
            return
        place += 1 + np.int64(skip)
        if has_spare:
            noise, has_spare = spare, False
        else:
            radius = np.sqrt(-2.0 * np.log(next_unit(state)))
            angle = 2.0 * np.pi * next_unit(state)
            noise, spare, has_spare = radius * np.cos(angle), radius * np.sin(angle), True
        values[place] += np.float32(scale * noise)


@inlined_kernel
def _take_either(a, b, child, coins, state):
    """Each value of *child* is that of *a* or of *b*, with probability one half.

    *coins* is room for random words, of which each value takes a byte: so one plain loop remains,
    which vectorises.
    """
    for i in range(coins.size):
        coins[i] = next_word(state)
    tossed = coins.view(np.int8)
    for i in range(a.size):
        child[i] = a[i] if tossed[i] < 0 else b[i]


@kernel
def add_noise(values, rate, scale, seed):
    """Mutate *values* in place: see ``_add_noise``."""
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    _add_noise(values, rate, scale, state)


@kernel
def exchange(a, b, seed):
    """Exchange each value of *a* and *b* with probability one half; 64 coins from every word."""
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    for start in range(0, a.size, 64):
        coins = next_word(state)
        for i in range(start, min(start + 64, a.size)):
            one, other = a[i], b[i]
            heads = (coins >> np.uint64(i - start)) & np.uint64(1) == np.uint64(1)
            a[i] = other if heads else one
            b[i] = one if heads else other


@kernel
def make_child(a, b, child, rate, scale, seed):
    """Cross *a* and *b* and mutate the *child*, while it is still in the processor's cache."""
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    _take_either(a, b, child, np.empty(a.size // 8 + 1, np.uint64), state)
    _add_noise(child, rate, scale, state)


@kernel
def digest(values, seed):
    """64 bits that depend on *seed* and on every bit of the float32 *values* (FNV-1a)."""
    word = seed ^ np.uint64(0xCBF29CE484222325)
    for bits in values.view(np.uint32):
        word = (word ^ np.uint64(bits)) * np.uint64(0x100000001B3)
    return word
