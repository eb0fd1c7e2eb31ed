import copy
import random
from functools import cache

import numpy as np
import pytest
from deap import algorithms, base, creator, tools

from evograft import plugins, problems, studies
from evograft.operators import neuron_strategy
from evograft.representations.neuron_noise import Neighbour
from evograft.representations.weight_vector import WeightVector

SMALL = {"population": 64, "hidden": (16,), "images_per_class": 30, "generations": 150}


@pytest.fixture(autouse=True)
def small_table(monkeypatch):
    """Less noise to draw, as every strategy here draws its own."""
    monkeypatch.setattr(neuron_strategy, "TABLE", 2**17)


load = cache(problems.load)


def graft(problem="wine", individual=None, rng=None, **settings):
    loaded = load(problem) if isinstance(problem, str) else problem
    extra = {} if individual is None else {"individual": individual}
    return plugins.graft(
        base.Toolbox(), "lowrank-es", loaded, seed=rng, **extra, **(SMALL | settings)
    )


def accuracy(toolbox, individual):
    problem = toolbox.problem
    return problem.progress(toolbox.develop(individual))["test_accuracy"]


def mean_of(toolbox):
    return toolbox.state()["strategy"]["mean"]


def ask_and_tell(toolbox, generations):
    for _ in range(generations):
        asked = toolbox.generate()
        for one, values in zip(asked, toolbox.map(toolbox.evaluate, asked), strict=True):
            one.fitness.values = values
        toolbox.update(asked)
    return toolbox


@pytest.mark.parametrize(
    ("problem", "settings", "bound"),
    [
        ("wine", {}, 0.85),
        ("digits", {"population": 128, "hidden": (32,), "generations": 300}, 0.91),
        ("digits", {"population": 128, "generations": 300, "activation": "tanh"}, 0.89),
        ("wdbc", {}, 0.9),
    ],
)
def test_deaps_own_loop_learns_to_classify(problem, settings, bound):
    random.seed(1)
    toolbox = graft(problem, **settings)
    hall, statistics = tools.HallOfFame(2), tools.Statistics(lambda one: one.fitness.values[0])
    statistics.register("mean", np.mean)
    statistics.register("min", np.min)
    population, log = algorithms.eaGenerateUpdate(
        toolbox,
        ngen=toolbox.defaults.generations,
        halloffame=hall,
        stats=statistics,
        verbose=False,
    )
    recommended = toolbox.recommend()
    assert accuracy(toolbox, recommended) > bound
    assert not recommended.fitness.valid
    assert log[-1]["mean"] < 0.5 * log[0]["mean"]
    assert {row["nevals"] for row in log} == {len(population)} == {toolbox.defaults.population}
    assert hall[0].fitness.values[0] == min(log.select("min"))
    assert hall[0] != hall[1]
    assert accuracy(toolbox, hall[0]) > bound - 0.1


def test_the_defaults_are_those_of_the_parameters():
    toolbox = plugins.graft(base.Toolbox(), "lowrank-es", problems.load("wine"))
    assert dict(toolbox.defaults) == {
        "cxpb": 0.5,
        "mutpb": 1.0,
        "population": 512,
        "generations": 50_000,
    }
    smallest = np.bincount(toolbox.problem.y_train).min()
    assert smallest < 100
    assert len(toolbox.evaluate.sample().labels) == 3 * smallest


def one_by_one(toolbox, asked):
    return np.array([toolbox.evaluate(WeightVector(one.values))[0] for one in asked])


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("problem", ["wine", "digits"])
def test_a_generation_at_once_has_the_losses_of_its_networks_one_by_one(problem, activation):
    random.seed(2)
    toolbox = ask_and_tell(graft(problem, activation=activation), 20)
    asked = toolbox.generate()
    found = np.array(list(toolbox.map(toolbox.evaluate, asked)))
    assert found.shape == (64, 1)
    assert all("values" not in one.__dict__ for one in asked), "no network was made"
    np.testing.assert_allclose(found[:, 0], one_by_one(toolbox, asked), rtol=1e-5)
    # Now that their weights are made, they are measured as any others.
    slow = np.array(toolbox.evaluate.batch(asked))
    np.testing.assert_allclose(found, slow, rtol=1e-5)
    assert np.ptp(found) > 1e-3


def test_networks_that_are_quite_wrong_have_the_same_loss_either_way():
    random.seed(2)
    toolbox = graft("digits", start=100.0, sigma=10.0)
    asked = toolbox.generate()
    found = np.array(toolbox.evaluate.batch(asked))[:, 0]
    assert (found > 5).any()
    np.testing.assert_allclose(found, one_by_one(toolbox, asked), rtol=1e-4)


def test_a_network_that_was_changed_is_measured_as_it_is():
    random.seed(3)
    toolbox = graft()
    for change in (
        lambda one: one.__setitem__(slice(0, 50), 0.0),
        lambda one: setattr(one, "values", np.zeros_like(one.values)),
        lambda one: setattr(one, "values", np.zeros(len(one), np.float32)),
    ):
        asked = toolbox.generate()
        change(asked[7])
        found = np.array(toolbox.evaluate.batch(asked))[:, 0]
        np.testing.assert_allclose(found, one_by_one(toolbox, asked), rtol=1e-5)


