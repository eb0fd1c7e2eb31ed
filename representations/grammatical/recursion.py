"""Unfolding the recursion of a grammar into levels."""

from collections.abc import Iterator

from evograft.representations import _check
from evograft.representations.grammar import Grammar, GrammarError, NonTerminal, Option
from evograft.representations.grammatical._rule_graph import (
    Rules,
    discovered,
    mentioned,
    option_depth,
    reached,
    shortest_depths,
)
from evograft.representations.grammatical.compiled import CompiledGrammar


def bounded(grammar: Grammar, levels: int = 3) -> Grammar:
    """Return *grammar* with its recursion unfolded into the levels 0 … *levels*.

    A recursive rule ``<e>`` becomes ``<e>``, ``<e@1>``, …: where one of its options leads back to
    it, that of the next level stands instead. The last level has only options without recursion.
    Where a rule is recursive by way of others, a level is entered where the circle closes: by
    mention of a rule that is no later than the one that mentions it, breadth first from the start.
    On the last level a rule all of whose options lead back keeps those of its flattest
    derivations. Rules that cannot be reached are left out.

    Parameters
    ----------
    grammar : Grammar
        Without unbound families.
    levels : int, at least 0
        With 0 nothing is ever repeated.

    Raises
    ------
    GrammarError
        As :meth:`CompiledGrammar.of` does, or where a rule has the name of a level's copy.

    Examples
    --------
    >>> for rule in bounded(Grammar.parse("<e> ::= <e> + <e> | x"), levels=2).rules.items():
    ...     print(rule[0], " | ".join(" ".join(map(str, option)) for option in rule[1]))
    e <e@1> + <e@1> | x
    e@1 <e@2> + <e@2> | x
    e@2 x
    """
    _check.integer("levels", levels, minimum=0)
    rules = CompiledGrammar.of(grammar).grammar.rules
    unfolding = _Unfolding(rules, grammar.start, levels)
    found = {(grammar.start, 0)}
    waiting = [(grammar.start, 0)]
    for head, level in waiting:  # which grows on the way
        options = unfolding.options(head, level)
        below = {unfolding.below(head, name, level) for o in options for name in mentioned(o)}
        waiting.extend(below - found)
        found |= below
    order = {name: place for place, name in enumerate(rules)}
    wanted = sorted(found, key=lambda pair: (order[pair[0]], pair[1]))
    if taken := [_copy(pair) for pair in wanted if pair[1] and _copy(pair) in rules]:
        raise GrammarError(f"grammar: <{taken[0]}> is the name of a level of recursion, too")
    return Grammar({_copy(pair): tuple(unfolding.renamed(*pair)) for pair in wanted})


def _copy(place: tuple[str, int]) -> str:
    name, level = place
    return f"{name}@{level}" if level else name


class _Unfolding:
    """Which options the rules have on each level, and which levels these lead to."""

    def __init__(self, rules: Rules, start: str, levels: int) -> None:
        self._rules, self._levels = rules, levels
        self._order = {name: place for place, name in enumerate(discovered(rules, start))}
        self._reach = reached(rules)
        self._depths = shortest_depths(rules)
        # Within its circle of rules, and without closing it, which rules can end?
        self._ending = shortest_depths(
            {
                head: tuple(
                    tuple(NonTerminal(name) for name in mentioned(o) if self._circular(head, name))
                    for o in options
                    if not any(self._closes(head, name) for name in mentioned(o))
                )
                for head, options in rules.items()
            }
        )

    def _circular(self, head: str, name: str) -> bool:
        return name in self._reach[head] and head in self._reach[name]

    def _closes(self, head: str, name: str) -> bool:
        return self._circular(head, name) and self._order[name] <= self._order[head]

    def below(self, head: str, name: str, level: int) -> tuple[str, int]:
        """The rule and level that *name* stands for in an option of *head* on *level*."""
        if not self._circular(head, name):
            return name, 0
        return name, min(level + self._closes(head, name), self._levels)

    def options(self, head: str, level: int) -> tuple[Option, ...]:
        """The options of *head* on *level*."""
        options = self._rules[head]
        if level < self._levels or head not in self._reach[head]:
            return options
        if head in self._ending:
            return tuple(o for o in options if all(self._ends(head, n) for n in mentioned(o)))
        depth = self._depths[head]
        return tuple(o for o in options if option_depth(o, self._depths) == depth)

    def _ends(self, head: str, name: str) -> bool:
        """Whether *name*, in an option of *head*, neither closes a circle nor has to."""
        if not self._circular(head, name):
            return True
        return not self._closes(head, name) and name in self._ending

    def renamed(self, head: str, level: int) -> Iterator[Option]:
        """The options of *head* on *level*, as they are in the unfolded grammar."""
        for option in self.options(head, level):
            yield tuple(
                NonTerminal(_copy(self.below(head, symbol.name, level)))
                if isinstance(symbol, NonTerminal)
                else symbol
                for symbol in option
            )
