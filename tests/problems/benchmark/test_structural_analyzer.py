"""One way to the metrics, whatever the network is given as."""

import math

import networkx as nx
import numpy as np
import pytest

from evograft.problems.benchmark_generation.analyzer import NetworkStructuralAnalyzer
from evograft.problems.benchmark_generation.metrics.measure import measure
from evograft.representations.morphogenesis import Genome, develop


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
