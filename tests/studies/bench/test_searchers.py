"""Searchers spend the same budget from the same start, and each searches as it is described."""

import random
from typing import Any

import numpy as np
import pytest
from deap import algorithms
from toy_targets import OWN, SMALL, made, nearness, recorded, run_searcher

from evograft import problems, studies
from evograft.representations.morphogenesis import develop
from evograft.studies.bench.commands.leaderboard_command import SEARCHERS as NAMED
from evograft.studies.bench.leaderboard.covariance_search import cma_es
from evograft.studies.bench.leaderboard.searchers import SEARCHERS, searcher


@pytest.mark.parametrize("name", OWN)
def test_the_budget_is_spent_exactly(name):
    for budget in (20, 47):
        target, asked = recorded()
        random.seed(1)
        toolbox = made(name, target, budget)
        run = studies.evolve(toolbox, evaluations=budget, progress=False)
        state = toolbox.state()["meter"]
        assert len(asked) == state["evaluations"] == run.evaluations == budget
        assert state["cost"] == 2.0 * budget
        assert state["improvements"][-1][2] == max(map(nearness, asked))


@pytest.mark.parametrize("name", OWN)
def test_a_seed_gives_the_same_search_and_another_seed_another(name):
    first, again, other = (
        run_searcher(name, 60)[0],
        run_searcher(name, 60)[0],
        run_searcher(name, 60, seed=2)[0],
    )
    assert first == again
    assert first != other


def test_searchers_begin_with_the_same_genomes():
    starts = [run_searcher(name, 20)[0][:10] for name in OWN]
    assert all(start == starts[0] for start in starts)


@pytest.mark.parametrize("name", OWN)
def test_a_run_taken_up_again_is_one_that_never_stopped(name, tmp_path):
    _, whole = run_searcher(name, 80)
    run_searcher(name, 80, out=tmp_path / "run", stop=lambda made: made.evaluations >= 30)
    target, asked = recorded()
    toolbox = made(name, target, 80)
    options = {"out": tmp_path / "run", "resume": True, "progress": False, "pictures": False}
    studies.evolve(toolbox, evaluations=80, **options)
    assert 0 < len(asked) <= 50
    assert toolbox.state()["meter"] == whole


def test_random_search_draws_what_the_toolbox_draws():
    asked, _ = run_searcher("random", 35)
    random.seed(1)
    target, _ = recorded()
    toolbox = made("random", target, 35)
    expected = [toolbox.individual().snapshot() for _ in range(35)]
    assert asked == expected


def test_of_regularised_evolution_the_oldest_dies_whatever_it_is_worth():
    target, _ = recorded()
    random.seed(3)
    toolbox = made("regularised-evolution", target, 60, children=1)
    births: dict[int, Any] = {}
    populations = []

    def note(run):
        for individual in run.population:
            births.setdefault(id(individual), (len(births), individual))
        populations.append([births[id(individual)][0] for individual in run.population])

    studies.evolve(toolbox, evaluations=60, progress=False, callbacks=[note])
    assert populations == [list(range(g, g + 12)) for g in range(49)]
    values = [individual.fitness.values[0] for _, individual in births.values()]
    # The best of the first population was not spared.
    assert values.index(max(values[:12])) not in populations[-1]


def test_with_a_large_tournament_the_child_is_a_mutant_of_the_best():
    target, asked = recorded()
    random.seed(4)
    toolbox = searcher("regularised-evolution", evaluations=30, population=8, sample=400, **SMALL)(
        target
    )
    toolbox.register("mutate", lambda individual: (individual,))
    studies.evolve(toolbox, evaluations=30, progress=False)
    best = max(asked[:8], key=nearness)
    assert all(child == best for child in asked[8:])


def test_several_children_take_the_places_of_as_many_of_the_oldest():
    target, asked = recorded()
    random.seed(5)
    toolbox = made("regularised-evolution", target, 20, children=5)
    run = studies.evolve(toolbox, evaluations=20, progress=False)
    assert [individual.snapshot() for individual in run.population] == asked[-12:]
    assert [row["nevals"] for row in run.logbook] == [12, 5, 3]


