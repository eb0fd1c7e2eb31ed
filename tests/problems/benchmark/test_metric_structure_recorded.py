"""Metrics of recorded networks, as networkx and numpy gave them."""

import pytest
from fixtures import fixture

from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.communities import communities, partition_greedy
from evograft.problems.benchmark_generation.metrics.core_periphery import core_periphery
from evograft.problems.benchmark_generation.metrics.recurrence import recurrence
from evograft.problems.benchmark_generation.metrics.spectrum import spectrum
from evograft.representations.morphogenesis import Genome, develop

# The radius was recorded from numpy's eigenvalues of the whole matrix. Where strong components
# with the same radius follow each other, four of them in one of these graphs, rounding moves
# these by a root of its size; ours is compared with those of the components elsewhere.
TOLERANCES = {"von_neumann_entropy": 1e-9, "spectral_radius_binary": 1e-5}


def test_recorded_networks_have_the_recorded_metrics():
    items = fixture("morphonas", "metrics")["items"]
    genomes = {item["id"]: item["genome"] for item in fixture("morphonas", "development")["items"]}
    assert len(items) == 22
    for item in items:
        found = adjacency(develop(Genome.from_dict(genomes[item["id"]])))
        recorded = item["metrics"]
        assert (found.n, found.m) == (recorded["n"], recorded["m"])
        assert partition_greedy(found).tolist() == recorded["partition_greedy"]
        values = communities(found) | core_periphery(found) | recurrence(found) | spectrum(found)
        for name in values.keys() & recorded.keys():
            expected = float("nan") if recorded[name] is None else recorded[name]
            assert values[name] == pytest.approx(
                expected, rel=0, abs=TOLERANCES.get(name, 1e-12), nan_ok=True
            ), name
        assert len(values.keys() & recorded.keys()) == 12
