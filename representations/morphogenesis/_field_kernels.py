"""Morphogen fields: secretion, inhibition and diffusion, exact to the last bit.

A field of X x Y sites lies in a row of (X + 2)(Y + 2) numbers: each line of the grid between
copies of the sites that the torus puts beside it. So all sites are updated in one run, whose
loop vectorises: what it computes in the margins between lines is overwritten by :func:`wrap`.

The order of every sum and product is part of the method. Nothing here may be reordered.
"""

from numba import types
from numba.extending import intrinsic

from evograft.representations._jit import bare_kernel, inlined_kernel


@intrinsic
def fused(typingctx, a, b, c):
    """``a * b + c``, rounded once."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


@bare_kernel
def secrete(fields, secretion, work):
    """``work = min(1, fields + secretion)`` at every site, margins included."""
    for k in range(fields.shape[0]):
        before, added, after = fields[k], secretion[k], work[k]
        for i in range(after.size):
            value = before[i] + added[i]
            after[i] = 1.0 if value > 1.0 else value


@bare_kernel
def inhibit(work, inhibition):
    """Weaken fields by others, one after the other: later ones feel those already weakened."""
    for i in range(work.shape[0]):
        target = work[i]
        for j in range(work.shape[0]):
            strength = inhibition[i, j]
            if i != j and strength > 0.0:
                other = work[j]
                for site in range(target.size):
                    target[site] = target[site] * (1.0 - strength * other[site])


@bare_kernel
def secrete_and_inhibit_three(fields, secretion, inhibition, work):
    """The same as :func:`secrete` and :func:`inhibit` for three morphogens, in one pass.

    A strength of zero multiplies by one, which changes nothing.
    """
    f0, f1, f2 = fields[0], fields[1], fields[2]
    s0, s1, s2 = secretion[0], secretion[1], secretion[2]
    w0, w1, w2 = work[0], work[1], work[2]
    q01, q02, q10 = inhibition[0, 1], inhibition[0, 2], inhibition[1, 0]
    q12, q20, q21 = inhibition[1, 2], inhibition[2, 0], inhibition[2, 1]
    for i in range(w0.size):
        a = f0[i] + s0[i]
        b = f1[i] + s1[i]
        c = f2[i] + s2[i]
        a = 1.0 if a > 1.0 else a
        b = 1.0 if b > 1.0 else b
        c = 1.0 if c > 1.0 else c
        a = a * (1.0 - q01 * b)
        a = a * (1.0 - q02 * c)
        b = b * (1.0 - q10 * a)
        b = b * (1.0 - q12 * c)
        c = c * (1.0 - q20 * a)
        c = c * (1.0 - q21 * b)
        w0[i] = a
        w1[i] = b
        w2[i] = c


@bare_kernel
def diffuse_three_by_three(work, field, h, rate, size_x, stride):
    """``field = (1 - rate) work + rate (work * h)`` for a 3 x 3 kernel.

    *h* holds the nine entries by rows. The convolution flips it: entry 0 meets the site below on
    the right.
    """
    keep = 1.0 - rate
    h0, h1, h2, h3, h4, h5, h6, h7, h8 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
    first = stride + 1
    n = (size_x - 1) * stride + stride - 2
    below, here, above = first + stride, first, first - stride
    b2, b1, b0 = work[below + 1 :], work[below:], work[below - 1 :]
    c2, c1, c0 = work[here + 1 :], work[here:], work[here - 1 :]
    a2, a1, a0 = work[above + 1 :], work[above:], work[above - 1 :]
    out = field[first:]
    for i in range(n):
        total = h0 * b2[i]
        total = total + h1 * b1[i]
        total = total + h2 * b0[i]
        total = total + h3 * c2[i]
        total = total + h4 * c1[i]
        total = total + h5 * c0[i]
        total = total + h6 * a2[i]
        total = total + h7 * a1[i]
        total = total + h8 * a0[i]
        out[i] = keep * c1[i] + rate * total


@bare_kernel
def diffuse_three_by_three_fused(work, field, h, rate, size_x, stride):
    """As :func:`diffuse_three_by_three`, with fused multiply-add in the convolution."""
    keep = 1.0 - rate
    h0, h1, h2, h3, h4, h5, h6, h7, h8 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
    first = stride + 1
    n = (size_x - 1) * stride + stride - 2
    below, here, above = first + stride, first, first - stride
    b2, b1, b0 = work[below + 1 :], work[below:], work[below - 1 :]
    c2, c1, c0 = work[here + 1 :], work[here:], work[here - 1 :]
    a2, a1, a0 = work[above + 1 :], work[above:], work[above - 1 :]
    out = field[first:]
    for i in range(n):
        total = h0 * b2[i]
        total = fused(h1, b1[i], total)
        total = fused(h2, b0[i], total)
        total = fused(h3, c2[i], total)
        total = fused(h4, c1[i], total)
        total = fused(h5, c0[i], total)
        total = fused(h6, a2[i], total)
        total = fused(h7, a1[i], total)
        total = fused(h8, a0[i], total)
        out[i] = keep * c1[i] + rate * total


@bare_kernel
def diffuse(work, field, pattern, rate, size_x, size_y, use_fused):
    """The same for a kernel of any shape.

    Within a row of the kernel, products are summed in groups of four, then one by one.
    """
    keep = 1.0 - rate
    height, width = pattern.shape
    center_x, center_y = (height - 1) // 2, (width - 1) // 2
    stride = size_y + 2
    grouped = 0 if use_fused else width - width % 4
    for x in range(size_x):
        for y in range(size_y):
            total = 0.0
            for j in range(height):
                row = ((x + center_x - j) % size_x + 1) * stride + 1
                for column in range(0, grouped, 4):
                    q0 = pattern[j, column] * work[row + (y + center_y - column) % size_y]
                    q1 = pattern[j, column + 1] * work[row + (y + center_y - column - 1) % size_y]
                    q2 = pattern[j, column + 2] * work[row + (y + center_y - column - 2) % size_y]
                    q3 = pattern[j, column + 3] * work[row + (y + center_y - column - 3) % size_y]
                    total = total + (((q0 + q1) + q2) + q3)
                for column in range(grouped, width):
                    value = work[row + (y + center_y - column) % size_y]
                    if use_fused:
                        total = fused(pattern[j, column], value, total)
                    else:
                        total = total + pattern[j, column] * value
            site = (x + 1) * stride + y + 1
            field[site] = keep * work[site] + rate * total


@bare_kernel
def wrap(field, size_x, stride):
    """Copy what the torus puts beside the first and last lines and columns into the margins."""
    last_column = stride - 2
    for x in range(1, size_x + 1):
        line = field[x * stride : (x + 1) * stride]
        line[0] = line[last_column]
        line[last_column + 1] = line[1]
    for i in range(stride):
        field[i] = field[size_x * stride + i]
        field[(size_x + 1) * stride + i] = field[stride + i]


@bare_kernel
def largest_neighbours(field, threshold, towards, size_x, stride):
    """For every site the offset of its largest neighbour, 0 where that is below *threshold*.

    Among equals the first counts, in the order of the method: the lines above and below, the
    columns before and after, then the diagonals.
    """
    first = stride + 1
    n = (size_x - 1) * stride + stride - 2
    above, below = first - stride, first + stride
    a0, a1, a2 = field[above - 1 :], field[above:], field[above + 1 :]
    c0, c2 = field[first - 1 :], field[first + 1 :]
    b0, b1, b2 = field[below - 1 :], field[below:], field[below + 1 :]
    out = towards[first:]
    for i in range(n):
        best, offset = a1[i], -stride
        if b1[i] > best:
            best, offset = b1[i], stride
        if c0[i] > best:
            best, offset = c0[i], -1
        if c2[i] > best:
            best, offset = c2[i], 1
        if a0[i] > best:
            best, offset = a0[i], -stride - 1
        if a2[i] > best:
            best, offset = a2[i], -stride + 1
        if b0[i] > best:
            best, offset = b0[i], stride - 1
        if b2[i] > best:
            best, offset = b2[i], stride + 1
        out[i] = offset if best >= threshold else 0


@inlined_kernel
def neighbour_sum(field, site, stride):
    """The sum over the eight neighbours of *site*, in the order of the method."""
    total = field[site - stride] + field[site + stride]
    total += field[site - 1]
    total += field[site + 1]
    total += field[site - stride - 1]
    total += field[site - stride + 1]
    total += field[site + stride - 1]
    total += field[site + stride + 1]
    return total


@bare_kernel
def remember(fields, before):
    """Copy *fields* to *before*."""
    for k in range(fields.shape[0]):
        source, target = fields[k], before[k]
        for i in range(source.size):
            target[i] = source[i]


@bare_kernel
def same(one, other):
    """Whether two sets of fields are equal, bit for bit."""
    for k in range(one.shape[0]):
        a, b = one[k], other[k]
        differences = 0
        for i in range(a.size):
            differences += a[i] != b[i]
        if differences > 0:
            return False
    return True


@bare_kernel
def any_above(field, waiting, threshold):
    """Whether the field exceeds *threshold* anywhere that *waiting* is 0 and not minus infinity."""
    found = 0
    for i in range(field.size):
        found |= field[i] + waiting[i] > threshold
    return found != 0
