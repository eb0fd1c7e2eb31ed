"""Fitness of genotypes whose phenotypes are read from sentences: expressions, texts, anything."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.problems.objectives import WORST
from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import option_sentences
from evograft.representations.grammatical.sentence_networks import Derive

REMEMBERED = 100_000
"""Sentences whose phenotypes are kept: populations are full of equal ones."""

UNREADABLE = (ValueError, SyntaxError)
"""What ``interpret`` raises of a sentence that it cannot read; whatever else it raises is a bug."""


def reads_sentences(problem: Any) -> bool:
    """Whether *problem* makes phenotypes of sentences, and measures them."""
    return all(hasattr(problem, name) for name in ("grammar", "interpret", "measure", "objective"))


def require_readable(problem: Any, grammar: Grammar, *, measured: bool) -> None:
    """Raise where *problem* cannot read the sentence of some option of *grammar*.

    There is one for every option. What only several options together make unreadable is left to
    evolution, where it is invalid.

    Parameters
    ----------
    problem
    grammar : Grammar
    measured : bool
        Whether the problem has to measure what it reads, too.
    """
    for text in dict.fromkeys(option_sentences(grammar)):
        try:
            phenotype = problem.interpret(text)
            if measured:
                problem.measure([phenotype])
        except Exception as error:  # whatever a user's problem makes of it
            raise ValueError(
                f"grammar must derive what the problem reads, got {text!r:.100}: {error}"
            ) from error


class SentencePhenotypes:
    """Develops genotypes to what *problem* reads in their sentences; None where one is invalid.

    A genotype is invalid whose derivation does not end, or whose sentence the problem cannot read.
    Equal sentences have one phenotype between them, now and in later generations: a problem whose
    phenotypes have a state has to reset it before it measures one.

    Parameters
    ----------
    problem
        With ``interpret(sentence)``, which raises one of :data:`UNREADABLE` where it cannot read
        it, and, where a genotype has several sentences, ``combine``.
    derive : callable
        As :data:`~evograft.representations.grammatical.sentence_networks.Derive`.
    joined : bool
        Whether a genotype has several sentences; those that are invalid are left out.
    """

    def __init__(self, problem: Any, derive: Derive, *, joined: bool = False) -> None:
        self._problem, self._derive, self._joined = problem, derive, joined
        self._interpret = lru_cache(REMEMBERED)(partial(_read, problem))

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


def _read(problem: Any, text: str) -> Any:
    """The phenotype of a sentence, None where *problem* cannot read it."""
    try:
        return problem.interpret(text)
    except UNREADABLE:
        return None


def _phenotypes(problem: Any, derive: Derive, joined: bool) -> SentencePhenotypes:
    return SentencePhenotypes(problem, derive, joined=joined)


def sentence_objectives(problem: Any) -> tuple[str, ...]:
    """The objectives that sentences have on *problem*: its own, their length, and its cases."""
    return (problem.objective, "length", *(["cases"] if hasattr(problem, "cases") else []))


class EvaluateSentences(Evaluation):
    """Fitness of genotypes by the problem's own objective, and the length of their sentences.

    Parameters
    ----------
    problem
    objectives : tuple of str
        As :func:`sentence_objectives` has them.
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
        measure: dict[str, Callable[[], Any]] = {
            problem.objective: lambda: problem.measure(developed),
            "cases": lambda: problem.cases(developed),
            "length": lambda: np.where(valid, lengths, WORST),
        }
        columns = [np.asarray(measure[name](), np.float64) for name in objectives]
        return list(map(tuple, np.column_stack(columns).tolist()))
