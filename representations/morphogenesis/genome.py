"""The genome that grows: its fields, their ranges, and how a random one is drawn."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.morphogenesis.genome_fields import (
    DEFAULTS,
    FIELDS,
    FLOATS,
    MORPHOGEN_ARRAYS,
    checked,
)

RANDOM_FLOATS = (
    (0.05, 0.2),
    (0.3, 0.7),
    (0.3, 0.7),
    (0.2, 0.5),
    (0.4, 1.0),
    (0.0, 0.3),
    (0.3, 0.7),
    (0.005, 0.02),
)
"""Where :data:`FLOATS` are drawn from, uniformly."""

Draw = int | Sequence[int] | None


class Genome:
    """The parameters of a growth: tissue, morphogens, thresholds.

    A genome is always valid: what is assigned is checked first. Arrays are read-only, so copies
    share them; to change one, assign another. Fields that depend on each other, such as the number
    of morphogens and what there is one of per morphogen, are changed together by :meth:`update`.

    Parameters
    ----------
    max_growth_steps : int, at least 1
        Steps of growth; always done in full.
    size_x, size_y : int, at least 1
        Sites of the torus.
    diffusion_rate : float, 0 to 1
    num_morphogens : int, at least 3
        K. Morphogen 0 makes cells divide, 1 differentiate, 2 guides axons; 2, or 3 and 4 if there
        are any, decide on connections and their weights.
    division_threshold, cell_differentiation_threshold, axon_growth_threshold : float, 0 to 1
    max_axon_length : int, at least 1
        In sites, with that of the cell itself.
    axon_connect_threshold : float, 0 to 1
    self_connect_isolated_neurons_fraction : float, 0 to 1
        Share of the neurons without an incoming connection that may connect to themselves.
    weight_adjustment_target, weight_adjustment_rate : float, 0 to 1
        Without effect on growth, other than through :meth:`development_seed`.
    progenitor_secretion_rates, neuron_secretion_rates : (K,) array, each 0 to 1
        Secreted per step; zeros if not given.
    inhibition_matrix : (K, K) array, each 0 to 1
        How much morphogen j, in the column, weakens morphogen i, in the row; the diagonal is not
        used. Zeros if not given.
    diffusion_patterns : sequence of K 2-D arrays, each entry 0 to 1, of positive sum
        Kernels of any shape; 3 x 3 of 1/9 if not given.

    Raises
    ------
    TypeError, ValueError
        Where a field breaks its rule.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> genome = Genome.random(np.random.default_rng(1), size_x=10, size_y=10)
    >>> genome.num_morphogens, round(genome.diffusion_rate, 3)
    (3, 0.072)
    >>> genome.division_threshold = 2
    Traceback (most recent call last):
    ValueError: division_threshold must be a number from 0 to 1, got 2
    """

    max_growth_steps: int
    size_x: int
    size_y: int
    diffusion_rate: float
    num_morphogens: int
    division_threshold: float
    cell_differentiation_threshold: float
    axon_growth_threshold: float
    max_axon_length: int
    axon_connect_threshold: float
    self_connect_isolated_neurons_fraction: float
    weight_adjustment_target: float
    weight_adjustment_rate: float
    progenitor_secretion_rates: npt.NDArray[Any]
    neuron_secretion_rates: npt.NDArray[Any]
    inhibition_matrix: npt.NDArray[Any]
    diffusion_patterns: tuple[npt.NDArray[Any], ...]

    def __init__(self, **fields: Any) -> None:
        k = checked("num_morphogens", fields.get("num_morphogens", 3), 0)
        arrays = {
            "progenitor_secretion_rates": np.zeros(k),
            "neuron_secretion_rates": np.zeros(k),
            "inhibition_matrix": np.zeros((k, k)),
            "diffusion_patterns": [np.full((3, 3), 1 / 9)] * k,
        }
        self.update(**(DEFAULTS | arrays | fields))

    def update(self, **fields: Any) -> None:
        """Set several fields at once; where one breaks its rule, none is set.

        >>> genome = Genome()
        >>> genome.update(size_x=20, size_y=10)
        >>> genome.size_x, genome.size_y
        (20, 10)
        """
        for name in fields:
            _check.known("genome field", name, FIELDS)
        k: int = self.__dict__.get("num_morphogens", 0)
        if "num_morphogens" in fields:
            k = checked("num_morphogens", fields["num_morphogens"], k)
            for name in MORPHOGEN_ARRAYS:
                fields.setdefault(name, self.__dict__.get(name))
        for name, value in fields.items():
            fields[name] = checked(name, value, k)
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIELDS:
            self.update(**{name: value})
        else:
            super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Genome):
            return NotImplemented
        return all(_equal(getattr(self, name), getattr(other, name)) for name in FIELDS)

    __hash__ = None  # type: ignore[assignment]

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Pickles forget that arrays are read-only, and may hold anything.
        self.__dict__.update(state)
        Genome.update(self, **{name: state[name] for name in FIELDS})

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.size_x}x{self.size_y}, "
            f"{self.num_morphogens} morphogens, {self.max_growth_steps} steps>"
        )

    def snapshot(self) -> "Genome":
        """Return a plain genome with the fields of this one, which may then be changed."""
        twin = Genome.__new__(Genome)
        twin.__dict__.update({name: self.__dict__[name] for name in FIELDS})
        return twin

    def __delattr__(self, name: str) -> None:
        if name in FIELDS:
            raise AttributeError(f"a genome must keep its fields, got a deletion of {name!r}")
        super().__delattr__(name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from copy import deepcopy

        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        for name, value in self.__dict__.items():
            # Fields are immutable, read-only arrays among them.
            twin.__dict__[name] = value if name in FIELDS else deepcopy(value, memo)
        return twin

    @classmethod
    def random(
        cls,
        rng: np.random.Generator,
        size_x: Draw = 20,
        size_y: Draw = 20,
        num_morphogens: Draw = 3,
        max_growth_steps: Draw = 500,
    ) -> Self:
        """Draw a genome as the authors' code does, draw for draw.

        Parameters
        ----------
        rng : Generator
            With numpy's default bit generator, published seeds give the published genomes.
        size_x, size_y, num_morphogens, max_growth_steps : int, sequence of int, or None
            An int is taken as it is, of a sequence one is drawn, None draws from the method's own
            range: sizes 10 to 29, steps 100 to 699, morphogens 3 (70 %), 4, 5 or 6.

        Returns
        -------
        Genome

        Examples
        --------
        >>> Genome.random(np.random.default_rng(7), size_x=None, size_y=[8, 12])
        <Genome 28x12, 3 morphogens, 500 steps>
        """
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng must be a numpy Generator, got {rng!r}")
        fields: dict[str, Any] = {}
        for name, asked, low, high in (
            ("size_x", size_x, 10, 30),
            ("size_y", size_y, 10, 30),
            ("max_growth_steps", max_growth_steps, 100, 700),
        ):
            drawn = int(rng.integers(low, high))  # also where it is not used: it moves the stream
            fields[name] = drawn if asked is None else _one_of(rng, name, asked)
        for name, (low_end, high_end) in zip(FLOATS, RANDOM_FLOATS, strict=True):
            fields[name] = rng.uniform(low_end, high_end)
        fields["max_axon_length"] = int(rng.integers(2, 11))
        if num_morphogens is None:
            k = int(rng.choice([3, 4, 5, 6], p=[0.7, 0.1, 0.1, 0.1]))
        else:
            k = checked("num_morphogens", _one_of(rng, "num_morphogens", num_morphogens), 0)
        return cls(**fields, **random_morphogens(rng, k))

    def development_seed(self) -> int:
        """The 128-bit seed of the growth's own randomness: the MD5 digest of the byte form."""
        return int.from_bytes(hashlib.md5(self.to_bytes(), usedforsecurity=False).digest())

    def to_bytes(self) -> bytes:
        """Return the byte form: what tells genomes apart in the method's cache, and its seed.

        Little-endian: three int32 (steps, sizes), the eight real scalars as float32, the axon
        length as int32; then rates and matrix, and for each kernel its height and width as int32
        and its entries, all as 64-bit floats, or integers where an array was given as such.

        >>> len(Genome(size_x=10, size_y=10).to_bytes())
        408
        """
        # ... the number of morphogens is not part of it.
        head = struct.pack(
            "<3i8fi",
            self.max_growth_steps,
            self.size_x,
            self.size_y,
            *(getattr(self, name) for name in FLOATS),
            self.max_axon_length,
        )
        arrays = (
            self.progenitor_secretion_rates,
            self.neuron_secretion_rates,
            self.inhibition_matrix,
        )
        parts = [head, *(array.tobytes() for array in arrays)]
        for pattern in self.diffusion_patterns:
            parts += [struct.pack("<2i", *pattern.shape), pattern.tobytes()]
        return b"".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """Return plain ints, floats and lists, in the order of the published files."""
        plain: dict[str, Any] = {}
        for name in FIELDS:
            value = getattr(self, name)
            if name == "diffusion_patterns":
                plain[name] = [pattern.tolist() for pattern in value]
            else:
                plain[name] = value.tolist() if isinstance(value, np.ndarray) else value
        return plain

    def to_vector(self) -> npt.NDArray[np.float64]:
        """Return the vector form, for optimisers of vectors: float64, (12 + 2K + K² + 9K,).

        Twelve scalars, the rates, the inhibition matrix and the 3 x 3 kernels, by rows. Numbers
        that are from 0 to 1 stay as they are; integers are scaled piecewise, and those outside the
        scale (a size below 10, say) leave that range, so that :meth:`from_vector` refuses them.

        Raises
        ------
        ValueError
            Where a kernel is not 3 x 3.

        Examples
        --------
        >>> Genome(size_x=40, size_y=10).to_vector()[:3].tolist()
        [1.0, 0.9, 0.0]
        """
        from evograft.representations.morphogenesis.vector_form import to_vector

        return to_vector(self)

    @classmethod
    def from_vector(cls, vector: npt.ArrayLike) -> Self:
        """Return the genome whose vector form is nearest to *vector*; kernels are normalised.

        Raises
        ------
        ValueError
            Where an entry is not from 0 to 1, the length fits no number of morphogens of at least
            3, or a kernel is all zero.

        Examples
        --------
        >>> genome = Genome.random(np.random.default_rng(1))
        >>> Genome.from_vector(genome.to_vector()).size_x
        20
        """
        from evograft.representations.morphogenesis.vector_form import fields_of_vector

        return cls(**fields_of_vector(vector))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the genome that :meth:`to_dict` described; keys that are no fields are ignored.

        Raises
        ------
        TypeError, ValueError
            Where a field is missing or breaks its rule.

        Examples
        --------
        >>> Genome.from_dict(Genome(size_x=5).to_dict()).size_x
        5
        """
        if not isinstance(data, Mapping):
            raise TypeError(f"data must be a mapping of the genome's fields, got {data!r}")
        if missing := [name for name in FIELDS if name not in data]:
            raise ValueError(f"data must have all fields of a genome, got none called {missing}")
        return cls(**{name: data[name] for name in FIELDS})

    def save(self, path: str | Path) -> None:
        """Write the genome as JSON, whole or not at all; floats survive exactly."""
        from evograft.representations.morphogenesis.genome_file import write_genome

        write_genome(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a genome from JSON: its own file, or any of the published ones that hold one.

        These are pool files (key ``genome``), evolved ones (``final_best.json``), statistics of a
        run (``best_genome_data``), and populations (``individuals``), of which the fittest is
        taken, the first among equals.

        Raises
        ------
        FileNotFoundError, ValueError
            Where there is no such file, it is no JSON, or holds no valid genome.
        """
        from evograft.representations.morphogenesis.genome_file import read_genome

        try:
            return cls.from_dict(read_genome(path))
        except (TypeError, ValueError) as error:
            if str(path) in str(error):
                raise
            raise ValueError(f"{path} must hold a valid genome: {error}") from None


