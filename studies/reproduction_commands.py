"""The command that reproduces a paper's table."""

import argparse
import sys
from pathlib import Path

from evograft.studies.command_input import read_assignments
from evograft.studies.command_output import list_directory
from evograft.studies.reproduction import REPRODUCTIONS, Request, options_of, reproduce


def reproduce_table(options: argparse.Namespace) -> None:
    """``evograft reproduce``."""
    if options.name is None:
        _list()
        return
    out = Path(options.out or Path("runs", options.name))
    request = Request(
        out,
        runs=options.runs,
        generations=options.generations,
        quick=options.quick,
        parts=options.parts,
        arms=options.arms,
        workers=options.workers,
        scheduler=options.scheduler,
        resume=options.resume,
    )
    try:
        for section in reproduce(options.name, request, **read_assignments("--set", options.set)):
            print(section.to_text(), flush=True)
    except KeyboardInterrupt:
        print(f"\nthe runs so far are saved in {out}; --resume goes on", file=sys.stderr)
        raise
    print(f"saved in {out}: " + ", ".join(list_directory(out)))


def _list() -> None:
    """Say what there is, with the options of each."""
    width = max(map(len, REPRODUCTIONS))
    for name, (_, summary) in REPRODUCTIONS.items():
        print(f"{name:{width}}  {summary}")
        for option, default in options_of(name).items():
            print(f"{'':{width}}  --set {option}={default!r}")
