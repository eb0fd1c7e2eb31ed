"""The twenty targets of the paper's experiment A, and how they were drawn."""

import random

PUBLISHED: dict[str, tuple[int, int, int]] = {
    "K01": (11, 1, 30),
    "K02": (27, 2, 75),
    "K03": (14, 1, 42),
    "K04": (8, 1, 14),
    "K05": (22, 1, 92),
    "K06": (30, 0, 232),
    "K07": (31, 1, 124),
    "K08": (27, 2, 103),
    "K09": (19, 0, 87),
    "K10": (20, 2, 54),
    "K11": (10, 1, 18),
    "K12": (14, 0, 76),
    "K13": (9, 0, 35),
    "K14": (17, 1, 34),
    "K15": (18, 0, 119),
    "K16": (31, 2, 87),
    "K17": (23, 0, 223),
    "K18": (27, 1, 142),
    "K19": (28, 0, 189),
    "K20": (15, 1, 32),
}
"""Neurons, sources and connections of each (arXiv 2507.13785, experiment A). The dense ones without
a source (K06, K17, K19) are the hardest."""

PUBLISHED_SEED = 54210

_TRIES = 10


def draw_targets(count: int = 20, *, seed: int = PUBLISHED_SEED) -> list[tuple[int, int, int]]:
    """Draw counts of neurons, sources and connections as those of `PUBLISHED` were drawn.

    For each target n is uniform from 8 to 32, the density uniform from 1.5 / (n - 1) to 0.5, and
    the number of connections ``max(density · n · (n - 1), 1.5 n)``, rounded down. A random digraph
    of that size is drawn, up to ten times, until it has a source and is weakly connected, and its
    sources are counted; the last one counts where none is so.

    Parameters
    ----------
    count : int
    seed : int
        Of the Python generator from which everything is drawn.

    Examples
    --------
    >>> draw_targets(2)
    [(11, 1, 30), (27, 2, 75)]
    """
    import networkx as nx

    rng = random.Random(seed)
    targets = []
    for _ in range(count):
        n = rng.randint(8, 32)
        density = rng.uniform(1.5 / (n - 1), 0.5)
        m = max(int(density * n * (n - 1)), int(1.5 * n))
        for _ in range(_TRIES):
            graph = nx.gnm_random_graph(n, m, seed=rng, directed=True)
            sources = sum(degree == 0 for _, degree in graph.in_degree())
            if sources and nx.is_weakly_connected(graph):
                break
        targets.append((n, sources, m))
    return targets
