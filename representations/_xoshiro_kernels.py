"""Random numbers inside kernels: xoshiro256++ (Blackman 2021), seeded by splitmix64.

A Generator handed to a kernel costs more than many a kernel does; here the state is four words.
"""

import numpy as np

from evograft.representations._jit import inlined_kernel

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
