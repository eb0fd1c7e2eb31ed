"""Genomes in files: ours, and the published ones that wrap them in other things."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations import _check
from evograft.representations.files import replacing

if TYPE_CHECKING:
    from evograft.representations.morphogenesis.genome import Genome

WRAPPERS = ("genome", "best_genome_data")
"""Keys under which a published file holds its genome, if it is not the genome itself."""


def write_genome(genome: "Genome", path: str | Path) -> None:
    """Write *genome* as JSON with indent 2, as the published files are."""
    with replacing(Path(path)) as file:
        json.dump(genome.to_dict(), file, indent=2)
        file.write("\n")


def read_genome(path: str | Path) -> Mapping[str, Any]:
    """Return the mapping that holds a genome's fields in the file *path*.

    Raises
    ------
    FileNotFoundError, ValueError
        Where there is no such file, it is no JSON, or no genome is found in it.
    """
    path = Path(path)
    return genome_in(path, read_content(path)[1])


def read_content(path: Path) -> tuple[bytes, Any]:
    """Return the bytes of the JSON file *path*, and what they say.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        Where there is no such file, it cannot be read, or is no JSON.
    """
    try:
        data = path.read_bytes()
        return data, json.loads(data.decode("utf-8-sig"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} must be a genome's JSON file, got no file") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be a genome's JSON file, got no JSON: {error}") from None
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror}") from None


def genome_in(path: Path, content: Any) -> Mapping[str, Any]:
    """Return the mapping that holds a genome's fields in *content*, that of the file *path*.

    Raises
    ------
    ValueError
        Where no genome is found in it.
    """
    if isinstance(content, Mapping) and isinstance(content.get("individuals"), list):
        content = _fittest(path, content["individuals"])
    if isinstance(content, Mapping):
        for key in WRAPPERS:
            if isinstance(content.get(key), Mapping):
                rule = {name: content[name] for name in ("eta", "decay") if name in content}
                return rule | dict(content[key])
        if "max_growth_steps" in content:
            return content
    found = sorted(content) if isinstance(content, Mapping) else type(content).__name__
    raise ValueError(
        f"{path} must hold a genome, or one under {' or '.join(WRAPPERS)}, got {found}"
    )


def _fittest(path: Path, individuals: list[Any]) -> Any:
    if not individuals or not all(isinstance(entry, Mapping) for entry in individuals):
        raise ValueError(f"{path} must hold individuals with genomes, got {len(individuals)}")
    for entry in individuals:
        _check.real(f"fitness in {path}", entry.get("fitness"))
    return max(individuals, key=lambda entry: entry["fitness"])
