"""Whether the files of a benchmark hold what they say."""

from evograft.problems.benchmark_generation.validation.finding import Finding
from evograft.problems.benchmark_generation.validation.validate import Validation, validate

__all__ = ["Finding", "Validation", "validate"]
