"""Mutation and crossover of long weight vectors, a 64-bit seed for each call.

The random numbers are those of xoshiro256++ (Blackman 2021), its state filled from the seed by
splitmix64: a Generator per call would cost more than the call.
"""

import numpy as np

from evograft.representations._jit import inlined_kernel, kernel

_TO_UNIT = 1.0 / 9007199254740992.0  # 2^-53


@inlined_kernel
def fill_state(seed, state):
    """Fill the four words of *state* from *seed*."""
    z = np.uint64(seed)
    for i in range(4):
        z += np.uint64(0x9E3779B97F4A7C15)
        word = z
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state[i] = word ^ (word >> np.uint64(31))


@inlined_kernel
def next_word(state):
    """The next 64 random bits."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    total = s0 + s3
    word = ((total << np.uint64(23)) | (total >> np.uint64(41))) + s0
    shifted = s1 << np.uint64(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
    state[0], state[1], state[2], state[3] = s0, s1, s2, s3
    return word


@inlined_kernel
def next_unit(state):
    """The next uniform number above 0 and up to 1."""
    return (np.float64(next_word(state) >> np.uint64(11)) + 1.0) * _TO_UNIT


@kernel
def add_noise(values, rate, scale, seed):
    """Add normal noise of standard deviation *scale* to each value with probability *rate*.

    From one mutated value to the next it skips a geometric number, so that those which stay cost
    nothing; normal numbers come in pairs (Box 1958).
    """
    if rate <= 0.0:
        return
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
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
