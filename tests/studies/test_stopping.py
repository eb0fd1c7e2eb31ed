import random

import pytest
from deap import base

from evograft import plugins, problems, studies
from evograft.studies import stopping
from evograft.studies.budget import Budget


def evolve(**settings):
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    return studies.evolve(toolbox, population=20, progress=False, pictures=False, **settings)


def test_evaluations_end_a_run_with_the_generation_that_reaches_them():
    run = evolve(evaluations=105)
    counts = run.logbook.select("nevals")
    assert sum(counts[:-1]) < 105 <= sum(counts) == run.evaluations
    assert run.generation == len(counts) - 1


def test_of_generations_and_evaluations_the_first_ends_a_run():
    assert evolve(evaluations=10**6, generations=3).generation == 3
    assert evolve(evaluations=45, generations=300).evaluations < 80


def test_evaluations_take_the_place_of_the_methods_own_generations():
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"), generations=1)
    run = studies.evolve(toolbox, population=10, evaluations=55, progress=False)
    assert run.generation > 1


@pytest.mark.parametrize("evaluations", [0, -3, 2.5, "many"])
def test_bad_evaluations_are_refused(evaluations):
    with pytest.raises((ValueError, TypeError), match="evaluations must be an integer"):
        evolve(evaluations=evaluations)


def test_a_fitness_that_is_reached_ends_a_run():
    run = evolve(stop=stopping.at_fitness(0.9))
    bests = run.logbook.select("best")
    assert bests[-1] <= 0.9 < min(bests[:-1])


def test_a_reached_fitness_of_what_is_maximised_is_at_least_it():
    toolbox = plugins.graft(base.Toolbox(), "genreg", problems.load("wine"))
    random.seed(1)
    run = studies.evolve(toolbox, generations=200, progress=False, stop=stopping.at_fitness(300))
    assert run.logbook[-1]["best"] >= 300
    assert all(row["best"] < 300 for row in run.logbook[:-1])


def test_stagnation_counts_from_the_last_improvement():
    run = evolve(stop=stopping.AtStagnation(4))
    bests = run.logbook.select("best")
    assert bests[-5] == bests[-1] < bests[-6]
    calm = [bests[i] == bests[i + 4] for i in range(len(bests) - 5)]
    assert not any(calm), "it would have ended earlier"


def test_an_improvement_within_the_tolerance_is_none():
    assert evolve(stop=stopping.AtStagnation(3, tolerance=100.0)).generation == 3


def test_one_condition_can_serve_two_runs():
    stop = stopping.AtStagnation(4)
    assert evolve(stop=stop).generation == evolve(stop=stop).generation


def test_seconds_end_a_run_and_count_on_when_it_is_resumed(tmp_path):
    run = evolve(stop=stopping.after_seconds(0.0))
    assert run.generation == 0
    evolve(generations=2, out=tmp_path / "run")
    again = evolve(generations=2, out=tmp_path / "run", resume=True)
    assert again.seconds >= studies.RunDirectory(tmp_path / "run").snapshot().seconds > 0


def test_the_first_of_several_conditions_counts():
    stop = stopping.at_first(stopping.at_fitness(-1), lambda run: run.generation == 2)
    assert evolve(stop=stop).generation == 2


def test_a_run_that_was_killed_after_its_end_ends_there_again(tmp_path):
    """The last checkpoint may be that of the last generation: no other may follow it."""
    whole = evolve(stop=stopping.AtStagnation(4), out=tmp_path / "run", checkpoint_seconds=0)
    again = evolve(stop=stopping.AtStagnation(4), out=tmp_path / "run", resume=True)
    assert list(again.logbook) == list(whole.logbook)


def test_a_budget_ends_a_run_by_the_first_of_its_limits():
    toolbox = base.Toolbox()
    assert Budget(generations=3).stop(toolbox) is None
    run = evolve(stop=Budget(stagnation=4, fitness=0.0).stop(toolbox))
    assert run.generation == evolve(stop=stopping.AtStagnation(4)).generation
    toolbox.register("stop", lambda run: run.generation == 1)
    assert evolve(stop=Budget(stagnation=4).stop(toolbox)).generation == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"generations": 0}, "generations must be an integer of at least 1, got 0"),
        ({"evaluations": 1.5}, "evaluations must be an integer"),
        ({"seconds": 0}, "seconds must be a number above 0, got 0"),
        ({"stagnation": 0}, "stagnation must be an integer of at least 1, got 0"),
        ({"fitness": "low"}, "fitness must be a number, got 'low'"),
    ],
)
def test_bad_limits_are_refused(settings, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Budget(**settings)


def test_a_budget_covers_one_that_allows_no_more():
    assert Budget(generations=5, stagnation=3).covers(Budget(generations=5, stagnation=2))
    assert not Budget(generations=5).covers(Budget(generations=6))
    assert not Budget(generations=5).covers(Budget(evaluations=5))
