"""The folder of a study: what it is, its sessions, its runs and their results."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations.directory_lock import LOCK
from evograft.representations.files import remove_partial_files, replacing
from evograft.studies.ablation.errors import StudyError, at
from evograft.studies.ablation.jobs import Job, curve
from evograft.studies.ablation.study import Study, safe
from evograft.studies.budget import Budget
from evograft.studies.problem_source import Source
from evograft.studies.provenance import provenance
from evograft.studies.run_directory import RunDirectory

if TYPE_CHECKING:
    import pandas as pd

STUDY = "study.json"

PARTS = ("arms", "problems", "data")
"""What is known of a study from all its sessions, by name."""


class StudyFolder:
    """Where a study keeps its runs; every file in it is written whole or not at all.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self, *, new: bool) -> None:
        """Make the folder if it is *new*; else it must be there, be it empty.

        Raises
        ------
        ValueError
            Where it is not, or cannot be made.
        """
        if not new and not self.path.is_dir():
            raise ValueError(f"out must be the folder of a study to resume, got {str(self.path)!r}")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"out must be a directory that can be written, got {str(self.path)!r}: "
                f"{error.strerror}"
            ) from None

    def begin(self, study: Study, problems: Mapping[str, Any], *, resume: bool) -> None:
        """Write down what the study is, in a new folder, or add this session to one that is there.

        *problems* describes the problems and their data.

        Raises
        ------
        ValueError
            Where the folder is not empty, or has another study.
        """
        remove_partial_files(self.path)
        described = study.describe()
        described["data"] = dict(problems)
        described = json.loads(json.dumps(described, default=str))
        before = self._study() if resume and self._content() else {"known": {}, "sessions": []}
        if not resume and self._content():
            raise ValueError(
                f"out must be a new or empty directory, got {str(self.path)!r} (resume goes on "
                "with a study that is there)"
            )
        known = before["known"]
        if known:
            self._compare(known, described, study)
        merged = {part: known.get(part, {}) | described[part] for part in PARTS}
        session = provenance() | {"study": described}
        self._write(described | merged, [*before["sessions"], session])

    def _content(self) -> list[Path]:
        return [path for path in self.path.iterdir() if path.name != LOCK]

    def _study(self) -> dict[str, Any]:
        try:
            content = json.loads((self.path / STUDY).read_text(encoding="utf-8"))
            if all(isinstance(content["known"][part], dict) for part in PARTS) and isinstance(
                content["sessions"], list
            ):
                return dict(content)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise ValueError(f"{str(self.path)!r} is no folder of a study: it has no readable {STUDY}")

    def _write(self, known: Mapping[str, Any], sessions: Sequence[Any]) -> None:
        with replacing(self.path / STUDY) as file:
            json.dump({"known": known, "sessions": sessions}, file, indent=1)
            file.write("\n")

    def _compare(self, known: Mapping[str, Any], now: Mapping[str, Any], study: Study) -> None:
        """Raise where the runs that are there cannot stand beside those of *study*."""
        where = f"the results in {str(self.path)!r}"
        if known.get("name") != now["name"]:
            raise ValueError(f"{where[4:]} are of study {known.get('name')!r}, not {now['name']!r}")
        for part in PARTS:
            for name, described in now[part].items():
                earlier = known[part].get(name, described)
                if earlier == described or not self._has_runs(part, name):
                    continue
                what = {"arms": "arm", "problems": "problem", "data": "data of problem"}[part]
                raise StudyError(
                    ["arms" if part == "arms" else "problems", name],
                    f"{what} {name!r} must be as in {where}, {_difference(earlier, described)}; "
                    "give it another name, or the results another folder",
                )
        if known.get("population") != now["population"]:
            raise StudyError(
                ["population"],
                f"population must be that of {where}, {known.get('population')}, got "
                f"{now['population']}",
            )
        self._compare_budget(Budget(**known.get("budget", {})), study, where)

    def _compare_budget(self, before: Budget, study: Study, where: str) -> None:
        with at("budget"):
            if not study.budget.covers(before):
                raise ValueError(
                    f"budget must limit the same as that of {where}, {before.describe()}, and no "
                    f"less, got {study.budget.describe()}"
                )
            for name, arm in study.arms.items():
                if study.budget != before and arm.anneals:
                    raise ValueError(
                        f"budget must be that of {where}, {before.describe()}, as arm {name!r} "
                        f"follows its generations from the start, got {study.budget.describe()}"
                    )

    def _has_runs(self, part: str, name: str) -> bool:
        runs = self.path / "runs"
        pattern = f"{safe(name)}/*/*" if part == "arms" else f"*/{safe(name)}/*"
        return any(RunDirectory(path).has_checkpoint() for path in runs.glob(pattern))

    def about_problem(self, jobs: Iterable[Job]) -> str:
        """How the data of a problem were split and scaled, as its first finished run has it."""
        for job in jobs:
            if job.result() is None:
                continue
            try:
                problem = RunDirectory(job.directory).config().get("problem", {})
            except ValueError:  # what is said beneath a table is not worth the table
                continue
            parts = [f"scaling {problem['scaling']}"] if "scaling" in problem else []
            varying = job.problem.of_the_run if isinstance(job.problem, Source) else []
            if isinstance(split := problem.get("split"), dict):
                own = [name.removeprefix("split_") for name in varying]
                split = split | dict.fromkeys(own, "that of the run")
                parts.append("split " + ", ".join(f"{key} {value}" for key, value in split.items()))
            if "training_data" in problem and not varying:
                parts.append(f"training data {problem['training_data']}")
            return "; ".join(parts)
        return ""

    def results(self, jobs: Iterable[Job]) -> "pd.DataFrame":
        """One row per run that has ended: its measures, and its status."""
        import pandas as pd

        rows = []
        for job in jobs:
            row = job.result()
            if row is not None:
                rows.append({"status": "finished"} | row)
            elif job.failure() is not None:
                about = {"arm": job.arm_name, "problem": job.problem_name, "seed": job.seed}
                rows.append({"status": "failed"} | about)
        columns = ["arm", "problem", "seed", "status"]
        frame = pd.DataFrame(rows, columns=None if rows else columns)
        return frame[[*columns, *(name for name in frame.columns if name not in columns)]]

    def curves(self, jobs: Iterable[Job]) -> "pd.DataFrame":
        """The best fitness of all finished runs, by generation and by evaluations."""
        import pandas as pd

        columns = ["arm", "problem", "seed", "gen", "evaluations", "best"]
        rows = [row for job in jobs if job.result() is not None for row in curve(job)]
        return pd.DataFrame(rows, columns=columns)


def _difference(before: Any, now: Any) -> str:
    """What differs between two descriptions."""
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return f"{before}, got {now}"
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return "; ".join(f"{name} {before.get(name)}, got {now.get(name)}" for name in names)
