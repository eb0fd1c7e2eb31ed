"""Development: from genomes to what they grow into."""

import random
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from itertools import groupby
from typing import Literal

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _threads
from evograft.representations.morphogenesis._axon_kernels import SMALLEST_WEIGHT
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.organism import Grown, Organism, Stage
from evograft.representations.morphogenesis.tissue import (
    UPDATES_PER_CALL,
    Harvest,
    Tissue,
    cost_of_step,
)

Arithmetic = Literal["plain", "fused"]

MAX_SITE_UPDATES = 10_000_000_000
"""Steps times sites that :func:`develop` takes on unasked; about a minute."""

MAX_SITE_VALUES = 2**28
"""Sites times morphogens; some 9 GB."""

MAX_RECORDED_VALUES = 2**28
"""Numbers in all recorded states; some 2 GB."""

CHUNK = 64
"""Genomes that a thread takes at most: they grow in one call without Python's lock."""

KEPT_BYTES = 4_000_000
"""Of a tissue that a thread keeps for the next genome of its size; it keeps up to 16."""

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
        Keep every so manieth state, the first and the last with them, in ``history``; together no
        more than 2^28 numbers.
    max_site_updates : int, at least 1, or None for no limit
        Refuse more steps times sites than this. More than 2^28 sites times morphogens are always
        refused, for the memory that they take.
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
    _check_settings(arithmetic, max_site_updates)
    genome = _taken(genome, max_site_updates)
    if record is not None:
        _check_record(genome, _check.integer("record", record, minimum=1))
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

    Neither all genomes nor all organisms have to be in memory: genomes are taken 64 at a time, and
    with t threads at most 2 t + 1 times 64 ahead. A genome may be changed once it is taken.

    Parameters
    ----------
    genomes : iterable of Genome
    arithmetic, max_site_updates
        As for :func:`develop`; the limit is for each genome.
    threads : int, at least 1, or None for all processors
        Results do not depend on it.

    Raises
    ------
    TypeError, ValueError
        Where a setting breaks its rule, at once; where a genome does, after all before it have
        been yielded.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> genomes = (Genome.random(rng, size_x=8, size_y=8) for _ in range(100))
    >>> sum(organism.n_neurons >= 6 for organism in develop_many(genomes))
    33
    """
    _check_settings(arithmetic, max_site_updates)
    n_threads = (
        _threads.count(None) if threads is None else _check.integer("threads", threads, minimum=1)
    )
    chunks = _chunks(iter(genomes), max_site_updates)
    if n_threads == 1:
        return (organism for chunk in chunks for organism in _develop_chunk(chunk, arithmetic))
    return _in_threads(chunks, arithmetic, n_threads)


def _chunks(
    genomes: Iterator[Genome], max_site_updates: int | None
) -> Generator[list[Genome], None, None]:
    """Take genomes in groups that grow in one call; large ones are alone.

    What ends the taking, a genome that is refused among others, does so after the group before it.
    """
    chunk: list[Genome] = []
    try:
        for given in genomes:
            genome = _taken(given, max_site_updates)
            if chunk and _is_large(genome):
                yield chunk
                chunk = []
            chunk.append(genome)
            if len(chunk) == CHUNK or _is_large(genome):
                yield chunk
                chunk = []
    except Exception as error:
        if chunk:
            yield chunk
        raise error from None
    if chunk:
        yield chunk


def _in_threads(
    chunks: Iterator[list[Genome]], arithmetic: Arithmetic, threads: int
) -> Generator[Organism, None, None]:
    ended = threading.Event()
    waiting: deque[Future[list[Organism]]] = deque()
    pool = ThreadPoolExecutor(threads)
    failure: Exception | None = None
    try:
        while True:
            while failure is None and len(waiting) <= 2 * threads:
                try:
                    chunk = next(chunks, None)
                except Exception as error:  # told once everything before it has been given
                    failure = error
                    break
                if chunk is None:
                    break
                waiting.append(pool.submit(_develop_chunk, chunk, arithmetic, ended))
            if not waiting:
                break
            yield from waiting.popleft().result()
        if failure is not None:
            raise failure
    finally:
        ended.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _develop_chunk(
    genomes: list[Genome], arithmetic: Arithmetic, ended: threading.Event | None = None
) -> list[Organism]:
    organisms = []
    for _, group in groupby(genomes, key=_size):
        alike = [*group]
        tissue = _tissue(alike[0])
        tissue.sow(alike, use_fused=arithmetic == "fused")
        if _is_large(alike[0]):  # which is alone
            tissue.begin()
            tissue.grow(alike[0].max_growth_steps, progress=partial(_stop_where_ended, ended))
            harvests = [tissue.harvest()]
        else:
            harvests = tissue.grow_all()
        organisms += [
            Organism(genome, _connect_isolated(genome, harvest), arithmetic)
            for genome, harvest in zip(alike, harvests, strict=True)
        ]
    return organisms


def _stop_where_ended(ended: threading.Event | None, _: int) -> None:
    """Leave a long growth whose result nobody waits for any more."""
    if ended is not None and ended.is_set():
        raise CancelledError


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
    isolated = np.flatnonzero(~harvest.has_input)
    able = harvest.adhesion >= genome.axon_connect_threshold
    count = int(len(isolated) * fraction)
    if count == 0 or not able[isolated].any():  # then nobody sees what would be drawn
        return grown
    drawn = _first_of_shuffled(isolated.tolist(), count, random.Random(genome.development_seed()))
    chosen = [neuron for neuron in sorted(drawn) if able[neuron]]
    ids = grown.neuron_ids[chosen]
    # Nobody connects to one without input, so these are its first connections to itself.
    places = _places_of_loops(grown.edges, ids)
    return grown._replace(
        edges=np.insert(grown.edges, places, np.stack((ids, ids), axis=1), axis=0),
        weights=np.insert(
            grown.weights, places, np.maximum(SMALLEST_WEIGHT, harvest.strength[chosen])
        ),
    )


def _first_of_shuffled(values: list[int], count: int, rng: random.Random) -> list[int]:
    """The first *count* of ``rng.sample(values, len(values))``, without drawing the others."""
    pool, last = [*values], len(values) - 1
    drawn = []
    for i in range(count):
        j = rng.randrange(last - i + 1)
        drawn.append(pool[j])
        pool[j] = pool[last - i]
    return drawn


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
    return genome.max_growth_steps * cost_of_step(genome) > UPDATES_PER_CALL


def _tissue(genome: Genome) -> Tissue:
    """A tissue of the genome's size, of those that this thread has used last."""
    kept: OrderedDict[tuple[int, int, int], Tissue] | None = getattr(_kept, "tissues", None)
    if kept is None:
        kept = _kept.tissues = OrderedDict()
    for size in [size for size, tissue in kept.items() if tissue.n_bytes > KEPT_BYTES]:
        del kept[size]
    size = _size(genome)
    tissue = kept.pop(size, None) or Tissue(*size)
    kept[size] = tissue
    if len(kept) > 16:
        kept.popitem(last=False)
    return tissue


