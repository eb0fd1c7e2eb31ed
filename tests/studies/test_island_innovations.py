"""Innovation numbers of islands: what each means, wherever its genome has come from."""

import itertools
import random
from typing import Any

import numpy as np
import pytest
from deap import base
from island_runs import pickling
from neat_genomes import grown, output_sums

from evograft import plugins, problems, studies
from evograft.operators.neat_mutation import mut_neat_add_node
from evograft.operators.speciation import compatibility_distance
from evograft.representations.innovations import Innovations
from evograft.representations.neat_forward import NeatMapping
from evograft.representations.neat_genome import NeatGenome
from evograft.studies.islands.innovation_numbers import numbered_apart

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
RATES = {"add_node": 0.3, "add_connection": 0.3}


class Meanings:
    """Every pair of nodes that a number joins, and of those that a node was put between."""

    def __init__(self):
        self.numbers, self.nodes = {}, {}

    def read(self, genomes):
        for genome in genomes:
            ends = list(zip(genome.sources.tolist(), genome.targets.tolist(), strict=True))
            for number, pair in zip(genome.innovations.tolist(), ends, strict=True):
                self.numbers.setdefault(number, set()).add(pair)
            for node in genome.hidden.tolist():
                # What a node is made with has lower numbers than what is joined to it later.
                split = next(a for a, b in ends if b == node), next(b for a, b in ends if a == node)
                self.nodes.setdefault(node, set()).add(split)

    def check(self, at_least):
        assert min(len(self.numbers), len(self.nodes)) > at_least
        assert all(len(found) == 1 for found in self.numbers.values())
        assert all(len(found) == 1 for found in self.nodes.values())


def xor():
    return problems.from_arrays(X, [0, 1, 1, 0], X_test=X, y_test=[0, 1, 1, 0])


def evolve(toolbox, **settings):
    given: dict[str, Any] = {"population": 36, "generations": 9, "islands": 3, "progress": False}
    if settings.get("islands", 3):
        given["migration"] = studies.Migration(every=2, k=4)
    return studies.evolve(toolbox, **(given | settings))


@pytest.mark.parametrize("engine", [None, pickling()])
def test_no_number_and_no_node_means_two_things(engine):
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "neat", xor(), **RATES)
    if engine is not None:
        toolbox.register("map", engine)
    meanings = Meanings()
    run = evolve(toolbox, callbacks=[lambda run: meanings.read(run.population)])
    meanings.check(30)
    owners = [{n for one in island.population for n in one.innovations} for island in run.islands]
    for a, b in itertools.combinations(owners, 2):
        assert len(a & b) > 3, "migrants bring what the others do not make"
    # Those whose islands have come together are numbered beyond all that they have.
    again = evolve(
        toolbox, population=run.population, islands=None, generations=3,
        callbacks=[lambda run: meanings.read(run.population)],
    )  # fmt: skip
    assert max(one.innovations[-1] for one in again.population) > max(map(max, owners))
    meanings.check(40)


def test_a_population_that_is_given_keeps_its_numbers_to_itself():
    random.seed(2)
    before = evolve(plugins.graft(base.Toolbox(), "neat", xor(), **RATES), islands=None)
    meanings = Meanings()
    toolbox = plugins.graft(base.Toolbox(), "neat", xor(), **RATES)
    evolve(
        toolbox, population=before.population,
        callbacks=[lambda run: meanings.read(run.population)],
    )  # fmt: skip
    meanings.check(30)


def test_every_class_of_one_vs_all_has_numbers_of_its_own():
    random.seed(3)
    toolbox = plugins.graft(base.Toolbox(), "ova:neat", problems.load("wine"), **RATES)
    meanings = [Meanings() for _ in range(3)]

    def read(run):
        for own, parts in zip(meanings, zip(*run.population, strict=True), strict=True):
            own.read(parts)

    evolve(toolbox, population=12, generations=7, callbacks=[read])
    for own in meanings:
        own.check(4)


@pytest.mark.parametrize("seed", [None, 3])
def test_a_resumed_run_numbers_as_an_uninterrupted_one(seed, tmp_path):
    def run(generations, out, **settings):
        random.seed(4)
        toolbox = plugins.graft(base.Toolbox(), "neat", xor(), seed=seed, **RATES)
        return evolve(
            toolbox, generations=generations, out=tmp_path / out, pictures=False, **settings
        )

    whole = run(7, "whole")
    run(3, "parts")
    parts = run(7, "parts", resume=True)
    assert [one.to_dict() for one in parts.population] == [
        one.to_dict() for one in whole.population
    ]
    states = [[island.toolbox["innovations"] for island in each.islands] for each in (parts, whole)]
    assert states[0] == states[1]
    assert [state["stride"] for state in states[0]] == [3, 3, 3]
    assert len({state["next_number"] % 3 for state in states[0]}) == 3


def test_different_splits_on_different_islands_lie_apart():
    state, start = Innovations(2, 1).state(), NeatGenome.fully_connected(2, 1, [0.5, 0.5, 0.5])
    islands = [start.clone(), start.clone()]
    for place, genome in enumerate(islands):
        numbers = Innovations(2, 1)
        numbers.restore(numbered_apart(state, place, 2, []))
        genome.enabled[1 - place] = False  # so that it is the other that is split
        mut_neat_add_node(genome, numbers)
    assert [genome.innovations.tolist() for genome in islands] == [
        [0, 1, 2, 3, 5],
        [0, 1, 2, 4, 6],
    ]
    assert [genome.hidden.tolist() for genome in islands] == [[4], [5]]
    assert compatibility_distance(*islands) == 4.0


def test_what_is_known_at_the_division_and_within_an_island_is_common():
    numbers, genome = Innovations(2, 1), NeatGenome.fully_connected(2, 1, [0.5, 0.5, 0.5])
    before = numbers.split(genome, 0)
    found = []
    for place in range(2):
        own = Innovations(2, 1)
        own.restore(numbered_apart(numbers.state(), place, 2, []))
        assert own.split(genome, 0) == before
        found.append(own.split(genome, 1))
        assert own.split(genome, 1) == found[-1]
    assert not {*found[0]} & {*found[1]} - {found[0].node}
    assert found[0].node != found[1].node


def test_islands_may_be_divided_again():
    state, seen = Innovations(2, 1).state(), []
    for outer, inner in itertools.product(range(2), range(3)):
        own = Innovations(2, 1)
        own.restore(numbered_apart(numbered_apart(state, outer, 2, []), inner, 3, []))
        genome = NeatGenome.fully_connected(2, 1, [0.5, 0.5, 0.5])
        seen += [number for gene in range(3) for number in own.split(genome, gene)[1:]]
    assert len(seen) == len({*seen}) == 36


def test_nodes_with_gaps_between_their_numbers_give_the_same_network():
    rng = np.random.default_rng(5)
    genome = grown(rng, mutations=20)
    renumbered = genome.to_dict()
    for name in ("sources", "targets"):
        nodes = [node if node < 6 else 2**30 + 7 * node for node in renumbered[name]]
        renumbered[name] = nodes
    renumbered["innovations"] = [10**12 * number for number in renumbered["innovations"]]
    moved = NeatGenome.from_dict(renumbered)
    mapping, x = NeatMapping(3, 2), rng.normal(size=3)
    assert genome.hidden.size > 3
    assert mapping.develop(moved) == mapping.develop(genome)
    assert output_sums(moved, x) == output_sums(genome, x)
    highest = moved.hidden.max()
    mut_neat_add_node(moved, Innovations(3, 2), rng=rng)
    assert moved.hidden.max() == highest + 1
