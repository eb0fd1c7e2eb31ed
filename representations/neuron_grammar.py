"""Grammars whose sentences are hidden neurons, and what such a sentence means.

A neuron sentence names the outputs that it feeds, its activation function and its inputs::

    output1:+2.5*sig(-1.35*x3+0.5*x1-2.0*h2+0.25)

that is ``pair {"," pair} "*" function "(" sum ")"`` with ``pair = output [":" product]``,
``sum`` of signed products, and a product of numbers and at most one variable: ``x1`` … for
features, ``h1`` … for hidden neurons mapped before. A product without a variable adds to the
bias. Equal variables, and equal outputs, are merged by adding their weights.

In a grammar, ``w`` may stand where a sentence has a number: it is the next of the real weights that
a gene has besides its codons, and the sentence of a gene has that weight's digits instead.
"""

import re
from dataclasses import dataclass
from typing import Literal

from evograft.representations.grammar import GrammarError

FUNCTIONS = ("identity", "sig", "tanh", "relu")
"""Activation functions by their code in a :class:`~evograft.representations.Network`."""

MAXIMAL_MANTISSA = 10**14
"""A number takes digits while the integer that they make is below this. Later decimals are
dropped; a later digit before the point multiplies the value by ten."""

MAXIMAL_DECIMALS = 250
"""A number has at most so many decimals; later ones are dropped."""

Number = Literal["wide", "unit", "decimal", "fixed", "real"]
InputRule = Literal["flat", "two_level"]

_DIGIT = "\n<digit> ::= 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9"
_DIGITS = "\n<digits> ::= <digit> | <digit> <digits>" + _DIGIT
_NUMBERS = {
    "wide": '"-" <digit4> "." <digits> | "+" <digit4> "." <digits>\n<digit4> ::= 0 | 1 | 2 | 3 | 4'
    + _DIGITS,
    "unit": '"-0." <digits> | "+0." <digits>' + _DIGITS,
    "decimal": '"-" <digits> "." <digits> | "+" <digits> "." <digits>' + _DIGITS,
    "fixed": '"-" <digit> "." <digit> <digit> | "+" <digit> "." <digit> <digit>' + _DIGIT,
    "real": '"+w"',
}
_INPUTS = {
    "flat": "<input> ::= x* | h*",
    "two_level": "<input> ::= <feature> | <hidden>\n<feature> ::= x*\n<hidden> ::= h*",
}
_OUTPUTS = {
    False: "<outputs> ::= <pair>",
    True: '<outputs> ::= <pair> | <outputs> "," <pair>',
}

TOY_BNF = """\
<S>            ::= <OutputNeuron> ":" <Digit> "*sig(" <Sum> "+" <Digit> "*1)"
<OutputNeuron> ::= output1 | output2 | output3
<Sum>          ::= <Digit> "*" <xnList> | <Digit> "*" <xnList> "+" <Sum>
<xnList>       ::= x1 | x2 | x3
<Digit>        ::= 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
"""
"""The toy grammar of the paper's worked example (its Figure 4)."""


def neuron_bnf(
    *, number: Number = "wide", inputs: InputRule = "flat", monolithic: bool = False
) -> str:
    """Return the BNF of the paper's neurons (its Figure 3), with families left to be bound.

    Parameters
    ----------
    number
        ``"wide"`` weights are a sign, a digit 0-4, a point and digits, in (-5, 5); ``"unit"``
        ones a sign, ``0.`` and digits, in (-1, 1). The count of decimals is geometric, mean 2.
        ``"decimal"`` ones have as many digits before the point, too.
        ``"fixed"`` ones are a sign, a digit, a point and two digits, in (-10, 10).
        ``"real"`` ones are not spelled by codons: each is the next of the gene's real weights.
    inputs
        ``"flat"``: one list of features, then hidden neurons; ``"two_level"``: a codon chooses
        between features and hidden neurons (once there are any), the next one which.
    monolithic
        Whether a neuron may feed several outputs.

    Examples
    --------
    >>> from evograft.representations.grammar import Grammar
    >>> grammar = Grammar.parse(neuron_bnf()).bind(x=30, output=2, h=0)
    >>> codons = [1, 1, 2, 0, 5, 0, 0, 1, 0, 5, 2, 1, 0, 0, 4]
    >>> grammar.derive(codons).sentence
    'output2:+2.5*sig(-1.5*x3+0.4)'
    """
    return "\n".join(
        [
            '<neuron> ::= <outputs> "*sig(" <sum> <number> ")"',
            _OUTPUTS[monolithic],
            '<pair> ::= <output> ":" <number>',
            "<output> ::= output*",
            '<sum> ::= <number> "*" <input> | <number> "*" <input> <sum>',
            f"<number> ::= {_NUMBERS[number]}",
            _INPUTS[inputs],
        ]
    )


