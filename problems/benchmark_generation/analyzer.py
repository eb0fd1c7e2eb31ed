"""Structural metrics of whatever one has: a genome's file, a genome, a network."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.problems.benchmark_generation.metrics.measure import measure
from evograft.representations.morphogenesis import Genome, Organism, develop

if TYPE_CHECKING:
    import networkx as nx


class NetworkStructuralAnalyzer:
    """Measures the structure of networks; a genome is grown first, as it grows in the benchmark.

    The name and :meth:`grow_network_from_genome` are those of the published benchmark, so that
    scripts written for it run. The metrics are the ones defined here. There is no structural
    balance among them: that of Cartwright and Harary (1956) is about signs, and all weights of
    grown networks are positive, so it would be 1 for every one.

    Examples
    --------
    >>> import networkx as nx
    >>> found = NetworkStructuralAnalyzer().analyze(nx.DiGraph([(0, 1), (1, 2), (2, 1)]))
    >>> found["has_cycle"], round(found["flow_hierarchy"], 4)
    (1.0, 0.3333)
    """

    def grow_network_from_genome(self, path: str | PathLike[str]) -> dict[str, float]:
        """Grow the genome in the file *path*, and measure the network.

        Parameters
        ----------
        path : str or path
            JSON of a genome, or any published file that holds one, see `Genome.load`.

        Returns
        -------
        dict of str to float
            As :meth:`analyze`.

        Raises
        ------
        FileNotFoundError, ValueError
            Where there is no such file, it is no JSON, or holds no valid genome.
        """
        return self.analyze(Path(path))

    def analyze(
        self, network: "str | PathLike[str] | Genome | Organism | nx.DiGraph"
    ) -> dict[str, float]:
        """Measure a network, after growing it where it is a genome or a genome's file.

        Parameters
        ----------
        network : str, path, Genome, Organism, or networkx.DiGraph
            Of a ``DiGraph`` neither weights nor attributes are looked at, ``pos`` among them, so
            that its connections have no lengths.

        Returns
        -------
        dict of str to float
            Metrics under their names, in a fixed order; NaN where one is undefined.

        Raises
        ------
        TypeError
            Where it is none of these.
        FileNotFoundError, ValueError
            As :meth:`grow_network_from_genome`.
        """
        if isinstance(network, str | PathLike):
            network = Genome.load(Path(network))
        if isinstance(network, Genome):
            network = develop(network)
        return measure(network)
