"""Where the parts of a drawn network go: modules together, layers in columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from evograft.representations.network import Network
from evograft.representations.one_vs_all import OneVsAllNetwork
from evograft.studies._figure import figure_of

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes

MODULE_COLOURS = (
    *("#88CCEE", "#DDCC77", "#AA4499", "#117733", "#CC6677"),
    *("#332288", "#44AA99", "#882255", "#999933", "#E69F00"),
)
"""Colours of the modules by output, after Paul Tol's muted scheme; they repeat after ten."""

Module = tuple[int, ...]
"""Numbers, from 1, of the outputs that a neuron feeds."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Plan:
    """Where everything goes, in points from the lower left corner of the axes."""

    at: dict[str, Point]
    modules: dict[str, Module]
    names: dict[str, str]
    step: dict[str, float]
    fonts: dict[str, float]
    size: Point
    top: float


def node_names(
    network: Network | OneVsAllNetwork,
    features: Sequence[str] | None,
    classes: Sequence[str] | None,
) -> dict[str, str]:
    """Return what to write beside every input and output node."""
    n_in, n_out = network.n_inputs, network.n_outputs
    n_classes = max(2, n_out)
    for name, given, n in (("feature", features, n_in), ("class", classes, n_classes)):
        if given is not None and len(given) != n:
            raise ValueError(f"{name}_names must be {n}, got {len(given)}")
    if features is None:
        features = [f"x{i + 1}" for i in range(n_in)]
    if classes is None:
        classes = (
            ["class 0", "class 1"] if n_out == 1 else [f"output {o + 1}" for o in range(n_out)]
        )
    outputs = [_short(name) for name in classes]
    if n_out == 1:
        outputs = [f"P({outputs[1]})"]
    names = {f"x{i + 1}": _short(name) for i, name in enumerate(features)}
    return names | {f"output{o + 1}": name for o, name in enumerate(outputs)}


def _short(name: object, limit: int = 24) -> str:
    """Return *name*, cut to *limit* letters; dollars are escaped, for they start a formula."""
    text = str(name)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return text.replace("$", r"\$")


def modules_of(graph: "nx.DiGraph") -> dict[str, Module]:
    """Return the module of every hidden neuron; where it feeds no output, what it reaches."""
    hidden = {n: data for n, data in graph.nodes(data=True) if data["kind"] == "hidden"}
    modules: dict[str, Module] = {}
    for node in reversed(hidden):
        reached = {o for after in graph.successors(node) for o in modules.get(after, ())}
        modules[node] = hidden[node]["module"] or tuple(sorted(reached))
    return modules


def plan_layout(
    graph: "nx.DiGraph", modules: dict[str, Module], names: dict[str, str], ax: "Axes"
) -> Plan:
    """Place modules from the top in the order of their outputs, shared neurons between them."""
    kinds: dict[str, list[str]] = {"input": [], "output": [], "hidden": []}
    for node, kind in graph.nodes(data="kind"):
        kinds[kind].append(node)
    box = ax.get_window_extent()
    width, height = (72 / figure_of(ax).dpi * side for side in (box.width, box.height))
    top = height - 30
    y: dict[str, float] = {}
    entries = legend_entries(modules, names)
    bottom = 26 + 12 * max(3, -(-len(entries) // legend_columns(entries, width)))
    for _ in range(3):
        rows, n_rows = _rows(graph, modules, y)
        step = {"hidden": (top - bottom) / n_rows}
        step["input"] = (top - bottom) / max(len(kinds["input"]), 1)
        y |= {node: top - (row + 0.5) * step["hidden"] for node, row in rows.items()}
        pull = {x: np.mean([y[after] for after in graph.successors(x)]) for x in kinds["input"]}
        for row, node in enumerate(sorted(pull, key=lambda x: -pull[x])):
            y[node] = top - (row + 0.5) * step["input"]
    fonts = {"input": label_font(step["input"]), "output": min(9.0, 1.3 * step["hidden"])}
    left, right = (
        max(36, 16 + _width((names[node] for node in kinds[kind]), font) if font else 0)
        for kind, font in fonts.items()
    )
    shrink = min(1, 0.65 * width / (left + right))
    fonts = {kind: shrink * font for kind, font in fonts.items()}
    left, right = shrink * left, shrink * right
    layers, last = graph.nodes(data="layer"), graph.nodes[kinds["output"][0]]["layer"]
    span = (width - left - right) / last
    at = {node: (left + span * layers[node], y[node]) for node in graph}
    return Plan(at, modules, names, step, fonts, (width, height), top)


def _rows(
    graph: "nx.DiGraph", modules: dict[str, Module], y: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """Return the row of every hidden neuron and output, from the top, and the number of rows."""
    outputs = [node for node, kind in graph.nodes(data="kind") if kind == "output"]
    groups: dict[Module, dict[int, list[str]]] = {(o + 1,): {} for o in range(len(outputs))}
    for node, module in modules.items():
        layer = graph.nodes[node]["layer"]
        groups.setdefault(module, {}).setdefault(layer, []).append(node)
    rows: dict[str, float] = {}
    start, before = 0.0, cast("Module", (0, 0))
    for module in sorted(groups, key=lambda m: (np.mean(m) if m else np.inf, len(m))):
        start += 0.7 if rows and 1 in (len(before), len(module)) else 0.0
        n = max((len(nodes) for nodes in groups[module].values()), default=1)
        for nodes in groups[module].values():
            pull = {v: np.mean([y.get(u, 0.0) for u in graph.pred[v]] or [0.0]) for v in nodes}
            for i, node in enumerate(sorted(nodes, key=lambda v: -pull[v])):
                rows[node] = start + (n - len(nodes)) / 2 + i
        if len(module) == 1:
            rows[outputs[module[0] - 1]] = start + (n - 1) / 2
        start, before = start + n, module
    return rows, start


def _width(texts: Iterable[str], font: float) -> float:
    """Return the width of the widest text in points."""
    from matplotlib.textpath import TextPath

    paths = [TextPath((0, 0), text, size=font) for text in texts if text.strip()]
    return max((float(path.get_extents().xmax) for path in paths), default=0.0)


def label_font(step: float) -> float:
    """Return the font size for labels *step* points apart; 0 where none would be legible."""
    return min(9.0, 0.9 * step) if step >= 5.8 else 0.0


def colour_of(module: Module) -> str:
    """Return the fill of a neuron: its module's colour, or white unless it feeds one output."""
    return MODULE_COLOURS[(module[0] - 1) % len(MODULE_COLOURS)] if len(module) == 1 else "white"


def legend_entries(modules: dict[str, Module], names: dict[str, str]) -> list[tuple[str, str]]:
    """Return label and colour of every entry in the legend of modules."""
    single = sorted({module[0] for module in modules.values() if len(module) == 1})
    entries = [(names[f"output{o}"], colour_of((o,))) for o in single]
    if any(len(module) > 1 for module in modules.values()):
        entries.append(("several outputs", "white"))
    return entries + [("no output", "white")] * (() in modules.values())


def legend_columns(entries: list[tuple[str, str]], width: float) -> int:
    column = 24 + _width((label for label, _ in entries), 8)
    return int(np.clip(0.55 * width / column, 1, 5))
