"""GRAPE (PyPI ``grape-bds``), grammatical evolution over DEAP, as a benchmark peer.

GRAPE evolves the text of a single-hidden-layer sigmoid network. Its grammar, mapper,
initialisation, operators and loop are used as installed, unpatched, with the settings of its own
``example_classification`` except for crossover 0.9 (0.8 there), elitism 10 (0 there, its commented
alternative being 1 %) and a bound on the genome (none there).

``points_test`` is left out on purpose: only with it does GRAPE 0.1.3 touch ``np.NaN``, which
NumPy 2 removed.
"""

import contextlib
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import grape
import numpy as np
from deap import base, creator, tools
from grape import algorithms
from grape.functions import sigmoid

CODON_SIZE = 255  # largest codon value, as in GRAPE's examples
MAX_TREE_DEPTH = 35  # as in GRAPE's example; reMap-ing repeats beyond it
# `<net>` needs a depth of 6 to terminate; with at most 9 an initial genome, its
# tail of unused codons included, stays well below 200 codons (144 at most among
# 5000), as GRAPE does not apply `max_genome_length` to the initial population.
MIN_INIT_DEPTH, MAX_INIT_DEPTH = 6, 9

creator.create("GrapeFitness", base.Fitness, weights=(-1.0,))
creator.create("GrapeIndividual", grape.Individual, fitness=creator.GrapeFitness)

NET_RULE = "<net> ::= <neuron> | <net> + <neuron>\n"
NEURON_RULES = """<neuron> ::= <weight>*sigmoid(<sum> + <weight>)
<sum> ::= <weight>*<input> | <sum> + <weight>*<input>
<weight> ::= <sign><digit>.<digit><digit>
<sign> ::= + | -
<digit> ::= 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
<input> ::= {inputs}
"""


class Result(NamedTuple):
    """What one evolution yields."""

    seconds: list[float]  # wall time of each generation, initial one not counted
    best: str  # phenotype of the best individual
    logbook: tools.Logbook  # GRAPE's own statistics


def grammar(inputs: int, *, network: bool = True) -> grape.Grammar:
    """Return the grammar of a network, or of one neuron, over ``x[0] .. x[inputs-1]``."""
    names = " | ".join(f"x[{i}]" for i in range(inputs))
    text = (NET_RULE if network else "") + NEURON_RULES.format(inputs=names)
    # grape.Grammar reads a file only.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.bnf")
        path.write_text(text, encoding="utf-8")
        return grape.Grammar(str(path))


def predict(phenotype: str, x: np.ndarray) -> np.ndarray:
    """Return the probability of class 1; ``x`` holds a row per input, as in GRAPE's examples."""
    return sigmoid(eval(phenotype))  # the phenotype names `x` and `sigmoid`


def fitness(individual: Any, points: list[np.ndarray]) -> tuple[float]:
    """Return the mean cross entropy, NaN for an individual GRAPE declared invalid."""
    x, y = points
    if individual.invalid:
        return (float("nan"),)
    p = np.clip(predict(individual.phenotype, x), 1e-12, 1 - 1e-12)
    return (float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))),)


def evolve(
    X_train: np.ndarray,
    y_train: np.ndarray,
    *,
    population: int = 200,
    generations: int = 100,
    codons: int | None = 200,
    seed: int = 1,
) -> Result:
    """Evolve a network; ``codons`` bounds the genome (None, GRAPE's default: no bound)."""
    random.seed(seed)  # GRAPE and DEAP draw from `random` only
    bnf = grammar(X_train.shape[1])
    toolbox = base.Toolbox()
    toolbox.register("evaluate", fitness)
    toolbox.register("select", tools.selTournament, tournsize=7)
    toolbox.register("mate", grape.crossover_onepoint)
    toolbox.register("mutate", grape.mutation_int_flip_per_codon)
    people = grape.sensible_initialisation(
        creator.GrapeIndividual,
        population,
        bnf,
        MIN_INIT_DEPTH,
        MAX_INIT_DEPTH,
        CODON_SIZE,
        "lazy",
        "list",
    )

    stats = tools.Statistics(key=lambda individual: individual.fitness.values)
    for name, function in (
        ("avg", np.nanmean),
        ("std", np.nanstd),
        ("min", np.nanmin),
        ("max", np.nanmax),
    ):
        stats.register(name, function)
    # Called once at the end of each generation, so differences are its wall time.
    stats.register("clock", lambda _values: time.perf_counter())

    # GRAPE prints a line per generation whatever `verbose` is.
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        hall = tools.HallOfFame(10)
        _, logbook = algorithms.ge_eaSimpleWithElitism(
            people,
            toolbox,
            cxpb=0.9,
            mutpb=0.01,
            ngen=generations,
            elite_size=10,
            bnf_grammar=bnf,
            codon_size=CODON_SIZE,
            max_tree_depth=MAX_TREE_DEPTH,
            max_genome_length=codons,
            codon_consumption="lazy",
            genome_representation="list",
            points_train=[np.ascontiguousarray(X_train.T), y_train],
            report_items=["gen", "invalid", "avg", "std", "min", "max"],
            stats=stats,
            halloffame=hall,
            verbose=False,
        )
    return Result(np.diff(logbook.select("clock")).tolist(), hall[0].phenotype, logbook)


def map_rate(X: np.ndarray, *, codons: int = 100, genomes: int = 4000, seed: int = 1) -> float:
    """Return how many random genomes a second ``mapper_lazy`` maps to one neuron."""
    rng = random.Random(seed)
    bnf = grammar(X.shape[1], network=False)
    pool = [[rng.randint(0, CODON_SIZE) for _ in range(codons)] for _ in range(genomes)]
    start = time.perf_counter()
    for genome in pool:
        grape.mapper_lazy(genome, bnf, MAX_TREE_DEPTH)
    return genomes / (time.perf_counter() - start)
