"""Robustness and evolvability, beside mutations whose outcome is known."""

import numpy as np
import pytest

from evograft.operators import mut_genome_aggressive, mut_genome_default
from evograft.problems.benchmark_generation.duplicates import wl_digest
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.tasks import (
    EvolvabilityTask,
    RobustnessTask,
    score_columns,
    score_names,
    task,
)
from evograft.problems.graph_target import tally
from evograft.problems.graph_target.weisfeiler_lehman import colours, similarities, similarity
from evograft.representations.morphogenesis import Genome, develop


@pytest.fixture(scope="module")
def grown():
    rng = np.random.default_rng(34)
    return develop(Genome.random(rng, size_x=10, size_y=10, max_growth_steps=200))


def leave(genome, *, rng):
    return (genome,)


def empty(genome, *, rng):
    genome.max_growth_steps = 1
    genome.cell_differentiation_threshold = 1.0
    return (genome,)


def every_other_empty(genome, *, rng):
    return empty(genome, rng=rng) if rng.integers(2) else leave(genome, rng=rng)


class AtLeastOneNeuron:
    def reasons(self, graphs):
        return [None if n else "neurons" for n in graphs.neurons]


def test_mutants_that_do_not_differ(grown):
    score = RobustnessTask(leave, AtLeastOneNeuron()).score(grown, "low")
    assert score.value == 1.0
    assert score.details == {"unchanged": 1.0, "viable": 1.0}
    assert score.cost == 10 * growth_operations(grown.genome)
    score = EvolvabilityTask(leave).score(grown, "low")
    assert (score.value, score.details) == (0.0, {"distinct": 0.0})


def test_mutants_without_neurons(grown):
    score = RobustnessTask(empty, AtLeastOneNeuron()).score(grown, "low")
    assert (score.value, score.details) == (0.0, {"unchanged": 0.0, "viable": 0.0})
    score = EvolvabilityTask(empty).score(grown, "low")
    assert (score.value, score.details) == (0.0, {"distinct": 1.0})
    barren = develop(empty(grown.genome.snapshot(), rng=None)[0])
    assert barren.n_neurons == 0
    assert RobustnessTask(leave).score(barren, "low").value == 1.0


def test_two_kinds_of_mutants(grown):
    robust = RobustnessTask(every_other_empty, AtLeastOneNeuron()).score(grown, "medium", 4)
    kept = robust.value
    assert 0 < kept < 1
    assert robust.details == {"unchanged": kept, "viable": kept}
    evolvable = EvolvabilityTask(every_other_empty).score(grown, "medium", 4)
    a = round(30 * kept)
    assert evolvable.value == pytest.approx(a * (30 - a) / (30 * 29 / 2), abs=1e-12)
    assert evolvable.details == {"distinct": 1.0}


def test_against_mutants_made_by_hand(grown):
    rng = np.random.default_rng([7, grown.genome.development_seed()])
    genomes = [mut_genome_default(grown.genome.snapshot(), rng=rng)[0] for _ in range(10)]
    organisms = [develop(genome) for genome in genomes]
    parent, *labelled = map(colours, tally([grown, *organisms]))
    digests = {wl_digest(organism) for organism in organisms}
    robust = RobustnessTask(mut_genome_default).score(grown, "low", 7)
    assert robust.value == pytest.approx(np.mean([similarity(parent, x) for x in labelled]))
    assert robust.cost == sum(map(growth_operations, genomes))
    evolvable = EvolvabilityTask(mut_genome_default).score(grown, "low", 7)
    distances = [1 - similarity(a, b) for i, a in enumerate(labelled) for b in labelled[:i]]
    assert evolvable.value == pytest.approx(np.mean(distances))
    assert evolvable.details == {"distinct": len(digests - {wl_digest(grown)})}


def test_pure_and_by_seed(grown):
    before = grown.genome.to_dict()
    made = task("robustness", mutate=mut_genome_aggressive)
    first = [made.score(grown, "low", seed) for seed in range(3)]
    assert [made.score(grown, "low", seed) for seed in (2, 1, 0)] == first[::-1]
    assert len({score.value for score in first}) == 3
    assert grown.genome.to_dict() == before


def test_arithmetic_of_the_parent_is_kept(grown):
    seen = []

    class Note:
        def reasons(self, graphs):
            seen.append([wl_digest(graph) for graph in graphs])
            return [None] * len(graphs)

    rng = np.random.default_rng(3)
    for _ in range(200):
        genome = Genome.random(rng, size_x=12, size_y=12, max_growth_steps=200)
        plain, fused = develop(genome), develop(genome, arithmetic="fused")
        if wl_digest(plain) != wl_digest(fused):
            break
    assert RobustnessTask(leave, Note()).score(fused, "low").value == 1.0
    assert set(seen[0]) == {wl_digest(fused)}


def test_all_pairs_at_once_are_each_pair(grown):
    rng = np.random.default_rng(2)
    genomes = [mut_genome_default(grown.genome.snapshot(), rng=rng)[0] for _ in range(12)]
    labelled = [*map(colours, tally([develop(genome) for genome in genomes]))]
    expected = [[similarity(a, b) for b in labelled] for a in labelled]
    assert similarities(labelled).tolist() == expected


def test_graphs_without_nodes_are_alike():
    import networkx as nx

    labelled = [*map(colours, tally([nx.DiGraph(), nx.DiGraph([(1, 2)]), nx.DiGraph()]))]
    assert similarities(labelled).tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert similarities([]).shape == (0, 0)


def test_what_has_no_genome_is_refused():
    import networkx as nx

    with pytest.raises(TypeError, match="organism must be an Organism, which has a genome"):
        RobustnessTask(leave).score(nx.DiGraph())


def test_description_names_the_mutation():
    from functools import partial

    made = EvolvabilityTask(partial(mut_genome_default, rates=None))
    assert made.describe()["mutate"] == (
        "evograft.operators.genome_mutation.mut_genome_default(rates=None)"
    )


def test_columns_of_details(grown):
    tasks = [RobustnessTask(empty, AtLeastOneNeuron()), EvolvabilityTask(leave)]
    columns = score_columns(grown, tasks, fidelities=("low",))
    assert columns == {
        "robustness_low_0": 0.0,
        "robustness_low_0_cost": columns["robustness_low_0_cost"],
        "robustness_low_0_unchanged": 0.0,
        "robustness_low_0_viable": 0.0,
        "evolvability_low_0": 0.0,
        "evolvability_low_0_cost": 10.0 * growth_operations(grown.genome),
        "evolvability_low_0_distinct": 0.0,
    }
    assert score_names(tasks, (0,), ("low",)) == tuple(columns)
    assert score_names([RobustnessTask(leave)])[-1] == "robustness_0_unchanged"
