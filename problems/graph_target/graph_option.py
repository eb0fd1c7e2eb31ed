"""A target graph as a user names it: a file, node-link data, or a graph."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from evograft.problems.graph_target.graphs import Graph
from evograft.problems.graph_target.reference import as_reference

SUFFIXES = (".json", ".graphml")


def read_graph(graph: Any) -> Any:
    """Return the directed graph that *graph* names.

    Parameters
    ----------
    graph : str, Path, mapping, DiGraph or grown network
        A file of node-link JSON or of GraphML, by its suffix; or node-link data; or the graph,
        which is returned as it is.

    Raises
    ------
    FileNotFoundError, ValueError
        Where there is no such file, or no directed graph in it.

    Examples
    --------
    >>> data = {"directed": True, "nodes": [{"id": 1}, {"id": 2}],
    ...         "edges": [{"source": 1, "target": 2}]}
    >>> list(read_graph(data).edges)
    [(1, 2)]
    """
    if isinstance(graph, str | Path):
        return _file(Path(graph))
    return _from_node_link("graph", graph) if isinstance(graph, Mapping) else graph


def node_link(graph: Graph) -> dict[str, object]:
    """Return *graph* as node-link data, its nodes numbered from 0."""
    return {
        "directed": True,
        "multigraph": False,
        "graph": {},
        "nodes": [{"id": i} for i in range(graph.n)],
        "edges": [{"source": source, "target": target} for source, target in graph.edges.tolist()],
    }


def node_links(graph: Any) -> dict[str, object]:
    """Return node-link data of what `read_graph` gives."""
    return node_link(as_reference(graph))


def _file(path: Path) -> Any:
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"graph must be a file that ends in .json or .graphml, got {str(path)!r}")
    try:
        if path.suffix.lower() == ".json":
            return _from_node_link(str(path), json.loads(path.read_text(encoding="utf-8")))
        return _from_graphml(path)
    except FileNotFoundError:
        raise FileNotFoundError(f"graph must be a file, got {str(path)!r}, which is none") from None
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror}") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path} must be JSON, got an error: {error}") from None


def _from_graphml(path: Path) -> Any:
    import networkx as nx

    try:
        graph = nx.read_graphml(path)
    except (ParseError, nx.NetworkXException) as error:
        raise ValueError(f"{path} must be GraphML, got an error: {error}") from None
    return _directed(str(path), graph)


def _from_node_link(name: str, data: Any) -> Any:
    import networkx as nx

    if not isinstance(data, Mapping) or "nodes" not in data:
        raise ValueError(f"{name} must be node-link data with nodes and edges, got {_short(data)}")
    links = data.get("edges", data.get("links"))
    graph = nx.MultiDiGraph() if data.get("directed") else nx.Graph()
    try:
        graph.add_nodes_from(node["id"] for node in data["nodes"])
        n = len(graph)
        graph.add_edges_from((link["source"], link["target"]) for link in links)
    except (KeyError, TypeError, nx.NetworkXException) as error:
        raise ValueError(f"{name} must be node-link data, got an error: {error!r}") from None
    if len(graph) > n:
        raise ValueError(f"{name} must have edges between its nodes, got others")
    return _directed(name, graph)


def _directed(name: str, graph: Any) -> Any:
    """*graph* as a DiGraph, if nothing is lost by that."""
    import networkx as nx

    if not graph.is_directed():
        raise ValueError(f"{name} must be directed, got an undirected graph")
    simple = nx.DiGraph(graph)
    if simple.number_of_edges() < graph.number_of_edges():
        raise ValueError(f"{name} must have each edge once, got parallel edges")
    return simple


def _short(data: Any) -> str:
    return f"the keys {sorted(map(str, data))}" if isinstance(data, Mapping) else repr(data)[:60]
