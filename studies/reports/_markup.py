"""Tables of short texts as aligned plain text, as Markdown and as LaTeX."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

EN_DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

_LATEX = {
    **{character: "\\" + character for character in "_&%#${}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # A row that begins with one of these would be an option of the line break before it.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "±": r"$\pm$",
    "▲": "$^{+}$",
    "▼": "$^{-}$",
    EN_DASH: "--",
    MINUS: "$-$",
}


_PAGE = 84
"""Characters of a footnote's font that fit into a line of a LaTeX page."""
_NAME_EMS = {1: 16, 2: 12, 3: 8}
"""Width from which a name is broken in LaTeX, by the number of columns of names."""


@dataclass(frozen=True)
class Cell:
    """A text of a table, emphasised or not."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of texts under a title, whose first *names* columns say what a row is about."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    names: int = 1

    def panels(self, width: int, longest_name: int | None = None) -> "list[Grid]":
        """Split the columns, so that as many lie side by side as *width* characters hold.

        Every panel repeats the names, which count as *longest_name* where they are longer.
        """
        table = [self.header, *([cell.text for cell in row] for row in self.rows)]
        widths = [2 + column for column in _widths(table)]
        parts: list[list[int]] = [[]]
        named = sum(min(name, longest_name or name) for name in widths[: self.names])
        room = free = width - named
        for column in range(self.names, len(self.header)):
            if parts[-1] and widths[column] > free:
                parts.append([])
                free = room
            parts[-1].append(column)
            free -= widths[column]
        chosen = [[*range(self.names), *part] for part in parts]
        return [
            Grid(
                self.title,
                [self.header[column] for column in columns],
                [[row[column] for column in columns] for row in self.rows],
                self.names,
            )
            for columns in chosen
        ]


def to_text(grid: Grid) -> str:
    """Return aligned lines, where an emphasised text has a star before it."""
    rows = [[("*" if cell.bold else "") + one_line(cell.text) for cell in row] for row in grid.rows]
    table = [[one_line(name) for name in grid.header], *rows]
    widths = _widths(table)
    lines = [_line(row, widths, grid.names, "  ").rstrip() for row in table]
    rule = "-" * max(map(len, lines))
    return "\n".join([one_line(grid.title), rule, lines[0], rule, *lines[1:]])


def to_markdown(grid: Grid) -> str:
    """Return a table of GitHub's Markdown under its title."""
    rows = [
        [_strong(markdown(cell.text)) if cell.bold else markdown(cell.text) for cell in row]
        for row in grid.rows
    ]
    table = [[markdown(name) for name in grid.header], *rows]
    widths = [max(3, width) for width in _widths(table)]
    lines = [_line(row, widths, grid.names, " | ") for row in table]
    rules = [
        "-" * width if place < grid.names else "-" * (width - 1) + ":"
        for place, width in enumerate(widths)
    ]
    lines.insert(1, " | ".join(rules))
    return "\n".join([f"**{markdown(grid.title)}**", "", *(f"| {line} |" for line in lines)])


def _strong(text: str) -> str:
    # Stars beside a blank are stars: the blanks that align a column stay outside.
    inside = text.strip()
    return text.replace(inside, f"**{inside}**")


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*table, strict=True)]


def _line(row: Sequence[str], widths: Sequence[int], names: int, gap: str) -> str:
    """Return one line of names to the left and of numbers to the right of their columns."""
    return gap.join(
        text.ljust(width) if place < names else text.rjust(width)
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    )


def to_latex(grid: Grid) -> str:
    """Return a longtable for every panel that fits a page, with the rules of booktabs.

    A table with several columns of names is not split but in a smaller font.
    """
    if grid.names > 1:
        return "\n".join([r"{\scriptsize\setlength{\tabcolsep}{2pt}", _longtable(grid), "}"])
    return "\n\n".join(_longtable(panel) for panel in grid.panels(_PAGE, 2 * _NAME_EMS[1]))


def _longtable(grid: Grid) -> str:
    n, ems = len(grid.header), _NAME_EMS[grid.names]
    # A character is about half an em wide.
    longest = [
        max((len(row[place].text) for row in grid.rows), default=0) for place in range(grid.names)
    ]
    long = [length > 2 * ems for length in longest]
    names = "".join(f"p{{{ems}em}}" if broken else "l" for broken in long)
    columns = names + "r" * (n - grid.names)
    rows = []
    for row in grid.rows:
        texts = [latex(cell.text) for cell in row]
        for place, broken in enumerate(long):
            if broken:
                text = re.sub(r"(\\_|[/,=.:+-])", r"\1\\allowbreak{}", texts[place])
                texts[place] = rf"{{\raggedright {text}\par}}"
        bold = zip(texts, row, strict=True)
        rows.append([rf"\textbf{{{text}}}" if cell.bold else text for text, cell in bold])
    return "\n".join(
        [
            rf"\begin{{longtable}}{{{columns}}}",
            rf"\multicolumn{{{n}}}{{l}}{{{latex(grid.title)}}} \\",
            r"\toprule",
            " & ".join(map(latex, grid.header)) + r" \\",
            r"\midrule",
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            *(" & ".join(row) + r" \\" for row in rows),
            r"\end{longtable}",
        ]
    )


def latex(text: str) -> str:
    r"""Return *text* with all that LaTeX would interpret escaped, on one line.

    Letters that are not Latin stay, and need XeLaTeX or LuaLaTeX with a font that has them.

    Examples
    --------
    >>> print(latex("50 % of $x_1$"))
    50 \% of \$x\_1\$
    """
    return "".join(_LATEX.get(character, character) for character in one_line(text))


def markdown(text: str) -> str:
    r"""Return *text* with all that Markdown would interpret escaped, on one line.

    Underscores inside a word mean nothing to Markdown and stay.

    Examples
    --------
    >>> print(markdown("test_accuracy | _x_ *"))
    test_accuracy \| \_x\_ \*
    """
    escaped = re.sub(r"([\\`*|<>\[\]$#&~])", r"\\\1", one_line(text))
    return re.sub(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])", r"\\_", escaped)


def one_line(text: str) -> str:
    """Return *text* with every line break or other control character as a blank."""
    return "".join(character if character.isprintable() else " " for character in text)
