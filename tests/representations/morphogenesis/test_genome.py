"""The genome: ranges, files, and equality with the recorded ones."""

import copy
import json
import pickle

import numpy as np
import pytest
from deap import base, creator
from fixtures import fixture
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.morphogenesis import Genome, PlasticGenome
from evograft.representations.morphogenesis.genome_fields import FIELDS, FLOATS, INTEGERS


def small(seed=1, **settings):
    return Genome.random(np.random.default_rng(seed), **({"size_x": 8, "size_y": 9} | settings))


def test_the_recorded_genomes_are_drawn_again_from_their_seeds():
    items = [
        i
        for i in fixture("morphonas", "development")["items"]
        if i.get("random_kwargs") is not None
    ]
    assert len(items) > 20
    for item in items:
        rng = np.random.default_rng(item["seed"])
        assert Genome.random(rng, **item["random_kwargs"]).to_dict() == item["genome"]


def test_the_recorded_genomes_have_their_digests():
    for item in fixture("morphonas", "development")["items"]:
        seed = Genome.from_dict(item["genome"]).development_seed()
        assert f"{seed:032x}" == item["rng_md5"]


def test_the_byte_form_and_the_vector_form_are_the_recorded_ones():
    for item in fixture("morphonas", "operators")["serial"]:
        genome = Genome.from_dict(item["genome"])
        assert genome.to_bytes().hex() == item["to_bytes_hex"]
        assert genome.to_vector().tolist() == item["flatten"]
        assert Genome.from_vector(genome.to_vector()).to_dict() == item["roundtrip"]


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), k=st.sampled_from([None, 3, 5]))
def test_the_vector_form_comes_back(seed, k):
    genome = Genome.random(
        np.random.default_rng(seed), size_x=None, size_y=None, num_morphogens=k,
        max_growth_steps=150,
    )  # fmt: skip
    back = Genome.from_vector(genome.to_vector())
    for name in (*INTEGERS, *FLOATS, "num_morphogens"):
        assert getattr(back, name) == getattr(genome, name)
    np.testing.assert_array_equal(back.inhibition_matrix, genome.inhibition_matrix)
    np.testing.assert_allclose(back.diffusion_patterns, genome.diffusion_patterns, rtol=1e-15)


def test_a_small_size_leaves_the_vector_form_and_is_refused_by_its_inverse():
    vector = Genome(size_x=5, size_y=20).to_vector()
    assert vector[1] < 0
    with pytest.raises(ValueError, match="from 0 to 1"):
        Genome.from_vector(vector)


@pytest.mark.parametrize("size", [0, 12, 53, 55])
def test_a_vector_of_another_length_is_refused(size):
    with pytest.raises(ValueError, match="entries"):
        Genome.from_vector(np.full(size, 0.5))


def test_a_vector_with_a_zero_kernel_is_refused():
    vector = Genome(size_x=20, size_y=20).to_vector()
    vector[-9:] = 0
    with pytest.raises(ValueError, match="positive sum"):
        Genome.from_vector(vector)


