import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.studies.representation.expression_tree import Tree, network_tree, tree_distance
from evograft.studies.representation.network_grammars import read_network


def tree(nested):
    """A tree from (label, child, …) tuples and labels."""
    made = Tree()

    def add(node, parent):
        label, *children = node if isinstance(node, tuple) else (node,)
        place = made.add(label, parent)
        for child in children:
            add(child, place)

    add(nested, None)
    return made


def slow_distance(first, second):
    """The recursive definition on forests of (label, children)."""

    @cache
    def size(forest):
        return sum(1 + size(children) for _, children in forest)

    @cache
    def distance(one, other):
        if not one or not other:
            return size(one) + size(other)
        (a, below), (b, beneath) = one[-1], other[-1]
        return min(
            1 + distance(one[:-1] + below, other),
            1 + distance(one, other[:-1] + beneath),
            distance(one[:-1], other[:-1]) + distance(below, beneath) + (a != b),
        )

    return distance((nested_form(first),), (nested_form(second),))


def nested_form(made, node=0):
    return made.labels[node], tuple(nested_form(made, child) for child in made.children[node])


def nested():
    leaf = st.sampled_from("ab")
    return st.recursive(
        leaf, lambda below: st.tuples(leaf, below) | st.tuples(leaf, below, below), max_leaves=4
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a", "a", 0),
        ("a", "b", 1),
        (("+", "x", "y"), ("+", "x"), 1),
        (("+", "x", "y"), ("+", "y", "x"), 2),  # order counts
        (("+", "x", "y"), ("*", "x", "y"), 1),
        (("+", ("*", "x", "y")), ("+", "x", "y"), 1),  # its children move up
        # the example of Zhang and Shasha's paper
        (("f", ("d", "a", ("c", "b")), "e"), ("f", ("c", ("d", "a", "b")), "e"), 2),
    ],
)
def test_known_distances(first, second, expected):
    assert tree_distance(tree(first), tree(second)) == expected
    assert tree_distance(tree(second), tree(first)) == expected


@settings(max_examples=60)
@given(nested(), nested())
def test_distances_are_those_of_the_definition(first, second):
    one, other = tree(first), tree(second)
    assert tree_distance(one, other) == slow_distance(one, other)


def test_the_tree_of_a_network():
    network = read_network("output1:+2.50*sig(-1.35*x3+0.40*x1+0.25);output1:-1.00*sig(+1.00*x3)")
    assert network_tree(network) == tree(
        (
            "network",
            (
                "output1",
                ("*", "+2.5", ("sig", ("+", ("*", "-1.35", "x3"), ("*", "+0.4", "x1"), "+0.25"))),
                ("*", "-1", ("sig", ("+", ("*", "+1", "x3"), "+0"))),
            ),
        )
    )


def test_a_neuron_stands_below_every_output_that_it_feeds():
    network = read_network("output2:+1.00,output1:+2.00*sig(+3.00)")
    neuron = ("sig", ("+", "+3"))
    assert network_tree(network) == tree(
        ("network", ("output1", ("*", "+2", neuron)), ("output2", ("*", "+1", neuron)))
    )


def test_numbers_may_have_a_leaf_for_every_digit():
    network = read_network("output1:+2.50*sig(-1.30)")
    assert network_tree(network, "digits") == tree(
        (
            "network",
            (
                "output1",
                ("*", ("number", *"+250"), ("sig", ("+", ("number", *"-130")))),
            ),
        )
    )


@pytest.mark.parametrize(
    ("sentence", "numbers", "digits"),
    [
        ("output1:+2.50*sig(-1.35*x4+0.25)", 1, 1),  # another input
        ("output1:+9.51*sig(-1.35*x3+0.25)", 1, 2),  # a number of which two digits differ
        ("output1:+2.50*sig(-1.35*x3+1.35*x3+0.25)", 1, 4),  # the sum of equal inputs: +0.00
        ("output1:+2.50*sig(-1.35*x3+0.40*x1+0.25)", 3, 7),  # one more product
    ],
)
def test_what_a_change_of_a_neuron_costs(sentence, numbers, digits):
    before = read_network("output1:+2.50*sig(-1.35*x3+0.25)")
    after = read_network(sentence)
    assert tree_distance(network_tree(before), network_tree(after)) == numbers
    pair = network_tree(before, "digits"), network_tree(after, "digits")
    assert tree_distance(*pair) == digits


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "edist.ted", None)
    with pytest.raises(ValueError, match=r'pip install "evograft\[analysis\]"'):
        tree_distance(tree("a"), tree("b"))
