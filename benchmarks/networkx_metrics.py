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
import numpy as np

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


def communities(pair: Pair) -> dict[str, float]:
    """The greedy partition and its two modularities."""
    if not pair.simple.number_of_edges():
        return {
            "modularity_undirected_greedy": NAN,
            "n_communities_greedy": len(pair.simple),
            "modularity_directed_same_partition": NAN,
        }
    # Ties are decided by the nodes themselves, ours by their places.
    simple = nx.convert_node_labels_to_integers(pair.simple)
    directed = nx.convert_node_labels_to_integers(pair.directed)
    directed.remove_edges_from(list(nx.selfloop_edges(directed)))
    found = nx.community.greedy_modularity_communities(simple)
    return {
        "modularity_undirected_greedy": nx.community.modularity(simple, found, weight=None),
        "n_communities_greedy": len(found),
        "modularity_directed_same_partition": nx.community.modularity(directed, found, weight=None),
    }


def core_periphery(pair: Pair) -> dict[str, float]:
    """The best core by degree, and the k-core."""
    graph = pair.simple
    numbers = list(nx.core_number(graph).values())
    correlation, size = _best_core(graph)
    return {
        "core_periphery_be": correlation,
        "core_size_be": size,
        "k_core_max": max(numbers) if numbers else NAN,
        "k_core_fraction": numbers.count(max(numbers)) / len(numbers) if numbers else NAN,
    }


def _best_core(graph: Any) -> tuple[float, float]:
    n, joined = len(graph), graph.number_of_edges()
    pairs = n * (n - 1) // 2
    if n < 3 or joined in (0, pairs):
        return NAN, NAN
    place = {node: i for i, node in enumerate(graph)}
    core: set[Any] = set()
    best, size, both = -2.0, 0, 0
    for node in sorted(graph, key=lambda node: (-graph.degree(node), place[node])):
        if len(core) == n - 2:
            break
        both += sum(neighbour not in core for neighbour in graph[node])
        core.add(node)
        outside = n - len(core)
        ideal = pairs - outside * (outside - 1) // 2
        spread = math.sqrt(joined * (pairs - joined) * ideal * (pairs - ideal))
        correlation = (pairs * both - joined * ideal) / spread
        if correlation > best + 1e-12:
            best, size = correlation, len(core)
    return best, size


def recurrence(pair: Pair) -> dict[str, float]:
    """Strong components and what can be reached."""
    graph = pair.directed
    n, parts = len(graph), [len(part) for part in nx.strongly_connected_components(graph)]
    centrality = NAN
    if n > 1:
        centrality = nx.global_reaching_centrality(graph) if graph.size() else 0.0
    return {
        "strong_components": len(parts),
        "largest_scc_fraction": max(parts) / n if n else NAN,
        "has_cycle": float(max(parts) > 1) if n else NAN,
        "flow_hierarchy": nx.flow_hierarchy(graph) if graph.size() else NAN,
        "global_reaching_centrality": centrality,
    }


def spectrum(pair: Pair) -> dict[str, float]:
    """Eigenvalues of dense matrices; those of each strong component, which alone are exact."""
    entropy = NAN
    if pair.simple.number_of_edges():
        laplacian = nx.laplacian_matrix(pair.simple, weight=None).toarray().astype(float)
        shares = np.linalg.eigvalsh(laplacian) / laplacian.trace()
        shares = shares[shares > 0]
        entropy = max(0.0, -float(shares @ np.log2(shares)))
    radii = [
        np.abs(
            np.linalg.eigvals(nx.to_numpy_array(pair.directed.subgraph(part), weight=None))
        ).max()
        for part in nx.strongly_connected_components(pair.directed)
    ]
    return {
        "von_neumann_entropy": entropy,
        "spectral_radius_binary": float(max(radii)) if radii else NAN,
    }


FAMILIES = {
    family.__name__: family
    for family in (
        sizes,
        degrees,
        clustering,
        reciprocity,
        communities,
        core_periphery,
        recurrence,
        spectrum,
        paths,
        small_world,
        triads,
    )
}
