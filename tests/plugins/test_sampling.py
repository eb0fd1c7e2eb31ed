"""The sample that a generation shares: its seed, and what is drawn from it."""

import copy
import pickle
import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from evograft.plugins._sampling import ClassSampler, SampleOptions, Sampling
from evograft.problems import load


def seeds(sampling, count):
    drawn = []
    for _ in range(count):
        sampling.refresh()
        drawn.append(sampling.seed)
    return drawn


def images(side=8, per_class=30, scaling="unit", seed=1):
    """A problem of three classes, each image of its own grey."""
    y = np.repeat(np.arange(3), per_class)
    grey = np.linspace(0.1, 0.9, len(y), dtype=np.float32)
    X = np.repeat(grey, side * side).reshape(len(y), -1)
    order = np.random.default_rng(seed).permutation(len(y))
    problem: Any = SimpleNamespace(X_train=X[order], y_train=y[order], n_classes=3, scaling=scaling)
    return problem


def test_before_the_first_refresh_the_seed_is_zero():
    sampling = Sampling(np.random.default_rng(1))
    assert (sampling.seed, sampling.generation) == (0, -1)
    sampling.refresh()
    assert sampling.seed != 0
    assert sampling.generation == 0


def test_every_generation_has_another_seed_of_64_bits():
    sampling = Sampling(np.random.default_rng(1))
    drawn = seeds(sampling, 2000)
    assert sampling.generation == 1999
    assert len(set(drawn)) == 2000
    assert all(type(seed) is int and 0 <= seed < 2**64 for seed in drawn)
    for bit in range(64):  # each is set in half of them
        ones = sum(seed >> bit & 1 for seed in drawn)
        assert abs(ones - 1000) < 4.5 * 500**0.5


def test_without_a_generator_pythons_seed_decides_and_with_one_it_is_left_alone():
    random.seed(3)
    first = seeds(Sampling(None), 4)
    random.seed(3)
    assert seeds(Sampling(None), 4) == first
    before = random.getstate()
    drawn = seeds(Sampling(np.random.default_rng(2)), 4)
    assert drawn == seeds(Sampling(np.random.default_rng(2)), 4)
    assert random.getstate() == before


def test_a_restored_state_goes_on_as_the_saved_one():
    sampling = Sampling(np.random.default_rng(4))
    seeds(sampling, 3)
    state = pickle.loads(pickle.dumps(sampling.state()))
    current = sampling.seed
    expected = seeds(sampling, 3)
    other = Sampling(np.random.default_rng(99))
    for back in (sampling, other):
        back.restore(state)
        assert (back.seed, back.generation) == (current, 2)
        assert seeds(back, 3) == expected


def test_a_state_without_a_generator_holds_the_seed_and_the_count():
    sampling = Sampling(None)
    seeds(sampling, 2)
    other = Sampling(None)
    other.restore(sampling.state())
    assert (other.seed, other.generation) == (sampling.seed, 1)


@pytest.mark.parametrize(
    "rngs", [(None, np.random.default_rng(1)), (np.random.default_rng(1), None)]
)
def test_a_state_of_another_kind_of_stream_is_refused_and_changes_nothing(rngs):
    saved, sampling = map(Sampling, rngs)
    saved.refresh()
    with pytest.raises(ValueError, match="grafted with a seed if and only if the saved one was"):
        sampling.restore(saved.state())
    assert (sampling.seed, sampling.generation) == (0, -1)


def test_a_deep_copy_goes_its_own_way_from_the_same_point():
    sampling = Sampling(np.random.default_rng(5))
    seeds(sampling, 2)
    twin = copy.deepcopy(sampling)
    assert (twin.seed, twin.generation) == (sampling.seed, 1)
    current = sampling.seed
    drawn = seeds(twin, 3)
    assert (sampling.seed, sampling.generation) == (current, 1)
    assert seeds(sampling, 3) == drawn


