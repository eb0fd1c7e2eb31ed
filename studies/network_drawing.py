"""A network drawn with its modules."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.representations.network import Network
from evograft.representations.one_vs_all import OneVsAllNetwork
from evograft.studies._figure import new_figure
from evograft.studies.network_layout import (
    Plan,
    colour_of,
    legend_columns,
    legend_entries,
    modules_of,
    node_names,
    plan_layout,
)

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

SIGN_COLOURS = {1: "#0072B2", -1: "#D55E00", 0: "#999999"}
"""Colours of positive, negative and zero weights (blue and vermilion of Okabe and Ito)."""


def draw_network(
    network: Network | OneVsAllNetwork,
    *,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a network with its modules: inputs left, hidden neurons by layer, outputs right.

    A module is the hidden neurons that feed the same output; they share a colour and a band.
    Neurons that feed several outputs are white with a black ring. A neuron that feeds only other
    neurons counts to the outputs that it reaches. Inputs are in the order that crosses few
    edges, not that of the data; unused ones are left out, and names that would not be legible.
    Parallel connections are drawn as one edge.

    Parameters
    ----------
    network : Network, or OneVsAllNetwork of such
    feature_names : sequence of str, one per input, optional
    class_names : sequence of str, optional
        One per class: two where the network has one output.
    ax : Axes, optional
        Emptied of its frame and scaled to its size; a new figure of fitting size if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        Where the names are not as many as inputs or classes.

    Examples
    --------
    >>> network = Network(
    ...     n_inputs=2, n_outputs=1, function=[1], bias=[0.5], indptr=[0, 2], sources=[0, 1],
    ...     weights=[1.0, -2.0], out_sources=[2], out_targets=[0], out_weights=[4.0],
    ... )
    >>> draw_network(network, class_names=["benign", "malignant"]).get_title()
    '1 neuron · 3 connections · 14 operations'
    """
    graph = network.to_networkx()
    modules = modules_of(graph)
    names = node_names(network, feature_names, class_names)
    if ax is None:
        inputs = len(graph) - len(modules) - network.n_outputs
        rows = max(len(modules) + 0.6 * network.n_outputs, 0.8 * inputs)
        height = float(np.clip(1.5 + 0.24 * rows, 3.6, 9.0))
        ax = new_figure(7.5, height).add_axes((0.01, 0.01, 0.98, 0.98 - 0.3 / height))
    plan = plan_layout(graph, modules, names, ax)
    size = network.complexity()
    counts = {"neuron": size.neurons, "connection": size.connections, "operation": size.operations}
    title = " · ".join(f"{n} {word}{'s' * (n != 1)}" for word, n in counts.items())
    ax.set_title(title, fontsize=11)
    ax.set(xlim=(0, plan.size[0]), ylim=(0, plan.size[1]))
    ax.axis("off")
    _draw_bands(ax, plan)
    lines = _draw_edges(ax, graph, plan)
    _draw_nodes(ax, plan, [f"output{o + 1}" for o in range(network.n_outputs)])
    _draw_labels(ax, graph, plan, network.n_inputs)
    _draw_legends(ax, plan, lines)
    return ax


def _draw_bands(ax: "Axes", plan: Plan) -> None:
    """Lay the colour of every module behind its neurons."""
    from matplotlib.patches import FancyBboxPatch

    for module in {module for module in plan.modules.values() if len(module) == 1}:
        x, y = np.array([plan.at[node] for node, own in plan.modules.items() if own == module]).T
        half = min(0.5 * plan.step["hidden"], 14)
        corner, width, height = (x.min() - 11, y.min() - half), np.ptp(x) + 22, np.ptp(y) + 2 * half
        style: dict[str, Any] = {
            "boxstyle": "round,pad=0,rounding_size=4",
            "lw": 0,
            "zorder": 0,
            "alpha": 0.22,
        }
        ax.add_patch(FancyBboxPatch(corner, width, height, fc=colour_of(module), **style))


