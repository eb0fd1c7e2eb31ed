"""Methods on double pole balancing, from a toolbox and from the command line."""

import json
import random
import shlex

import pytest
from deap import base

from evograft import plugins, problems, studies
from evograft.studies.cli import main


def run(line):
    return main(shlex.split(line))


@pytest.mark.parametrize("velocities", [True, False])
@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("neat", {}),
        ("neat", {"recurrent": True}),
        ("morphonas", {"size_x": 8, "size_y": 8}),
        ("genreg", {"hidden": (4,)}),
    ],
)
def test_methods_run_unchanged(method, settings, velocities):
    random.seed(1)
    problem = problems.load("double_pole", velocities=velocities)
    toolbox = plugins.graft(base.Toolbox(), method, problem, objectives=("reward",), **settings)
    individuals = toolbox.population(n=4)
    networks = [toolbox.develop(individual) for individual in individuals]
    values = [fitness[0] for fitness in toolbox.evaluate.batch(individuals)]
    assert values == problem.measure(networks).tolist()
    assert all(value > 0 for value in values)


def test_neat_learns_to_balance():
    random.seed(2)
    toolbox = plugins.graft(base.Toolbox(), "neat", problems.load("double_pole"))
    found = studies.evolve(toolbox, generations=10, progress=False)
    bests = found.logbook.select("best")
    assert bests[-1] > 2 * bests[0]
    assert found.logbook[-1]["steps"] == toolbox.problem.steps(found.network)
    assert found.logbook[-1]["steps"] == 100_000 * bests[-1]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("", "balanced for {steps} of 100000 steps\n"),
        (
            "--problem-set velocities=False --set recurrent=True",
            "balanced for {steps} of 100000 steps, and from {generalisation} of 625 other starts "
            "(passes at 200)\n",
        ),
    ],
)
def test_a_run_is_kept_shown_and_scored(option, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = "evolve neat double_pole --generations 2 --population 20 --seed 1 --out run"
    assert run(f"{line} {option}") == 0
    report = json.loads((tmp_path / "run/report.json").read_text())
    capsys.readouterr()
    assert run("score run double_pole") == 0
    assert capsys.readouterr().out == said.format(**report)
    assert run("show run") == 0
    assert "neat on double_pole, 2 generations" in capsys.readouterr().out
    assert run("score run cartpole") == 2
    assert "n_inputs of a controller of cartpole" in capsys.readouterr().err
