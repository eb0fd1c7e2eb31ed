"""Weight vectors under DEAP's own operators, and as offspring."""

import copy
import random
from functools import partial
from typing import Any

import numpy as np
import pytest
from deap import base, creator, tools
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.weight_vector import WeightVector

exact = settings(deadline=None, derandomize=True)


def pair(n) -> tuple[Any, Any]:
    return WeightVector(np.arange(n)), WeightVector(np.arange(n) + 1000)


def evaluated(values) -> Any:
    individual: Any = WeightVector(values)
    individual.fitness = ObjectiveFitness((1.0,), (5.0,))
    individual.inherited_trust = 3.0
    individual.notes = ["born"]
    return individual


def test_offspring_take_the_values_themselves_and_copies_of_everything_else():
    parent = evaluated([1.0, 2.0])
    values = np.array([8.0, 9.0], np.float32)
    child: Any = parent.offspring(values)
    assert child.values is values
    assert not child.fitness.valid
    assert child.fitness.weights == (1.0,)
    assert child.inherited_trust == 3.0
    child.notes.append("changed")
    child.fitness.values = (6.0,)
    assert parent.values.tolist() == [1.0, 2.0]
    assert parent.fitness.values == (5.0,)
    assert parent.notes == ["born"]
    assert type(child) is WeightVector


def test_offspring_of_a_vector_without_fitness_have_none():
    assert not hasattr(WeightVector([1.0]).offspring(np.ones(1, np.float32)), "fitness")


def test_offspring_of_a_created_class_are_of_that_class():
    creator.create("OffspringFitness", base.Fitness, weights=(-1.0, 1.0))
    creator.create("OffspringWeights", WeightVector, fitness=creator.OffspringFitness, age=int)
    parent = creator.OffspringWeights([1.0, 2.0])
    parent.fitness.values = (1.0, 2.0)
    parent.age = 7
    child = parent.offspring(np.zeros(2, np.float32))
    assert type(child) is creator.OffspringWeights
    assert not child.fitness.valid
    assert child.age == 7
    assert parent.fitness.values == (1.0, 2.0)


def test_what_refers_to_itself_is_copied_once():
    parent: Any = WeightVector([1.0])
    parent.self = parent
    parent.both = [parent.notes, parent.notes] = [["a"], ["a"]]
    parent.again = parent.notes
    twin = copy.deepcopy(parent)
    assert twin.self is twin
    assert twin.again is twin.notes
    assert twin.notes is not parent.notes


def test_a_slice_is_a_copy_and_a_weight_a_float():
    vector: Any = WeightVector([0.0, 1.0, 2.0, 3.0])
    part = vector[1:3]
    part[:] = 9
    assert vector.values.tolist() == [0, 1, 2, 3]
    assert type(vector[2]) is float
    assert vector[-1] == 3.0
    vector[1:3] = [7.0, 8.0]
    vector[0] = 0.1
    assert vector.values.tolist() == [np.float32(0.1), 7, 8, 3]
    assert vector.values.dtype == np.float32
    assert len(vector) == 4
    assert list(vector) == vector.values.tolist()
    with pytest.raises(IndexError):
        vector[4]


CROSSOVERS = {
    "cxOnePoint": tools.cxOnePoint,
    "cxTwoPoint": tools.cxTwoPoint,
    "cxUniform": partial(tools.cxUniform, indpb=0.5),
}


@pytest.mark.parametrize("mate", CROSSOVERS.values(), ids=CROSSOVERS)
@exact
@given(n=st.integers(2, 40), seed=st.integers(0, 2**32))
def test_deaps_crossovers_do_to_vectors_what_they_do_to_lists(mate, n, seed):
    a, b = pair(n)
    one, other = list(a), list(b)
    random.seed(seed)
    mate(one, other)
    random.seed(seed)
    assert mate(a, b) == (a, b)
    assert (a.values.tolist(), b.values.tolist()) == (one, other)
    np.testing.assert_array_equal(a.values + b.values, 2 * np.arange(n) + 1000)


@pytest.mark.parametrize(
    "mate",
    [
        partial(tools.cxBlend, alpha=0.5),
        partial(tools.cxSimulatedBinary, eta=2.0),
        partial(tools.cxSimulatedBinaryBounded, eta=2.0, low=-1.0, up=2000.0),
    ],
)
def test_deaps_arithmetic_crossovers_do_to_vectors_what_they_do_to_lists(mate):
    a, b = pair(20)
    one, other = list(a), list(b)
    random.seed(3)
    mate(one, other)
    random.seed(3)
    mate(a, b)
    np.testing.assert_array_equal(a.values, np.array(one, np.float32))
    np.testing.assert_array_equal(b.values, np.array(other, np.float32))
    assert not np.array_equal(a.values, np.arange(20))


@pytest.mark.parametrize(
    "mutate",
    [
        partial(tools.mutGaussian, mu=0.5, sigma=2.0, indpb=0.3),
        partial(tools.mutGaussian, mu=[0.0] * 20, sigma=[1.0] * 20, indpb=1.0),
        partial(tools.mutShuffleIndexes, indpb=0.4),
        partial(tools.mutPolynomialBounded, eta=1.0, low=-1.0, up=30.0, indpb=0.5),
    ],
)
def test_deaps_mutations_do_to_vectors_what_they_do_to_lists(mutate):
    vector, _ = pair(20)
    expected = list(vector)
    random.seed(4)
    mutate(expected)
    random.seed(4)
    (mutant,) = mutate(vector)
    assert mutant is vector
    np.testing.assert_array_equal(vector.values, np.array(expected, np.float32))
    assert vector.values.dtype == np.float32
    assert not np.array_equal(vector.values, np.arange(20))


def test_deaps_containers_find_and_keep_vectors():
    crowd = [evaluated([float(i), 0.0]) for i in (1, 2, 2, 3)]
    assert crowd.index(WeightVector([2.0, 0.0])) == 1
    front = tools.ParetoFront()
    front.update(crowd)
    assert len(front) == 3
    toolbox = base.Toolbox()
    twin = toolbox.clone(crowd[0])
    twin[0] = 8.0
    assert crowd[0][0] == 1.0
    assert twin.fitness.valid


def test_a_vector_says_how_long_it_is():
    assert repr(WeightVector([1.0, 2.0])) == "<WeightVector of 2 weights>"
    with pytest.raises(TypeError, match="unhashable"):
        hash(WeightVector())
