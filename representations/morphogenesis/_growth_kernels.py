"""Growth, step by step: morphogens spread, cells divide and differentiate, axons grow and connect.

What grows without a known bound lies in arrays with room to spare: a step is begun only where it
cannot run out of room, else :func:`grow` returns and its caller provides more.
"""

from evograft.representations._jit import bare_kernel, inlined_kernel
from evograft.representations.morphogenesis._axon_kernels import serve_axons
from evograft.representations.morphogenesis._cell_kernels import differentiate, divide, tidy_front
from evograft.representations.morphogenesis._field_kernels import (
    diffuse,
    diffuse_three_by_three,
    diffuse_three_by_three_fused,
    inhibit,
    largest_neighbours,
    remember,
    same,
    secrete,
    secrete_and_inhibit_three,
    wrap,
)
from evograft.representations.morphogenesis._layout import (
    CELLS,
    EDGES,
    FROZEN,
    LONGEST,
    NEURONS,
    STEP,
)

LOOK_EVERY = 8
"""Steps between looks whether the fields still change."""


@inlined_kernel
def spread(torus, rules, fields):
    """Secretion, inhibition and diffusion of all morphogens."""
    stride = torus.size_y + 2
    if fields.now.shape[0] == 3:
        secrete_and_inhibit_three(fields.now, fields.secretion, rules.inhibition, fields.work)
    else:
        secrete(fields.now, fields.secretion, fields.work)
        inhibit(fields.work, rules.inhibition)
    rate = rules.diffusion_rate
    for k in range(fields.now.shape[0]):
        work, field = fields.work[k], fields.now[k]
        height, width, start = rules.shapes[k, 0], rules.shapes[k, 1], rules.shapes[k, 2]
        taps = rules.taps[start : start + height * width]
        if height != 3 or width != 3:
            pattern = taps.reshape((height, width))
            diffuse(work, field, pattern, rate, torus.size_x, torus.size_y, rules.use_fused)
        elif rules.use_fused:
            diffuse_three_by_three_fused(work, field, taps, rate, torus.size_x, stride)
        else:
            diffuse_three_by_three(work, field, taps, rate, torus.size_x, stride)
        wrap(field, torus.size_x, stride)


@inlined_kernel
def has_room(counts, torus, rules, cells, axons, edges):
    """Whether one more step cannot run out of room, whatever happens in it."""
    most = min(2 * counts[CELLS], torus.size_x * torus.size_y)
    return (
        most < cells.site_of.size
        and most <= axons.length.size
        and counts[EDGES] + 2 * counts[CELLS] <= edges.target.size
        and (counts[LONGEST] < axons.path.shape[1] or rules.longest <= axons.path.shape[1])
    )


@bare_kernel
def grow(counts, last_step, torus, rules, fields, cells, axons, edges):
    """Go on to *last_step*, or return before it where a step might run out of room."""
    while counts[STEP] < last_step and has_room(counts, torus, rules, cells, axons, edges):
        if counts[FROZEN] and rules.longest <= axons.path.shape[1]:
            left = last_step - counts[STEP]
            serve_axons(left, counts, torus, rules, fields, cells, axons, edges)
            counts[STEP] = last_step
            return
        look = counts[STEP] % LOOK_EVERY == 0
        if look:
            remember(fields.now, fields.before)
        spread(torus, rules, fields)
        born = divide(counts, torus, rules, fields, cells)
        new = differentiate(counts, torus, rules, fields, cells, axons, edges)
        if born + new > 0:
            tidy_front(counts, torus, cells)
        if counts[NEURONS] > 0:
            stride = torus.size_y + 2
            largest_neighbours(fields.now[2], rules.grow_from, axons.towards, torus.size_x, stride)
            serve_axons(1, counts, torus, rules, fields, cells, axons, edges)
        counts[STEP] += 1
        if look and born + new == 0 and same(fields.now, fields.before):
            counts[FROZEN] = 1
