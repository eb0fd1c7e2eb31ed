"""What is NEAT's own; that it keeps the contract of all plug-ins is tested with theirs."""

import copy
import pickle
import random

import numpy as np
import pytest
from deap import algorithms, base
from neat_genomes import is_acyclic
from scipy import stats

from evograft import plugins, problems, studies
from evograft.plugins.neat import NEATParameters
from evograft.representations.neat_genome import NeatGenome
from evograft.studies.islands.toolbox_pickling import pack_toolbox, unpack_toolbox

X = [[0, 0], [0, 1], [1, 0], [1, 1]]


def xor():
    return problems.from_arrays(X, [0, 1, 1, 0], X_test=X, y_test=[0, 1, 1, 0])


def graft(problem, **settings):
    return plugins.graft(base.Toolbox(), "neat", problem, **settings)


def evaluate(toolbox, population):
    invalid = [one for one in population if not one.fitness.valid]
    for one, values in zip(invalid, toolbox.map(toolbox.evaluate, invalid), strict=True):
        one.fitness.values = values
    return len(invalid)


def evaluated(toolbox, n):
    population = toolbox.population(n=n)
    evaluate(toolbox, population)
    return population


def evaluations_to_solve(toolbox, generations=100):
    """Evaluations until every sample is classified right, and the network that does it."""
    problem, population, spent = toolbox.problem, toolbox.population(n=150), 0
    for _ in range(generations):
        spent += evaluate(toolbox, population)
        network = toolbox.develop(max(population, key=lambda one: one.fitness))
        if (problem.predict(network, problem.X_train) == problem.y_train).all():
            return spent, network
        population = toolbox.breed(population, len(population))
    raise AssertionError(f"not solved in {spent} evaluations")


def outcome(population):
    return [(one.to_dict(), one.fitness.values) for one in population]


def test_the_defaults_are_those_of_the_paper():
    parameters = NEATParameters()
    stated = {
        "population": 150, "c1": 1.0, "c2": 1.0, "c3": 0.4, "threshold": 3.0, "stagnation": 15,
        "stall": 20, "weights": 0.8, "perturbed": 0.9, "add_node": 0.03, "add_connection": 0.05,
        "mutation_only": 0.25, "interspecies": 0.001, "disabling": 0.75, "slope": 4.9,
        "recurrent": False,
    }  # fmt: skip
    assert {name: getattr(parameters, name) for name in stated} == stated


def test_xor_is_solved_by_networks_that_grew():
    spent = []
    for seed in range(8):
        random.seed(seed)
        needed, network = evaluations_to_solve(graft(xor()))
        spent.append(needed)
        assert network.complexity().neurons >= 1
    assert np.mean(spent) < 6000  # the paper's mean is 4755


def test_xor_is_solved_by_recurrent_networks():
    random.seed(1)
    _, network = evaluations_to_solve(graft(xor(), recurrent=True))
    assert network.recurrent
    assert network.rounds == 5


def test_cartpole_is_solved_and_a_recurrent_controller_remembers():
    for recurrent in (False, True):
        random.seed(2)
        problem = problems.load("cartpole", episodes=2, protocol="pool")
        toolbox = graft(problem, recurrent=recurrent)
        run = studies.evolve(toolbox, population=60, generations=6, progress=False)
        assert problem.score(run.network) > 195
        assert run.network.recurrent == recurrent


def test_deaps_own_loop_learns_with_species_as_its_selection():
    random.seed(3)
    toolbox = graft(problems.load("wine"))
    population = evaluated(toolbox, 60)
    before = min(one.fitness.values[0] for one in population)
    population, _ = algorithms.eaSimple(population, toolbox, 0.75, 1.0, 15, verbose=False)
    assert min(one.fitness.values[0] for one in population) < before / 2
    assert toolbox.state()["species"]["species"]


def test_the_champion_of_a_large_species_is_copied_and_not_measured_again():
    random.seed(4)
    toolbox = graft(problems.load("wine"))
    population = evaluated(toolbox, 20)
    best = max(population, key=lambda one: one.fitness)
    offspring = toolbox.breed(population, 20)
    assert len(offspring) == 20
    (champion,) = [one for one in offspring if one.fitness.valid]
    assert champion == best
    assert champion is not best
    assert evaluate(toolbox, offspring) == 19
    small = evaluated(toolbox, 5)
    assert not any(one.fitness.valid for one in toolbox.breed(small, 5))


def test_offspring_are_as_many_as_asked_for_and_parents_stay_as_they_are():
    random.seed(5)
    toolbox = graft(xor(), threshold=0.3)
    population = evaluated(toolbox, 40)
    before = copy.deepcopy(outcome(population))
    for n in (0, 1, 7, 40, 93):
        assert len(toolbox.breed(population, n)) == n
    assert outcome(population) == before
    assert len(toolbox.state()["species"]["species"]) > 1


