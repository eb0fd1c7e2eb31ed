"""Development: from genomes to what they grow into."""

import os
import random
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby, islice
from typing import Literal

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.morphogenesis._axon_kernels import SMALLEST_WEIGHT
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.organism import Grown, Organism, Stage
from evograft.representations.morphogenesis.tissue import UPDATES_PER_CALL, Harvest, Tissue

Arithmetic = Literal["plain", "fused"]

MAX_SITE_UPDATES = 10_000_000_000
"""Steps times sites that :func:`develop` takes on unasked; about a minute."""

MAX_SITE_VALUES = 2**27
"""Sites times morphogens that it takes on unasked; some 5 GB."""

CHUNK = 64
"""Genomes that a thread takes at once: they grow in one call without Python's lock."""

_kept = threading.local()


def develop(
    genome: Genome,
    *,
    arithmetic: Arithmetic = "plain",
    record: int | None = None,
    max_site_updates: int | None = MAX_SITE_UPDATES,
    progress: Callable[[int], object] | None = None,
) -> Organism:
    """Grow *genome*; the same to the last bit as the published code.

    Parameters
    ----------
    genome : Genome
    arithmetic : "plain" or "fused"
        "fused" accumulates the diffusion with fused multiply-add, as the machine did on which the
        published pools of networks were grown; a tenth of all graphs differ by some connections.
    record : int, at least 1, optional
        Keep every so manieth state, the first and the last with them, in ``history``.
    max_site_updates : int, optional
        Refuse more steps times sites than this, and more than 2^27 sites times morphogens; None
        for no limit.
    progress : callable, optional
        Called now and then with the number of steps done; a growth that takes long does so several
        times a second, and Ctrl-C ends it.

    Returns
    -------
    Organism

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, or the growth is larger than *max_site_updates*.

    Notes
    -----
    Randomness: only which isolated neurons connect to themselves is drawn, from Python's ``Random``
    with a seed that is the genome's own digest. So growth is a function of the genome.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> import numpy as np
    >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    >>> develop(genome)
    <Organism of 15 cells, 15 neurons, 34 connections>
    """
    _check_arguments([genome], arithmetic, max_site_updates)
    if record is not None:
        _check.integer("record", record, minimum=1)
    tissue = _tissue(genome)
    tissue.sow([genome], use_fused=arithmetic == "fused")
    history = None
    if record is None and not _is_large(genome):
        (harvest,) = tissue.grow_all()
    else:
        tissue.begin()
        if record is not None:
            history = _recorded(tissue, record, genome.max_growth_steps, progress)
        tissue.grow(genome.max_growth_steps, progress=progress)
        harvest = tissue.harvest()
    return Organism(
        genome, _connect_isolated(genome, harvest), arithmetic, history, tissue.fields()
    )


def develop_many(
    genomes: Iterable[Genome],
    *,
    arithmetic: Arithmetic = "plain",
    threads: int | None = None,
    max_site_updates: int | None = MAX_SITE_UPDATES,
) -> Generator[Organism, None, None]:
    """Grow *genomes*, one after the other or in threads, and yield organisms in their order.

    Takes and gives one by one: neither all genomes nor all organisms have to be in memory.

    Parameters
    ----------
    genomes : iterable of Genome
    arithmetic, max_site_updates
        As for :func:`develop`; the limit is for each genome.
    threads : int, at least 1, or None for all processors
        Results do not depend on it.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> genomes = (Genome.random(rng, size_x=8, size_y=8) for _ in range(100))
    >>> sum(organism.n_neurons >= 6 for organism in develop_many(genomes))
    33
    """
    n_threads = (
        (os.cpu_count() or 1) if threads is None else _check.integer("threads", threads, minimum=1)
    )
    return _stream(iter(genomes), arithmetic, n_threads, max_site_updates)


def _stream(
    genomes: Iterator[Genome], arithmetic: Arithmetic, threads: int, max_site_updates: int | None
) -> Generator[Organism, None, None]:
    if threads == 1:
        while chunk := list(islice(genomes, CHUNK)):
            yield from _develop_chunk(chunk, arithmetic, max_site_updates)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[list[Organism]]] = deque()
        try:
            while True:
                while len(waiting) <= 2 * threads and (chunk := list(islice(genomes, CHUNK))):
                    waiting.append(pool.submit(_develop_chunk, chunk, arithmetic, max_site_updates))
                if not waiting:
                    return
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _develop_chunk(
    genomes: list[Genome], arithmetic: Arithmetic, max_site_updates: int | None
) -> list[Organism]:
    _check_arguments(genomes, arithmetic, max_site_updates)
    organisms = []
    for _, group in groupby(genomes, key=_size):
        alike = [*group]
        if any(map(_is_large, alike)):  # so that Ctrl-C comes through
            harvests = [_grow_in_parts(genome, arithmetic) for genome in alike]
        else:
            tissue = _tissue(alike[0])
            tissue.sow(alike, use_fused=arithmetic == "fused")
            harvests = tissue.grow_all()
        organisms += [
            Organism(genome, _connect_isolated(genome, harvest), arithmetic)
            for genome, harvest in zip(alike, harvests, strict=True)
        ]
    return organisms


