"""Fitness of genotypes whose phenotypes are read from sentences: expressions, texts, anything."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.problems.objectives import WORST
from evograft.representations.grammatical.sentence_networks import Derive

REMEMBERED = 100_000
"""Sentences whose phenotypes are kept: populations are full of equal ones."""


def reads_sentences(problem: Any) -> bool:
    """Whether *problem* makes phenotypes of sentences, and measures them."""
    return all(hasattr(problem, name) for name in ("grammar", "interpret", "measure", "objective"))


class SentencePhenotypes:
    """Develops genotypes to what *problem* reads in their sentences; None where one is invalid.

    Parameters
    ----------
    problem
        With ``interpret(sentence)`` and, where a genotype has several sentences, ``combine``.
    derive : callable
        As :data:`~evograft.representations.grammatical.sentence_networks.Derive`.
    joined : bool
        Whether a genotype has several sentences; those that are invalid are left out.
    """

    def __init__(self, problem: Any, derive: Derive, *, joined: bool = False) -> None:
        self._problem, self._derive, self._joined = problem, derive, joined
        self._interpret = lru_cache(REMEMBERED)(problem.interpret)

    def __reduce__(self) -> tuple[Any, ...]:
        return _phenotypes, (self._problem, self._derive, self._joined)

    def __deepcopy__(self, memo: dict[int, Any]) -> "SentencePhenotypes":
        return _phenotypes(self._problem, self._derive, self._joined)

    def develop(self, individual: Any) -> Any:
        """Return the phenotype of one genotype."""
        return self.of([individual])[0][0]

    def of(self, individuals: Sequence[Any]) -> tuple[list[Any], list[int]]:
        """Return each phenotype, and the length of its sentences in terminals."""
        sentences, limits = self._derive(individuals)
        ends = sentences.limits[limits]
        texts = [sentences.text(i) for i in range(len(sentences))]
        if self._joined:
            texts = [
                self._join([text for text in texts[begin:end] if text is not None])
                for begin, end in zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True)
            ]
        phenotypes = [None if text is None else self._interpret(text) for text in texts]
        return phenotypes, np.diff(ends).tolist()

    def _join(self, texts: list[str]) -> str | None:
        return self._problem.combine(texts) if texts else None


def _phenotypes(problem: Any, derive: Derive, joined: bool) -> SentencePhenotypes:
    return SentencePhenotypes(problem, derive, joined=joined)


class EvaluateSentences(Evaluation):
    """Fitness of genotypes by the problem's own objective, and the length of their sentences.

    Parameters
    ----------
    problem
    objectives : tuple of str
        The problem's own, and ``length``.
    phenotypes : SentencePhenotypes
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ()

    def __init__(
        self,
        problem: Any,
        objectives: tuple[str, ...],
        phenotypes: SentencePhenotypes,
        *,
        develop: Develop | None = None,
    ) -> None:
        super().__init__(problem, objectives, phenotypes, develop=develop)

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Measure all together; an invalid genotype has the worst value in every objective."""
        problem, objectives, phenotypes = self._arguments
        developed, lengths = phenotypes.of(individuals)
        if develop is not None:
            developed = [*map(develop, individuals)]
        valid = np.array([phenotype is not None for phenotype in developed])
        measured = {
            problem.objective: problem.measure(developed),
            "length": np.where(valid, lengths, WORST),
        }
        columns = [np.asarray(measured[name], np.float64) for name in objectives]
        return list(map(tuple, np.column_stack(columns).tolist()))
