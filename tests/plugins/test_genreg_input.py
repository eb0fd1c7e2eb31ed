"""GENREG: what it refuses, and what it says then."""

import random
from typing import Any

import numpy as np
import pytest
from deap import base, creator, tools
from genreg_population import evaluated, graft, marked

from evograft import studies


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cutoff": 0}, "cutoff must be a number above 0 and up to 1, got 0"),
        ({"cutoff": 1.5}, "cutoff must be a number above 0 and up to 1, got 1.5"),
        ({"cutoff": -0.1}, "cutoff must be a number above 0 and up to 1, got -0.1"),
        ({"population": 1}, "population must be an integer of at least 2, got 1"),
        ({"parents": 0}, "parents must be an integer from 1 to 256, got 0"),
        ({"hidden": (0,)}, "hidden must be an integer of at least 1, got 0"),
        ({"decision": "guess"}, "decision must be one of 'sampled', .*got 'guess'"),
        ({"weighting": "trust"}, "weighting must be one of 'raw', .*got 'trust'"),
        ({"crossover": "layers"}, "crossover must be one of 'weights', 'neurons', got 'layers'"),
        ({"rate": 1.1}, "rate must be a number from 0 to 1, got 1.1"),
        ({"base_rate": -0.1}, "base_rate must be a number from 0 to 1, got -0.1"),
        ({"scale": float("nan")}, "scale must be a number of at least 0, got nan"),
        ({"final_scale": 0}, "final_scale must be a number above 0, got 0"),
        ({"patch": 3}, "patch must be 1 unless for square images, got 3 for 13 inputs"),
        ({"patch": 0}, "patch must be an integer from 1 to 2147483647, got 0"),
        ({"decay": 1.01}, "decay must be a number from 0 to 1, got 1.01"),
        (
            {"images_per_class": 1000},
            "images_per_class must be at most 36, the size of the smallest class, got 1000",
        ),
    ],
)
def test_a_parameter_out_of_range_is_named(settings, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        graft(**settings)


def test_hidden_must_be_a_tuple():
    with pytest.raises(TypeError, match="hidden must be a tuple of integers, got 3"):
        graft(hidden=3)


def test_a_population_of_one_is_refused_by_the_loop():
    with pytest.raises(ValueError, match="population must be an integer of at least 2, got 1"):
        studies.evolve(graft(), population=1, generations=1, progress=False)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("place", [20, 0, -1], ids=["live", "never lit", "last"])
def test_weights_that_are_not_finite_are_refused_wherever_they_are(bad, place):
    toolbox = graft("digits", seed=23, hidden=(1,))
    assert (toolbox.problem.X_train[:, 0] == 0).all()
    population = toolbox.population(n=3)
    toolbox.evaluate.refresh()
    population[1].values[place] = bad
    with pytest.raises(ValueError, match="weights must be finite, got others in individual 1"):
        toolbox.evaluate.batch(population)


@pytest.mark.parametrize("place", [20 * 4, 0], ids=["live", "never lit"])
@pytest.mark.parametrize("measured_every", [1, 20])
def test_a_mutation_that_writes_nan_ends_the_run_and_keeps_it(place, measured_every, tmp_path):
    def toolbox_of(first_bad):
        toolbox = graft("digits", seed=24, hidden=(4,))
        toolbox.measured_every = measured_every
        original, calls = toolbox.mutate, []

        def mutate(individual):
            calls.append(1)
            (individual,) = original(individual)
            if len(calls) > first_bad:
                individual.values[place] = np.nan
            return (individual,)

        toolbox.register("mutate", mutate)
        return toolbox

    settings: dict[str, Any] = {
        "population": 8,
        "progress": False,
        "pictures": False,
        "generations": 5,
    }
    random.seed(1)
    whole = studies.evolve(toolbox_of(10**6), out=tmp_path / "whole", **settings)
    random.seed(1)
    with pytest.raises(ValueError, match="must be finite"):
        studies.evolve(toolbox_of(2 * 8), out=tmp_path / "run", **settings)
    assert (tmp_path / "run/log.csv").read_text().splitlines()[-1].startswith("2,")
    resumed = studies.evolve(toolbox_of(10**6), out=tmp_path / "run", resume=True, **settings)
    assert resumed.generation == 5
    assert list(resumed.logbook) == list(whole.logbook)
    assert resumed.population == whole.population


def test_individuals_of_another_architecture_are_refused():
    toolbox = graft(seed=25, hidden=(3,))
    other = graft(seed=25, hidden=(4,)).individual()
    with pytest.raises(ValueError, match="54 float32 weights of a network 13-3-3, contiguous, got"):
        toolbox.evaluate(other)
    other.fitness.values = (100.0,)
    toolbox.register("select", lambda individuals, k: [individuals[i % 2] for i in range(k)])
    with pytest.raises(ValueError, match="must have as many weights, got \\[54, 71\\]"):
        toolbox.breed([*marked(toolbox, [1.0]), other], 4)
    for crossover in ("weights", "neurons"):
        toolbox = graft(seed=25, hidden=(3,), crossover=crossover)
        with pytest.raises(ValueError, match="weights"):
            toolbox.breed([other, toolbox.clone(other)], 4)


def test_a_patch_larger_than_any_image_is_refused():
    with pytest.raises(ValueError, match="patch must be"):
        graft("digits", patch=10**30)


def test_a_selection_that_gives_too_few_parents_is_refused():
    toolbox = graft(hidden=(3,))
    toolbox.register("select", tools.selBest)
    with pytest.raises(ValueError, match="select must give 12 parents, 2 for each of 6 children"):
        toolbox.breed(evaluated(toolbox, 6), 6)


def test_a_class_without_weights_is_refused_at_once():
    creator.create("ListOfWeights", list, fitness=creator_fitness())
    with pytest.raises(ValueError, match="individual must derive from WeightVector"):
        graft(hidden=(3,), individual=creator.ListOfWeights)


def creator_fitness():
    if not hasattr(creator, "TrustMax"):
        creator.create("TrustMax", base.Fitness, weights=(1.0,))
    return creator.TrustMax
