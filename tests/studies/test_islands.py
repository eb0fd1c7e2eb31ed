"""Islands: what they are, what a run of them logs and counts, and what is refused."""

import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from island_functions import ones_toolbox, still_toolbox
from island_runs import (
    evolve,
    graft,
    individuals,
    outcome,
    same,
    start,
    values,
)

from evograft.studies._generations import generations_of
from evograft.studies._global_random import alone_with_random
from evograft.studies.islands.migration import Migration
from evograft.studies.islands.streams import apart
from evograft.studies.run import Run
from evograft.studies.run_directory import RunDirectory


def test_islands_without_migration_are_runs_of_their_own():
    toolbox = start(graft("genreg", "classification", seed=3))
    begun = evolve(toolbox, generations=0)
    assert [len(island.population) for island in begun.islands] == [5, 4, 4]
    assert values(begun.population) == values(
        one for island in begun.islands for one in island.population
    )
    apart_all = evolve(
        start(graft("genreg", "classification", seed=3)), migration=Migration(every=9, k=1)
    )
    for island, found in zip(begun.islands, apart_all.islands, strict=True):
        alone = Run(toolbox)
        alone.go_back(island)
        alone.record(0)
        for _ in generations_of(alone, None, {"generations": 5}):
            pass
        assert values(alone.population) == values(found.population)
        assert list(alone.logbook[1:]) == found.log
        assert alone.snapshot().toolbox == found.toolbox
    never = evolve(
        start(graft("genreg", "classification", seed=3)), migration=Migration(every=2, k=0)
    )
    same(never, outcome(apart_all))


def test_no_two_islands_draw_the_same():
    for seed in (None, 3):
        islands = evolve(start(graft("mge", "classification", seed=seed)), generations=0).islands
        assert len({island.random for island in islands}) == 3
        assert len({island.numpy[1].tobytes() for island in islands}) == 3
        kept = [pickle.dumps(island.toolbox) for island in islands]
        assert len(set(kept)) == (1 if seed is None else 3)


def test_nobody_else_draws_an_islands_random_numbers():
    def draws(other):
        random.seed(3)
        with alone_with_random():
            for _ in range(5):
                other.submit(random.random).result()
                other.submit(lambda: random.sample(range(9), 2)).result()
                other.submit(randint, 0, 9).result()
                other.submit(random.seed, 1).result()
                yield random.random()
                yield random.getrandbits(64)
                yield randint(0, 99)

    randint = random.randint
    before = dict(vars(random))
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        found = one.submit(lambda: list(draws(other))).result()
    assert dict(vars(random)) == before
    random.seed(3)
    expected = [
        draw()
        for _ in range(5)
        for draw in (random.random, lambda: random.getrandbits(64), lambda: randint(0, 99))
    ]
    assert found == expected


def test_a_generator_that_cannot_jump_is_refused():
    state = {"rng": [np.random.SFC64(1).state]}
    with pytest.raises(ValueError, match=r"Generators that can jump ahead.*got SFC64"):
        apart(state, 1)
    assert apart({"rng": None, "seeds": (1, [2])}, 1) == {"rng": None, "seeds": (1, [2])}


def test_the_log_is_that_of_all_islands():
    seen = []

    def look(run):
        row = run.logbook[-1]
        assert row["gen"] == run.generation == len(run.logbook) - 1
        found = [one.fitness.values[0] for one in run.population]
        assert row["mean"] == pytest.approx(np.mean(found))
        assert row["genes"] == pytest.approx(np.mean([*map(len, run.population)]))
        assert row["best"] == run.best.fitness.values[0] == min(found)  # the elite survives
        if run.generation:
            assert row["nevals"] == sum(island.log[-1]["nevals"] for island in run.islands)
        assert row["neurons"] == run.network.complexity().neurons
        seen.append(run.generation)

    run = evolve(start(graft("mge", "classification", elite=0.2)), callbacks=[look], population=30)
    assert seen == [0, 2, 4, 5]
    assert run.logbook.select("gen") == [0, 1, 2, 3, 4, 5]
    assert run.evaluations == sum(run.logbook.select("nevals"))
    bests = run.logbook.select("best")
    assert bests == sorted(bests, reverse=True)


