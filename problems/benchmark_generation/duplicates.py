"""Which graphs of a collection are the same but for the order of their nodes."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from evograft.problems.benchmark_generation.isomorphism import ROUNDS, isomorphic
from evograft.problems.graph_target import Graph, tally
from evograft.problems.graph_target.weisfeiler_lehman import Colours, colours


class Duplicates(NamedTuple):
    """What `duplicates` found.

    Attributes
    ----------
    groups : list of list of int
        Places of graphs that are isomorphic to each other; of two or more, ascending.
    undecided : list of (int, int)
        Pairs of places that were compared without a decision. Each stands for its group: whether
        the two groups are one is open.
    """

    groups: list[list[int]]
    undecided: list[tuple[int, int]]

    @property
    def redundant(self) -> int:
        """Number of graphs that could go without any shape being lost."""
        return sum(len(group) - 1 for group in self.groups)


def wl_digest(graph: Any) -> str:
    """Return 32 hexadecimal digits that are the same for isomorphic graphs.

    Others have different ones as far as five iterations of the Weisfeiler-Lehman refinement, with
    directions and without weights, tell them apart. The same on every machine.

    Parameters
    ----------
    graph : Organism, networkx.DiGraph, or Graph

    Raises
    ------
    TypeError, ValueError
        As for `evograft.problems.graph_target.tally`.

    Examples
    --------
    >>> import networkx as nx
    >>> wl_digest(nx.DiGraph([(1, 2), (1, 3)])) == wl_digest(nx.DiGraph([("b", "a"), ("b", "c")]))
    True
    """
    return digest_of_colours(colours(_counted(graph)))


def digest_of_colours(labelled: Colours) -> str:
    """Return `wl_digest` of the graph that these labels are of."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(labelled.labels.astype("<u8").tobytes())
    digest.update(labelled.counts.astype("<i8").tobytes())
    return digest.hexdigest()


def duplicates(
    graphs: Sequence[Any], *, digests: Sequence[str] | None = None, rounds: int = ROUNDS
) -> Duplicates:
    """Find the graphs that are isomorphic to each other: directions count, weights do not.

    Graphs of equal `wl_digest` are compared exactly, each with the first of every group that there
    is so far.

    Parameters
    ----------
    graphs : sequence
        Of what `wl_digest` takes. A graph is looked up when it is needed and not kept for long, so
        that the sequence may read it from a file.
    digests : sequence of str, optional
        The `wl_digest` of each, if they are known: then only graphs that share one are looked up.
    rounds : int, at least 0
        Rounds of refinement that a comparison may take: see `isomorphic`.

    Raises
    ------
    TypeError, ValueError
        As for `wl_digest`, or where there are not as many digests as graphs.

    Examples
    --------
    >>> import networkx as nx
    >>> path = nx.path_graph(3, create_using=nx.DiGraph)
    >>> duplicates([path, nx.DiGraph([(1, 2)]), path.reverse()]).groups
    [[0, 2]]
    """
    if digests is None:
        digests = [wl_digest(graphs[place]) for place in range(len(graphs))]
    elif len(digests) != len(graphs):
        raise ValueError(f"digests must be as many as graphs, {len(graphs)}, got {len(digests)}")
    buckets: defaultdict[str, list[int]] = defaultdict(list)
    for place, digest in enumerate(digests):
        buckets[digest].append(place)
    groups: list[list[int]] = []
    undecided: list[tuple[int, int]] = []
    for bucket in buckets.values():
        if len(bucket) > 1:
            groups += _groups(graphs, bucket, rounds, undecided)
    return Duplicates(sorted(group for group in groups if len(group) > 1), undecided)


def _groups(
    graphs: Sequence[Any], bucket: list[int], rounds: int, undecided: list[tuple[int, int]]
) -> list[list[int]]:
    """The groups of one bucket, those of a single graph among them."""
    groups: list[list[int]] = []
    firsts: list[Graph] = []
    for place in bucket:
        graph = _counted(graphs[place])
        open_pairs = []
        for group, first in zip(groups, firsts, strict=True):
            same = isomorphic(first, graph, rounds=rounds)
            if same:
                group.append(place)
                break
            if same is None:
                open_pairs.append((group[0], place))
        else:
            groups.append([place])
            firsts.append(graph)
            undecided += open_pairs
    return groups


def _counted(graph: Any) -> Graph:
    return graph if isinstance(graph, Graph) else tally([graph])[0]
