"""Whether the files of a benchmark hold what they say."""

from evograft.problems.benchmark_generation.validation.finding import Finding, Validation
from evograft.problems.benchmark_generation.validation.validate import validate

__all__ = ["Finding", "Validation", "validate"]
