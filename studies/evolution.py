"""The loop: any DEAP toolbox, resumable, with a log and a bar."""

import contextlib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from deap import base

from evograft.representations import _check
from evograft.studies._bar import Bar
from evograft.studies._generations import generations_of, resize
from evograft.studies._keeping import Keeper, uninterrupted
from evograft.studies._settings import resolve_settings
from evograft.studies.configuration import (
    compare_configurations,
    describe_run,
    resumed_configuration,
)
from evograft.studies.engines.guard import kept_random_states
from evograft.studies.islands.island_generations import (
    island_generations,
    require_islands,
    resize_islands,
)
from evograft.studies.islands.migration import Migration
from evograft.studies.kernel_interrupts import kernel_interrupts
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import CHECKPOINT, RunDirectory


def evolve(
    toolbox: base.Toolbox,
    *,
    population: int | np.integer[Any] | Sequence[Any] | None = None,
    generations: int | None = None,
    evaluations: int | None = None,
    cxpb: float | None = None,
    mutpb: float | None = None,
    islands: int | None = None,
    migration: Migration | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    callbacks: Iterable[Callable[[Run], None]] = (),
    stop: Callable[[Run], bool] | None = None,
    progress: bool = True,
    pictures: bool = True,
    checkpoint_seconds: float = 10.0,
    notes: Mapping[str, Any] | None = None,
) -> Run:
    """Evolve with any DEAP toolbox, ours or not.

    A generation is made by ``generate`` and ``update`` where the toolbox has them, else by
    ``breed``, else by ``select``, ``mate`` and ``mutate`` (DEAP's ``varAnd``); the survivors are
    chosen by ``replace``, else the offspring survive with the best parent in place of the worst.

    Parameters
    ----------
    toolbox : deap.base.Toolbox
    population : int or list of individuals, at least 2
        Size of the initial population, or the population itself; not with ``generate``, which
        decides how many there are.
    generations : int, at least 0
        Counted from the initial population, also by a run that is resumed.
    evaluations : int, at least 1
        The run ends with the first generation (of islands, the first epoch) that reaches them,
        after *generations* at the latest if these are given too; the method's own do not count
        then.
    cxpb, mutpb : float, 0 to 1
        What is None here and above is taken from ``toolbox.defaults``, but for *evaluations*.
    islands : int, at least 2, optional
        The population is divided into so many islands, whose sizes differ by one at most. Each is
        evolved as a whole by one call of ``toolbox.map``, on a worker of its own if that is an
        engine of :mod:`evograft.studies.engines` (without ``chunksize``) and the toolbox pickles,
        with the result of a serial run. The run is recorded, saved and stopped, and the callbacks
        are called, after every epoch: the generations from one migration to the next.
    migration : Migration, optional
        The exchange between the islands; by default five of the best go to the next island every
        ten generations.
    out : path, optional
        A new or empty directory for configuration, log, best network, checkpoint and pictures.
    resume : bool
        Go on from the checkpoint in *out*, bit for bit as if the run had never stopped. Method,
        objectives and data must be those of the run, and so must the parameters, or those that
        the method's plug-in names as ``fixed``. Another *population* keeps the best so many, or
        adds new individuals. What has changed is recorded in the configuration.
    callbacks : iterable of callable
        Each is called with the :class:`Run` after every generation. What it draws from ``random``
        or ``numpy.random`` changes nothing in the run.
    stop : callable, optional
        Called with the :class:`Run` after the callbacks; True ends the run.
        :mod:`evograft.studies.stopping` has some. By default the method's own end,
        ``toolbox.stop``, where it has one.
    progress : bool
        Show a bar.
    pictures : bool
        Draw pictures into *out* at the end; ``evograft show`` draws them later.
    checkpoint_seconds : float, at least 0
        Time between checkpoints, or twenty times what writing one takes, if that is longer; 0
        writes one every generation.
    notes : mapping, optional
        Kept in the configuration, for the caller.

    Returns
    -------
    Run

    Warns
    -----
    UserWarning
        Where the evaluation of an individual raises. It gets 1e8 in every objective, with the
        sign that is worst, and is kept in ``failures`` of the run and of *out*. Where nobody can
        be evaluated of those who have to be, and these are most of a generation, the run ends with
        what was raised.

    Raises
    ------
    ValueError
        Where a setting is missing or out of range, or *out* cannot be used.
    Interrupted
        On Ctrl-C, a ``KeyboardInterrupt``; its ``run`` is the run so far. Whatever ends a run
        before its time, what it found is saved first.

    Notes
    -----
    Randomness: all of the toolbox's own. Seed Python's ``random`` for a run that repeats, and
    ``numpy.random`` if a foreign operator draws from it (``selNSGA3``). Every island has streams
    of its own: both global ones are seeded from those of the run, and a numpy Generator in
    ``toolbox.state()`` is that of the toolbox, jumped ahead once for the first island, twice for
    the second and so on.

    Examples
    --------
    >>> import random
    >>> from evograft import plugins, problems, studies
    >>> random.seed(1)
    >>> toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    >>> run = studies.evolve(toolbox, population=20, generations=5, progress=False)
    >>> run.generation, run.network.n_outputs, len(run.logbook)
    (5, 3, 6)
    """
    settings = resolve_settings(
        toolbox,
        population=population,
        generations=generations,
        evaluations=evaluations,
        cxpb=cxpb,
        mutpb=mutpb,
        islands=islands,
        migration=migration,
    )
    if checkpoint_seconds != 0:
        _check.real("checkpoint_seconds", checkpoint_seconds, minimum=0)
    if resume and out is None:
        raise ValueError("out must be given to resume, got None")
    individuals = None if isinstance(population, (int, np.integer)) else population
    directory = None if out is None else RunDirectory(out)
    run = Run(toolbox)
    with contextlib.ExitStack() as stack:
        if directory is not None:
            stack.enter_context(directory.locked(new=not resume))
            # Only here, as describing the data reads all of it.
            configuration: Mapping[str, Any] = describe_run(toolbox, settings, notes)
            if resume:
                size = None if population is None or individuals else settings["population"]
                configuration = _take_up(run, directory, configuration, size, islands)
            else:
                directory.create()
            directory.write_config(configuration)
        if islands is None:
            made = generations_of(run, individuals, settings)
        else:
            made = island_generations(run, individuals, settings, migration or Migration(), islands)
        over = stop or getattr(toolbox, "stop", None) or (lambda _: False)
        if run.logbook and over(run):
            made = iter(())  # it was killed after its last generation
        keeper = Keeper(directory, checkpoint_seconds)
        bar = Bar(progress, settings, run)
        _make(run, made, [*callbacks], over, bar, keeper, pictures)
    return run


