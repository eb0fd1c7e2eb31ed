"""An epoch: the generations that an island makes by itself, here or on a worker."""

import warnings
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from deap import base

from evograft.plugins._evaluation import batch_map
from evograft.studies._generations import generations_of
from evograft.studies._global_random import alone_with_random
from evograft.studies.checkpoint import Snapshot
from evograft.studies.failures import Failure
from evograft.studies.islands.toolbox_pickling import Array, pack_toolbox, unpack_toolbox
from evograft.studies.run import Run


@dataclass(frozen=True)
class Outcome:
    """What an island has made of an epoch.

    Attributes
    ----------
    island : Snapshot
        Its ``log`` has the rows of this epoch only.
    sizes : list of int
        Of the population, in each generation.
    failures : list of Failure
    warnings : list of (type, str)
        Category and text.
    """

    island: Snapshot
    sizes: list[int]
    failures: list[Failure]
    warnings: list[tuple[type[Warning], str]]


class Epoch:
    """``epoch((island, n))``: the *n* next generations of an island, from its snapshot alone.

    It uses the toolbox and both global generators, and leaves them as they were. The individuals
    are evaluated in this process, all together where the toolbox can do that. It pickles with the
    toolbox, whose large arrays stay where an engine sees them.

    Parameters
    ----------
    toolbox : deap.base.Toolbox
    settings : mapping
        With ``cxpb`` and ``mutpb``, where the toolbox needs them.
    """

    def __init__(self, toolbox: base.Toolbox, settings: Mapping[str, Any]) -> None:
        self._toolbox = toolbox
        self._rates = {name: settings[name] for name in ("cxpb", "mutpb") if name in settings}

    def __call__(self, task: tuple[Snapshot, int]) -> Outcome:
        island, n = task
        toolbox = copy(self._toolbox)  # what it evaluates with is shared, and put back
        toolbox.register("map", batch_map)
        run = Run(toolbox)
        sizes = []
        with alone_with_random(), warnings.catch_warnings(record=True) as caught:
            before = Snapshot.take(toolbox, 0, [], [], [])
            try:
                run.go_back(island)
                if not run.logbook:  # so that the best of the initial population is known
                    run.record(0)
                for _ in generations_of(
                    run, None, {"generations": island.generation + n, **self._rates}
                ):
                    sizes.append(len(run.population))
                # Time would be the one thing that differs between two equal epochs.
                after = replace(run.snapshot(), log=list(run.logbook[-n:]), seconds=0.0)
            finally:
                before.restore(toolbox)
        told = [(warning.category, str(warning.message)) for warning in caught]
        return Outcome(after, sizes, run.failures, told)

    def __reduce__(self) -> tuple[Any, ...]:
        pickled, arrays = pack_toolbox(self._toolbox)
        return _unpacked, (pickled, arrays, self._rates)


def _unpacked(pickled: bytes, arrays: Sequence[Array], rates: Mapping[str, Any]) -> Epoch:
    return Epoch(unpack_toolbox(pickled, arrays), rates)
