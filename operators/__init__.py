"""Operators with DEAP signatures, for our toolboxes and anybody else's.

Mutation returns ``(individual,)``, crossover both individuals; both work in place. What draws takes
``rng``: a ``numpy.random.Generator``, or None for DEAP's stream (Python's ``random``), so that
``random.seed`` alone reproduces a run. What is defined by numpy's own stream, as all that is for
genomes that grow, then seeds a Generator from DEAP's stream at every call.

- crossover of genes: :func:`cx_one_point_genes`, :func:`cx_uniform_genes`,
  :func:`cx_one_point_codons`
- crossover of genomes that grow: :func:`cx_genome_default`, :func:`cx_genome_block_preservation`;
  as one child per two parents :func:`cross_genomes_default`,
  :func:`cross_genomes_block_preservation`
- crossover of learning rules: :func:`cx_plasticity`
- mutation of genes: :func:`mut_codons`, :func:`mut_gene_count`, :func:`mut_gene_length`,
  :func:`mut_modular`
- real weights of genes: :func:`mut_gaussian_gene_weights`, :func:`cx_median_gene_weights`
- mutation of genomes that grow: :func:`mut_genome_default`, :func:`mut_genome_aggressive`, with
  :class:`GenomeMutationRates` (:data:`DEFAULT_RATES`, :data:`EXTENDED_MATRIX_RATES`)
- mutation of learning rules: :func:`mut_plasticity`
- mutation rate: :class:`AdaptiveRate`
- weight vectors: :func:`mut_gaussian_weights`, :func:`cx_uniform_weights`
- NEAT: :func:`mut_neat` and its parts :func:`mut_neat_weights`, :func:`mut_neat_add_node` and
  :func:`mut_neat_add_connection`; :func:`cx_neat`, and as one child :func:`cross_neat`;
  :class:`Speciation` by :func:`compatibility_distance`, :func:`shared_scores`,
  :func:`offspring_quotas` and :func:`sel_species`
- selection: :func:`sel_tournament`, :func:`sel_tournament_distinct`, :func:`sel_top`,
  :func:`sel_distinct`
- pools, sized by a share of the population: :func:`pool_top`, :func:`pool_tournament`,
  :func:`pool_combined`
- replacement: :func:`replace_elitist`, :func:`replace_steady_state` and its
  :func:`steady_state_survivors`
"""

if __name__ != "evograft.operators":
    msg = "source folder: import evograft.operators instead"
    raise ImportError(msg)

from evograft.operators.adaptive_rate import AdaptiveRate
from evograft.operators.crossover import (
    cx_one_point_codons,
    cx_one_point_genes,
    cx_uniform_genes,
)
from evograft.operators.fitness_sharing import (
    offspring_quotas,
    shared_scores,
)
from evograft.operators.gene_weights import cx_median_gene_weights, mut_gaussian_gene_weights
from evograft.operators.genome_crossover import (
    cross_genomes_block_preservation,
    cross_genomes_default,
    cx_genome_block_preservation,
    cx_genome_default,
)
from evograft.operators.genome_mutation import (
    DEFAULT_RATES,
    EXTENDED_MATRIX_RATES,
    GenomeMutationRates,
    mut_genome_aggressive,
    mut_genome_default,
)
from evograft.operators.mutation import (
    mut_codons,
    mut_gene_count,
    mut_gene_length,
    mut_modular,
)
from evograft.operators.neat_crossover import (
    cross_neat,
    cx_neat,
    fitter_first,
)
from evograft.operators.neat_mutation import (
    mut_neat,
    mut_neat_add_connection,
    mut_neat_add_node,
    mut_neat_weights,
)
from evograft.operators.neuron_strategy import NeuronStrategy
from evograft.operators.plasticity import cx_plasticity, mut_plasticity
from evograft.operators.ranked_selection import (
    pool_combined,
    pool_top,
    pool_tournament,
    sel_distinct,
    sel_top,
    sel_tournament_distinct,
)
from evograft.operators.replacement import (
    replace_elitist,
    replace_steady_state,
    steady_state_survivors,
)
from evograft.operators.selection import sel_tournament
from evograft.operators.speciation import (
    Group,
    Speciation,
    Species,
    SpeciesRules,
    compatibility_distance,
)
from evograft.operators.species_selection import (
    sel_species,
)
from evograft.operators.trust import (
    TrustRule,
    inherit_trust,
    parent_weights,
    sel_trusted,
    surviving_share,
    trust_of,
)
from evograft.operators.weights import (
    cx_uniform_weights,
    cx_whole_neurons,
    mut_gaussian_patches,
    mut_gaussian_weights,
)

__all__ = [
    "DEFAULT_RATES",
    "EXTENDED_MATRIX_RATES",
    "AdaptiveRate",
    "GenomeMutationRates",
    "Group",
    "NeuronStrategy",
    "Speciation",
    "Species",
    "SpeciesRules",
    "TrustRule",
    "compatibility_distance",
    "cross_genomes_block_preservation",
    "cross_genomes_default",
    "cross_neat",
    "cx_genome_block_preservation",
    "cx_genome_default",
    "cx_median_gene_weights",
    "cx_neat",
    "cx_one_point_codons",
    "cx_one_point_genes",
    "cx_plasticity",
    "cx_uniform_genes",
    "cx_uniform_weights",
    "cx_whole_neurons",
    "fitter_first",
    "inherit_trust",
    "mut_codons",
    "mut_gaussian_gene_weights",
    "mut_gaussian_patches",
    "mut_gaussian_weights",
    "mut_gene_count",
    "mut_gene_length",
    "mut_genome_aggressive",
    "mut_genome_default",
    "mut_modular",
    "mut_neat",
    "mut_neat_add_connection",
    "mut_neat_add_node",
    "mut_neat_weights",
    "mut_plasticity",
    "offspring_quotas",
    "parent_weights",
    "pool_combined",
    "pool_top",
    "pool_tournament",
    "replace_elitist",
    "replace_steady_state",
    "sel_distinct",
    "sel_species",
    "sel_top",
    "sel_tournament",
    "sel_tournament_distinct",
    "sel_trusted",
    "shared_scores",
    "steady_state_survivors",
    "surviving_share",
    "trust_of",
]
