"""A weighted digraph as arrays: what makes it one, its rows by receiver, and from networkx."""

import contextlib
from collections.abc import Mapping
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int32]
Arrays = dict[str, npt.NDArray[Any]]

_DTYPES: dict[str, type[np.generic]] = {
    "sources": np.int32,
    "targets": np.int32,
    "weights": np.float64,
    "ids": np.int64,
}


def checked(n: int, given: Mapping[str, npt.ArrayLike]) -> Arrays:
    """Return read-only arrays of the digraph on nodes 0 to n - 1 that *given* describes.

    ``sources``, ``targets`` (m,) int32 and ``weights`` (m,) float64 come back in ascending order
    of (source, target), ``ids`` (n,) int64 as they are.

    Raises
    ------
    ValueError
        Where they do not describe one: types, shapes, nodes that there are not, two connections
        between the same nodes, weights that are not finite in float32, ids that do not ascend.
    """
    arrays = {name: _array(name, given[name], dtype) for name, dtype in _DTYPES.items()}
    for name, array in arrays.items():
        size = n if name == "ids" else arrays["sources"].size
        if array.shape != (size,):
            raise ValueError(f"{name} must have shape ({size},), got {array.shape}")
    for name in ("sources", "targets"):
        if (arrays[name] < 0).any() or (arrays[name] >= n).any():
            raise ValueError(f"{name} must lie from 0 to {n - 1}, got {arrays[name].tolist()}")
    with np.errstate(over="ignore"):
        finite = np.isfinite(arrays["weights"].astype(np.float32))
    if not finite.all():
        raise ValueError(
            f"weights must be finite in float32, got {arrays['weights'][~finite].tolist()}"
        )
    if (np.diff(arrays["ids"]) <= 0).any():
        raise ValueError(f"ids must ascend, got {arrays['ids'].tolist()}")
    order = np.lexsort((arrays["targets"], arrays["sources"]))
    for name in ("sources", "targets", "weights"):
        arrays[name] = arrays[name][order]
    pairs = np.stack((arrays["sources"], arrays["targets"]), axis=1)
    twice = (pairs[1:] == pairs[:-1]).all(axis=1)
    if twice.any():
        raise ValueError(
            f"a source and a target must have one connection, got several for "
            f"{pairs[1:][twice].tolist()}"
        )
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def _array(name: str, value: npt.ArrayLike, dtype: type[np.generic]) -> npt.NDArray[Any]:
    array = None
    with contextlib.suppress(TypeError, ValueError, OverflowError), np.errstate(invalid="ignore"):
        given = np.asarray(value)
        array = given.astype(dtype)
        # An index of 1.5, or one that needs more bits, would be changed without a word.
        if dtype is not np.float64 and not np.array_equal(given, array):
            array = None
    if array is None:
        raise ValueError(f"{name} must be an array of {np.dtype(dtype)}, got {value!r}")
    return array


def by_receiver(
    n: int, senders: Integers, receivers: Integers, weights: npt.NDArray[np.float64]
) -> tuple[Integers, Integers, npt.NDArray[np.float32]]:
    """Return row limits (n + 1,), senders (m,) ascending in each row, and float32 weights (m,).

    Row i is what node i receives.
    """
    order = np.lexsort((senders, receivers))
    indptr = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(receivers, minlength=n), out=indptr[1:])
    rows = (indptr, senders[order], weights[order].astype(np.float32))
    for array in rows:
        array.flags.writeable = False
    return rows


def from_networkx(graph: nx.DiGraph) -> Arrays:
    """Return ``ids``, ``sources``, ``targets``, ``weights`` of a digraph with integer nodes.

    Node number i is the i-th in ascending order; every edge has the attribute ``weight``.

    Raises
    ------
    ValueError
        Where the graph is not directed, has parallel edges or other nodes, or lacks a weight.
    """
    if not isinstance(graph, nx.DiGraph) or graph.is_multigraph():
        raise ValueError(f"graph must be a DiGraph, got {type(graph).__name__}")
    if any(not isinstance(node, int | np.integer) for node in graph):
        raise ValueError(f"nodes must be integers, got {list(graph)[:10]}")
    ids = sorted(graph)
    place = {node: i for i, node in enumerate(ids)}
    if bare := [edge[:2] for edge in graph.edges(data="weight") if edge[2] is None]:
        raise ValueError(f"every edge must have a weight, got {bare[0]} without")
    return {
        "ids": np.array(ids, np.int64),
        "sources": np.array([place[a] for a, _ in graph.edges], np.int32),
        "targets": np.array([place[b] for _, b in graph.edges], np.int32),
        "weights": np.array([w for _, _, w in graph.edges(data="weight")], np.float64),
    }