def _make(
    run: Run,
    made: Iterator[None],
    callbacks: Sequence[Callable[[Run], None]],
    over: Callable[[Run], bool],
    bar: Bar,
    keeper: Keeper,
    pictures: bool,
) -> None:
    """Have the generations *made*, show and keep them, until it is *over*."""
    snapshot = run.snapshot()
    try:
        with bar, kernel_interrupts():
            for _ in made:
                snapshot = run.snapshot()
                bar.show(run)
                with kept_random_states():  # a resumed run does not make these calls again
                    for callback in callbacks:
                        callback(run)
                    ended = over(run)
                keeper.save_if_due(run, snapshot)
                if ended:
                    break
        keeper.finish(run, pictures=pictures)
    except BaseException as error:
        with uninterrupted():
            run.go_back(snapshot)
            keeper.rescue(run)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(run) from None
        raise


def _take_up(
    run: Run,
    directory: RunDirectory,
    configuration: Mapping[str, Any],
    size: int | None,
    islands: int | None,
) -> Mapping[str, Any]:
    """Bring *run* to the checkpoint in *directory*; return its configuration with its history.

    A run that was killed before its first checkpoint begins anew. If *size* is given, the
    population is cut or filled up to it.
    """
    before = directory.config()
    if before.get("run"):
        compare_configurations(before, configuration)
    if not directory.has_checkpoint():
        warnings.warn(f"{directory.path} has no checkpoint yet: the run begins anew", stacklevel=3)
        return configuration
    run.go_back(directory.snapshot())
    _require_fitting(run, directory)
    generations = configuration["run"].get("generations", run.generation)
    if generations < run.generation:
        raise ValueError(
            f"generations must be at least the {run.generation} that the run has, got {generations}"
        )
    require_islands(run, islands)
    if size is not None:
        (resize if islands is None else resize_islands)(run, size)
    elif run.population:
        settings = configuration["run"] | {"population": len(run.population)}
        configuration = {**configuration, "run": settings}
    return resumed_configuration(before, configuration, run.generation)


def _require_fitting(run: Run, directory: RunDirectory) -> None:
    """Raise, before anything is written, where a checkpoint is that of another toolbox."""
    develop = getattr(run.toolbox, "develop", None)
    try:
        for individual in [*run.population[:1], *run.hall_of_fame[:1]]:
            if develop is not None:
                develop(individual)
    except Exception as error:  # whatever a development makes of a foreign genotype
        raise ValueError(
            f"{directory.path / CHECKPOINT} does not belong to this run: {error}"
        ) from error