def _grow_in_parts(genome: Genome, arithmetic: Arithmetic) -> Harvest:
    tissue = _tissue(genome)
    tissue.sow([genome], use_fused=arithmetic == "fused")
    tissue.begin()
    tissue.grow(genome.max_growth_steps)
    return tissue.harvest()


def _recorded(
    tissue: Tissue, every: int, steps: int, progress: Callable[[int], object] | None
) -> list[Stage]:
    """The state now, every so manieth one, and that after all *steps*."""
    history = [tissue.stage()]
    for until in [*range(every, steps, every), steps]:
        tissue.grow(until, progress=progress)
        history.append(tissue.stage())
    return history


def _connect_isolated(genome: Genome, harvest: Harvest) -> Grown:
    """The last step: some of the neurons without input connect to themselves."""
    grown = harvest.grown
    fraction = genome.self_connect_isolated_neurons_fraction
    if fraction == 0 or harvest.has_input.all():
        return grown
    isolated = np.flatnonzero(~harvest.has_input).tolist()
    count = int(len(isolated) * fraction)
    if count == 0:
        return grown
    shuffled = random.Random(genome.development_seed()).sample(isolated, len(isolated))
    chosen = [
        neuron
        for neuron in sorted(shuffled[:count])
        if harvest.adhesion[neuron] >= genome.axon_connect_threshold
    ]
    ids = grown.neuron_ids[chosen]
    # Nobody connects to one without input, so these are its first connections to itself.
    places = _places_of_loops(grown.edges, ids)
    return grown._replace(
        edges=np.insert(grown.edges, places, np.stack((ids, ids), axis=1), axis=0),
        weights=np.insert(
            grown.weights, places, np.maximum(SMALLEST_WEIGHT, harvest.strength[chosen])
        ),
    )


def _places_of_loops(
    edges: npt.NDArray[np.int64], ids: npt.NDArray[np.int64]
) -> npt.NDArray[np.intp]:
    """Where connections from *ids* to themselves belong among *edges* by (source, target)."""
    base = int(ids.max(initial=0)) + 1 + int(edges.max(initial=0))
    return np.searchsorted(edges[:, 0] * base + edges[:, 1], ids * base + ids)


def _size(genome: Genome) -> tuple[int, int, int]:
    return (genome.size_x, genome.size_y, genome.num_morphogens)


def _is_large(genome: Genome) -> bool:
    """Whether growth takes so long that it has to return to Python in between."""
    x, y, k = _size(genome)
    return genome.max_growth_steps * x * y * k > UPDATES_PER_CALL


def _tissue(genome: Genome) -> Tissue:
    """A tissue of the genome's size, of those that this thread has used last."""
    kept: OrderedDict[tuple[int, int, int], Tissue] | None = getattr(_kept, "tissues", None)
    if kept is None:
        kept = _kept.tissues = OrderedDict()
    size = _size(genome)
    tissue = kept.pop(size, None)
    if tissue is None:
        tissue = Tissue(*size)
    if tissue.n_sites <= 10_000:  # a large one would hold its memory for good
        kept[size] = tissue
        while len(kept) > 16:
            kept.popitem(last=False)
    return tissue


def _check_arguments(genomes: list[Genome], arithmetic: str, max_site_updates: int | None) -> None:
    _check.choice("arithmetic", arithmetic, ("plain", "fused"))
    for genome in genomes:
        if not isinstance(genome, Genome):
            raise TypeError(f"genome must be a Genome, got {genome!r}")
        if max_site_updates is None:
            continue
        sites = genome.size_x * genome.size_y
        if genome.max_growth_steps * sites > max_site_updates:
            raise ValueError(
                "max_growth_steps * size_x * size_y must be at most max_site_updates = "
                f"{max_site_updates}, got {genome.max_growth_steps} * {genome.size_x} * "
                f"{genome.size_y}; a larger limit or None allows it"
            )
        if genome.num_morphogens * sites > MAX_SITE_VALUES:
            raise ValueError(
                f"num_morphogens * size_x * size_y must be at most {MAX_SITE_VALUES}, got "
                f"{genome.num_morphogens} * {genome.size_x} * {genome.size_y}; "
                "max_site_updates=None allows it"
            )
