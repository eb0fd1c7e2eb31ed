import csv
import json
import random

import pytest
from deap import base, creator, tools

from evograft import plugins, problems, studies
from evograft.studies.checkpoint import load_snapshot


def grafted(name="mge", seed=1, **settings):
    random.seed(seed)
    return plugins.graft(base.Toolbox(), name, problems.load("wine"), **settings)


def evolve(toolbox, **settings):
    return studies.evolve(
        toolbox, **({"population": 10, "progress": False, "pictures": False} | settings)
    )


def counting_toolbox():
    """A toolbox that is not ours: maximise the ones of a bit string."""
    if not hasattr(creator, "Ones"):
        creator.create("OnesFitness", base.Fitness, weights=(1.0,))
        creator.create("Ones", list, fitness=creator.OnesFitness)
    toolbox = base.Toolbox()
    toolbox.register("bit", random.randint, 0, 1)
    toolbox.register("individual", tools.initRepeat, creator.Ones, toolbox.bit, 30)
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("evaluate", lambda individual: (float(sum(individual)),))
    toolbox.register("mate", tools.cxTwoPoint)
    toolbox.register("mutate", tools.mutFlipBit, indpb=0.05)
    toolbox.register("select", tools.selTournament, tournsize=3)
    return toolbox


def test_a_foreign_toolbox_runs_and_its_best_never_gets_worse():
    random.seed(1)
    run = evolve(counting_toolbox(), population=30, generations=15, cxpb=0.5, mutpb=0.2)
    best_of_population = [max(values) for values in [run.logbook.select("best")]]
    assert run.best.fitness.values[0] >= 25
    assert best_of_population[-1] == run.best.fitness.values[0]
    kept = max(run.population, key=lambda individual: individual.fitness)
    assert kept == run.best, "elitism of one keeps the best in the population"


def test_a_foreign_toolbox_must_be_told_what_it_has_no_default_for():
    with pytest.raises(ValueError, match=r"generations must be given.* no defaults"):
        evolve(counting_toolbox(), cxpb=0.5, mutpb=0.2)
    with pytest.raises(ValueError, match="mutpb must be given"):
        evolve(counting_toolbox(), generations=3, cxpb=0.5)


