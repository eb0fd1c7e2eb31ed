"""Scaling of features: fitted on the training part, then applied to whatever comes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evograft.representations import _check

SCALINGS = ("minmax11", "minmax01", "zscore", "unit", "none")

# Rows that are float64 at a time, so that scaling the 60000 images of MNIST needs no 376 MB copy.
_BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Scaler:
    """A fitted scaling: feature j becomes ``(x - offset[j]) * scale[j]``.

    Parameters
    ----------
    name : str
        One of `SCALINGS`.
    offset, scale : tuple of float
        One finite number per feature, in the feature's own unit and its inverse.

    Raises
    ------
    ValueError
        If the name is unknown, the lengths differ, or a number is not finite.

    Examples
    --------
    >>> scaler = fit_scaler("minmax11", [[0.0, 7.0], [4.0, 7.0]])
    >>> scaler.transform([[1.0, 9.0]])
    array([[-0.5,  0. ]], dtype=float32)
    """

    name: str
    offset: tuple[float, ...]
    scale: tuple[float, ...]

    def __post_init__(self) -> None:
        _check.choice("name", self.name, SCALINGS)
        if len(self.offset) != len(self.scale):
            raise ValueError(
                "offset and scale must have one number per feature each, "
                f"got {len(self.offset)} and {len(self.scale)}"
            )
        for name in ("offset", "scale"):
            numbers = tuple(_check.real(name, number) for number in getattr(self, name))
            object.__setattr__(self, name, numbers)

    def transform(self, X: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Scale raw features.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
            Raw finite features of any numeric dtype.

        Returns
        -------
        ndarray of float32, shape (n_samples, n_features)
            A new C-contiguous array, computed in float64 and rounded once.

        Raises
        ------
        ValueError
            If the shape does not fit, or a value is not finite before or after scaling.

        Examples
        --------
        >>> fit_scaler("unit", [[0], [255]], pixel_maximum=255).transform([[51]])
        array([[0.2]], dtype=float32)
        """
        raw = np.asarray(X)
        if raw.ndim != 2 or raw.shape[1] != len(self.scale):
            raise ValueError(f"X must have shape (n, {len(self.scale)}), got {raw.shape}")
        offset, scale = np.array(self.offset), np.array(self.scale)
        scaled = np.empty(raw.shape, dtype=np.float32)
        # An overflow is reported below, in our own words.
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(raw), _BLOCK_ROWS):
                rows = slice(start, start + _BLOCK_ROWS)
                scaled[rows] = (raw[rows].astype(np.float64) - offset) * scale
        finite = np.isfinite(scaled)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            raise ValueError(
                f"X must be finite and fit float32 once scaled by {self.name!r}, "
                f"got {raw[row, column]} in row {row}, column {column}"
            )
        return scaled

    def to_dict(self) -> dict[str, object]:
        """Return what `from_dict` needs, ready for JSON, without any loss.

        Examples
        --------
        >>> fit_scaler("none", [[3.0]]).to_dict()
        {'name': 'none', 'offset': [0.0], 'scale': [1.0]}
        """
        return {"name": self.name, "offset": list(self.offset), "scale": list(self.scale)}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "Scaler":
        """Rebuild the scaler that gave `to_dict`.

        Raises
        ------
        TypeError, ValueError
            If a key is missing or a value is not what `to_dict` writes.

        Examples
        --------
        >>> scaler = fit_scaler("zscore", [[1.0], [2.0]])
        >>> Scaler.from_dict(scaler.to_dict()) == scaler
        True
        """
        match data:
            case {"name": str(name), "offset": [*offset], "scale": [*scale]}:
                return cls(
                    name,
                    tuple(_check.real("offset", number) for number in offset),
                    tuple(_check.real("scale", number) for number in scale),
                )
        raise ValueError(f"a scaler must have a name, offset and scale, got {data!r:.200}")


def fit_scaler(name: str, X_train: npt.ArrayLike, pixel_maximum: float | None = None) -> Scaler:
    """Fit a scaling to the training part.

    `minmax11` and `minmax01` send the smallest and largest training value of a feature to the ends
    of [-1, 1] and [0, 1], `zscore` makes mean 0 and (population) standard deviation 1. In these
    three a feature that is constant in the training part becomes 0 everywhere. `unit` divides by
    *pixel_maximum*, `none` leaves the values alone.

    Parameters
    ----------
    name : str
        One of `SCALINGS`.
    X_train : array_like, shape (n_samples, n_features)
        Raw finite features of at least one sample.
    pixel_maximum : float, optional
        The largest value a pixel can take; only image sets have it, and only `unit` reads it.

    Returns
    -------
    Scaler

    Raises
    ------
    ValueError
        If the name is unknown, `unit` is asked of a set that is no images, the shape is wrong, or
        the values are not finite or too large for float64 arithmetic.

    Examples
    --------
    >>> fit_scaler("minmax01", [[2.0], [4.0]])
    Scaler(name='minmax01', offset=(2.0,), scale=(0.5,))
    """
    _check.choice("scaling", name, SCALINGS)
    raw = np.asarray(X_train)
    if raw.ndim != 2 or len(raw) == 0:
        raise ValueError(f"X_train must have shape (n, features) with n > 0, got {raw.shape}")
    if name == "none":
        return _uniform(name, raw.shape[1], 1.0)
    if name == "unit":
        if pixel_maximum is None:
            raise ValueError("scaling 'unit' must be given images, got a set without pixels")
        return _uniform(name, raw.shape[1], 1.0 / pixel_maximum)
    low = raw.min(axis=0).astype(np.float64)
    high = raw.max(axis=0).astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        if name == "minmax11":
            offset, spread = low / 2 + high / 2, high / 2 - low / 2
        elif name == "minmax01":
            offset, spread = low, high - low
        else:
            offset, spread = raw.mean(axis=0, dtype=np.float64), raw.std(axis=0, dtype=np.float64)
    if not (np.isfinite(offset).all() and np.isfinite(spread).all()):
        raise ValueError(f"X_train must be finite and small enough for scaling {name!r}")
    scale = np.zeros_like(spread)
    # The standard deviation of a constant column can be a rounding error above 0: ask the range.
    # Spreads below the smallest normal number have no finite inverse: constant, too.
    varies = (high > low) & (spread >= np.finfo(np.float64).tiny)
    scale[varies] = 1.0 / spread[varies]
    return Scaler(name, tuple(offset.tolist()), tuple(scale.tolist()))


def _uniform(name: str, n_features: int, scale: float) -> Scaler:
    return Scaler(name, (0.0,) * n_features, (scale,) * n_features)