@pytest.mark.filterwarnings("ignore:preset .* expects a problem")
def test_presets_of_the_plug_in_keep_their_own_parameters():
    sizes, presets = {}, {}
    for name in ("morphonas", "morphonas:experiment-b", "morphonas:co-evolution"):
        make = searcher(name, evaluations=2000)
        toolbox = make(recorded()[0])
        sizes[name] = toolbox.defaults.population
        presets[name] = toolbox.method["preset"]
    assert [*sizes.values()] == [2000, 500, 50]
    assert [*presets.values()] == [None, "experiment-b", "co-evolution"]


@pytest.mark.filterwarnings("ignore:preset .* expects a problem")
def test_of_presets_only_controllers_learn():
    make = searcher("morphonas:co-evolution", evaluations=50)
    learning = {
        name: make(problem).method["parameters"]["plasticity"]
        for name, problem in (
            ("target", recorded()[0]),
            ("graph", problems.load("graph_target", target="K06")),
            ("control", problems.load("cartpole")),
        )
    }
    assert learning == {"target": "none", "graph": "none", "control": "evolved"}
    with pytest.raises(ValueError, match="plasticity must be 'none' unless for control"):
        searcher("morphonas:co-evolution", evaluations=50, plasticity="fixed")(recorded()[0])


def test_stock_loops_of_deap_run_the_toolboxes():
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    target, asked = recorded()
    algorithms.eaGenerateUpdate(made("cma-es", target, 200), ngen=3, verbose=False)
    assert len(asked) == 12 + 15 + 15
    target, asked = recorded()
    toolbox = made("regularised-evolution", target, 30)
    population = toolbox.population(n=6)
    algorithms.eaSimple(population, toolbox, cxpb=0.5, mutpb=1.0, ngen=3, verbose=False)
    assert len(asked) == 24


def test_a_run_ends_with_the_evaluation_that_solves_the_problem():
    draw = made("random", recorded()[0], 12).individual
    random.seed(1)
    drawn = [draw() for _ in range(12)]
    counts = [develop(genome).n_neurons for genome in drawn]
    place = next(i for i in range(4, 12) if counts[i] > 2 and counts[i] not in counts[:i])
    problem = problems.load("graph_target", graph=develop(drawn[place]).to_networkx())
    random.seed(1)
    toolbox = made("regularised-evolution", problem, 400)
    run = studies.evolve(toolbox, evaluations=400, progress=False)
    assert run.best == drawn[place]
    assert run.best.fitness.values == (1.0,)
    assert toolbox.state()["meter"]["evaluations"] == place + 1


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("random", {"batch": 1}, "batch must be an integer of at least 2, got 1"),
        ("regularised-evolution", {"population": 1}, "population must be an integer of at least 2"),
        ("regularised-evolution", {"population": 99}, "evaluations must suffice for the initial"),
        (
            "regularised-evolution",
            {"population": 9, "sample": 0},
            "sample must be an integer of at least 1",
        ),
        ("cma-es", {"sigma": 0}, "sigma must be a number above 0, got 0"),
        ("cma-es", {"tolerance": 0.5}, "tolerance must be below sigma, 0.05, got 0.5"),
        ("morphonas", {"population": 99}, "evaluations must suffice for the initial population"),
        ("random", {"sise_x": 3}, "did you mean 'size_x'"),
    ],
)
def test_settings_out_of_range_are_named(name, settings, message):
    with pytest.raises(ValueError, match=message):
        searcher(name, evaluations=50, **settings)(recorded()[0])


def test_unknown_searchers_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'regularised-evolution'"):
        searcher("regularized-evolution")


def test_the_command_offers_searchers_that_there_are():
    assert set(NAMED) <= set(SEARCHERS)
    assert cma_es is SEARCHERS["cma-es"]
