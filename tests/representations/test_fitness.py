import copy
import pickle

from deap import tools

from evograft.representations.fitness import ObjectiveFitness


def fitness(weights, values):
    return ObjectiveFitness(weights, values)


def test_weights_belong_to_the_instance_and_decide_what_is_better():
    assert fitness((-1.0,), (1.0,)) > fitness((-1.0,), (2.0,))
    assert fitness((1.0,), (1.0,)) < fitness((1.0,), (2.0,))
    assert fitness((-1.0, 1.0), (1.0, 2.0)).dominates(fitness((-1.0, 1.0), (1.0, 1.0)))


def test_it_is_valid_only_with_values():
    unset = ObjectiveFitness((-1.0,))
    assert not unset.valid
    unset.values = (3.0,)
    assert unset.valid
    assert unset.values == (3.0,)
    del unset.values
    assert not unset.valid


def test_copies_and_pickles_are_equal_and_independent():
    original = fitness((-1.0, 1.0), (1.0, 2.0))
    for twin in (copy.deepcopy(original), pickle.loads(pickle.dumps(original))):
        assert type(twin) is ObjectiveFitness
        assert twin == original
        assert twin.weights == original.weights
        twin.values = (9.0, 9.0)
        assert original.values == (1.0, 2.0)


def test_deaps_archives_take_it():
    class Individual(list[float]):
        def __init__(self, value):
            super().__init__([value])
            self.fitness = fitness((-1.0,), (value,))

    best = tools.HallOfFame(2)
    best.update([Individual(value) for value in (3.0, 1.0, 2.0)])
    assert [member.fitness.values for member in best] == [(1.0,), (2.0,)]
