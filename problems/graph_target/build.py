"""From the options of ``problems.load("graph_target", ...)`` to the problem."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from evograft.problems.graph_target.graph_option import node_links, read_graph
from evograft.problems.graph_target.hierarchical import HierarchicalTarget
from evograft.problems.graph_target.problem import GraphTargetProblem, Target
from evograft.problems.graph_target.properties import PropertyTarget
from evograft.problems.graph_target.published import PUBLISHED
from evograft.problems.graph_target.structural import StructuralTarget
from evograft.problems.graph_target.weisfeiler_lehman import WeisfeilerLehmanTarget
from evograft.representations import _check

MEASURES: dict[str, type[Any]] = {
    "structural": StructuralTarget,
    "hierarchical": HierarchicalTarget,
    "weisfeiler_lehman": WeisfeilerLehmanTarget,
}

_COUNTS = ("neurons", "sources", "connections")


def load_graph_target(
    name: str = "graph_target",
    *,
    target: str | None = None,
    neurons: int | None = None,
    sources: int | None = None,
    connections: int | None = None,
    in_degrees: Sequence[int] | None = None,
    out_degrees: Sequence[int] | None = None,
    graph: Any = None,
    measure: str | None = None,
    neuron_tolerance: float | None = None,
    source_tolerance: float | None = None,
    connection_tolerance: float | None = None,
    degree_tolerance: float | None = None,
    weakly_connected: bool | None = None,
    connectivity_penalty: float | None = None,
    kernel: bool | None = None,
    isomorphism_limit: int | None = None,
    original: bool | None = None,
) -> GraphTargetProblem:
    """Make the problem of growing a target: a published one, given counts, or a given graph.

    What is None takes the default of the target's class, which describes the options that are not
    described here.

    Parameters
    ----------
    name : str
        Name of the problem.
    target : {"K01", ..., "K20"}, optional
        One of the paper's experiment A; K01 where nothing else is given.
    neurons, sources, connections : int, optional
        All three, instead of *target*: see `PropertyTarget`, also for *in_degrees*, *out_degrees*,
        *weakly_connected* and *connectivity_penalty*.
    graph : str, Path, mapping, DiGraph or grown network, optional
        A graph instead of counts: a file of node-link JSON or GraphML, node-link data, or a graph.
    measure : {"structural", "hierarchical", "weisfeiler_lehman"}, optional
        How to compare with *graph*; by default the first.

    Raises
    ------
    TypeError, ValueError
        Where options do not go together, or break their rules.
    FileNotFoundError
        Where *graph* names no file.

    Examples
    --------
    >>> load_graph_target(target="K06")
    <GraphTargetProblem: PropertyTarget, 30 neurons, 0 sources, 232 connections>
    """
    arguments = {key: value for key, value in locals().items() if value is not None}
    del arguments["name"]
    if graph is not None:
        arguments["graph"] = node_links(read_graph(graph))
        return GraphTargetProblem(_graph_target(dict(arguments)), name, arguments)
    if measure is not None:
        raise ValueError(f"measure goes with graph, got {measure!r} without one")
    if not any(count in arguments for count in _COUNTS):
        arguments.setdefault("target", "K01")
    return GraphTargetProblem(_property_target(dict(arguments)), name, arguments)


def _property_target(arguments: dict[str, Any]) -> Target:
    if "target" in arguments:
        published = arguments.pop("target")
        _check.known("target", published, PUBLISHED)
        for count in _COUNTS:
            if count in arguments:
                raise ValueError(f"{count} goes with counts, got the target {published!r} besides")
        arguments.update(zip(_COUNTS, PUBLISHED[published], strict=True))
    for count in _COUNTS:
        if count not in arguments:
            raise ValueError(f"{', '.join(_COUNTS)} go together, got no {count}")
    return _made(PropertyTarget, arguments, "counts")


def _graph_target(arguments: dict[str, Any]) -> Target:
    measure = arguments.pop("measure", "structural")
    _check.known("measure", measure, MEASURES)
    arguments["graph"] = read_graph(arguments["graph"])
    return _made(MEASURES[measure], arguments, f"measure {measure!r}")


def _made(target: type[Any], arguments: dict[str, Any], what: str) -> Target:
    allowed = [field.name for field in dataclasses.fields(target)]
    for option in arguments:
        if option not in allowed:
            raise ValueError(f"{option} does not go with {what}, which take {', '.join(allowed)}")
    made: Target = target(**arguments)
    return made
