"""Locality: how far the networks of two genotypes are apart that differ in a bit or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.studies.representation.bit_flips import flip_bits
from evograft.studies.representation.encodings import Expressed
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

Floats = npt.NDArray[np.float64]

PAPER = {
    ("ge", 1): (6.84, 12.21),
    ("ge", 2): (8.48, 17.13),
    ("sge", 1): (6.91, 13.54),
    ("sge", 2): (8.30, 15.01),
    ("dsge", 1): (7.85, 12.15),
    ("dsge", 2): (9.37, 13.71),
    ("mge", 1): (1.24, 3.31),
    ("mge", 2): (1.44, 3.2),
}
"""Mean and standard deviation by method and bits: Table 4 of the MGE paper."""

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
    check_cells(methods, individuals, neurons, sites, seed)
    _check.choice("leaves", leaves, ("numbers", "digits"))
    _check.choice("second_bit", second_bit, ("same", "other"))
    _check.choice("flips", flips, ("any", "lowest"))
    if flips == "lowest":
        _check.choice("second_bit, where only the lowest bit is flipped,", second_bit, ("other",))
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


@dataclass(frozen=True)
class Slope:
    """A least-squares slope with its 95 % confidence interval."""

    value: float
    low: float
    high: float


def summarise_locality(measured: "pd.DataFrame") -> "pd.DataFrame":
    """Pool the populations of each method, and rank the methods, the most local first.

    Parameters
    ----------
    measured : DataFrame
        From :func:`measure_locality`.

    Returns
    -------
    DataFrame
        One row for each number of bits and method: ``bits``, ``method``, ``distances``, the
        shares ``invalid`` of all mutants and ``unchanged`` of the distances, ``mean`` and ``sd``
        over all distances, ``paper_mean`` and ``paper_sd``, ``rank``, and ``slope`` of the
        distance over the number of neurons with ``slope_low`` and ``slope_high``: flat is what
        has 0 between these.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"method": "mge", "bits": 1, "neurons": n, "distances": 9, "invalid": 1,
    ...          "unchanged": 3, "mean": n / 2, "sd": 1.0} for n in (2, 4)]
    >>> summary = summarise_locality(pd.DataFrame(rows))
    >>> summary[["mean", "slope", "invalid", "paper_mean"]].values.tolist()
    [[1.5, 0.5, 0.1, 1.24]]
    """
    import pandas as pd

    rows = [
        {"bits": bits, "method": method} | _pooled(part) | _paper(method, bits)
        for (bits, method), part in measured.groupby(["bits", "method"], sort=False)
    ]
    frame = pd.DataFrame(rows).sort_values(["bits", "mean"], ignore_index=True)
    frame.insert(2, "rank", frame.groupby("bits")["mean"].rank(method="min").astype(int))
    return frame


def _pooled(part: "pd.DataFrame") -> dict[str, Any]:
    part = part[part["distances"] > 1]
    n, means, sds = (part[name].to_numpy(np.float64) for name in ("distances", "mean", "sd"))
    mean = float((n * means).sum() / n.sum())
    squares = ((n - 1) * sds**2 + n * (means - mean) ** 2).sum()
    slope = _slope(part["neurons"].to_numpy(np.float64), n, means, sds)
    return {
        "distances": int(n.sum()),
        "invalid": float(part["invalid"].sum() / (n.sum() + part["invalid"].sum())),
        "unchanged": float(part["unchanged"].sum() / n.sum()),
        "mean": mean,
        "sd": float(np.sqrt(squares / (n.sum() - 1))),
        "slope": slope.value,
        "slope_low": slope.low,
        "slope_high": slope.high,
    }


def _paper(method: Any, bits: Any) -> dict[str, float]:
    mean, sd = PAPER.get((method, bits), (np.nan, np.nan))
    return {"paper_mean": mean, "paper_sd": sd}


def _slope(
    x: Floats,
    n: Floats,
    means: Floats,
    sds: Floats,
) -> Slope:
    """The slope over all distances; each population has a variance of its own."""
    from scipy.stats import norm

    centred = x - (n * x).sum() / n.sum()
    spread = (n * centred**2).sum()
    if spread == 0:  # one population has no slope
        return Slope(np.nan, np.nan, np.nan)
    value = float((n * centred * means).sum() / spread)
    half = float(norm.ppf(0.975) * np.sqrt((n * centred**2 * sds**2).sum()) / spread)
    return Slope(value, value - half, value + half)
