"""Augmented images: shifts against plain slices, every heavy change found again and redone."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

from evograft.problems._image_kernels import shift
from evograft.problems.augmentation import augment_images, shift_images
from evograft.problems.balanced_sample import BalancedSampler

SIDE = 28
PIXELS = SIDE * SIDE

# Greys that rise from pixel to pixel, far enough from black and white for most noise not to be
# clipped: each change leaves its own mark on them.
RAMP = (0.4 + 0.2 * np.arange(PIXELS) / PIXELS).astype(np.float32)


def slow_shift(image, down, right):
    side = len(image)
    padded = np.pad(image, side)
    return padded[side - down : 2 * side - down, side - right : 2 * side - right]


@settings(max_examples=100, deadline=None)
@given(
    side=st.integers(1, 9),
    shifts=st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=6),
)
def test_the_kernel_equals_its_slow_twin(side, shifts):
    n = len(shifts)
    shifts = np.clip(np.array(shifts, np.int64).reshape(n, 2), -side, side)
    images = np.random.default_rng(1).random((n, side, side), dtype=np.float32)
    moved = np.full_like(images, 7)
    shift(images, shifts, moved)
    for image, (down, right), result in zip(images, shifts, moved, strict=True):
        assert np.array_equal(result, slow_shift(image, down, right))


def dot_images(n, side):
    """White dots in the middle of black squares: where a dot is, is how far its image moved."""
    images = np.zeros((n, side, side), np.float32)
    images[:, side // 2, side // 2] = 1
    return images.reshape(n, -1)


def test_every_shift_in_range_is_equally_likely():
    moved = shift_images(dot_images(10000, 9), max_shift=2, seed=1).reshape(-1, 9, 9)
    counts = moved.sum(axis=0)
    assert counts[2:7, 2:7].sum() == moved.sum() == 10000
    assert stats.chisquare(counts[2:7, 2:7].ravel()).pvalue > 0.001
    # Neighbours among the images move independently of each other.
    places = moved.reshape(len(moved), -1).argmax(axis=1)
    rows, columns = places // 9 - 4, places % 9 - 4
    for numbers in (rows, columns):
        assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.04


def test_the_seed_that_drew_the_images_may_move_them_too():
    n = 5000
    rows = BalancedSampler(np.zeros(n, np.int64), 1).draw(n, seed=1)
    places = shift_images(dot_images(n, 9), max_shift=3, seed=1).argmax(axis=1)
    shifts = np.stack(np.divmod(places, 9), axis=1).ravel()
    # One stream for both would tie every shift to a row that is drawn at the same place of it.
    for lag in range(20):
        assert abs(np.corrcoef(rows[lag:], shifts[: n - lag])[0, 1]) < 0.06
        assert abs(np.corrcoef(rows[: n - lag], shifts[lag:n])[0, 1]) < 0.06


def test_whole_images_move_by_what_their_middles_moved():
    X = np.random.default_rng(2).random((200, PIXELS), dtype=np.float32)
    moved = shift_images(X, max_shift=5, seed=3)
    dots = shift_images(dot_images(200, SIDE), max_shift=5, seed=3)
    for image, result, place in zip(X, moved, dots.argmax(axis=1), strict=True):
        down, right = place // SIDE - 14, place % SIDE - 14
        expected = slow_shift(image.reshape(SIDE, SIDE), down, right)
        assert np.array_equal(result, expected.ravel())


def test_no_shift_is_a_copy():
    X = np.random.default_rng(3).random((5, 16), dtype=np.float32)
    same = shift_images(X, max_shift=0, seed=1)
    assert np.array_equal(same, X)
    assert not np.shares_memory(same, X)


@pytest.mark.parametrize(
    "change", [lambda X, seed: shift_images(X, 3, seed), lambda X, seed: augment_images(X, 8, seed)]
)
def test_a_result_is_new_and_depends_on_images_and_seed_alone(change):
    X = np.random.default_rng(4).random((24, 100), dtype=np.float32)
    X.flags.writeable = False
    first = change(X, 5)
    assert first.dtype == np.float32
    assert first.shape == X.shape
    assert first.flags.c_contiguous
    assert first.flags.writeable
    assert not np.shares_memory(first, X)
    for twin in (X, X.copy(), np.asfortranarray(X), X.astype(np.float64)):
        assert np.array_equal(change(twin, 5), first)
    seeds = (5, 6, 2**32 + 5, 2**63 + 5, 2**64 - 1)
    assert len({change(X, seed).tobytes() for seed in seeds}) == 5


def test_no_images_are_augmented_to_none():
    none = np.empty((0, 64), np.float32)
    assert shift_images(none, 3, 1).shape == (0, 64)
    assert augment_images(none, 20, 1).shape == (0, 64)


def margined_images(n):
    """Greys with a black margin of three: a light shift keeps every pixel, no heavy change does."""
    images = np.zeros((n, 12, 12), np.float32)
    images[:, 3:-3, 3:-3] = np.random.default_rng(5).uniform(0.1, 0.9, (n, 6, 6))
    return images.reshape(n, -1)


def heavily_changed(X, augmented):
    return (np.sort(augmented, axis=1) != np.sort(X, axis=1)).any(axis=1)


@settings(max_examples=60, deadline=None)
@given(
    images_per_class=st.integers(1, 21),
    n_blocks=st.integers(1, 4),
    seed=st.integers(0, 2**64 - 1),
)
def test_half_of_each_block_changes_and_every_second_of_these_heavily(
    images_per_class, n_blocks, seed
):
    X = margined_images(n_blocks * images_per_class)
    augmented = augment_images(X, images_per_class, seed)
    heavy = heavily_changed(X, augmented).reshape(n_blocks, -1)
    assert (heavy.sum(axis=1) == images_per_class // 4).all()
    same = (augmented == X).all(axis=1).reshape(n_blocks, -1).sum(axis=1)
    assert (same >= images_per_class - images_per_class // 2).all()


def test_light_shifts_go_up_to_three_pixels_and_few_go_nowhere():
    X = dot_images(4000, 9)
    # With two images of a class one is shifted and none is changed heavily.
    augmented = augment_images(X, images_per_class=2, seed=6).reshape(-1, 9, 9)
    counts = augmented.sum(axis=0)[1:8, 1:8]
    assert counts.sum() == 4000
    counts[3, 3] -= 2000
    assert stats.chisquare(counts.ravel()).pvalue > 0.001


def test_every_place_of_a_block_is_as_likely_to_change():
    X = margined_images(8 * 800)
    augmented = augment_images(X, images_per_class=8, seed=7)
    changed = (augmented != X).any(axis=1).reshape(800, 8)
    heavy = heavily_changed(X, augmented).reshape(800, 8)
    for which in (heavy, changed & ~heavy):
        assert stats.chisquare(which.sum(axis=0)).pvalue > 0.001


@pytest.fixture(scope="module")
def heavy_changes():
    """The ramp after many heavy changes, (n, 28, 28) by the name of the change."""
    found: dict[str, list[np.ndarray]] = {
        kind: [] for kind in ("crop", "blur", "noise", "turn", "light")
    }
    # The mean over 3 x 3 pixels, black beyond the edge.
    blurred = ndimage.convolve(RAMP.reshape(SIDE, SIDE), np.full((3, 3), 1 / 9), mode="constant")
    for image in augment_images(np.tile(RAMP, (6400, 1)), 4, seed=8):
        square = image.reshape(SIDE, SIDE)
        found[kind_of(square, blurred)].append(square)
    return {kind: np.array(squares) for kind, squares in found.items()}


def kind_of(square, blurred):
    if np.allclose(square, blurred, atol=1e-5):
        return "blur"
    inside = square[SIDE // 2 - 4 : SIDE // 2 + 4, SIDE // 2 - 4 : SIDE // 2 + 4]
    bends = np.abs(np.diff(inside, n=2, axis=1)).max()
    if bends > 0.01:
        return "noise"
    if not np.isin(inside, RAMP).all():
        return "turn"
    # A shifted ramp never repeats a pixel, a magnified one does.
    return "crop" if len(np.unique(inside)) < inside.size else "light"


def test_heavy_changes_are_of_three_kinds_each_as_likely(heavy_changes):
    counts = {kind: len(squares) for kind, squares in heavy_changes.items()}
    assert counts["light"] == 4800
    kinds = [counts["crop"], counts["turn"], counts["blur"] + counts["noise"]]
    assert sum(kinds) == 1600
    assert stats.chisquare(kinds).pvalue > 0.001
    assert stats.chisquare([counts["blur"], counts["noise"]]).pvalue > 0.001


def test_a_crop_is_a_part_of_the_image_resized_by_nearest_neighbours(heavy_changes):
    crops, tops, lefts = [], [], []
    middles = np.arange(SIDE) + 0.5
    for square in heavy_changes["crop"]:
        numbers = np.searchsorted(RAMP, square)
        assert np.array_equal(RAMP[numbers], square)
        rows, columns = numbers[:, 0] // SIDE, numbers[0] % SIDE
        assert np.array_equal(numbers, SIDE * rows[:, None] + columns)
        crop = rows[-1] - rows[0] + 1
        for seen in (rows, columns):
            # How far, in pixels of the crop, a pixel's middle is from that of the one it shows.
            distance = middles * crop / SIDE - (seen - seen[0] + 0.5)
            assert np.abs(distance).max() < 0.5 + 1e-9
        crops.append(crop)
        tops.append(rows[0] / (SIDE - crop))
        lefts.append(columns[0] / (SIDE - crop))
    # 50 % of 28 is 14 and 80 % is 22.4.
    assert (min(crops), max(crops)) == (14, 22)
    assert stats.chisquare(np.bincount(crops)[14:]).pvalue > 0.001
    for places in (tops, lefts):
        assert (min(places), max(places)) == (0, 1)
        assert np.mean(places) == pytest.approx(0.5, abs=0.06)
    assert abs(np.corrcoef(tops, lefts)[0, 1]) < 0.15


def found_rotation(square):
    """Angle (degrees) and shift of a turned ramp, from the plane that its middle lies on.

    The grey at (row, column) is that of the place with number g·(place - middle - shift) + const,
    and g is the ramp's gradient (28, 1) turned.
    """
    numbers = (square.astype(float) - 0.4) / 0.2 * PIXELS
    near = np.arange(SIDE // 2 - 4, SIDE // 2 + 4)
    rows, columns = (grid.ravel() - 13.5 for grid in np.meshgrid(near, near, indexing="ij"))
    design = np.stack([rows, columns, np.ones(rows.size)], axis=1)
    plane = numbers[np.ix_(near, near)].ravel()
    (by_row, by_column, constant), *_ = np.linalg.lstsq(design, plane, rcond=None)
    angle = math.atan2(by_column, by_row) - math.atan2(1, SIDE)
    moved = (PIXELS - 1) / 2 - constant
    candidates = [(down, right) for down in range(-5, 6) for right in range(-5, 6)]
    best = min(candidates, key=lambda s: abs(by_row * s[0] + by_column * s[1] - moved))
    return math.degrees(angle), best


def slow_rotation(image, angle, down, right):
    """Bilinear values at the places turned back, black all around the image."""
    wide = np.pad(image.astype(float), 30)
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    result = np.empty_like(image)
    for r, c in np.ndindex(image.shape):
        y, x = r - 13.5 - down, c - 13.5 - right
        row, column = cosine * y + sine * x + 43.5, cosine * x - sine * y + 43.5
        i, j = math.floor(row), math.floor(column)
        v, u = row - i, column - j
        top = (1 - u) * wide[i, j] + u * wide[i, j + 1]
        bottom = (1 - u) * wide[i + 1, j] + u * wide[i + 1, j + 1]
        result[r, c] = (1 - v) * top + v * bottom
    return result


def test_a_rotation_is_one_bilinear_resampling_about_the_middle(heavy_changes):
    for square in heavy_changes["turn"][:25]:
        angle, (down, right) = found_rotation(square)
        expected = slow_rotation(RAMP.reshape(SIDE, SIDE), angle, down, right)
        np.testing.assert_allclose(square, expected, atol=1e-4)


def test_angles_and_shifts_of_rotations_fill_their_ranges(heavy_changes):
    found = [found_rotation(square) for square in heavy_changes["turn"]]
    angles = np.array([angle for angle, _ in found])
    assert stats.kstest((np.abs(angles) - 10) / 15, "uniform").pvalue > 0.001
    assert 9.99 < np.abs(angles).min() < 10.2
    assert 24.8 < np.abs(angles).max() < 25.01
    assert stats.binomtest(int((angles > 0).sum()), len(angles)).pvalue > 0.001
    for moved in np.array([shifts for _, shifts in found]).T:
        counts = np.bincount(moved + 5, minlength=11)
        assert counts[[0, 10]].tolist() == [0, 0]
        assert stats.chisquare(counts[1:10]).pvalue > 0.001


def test_noise_is_normal_and_of_every_strength_in_its_range(heavy_changes):
    noise = heavy_changes["noise"].reshape(-1, PIXELS) - RAMP
    deviations = noise.std(axis=1)
    # An estimate from 784 pixels is within 10 % of the truth at nearly four standard errors.
    assert 0.045 < deviations.min() < 0.06
    assert 0.14 < deviations.max() < 0.165
    assert deviations.mean() == pytest.approx(0.1, abs=0.008)
    assert stats.kstest((noise / deviations[:, None]).ravel(), "norm").statistic < 0.01
    assert abs((noise / deviations[:, None]).mean()) < 0.02


@pytest.mark.parametrize("grey", [0.0, 1.0])
@pytest.mark.parametrize("side", [8, 9, 28])
def test_values_stay_within_black_and_white(grey, side):
    X = np.full((400, side * side), grey, np.float32)
    augmented = augment_images(X, images_per_class=4, seed=9)
    assert augmented.min() == 0
    assert augmented.max() <= 1
    assert np.isfinite(augmented).all()
    # Noise is what changes black.
    assert (augmented != X).any()


@pytest.mark.parametrize("change", [shift_images, augment_images])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((4, 65)), "X must be rows of square images, got 65 features"),
        (np.zeros((4, 0)), "X must be rows of square images, got 0 features"),
        (np.zeros(64), r"X must be rows of square images, got shape \(64,\)"),
        (np.zeros((4, 8, 8)), r"X must be rows of square images, got shape \(4, 8, 8\)"),
    ],
)
def test_what_is_no_square_image_is_refused(change, X, message):
    with pytest.raises(ValueError, match=message):
        change(X, 2, 1)


@pytest.mark.parametrize(
    ("max_shift", "seed", "message"),
    [
        (8, 1, "max_shift must be an integer from 0 to 7, got 8"),
        (-1, 1, "max_shift must be an integer from 0 to 7, got -1"),
        (2, -1, "seed must be an integer of at least 0, got -1"),
    ],
)
def test_shifts_out_of_range_are_refused(max_shift, seed, message):
    with pytest.raises(ValueError, match=message):
        shift_images(np.zeros((4, 64)), max_shift, seed)


@pytest.mark.parametrize(
    ("X", "images_per_class", "seed", "message"),
    [
        (np.zeros((4, 64)), 3, 1, "X must have a multiple of images_per_class=3 rows, got 4"),
        (np.zeros((4, 64)), 0, 1, "images_per_class must be an integer of at least 1, got 0"),
        (np.zeros((4, 64)), 2, -1, "seed must be an integer of at least 0, got -1"),
        (np.zeros((4, 49)), 2, 1, "X must be images of at least 8 pixels on a side, got 7"),
        (np.full((4, 64), -1), 2, 1, r"X must be greys from 0 to 1, got -1\.0"),
        (np.full((4, 64), 255), 2, 1, r"X must be greys from 0 to 1, got 255\.0"),
        (np.full((4, 64), np.nan), 2, 1, "X must be greys from 0 to 1, got nan"),
    ],
)
def test_images_that_cannot_be_augmented_are_refused(X, images_per_class, seed, message):
    with pytest.raises(ValueError, match=message):
        augment_images(X, images_per_class, seed)


def test_seeds_must_be_integers():
    for change in (shift_images, augment_images):
        with pytest.raises(TypeError, match="seed must be an integer of at least 0, got None"):
            change(np.zeros((4, 64)), 2, None)
