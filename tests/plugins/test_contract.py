"""The contract that every plug-in keeps, now and later: one suite over the registry.

Small problems, a population of 8 and two generations keep it affordable; every loop and tool is
DEAP's own. A method is tried on every kind of problem that it takes.
"""

import math
import multiprocessing
import pickle
import random
from functools import partial

import numpy as np
import pytest
from contract_kinds import BASES, KINDS, PAIRS, genes, plain, samples_of
from deap import algorithms, base, creator, tools

from evograft import plugins, studies

ALIASES = ("individual", "population", "develop", "evaluate", "mate", "mutate", "select", "map")
VARIATION = {"cxpb": 0.5, "mutpb": 0.4}


def test_every_method_takes_some_kind_of_problem():
    assert {name for name, _ in PAIRS} == set(plugins.names())


def graft(case, **settings):
    name, kind = case
    return plugins.graft(base.Toolbox(), name, KINDS[kind].load(), **settings)


def ea_simple(toolbox, population, generations=2, **settings):
    return algorithms.eaSimple(
        population, toolbox, **VARIATION, ngen=generations, verbose=False, **settings
    )


def ea_mu_plus_lambda(toolbox, population, **settings):
    return algorithms.eaMuPlusLambda(
        population, toolbox, mu=8, lambda_=10, **VARIATION, ngen=2, verbose=False, **settings
    )


def ea_mu_comma_lambda(toolbox, population, **settings):
    return algorithms.eaMuCommaLambda(
        population, toolbox, mu=8, lambda_=10, **VARIATION, ngen=2, verbose=False, **settings
    )


LOOPS = [ea_simple, ea_mu_plus_lambda, ea_mu_comma_lambda]


def outcome(population):
    """What two equal runs must have in common."""
    return [
        (pickle.dumps(genes(individual)), individual.fitness.values) for individual in population
    ]


def seeded_run(case, seed, *, loop=ea_simple, **settings):
    random.seed(seed)
    toolbox = graft(case, **settings)
    population, _ = loop(toolbox, toolbox.population(n=8))
    return outcome(population)


def evaluated(toolbox, n=8):
    population = toolbox.population(n=n)
    for individual, values in zip(
        population, toolbox.map(toolbox.evaluate, population), strict=True
    ):
        individual.fitness.values = values
    return population


@pytest.fixture(scope="session")
def pool():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        yield pool


@pytest.fixture(params=PAIRS, ids="-".join)
def case(request):
    return request.param


@pytest.fixture
def kind(case):
    return KINDS[case[1]]


def test_every_alias_of_the_contract_is_registered(case):
    toolbox = graft(case)
    for alias in (*ALIASES, "state", "restore"):
        assert callable(getattr(toolbox, alias)), alias
    assert toolbox.problem.kind == case[1]
    assert set(toolbox.defaults) == {"cxpb", "mutpb", "population", "generations"}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_stock_loop_runs_unmodified_and_random_seed_alone_repeats_it(case, loop):
    first = seeded_run(case, 1, loop=loop)
    random.random()
    np.random.random()  # noqa: NPY002 (a foreign draw must not matter)
    assert seeded_run(case, 1, loop=loop) == first
    assert seeded_run(case, 2, loop=loop) != first
    assert all(math.isfinite(value) for _, values in first for value in values)


def test_operators_repeat_from_the_seed_of_their_generator(case):
    def varied(seed):
        toolbox = graft(case, seed=seed)
        population = toolbox.population(n=8)
        for a, b in zip(population[::2], population[1::2], strict=True):
            toolbox.mate(a, b)
            toolbox.mutate(a)
        return [pickle.dumps(genes(individual)) for individual in population]

    random.seed(1)
    before = random.getstate()
    first = varied(5)
    assert random.getstate() == before, "a seeded toolbox must leave DEAP's stream alone"
    assert varied(5) == first
    assert varied(6) != first


def test_operators_are_closed_and_return_what_deap_expects(case, kind):
    random.seed(3)
    toolbox = graft(case)
    a, b = toolbox.population(n=2)
    for _ in range(100):
        (a,) = toolbox.mutate(a)
        a, b = toolbox.mate(a, b)
    assert isinstance(a, type(toolbox.individual()))
    for individual in (a, b):
        assert all(map(math.isfinite, toolbox.evaluate(individual)))
        kind.check(toolbox.problem, toolbox.develop(individual))


