"""Codons of many genes that are ``bytes``, one gene after the other."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def join_codons(
    genes: Sequence[bytes], codon_bits: int
) -> tuple[npt.NDArray[np.unsignedinteger], npt.NDArray[np.int64]]:
    """Return the codons of all *genes*, and where those of each begin and the last ones end.

    Codons of 16 bits are little-endian pairs.

    Raises
    ------
    ValueError
        Where a gene of 16-bit codons has an odd number of bytes.

    Examples
    --------
    >>> join_codons([bytes([1, 0, 2, 0]), b"", bytes([3, 1])], 16)
    (array([  1,   2, 259], dtype=uint16), array([0, 2, 2, 3]))
    """
    lengths = np.fromiter(map(len, genes), np.int64, len(genes))
    if codon_bits == 16 and (lengths % 2).any():
        raise ValueError("genes of 16-bit codons must have even lengths, got an odd one")
    dtype: np.dtype[np.unsignedinteger] = np.dtype("u1" if codon_bits == 8 else "<u2")
    starts = np.concatenate(([0], np.cumsum(lengths // (codon_bits // 8))))
    return np.frombuffer(b"".join(genes), dtype), starts
