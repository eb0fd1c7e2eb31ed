"""GENREG: what trust is and who inherits it."""

import multiprocessing
import random

import numpy as np
import pytest
from deap import algorithms
from genreg_population import DECAY, SHARE, evaluate, evaluated, graft, trust

from evograft import studies


def slow_rightness(decision, P, labels):
    chosen = P[np.arange(len(labels)), labels].astype(np.float64)
    if decision == "argmax":
        return (P.argmax(axis=1) == labels).astype(float)
    return chosen if decision == "expected" else np.maximum(1 + np.log10(chosen), -11)


@pytest.mark.parametrize("decision", ["argmax", "expected", "logarithmic"])
@pytest.mark.parametrize("rule", [{}, {"reward": 3.0, "penalty": 0.5, "decay": 0.75}])
def test_trust_is_what_the_developed_network_earns_on_the_sample(decision, rule):
    toolbox = graft(seed=1, decision=decision, hidden=(9,), **rule)
    constants = {"reward": 10.0, "penalty": -1.5, "decay": DECAY} | rule
    for inherited in (0.0, 100.0, -40.0):
        population = toolbox.population(n=6)
        for individual in population:
            individual.inherited_trust = inherited
        evaluate(toolbox, population)
        sample = toolbox.evaluate.sample()
        for individual in population:
            P = toolbox.develop(individual).forward(sample.X)
            right = slow_rightness(decision, P, sample.labels)
            earned = (constants["reward"] * right + constants["penalty"] * (1 - right)).sum()
            expected = (1 - constants["decay"]) * inherited + earned
            assert trust(individual) == pytest.approx(expected, abs=1e-3)


def test_sampled_decisions_are_right_as_often_as_the_network_says():
    toolbox = graft(seed=2, hidden=(9,), inheritance=0.0)
    individual = toolbox.individual()
    deviation = variance = 0.0
    for _ in range(400):
        toolbox.evaluate.refresh()
        sample = toolbox.evaluate.sample()
        P = toolbox.develop(individual).forward(sample.X).astype(np.float64)
        p = P[np.arange(len(P)), sample.labels]
        hits = (toolbox.evaluate(individual)[0] + 1.5 * len(p)) / 11.5
        assert hits == pytest.approx(round(hits), abs=1e-6)
        deviation += hits - p.sum()
        variance += (p * (1 - p)).sum()
    assert variance > 400
    assert abs(deviation) < 4 * variance**0.5


def test_a_generation_shares_its_sample_and_the_next_has_another():
    toolbox = graft("digits", seed=3, hidden=(4,), decision="expected")
    population = toolbox.population(n=5)
    twins = [toolbox.clone(population[0]) for _ in range(5)]
    seen = []
    for _ in range(3):
        values = list(toolbox.map(toolbox.evaluate, population))
        assert list(map(toolbox.evaluate, population)) == values
        assert toolbox.evaluate.batch(twins) == values[:1] * 5
        sample = toolbox.evaluate.sample()
        assert toolbox.evaluate.sample() is sample
        assert np.bincount(sample.labels).tolist() == [20] * 10
        seen.append((sample.X.tobytes(), values))
    assert len({X for X, _ in seen}) == 3
    assert len({values[0] for _, values in seen}) == 3


def recorded_run(cxpb, mutpb):
    """One generation of DEAP's own loop, and who descends from whose trust."""
    toolbox = graft(seed=4, hidden=(5,))
    mate, mutate = toolbox.mate, toolbox.mutate
    trusts: dict[int, tuple[str, float]] = {}

    def mated(a, b):
        both = trust(a) + trust(b)
        pair = mate(a, b)
        trusts.update((id(child), ("mated", both)) for child in pair)
        return pair

    def mutated(individual):
        if individual.fitness.valid:
            trusts[id(individual)] = "mutated", trust(individual)
        return mutate(individual)

    toolbox.register("mate", mated)
    toolbox.register("mutate", mutated)
    population, _ = algorithms.eaSimple(
        evaluated(toolbox, 30), toolbox, cxpb=cxpb, mutpb=mutpb, ngen=1, verbose=False
    )
    return toolbox, [
        (individual, *trusts.get(id(individual), ("", 0.0))) for individual in population
    ]


