"""Networks of a benchmark and their random controls as a picture."""

from typing import TYPE_CHECKING

from evograft.studies.bench.analysis.analysis_drawing import draw_distributions
from evograft.studies.bench.analysis.control_comparison import ControlComparison
from evograft.studies.bench.analysis.mode_values import ASPECTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

METRICS = (
    *(metric for metrics in ASPECTS.values() for metric in metrics),
    "transitivity",
    "reciprocity_noloop",
    "largest_scc_fraction",
)


def draw_controls(controls: ControlComparison) -> "Figure":
    """Draw histograms of metrics that tell growth from chance, of networks and of their controls.

    Parameters
    ----------
    controls : ControlComparison
        In which at least one network has a control.
    """
    import pandas as pd

    values = controls.values.dropna(subset="control_connected")
    drawn = [metric for metric in METRICS if f"control_{metric}" in values]
    beside = values[[f"control_{metric}" for metric in drawn]].set_axis(drawn, axis=1)
    both = [values[drawn].assign(mode="networks"), beside.assign(mode="controls")]
    return draw_distributions(pd.concat(both, ignore_index=True), drawn)
