"""``finance --break-even``: where, along failure rate and volume, another way of financing becomes the cheaper one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.texts import step_text
from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.tables.run import Table
from forecast.studies.break_even import break_even

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.pipeline import Run
    from forecast.results.answers import BreakEven, Stretch
    from forecast.results.run import Result


def break_evens(done: Run) -> tuple[BreakEven, ...]:
    """The break-evens of a finished run, with progress on standard error."""
    plan = done.plan
    with console.progress() as announce:
        found = break_even(done.prepared, plan.scenarios["base"], lambda step: announce(step_text(plan.language, step)))
    return tuple(found)


def break_even_text(result: Result, found: Sequence[BreakEven]) -> str:
    """A table an input; the recommended mix and the cheapest facility alone by stretch of levels."""
    figures = Figures.of(result)
    return "\n\n".join(table_text(break_even_table(one, figures), caption=True) for one in found)


def break_even_table(found: BreakEven, figures: Figures) -> Table:
    """The stretches of one input; levels as the plan writes them."""
    texts = figures.texts
    rows = [
        [
            f"{one.low:.4g}",
            f"{one.high:.4g}",
            _mix(one, figures),
            figures.facility(one.cheapest) if one.cheapest else texts("words.no_mix"),
            figures.money(one.cost_low),
            figures.money(one.cost_high),
        ]
        for one in found.stretches
    ]
    words = ("from_level", "to_level", "recommended", "cheapest", "cost_from", "cost_to")
    heads = [texts(f"words.{word}") for word in words]
    known = {"present": f"{found.present:.4g}", "tolerance": f"{found.tolerance:g}"}
    caption = texts("report.break_even_caption", name=found.key, unit=figures.unit, **known)
    return Table(heads, rows, text_columns=(2, 3), caption=caption)


def _mix(one: Stretch, figures: Figures) -> str:
    if not one.feasible:
        return figures.texts("words.no_mix")
    names = figures.texts("language.list_comma").join(map(figures.facility, one.mix))
    return names or figures.texts("words.nothing_drawn")