@pytest.mark.parametrize(
    ("cxpb", "mutpb", "kinds"),
    [
        (1.0, 1.0, {"mated"}),
        (1.0, 0.0, {"mated"}),
        (0.0, 1.0, {"mutated"}),
        (0.5, 0.5, {"mated", "mutated", ""}),
    ],
)
def test_in_deaps_own_loop_a_child_inherits_of_its_parents_or_of_itself(cxpb, mutpb, kinds):
    toolbox, descents = recorded_run(cxpb, mutpb)
    assert {kind for _, kind, _ in descents} == kinds
    for individual, kind, parents in descents:
        if not kind:  # a copy that nothing varied is not evaluated again
            continue
        assert individual.inherited_trust == pytest.approx(SHARE * parents, rel=1e-12)
        heirless = toolbox.clone(individual)
        heirless.inherited_trust = 0.0
        (earned,) = toolbox.evaluate(heirless)
        expected = (1 - DECAY) * SHARE * parents + earned
        assert trust(individual) == pytest.approx(expected, abs=1e-9)


def test_trust_comes_back_from_a_worker_process_as_a_fitness():
    toolbox = graft(seed=5, hidden=(5,))
    toolbox.evaluate.refresh()
    population = toolbox.population(n=3)
    (without,) = toolbox.evaluate(population[0])
    for number, individual in enumerate(population):
        individual.inherited_trust = 1000.0 * number
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        values = pool.map(toolbox.evaluate, population)
    assert values == [toolbox.evaluate(individual) for individual in population]
    assert values[0] == (without,)
    assert values[2][0] > 1500


def test_the_trust_of_steady_performance_settles_at_performance_over_decay():
    # Everybody is the same and stays so; a child inherits all that one parent has.
    toolbox = graft(
        seed=6, hidden=(3,), rate=0.0, parents=1, inheritance=1.0, decay=0.5, decision="expected"
    )
    constant = toolbox.individual()
    constant.values[:] = 0.0  # a third for every class
    population = [toolbox.clone(constant) for _ in range(4)]
    run = studies.evolve(toolbox, population=population, generations=40, progress=False)
    samples = len(toolbox.evaluate.sample().labels)
    performance = samples * (10 / 3 - 1.5 * 2 / 3)
    for individual in run.population:
        assert trust(individual) == pytest.approx(performance / 0.5, rel=1e-5)


def test_a_run_in_which_all_trust_is_negative_goes_on():
    toolbox = graft(seed=10, hidden=(3,), reward=-1.0, penalty=-2.0)
    run = studies.evolve(toolbox, population=10, generations=5, progress=False)
    assert run.generation == 5
    assert all(trust(individual) < 0 for individual in run.population)


def test_a_problems_own_reward_drives_trust():
    toolbox = graft("cartpole", seed=22, hidden=(6,))
    run = studies.evolve(toolbox, population=12, generations=3, progress=False)
    for individual in run.population:
        reward = toolbox.problem.measure([toolbox.develop(individual)])[0]
        expected = (1 - DECAY) * individual.inherited_trust + 10 * reward
        assert trust(individual) == pytest.approx(expected, rel=1e-12)
        assert individual.inherited_trust > 0


def test_under_a_foreign_map_every_generation_still_has_a_sample_of_its_own():
    random.seed(40)
    toolbox = graft("digits", hidden=(3,))
    toolbox.register("map", map)
    seen = []
    run = studies.evolve(
        toolbox,
        population=6,
        generations=4,
        progress=False,
        callbacks=[lambda run: seen.append(toolbox.evaluate.sample().labels.tobytes())],
    )
    assert run.generation == 4
    assert len(set(seen)) == 5
