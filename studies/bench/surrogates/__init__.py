"""Predictors of metrics and scores from the genome."""

from evograft.studies.bench.surrogates.surrogate import Surrogate
from evograft.studies.bench.surrogates.surrogate_evaluation import evaluate

__all__ = ["Surrogate", "evaluate"]
