"""Grammars whose sentences are whole networks: neuron sentences with semicolons between them."""

from evograft.representations.neuron_grammar import InputRule, Number, neuron_bnf

_SINGLE_LAYER = '<network> ::= <neuron> | <neuron> ";" <network>'
_MULTI_LAYER = """\
<network> ::= <layer> | <layer> ";" <network>
<layer> ::= <neuron> | <neuron> ";" <layer>"""


def network_bnf(
    *,
    number: Number = "wide",
    inputs: InputRule = "flat",
    monolithic: bool = True,
    multi_layer: bool = False,
) -> str:
    """Return the BNF of networks of the neurons of :func:`neuron_bnf`, families left to be bound.

    Compiled with ``member_rule="neuron"`` and ``scope_rule="layer"``, the inputs of a neuron are
    the features and the neurons of all layers before its own.

    Parameters
    ----------
    number, inputs, monolithic
        As :func:`~evograft.representations.neuron_grammar.neuron_bnf` takes them.
    multi_layer : bool
        Whether a network has layers, which the input rule's ``h*`` is for; else there is none.

    References
    ----------
    The networks of Tsoulos, Gavrilis and Glavas, "Neural network construction and training using
    grammatical evolution", Neurocomputing 72, 2008, have one output, which all neurons feed. The
    layers are those of Assunção, Lourenço, Machado and Ribeiro, GECCO 2017.

    Examples
    --------
    >>> print(network_bnf().splitlines()[0])
    <network> ::= <neuron> | <neuron> ";" <network>
    """
    head = _MULTI_LAYER if multi_layer else _SINGLE_LAYER
    neurons = neuron_bnf(number=number, inputs=inputs, monolithic=monolithic)
    if not multi_layer:
        neurons = neurons.replace("<input> ::= x* | h*", "<input> ::= x*")
    return f"{head}\n{neurons}"
