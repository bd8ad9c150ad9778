"""``finance --break-even``: where, along failure rate and volume, another way of financing becomes the cheaper one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.commands.grid import table_text
from forecast.outputs.figures import Figures
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.studies.break_even import BreakEven, Stretch


def break_even_result(found: Sequence[BreakEven]) -> list[dict[str, Any]]:
    """The stretches of each input in ascending order, as plain values."""
    return [
        {
            "key": one.key,
            "present": one.present,
            "tolerance": one.tolerance,
            "stretches": [_stretch(stretch) for stretch in one.stretches],
        }
        for one in found
    ]


def _stretch(one: Stretch) -> dict[str, Any]:
    return {
        "from": one.low,
        "to": one.high,
        "feasible": one.feasible,
        "mix": list(one.mix),
        "cheapest_alone": one.cheapest,
        "expected_cost_from": one.cost_low,
        "expected_cost_to": one.cost_high,
    }


def break_even_text(result: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> str:
    """A table an input; the recommended mix and the cheapest facility alone by stretch of levels."""
    figures = Figures.of(result)
    return "\n\n".join(table_text(break_even_table(one, figures), caption=True) for one in found)


def break_even_table(found: Mapping[str, Any], figures: Figures) -> Table:
    """The stretches of one input; levels as the plan writes them."""
    texts = figures.texts
    rows = [
        [
            f"{one['from']:.4g}",
            f"{one['to']:.4g}",
            _mix(one, figures),
            one["cheapest_alone"] or texts("words.no_mix"),
            figures.money(one["expected_cost_from"]),
            figures.money(one["expected_cost_to"]),
        ]
        for one in found["stretches"]
    ]
    words = ("from_level", "to_level", "recommended", "cheapest", "cost_from", "cost_to")
    heads = [texts(f"words.{word}") for word in words]
    present, tolerance = f"{found['present']:.4g}", f"{found['tolerance']:g}"
    caption = texts(
        "report.break_even_caption", name=found["key"], unit=figures.unit, present=present, tolerance=tolerance
    )
    return Table(heads, rows, text_columns=(2, 3), caption=caption)


def _mix(one: Mapping[str, Any], figures: Figures) -> str:
    if not one["feasible"]:
        return figures.texts("words.no_mix")
    return figures.texts("language.list_comma").join(one["mix"]) or figures.texts("words.nothing_drawn")
