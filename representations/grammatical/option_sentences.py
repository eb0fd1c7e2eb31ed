"""Sentences in which every option of a grammar has its turn."""

from collections.abc import Iterator, Mapping

from evograft.representations.grammar import Grammar, NonTerminal, Option
from evograft.representations.grammatical._rule_graph import (
    Rules,
    mentioned,
    option_depth,
    shortest_depths,
    without_families,
)


def option_sentences(grammar: Grammar) -> Iterator[str]:
    """Yield, for every option of every rule, a sentence that takes it; rules are breadth first.

    The way from the start to the rule has the fewest expansions, and all beside it is derived as
    flatly as can be. What cannot do without ``h*`` is left out, as it depends on the rest of a
    sentence what that stands for.

    Parameters
    ----------
    grammar : Grammar
        Without families but ``h*``, and without rules that can never end.

    Examples
    --------
    >>> grammar = Grammar.parse("<e> ::= <e> + <e> | ( <f> ) | x\\n<f> ::= sin <e> | <e>")
    >>> list(option_sentences(grammar))
    ['x+x', '(sinx)', 'x', '(sinx)', '(x)']
    """
    rules = without_families(grammar.rules)
    texts = _flattest(rules)
    around = {grammar.start: ("", "")}
    heads = [grammar.start]
    for head in heads:  # which grows on the way
        before, behind = around[head]
        for option in rules[head]:
            if any(name not in texts for name in mentioned(option)):
                continue
            yield before + _text(option, texts) + behind
            for place, symbol in enumerate(option):
                if isinstance(symbol, NonTerminal) and symbol.name not in around:
                    heads.append(symbol.name)
                    around[symbol.name] = (
                        before + _text(option[:place], texts),
                        _text(option[place + 1 :], texts) + behind,
                    )


def _flattest(rules: Rules) -> dict[str, str]:
    """A flattest sentence of each rule that can end."""
    depths = shortest_depths(rules)
    texts: dict[str, str] = {}
    for head in sorted(depths, key=depths.__getitem__):
        option = next(o for o in rules[head] if option_depth(o, depths) == depths[head])
        texts[head] = _text(option, texts)
    return texts


def _text(option: Option, texts: Mapping[str, str]) -> str:
    return "".join(
        texts[symbol.name] if isinstance(symbol, NonTerminal) else str(symbol) for symbol in option
    )
