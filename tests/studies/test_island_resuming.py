"""Islands: interrupted, taken up again, and changed in between."""

import shutil

import pytest
from island_functions import ones, ones_toolbox
from island_runs import evolve, graft, outcome, same, start

from evograft import studies
from evograft.studies.islands.migration import Migration
from evograft.studies.run_directory import RunDirectory


@pytest.mark.parametrize(("name", "seed"), [("mge", None), ("genreg", None), ("genreg", 3)])
def test_a_resumed_run_equals_an_uninterrupted_one(name, seed, tmp_path):
    def run(out, **settings):
        toolbox = start(graft(name, "classification", seed=seed))
        return evolve(toolbox, generations=7, out=tmp_path / out, checkpoint_seconds=0, **settings)

    def keep_and_interrupt(run):
        if run.generation == 4:
            shutil.copytree(tmp_path / "cut", tmp_path / "old")
            raise KeyboardInterrupt

    whole = outcome(run("whole"))
    with pytest.raises(studies.Interrupted) as stopped:
        run("cut", callbacks=[keep_and_interrupt])
    assert stopped.value.run.generation == 4
    for out in ("cut", "old"):  # saved at the interruption, and two generations before
        generation = RunDirectory(tmp_path / out).snapshot().generation
        assert generation == (4 if out == "cut" else 2)
        same(run(out, resume=True), whole)


def test_a_run_that_ended_within_an_epoch_goes_on_as_one_that_did_not(tmp_path):
    whole = outcome(evolve(start(ones_toolbox()), generations=7))
    evolve(start(ones_toolbox()), generations=3, out=tmp_path / "run")
    longer = evolve(start(ones_toolbox()), generations=7, out=tmp_path / "run", resume=True)
    same(longer, whole)


def test_an_interruption_within_an_epoch_leaves_the_last_one():
    toolbox = start(ones_toolbox())
    calls = iter(range(80))

    def interrupted(individual):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return ones(individual)

    toolbox.register("evaluate", interrupted)
    with pytest.raises(studies.Interrupted) as stopped:
        evolve(toolbox, generations=100)
    run = stopped.value.run
    assert run.generation % 2 == 0 < run.generation
    assert len(run.logbook) == run.generation + 1
    same(run, outcome(evolve(start(ones_toolbox()), generations=run.generation)))


@pytest.mark.parametrize(("n", "sizes"), [(7, [3, 2, 2]), (20, [7, 7, 6])])
def test_another_population_changes_every_island(n, sizes, tmp_path):
    before = evolve(start(ones_toolbox()), out=tmp_path / "run")
    best = [max(map(sum, island.population)) for island in before.islands]
    toolbox = ones_toolbox()
    toolbox.register("breed", lambda population, n: list(population))
    run = evolve(toolbox, population=n, generations=6, out=tmp_path / "run", resume=True)
    assert [len(island.population) for island in run.islands] == sizes
    assert [max(map(sum, island.population)) for island in run.islands] >= best
    assert all(individual.fitness.valid for individual in run.population)


def test_too_small_a_population_leaves_the_run_as_it_was(tmp_path):
    whole = outcome(evolve(start(ones_toolbox()), generations=7))
    evolve(start(ones_toolbox()), out=tmp_path / "run", generations=4)
    with pytest.raises(ValueError, match="population must be at least 2 for each of 3 islands"):
        evolve(ones_toolbox(), population=5, out=tmp_path / "run", resume=True)
    with pytest.raises(ValueError, match="k must be at most the 4 individuals of an island"):
        evolve(ones_toolbox(), migration=Migration(k=5), out=tmp_path / "run", resume=True)
    same(evolve(ones_toolbox(), generations=7, out=tmp_path / "run", resume=True), whole)


def test_another_number_of_islands_is_refused(tmp_path):
    evolve(start(ones_toolbox()), out=tmp_path / "islands")
    evolve(start(ones_toolbox()), out=tmp_path / "none", islands=None, migration=None)
    for out, islands, had in (("islands", 2, 3), ("islands", None, 3), ("none", 3, None)):
        with pytest.raises(ValueError, match=f"islands must be .* resume, {had}, got {islands}"):
            evolve(ones_toolbox(), out=tmp_path / out, resume=True, islands=islands, migration=None)
