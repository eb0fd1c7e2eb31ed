"""Entries as columns: the fields of genomes, the networks they grew into, and what was measured.

An entry is a genome that was accepted, under the number of its attempt. Columns are arrays with one
number per entry, or :class:`Lists`.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.morphogenesis import Genome, Organism
from evograft.representations.morphogenesis.genome_fields import FIELDS, FLOATS, MORPHOGEN_ARRAYS

GENOME = FIELDS
"""Columns of a genome: its fields; arrays are flat lists of float64, kernels all 3 x 3."""

NETWORK = ("xs", "ys", "edge_sources", "edge_targets")
"""Columns of a network, lists of int32: sites of the neurons, and places of an edge's ends among
them. The neurons are in the order of their ids."""

FIXED = ("number", *GENOME, *NETWORK, "digest")
"""Columns of any benchmark; those of metrics and scores, float64, come after them."""

HASHED = ("number", *GENOME, "digest")
"""Columns that the hashes of entries depend on."""


class Lists(NamedTuple):
    """Lists of different lengths, laid end to end; list i is from ``starts[i]`` on."""

    values: npt.NDArray[Any]
    starts: npt.NDArray[np.int64]  # (n + 1,)

    @classmethod
    def of(cls, arrays: Sequence[npt.ArrayLike], dtype: type) -> "Lists":
        """Lay *arrays* end to end."""
        flat: list[npt.NDArray[Any]] = [np.asarray(array, dtype).ravel() for array in arrays]
        starts = np.cumsum([0, *map(len, flat)], dtype=np.int64)
        return cls(np.concatenate([np.empty(0, dtype), *flat]), starts)


Column = npt.NDArray[Any] | Lists
Rows = dict[str, Column]


def genome_columns(genomes: Sequence[Genome]) -> Rows:
    """The columns :data:`GENOME` of *genomes*.

    >>> genome = Genome.random(np.random.default_rng(1))
    >>> genome_at(genome_columns([genome]), 0) == genome
    True

    Raises
    ------
    ValueError
        Where a kernel is not 3 x 3.
    """
    columns: Rows = {}
    for name in FIELDS:
        values = [getattr(genome, name) for genome in genomes]
        if name in MORPHOGEN_ARRAYS:
            if name == "diffusion_patterns":
                _check_kernels(values)
            columns[name] = Lists.of(values, np.float64)
        else:
            columns[name] = np.array(values, np.float64 if name in FLOATS else np.int64)
    return columns


def as_stored(genome: Genome) -> Genome:
    """The genome that columns hold of *genome*: it is equal, and its arrays are of float64.

    Growth draws otherwise for arrays of integers, which files may have; so what is to be stored is
    grown as it is stored.

    >>> as_stored(Genome(neuron_secretion_rates=[0, 1, 0])).neuron_secretion_rates
    array([0., 1., 0.])
    """
    arrays = {name: getattr(genome, name) for name in MORPHOGEN_ARRAYS}
    each = [*arrays.pop("diffusion_patterns"), *arrays.values()]
    if all(array.dtype == np.float64 for array in each):
        return genome
    stored = genome.snapshot()
    stored.update(
        diffusion_patterns=[kernel.astype(np.float64) for kernel in genome.diffusion_patterns],
        **{name: array.astype(np.float64) for name, array in arrays.items()},
    )
    return stored


def _check_kernels(patterns: Iterable[Sequence[npt.NDArray[Any]]]) -> None:
    for shape in (kernel.shape for kernels in patterns for kernel in kernels):
        if shape != (3, 3):
            raise ValueError(f"diffusion_patterns must be 3 x 3, got a kernel of shape {shape}")


def genome_at(rows: Mapping[str, Column], i: int) -> Genome:
    """The genome in row *i*; *rows* have the columns :data:`GENOME`.

    Raises
    ------
    TypeError, ValueError
        Where a field breaks its rule.
    """
    fields = {name: value_at(rows[name], i) for name in FIELDS}
    k = fields["num_morphogens"]
    matrix, patterns = fields["inhibition_matrix"], fields["diffusion_patterns"]
    if len(matrix) != k * k or len(patterns) != 9 * k:
        raise ValueError(
            f"inhibition_matrix and diffusion_patterns must have {k * k} and {9 * k} entries for "
            f"{k} morphogens, got {len(matrix)} and {len(patterns)}"
        )
    fields["inhibition_matrix"] = matrix.reshape(k, k)
    fields["diffusion_patterns"] = patterns.reshape(k, 3, 3)
    return Genome(**fields)


def network_columns(organisms: Sequence[Organism]) -> Rows:
    """The columns :data:`NETWORK` and ``digest`` of *organisms*."""
    places = [
        np.searchsorted(organism.neuron_ids, organism.edges).reshape(-1, 2)
        for organism in organisms
    ]
    return {
        "xs": Lists.of([organism.positions[:, 0] for organism in organisms], np.int32),
        "ys": Lists.of([organism.positions[:, 1] for organism in organisms], np.int32),
        "edge_sources": Lists.of([edges[:, 0] for edges in places], np.int32),
        "edge_targets": Lists.of([edges[:, 1] for edges in places], np.int32),
        "digest": np.array([growth_digest(organism) for organism in organisms], dtype="U32"),
    }


def place_of(numbers: npt.NDArray[np.int64], number: object, name: str = "number") -> int:
    """The row of the entry *number* in *numbers*, which ascend; *name* is what errors call it.

    >>> place_of(np.array([2, 3, 17]), 17)
    2

    Raises
    ------
    TypeError, ValueError
        Where there is none.
    """
    wanted = _check.integer(name, number)
    place = int(np.searchsorted(numbers, wanted))
    if place == len(numbers) or numbers[place] != wanted:
        raise ValueError(f"{name} must be that of one of the {len(numbers)} entries, got {wanted}")
    return place


def value_at(column: Column, i: int) -> Any:
    """The number, text or list (an array) in row *i*."""
    if isinstance(column, Lists):
        return column.values[column.starts[i] : column.starts[i + 1]]
    return column[i].item()


def count(rows: Mapping[str, Column]) -> int:
    """How many rows there are."""
    first = next(iter(rows.values()), np.empty(0))
    return len(first.starts) - 1 if isinstance(first, Lists) else len(first)


def join(parts: Sequence[Rows]) -> Rows:
    """Set rows of the same columns, at least one part, below each other."""
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(columns: Sequence[Any]) -> Column:
    if not isinstance(columns[0], Lists):
        return np.concatenate(columns)
    lengths = np.concatenate([np.diff(column.starts) for column in columns])
    values = np.concatenate([column.values for column in columns])
    return Lists(values, np.concatenate(([0], np.cumsum(lengths))))


def head(rows: Rows, n: int) -> Rows:
    """The first *n* rows."""
    return {
        name: Lists(column.values[: column.starts[n]], column.starts[: n + 1])
        if isinstance(column, Lists)
        else column[:n]
        for name, column in rows.items()
    }


def growth_digest(organism: Organism) -> str:
    """A digest of what grew, 32 hexadecimal digits: ids, sites, edges and exact weights.

    >>> from evograft.representations.morphogenesis import develop
    >>> rng = np.random.default_rng(34)
    >>> growth_digest(develop(Genome.random(rng, size_x=10, size_y=10)))
    '7ad718bbc54e1863bf0f72849f7d5ba0'
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(struct.pack("<2q", len(organism.neuron_ids), len(organism.edges)))
    for array in (organism.neuron_ids, organism.positions, organism.edges):
        digest.update(np.ascontiguousarray(array, "<i8").data)
    digest.update(np.ascontiguousarray(organism.weights, "<f8").data)
    return digest.hexdigest()


