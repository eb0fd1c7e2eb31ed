"""GENREG: what trust is and who inherits it, who breeds, and that a network learns by it."""

import multiprocessing
import pickle
import random
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from deap import algorithms, base, creator, tools
from fixtures import fixture_path
from scipy import stats

from evograft import operators, plugins, problems, studies
from evograft.plugins.genreg import GENREG, GENREGParameters
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.genreg_file import load_genreg
from evograft.representations.weight_vector import WeightVector

SHARE, DECAY = 0.03, 0.2


@cache
def problem(name, **options):
    return problems.load(name, **options)


def graft(name="wine", **settings):
    options = {"digits": {"scaling": "unit"}, "cartpole": {"episodes": 2}}.get(name, {})
    return plugins.graft(base.Toolbox(), "genreg", problem(name, **options), **settings)


def evaluated(toolbox, n):
    population = toolbox.population(n=n)
    evaluate(toolbox, population)
    return population


def evaluate(toolbox, population):
    for individual, values in zip(
        population, toolbox.map(toolbox.evaluate, population), strict=True
    ):
        individual.fitness.values = values


def trust(individual):
    return individual.fitness.values[0]


def marked(toolbox, trusts):
    """Individuals whose weights are all their number in the list, with these *trusts*."""
    crowd = toolbox.population(n=len(trusts))
    for number, (individual, value) in enumerate(zip(crowd, trusts, strict=True)):
        individual.values[:] = number
        individual.fitness.values = (value,)
    return crowd


# Parameters and presets.


def test_the_defaults_are_the_published_configuration():
    published = GENREG.configure("published", {})
    assert published == GENREG.configure(None, {}) == GENREGParameters()
    assert {
        name: value
        for name, value in asdict(GENREGParameters()).items()
        if name not in ("threads", "cxpb", "mutpb")
    } == {
        "hidden": (64,),
        "activation": "tanh",
        "initial_weights": 0.5,
        "initial_biases": 0.1,
        "images_per_class": None,
        "augment": False,
        "max_shift": 0,
        "decision": "sampled",
        "reward": 10.0,
        "penalty": -1.5,
        "decay": 0.2,
        "decay_per": "generation",
        "population": 200,
        "generations": 600,
        "inheritance": 0.03,
        "cutoff": 0.2,
        "parents": 2,
        "crossover": "weights",
        "weighting": "raw",
        "rate": 0.07,
        "scale": 0.1,
        "patch": 1,
        "final_scale": None,
        "base_rate": 0.0,
    }
    assert len(graft("digits").evaluate.sample().labels) == 20 * 10


@pytest.mark.parametrize(
    ("preset", "changed"),
    [
        ("readme", {"parents": 1, "decision": "argmax"}),
        ("later-code", {"weighting": "shifted", "decay": 0.001, "decay_per": "image"}),
    ],
)
def test_a_reading_of_the_method_differs_from_the_default_in_what_it_says(preset, changed):
    assert asdict(GENREG.configure(preset, {})) == asdict(GENREGParameters()) | changed


def test_the_improved_preset_stays_with_trust():
    improved = GENREG.configure("improved", {})
    published = GENREGParameters()
    same = ("hidden", "activation", "population", "reward", "penalty", "decay", "cutoff", "scale")
    assert all(getattr(improved, name) == getattr(published, name) for name in same)
    assert (improved.decision, improved.crossover, improved.patch) == ("logarithmic", "neurons", 3)
    assert improved.initial_weights is None
    assert improved.final_scale is not None
    assert improved.final_scale < improved.scale


def test_initial_weights_lie_within_their_bounds_and_reach_them():
    layout = DenseLayout((64, 64, 10))
    for settings, bounds in (({}, (0.5, 0.5)), ({"initial_weights": None}, (1 / 8, 1 / 8))):
        layers = layout.layers(graft("digits", seed=1, **settings).individual().values)
        for (matrix, bias), bound in zip(layers, bounds, strict=True):
            assert 0.95 * bound < abs(matrix).max() <= np.float32(bound)
            assert stats.kstest(matrix.ravel() / bound, "uniform", (-1, 2)).pvalue > 0.001
            assert 0 < abs(bias).max() <= np.float32(0.1)