def test_a_file_keeps_every_bit(tmp_path):
    genome = small(num_morphogens=None)
    genome.save(tmp_path / "genome.json")
    assert Genome.load(tmp_path / "genome.json") == genome
    assert Genome.load(tmp_path / "genome.json").to_bytes() == genome.to_bytes()
    assert list(json.loads((tmp_path / "genome.json").read_text())) == list(FIELDS)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda fields: fields | {"comment": "more"},
        lambda fields: {"network_id": 1, "seed": 2, "genome": fields, "network_stats": {}},
        lambda fields: {"genome": fields, "eta": 0.1, "fitness": 1.0, "condition": "C"},
        lambda fields: {"best_genome_data": fields, "generations_data": []},
        lambda fields: {
            "individuals": [
                {"genome": Genome().to_dict(), "fitness": 0.1},
                {"genome": fields, "fitness": 0.9},
                {"genome": Genome().to_dict(), "fitness": 0.9},
            ]
        },
    ],
)
def test_every_published_wrapper_is_read(wrap, tmp_path):
    genome = small()
    path = tmp_path / "file.json"
    path.write_text(json.dumps(wrap(genome.to_dict())))
    assert Genome.load(path) == genome


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"max_growth_steps": 10, "size_x"', "no JSON"),
        ("", "no JSON"),
        ("[1, 2]", "must hold a genome"),
        ('{"a": 1}', "must hold a genome"),
        ('{"genome": {"size_x": 3}}', "size_y"),
        ('{"individuals": []}', "individuals"),
        ("\xff\xfe", "JSON"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_a_foreign_file_is_refused_by_name(text, message, tmp_path):
    path = tmp_path / "foreign.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=message):
        Genome.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        Genome.load(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_growth_steps", 0),
        ("max_growth_steps", 2**31),
        ("max_growth_steps", 1.5),
        ("size_x", -1),
        ("size_y", True),
        ("num_morphogens", 2),
        ("num_morphogens", 50),  # arrays are for three
        ("diffusion_rate", float("nan")),
        ("division_threshold", -0.1),
        ("axon_connect_threshold", 1.1),
        ("axon_growth_threshold", "0.3"),
        ("max_axon_length", 0),
        ("progenitor_secretion_rates", [0.1, 0.2]),
        ("progenitor_secretion_rates", [0.1, 0.2, float("inf")]),
        ("neuron_secretion_rates", [0.1, 0.2, -0.3]),
        ("inhibition_matrix", [[0, 0, 0]] * 2),
        ("inhibition_matrix", [[0, 0], [0, 0, 0]]),
        ("diffusion_patterns", [np.ones((3, 3)) / 9] * 2),
        ("diffusion_patterns", [np.zeros((3, 3))] * 3),
        ("diffusion_patterns", [np.full((3, 3), 1.2)] * 3),
        ("diffusion_patterns", [np.full((3, 3), np.nan)] * 3),
        ("diffusion_patterns", [np.ones(3)] * 3),
        ("diffusion_patterns", [np.ones((0, 3))] * 3),
        ("diffusion_patterns", 3),
        ("diffusion_patterns", [["a"]] * 3),
    ],
)
def test_a_field_out_of_its_range_is_named_and_nothing_changes(field, value):
    genome = small()
    before = genome.to_dict()
    with pytest.raises((TypeError, ValueError), match="|".join((field, "progenitor", "diffusion"))):
        setattr(genome, field, value)
    assert genome.to_dict() == before
    with pytest.raises((TypeError, ValueError)):
        Genome.from_dict(before | {field: value})


def test_missing_fields_are_all_named():
    fields = small().to_dict()
    del fields["size_x"], fields["inhibition_matrix"]
    with pytest.raises(ValueError, match="'size_x', 'inhibition_matrix'"):
        Genome.from_dict(fields)


def test_an_unknown_field_offers_the_nearest():
    with pytest.raises(ValueError, match="size_x"):
        Genome(sizex=3)


def test_any_positive_kernel_of_any_shape_is_accepted():
    kernels = [np.ones((1, 1)), np.full((5, 2), 0.9), np.full((3, 4), 0.01)]
    genome = Genome(size_x=5, size_y=5, diffusion_patterns=kernels)
    assert [pattern.shape for pattern in genome.diffusion_patterns] == [(1, 1), (5, 2), (3, 4)]
    with pytest.raises(ValueError, match="3 x 3"):
        genome.to_vector()


def test_integer_arrays_stay_integers_in_the_byte_form():
    floats = Genome(size_x=5, size_y=5, progenitor_secretion_rates=[0.0, 1.0, 0.0])
    integers = Genome(size_x=5, size_y=5, progenitor_secretion_rates=[0, 1, 0])
    assert integers.to_dict()["progenitor_secretion_rates"] == [0, 1, 0]
    assert all(type(n) is int for n in integers.to_dict()["progenitor_secretion_rates"])
    assert integers == floats
    assert integers.to_bytes() != floats.to_bytes()
    assert integers.to_bytes()[48:72] == np.array([0, 1, 0], "<i8").tobytes()


def test_random_moves_the_stream_the_same_whatever_is_given():
    one, other = np.random.default_rng(3), np.random.default_rng(3)
    Genome.random(one)
    Genome.random(other, size_x=None, size_y=None, max_growth_steps=None)
    assert one.bit_generator.state == other.bit_generator.state


