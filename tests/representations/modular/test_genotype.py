import copy
import pickle
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from deap import base, creator, tools
from scipy.stats import chi2

from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.modular import ModularGenotype, random_gene, random_genotype

GENES = [b"\x01\x02", b"", b"\x03\x04\x05"]


@pytest.fixture
def user_class():
    """A class made as DEAP's users make them, registered in deap.creator while the test runs."""
    creator.create("_MinimumOfTest", base.Fitness, weights=(-1.0,))
    creator.create("_GenotypeOfTest", ModularGenotype, fitness=creator._MinimumOfTest, tag=list)
    yield creator._GenotypeOfTest
    del creator._GenotypeOfTest, creator._MinimumOfTest


def copies(individual: Any) -> list[Any]:
    return [copy.deepcopy(individual), pickle.loads(pickle.dumps(individual))]


def test_copies_are_equal_of_the_same_class_and_independent():
    original = ModularGenotype(GENES)
    for twin in copies(original):
        assert type(twin) is ModularGenotype
        assert twin == original == GENES
        twin[0] = b"new"
        twin.append(b"more")
        assert original == GENES


def test_genotypes_compare_by_their_genes_in_order():
    assert ModularGenotype([b"a", b"b"]) != ModularGenotype([b"b", b"a"])
    assert ModularGenotype([b"ab"]) != ModularGenotype([b"a", b"b"])
    assert ModularGenotype([]) == []


def test_the_fitness_goes_with_a_copy_but_is_not_shared():
    original = ModularGenotype(GENES)
    original.fitness = ObjectiveFitness((-1.0,), (0.5,))
    for twin in copies(original):
        assert twin.fitness.values == (0.5,)
        assert twin.fitness is not original.fitness
        del twin.fitness.values
        assert original.fitness.values == (0.5,)


def test_a_class_of_deaps_creator_is_copied_with_its_attributes(user_class):
    original: Any = user_class(GENES)
    original.fitness.values = (3.0,)
    original.tag.append(["nested"])
    for twin in copies(original):
        # DEAP pickles its classes by value, so that a twin's class may be a new one.
        assert type(twin).__name__ == user_class.__name__
        assert issubclass(type(twin), ModularGenotype)
        assert twin == GENES
        assert twin.fitness.values == (3.0,)
        assert twin.tag == [["nested"]]
        twin.tag[0].append("more")
        twin.fitness.values = (4.0,)
        assert original.tag == [["nested"]]
        assert original.fitness.values == (3.0,)


def test_deaps_toolbox_clones_and_varies_the_class(user_class):
    toolbox = base.Toolbox()
    a, b = user_class([b"a", b"b", b"c"]), user_class([b"x", b"y"])
    random.seed(2)
    children = tools.cxOnePoint(toolbox.clone(a), toolbox.clone(b))
    assert [len(child) for child in children] == [2, 3]
    assert sorted(children[0] + children[1]) == [b"a", b"b", b"c", b"x", b"y"]
    assert (a, b) == ([b"a", b"b", b"c"], [b"x", b"y"])


def test_an_individual_that_is_met_twice_in_a_structure_is_copied_once():
    one, other = ModularGenotype(GENES), ModularGenotype(GENES)
    first, again, second = copy.deepcopy([one, one, other])
    assert first is again
    assert first is not second
    assert first is not one


@pytest.mark.parametrize(("codons", "bits", "size"), [(1, 8, 1), (100, 8, 100), (50, 16, 100)])
def test_a_random_gene_has_its_codons(codons, bits, size):
    for rng in (None, np.random.default_rng(1)):
        gene = random_gene(codons, codon_bits=bits, rng=rng)
        assert type(gene) is bytes
        assert len(gene) == size


@pytest.mark.parametrize("seeded", [True, False])
def test_the_codons_of_random_genes_are_uniform(seeded):
    # Null hypothesis: 256 000 bytes, 1000 expected of each value. χ², 255 degrees, p = 0.001.
    random.seed(3)
    rng = np.random.default_rng(3) if seeded else None
    counts = Counter(random_gene(256_000, rng=rng))
    statistic = sum((counts[value] - 1000) ** 2 / 1000 for value in range(256))
    assert statistic < chi2.ppf(0.999, 255)


@pytest.mark.parametrize("seeded", [True, False])
def test_the_number_of_genes_is_uniform_with_both_ends_included(seeded):
    # Null hypothesis: 2 to 10 genes with probability 1/9 each, 500 expected of 4500.
    # χ² with 8 degrees of freedom, p = 0.001.
    random.seed(4)
    rng = np.random.default_rng(4) if seeded else None
    counts = Counter(len(random_genotype((2, 10), 1, rng=rng)) for _ in range(4500))
    assert set(counts) == set(range(2, 11))
    assert sum((n - 500) ** 2 / 500 for n in counts.values()) < chi2.ppf(0.999, 8)


def test_every_gene_of_a_random_genotype_is_new_and_as_long_as_asked():
    genes = random_genotype((7, 7), 20, codon_bits=16, rng=np.random.default_rng(5))
    assert [len(gene) for gene in genes] == [40] * 7
    assert len(set(genes)) == 7


def test_pythons_seed_alone_decides_a_genotype():
    random.seed(6)
    first = random_genotype((2, 10), 30)
    random.seed(6)
    np.random.seed(1)  # noqa: NPY002
    numpy: Any = np.random.get_state()  # noqa: NPY002
    assert random_genotype((2, 10), 30) == first
    again: Any = np.random.get_state()  # noqa: NPY002
    assert (again[1].tobytes(), again[2]) == (numpy[1].tobytes(), numpy[2])
    random.seed(7)
    assert random_genotype((2, 10), 30) != first


def test_a_generator_alone_decides_a_genotype():
    first = random_genotype((2, 10), 30, rng=np.random.default_rng(1))
    before = random.getstate()
    assert random_genotype((2, 10), 30, rng=np.random.default_rng(1)) == first
    assert random_genotype((2, 10), 30, rng=np.random.default_rng(2)) != first
    assert random.getstate() == before
