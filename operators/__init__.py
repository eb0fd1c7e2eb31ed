"""Operators with DEAP signatures, for our toolboxes and anybody else's.

Mutation returns ``(individual,)``, crossover both individuals; both work in place. Each takes
``rng``: a ``numpy.random.Generator``, or None for DEAP's stream (Python's ``random``), so that
``random.seed`` alone reproduces a run.

- crossover: :func:`cx_one_point_genes`, :func:`cx_uniform_genes`, :func:`cx_one_point_codons`
- mutation: :func:`mut_codons`, :func:`mut_gene_count`, :func:`mut_gene_length`,
  :func:`mut_modular`
- selection: :func:`sel_tournament`
- replacement: :func:`replace_elitist`
"""

if __name__ != "evograft.operators":
    msg = "source folder: import evograft.operators instead"
    raise ImportError(msg)

from evograft.operators.crossover import (
    cx_one_point_codons,
    cx_one_point_genes,
    cx_uniform_genes,
)
from evograft.operators.mutation import (
    mut_codons,
    mut_gene_count,
    mut_gene_length,
    mut_modular,
)
from evograft.operators.replacement import replace_elitist
from evograft.operators.selection import sel_tournament

__all__ = [
    "cx_one_point_codons",
    "cx_one_point_genes",
    "cx_uniform_genes",
    "mut_codons",
    "mut_gene_count",
    "mut_gene_length",
    "mut_modular",
    "replace_elitist",
    "sel_tournament",
]
