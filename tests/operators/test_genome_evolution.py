"""A recorded evolution, generation by generation, made of the operators for genomes that grow."""

import networkx as nx
import numpy as np
from fixtures import fixture, skip_unless_numpy_sorts_as_recorded

from evograft.operators import cross_genomes_default, mut_genome_default, pool_top
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.morphogenesis import Genome, develop

MUTATION_RATE = 0.3
PARENTS = 0.2


class Individual(Genome):
    def __init__(self, **fields):
        self.fitness = ObjectiveFitness((1.0,))
        super().__init__(**fields)


def target_fitness(genome, target):
    """How near the grown graph comes to the target's neurons, sources and edges."""
    organism = develop(genome)
    edges = organism.edges.tolist()
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(organism.neuron_ids.tolist())
    sources = len(graph) - len({end for _, end in edges})
    fitness = 1.0
    for actual, name, tolerance in (
        (len(graph), "neurons", "neuron_tolerance"),
        (sources, "no_incoming", "no_incoming_tolerance"),
        (len(edges), "connections", "connection_tolerance"),
    ):
        fitness *= np.exp(-abs(actual - target[name]) / target[tolerance])
    if len(graph) and not nx.is_weakly_connected(graph):
        fitness *= target["connectivity_penalty"]
    return float(fitness)


class Evaluation:
    """Grows what has not been grown in an earlier generation; equal byte forms are one genome."""

    def __init__(self, target):
        self.target, self.known, self.count = target, {}, 0

    def __call__(self, population):
        keys = [individual.to_bytes() for individual in population]
        # Equals within a generation are counted each, as in the recording.
        self.count += sum(key not in self.known for key in keys)
        for individual, key in zip(population, keys, strict=True):
            if key not in self.known:
                self.known[key] = target_fitness(individual, self.target)
            individual.fitness.values = (self.known[key],)


def score(individual):
    return individual.fitness.values[0]


def next_generation(population, rng):
    parents = pool_top(population, PARENTS, ties="numpy")
    children: list[Individual] = []
    while len(children) < len(population):
        first, second = rng.choice(len(parents), size=2, replace=False)
        child = cross_genomes_default(parents[first], parents[second], rng)
        if rng.random() < MUTATION_RATE:
            mut_genome_default(child, rng=rng)
        children.append(child)
    return children


def test_the_recorded_run_is_repeated():
    recorded = fixture("morphonas", "ga_traces")
    common, (trace,) = recorded["common"], recorded["traces"]
    skip_unless_numpy_sorts_as_recorded([row["scores"] for row in trace["rows"]])
    rng = np.random.default_rng(common["seed"])
    grid, k, steps = common["grid"], common["num_morphogens"], common["max_growth_steps"]
    population = [
        Individual.random(rng, grid, grid, num_morphogens=k, max_growth_steps=steps)
        for _ in range(common["population_size"])
    ]
    evaluate = Evaluation(recorded["targets"])
    evaluate(population)
    best = max(population, key=score)
    for row in trace["rows"]:
        population = next_generation(population, rng)
        evaluate(population)
        best = max(best, *population, key=score)
        assert list(map(score, population)) == row["scores"], row["generation"]
        assert (score(best), evaluate.count) == (row["best"], row["evals"])
        assert str(rng.bit_generator.state["state"]["state"]) == row["rng"]
    assert [individual.to_dict() for individual in population] == trace["final_population"]
    assert best.to_dict() == trace["best_genome"]
