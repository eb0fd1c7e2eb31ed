"""What can be optimised, by name, each with its fixed sign."""

from evograft.representations.fitness import WORST

SIGNS: dict[str, float] = {
    "loss": -1.0,
    "error": -1.0,
    "cases": -1.0,
    "connections": -1.0,
    "operations": -1.0,
    "neurons": -1.0,
    "length": -1.0,
    "trust": 1.0,
    "reward": 1.0,
    "match": 1.0,
}
"""-1.0 for what is minimised, 1.0 for what is maximised. ``cases`` stands for one value per
training sample."""

__all__ = ["SIGNS", "WORST"]
