"""Locality: how far the networks of two genotypes are apart that differ in a bit or two."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from evograft.representations import _check
from evograft.studies.representation.bit_flips import flip_bits
from evograft.studies.representation.encoding import Expressed
from evograft.studies.representation.expression_tree import (
    Leaves,
    network_tree,
    tree_distance,
)
from evograft.studies.representation.measured_cells import (
    Cell,
    Row,
    cell_generator,
    measured_cells,
)
from evograft.studies.representation.random_pairs import (
    METHODS,
    Sites,
    check_cells,
    draw_parents,
    make_encoding,
    sites_of,
)

if TYPE_CHECKING:
    import pandas as pd

SecondBit = Literal["same", "other"]
Flips = Literal["any", "lowest"]


def measure_locality(
    methods: Sequence[str] = METHODS,
    *,
    individuals: int = 5000,
    neurons: Sequence[int] = range(2, 10),
    sites: Sites = "used",
    leaves: Leaves = "numbers",
    second_bit: SecondBit = "other",
    flips: Flips = "any",
    seed: int = 0,
    file: Path | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Measure tree edit distances between random networks and their mutants at 1 and 2 bits.

    All methods have the same grammar: networks of one hidden layer with 30 features, one output,
    and weights of a sign, a digit and two decimals. For every number of neurons there is a static
    population of random individuals of exactly that size, each with a mutant at one bit and one
    at two. Mutants are of any size; those that are invalid are counted and have no distance.

    Parameters
    ----------
    methods : sequence of str
        Of :data:`~evograft.studies.representation.encodings.ENCODINGS`.
    individuals : int, at least 2
        Of each method and number of neurons.
    neurons : sequence of int, at least 1
    sites : {"used", "all"}
        Whether only bits that the mapping reads are flipped. DSGE has no others. An unused site
        of SGE is one that its fixed length has for larger networks; MGE and GE have 100 codons
        for each neuron.
    leaves : {"numbers", "digits"}
        Whether a number is one leaf of the tree, or a node over its sign and digits.
    second_bit : {"same", "other"}
        Whether two bits are flipped in one codon, or one in each of two. An index of SGE and DSGE
        has the bits that its options need, and what is no option is drawn again: with ``"same"``
        the choices between two options, which make the structure, are never changed by two bits.
    flips : {"any", "lowest"}
        Whether any bit of a codon is flipped, or its lowest one, as in the authors' Java: that
        alone always changes the option where there are two, and makes GE as little local as SGE.
    seed : int, at least 0
        Of all randomness; a row depends on it, on the settings in the row, and on nothing else.
    file : Path, optional
        A CSV file that keeps every population that is done; what it has is not measured again.
    progress : bool
        Show a bar.

    Returns
    -------
    DataFrame
        Columns ``method``, ``neurons``, ``individuals``, ``sites``, ``leaves``, ``second_bit``,
        ``flips``, ``levels`` (of recursion in SGE's grammar), ``seed``; ``bits``; ``distances``
        (how many), ``invalid`` mutants, ``unchanged`` (distances of 0); ``mean`` and ``sd`` of the
        distances.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, or the package ``edist`` is not installed.

    References
    ----------
    The MGE paper (arXiv 2208.02787), Table 4 and Figure 9.

    Examples
    --------
    >>> frame = measure_locality(["mge"], individuals=20, neurons=[2, 3], progress=False)
    >>> frame[["method", "neurons", "bits", "distances"]].values.tolist()
    [['mge', 2, 1, 20], ['mge', 2, 2, 20], ['mge', 3, 1, 20], ['mge', 3, 2, 20]]
    """
    check_locality(
        methods,
        individuals,
        neurons,
        sites,
        seed,
        leaves=leaves,
        second_bit=second_bit,
        flips=flips,
    )
    cells = [
        {
            "method": method,
            "neurons": n,
            "individuals": individuals,
            "sites": sites,
            "leaves": leaves,
            "second_bit": second_bit,
            "flips": flips,
            "levels": max(neurons) - 1,
            "seed": seed,
        }
        for n in neurons
        for method in methods
    ]
    return measured_cells(cells, _measure, file, progress=progress)


def check_locality(
    methods: Sequence[str],
    individuals: int,
    neurons: Sequence[int],
    sites: str,
    seed: int,
    *,
    leaves: str,
    second_bit: str,
    flips: str,
) -> None:
    """Raise where an argument of `measure_locality` breaks its rule."""
    check_cells(methods, individuals, neurons, sites, seed)
    _check.choice("leaves", leaves, ("numbers", "digits"))
    _check.choice("second_bit", second_bit, ("same", "other"))
    _check.choice("flips", flips, ("any", "lowest"))
    if flips == "lowest":
        _check.choice("second_bit, where only the lowest bit is flipped,", second_bit, ("other",))


def _measure(cell: Cell) -> list[Row]:
    rng = cell_generator(cell)
    encoding = make_encoding(cell["method"], cell["levels"] + 1)
    parents, expressed = draw_parents(encoding, cell, rng)
    rows = []
    for bits in (1, 2):
        in_one = bits if cell["second_bit"] == "same" else 1
        mutate = partial(
            flip_bits,
            rng=rng,
            codons=bits // in_one,
            bits=in_one,
            lowest=cell["flips"] == "lowest",
        )
        mutants = [
            mutate(parent, encoding.counts(parent), sites_of(parent, used, cell["sites"]))
            for parent, used in zip(parents, expressed.used, strict=True)
        ]
        distances = _distances(expressed, encoding.express(mutants, rng), cell["leaves"])
        found = np.array([d for d in distances if d is not None], np.float64)
        rows.append(
            {
                "bits": bits,
                "distances": found.size,
                "invalid": distances.count(None),
                "unchanged": int((found == 0).sum()),
                "mean": float(found.mean()) if found.size else np.nan,
                "sd": float(found.std(ddof=1)) if found.size > 1 else np.nan,
            }
        )
    return rows


def _distances(before: Expressed, after: Expressed, leaves: Leaves) -> list[int | None]:
    distances: list[int | None] = []
    for first, second in zip(before.networks, after.networks, strict=True):
        if first is None or second is None:
            distances.append(None)
        elif first == second:  # most mutants of the modular genotype
            distances.append(0)
        else:
            distances.append(
                tree_distance(network_tree(first, leaves), network_tree(second, leaves))
            )
    return distances
