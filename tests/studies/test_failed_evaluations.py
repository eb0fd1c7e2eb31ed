import pickle
import random
import warnings

import pytest
from deap import base, creator, tools

from evograft import plugins, problems, studies
from evograft.studies import engines


def grafted(fails):
    """A toolbox whose evaluation raises for the individuals that *fails* says."""
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    evaluate = toolbox.evaluate

    def failing(individual):
        if fails(individual):
            raise ArithmeticError("no value")
        return evaluate(individual)

    toolbox.register("evaluate", failing)
    toolbox.register("map", map)
    return toolbox


def evolve(toolbox, **settings):
    return studies.evolve(toolbox, population=12, progress=False, pictures=False, **settings)


def test_who_cannot_be_evaluated_gets_the_worst_fitness_and_is_kept(tmp_path):
    toolbox = grafted(lambda individual: len(individual) == 3)
    with pytest.warns(UserWarning, match="generation 0 gave ArithmeticError: no value"):
        run = evolve(toolbox, generations=2, out=tmp_path / "run")
    assert run.failures
    for failure in run.failures:
        assert len(failure.individual) == 3
        assert failure.error == "ArithmeticError: no value"
    assert len(run.best) != 3
    kept = sorted((tmp_path / "run" / "failed").iterdir())
    assert len(kept) == 2 * len(run.failures)
    first = run.failures[0]
    with (tmp_path / "run" / "failed" / f"{first.generation}-{first.number}.pickle").open(
        "rb"
    ) as file:
        assert pickle.load(file) == first.individual
    text = (tmp_path / "run" / "failed" / f"{first.generation}-{first.number}.txt").read_text()
    assert "ArithmeticError: no value" in text
    assert "in failing" in text, "a traceback"


def test_an_interruption_as_a_kernel_ends_is_no_failure_of_an_individual():
    toolbox = grafted(lambda individual: len(individual) == 3)
    failing, calls = toolbox.evaluate, []

    def interrupted(individual):
        calls.append(individual)
        if len(calls) > 12:  # each is evaluated alone again
            raise SystemError("a result with an exception set") from KeyboardInterrupt()
        return failing(individual)

    toolbox.register("evaluate", interrupted)
    with pytest.raises(studies.Interrupted):
        evolve(toolbox, generations=2)


def test_the_worst_fitness_has_the_sign_that_is_worst():
    if not hasattr(creator, "UpAndDown"):
        creator.create("UpAndDownFitness", base.Fitness, weights=(1.0, -1.0))
        creator.create("UpAndDown", list, fitness=creator.UpAndDownFitness)
    toolbox = base.Toolbox()
    toolbox.register("individual", tools.initRepeat, creator.UpAndDown, random.random, 3)
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("evaluate", lambda individual: (1 / (individual[0] > 0.5), 0.0))
    toolbox.register("mate", tools.cxTwoPoint)
    toolbox.register("mutate", tools.mutShuffleIndexes, indpb=0.5)
    toolbox.register("select", tools.selNSGA2)
    random.seed(1)
    with pytest.warns(UserWarning, match="ZeroDivisionError"):
        run = evolve(toolbox, generations=0, cxpb=0.5, mutpb=0.5)
    assert {failure.individual.fitness.values for failure in run.failures} == {(-1e8, 1e8)}
    assert len(run.failures) == sum(one[0] <= 0.5 for one in run.population)


def test_who_has_a_fitness_that_is_no_number_gets_the_worst(tmp_path):
    toolbox = grafted(lambda _: False)
    evaluate = toolbox.evaluate
    toolbox.register("evaluate", lambda one: (float("nan"),) if len(one) == 3 else evaluate(one))
    with pytest.warns(UserWarning, match=r"gave a fitness of \(nan,\)"):
        run = evolve(toolbox, generations=2, out=tmp_path / "run")
    assert run.failures
    assert all(failure.individual.fitness.values == (1e8,) for failure in run.failures)
    assert all(row["mean"] == row["mean"] for row in run.logbook)


def test_where_nobody_can_be_evaluated_the_run_ends_with_what_was_raised(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ArithmeticError, match="no value"):
            evolve(grafted(lambda _: True), generations=2, out=tmp_path / "run")
    assert not (tmp_path / "run").exists(), "there is nothing to keep"


def test_a_champion_that_keeps_its_fitness_does_not_keep_a_run_of_failures_going():
    """NEAT copies the best of a species, which need not be evaluated any more."""
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "neat", problems.load("wine"))
    evaluate, asked = toolbox.evaluate, []

    def failing(individual):
        asked.append(individual)
        if len(asked) > 24:
            raise ArithmeticError("no value")
        return evaluate(individual)

    toolbox.register("evaluate", failing)
    toolbox.register("map", map)
    with pytest.raises(ArithmeticError, match="no value"):
        evolve(toolbox, generations=9)
    # 12, 11 beside a champion, and of the next 11 one, before all of them fail, one by one.
    assert len(asked) == 12 + 11 + 2 + 11


def test_a_map_that_raises_where_no_evaluation_does_ends_the_run():
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))

    def broken(function, individuals):
        raise MemoryError("of the map")

    toolbox.register("map", broken)
    with pytest.raises(MemoryError, match="of the map"):
        evolve(toolbox, generations=2)


def test_what_cannot_reach_a_worker_is_told_and_not_done_here(spawned):
    toolbox = grafted(lambda _: False)
    toolbox.register("map", spawned)
    with pytest.raises(engines.EngineError, match="function must pickle to reach a worker"):
        evolve(toolbox, generations=1)


def test_a_few_failing_offspring_do_not_end_a_run():
    """Of those few that are evaluated in a generation, all may fail."""
    toolbox = grafted(lambda individual: getattr(individual, "late", False))
    mutate = toolbox.mutate

    def marking(individual):
        (individual,) = mutate(individual)
        individual.late = True
        return (individual,)

    toolbox.register("mutate", marking)
    with pytest.warns(UserWarning, match="gave ArithmeticError"):
        run = evolve(toolbox, generations=3, cxpb=0.0, mutpb=0.2)
    assert run.failed_evaluations == len(run.failures) > 0
    assert run.failed_evaluations == sum(row.get("failed", 0) for row in run.logbook)


def test_a_resumed_run_counts_the_failures_before_it(tmp_path):
    def fails(individual):
        return len(individual) == 3

    with pytest.warns(UserWarning, match="gave"):
        whole = evolve(grafted(fails), generations=4, out=tmp_path / "whole")
    with pytest.warns(UserWarning, match="gave"):
        evolve(grafted(fails), generations=2, out=tmp_path / "run")
    again = evolve(grafted(fails), generations=4, out=tmp_path / "run", resume=True)
    assert list(again.logbook) == list(whole.logbook)
    assert again.failed_evaluations == whole.failed_evaluations > 0


def test_an_individual_that_does_not_pickle_is_kept_as_text(tmp_path):
    from evograft.studies.failures import Failure, save_failures

    save_failures(tmp_path / "failed", [Failure(3, n, lambda: None, "odd", "odd") for n in (1, 2)])
    names = sorted(path.name for path in (tmp_path / "failed").iterdir())
    assert names == ["3-1.txt", "3-2.txt"]
    assert "<lambda>" in (tmp_path / "failed" / "3-2.txt").read_text()
