"""Context-free grammars in BNF, and the plain mapping of codons to sentences.

The mapping is that of modular grammatical evolution: the left-most non-terminal is expanded
first, the option taken is *codon mod number of options*, and a rule with a single option reads
no codon. There is no wrapping: the mapping fails where a non-terminal is left after the last
codon was read, even one with a single option.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evograft.representations import _check

FAMILIES = ("x", "h", "output")
"""Names whose starred form (``x*``) stands for a numbered family of terminals."""

MOST_OPTIONS = 65_536
"""Options of a rule: as many as 16 bits can choose from."""

_TOKEN = re.compile(
    r"""(?P<rule><[^<>\s|]+>)|(?P<quoted>"[^"]*"|'[^']*')|(?P<bar>\|)|(?P<bare>[^\s<>|"']+)"""
)
_DEFINITION = re.compile(r"\s*(<[^<>\s|]+>)\s*::=(.*)", re.DOTALL)


class GrammarError(ValueError):
    """A grammar that cannot be read, or whose rules cannot produce sentences."""


@dataclass(frozen=True, slots=True)
class NonTerminal:
    """A symbol that a rule replaces, written ``<name>``."""

    name: str

    def __str__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True)
class Family:
    """The placeholder ``x*``: as many terminals ``x1``, ``x2``, … as :meth:`Grammar.bind` says."""

    name: str

    def __str__(self) -> str:
        return f"{self.name}*"


