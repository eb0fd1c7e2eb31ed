"""Stamps of shards whose entries have files of their own: with the digests of these files."""

import json
from collections.abc import Mapping
from pathlib import Path

from evograft.problems.benchmark_generation.storage.genome_files import genome_file, number_of
from evograft.problems.benchmark_generation.storage.stamps import MAKES, REMEDY, Stamp
from evograft.representations.files import replacing

FILES = "files"


def write_file_stamp(path: Path, stamp: Stamp, digests: Mapping[int, str]) -> None:
    """Write a stamp whole or not at all, with the SHA-256 of the file of each entry, by number.

    Raises
    ------
    OSError
        Where it cannot be written, naming *path*.
    """
    files = {genome_file(number): digest for number, digest in digests.items()}
    with replacing(path) as file:
        json.dump(stamp.to_dict() | {FILES: files}, file)
        file.write("\n")


def read_file_stamp(path: Path) -> tuple[Stamp, dict[int, str]]:
    """Read what :func:`write_file_stamp` has written; digests are in the order of the numbers.

    Raises
    ------
    ValueError
        Where it is something else, or does not tell of as many files of its attempts as it counts
        entries, naming *path*.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        stamp = Stamp.from_dict(content)
        return stamp, _digests(content, stamp)
    except FileNotFoundError:
        raise ValueError(f"{path} must be a shard's stamp, got no file: {MAKES}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be a shard's stamp, got {error}: {REMEDY}") from None


def _digests(content: Mapping[str, object], stamp: Stamp) -> dict[int, str]:
    files = content.get(FILES)
    if not isinstance(files, Mapping) or len(files) != stamp.accepted:
        raise ValueError(f"no digests of {stamp.accepted} files")
    digests: dict[int, str] = {}
    for name, digest in files.items():
        number = number_of(Path(name))
        if number is None or name != genome_file(number) or not stamp.start <= number < stamp.stop:
            raise ValueError(f"a digest of {name!r}, which is no file of its attempts")
        digests[number] = str(digest)
    return dict(sorted(digests.items()))
