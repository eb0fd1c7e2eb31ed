"""What commands of the command line say, in the same words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evograft.representations.complexity import Complexity


def list_directory(path: Path) -> list[str]:
    """The names in a directory that are for the user."""
    return sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))


def size_text(size: int) -> str:
    """A number of bytes in kB or MB.

    >>> size_text(1500), size_text(2_340_000)
    ('1.5 kB', '2.3 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"


def say_measures(row: Mapping[str, Any]) -> str:
    """The measures that a row of a log has, each after a comma."""
    shown = {
        "train_accuracy": "training accuracy",
        "test_accuracy": "test accuracy",
        "mean_reward": "mean return",
    }
    return "".join(f", {text} {row[name]:.3f}" for name, text in shown.items() if name in row)


def say_sizes(complexity: Complexity) -> str:
    """The sizes of a network, on one line."""
    if complexity.hidden_layers == 0:  # recurrent
        return (
            f"{complexity.neurons} neurons, {complexity.connections} connections, "
            f"sparsity {complexity.sparsity:.3f}"
        )
    return (
        f"{complexity.neurons} hidden neurons in {complexity.hidden_layers} layer(s), "
        f"{complexity.connections} connections, {complexity.features} features, "
        f"{complexity.operations} operations, sparsity {complexity.sparsity:.3f}"
    )
