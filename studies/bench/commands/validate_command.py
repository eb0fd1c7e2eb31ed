"""``evograft bench validate``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.studies.bench.named_tasks import NAMES, named_tasks
from evograft.studies.command_input import open_engine

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.tasks import Task
    from evograft.problems.benchmark_generation.validation import Validation


def validate(options: argparse.Namespace) -> None:
    """``evograft bench validate``: status 2 where something disagrees, or it is not finished."""
    from tqdm import tqdm

    from evograft.problems.benchmark_generation import validation
    from evograft.problems.benchmark_generation.tiers import tier

    expected = None if options.tier is None else tier(options.tier)
    regrow = _read_number("--regrow", options.regrow)
    redraw = _read_number("--redraw", options.redraw)
    directory = Path(options.directory)
    with open_engine(options.workers, None, chunksize=1) as mapper, tqdm(unit="net") as bar:
        found = validation.validate(
            directory,
            tier=expected,
            regrow=regrow,
            redraw=redraw,
            tasks=_tasks(directory),
            limit=options.limit,
            map=mapper or map,
            progress=lambda entries: bar.update(entries - bar.n),
        )
    _say(found)
    if found.findings:
        n = len(found.findings)
        more = "" if found.complete else " or more (--limit)"
        raise ValueError(
            f"{directory} must agree with itself and with what makes it, got "
            f"{n}{more} {'disagreement' if n == 1 and not more else 'disagreements'}"
        )
    if found.lacking is not None:
        raise ValueError(f"{directory} must hold a finished benchmark, got {found.lacking}")


def _tasks(directory: Path) -> "list[Task]":
    """What has made the scores, as far as this package knows it by its description."""
    from evograft.problems.benchmark_generation.storage.metadata import read_metadata

    described = read_metadata(directory).get("tasks")
    found = [task for task in described or () if isinstance(task, dict)]
    known = named_tasks(task["name"] for task in found if task.get("name") in NAMES)
    return [task for task in known if task.describe() in found]


def _say(found: "Validation") -> None:
    for finding in found.findings:
        print(finding)
    print(
        f"{found.entries} entries looked at, {found.regrown} of them grown again, "
        f"{found.redrawn} attempts made again"
    )
    for reason in found.unchecked:
        print(f"not compared: {reason}")
    if not found.findings:
        name = "" if found.tier is None or found.lacking else f": it is tier {found.tier.name}"
        compared = "everything" if found.whole else "what was compared"
        print(f"{compared} agrees{name}")


def _read_number(option: str, text: str) -> int | None:
    try:
        return None if text == "all" else int(text)
    except ValueError:
        raise ValueError(f"{option} must be an integer or all, got {text!r}") from None
