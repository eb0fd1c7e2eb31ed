"""One-vs-all: c independent runs of a method in one, and what joins them."""

import copy
import pickle
import random
from dataclasses import dataclass

import numpy as np
import pytest
from contract_kinds import genes
from deap import algorithms, base, creator, tools
from sklearn.datasets import load_wine

from evograft import plugins, problems, studies
from evograft.plugins import registry
from evograft.plugins._evaluation import batch_map
from evograft.plugins._ova_breeding import columns_of
from evograft.plugins._ova_evaluation import mean_values
from evograft.problems.objectives import WORST
from evograft.problems.one_vs_rest import one_vs_rest
from evograft.representations.one_vs_all import OneVsAllNetwork
from evograft.studies.model import can_save, load_model


@pytest.fixture(scope="module")
def wine():
    return problems.load("wine")


def graft(name, problem, **settings):
    return plugins.graft(base.Toolbox(), name, problem, **settings)


def evolve(toolbox, **settings):
    return studies.evolve(toolbox, progress=False, **settings)


def alone(name, problem, number, seed, **parameters):
    """A toolbox of the method itself, for one class, with the Generator of that class."""
    plugin, toolbox = plugins.get(name), base.Toolbox()
    toolbox.register("map", batch_map)
    rng = np.random.default_rng(seed).spawn(problem.n_classes)[number]
    toolbox.method = {}
    toolbox.problem = one_vs_rest(problem, number)
    toolbox.defaults = plugin.register(
        plugins.Graft(toolbox, toolbox.problem, plugin.configure(None, parameters), rng=rng)
    )
    return toolbox


# With these rates DEAP's varAnd, which draws from Python's stream, takes the same turns whatever
# it draws; all else is drawn from the Generators.
@pytest.mark.parametrize(
    ("name", "parameters"),
    [("neat", {}), ("mge", {"cxpb": 1.0, "gene_length": 40}), ("mu-mge", {"cxpb": 1.0})],
)
def test_a_run_is_as_many_independent_runs_of_the_method(wine, name, parameters):
    whole = evolve(graft(f"ova:{name}", wine, seed=5, **parameters), population=20, generations=8)
    columns = columns_of(whole.toolbox.mate.keywords["classes"], whole.population)
    best = []
    for number, column in enumerate(columns):
        run = evolve(alone(name, wine, number, 5, **parameters), population=20, generations=8)
        assert [genes(part) for part in column] == [genes(one) for one in run.population]
        assert [part.fitness.values for part in column] == [
            one.fitness.values for one in run.population
        ]
        best.append(run.network)
    assert whole.network == OneVsAllNetwork(best)
    assert len({part.to_dict().__repr__() for part in best}) == 3


def test_the_first_survivor_has_the_best_part_of_every_class(wine):
    run = evolve(graft("ova:neat", wine, seed=1), population=20, generations=3)
    for number in range(3):
        losses = [one[number].fitness.values[0] for one in run.population]
        assert losses == sorted(losses)
    evaluate = run.toolbox.evaluate
    for one in run.population:  # though it was never evaluated as a whole
        assert one.fitness.values == evaluate(one)
        assert one.fitness.values == mean_values([part.fitness.values for part in one])
    assert run.best == run.population[0]


def test_an_evaluation_is_that_of_one_network_per_class(wine):
    run = evolve(graft("ova:mge", wine, seed=1), population=6, generations=2)
    assert [row["nevals"] for row in run.logbook] == [6, 6, 6]


def test_objectives_are_those_of_all_classes_together(wine):
    toolbox = graft("ova:mge", wine, seed=2, objectives=("error", "neurons"))
    run = evolve(toolbox, population=12, generations=4)
    for one in run.population:
        network = toolbox.develop(one)
        right = wine.predict(network, wine.X_train) == wine.y_train
        if network.complexity().connections:
            expected = (1 - right.mean(), network.complexity().neurons)
            assert one.fitness.values == pytest.approx(expected)
    own = toolbox.classes[1]
    parts = [one[1] for one in run.population]
    assert [part.fitness.values for part in parts] == own.evaluate.batch(parts)


