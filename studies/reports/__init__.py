"""What the runs of a study come to: tables with tests, box plots, convergence curves."""

from evograft.studies.reports.boxes import draw_all_boxes, draw_boxes
from evograft.studies.reports.convergence import draw_convergence
from evograft.studies.reports.report_files import save_report
from evograft.studies.reports.result_table import ResultTable, result_table

__all__ = [
    "ResultTable",
    "draw_all_boxes",
    "draw_boxes",
    "draw_convergence",
    "result_table",
    "save_report",
]
