"""Islands: populations that evolve apart, each on a worker, and exchange individuals."""

from evograft.studies.islands.migration import Migration

__all__ = ["Migration"]
