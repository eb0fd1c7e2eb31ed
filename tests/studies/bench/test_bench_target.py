"""Scores of a benchmark as targets, of its entries alone and of any genome."""

import pickle
import random

import numpy as np
import pandas as pd
import pytest
from bench_functions import SAMPLER, EdgeTask, make_bench
from toy_targets import OWN

from evograft import studies
from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.tasks import task
from evograft.representations.morphogenesis import Genome, develop
from evograft.studies.bench.leaderboard.bench_target import (
    BenchSource,
    BenchTarget,
    entries_target,
)
from evograft.studies.bench.leaderboard.searchers import searcher
from evograft.studies.bench.leaderboard.table_target import TableTarget
from evograft.studies.bench.leaderboard.targets import Target
from evograft.studies.cli import main

WINE = task("wine")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Scored in one task that the command line knows."""
    folder = tmp_path_factory.mktemp("benches") / "small"
    make_bench(folder, tasks=[WINE], task_seeds=2, fidelities=("low",))
    return folder


@pytest.fixture(scope="module")
def bench(folder):
    return Bench.open(folder)


@pytest.fixture(scope="module")
def edges(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edges")
    make_bench(folder, tasks=[EdgeTask()], task_seeds=1)
    return Bench.open(folder)


def test_of_entries_values_and_costs_are_those_of_queries(bench):
    target = entries_target(bench, fidelity="low", seed=1)
    assert isinstance(target, Target)
    assert target.name == "small:wine:low"
    values, costs = target.query([target.entry(place) for place in range(len(bench))])
    answers = [bench.query(number, fidelity="low", seed=1) for number in bench.numbers]
    assert values.tolist() == [answer.value for answer in answers]
    assert costs.tolist() == [answer.cost for answer in answers]
    assert target.optimum == values.max()
    with pytest.raises(ValueError, match=r"at least two entries of .* in wine, fidelity 'high', "):
        entries_target(bench)


def test_of_any_genome_entries_are_looked_up_and_others_evaluated(bench):
    target = BenchTarget(bench, WINE, fidelity="low", seed=1)
    entry = target.individual()
    stranger = SAMPLER.genome(5000)
    values, costs = target.query([entry, stranger])
    assert values[0] == bench.query(entry, fidelity="low", seed=1).value
    own = WINE.score(develop(stranger), "low", 1)
    assert (values[1], costs[1]) == (own.value, own.cost + growth_operations(stranger))
    with pytest.raises(ValueError, match="tasks must be those that the entries were scored in"):
        BenchTarget(bench, task("wine", rounds=2))
    with pytest.raises(ValueError, match=r"at least one entry of .* 'high', seed 0, got none"):
        BenchTarget(bench, WINE)


@pytest.mark.parametrize("name", OWN)
def test_every_searcher_searches_a_benchmark_from_its_entries(name, edges, monkeypatch):
    target = BenchTarget(edges, EdgeTask())
    asked: list[Genome] = []
    query = target.query

    def noted(genomes):
        asked.extend(genome.snapshot() for genome in genomes)
        return query(genomes)

    monkeypatch.setattr(target, "query", noted)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 (DEAP's strategy draws from it)
    toolbox = searcher(name, evaluations=40, **OWN[name])(target)
    run = studies.evolve(toolbox, evaluations=40, progress=False)
    assert len(asked) == 40
    values = [len(develop(genome).edges) for genome in asked]
    assert run.best.fitness.values[0] == max(values)
    held = [genome for _, genome in edges.genomes()]
    assert all(genome in held for genome in asked[:10])
    assert all(genome in held for genome in asked) == (name == "random")


def test_a_source_opens_either_wherever_it_is(folder):
    source = pickle.loads(pickle.dumps(BenchSource(str(folder), options={"fidelity": "low"})))
    opened = source.load(3)
    assert isinstance(opened, BenchTarget)
    assert (opened.optimum, opened.name) == (1.0, "small:wine:low")
    closed = BenchSource(str(folder), options={"fidelity": "low", "closed": True, "neighbours": 3})
    table = closed.load(3)
    assert isinstance(table, TableTarget)
    assert len(table.nearest(0)) == 3
    assert closed.version() > 0
    with pytest.raises(ValueError, match="unknown option of a benchmark 'fidelit'"):
        BenchSource(str(folder), options={"fidelit": "low"}).load(0)


def test_the_command_searches_entries_at_equal_cost(folder, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["bench", "leaderboard", "--target", f"{folder}:wine:low", "--closed", "--out"]
    costs = ["--budget", "50", "--cost", "1e6", "--seeds", "1"]
    small = ["--set", "regularised-evolution.population=10"]
    assert main([*command, str(out), *costs, *small]) == 0
    runs = pd.read_csv(out / "runs.csv")
    assert runs["target"].tolist() == ["small:wine:low"] * 2
    assert runs["searcher"].tolist() == ["random", "regularised-evolution"]
    best = Bench.open(folder).table(["wine_low_0"])["wine_low_0"].max()
    assert ((runs["best"] == best) | (runs["cost"] >= 1e6)).all()
    make_bench(tmp_path / "small", tasks=[WINE], fidelities=("low",), accepted=20)
    other = ["--target", f"{tmp_path / 'small'}:wine:low", "--closed", "--resume", "--out"]
    capsys.readouterr()
    assert main([*command[:2], *other, str(out), *costs, *small]) == 2
    assert "must be as in the results in" in capsys.readouterr().err


def test_the_task_is_named_where_there_are_several(tmp_path, capsys):
    make_bench(tmp_path / "two", tasks=[WINE, EdgeTask()], task_seeds=1, accepted=3)
    command = ["bench", "leaderboard", "--closed", "--out", str(tmp_path / "out"), "--target"]
    for target, message in (
        ("two", "task must be given where there are several, 'wine', 'edges_of', got none"),
        ("two:edges", "unknown task 'edges': did you mean 'edges_of'"),
        ("two:wine:low", "must be scored in wine, fidelity 'low', seed 0, got 0"),
    ):
        assert main([*command, str(tmp_path / target)]) == 2
        assert message in capsys.readouterr().err
