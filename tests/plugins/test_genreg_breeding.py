"""GENREG: who breeds, and what children take of their parents."""

import numpy as np
import pytest
from genreg_population import SHARE, evaluated, graft, marked, trust
from scipy import stats

from evograft.representations.dense_layout import DenseLayout


@pytest.mark.parametrize("parents", [1, 2, 4])
@pytest.mark.parametrize(("cutoff", "survivors"), [(0.2, 2), (0.55, 5), (0.01, 1), (1.0, 10)])
def test_children_are_made_of_the_best_only_and_inherit_of_their_parents(
    parents, cutoff, survivors
):
    toolbox = graft(seed=7, hidden=(3,), rate=0.0, parents=parents, cutoff=cutoff)
    crowd = marked(toolbox, [10.0 * number + 10 for number in range(10)])
    children = toolbox.breed(crowd, 300)
    assert len(children) == 300
    best = set(range(10 - survivors, 10))
    sources = [set(child.values.astype(int).tolist()) for child in children]
    assert set().union(*sources) == best
    assert max(map(len, sources)) == min(parents, survivors)
    for child, names in zip(children, sources, strict=True):
        assert not child.fitness.valid
        if parents == 1:
            assert child.inherited_trust == pytest.approx(SHARE * (10 * names.pop() + 10))
        elif parents == 2:
            first, last = min(names), max(names)
            assert child.inherited_trust == pytest.approx(SHARE * (10 * (first + last) + 20))
    for number, individual in enumerate(crowd):
        assert (individual.values == number).all()
        assert trust(individual) == 10.0 * number + 10


@pytest.mark.parametrize(
    ("weighting", "shares"),
    [("raw", (0.75, 0.25)), ("uniform", (0.5, 0.5)), ("shifted", (11 / 12, 1 / 12))],
)
def test_the_trusted_are_parents_as_often_as_their_weighting_says(weighting, shares):
    toolbox = graft(seed=8, hidden=(3,), rate=0.0, parents=1, cutoff=1.0, weighting=weighting)
    children = toolbox.breed(marked(toolbox, [15.0, 5.0]), 4000)
    counts = np.bincount([int(child[0]) for child in children])
    assert stats.chisquare(counts, 4000 * np.array(shares)).pvalue > 0.001


@pytest.mark.parametrize("cutoff", [0.2, 1.0])
def test_where_nobody_is_trusted_survivors_are_parents_alike(cutoff):
    toolbox = graft(seed=9, hidden=(3,), rate=0.0, parents=1, cutoff=cutoff)
    crowd = marked(toolbox, [-100.0 - 50 * number for number in range(20)])
    counts = np.bincount([int(child[0]) for child in toolbox.breed(crowd, 4000)])
    assert counts.size == 20 * cutoff
    assert stats.chisquare(counts).pvalue > 0.001


def test_whole_neurons_are_inherited_where_these_are_crossed():
    toolbox = graft(seed=11, hidden=(6,), rate=0.0, parents=3, cutoff=1.0, crossover="neurons")
    layout = DenseLayout((13, 6, 3))
    crowd = marked(toolbox, [10.0] * 5)
    both = [toolbox.mate(toolbox.clone(crowd[0]), toolbox.clone(crowd[4]))[0] for _ in range(50)]
    mixed = 0
    for child in (*toolbox.breed(crowd, 50), *both):
        (first, hidden), (second, _) = layout.layers(child.values)
        np.testing.assert_array_equal(first, np.tile(hidden, (13, 1)))
        np.testing.assert_array_equal(second, np.tile(hidden[:, None], 3))
        mixed += len(set(hidden.tolist())) > 1
    assert mixed > 50


def test_what_the_user_registers_takes_part_in_breeding():
    toolbox = graft(seed=16, hidden=(3,), rate=0.0, parents=3, cutoff=1.0)
    crowd = marked(toolbox, [10.0] * 6)
    calls: dict[str, int] = {"mate": 0, "mutate": 0}

    def mate(a, b):
        calls["mate"] += 1
        a.values += b.values
        return a, b

    def mutate(individual):
        calls["mutate"] += 1
        assert not individual.fitness.valid
        individual.values += 100
        return (individual,)

    toolbox.register("select", lambda individuals, k: [individuals[i % 3] for i in range(k)])
    children = toolbox.breed(crowd, 4)
    assert set(np.concatenate([child.values for child in children])) == {0, 1, 2}
    toolbox.register("mutate", mutate)
    children = toolbox.breed(crowd, 4)
    assert calls == {"mate": 0, "mutate": 4}
    assert set(np.concatenate([child.values for child in children])) == {100, 101, 102}
    toolbox.register("mate", mate)
    children = toolbox.breed(crowd, 4)
    assert calls == {"mate": 8, "mutate": 8}
    assert all((child.values == 0 + 1 + 2 + 100).all() for child in children)
    assert [child.inherited_trust for child in children] == [pytest.approx(SHARE * 30)] * 4
    assert all((individual.values == number).all() for number, individual in enumerate(crowd))


def test_nobody_outlives_a_generation():
    toolbox = graft(seed=17, hidden=(3,))
    parents, offspring = evaluated(toolbox, 4), evaluated(toolbox, 4)
    assert toolbox.replace(parents, offspring) is offspring


def test_no_children_are_bred_where_none_are_wanted():
    toolbox = graft(seed=26, hidden=(3,))
    assert toolbox.breed(evaluated(toolbox, 4), 0) == []