def test_deep_copies_share_what_their_memo_shares():
    rng = np.random.default_rng(5)
    sampling = Sampling(rng)
    together: Any = [sampling, sampling, rng]
    one, other, stream = copy.deepcopy(together)
    assert one is other
    one.refresh()
    twin = np.random.default_rng(5)
    twin.integers(0, 2**64, dtype=np.uint64)
    assert stream.bit_generator.state == twin.bit_generator.state
    assert rng.bit_generator.state == np.random.default_rng(5).bit_generator.state


def test_a_pickle_has_the_seed_and_no_stream():
    rng = np.random.default_rng(6)
    sampling = Sampling(rng)
    seeds(sampling, 2)
    state = rng.bit_generator.state
    twin = pickle.loads(pickle.dumps(sampling))
    assert (twin.seed, twin.generation) == (sampling.seed, 1)
    assert twin.state()["rng"] is None
    assert rng.bit_generator.state == state


@pytest.mark.parametrize(
    ("name", "per_class"), [("wine", 1), ("wine", 7), ("digits", 20), ("digits", None)]
)
def test_a_sample_has_as_many_of_every_class_with_their_own_labels(name, per_class):
    problem = load(name)
    sampler = ClassSampler(problem, SampleOptions(per_class))
    count = per_class or 20
    assert sampler.n_samples == count * problem.n_classes
    known = {(x.tobytes(), int(y)) for x, y in zip(problem.X_train, problem.y_train, strict=True)}
    for seed in (0, 1, 2**64 - 1):
        sample = sampler.draw(seed)
        assert np.bincount(sample.labels).tolist() == [count] * problem.n_classes
        drawn = {(x.tobytes(), int(y)) for x, y in zip(sample.X, sample.labels, strict=True)}
        assert drawn <= known
        assert len(sample.X) == len(sample.samples) == sampler.n_samples
        np.testing.assert_array_equal(sample.samples.X, sample.X[:, sample.samples.live])
        dead = np.setdiff1d(np.arange(problem.n_features), sample.samples.live)
        assert not sample.X[:, dead].any()


def test_every_training_sample_of_a_class_is_drawn_as_often():
    problem = images(per_class=10)
    sampler = ClassSampler(problem, SampleOptions(5))
    greys = np.concatenate([sampler.draw(seed).X[:, 0] for seed in range(1, 1001)])
    values, counts = np.unique(greys, return_counts=True)
    assert values.size == 30
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize(
    "options", [SampleOptions(6), SampleOptions(6, augment=True), SampleOptions(6, max_shift=2)]
)
def test_a_seed_alone_decides_and_the_last_sample_is_kept(options):
    problem = load("digits", scaling="unit")
    sampler = ClassSampler(problem, options)
    first = sampler.draw(7)
    assert sampler.draw(7) is first
    second = sampler.draw(8)
    assert not np.array_equal(second.X, first.X)
    for again in (sampler.draw(7), ClassSampler(problem, options).draw(7)):
        assert again is not first
        np.testing.assert_array_equal(again.X, first.X)
        np.testing.assert_array_equal(again.labels, first.labels)


def test_a_usual_sample_has_20_of_a_class_or_as_many_as_the_smallest_has():
    for smallest, expected in ((30, 20), (20, 20), (19, 19), (1, 1)):
        problem = images(per_class=30)
        gone = np.flatnonzero(problem.y_train == 1)[smallest:]
        problem.X_train = np.delete(problem.X_train, gone, axis=0)
        problem.y_train = np.delete(problem.y_train, gone)
        sampler = ClassSampler(problem, SampleOptions())
        assert sampler.images_per_class == expected
        assert sampler.n_samples == 3 * expected
        assert ClassSampler(problem, SampleOptions(usual=5)).images_per_class == min(5, smallest)
        assert ClassSampler(problem, SampleOptions(1, usual=5)).images_per_class == 1


