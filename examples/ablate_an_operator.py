"""An ablation: the same method with one operator swapped, over the same seeds and splits."""

import tempfile
from pathlib import Path

from evograft import operators
from evograft.studies import Arm, Budget, Source, Study, run_study


def no_crossover(a, b):
    return a, b


ARMS = {
    "one point between genes": Arm("mge", aliases={"mate": operators.cx_one_point_genes}),
    "one point between codons": Arm("mge", aliases={"mate": operators.cx_one_point_codons}),
    "uniform": Arm("mge", aliases={"mate": operators.cx_uniform_genes}),
    "none": Arm("mge", aliases={"mate": no_crossover}),
}

study = Study(
    ARMS,
    problems={"wine": Source("wine", options={"split_seed": "seed"})},
    seeds=6,
    budget=Budget(evaluations=2000),
    population=100,
    baseline="none",
)
with tempfile.TemporaryDirectory() as folder:  # a folder that stays can be resumed
    result = run_study(study, Path(folder, "crossover"), progress=False)
print(result.tables[0].to_text())
