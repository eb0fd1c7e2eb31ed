"""What all searchers stand on: the genomes, operators and evaluation of the MorphoNAS plug-in."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from deap import base, tools

from evograft import plugins
from evograft.studies.bench.leaderboard.bench_target import BenchTarget
from evograft.studies.bench.leaderboard.meter import Floats, Meter
from evograft.studies.bench.leaderboard.table_target import TableTarget
from evograft.studies.bench.leaderboard.targets import Target

METHOD = "morphonas"

SOLVED = {"graph": 1.0, "control": 0.9999999}
"""Value of a solved problem of this kind, at which the plug-in ends its runs: the optimum here."""


class _TargetProblem:
    """Stands for a target where the plug-in wants a problem; only its name and kind are used."""

    kind: ClassVar[str] = "graph"
    objective: ClassVar[str] = "match"

    def __init__(self, target: Target) -> None:
        self.name = target.name


def make_ground(
    problem: Any,
    *,
    evaluations: int,
    cost: float | None = None,
    preset: str | None = None,
    closed: bool = False,
    **settings: Any,
) -> tuple[base.Toolbox, Meter]:
    """Return the plug-in's toolbox for *problem*, and the meter that is its ``evaluate``.

    ``stop`` ends a run when the budget is spent or the problem solved, whatever the plug-in's own
    end is: what has converged may use what is left.

    Parameters
    ----------
    problem : Target, or a problem that the plug-in solves
        A problem's evaluations cost 1 each.
    evaluations, cost
        See :class:`Meter`.
    preset, **settings
        Of the plug-in; by default growth is in one thread, and nothing learns but controllers: a
        preset that evolves learning does without it elsewhere.
    closed : bool
        Whether the searcher makes genomes by ``individual`` and ``mutate`` only, so that it can
        search a :class:`TableTarget`, which has its own.

    Raises
    ------
    ValueError
        Where the plug-in does not solve the problem, or a setting breaks its rule; where a table
        is to be searched that is not *closed*.
    """
    if isinstance(problem, TableTarget) and not closed:
        raise ValueError(
            f"problem must take any genome, for this searcher makes them, got {problem!r}"
        )
    searched = isinstance(problem, Target)
    if searched or getattr(problem, "kind", None) == "graph":
        settings = {"plasticity": "none"} | settings
    toolbox = base.Toolbox()
    plugins.graft(
        toolbox,
        METHOD,
        _TargetProblem(problem) if searched else problem,
        preset=preset,
        **({"threads": 1} | settings),
    )
    if searched:
        meter = Meter(problem.query, evaluations, cost, problem.optimum)
    else:
        query = _grown(toolbox.evaluate.batch)
        meter = Meter(query, evaluations, cost, SOLVED[problem.kind])
    if isinstance(problem, (TableTarget, BenchTarget)):
        toolbox.register("individual", problem.individual)
        toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    if isinstance(problem, TableTarget):
        toolbox.register("mutate", problem.mutate)
    toolbox.register("evaluate", meter)
    toolbox.register("stop", _over, meter)
    add_state(toolbox, "meter", meter.state, meter.restore)
    return toolbox, meter


def add_state(
    toolbox: base.Toolbox,
    name: str,
    state: Callable[[], Any],
    restore: Callable[[Any], None],
) -> None:
    """Let the toolbox's ``state`` have another part, and its ``restore`` bring it back."""
    toolbox.register("state", _state, toolbox.state, name, state)
    toolbox.register("restore", _restore, toolbox.restore, name, restore)


def _state(others: Callable[[], Any], name: str, state: Callable[[], Any]) -> dict[str, Any]:
    return {**others(), name: state()}


def _restore(
    others: Callable[[Any], None], name: str, restore: Callable[[Any], None], state: dict[str, Any]
) -> None:
    others(state)
    restore(state[name])


def _over(meter: Meter, run: Any) -> bool:
    return meter.over


def _grown(batch: Callable[[Sequence[Any]], list[tuple[float, ...]]]) -> Any:
    """The query of a problem: what has grown is measured, for a cost of 1."""

    def query(individuals: Sequence[Any]) -> tuple[Floats, Floats]:
        return np.array([values[0] for values in batch(individuals)]), np.ones(len(individuals))

    return query
