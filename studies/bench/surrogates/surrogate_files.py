"""Surrogates in files: the model in skops' format, which holds no code, and JSON beside it."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evograft.representations.files import replacing
from evograft.studies.bench.surrogates.surrogate_models import MODELS, make_model

FORMAT = 1
SUFFIX = ".skops"

TRUSTED = (
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)
"""Types that skops does not trust by itself and that the models are made of."""

PACKAGES = ("evograft", "numpy", "scikit-learn", "skops")

NEEDED = ("model", "target", "features")


def save_surrogate(path: Path, model: Any, description: Mapping[str, Any]) -> None:
    """Write *model* to *path* and *description*, with format and versions, beside it."""
    skops = _skops()
    _check_suffix(path)
    content = skops.dumps(model)
    versions = {name: version(name) for name in PACKAGES}
    with replacing(path, binary=True) as file:
        file.write(content)
    with replacing(path.with_suffix(".json")) as file:
        json.dump({"format": FORMAT, **description, "versions": versions}, file, indent=2)
        file.write("\n")


def load_surrogate(path: Path, features: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """Read a model and its description; see `Surrogate.load`."""
    skops = _skops()
    _check_suffix(path)
    description = _read_description(path.with_suffix(".json"), features)
    try:
        # One read: what is looked at is what is loaded.
        content = path.read_bytes()
        untrusted = skops.get_untrusted_types(data=content)
        foreign = sorted(set(untrusted) - {*TRUSTED})
        model = None if foreign else skops.loads(content, trusted=[*TRUSTED])
    except Exception as error:  # whatever a damaged file makes of it
        raise ValueError(f"{path} must be a model that skops can read, got {error}") from None
    if foreign:
        raise ValueError(
            f"{path} must hold only objects of types that surrogates are made of, "
            f"got {', '.join(foreign)}"
        )
    expected = type(make_model(description["model"]))
    if type(model) is not expected or getattr(model, "n_features_in_", None) != len(features):
        raise ValueError(
            f"{path} must hold a {expected.__name__} of {len(features)} features, "
            f"got a {type(model).__name__}"
        )
    return model, description


def _read_description(path: Path, features: Sequence[str]) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be the JSON file beside a surrogate: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not {*NEEDED} <= data.keys():
        raise ValueError(f"{path} must describe a surrogate in format {FORMAT}, got something else")
    if data["features"] != [*features]:
        raise ValueError(f"{path} must name the {len(features)} features of now, got others")
    if data["model"] not in [*MODELS]:
        raise ValueError(f"{path} must name one of the models {[*MODELS]}, got {data['model']!r}")
    return data


def _check_suffix(path: Path) -> None:
    if path.suffix != SUFFIX:
        raise ValueError(f"path must end in {SUFFIX}, got {str(path)!r}")


def _skops() -> Any:
    try:
        import skops.io
    except ImportError:
        raise ValueError(
            'surrogates are saved with skops: pip install "evograft[surrogate]"'
        ) from None
    return skops.io