def test_a_replaced_development_is_used():
    random.seed(4)
    toolbox = graft()
    own, developed = toolbox.develop, []

    def develop(one):
        developed.append(one)
        return own(one)

    toolbox.register("develop", develop)
    asked = toolbox.generate()
    found = np.array(toolbox.evaluate.batch(asked))
    assert len(developed) == 64
    toolbox.register("develop", own)
    np.testing.assert_allclose(found, toolbox.evaluate.batch(asked), rtol=1e-5)


@pytest.mark.parametrize("objectives", [("loss", "error"), ("error", "connections")])
def test_other_objectives_than_the_loss_are_measured_too(objectives):
    random.seed(5)
    toolbox = ask_and_tell(graft(objectives=objectives), 3)
    asked = toolbox.generate()
    found = np.array(toolbox.evaluate.batch(asked))
    assert found.shape == (64, 2)
    slow = [toolbox.evaluate(WeightVector(one.values)) for one in asked]
    np.testing.assert_allclose(found, slow, rtol=1e-5)


def test_trust_is_climbed_too():
    random.seed(6)
    toolbox = graft(objectives=("trust",), decision="expected", learning_rate=0.05)
    ask_and_tell(toolbox, 100)
    (weight,) = toolbox.generate()[0].fitness.weights
    assert weight == 1.0
    assert accuracy(toolbox, toolbox.recommend()) > 0.75


if not hasattr(creator, "LowRankIndividual"):
    creator.create("LowRankFitness", base.Fitness, weights=(-1.0,))
    creator.create("LowRankIndividual", WeightVector, fitness=creator.LowRankFitness)


def test_a_class_of_the_users_goes_the_same_way():
    toolboxes = []
    for individual in (None, creator.LowRankIndividual):
        random.seed(7)
        toolboxes.append(ask_and_tell(graft(individual=individual), 8))
    ours, theirs = toolboxes
    np.testing.assert_allclose(mean_of(theirs), mean_of(ours), atol=1e-3)
    assert np.abs(mean_of(ours)).max() > 0.5
    assert type(ours.generate()[0]) is Neighbour
    assert type(theirs.generate()[0]) is creator.LowRankIndividual
    recommended = theirs.recommend()
    assert type(recommended) is creator.LowRankIndividual
    np.testing.assert_allclose(recommended.values, ours.recommend().values, atol=1e-3)


def test_a_class_of_the_users_is_told_in_any_order():
    toolboxes = []
    for shuffled in (False, True):
        random.seed(7)
        toolbox = graft(individual=creator.LowRankIndividual)
        asked = toolbox.generate()
        for one, values in zip(asked, toolbox.map(toolbox.evaluate, asked), strict=True):
            one.fitness.values = values
        toolbox.update(asked[::-1] if shuffled else asked)
        toolboxes.append(toolbox)
    np.testing.assert_array_equal(*map(mean_of, toolboxes))


def test_neither_threads_nor_the_map_change_the_way():
    means = []
    for threads, change in ((1, None), (2, None), (None, lambda asked: copy.deepcopy(asked))):
        random.seed(8)
        toolbox = graft(threads=threads)
        for _ in range(5):
            asked = toolbox.generate()
            told = asked if change is None else change(asked)
            for one, values in zip(told, toolbox.map(toolbox.evaluate, told), strict=True):
                one.fitness.values = values
            toolbox.update(told)
        means.append(mean_of(toolbox))
    np.testing.assert_array_equal(means[0], means[1])
    np.testing.assert_allclose(means[2], means[0], atol=1e-3)  # copies are measured one by one


