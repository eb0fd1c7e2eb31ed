"""Lines on a torus that is drawn as a plane."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Sites = npt.NDArray[np.integer[Any]]
Points = npt.NDArray[np.float64]


def shortest(difference: Points, torus: tuple[int, int]) -> Points:
    """The shortest way on a torus of that size to what is *difference* away on the plane.

    >>> shortest(np.array([[9.0, -1.0], [5.0, 6.0]]), (10, 10)).tolist()
    [[-1.0, -1.0], [5.0, -4.0]]
    """
    size = np.array(torus)
    way: Points = difference - size * np.round(difference / size)
    return way


def axon_lines(axons: Sequence[Sites], torus: tuple[int, int]) -> list[Points]:
    """Return the lines of axons, (points, 2) each.

    A step over the border is drawn twice, out of the one side and into the other, so that a panel
    with the limits of the torus shows either half.

    Examples
    --------
    >>> [line.tolist() for line in axon_lines([np.array([[1, 0], [0, 0], [3, 0]])], (4, 4))]
    [[[1.0, 0.0], [0.0, 0.0], [-1.0, 0.0]], [[4.0, 0.0], [3.0, 0.0]]]
    """
    lines = []
    for axon in axons:
        sites = np.asarray(axon, dtype=np.float64)
        points = [sites[0]]
        for site in sites[1:]:
            step = shortest(site - points[-1], torus)
            points.append(points[-1] + step)
            if not np.array_equal(points[-1], site):
                lines.append(np.array(points))
                points = [site - step, site]
        lines.append(np.array(points))
    return lines