Symbol = str | NonTerminal | Family
Option = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One expansion: the rule, its number of options, the codon read (None where none was
    needed), the index of the option taken, and the sentential form afterwards."""

    rule: str
    options: int
    codon: int | None
    option: int
    form: str

    def __str__(self) -> str:
        read = "single option" if self.codon is None else f"{self.codon} mod {self.options}"
        return f"<{self.rule}>  {read} = {self.option}  ->  {self.form}".replace(
            "single option = 0", "single option"
        )


@dataclass(frozen=True, slots=True)
class Derivation:
    """What :meth:`Grammar.derive` did, step by step; printing it shows every expansion.

    Attributes
    ----------
    steps : tuple of Step
    sentence : str or None
        The terminals joined, None where the codons ran out before the last non-terminal.
    used : int
        Number of codons read from the front; the others are neutral.
    """

    steps: tuple[Step, ...]
    sentence: str | None
    used: int

    @property
    def valid(self) -> bool:
        """Whether a sentence was reached."""
        return self.sentence is not None

    def __str__(self) -> str:
        end = f"valid, {self.used} codons used" if self.valid else "invalid: the codons ran out"
        return "\n".join([*map(str, self.steps), end])


@dataclass(frozen=True)
class Grammar:
    """A context-free grammar: the rules by name, each with its options in order.

    The first rule is the start. Read one from text with :meth:`parse` or :meth:`from_file`.

    Examples
    --------
    The grammar G1 of the paper (section 2): one option eats no codon.

    >>> g1 = Grammar.parse('''
    ...     <start> ::= <exp>
    ...     <exp>   ::= 0 | 1 <exp>
    ... ''')
    >>> print(g1.derive([11, 5, 4, 8]))
    <start>  single option  ->  <exp>
    <exp>  11 mod 2 = 1  ->  1<exp>
    <exp>  5 mod 2 = 1  ->  11<exp>
    <exp>  4 mod 2 = 0  ->  110
    valid, 3 codons used
    """

    rules: Mapping[str, tuple[Option, ...]]

    @classmethod
    def parse(cls, text: str) -> "Grammar":
        """Read BNF text, one rule per definition, and check that it can produce sentences.

        A definition is ``<name> ::= option | option``; it may go on over several lines.
        Non-terminals stand in angle brackets. Terminals are quoted, or bare words. Blanks
        between symbols mean nothing. A line that begins with ``#`` is a comment. The bare
        words ``x*``, ``h*`` and ``output*`` are families that :meth:`bind` fills in.

        Raises
        ------
        GrammarError
            Where the text is not BNF, a rule is defined twice, a non-terminal has no rule, or
            a rule can never end in terminals (left recursion without a way out, for instance).
        """
        rules: dict[str, tuple[Option, ...]] = {}
        for head, body, line in _definitions(text):
            if head in rules:
                raise GrammarError(f"grammar, line {line}: <{head}> is defined twice")
            rules[head] = _options(body, head, line)
        if not rules:
            raise GrammarError("grammar: no rule found (a rule reads <name> ::= option | option)")
        grammar = cls(rules)
        grammar._check()
        return grammar

    @classmethod
    def from_file(cls, path: str | Path) -> "Grammar":
        """Read the UTF-8 file *path* as :meth:`parse` does; the error names the file."""
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise GrammarError(f"grammar file {str(path)!r} cannot be read: {reason}") from error
        try:
            return cls.parse(text)
        except GrammarError as error:
            raise GrammarError(f"{path}: {error}") from error

    @property
    def start(self) -> str:
        """Name of the first rule."""
        return next(iter(self.rules))

    def families(self) -> set[str]:
        """Names of the families that still have to be bound."""
        return {symbol.name for symbol in self._symbols() if isinstance(symbol, Family)}

    def bind(self, **sizes: int) -> "Grammar":
        """Replace families by numbered terminals: ``bind(x=2)`` makes ``x*`` into ``x1 | x2``.

        An option that mentions an empty family (size 0), or a rule that can then no longer end
        in terminals, is left out, and the options after it move up.

        Raises
        ------
        GrammarError
            Where nothing is left of the start symbol.
        ValueError
            For an unknown family or a negative size.

        Examples
        --------
        >>> grammar = Grammar.parse("<in> ::= x* | h*")
        >>> grammar.bind(x=2, h=1).rules
        {'in': (('x1',), ('x2',), ('h1',))}
        >>> grammar.bind(x=2, h=0).rules
        {'in': (('x1',), ('x2',))}
        """
        for name, size in sizes.items():
            _check.known("family", name, FAMILIES)
            _check.integer(name, size, minimum=0)
        rules = {
            head: tuple(bound for option in options for bound in _bind_option(option, sizes))
            for head, options in self.rules.items()
        }
        _check_counts(rules)
        endless = set(rules) - _productive(rules)
        rules = {
            head: tuple(option for option in options if not _mentions(option, endless))
            for head, options in rules.items()
            if head not in endless
        }
        if self.start not in rules:
            raise GrammarError(f"grammar: no sentence is left when bound to {sizes}")
        return Grammar(rules)

    def derive(self, codons: Sequence[int]) -> Derivation:
        """Map *codons* (non-negative integers) to a sentence, remembering every step.

        This is the readable mapper, for any grammar without unbound families.

        Raises
        ------
        GrammarError
            Where a family is not bound yet.
        """
        if unbound := self.families():
            raise GrammarError(f"grammar: bind {', '.join(sorted(unbound))} before deriving")
        done: list[str] = []
        pending: list[Symbol] = [NonTerminal(self.start)]  # the left-most symbol is the last
        steps: list[Step] = []
        used = 0
        while pending:
            symbol = pending.pop()
            if not isinstance(symbol, NonTerminal):
                done.append(str(symbol))
                continue
            if used == len(codons):
                return Derivation(tuple(steps), None, used)
            options = self.rules[symbol.name]
            codon = None
            if len(options) > 1:
                codon = codons[used]
                used += 1
            taken = 0 if codon is None else codon % len(options)
            pending.extend(reversed(options[taken]))
            form = "".join(done) + "".join(map(str, reversed(pending)))
            steps.append(Step(symbol.name, len(options), codon, taken, form))
        return Derivation(tuple(steps), "".join(done), used)

    def _symbols(self) -> Iterator[Symbol]:
        for options in self.rules.values():
            for option in options:
                yield from option

    def _check(self) -> None:
        _check_counts(self.rules)
        for head, options in self.rules.items():
            for symbol in (symbol for option in options for symbol in option):
                if isinstance(symbol, NonTerminal) and symbol.name not in self.rules:
                    raise GrammarError(f"grammar: <{head}> uses {symbol}, which has no rule")
        if endless := set(self.rules) - _productive(self.rules):
            names = ", ".join(f"<{name}>" for name in self.rules if name in endless)
            raise GrammarError(f"grammar: {names} can never end in terminals")


def _definitions(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (name, body, line number) of every definition in *text*."""
    head, body, first = "", "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if match := _DEFINITION.fullmatch(line):
            if head:
                yield head, body, first
            head, body, first = match[1][1:-1], match[2], number
        elif not head:
            raise GrammarError(
                f"grammar, line {number}: expected <name> ::= …, got {line.strip()!r}"
            )
        else:
            body += "\n" + line
    if head:
        yield head, body, first


