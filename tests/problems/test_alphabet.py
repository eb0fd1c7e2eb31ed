import json
import pickle
import string
import subprocess
import sys

import numpy as np
import pytest

from evograft import problems
from evograft.problems.alphabet import HELD_OUT
from evograft.problems.letter_images import LETTERS, TEXT_FONTS, letter_image


def load(**options):
    return problems.load("alphabet", **{"size": 16, **options})


def test_by_default_it_is_one_clean_image_per_letter():
    problem = problems.load("alphabet")
    assert problem.kind == "classification"
    assert problem.class_names == tuple(string.ascii_uppercase)
    assert problem.X_train.shape == (26, 10000)
    assert problem.X_train.dtype == np.float32
    assert problem.y_train.tolist() == list(range(26))
    assert problem.n_outputs == 26
    assert problem.feature_names[::9999] == ("pixel1", "pixel10000")
    raw = letter_image("G", "DejaVuSans-Bold", 100).ravel()
    assert np.array_equal(problem.X_train[6], np.float32(raw / 255))


def test_the_clean_alphabet_says_that_its_test_part_is_its_training_part():
    problem = load(font="cmr10")
    assert np.array_equal(problem.X_train, problem.X_test)
    assert np.array_equal(problem.y_train, problem.y_test)
    assert problem.split == {
        "method": "memorisation",
        "fonts": ["cmr10"],
        "held_out": [],
        "size": 16,
        "seed": None,
        "n_train": 26,
        "n_test": 26,
    }


def test_variations_train_on_some_fonts_and_test_on_the_others():
    problem = load(variations=3, seed=4)
    split = problem.split
    assert split["method"] == "held-out fonts"
    assert split["held_out"] == list(HELD_OUT)
    assert set(split["fonts"]) == set(TEXT_FONTS) - set(HELD_OUT)
    assert (split["size"], split["seed"]) == (16, 4)
    assert (split["n_train"], split["n_test"]) == (78, 130)
    assert (len(problem.X_train), len(problem.X_test)) == (78, 130)
    assert np.bincount(problem.y_train).tolist() == [3] * 26
    assert np.bincount(problem.y_test).tolist() == [5] * 26
    assert json.loads(json.dumps(split)) == split


def test_the_images_of_each_part_are_drawn_in_its_own_fonts(monkeypatch):
    drawn = []

    def spy(letter, font, size, jitter):
        drawn.append((letter, font))
        return letter_image(letter, font, size, jitter)

    monkeypatch.setattr("evograft.problems.alphabet.letter_image", spy)
    problem = load(variations=4, seed=987, held_out=("cmtt10", "STIXGeneral"))
    train, test = drawn[: 4 * 26], drawn[4 * 26 :]
    assert {font for _, font in test} == {"cmtt10", "STIXGeneral"}
    assert {font for _, font in train} == set(problem.split["fonts"])
    assert not {font for _, font in train} & {"cmtt10", "STIXGeneral"}
    assert [letter for letter, _ in train] == [LETTERS[y] for y in problem.y_train]
    assert [letter for letter, _ in test] == [LETTERS[y] for y in problem.y_test]


def test_no_held_out_font_is_of_the_family_of_a_training_font():
    assert set(HELD_OUT) == {font for font in TEXT_FONTS if font.startswith("cm")}


def test_variations_differ_from_each_other_and_from_one_part_to_the_other():
    problem = load(variations=5)
    rows = np.concatenate([problem.X_train, problem.X_test])
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_the_seed_alone_decides_the_variations():
    np.random.seed(1)  # noqa: NPY002 - the global state must not matter
    one = load(variations=2, seed=1)
    load(variations=1), load(variations=2, seed=2)  # Out of the cache.
    np.random.seed(2)  # noqa: NPY002
    again, other = load(variations=2, seed=1), load(variations=2, seed=2)
    assert not np.shares_memory(one.X_train, again.X_train)
    assert np.array_equal(one.X_train, again.X_train)
    assert np.array_equal(one.X_test, again.X_test)
    assert not np.array_equal(one.X_train, other.X_train)
    assert not np.array_equal(one.X_test, other.X_test)


