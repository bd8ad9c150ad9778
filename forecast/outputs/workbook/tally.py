"""What a sheet's figures come to, column by column as they are written, so that a check holds its formulas to it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Column:
    """A column's figures so far: the rows that they span, their sum, and whether any is a formula, or is no money."""

    first: int
    last: int
    total: float = 0.0
    formulas: bool = False
    fine: bool = False


@dataclass(slots=True)
class Tally:
    """The columns of a sheet by their places."""

    columns: dict[int, Column] = field(default_factory=dict)

    def add(self, row: int, column: int, value: float, *, formula: bool, fine: bool) -> None:
        """Takes in a figure; ``fine``: a share, a rate or a factor, not money."""
        found = self.columns.setdefault(column, Column(row, row))
        found.first, found.last = min(found.first, row), max(found.last, row)
        found.total += value
        if formula:
            found.formulas, found.fine = True, fine

    def summed(self, *, fine: bool) -> list[tuple[int, Column]]:
        """The columns that hold formulas, of money or of what is fine, from the left."""
        return [(place, one) for place, one in sorted(self.columns.items()) if one.formulas and one.fine is fine]
