"""Comparison of arms over runs and problems: tests, effect sizes, ranks.

- :func:`~evograft.studies.statistics.comparison.compare_arms` and
  :func:`~evograft.studies.statistics.comparison.win_tie_loss` compare on each problem
- :func:`~evograft.studies.statistics.ranking.rank_arms` compares over many
"""

from evograft.studies.statistics.comparison import compare_arms, win_tie_loss
from evograft.studies.statistics.comparison_drawing import draw_critical_difference
from evograft.studies.statistics.effect_sizes import holm, vargha_delaney
from evograft.studies.statistics.measure import Measure, known_measure
from evograft.studies.statistics.ranking import Ranking, rank_arms

__all__ = [
    "Measure",
    "Ranking",
    "compare_arms",
    "draw_critical_difference",
    "holm",
    "known_measure",
    "rank_arms",
    "vargha_delaney",
    "win_tie_loss",
]
