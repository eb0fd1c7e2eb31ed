"""Random genotypes of a given size, and what their codons may be changed to."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from evograft.representations import _check
from evograft.studies.representation.bit_flips import Genotype
from evograft.studies.representation.encoding import Encoding, Expressed
from evograft.studies.representation.encodings import ENCODINGS
from evograft.studies.representation.measured_cells import Cell

METHODS = tuple(ENCODINGS)

Sites = Literal["used", "all"]


def check_cells(
    methods: Sequence[str], individuals: int, neurons: Sequence[int], sites: str, seed: int
) -> None:
    """Raise where an argument that the analyses of mutants share breaks its rule."""
    check_methods(methods)
    _check.integer("individuals", individuals, minimum=2)
    if not neurons:
        raise ValueError("neurons must be one number at least, got none")
    for n in neurons:
        _check.integer("neurons", n, minimum=1)
    _check.choice("sites", sites, ("used", "all"))
    _check.integer("seed", seed, minimum=0)


def check_methods(methods: Sequence[str]) -> None:
    """Raise where *methods* are none, or one has no encoding here."""
    if isinstance(methods, str) or not methods:
        raise ValueError(f"methods must be a list of names, got {methods!r}")
    for method in methods:
        _check.known("method with an encoding to analyse", method, METHODS)


def make_encoding(method: str, most_neurons: int, **settings: Any) -> Encoding:
    """Return the encoding of *method*; that of SGE has the levels that *most_neurons* need."""
    if method == "sge":
        settings["levels"] = most_neurons - 1
    return ENCODINGS[method](**settings)


def draw_parents(
    encoding: Encoding, cell: Cell, rng: np.random.Generator
) -> tuple[list[Genotype], Expressed]:
    """Draw the genotypes of a *cell* and map them."""
    parents = encoding.draw_networks(cell["individuals"], cell["neurons"], rng)
    return parents, encoding.express(parents, rng)


def sites_of(genotype: Genotype, used: Sequence[int], sites: str) -> Sequence[int]:
    """How many integers of each gene, from the front, are *sites*: those used, or all."""
    return used if sites == "used" else [len(gene) for gene in genotype]