@pytest.mark.parametrize(
    ("name", "settings"), [("neat", {"recurrent": True}), ("recurrent-mge", {}), ("mge", {})]
)
def test_sizes_are_those_of_the_networks_of_parts_and_individuals(wine, name, settings):
    sizes = ("neurons", "connections", "operations")
    random.seed(2)
    toolbox = graft(f"ova:{name}", wine, objectives=sizes, **settings)
    for one in toolbox.population(n=3):
        parts = [own.develop(part) for own, part in zip(toolbox.classes, one, strict=True)]
        expected = [[getattr(part.complexity(), size) for size in sizes] for part in parts]
        values = toolbox.evaluate(one)
        assert [list(own) for own in values.parts] == expected
        assert list(values) == np.sum(expected, axis=0).tolist()


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(
    ("name", "settings"),
    [("neat", {"add_node": 0.5, "threshold": 1.0}), ("mge", {"gene_length": 40}), ("ge", {})],
)
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    wine, name, settings, seed, tmp_path
):
    def run(generations, out, **more):
        return evolve(
            graft(f"ova:{name}", wine, seed=seed, **settings), population=8, pictures=False,
            generations=generations, out=tmp_path / out, checkpoint_seconds=0, **more,
        )  # fmt: skip

    def outcome(run):
        parts = [[(genes(part), part.fitness.values) for part in one] for one in run.population]
        return parts, [one.fitness.values for one in run.population], list(run.logbook)

    random.seed(12)
    whole = run(5, "whole")
    after = random.getstate()
    random.seed(12)
    run(2, "parts")
    random.seed(99)
    resumed = run(5, "parts", resume=True)
    assert outcome(resumed) == outcome(whole)
    assert genes(resumed.best) == genes(whole.best)
    assert random.getstate() == after
    own, other = (each.toolbox.state() for each in (resumed, whole))
    assert own["rng"] == other["rng"]
    assert own["classes"] == other["classes"]
    assert (tmp_path / "parts/log.csv").read_bytes() == (tmp_path / "whole/log.csv").read_bytes()


def test_values_of_the_parts_come_back_from_workers(wine, spawned):
    toolbox = graft("ova:neat", wine, seed=4)
    toolbox.register("map", spawned)
    evaluate = toolbox.evaluate.func
    here = []

    def class_values(individuals):
        here.extend(individuals)
        return []

    evaluate.class_values = class_values
    ran = evolve(toolbox, population=8, generations=3)
    assert here == []
    serial = evolve(graft("ova:neat", wine, seed=4), population=8, generations=3)
    assert [genes(one) for one in ran.population] == [genes(one) for one in serial.population]


def plain_class():
    if not hasattr(creator, "PlainOneVsAll"):
        creator.create("PlainLoss", base.Fitness, weights=(-1.0,))
        creator.create("PlainOneVsAll", list, fitness=creator.PlainLoss)
    return creator.PlainOneVsAll


@pytest.mark.parametrize("name", ["ova:neat", "ova:mge"])
def test_a_fitness_that_loses_the_values_of_the_parts_changes_nothing(wine, name):
    def run(**settings):
        random.seed(6)
        return evolve(graft(name, wine, seed=6, **settings), population=10, generations=4)

    own, plain = run(), run(individual=plain_class())
    assert type(plain.best).__name__ == "PlainOneVsAll"
    assert [genes(one) for one in plain.population] == [genes(one) for one in own.population]
    assert list(plain.logbook) == list(own.logbook)


def test_who_fails_as_a_whole_fails_in_every_class(wine):
    toolbox = graft("ova:mge", wine, seed=7)
    population = toolbox.population(n=6)
    for one, values in zip(population, toolbox.map(toolbox.evaluate, population), strict=True):
        one.fitness.values = values
    population[2].fitness.values = (WORST,)
    toolbox.replace(population, population)
    assert [part.fitness.values for part in population[2]] == [(WORST,)] * 3
    assert all(part.fitness.values != (WORST,) for one in population[:2] for part in one)


def test_every_class_has_its_say_in_selection(wine):
    """A tournament of everybody picks the best of a class, so picks tell whose turn it was."""
    toolbox = graft("ova:mge", wine, seed=11, tournament=400)
    population = toolbox.population(n=9)
    for one, values in zip(population, toolbox.map(toolbox.evaluate, population), strict=True):
        one.fitness.values = values
    values = np.array([one.fitness.parts for one in population])[..., 0]
    best = values.argmin(axis=0).tolist()
    assert len({*best}) == 3
    seen = set()
    for _ in range(20):
        picks = [population.index(pick) for pick in toolbox.select(population, 7)]
        first = best.index(picks[0])
        assert picks == [best[(first + turn) % 3] for turn in range(7)]
        seen.add(first)
    assert seen == {0, 1, 2}
    assert toolbox.select(population, 0) == []


def test_mating_and_mutation_stay_within_the_class(wine):
    toolbox = graft("ova:mge", wine, seed=9)
    a, b = toolbox.population(n=2)
    for _ in range(5):
        genes_of = [{*a[k], *b[k]} for k in range(3)]
        lengths = [len(a[k]) + len(b[k]) for k in range(3)]
        a, b = toolbox.mate(a, b)
        assert [{*a[k], *b[k]} for k in range(3)] == genes_of
        assert [len(a[k]) + len(b[k]) for k in range(3)] == lengths
    assert not any(part.fitness.valid for part in (*a, *b))


