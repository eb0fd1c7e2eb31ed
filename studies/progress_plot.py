"""The course of a run: fitness, accuracy and sizes over the generations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.studies._figure import new_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_PANELS = {
    "fitness": {"best": ("#0072B2", "-"), "mean": ("#E69F00", "--")},
    "accuracy": {"train_accuracy": ("#0072B2", "-"), "test_accuracy": ("#D55E00", "--")},
    "size": {
        "neurons": ("#117733", "-"),
        "connections": ("#882255", "--"),
        "genes": ("#777777", ":"),
    },
}


def plot_progress(
    log: "pd.DataFrame | Sequence[Mapping[str, Any]]", *, axes: "Iterable[Axes] | None" = None
) -> "list[Axes]":
    """Plot fitness, accuracy and size of the best network over the generations.

    Parameters
    ----------
    log : DataFrame or sequence of mappings, such as a DEAP ``Logbook``
        One row per generation, with any of the columns ``gen`` (else rows are counted from 0),
        ``best`` and ``mean``, ``train_accuracy`` and ``test_accuracy``, ``neurons``,
        ``connections`` and ``genes``. Other columns are ignored.
    axes : iterable of Axes, optional
        One for each panel that the log fills, from the top; a new figure if not given.

    Returns
    -------
    list of Axes
        One for each panel. A panel without data is left out.

    Raises
    ------
    ValueError
        Where the log holds nothing to plot, or there are fewer axes than panels.

    Examples
    --------
    >>> log = [{"gen": 0, "best": 0.9, "mean": 1e8}, {"gen": 1, "best": 0.5, "mean": 0.8}]
    >>> [ax.get_ylabel() for ax in plot_progress(log)]
    ['fitness']
    """
    import pandas as pd
    from matplotlib.ticker import MaxNLocator

    rows = pd.DataFrame(log if isinstance(log, pd.DataFrame) else list(log))
    names = [name for styles in _PANELS.values() for name in ("gen", *styles)]
    frame = rows.reindex(columns=list(dict.fromkeys(names))).apply(pd.to_numeric, errors="coerce")
    frame = frame.replace([np.inf, -np.inf], np.nan)
    frame["gen"] = frame["gen"].fillna(pd.Series(np.arange(len(frame)), frame.index))
    panels = [
        name for name, styles in _PANELS.items() if frame[list(styles)].notna().any(axis=None)
    ]
    if not panels:
        raise ValueError(f"log must hold numbers in a known column, got {list(rows.columns)}")
    chosen = _stacked(len(panels)) if axes is None else list(axes)
    if len(chosen) < len(panels):
        raise ValueError(f"axes must be {len(panels)}, for {panels}, got {len(chosen)}")
    for name, ax in zip(panels, chosen, strict=False):
        _plot_panel(ax, name, frame)
    chosen[len(panels) - 1].set_xlabel("generation")
    chosen[len(panels) - 1].xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    return chosen[: len(panels)]


def _stacked(n: int) -> "list[Axes]":
    axes = new_figure(6.8, 0.6 + 1.9 * n, "constrained").subplots(n, 1, sharex=True, squeeze=False)
    return list(axes[:, 0])


def _plot_panel(ax: "Axes", name: str, frame: "pd.DataFrame") -> None:
    marker = "o" if len(frame) <= 30 else ""
    for column, (colour, line) in _PANELS[name].items():
        rows = frame[["gen", column]].dropna()
        if len(rows):
            label = column.replace("_accuracy", "")
            style: dict[str, Any] = {"color": colour, "linestyle": line, "label": label}
            ax.plot(rows["gen"], rows[column], marker=marker, markersize=3, lw=1.6, **style)
    values = frame[list(_PANELS[name])].to_numpy(np.float64)
    low, high = _limits(values) if name == "fitness" else (np.nanmin(values), np.nanmax(values))
    positive = bool(np.nanmin(values) > 0)
    if positive and high > 20 * low:
        ax.set_yscale("log")
    if name == "fitness" and (high < np.nanmax(values) or low > np.nanmin(values)):
        log_scale = ax.get_yscale() == "log"
        margin = (high / low) ** 0.05 if log_scale else 0.05 * (high - low)
        ax.set_ylim(
            *((low / margin, high * margin) if log_scale else (low - margin, high + margin))
        )
        worst = np.nanmax(values) if high < np.nanmax(values) else np.nanmin(values)
        note = f"mean off the scale (to {worst:.2g}) in some generations"
        ax.set_title(note, loc="right", fontsize=8, color="#555555")
    ax.set_ylabel(name, fontsize=10)
    ax.tick_params(labelsize=9)
    ax.grid(color="#dddddd", lw=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)


def _limits(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the least and the greatest fitness to show, from columns best and mean.

    One penalty of 1e8 lifts a mean so far that everything else would be a flat line. So the axis
    holds every best value, and the mean only within ten times the larger of these two: the range
    of the best values, and the median distance of the mean from the nearest of them. No mean
    that lies closer is cut off, whichever way fitness is optimised.
    """
    best, mean = (column[np.isfinite(column)] for column in values.T)
    if not best.size or not mean.size:
        return float(np.nanmin(values)), float(np.nanmax(values))
    low, high = float(best.min()), float(best.max())
    far = float(np.median(np.maximum(np.maximum(low - mean, mean - high), 0)))
    reach = 10 * max(high - low, far)
    if reach == 0:
        reach = 10 * abs(high) or 1.0
    return max(min(low, float(mean.min())), low - reach), min(
        max(high, float(mean.max())), high + reach
    )
