"""Real weights at the end of a gene, after its codons.

A gene with *n* real weights ends in 4 *n* bytes, little-endian float32. Where a grammar puts ``w``
(see :mod:`evograft.representations.neuron_grammar`), the mapping reads the next of them, and after
the last one the first again: so a gene never lacks a weight.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import numpy as np
import numpy.typing as npt

from evograft.representations.grammar import Derivation

DTYPE = np.dtype("<f4")
SIZE = DTYPE.itemsize

MAX_WEIGHT = 5.0
"""The bound of weights unless said otherwise: that of numbers in the grammar's wide format."""

_PLACE = re.compile(r"\+?w")


def scale_weights(data: bytes, max_weight: float) -> bytes:
    """Turn random *data*, whose length is a multiple of 4, into weights of ±*max_weight*, uniform.

    >>> np.frombuffer(scale_weights(bytes.fromhex("00000000 00000080 000000c0"), 5.0), DTYPE)
    array([-5. ,  0. ,  2.5], dtype=float32)
    """
    units = np.frombuffer(data, "<u4") * (max_weight * 2.0**-31) - max_weight
    return units.astype(DTYPE).tobytes()


def split_genes(
    genes: Sequence[bytes], n_weights: int
) -> tuple[Sequence[bytes], npt.NDArray[np.float32]]:
    """Return the codons of each gene, and the weights (n, *n_weights*).

    Raises
    ------
    ValueError
        Where a gene has fewer bytes than its weights take.

    Examples
    --------
    >>> gene = b"ab" + np.array([1.5, -2], DTYPE).tobytes()
    >>> split_genes([gene], 2)
    ([b'ab'], array([[ 1.5, -2. ]], dtype=float32))
    """
    if n_weights == 0:
        return genes, np.empty((len(genes), 0), DTYPE)
    tail = SIZE * n_weights
    if genes and (shortest := min(map(len, genes))) < tail:
        raise ValueError(
            f"genes must have at least {tail} bytes for {n_weights} weights, got one of {shortest}"
        )
    ends = b"".join([gene[-tail:] for gene in genes])
    return [gene[:-tail] for gene in genes], np.frombuffer(ends, DTYPE).reshape(-1, n_weights)


def spell_weights(derivation: Derivation, weights: npt.ArrayLike) -> Derivation:
    """Return *derivation* with float32 *weights*, at least one, in place of every ``w`` derived.

    Each has as many decimals as tell it from all other float32 numbers.

    Examples
    --------
    >>> from evograft.representations.grammar import Grammar
    >>> grammar = Grammar.parse('<s> ::= <n> "*x1" <n>\\n<n> ::= "+w"')
    >>> print(spell_weights(grammar.derive([0]), [-0.1]))
    <s>  single option  ->  <n>*x1<n>
    <n>  single option  ->  -0.1*x1<n>
    <n>  single option  ->  -0.1*x1-0.1
    valid, 0 codons used
    """
    texts = [
        np.format_float_positional(weight, trim="0", sign=True)
        for weight in np.asarray(weights, np.float32)
    ]

    def spell(form: str) -> str:
        # What is left of the first non-terminal is final; the others may still get weights before.
        done, bracket, rest = form.partition("<")
        values = cycle(texts)
        return _PLACE.sub(lambda _: next(values), done) + bracket + rest

    steps = tuple(replace(step, form=spell(step.form)) for step in derivation.steps)
    sentence = derivation.sentence
    return replace(derivation, steps=steps, sentence=None if sentence is None else spell(sentence))