def test_a_users_operator_for_whole_individuals_takes_part_in_a_run(wine):
    calls = []

    def nothing(individual):
        calls.append(len(individual))
        return (individual,)

    toolbox = graft("ova:neat", wine, seed=1, cxpb=0.0)
    toolbox.register("mutate", nothing)
    first = toolbox.population(n=6)
    known = [[part.to_dict() for part in column] for column in zip(*first, strict=True)]
    run = evolve(toolbox, population=first, generations=2)
    assert calls == [3] * 12
    for one in run.population:
        assert all(part.to_dict() in column for part, column in zip(one, known, strict=True))


def test_the_operators_of_a_class_can_be_replaced(wine):
    toolbox = graft("ova:mge", wine, seed=1, cxpb=0.0)
    toolbox.classes[1].register("mutate", lambda part: (part,))
    first = toolbox.population(n=6)
    known = [{gene for one in first for gene in one[k]} for k in range(3)]
    run = evolve(toolbox, population=first, generations=5)
    found = [{gene for one in run.population for gene in one[k]} for k in range(3)]
    assert [found[k] <= known[k] for k in range(3)] == [False, True, False]


def test_a_development_of_the_users_own_is_measured_by_its_loss(wine):
    toolbox = graft("ova:neat", wine, seed=1)
    original = toolbox.develop
    toolbox.register("develop", lambda one: original(one))
    for one in toolbox.population(n=3):
        P = original(one).forward(wine.X_train)
        expected = -np.log(P[np.arange(len(P)), wine.y_train]).mean()
        assert toolbox.evaluate(one) == pytest.approx((expected,), rel=1e-5)
    trusted = graft("ova:genreg", wine)
    trusted.register("develop", lambda one: original(one))
    with pytest.raises(ValueError, match="objectives must be given for a development of your own"):
        trusted.evaluate(trusted.individual())


@pytest.mark.parametrize("name", ["ova:neat", "ova:mge"])
def test_an_evaluation_of_the_users_own_is_what_a_run_goes_by(wine, name):
    """What is wanted has nothing to do with the classes' losses."""
    evaluated = []

    def total(one):
        return sum(part.weights.sum() if name == "ova:neat" else len(part) for part in one)

    def evaluate(individual):
        evaluated.append(individual)
        return (float(total(individual)),)

    toolbox = graft(name, wine, seed=1)
    toolbox.register("evaluate", evaluate)
    for own in toolbox.classes:
        own.evaluate.func.values = None  # who asks for losses fails
    run = evolve(toolbox, population=20, generations=6)
    for one in run.population:
        assert one.fitness.values == (total(one),)
        assert [part.fitness.values for part in one] == [one.fitness.values] * 3
    assert run.logbook[-1]["mean"] < run.logbook[0]["mean"]
    assert len(evaluated) == sum(row["nevals"] for row in run.logbook)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, 200),
        ({"population": 21}, 21),
        ({"share_budget": True}, 66),
        ({"preset": "shared-budget", "population": 150}, 50),
        ({"preset": "shared-budget", "population": 45}, 14),
        ({"preset": "shared-budget", "population": 9}, 10),
    ],
)
def test_classes_can_share_the_budget(wine, settings, expected):
    toolbox = graft("ova:mge", wine, **settings)
    assert toolbox.defaults.population == expected
    assert toolbox.classes[2].defaults.population == expected


def test_classes_share_the_memory_of_their_method(wine):
    toolbox = graft("ova:mge", wine, cache_bytes=3000)
    forwards = [own.evaluate.func._arguments[2] for own in toolbox.classes]
    assert [forward.keywords["cache_bytes"] for forward in forwards] == [1000] * 3


@pytest.mark.parametrize("name", ["ova:genreg", "ova:lowrank-es"])
def test_any_method_of_classification_serves(wine, name):
    def outcome(parts):
        random.seed(3)
        settings = {"seed": 3, "population": 8, "generations": 4}
        run = evolve(graft(name, wine, **settings), generations=parts)
        return run, [[part.values.tobytes() for part in one] for one in run.population]

    run, population = outcome(4)
    assert outcome(4)[1] == population
    assert wine.score(run.network) > 0.3
    assert run.network.complexity().neurons == 3 * 64
    random.seed(4)
    toolbox = graft(name, wine, seed=3, population=8)
    loop = toolbox.population(n=8)
    algorithms.eaSimple(loop, toolbox, 0.5, 0.5, 2, verbose=False)
    assert all(one.fitness.valid for one in loop)


def test_an_evolution_strategy_moves_each_class_by_its_own_loss(wine):
    settings = {"population": 8, "generations": 5, "hidden": (4,)}
    whole = evolve(graft("ova:lowrank-es", wine, seed=5, **settings))
    for number in range(3):
        run = evolve(alone("lowrank-es", wine, number, 5, **settings))
        assert run.best == whole.best[number]


