"""The interface of the authors' published examples, over ours."""

import networkx as nx

from evograft.representations.morphogenesis.development import develop
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.organism import Organism


class Grid:
    """A tissue that has yet to grow; so the published examples run with only imports changed.

    Everywhere else, :func:`develop` is simpler.

    Examples
    --------
    >>> import numpy as np
    >>> grid = Grid(Genome.random(np.random.default_rng(34), size_x=10, size_y=10))
    >>> grid.run_simulation(verbose=False)
    >>> grid.get_graph().number_of_nodes(), grid.neuron_count(), grid.cell_count()
    (15, 15, 15)
    """

    def __init__(self, genome: Genome) -> None:
        self.genome = genome
        self._organism: Organism | None = None

    def run_simulation(self, verbose: bool = True) -> None:
        """Grow; *verbose* prints what has grown."""
        self._organism = develop(self.genome)
        if verbose:
            print(self._organism)

    def get_graph(self) -> nx.DiGraph:
        """Return the grown graph, as :meth:`Organism.to_networkx` gives it."""
        return self._grown().to_networkx()

    def neuron_count(self) -> int:
        """Number of neurons."""
        return self._grown().n_neurons

    def progenitor_count(self) -> int:
        """Number of cells that did not differentiate."""
        return len(self._grown().progenitors)

    def cell_count(self) -> int:
        """Number of cells."""
        return self._grown().n_cells

    def _grown(self) -> Organism:
        """The organism; before anything has grown there is one progenitor and no neuron."""
        if self._organism is None:
            raise RuntimeError("run_simulation() must be called first, got a Grid not grown yet")
        return self._organism