def _options(body: str, head: str, line: int) -> tuple[Option, ...]:
    options: list[list[Symbol]] = [[]]
    position = 0
    while position < len(body):
        if body[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(body, position)
        if match is None:
            raise GrammarError(
                f"grammar, line {line}: cannot read {body[position:].split()[0]!r} in <{head}>"
            )
        position = match.end()
        if match["bar"]:
            options.append([])
        else:
            options[-1].append(_symbol(match))
    if not all(options):
        raise GrammarError(f'grammar, line {line}: <{head}> has an empty option (write "" for one)')
    return tuple(map(tuple, options))


def _symbol(match: re.Match[str]) -> Symbol:
    if match["rule"]:
        return NonTerminal(match["rule"][1:-1])
    if match["quoted"]:
        return match["quoted"][1:-1]
    word = match["bare"]
    if word.endswith("*") and word[:-1] in FAMILIES:
        return Family(word[:-1])
    return word


def _check_counts(rules: Mapping[str, tuple[Option, ...]]) -> None:
    for head, options in rules.items():
        if len(options) > MOST_OPTIONS:
            most = f"at most {MOST_OPTIONS} options"
            raise GrammarError(f"grammar: <{head}> must have {most}, got {len(options)}")


def _productive(rules: Mapping[str, tuple[Option, ...]]) -> set[str]:
    """The rules that can end in terminals, found from the terminals upwards."""
    # Of every option, how many of the rules that it mentions are not known to end yet.
    waiting: dict[str, list[list[Any]]] = {name: [] for name in rules}
    productive: set[str] = set()
    found: list[str] = []
    for head, options in rules.items():
        for option in options:
            mentioned = {symbol.name for symbol in option if isinstance(symbol, NonTerminal)}
            entry: list[Any] = [head, len(mentioned)]
            for name in mentioned:
                waiting[name].append(entry)
            if not mentioned:
                found.append(head)
    while found:
        name = found.pop()
        if name in productive:
            continue
        productive.add(name)
        for entry in waiting[name]:
            entry[1] -= 1
            if entry[1] == 0:
                found.append(entry[0])
    return productive


def _mentions(option: Option, names: set[str]) -> bool:
    return any(isinstance(symbol, NonTerminal) and symbol.name in names for symbol in option)


def _bind_option(option: Option, sizes: Mapping[str, int]) -> list[Option]:
    """The options that *option* becomes: one, or one per member of a family."""
    bound: list[Option] = [()]
    for symbol in option:
        if isinstance(symbol, Family) and symbol.name in sizes:
            if len(bound) * sizes[symbol.name] > MOST_OPTIONS:
                text = " ".join(map(str, option))
                raise GrammarError(f"grammar: {text!r} stands for more than {MOST_OPTIONS} options")
            members = [f"{symbol.name}{i}" for i in range(1, sizes[symbol.name] + 1)]
            bound = [(*left, member) for left in bound for member in members]
        else:
            bound = [(*left, symbol) for left in bound]
    return bound
