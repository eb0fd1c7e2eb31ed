"""Augmentation of square grey images: moved, cropped, turned, blurred or noisy ones.

Images are rows of pixels, row by row from the top, black being 0 and white 1.
"""

import math

import numpy as np
import numpy.typing as npt

from evograft.problems._image_kernels import shift
from evograft.representations import _check

Images = npt.NDArray[np.float32]

# The ranges of GENREG, made for images of 28 x 28 pixels.
_LIGHT_SHIFT = 3
_HEAVY_SHIFT = 4
_ANGLES = (10.0, 25.0)
_NOISES = (0.05, 0.15)

# Streams of a seed, by SeedSequence's spawn_key.
_OF_SHIFTS = 1
_OF_AUGMENTATION = 2

# Below it the shifts leave next to nothing of an image.
_SMALLEST_SIDE = 8


def shift_images(X: npt.NDArray[np.float32], max_shift: int, seed: int) -> Images:
    """Move each image by whole pixels, drawn uniformly and apart for both directions.

    What is moved beyond the edge is lost, and black comes in.

    Parameters
    ----------
    X : ndarray of float32, shape (n, side * side)
        Images, with 0 for black.
    max_shift : int, 0 to side - 1
        The largest number of pixels, up or down, left or right.
    seed : int, at least 0
        Of a numpy Generator with a stream of its own, so that the seed may serve elsewhere too. It
        gives n x 2 numbers from -max_shift to max_shift: pixels down and pixels to the right of
        each image.

    Returns
    -------
    ndarray of float32, shape (n, side * side)
        A new array.

    Raises
    ------
    TypeError, ValueError
        If *X* holds no square images, or another argument breaks its rule.

    Examples
    --------
    >>> X = np.zeros((1, 9), dtype=np.float32)
    >>> X[0, 4] = 1
    >>> shift_images(X, max_shift=1, seed=3).reshape(3, 3)
    array([[0., 0., 0.],
           [0., 0., 0.],
           [1., 0., 0.]], dtype=float32)
    """
    images = _square(X)
    _check.integer("max_shift", max_shift, minimum=0, maximum=images.shape[1] - 1)
    _check.integer("seed", seed, minimum=0)
    return _rows(_shifted(images, max_shift, _generator(seed, _OF_SHIFTS)))


def augment_images(X: npt.NDArray[np.float32], images_per_class: int, seed: int) -> Images:
    """Change half of the images of each class, every second of these heavily.

    Of each block of k = *images_per_class* rows, ``k // 4`` are changed heavily,
    ``k // 2 - k // 4`` are shifted and the others stay as they are; which ones is drawn. A shift is
    by whole pixels, up to 3 in both directions. A heavy change is, each as likely,

    - a crop to a square of 50 to 80 % of the side, resized to the full side by nearest neighbours;
    - a rotation about the middle by 10 to 25 degrees either way with a shift of up to 4 pixels in
      both directions, as one bilinear resampling;
    - with equal chances, the mean over 3 x 3 pixels or normal noise of standard deviation 0.05 to
      0.15.

    Beyond the edges everything is black; values are clipped to 0 to 1.

    Parameters
    ----------
    X : ndarray of float32, shape (n, side * side)
        Images with greys from 0 (black) to 1, side at least 8; n a multiple of *images_per_class*.
        The rows of a block should be of one class.
    images_per_class : int, at least 1
    seed : int, at least 0
        Of a numpy Generator with a stream of its own. It draws in this order: a permutation of
        each block, of which the first rows are changed heavily and the next ones shifted; two whole
        numbers from -3 to 3 for each shift (down, right); then, block by block, for each heavy
        change which of the three it is and its parameters. These are, all uniform: side (a whole
        number of pixels), top row and left column of the crop; angle, its sign, and two whole
        numbers from -4 to 4 for the shift of a rotation; for the third, which of the two, and for
        noise its deviation and one normal number per pixel.

    Returns
    -------
    ndarray of float32, shape (n, side * side)
        A new array, its rows in the order of *X*.

    Raises
    ------
    TypeError, ValueError
        If *X* does not hold such images, or another argument breaks its rule.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST), as of January 2026: 20 images of each digit, of
    which 5 are changed heavily and 5 shifted.

    Examples
    --------
    >>> X = np.random.default_rng(0).random((20, 784), dtype=np.float32)
    >>> same = (augment_images(X, images_per_class=20, seed=1) == X).all(axis=1)
    >>> int(same.sum())
    10
    """
    images = _square(X)
    _check.integer("images_per_class", images_per_class, minimum=1)
    _check.integer("seed", seed, minimum=0)
    _require_greys(images)
    if len(images) % images_per_class:
        raise ValueError(
            f"X must have a multiple of images_per_class={images_per_class} rows, got {len(images)}"
        )
    rng = _generator(seed, _OF_AUGMENTATION)
    blocks = np.arange(len(images)).reshape(-1, images_per_class)
    blocks = rng.permuted(blocks, axis=1)
    n_heavy, n_changed = images_per_class // 4, images_per_class // 2
    heavy, light = blocks[:, :n_heavy].ravel(), blocks[:, n_heavy:n_changed].ravel()
    changed = images.copy()
    changed[light] = _shifted(images[light], _LIGHT_SHIFT, rng)
    for row in heavy:
        changed[row] = _distorted(images[row], rng).clip(0, 1)
    return _rows(changed)


