"""Genomes that grow into recurrent networks on a torus (MorphoNAS)."""

from evograft.representations.morphogenesis.development import develop, develop_many
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.grid import Grid
from evograft.representations.morphogenesis.organism import Organism

__all__ = ["Genome", "Grid", "Organism", "develop", "develop_many"]
