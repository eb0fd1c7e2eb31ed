"""A part of a reproduction's report, as it is shown and saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.representations.files import replacing
from evograft.studies.reports._markup import Cell, Grid, markdown, one_line, to_markdown, to_text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Section:
    """Tables under a title, with notes, and the same as rows of a CSV file.

    Attributes
    ----------
    title : str
    notes : sequence of str
        How the numbers came about.
    grids : sequence of Grid
        What is shown.
    rows : DataFrame
        What is saved.
    file : str
        Name of the CSV file; sections that share it share its columns.
    """

    title: str
    notes: Sequence[str]
    grids: Sequence[Grid]
    rows: "pd.DataFrame"
    file: str = "table.csv"

    def to_text(self, width: int = 120) -> str:
        """The section for a terminal, columns in panels of *width* characters."""
        notes = "\n".join(f"- {one_line(note)}" for note in self.notes)
        panels = [panel for grid in self.grids for panel in grid.panels(width)]
        return "\n\n".join([f"== {self.title} ==", notes, *map(to_text, panels)]) + "\n"

    def to_markdown(self) -> str:
        """The section in GitHub's Markdown."""
        notes = "\n".join(f"- {markdown(note)}" for note in self.notes)
        grids = map(to_markdown, self.grids)
        return "\n\n".join([f"## {markdown(self.title)}", notes, *grids]) + "\n"


CLAIMS = "claims.csv"
"""The file of verdicts on claims."""


def text_grid(
    title: str, header: Sequence[str], lines: Sequence[Sequence[str]], names: int
) -> Grid:
    """A table of plain texts, whose first *names* columns say what a line is about."""
    return Grid(title, header, [[Cell(text) for text in line] for line in lines], names)


def save_sections(out: Path, title: str, sections: Sequence[Section]) -> list[str]:
    """Write ``table.md`` and the CSV files into *out*, each whole; return their names."""
    import pandas as pd

    with replacing(out / "table.md") as file:
        file.write(
            "\n".join([f"# {markdown(title)}\n", *(part.to_markdown() for part in sections)])
        )
    names = list(dict.fromkeys(section.file for section in sections))
    for name in names:
        rows = pd.concat([section.rows for section in sections if section.file == name])
        with replacing(out / name) as file:
            rows.to_csv(file, index=False)
    return ["table.md", *names]
