"""Search algorithms side by side: at equal budget, with anytime curves and statistics."""

from evograft.studies.bench.leaderboard.bench_target import (
    BenchSource,
    BenchTarget,
    entries_target,
)
from evograft.studies.bench.leaderboard.running import run_leaderboard
from evograft.studies.bench.leaderboard.searchers import SEARCHERS, searcher
from evograft.studies.bench.leaderboard.table_target import TableTarget
from evograft.studies.bench.leaderboard.targets import CallableTarget

__all__ = [
    "SEARCHERS",
    "BenchSource",
    "BenchTarget",
    "CallableTarget",
    "TableTarget",
    "entries_target",
    "run_leaderboard",
    "searcher",
]
