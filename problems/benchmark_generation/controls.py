"""Random networks of the same size, beside the grown ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.tasks import Task, score_columns
from evograft.representations import _check
from evograft.representations.morphogenesis import random_digraph

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 6
"""Neurons of a network that has a control; the MorphoNAS studies leave smaller ones out."""

Measure = Callable[[Any], Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class RandomNetwork:
    """A random digraph with what tasks and metrics look at in an ``Organism``.

    Attributes
    ----------
    neuron_ids : (n,) int64
        1 to n; there are no positions.
    edges : (m, 2) int64
        Ids of source and target, ascending.
    weights : (m,) float64
    connected : bool
        Whether the draw was made until the network was weakly connected.
    """

    neuron_ids: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    connected: bool

    @property
    def n_neurons(self) -> int:
        """Number of neurons."""
        return len(self.neuron_ids)


def control(n: int, m: int, *, number: int, seed: int = 0) -> RandomNetwork:
    """Draw the control of an entry with *n* neurons and *m* connections.

    It has as many connections, those to the neuron itself counted, but none of that kind, as in the
    MorphoNAS studies; more than n (n - 1) means that number. It is drawn up to 100 times until it
    is weakly connected. Where that never happens, which is the rule below (log(n) - 1.5) / 2
    connections per neuron (2.2 for 400 neurons), it is drawn again without the condition, and says
    so.

    Parameters
    ----------
    n : int, at least 6
    m : int, at least 0
    number : int, at least 0
        Of the entry.
    seed : int, at least 0
        With the number it decides what is drawn.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    Notes
    -----
    Randomness: that of `evograft.representations.morphogenesis.random_digraph`, from
    ``numpy.random.default_rng([seed, number])``.

    Examples
    --------
    >>> drawn = control(8, 20, number=17)
    >>> drawn.n_neurons, len(drawn.edges), drawn.connected
    (8, 20, True)
    """
    _check.integer("n", n, minimum=SMALLEST)
    _check.integer("m", m, minimum=0)
    _check.integer("number", number, minimum=0)
    _check.integer("seed", seed, minimum=0)
    rng = np.random.default_rng([seed, number])
    draw = partial(random_digraph, n, m, rng, minimum=SMALLEST)
    try:
        graph, connected = draw(), True
    except ValueError:  # the arguments are right, so what is left is that none was connected
        graph, connected = draw(weakly_connected=False), False
    edges = np.array(graph.edges, np.int64).reshape(-1, 2)
    weights = np.array([weight for *_, weight in graph.edges(data="weight")], np.float64)
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return RandomNetwork(np.arange(1, n + 1), edges[order] + 1, weights[order], connected)


def controls(
    entries: Iterable[tuple[int, int, int]],
    *,
    measure: Measure,
    tasks: Iterable[Task] = (),
    seeds: Sequence[int] = (0,),
    fidelities: Sequence[str] = ("high",),
    seed: int = 0,
    map: Callable[..., Iterable[Any]] = map,
) -> "pd.DataFrame":
    """Measure and score a control for every entry.

    Parameters
    ----------
    entries : iterable of (number, neurons, connections)
    measure : callable
        From a network to a dict of metrics.
    tasks : iterable of Task
        Those that need a genome are left out: a control has none.
    seeds, fidelities
        Of the evaluations: see `score_columns`.
    seed : int, at least 0
        Of the controls.
    map : callable
        The built-in one, or that of an engine.

    Returns
    -------
    pandas.DataFrame
        One row per entry: ``number``; ``control_connected``, 1 or 0 (see `control`); metrics and
        scores under their names with ``control_`` in front. NaN in all of them for an entry of
        fewer than 6 neurons, which has no control.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    Examples
    --------
    >>> def density(network):
    ...     return {"density": len(network.edges) / network.n_neurons**2}
    >>> controls([(3, 10, 20), (8, 5, 9)], measure=density).to_numpy().tolist()
    [[3.0, 1.0, 0.2], [8.0, nan, nan]]
    """
    import pandas as pd

    scored = [task for task in tasks if not task.needs_genome]
    row = partial(
        _row, seed=seed, measure=measure, tasks=scored, seeds=seeds, fidelities=fidelities
    )
    found = pd.DataFrame.from_records([*map(row, entries)])
    return found if len(found) else pd.DataFrame({"number": np.empty(0, np.int64)})


def _row(
    entry: tuple[int, int, int],
    *,
    seed: int,
    measure: Measure,
    tasks: Sequence[Task],
    seeds: Sequence[int],
    fidelities: Sequence[str],
) -> dict[str, float]:
    number, n, m = entry
    if n < SMALLEST:
        return {"number": number}
    network = control(n, m, number=number, seed=seed)
    columns = {**measure(network), **score_columns(network, tasks, seeds, fidelities)}
    return {
        "number": number,
        "control_connected": float(network.connected),
        **{f"control_{name}": value for name, value in columns.items()},
    }
