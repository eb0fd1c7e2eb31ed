"""Raw data of the built-in sets: from scikit-learn, from the user's folder, or from OpenML."""

import os
import textwrap
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evograft.problems.catalogue import FACTS, Facts
from evograft.problems.credit import encode_credit
from evograft.problems.labels import encode_labels
from evograft.problems.tables import Encode, read_features, read_table
from evograft.representations import _check

FOLDER_VARIABLE = "EVOGRAFT_DATA"

Features = npt.NDArray[np.uint8] | npt.NDArray[np.float64]


class DataUnavailableError(ValueError):
    """A built-in data set can be had from none of its sources.

    Examples
    --------
    >>> issubclass(DataUnavailableError, ValueError)
    True
    """


@dataclass(frozen=True, eq=False)
class RawData:
    """A data set before it is split and scaled; its arrays are read-only.

    Parameters
    ----------
    X : ndarray of uint8 or float64, shape (n_samples, n_features)
        Finite features; uint8 for the two large image sets.
    y : ndarray of int64, shape (n_samples,)
        Class numbers, 0 to n_classes - 1.
    feature_names, class_names : tuple of str
        Names of the columns of *X* and of the class numbers.

    Examples
    --------
    >>> load_raw("wdbc").class_names
    ('benign', 'malignant')
    """

    X: Features
    y: npt.NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]


def load_raw(name: str) -> RawData:
    """Load a built-in data set, or return it if this process loaded it recently.

    The sources, in this order: scikit-learn itself (wdbc, wine, digits), the folder named by the
    environment variable EVOGRAFT_DATA, and OpenML through scikit-learn's download cache. All of
    them give the same names and labels.

    Parameters
    ----------
    name : str
        A key of `evograft.problems.catalogue.FACTS`.

    Returns
    -------
    RawData

    Raises
    ------
    DataUnavailableError
        If no source has the set.
    ValueError
        If the name is unknown, or a source holds something else than this set.

    Examples
    --------
    >>> load_raw("wine").X.shape
    (178, 13)
    """
    _check.known("data set", name, FACTS)
    return _load_raw(name, os.environ.get(FOLDER_VARIABLE, ""))


def encoder(name: str) -> Encode | None:
    """Return what turns the codes in a data set's file into numbers, or None where it has none.

    Examples
    --------
    >>> encoder("credit").__name__
    'encode_credit'
    """
    return encode_credit if name == "credit" else None


@lru_cache(maxsize=4)
def _load_raw(name: str, folder: str) -> RawData:
    facts = FACTS[name]
    X: Features
    path = Path(folder, facts.file) if folder and facts.file else None
    if facts.bundled is not None:
        source = "scikit-learn"
        X, labels, columns = _bundled(facts.bundled)
    elif path is not None and path.is_file():
        source = str(path)
        X, labels = _from_npz(path) if path.suffix == ".npz" else _from_csv(name, path)
        columns = facts.columns
    else:
        source = f"OpenML's data set {facts.openml_id}"
        X, labels = _from_openml(name, folder)
        columns = facts.columns
    y, class_names = encode_labels(labels, name=f"{source}: the labels")
    _require_size(source, facts, X, len(class_names))
    X.flags.writeable = y.flags.writeable = False
    return RawData(X, y, columns, class_names)


def _require_size(source: str, facts: Facts, X: npt.NDArray[np.generic], n_classes: int) -> None:
    wanted = (facts.n_instances, facts.n_features, facts.n_classes)
    if (*X.shape, n_classes) != wanted:
        raise ValueError(
            f"{source}: there must be {wanted[0]} rows, {wanted[1]} features and {wanted[2]} "
            f"classes, got {len(X)}, {X.shape[1]} and {n_classes}"
        )


def _bundled(
    function: str,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.generic], tuple[str, ...]]:
    from sklearn import datasets

    bunch = getattr(datasets, function)()
    labels = np.array([str(name) for name in bunch.target_names])[bunch.target]
    return bunch.data, labels, tuple(str(name) for name in bunch.feature_names)


def _from_csv(name: str, path: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.generic]]:
    labels = read_table(path, "class", encode=encoder(name)).labels
    # Read by name, so that a file with its columns in another order gives the same data.
    return read_features(path, FACTS[name].columns, encode=encoder(name)), labels


def _from_npz(path: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            images = np.concatenate([file["x_train"], file["x_test"]])
            labels = np.concatenate([file["y_train"], file["y_test"]])
            X = images.reshape(len(images), -1).astype(np.uint8, casting="safe", copy=False)
    except (
        OSError,
        EOFError,
        LookupError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise ValueError(
            f"{path}: the file must hold uint8 arrays x_train, y_train, x_test and y_test as "
            f"Keras's does, got {_in_short(error)}"
        ) from None
    return X, labels


def _from_openml(name: str, folder: str) -> tuple[Features, npt.NDArray[np.generic]]:
    facts = FACTS[name]
    if facts.openml_id is None:
        raise DataUnavailableError(_unavailable(name, folder, "OpenML does not have it"))
    from sklearn import datasets

    try:
        with warnings.catch_warnings():
            # Its warning of every retry says less than the error below.
            warnings.simplefilter("ignore", UserWarning)
            bunch = datasets.fetch_openml(data_id=facts.openml_id, as_frame=True, parser="auto")
    # A download fails in more ways than its libraries document; each means: no data from there.
    except Exception as error:
        reason = f"the download of OpenML's data set {facts.openml_id} failed ({_in_short(error)})"
        raise DataUnavailableError(_unavailable(name, folder, reason)) from error
    frame = bunch.data
    if frame.shape[1] != facts.n_features:
        raise ValueError(
            f"OpenML's data set {facts.openml_id}: there must be {facts.n_features} features, "
            f"got {frame.shape[1]}"
        )
    frame = frame.set_axis(facts.columns, axis=1)
    encode = encoder(name)
    if encode is not None:
        frame = encode(frame)
    try:
        X = frame.to_numpy(np.float64 if facts.pixel_maximum is None else np.uint8)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"OpenML's data set {facts.openml_id}: features must be numbers, got {_in_short(error)}"
        ) from None
    labels = [facts.openml_labels.get(str(label), str(label)) for label in bunch.target]
    return X, np.array(labels)


def _unavailable(name: str, folder: str, openml: str) -> str:
    bundled = ", ".join(other for other, facts in FACTS.items() if facts.bundled)
    now = f"it is {folder!r}" if folder else "it is not set"
    return (
        f"no data for {name!r}: scikit-learn itself has only {bundled}; set {FOLDER_VARIABLE} to a "
        f"folder with {FACTS[name].file} ({now}); {openml}"
    )


def _in_short(error: Exception) -> str:
    return textwrap.shorten(f"{type(error).__name__}: {error}", width=140, placeholder=" …")
