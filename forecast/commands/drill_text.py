"""What drill says: the incident, its timeline, what an hour of delay costs, and whether cash holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables import drill as tables
from forecast.safe_text import printable

if TYPE_CHECKING:
    from forecast.results.drill import DrillResult

DRILL = "drill"
"""The place of notes on the drill itself: these are told though they are no warnings."""


def drill_text(result: DrillResult) -> str:
    """The warnings under a head, then what happened in order, then the money."""
    figures = Figures.of(result)
    texts = figures.texts
    head = texts("drill.head", merchant=printable(result.merchant.name), number=result.number, day=result.day)
    what, became = (printable(line) for line in tables.planted(result, figures))
    planted = [texts("drill.planted_head") + texts("language.colon") + what, became]
    own = [printable(note.text) for note in result.notes if note.where == DRILL and note.level == "info"]
    nothing = tables.no_delay(result, figures)
    parts = [
        "\n".join([head, *warning_lines(result.notes, texts)]),
        "\n".join([*planted, *tables.kept(result, figures), tables.alarm(result, figures), *own]),
        f"== {texts('drill.timeline')} ==\n{table_text(tables.timeline(result, figures))}",
        f"== {texts('drill.delay')} ==\n{nothing or table_text(tables.delay(result, figures), caption=True)}",
        f"== {texts('drill.cash', peak=result.peak)} ==\n{table_text(tables.cash(result, figures), caption=True)}",
        "\n".join(map(printable, tables.verdict(result, figures))),
    ]
    return "\n\n".join(parts)
