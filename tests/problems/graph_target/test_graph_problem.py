"""The problem by its name and options."""

import json
import pickle

import networkx as nx
import numpy as np
import pytest

from evograft import problems
from evograft.problems.graph_target import (
    PUBLISHED,
    GraphTargetProblem,
    HierarchicalTarget,
    PropertyTarget,
    StructuralTarget,
    WeisfeilerLehmanTarget,
)
from evograft.problems.objectives import SIGNS

DIAMOND = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "a")])


def load(**options):
    return problems.load("graph_target", **options)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_target_loads_by_its_name(name):
    problem = load(target=name)
    target = problem.target
    assert (target.neurons, target.sources, target.connections) == PUBLISHED[name]
    assert target == PropertyTarget(*PUBLISHED[name], 5.0, 2.0, 50.0)
    assert (problem.kind, problem.objective, problem.name) == ("graph", "match", "graph_target")
    assert SIGNS[problem.objective] == 1.0


def test_the_problem_is_listed_and_has_a_default_target():
    assert "graph_target" in problems.names()
    assert "graph" in dict(problems.describe())["graph_target"]
    assert load().target == load(target="K01").target
    assert load().options == {"target": "K01"}


def test_options_reach_the_target():
    problem = load(
        neurons=4,
        sources=1,
        connections=5,
        in_degrees=[1, 2],
        neuron_tolerance=1.0,
        weakly_connected=False,
        connectivity_penalty=0.1,
    )
    assert problem.target == PropertyTarget(
        4, 1, 5, 1.0, in_degrees=(1, 2), weakly_connected=False, connectivity_penalty=0.1
    )
    assert load(target="K02", source_tolerance=9.0).target.source_tolerance == 9.0
    hierarchical = load(graph=DIAMOND, measure="hierarchical", kernel=False, original=True).target
    assert isinstance(hierarchical, HierarchicalTarget)
    assert (hierarchical.kernel, hierarchical.original) == (False, True)
    lehman = load(graph=DIAMOND, measure="weisfeiler_lehman", neuron_tolerance=3.0).target
    assert isinstance(lehman, WeisfeilerLehmanTarget)
    assert lehman.neuron_tolerance == 3.0
    assert isinstance(load(graph=DIAMOND).target, StructuralTarget)


def crowd():
    return [nx.DiGraph(), DIAMOND, nx.path_graph(11, create_using=nx.DiGraph)]


@pytest.mark.parametrize(
    "options",
    [
        {"target": "K06", "neuron_tolerance": 3.0},
        {"neurons": 4, "sources": 0, "connections": 5, "out_degrees": [2, 1, 1, 1]},
        {"graph": DIAMOND},
        {"graph": DIAMOND, "measure": "hierarchical", "original": True},
        {"graph": DIAMOND, "measure": "weisfeiler_lehman"},
    ],
)
def test_a_problem_pickles_as_its_options_which_are_ready_for_json(options):
    problem = load(**options)
    twins = [pickle.loads(pickle.dumps(problem)), load(**json.loads(json.dumps(problem.options)))]
    for twin in twins:
        assert twin.measure(crowd()).tolist() == problem.measure(crowd()).tolist()
        assert twin.options == problem.options
    assert len(set(problem.measure(crowd()))) == 3


def test_a_problem_of_ones_own_pickles_as_its_target():
    problem = GraphTargetProblem(PropertyTarget(4, 0, 5), "mine")
    twin = pickle.loads(pickle.dumps(problem))
    assert (twin.target, twin.name, twin.options) == (problem.target, "mine", None)


def test_measure_score_report_and_progress_agree():
    problem = load(neurons=4, sources=0, connections=5)
    measured = problem.measure(crowd())
    assert measured.dtype == np.float64
    assert measured.tolist() == [problem.score(graph) for graph in crowd()]
    assert problem.measure([]).shape == (0,)
    report = problem.report(DIAMOND)
    assert (
        json.loads(json.dumps(report))
        == report
        == {
            "match": 1.0,
            "success": True,
            "neurons": 4,
            "sources": 0,
            "connections": 5,
            "weakly_connected": True,
            "target": {"neurons": 4, "sources": 0, "connections": 5, "weakly_connected": True},
        }
    )
    nothing = problem.report(nx.DiGraph())
    assert (nothing["success"], nothing["neurons"], nothing["sources"]) == (False, 0, 0)
    assert nothing["weakly_connected"] is False
    assert problem.progress(DIAMOND) == {"neurons": 4.0, "connections": 5.0}
    indifferent = load(neurons=4, sources=0, connections=5, weakly_connected=False)
    assert indifferent.report(DIAMOND)["target"]["weakly_connected"] is None


