"""Import a method into a DEAP toolbox and run DEAP's own algorithm on it."""

import random

from deap import algorithms, base, tools

from evograft import plugins, problems

random.seed(1)
problem = problems.load("wdbc")
toolbox = plugins.graft(base.Toolbox(), "mge", problem)

best = tools.HallOfFame(1)
statistics = tools.Statistics(lambda individual: individual.fitness.values[0])
statistics.register("best", min)
algorithms.eaSimple(
    toolbox.population(n=100), toolbox, 0.9, 1.0, 20, stats=statistics, halloffame=best
)

network = toolbox.develop(best[0])
print(f"test accuracy {problem.score(network):.3f}")
print(network.complexity())
