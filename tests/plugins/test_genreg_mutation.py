"""GENREG: what mutation changes, in children and in their parents."""

import pickle
from typing import Any

import numpy as np
import pytest
from genreg_population import evaluated, graft, marked, trust
from scipy import stats

from evograft import operators, studies
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.weight_vector import WeightVector


def test_a_child_is_mutated_at_its_rate_and_scale():
    toolbox = graft("digits", seed=12, hidden=(8,), rate=0.07, scale=0.1, parents=1)
    children = toolbox.breed(marked(toolbox, [1.0] * 5), 40)
    noise = np.array([child.values for child in children], float)
    noise = noise[noise != noise.round()] - noise[noise != noise.round()].round()
    weights = 40 * len(children[0])
    assert stats.binomtest(noise.size, weights, 0.07).pvalue > 0.001
    assert stats.kstest(noise / 0.1, "norm").pvalue > 0.001


def test_patches_are_bred_as_they_are_mutated():
    toolbox = graft("digits", seed=13, hidden=(8,), rate=0.002, patch=3, scale=1.0, parents=1)
    crowd = marked(toolbox, [1.0] * 5)
    for individual in crowd:
        individual.values[:] = 0
    mutants = [toolbox.mutate(toolbox.clone(crowd[0]))[0] for _ in range(200)]
    for batch in (toolbox.breed(crowd, 200), mutants):
        sizes = []
        for child in batch:
            change = DenseLayout((64, 8, 10)).layers(child.values)[0][0]
            sizes += [np.count_nonzero(change == number) for number in set(change[change != 0])]
        assert len(sizes) > 10
        assert np.mean([size in (4, 6, 9) for size in sizes]) > 0.9  # else two of them overlap


def test_a_base_mutation_changes_every_chosen_parent_once_and_before_it_breeds():
    toolbox = graft(seed=15, hidden=(3,), rate=0.0, base_rate=1.0, parents=1, cutoff=0.5)
    crowd = marked(toolbox, [10.0] * 10)
    children = toolbox.breed(crowd, 100)
    kinds = {child.values.tobytes() for child in children}
    assert len(kinds) == 5  # all children of a parent are copies of the same mutant
    noise = np.array([child.values - child.values.round() for child in children])
    assert np.count_nonzero(noise) == noise.size
    unique = np.unique(noise, axis=0).ravel()
    assert stats.kstest(unique / 0.1, "norm").pvalue > 0.001
    assert all((individual.values == number).all() for number, individual in enumerate(crowd))
    assert all(trust(individual) == 10.0 for individual in crowd)


def test_without_any_mutation_weights_are_recombined_only():
    toolbox = graft("digits", seed=15, hidden=(4,), rate=0.0, base_rate=0.0, cutoff=0.5)
    crowds = []
    run = studies.evolve(
        toolbox,
        population=20,
        generations=6,
        progress=False,
        callbacks=[lambda run: crowds.append([i.values.copy() for i in run.population])],
    )
    first, last = np.array(crowds[0]), np.array(crowds[-1])
    assert run.generation == 6
    assert all(np.isin(last[:, place], first[:, place]).all() for place in range(first.shape[1]))
    assert not (last[:, None] == first[None]).all(axis=2).any()  # but nobody is as before


def test_the_scale_falls_exponentially_with_the_generations_and_comes_back_with_the_state():
    def spread(toolbox):
        blank = toolbox.individual()
        blank.values[:] = 0
        return toolbox.mutate(blank)[0].values.std()

    settings: dict[str, Any] = {"rate": 1.0, "final_scale": 0.001, "generations": 5, "seed": 19}
    toolbox = graft("digits", **settings)
    states = []
    for generation in range(7):
        toolbox.evaluate.refresh()
        expected = 0.1 * 0.01 ** (min(generation, 4) / 4)
        assert spread(toolbox) == pytest.approx(expected, rel=0.05)
        crowd = marked(toolbox, [1.0] * 5)
        noise = np.array([child.values - child.values.round() for child in toolbox.breed(crowd, 5)])
        assert noise.std() == pytest.approx(expected, rel=0.05)
        states.append(pickle.dumps(toolbox.state()))
    other = graft("digits", **settings)
    other.restore(pickle.loads(states[2]))
    assert spread(other) == pytest.approx(0.01, rel=0.05)
    toolbox.restore(pickle.loads(states[2]))
    assert spread(toolbox) == pytest.approx(0.01, rel=0.05)
    constant = graft("digits", seed=19, rate=1.0)
    for _ in range(5):
        constant.evaluate.refresh()
    assert spread(constant) == pytest.approx(0.1, rel=0.05)


def test_without_child_mutation_all_become_one_genome_and_learning_ends():
    toolbox = graft("digits", seed=20, hidden=(4,), rate=0.0)
    run = studies.evolve(toolbox, population=20, generations=100, progress=False)
    last = run.population[0].values.copy()
    assert all((individual.values == last).all() for individual in run.population)
    children = toolbox.breed(run.population, 5)
    assert all((child.values == last).all() for child in children)


def test_operators_of_the_room_are_what_the_toolbox_uses():
    toolbox = graft(seed=27, hidden=(3,), rate=0.5)
    a, b = evaluated(toolbox, 2)
    one, other = toolbox.clone(a), toolbox.clone(b)
    rng = np.random.default_rng(27)
    toolbox.restore(graft(seed=27).state())  # the operators' stream as new
    toolbox.mate(a, b)
    toolbox.mutate(a)
    operators.cx_uniform_weights(one, other, rng=rng)
    operators.mut_gaussian_weights(one, rate=0.5, scale=0.1, rng=rng)
    assert isinstance(a, WeightVector)
    assert (a, b) == (one, other)
