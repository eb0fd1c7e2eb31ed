"""What the rules of a grammar can lead to, and how soon they can end."""

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from evograft.representations.grammar import Family, GrammarError, NonTerminal, Option

Rules = Mapping[str, tuple[Option, ...]]


def mentioned(option: Option) -> Iterator[str]:
    """Yield the names of the non-terminals in *option*, one by one."""
    return (symbol.name for symbol in option if isinstance(symbol, NonTerminal))


def options_of(rules: Rules) -> Iterator[tuple[str, Option]]:
    """Yield every option with the name of its rule."""
    return ((head, option) for head, options in rules.items() for option in options)


def has_family(option: Option) -> bool:
    """Whether a placeholder such as ``h*`` stands in *option*."""
    return any(isinstance(symbol, Family) for symbol in option)


def discovered(rules: Rules, start: str) -> list[str]:
    """Names of the rules that can be reached from *start*, breadth first.

    Raises
    ------
    GrammarError
        Where one of them mentions a non-terminal without a rule.
    """
    found = [start]
    for head in found:  # which grows on the way
        for name in (name for option in rules[head] for name in mentioned(option)):
            if name not in rules:
                raise GrammarError(f"grammar: <{head}> uses <{name}>, which has no rule")
            if name not in found:
                found.append(name)
    return found


def reached(rules: Rules) -> dict[str, set[str]]:
    """The rules that each rule can lead to, by one expansion or more."""
    reach = {
        head: {name for option in options for name in mentioned(option)}
        for head, options in rules.items()
    }
    for middle in rules:
        for names in reach.values():
            if middle in names:
                names |= reach[middle]
    return reach


def goes_on_after_itself(rules: Rules, scope: str) -> str | None:
    """A rule within <*scope*> that can go on to ``h*`` after a nested <*scope*>, None if none can.

    Recursion that comes last, as in a list, does not: all expansions of it end at once.
    """
    reach = reached(rules)
    readers = {head for head, option in options_of(rules) if has_family(option)}
    for head, option in options_of(rules):
        if head != scope and head not in reach[scope]:
            continue
        nested = False
        for name in mentioned(option):
            if nested and not readers.isdisjoint({name} | reach[name]):
                return head
            nested = nested or scope in {name} | reach[name]
    return None


def option_depth(option: Option, depths: Mapping[str, int]) -> int | None:
    """Depth of the flattest derivation that begins with *option*, None where it never ends."""
    below = [depths.get(name) for name in mentioned(option)]
    if any(depth is None for depth in below):
        return None
    return 1 + max((depth for depth in below if depth is not None), default=0)


def shortest_depths(rules: Rules, known: Mapping[str, int] | None = None) -> dict[str, int]:
    """Depth of the flattest derivation of each rule, counted in expansions on its longest path.

    A rule with an option of terminals only has depth 1. Rules that can never end are left out;
    depths that are *known* are taken as they are.
    """
    known = known or {}
    ends = [(depth, name) for name, depth in known.items()]
    # Of every option, how many of the rules that it mentions have no depth yet.
    waiting: dict[str, list[list[Any]]] = {name: [] for name in rules}
    for head, option in options_of({h: o for h, o in rules.items() if h not in known}):
        names = {*mentioned(option)}
        if not names:
            ends.append((1, head))
        entry: list[Any] = [head, len(names)]
        for name in names:
            waiting[name].append(entry)
    heapify(ends)
    depths: dict[str, int] = {}
    while ends:  # the flattest first, so that the last rule of an option is its deepest
        depth, name = heappop(ends)
        if name in depths:
            continue
        depths[name] = depth
        for entry in waiting[name]:
            entry[1] -= 1
            if entry[1] == 0:
                heappush(ends, (depth + 1, entry[0]))
    return depths


def rule_depths(rules: Rules) -> dict[str, int]:
    """Depths of all rules; where one can do without ``h*``, its depth is that of doing so.

    Raises
    ------
    GrammarError
        Where a rule can never end.
    """
    depths = shortest_depths(rules, shortest_depths(without_families(rules)))
    if endless := [name for name in rules if name not in depths]:
        names = ", ".join(f"<{name}>" for name in endless)
        raise GrammarError(f"grammar: {names} can never end in terminals")
    return depths


def flattest(rules: Rules) -> list[bool]:
    """Whether each option, rule after rule, ends as soon as :func:`rule_depths` says, or sooner."""
    without, depths = shortest_depths(without_families(rules)), rule_depths(rules)
    return [
        has_family(option)
        or option_depth(option, without if head in without else depths) == depths[head]
        for head, option in options_of(rules)
    ]


def without_families(rules: Rules) -> Rules:
    """*rules* without the options that mention a placeholder such as ``h*``."""
    return {
        head: tuple(option for option in options if not has_family(option))
        for head, options in rules.items()
    }
