"""The command line with genomes that grow: growing one, and evolving, showing and scoring them."""

import json
import shlex

import networkx as nx
import numpy as np
import pytest

from evograft import problems
from evograft.representations.morphogenesis import Genome, PlasticGenome, develop
from evograft.studies.cli import main
from evograft.studies.growth_files import save_growth

SMALL = "--population 12 --generations 2 --seed 1 --set size_x=8 --set size_y=8"


def run(line):
    return main(shlex.split(line))


def refused(capsys, line):
    """The one line that refuses the command *line*."""
    assert run(line) == 2
    error = capsys.readouterr().err
    assert error.startswith("evograft: error: ")
    assert len(error.strip().splitlines()) == 1
    return error


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def genome(tmp_path):
    genome = Genome.random(np.random.default_rng(34), 10, 10, max_growth_steps=100)
    genome.save(tmp_path / "genome.json")
    return genome


def test_grow_writes_the_graph_twice_a_picture_and_a_summary(genome, tmp_path, capsys):
    assert run("grow genome.json --out grown") == 0
    organism = develop(genome)
    assert f"neurons: {organism.n_neurons} (" in capsys.readouterr().out
    written = {path.name for path in (tmp_path / "grown").iterdir()}
    assert written == {"graph.json", "graph.graphml", "growth.png"}
    content = json.loads((tmp_path / "grown/graph.json").read_text())
    graph = nx.node_link_graph(content, edges="edges")
    assert list(graph.edges.data("weight")) == list(organism.to_networkx().edges.data("weight"))
    assert graph.nodes[1]["pos"] == [5, 5]
    other = nx.read_graphml(tmp_path / "grown/graph.graphml", node_type=int)
    assert dict(other.edges) == dict(organism.to_networkx().edges)
    assert (other.nodes[1]["x"], other.nodes[1]["y"]) == (5, 5)


def test_grow_animates_and_says_where_it_writes(genome, tmp_path, capsys):
    assert run("grow genome.json --animate --arithmetic fused") == 0
    (out,) = (tmp_path / "runs").iterdir()
    assert out.name.startswith("grow-genome-")
    assert f"runs/{out.name}" in capsys.readouterr().out
    assert (out / "growth.gif").read_bytes()[:6] in (b"GIF87a", b"GIF89a")


def test_a_genome_without_neurons_is_drawn_too(tmp_path, capsys):
    Genome(size_x=5, size_y=6, max_growth_steps=3).save("nothing.json")
    assert run("grow nothing.json --out grown --animate") == 0
    assert "cells: 1, neurons: 0 " in capsys.readouterr().out
    assert nx.read_graphml(tmp_path / "grown/graph.graphml").number_of_nodes() == 0


def test_grow_refuses_in_one_line(genome, tmp_path, capsys):
    (tmp_path / "broken.json").write_text('{"size_x": 3')
    assert "got no JSON" in refused(capsys, "grow broken.json --out x")
    assert "got no file" in refused(capsys, "grow absent.json --out x")
    assert "max_site_updates = 5" in refused(
        capsys, "grow genome.json --max-site-updates 5 --out x"
    )
    assert not (tmp_path / "x").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    assert "new or empty directory" in refused(capsys, "grow genome.json --out full")
    assert "can be written" in refused(capsys, "grow genome.json --out /proc/nowhere")
    assert "new or empty" in refused(capsys, "grow genome.json --out ''")
    fields = genome.to_dict() | {"division_threshold": -0.5}
    (tmp_path / "negative.json").write_text(json.dumps(fields))
    assert "division_threshold must be a number from 0 to 1" in refused(
        capsys, "grow negative.json --out x"
    )


def test_what_is_saved_is_a_target_for_graph_target(genome):
    save_growth(develop(genome), "grown")
    for name in ("graph.json", "graph.graphml"):
        problem = problems.load("graph_target", graph=f"grown/{name}", measure="structural")
        assert problem.score(develop(genome)) == 1.0


def test_a_run_on_a_target_graph_is_kept_shown_and_scored(tmp_path, capsys):
    assert run(f"evolve morphonas graph_target --problem-set target=K04 {SMALL} --out run") == 0
    written = {path.name for path in (tmp_path / "run").iterdir()}
    assert written == {
        "checkpoint.pickle", "config.json", "genome.json", "growth.png", "log.csv", "progress.png",
        "report.json",
    }  # fmt: skip
    report = json.loads((tmp_path / "run/report.json").read_text())
    best = Genome.load("run/genome.json")
    assert problems.load("graph_target", target="K04").score(develop(best)) == report["match"]
    assert run("grow run/genome.json --out grown") == 0
    capsys.readouterr()
    assert run("show run") == 0
    assert "growth.png" in capsys.readouterr().out
    assert run("score run graph_target") == 0
    assert capsys.readouterr().out == f"match {report['match']:.4g}\n"
    assert "what was evolved" in refused(capsys, "score run cartpole")
    assert "classifier" in refused(capsys, "score run wine")


def test_a_run_on_control_is_kept_shown_and_scored(tmp_path, capsys):
    options = "--problem-set episodes=2 --problem-set test_episodes=3 --problem-set protocol=pool"
    learning = "--set plasticity=evolved"
    assert run(f"evolve morphonas cartpole {options} {SMALL} {learning} --out run") == 0
    assert {"genome.json", "network.json"} <= {path.name for path in (tmp_path / "run").iterdir()}
    assert PlasticGenome.load("run/genome.json").eta != 0
    report = json.loads((tmp_path / "run/report.json").read_text())
    capsys.readouterr()
    assert run("show run") == 0
    assert "mean return" in capsys.readouterr().out
    assert run("score run cartpole") == 0
    expected = f"mean return {report['test_mean_return']:.2f} in 3 test episodes"
    assert capsys.readouterr().out.startswith(expected)
    assert "cartpole" in refused(capsys, "score run wine")
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    assert "classifier" in refused(capsys, "predict run rows.csv")


def test_a_run_resumes_only_with_the_same_conditions(capsys):
    line = f"evolve morphonas cartpole --problem-set episodes=2 {SMALL} --out run"
    assert run(line) == 0
    capsys.readouterr()
    assert "problem options must be" in refused(
        capsys, "evolve morphonas cartpole --problem-set episodes=3 --out run --resume"
    )
    assert run("evolve morphonas cartpole --out run --resume --generations 3") == 0
