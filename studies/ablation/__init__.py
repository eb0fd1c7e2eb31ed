"""Ablation studies: methods with overrides, on problems, with seeds, and their comparison."""

from evograft.studies.ablation.arms import Arm
from evograft.studies.ablation.errors import StudyError
from evograft.studies.ablation.report import StudyResult
from evograft.studies.ablation.running import run_study
from evograft.studies.ablation.study import Study
from evograft.studies.ablation.study_file import read_study
from evograft.studies.budget import Budget
from evograft.studies.problem_source import Source

__all__ = [
    "Arm",
    "Budget",
    "Source",
    "Study",
    "StudyError",
    "StudyResult",
    "read_study",
    "run_study",
]