def test_another_process_draws_the_same_images():
    code = (
        "from evograft import problems; import hashlib; "
        "p = problems.load('alphabet', size=16, variations=2, seed=5); "
        "print(hashlib.sha256(p.X_train.tobytes() + p.X_test.tobytes()).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_the_test_part_and_the_first_variations_stay_when_more_train():
    few, more = load(variations=2), load(variations=3)
    assert np.array_equal(few.X_train, more.X_train[:52])
    assert np.array_equal(few.X_test, more.X_test)


def test_the_order_of_the_held_out_fonts_does_not_matter():
    one = load(variations=1, held_out=["cmr10", "DejaVuSans"])
    other = load(variations=1, held_out=("DejaVuSans", "cmr10", "cmr10"))
    assert one.split == other.split
    assert np.array_equal(one.X_test, other.X_test)


@pytest.mark.parametrize("scaling", ["unit", "minmax01", "minmax11", "zscore", "none"])
def test_the_scaler_takes_raw_greys_to_what_was_trained_on(scaling):
    problem = load(scaling=scaling)
    raw = np.array([letter_image(letter, "DejaVuSans-Bold", 16).ravel() for letter in LETTERS])
    assert np.array_equal(problem.scaler.transform(raw), problem.X_train)
    assert problem.scaling == scaling


def test_pixels_go_from_0_to_1_and_to_255_unscaled():
    assert (load().X_train.min(), load().X_train.max()) == (0, 1)
    assert load(scaling="none").X_train.max() == 255


@pytest.mark.parametrize(
    "options", [{}, {"variations": 2, "held_out": ("cmr10",), "seed": 3, "loss": "mse"}]
)
def test_it_pickles_as_its_name_and_options(options):
    problem = load(**options)
    content = pickle.dumps(problem)
    assert len(content) < 500
    again = pickle.loads(content)
    assert again.X_train.base is problem.X_train.base
    assert (again.name, again.split, again.loss) == ("alphabet", problem.split, problem.loss)
    assert again.options == problem.options
    assert json.loads(json.dumps(problem.options)) == problem.options


def test_a_classifier_that_memorised_names_the_letters():
    problem = load()

    class Nearest:
        def forward(self, X):
            return -((X[:, None] - problem.X_train) ** 2).sum(axis=2)

    assert problem.score(Nearest()) == 1.0
    varied = load(variations=1)
    # Held-out fonts, turned and moved: better than the 1/26 of chance, far from solved.
    assert 1 / 26 < varied.score(Nearest()) < 0.6


def test_loaded_arrays_are_read_only_and_shared():
    one, other = load(variations=1), load(variations=1, loss="mse")
    assert np.shares_memory(one.X_train, other.X_train)
    with pytest.raises(ValueError, match="read-only"):
        one.X_train[0] = 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"font": "DejaVuSans-Bolt"}, "unknown font 'DejaVuSans-Bolt': did you mean 'DejaVuSans-B"),
        ({"font": "cmsy10"}, "unknown font 'cmsy10'"),
        ({"size": 7}, "size must be an integer from 8 to 1000, got 7"),
        ({"variations": -1}, "variations must be an integer of at least 0, got -1"),
        ({"test_variations": 0}, "test_variations must be an integer of at least 1, got 0"),
        ({"seed": -1}, "seed must be an integer of at least 0, got -1"),
        ({"held_out": ["cmr1"]}, "unknown font in held_out, 'cmr1': did you mean 'cmr10'"),
        ({"held_out": TEXT_FONTS}, "fonts to train and fonts to test, got 22 of 22 fonts"),
        ({"held_out": ()}, "fonts to train and fonts to test, got 0 of 22 fonts"),
        ({"scaling": "log"}, "scaling must be one of"),
        ({"loss": "mae"}, "loss must be one of"),
        ({"fonts": "cmr10"}, "unknown option of problem 'alphabet', 'fonts': did you mean 'font'"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        load(**options)


@pytest.mark.parametrize("held_out", ["cmr10", 3, {"cmr10"}])
def test_held_out_must_be_a_sequence(held_out):
    with pytest.raises(TypeError, match="held_out must be a sequence of fonts, got"):
        load(variations=1, held_out=held_out)


def test_size_must_be_a_whole_number():
    with pytest.raises(TypeError, match=r"size must be an integer from 8 to 1000, got 10\.0"):
        load(size=10.0)