def test_samples_are_refreshed_once_for_every_class(wine):
    toolbox = graft("ova:genreg", wine, seed=5)
    before = [state["seed"] for state in toolbox.state()["classes"]]
    toolbox.map(toolbox.evaluate, toolbox.population(n=2))
    after = toolbox.state()["classes"]
    assert before == [0, 0, 0]
    assert len({state["seed"] for state in after} - {0}) == 3
    assert [state["generation"] for state in after] == [0, 0, 0]


def test_a_copied_toolbox_shares_nothing_that_changes():
    for name in ("ova:neat", "ova:genreg"):
        toolbox = graft(name, problems.load("wine"), seed=1, population=8)
        twin = copy.deepcopy(toolbox)
        before = pickle.dumps(toolbox.state())
        ran = evolve(twin, population=8, generations=2)
        assert pickle.dumps(toolbox.state()) == before
        again = evolve(toolbox, population=8, generations=2)
        assert [one.fitness.values for one in again.population] == [
            one.fitness.values for one in ran.population
        ]


def test_what_a_run_leaves_behind_can_be_used(wine, tmp_path):
    run = evolve(graft("ova:mge", wine, seed=1), population=8, generations=2, out=tmp_path / "run")
    model = load_model(tmp_path / "run" / "network.json")
    assert model.network == run.network
    raw = load_wine().data
    decided = run.network.forward(wine.scaler.transform(raw)).argmax(axis=1)
    assert model.predict(raw) == [wine.class_names[k] for k in decided]
    assert (tmp_path / "run" / "network.png").exists()


def test_networks_of_a_class_of_others_are_not_saved(wine):
    class Foreign:
        n_inputs, n_outputs = 13, 1

    network = graft("ova:mge", wine, seed=1).develop(graft("ova:mge", wine, seed=1).individual())
    assert can_save(network)
    assert not can_save(OneVsAllNetwork([*network.networks[:2], Foreign()]))


def test_stock_loops_improve_what_they_began_with(wine):
    random.seed(2)
    toolbox = graft("ova:neat", wine, seed=2)
    hall = tools.HallOfFame(1)
    algorithms.eaSimple(
        toolbox.population(n=30), toolbox, 0.5, 1.0, 15, halloffame=hall, verbose=False
    )
    start = min(toolbox.evaluate.batch(graft("ova:neat", wine, seed=2).population(n=30)))
    assert hall[0].fitness.values < start


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ova:neet", "unknown method 'ova:neet': did you mean 'ova:neat'"),
        ("ova:genregg", "unknown method 'ova:genregg': did you mean 'ova:genreg'"),
        ("ova:ova:neat", "ova: must stand before a method once, got 'ova:ova:neat'"),
        ("ova:", "unknown method 'ova:'"),
    ],
)
def test_a_name_that_means_nothing_is_refused(name, message):
    with pytest.raises(ValueError, match=message):
        plugins.get(name)


def test_problems_that_it_cannot_solve_are_refused(wine):
    with pytest.raises(ValueError, match="of three classes or more for one-vs-all, as neat itself"):
        graft("ova:neat", problems.load("wdbc"))
    with pytest.raises(ValueError, match="problem must be classification for one-vs-all"):
        graft("ova:neat", problems.load("cartpole"))
    with pytest.raises(ValueError, match="problem must be"):
        graft("ova:morphonas", wine)
    with pytest.raises(ValueError, match=r"objectives must be one of 'loss'.*got 'trust'"):
        graft("ova:genreg", wine, objectives=("trust",))
    with pytest.raises(ValueError, match="share_budget must be one of True, False, got 3"):
        graft("ova:neat", wine, share_budget=3)
    with pytest.raises(ValueError, match="unknown parameter of ova:neat 'share_buget'"):
        graft("ova:neat", wine, share_buget=True)
    toolbox = graft("ova:neat", wine)
    with pytest.raises(ValueError, match="a part for each of 3 classes, got 2"):
        toolbox.evaluate(toolbox.individual()[:2])


def test_a_plugin_of_others_serves_by_its_name_unless_it_takes_the_parameter(monkeypatch, wine):
    monkeypatch.setattr(registry, "_registered", {})
    mge = plugins.get("mge")
    mine = plugins.Plugin("mine", "is mge", "none", mge.parameters, mge.register)
    plugins.register(mine)
    assert plugins.get("ova:mine").name == "ova:mine"
    assert graft("ova:mine", wine).individual()[0]

    @dataclass(frozen=True)
    class Taken:
        share_budget: int = 3

    plugins.register(plugins.Plugin("taken", "", "none", Taken, mge.register))
    with pytest.raises(ValueError, match="taken must have no parameter 'share_budget'"):
        plugins.get("ova:taken")
