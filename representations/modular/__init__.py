"""Modular grammatical evolution: one gene is one hidden neuron."""

from evograft.representations.modular.forward import PopulationForward
from evograft.representations.modular.genotype import ModularGenotype, random_gene, random_genotype
from evograft.representations.modular.mapping import ModularMapping
from evograft.representations.modular.recurrent import RecurrentMapping

__all__ = [
    "ModularGenotype",
    "ModularMapping",
    "PopulationForward",
    "RecurrentMapping",
    "random_gene",
    "random_genotype",
]
