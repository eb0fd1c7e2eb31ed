"""The folder of a study: what it is, its sessions, its runs and their results."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations.files import replacing
from evograft.studies.ablation.arms import Source
from evograft.studies.ablation.jobs import Job, curve
from evograft.studies.ablation.study import Study
from evograft.studies.budget import Budget
from evograft.studies.directory_lock import LOCK
from evograft.studies.provenance import provenance
from evograft.studies.run_directory import RunDirectory

if TYPE_CHECKING:
    import pandas as pd

STUDY = "study.json"


class StudyFolder:
    """Where a study keeps its runs; every file in it is written whole or not at all.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self, *, new: bool) -> None:
        """Make the folder if it is *new*; else it must be there.

        Raises
        ------
        ValueError
            Where it is not, or cannot be made.
        """
        if not new:
            self._study()
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"out must be a directory that can be written, got {str(self.path)!r}: "
                f"{error.strerror}"
            ) from None

    def begin(self, study: Study, *, resume: bool) -> None:
        """Write down what the study is, in a new folder, or add this session to one that is there.

        Raises
        ------
        ValueError
            Where the folder is not empty, or has another study.
        """
        described = study.describe()
        sessions: list[Any] = []
        if resume:
            before = self._study()
            sessions = before["sessions"]
            _compare(before["study"], described, self.path)
        elif any(path.name != LOCK for path in self.path.iterdir()):
            raise ValueError(
                f"out must be a new or empty directory, got {str(self.path)!r} (resume goes on "
                "with a study that is there)"
            )
        sessions.append(provenance() | {"study": described})
        self._write(described, sessions)

    def _study(self) -> dict[str, Any]:
        try:
            content = json.loads((self.path / STUDY).read_text(encoding="utf-8"))
            if isinstance(content["study"]["arms"], dict) and isinstance(content["sessions"], list):
                return dict(content)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise ValueError(f"{str(self.path)!r} is no folder of a study: it has no readable {STUDY}")

    def _write(self, described: Mapping[str, Any], sessions: Sequence[Any]) -> None:
        with replacing(self.path / STUDY) as file:
            json.dump({"study": described, "sessions": sessions}, file, indent=1, default=str)
            file.write("\n")

    def about_problem(self, jobs: Iterable[Job]) -> str:
        """How the data of a problem were split and scaled, as its first finished run has it."""
        for job in jobs:
            if job.result() is None:
                continue
            problem = RunDirectory(job.directory).config().get("problem", {})
            parts = [f"scaling {problem['scaling']}"] if "scaling" in problem else []
            if isinstance(split := problem.get("split"), dict):
                if isinstance(job.problem, Source) and job.problem.varies:
                    split = split | {"seed": "that of the run"}
                parts.append("split " + ", ".join(f"{key} {value}" for key, value in split.items()))
            if "training_data" in problem:
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


def _compare(before: Mapping[str, Any], now: Mapping[str, Any], path: Path) -> None:
    """Raise where runs of the study *before* cannot stand beside those of *now*."""
    now = json.loads(json.dumps(now, default=str))
    if before.get("name") != now["name"]:
        raise ValueError(
            f"{str(path)!r} has the results of study {before.get('name')!r}, not of {now['name']!r}"
        )
    for key, what in (("arms", "arm"), ("problems", "problem")):
        for name, described in now[key].items():
            earlier = before[key].get(name, described)
            if earlier != described:
                raise ValueError(
                    f"{what} {name!r} must be as in the results in {str(path)!r}, {earlier}, got "
                    f"{described}; give it another name, or the results another folder"
                )
    if before.get("population") != now["population"]:
        raise ValueError(
            f"population must be that of the results in {str(path)!r}, {before.get('population')}, "
            f"got {now['population']}"
        )
    earlier_budget = Budget(**before.get("budget", {}))
    if not Budget(**now["budget"]).covers(earlier_budget):
        raise ValueError(
            f"budget must limit the same as that of the results in {str(path)!r}, "
            f"{earlier_budget.describe()}, and no less, got {now['budget']}"
        )
