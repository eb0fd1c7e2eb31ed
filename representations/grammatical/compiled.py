"""A grammar as flat arrays, which the kernels of this package follow."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.grammar import Family, Grammar, GrammarError, NonTerminal, Option
from evograft.representations.grammatical._rule_graph import (
    Rules,
    discovered,
    flattest,
    goes_on_after_itself,
    has_family,
    mentioned,
    options_of,
    reached,
    rule_depths,
)

Integers = npt.NDArray[np.int32]
Table = tuple[Integers, Integers, Integers, Integers, Integers, int]


@dataclass(frozen=True, eq=False)
class CompiledGrammar:
    """The rules of a grammar in arrays. Make one with :meth:`of`.

    Options are numbered through the whole grammar, rule after rule. Terminals are numbered in the
    order of their first mention; the empty terminal makes no token and has no number.

    Attributes
    ----------
    grammar : Grammar
        What was compiled, without rules that cannot be reached.
    member_rule : str or None
        Each completed expansion of it makes a member of ``h*``.
    rules : tuple of str
        Names of the rules; the first one is the start.
    terminals : tuple of str
    counts, firsts : (n_rules,) int32
        How many options each rule has, and the first one. An option with ``h*`` counts once.
    families : (n_rules,) int32
        Place, within the rule, of the option with ``h*``, -1 where there is none.
    options : (n_options + 1,) int32
        Where the symbols of each option begin.
    symbols : (n_symbols,) int32
        Terminals as their numbers and non-terminals as -1 - rule. The three numbers after the last
        terminal are: a member of ``h*``; the mark that a member was made; the mark that the
        members made so far are offered.
    depths : (n_rules,) int32
        Expansions on the longest path of each rule's flattest derivation.
    recursive : (n_options,) bool
        Whether an option can lead back to its own rule, directly or by other rules.
    shortest : (n_options,) bool
        Whether an option begins a flattest derivation of its rule. One with ``h*`` does, too, as
        it ends at once; the depths of rules are those without it, where they have any.
    """

    grammar: Grammar
    member_rule: str | None
    rules: tuple[str, ...]
    terminals: tuple[str, ...]
    counts: Integers
    firsts: Integers
    families: Integers
    options: Integers
    symbols: Integers
    depths: Integers
    recursive: npt.NDArray[np.bool_]
    shortest: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls, grammar: Grammar, *, member_rule: str | None = None, scope_rule: str | None = None
    ) -> "CompiledGrammar":
        """Compile *grammar*, whose families but ``h*`` have to be bound.

        Rules that cannot be reached from the start are left out, with a ``UserWarning``.

        Parameters
        ----------
        grammar : Grammar
        member_rule : str, optional
            For a grammar with ``h*``: each completed expansion of this rule makes one more member
            ``h1``, ``h2``, … of the family, while the sentence is being derived.
        scope_rule : str, optional
            Members become options only where an expansion of this rule is completed, so that the
            nodes of a layer can be inputs of later layers and not of each other. Without it,
            they do at once. It may be recursive where the recursion comes last, as in
            ``<layer> ::= <node> | <node> <layer>``: then its expansions are completed together.

        Raises
        ------
        GrammarError
            Where a family is not bound; a rule has ``h*`` twice, or beside a non-terminal; a
            *scope_rule* is nested in itself with ``h*`` to come; a non-terminal has no rule; a
            rule can never end; or there is no terminal but ``""``.
        ValueError
            For an unknown rule, a *scope_rule* without *member_rule*, or a *member_rule* for a
            grammar without ``h*``.

        Examples
        --------
        >>> grammar = Grammar.parse("<e> ::= <e> + <e> | <v>\\n<v> ::= x | y")
        >>> compiled = CompiledGrammar.of(grammar)
        >>> compiled.rules, compiled.terminals, compiled.counts, compiled.symbols
        (('e', 'v'), ('+', 'x', 'y'), array([2, 2], dtype=int32),
        array([-1,  0, -1, -2,  1,  2], dtype=int32))
        >>> compiled.recursive, compiled.shortest
        (array([ True, False, False, False]), array([False,  True,  True,  True]))
        """
        rules = _reachable(grammar)
        _check_families(rules, member_rule, scope_rule)
        depths = rule_depths(rules)
        reach = reached(rules)
        terminals = _terminals(rules)
        if not terminals and not any(has_family(option) for _, option in options_of(rules)):
            raise GrammarError(f'grammar: <{grammar.start}> has no terminal other than ""')
        names = {name: place for place, name in enumerate(rules)}
        numbers = {terminal: place for place, terminal in enumerate(terminals)}
        encoded = [
            _encode(option, names, numbers) + _marks(head, len(terminals), member_rule, scope_rule)
            for head, option in options_of(rules)
        ]
        counts = [len(options) for options in rules.values()]
        return cls(
            grammar=Grammar(rules),
            member_rule=member_rule,
            rules=tuple(rules),
            terminals=terminals,
            counts=np.array(counts, np.int32),
            firsts=np.cumsum([0, *counts[:-1]], dtype=np.int32),
            families=np.array([_family_option(options) for options in rules.values()], np.int32),
            options=np.cumsum([0, *map(len, encoded)], dtype=np.int32),
            symbols=np.array([symbol for option in encoded for symbol in option], np.int32),
            depths=np.array([depths[name] for name in names], np.int32),
            recursive=np.array(
                [
                    any(name == head or head in reach[name] for name in mentioned(option))
                    for head, option in options_of(rules)
                ]
            ),
            shortest=np.array(flattest(rules)),
        )

    @staticmethod
    def check(grammar: object) -> None:
        """Raise TypeError where *grammar* is not compiled."""
        if not isinstance(grammar, CompiledGrammar):
            kind = type(grammar).__name__
            raise TypeError(f"grammar must be made by CompiledGrammar.of, got a {kind}")

    @property
    def table(self) -> Table:
        """What the kernels follow."""
        return (
            self.counts,
            self.firsts,
            self.families,
            self.options,
            self.symbols,
            len(self.terminals),
        )

    def count(self, rule: int, offered: int = 0) -> int:
        """Return how many options *rule* has while so many members of ``h*`` are *offered*."""
        return int(self.counts[rule]) + (offered - 1 if self.families[rule] >= 0 else 0)

    def option(self, rule: int, choice: int, offered: int = 0) -> list[int | str]:
        """Return the symbols of an option, terminals as text; the plain way, for explanations.

        *choice* is one of those that *rule* has while so many members of ``h*`` are *offered*.
        """
        option, family, member = choice, int(self.families[rule]), 0
        if 0 <= family <= choice:
            option = family if choice < family + offered else choice - offered + 1
            member = choice - family
        place = self.firsts[rule] + option
        symbols = self.symbols[self.options[place] : self.options[place + 1]].tolist()
        texts = (*self.terminals, f"h{member + 1}")
        return [texts[symbol] if 0 <= symbol < len(texts) else symbol for symbol in symbols]

    def name(self, symbol: int | str) -> str:
        """Return what stands for a symbol of :meth:`option` in a sentential form."""
        if isinstance(symbol, str):
            return symbol
        return f"<{self.rules[-1 - symbol]}>" if symbol < 0 else ""


def _reachable(grammar: Grammar) -> Rules:
    """The rules that can be reached from the start, in the order of their definition."""
    if not grammar.rules:
        raise GrammarError("grammar: it has no rule")
    found = set(discovered(grammar.rules, grammar.start))
    if lost := [name for name in grammar.rules if name not in found]:
        names = ", ".join(f"<{name}>" for name in lost)
        warnings.warn(
            f"grammar: {names} cannot be reached from <{grammar.start}> and is left out",
            UserWarning,
            stacklevel=3,
        )
    return {name: options for name, options in grammar.rules.items() if name in found}


def _check_families(rules: Rules, member_rule: str | None, scope_rule: str | None) -> None:
    for name, value in (("member_rule", member_rule), ("scope_rule", scope_rule)):
        if value is not None:
            _check.known(f"{name} of the grammar", value, rules)
    if scope_rule is not None and member_rule is None:
        raise ValueError(f"scope_rule must come with a member_rule, got {scope_rule!r} alone")
    families = Grammar(rules).families()
    if member_rule is not None and "h" not in families:
        raise ValueError(f"member_rule must be None for a grammar without h*, got {member_rule!r}")
    if unbound := families - ({"h"} if member_rule is not None else set()):
        raise GrammarError(f"grammar: bind {', '.join(sorted(unbound))} before compiling")
    for name, options in rules.items():
        found = [symbol for o in options for symbol in o if isinstance(symbol, Family)]
        beside = any(has_family(option) and any(mentioned(option)) for option in options)
        if len(found) > 1 or beside:
            raise GrammarError(f"grammar: <{name}> must mention h* once, beside terminals only")
    if scope_rule is not None and (head := goes_on_after_itself(rules, scope_rule)):
        raise GrammarError(
            f"grammar: <{head}> goes on to h* after a <{scope_rule}> within a <{scope_rule}>, "
            "whose members would be offered to each other; let the recursion come last"
        )


def _terminals(rules: Rules) -> tuple[str, ...]:
    symbols = (symbol for _, option in options_of(rules) for symbol in option)
    return tuple(dict.fromkeys(s for s in symbols if isinstance(s, str) and s))


def _family_option(options: tuple[Option, ...]) -> int:
    return next((place for place, option in enumerate(options) if has_family(option)), -1)


def _encode(option: Option, rules: Mapping[str, int], terminals: Mapping[str, int]) -> list[int]:
    encoded = []
    for symbol in option:
        if isinstance(symbol, NonTerminal):
            encoded.append(-1 - rules[symbol.name])
        elif isinstance(symbol, Family):
            encoded.append(len(terminals))
        elif symbol:
            encoded.append(terminals[symbol])
    return encoded


def _marks(
    head: str, n_terminals: int, member_rule: str | None, scope_rule: str | None
) -> list[int]:
    """The marks behind every option of *head*."""
    made, offered = n_terminals + 1, n_terminals + 2
    marks = [made] if head == member_rule else []
    if head == (member_rule if scope_rule is None else scope_rule):
        marks.append(offered)
    return marks
