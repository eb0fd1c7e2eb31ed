"""Grey images of upper-case letters, in the text fonts that come with matplotlib."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from evograft.representations import _check

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Of the 40 fonts of matplotlib 3.11 those that draw plain Latin capitals. The others draw nothing
# (the display, non-Unicode and sized symbol fonts), operators (cmex10), script capitals (cmsy10),
# or the same framed A for every letter (LastResortHE-Regular).
TEXT_FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-BoldOblique",
    "DejaVuSans-Oblique",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSansMono-BoldOblique",
    "DejaVuSansMono-Oblique",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-BoldItalic",
    "DejaVuSerif-Italic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralBolIta",
    "STIXGeneralItalic",
    "cmb10",
    "cmmi10",
    "cmr10",
    "cmss10",
    "cmti10",
    "cmtt10",
)

# The font size as a share of the canvas: 64 points on 100 pixels.
_FONT_SHARE = 0.64
_SCALE_SPREAD = 0.5
_LARGEST_ANGLE = 25.0
_LARGEST_OFFSET = 0.15


@dataclass(frozen=True)
class Jitter:
    """How far a letter is from its clean rendering; the default is the clean one.

    Parameters
    ----------
    scale : float
        Factor of the font size, 0.5 to 1.5.
    angle : float
        Rotation about the letter's middle in degrees, counter-clockwise, -25 to 25.
    right, down : float
        Offsets as shares of the canvas, -0.15 to 0.15.

    Raises
    ------
    TypeError, ValueError
        If a value is no number or outside its range.

    Examples
    --------
    >>> Jitter(scale=2.0)
    Traceback (most recent call last):
    ValueError: scale must be a number from 0.5 to 1.5, got 2.0
    """

    scale: float = 1.0
    angle: float = 0.0
    right: float = 0.0
    down: float = 0.0

    def __post_init__(self) -> None:
        _check.real("scale", self.scale, minimum=1 - _SCALE_SPREAD, maximum=1 + _SCALE_SPREAD)
        _check.real("angle", self.angle, minimum=-_LARGEST_ANGLE, maximum=_LARGEST_ANGLE)
        for name in ("right", "down"):
            value = getattr(self, name)
            _check.real(name, value, minimum=-_LARGEST_OFFSET, maximum=_LARGEST_OFFSET)


def draw_jitter(
    n: int, fonts: tuple[str, ...], rng: np.random.Generator
) -> list[tuple[str, Jitter]]:
    """Draw a font and a jitter for each of *n* images, all uniformly and independently.

    Parameters
    ----------
    n : int
        Number of images.
    fonts : tuple of str
        The fonts to draw from.
    rng : numpy.random.Generator
        Gives n x 5 numbers, image by image: the first images do not depend on how many follow.

    Examples
    --------
    >>> font, jitter = draw_jitter(1, ("cmr10",), np.random.default_rng(0))[0]
    >>> font, round(jitter.scale, 3), round(jitter.angle, 1)
    ('cmr10', 0.77, -23.0)
    """
    numbers = rng.random((n, 5))
    # From [0, 1) to [-1, 1).
    centred = 2.0 * numbers[:, 1:] - 1.0
    scales = 1.0 + _SCALE_SPREAD * centred[:, 0]
    angles = _LARGEST_ANGLE * centred[:, 1]
    offsets = _LARGEST_OFFSET * centred[:, 2:]
    chosen = (numbers[:, 0] * len(fonts)).astype(np.int64)
    return [
        (fonts[font], Jitter(scale, angle, right, down))
        for font, scale, angle, (right, down) in zip(
            chosen.tolist(), scales.tolist(), angles.tolist(), offsets.tolist(), strict=True
        )
    ]


def letter_image(
    letter: str, font: str, size: int = 100, jitter: Jitter | None = None
) -> npt.NDArray[np.uint8]:
    """Draw one letter in white on black, antialiased.

    The middle of the letter's bounding box lies in the middle of the canvas, to half a pixel, and
    the font size is 0.64 of the canvas. What a jitter takes beyond the edge is cut off.

    Parameters
    ----------
    letter : str
        One of `LETTERS`.
    font : str
        One of `TEXT_FONTS`.
    size : int
        Pixels on a side, 8 to 1000.
    jitter : Jitter, optional
        Scale, rotation and offset; by default none.

    Returns
    -------
    ndarray of uint8, shape (size, size)
        Greys from 0 (black) to 255 (white), row by row from the top.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule, or the installed matplotlib lacks the font.

    Notes
    -----
    The exact greys depend on the fonts of the installed matplotlib and on the FreeType of the
    installed Pillow. Rotation and offset are one bicubic resampling; without them there is none.

    Examples
    --------
    >>> image = letter_image("I", "DejaVuSans-Bold")
    >>> int(image[50, 50]), int(image[50, 10])
    (255, 0)
    """
    _check.choice("letter", letter, LETTERS)
    _check.known("font", font, TEXT_FONTS)
    size = _check.integer("size", size, minimum=8, maximum=1000)
    jitter = Jitter() if jitter is None else jitter
    side = 3 * size
    # Three canvases wide, so that nothing is cut off before it is moved.
    draft = Image.new("L", (side, side))
    face = _face(font, _FONT_SHARE * size * jitter.scale)
    ImageDraw.Draw(draft).text((size, size), letter, fill=255, font=face)
    # What is seen of the letter, without the space that the font puts beside it.
    ink = draft.crop(draft.getbbox())
    wide = Image.new("L", (side, side))
    # Whole pixels, so that upright stems stay as sharp as the font's hinting made them.
    wide.paste(ink, ((side - ink.width) // 2, (side - ink.height) // 2))
    image = wide.transform(
        (size, size), Image.Transform.AFFINE, _inverse(size, jitter), Image.Resampling.BICUBIC
    )
    return np.asarray(image, dtype=np.uint8)


def _inverse(size: int, jitter: Jitter) -> tuple[float, ...]:
    """From a place on the canvas to the place on the wide canvas that is seen there."""
    cosine, sine = math.cos(math.radians(jitter.angle)), math.sin(math.radians(jitter.angle))
    x = (0.5 + jitter.right) * size
    y = (0.5 + jitter.down) * size
    middle = 1.5 * size
    return (
        *(cosine, -sine, middle - cosine * x + sine * y),
        *(sine, cosine, middle - sine * x - cosine * y),
    )


# Jitter makes almost every size a new one: only the clean alphabet asks for the same face again.
@lru_cache(maxsize=1)
def _face(font: str, points: float) -> ImageFont.FreeTypeFont:
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    try:
        # The basic layout is in every Pillow; the other one may be missing.
        return ImageFont.truetype(str(path), points, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise ValueError(f"font {font!r} is not in the installed matplotlib: {path}") from error
