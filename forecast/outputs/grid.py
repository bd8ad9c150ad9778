"""Tables as plain text for a terminal or a pipe; a Chinese character takes two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

from forecast.safe_text import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from forecast.outputs.tables.run import Table

GAP = "  "

WIDEST = 80
"""So many columns of a terminal a name takes at most in a table."""

MARK = "…"
"""Stands where a name was cut."""


def grid(rows: Sequence[Sequence[str]], text_columns: Collection[int] = (0,)) -> str:
    """Rows of cells as lines of aligned columns: texts begin, figures end at the same place.

    Heads come first, every row is as long; a line break in a cell counts as a blank, a control character shows by its
    number. Lines have no blanks at their ends and are never wrapped. ``text_columns`` hold texts. The first column's
    are cut at ``WIDEST`` columns, with a mark: they name the lines, and would push the figures out of sight.
    """
    flat = [[cut(printable(row[0])), *map(printable, row[1:])] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*flat, strict=True)]
    to_left = [index in text_columns for index in range(len(widths))]
    return "\n".join(GAP.join(map(_padded, row, widths, to_left)).rstrip() for row in flat)


def table_text(table: Table, *, caption: bool = False) -> str:
    """A table of the report as plain text, its caption above it where it is asked for."""
    lines = grid([list(map(cut, table.heads)), *table.rows], table.text_columns)
    return f"{table.caption}\n{lines}" if caption and table.caption else lines


def cut(name: str) -> str:
    """A name as it is, or its beginning with a mark where it is wider than ``WIDEST``."""
    if cell_len(name) <= WIDEST:
        return name
    return chop_cells(name, WIDEST - cell_len(MARK))[0] + MARK


def _padded(cell: str, width: int, to_left: bool) -> str:  # noqa: FBT001  # mapped over the columns
    blanks = " " * (width - cell_len(cell))
    return cell + blanks if to_left else blanks + cell
