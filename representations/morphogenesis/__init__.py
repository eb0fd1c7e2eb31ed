"""Genomes that grow into recurrent networks on a torus (MorphoNAS)."""

from evograft.representations.morphogenesis.development import develop, develop_many
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.grid import Grid
from evograft.representations.morphogenesis.organism import Organism
from evograft.representations.morphogenesis.plastic_genome import PlasticGenome
from evograft.representations.morphogenesis.random_digraph import random_digraph

__all__ = [
    "Genome",
    "Grid",
    "Organism",
    "PlasticGenome",
    "develop",
    "develop_many",
    "random_digraph",
]
