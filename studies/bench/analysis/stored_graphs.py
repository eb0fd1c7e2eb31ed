"""The graphs that a benchmark stores, for what looks at nodes and edges alone."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from evograft.problems.benchmark_generation.dataset import Bench, Integers

COLUMNS = ("xs", "edge_sources", "edge_targets")


class StoredGraph(NamedTuple):
    """A graph without weights and positions; ids are the places of the nodes."""

    neuron_ids: Integers
    edges: Integers  # (m, 2)


class StoredGraphs(Sequence[Any]):
    """The graphs of a benchmark as a sequence, each read when it is asked for."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __len__(self) -> int:
        return len(self._bench)

    def __getitem__(self, place: Any) -> StoredGraph:
        return stored_graph(self._bench.row(int(self._bench.numbers[place]), COLUMNS))


def stored_graph(row: Mapping[str, Any]) -> StoredGraph:
    """The graph of a row with :data:`COLUMNS`."""
    edges = np.stack((row["edge_sources"], row["edge_targets"]), axis=1).astype(np.int64)
    return StoredGraph(np.arange(len(row["xs"])), edges)
