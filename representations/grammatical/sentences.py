"""What mapping many genotypes at once gives."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Sentences:
    """Sentences of n genotypes, one after the other; those of invalid genotypes are empty.

    Attributes
    ----------
    terminals : tuple of str
    tokens : (n_tokens,) int32
        Indices into *terminals*; beyond them, the members ``h1``, ``h2``, … of the family ``h*``.
    limits : (n + 1,) int64
        The tokens of genotype i are ``tokens[limits[i] : limits[i + 1]]``.
    valid : (n,) bool
    used : int64
        Of GE, (n,): how many codons, from the front, were read at least once. Of SGE and DSGE,
        (n, n_rules): how many indices of each gene, from the front, were taken.

    Examples
    --------
    >>> import numpy as np
    >>> sentences = Sentences(("a", "b"), np.array([0, 1, 1, 2]), np.array([0, 0, 4]),
    ...                       np.array([False, True]), np.array([3, 4]))
    >>> len(sentences), sentences.text(0), sentences.text(1)
    (2, None, 'abbh1')
    """

    terminals: tuple[str, ...]
    tokens: npt.NDArray[np.int32]
    limits: npt.NDArray[np.int64]
    valid: npt.NDArray[np.bool_]
    used: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return self.valid.size

    def text(self, i: int) -> str | None:
        """Return sentence *i*, its terminals joined, or None where genotype *i* is invalid."""
        if not self.valid[i]:
            return None
        known = len(self.terminals)
        tokens = self.tokens[self.limits[i] : self.limits[i + 1]].tolist()
        return "".join(self.terminals[t] if t < known else f"h{t - known + 1}" for t in tokens)
