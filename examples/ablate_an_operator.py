"""An ablation: the same method with one operator swapped, over the same seeds."""

import random
import statistics

from deap import base, tools

from evograft import operators, plugins, problems, studies

ARMS = {
    "one-point crossover between genes": operators.cx_one_point_genes,
    "one-point crossover between codons": operators.cx_one_point_codons,
    "uniform crossover of genes": operators.cx_uniform_genes,
    "no crossover": lambda a, b: (a, b),
}

for name, mate in ARMS.items():
    accuracies = []
    for seed in range(3):
        random.seed(seed)
        problem = problems.load("wine", split_seed=seed)
        toolbox = plugins.graft(base.Toolbox(), "mge", problem)
        toolbox.register("mate", mate)
        toolbox.register("select", tools.selTournament, tournsize=7)  # DEAP's own, for instance
        run = studies.evolve(toolbox, population=100, generations=20, progress=False)
        accuracies.append(problem.score(run.network))
    print(f"{name:36} {statistics.mean(accuracies):.3f}")