def exact_bytes(genome: Genome) -> bytes:
    """All that tells a genome from others: its byte form, and what that rounds or leaves out.

    Genomes with the same bytes grow into the same network. Equal ones have the same, unless one
    holds integers where the other has floats: then their growth draws otherwise.

    >>> exact_bytes(Genome()) == exact_bytes(Genome(diffusion_rate=0.1 + 1e-12))
    False
    """
    # The byte form has scalars as float32 only, and not the number of morphogens.
    scalars = (getattr(genome, name) for name in FLOATS)
    return struct.pack("<q8d", genome.num_morphogens, *scalars) + genome.to_bytes()


def entry_hash(number: int, genome: Genome, digest: str) -> bytes:
    """SHA-256 of an entry: its number, all of its genome, and the digest of what grew."""
    content = struct.pack("<q", number) + exact_bytes(genome) + bytes.fromhex(digest)
    return hashlib.sha256(content).digest()


def content_hash(hashes: Iterable[bytes]) -> str:
    """SHA-256, hexadecimal, of the :func:`entry_hash` of all entries in their order."""
    whole = hashlib.sha256()
    for one in hashes:
        whole.update(one)
    return whole.hexdigest()


def hashes_of(rows: Mapping[str, Column]) -> bytes:
    """The :func:`entry_hash` of each row, end to end; the genomes are checked."""
    return b"".join(
        entry_hash(value_at(rows["number"], i), genome_at(rows, i), value_at(rows["digest"], i))
        for i in range(count(rows))
    )


def columns_digest(rows: Mapping[str, Column]) -> str:
    """SHA-256, hexadecimal, of all columns, in their order, with their names."""
    digest = hashlib.sha256()
    for name, column in rows.items():
        for array in column if isinstance(column, Lists) else (column,):
            digest.update(f"{name} {len(array)} ".encode())
            if array.dtype.kind == "U":
                digest.update("\n".join(array.tolist()).encode())
            else:
                digest.update(array.astype(array.dtype.newbyteorder("<")).data)
    return digest.hexdigest()