def test_the_methods_own_settings_fill_what_is_not_given():
    toolbox = grafted(population=12, generations=3, cxpb=0.0)
    run = studies.evolve(toolbox, progress=False)
    assert len(run.population) == 12
    assert run.generation == 3
    assert [row["gen"] for row in run.logbook] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": 1}, "population must be an integer of at least 2, got 1"),
        ({"population": 0}, "population must be an integer of at least 2, got 0"),
        ({"population": []}, "population must be an integer of at least 2, got 0"),
        ({"generations": -1}, "generations must be an integer of at least 0, got -1"),
        ({"cxpb": -0.1}, "cxpb must be a number from 0 to 1, got -0.1"),
        ({"mutpb": 1.5}, "mutpb must be a number from 0 to 1, got 1.5"),
        ({"resume": True}, "out must be given to resume"),
        ({"checkpoint_seconds": -1}, "checkpoint_seconds must be a number of at least 0"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        evolve(grafted(), **({"generations": 1} | settings))


def test_a_population_can_be_handed_over_and_taken_up_again():
    toolbox = grafted()
    first = evolve(toolbox, generations=2)
    again = evolve(toolbox, population=first.population, generations=1)
    assert again.logbook[0]["nevals"] == 0, "who has a fitness is not evaluated again"
    assert again.best.fitness >= first.best.fitness


def test_breed_comes_before_select_mate_and_mutate():
    toolbox = grafted()
    toolbox.register("breed", lambda population, n: [toolbox.individual() for _ in range(n)])
    for alias in ("select", "mate", "mutate"):
        toolbox.unregister(alias)
    run = evolve(toolbox, generations=2)
    assert [row["nevals"] for row in run.logbook] == [10, 10, 10]


def test_generate_and_update_come_before_everything_else():
    toolbox = grafted()
    seen: list[list[object]] = []
    toolbox.register("generate", lambda: toolbox.population(n=5))
    toolbox.register("update", seen.append)
    run = studies.evolve(toolbox, generations=3, progress=False)
    assert [len(population) for population in seen] == [5, 5, 5]
    with pytest.raises(ValueError, match="population must be left to the method"):
        studies.evolve(toolbox, population=5, generations=3, progress=False)
    assert [row["gen"] for row in run.logbook] == [1, 2, 3]


def test_callbacks_see_every_generation_and_stop_ends_the_run():
    seen = []
    run = evolve(
        grafted(),
        generations=50,
        callbacks=[lambda run: seen.append(run.generation)],
        stop=lambda run: run.generation == 4,
    )
    assert seen == [0, 1, 2, 3, 4]
    assert run.generation == 4


def test_what_ends_a_run_loses_nothing_of_it(tmp_path):
    def fail(run):
        if run.generation == 2:
            raise IndexError("a foreign callback")

    with pytest.raises(IndexError, match="a foreign callback"):
        evolve(grafted(), generations=5, out=tmp_path / "run", callbacks=[fail])
    run = evolve(grafted(), generations=5, out=tmp_path / "run", resume=True)
    assert list(run.logbook) == list(evolve(grafted(), generations=5).logbook)


def test_what_a_callback_draws_changes_nothing_in_the_run():
    plain = evolve(grafted(), generations=4)
    drawn = evolve(grafted(), generations=4, callbacks=[lambda run: random.random()])
    assert list(drawn.logbook) == list(plain.logbook)


def test_a_run_by_evaluations_that_makes_none_has_an_end():
    random.seed(1)
    with pytest.raises(ValueError, match="evaluations must be made by a run that ends after 100"):
        evolve(counting_toolbox(), population=10, evaluations=100, cxpb=0.0, mutpb=0.0)


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_anew(tmp_path):
    whole = evolve(grafted(), generations=3, out=tmp_path / "run")
    for name in ("checkpoint.pickle", "checkpoint-previous.pickle"):
        (tmp_path / "run" / name).unlink(missing_ok=True)
    with pytest.warns(UserWarning, match="has no checkpoint yet: the run begins anew"):
        again = evolve(grafted(), generations=3, out=tmp_path / "run", resume=True)
    assert list(again.logbook) == list(whole.logbook)


def test_the_best_of_cases_is_the_best_on_average():
    run = evolve(grafted(objectives=("cases",)), generations=3, population=20)
    means = [sum(one.fitness.values) / 124 for one in run.population]
    assert sum(run.best.fitness.values) / 124 <= min(means)
    assert run.logbook[-1]["best"] == pytest.approx(sum(run.best.fitness.values) / 124)


def test_a_run_directory_holds_all_that_is_promised(tmp_path):
    out = tmp_path / "deep" / "run"
    run = evolve(
        grafted(parsimony=0.001), generations=3, out=out, pictures=True, notes={"for": "a test"}
    )
    assert {path.name for path in out.iterdir()} == {
        "config.json",
        "log.csv",
        "network.json",
        "report.json",
        "checkpoint.pickle",
        "progress.png",
        "network.png",
    }
    config = json.loads((out / "config.json").read_text())
    assert config["method"]["parameters"]["parsimony"] == 0.001
    assert config["problem"]["split"]["n_train"] == 124
    assert config["run"] == {"cxpb": 0.9, "mutpb": 1.0, "population": 10, "generations": 3}
    assert config["notes"] == {"for": "a test"}
    with (out / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["best"]) for row in rows] == run.logbook.select("best")
    report = json.loads((out / "report.json").read_text())
    assert report["test_accuracy"] == run.toolbox.problem.score(run.network)


def test_a_saved_network_takes_raw_features(tmp_path):
    run = evolve(grafted(), generations=2, out=tmp_path / "run")
    raw = problems.load("wine", scaling="none")
    model = studies.RunDirectory(tmp_path / "run").model()
    p = model.probabilities(raw.X_test)
    scaled = run.network.forward(run.toolbox.problem.X_test)
    assert p == pytest.approx(scaled, abs=1e-4)
    assert model.predict(raw.X_test) == [raw.class_names[i] for i in p.argmax(axis=1)]
    assert model.network == run.network
    import pandas as pd

    table = pd.DataFrame(raw.X_test, columns=raw.feature_names)[list(raw.feature_names)[::-1]]
    assert model.predict(table) == model.predict(raw.X_test)
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 13\), got \(2, 3\)"):
        model.probabilities([[1, 2, 3], [4, 5, 6]])


