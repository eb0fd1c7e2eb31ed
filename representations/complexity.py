"""The size of a network in the terms of the MGE paper."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Complexity:
    """Counts of a feed-forward network.

    Attributes
    ----------
    neurons : int
        Hidden neurons.
    connections : int
        Distinct inputs of every hidden neuron, plus connections to outputs; no biases.
    features : int
        Distinct input features in use.
    hidden_layers : int
        A neuron's layer is 1 + the highest layer among its hidden inputs.
    operations : int
        Floating-point operations of one prediction: 2·connections + 4·(hidden + output neurons),
        in a recurrent network for each of its rounds.
    sparsity : float
        1 - connections / connections of the dense network with the same inputs, layer sizes and
        outputs, each layer fully connected to the next. It is below 0 where connections
        skip layers so often that they outnumber the dense ones.
    """

    neurons: int
    connections: int
    features: int
    hidden_layers: int
    operations: int
    sparsity: float