def test_a_generation_shares_its_innovations():
    random.seed(6)
    toolbox = graft(xor(), add_node=1.0, add_connection=0.0, interspecies=0.0)
    offspring = toolbox.breed(evaluated(toolbox, 60), 60)
    grown = [one for one in offspring if len(one) > 3]
    # Two connections can be split, by one neuron each, whoever does it.
    assert {one.innovations[3:].tobytes() for one in grown} == {
        np.array(pair).tobytes() for pair in ((3, 4), (5, 6))
    }
    later = toolbox.mutate(toolbox.individual())[0]
    assert later.innovations[-1] in (4, 6)
    toolbox.breed(evaluated(toolbox, 2), 0)
    later = toolbox.mutate(toolbox.individual())[0]
    assert later.innovations[-1] == 8


def test_interspecies_parents_and_one_parent_are_taken_as_often_as_stated():
    def crossed(**settings):
        random.seed(7)
        toolbox = graft(xor(), threshold=0.3, **settings)
        population = evaluated(toolbox, 30)
        pairs = []

        def mate(a, b):
            pairs.append((a.origin, b.origin))
            return a, b

        toolbox.register("mate", mate)
        for _ in range(20):
            fresh = copy.deepcopy(population)
            state = toolbox.state()
            toolbox.breed(fresh, 0)
            toolbox.restore(state)
            for one, species in zip(fresh, species_of(toolbox, fresh), strict=True):
                one.origin = species
            toolbox.breed(fresh, 50)
            toolbox.restore(state)
        return pairs

    assert len(crossed(mutation_only=1.0)) == 0
    within = crossed(mutation_only=0.0, interspecies=0.0)
    assert len(within) > 900
    assert all(a == b for a, b in within)
    between = crossed(mutation_only=0.0, interspecies=1.0)
    assert all(a != b for a, b in between)
    # The champions, who are nobody's children, are as many in each of these.
    some = len(crossed(mutation_only=0.25, interspecies=0.0))
    assert stats.binomtest(some, len(within), 0.75).pvalue > 0.01
    mixed = crossed(mutation_only=0.0, interspecies=0.3)
    assert stats.binomtest(sum(a != b for a, b in mixed), len(mixed), 0.3).pvalue > 0.01


@pytest.mark.parametrize(("add_node", "add_connection"), [(0.25, 0.3), (0.3, 0.25)])
def test_structure_is_added_as_often_as_stated(add_node, add_connection):
    """From a genome of one gene, where every mutation finds a place."""
    random.seed(16)
    toolbox = graft(xor(), add_node=add_node, add_connection=add_connection)
    genome = NeatGenome(2, 1, [0], [0], [3], [0.5], [True])
    counts = np.zeros((2, 2), int)
    for _ in range(2000):
        (mutant,) = toolbox.mutate(genome.clone())
        split = mutant.hidden.size
        counts[split, len(mutant) - 1 - 2 * split] += 1
    expected = np.outer([1 - add_node, add_node], [1 - add_connection, add_connection])
    assert stats.chisquare(counts.ravel(), 2000 * expected.ravel()).pvalue > 0.01


def species_of(toolbox, population):
    """The number of everybody's species in the next generation."""
    speciation = copy.deepcopy(toolbox.breed.keywords["lineage"].speciation)
    places: dict[int, int] = {}
    for group in speciation.divide(population, [one.fitness.wvalues for one in population]):
        places |= dict.fromkeys(group.members, group.species.number)
    return [places[i] for i in range(len(population))]


@pytest.mark.parametrize("alias", ["mate", "mutate"])
def test_a_users_operator_takes_part_in_breeding(alias):
    random.seed(8)
    toolbox = graft(xor())
    calls = []
    original = getattr(toolbox, alias)

    def counted(*individuals):
        calls.append(alias)
        return original(*individuals)

    toolbox.register(alias, counted)
    toolbox.breed(evaluated(toolbox, 30), 30)
    assert len(calls) > 10


@pytest.mark.parametrize("seed", [None, 5])
def test_a_run_resumed_in_the_middle_ends_bit_for_bit_the_same(seed, tmp_path):
    def toolbox():
        random.seed(9)
        return graft(xor(), seed=seed, add_node=0.3, add_connection=0.3, threshold=1.0)

    keep = {"population": 30, "progress": False, "pictures": False, "checkpoint_seconds": 0}
    whole = studies.evolve(toolbox(), generations=12, out=tmp_path / "whole", **keep)
    studies.evolve(toolbox(), generations=5, out=tmp_path / "parts", **keep)
    random.seed(99)
    parts = studies.evolve(toolbox(), generations=12, out=tmp_path / "parts", resume=True, **keep)
    assert outcome(parts.population) == outcome(whole.population)
    assert parts.toolbox.state()["innovations"] == whole.toolbox.state()["innovations"]
    one, other = (run.toolbox.state()["species"] for run in (parts, whole))
    assert one == other
    assert len(one["species"]) > 1


