"""Modular grammatical evolution: one gene is one hidden neuron."""

from evograft.representations.modular.forward import PopulationForward
from evograft.representations.modular.genotype import ModularGenotype, random_gene, random_genotype
from evograft.representations.modular.mapping import ModularMapping

__all__ = [
    "ModularGenotype",
    "ModularMapping",
    "PopulationForward",
    "random_gene",
    "random_genotype",
]
