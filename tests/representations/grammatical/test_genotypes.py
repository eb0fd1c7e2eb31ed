"""Genotypes of codons and of genes, under copying, pickling and DEAP's operators."""

import copy
import pickle
import random
from array import array

import numpy as np
import pytest
from deap import tools
from scipy.stats import chi2

from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.grammatical import (
    CodonVector,
    StructuredGenotype,
    random_codons,
)


@pytest.mark.parametrize(
    "genotype",
    [
        CodonVector(array("B", [1, 2, 3])),
        CodonVector(array("H", [1, 2, 65535])),
        StructuredGenotype([(1, 2), (3,)]),
    ],
)
def test_copies_are_equal_and_their_own(genotype):
    genotype.fitness = ObjectiveFitness((-1.0,), (2.0,))
    genotype.note = ["kept"]
    for twin in (copy.deepcopy(genotype), genotype.clone(), pickle.loads(pickle.dumps(genotype))):
        assert type(twin) is type(genotype)
        assert twin == genotype
        assert (twin.fitness.values, twin.note) == ((2.0,), ["kept"])
        assert twin.fitness is not genotype.fitness
        assert twin.note is not genotype.note
        del twin[0]
        assert len(twin) == len(genotype) - 1


def test_deaps_operators_vary_codons():
    random.seed(4)
    a, b = (CodonVector(random_codons(20)) for _ in range(2))
    before = sorted([*a, *b])
    tools.cxOnePoint(a, b)
    tools.cxTwoPoint(a, b)
    tools.cxUniform(a, b, 0.5)
    tools.mutShuffleIndexes(a, 0.5)
    assert sorted([*a, *b]) == before
    tools.mutUniformInt(a, 0, 255, 1.0)
    assert isinstance(a, CodonVector)


def test_codons_are_uniform():
    codons = np.array(random_codons(25_600, 16, np.random.default_rng(5)))
    counts = np.bincount(codons >> 8, minlength=256)
    assert ((counts - 100) ** 2 / 100).sum() < chi2.ppf(0.999, 255)


def test_codons_have_8_or_16_bits():
    with pytest.raises(ValueError, match="codon_bits must be one of 8, 16, got 32"):
        random_codons(3, 32)
