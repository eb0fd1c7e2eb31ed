"""A toy for grammars: derive a given text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evograft.problems.objectives import WORST


@dataclass(frozen=True)
class StringMatchProblem:
    """A text to be derived, character by character.

    `evograft.problems.load` makes it as ``"string_match"``.

    Parameters
    ----------
    name : str
    target : str
        One or more characters, all of them printable (no line break, for instance).

    Attributes
    ----------
    objective : str
        ``error``: what `measure` gives is minimised; 0 is the target itself.

    Raises
    ------
    TypeError, ValueError
        If the target breaks its rule.

    References
    ----------
    The example of the same name in Fenton et al., "PonyGE2: grammatical evolution in Python", GECCO
    Companion, 2017.

    Examples
    --------
    >>> problem = StringMatchProblem(target="Hello")
    >>> problem.measure(["Hello", "hello", "Help!!", None])
    array([0.e+00, 1.e+00, 3.e+00, 1.e+08])
    """

    kind: ClassVar[Literal["string"]] = "string"
    objective: ClassVar[Literal["error"]] = "error"

    name: str = "string_match"
    target: str = "Hello world!"

    def __post_init__(self) -> None:
        if not isinstance(self.target, str):
            raise TypeError(f"target must be a text, got {self.target!r:.100}")
        if not self.target or not self.target.isprintable():
            raise ValueError(
                "target must have one or more characters, all of them printable, "
                f"got {self.target!r:.100}"
            )

    @property
    def grammar(self) -> str:
        """BNF of all texts of one or more of the target's characters, in the order of codes."""
        characters = " | ".join(_quoted(character) for character in sorted(set(self.target)))
        return f"<text> ::= <char> | <char> <text>\n<char> ::= {characters}\n"

    def interpret(self, sentence: str | Sequence[str]) -> str:
        """Return the phenotype of a sentence, or of its terminals: the text itself."""
        return "".join(sentence)

    def combine(self, sentences: Iterable[str]) -> str:
        """Return the text of *sentences*, one after the other."""
        return "".join(sentences)

    def measure(self, phenotypes: Iterable[str | None]) -> npt.NDArray[np.float64]:
        """Return the error of each text, (n,); `evograft.problems.objectives.WORST` for None.

        Raises
        ------
        TypeError
            If a phenotype is no text.
        """
        errors = [WORST if text is None else self.score(text) for text in phenotypes]
        return np.array(errors, dtype=np.float64)

    def score(self, phenotype: str) -> float:
        """Return the number of places with another character, plus the difference in length.

        There is no test part here.

        Raises
        ------
        TypeError
            If the phenotype is no text.

        Examples
        --------
        >>> StringMatchProblem(target="abc").score("xbcde")
        3.0
        """
        if not isinstance(phenotype, str):
            raise TypeError(f"phenotype must be a text, got {phenotype!r:.100}")
        pairs = zip(phenotype, self.target, strict=False)
        different = sum(mine != wanted for mine, wanted in pairs)
        return float(different + abs(len(phenotype) - len(self.target)))

    def report(self, phenotype: str) -> dict[str, object]:
        """Return `error`, `success` (whether it is 0), `text` and `target`, ready for JSON.

        Raises
        ------
        TypeError
            If the phenotype is no text.
        """
        error = self.score(phenotype)
        return {
            "error": error,
            "success": error == 0,
            "text": phenotype,
            "target": self.target,
        }

    def progress(self, phenotype: str) -> dict[str, float]:
        """Return what a run shows of its best phenotype: ``length``, in characters."""
        return {"length": float(len(phenotype))}


def _quoted(character: str) -> str:
    return f"'{character}'" if character == '"' else f'"{character}"'
