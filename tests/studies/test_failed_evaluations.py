import pickle
import random
import warnings

import pytest
from deap import base, creator, tools

from evograft import plugins, problems, studies


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
    return studies.evolve(toolbox, **({"population": 12, "progress": False} | settings))


def test_who_cannot_be_evaluated_gets_the_worst_fitness_and_is_kept(tmp_path):
    toolbox = grafted(lambda individual: len(individual) == 3)
    with pytest.warns(UserWarning, match="generation 0 raised ArithmeticError: no value"):
        run = evolve(toolbox, generations=2, out=tmp_path / "run")
    assert run.failures
    for failure in run.failures:
        assert len(failure.individual) == 3
        assert isinstance(failure.error, ArithmeticError)
    assert len(run.best) != 3
    kept = sorted((tmp_path / "run" / "failed").iterdir())
    assert len(kept) == 2 * len(run.failures)
    first = run.failures[0]
    with (tmp_path / "run" / "failed" / f"{first.generation}-1.pickle").open("rb") as file:
        assert pickle.load(file) == first.individual
    text = (tmp_path / "run" / "failed" / f"{first.generation}-1.txt").read_text()
    assert "ArithmeticError: no value" in text
    assert "in failing" in text, "a traceback"


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


def test_where_nobody_can_be_evaluated_the_run_ends_with_what_was_raised(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ArithmeticError, match="no value"):
            evolve(grafted(lambda _: True), generations=2, out=tmp_path / "run")
    assert not (tmp_path / "run").exists(), "there is nothing to keep"


def test_a_batch_that_raises_is_evaluated_one_by_one():
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    expected = evolve(toolbox, generations=2)
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    calls = []

    def broken(function, individuals):
        calls.append(len(individuals))
        raise MemoryError

    toolbox.register("map", broken)
    run = evolve(toolbox, generations=2)
    assert len(calls) == 3
    assert run.population == expected.population
    assert not run.failures


def test_an_individual_that_does_not_pickle_is_kept_as_text(tmp_path):
    from evograft.studies.failures import Failure, save_failures

    save_failures(tmp_path / "failed", [Failure(3, lambda: None, ValueError("odd"))] * 2)
    names = sorted(path.name for path in (tmp_path / "failed").iterdir())
    assert names == ["3-1.txt", "3-2.txt"]
    assert "<lambda>" in (tmp_path / "failed" / "3-2.txt").read_text()