def write_node_link(path, data):
    path.write_text(json.dumps(data))
    return str(path)


@pytest.mark.parametrize("key", ["edges", "links"])
def test_a_graph_may_be_a_node_link_file(tmp_path, key):
    data = nx.node_link_data(DIAMOND, edges="edges")
    data[key] = data.pop("edges")
    path = write_node_link(tmp_path / "graph.json", data)
    assert load(graph=path).score(DIAMOND) == load(graph=data).score(DIAMOND) == 1.0
    problem = load(graph=path, measure="hierarchical")
    (tmp_path / "graph.json").unlink()
    assert pickle.loads(pickle.dumps(problem)).score(DIAMOND) == 1.0


def test_a_graph_may_be_a_graphml_file(tmp_path):
    nx.write_graphml(DIAMOND, tmp_path / "graph.graphml")
    assert load(graph=tmp_path / "graph.graphml", measure="hierarchical").score(DIAMOND) == 1.0


def test_files_that_hold_no_directed_graph_are_refused(tmp_path):
    bad = tmp_path / "bad.json"
    link = {"source": 1, "target": 2}
    nodes = [{"id": 1}, {"id": 2}]
    for data, message in (
        ([], r"bad\.json must be node-link data with nodes and edges, got \[\]"),
        ({"directed": True, "nodes": nodes}, r"bad\.json must be node-link data, got an error"),
        ({"directed": True, "nodes": [1], "edges": []}, "must be node-link data, got an error"),
        ({"directed": False, "nodes": nodes, "edges": [link]}, "must be directed, got an undir"),
        ({"directed": True, "nodes": nodes, "edges": [link, link]}, "each edge once, got parallel"),
        ({"directed": True, "nodes": nodes[:1], "edges": [link]}, "between its nodes, got others"),
        ({"directed": True, "nodes": [], "edges": []}, "graph must have at least one node"),
    ):
        with pytest.raises(ValueError, match=message):
            load(graph=write_node_link(bad, data))
    bad.write_text("{")
    with pytest.raises(ValueError, match=r"bad\.json must be JSON, got an error"):
        load(graph=bad)
    (tmp_path / "bad.graphml").write_text("<graphml>")
    with pytest.raises(ValueError, match=r"bad\.graphml must be GraphML, got an error"):
        load(graph=tmp_path / "bad.graphml")
    (tmp_path / "none.graphml").write_text("<graphml/>")
    with pytest.raises(ValueError, match=r"none\.graphml must be GraphML, got an error"):
        load(graph=tmp_path / "none.graphml")
    nx.write_graphml(DIAMOND.to_undirected(), tmp_path / "undirected.graphml")
    with pytest.raises(ValueError, match="must be directed, got an undirected graph"):
        load(graph=tmp_path / "undirected.graphml")
    with pytest.raises(FileNotFoundError, match=r"graph must be a file, got .*which is none"):
        load(graph=tmp_path / "absent.json")
    with pytest.raises(ValueError, match=r"ends in \.json or \.graphml, got 'graph.txt'"):
        load(graph="graph.txt")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "K21"}, "unknown target 'K21': did you mean"),
        ({"target": "K01", "neurons": 3}, "neurons goes with counts, got the target 'K01' besides"),
        ({"neurons": 3, "sources": 1}, "neurons, sources, connections go together, got no conn"),
        ({"measure": "structural"}, "measure goes with graph, got 'structural' without one"),
        (
            {"graph": DIAMOND, "measure": "structure"},
            "unknown measure 'structure': did you mean 's",
        ),
        ({"graph": DIAMOND, "neurons": 3}, "neurons does not go with measure 'structural'"),
        ({"graph": DIAMOND, "target": "K01"}, "target does not go with measure 'structural'"),
        ({"graph": DIAMOND, "original": True}, "original does not go with measure 'structural'"),
        ({"target": "K01", "kernel": True}, "kernel does not go with counts"),
        ({"neuron": 3}, "did you mean 'neurons'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        load(**options)