def test_more_images_than_the_smallest_class_has_are_refused_at_once():
    problem = load("wine")
    smallest = int(np.bincount(problem.y_train).min())
    assert ClassSampler(problem, SampleOptions(smallest)).n_samples == 3 * smallest
    message = f"images_per_class must be at most {smallest}, the size of the smallest class, got "
    with pytest.raises(ValueError, match=f"{message}{smallest + 1}$"):
        ClassSampler(problem, SampleOptions(smallest + 1))


@pytest.mark.parametrize("options", [SampleOptions(4, augment=True), SampleOptions(4, max_shift=1)])
def test_only_square_images_of_unit_scaling_are_changed(options):
    ClassSampler(images(), options)
    with pytest.raises(ValueError, match=r"must be off .* for wine with 'minmax11'"):
        ClassSampler(load("wine"), options)
    with pytest.raises(ValueError, match=r"must be off unless for images .* with 'zscore'"):
        ClassSampler(load("digits", scaling="zscore"), options)
    problem = images()
    problem.X_train = problem.X_train[:, :63]
    with pytest.raises(ValueError, match="square images, got 63 features"):
        ClassSampler(problem, options)
    ClassSampler(problem, SampleOptions(4))  # unchanged, they may have any shape


def test_shifts_move_images_and_leave_labels_and_training_data_alone():
    problem = images()
    before = problem.X_train.copy()
    plain = ClassSampler(problem, SampleOptions(4)).draw(3)
    moved = ClassSampler(problem, SampleOptions(4, max_shift=2)).draw(3)
    np.testing.assert_array_equal(moved.labels, plain.labels)
    # Of one grey each, only the black that came in is new.
    assert ((moved.X == plain.X) | (moved.X == 0)).all()
    rows = moved.X.reshape(-1, 8, 8)
    assert (rows[:, 2:6, 2:6] > 0).all()
    assert (moved.X == 0).any(axis=1).sum() > 6
    np.testing.assert_array_equal(problem.X_train, before)


def test_a_shift_beyond_the_image_is_refused_at_once():
    with pytest.raises(ValueError, match="max_shift must be an integer from 0 to 7, got 8"):
        ClassSampler(images(side=8), SampleOptions(4, max_shift=8))


def test_half_of_each_class_is_changed_by_augmentation():
    problem = images()
    plain = ClassSampler(problem, SampleOptions(12)).draw(3)
    changed = ClassSampler(problem, SampleOptions(12, augment=True)).draw(3)
    np.testing.assert_array_equal(changed.labels, plain.labels)
    same = (changed.X == plain.X).all(axis=1)
    for label in range(3):
        # At least half stay; a few changes, such as a shift by nothing, show in no pixel.
        assert 6 <= same[plain.labels == label].sum() < 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images_per_class": 0}, "images_per_class must be an integer of at least 1, got 0"),
        ({"max_shift": -1}, "max_shift must be an integer of at least 0, got -1"),
        ({"augment": "yes"}, "augment must be one of True, False, got 'yes'"),
    ],
)
def test_options_out_of_range_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        SampleOptions(**arguments)


@pytest.mark.parametrize("name", ["images_per_class", "max_shift"])
def test_counts_must_be_integers(name):
    with pytest.raises(TypeError, match=f"{name} must be an integer"):
        SampleOptions(**{name: 1.5})


def test_making_a_generation_refreshes_where_no_map_has_done_so():
    sampling = Sampling(np.random.default_rng(3))
    sampling.refresh()  # as our map does before the first evaluation
    first = sampling.seed
    sampling.expect()
    assert (sampling.seed, sampling.generation) == (first, 0)
    sampling.expect()  # another map has evaluated, and refreshed nothing
    assert sampling.seed != first
    assert sampling.generation == 1
    kept = sampling.state()
    sampling.refresh()
    sampling.restore(kept)
    assert sampling.state() == kept