def test_develop_and_evaluate_are_pure(case):
    random.seed(4)
    toolbox = graft(case)
    individual = toolbox.individual()
    before = pickle.dumps(genes(individual)), random.getstate()
    first = toolbox.evaluate(individual)
    assert toolbox.evaluate(individual) == first
    one, other = toolbox.develop(individual), toolbox.develop(individual)
    assert plain(one) == plain(other)
    assert (pickle.dumps(genes(individual)), random.getstate()) == before


def test_a_batch_gives_what_single_evaluations_give(case, kind):
    random.seed(5)
    toolbox = graft(case, objectives=kind.several)
    population = toolbox.population(n=8)
    assert toolbox.evaluate.batch(population) == list(map(toolbox.evaluate, population))
    assert list(toolbox.map(toolbox.evaluate, population)) == toolbox.evaluate.batch(population)
    assert toolbox.evaluate.batch([]) == []


def test_the_fitness_is_that_of_the_developed_network(case, kind):
    random.seed(6)
    toolbox = graft(case, objectives=kind.several)
    problem = toolbox.problem
    if case[1] != "classification":
        for individual in toolbox.population(n=8):
            value, *sizes = toolbox.evaluate(individual)
            phenotype = toolbox.develop(individual)
            assert value == problem.measure([phenotype])[0]
            assert kind.sizes(phenotype) in (None, sizes)
        return
    X, y = samples_of(toolbox)
    for individual in toolbox.population(n=8):
        loss, error, connections, *_ = toolbox.evaluate(individual)
        network = toolbox.develop(individual)
        if network.complexity().neurons == 0:
            continue  # an invalid individual has the worst values instead
        p = network.forward(X)[np.arange(len(y)), y]
        assert loss == pytest.approx(-np.log(np.maximum(p, 1e-12)).mean(), rel=1e-5)
        right = problem.predict(network, X) == y
        assert error == pytest.approx(1 - right.mean())
        assert connections == network.complexity().connections


def test_selection_returns_references_and_changes_nothing(case):
    random.seed(7)
    toolbox = graft(case)
    population = evaluated(toolbox)
    before = outcome(population)
    chosen = toolbox.select(population, 5)
    assert len(chosen) == 5
    assert all(any(pick is individual for individual in population) for pick in chosen)
    assert outcome(population) == before


def test_every_toolbox_function_pickles(case):
    toolbox = graft(case, seed=1)
    for alias in ALIASES:
        copied = pickle.loads(pickle.dumps(getattr(toolbox, alias)))
        assert callable(copied), alias
    individual = toolbox.individual()
    copied = pickle.loads(pickle.dumps(toolbox.evaluate))
    assert copied(individual) == toolbox.evaluate(individual)
    assert copied.batch([individual]) == [toolbox.evaluate(individual)]


def test_individuals_pickle_and_clone_deeply(case):
    toolbox = graft(case)
    (individual,) = evaluated(toolbox, n=1)
    individual.trust = [1]
    for twin in (toolbox.clone(individual), pickle.loads(pickle.dumps(individual))):
        assert twin == individual
        assert twin.fitness.values == individual.fitness.values
        twin.trust.append(2)
        toolbox.mutate(twin)
        del twin.fitness.values
        assert individual.trust == [1]
        assert individual.fitness.valid


def test_a_spawned_worker_gives_the_same_run(case, pool):
    def run(pooled):
        random.seed(8)
        toolbox = graft(case)
        toolbox.register("map", pool.map if pooled else map)
        return outcome(ea_simple(toolbox, toolbox.population(n=8), generations=1)[0])

    assert run(pooled=True) == run(pooled=False)


def test_a_replaced_development_reaches_the_workers(case, kind, pool):
    toolbox = graft(case, objectives=kind.several[:1])
    toolbox.register("develop", kind.constant)
    population = toolbox.population(n=2)
    assert pool.map(toolbox.evaluate, population) == [toolbox.evaluate(population[0])] * 2


def test_a_users_development_changes_every_fitness(case, kind):
    random.seed(9)
    toolbox = graft(case, objectives=kind.several[:1])
    population = toolbox.population(n=8)
    before = list(toolbox.map(toolbox.evaluate, population))
    toolbox.register("develop", kind.constant)
    after = list(toolbox.map(toolbox.evaluate, population))
    assert len(set(after)) == 1
    assert any(a != b for a, b in zip(after, before, strict=True))
    assert after[0][0] == pytest.approx(kind.constant_value(toolbox), rel=1e-5)


def test_a_decorated_evaluation_takes_effect(case):
    toolbox = graft(case)
    population = toolbox.population(n=3)
    toolbox.decorate("evaluate", tools.DeltaPenalty(lambda individual: False, 7.0))
    # DEAP's penalty asks for the weights of the individual's fitness and replaces the values.
    assert list(toolbox.map(toolbox.evaluate, population)) == [(7.0,)] * 3


