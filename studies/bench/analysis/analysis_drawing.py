"""Pictures of one benchmark, or of the two modes beside each other."""

from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.studies._figure import new_figure
from evograft.studies.bench.analysis.mode_values import MODES, Attempts
from evograft.studies.bench.analysis.size_terciles import PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00")
"""Of the first and the second mode, after Okabe and Ito; their lines and hatches differ too."""

_LINES = ("-", (0, (4, 1.5)))
_MARKERS = ("o", "^")
_GREYS = ("#4d4d4d", "#8c8c8c", "#bdbdbd", "#e3e3e3")
_HATCHES = ("", "///", "...", "xxx")
_BINS = 40
_MOST_POINTS = 4000
_TEXT: dict[str, Any] = {"fontsize": 9}


def draw_distributions(entries: "pd.DataFrame", metrics: "Sequence[str]") -> "Figure":
    """Draw a histogram of each metric, with the medians; modes share the bins.

    Parameters
    ----------
    entries : DataFrame
        With the columns ``mode``, of one or two different ones, and *metrics*. NaN are left out.
    metrics : sequence of str
        At least one.

    Returns
    -------
    Figure
        Heights are shares of the networks of a mode, so that modes of different size compare.

    Examples
    --------
    >>> import pandas as pd
    >>> entries = pd.DataFrame({"mode": ["random"] * 4, "density": [0.1, 0.2, 0.2, 0.4]})
    >>> draw_distributions(entries, ["density"]).axes[0].get_title()
    'density'
    """
    columns = min(3, len(metrics))
    rows = -(-len(metrics) // columns)
    figure = new_figure(3.5 * columns + 0.3, 2.3 * rows + 0.5, "constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    samples = _by_mode(entries)
    for ax, metric in zip(axes, metrics, strict=False):
        _draw_histograms(ax, {mode: _finite(rows[metric]) for mode, rows in samples.items()})
        ax.set_title(metric, parse_math=False, fontsize=10)
    for ax in axes[len(metrics) :]:
        ax.remove()
    for ax in axes[: len(metrics) : columns]:
        ax.set_ylabel("share of networks", **_TEXT)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False, **_TEXT)
    return figure


def _draw_histograms(ax: "Axes", samples: "Mapping[str, Any]") -> None:
    everything = np.concatenate(list(samples.values()))
    edges = np.histogram_bin_edges(everything, _BINS)
    for place, (mode, values) in enumerate(samples.items()):
        line: dict[str, Any] = {"color": COLOURS[place], "ls": _LINES[place]}
        if values.size:
            shares = np.histogram(values, edges)[0] / values.size
            ax.stairs(shares, edges, fill=True, alpha=0.18, color=COLOURS[place])
            ax.stairs(shares, edges, lw=1.3, label=mode, **line)
            ax.axvline(
                float(np.median(values)), lw=1.0, label=f"median of {mode}", alpha=0.8, **line
            )
        else:
            ax.plot([], [], label=f"{mode}: none", **line)
    ax.set_ylim(bottom=0)
    _plain(ax)


def draw_against_size(entries: "pd.DataFrame", metric: str) -> "Figure":
    """Draw a metric of each network against its nodes, and against its edges.

    Parameters
    ----------
    entries : DataFrame
        With ``mode``, *metric*, and ``n`` or ``m`` or both. Of more than 4000 networks of a mode
        every second, third, … is drawn.
    metric : str
    """
    sizes = {"n": "nodes", "m": "edges"}
    drawn = [name for name in sizes if name in entries]
    figure = new_figure(4.6 * len(drawn), 3.9, "constrained")
    for ax, name in zip(figure.subplots(1, len(drawn), squeeze=False)[0], drawn, strict=True):
        for place, (mode, rows) in enumerate(_by_mode(entries).items()):
            step = -(-len(rows) // _MOST_POINTS)
            some = rows.iloc[::step]
            style: dict[str, Any] = {"ls": "", "marker": _MARKERS[place], "mew": 0.0, "ms": 3.4}
            label = f"{mode} ({len(some)} of {len(rows)})" if step > 1 else f"{mode} ({len(rows)})"
            style |= {"color": COLOURS[place], "alpha": 0.4, "label": label}
            ax.plot(some[name], some[metric], **style)
        ax.set_xlabel(sizes[name], **_TEXT)
        ax.set_ylabel(metric, parse_math=False, **_TEXT)
        _plain(ax)
    handles, labels = ax.get_legend_handles_labels()
    legend = figure.legend(
        handles, labels, loc="outside upper center", ncols=2, frameon=False, markerscale=2, **_TEXT
    )
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_alpha(1)
    return figure


def draw_by_part(entries: "pd.DataFrame", metric: str) -> "Figure":
    """Draw a metric as box plots: of each third by size, one box for each mode.

    Boxes span the quartiles with a line at the median, whiskers end within 1.5 times their height,
    and networks beyond them are points.

    Parameters
    ----------
    entries : DataFrame
        With ``mode``, ``part`` and *metric*.
    metric : str
    """
    modes = _by_mode(entries)
    ax = (figure := new_figure(6.4, 4.0, "constrained")).subplots()
    for place, (mode, rows) in enumerate(modes.items()):
        samples = [_finite(rows.loc[rows["part"] == part, metric]) for part in PARTS]
        at = np.arange(len(PARTS)) + (place - (len(modes) - 1) / 2) * 0.38
        colour = COLOURS[place]
        boxes = ax.boxplot(
            samples,
            positions=at,
            widths=0.32,
            patch_artist=True,
            manage_ticks=False,
            boxprops={"facecolor": colour, "alpha": 0.45, "hatch": _HATCHES[place], "lw": 0.8},
            medianprops={"color": "black", "lw": 1.6},
            flierprops={"marker": ".", "ms": 3, "mec": colour, "mfc": colour, "alpha": 0.5},
        )
        boxes["boxes"][0].set_label(mode)
        for x, sample in zip(at, samples, strict=True):
            style: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": 7.5}
            ax.text(
                x,
                0.01,
                f"n = {sample.size}",
                transform=ax.get_xaxis_transform(),
                **style,
            )
    ax.set_xticks(range(len(PARTS)), [f"{part} networks" for part in PARTS], **_TEXT)
    ax.set_ylabel(metric, parse_math=False, **_TEXT)
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.06 * (high - low), high)  # room for the numbers
    _plain(ax)
    figure.legend(loc="outside upper center", ncols=2, frameon=False, **_TEXT)
    return figure


def draw_attempts(attempts: "Mapping[str, Attempts]") -> "Figure":
    """Draw what came of the attempts of each mode, as bars of shares.

    Parameters
    ----------
    attempts : mapping of str to Attempts
        By mode; at least one.
    """
    from matplotlib.ticker import PercentFormatter

    names = list(attempts)
    figure = new_figure(7.6, 1.5 + 0.65 * len(names), "constrained")
    ax = figure.subplots()
    reasons = list(dict.fromkeys(name for one in attempts.values() for name in one.rejected))
    kinds = ["accepted", *(f"rejected: {reason}" for reason in reasons)]
    colours = ["#009E73", *(_GREYS[place % len(_GREYS)] for place in range(len(reasons)))]
    left = np.zeros(len(names))
    for place, kind in enumerate(kinds):
        shares = np.array(
            [
                (one.rejected.get(reasons[place - 1], 0) if place else one.accepted)
                / max(one.made, 1)
                for one in attempts.values()
            ]
        )
        hatch = _HATCHES[(place - 1) % len(_HATCHES)] if place else ""
        style: dict[str, Any] = {"color": colours[place], "hatch": hatch, "edgecolor": "white"}
        ax.barh(names, shares, left=left, height=0.62, label=kind, lw=0.6, **style)
        left += shares
    labels = [f"{mode}\n{one.accepted} of {one.made}" for mode, one in attempts.items()]
    ax.set_yticks(range(len(names)), labels, **_TEXT)
    for y, one in enumerate(attempts.values()):
        share = f" yield {one.accepted / max(one.made, 1):.1%}"
        ax.text(1.0, y, share, va="center", ha="left", **_TEXT)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("share of attempts", **_TEXT)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, **_TEXT)
    return figure


def _by_mode(entries: "pd.DataFrame") -> "dict[str, pd.DataFrame]":
    """Rows of each mode; those of :data:`MODES` first, so that they keep their colours."""
    found = entries["mode"].unique().tolist()
    order = [mode for mode in MODES if mode in found] if set(found) <= set(MODES) else found
    return {mode: entries[entries["mode"] == mode] for mode in order}


def _finite(column: "pd.Series[Any]") -> Any:
    values = column.to_numpy(np.float64)
    return values[np.isfinite(values)]


def _plain(ax: "Axes") -> None:
    ax.grid(axis="y", color="#dddddd", lw=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=8)