# Trust, what it is and who inherits it.


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


# Breeding.


@pytest.mark.parametrize("parents", [1, 2, 4])
@pytest.mark.parametrize(("cutoff", "survivors"), [(0.2, 2), (0.55, 5), (0.01, 1), (1.0, 10)])
def test_children_are_made_of_the_best_only_and_inherit_of_their_parents(
    parents, cutoff, survivors
):
    toolbox = graft(seed=7, hidden=(3,), rate=0.0, parents=parents, cutoff=cutoff)
    crowd = marked(toolbox, [10.0 * number + 10 for number in range(10)])
    children = toolbox.breed(crowd, 300)
    assert len(children) == 300
    best = set(range(10 - survivors, 10))
    sources = [set(child.values.astype(int).tolist()) for child in children]
    assert set().union(*sources) == best
    assert max(map(len, sources)) == min(parents, survivors)
    for child, names in zip(children, sources, strict=True):
        assert not child.fitness.valid
        if parents == 1:
            assert child.inherited_trust == pytest.approx(SHARE * (10 * names.pop() + 10))
        elif parents == 2:
            first, last = min(names), max(names)
            assert child.inherited_trust == pytest.approx(SHARE * (10 * (first + last) + 20))
    for number, individual in enumerate(crowd):
        assert (individual.values == number).all()
        assert trust(individual) == 10.0 * number + 10


@pytest.mark.parametrize(
    ("weighting", "shares"),
    [("raw", (0.75, 0.25)), ("uniform", (0.5, 0.5)), ("shifted", (11 / 12, 1 / 12))],
)
def test_the_trusted_are_parents_as_often_as_their_weighting_says(weighting, shares):
    toolbox = graft(seed=8, hidden=(3,), rate=0.0, parents=1, cutoff=1.0, weighting=weighting)
    children = toolbox.breed(marked(toolbox, [15.0, 5.0]), 4000)
    counts = np.bincount([int(child[0]) for child in children])
    assert stats.chisquare(counts, 4000 * np.array(shares)).pvalue > 0.001


@pytest.mark.parametrize("cutoff", [0.2, 1.0])
def test_where_nobody_is_trusted_survivors_are_parents_alike(cutoff):
    toolbox = graft(seed=9, hidden=(3,), rate=0.0, parents=1, cutoff=cutoff)
    crowd = marked(toolbox, [-100.0 - 50 * number for number in range(20)])
    counts = np.bincount([int(child[0]) for child in toolbox.breed(crowd, 4000)])
    assert counts.size == 20 * cutoff
    assert stats.chisquare(counts).pvalue > 0.001


def test_a_run_in_which_all_trust_is_negative_goes_on():
    toolbox = graft(seed=10, hidden=(3,), reward=-1.0, penalty=-2.0)
    run = studies.evolve(toolbox, population=10, generations=5, progress=False)
    assert run.generation == 5
    assert all(trust(individual) < 0 for individual in run.population)


def test_whole_neurons_are_inherited_where_these_are_crossed():
    toolbox = graft(seed=11, hidden=(6,), rate=0.0, parents=3, cutoff=1.0, crossover="neurons")
    layout = DenseLayout((13, 6, 3))
    crowd = marked(toolbox, [10.0] * 5)
    both = [toolbox.mate(toolbox.clone(crowd[0]), toolbox.clone(crowd[4]))[0] for _ in range(50)]
    mixed = 0
    for child in (*toolbox.breed(crowd, 50), *both):
        (first, hidden), (second, _) = layout.layers(child.values)
        np.testing.assert_array_equal(first, np.tile(hidden, (13, 1)))
        np.testing.assert_array_equal(second, np.tile(hidden[:, None], 3))
        mixed += len(set(hidden.tolist())) > 1
    assert mixed > 50


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