def test_a_seed_alone_repeats_and_leaves_random_alone():
    before = random.getstate()
    means = [mean_of(ask_and_tell(graft(rng=seed), 3)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(means[0], means[1])
    assert not np.array_equal(means[0], means[2])
    assert random.getstate() == before


def test_cartpole_is_climbed_one_by_one():
    random.seed(9)
    problem = problems.load("cartpole", episodes=3)
    toolbox = graft(problem, population=16, hidden=(4,), generations=40, learning_rate=0.1)
    before = toolbox.develop(toolbox.recommend())
    run = studies.evolve(toolbox, generations=25, progress=False)
    assert all(np.isfinite(one.fitness.values).all() for one in run.population)
    assert problem.measure([run.network])[0] > problem.measure([before])[0]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"population": 9}, ValueError, "population must be even, for pairs, got 9"),
        ({"population": 0}, ValueError, "population must be an integer of at least 2, got 0"),
        ({"hidden": (4, 4)}, ValueError, r"hidden must be one layer .*, got \(4, 4\)"),
        ({"hidden": ()}, ValueError, r"hidden must be one layer .*, got \(\)"),
        ({"hidden": 4}, TypeError, "hidden must be a tuple of integers, got 4"),
        ({"sigma": 0}, ValueError, "sigma must be a number above 0, got 0"),
        ({"learning_rate": 0.0}, ValueError, "learning_rate must be a number above 0, got 0.0"),
        ({"start": -1}, ValueError, "start must be a number above 0, got -1"),
        ({"components": 0}, ValueError, "components must be an integer of at least 1, got 0"),
        ({"power": 2}, ValueError, "power must be a number from 0 to 1, got 2"),
        ({"averaged": -0.1}, ValueError, "averaged must be a number from 0 to 1, got -0.1"),
        ({"bias_scale": 0}, ValueError, "bias_scale must be a number above 0, got 0"),
        ({"output_scale": "wide"}, TypeError, "output_scale must be a number"),
        ({"output_bias_scale": 0}, ValueError, "output_bias_scale must be a number above 0"),
        ({"generations": 0}, ValueError, "generations must be an integer of at least 1, got 0"),
        ({"max_shift": 1}, ValueError, "max_shift must be off unless for images .*, got 1 for"),
        ({"objectives": ("reward",)}, ValueError, "objectives must be one of 'trust', 'loss'"),
    ],
)
def test_bad_parameters_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        graft(**settings)


def test_a_class_of_the_users_must_have_a_fitness_of_the_same_sign():
    with pytest.raises(ValueError, match="individual must have fitness weights"):
        graft(individual=creator.LowRankIndividual, objectives=("trust",))


@pytest.mark.parametrize("seed", [None, 5])
def test_a_run_resumes_bit_for_bit_and_recommends_the_average(tmp_path, seed):
    settings = {"progress": False, "pictures": False, "checkpoint_seconds": 0}

    def evolve(generations, **more):
        random.seed(10)
        toolbox = graft(rng=seed, generations=9, averaged=1.0)
        return studies.evolve(toolbox, generations=generations, **settings, **more)

    whole = evolve(9)
    evolve(4, out=tmp_path / "run")
    resumed = evolve(9, out=tmp_path / "run", resume=True)
    assert list(resumed.logbook) == list(whole.logbook)
    for name, value in whole.toolbox.state()["strategy"].items():
        np.testing.assert_array_equal(resumed.toolbox.state()["strategy"][name], value)
    np.testing.assert_array_equal(resumed.best.values, whole.best.values)
    np.testing.assert_array_equal(whole.best.values, whole.toolbox.recommend().values)
    assert [one.fitness.values for one in resumed.population] == [
        one.fitness.values for one in whole.population
    ]
    assert [row["gen"] for row in whole.logbook] == list(range(1, 10))
    assert {row["nevals"] for row in whole.logbook} == {64}
    assert whole.logbook[-1]["test_accuracy"] == accuracy(whole.toolbox, whole.best)
    assert all(0 <= row["test_accuracy"] <= 1 for row in whole.logbook)
    assert whole.logbook[-1]["connections"] == 16 * 13 + 16 * 3


@pytest.mark.parametrize("other", [{"sigma": 0.2}, {"output_scale": 0.6}, {"hidden": (8,)}])
def test_a_run_can_go_on_with_another_sigma_but_in_no_other_space(tmp_path, other):
    random.seed(11)
    settings = {"progress": False, "pictures": False, "out": tmp_path / "run"}
    studies.evolve(graft(), generations=2, **settings)
    toolbox = graft(**other)
    if "sigma" in other:
        assert studies.evolve(toolbox, generations=3, resume=True, **settings).generation == 3
        return
    (name,) = other
    with pytest.raises(ValueError, match=name):
        studies.evolve(toolbox, generations=3, resume=True, **settings)


def test_deaps_other_loops_take_the_individuals_as_well():
    random.seed(12)
    toolbox = graft(population=20)
    population = toolbox.generate()
    population, _ = algorithms.eaSimple(population, toolbox, 0.5, 0.5, ngen=3, verbose=False)
    assert all(one.fitness.valid for one in population)
    assert all("neighbourhood" not in one.__dict__ for one in population)
    with pytest.raises(ValueError, match="individuals must be the 20 of the last generation"):
        toolbox.update(population)


def test_an_update_wants_evaluated_individuals_and_a_run_a_generation():
    toolbox = plugins.graft(base.Toolbox(), "lowrank-es", problems.load("wine"), population=8)
    with pytest.raises(ValueError, match="individuals must be evaluated before an update"):
        toolbox.update(toolbox.generate())
    with pytest.raises(ValueError, match="generations must be an integer of at least 1, got 0"):
        studies.evolve(toolbox, generations=0, progress=False)


def test_a_checkpoint_holds_the_strategy_and_no_population(tmp_path):
    toolbox = plugins.graft(base.Toolbox(), "lowrank-es", problems.load("wine"), population=256)
    studies.evolve(toolbox, generations=2, out=tmp_path / "run", progress=False, pictures=False)
    assert (tmp_path / "run/checkpoint.pickle").stat().st_size < 100_000