def _square(X: npt.ArrayLike) -> Images:
    """The images as (n, side, side), C-contiguous; a view of *X* where that is possible."""
    rows = np.ascontiguousarray(X, dtype=np.float32)
    if rows.ndim != 2:
        raise ValueError(f"X must be rows of square images, got shape {rows.shape}")
    n, features = rows.shape
    side = math.isqrt(features)
    if side == 0 or side * side != features:
        raise ValueError(f"X must be rows of square images, got {features} features")
    return rows.reshape(n, side, side)


def _rows(images: Images) -> Images:
    n, side, _ = images.shape
    return images.reshape(n, side * side)


def _require_greys(images: Images) -> None:
    side = images.shape[1]
    if side < _SMALLEST_SIDE:
        raise ValueError(
            f"X must be images of at least {_SMALLEST_SIDE} pixels on a side, got {side}"
        )
    # Asked this way round, so that NaN, which fails every comparison, is refused.
    grey = (images >= 0) & (images <= 1)
    if not grey.all():
        raise ValueError(f"X must be greys from 0 to 1, got {images[~grey][0]}")


def _generator(seed: int, stream: int) -> np.random.Generator:
    # A stream of its own, so that the seed which drew the images may change them too: of one
    # stream the same bits would choose an image and its shift.
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stream,)))


def _shifted(images: Images, max_shift: int, rng: np.random.Generator) -> Images:
    shifts = rng.integers(-max_shift, max_shift, size=(len(images), 2), endpoint=True)
    moved = np.empty_like(images)
    shift(images, shifts, moved)
    return moved


def _distorted(image: Images, rng: np.random.Generator) -> Images:
    kind = rng.integers(3)
    if kind == 0:
        return _cropped(image, rng)
    if kind == 1:
        return _turned(image, rng)
    return _blurred(image) if rng.random() < 0.5 else _noisy(image, rng)


def _cropped(image: Images, rng: np.random.Generator) -> Images:
    side = len(image)
    # Whole pixels: at least a half, at most four fifths.
    crop = rng.integers((side + 1) // 2, 4 * side // 5, endpoint=True)
    top, left = rng.integers(side - crop, size=2, endpoint=True)
    # The pixel of the crop under the middle of each pixel of the result.
    nearest = (2 * np.arange(side) + 1) * crop // (2 * side)
    return image[np.ix_(top + nearest, left + nearest)]


def _turned(image: Images, rng: np.random.Generator) -> Images:
    from scipy import ndimage

    angle = math.radians(rng.uniform(*_ANGLES)) * (1 if rng.random() < 0.5 else -1)
    move = rng.integers(-_HEAVY_SHIFT, _HEAVY_SHIFT, size=2, endpoint=True)
    cosine, sine = math.cos(angle), math.sin(angle)
    # From a place in the result back to the one in the image that is seen there.
    back = np.array([[cosine, sine], [-sine, cosine]])
    middle = (len(image) - 1) / 2
    offset = middle - back @ (middle + move)
    turned: Images = ndimage.affine_transform(image, back, offset, order=1, mode="grid-constant")
    return turned


def _blurred(image: Images) -> Images:
    from scipy import ndimage

    blurred: Images = ndimage.uniform_filter(image, 3, mode="constant")
    return blurred


def _noisy(image: Images, rng: np.random.Generator) -> Images:
    deviation = np.float32(rng.uniform(*_NOISES))
    noise = rng.standard_normal(image.shape, dtype=np.float32)
    return image + deviation * noise
