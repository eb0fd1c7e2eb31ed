"""Mutation and crossover of long weight vectors, a 64-bit seed for each call.

The random numbers are those of ``_xoshiro_kernels``.
"""

import numpy as np

from evograft.representations import _math
from evograft.representations._jit import inlined_kernel, kernel
from evograft.representations._xoshiro_kernels import fill_state, next_word

BLOCK = 64
"""Mutations that are drawn at once."""

_TO_UNIT = np.float32(2.0**-24)


@inlined_kernel
def _uniforms(numbers, state):
    """Fill *numbers* with float32 numbers above 0 and up to 1, multiples of 2^-24."""
    for i in range(numbers.size):
        numbers[i] = np.float32((next_word(state) >> np.uint64(40)) + np.uint64(1)) * _TO_UNIT


@inlined_kernel
def _skips(numbers, per_skip):
    """Turn uniform *numbers* into how many values each mutation leaves out, geometric."""
    for i in range(numbers.size):
        numbers[i] = np.floor(_math.log(numbers[i]) * per_skip)


@inlined_kernel
def _normals(numbers):
    """Turn uniform *numbers*, an even count, into standard normal ones (Box 1958)."""
    half = numbers.size // 2
    for i in range(half):
        radius = np.sqrt(np.float32(-2.0) * _math.log(numbers[i]))
        cosine, sine = _math.cos_sin(numbers[half + i])
        numbers[i], numbers[half + i] = radius * cosine, radius * sine


@inlined_kernel
def _add_to_patch(values, place, side, width, patch, number):
    """Add *number* to the square of pixels around that of *place*, as far as the image goes.

    *values* belong to the pixels of square images, row by row, *width* to each pixel.
    """
    pixel, column = place // width, place % width
    top, left = pixel // side - patch // 2, pixel % side - patch // 2
    for y in range(max(top, 0), min(top + patch, side)):
        for x in range(max(left, 0), min(left + patch, side)):
            values[(y * side + x) * width + column] += number


@kernel
def _add_noise(values, rate, scale, side, width, patch, state):
    """Add normal noise of standard deviation *scale* to each value with probability *rate*.

    With a *patch* above 1, the same number is added to all of a patch of so many pixels squared,
    and *rate* is that of the patches' centres: see ``_add_to_patch``. From one mutated value to the
    next it skips a geometric number, so that those which stay cost nothing. Skips and noise are
    made by the block, in loops that vectorise.
    """
    if rate <= 0.0:
        return
    per_skip = np.float32(0.0) if rate >= 1.0 else np.float32(1.0 / np.log1p(-rate))
    skips, noise = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    place = -1
    while True:
        _uniforms(skips, state)
        _uniforms(noise, state)
        _skips(skips, per_skip)
        _normals(noise)
        for i in range(BLOCK):
            if not skips[i] < np.float32(values.size - 1 - place):  # of NaN, too, is enough
                return
            place += 1 + np.int64(skips[i])
            number = np.float32(scale) * noise[i]
            if patch > 1:
                _add_to_patch(values, place, side, width, patch, number)
            else:
                values[place] += number


@kernel
def _mutate(values, rate, scale, sizes, patch, state):
    """Mutate the first layer of *sizes* by patches, and what follows weight by weight."""
    first = sizes[0] * sizes[1] if patch > 1 else 0
    if first:
        side = np.int64(np.sqrt(sizes[0]))
        patches = rate / (patch * patch)
        _add_noise(values[:first], patches, scale, side, sizes[1], patch, state)
    _add_noise(values[first:], rate, scale, 1, 1, 1, state)


@inlined_kernel
def _toss(coins, state):
    """Fill *coins*, int8, with random bytes: what is below 0 is heads.

    A byte a coin, and all of them first: so that the loops over them vectorise.
    """
    words = coins.view(np.uint64)
    for i in range(words.size):
        words[i] = next_word(state)


@kernel
def add_noise(values, rate, scale, seed):
    """Mutate *values* in place: see ``_add_noise``."""
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    _add_noise(values, rate, scale, 1, 1, 1, state)


