"""One way to the metrics, whatever the network is given as."""

import doctest
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from evograft.problems.benchmark_generation.analyzer import NetworkStructuralAnalyzer
from evograft.problems.benchmark_generation.metrics.measure import measure
from evograft.representations.morphogenesis import Genome, develop

PAGE = Path(__file__).parents[3] / "docs" / "bench_metrics.md"


def same(found, expected):
    return list(found) == list(expected) and found == pytest.approx(expected, nan_ok=True)


def test_files_genomes_and_networks_are_measured_alike(tmp_path):
    genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    genome.save(tmp_path / "genome_000000.json")
    organism = develop(genome)
    expected = measure(organism)
    analyzer = NetworkStructuralAnalyzer()
    path = tmp_path / "genome_000000.json"
    assert same(analyzer.grow_network_from_genome(str(path)), expected)
    assert same(analyzer.grow_network_from_genome(path), expected)
    assert same(analyzer.analyze(path), expected)
    assert same(analyzer.analyze(genome), expected)
    assert same(analyzer.analyze(organism), expected)
    graph = organism.to_networkx()
    assert same(analyzer.analyze(graph), measure(graph))


def test_the_example_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.failed, found.attempted > 8) == (0, True)


def test_attributes_of_nodes_and_edges_play_no_part():
    organism = develop(Genome.random(np.random.default_rng(34), size_x=10, size_y=10))
    graph = organism.to_networkx()
    assert graph.nodes[1]["pos"] == (5, 5)
    bare = nx.DiGraph()
    bare.add_nodes_from(graph)
    bare.add_edges_from(graph.edges, weight=-1)
    analyzer = NetworkStructuralAnalyzer()
    found = analyzer.analyze(graph)
    assert same(found, analyzer.analyze(bare))
    grown = analyzer.analyze(organism)
    assert [name for name in found if not same({0: found[name]}, {0: grown[name]})] == [
        "wiring_total",
        "wiring_mean",
        "wiring_ratio",
    ]


def test_what_is_refused_can_be_made_a_directed_graph():
    analyzer = NetworkStructuralAnalyzer()
    both = analyzer.analyze(nx.Graph([(0, 1), (1, 2)]).to_directed())
    assert (both["m"], both["reciprocity_noloop"]) == (4, 1)
    assert analyzer.analyze(nx.DiGraph(nx.MultiDiGraph([(0, 1), (0, 1)])))["m"] == 1


def test_a_graph_without_nodes_has_metrics_that_are_undefined():
    found = NetworkStructuralAnalyzer().analyze(nx.DiGraph())
    assert math.isnan(found["flow_hierarchy"])
    assert found["n_communities_greedy"] == 0


@pytest.mark.parametrize("bad", [None, 3, nx.Graph([(0, 1)]), nx.MultiDiGraph(), [[0, 1]]])
def test_other_things_are_refused(bad):
    with pytest.raises(TypeError, match="must be a grown network or a DiGraph"):
        NetworkStructuralAnalyzer().analyze(bad)


def test_files_that_hold_no_genome_are_named(tmp_path):
    analyzer = NetworkStructuralAnalyzer()
    with pytest.raises(FileNotFoundError, match=r"none\.json"):
        analyzer.grow_network_from_genome(tmp_path / "none.json")
    path = tmp_path / "half.json"
    path.write_text('{"size_x": 10', encoding="utf-8")
    with pytest.raises(ValueError, match=r"half\.json must be a genome's JSON file"):
        analyzer.grow_network_from_genome(path)