@pytest.mark.parametrize("alias", ["mate", "mutate", "select"])
def test_a_users_operator_takes_effect_in_a_stock_loop(case, alias):
    random.seed(10)
    toolbox = graft(case)
    calls = []
    original = getattr(toolbox, alias)

    def counted(*arguments, **settings):
        calls.append(alias)
        return original(*arguments, **settings)

    toolbox.register(alias, counted)
    ea_simple(toolbox, toolbox.population(n=8))
    assert calls


def created(case, *, right):
    """A class of DEAP's creator for the method, with a weight of the right sign or not."""
    (sign,) = graft(case).individual().fitness.weights
    base_class = BASES.get(case[0], list)
    name = f"{'Up' if (sign > 0) == right else 'Down'}{base_class.__name__}"
    if not hasattr(creator, name):
        weights = (sign if right else -sign,)
        creator.create(f"{name}Fitness", base.Fitness, weights=weights)
        creator.create(name, base_class, fitness=getattr(creator, f"{name}Fitness"))
    return getattr(creator, name)


def test_a_users_class_from_the_creator_serves(case):
    individual_class = created(case, right=True)
    random.seed(11)
    toolbox = graft(case, individual=individual_class)
    population, _ = ea_simple(toolbox, toolbox.population(n=8))
    assert all(type(individual) is individual_class for individual in population)
    assert outcome(population) == seeded_run(case, 11)


def test_a_users_class_with_the_wrong_sign_is_refused(case):
    with pytest.raises(ValueError, match=r"individual must have fitness weights .*got \(-?1.0,\)"):
        graft(case, individual=created(case, right=False))
    with pytest.raises(ValueError, match="individual must have a DEAP fitness"):
        graft(case, individual=BASES.get(case[0], list))


def test_nsga2_runs_on_two_objectives(case, kind):
    random.seed(12)
    toolbox = graft(case, objectives=kind.pair)
    toolbox.register("select", tools.selNSGA2)
    population = evaluated(toolbox)
    population, _ = ea_mu_plus_lambda(toolbox, population)
    front = tools.sortNondominated(population, len(population), first_front_only=True)[0]
    assert all(len(individual.fitness.values) == 2 for individual in front)


def test_nsga3_repeats_with_both_seeds(case, kind):
    def run():
        random.seed(13)
        np.random.seed(13)  # noqa: NPY002 (DEAP's selNSGA3 draws from it)
        toolbox = graft(case, objectives=kind.pair)
        points = tools.uniform_reference_points(nobj=2, p=4)
        toolbox.register("select", tools.selNSGA3, ref_points=points)
        return outcome(ea_mu_plus_lambda(toolbox, toolbox.population(n=8))[0])

    assert run() == run()


def test_lexicase_runs_on_one_case_per_training_sample(case, kind):
    if kind.cases is None:
        with pytest.raises(ValueError, match="objectives must be one of"):
            graft(case, objectives=("cases",))
        return
    random.seed(14)
    toolbox = graft(case, objectives=("cases",))
    toolbox.register("select", tools.selLexicase)
    population, _ = ea_simple(toolbox, toolbox.population(n=8))
    cases = len(samples_of(toolbox)[1])
    assert all(len(individual.fitness.values) == cases for individual in population)
    by_all = graft(case, objectives=(kind.whole,))
    by_all.restore(toolbox.state())
    (whole,) = by_all.evaluate(population[0])
    assert kind.cases(toolbox.evaluate(population[0])) == pytest.approx(whole, rel=1e-6)


def test_islands_exchange_migrants(case):
    random.seed(15)
    toolbox = graft(case)
    islands = [evaluated(toolbox, n=4) for _ in range(3)]
    best = [max(island, key=lambda i: i.fitness) for island in islands]
    tools.migRing(islands, 1, selection=tools.selBest, replacement=tools.selWorst)
    for source, target in ((0, 1), (1, 2), (2, 0)):
        assert any(individual is best[source] for individual in islands[target])


