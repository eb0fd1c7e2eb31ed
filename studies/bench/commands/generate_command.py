"""``evograft bench generate``."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations import _check
from evograft.studies.bench.commands.tier_option import check_tier_hash, tier_settings
from evograft.studies.bench.generation_bar import GenerationBar
from evograft.studies.bench.named_tasks import named_tasks
from evograft.studies.command_input import open_engine
from evograft.studies.command_output import size_text
from evograft.studies.kernel_interrupts import kernel_interrupts

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.generation import Report

ACCEPTED = 1000
THRESHOLDS = ("neurons", "edges", "coverage", "connected")
CONNECTED = {"weak": "weak", "no_isolated": "no_isolated", "none": None}
"""What --connected may be, and what it stands for."""


def generate(options: argparse.Namespace) -> None:
    """``evograft bench generate``."""
    from evograft.problems.benchmark_generation import generation
    from evograft.problems.benchmark_generation.metrics import measure
    from evograft.problems.benchmark_generation.quality import Quality
    from evograft.problems.benchmark_generation.samplers import sampler
    from evograft.problems.benchmark_generation.storage.metadata import FILE

    out = Path(options.out)
    before = _before(out) if options.resume else {}
    asked = before.get("asked", {})
    scored = [task["name"] for task in before.get("tasks", ())]
    settings: dict[str, Any] = {
        "sampler": sampler(**_sampler_settings(options, before.get("sampler", {}))),
        "measure": measure,
        "tasks": named_tasks(_given(options.tasks, scored)),
        "task_seeds": _given(options.task_seeds, before.get("task_seeds", 3)),
        "fidelities": _given(options.fidelities, before.get("fidelities", ["high"])),
        "quality": Quality(**_thresholds(options, before.get("quality", {}))),
        "accepted": _given(options.accepted, asked.get("accepted", ACCEPTED)),
        "attempts": _given(options.attempts, asked.get("attempts")),
        "layout": _given(options.layout, before.get("layout", "parquet")),
    }
    _check_used(options, settings["tasks"])
    if options.tier is not None:
        settings |= tier_settings(options)
    per_shard = _given(options.attempts_per_shard, before.get("attempts_per_shard"))
    if per_shard is not None:
        settings["attempts_per_shard"] = per_shard
    # A unit is work for a second: none waits for another.
    engine = open_engine(options.workers, options.scheduler, chunksize=1)
    bar = GenerationBar(settings["accepted"])
    try:
        with engine as mapper, bar, kernel_interrupts():
            report = generation.generate(
                out, map=mapper or map, resume=options.resume, progress=bar.show, **settings
            )
    except KeyboardInterrupt:
        if (out / FILE).exists():
            print(
                f"finished shards are kept: evograft bench generate --out {out} --resume "
                f"--accepted {settings['accepted']} goes on"
            )
        raise
    _say(report)
    if report.accepted < settings["accepted"]:
        raise ValueError(
            f"--attempts must be enough for {settings['accepted']} networks, got {report.attempts} "
            f"that gave {report.accepted}, which are kept: evograft bench generate --out {out} "
            "--resume --attempts N goes on"
        )
    if options.tier is not None:
        check_tier_hash(options.tier, report)


def _before(out: Path) -> dict[str, Any]:
    from evograft.problems.benchmark_generation.samplers import SAMPLERS
    from evograft.problems.benchmark_generation.storage.metadata import (
        FILE,
        check_seeds,
        read_metadata,
        resuming,
    )

    before = read_metadata(out)
    if "sampler" not in before:
        raise ValueError(
            f"--out must be the directory of a generation to resume, got none in {str(out)!r}"
        )
    for key, kind in (("sampler", dict), ("quality", dict), ("asked", dict), ("fidelities", list)):
        if not isinstance(before.get(key), kind):
            told = "an object" if kind is dict else "a list"
            raise ValueError(f"{key} must be {told} in {out / FILE}, got {before.get(key)!r}")
    name = before["sampler"].get("name")
    if isinstance(name, str) and name not in SAMPLERS:
        raise ValueError(
            f"--out must be of a sampler that --mode names, got {name!r} in {str(out)!r}: "
            f"{resuming(out, before)}"
        )
    tasks = before.get("tasks")
    if not isinstance(tasks, list) or not all(
        isinstance(task, dict) and isinstance(task.get("name"), str) for task in tasks
    ):
        raise ValueError(f"tasks must be a list of objects with names in {out / FILE}, got {tasks}")
    for name in before["quality"]:
        _check.known(f"quality in {out / FILE}", name, THRESHOLDS)
    check_seeds(before)
    return before


def _check_used(options: argparse.Namespace, tasks: list[Any]) -> None:
    for name in ("task_seeds", "fidelities"):
        if getattr(options, name) is not None and not tasks:
            option = f"--{name.replace('_', '-')}"
            raise ValueError(f"{option} must be given with --tasks, which it is for, got none")


def _sampler_settings(options: argparse.Namespace, before: Mapping[str, Any]) -> dict[str, Any]:
    mode = _given(options.mode, before.get("name", "random"))
    settings = dict(before) if before.get("name") == mode else {}
    settings |= {"name": mode, "seed": _given(options.seed, settings.get("seed", 0))}
    if options.size is not None:
        settings["size"] = _read_size(options.size)
    if options.steps is not None:
        settings["max_growth_steps"] = _read_integer("--steps", options.steps)
    if options.morphogens is not None:
        settings["num_morphogens"] = _read_morphogens(options.morphogens, mode)
    return settings


def _thresholds(options: argparse.Namespace, before: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: getattr(options, name) for name in THRESHOLDS}
    given = {name: value for name, value in told.items() if value is not None}
    if "connected" in given:
        _check.choice("--connected", given["connected"], CONNECTED)
        given["connected"] = CONNECTED[given["connected"]]
    return {**before, **given}


def _read_size(text: str) -> tuple[int, int] | None:
    if text == "drawn":
        return None
    width, _, height = text.partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise ValueError(f"--size must be XxY, such as 20x20, or drawn, got {text!r}") from None


def _read_integer(option: str, text: str) -> int | None:
    try:
        return None if text == "drawn" else int(text)
    except ValueError:
        raise ValueError(f"{option} must be an integer or drawn, got {text!r}") from None


def _read_morphogens(text: str, mode: str) -> int | tuple[int, ...] | None:
    if mode == "random":
        return _read_integer("--morphogens", text)
    try:
        return tuple(map(int, text.split(",")))
    except ValueError:
        raise ValueError(
            f"--morphogens must be integers with commas between, got {text!r}"
        ) from None


def _given(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _say(report: "Report") -> None:
    rejected = ", ".join(f"{name} {count}" for name, count in report.rejected.items())
    print(
        f"{report.accepted} networks of {report.attempts} genomes ({report.acceptance:.1%}) in "
        f"{report.seconds:.0f} s, {size_text(report.size)}\n"
        f"rejected for: {rejected}\n"
        f"content hash: {report.content_hash}\n"
        f"saved in {report.directory}"
    )
