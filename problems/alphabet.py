"""The alphabet problem: tell the 26 upper-case letters apart by their images."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from evograft.problems.build import Parts
from evograft.problems.classification import LOSSES, ClassificationProblem
from evograft.problems.letter_images import (
    LETTERS,
    TEXT_FONTS,
    Jitter,
    draw_jitter,
    letter_image,
)
from evograft.problems.scaling import SCALINGS, fit_scaler
from evograft.representations import _check

# All of Computer Modern and nothing else of it: no held-out font is the slanted, bold or
# monospaced sister of a training font, and serif, sans, typewriter, bold and italic are all there.
HELD_OUT = ("cmb10", "cmmi10", "cmr10", "cmss10", "cmti10", "cmtt10")

_WHITE = 255.0


def load_alphabet(
    name: str = "alphabet",
    *,
    size: int = 100,
    font: str = "DejaVuSans-Bold",
    variations: int = 0,
    held_out: Sequence[str] | None = None,
    test_variations: int = 5,
    seed: int = 0,
    scaling: str = "unit",
    loss: str = "cross_entropy",
) -> ClassificationProblem:
    """Make the problem of naming letters from their images, white on black.

    Without variations there is one clean image per letter, and the test part is the training part
    again: its accuracy tells what was memorised and nothing about new images. With variations,
    every image has a font, a size, a rotation and an offset of its own (see `Jitter`), and the test
    part is drawn in fonts that never train.

    Parameters
    ----------
    name : str
        Name of the problem.
    size : int
        Pixels on a side of the square images, 8 to 1000.
    font : str
        The font of the clean images, one of `TEXT_FONTS`; not used with variations.
    variations : int
        Training images per letter, 0 or more; 0 means the one clean image.
    held_out : sequence of str, optional
        The fonts of the test part, some but not all of `TEXT_FONTS`; the others train. By default
        the six of Computer Modern. Not used without variations, as are the next two.
    test_variations : int
        Test images per letter, at least 1.
    seed : int
        Seed of the variations, 0 or more.
    scaling : {"unit", "minmax11", "minmax01", "zscore", "none"}
        Fitted on the training part; `unit` divides the greys, 0 to 255, by 255.
    loss : {"cross_entropy", "mse"}
        The loss that a method's fitness minimises.

    Returns
    -------
    ClassificationProblem
        With size x size features, row by row from the top left, and 26 classes. Its `split` has
        the `method` (`memorisation` or `held-out fonts`), the training `fonts`, `held_out`, `size`,
        `seed` (None where nothing is drawn), `n_train` and `n_test`.

    Raises
    ------
    TypeError, ValueError
        If an option breaks its rule, or the installed matplotlib lacks a font.

    Notes
    -----
    Randomness: two streams from *seed* alone, one per part. The same options give the same images
    on every run with the same versions of matplotlib and Pillow, whose fonts and FreeType draw
    them; another version may draw some greys otherwise. More variations begin with the fewer.

    Examples
    --------
    >>> from evograft import problems
    >>> problem = problems.load("alphabet", size=16, variations=2)
    >>> problem.X_train.shape, problem.X_test.shape
    ((52, 256), (130, 256))
    >>> problems.load("alphabet", size=16).split["method"]
    'memorisation'
    """
    size = _check.integer("size", size, minimum=8, maximum=1000)
    _check.known("font", font, TEXT_FONTS)
    variations = _check.integer("variations", variations, minimum=0)
    held_out = _checked_fonts(HELD_OUT if held_out is None else held_out)
    test_variations = _check.integer("test_variations", test_variations, minimum=1)
    seed = _check.integer("seed", seed, minimum=0)
    _check.choice("scaling", scaling, SCALINGS)
    _check.choice("loss", loss, LOSSES)
    split: dict[str, object]
    if variations == 0:
        parts = _clean(size, font, scaling)
        split = {"method": "memorisation", "fonts": [font], "held_out": [], "size": size}
        split["seed"] = None
    else:
        parts = _varied(size, variations, held_out, test_variations, seed, scaling)
        split = {"method": "held-out fonts", "fonts": list(_others(held_out))}
        split |= {"held_out": list(held_out), "size": size, "seed": seed}
    return ClassificationProblem(
        name,
        parts.X_train,
        parts.y_train,
        parts.X_test,
        parts.y_test,
        tuple(f"pixel{number}" for number in range(1, size * size + 1)),
        tuple(LETTERS),
        {**split, "n_train": len(parts.y_train), "n_test": len(parts.y_test)},
        parts.scaler,
        loss,
        options={
            "size": size,
            "font": font,
            "variations": variations,
            "held_out": list(held_out),
            "test_variations": test_variations,
            "seed": seed,
            "scaling": scaling,
            "loss": loss,
        },
    )


def _checked_fonts(held_out: Sequence[str]) -> tuple[str, ...]:
    if isinstance(held_out, str) or not isinstance(held_out, Sequence):
        raise TypeError(f"held_out must be a sequence of fonts, got {held_out!r}")
    for font in held_out:
        _check.known("font in held_out,", font, TEXT_FONTS)
    # The order of the list, so that the same fonts in another order give the same images.
    fonts = tuple(font for font in TEXT_FONTS if font in held_out)
    if not 0 < len(fonts) < len(TEXT_FONTS):
        raise ValueError(
            f"held_out must leave fonts to train and fonts to test, got {len(fonts)} "
            f"of {len(TEXT_FONTS)} fonts"
        )
    return fonts


def _others(held_out: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(font for font in TEXT_FONTS if font not in held_out)


# As for other data sets, two are enough for a run that compares two of them.
@lru_cache(maxsize=2)
def _clean(size: int, font: str, scaling: str) -> Parts:
    X = _images([(font, Jitter())] * len(LETTERS), size)
    return _scaled(X, X, scaling)


@lru_cache(maxsize=2)
def _varied(
    size: int,
    variations: int,
    held_out: tuple[str, ...],
    test_variations: int,
    seed: int,
    scaling: str,
) -> Parts:
    # One stream each: the test part stays the same however many images train.
    train, test = np.random.default_rng(seed).spawn(2)
    n = len(LETTERS)
    X_train = _images(draw_jitter(n * variations, _others(held_out), train), size)
    X_test = _images(draw_jitter(n * test_variations, held_out, test), size)
    return _scaled(X_train, X_test, scaling)


def _images(drawn: list[tuple[str, Jitter]], size: int) -> npt.NDArray[np.uint8]:
    """One row of greys per drawn font and jitter; the letters follow each other, A to Z."""
    X = np.empty((len(drawn), size * size), dtype=np.uint8)
    for row, (font, jitter) in enumerate(drawn):
        letter = LETTERS[row % len(LETTERS)]
        X[row] = letter_image(letter, font, size, jitter).ravel()
    return X


def _scaled(X_train: npt.NDArray[np.uint8], X_test: npt.NDArray[np.uint8], scaling: str) -> Parts:
    scaler = fit_scaler(scaling, X_train, _WHITE)
    y_train, y_test = (np.arange(len(X), dtype=np.int64) % len(LETTERS) for X in (X_train, X_test))
    parts = Parts(scaler.transform(X_train), y_train, scaler.transform(X_test), y_test, scaler)
    for array in (parts.X_train, parts.y_train, parts.X_test, parts.y_test):
        array.flags.writeable = False
    return parts
