"""Evograft grafts neuroevolution methods onto any DEAP toolbox.

The rooms, each importing only from the ones after it:

- :mod:`evograft.studies` runs things: ``evolve``, checkpoints, reports, the command line.
- :mod:`evograft.plugins` says what a method is, and grafts it onto a toolbox.
- :mod:`evograft.problems` says what is solved; :mod:`evograft.operators` varies and selects.
- :mod:`evograft.representations` holds genotypes, their mapping, phenotypes and kernels.
"""

__version__ = "0.1.0"
