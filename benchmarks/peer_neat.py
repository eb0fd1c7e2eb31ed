"""neat-python (PyPI ``neat-python``), NEAT in Python, as a benchmark peer.

Its genomes, species, reproduction, network and loop are used as installed, at two sets of rates:
"paper", those of our plug-in as far as the two have the same setting, and "own", rates such as
those of its XOR example, which grow and delete structure far more often. A bias belongs to a neuron
here, and is mutated as a weight is; distances are divided by the number of genes also where genomes
are small, so that the same threshold makes fewer species.
"""

import math
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import neat

EPSILON = 1e-15  # its sigmoid reaches 1

CONFIG = """[NEAT]
fitness_criterion = max
fitness_threshold = 0.0
no_fitness_termination = True
pop_size = {population}
reset_on_extinction = False

[DefaultGenome]
num_inputs = {inputs}
num_outputs = 1
num_hidden = 0
feed_forward = True
initial_connection = full
activation_default = sigmoid
activation_options = sigmoid
activation_mutate_rate = 0.0
aggregation_default = sum
aggregation_options = sum
aggregation_mutate_rate = 0.0
compatibility_disjoint_coefficient = 1.0
compatibility_weight_coefficient = {weight_coefficient}
conn_add_prob = {conn_add}
conn_delete_prob = {conn_delete}
node_add_prob = {node_add}
node_delete_prob = {node_delete}
single_structural_mutation = False
structural_mutation_surer = default
enabled_default = True
enabled_mutate_rate = {enabled}
enabled_rate_to_true_add = 0.0
enabled_rate_to_false_add = 0.0
bias_init_type = {init_type}
bias_init_mean = 0.0
bias_init_stdev = {init_stdev}
bias_max_value = {bound}
bias_min_value = -{bound}
bias_mutate_power = {power}
bias_mutate_rate = {bias_rate}
bias_replace_rate = {replace}
weight_init_type = {init_type}
weight_init_mean = 0.0
weight_init_stdev = {init_stdev}
weight_max_value = {bound}
weight_min_value = -{bound}
weight_mutate_power = {power}
weight_mutate_rate = {weight_rate}
weight_replace_rate = {replace}
response_init_type = gaussian
response_init_mean = 1.0
response_init_stdev = 0.0
response_max_value = 1.0
response_min_value = 1.0
response_mutate_power = 0.0
response_mutate_rate = 0.0
response_replace_rate = 0.0
time_constant_init_type = gaussian
time_constant_init_mean = 1.0
time_constant_init_stdev = 0.0
time_constant_max_value = 1.0
time_constant_min_value = 1.0
time_constant_mutate_power = 0.0
time_constant_mutate_rate = 0.0
time_constant_replace_rate = 0.0

[DefaultSpeciesSet]
compatibility_threshold = 3.0

[DefaultStagnation]
species_fitness_func = max
max_stagnation = {stagnation}
species_elitism = 2

[DefaultReproduction]
elitism = {elitism}
survival_threshold = 0.2
min_species_size = 1
"""


RATES: dict[str, dict[str, float | str]] = {
    "paper": {
        "conn_add": 0.05, "conn_delete": 0.0, "node_add": 0.03, "node_delete": 0.0,
        # Our perturbations are uniform up to 0.5, in 0.8 * 0.9 of all weights; 0.8 * 0.1 are drawn
        # anew, as at the start uniformly up to twice init_stdev.
        "weight_rate": 0.72, "bias_rate": 0.72, "replace": 0.08, "power": 0.3,
        "init_type": "uniform", "init_stdev": 0.5, "bound": 8.0,
        "enabled": 0.0, "weight_coefficient": 0.4, "stagnation": 15, "elitism": 1,
    },
    "own": {
        "conn_add": 0.5, "conn_delete": 0.5, "node_add": 0.2, "node_delete": 0.2,
        "weight_rate": 0.8, "bias_rate": 0.7, "replace": 0.1, "power": 0.5,
        "init_type": "gaussian", "init_stdev": 1.0, "bound": 30.0,
        "enabled": 0.01, "weight_coefficient": 0.5, "stagnation": 20, "elitism": 2,
    },
}  # fmt: skip


class Result(NamedTuple):
    """What one evolution yields."""

    seconds: list[float]  # wall time of each generation
    evaluating: list[float]  # of these, in the fitness function
    connections: float  # enabled ones, mean of the last population
    species: int  # of the last population
    loss: float  # least mean cross-entropy


def configuration(inputs: int, population: int, rates: str) -> Any:
    """Return the configuration of networks with one output, at one of :data:`RATES`."""
    with tempfile.TemporaryDirectory() as folder:  # neat.Config reads a file only
        path = Path(folder, "config")
        text = CONFIG.format(inputs=inputs, population=population, **RATES[rates])
        path.write_text(text, encoding="utf-8")
        return neat.Config(
            neat.DefaultGenome,
            neat.DefaultReproduction,
            neat.DefaultSpeciesSet,
            neat.DefaultStagnation,
            str(path),
        )


def cross_entropy(network: Any, rows: Sequence[Sequence[float]], labels: Sequence[int]) -> float:
    """Mean cross-entropy of one output, by a call of the network for each row."""
    total = 0.0
    for row, label in zip(rows, labels, strict=True):
        output = network.activate(row)[0]
        total -= math.log(max(output if label else 1.0 - output, EPSILON))
    return total / len(labels)


def evolve(
    rows: Sequence[Sequence[float]],
    labels: Sequence[int],
    *,
    population: int,
    generations: int,
    seed: int,
    rates: str,
) -> Result:
    """Evolve networks that tell class 1 from class 0; *rows* are tuples of Python's floats.

    A generation evaluates all and makes the next population, with its species.
    """
    random.seed(seed)
    evolution = neat.Population(configuration(len(rows[0]), population, rates))
    seconds: list[float] = []
    evaluating: list[float] = []

    def evaluate(genomes: list[tuple[int, Any]], config: Any) -> None:
        start = time.perf_counter()
        for _, genome in genomes:
            network = neat.nn.FeedForwardNetwork.create(genome, config)
            genome.fitness = -cross_entropy(network, rows, labels)
        evaluating.append(time.perf_counter() - start)

    for _ in range(generations):
        start = time.perf_counter()
        evolution.run(evaluate, 1)
        seconds.append(time.perf_counter() - start)
    enabled = [
        sum(gene.enabled for gene in genome.connections.values())
        for genome in evolution.population.values()
    ]
    return Result(
        seconds,
        evaluating,
        sum(enabled) / len(enabled),
        len(evolution.species.species),
        -evolution.best_genome.fitness,
    )
