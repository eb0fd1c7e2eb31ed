import pickle
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from deap import base, creator
from neat_genomes import grown

from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.innovations import Innovations
from evograft.representations.neat_genome import NeatGenome

GENES = {
    "n_inputs": 2,
    "n_outputs": 1,
    "innovations": [0, 4, 5],
    "sources": [0, 1, 4],
    "targets": [3, 4, 3],
    "weights": [0.5, 1.0, -2.0],
    "enabled": [True, True, False],
}


def test_all_inputs_and_the_bias_feed_all_outputs_at_the_start():
    genome = NeatGenome.fully_connected(2, 2, np.arange(6.0))
    assert genome.sources.tolist() == [0, 0, 1, 1, 2, 2]
    assert genome.targets.tolist() == [3, 4, 3, 4, 3, 4]
    assert genome.innovations.tolist() == list(range(6))
    assert genome.enabled.all()
    assert genome.hidden.size == 0


@pytest.mark.parametrize(
    "copied", [deepcopy, NeatGenome.clone, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_a_copy_is_equal_and_shares_nothing_that_is_written_to(copied):
    genome = grown(np.random.default_rng(1))
    genome.fitness = ObjectiveFitness((-1.0,), (0.5,))
    vars(genome)["trust"] = [1]
    twin: Any = copied(genome)
    assert twin == genome
    assert twin.fitness.values == (0.5,)
    before = genome.to_dict()
    twin.weights[0] += 1
    twin.enabled[:] = False
    twin.add_gene(999, 0, 888, 1.0)
    twin.trust.append(2)
    del twin.fitness.values
    assert genome.to_dict() == before
    assert vars(genome)["trust"] == [1]
    assert genome.fitness.valid
    for name in ("innovations", "sources", "targets"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(twin, name)[0] = 7


def test_offspring_has_the_genes_of_its_parent_and_what_is_given():
    parent = grown(np.random.default_rng(1))
    parent.fitness = ObjectiveFitness((-1.0,), (0.5,))
    vars(parent)["trust"] = [1]
    weights, enabled = np.zeros(len(parent)), np.ones(len(parent), np.bool_)
    child: Any = parent.offspring(weights, enabled)
    assert child == NeatGenome.from_dict(
        parent.to_dict() | {"weights": weights, "enabled": enabled}
    )
    assert child.weights is weights
    assert not child.fitness.valid
    assert parent.fitness.valid
    child.trust.append(2)
    assert vars(parent)["trust"] == [1]


@pytest.mark.parametrize("name", [*GENES])
def test_genomes_differ_where_any_part_differs(name):
    changed = {
        "n_inputs": 1, "n_outputs": 2, "innovations": [0, 4, 6], "sources": [1, 1, 4],
        "targets": [3, 4, 4], "weights": [0.5, 1.0, -2.5], "enabled": [True, False, False],
    }  # fmt: skip
    one, other = NeatGenome(**GENES), NeatGenome(**{**GENES, name: changed[name]})
    assert one == NeatGenome(**GENES)
    assert one != other
    assert one != 3


def test_a_genome_comes_back_from_its_dict():
    genome = grown(np.random.default_rng(2))
    assert NeatGenome.from_dict(genome.to_dict()) == genome
    with pytest.raises(ValueError, match=r"a genome needs weights, got"):
        NeatGenome.from_dict({k: v for k, v in GENES.items() if k != "weights"})


def test_a_new_gene_goes_where_its_number_belongs():
    genome = NeatGenome(**GENES)
    genome.add_gene(2, 1, 3, 0.25)
    assert genome.innovations.tolist() == [0, 2, 4, 5]
    assert genome.sources.tolist() == [0, 1, 1, 4]
    assert genome.targets.tolist() == [3, 3, 4, 3]
    assert genome.weights.tolist() == [0.5, 0.25, 1.0, -2.0]
    assert genome.enabled.tolist() == [True, True, True, False]
    assert genome.has_innovation(2)
    assert not genome.has_innovation(3)
    assert not genome.has_innovation(6)
    with pytest.raises(ValueError, match="innovation must be that of no gene yet, got 2"):
        genome.add_gene(2, 1, 4, 0.5)
    assert genome.has_node(4)
    assert not genome.has_node(5)
    assert NeatGenome.from_dict(genome.to_dict()) == genome


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("n_inputs", 0, "n_inputs must be an integer of at least 1, got 0"),
        ("n_outputs", 1.5, "n_outputs must be an integer of at least 1, got 1.5"),
        ("innovations", [0, 4, 4], r"innovations must ascend from 0, got \[0, 4, 4\]"),
        ("innovations", [-1, 4, 5], r"innovations must ascend from 0"),
        ("innovations", "abc", "innovations must be a row of int64, got 'abc'"),
        ("sources", [-1, 1, 4], r"sources must be at least 0, got \[-1, 1, 4\]"),
        ("sources", [0, 1], r"sources must be a row as long as innovations, got \(2,\)"),
        ("targets", [2, 4, 3], r"targets must be above 2, the bias, got \[2, 4, 3\]"),
        ("sources", [4, 1, 4], "must join no nodes twice"),
        ("weights", [0.5, np.nan, 1.0], "weights must be finite"),
    ],
)
def test_what_is_no_genome_is_refused(name, value, message):
    with pytest.raises((TypeError, ValueError), match=message):
        NeatGenome(**{**GENES, name: value})


def test_zero_inputs_are_refused_at_the_start_too():
    with pytest.raises(ValueError, match="n_inputs must be an integer of at least 1, got 0"):
        NeatGenome.fully_connected(0, 1, [0.0])


def test_the_creator_can_derive_from_it():
    creator.create("NeatFitness", base.Fitness, weights=(-1.0,))
    creator.create("NeatIndividual", NeatGenome, fitness=creator.NeatFitness)
    made = creator.NeatIndividual.fully_connected(1, 1, [0.0, 1.0])
    made.fitness.values = (3.0,)
    assert deepcopy(made).fitness.values == (3.0,)
    assert type(deepcopy(made)) is creator.NeatIndividual


class TestInnovations:
    def genome(self):
        return NeatGenome.fully_connected(2, 1, [0.0, 0.0, 0.0])

    def test_the_same_mutation_gets_the_same_number_in_a_generation_only(self):
        numbers, genome = Innovations(2, 1), self.genome()
        assert numbers.join(genome, 0, 4) == 3
        assert numbers.join(self.genome(), 0, 4) == 3
        assert numbers.join(genome, 1, 4) == 4
        assert numbers.split(genome, 0) == (4, 5, 6)
        assert numbers.split(self.genome(), 0) == (4, 5, 6)
        assert numbers.split(genome, 1) == (5, 7, 8)
        numbers.new_generation()
        assert numbers.join(genome, 0, 4) == 9
        assert numbers.split(genome, 0) == (6, 10, 11)

    def test_a_genome_that_splits_a_connection_again_gets_a_neuron_of_its_own(self):
        numbers, genome = Innovations(2, 1), self.genome()
        first = numbers.split(genome, 0)
        genome.add_gene(first.into, 0, first.node, 1.0)
        genome.add_gene(first.out_of, first.node, 3, 1.0)
        second = numbers.split(genome, 0)
        assert second.node != first.node
        assert len({*first[1:], *second[1:]}) == 4
        other = self.genome()
        assert numbers.split(other, 0) == first
        assert numbers.split(genome, 0) == second

    def test_numbers_of_a_migrant_are_never_given_to_it_again(self):
        numbers = Innovations(2, 1)
        migrant = NeatGenome(2, 1, [0, 3, 90], [0, 1, 70], [3, 70, 3], [1.0] * 3, [True] * 3)
        home = numbers.join(self.genome(), 2, 4)
        assert home == 3
        assert numbers.join(migrant, 2, 4) == 91
        split = numbers.split(migrant, 0)
        assert split.node == 71
        assert min(split.into, split.out_of) > 91

    def test_its_state_is_a_copy_and_restores(self):
        numbers, genome = Innovations(2, 1), self.genome()
        numbers.split(genome, 0)
        kept = pickle.loads(pickle.dumps(numbers.state()))
        first = [numbers.split(genome, 1), numbers.join(genome, 0, 4)]
        numbers.new_generation()
        numbers.restore(kept)
        assert [numbers.split(genome, 1), numbers.join(genome, 0, 4)] == first
        numbers.restore(kept)
        assert numbers.split(genome, 0) == (4, 3, 4)

    def test_aliases_of_a_toolbox_share_it_after_pickling(self):
        numbers = Innovations(2, 1)
        one, other = pickle.loads(pickle.dumps((numbers, numbers)))
        assert one is other
        assert one.split(self.genome(), 0) == numbers.split(self.genome(), 0)

    def test_sizes_are_checked(self):
        with pytest.raises(ValueError, match="n_inputs must be an integer of at least 1, got 0"):
            Innovations(0, 1)
