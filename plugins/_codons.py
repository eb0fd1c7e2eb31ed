"""Codons and the grammars that they are read by: what several methods ask of their parameters."""

import hashlib
import warnings
from pathlib import Path
from typing import Literal

from evograft.plugins._loop import LARGEST
from evograft.plugins.registry import Graft
from evograft.representations import _check
from evograft.representations.grammar import Grammar


def check_grammar(grammar: object) -> None:
    """Raise where *grammar* is no path."""
    if grammar is not None and not isinstance(grammar, str):
        raise TypeError(f"grammar must be the path of a BNF file, got {grammar!r}")


def check_rates(pm: object) -> None:
    """Raise where *pm* is no tuple of rates, of which one is drawn for every offspring."""
    if not isinstance(pm, (tuple, list)) or not pm:
        raise ValueError(f"pm must be a tuple of numbers from 0 to 1, got {pm!r}")
    for value in pm:
        _check.real("pm", value, minimum=0, maximum=1)


def check_range(genes: object, max_genes: int | None) -> None:
    """Raise where *genes* are not the fewest and the most genes of a new genotype, if any."""
    if genes is None:
        return
    ints = isinstance(genes, (tuple, list)) and all(type(n) is int for n in genes)
    if not ints or len(genes) != 2 or not 1 <= genes[0] <= genes[1] <= LARGEST:  # type: ignore[arg-type, index]
        raise ValueError(
            f"initial_genes must be two integers 1 <= low <= high <= {LARGEST}, got {genes!r}"
        )
    if max_genes is not None and genes[1] > max_genes:  # type: ignore[index]
        raise ValueError(
            f"initial_genes must not reach beyond max_genes, which is {max_genes}, got {genes!r}"
        )


def first_range(
    genes: tuple[int, int] | None, max_genes: int | None, default: tuple[int, int]
) -> tuple[int, int]:
    """Fewest and most genes of a new genotype: *genes*, else what *max_genes* leaves of *default*.

    Examples
    --------
    >>> first_range(None, 5, (2, 10)), first_range(None, 1, (2, 10))
    ((2, 5), (1, 1))
    """
    most = default[1] if max_genes is None else max_genes
    return genes or (min(default[0], most), min(default[1], most))


def choose_codon_bits(bits: Literal["auto", 8, 16], largest_rule: int) -> Literal[8, 16]:
    """The bits of a codon for rules of up to so many options; warns where they do not suffice."""
    if bits == "auto":
        bits = 16 if largest_rule > 256 else 8
    if largest_rule > 1 << bits:
        warnings.warn(
            f"codon_bits={bits} cannot reach all {largest_rule} options of a rule: "
            f"those from {(1 << bits) + 1} on are never taken",
            stacklevel=6,
        )
    return bits


def grammar_of_file(graft: Graft) -> Grammar | None:
    """The grammar of the user's file, None where there is none.

    What a genotype means is in the file, not in its name: the record of the method has a digest.
    """
    path = graft.parameters.grammar
    if path is None:
        return None
    grammar = Grammar.from_file(path)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
    graft.toolbox.method["grammar_digest"] = digest
    return grammar
