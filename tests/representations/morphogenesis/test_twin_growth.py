import hashlib

import numpy as np
import pytest
from fixtures import fixture
from twin_growth import grow_slowly

from evograft.representations.morphogenesis import Genome

QUICK = [8, 38, 62, 88, 94, 125, 134, 137, 142, 151, 153, 161, 171, 193, 196, 203, 258]
"""Of every kind that was recorded, all roles of the morphogens and narrow tori among them."""


@pytest.mark.parametrize("identity", QUICK)
def test_the_plain_growth_is_the_recorded_one(identity):
    (item,) = (
        item for item in fixture("morphonas", "development")["items"] if item["id"] == identity
    )
    grown = grow_slowly(Genome.from_dict(item["genome"]))
    edges = zip(*grown["edges"].T.tolist(), grown["weights"].tolist(), strict=True)
    assert grown["neuron_ids"].tolist() == item["graph"]["nodes"]
    assert grown["positions"].tolist() == item["graph"]["pos"]
    assert [list(edge) for edge in edges] == item["graph"]["edges"]
    assert [list(cell) for cell in grown["progenitors"]] == item["progenitors"]
    assert hashlib.sha256(grown["fields"].tobytes()).hexdigest() == item["field_sha256"]
    axons = dict(zip(grown["neuron_ids"].tolist(), grown["axons"], strict=True))
    for neuron, sites in item["axons"].items():
        assert [list(site) for site in axons[int(neuron)]] == sites


@pytest.mark.parametrize("kernel", [(1, 1), (2, 4), (4, 2), (5, 7), (9, 8)])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (4, 3), (5, 8)])
def test_diffusion_is_the_circular_convolution_for_kernels_of_any_size(size, kernel):
    rng = np.random.default_rng(sum(size) + sum(kernel))
    pattern = rng.random(kernel)
    pattern /= pattern.sum()
    rate, secreted = 0.3, 0.25
    genome = Genome(
        size_x=size[0],
        size_y=size[1],
        max_growth_steps=2,
        diffusion_rate=rate,
        division_threshold=1.0,  # never exceeded, so that the first cell stays alone
        cell_differentiation_threshold=1.0,
        progenitor_secretion_rates=[secreted] * 3,
        diffusion_patterns=[pattern] * 3,
    )
    field = np.zeros(size)
    for _ in range(2):
        field[size[0] // 2, size[1] // 2] += secreted
        field = (1 - rate) * field + rate * circular_convolution(field, pattern)
    np.testing.assert_allclose(grow_slowly(genome)["fields"][0], field, rtol=1e-13)


def circular_convolution(field, pattern):
    (size_x, size_y), (height, width) = field.shape, pattern.shape
    spread = np.zeros(field.shape)
    for (x, y), _ in np.ndenumerate(field):
        for (j, k), share in np.ndenumerate(pattern):
            source = x + (height - 1) // 2 - j, y + (width - 1) // 2 - k
            spread[x, y] += share * field[source[0] % size_x, source[1] % size_y]
    return spread


def test_a_tissue_that_secretes_nothing_stays_one_progenitor():
    grown = grow_slowly(Genome(size_x=5, size_y=4, max_growth_steps=10))
    assert grown["progenitors"] == [(1, 2, 2)]
    assert grown["edges"].shape == grown["positions"].shape == (0, 2)
    assert not grown["fields"].any()
