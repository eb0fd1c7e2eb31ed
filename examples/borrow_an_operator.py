"""Plug single operators into evolutionary code that knows nothing of plug-ins."""

import random

from deap import algorithms, base, creator, tools

from evograft import operators

TARGET = b"to be or not to be"

creator.create("Distance", base.Fitness, weights=(-1.0,))
creator.create("Phrase", list, fitness=creator.Distance)


def distance(phrase):
    """Sum of the distances between the letters and the target's."""
    return (sum(abs(a - b) for a, b in zip(phrase[0], TARGET, strict=True)),)


random.seed(1)
toolbox = base.Toolbox()
toolbox.register("individual", lambda: creator.Phrase([random.randbytes(len(TARGET))]))
toolbox.register("population", tools.initRepeat, list, toolbox.individual)
toolbox.register("evaluate", distance)
toolbox.register("mate", operators.cx_one_point_codons)
toolbox.register("mutate", operators.mut_codons, indpb=1 / len(TARGET))
toolbox.register("select", operators.sel_tournament, tournsize=5)

best = tools.HallOfFame(1)
algorithms.eaSimple(
    toolbox.population(n=200), toolbox, 0.7, 0.7, 60, halloffame=best, verbose=False
)
print(best[0][0], best[0].fitness.values[0])
