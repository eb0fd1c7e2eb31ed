"""What a page or a table says about a metric."""

from typing import NamedTuple

NEVER = "never"


class Definition(NamedTuple):
    """Definition of one metric.

    Attributes
    ----------
    summary : str
        The formula in words. n, m: nodes and edges; U: the undirected projection without loops.
    source : str
        Author and year, or "ours".
    undefined : str
        When the metric is NaN, because its formula says nothing there; "never" else.
    """

    summary: str
    source: str
    undefined: str = NEVER
