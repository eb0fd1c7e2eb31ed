"""Evaluation trees of networks, and the edit distance between them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from evograft.representations.neuron_grammar import Neuron

Network = tuple[Neuron, ...]
"""The hidden neurons of a network, in order; they say which outputs they feed."""

Leaves = Literal["numbers", "digits"]


@dataclass
class Tree:
    """An ordered tree with labels: node 0 is the root, the others follow in preorder.

    Attributes
    ----------
    labels : list of str
    children : list of list of int
        The nodes below each node.
    """

    labels: list[str] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)

    def add(self, label: str, parent: int | None = None) -> int:
        """Add a node as the last child of *parent* and return its number."""
        node = len(self.labels)
        self.labels.append(label)
        self.children.append([])
        if parent is not None:
            self.children[parent].append(node)
        return node


def network_tree(network: Network, leaves: Leaves = "numbers") -> Tree:
    """Return the tree in which a network is evaluated.

    Below the root there is a sum for each output that is fed; below that, for each neuron in
    order, the product of a number and a function; below that the sum of the products of numbers
    and inputs, and of the bias.

    Parameters
    ----------
    network : tuple of Neuron
    leaves : {"numbers", "digits"}
        A number is one leaf; or a node with a leaf for its sign and one for each of its digits,
        of which two are decimals.

    Examples
    --------
    >>> from evograft.representations.neuron_grammar import read_neuron
    >>> tree = network_tree((read_neuron("output1:+2.50*sig(-1.35*x3+0.25)"),))
    >>> tree.labels
    ['network', 'output1', '*', '+2.5', 'sig', '+', '*', '-1.35', 'x3', '+0.25']
    >>> tree.children[5]
    [6, 9]
    """
    tree = Tree()
    root = tree.add("network")
    fed = sorted({output for neuron in network for output, _ in neuron.outputs})
    for output in fed:
        total = tree.add(f"output{output + 1}", root)
        for neuron in network:
            for target, weight in neuron.outputs:
                if target == output:
                    _add_neuron(tree, neuron, weight, total, leaves)
    return tree


def _add_neuron(tree: Tree, neuron: Neuron, weight: float, parent: int, leaves: Leaves) -> None:
    product = tree.add("*", parent)
    _add_number(tree, weight, product, leaves)
    total = tree.add("+", tree.add(neuron.function, product))
    for name, input_weight in neuron.inputs:
        term = tree.add("*", total)
        _add_number(tree, input_weight, term, leaves)
        tree.add(name, term)
    _add_number(tree, neuron.bias, total, leaves)


def _add_number(tree: Tree, number: float, parent: int, leaves: Leaves) -> None:
    if leaves == "numbers":
        tree.add(f"{number:+.12g}", parent)  # sums of equal decimals are equal in any order
        return
    node = tree.add("number", parent)
    for character in f"{number:+.2f}".replace(".", ""):
        tree.add(character, node)


def tree_distance(first: Tree, second: Tree) -> int:
    """Return the least number of nodes to insert, delete or rename to make one tree the other.

    The order of children counts. The algorithm is that of Zhang and Shasha, in the package
    ``edist``.

    Raises
    ------
    ValueError
        Where ``edist`` is not installed.

    References
    ----------
    Zhang and Shasha, "Simple fast algorithms for the editing distance between trees and related
    problems", SIAM Journal on Computing 18(6), 1989.

    Examples
    --------
    >>> a, b = Tree(["+", "x", "y"], [[1, 2], [], []]), Tree(["*", "x"], [[1], []])
    >>> tree_distance(a, b)
    2
    """
    if first == second:
        return 0
    distance: float = _ted()(first.labels, first.children, second.labels, second.children)
    return round(distance)


def _ted() -> Any:
    try:
        from edist.ted import ted
    except ImportError as error:
        raise ValueError(
            'tree edit distances need the package edist: pip install "evograft[analysis]"'
        ) from error
    return ted