@kernel
def add_bounded_noise(values, rate, scale, bound, seed):
    """Mutate *values* in place as ``add_noise`` does, then clip them all to ± *bound*."""
    add_noise(values, rate, scale, seed)
    limit = np.float32(bound)
    for i in range(values.size):
        values[i] = min(max(values[i], -limit), limit)


@kernel
def add_patches(values, rate, scale, sizes, patch, seed):
    """Mutate *values* in place: see ``_mutate``."""
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    _mutate(values, rate, scale, sizes, patch, state)


@kernel
def exchange(a, b, seed):
    """Exchange each value of *a* and *b* with probability one half."""
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    coins = np.empty(a.size // 8 * 8 + 8, np.int8)
    _toss(coins, state)
    for i in range(a.size):
        one, other = a[i], b[i]
        a[i] = other if coins[i] < 0 else one
        b[i] = one if coins[i] < 0 else other


@kernel
def exchange_neurons(a, b, sizes, seed):
    """Exchange whole neurons of *a* and *b*, networks with layers of *sizes*, each with one half.

    See ``_take_neurons`` for what belongs to a neuron.
    """
    pool = np.empty((2, a.size), np.float32)
    pool[0], pool[1] = a, b
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    _take_neurons(pool, np.array([0, 1]), sizes, a, state)
    fill_state(seed, state)  # the same coins, and each gives the other what it has not taken
    _take_neurons(pool, np.array([1, 0]), sizes, b, state)


@kernel
def _take_either(a, b, coins, child):
    """A loop in a kernel of its own, or it would not vectorise, and take seven times as long."""
    for i in range(child.size):
        child[i] = a[i] if coins[i] < 0 else b[i]


@kernel
def _take_weights(pool, family, child, state):
    """Each value of *child* is that of one of the *family*, up to 256 rows of *pool*.

    A byte tells of which one, so that of three the first has 86 chances in 256, the others 85.
    """
    count = family.size
    if count == 1:
        child[:] = pool[family[0]]
        return
    coins = np.empty(child.size // 8 * 8 + 8, np.int8)
    _toss(coins, state)
    if count == 2:
        _take_either(pool[family[0]], pool[family[1]], coins, child)
        return
    bytes_ = coins.view(np.uint8)
    for i in range(child.size):
        child[i] = pool[family[(np.int64(bytes_[i]) * count) >> 8], i]


@kernel
def _take_neurons(pool, family, sizes, child, state):
    """Each neuron of *child* is that of one of the *family*, rows of *pool*.

    To a neuron belong the weights of its inputs and its bias, and to one of the last hidden layer
    its weights at the outputs too, so that what it computes keeps its effect. Biases of outputs
    are inherited one by one.
    """
    layers = sizes.size - 1
    start = 0
    sources = np.empty(sizes.max(), np.int64)
    for layer in range(layers):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        by_input = layer == layers - 1 and layers > 1
        if by_input:  # the weights of a hidden neuron at the outputs come from where it does
            for i in range(n_in):
                for j in range(start + i * n_out, start + (i + 1) * n_out):
                    child[j] = pool[sources[i], j]
        for j in range(n_out):
            word = next_word(state) >> np.uint64(40)
            sources[j] = family[np.int64((word * np.uint64(family.size)) >> np.uint64(24))]
        first = n_in if by_input else 0  # else the biases, row n_in, alone
        for i in range(first, n_in + 1):
            for j in range(n_out):
                place = start + i * n_out + j
                child[place] = pool[sources[j], place]
        start += (n_in + 1) * n_out


@kernel
def make_child(pool, family, sizes, whole, patch, child, rate, scale, seed):
    """Cross the *family*, rows of *pool*, and mutate the *child* while it is in the cache.

    *whole* is whether it inherits whole neurons of layers with *sizes*, or weight by weight.
    """
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    if whole:
        _take_neurons(pool, family, sizes, child, state)
    else:
        _take_weights(pool, family, child, state)
    _mutate(child, rate, scale, sizes, patch, state)


@kernel
def digest(values, seed):
    """64 bits that depend on *seed* and on every bit of the float32 *values* (FNV-1a)."""
    word = seed ^ np.uint64(0xCBF29CE484222325)
    for bits in values.view(np.uint32):
        word = (word ^ np.uint64(bits)) * np.uint64(0x100000001B3)
    return word