def test_a_directory_that_is_not_empty_is_refused_and_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(ValueError, match="out must be a new or empty directory"):
        evolve(grafted(), generations=1, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_a_directory_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(ValueError, match="out must be a directory that can be written"):
            evolve(grafted(), generations=1, out=out)


def interrupted():
    raise KeyboardInterrupt


def interrupted_as_a_kernel_ends():
    raise SystemError("a result with an exception set") from KeyboardInterrupt()


@pytest.mark.parametrize("interrupt", [interrupted, interrupted_as_a_kernel_ends])
def test_an_interrupted_run_is_saved_whole_and_goes_on_as_if_nothing_had_been(tmp_path, interrupt):
    whole = evolve(grafted(), generations=6)
    toolbox = grafted()
    evaluate, calls = toolbox.evaluate, []

    def interrupting(individuals):
        calls.append(len(individuals))
        if len(calls) == 4:
            random.random()  # the interrupted generation has drawn already
            interrupt()
        return evaluate.batch(individuals)

    toolbox.register("map", lambda function, individuals: interrupting(list(individuals)))
    with pytest.raises(studies.Interrupted, match="after generation 2") as interruption:
        evolve(toolbox, generations=6, out=tmp_path / "run", checkpoint_seconds=3600)
    assert interruption.value.run.generation == 2
    assert len(interruption.value.run.logbook) == 3
    random.seed(77)
    run = evolve(grafted(), generations=6, out=tmp_path / "run", resume=True)
    assert list(run.logbook) == list(whole.logbook)
    assert run.population == whole.population


def test_an_interruption_as_a_kernel_of_variation_ends_is_one(tmp_path):
    toolbox = grafted()
    toolbox.register("mutate", lambda individual: interrupted_as_a_kernel_ends())
    with pytest.raises(studies.Interrupted, match="after generation 0"):
        evolve(toolbox, generations=2, out=tmp_path / "run")


def test_an_interruption_before_the_first_generation_saves_nothing_and_says_so(tmp_path):
    toolbox = grafted()

    def interrupt(*_):
        raise KeyboardInterrupt

    toolbox.register("map", interrupt)
    with pytest.raises(studies.Interrupted) as interruption:
        evolve(toolbox, generations=2, out=tmp_path / "run")
    assert not interruption.value.run.logbook
    assert not (tmp_path / "run").exists()


def test_a_finished_run_goes_on_when_more_generations_are_asked_for(tmp_path):
    whole = evolve(grafted(), generations=5)
    evolve(grafted(), generations=3, out=tmp_path / "run")
    run = evolve(grafted(), generations=5, out=tmp_path / "run", resume=True)
    assert list(run.logbook) == list(whole.logbook)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x05N.", None])
def test_a_damaged_or_missing_checkpoint_is_one_clear_error(tmp_path, content):
    path = tmp_path / "checkpoint.pickle"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"checkpoint\.pickle .*checkpoint"):
        load_snapshot(path)


def test_a_seeded_toolbox_does_not_resume_an_unseeded_run(tmp_path):
    evolve(grafted(), generations=1, out=tmp_path / "run")
    with pytest.raises(ValueError, match="grafted with a seed if and only if"):
        evolve(
            plugins.graft(base.Toolbox(), "mge", problems.load("wine"), seed=1),
            generations=2,
            out=tmp_path / "run",
            resume=True,
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is no saved network"),
        ("[]", "is no saved network"),
        ('{"format": "other"}', "its format is 'other'"),
        ('{"format": "evograft-network-1"}', "it lacks 'phenotype'"),
        ('{"format": "evograft-network-1", "phenotype": "Netwrok"}', "did you mean 'Network'"),
    ],
)
def test_a_foreign_network_file_is_one_clear_error(tmp_path, content, message):
    (tmp_path / "network.json").write_text(content)
    with pytest.raises(ValueError, match=message):
        studies.load_model(tmp_path / "network.json")
