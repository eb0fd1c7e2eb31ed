"""The MorphoNAS plug-in: the recorded run, breeding, survivors, learning rules and bad input."""

import random

import numpy as np
import pytest
from deap import base
from fixtures import fixture, skip_unless_numpy_sorts_as_recorded

from evograft import operators, plugins, problems, studies
from evograft.representations.morphogenesis import Genome, PlasticGenome, develop
from evograft.representations.recurrent import RecurrentNetwork

SMALL = {"size_x": 8, "size_y": 8, "max_growth_steps": 60}


def graft(problem="graph_target", *, options=None, **settings):
    loaded = problems.load(problem, **(options or {}))
    return plugins.graft(base.Toolbox(), "morphonas", loaded, **(SMALL | settings))


def evaluated(toolbox, n):
    population = toolbox.population(n=n)
    values = toolbox.map(toolbox.evaluate, population)
    for individual, value in zip(population, values, strict=True):
        individual.fitness.values = value
    return population


def test_the_recorded_run_of_the_authors_is_repeated_through_evolve():
    recorded = fixture("morphonas", "ga_traces")
    common, (trace,) = recorded["common"], recorded["traces"]
    skip_unless_numpy_sorts_as_recorded([row["scores"] for row in trace["rows"]])
    target = {"neurons": 11, "sources": 1, "connections": 30}
    toolbox = graft(
        options=target,
        seed=common["seed"],
        population=common["population_size"],
        size_x=common["grid"],
        size_y=common["grid"],
        max_growth_steps=common["max_growth_steps"],
        mutation="default",
        max_matrix_changes=3,
        mutpb=0.3,
        adaptive=None,
        selection="top",
        pressure=0.2,
        survivors=0.0,
        distinct=0,
        ties="numpy",
        convergence=2.0,
    )
    seen = []

    def compare(run):
        if run.generation:
            row = trace["rows"][run.generation - 1]
            seen.append(row["generation"])
            assert [i.fitness.values[0] for i in run.population] == row["scores"]
            assert str(toolbox.state()["rng"]["state"]["state"]) == row["rng"]

    run = studies.evolve(
        toolbox, generations=len(trace["rows"]), progress=False, callbacks=[compare]
    )
    assert len(seen) == len(trace["rows"])
    assert [i.to_dict() for i in run.population] == trace["final_population"]


def test_the_phenotype_is_an_organism_or_a_controller():
    random.seed(1)
    toolbox = graft()
    individual = toolbox.individual()
    assert toolbox.develop(individual).to_dict() == develop(individual).to_dict()
    toolbox = graft("cartpole", options={"protocol": "pool", "episodes": 2}, extra_steps=5)
    for individual in toolbox.population(n=20):
        network, organism = toolbox.develop(individual), develop(individual)
        assert isinstance(network, RecurrentNetwork)
        assert (network.n_inputs, network.n_outputs) == (4, 2)
        assert network.orientation == "forward"
        assert network.extra_steps == 5
        assert network.n_neurons == organism.n_neurons
        edges = zip(network.ids[network.sources], network.ids[network.targets], strict=True)
        assert [[int(a), int(b)] for a, b in edges] == organism.edges.tolist()
        assert network.weights.tolist() == organism.weights.tolist()


def test_the_papers_protocol_runs_controllers_against_their_connections():
    assert graft("cartpole").develop(graft("cartpole").individual()).orientation == "reversed"


def test_a_small_network_is_worth_nothing_in_control():
    toolbox = graft("cartpole", options={"episodes": 1})
    individual = toolbox.individual()
    individual.progenitor_secretion_rates = [0.0, 0.0, 0.0]
    assert toolbox.evaluate(individual) == (0.0,)
    assert toolbox.develop(individual).n_neurons == 0


def test_threads_change_nothing():
    random.seed(2)
    population = graft().population(n=50)
    one, two = graft(threads=1), graft(threads=2)
    assert one.evaluate.batch(population) == two.evaluate.batch(population)


def test_as_many_are_bred_as_do_not_survive():
    random.seed(3)
    toolbox = graft(distinct=3, survivors=0.6)
    population = evaluated(toolbox, 40)
    offspring = toolbox.breed(population, 40)
    assert len(offspring) == 40 - 24
    assert not any(child.fitness.valid for child in offspring)
    for child in offspring:
        child.fitness.values = toolbox.evaluate(child)
    following = toolbox.replace(population, offspring)
    assert len(following) == 40
    kept = operators.steady_state_survivors(population, kept=21, distinct=3)
    assert all(a is b for a, b in zip(following, [*kept, *offspring], strict=True))


