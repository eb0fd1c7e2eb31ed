"""Where the time of growth goes, and how near its kernels are to the machine's bound.

Run ``python benchmarks/morphogenesis_parts.py [--size 20]``. Every part runs many times over on the
same arrays, on one thread; times are the least of several. The bound of the diffusion is a loop
with the same multiplications and additions, in the same order, that reads one aligned number per
site in place of nine; that of the whole is all steps of it with nothing else done, for as many
steps as the growth does before its fields and cells repeat themselves.
"""

import argparse
import statistics
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from morphogenesis_growth import STEPS, best_time, genomes_growing

from evograft.representations.morphogenesis import Genome, develop
from evograft.representations.morphogenesis import _field_kernels as kernels

REPEATS = 20_000


def bare(function: Callable[..., Any]) -> Any:
    """Compile a loop of this script as the kernels are compiled; nothing is kept on disk."""
    return numba.njit(nogil=True, error_model="numpy", _nrt=False)(function)


@bare
def repeat_secretion(n, fields, secretion, inhibition, work):  # type: ignore[no-untyped-def]
    """Secretion and inhibition of three morphogens, *n* times."""
    for _ in range(n):
        kernels.secrete_and_inhibit_three(fields, secretion, inhibition, work)


@bare
def repeat_diffusion(n, fields, work, taps, size, stride):  # type: ignore[no-untyped-def]
    """Diffusion of three morphogens, *n* times."""
    for _ in range(n):
        for k in range(3):
            kernels.diffuse_three_by_three(work[k], fields[k], taps, 0.1, size, stride)


@bare
def repeat_margins(n, fields, size, stride):  # type: ignore[no-untyped-def]
    """Copying the margins of three morphogens, *n* times."""
    for _ in range(n):
        for k in range(3):
            kernels.wrap(fields[k], size, stride)


@bare
def repeat_neighbours(n, field, towards, size, stride):  # type: ignore[no-untyped-def]
    """The map of largest neighbours, *n* times."""
    for _ in range(n):
        kernels.largest_neighbours(field, 0.3, towards, size, stride)


@bare
def repeat_arithmetic(n, fields, work, h):  # type: ignore[no-untyped-def]
    """The arithmetic of the diffusion of three morphogens without its neighbours, *n* times."""
    for _ in range(n):
        for k in range(3):
            source, out = work[k], fields[k]
            for i in range(out.size):
                value = source[i]
                total = h[0] * value
                total = total + h[1] * value
                total = total + h[2] * value
                total = total + h[3] * value
                total = total + h[4] * value
                total = total + h[5] * value
                total = total + h[6] * value
                total = total + h[7] * value
                total = total + h[8] * value
                out[i] = 0.9 * value + 0.1 * total


def nanoseconds(repeat: Callable[..., Any], *arguments: Any) -> float:
    """Time of one repetition, the least of five."""
    repeat(1, *arguments)
    return best_time(lambda: repeat(REPEATS, *arguments), 5) / REPEATS * 1e9


def first_repeat(genome: Genome) -> int:
    """The step from which on fields and cells stay as they are, bit for bit."""
    history = develop(genome, record=1).history or []
    last = history[-1]
    for stage in reversed(history):
        same = np.array_equal(stage.cells, last.cells) and np.array_equal(
            stage.neurons, last.neurons
        )
        if not same or not np.array_equal(stage.fields, last.fields):
            return stage.step + 1
    return 0


def main() -> None:
    """Print the parts of a step, then the whole beside its bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=20, help="sites on a side (default: 20)")
    parser.add_argument("--genomes", type=int, default=50)
    options = parser.parse_args()
    size, stride = options.size, options.size + 2
    rng = np.random.default_rng(1)
    fields, work, secretion = (rng.uniform(0, 1, (3, stride * stride)) for _ in range(3))
    inhibition, taps = rng.uniform(0, 0.5, (3, 3)), np.full(9, 1 / 9)
    towards = np.zeros(stride * stride, np.int64)
    parts = {
        "secretion and inhibition": nanoseconds(
            repeat_secretion, fields, secretion, inhibition, work
        ),
        "diffusion": nanoseconds(repeat_diffusion, fields, work, taps, size, stride),
        "margins": nanoseconds(repeat_margins, fields, size, stride),
        "largest neighbours": nanoseconds(repeat_neighbours, fields[2], towards, size, stride),
    }
    bound = nanoseconds(repeat_arithmetic, fields, work, taps)
    print(f"a step of {size}x{size} sites, 3 morphogens")
    for name, value in parts.items():
        print(f"  {name}: {value:.0f} ns")
    print(
        f"  arithmetic of the diffusion alone: {bound:.0f} ns; diffusion takes "
        f"{parts['diffusion'] / bound:.1f} times that"
    )
    genomes = genomes_growing(size, options.genomes, lambda neurons: neurons >= 5)
    done = [min(STEPS, first_repeat(genome)) for genome in genomes]
    times = [best_time(lambda genome=genome: develop(genome), 20) for genome in genomes]
    spread = sum(parts.values()) - parts["largest neighbours"]
    shares = [
        (spread * steps / 1e9 / seconds, parts["largest neighbours"] * steps / 1e9 / seconds)
        for steps, seconds in zip(done, times, strict=True)
    ]
    ratios = [seconds / (bound * steps / 1e9) for steps, seconds in zip(done, times, strict=True)]
    fields_share, neighbours_share = (statistics.median(c) for c in zip(*shares, strict=True))
    print(
        f"{len(genomes)} genomes that grow 5 neurons or more, {STEPS} steps, of which a median of "
        f"{statistics.median(done):.0f} until fields and cells repeat"
    )
    print(
        f"  develop: median {statistics.median(times) * 1e6:.0f} us; fields {fields_share:.0%}, "
        f"largest neighbours {neighbours_share:.0%}, the rest cells, axons and Python"
    )
    print(f"  {statistics.median(ratios):.1f} times the arithmetic of the diffusion in those steps")


if __name__ == "__main__":
    main()
