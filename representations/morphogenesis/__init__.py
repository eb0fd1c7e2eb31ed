"""Genomes that grow into recurrent networks on a torus (MorphoNAS)."""

from evograft.representations.morphogenesis.genome import Genome

__all__ = ["Genome"]
