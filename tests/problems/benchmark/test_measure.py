"""All metrics of one graph, and the page that defines them."""

import math
from pathlib import Path

import networkx as nx
import pytest
from digraphs import grown_organisms

from evograft.problems.benchmark_generation.metrics import METRICS, adjacency, measure
from evograft.problems.benchmark_generation.metrics.definitions import table
from evograft.problems.graph_target import tally

PAGE = Path(__file__).parents[3] / "docs" / "bench_metrics.md"


def test_all_metrics_are_measured_in_the_order_of_their_definitions():
    for graph in (nx.DiGraph(), nx.DiGraph([(0, 1)]), *grown_organisms(1)):
        found = measure(graph)
        assert list(found) == list(METRICS)
        assert {type(value) for value in found.values()} == {float}


def test_an_organism_measures_as_its_graph_but_for_the_wiring():
    for organism in grown_organisms(3):
        found, plain = measure(organism), measure(organism.to_networkx())
        assert found == measure(organism)
        same = [name for name in METRICS if not name.startswith("wiring")]
        assert {name: found[name] for name in same} == {name: plain[name] for name in same}
        assert all(found[name] > 0 and math.isnan(plain[name]) for name in set(found) - set(same))
        assert measure(tally([organism])[0]) == pytest.approx(plain, nan_ok=True)


def test_neither_ids_nor_weights_matter():
    graph = nx.DiGraph([(0, 1), (1, 2), (2, 0), (2, 2)])
    renamed = nx.relabel_nodes(graph, {0: "z", 1: (), 2: 10**12})
    nx.set_edge_attributes(renamed, 0.25, "weight")
    assert measure(renamed) == pytest.approx(measure(graph), nan_ok=True, abs=0, rel=0)


@pytest.mark.parametrize("graph", [nx.Graph([(0, 1)]), nx.MultiDiGraph([(0, 1)]), [(0, 1)]])
def test_what_is_no_directed_graph_is_refused(graph):
    with pytest.raises(TypeError, match="must be a grown network or a DiGraph, got"):
        measure(graph)


def test_every_metric_says_what_it_is_and_where_it_comes_from():
    for name, definition in METRICS.items():
        assert all(part.strip() == part != "" for part in definition), name


def test_the_page_has_every_definition():
    assert table() in PAGE.read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in table() for name in METRICS)


ARROWS = {"->": [(0, 1)], "<-": [(1, 0)], "<->": [(0, 1), (1, 0)]}


def drawn(text):
    """The graph of a text such as "a -> b <-> c and a <- c"."""
    graph = nx.empty_graph("abc", create_using=nx.DiGraph)
    for chain in text.split(" and "):
        words = chain.split()
        for left, arrow, right in zip(words[::2], words[1::2], words[2::2], strict=False):
            graph.add_edges_from(((left, right)[i], (left, right)[j]) for i, j in ARROWS[arrow])
    return graph


@pytest.mark.parametrize("name", [name for name in METRICS if name.startswith("triad_")][3:])
def test_a_triad_is_what_its_definition_draws(name):
    graph = drawn(METRICS[name].summary.removeprefix("Triples of nodes with "))
    assert nx.triadic_census(graph)[name.removeprefix("triad_")] == 1
    assert measure(graph)[name] == 1
    assert adjacency(graph).n == 3