def random_morphogens(rng: np.random.Generator, k: int) -> dict[str, Any]:
    """Draw the fields that belong to *k* morphogens, the number with them; draw for draw.

    >>> sorted(random_morphogens(np.random.default_rng(1), 3))[:2]
    ['diffusion_patterns', 'inhibition_matrix']
    """
    progenitors = rng.uniform(0, 0.5, size=k)
    neurons = rng.uniform(0, 0.5, size=k)
    inhibition = rng.uniform(0, 0.5, size=(k, k))
    np.fill_diagonal(inhibition, 0)
    for row in range(k):
        zeros = rng.integers(1, k + 1)
        inhibition[row, rng.choice(k, size=zeros, replace=False)] = 0
    kernels = []
    for _ in range(k):
        kernel = rng.uniform(0, 0.3, size=(3, 3))
        kernels.append(kernel / kernel.sum())
    return {
        "num_morphogens": k,
        "progenitor_secretion_rates": progenitors,
        "neuron_secretion_rates": neurons,
        "inhibition_matrix": inhibition,
        "diffusion_patterns": kernels,
    }


def _one_of(rng: np.random.Generator, name: str, asked: Any) -> int:
    if isinstance(asked, (Sequence, np.ndarray)) and not isinstance(asked, str):
        if len(asked) == 0:
            raise ValueError(f"{name} must not be an empty sequence, got {asked!r}")
        return int(rng.choice(asked))
    return int(asked) if isinstance(asked, np.integer) else asked


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(np.array_equal, one, other))
    return bool(np.array_equal(one, other)) if isinstance(one, np.ndarray) else bool(one == other)
