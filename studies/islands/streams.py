"""Random numbers of an island: those that no other island has."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def apart(state: Any, jumps: int) -> Any:
    """Return a toolbox's *state* with every numpy Generator in it jumped so many times ahead.

    A jump (``BitGenerator.jumped``) goes further than any run draws. States are known by the form
    that numpy gives them, in dicts, lists and tuples of any depth.

    Raises
    ------
    ValueError
        Where a Generator is of a kind that cannot jump.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> state = {"rng": rng.bit_generator.state, "count": 3}
    >>> ahead = apart(state, 1)
    >>> ahead["rng"]["state"] == rng.bit_generator.jumped().state["state"], ahead["count"]
    (True, 3)
    """
    return changed(
        state, lambda part: "bit_generator" in part, lambda generator: _jumped(generator, jumps)
    )


def changed(
    state: Any,
    is_meant: Callable[[Mapping[str, Any]], bool],
    change: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Any:
    """Return *state* with every mapping in it that *is_meant* as *change* makes it.

    It is looked for in dicts, lists and tuples of any depth.
    """
    if isinstance(state, Mapping):
        if is_meant(state):
            return change(state)
        return {name: changed(value, is_meant, change) for name, value in state.items()}
    if type(state) in (list, tuple):
        return type(state)(changed(value, is_meant, change) for value in state)
    return state


def _jumped(state: Mapping[str, Any], jumps: int) -> Mapping[str, Any]:
    kind: Any = getattr(np.random, str(state["bit_generator"]), None)
    if not hasattr(kind, "jumped"):
        raise ValueError(
            "toolbox.state() must have Generators that can jump ahead, such as numpy's default, "
            f"for islands, got {state['bit_generator']}"
        )
    ahead = kind()
    ahead.state = state
    moved: Mapping[str, Any] = ahead.jumped(jumps).state
    return moved
