"""Whether two directed graphs are isomorphic, by refinement and individualisation of nodes.

Labels of nodes are refined in both graphs at once until no round tells more nodes apart. Where some
are still alike, one of the first graph gets a label of its own, and each node of the second graph
that it may stand for is tried in turn. Regular graphs, in which searches that match node by node
lose themselves, are told apart after few such choices.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target import Graph
from evograft.problems.graph_target.weisfeiler_lehman import Hashes, first_labels, refined
from evograft.representations import _check

ROUNDS = 50_000
"""Of refinement, by default; some 15 seconds for graphs of 400 nodes and 1000 edges."""

Pair = tuple[Hashes, Hashes]

_CHOSEN = np.uint64(0x9E3779B97F4A7C15)
"""Bits that are turned over in the label of a node that was chosen."""


def isomorphic(one: Graph, other: Graph, *, rounds: int = ROUNDS) -> bool | None:
    """Decide whether two graphs are the same but for the order of their nodes.

    Both answers are certain: True stands for a mapping of the nodes that was checked edge by edge,
    False for labels that differ after every possible choice, where those of isomorphic graphs would
    be equal. Labels that are equal by chance only make more choices necessary.

    Parameters
    ----------
    one, other : Graph
    rounds : int, at least 0
        Rounds of refinement after which the answer is None: undecided.

    Returns
    -------
    bool or None

    Raises
    ------
    TypeError, ValueError
        Where *rounds* breaks its rule.

    References
    ----------
    B. D. McKay and A. Piperno, Practical graph isomorphism II, J. Symbolic Computation 60 (2014).

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.graph_target import tally
    >>> six, three = nx.cycle_graph(6).to_directed(), nx.cycle_graph(3).to_directed()
    >>> isomorphic(*tally([six, nx.disjoint_union(three, three)]))
    False
    """
    left = _check.integer("rounds", rounds, minimum=0)
    if one.n != other.n or len(one.edges) != len(other.edges):
        return False
    # Choices that are open, outermost first: each yields labels that are still to be refined.
    choices: list[Iterator[Pair]] = [iter([(first_labels(one), first_labels(other))])]
    while choices:
        labels = next(choices[-1], None)
        if labels is None:
            choices.pop()
            continue
        classes = 0
        while labels is not None:
            same, found = _alike(labels)
            if not same:
                labels = None
            elif found == classes or found == one.n:
                break
            elif left == 0:
                return None
            else:
                left, classes = left - 1, found
                labels = refined(labels[0], one), refined(labels[1], other)
        if labels is None:
            continue
        if _maps(one, other, labels):
            return True
        if found < one.n:
            choices.append(_choices(labels))
    return False


def _alike(labels: Pair) -> tuple[bool, int]:
    """Whether both graphs have the same labels, equally often, and the number of different ones."""
    ours, theirs = np.sort(labels[0]), np.sort(labels[1])
    different = 1 + int(np.count_nonzero(ours[1:] != ours[:-1])) if len(ours) else 0
    return np.array_equal(ours, theirs), different


def _maps(one: Graph, other: Graph, labels: Pair) -> bool:
    """Whether nodes of equal labels, taken in their order, have the same edges in both graphs.

    Where labels are all different this is the only mapping there can be; where nodes with the same
    label are interchangeable, as isolated ones are, it saves a choice for each.
    """
    return np.array_equal(_codes(one, labels[0]), _codes(other, labels[1]))


def _codes(graph: Graph, labels: Hashes) -> npt.NDArray[np.int64]:
    """The edges between nodes that are numbered by their labels, ascending."""
    ranks = np.empty(graph.n, np.int64)
    ranks[np.argsort(labels, kind="stable")] = np.arange(graph.n)
    return np.sort(ranks[graph.edges[:, 0]] * graph.n + ranks[graph.edges[:, 1]])


def _choices(labels: Pair) -> Iterator[Pair]:
    """Choose one of the nodes of the first graph that fewest others are like."""
    ours, theirs = labels
    values, counts = np.unique(ours, return_counts=True)
    counts[counts == 1] = len(ours) + 1
    label = values[counts.argmin()]
    chosen = ours.copy()
    chosen[np.flatnonzero(ours == label)[0]] ^= _CHOSEN
    for node in np.flatnonzero(theirs == label):
        mapped = theirs.copy()
        mapped[node] ^= _CHOSEN
        yield chosen, mapped
