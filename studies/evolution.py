"""The loop: any DEAP toolbox, resumable, with a log and a bar."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from deap import algorithms, base

from evograft.representations import _check
from evograft.representations.dense_network import DenseNetwork
from evograft.studies.configuration import compare_configurations, describe_run
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import CHECKPOINT, RunDirectory


def evolve(
    toolbox: base.Toolbox,
    *,
    population: int | np.integer[Any] | Sequence[Any] | None = None,
    generations: int | None = None,
    cxpb: float | None = None,
    mutpb: float | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    callbacks: Iterable[Callable[[Run], None]] = (),
    stop: Callable[[Run], bool] | None = None,
    progress: bool = True,
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
    cxpb, mutpb : float, 0 to 1
        What is None here and above is taken from ``toolbox.defaults``.
    out : path, optional
        A new or empty directory for configuration, log, best network, checkpoint and pictures.
    resume : bool
        Go on from the checkpoint in *out*, bit for bit as if the run had never stopped. Method,
        objectives and data must be those of the run, and so must the parameters, or those that
        the method's plug-in names as ``fixed``.
    callbacks : iterable of callable
        Each is called with the :class:`Run` after every generation.
    stop : callable, optional
        Called with the :class:`Run` after the callbacks; True ends the run. By default the
        method's own end, ``toolbox.stop``, where it has one.
    progress : bool
        Show a bar.
    checkpoint_seconds : float, at least 0
        Time between checkpoints, or twenty times what writing one takes, if that is longer; 0
        writes one every generation.
    notes : mapping, optional
        Kept in the configuration, for the caller.

    Returns
    -------
    Run

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
    ``numpy.random`` if a foreign operator draws from it (``selNSGA3``).

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
    settings = _settings(toolbox, population, generations, cxpb, mutpb)
    if checkpoint_seconds != 0:
        _check.real("checkpoint_seconds", checkpoint_seconds, minimum=0)
    stop = stop or getattr(toolbox, "stop", None)
    directory = None if out is None else RunDirectory(out)
    run = Run(toolbox)
    if directory is not None:  # else nobody asks, and describing the data reads all of it
        configuration = describe_run(toolbox, settings, notes)
    if resume:
        if directory is None:
            raise ValueError("out must be given to resume, got None")
        compare_configurations(directory.config(), configuration)
        run.go_back(directory.snapshot())
        _require_fitting(run, directory)
        settings["population"] = len(run.population) or settings["population"]
        if settings["generations"] < run.generation:
            raise ValueError(
                f"generations must be at least the {run.generation} that the run has, "
                f"got {settings['generations']}"
            )
    elif directory is not None:
        directory.create()
    if directory is not None:
        directory.write_config(configuration)

    snapshot = run.snapshot()
    try:
        with _bar(progress, settings["generations"], run.generation) as bar:
            due = time.monotonic() + checkpoint_seconds
            for _ in _generations(run, population, settings, resume):
                snapshot = run.snapshot()
                _show(bar, run)
                for callback in callbacks:
                    callback(run)
                if directory is not None and (began := time.monotonic()) >= due:
                    directory.save(snapshot, run.model())
                    done = time.monotonic()
                    pause = max(checkpoint_seconds, 20 * (done - began))
                    due = done + (pause if checkpoint_seconds else 0)
                if stop is not None and stop(run):
                    break
        if directory is not None:
            _finish(directory, run)
    except BaseException as error:
        with _uninterrupted():
            run.go_back(snapshot)
            if directory is not None:
                _keep(directory, run)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(run) from None
        raise
    return run


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


def _keep(directory: RunDirectory, run: Run) -> None:
    """Save what a run that ends before its time has found, or leave nothing behind."""
    with contextlib.suppress(OSError):  # a full disk, say: what ended the run is told, not this
        if run.logbook:
            try:
                model = run.model()
            except ValueError:  # a phenotype that cannot be: the checkpoint can still be kept
                model = None
            directory.save(run.snapshot(), model)
        else:
            directory.discard()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let a second Ctrl-C wait while the first one is dealt with."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _settings(
    toolbox: base.Toolbox,
    population: int | np.integer[Any] | Sequence[Any] | None,
    generations: int | None,
    cxpb: float | None,
    mutpb: float | None,
) -> dict[str, Any]:
    """Fill what is None from ``toolbox.defaults`` and check it all."""
    defaults = dict(getattr(toolbox, "defaults", {}))
    size = (
        population
        if population is None or isinstance(population, (int, np.integer))
        else len(population)
    )
    given = {"population": size, "generations": generations, "cxpb": cxpb, "mutpb": mutpb}
    chosen = defaults | {name: value for name, value in given.items() if value is not None}
    if hasattr(toolbox, "generate") and size not in (None, defaults.get("population")):
        raise ValueError(
            f"population must be left to the method, whose generate asks for as many as its own "
            f"parameter population says, got {size}"
        )
    needed = ["population", "generations"]
    if not hasattr(toolbox, "generate") and not hasattr(toolbox, "breed"):
        needed += ["cxpb", "mutpb"]
    for name in needed:
        if name not in chosen:
            raise ValueError(f"{name} must be given, as the toolbox has no defaults, got None")
    chosen["population"] = _check.integer("population", chosen["population"], minimum=2)
    least = int(hasattr(toolbox, "generate"))  # before the first, there is nobody
    chosen["generations"] = _check.integer("generations", chosen["generations"], minimum=least)
    for name in ("cxpb", "mutpb"):
        if name in chosen:
            _check.real(name, chosen[name], minimum=0, maximum=1)
    return chosen


def _generations(
    run: Run,
    population: int | np.integer[Any] | Sequence[Any] | None,
    settings: Mapping[str, Any],
    resumed: bool,
) -> Iterable[None]:
    """Make one generation after the other, and yield after each."""
    toolbox = run.toolbox
    if not resumed and not hasattr(toolbox, "generate"):
        if population is None or isinstance(population, (int, np.integer)):
            run.population = toolbox.population(n=settings["population"])
        else:
            run.population = list(population)
        run.record(_evaluate(toolbox, run.population))
        yield
    while run.generation < settings["generations"]:
        evaluated = _step(run, settings)
        run.generation += 1
        run.record(evaluated)
        yield


def _step(run: Run, settings: Mapping[str, Any]) -> int:
    """Replace the population by the next generation; return the number of evaluations."""
    toolbox, parents = run.toolbox, run.population
    if hasattr(toolbox, "generate"):
        run.population = list(toolbox.generate())
        evaluated = _evaluate(toolbox, run.population)
        toolbox.update(run.population)
        return evaluated
    if hasattr(toolbox, "breed"):
        offspring = toolbox.breed(parents, len(parents))
    else:
        offspring = toolbox.select(parents, len(parents))
        offspring = algorithms.varAnd(offspring, toolbox, settings["cxpb"], settings["mutpb"])
    evaluated = _evaluate(toolbox, offspring)
    replace = getattr(toolbox, "replace", _keep_best)
    run.population = list(replace(parents, offspring))
    return evaluated


def _evaluate(toolbox: base.Toolbox, individuals: Sequence[Any]) -> int:
    """Give every individual without one its fitness; return how many there were."""
    invalid = [individual for individual in individuals if not individual.fitness.valid]
    for individual, values in zip(invalid, toolbox.map(toolbox.evaluate, invalid), strict=True):
        individual.fitness.values = values
    return len(invalid)


def _keep_best(parents: Sequence[Any], offspring: Sequence[Any]) -> list[Any]:
    """The offspring, with the best parent in place of their worst if it is better than that."""
    best = max(parents, key=lambda individual: individual.fitness)
    worst = min(range(len(offspring)), key=lambda i: offspring[i].fitness)
    survivors = list(offspring)
    if best.fitness > survivors[worst].fitness:
        survivors[worst] = best
    return survivors


def _bar(progress: bool, generations: int, generation: int) -> Any:
    from tqdm import tqdm

    return tqdm(total=generations, initial=generation, disable=not progress, unit="gen")


def _show(bar: Any, run: Run) -> None:
    row = run.logbook[-1]
    shown = {
        "best": row.get("best"),
        "train": row.get("train_accuracy"),
        "test": row.get("test_accuracy"),
        "neurons": row.get("neurons"),
        "connections": row.get("connections"),
    }
    bar.set_postfix(
        {
            name: f"{value:.4g}" if isinstance(value, float) else value
            for name, value in shown.items()
            if value is not None
        },
        refresh=False,
    )
    bar.update(run.generation - bar.n)


def _finish(directory: RunDirectory, run: Run) -> None:
    """Write everything a finished run leaves behind."""
    directory.save(run.snapshot(), run.model())
    problem: Any = getattr(run.toolbox, "problem", None)
    if hasattr(problem, "report"):
        directory.write_report(problem.report(run.network))
    if directory.has_result():
        from evograft.studies.pictures import save_pictures

        # The picture ends with what the last generation has reached, measured or not.
        rows = [*run.logbook[:-1], run.logbook[-1] | run.measures()]
        save_pictures(directory.path, rows, **directory.drawable())
    if getattr(problem, "kind", None) == "classification" and isinstance(run.network, DenseNetwork):
        from evograft.studies.classifier_analysis import save_analysis

        save_analysis(directory.path, problem, run.network)
