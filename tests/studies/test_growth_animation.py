import numpy as np
import pytest
from PIL import Image

from evograft.representations.morphogenesis import Genome, develop
from evograft.studies.growth_animation import save_animation
from evograft.studies.tissue_drawing import NEURON, PROGENITOR


@pytest.fixture(scope="module")
def growing():
    rng = np.random.default_rng(34)
    return develop(Genome.random(rng, size_x=10, size_y=10, max_growth_steps=40), record=10)


@pytest.fixture(scope="module")
def frames(growing, tmp_path_factory):
    path = tmp_path_factory.mktemp("animation") / "growth.gif"
    save_animation(growing, path, seconds=0.25)
    with Image.open(path) as film:
        pictures = []
        for i in range(len(growing.history)):
            film.seek(i)
            pictures.append((film.info["duration"], np.asarray(film.convert("RGB"))))
        with pytest.raises(EOFError):
            film.seek(len(growing.history))
        return film.info["loop"], pictures


def area(picture, colour):
    """Pixels of about that colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(picture.astype(int) - wanted).max(axis=2) < 12).sum())


def test_there_is_a_frame_for_every_state_and_the_last_one_stays(growing, frames):
    loop, pictures = frames
    assert loop == 0  # for ever
    durations = [duration for duration, _ in pictures]
    assert durations == [250] * (len(growing.history) - 1) + [2000]


def test_the_marks_of_cells_grow_with_their_number(growing, frames):
    pictures = [picture for _, picture in frames[1]]
    neurons = [int(stage.neurons.sum()) for stage in growing.history]
    progenitors = [
        int((stage.cells > 0).sum()) - n for stage, n in zip(growing.history, neurons, strict=True)
    ]
    assert neurons[0] == 0 < neurons[-1]
    for counts, colour in ((neurons, NEURON), (progenitors, PROGENITOR)):
        areas = [area(picture, colour) for picture in pictures]
        fewest, most = np.argmin(counts), np.argmax(counts)
        # Axons and rims cover a part of a mark, but not most of it.
        assert areas[most] - areas[fewest] > 150 * (counts[most] - counts[fewest])
        assert areas[fewest] > 0  # the legend's


def test_what_does_not_change_stays_where_it_is(frames):
    first, *others = [picture for _, picture in frames[1]]
    for picture in others:
        assert picture.shape == first.shape
        np.testing.assert_array_equal(picture[-40:, :400], first[-40:, :400])  # the legend


def test_a_growth_without_record_is_refused_and_leaves_no_file(growing, tmp_path):
    with pytest.raises(ValueError, match=r"recorded: develop\(genome, record=\.\.\.\)"):
        save_animation(develop(growing.genome), tmp_path / "growth.gif")
    with pytest.raises(ValueError, match=r"seconds must be a number from 0\.02 to 10, got 0"):
        save_animation(growing, tmp_path / "growth.gif", seconds=0)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_missing_is_named(growing, tmp_path):
    with pytest.raises(OSError, match="absent"):
        save_animation(growing, tmp_path / "absent" / "growth.gif")


def test_white_stays_white_and_the_marks_keep_their_colours(frames):
    for _, picture in frames[1]:
        assert (picture == 255).all(axis=2).mean() > 0.3
        for colour in (NEURON, PROGENITOR):
            exact = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
            assert (picture == exact).all(axis=2).any()