def _check_settings(arithmetic: str, max_site_updates: int | None) -> None:
    _check.choice("arithmetic", arithmetic, ("plain", "fused"))
    if max_site_updates is not None:
        _check.integer("max_site_updates", max_site_updates, minimum=1)


def _taken(genome: Genome, max_site_updates: int | None) -> Genome:
    """A copy of *genome*, which its owner may change, or an error where it is none or too large."""
    if not isinstance(genome, Genome):
        raise TypeError(f"genome must be a Genome, got {genome!r}")
    check_growth_size(genome, max_site_updates)
    return genome.snapshot()


def check_growth_size(genome: Genome, max_site_updates: int | None = MAX_SITE_UPDATES) -> None:
    """Raise ValueError where *genome* is too large to be grown; see `develop` for the limit."""
    sites = genome.size_x * genome.size_y
    if max_site_updates is not None and genome.max_growth_steps * sites > max_site_updates:
        raise ValueError(
            "max_growth_steps * size_x * size_y must be at most max_site_updates = "
            f"{max_site_updates}, got {genome.max_growth_steps} * {genome.size_x} * "
            f"{genome.size_y}; a larger limit or None allows it"
        )
    if genome.num_morphogens * sites > MAX_SITE_VALUES:
        raise ValueError(
            f"num_morphogens * size_x * size_y must be at most {MAX_SITE_VALUES}, got "
            f"{genome.num_morphogens} * {genome.size_x} * {genome.size_y}"
        )


def _check_record(genome: Genome, record: int) -> None:
    states = 2 + (genome.max_growth_steps - 1) // record
    values = states * (genome.num_morphogens + 1) * genome.size_x * genome.size_y
    if values > MAX_RECORDED_VALUES:
        raise ValueError(
            f"record must be so large that all states hold at most {MAX_RECORDED_VALUES} numbers, "
            f"got {record}: {states} states of {genome.size_x} x {genome.size_y} sites"
        )
