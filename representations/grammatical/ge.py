"""Grammatical evolution: codons that choose options modulo their number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.grammar import Derivation, Step
from evograft.representations.grammatical import _derivation_kernels as kernels
from evograft.representations.grammatical._packing import LARGEST, enlarged, pack
from evograft.representations.grammatical.compiled import CompiledGrammar
from evograft.representations.grammatical.sentences import Sentences

Codons = Sequence[Sequence[int]] | npt.NDArray[np.integer]


@dataclass(frozen=True)
class GEMapping:
    """Maps codons to sentences: the left-most non-terminal takes option *codon mod options*.

    A genotype is a list of codons, integers from 0 to 2^32 - 1. It is invalid where a non-terminal
    is left after its last codon (even one that would read none), or *max_expansions* are reached.

    Parameters
    ----------
    grammar : CompiledGrammar
    wraps : int, at least 0
        How often reading may restart at the first codon.
    lazy : bool
        Whether a rule with a single option reads no codon; else every expansion reads one.
    max_expansions : int, at least 1
        Of one genotype; a bound on time and memory, for codons that are many or read again.

    References
    ----------
    O'Neill and Ryan, "Grammatical evolution", IEEE Transactions on Evolutionary Computation 5(4),
    2001: eager, with wrapping. Lazy and without wrapping, it is the mapping of
    :meth:`~evograft.representations.grammar.Grammar.derive`.

    Examples
    --------
    >>> from evograft.representations.grammar import Grammar
    >>> grammar = Grammar.parse("<start> ::= <exp>\\n<exp> ::= 0 | 1 <exp>")
    >>> mapping = GEMapping(CompiledGrammar.of(grammar))
    >>> sentences = mapping.map([[11, 5, 73, 8, 15, 20, 30], [4, 5, 73], [11, 5]])
    >>> [sentences.text(i) for i in range(3)], sentences.used
    (['1110', '0', None], array([4, 1, 2]))
    """

    grammar: CompiledGrammar
    wraps: int = 0
    lazy: bool = True
    max_expansions: int = 100_000

    def __post_init__(self) -> None:
        CompiledGrammar.check(self.grammar)
        _check.integer("wraps", self.wraps, minimum=0)
        _check.integer("max_expansions", self.max_expansions, minimum=1)

    def map(self, individuals: Codons) -> Sentences:
        """Map *individuals*: lists of codons, of any lengths, or an array (n, length) of integers.

        Raises
        ------
        TypeError, ValueError
            Where a codon is no integer from 0 to 2^32 - 1, or an array has not two dimensions.
        """
        if not isinstance(individuals, np.ndarray):
            return self.map_flat(*pack(individuals, "individuals"))
        if individuals.ndim != 2:
            raise ValueError(f"individuals must have shape (n, length), got {individuals.shape}")
        n, length = individuals.shape
        return self.map_flat(individuals.ravel(), np.arange(n + 1, dtype=np.int64) * length)

    def map_flat(self, codons: npt.NDArray[np.integer], limits: npt.NDArray[np.int64]) -> Sentences:
        """Map rows of *codons*, row i from ``limits[i]`` to ``limits[i + 1]``.

        Raises
        ------
        TypeError, ValueError
            Where a codon is no integer from 0 to 2^32 - 1.
        """
        if codons.dtype.kind not in "iu":
            raise TypeError(f"codons must be an array of integers, got one of {codons.dtype}")
        if codons.size and not 0 <= codons.min() <= codons.max() <= LARGEST:
            worst = codons.min() if codons.min() < 0 else codons.max()
            raise ValueError(f"codons must be integers from 0 to {LARGEST}, got {worst}")
        n = limits.size - 1
        ends = np.zeros(n + 1, np.int64)
        out = (ends, np.empty(n, np.bool_), np.empty(n, np.int64))
        arguments = (
            np.ascontiguousarray(codons, np.uint32),
            limits,
            self.wraps,
            self.lazy,
            self.max_expansions,
            self.grammar.table,
            np.empty((self.max_expansions, 3), np.int64),
        )
        tokens = np.empty(2 * codons.size + 64, np.int32)
        done = 0
        while (done := kernels.map_codons(*arguments, tokens, out, done)) < n:
            tokens = enlarged(tokens)
        return Sentences(self.grammar.terminals, tokens[: ends[-1]], ends, *out[1:])

    def derive(self, codons: Sequence[int]) -> Derivation:
        """Map one genotype the plain way, remembering every step; to be printed or looked into.

        Examples
        --------
        >>> from evograft.representations.grammar import Grammar
        >>> grammar = CompiledGrammar.of(Grammar.parse("<e> ::= <e> + <e> | <v>\\n<v> ::= x"))
        >>> print(GEMapping(grammar, wraps=1, lazy=False).derive([2, 7, 5]))
        <e>  2 mod 2 = 0  ->  <e>+<e>
        <e>  7 mod 2 = 1  ->  <v>+<e>
        <v>  5 mod 1 = 0  ->  x+<e>
        <e>  2 mod 2 = 0  ->  x+<e>+<e>
        <e>  7 mod 2 = 1  ->  x+<v>+<e>
        <v>  5 mod 1 = 0  ->  x+x+<e>
        invalid: the codons ran out
        """
        grammar = self.grammar
        finished, offer = len(grammar.terminals) + 1, len(grammar.terminals) + 2
        done: list[str] = []
        pending: list[int | str] = [-1]  # terminals, marks and rules; the left-most is the last
        steps: list[Step] = []
        read = made = offered = 0
        while pending:
            symbol = pending.pop()
            if isinstance(symbol, str):
                done.append(symbol)
            elif symbol == finished:
                made += 1
            elif symbol == offer:
                offered = made
            else:
                rule = -1 - symbol
                count = grammar.count(rule, offered)
                out_of_codons = not codons or read == len(codons) * (self.wraps + 1)
                if out_of_codons or count == 0 or len(steps) == self.max_expansions:
                    return Derivation(tuple(steps), None, min(read, len(codons)))
                codon = None
                if count > 1 or not self.lazy:
                    codon = codons[read % len(codons)]
                    read += 1
                taken = 0 if codon is None else codon % count
                pending.extend(reversed(grammar.option(rule, taken, offered)))
                form = "".join(done) + "".join(map(grammar.name, reversed(pending)))
                steps.append(Step(grammar.rules[rule], count, codon, taken, form))
        return Derivation(tuple(steps), "".join(done), min(read, len(codons)))
