"""Closed search over the entries of a table."""

import math
import random

import numpy as np
import pytest
from toy_targets import made, nearness

from evograft import studies
from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.leaderboard.table_target import TableTarget, with_morphogens
from evograft.studies.bench.leaderboard.targets import Target


def table(n=40, **options):
    rng = np.random.default_rng(7)
    genomes = [Genome.random(rng, size_x=12, size_y=12) for _ in range(n)]
    return TableTarget(genomes, [nearness(genome) for genome in genomes], **options), genomes


def test_nearest_entries_are_those_of_all_distances():
    entries, genomes = table(neighbours=5)
    vectors = [genome.to_vector().tolist() for genome in genomes]
    for place in (0, 17, 39):
        others = [other for other in range(40) if other != place]
        others.sort(key=lambda other: math.dist(vectors[place], vectors[other]))
        assert entries.nearest(place).tolist() == others[:5]


@pytest.mark.parametrize("name", ["random", "regularised-evolution"])
def test_a_closed_search_asks_for_entries_only_and_ends_at_the_best(name, monkeypatch):
    entries, genomes = table(costs=np.arange(1.0, 41.0))
    assert isinstance(entries, Target)
    places: list[int] = []
    query = entries.query

    def noted(asked):
        places.extend(one.place for one in asked)
        return query(asked)

    monkeypatch.setattr(entries, "query", noted)
    random.seed(2)
    toolbox = made(name, entries, 2000)
    run = studies.evolve(toolbox, evaluations=2000, progress=False)
    state = toolbox.state()["meter"]
    assert genomes[run.best.place] == run.best
    assert run.best.fitness.values[0] == entries.optimum == state["improvements"][-1][2]
    counted = places[: state["evaluations"]]
    assert run.best.place == counted[-1]
    assert state["cost"] == sum(place + 1.0 for place in counted)


def test_mutants_of_an_entry_are_its_neighbours_alike_often():
    entries, _ = table(neighbours=4)
    random.seed(1)
    drawn = [entries.mutate(entries.entry(3))[0].place for _ in range(400)]
    near, counts = np.unique(drawn, return_counts=True)
    assert sorted(near.tolist()) == sorted(entries.nearest(3).tolist())
    assert ((counts - 100) ** 2 / 100).sum() < 16.3  # p = 0.001 of three degrees of freedom


@pytest.mark.parametrize("name", ["cma-es", "morphonas"])
def test_searchers_that_make_genomes_refuse_a_table(name):
    with pytest.raises(ValueError, match="problem must take any genome"):
        made(name, table()[0], 50)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0], {}, "values must be 3 finite numbers"),
        ([1.0, np.nan, 2.0], {}, "values must be 3 finite numbers"),
        ([1.0, 3.0, 2.0], {"neighbours": 3}, "neighbours must be an integer from 1 to 2, got 3"),
    ],
)
def test_tables_that_are_none_are_refused(values, options, message):
    genomes = [Genome.random(np.random.default_rng(seed)) for seed in range(3)]
    with pytest.raises(ValueError, match=message):
        TableTarget(genomes, values, **options)


def test_genomes_of_any_numbers_of_morphogens_are_neighbours():
    rng = np.random.default_rng(1)
    genomes = [Genome.random(rng, num_morphogens=k) for k in (3, 4, 6, 3, 5, 4)]
    genomes.append(with_morphogens(genomes[0], 5))  # with two morphogens that are never there
    entries = TableTarget(genomes, np.arange(7.0), neighbours=6)
    assert entries.nearest(0)[0] == 6
    assert entries.nearest(6)[0] == 0
    alike = TableTarget([genomes[0], genomes[3]], [0.0, 1.0], neighbours=1)
    assert math.dist(*entries._vectors[[0, 3]]) == pytest.approx(math.dist(*alike._vectors))
    (moved,) = entries.mutate(entries.entry(2))
    assert moved == genomes[moved.place]


def test_further_morphogens_change_nothing_else():
    genome = Genome.random(np.random.default_rng(2), num_morphogens=4)
    wider = with_morphogens(genome, 6)
    assert with_morphogens(genome, 4) is genome
    assert (wider.num_morphogens, wider.diffusion_rate) == (6, genome.diffusion_rate)
    assert np.array_equal(wider.inhibition_matrix[:4, :4], genome.inhibition_matrix)
    assert not wider.inhibition_matrix[4:].any()
    assert not wider.inhibition_matrix[:, 4:].any()
    assert not wider.progenitor_secretion_rates[4:].any()
    assert not wider.neuron_secretion_rates[4:].any()
