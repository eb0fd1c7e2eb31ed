"""The genome of NEAT: connection genes with innovation numbers."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from deap import base

from evograft.representations import _check

_DTYPES: dict[str, type[np.generic]] = {
    "innovations": np.int64,
    "sources": np.int32,
    "targets": np.int32,
    "weights": np.float64,
    "enabled": np.bool_,
}

_STRUCTURE = ("innovations", "sources", "targets")
"""Arrays that are never written to, so that copies of a genome share them."""


class NeatGenome:
    """Connection genes in the order of their innovation numbers.

    Nodes are numbers: 0 … n_inputs - 1 are the inputs, n_inputs is the bias, which is always 1,
    the next n_outputs are the outputs and all others hidden neurons. A hidden neuron has nothing of
    its own but its number, so node genes follow from the connections. No two genes join the same
    nodes in the same direction, and nothing leads to an input or to the bias.

    ``weights`` and ``enabled`` may be written to in place; the other three are read-only and
    shared by copies: operators put new arrays in their place.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1
    innovations : (m,) int64, strictly ascending, at least 0
    sources, targets : (m,) int32
    weights : (m,) float64, finite
    enabled : (m,) bool

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    References
    ----------
    Stanley and Miikkulainen 2002, "Evolving Neural Networks through Augmenting Topologies".

    Examples
    --------
    >>> genome = NeatGenome.fully_connected(2, 1, weights=[0.5, -1.0, 0.25])
    >>> genome.sources, genome.targets
    (array([0, 1, 2], dtype=int32), array([3, 3, 3], dtype=int32))
    >>> deepcopy(genome) == genome, len(genome), genome.hidden.size
    (True, 3, 0)
    """

    fitness: base.Fitness
    innovations: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int32]
    targets: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float64]
    enabled: npt.NDArray[np.bool_]

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        innovations: npt.ArrayLike,
        sources: npt.ArrayLike,
        targets: npt.ArrayLike,
        weights: npt.ArrayLike,
        enabled: npt.ArrayLike,
    ) -> None:
        self.n_inputs = _check.integer("n_inputs", n_inputs, minimum=1)
        self.n_outputs = _check.integer("n_outputs", n_outputs, minimum=1)
        given = (innovations, sources, targets, weights, enabled)
        for (name, dtype), values in zip(_DTYPES.items(), given, strict=True):
            setattr(self, name, _array(name, values, dtype))
        self._check()

    def _check(self) -> None:
        for name in _DTYPES:
            array = getattr(self, name)
            if array.shape != (self.innovations.size,):
                raise ValueError(f"{name} must be a row as long as innovations, got {array.shape}")
        if (self.innovations < 0).any() or (np.diff(self.innovations) <= 0).any():
            raise ValueError(f"innovations must ascend from 0, got {self.innovations.tolist()}")
        if (self.sources < 0).any():
            raise ValueError(f"sources must be at least 0, got {self.sources.tolist()}")
        if (self.targets <= self.n_inputs).any():
            raise ValueError(
                f"targets must be above {self.n_inputs}, the bias, got {self.targets.tolist()}"
            )
        pairs = {*zip(self.sources.tolist(), self.targets.tolist(), strict=True)}
        if len(pairs) < len(self):
            raise ValueError("sources and targets must join no nodes twice, got such genes")
        if not np.isfinite(self.weights).all():
            raise ValueError(f"weights must be finite, got {self.weights.tolist()}")

    @classmethod
    def fully_connected(cls, n_inputs: int, n_outputs: int, weights: npt.ArrayLike) -> Self:
        """Return a genome that joins every input and the bias to every output.

        *weights* are (n_inputs + 1) · n_outputs, the outputs of input 0 first. The innovation
        numbers are 0, 1, 2 …, the same in all such genomes.
        """
        n_inputs = _check.integer("n_inputs", n_inputs, minimum=1)
        n_outputs = _check.integer("n_outputs", n_outputs, minimum=1)
        sources = np.repeat(np.arange(n_inputs + 1), n_outputs)
        targets = np.tile(np.arange(n_inputs + 1, n_inputs + 1 + n_outputs), n_inputs + 1)
        enabled = np.ones(sources.size, np.bool_)
        numbers = np.arange(sources.size)
        return cls(n_inputs, n_outputs, numbers, sources, targets, weights, enabled)

    @property
    def hidden(self) -> npt.NDArray[np.int32]:
        """Numbers of the hidden neurons, ascending."""
        nodes = np.unique(np.concatenate((self.sources, self.targets)))
        return nodes[nodes > self.n_inputs + self.n_outputs]

    def has_innovation(self, number: int) -> bool:
        """Whether a gene has this innovation number."""
        place = int(self.innovations.searchsorted(number))
        return place < len(self) and int(self.innovations[place]) == number

    def has_node(self, node: int) -> bool:
        """Whether a gene begins or ends at this node."""
        return bool((self.sources == node).any() or (self.targets == node).any())

    def add_gene(self, innovation: int, source: int, target: int, weight: float) -> None:
        """Put an enabled gene where its innovation number belongs.

        Raises
        ------
        ValueError
            Where there is a gene of that number already.
        """
        place = int(self.innovations.searchsorted(innovation))
        if place < len(self) and self.innovations[place] == innovation:
            raise ValueError(f"innovation must be that of no gene yet, got {innovation}")
        values = (innovation, source, target, weight, True)
        for name, value in zip(_DTYPES, values, strict=True):
            old = getattr(self, name)
            array = np.empty(old.size + 1, old.dtype)  # np.insert takes ten times as long
            array[:place], array[place], array[place + 1 :] = old[:place], value, old[place:]
            array.flags.writeable = name not in _STRUCTURE
            setattr(self, name, array)

    def inherit(
        self, parent: "NeatGenome", weights: npt.NDArray[Any], enabled: npt.NDArray[Any]
    ) -> None:
        """Take the genes of *parent*, with these *weights* and flags, which are not copied."""
        for name in _STRUCTURE:
            setattr(self, name, getattr(parent, name))
        self.weights, self.enabled = weights, enabled

    def clone(self) -> Self:
        """Return a copy, which has a copy of everything else on it too."""
        return self.__deepcopy__({})

    def offspring(self, weights: npt.NDArray[Any], enabled: npt.NDArray[Any]) -> Self:
        """Return a copy with these *weights* and flags, not copied, and an invalid fitness."""
        child = self._twin(weights, enabled, {})
        if hasattr(child, "fitness"):
            del child.fitness.values
        return child

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._twin(self.weights.copy(), self.enabled.copy(), memo)

    def _twin(
        self, weights: npt.NDArray[Any], enabled: npt.NDArray[Any], memo: dict[int, Any]
    ) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.weights, twin.enabled = weights, enabled
        for name, value in self.__dict__.items():
            if name in _PLAIN:
                twin.__dict__[name] = value
            elif name in ("weights", "enabled"):
                continue
            elif name == "fitness":  # without the machinery of copy.deepcopy: the hot path
                twin.__dict__[name] = value.__deepcopy__(memo)
            else:
                twin.__dict__[name] = deepcopy(value, memo)
        return twin

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for name in _STRUCTURE:  # a pickle does not know what is read-only
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return self.innovations.size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NeatGenome):
            return NotImplemented
        return (self.n_inputs, self.n_outputs) == (other.n_inputs, other.n_outputs) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in _DTYPES
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} genes, {self.hidden.size} hidden neurons>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists, exact; the inverse of :meth:`from_dict`."""
        arrays = {name: getattr(self, name).tolist() for name in _DTYPES}
        return {"n_inputs": self.n_inputs, "n_outputs": self.n_outputs} | arrays

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the genome that :meth:`to_dict` described.

        Raises
        ------
        TypeError, ValueError
            Where an entry is missing or does not fit.
        """
        names = ("n_inputs", "n_outputs", *_DTYPES)
        if missing := [name for name in names if name not in data]:
            raise ValueError(f"a genome needs {', '.join(missing)}, got {sorted(data)}")
        return cls(**{name: data[name] for name in names})


_PLAIN = {"n_inputs", "n_outputs", *_STRUCTURE}


def _array(name: str, values: npt.ArrayLike, dtype: type[np.generic]) -> npt.NDArray[Any]:
    try:
        array = np.array(values, dtype=dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be a row of {np.dtype(dtype)}, got {values!r}") from error
    array.flags.writeable = name not in _STRUCTURE
    return array


def check_same_ends(name: str, a: NeatGenome, b: NeatGenome) -> None:
    """Raise where the genomes *a* and *b*, called *name*, differ in inputs or outputs.

    >>> small, large = (NeatGenome.fully_connected(n, 1, [0.5] * (n + 1)) for n in (1, 2))
    >>> check_same_ends("parents", small, large)
    Traceback (most recent call last):
    ValueError: parents must have as many inputs and outputs, got 1 and 1 beside 2 and 1
    """
    if (a.n_inputs, a.n_outputs) != (b.n_inputs, b.n_outputs):
        raise ValueError(
            f"{name} must have as many inputs and outputs, got {a.n_inputs} and {a.n_outputs} "
            f"beside {b.n_inputs} and {b.n_outputs}"
        )
