"""Terminals of neuron and network grammars as the operations that the kernels run."""

import re
from collections.abc import Iterator

from evograft.representations import neuron_automaton as automaton
from evograft.representations.grammar import GrammarError
from evograft.representations.neuron_grammar import FUNCTIONS

_LEXEME = re.compile(
    r"(?P<digit>\d)|(?P<call>\*(?:" + "|".join(FUNCTIONS) + r")\()|(?P<mark>[.+\-*):,;w])"
    r"|(?P<name>x|h|output)(?P<index>[1-9]\d*)(?!\d)"
)
_MARKS = {
    ".": automaton.POINT,
    "+": automaton.PLUS,
    "-": automaton.MINUS,
    "*": automaton.TIMES,
    ")": automaton.CLOSE,
    ":": automaton.COLON,
    ",": automaton.COMMA,
    ";": automaton.SEMICOLON,
    "w": automaton.WEIGHT,
}
_NAMES = {"x": automaton.FEATURE, "h": automaton.HIDDEN, "output": automaton.OUTPUT}


def operations(text: str, n_features: int, n_outputs: int) -> Iterator[int]:
    """The operations of the terminal *text*, operands added 16-fold.

    Raises
    ------
    GrammarError
        Where it cannot occur in a neuron, or names a feature or output that does not exist.
    """
    at = 0
    while at < len(text):
        match = _LEXEME.match(text, at)
        if match is None:
            raise GrammarError(
                f"grammar: terminal {text!r} cannot be part of a neuron such as "
                "'output1:+2.5*sig(-1.35*x3+0.25)'"
            )
        yield _operation(match, text, {"x": n_features, "output": n_outputs, "h": 0})
        at = match.end()


def _operation(match: re.Match[str], text: str, limits: dict[str, int]) -> int:
    if match["digit"]:
        return automaton.DIGIT + 16 * int(match["digit"])
    if match["call"]:
        return automaton.CALL + 16 * FUNCTIONS.index(match["call"][1:-1])
    if match["mark"]:
        return _MARKS[match["mark"]]
    index = int(match["index"])
    if index > limits[match["name"]]:
        raise GrammarError(
            f"grammar: terminal {text!r} does not exist with {limits['x']} features and "
            f"{limits['output']} outputs (hidden neurons are offered by h*)"
        )
    return _NAMES[match["name"]] + 16 * (index - 1)
