"""Scalability and error curves."""

import random

import pytest
from deap import base

from evograft import plugins, problems
from evograft.problems.objectives import WORST
from evograft.studies.representation import (
    draw_error_curves,
    draw_scalability,
    run_error_curves,
    run_scalability,
    summarise_last,
)
from evograft.studies.representation.scalability import connections_toolbox

SMALL = {"runs": 2, "generations": 4, "population": 12, "progress": False}


@pytest.fixture(scope="module")
def connections():
    return run_scalability(["mge"], **SMALL)


def test_connections_never_fall_and_grow(connections):
    for _, run in connections.groupby("run"):
        assert run["generation"].tolist() == [0, 1, 2, 3, 4]
        assert run["connections"].is_monotonic_increasing
        assert run["connections"].iloc[-1] > run["connections"].iloc[0] > 0


def test_fitness_is_the_number_of_connections_times_minus_one():
    problem = problems.load("wdbc")
    toolbox = connections_toolbox(problem, method="mge", parameters={"gene_length": 40})
    population = toolbox.population(n=8)
    values = toolbox.map(toolbox.evaluate, population)
    sizes = [toolbox.develop(individual).complexity().connections for individual in population]
    assert list(values) == [(-float(size),) for size in sizes]
    assert toolbox.evaluate(population[0]) == values[0]
    assert population[0].fitness.weights == (-1.0,)
    assert toolbox.evaluate(type(population[0])([b"\0"])) == (WORST,)


def test_networks_without_connections_count_none():
    frame = run_scalability(["mge"], **SMALL, settings={"mge": {"gene_length": 1}})
    assert (frame["connections"] == 0).all()


def test_runs_are_kept_and_gone_on_with(tmp_path, connections):
    out = tmp_path / "study"
    run_scalability(["mge"], **SMALL | {"runs": 1}, out=out)
    resumed = run_scalability(["mge"], **SMALL, out=out, resume=True)
    assert resumed.to_dict("list") == connections.to_dict("list")
    with pytest.raises(ValueError, match="new or empty directory"):
        run_scalability(["mge"], **SMALL, out=out)
    other = {"mge": {"gene_length": 50}}
    with pytest.raises(ValueError, match="arm 'mge' must be as in"):
        run_scalability(["mge"], **SMALL, out=out, resume=True, settings=other)


def test_the_error_is_the_mean_squared_error_of_the_training_part():
    frame = run_error_curves(["mge"], problems=["wdbc", "wine"], **SMALL)
    assert frame["problem"].unique().tolist() == ["wdbc", "wine"]
    for _, run in frame.groupby(["problem", "run"]):
        assert run["mse"].is_monotonic_decreasing
        assert run["mse"].between(0, 1).all()
    # The first generation is that of the plug-in with this loss, on the run's own split.
    random.seed(1)
    problem = problems.load("wdbc", loss="mse", split_seed=1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problem)
    best = min(toolbox.map(toolbox.evaluate, toolbox.population(n=12)))[0]
    run = frame[(frame["problem"] == "wdbc") & (frame["run"] == 1)]
    assert run["mse"].iloc[0] == best
    figure = draw_error_curves(frame)
    assert [ax.get_title() for ax in figure.axes] == ["wdbc", "wine"]
    assert {ax.get_ylabel() for ax in figure.axes} == {"mean squared error"}


def test_the_figure_has_the_median_of_the_runs(connections):
    (ax,) = draw_scalability(connections).axes
    medians = connections.groupby("generation")["connections"].median()
    (line,) = [line for line in ax.lines if line.get_gid() == "median"]
    assert list(line.get_xdata()) == medians.index.tolist()
    assert list(line.get_ydata()) == medians.tolist()


def test_the_summary_is_of_the_last_generation(connections):
    (row,) = summarise_last(connections, "connections").to_dict("records")
    last = connections[connections["generation"] == 4]["connections"]
    assert (row["runs"], row["generations"]) == (2, 4)
    assert (row["mean"], row["sd"]) == (last.mean(), last.std())
