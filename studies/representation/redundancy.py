"""Redundancy: how many mutations change no network, and how many networks genotypes have."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evograft.representations import _check
from evograft.representations.neuron_grammar import Number
from evograft.studies.representation.bit_flips import flip_bits, replace_codon
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

Mutation = Literal["bit", "codon"]


def measure_redundancy(
    methods: Sequence[str] = METHODS,
    *,
    individuals: int = 1000,
    neurons: Sequence[int] = range(2, 10),
    sites: Sites = "all",
    mutation: Mutation = "codon",
    number: Number = "fixed",
    seed: int = 0,
    file: Path | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Measure the share of mutations that leave the network as it was.

    Networks are those of :func:`~evograft.studies.representation.locality.measure_locality`:
    one hidden layer, 30 features, one output, populations of exactly so many neurons. They are
    the same if their neurons are, in order, with equal inputs of a neuron merged.

    Parameters
    ----------
    methods, individuals, neurons, sites, seed, file, progress
        As there.
    mutation : {"bit", "codon"}
        One bit is flipped, or one codon replaced by another value.
    number : {"fixed", "wide", "unit"}
        Of the weights; see :func:`~evograft.representations.neuron_grammar.neuron_bnf`.

    Returns
    -------
    DataFrame
        The settings, ``neutral`` (share of mutants with the network of their parent), ``invalid``
        (share without a network) and ``networks`` (different ones among the parents).

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    Examples
    --------
    Codons behind those that are read, and values with the same remainder, change nothing:

    >>> frame = measure_redundancy(["mge", "dsge"], individuals=50, neurons=[2], progress=False)
    >>> frame[["method", "neutral", "networks"]].values.tolist()
    [['mge', 0.92, 50], ['dsge', 0.0, 50]]
    """
    check_cells(methods, individuals, neurons, sites, seed)
    _check.choice("mutation", mutation, ("bit", "codon"))
    _check.choice("number", number, ("fixed", "wide", "unit"))
    cells = [
        {
            "method": method,
            "neurons": n,
            "individuals": individuals,
            "sites": sites,
            "mutation": mutation,
            "number": number,
            "levels": max(neurons) - 1,
            "seed": seed,
        }
        for n in neurons
        for method in methods
    ]
    return measured_cells(cells, _measure, file, progress=progress)


def _measure(cell: Cell) -> list[Row]:
    rng = cell_generator(cell)
    encoding = make_encoding(cell["method"], cell["levels"] + 1, number=cell["number"])
    parents, before = draw_parents(encoding, cell, rng)
    mutate = flip_bits if cell["mutation"] == "bit" else replace_codon
    mutants = [
        mutate(parent, encoding.counts(parent), sites_of(parent, used, cell["sites"]), rng)
        for parent, used in zip(parents, before.used, strict=True)
    ]
    after = encoding.express(mutants, rng)
    pairs = list(zip(before.networks, after.networks, strict=True))
    return [
        {
            "neutral": sum(first == second for first, second in pairs) / len(pairs),
            "invalid": after.networks.count(None) / len(pairs),
            "networks": len(set(before.networks)),
        }
    ]


def summarise_redundancy(measured: "pd.DataFrame") -> "pd.DataFrame":
    """Return means of the shares over all sizes, and the sum of the networks, for each method."""
    return measured.groupby("method", sort=False, as_index=False).agg(
        individuals=("individuals", "sum"),
        neutral=("neutral", "mean"),
        invalid=("invalid", "mean"),
        networks=("networks", "sum"),
    )
