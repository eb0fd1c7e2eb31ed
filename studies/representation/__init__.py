"""How genotypes of grammatical evolution represent networks.

- :func:`measure_random_invalidity`, :func:`measure_run_invalidity`: how many are no network
- :func:`measure_locality`: how far mutants are from their parents, as trees
- :func:`measure_redundancy`: how many mutations change nothing
- :func:`run_scalability`: how many connections evolution makes
- :func:`run_error_curves`: the error over the generations

Each returns a table. ``summarise_…`` makes the few lines of it that a paper prints, ``draw_…`` its
figure.
"""

from evograft.studies.representation.error_curves import draw_error_curves, run_error_curves
from evograft.studies.representation.evolved_curves import summarise_last
from evograft.studies.representation.invalidity import (
    measure_random_invalidity,
    measure_run_invalidity,
    summarise_run_invalidity,
)
from evograft.studies.representation.locality import measure_locality
from evograft.studies.representation.locality_drawing import draw_locality
from evograft.studies.representation.locality_summary import summarise_locality
from evograft.studies.representation.redundancy import measure_redundancy, summarise_redundancy
from evograft.studies.representation.scalability import draw_scalability, run_scalability

__all__ = [
    "draw_error_curves",
    "draw_locality",
    "draw_scalability",
    "measure_locality",
    "measure_random_invalidity",
    "measure_redundancy",
    "measure_run_invalidity",
    "run_error_curves",
    "run_scalability",
    "summarise_last",
    "summarise_locality",
    "summarise_redundancy",
    "summarise_run_invalidity",
]
