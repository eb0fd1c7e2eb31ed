"""Runs of islands for tests, and what two equal ones have in common."""

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from contract_kinds import ELSEWHERE, KINDS, genes
from deap import base
from island_functions import ones, ones_toolbox

from evograft import plugins, problems, studies
from evograft.studies.engines import guarded_map
from evograft.studies.islands.migration import Migration
from evograft.studies.run import Run

SETTINGS: dict[str, dict[str, Any]] = {
    "morphonas": {"size_x": 6, "size_y": 6, "max_growth_steps": 30},
    "genreg": {"hidden": (4,), "base_rate": 0.5, "final_scale": 0.01},
    "lowrank-es": {"population": 8},
}

RATES = {"cxpb": 0.8, "mutpb": 0.5}


def graft(name: str, kind: str, **settings: Any) -> base.Toolbox:
    settings = SETTINGS.get(name, {}) | settings
    return plugins.graft(base.Toolbox(), name, _load(name, kind), **settings)


def _load(name: str, kind: str) -> Any:
    if (name, kind) == ("genreg", "classification"):
        return problems.load("digits", scaling="unit")
    return KINDS[kind].load()


POPULATIONS = [pair for pair in ELSEWHERE if not hasattr(graft(*pair), "generate")]
"""Methods that have a population, with the problems that they are tried on."""


def pickling(sent: list[Any] | None = None) -> Callable[..., Any]:
    """An engine in this process that pickles as others do, and notes what it sends."""

    def mapper(function: Callable[[Any], Any], parcels: Iterable[Any]) -> list[Any]:
        if sent is not None:
            sent.extend(parcels)
        return [function(parcel) for parcel in parcels]

    return guarded_map(mapper, workers=2)


def start(toolbox: base.Toolbox, engine: Callable[..., Any] | None = None) -> base.Toolbox:
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    if engine is not None:
        toolbox.register("map", engine)
    return toolbox


def evolve(toolbox: base.Toolbox, **settings: Any) -> Run:
    given: dict[str, Any] = {"population": 13, "generations": 5, "islands": 3, **RATES}
    given |= {"migration": Migration(every=2, k=2), "progress": False, "pictures": False}
    given |= settings
    return studies.evolve(toolbox, **given)


def values(individuals: Iterable[Any]) -> list[Any]:
    return [(genes(one), one.fitness.values, one.fitness.valid) for one in individuals]


def outcome(run: Run) -> tuple[Any, ...]:
    """What two equal runs have in common: all that they found, and every state they end with."""
    states = [(one.toolbox, one.random, _plain(one.numpy)) for one in run.islands]
    streams = random.getstate(), _plain(np.random.get_state())  # noqa: NPY002
    own = run.toolbox.state() if hasattr(run.toolbox, "state") else None
    return (
        values(run.population),
        values(run.hall_of_fame),
        list(run.logbook),
        run.generation,
        run.evaluations,
        states,
        streams,
        own,
    )


def _plain(state: Any) -> list[Any]:
    """A state of ``numpy.random`` that can be compared."""
    return [np.asarray(part).tolist() for part in state]


def same(a: Run | tuple[Any, ...], b: tuple[Any, ...]) -> None:
    for part, other in zip(outcome(a) if isinstance(a, Run) else a, b, strict=True):
        assert part == other


def individuals(*counts: int) -> list[Any]:
    """Individuals of so many ones each, evaluated."""
    made = []
    for count in counts:
        individual = ones_toolbox().individual()
        individual[:] = [1] * count
        individual.fitness.values = ones(individual)
        made.append(individual)
    return made


def counts(islands: Iterable[Sequence[Any]]) -> list[list[int]]:
    return [[len(individual) for individual in island] for island in islands]