def test_what_the_user_registers_takes_part_in_breeding():
    toolbox = graft(seed=16, hidden=(3,), rate=0.0, parents=3, cutoff=1.0)
    crowd = marked(toolbox, [10.0] * 6)
    calls: dict[str, int] = {"mate": 0, "mutate": 0}

    def mate(a, b):
        calls["mate"] += 1
        a.values += b.values
        return a, b

    def mutate(individual):
        calls["mutate"] += 1
        assert not individual.fitness.valid
        individual.values += 100
        return (individual,)

    toolbox.register("select", lambda individuals, k: [individuals[i % 3] for i in range(k)])
    children = toolbox.breed(crowd, 4)
    assert set(np.concatenate([child.values for child in children])) == {0, 1, 2}
    toolbox.register("mutate", mutate)
    children = toolbox.breed(crowd, 4)
    assert calls == {"mate": 0, "mutate": 4}
    assert set(np.concatenate([child.values for child in children])) == {100, 101, 102}
    toolbox.register("mate", mate)
    children = toolbox.breed(crowd, 4)
    assert calls == {"mate": 8, "mutate": 8}
    assert all((child.values == 0 + 1 + 2 + 100).all() for child in children)
    assert [child.inherited_trust for child in children] == [pytest.approx(SHARE * 30)] * 4
    assert all((individual.values == number).all() for number, individual in enumerate(crowd))


def test_nobody_outlives_a_generation():
    toolbox = graft(seed=17, hidden=(3,))
    parents, offspring = evaluated(toolbox, 4), evaluated(toolbox, 4)
    assert toolbox.replace(parents, offspring) is offspring


@pytest.mark.parametrize("settings", [{}, {"crossover": "neurons", "parents": 4, "patch": 3}])
def test_results_do_not_depend_on_the_threads(settings):
    def run(threads):
        toolbox = graft("digits", seed=18, threads=threads, **settings)
        run = studies.evolve(toolbox, population=30, generations=3, progress=False)
        return [(individual.values.tobytes(), trust(individual)) for individual in run.population]

    assert run(1) == run(2) == run(5)


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


# Learning.


@pytest.mark.parametrize(
    ("settings", "bound"), [({}, 0.35), ({"preset": "improved", "generations": 120}, 0.5)]
)
def test_digits_are_learned_far_above_chance(settings, bound):
    toolbox = graft("digits", seed=20, hidden=(16,), **settings)
    run = studies.evolve(toolbox, population=60, generations=120, progress=False)
    assert toolbox.problem.score(run.network) > bound  # chance is a tenth


def test_without_child_mutation_all_become_one_genome_and_learning_ends():
    toolbox = graft("digits", seed=20, hidden=(4,), rate=0.0)
    run = studies.evolve(toolbox, population=20, generations=100, progress=False)
    last = run.population[0].values.copy()
    assert all((individual.values == last).all() for individual in run.population)
    children = toolbox.breed(run.population, 5)
    assert all((child.values == last).all() for child in children)


def test_a_problems_own_reward_drives_trust():
    toolbox = graft("cartpole", seed=22, hidden=(6,))
    run = studies.evolve(toolbox, population=12, generations=3, progress=False)
    for individual in run.population:
        reward = toolbox.problem.measure([toolbox.develop(individual)])[0]
        expected = (1 - DECAY) * individual.inherited_trust + 10 * reward
        assert trust(individual) == pytest.approx(expected, rel=1e-12)
        assert individual.inherited_trust > 0


def test_a_published_genome_as_an_individual_scores_its_published_count():
    network = load_genreg(fixture_path("genreg", "published_784-32-10_gen565.pkl"))
    try:
        mnist = problem("mnist")
    except ValueError as error:
        pytest.skip(f"MNIST is absent: {error}")
    toolbox = plugins.graft(base.Toolbox(), "genreg", mnist, hidden=(32,))
    individual = toolbox.individual()
    individual.values[:] = DenseLayout((784, 32, 10)).flatten(network)
    assert round(mnist.score(toolbox.develop(individual)) * 10_000) == 7252
    assert toolbox.develop(individual) == network


# Bad input.


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

    settings: dict[str, Any] = {"population": 8, "progress": False, "generations": 5}
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


def test_no_children_are_bred_where_none_are_wanted():
    toolbox = graft(seed=26, hidden=(3,))
    assert toolbox.breed(evaluated(toolbox, 4), 0) == []


def test_a_patch_larger_than_any_image_is_refused():
    with pytest.raises(ValueError, match="patch must be"):
        graft("digits", patch=10**30)


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
