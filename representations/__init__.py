"""Genotypes, their mapping to phenotypes, the phenotypes, and beside each its numba kernels.

- :mod:`.grammar`, :mod:`.neuron_grammar`: BNF, the plain mapper, what a neuron is written like
- :mod:`.neuron_mapper`: the fast mapper of many genes (:mod:`.neuron_automaton` checks a grammar)
- :mod:`.network`, :mod:`.complexity`: the sparse feed-forward phenotype and its size
- :mod:`.dense_network`, :mod:`.weight_vector`: the multi-layer perceptron and its weights in a row;
  :mod:`.genreg_file` reads published ones
- :mod:`.recurrent`: the recurrent phenotype
- :mod:`.morphogenesis`: genomes that grow into recurrent networks
- :mod:`.files`: writing files whole or not at all
- :mod:`.modular`: the genotype of modular grammatical evolution, its mapping and batch forward pass
- :mod:`.grammatical`: codons to sentences of any grammar, as GE, SGE and DSGE do
- :mod:`.neat_genome`, :mod:`.innovations`: NEAT's genotype and its historical marks;
  :mod:`.neat_forward` and :mod:`.neat_network` are what it develops into
- :mod:`.fitness`: a DEAP fitness with weights per instance
"""

if __name__ != "evograft.representations":
    msg = "source folder: import evograft.representations instead"
    raise ImportError(msg)