def test_breeding_leaves_the_parents_as_they_are():
    random.seed(4)
    toolbox = graft(mutpb=1.0)
    population = evaluated(toolbox, 10)
    before = [(individual.to_dict(), individual.fitness.values) for individual in population]
    toolbox.breed(population, 10)
    assert [(i.to_dict(), i.fitness.values) for i in population] == before


@pytest.mark.parametrize("alias", ["mate", "mutate"])
def test_a_users_operator_takes_part_in_breeding(alias):
    random.seed(5)
    toolbox = graft(mutpb=1.0, adaptive=None, survivors=0.5, distinct=0)
    calls = []

    def counted(*individuals):
        calls.append(len(individuals))
        for individual in individuals:
            individual.size_x = 9
        return individuals

    toolbox.register(alias, counted)
    offspring = toolbox.breed(evaluated(toolbox, 20), 20)
    assert calls == [2 if alias == "mate" else 1] * 10
    if alias == "mutate":
        assert all(child.size_x == 9 for child in offspring)


def test_without_mutation_children_are_made_of_their_parents():
    random.seed(6)
    toolbox = graft(mutpb=0.0, survivors=0.0, distinct=0)
    population = evaluated(toolbox, 12)
    rates = {individual.diffusion_rate for individual in population}
    assert all(child.diffusion_rate in rates for child in toolbox.breed(population, 12))


def test_the_mutation_rate_rises_as_the_population_converges():
    """With all equal the ratio is 1 and the rate 0.4 x 2.5: every child is mutated."""
    random.seed(7)
    toolbox = graft(mutpb=0.4, survivors=0.0, distinct=0, mutation="default")
    genome = toolbox.individual()
    population = [toolbox.clone(genome) for _ in range(60)]
    for individual in population:
        individual.fitness.values = (0.5,)
    changed = sum(child != genome for child in toolbox.breed(population, 60))
    fixed = graft(mutpb=0.4, survivors=0.0, distinct=0, mutation="default", adaptive=None)
    assert changed > 50 > 40 > sum(child != genome for child in fixed.breed(population, 60))


def test_a_run_ends_with_success_and_with_convergence():
    random.seed(8)
    run = studies.evolve(graft(success=1e-9), population=20, generations=50, progress=False)
    assert run.generation == 0
    run = studies.evolve(
        graft(success=2.0, convergence=0.01), population=20, generations=50, progress=False
    )
    assert run.generation == 1
    run = studies.evolve(
        graft(success=2.0, convergence=2.0), population=20, generations=3, progress=False
    )
    assert run.generation == 3


def test_only_the_problems_own_objective_ends_a_run():
    for objectives in (("connections", "match"), ("neurons",)):
        random.seed(8)
        toolbox = graft(objectives=objectives, convergence=2.0)
        run = studies.evolve(toolbox, population=20, generations=2, progress=False)
        assert run.generation == 2


def test_a_preset_warns_where_the_problem_is_another():
    problem = problems.load("cartpole", protocol="paper", seed=42)
    with pytest.warns(UserWarning, match="expects a problem with protocol='pool'"):
        plugins.graft(base.Toolbox(), "morphonas", problem, preset="co-evolution")
    with pytest.warns(UserWarning, match="expects a problem with kind='graph'"):
        plugins.graft(base.Toolbox(), "morphonas", problem, preset="experiment-a")


def test_penalties_shrink_the_fitness():
    random.seed(9)
    plain = graft("cartpole", options={"episodes": 2})
    pressed = graft(
        "cartpole",
        options={"episodes": 2},
        penalties=("connections", "steps"),
        penalty_theta=5,
        penalty_h=50,
        penalty_a=0.5,
    )
    population = plain.population(n=30)
    for individual in population:
        individual.max_growth_steps = 150
    fell = 0
    for individual, free, held in zip(
        population, plain.evaluate.batch(population), pressed.evaluate.batch(population),
        strict=True,
    ):  # fmt: skip
        m = len(develop(individual).edges)
        factor = 0.995 * (1 if m <= 5 else 0.5 + 0.5 * 0.5 ** ((m - 5) / 45))
        assert held[0] == pytest.approx(free[0] * factor, rel=1e-12)
        fell += held < free
    assert fell > 5