def _draw_edges(ax: "Axes", graph: "nx.DiGraph", plan: Plan) -> "list[Line2D]":
    """Draw the edges, thick ones first, and return the entries of their legend.

    Widths grow with the weight up to the 95th percentile, so that one outlier thins no other.
    """
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    edges = sorted(graph.edges(data="weight"), key=lambda edge: -abs(edge[2]))
    weights = np.array([weight for *_, weight in edges])
    signs = [int(sign) for sign in np.sign(weights)]
    full = float(np.percentile(np.abs(weights), 95)) if edges else 0.0
    widest = float(np.clip(3 * np.sqrt(60 / max(len(edges), 1)), 1.3, 3))
    widths = 0.4 + (widest - 0.4) * np.minimum(np.abs(weights) / (full or 1.0), 1)
    layers = graph.nodes(data="layer")
    t = np.linspace(0, 1, 21)[:, None]
    paths = []
    for source, target, _ in edges:
        start, end = np.array(plan.at[source]), np.array(plan.at[target])
        skips = layers[target] - layers[source] > 1
        bow = skips * 0.8 * min(plan.step["hidden"], 24)
        paths.append(start + t * (end - start) + 4 * t * (1 - t) * np.array([0, bow]))
    lines = LineCollection(paths, colors=[SIGN_COLOURS[s] for s in signs], linewidths=widths)
    lines.set(alpha=0.75, zorder=1, gid="edges")
    ax.add_collection(lines)
    words = {1: "positive weight", -1: "negative weight", 0: "weight 0"}
    keys = [(words[s], SIGN_COLOURS[s], 2.0) for s in words if s in signs]
    if full:
        keys.append((f"|weight| ≥ {full:.2g}", "#555555", widest))
        keys.append((f"|weight| = {full / 4:.2g}", "#555555", 0.4 + (widest - 0.4) / 4))
    return [Line2D([], [], label=label, color=c, lw=width) for label, c, width in keys]


def _draw_nodes(ax: "Axes", plan: Plan, outputs: list[str]) -> None:
    modules = list(plan.modules.values())
    rings = [1.8 if len(module) > 1 else 0.6 for module in modules]
    inputs = [node for node in plan.at if node not in plan.modules and node not in outputs]
    step = plan.step["hidden"]
    for gid, nodes, diameter, style in (
        ("inputs", inputs, np.clip(0.5 * plan.step["input"], 2, 7), {"c": "#555555"}),
        ("hidden", list(plan.modules), np.clip(0.65 * step, 3, 14),
         {"c": [colour_of(module) for module in modules], "ec": "black", "linewidths": rings}),
        ("outputs", outputs, np.clip(0.9 * step, 4, 13),
         {"c": [colour_of((o + 1,)) for o in range(len(outputs))], "ec": "black", "marker": "s"}),
    ):  # fmt: skip
        if nodes:
            x, y = zip(*(plan.at[node] for node in nodes), strict=True)
            ax.scatter(x, y, s=float(diameter) ** 2, zorder=3, gid=gid, **style)


def _draw_labels(ax: "Axes", graph: "nx.DiGraph", plan: Plan, n_inputs: int) -> None:
    """Name inputs, where they are legible, outputs and columns."""
    heads: dict[float, str] = {}
    n_used = sum(kind == "input" for _, kind in graph.nodes(data="kind"))
    heading = {"input": f"{n_used} of {n_inputs} inputs", "output": "output"}
    for node, data in graph.nodes(data=True):
        (x, y), kind = plan.at[node], data["kind"]
        heads[x] = heading.get(kind, f"layer {data['layer']}")
        if font := plan.fonts.get(kind):
            side, align = (-8, "right") if kind == "input" else (10, "left")
            ax.text(x + side, y, plan.names[node], fontsize=font, ha=align, va="center")
    if len(heads) > 9:
        heads = {x: text for x, text in heads.items() if not text.startswith("layer")}
    for x, text in heads.items():
        style: dict[str, Any] = {"fontsize": 8, "color": "#555555", "ha": "center"}
        ax.text(x, plan.top + 14, text, **style)


def _draw_legends(ax: "Axes", plan: Plan, edges: "list[Line2D]") -> None:
    from matplotlib.lines import Line2D

    entries = legend_entries(plan.modules, plan.names)
    style: dict[str, Any] = {"fontsize": 8, "title_fontsize": 8, "frameon": False, "borderpad": 0}
    style |= {"handletextpad": 0.5, "columnspacing": 1.2, "alignment": "left"}
    if edges:
        legend = ax.legend(handles=edges, loc="lower right", ncols=2, title="connections", **style)
    if entries:
        if edges:
            ax.add_artist(legend)
        dots = [
            Line2D([], [], label=label, color=colour, marker="o", ls="", ms=7, mec="black",
                   mew=1.8 if label == "several outputs" else 0.6)
            for label, colour in entries
        ]  # fmt: skip
        n = legend_columns(entries, plan.size[0])
        ax.legend(handles=dots, loc="lower left", ncols=n, title="neurons feed", **style)