@dataclass(frozen=True)
class Neuron:
    """One hidden neuron: ``function(Σ weight·variable + bias)`` sent to outputs.

    Attributes
    ----------
    outputs : tuple of (int, float)
        Index of an output (from 0) and the weight to it, in order of first mention.
    function : str
        One of :data:`FUNCTIONS`.
    inputs : tuple of (str, float)
        Variable (``"x1"``, ``"h2"``) and its weight, in order of first mention.
    bias : float
    """

    outputs: tuple[tuple[int, float], ...]
    function: str
    inputs: tuple[tuple[str, float], ...]
    bias: float


_SENTENCE = re.compile(
    r"(?P<pairs>.+)\*(?P<function>" + "|".join(FUNCTIONS) + r")\((?P<sum>.*)\)", re.DOTALL
)
_PAIR = re.compile(r"output(?P<index>[1-9]\d*)(?::(?P<weight>.*))?", re.DOTALL)
_TERM = re.compile(r"[+-]*[^+\-*]+(?:\*[+-]*[^+\-*]+)*")
_FACTOR = re.compile(r"(?P<sign>[+-]*)(?:(?P<number>\d+\.?\d*|\.\d+)|(?P<variable>[xh][1-9]\d*))")


def read_neuron(sentence: str) -> Neuron:
    """Read a neuron sentence, as the module's text defines it.

    Raises
    ------
    GrammarError
        Where the sentence is no neuron.

    Examples
    --------
    >>> read_neuron("output1:2*sig(5*x1+1*x2+3*1)")
    Neuron(outputs=((0, 2.0),), function='sig', inputs=(('x1', 5.0), ('x2', 1.0)), bias=3.0)
    """
    match = _SENTENCE.fullmatch(sentence)
    if match is None:
        raise GrammarError(f"grammar: {sentence!r} is not of the form outputs*function(sum)")
    outputs: dict[int, float] = {}
    for pair in match["pairs"].split(","):
        found = _PAIR.fullmatch(pair)
        if found is None:
            raise GrammarError(f"grammar: {pair!r} in {sentence!r} is no output:number")
        variable, weight = _product(found["weight"] or "1", sentence)
        if variable is not None:
            raise GrammarError(f"grammar: {pair!r} in {sentence!r} is no output:number")
        index = int(found["index"]) - 1
        outputs[index] = outputs.get(index, 0.0) + weight
    inputs: dict[str, float] = {}
    bias = 0.0
    for term in _terms(match["sum"], sentence):
        variable, weight = _product(term, sentence)
        if variable is None:
            bias += weight
        else:
            inputs[variable] = inputs.get(variable, 0.0) + weight
    return Neuron(tuple(outputs.items()), match["function"], tuple(inputs.items()), bias)


def _terms(text: str, sentence: str) -> list[str]:
    terms = _TERM.findall(text)
    if "".join(terms) != text or not terms:
        raise GrammarError(f"grammar: {text!r} in {sentence!r} is no sum of products")
    return terms


def _product(text: str, sentence: str) -> tuple[str | None, float]:
    variable: str | None = None
    weight = 1.0
    for factor in text.split("*"):
        match = _FACTOR.fullmatch(factor)
        if match is None or (match["variable"] and variable):
            raise GrammarError(f"grammar: {text!r} in {sentence!r} is no weight times a variable")
        if match["variable"]:
            variable = match["variable"]
        else:
            weight *= decimal(match["number"])
        if match["sign"].count("-") % 2:
            weight = -weight
    return variable, weight


def decimal(text: str) -> float:
    """Value of the unsigned decimal *text*, with about 15 significant digits.

    >>> decimal("1.35")
    1.35
    """
    whole, _, decimals = text.partition(".")
    mantissa, scale, exponent = 0, 1.0, 0
    for digit in whole:
        if mantissa < MAXIMAL_MANTISSA:
            mantissa = 10 * mantissa + int(digit)
        else:
            scale *= 10.0
    for digit in decimals[:MAXIMAL_DECIMALS]:
        if mantissa < MAXIMAL_MANTISSA:
            mantissa = 10 * mantissa + int(digit)
            exponent += 1
    return scale * (mantissa / 10.0**exponent)