def test_a_toolbox_that_is_pickled_or_copied_still_shares_its_registry():
    random.seed(10)
    toolbox = graft(xor(), seed=3, add_node=1.0)
    population = evaluated(toolbox, 20)

    def made(toolbox):
        return outcome_of_two_generations(toolbox, copy.deepcopy(population))

    twins = [copy.deepcopy(toolbox), unpack_toolbox(*pack_toolbox(toolbox))]
    expected = made(toolbox)
    for twin in twins:
        assert made(twin) == expected
        assert twin.state()["innovations"] == toolbox.state()["innovations"]
        shared = [getattr(twin, alias).keywords["lineage"] for alias in ("mutate", "breed")]
        assert shared[0] is shared[1]
        assert shared[0] is not toolbox.breed.keywords["lineage"]


def outcome_of_two_generations(toolbox, population):
    for _ in range(2):
        population = toolbox.breed(population, len(population))
        evaluate(toolbox, population)
    return outcome(population)


def test_islands_evolve_migrants_that_stay_whole():
    random.seed(11)
    toolbox = graft(xor(), add_node=0.5, add_connection=0.5)
    run = studies.evolve(
        toolbox,
        population=40,
        generations=9,
        islands=2,
        migration=studies.Migration(every=3),
        progress=False,
    )
    for one in run.population:
        assert NeatGenome.from_dict(one.to_dict()) == one
        assert is_acyclic(one)


def test_a_genome_without_connections_gets_the_worst_fitness():
    toolbox = graft(problems.load("wine"), objectives=("loss", "error", "connections"))
    genome = toolbox.individual()
    genome.enabled[:] = False
    assert toolbox.evaluate(genome) == (1e8, 1e8, 1e8)
    toolbox.mutate(genome)  # there is nothing to split
    assert toolbox.evaluate(genome) == (1e8, 1e8, 1e8)


def test_a_recurrent_classifier_is_measured_as_it_develops():
    random.seed(12)
    objectives = ("loss", "connections", "neurons", "operations")
    toolbox = graft(xor(), recurrent=True, rounds=3, objectives=objectives, add_node=1.0)
    population = [toolbox.mutate(one)[0] for one in toolbox.population(n=5)]
    for one, values in zip(population, toolbox.evaluate.batch(population), strict=True):
        network = toolbox.develop(one)
        p = network.forward(toolbox.problem.X_train)[:, 0].astype(float)
        y = toolbox.problem.y_train
        assert values[0] == pytest.approx(-np.log(np.where(y == 1, p, 1 - p)).mean(), rel=1e-4)
        complexity = network.complexity()
        assert values[1:] == tuple(getattr(complexity, name) for name in objectives[1:])
        assert complexity.operations == 3 * (2 * values[1] + 4 * (values[2] + 1))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": 0}, "population must be an integer of at least 1, got 0"),
        ({"threshold": 0}, "threshold must be a number above 0, got 0"),
        ({"add_node": 1.5}, "add_node must be a number from 0 to 1, got 1.5"),
        ({"survival": 0}, "survival must be a number above 0 and up to 1, got 0"),
        ({"rounds": 3}, "rounds must be 1 unless recurrent, got 3"),
        ({"sharing": "best"}, "sharing must be one of None, 'rank', 'value', got 'best'"),
        ({"recurrent": 2}, "recurrent must be one of True, False, got 2"),
        ({"output": "argmax"}, "output must be one of"),
        ({"stagnation": 0}, "stagnation must be an integer of at least 1, got 0"),
        ({"step": -1}, "step must be a number of at least 0, got -1"),
    ],
)
def test_bad_parameters_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        graft(xor(), **settings)


def test_other_problems_objectives_and_classes_are_refused():
    with pytest.raises(ValueError, match="problem must be classification or control, got"):
        graft(problems.load("graph_target", target="K04"))
    with pytest.raises(ValueError, match=r"objectives must be one of 'loss', .*, got 'reward'"):
        graft(xor(), objectives=("reward",))
    with pytest.raises(ValueError, match="individual must be a class derived from NeatGenome"):
        graft(xor(), individual=list)


def test_a_problem_of_ones_own_needs_no_kind():
    class Copy:
        name, n_inputs, n_outputs, objective = "copy", 2, 1, "reward"

        def measure(self, controllers):
            return np.array([controller.forward([[0.5, 1.0]])[0, 0] for controller in controllers])

    random.seed(3)
    toolbox = graft(Copy())
    (value,) = toolbox.evaluate(toolbox.population(n=1)[0])
    assert 0 <= value <= 1
    with pytest.raises(ValueError, match="objectives must be one of 'reward', 'connections'"):
        graft(Copy(), objectives=("loss",))


def test_the_plug_in_pickles_into_a_worker():
    toolbox = graft(xor(), seed=1)
    for alias in ("evaluate", "develop", "individual", "mate", "mutate", "select"):
        assert callable(pickle.loads(pickle.dumps(getattr(toolbox, alias))))
