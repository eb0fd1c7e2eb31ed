from dataclasses import astuple
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evograft.problems.letter_images import (
    LETTERS,
    TEXT_FONTS,
    Jitter,
    draw_jitter,
    letter_image,
)


def ink(image):
    """First and last inked row and column."""
    rows, columns = np.nonzero(image)
    return rows.min(), rows.max(), columns.min(), columns.max()


def middle_of_mass(image):
    rows, columns = np.indices(image.shape)
    mass = image.astype(float)
    return (rows * mass).sum() / mass.sum(), (columns * mass).sum() / mass.sum()


def test_every_text_font_is_there_and_is_listed_once():
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    assert set(TEXT_FONTS) <= {path.stem for path in folder.glob("*.ttf")}
    assert len(set(TEXT_FONTS)) == len(TEXT_FONTS) == 22


@pytest.mark.parametrize("font", TEXT_FONTS)
@pytest.mark.parametrize("size", [16, 51, 100])
def test_every_letter_is_whole_centred_and_like_no_other(font, size):
    images = [letter_image(letter, font, size) for letter in LETTERS]
    for image in images:
        assert image.shape == (size, size)
        assert image.dtype == np.uint8
        top, bottom, left, right = ink(image)
        assert min(top, left) > 0
        assert max(bottom, right) < size - 1
        assert abs(top + bottom - (size - 1)) <= 1
        assert abs(left + right - (size - 1)) <= 1
    assert len({image.tobytes() for image in images}) == 26


@pytest.mark.parametrize("font", TEXT_FONTS)
def test_the_smallest_letters_still_differ(font):
    assert len({letter_image(letter, font, 8).tobytes() for letter in LETTERS}) == 26


def test_letters_are_white_on_black_and_antialiased():
    image = letter_image("O", "DejaVuSans-Bold")
    assert (image[0, 0], image[50, 50], image.max()) == (0, 0, 255)
    greys = ((image > 0) & (image < 255)).mean()
    assert 0.01 < greys < 0.1


def test_rows_run_from_the_top_and_columns_from_the_left():
    image = letter_image("L", "DejaVuSans").astype(int)
    top, bottom, left, right = ink(image)
    assert image[bottom - 2, left:right].mean() > 200
    assert image[top + 2, (left + right) // 2 :].max() == 0
    assert image[top:bottom, left + 2].mean() > 200


def test_the_bold_letter_has_the_published_size():
    # Capitals of DejaVu Sans Bold are 1493 of 2048 units high; 64 points are 64 pixels here.
    top, bottom, _, _ = ink(letter_image("H", "DejaVuSans-Bold"))
    assert abs(bottom - top + 1 - 64 * 1493 / 2048) <= 1


@pytest.mark.parametrize("scale", [0.5, 0.75, 1.5])
def test_scale_multiplies_the_size(scale):
    plain = ink(letter_image("H", "cmr10"))
    top, bottom, left, right = ink(letter_image("H", "cmr10", jitter=Jitter(scale=scale)))
    assert bottom - top == pytest.approx(scale * (plain[1] - plain[0]), abs=2)
    assert right - left == pytest.approx(scale * (plain[3] - plain[2]), abs=2)


@pytest.mark.parametrize("size", [50, 77])
def test_offsets_of_whole_pixels_move_the_letter_unchanged(size):
    plain = letter_image("R", "DejaVuSerif", size)
    moved = letter_image("R", "DejaVuSerif", size, Jitter(right=5 / size, down=-3 / size))
    assert np.array_equal(moved, np.roll(plain, (-3, 5), axis=(0, 1)))


@pytest.mark.parametrize("angle", [-25, 10, 25])
def test_angle_turns_counter_clockwise_about_the_middle(angle):
    plain = letter_image("Q", "DejaVuSans-Bold")
    turned = letter_image("Q", "DejaVuSans-Bold", jitter=Jitter(angle=angle))
    expected = Image.fromarray(plain).rotate(angle, Image.Resampling.BICUBIC)
    assert np.abs(turned.astype(int) - np.asarray(expected)).max() <= 1
    assert not np.array_equal(turned, plain)


@given(
    angle=st.floats(-25, 25),
    right=st.floats(-0.15, 0.15),
    down=st.floats(-0.15, 0.15),
    letter=st.sampled_from("HINOSXZ"),
)
def test_a_turned_symmetric_letter_lies_at_its_offset(angle, right, down, letter):
    jitter = Jitter(0.5, angle, right, down)
    row, column = middle_of_mass(letter_image(letter, "DejaVuSans", 100, jitter))
    assert row == pytest.approx(49.5 + 100 * down, abs=1.5)
    assert column == pytest.approx(49.5 + 100 * right, abs=1.5)


def test_a_jitter_lies_within_its_ranges_and_fills_them():
    drawn = draw_jitter(4000, ("a", "b", "c"), np.random.default_rng(1))
    numbers = np.array([astuple(jitter) for _, jitter in drawn])
    low, high = np.array([0.5, -25, -0.15, -0.15]), np.array([1.5, 25, 0.15, 0.15])
    assert (numbers >= low).all()
    assert (numbers < high).all()
    share = (numbers - low) / (high - low)
    # Uniform: mean 1/2 and deviation sqrt(1/12), and no two of the four go together.
    assert share.mean(axis=0) == pytest.approx(0.5, abs=0.025)
    assert share.std(axis=0) == pytest.approx(12**-0.5, abs=0.015)
    assert np.abs(np.corrcoef(share.T) - np.eye(4)).max() < 0.07
    counts = [sum(font == name for font, _ in drawn) for name in "abc"]
    assert counts == pytest.approx([4000 / 3] * 3, rel=0.1)


def test_the_first_jitters_do_not_depend_on_how_many_follow():
    few = draw_jitter(5, TEXT_FONTS, np.random.default_rng(3))
    assert draw_jitter(9, TEXT_FONTS, np.random.default_rng(3))[:5] == few


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "cmr10"), "letter must be one of 'A', .* got 'a'"),
        (("AB", "cmr10"), "letter must be one of"),
        (("A", "cmr12"), "unknown font 'cmr12': did you mean 'cmr10'"),
        (("A", "cmsy10"), "unknown font 'cmsy10'"),
        (("A", "cmr10", 7), "size must be an integer from 8 to 1000, got 7"),
    ],
)
def test_bad_letters_fonts_and_sizes_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        letter_image(*arguments)


@pytest.mark.parametrize(
    ("field", "value"),
    [("scale", 0.4), ("angle", 26), ("right", -0.16), ("down", float("nan"))],
)
def test_a_jitter_outside_its_range_is_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be a number from"):
        Jitter(**{field: value})


def test_a_font_that_matplotlib_lacks_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("matplotlib.get_data_path", lambda: str(tmp_path))
    with pytest.raises(ValueError, match="font 'cmr10' is not in the installed matplotlib"):
        letter_image("A", "cmr10", 33)
