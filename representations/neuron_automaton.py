"""Which sequences of terminals are neurons, decided for a whole grammar before it is used.

Neuron sentences are a regular language: :data:`_NEXT` is its automaton. Whether *every* sentence
of a grammar is one follows from the pairs of states between which each rule can lead, so a
grammar that is no neuron grammar is refused at once and not in the middle of a run.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evograft.representations.grammar import GrammarError

# Operations that terminals stand for. An operand (digit, index, function) is added 16-fold.
DIGIT, POINT, PLUS, MINUS, TIMES, CALL, CLOSE, FEATURE, HIDDEN, OUTPUT, COLON, COMMA = range(12)
WEIGHT = 12

_SPELLING = (
    *("a digit", "'.'", "'+'", "'-'", "'*'", "'*sig('", "')'"),
    *("x1 …", "h1 …", "output1 …", "':'", "','", "'w'"),
)

# Where a sentence is: before an output, after one, in its weight; then in the sum, before and
# after the variable of the product that is open; then at the end, or beyond what a neuron allows.
_START, _TARGET, _WEIGHT, _WEIGHT_WHOLE, _WEIGHT_POINT, _WEIGHT_DECIMAL = range(6)
_FACTOR, _WHOLE, _POINT, _DECIMAL = range(6, 10)
_VARIABLE, _LATE_FACTOR, _LATE_WHOLE, _LATE_POINT, _LATE_DECIMAL = range(10, 15)
_END = 15
# After a real weight in each of the three places of a number: it takes no more digits.
_WEIGHT_REAL, _REAL, _LATE_REAL = range(16, 19)
_REFUSED = 19

Rule = Sequence[Sequence["int | str"]]
"""Options, each a sequence of operations (int) and names of rules (str)."""


def _automaton() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """The next state by state and operation."""
    following = np.full((_REFUSED, 13), _REFUSED)
    following[_START, OUTPUT] = _TARGET
    following[_TARGET, COLON] = _WEIGHT
    for factor, whole, point, decimal, real in (
        (_WEIGHT, _WEIGHT_WHOLE, _WEIGHT_POINT, _WEIGHT_DECIMAL, _WEIGHT_REAL),
        (_FACTOR, _WHOLE, _POINT, _DECIMAL, _REAL),
        (_LATE_FACTOR, _LATE_WHOLE, _LATE_POINT, _LATE_DECIMAL, _LATE_REAL),
    ):
        following[factor, [PLUS, MINUS]] = factor
        following[[factor, whole], DIGIT] = whole
        following[factor, POINT] = point
        following[whole, POINT] = decimal
        following[[point, decimal], DIGIT] = decimal
        following[factor, WEIGHT] = real
        following[[whole, decimal, real], TIMES] = factor
    pair_ends = [_TARGET, _WEIGHT_WHOLE, _WEIGHT_DECIMAL, _WEIGHT_REAL]
    following[pair_ends, COMMA] = _START
    following[pair_ends, CALL] = _FACTOR
    following[_FACTOR, [FEATURE, HIDDEN]] = _VARIABLE
    following[_VARIABLE, TIMES] = _LATE_FACTOR
    for end in (_WHOLE, _DECIMAL, _REAL, _VARIABLE, _LATE_WHOLE, _LATE_DECIMAL, _LATE_REAL):
        following[end, [PLUS, MINUS]] = _FACTOR
        following[end, CLOSE] = _END
    return following


_NEXT = _automaton()


def check_neurons(start: str, rules: Mapping[str, Rule]) -> None:
    """Raise where *start* can derive a sequence of operations that is no neuron.

    Raises
    ------
    GrammarError
        Naming the rule, what it puts there and what could stand there instead.
    """
    # ends[rule, state]: the states in which the rule can end if it begins in that state.
    ends: dict[tuple[str, int], set[int]] = {(start, _START): set()}
    known = -1
    while known != (known := len(ends) + sum(map(len, ends.values()))):
        for (name, state), reached in list(ends.items()):
            for option in rules[name]:
                reached |= _walk(name, option, state, ends)
    if unfinished := ends[start, _START] - {_END}:
        raise GrammarError(
            f"grammar: a sentence of <{start}> can stop where a neuron needs "
            f"{_expected(min(unfinished))}"
        )


def _walk(
    name: str, option: Sequence["int | str"], state: int, ends: dict[tuple[str, int], set[int]]
) -> set[int]:
    """The states in which *option* of rule *name* can end, by what is known of the rules so far.

    Pairs of rule and state that are met for the first time are noted in *ends*.
    """
    states = {state}
    for symbol in option:
        following: set[int] = set()
        for at in states:
            if isinstance(symbol, str):
                following |= ends.setdefault((symbol, at), set())
                continue
            operation = symbol % 16
            if _NEXT[at, operation] == _REFUSED:
                raise GrammarError(
                    f"grammar: <{name}> can put {_SPELLING[operation]} where a neuron needs "
                    f"{_expected(at)}"
                )
            following.add(int(_NEXT[at, operation]))
        states = following
    return states


def _expected(state: int) -> str:
    if state == _END:
        return "nothing more"
    allowed = [_SPELLING[i] for i in np.flatnonzero(_NEXT[state] != _REFUSED)]
    return " or ".join(allowed)
