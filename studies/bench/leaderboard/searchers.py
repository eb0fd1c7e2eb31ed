"""The algorithms that are compared: each a function that makes a toolbox for a problem.

All begin with the genomes that the ``morphonas`` plug-in draws, so that with one seed the first
genomes are the same; and all end when the same budget is spent. They run under
:func:`evograft.studies.evolve`, and as arms of a :class:`evograft.studies.Study`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from deap import base

from evograft import operators, plugins
from evograft.plugins.registry import Defaults
from evograft.representations import _check
from evograft.studies.bench.leaderboard.covariance_search import cma_es
from evograft.studies.bench.leaderboard.ground import METHOD, make_ground
from evograft.studies.bench.leaderboard.meter import Meter


def random_search(problem: Any, *, batch: int = 10, **ground: Any) -> base.Toolbox:
    """Every genome is drawn anew.

    Parameters
    ----------
    problem, **ground
        See :func:`make_ground`.
    batch : int, at least 2
        Genomes in a generation.

    Notes
    -----
    Randomness: 64 bits of Python's ``random`` per genome.

    Examples
    --------
    >>> import random
    >>> from evograft import problems, studies
    >>> random.seed(1)
    >>> target = problems.load("graph_target", target="K06")
    >>> toolbox = random_search(target, evaluations=25, size_x=8, size_y=8, max_growth_steps=50)
    >>> studies.evolve(toolbox, evaluations=25, progress=False).evaluations
    25
    """
    toolbox, meter = make_ground(problem, closed=True, **ground)
    size = _first(_check.integer("batch", batch, minimum=2), meter)
    toolbox.register("breed", _draw, toolbox, meter)
    toolbox.register("replace", _newest, size)
    return _named(toolbox, "random", size, batch=batch)


def regularised_evolution(
    problem: Any, *, population: int = 100, sample: int = 25, children: int = 1, **ground: Any
) -> base.Toolbox:
    """The oldest dies, whatever it is worth; its place takes a mutant of a tournament's winner.

    Parameters
    ----------
    problem, **ground
        See :func:`make_ground`; the mutation is that of the plug-in.
    population : int, at least 2
    sample : int, at least 1
        Size of the tournament, drawn with replacement.
    children : int, at least 1
        Born between two deaths; 1 as published.

    Notes
    -----
    Randomness: Python's ``random``; 64 bits per genome that is drawn or mutated.

    References
    ----------
    Real 2019, "Regularized Evolution for Image Classifier Architecture Search"
    (arXiv 1802.01548), where population 100 and sample 25 did best.

    Examples
    --------
    >>> import random
    >>> from evograft import problems, studies
    >>> random.seed(1)
    >>> toolbox = regularised_evolution(
    ...     problems.load("graph_target", target="K06"), population=10, sample=3,
    ...     evaluations=25, size_x=8, size_y=8, max_growth_steps=50)
    >>> run = studies.evolve(toolbox, evaluations=25, progress=False)
    >>> run.generation, len(run.population)
    (15, 10)
    """
    toolbox, meter = make_ground(problem, closed=True, **ground)
    size = _first(_check.integer("population", population, minimum=2), meter)
    _check.integer("sample", sample, minimum=1)
    _check.integer("children", children, minimum=1)
    toolbox.register("select", operators.sel_tournament, tournsize=sample, rng=None)
    toolbox.register("breed", _mutants, toolbox, meter, children)
    toolbox.register("replace", _newest, size)
    settings = {"sample": sample, "children": children}
    return _named(toolbox, "regularised-evolution", size, **settings)


def morphonas(
    problem: Any, *, preset: str | None = None, population: int | None = None, **ground: Any
) -> base.Toolbox:
    """The genetic algorithm of the plug-in, with one of its presets or its defaults.

    Parameters
    ----------
    problem, preset, **ground
        See :func:`make_ground`.
    population : int, at least 2, optional
        By default that of the preset.

    Raises
    ------
    ValueError
        Where the budget does not suffice for the initial population.

    Examples
    --------
    >>> import random
    >>> from evograft import problems, studies
    >>> random.seed(1)
    >>> toolbox = morphonas(
    ...     problems.load("graph_target", target="K06"), population=10,
    ...     evaluations=25, size_x=8, size_y=8, max_growth_steps=50)
    >>> studies.evolve(toolbox, evaluations=25, progress=False).evaluations
    25
    """
    if population is not None:  # a None that is given would take the place of the preset's
        ground["population"] = population
    toolbox, meter = make_ground(problem, preset=preset, **ground)
    _first(toolbox.defaults.population, meter)
    toolbox.register("breed", _cut, toolbox.breed, meter)
    return toolbox


SEARCHERS: dict[str, Callable[..., base.Toolbox]] = {
    "random": random_search,
    "regularised-evolution": regularised_evolution,
    "cma-es": cma_es,
    "morphonas": morphonas,
    **{
        f"{METHOD}:{preset}": partial(morphonas, preset=preset)
        for preset in plugins.get(METHOD).presets
    },
}
"""What makes the toolbox of each searcher, by its name."""


def searcher(name: str, **settings: Any) -> Callable[[Any], base.Toolbox]:
    """Return the searcher called *name* as the method of an :class:`evograft.studies.Arm`.

    Parameters
    ----------
    name : str
        One of :data:`SEARCHERS`.
    **settings
        Of the searcher, with the budget and the genomes' parameters.

    Raises
    ------
    ValueError
        For an unknown name; the nearest ones are offered.

    Examples
    --------
    >>> from evograft import studies
    >>> arm = studies.Arm(searcher("random", evaluations=100, size_x=10, size_y=10))
    >>> arm.describe()["method"].partition(":")[2]
    'random_search(evaluations=100, size_x=10, size_y=10)'
    """
    _check.known("searcher", name, SEARCHERS)
    return partial(SEARCHERS[name], **settings)


def _first(population: int, meter: Meter) -> int:
    """The size of the initial population, for which the budget has to suffice."""
    if population > meter.left:
        raise ValueError(
            f"evaluations must suffice for the initial population of {population}, got {meter.left}"
        )
    return population


def _named(toolbox: base.Toolbox, name: str, population: int, **settings: Any) -> base.Toolbox:
    """*toolbox* with the searcher's name and settings in place of the plug-in's."""
    own = toolbox.method["parameters"] | {"population": population} | settings
    toolbox.method = toolbox.method | {"name": name, "parameters": own}
    old = toolbox.defaults
    toolbox.defaults = Defaults(old.cxpb, old.mutpb, population, old.generations)
    return toolbox


def _draw(toolbox: base.Toolbox, meter: Meter, population: Sequence[Any], n: int) -> list[Any]:
    return [toolbox.individual() for _ in range(min(n, meter.left))]


def _mutants(
    toolbox: base.Toolbox, meter: Meter, children: int, population: Sequence[Any], n: int
) -> list[Any]:
    made = []
    for parent in toolbox.select(population, min(children, meter.left)):
        (child,) = toolbox.mutate(toolbox.clone(parent))
        del child.fitness.values
        made.append(child)
    return made


def _newest(size: int, parents: Sequence[Any], offspring: Sequence[Any]) -> list[Any]:
    """The *size* youngest, the oldest first."""
    return [*parents, *offspring][-size:]


def _cut(breed: Callable[..., Any], meter: Meter, population: Sequence[Any], n: int) -> list[Any]:
    """The offspring that the budget suffices for."""
    return list(breed(population, n))[: meter.left]