def test_learning_rules_are_fixed_or_evolved():
    options = {"episodes": 1, "protocol": "pool"}
    random.seed(10)
    assert type(graft("cartpole", options=options).individual()) is Genome
    fixed = graft("cartpole", options=options, plasticity="fixed", eta=0.02, decay=0.001)
    for individual in fixed.breed(evaluated(fixed, 10), 10):
        network = fixed.develop(individual)
        assert (network.eta, network.decay) == (0.02, 0.001)
    assert graft("cartpole", options=options).develop(fixed.individual()).eta == 0.0

    evolved = graft("cartpole", options=options, plasticity="evolved", survivors=0.0, distinct=0)
    population = evaluated(evolved, 40)
    assert len({individual.eta for individual in population}) == 40
    assert all(-0.5 <= i.eta <= 0.5 and 0 <= i.decay <= 0.1 for i in population)
    children = evolved.breed(population, 40)
    parents = {individual.eta for individual in population}
    inherited = sum(child.eta in parents for child in children)
    assert 15 < inherited < 40  # the others mutated, with probability 0.3
    a, b = population[:2]
    etas = {a.eta, b.eta}
    evolved.mate(a, b)
    assert {a.eta, b.eta} == etas
    assert isinstance(evolved.develop(a), RecurrentNetwork)
    assert evolved.develop(a).eta == a.eta


def test_individuals_with_other_rules_are_others():
    genome = Genome.random(np.random.default_rng(1))
    one = PlasticGenome(**genome.to_dict(), eta=0.1)
    assert one != PlasticGenome(**genome.to_dict(), eta=0.2)
    assert PlasticGenome.from_dict(one.to_dict()) == one
    assert PlasticGenome.from_dict(genome.to_dict()).eta == 0.0
    with pytest.raises(ValueError, match="eta must be a number from -1 to 1, got 2"):
        one.eta = 2


@pytest.mark.parametrize("preset", ["experiment-a", "experiment-b", "co-evolution"])
def test_presets_run(preset):
    random.seed(11)
    problem = {
        "experiment-a": problems.load("graph_target", target="K04"),
        "experiment-b": problems.load("cartpole"),
        "co-evolution": problems.load("cartpole", protocol="pool", seed=42),
    }[preset]
    toolbox = plugins.graft(base.Toolbox(), "morphonas", problem, preset=preset, **SMALL)
    run = studies.evolve(toolbox, population=12, generations=2, progress=False)
    assert np.isfinite(run.best.fitness.values[0])


def test_the_experiments_breed_as_many_as_in_the_paper():
    for preset, problem, children in (
        ("experiment-a", problems.load("graph_target"), 200),
        ("experiment-b", problems.load("cartpole"), 50),
        ("co-evolution", problems.load("cartpole", protocol="pool", seed=42), 48),
    ):
        toolbox = plugins.graft(base.Toolbox(), "morphonas", problem, preset=preset)
        random.seed(12)
        population = toolbox.population(n=toolbox.defaults["population"])
        for i, individual in enumerate(population):
            individual.fitness.values = (i / len(population),)
        assert len(toolbox.breed(population, len(population))) == children


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size_x": 0}, "size_x must be an integer from 1 to"),
        ({"size_x": ()}, "size_x must not be empty"),
        ({"num_morphogens": 2}, "num_morphogens must be an integer from 3 to"),
        ({"max_growth_steps": "many"}, "max_growth_steps must be an integer"),
        ({"mutation": "wild"}, "mutation must be one of 'aggressive', 'default'"),
        ({"adaptive": (1.0,)}, "adaptive must be two numbers or None"),
        ({"penalties": "connections"}, "penalties must be a tuple of names"),
        ({"penalties": ("conections",)}, "did you mean 'connections'"),
        ({"penalty_h": 10.0}, "h must be a number above theta"),
        ({"pressure": 1.5}, "pressure must be a number from 0 to 1"),
        ({"plasticity": "evolved"}, "plasticity must be 'none' unless for control"),
        ({"tournament": 0}, "tournament must be an integer of at least 1"),
        ({"arithmetic": "fma"}, "arithmetic must be one of"),
        ({"convergence": None}, "convergence must be a number"),
        ({"max_site_updates": 0}, "max_site_updates must be an integer of at least 1"),
        ({"objectives": ("reward",)}, "objectives must be one of 'match'"),
        ({"individual": list}, "individual must be a class derived from Genome"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises((TypeError, ValueError), match=message):
        graft(**settings)


def test_another_kind_of_problem_is_refused():
    with pytest.raises(ValueError, match="problem must be a graph target or control"):
        graft("wine")