def test_the_initial_population_is_that_of_a_run_without_islands():
    with_islands = evolve(start(graft("mge", "classification")), generations=0)
    without = evolve(
        start(graft("mge", "classification")), generations=0, islands=None, migration=None
    )
    assert values(with_islands.population) == values(without.population)
    assert list(with_islands.logbook) == list(without.logbook)


def test_a_sampled_run_has_the_best_of_its_last_generation():
    run = evolve(start(graft("genreg", "classification")))
    best = max(run.population, key=lambda one: one.fitness.values)
    assert values([run.best]) == values([best])


def test_evaluations_are_counted_over_all_islands_and_end_the_run_with_an_epoch():
    # Each generation but the first evaluates about 12 of 13.
    run = evolve(start(ones_toolbox()), generations=None, evaluations=30)
    assert run.evaluations >= 30
    assert run.generation % 2 == 0
    before = sum(run.logbook.select("nevals")[:-2])
    assert before < 30
    assert evolve(start(ones_toolbox()), generations=3, evaluations=10**6).generation == 3


def test_stop_is_asked_after_each_epoch():
    run = evolve(start(ones_toolbox()), generations=50, stop=lambda run: run.generation >= 3)
    assert run.generation == 4


def test_the_configuration_names_islands_and_migration(tmp_path):
    evolve(start(ones_toolbox()), generations=1, out=tmp_path / "run")
    recorded = RunDirectory(tmp_path / "run").config()["run"]
    assert recorded["islands"] == 3
    assert recorded["migration"] == {
        "every": 2,
        "k": 2,
        "selection": "deap.tools.selection:selBest",
        "replacement": None,
        "array": None,
    }
    evolve(
        start(ones_toolbox()), generations=1, islands=None, migration=None, out=tmp_path / "other"
    )
    assert not {"islands", "migration"} & set(RunDirectory(tmp_path / "other").config()["run"])


def test_an_individual_that_is_there_twice_is_on_one_island_only():
    one, other = individuals(3, 9)
    run = evolve(start(still_toolbox()), population=[one, other] * 3, generations=0)
    assert run.population[:2] == [one, other]
    assert len({id(individual) for individual in run.population}) == 6
    assert [id(a) for island in run.islands for a in island.population] == [
        *map(id, run.population)
    ]


def test_a_toolbox_is_left_as_it_was():
    toolbox = start(graft("genreg", "classification", seed=3))
    aliases = dict(vars(toolbox))
    run = evolve(toolbox)
    assert dict(vars(toolbox)) == aliases
    assert toolbox.state() == run.snapshot().toolbox
    assert toolbox.state()["generation"] == 0


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"islands": 1}, ValueError, "islands must be an integer of at least 2, got 1"),
        ({"islands": 2.0}, TypeError, "islands must be an integer"),
        ({"islands": None}, ValueError, "islands must be given for a migration, got None"),
        ({"migration": 5}, TypeError, "migration must be a Migration, got 5"),
        ({"population": 5}, ValueError, "population must be at least 2 for each of 3 islands"),
        ({"migration": Migration(k=5)}, ValueError, "k must be at most the 4 individuals"),
        ({"migration": Migration(k=1, array=(0, 1))}, ValueError, "array must have each number"),
        ({"migration": Migration(k=1, array=(1, 2, 2))}, ValueError, r"got \[1, 2, 2\]"),
    ],
)
def test_bad_settings_are_refused_before_anything_is_evaluated(settings, error, text, tmp_path):
    toolbox = ones_toolbox()
    toolbox.unregister("evaluate")
    with pytest.raises(error, match=text):
        evolve(toolbox, out=tmp_path / "run", **settings)
    assert not (tmp_path / "run").exists()


def test_a_method_without_a_population_is_refused():
    with pytest.raises(ValueError, match="islands must be left out for a method with generate"):
        evolve(graft("lowrank-es", "classification"), population=None)
