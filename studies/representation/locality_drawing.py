"""The picture of locality: distance over the number of neurons."""

from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.studies._figure import new_figure
from evograft.studies.reports.convergence import COLOURS, LINES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def draw_locality(measured: "pd.DataFrame") -> "Figure":
    """Draw mean tree edit distances over neurons, with their 95 % confidence intervals.

    Parameters
    ----------
    measured : DataFrame
        From :func:`~evograft.studies.representation.locality.measure_locality`.

    Returns
    -------
    Figure
        With a panel for each number of bits.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"method": "mge", "bits": 1, "neurons": n, "distances": 100, "mean": 1.0, "sd": 2.0}
    ...         for n in (2, 3)]
    >>> draw_locality(pd.DataFrame(rows)).axes[0].get_title()
    'Hamming distance 1'
    """
    bits = sorted(measured["bits"].unique().tolist())
    methods = measured["method"].unique().tolist()
    figure = new_figure(0.8 + 4.4 * len(bits), 3.6, "constrained")
    axes = figure.subplots(1, len(bits), sharey=True, squeeze=False)[0]
    for ax, n in zip(axes, bits, strict=True):
        for place, method in enumerate(methods):
            part = measured[(measured["bits"] == n) & (measured["method"] == method)]
            half = 1.96 * part["sd"] / np.sqrt(part["distances"])
            style: dict[str, Any] = {"color": COLOURS[place % 7], "ls": LINES[place // 7 % 4]}
            ax.errorbar(
                part["neurons"], part["mean"], half, label=method, capsize=2, lw=1.6, **style
            )
        ax.set_title(f"Hamming distance {n}", fontsize=10)
        ax.set_xlabel("neurons", fontsize=9)
        ax.tick_params(labelsize=8)
        ax.grid(color="#dddddd", lw=0.6)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylim(bottom=0)  # of all panels, once all is drawn
    axes[0].set_ylabel("tree edit distance", fontsize=9)
    axes[-1].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)
    return figure