def test_arrays_cannot_be_written_into():
    genome = small()
    with pytest.raises(ValueError, match="read-only"):
        genome.inhibition_matrix[0, 1] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        genome.diffusion_patterns[0][0, 0] = 0.5


def test_a_pickled_genome_keeps_its_promises():
    genome = pickle.loads(pickle.dumps(small()))
    twin = copy.deepcopy(genome)
    for one in (genome, twin):
        with pytest.raises(ValueError, match="read-only"):
            one.inhibition_matrix[0, 1] = 7.0
        with pytest.raises(ValueError, match="WRITEABLE"):
            one.inhibition_matrix.flags.writeable = True
    state = genome.__reduce_ex__(2)[2] | {"size_x": -1}
    with pytest.raises(ValueError, match="size_x"):
        copy.copy(genome).__setstate__(state)


def test_a_field_cannot_be_deleted_and_an_unknown_one_not_be_set_with_others():
    genome = small()
    with pytest.raises(AttributeError, match="size_x"):
        del genome.size_x
    with pytest.raises(ValueError, match="did you mean 'size_y' or 'size_x'"):
        genome.update(size_z=3)


def test_a_read_only_array_of_the_callers_is_copied_too():
    rates = np.array([0.1, 0.2, 0.3])
    rates.flags.writeable = False
    genome = Genome(progenitor_secretion_rates=rates)
    rates.flags.writeable = True
    rates[0] = 0.9
    assert genome.progenitor_secretion_rates[0] == 0.1


def test_a_learning_rule_beside_the_genome_is_read(tmp_path):
    fields = small().to_dict()
    path = tmp_path / "final.json"
    for content in (
        {"genome": fields, "eta": -0.2, "decay": 0.03, "fitness": 0.5},
        {"individuals": [{"genome": fields, "eta": -0.2, "decay": 0.03, "fitness": 0.5}]},
    ):
        path.write_text(json.dumps(content))
        genome = PlasticGenome.load(path)
        assert (genome.eta, genome.decay) == (-0.2, 0.03)
        assert Genome.load(path) == small()


@pytest.mark.parametrize("fitness", ["a", None, [1], float("nan")])
def test_a_population_with_a_fitness_that_is_no_number_is_refused(fitness, tmp_path):
    path = tmp_path / "population.json"
    entries = [{"genome": small().to_dict(), "fitness": value} for value in (0.5, fitness)]
    path.write_text(json.dumps({"individuals": entries}))
    with pytest.raises((TypeError, ValueError), match=r"fitness in .*population\.json"):
        Genome.load(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rng": None}, "rng must be a numpy Generator"),
        ({"num_morphogens": -1}, "num_morphogens must be an integer from 3"),
        ({"size_x": []}, "size_x must not be an empty sequence"),
        ({"size_y": "ten"}, "size_y must be an integer"),
    ],
)
def test_wrong_settings_of_a_random_genome_are_named(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Genome.random(**({"rng": np.random.default_rng(1)} | arguments))


def test_a_size_is_drawn_from_any_sequence():
    sizes = {small(seed, size_x=range(5, 8)).size_x for seed in range(20)}
    assert sizes == {5, 6, 7}


def test_what_is_given_is_copied():
    rates = np.array([0.1, 0.2, 0.3])
    genome = Genome(progenitor_secretion_rates=rates)
    rates[0] = 0.9
    assert genome.progenitor_secretion_rates[0] == 0.1
    assert rates.flags.writeable


def test_copies_are_equal_and_independent():
    genome = small()
    for twin in (copy.deepcopy(genome), pickle.loads(pickle.dumps(genome))):
        assert twin == genome
        twin.size_x = 30
        assert genome.size_x == 8
    assert genome != small(seed=2)


def test_a_class_of_the_creator_serves():
    creator.create("GenomeFitness", base.Fitness, weights=(1.0,))
    creator.create("CreatedGenome", Genome, fitness=creator.GenomeFitness)
    genome = creator.CreatedGenome.random(np.random.default_rng(1))
    genome.fitness.values = (1.0,)
    twin = copy.deepcopy(genome)
    twin.fitness.values = (2.0,)
    assert genome.fitness.values == (1.0,)
    assert twin == genome
