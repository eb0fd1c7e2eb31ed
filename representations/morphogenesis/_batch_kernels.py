"""Growth of one genome of a batch step by step, or of all of them in one call."""

from evograft.representations._jit import bare_kernel, inlined_kernel
from evograft.representations.morphogenesis._cell_kernels import plant
from evograft.representations.morphogenesis._growth_kernels import grow
from evograft.representations.morphogenesis._harvest_kernels import fits, harvest
from evograft.representations.morphogenesis._layout import STEP, Rules


@inlined_kernel
def rules_of(batch, g, use_fused):
    """What genome *g* says."""
    return Rules(
        batch.inhibition[g],
        batch.taps,
        batch.shapes[g],
        batch.rates[g],
        batch.scalars[g, 0],
        batch.scalars[g, 1],
        batch.scalars[g, 2],
        batch.scalars[g, 3],
        batch.scalars[g, 4],
        batch.longest[g],
        use_fused,
    )


@bare_kernel
def begin(counts, batch, g, use_fused, torus, fields, cells):
    """Plant genome *g*."""
    plant(counts, torus, rules_of(batch, g, use_fused), fields, cells)


@bare_kernel
def go_on(counts, last_step, batch, g, use_fused, torus, fields, cells, axons, edges):
    """Grow genome *g* up to *last_step*, or less where there is no room."""
    grow(counts, last_step, torus, rules_of(batch, g, use_fused), fields, cells, axons, edges)


@bare_kernel
def grow_all(counts, first, batch, use_fused, torus, fields, cells, axons, edges, crop):
    """Grow and harvest genomes from *first* on; the first for which there was no room, if any."""
    for g in range(first, batch.steps.size):
        begin(counts, batch, g, use_fused, torus, fields, cells)
        go_on(counts, batch.steps[g], batch, g, use_fused, torus, fields, cells, axons, edges)
        if counts[STEP] < batch.steps[g] or not fits(counts, g, axons, crop):
            return g
        harvest(counts, g, torus, fields, cells, axons, edges, crop)
    return batch.steps.size