def test_history_hall_of_fame_pareto_front_and_statistics_work(case, kind):
    random.seed(16)
    toolbox = graft(case)
    history = tools.History()
    toolbox.decorate("mate", history.decorator)
    toolbox.decorate("mutate", history.decorator)
    population = toolbox.population(n=8)
    history.update(population)
    best, front = tools.HallOfFame(2), tools.ParetoFront()
    statistics = tools.MultiStatistics(
        fitness=tools.Statistics(lambda individual: individual.fitness.values[0]),
        size=tools.Statistics(lambda individual: len(genes(individual))),
    )
    statistics.register("min", min)
    statistics.register("max", max)
    _, logbook = ea_simple(toolbox, population, halloffame=best, stats=statistics)
    front.update(population)
    extreme, column = (min, "min") if best[0].fitness.weights[0] < 0 else (max, "max")
    found = logbook.chapters["fitness"].select(column)
    if hasattr(toolbox.evaluate, "refresh"):
        # To DEAP's hall of fame, a genome that is measured again on another sample is not new.
        assert extreme(best[0].fitness.values[0], found[0]) == best[0].fitness.values[0]
    else:
        assert best[0].fitness.values[0] == extreme(found)
    assert min(logbook.chapters["size"].select("min")) >= 1
    assert len(history.genealogy_tree) >= 8
    assert len(front) >= 1


def test_state_and_restore_repeat_the_operators(case):
    for seed in (None, 3):
        random.seed(17)
        toolbox = graft(case, seed=seed)
        individual = toolbox.individual()
        kept = pickle.loads(pickle.dumps((toolbox.state(), random.getstate())))

        def mutants(toolbox=toolbox, individual=individual):
            return [genes(toolbox.mutate(toolbox.clone(individual))[0]) for _ in range(20)]

        first = mutants()
        toolbox.restore(kept[0])
        random.setstate(kept[1])
        assert mutants() == first


@pytest.mark.parametrize("seed", [None, 3])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(case, seed, tmp_path):
    def toolbox():
        random.seed(18)
        return graft(case, seed=seed, population=8)

    def evolve(generations, out, *, pictures=False, **more):
        return studies.evolve(
            toolbox(), generations=generations, out=tmp_path / out, pictures=pictures,
            progress=False, checkpoint_seconds=0, **more,
        )  # fmt: skip

    # To draw takes longer than all else: once for every case, so that each is one that can be.
    whole = evolve(4, "whole", pictures=seed is None)
    evolve(2, "parts")
    random.seed(99)
    resumed = evolve(4, "parts", resume=True)
    assert outcome(resumed.population) == outcome(whole.population)
    assert list(resumed.logbook) == list(whole.logbook)
    assert resumed.best == whole.best
    assert (tmp_path / "parts/log.csv").read_bytes() == (tmp_path / "whole/log.csv").read_bytes()
    saved = [name for name in ("network", "genome") if (tmp_path / f"whole/{name}.json").exists()]
    assert saved or isinstance(whole.network, str)  # a text is in the report
    for name in saved:
        one, other = (tmp_path / part / f"{name}.json" for part in ("parts", "whole"))
        assert one.read_bytes() == other.read_bytes()


def test_odd_and_tiny_populations_run(case):
    random.seed(19)
    toolbox = graft(case)
    for n in (1, 2, 5):
        population, _ = ea_simple(toolbox, toolbox.population(n=n))
        assert len(population) == n


def test_the_loop_of_deaps_tutorial_runs(case):
    random.seed(20)
    toolbox = graft(case)
    population = evaluated(toolbox)
    for _ in range(2):
        offspring = list(map(toolbox.clone, toolbox.select(population, len(population))))
        for a, b in zip(offspring[::2], offspring[1::2], strict=True):
            if random.random() < 0.5:
                toolbox.mate(a, b)
                del a.fitness.values, b.fitness.values
        for mutant in offspring:
            if random.random() < 0.5:
                toolbox.mutate(mutant)
                del mutant.fitness.values
        invalid = [individual for individual in offspring if not individual.fitness.valid]
        for individual, values in zip(invalid, toolbox.map(toolbox.evaluate, invalid), strict=True):
            individual.fitness.values = values
        population[:] = offspring
    assert all(individual.fitness.valid for individual in population)


def test_unknown_names_offer_the_nearest_ones(case, kind):
    name = case[0]
    with pytest.raises(ValueError, match=f"unknown method '{name}x': did you mean '{name}'"):
        graft((f"{name}x", case[1]))
    with pytest.raises(ValueError, match=f"unknown parameter of {name} 'populatoin'"):
        graft(case, populatoin=3)
    with pytest.raises(ValueError, match=f"unknown preset of {name} 'nope'"):
        graft(case, preset="nope")
    objective = kind.pair[0]
    with pytest.raises(ValueError, match=f"unknown objective .* did you mean '{objective}'"):
        graft(case, objectives=(objective[:-1],))


def test_the_map_is_the_built_in_one_for_other_functions(case):
    toolbox = graft(case)
    assert list(toolbox.map(pow, [2, 3], [3, 2])) == [8, 9]
    assert list(toolbox.map(partial(int, base=2), ["10"])) == [2]
