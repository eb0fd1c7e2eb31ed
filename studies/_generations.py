"""The loop itself: one generation after the other, by whatever aliases the toolbox has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deap import algorithms

from evograft.studies._evaluating import evaluate
from evograft.studies.run import Run

IDLE = 100
"""Generations without an evaluation after which a run that counts only these has no end."""


def generations_of(
    run: Run, population: Sequence[Any] | None, settings: Mapping[str, Any]
) -> Iterator[None]:
    """Make and record one generation after the other, and yield after each.

    A run without a population begins with the one given, or a new one.
    """
    toolbox = run.toolbox
    if not run.logbook and not hasattr(toolbox, "generate"):
        if population is None:
            population = toolbox.population(n=settings["population"])
        run.population = list(population)
        run.record(*_evaluate(run, run.population))
        yield
    idle = 0
    while not spent(run, settings):
        run.generation += 1
        _step(run, settings)
        idle = 0 if run.logbook[-1]["nevals"] else idle + 1
        if idle == IDLE and "generations" not in settings:
            raise ValueError(
                f"evaluations must be made by a run that ends after {settings['evaluations']} of "
                f"them, got none in {IDLE} generations"
            )
        yield


def resize(run: Run, n: int) -> None:
    """Keep the best *n* of a run's population, or add new individuals, which are evaluated."""
    toolbox, missing = run.toolbox, n - len(run.population)
    if missing < 0:
        run.population = sorted(run.population, key=run.standing, reverse=True)[:n]
    elif missing > 0:
        newcomers = toolbox.population(n=missing)
        # They belong to the generation that the log has last.
        evaluated, failed = _evaluate(run, newcomers)
        run.logbook[-1]["nevals"] += evaluated
        run.evaluations += evaluated
        if failed:
            run.logbook[-1]["failed"] = run.logbook[-1].get("failed", 0) + failed
            run.failed_evaluations += failed
        run.population = [*run.population, *newcomers]


def spent(run: Run, settings: Mapping[str, Any]) -> bool:
    """Whether generations or evaluations are used up."""
    most, evaluations = settings.get("generations"), settings.get("evaluations")
    return (most is not None and run.generation >= most) or (
        evaluations is not None and run.evaluations >= evaluations
    )


def _step(run: Run, settings: Mapping[str, Any]) -> None:
    """Replace the population by the next generation, and record it."""
    toolbox, parents = run.toolbox, run.population
    if hasattr(toolbox, "generate"):
        run.population = list(toolbox.generate())
        counts = _evaluate(run, run.population)
        toolbox.update(run.population)
    else:
        if hasattr(toolbox, "breed"):
            offspring = toolbox.breed(parents, len(parents))
        else:
            offspring = toolbox.select(parents, len(parents))
            offspring = algorithms.varAnd(offspring, toolbox, settings["cxpb"], settings["mutpb"])
        counts = _evaluate(run, offspring)
        replace = getattr(toolbox, "replace", _keep_best)
        run.population = list(replace(parents, offspring))
    run.record(*counts)


def _evaluate(run: Run, individuals: Sequence[Any]) -> tuple[int, int]:
    """Evaluate those without a fitness; return how many there were, and how many failed."""
    evaluated, failures = evaluate(run.toolbox, individuals, run.generation)
    run.failures += failures
    return evaluated, len(failures)


def _keep_best(parents: Sequence[Any], offspring: Sequence[Any]) -> list[Any]:
    """The offspring, with the best parent in place of their worst if it is better than that."""
    best = max(parents, key=lambda individual: individual.fitness)
    worst = min(range(len(offspring)), key=lambda i: offspring[i].fitness)
    survivors = list(offspring)
    if best.fitness > survivors[worst].fitness:
        survivors[worst] = best
    return survivors
