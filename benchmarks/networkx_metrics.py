"""The metrics of graphs the networkx way: what the kernels are tested and timed against.

Every family is a function of a `Pair` and has the names of ours. What networkx has is asked of it;
what it does not have is said in plain Python on what it gives. Nothing is slow on purpose.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import networkx as nx

NAN = math.nan


class Pair(NamedTuple):
    """A directed graph, and its undirected projection without loops."""

    directed: Any
    simple: Any

    @classmethod
    def of(cls, graph: Any) -> "Pair":
        """Project *graph*."""
        simple = nx.Graph(graph)
        simple.remove_edges_from(list(nx.selfloop_edges(simple)))
        return cls(graph, simple)


def sizes(pair: Pair) -> dict[str, float]:
    """Nodes, edges and weak components."""
    graph = pair.directed
    n, m, loops = len(graph), graph.number_of_edges(), nx.number_of_selfloops(graph)
    sources = sum(degree == 0 for _, degree in graph.in_degree())
    sinks = sum(degree == 0 for _, degree in graph.out_degree())
    parts = [len(part) for part in nx.weakly_connected_components(graph)]
    return {
        "n": n,
        "m": m,
        "self_loops": loops,
        "density": (m - loops) / (n * (n - 1)) if n > 1 else NAN,
        "sources": sources,
        "sinks": sinks,
        "out_degree_coverage": 1 - sinks / n if n else NAN,
        "in_degree_coverage": 1 - sources / n if n else NAN,
        "weak_components": len(parts),
        "largest_wcc_fraction": max(parts) / n if n else NAN,
    }


def degrees(pair: Pair) -> dict[str, float]:
    """Moments, entropies and assortativity."""
    graph = pair.directed
    views = {"": graph.degree(), "in_": graph.in_degree(), "out_": graph.out_degree()}
    lists = {prefix: [degree for _, degree in view] for prefix, view in views.items()}
    found: dict[str, float] = {"mean_degree": sum(lists["in_"]) / len(graph) if len(graph) else NAN}
    for prefix, values in lists.items():
        found[f"{prefix}degree_variance"] = statistics.pvariance(values) if values else NAN
        found[f"max_{prefix}degree"] = max(values, default=NAN)
        found[f"{prefix}degree_entropy"] = _entropy(values) if values else NAN
    of_sources = {graph.out_degree(source) for source, _ in graph.edges}
    of_targets = {graph.in_degree(target) for _, target in graph.edges}
    varied = len(of_sources) > 1 and len(of_targets) > 1
    found["degree_assortativity"] = (
        nx.degree_assortativity_coefficient(graph, x="out", y="in") if varied else NAN
    )
    return found


def _entropy(values: Iterable[int]) -> float:
    counts = Counter(values)
    return -sum(c / counts.total() * math.log2(c / counts.total()) for c in counts.values())


def clustering(pair: Pair) -> dict[str, float]:
    """Transitivity and clustering coefficients."""
    graph, simple = pair
    has_triples = any(degree > 1 for _, degree in simple.degree())
    return {
        "transitivity": nx.transitivity(simple) if has_triples else NAN,
        "average_clustering": nx.average_clustering(simple) if len(simple) else NAN,
        "average_clustering_directed": nx.average_clustering(graph) if len(graph) else NAN,
    }


def reciprocity(pair: Pair) -> dict[str, float]:
    """Reciprocities, and the balance of degrees."""
    graph = pair.directed
    m = graph.number_of_edges()
    without = graph.copy()
    without.remove_edges_from(list(nx.selfloop_edges(graph)))
    share = nx.overall_reciprocity(without) if without.number_of_edges() else NAN
    density = nx.density(without)
    imbalance = sum(abs(graph.in_degree(v) - graph.out_degree(v)) for v in graph)
    return {
        "reciprocity": nx.overall_reciprocity(graph) if m else NAN,
        "reciprocity_noloop": share,
        "reciprocity_garlaschelli": (share - density) / (1 - density) if density != 1 else NAN,
        "degree_balance": 1 - imbalance / (2 * m) if m else NAN,
    }


def paths(pair: Pair) -> dict[str, float]:
    """Shortest directed paths."""
    n = len(pair.directed)
    found = nx.all_pairs_shortest_path_length(pair.directed)
    lengths = [length for _, ends in found for length in ends.values() if length > 0]
    efficiency = sum(1 / length for length in lengths) / (n * (n - 1)) if n > 1 else NAN
    return {
        "average_shortest_path_reachable": sum(lengths) / len(lengths) if lengths else NAN,
        "longest_shortest_path": max(lengths, default=NAN),
        "global_efficiency_directed": efficiency,
    }


def small_world(pair: Pair) -> dict[str, float]:
    """Small-worldness of the giant component."""
    nodes = max(nx.connected_components(pair.simple), key=len, default=())
    giant = pair.simple.subgraph(nodes).copy()  # a view would look every node up
    n, length, sigma = len(giant), NAN, NAN
    if n > 1:
        length = nx.average_shortest_path_length(giant)
    if n > 2:
        degree = 2 * giant.number_of_edges() / n
        clustering = nx.transitivity(giant) / (degree / n)
        sigma = clustering / (length / (math.log(n) / math.log(degree)))
    return {"average_shortest_path_undirected": length, "small_worldness": sigma}


def triads(pair: Pair) -> dict[str, float]:
    """Triad census."""
    return {f"triad_{name}": count for name, count in nx.triadic_census(pair.directed).items()}


FAMILIES = {
    family.__name__: family
    for family in (sizes, degrees, clustering, reciprocity, paths, small_world, triads)
}
