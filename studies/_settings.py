"""Settings of the loop: what is not given comes from the toolbox, and all is checked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from deap import base

from evograft.representations import _check
from evograft.studies.islands.migration import Migration


def resolve_settings(
    toolbox: base.Toolbox,
    *,
    population: int | np.integer[Any] | Sequence[Any] | None,
    generations: int | None,
    evaluations: int | None,
    cxpb: float | None,
    mutpb: float | None,
    islands: int | None = None,
    migration: Migration | None = None,
) -> dict[str, Any]:
    """Return population (its size), generations or evaluations or both, cxpb and mutpb.

    Of a run on islands also their number and the migration.

    What is None comes from ``toolbox.defaults``, but for generations where evaluations are given.

    Raises
    ------
    TypeError, ValueError
        Where something is missing or out of range.
    """
    defaults = dict(getattr(toolbox, "defaults", {}))
    size = (
        population
        if population is None or isinstance(population, (int, np.integer))
        else len(population)
    )
    asks = hasattr(toolbox, "generate")
    if asks and size not in (None, defaults.get("population")):
        raise ValueError(
            f"population must be left to the method, whose generate asks for as many as its own "
            f"parameter population says, got {size}"
        )
    given = {
        "population": size,
        "generations": generations,
        "evaluations": evaluations,
        "cxpb": cxpb,
        "mutpb": mutpb,
    }
    if evaluations is not None:
        defaults.pop("generations", None)
    chosen = defaults | {name: value for name, value in given.items() if value is not None}
    needed = ["population"] if evaluations is not None else ["population", "generations"]
    if not asks and not hasattr(toolbox, "breed"):
        needed += ["cxpb", "mutpb"]
    for name in needed:
        if name not in chosen:
            raise ValueError(f"{name} must be given, as the toolbox has no defaults, got None")
    # Before the first generation of a method that is asked for one, there is nobody.
    for name, minimum in {"population": 2, "generations": int(asks), "evaluations": 1}.items():
        if name in chosen:
            chosen[name] = _check.integer(name, chosen[name], minimum=minimum)
    for name in ("cxpb", "mutpb"):
        if name in chosen:
            _check.real(name, chosen[name], minimum=0, maximum=1)
    return chosen | _resolve_islands(toolbox, islands, migration)


def _resolve_islands(
    toolbox: base.Toolbox, islands: int | None, migration: Migration | None
) -> dict[str, Any]:
    if migration is not None and not isinstance(migration, Migration):
        raise TypeError(f"migration must be a Migration, got {migration!r}")
    if islands is None:
        if migration is not None:
            raise ValueError(f"islands must be given for a migration, got None and {migration}")
        return {}
    n = _check.integer("islands", islands, minimum=2)
    if hasattr(toolbox, "generate"):
        raise ValueError(
            f"islands must be left out for a method with generate, which has no population that "
            f"migrates, got {n}"
        )
    return {"islands": n, "migration": (migration or Migration()).describe()}
