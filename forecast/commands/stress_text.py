"""What stress says: scenarios, grid, tornado, breaking points, fixes and frontier as tables and bars of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.grid import table_text
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.readers import named
from forecast.outputs.tables import stress as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.facilities import Facility
    from forecast.results.stress import StressResult

MOST = 12
"""Lines of a table on the terminal, at most, where it is sorted by effect; the files hold them all."""


def stress_text(result: StressResult, facilities: Sequence[Facility] = ()) -> str:
    """The warnings under a head, then a table a question; long ones cut to what matters most.

    ``facilities`` are the plan's, for their names.
    """
    figures = named(result, facilities)
    texts = figures.texts
    head = texts(
        "stress.head",
        merchant=result.merchant.name,
        days=result.horizon_days,
        as_of=result.as_of,
        paths=f"{result.paths:,}",
    )
    shown = [
        tables.scenarios(result, figures),
        tables.grid(result, "buffer", figures),
        tables.cut(tables.tornado(result, figures), MOST, figures),
        tables.reverse(result, figures),
        tables.cut(tables.fixes(result, figures), MOST, figures),
        tables.frontier(result, figures, efficient=True),
    ]
    first = "\n".join([head, *warning_lines(result.notes, texts)])
    parts = [table_text(table, caption=True) for table in shown]
    return "\n\n".join([first, *parts, tables.frontier_answer(result, figures)])


def short_scenarios(result: StressResult) -> list[str]:
    """The labels of the scenarios that no facility can carry."""
    return [one.label for one in result.scenarios.values() if not one.feasible]
