"""Search algorithms side by side: at equal budget, with anytime curves and statistics."""

from evograft.studies.bench.leaderboard.running import run_leaderboard
from evograft.studies.bench.leaderboard.searchers import SEARCHERS, searcher
from evograft.studies.bench.leaderboard.table_target import TableTarget
from evograft.studies.bench.leaderboard.targets import CallableTarget

__all__ = ["SEARCHERS", "CallableTarget", "TableTarget", "run_leaderboard", "searcher"]
