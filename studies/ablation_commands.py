"""The command that runs a study."""

import argparse
import sys
from pathlib import Path

from evograft.studies.ablation.running import run_study
from evograft.studies.ablation.study import Study, safe
from evograft.studies.ablation.study_file import located, read_study
from evograft.studies.command_output import list_directory


def ablate(options: argparse.Namespace) -> None:
    """``evograft ablate``."""
    study = read_study(options.study)
    out = Path(options.out or Path("runs", safe(study.name)))
    with located(options.study):
        if options.dry_run:
            _say_plan(study, out)
            return
        try:
            result = run_study(
                study,
                out,
                workers=options.workers,
                scheduler=options.scheduler,
                resume=options.resume,
                retries=options.retries,
                timeout=options.timeout,
            )
        except KeyboardInterrupt:
            print(f"\nthe runs so far are saved in {out}; --resume goes on", file=sys.stderr)
            raise
    for table in result.tables:
        print(f"\n{table.measure.name}\n\n{table.to_text()}")
    print(f"saved in {out}: " + ", ".join(list_directory(out)))
    if result.failed:
        first = result.failed[0]
        raise ValueError(
            f"{len(result.failed)} of {len(result.results)} runs failed, first {first.name}: "
            f"{first.directory / 'failure.txt'} says why; --resume tries them again"
        )


def _say_plan(study: Study, out: Path) -> None:
    """Check everything and say what would be done."""
    study.check()
    jobs = study.jobs(out)
    left = [job for job in jobs if job.result() is None]
    print(
        f"study {study.name}: {len(study.arms)} arms x {len(study.problems)} problems x "
        f"{len(study.seeds)} seeds = {len(jobs)} runs, {len(left)} of them to be made, in {out}"
    )
    for name, arm in study.arms.items():
        print(f"  arm {name}: {arm.describe()}")
    for name, problem in study.describe()["problems"].items():
        print(f"  problem {name}: {problem}")
    print(f"  seeds: {', '.join(map(str, study.seeds))}")
    print(f"  budget of a run: {study.budget.describe() or 'the generations of its method'}")
