"""Rank correlations of the metrics of a benchmark as a picture."""

from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.studies._figure import new_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def draw_correlations(correlations: "pd.DataFrame") -> "Figure":
    """Draw a matrix of rank correlations in colours; where there is none, a cell is grey.

    Parameters
    ----------
    correlations : DataFrame
        As `spearman_correlations` returns it.
    """
    import matplotlib as mpl

    names = list(correlations.columns)
    side = max(3.2, 0.19 * len(names))
    figure = new_figure(side + 2.9, side + 2.0, "compressed")
    ax = figure.subplots()
    colours = mpl.colormaps["RdBu_r"].with_extremes(bad="#cccccc")
    values = np.ma.masked_invalid(correlations.to_numpy(np.float64))
    image = ax.imshow(values, cmap=colours, vmin=-1, vmax=1)
    small: dict[str, Any] = {"fontsize": 7.5, "parse_math": False}
    ax.set_xticks(range(len(names)), names, rotation=90, **small)
    ax.set_yticks(range(len(names)), names, **small)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=ax, fraction=0.03, pad=0.02)
    bar.set_label("Spearman's rank correlation (grey: undefined)", fontsize=9)
    bar.ax.tick_params(labelsize=8)
    return figure
