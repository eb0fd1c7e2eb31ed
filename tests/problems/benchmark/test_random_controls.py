"""Random networks beside grown ones: sizes, seeds, and what has none."""

import math

import networkx as nx
import numpy as np
import pytest

from evograft.operators import mut_genome_default
from evograft.problems.benchmark_generation.controls import control, controls
from evograft.problems.benchmark_generation.tasks import task
from evograft.problems.graph_target import tally
from evograft.representations.morphogenesis import random_digraph


def count(network):
    (graph,) = tally([network])
    return {"n": float(graph.n), "m": float(len(graph.edges)), "loops": float(loops(graph))}


def loops(graph):
    return (graph.edges[:, 0] == graph.edges[:, 1]).sum()


def test_control_is_the_random_digraph_of_its_seed():
    for number in range(5):
        drawn = control(12, 40, number=number, seed=9)
        graph = random_digraph(12, 40, np.random.default_rng([9, number]))
        assert drawn.connected
        assert drawn.neuron_ids.tolist() == [*range(1, 13)]
        found = dict(zip(map(tuple, (drawn.edges - 1).tolist()), drawn.weights, strict=True))
        assert found == {(a, b): weight for a, b, weight in graph.edges(data="weight")}
        assert [*found] == sorted(found)


def test_sparse_controls_are_drawn_all_the_same():
    drawn = control(60, 59, number=1)  # a tree would be needed
    assert not drawn.connected
    assert len(drawn.edges) == 59
    assert not control(9, 3, number=1).connected
    assert control(6, 0, number=1).edges.shape == (0, 2)


def test_more_edges_than_there_can_be():
    drawn = control(6, 36, number=0)  # as many with loops, which are not drawn
    assert len(drawn.edges) == 30
    assert not (drawn.edges[:, 0] == drawn.edges[:, 1]).any()


def test_table_of_controls():
    tasks = [task("cartpole"), task("robustness", mutate=mut_genome_default), task("wine")]
    entries = [(4, 20, 60), (7, 5, 9), (11, 8, 20)]
    found = controls(entries, measure=count, tasks=tasks, seeds=(0, 1), fidelities=("low",))
    assert found["number"].tolist() == [4, 7, 11]
    assert [*found.columns] == [
        "number", "control_connected", "control_n", "control_m", "control_loops",
        "control_cartpole_low_0", "control_cartpole_low_0_cost",
        "control_cartpole_low_1", "control_cartpole_low_1_cost",
        "control_wine_low_0", "control_wine_low_0_cost",
        "control_wine_low_1", "control_wine_low_1_cost",
    ]  # fmt: skip
    assert found["control_m"].tolist()[::2] == [60, 20]
    assert found.iloc[1, 1:].isna().all()
    score = task("cartpole").score(control(20, 60, number=4), "low", 1)
    assert found["control_cartpole_low_1"][0] == score.value
    assert found["control_cartpole_low_1_cost"][0] == score.cost > 0


def test_rows_do_not_depend_on_each_other_or_on_the_map():
    entries = [(number, 10, 25) for number in range(6)]
    whole = controls(entries, measure=count, tasks=[task("cartpole")], seed=3)

    def backwards(function, items):
        return [function(item) for item in [*items][::-1]][::-1]

    again = controls(entries, measure=count, tasks=[task("cartpole")], seed=3, map=backwards)
    alone = controls(entries[4:5], measure=count, tasks=[task("cartpole")], seed=3)
    assert again.equals(whole)
    assert alone.iloc[0].equals(whole.iloc[4].rename(0))
    other = controls(entries, measure=count, tasks=[task("cartpole")], seed=4)
    assert not other.equals(whole)


def test_edges_are_uniform():
    """Chi-squared over the 30 ordered pairs of 6 nodes; 99.9 % of 29 degrees are below 58.3."""
    tally_of = np.zeros((6, 6))
    for number in range(600):
        edges = control(6, 10, number=number, seed=1).edges - 1
        tally_of[edges[:, 0], edges[:, 1]] += 1
    assert tally_of.trace() == 0
    observed = tally_of[~np.eye(6, dtype=bool)]
    assert ((observed - 200) ** 2 / 200).sum() < 58.3


def test_no_entries():
    found = controls([], measure=count)
    assert len(found) == 0
    assert [*found.columns] == ["number"]


def test_bad_arguments():
    with pytest.raises(ValueError, match="n must be an integer of at least 6, got 5"):
        control(5, 9, number=1)
    with pytest.raises(ValueError, match="m must be an integer of at least 0, got -1"):
        control(6, -1, number=1)
    with pytest.raises(ValueError, match="number must be an integer of at least 0, got -2"):
        control(6, 9, number=-2)
    with pytest.raises(TypeError, match=r"seed must be an integer of at least 0, got 0\.5"):
        control(6, 9, number=1, seed=0.5)


def test_control_is_measured_as_a_graph():
    drawn = control(8, 20, number=17)
    (graph,) = tally([drawn])
    same = nx.DiGraph()
    same.add_nodes_from(drawn.neuron_ids.tolist())
    same.add_edges_from(drawn.edges.tolist())
    (expected,) = tally([same])
    assert (graph.n, graph.edges.tolist()) == (8, sorted(expected.edges.tolist()))
    assert math.isclose(drawn.weights.mean(), 0.5, abs_tol=0.3)
