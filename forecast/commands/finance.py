"""The comparison of financing options, as tables and as JSON, and which scenarios no facility can carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.commands.grid import table_text
from forecast.outputs.figures import Figures
from forecast.outputs.tables import financing as tables_financing
from forecast.outputs.tables import run as tables

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED = (
    "schema",
    "version",
    "as_of",
    "horizon_days",
    "paths",
    "seed",
    "confidence",
    "currency",
    "opening_balance",
    "minimum_balance",
    "facilities",
    "notes",
)
"""What the comparison keeps of a result besides its scenarios."""

OF_SCENARIO = ("label", "changes", "buffer", "financing")
"""What it keeps of a scenario."""


def finance_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a result that concerns financing, its keys as in ``result.json``."""
    scenarios = {name: {key: one[key] for key in OF_SCENARIO} for name, one in result["scenarios"].items()}
    return {key: result[key] for key in SHARED} | {"scenarios": scenarios}


def finance_text(result: Mapping[str, Any]) -> str:
    """What must stand ready in every scenario, then the options of each, the recommended one first.

    Of the base scenario also what each costs and by when it must be asked for, covenants, and what one more is worth.
    """
    figures = Figures.of(result)
    parts = [table_text(tables.buffers(result, figures))]
    for scenario in result["scenarios"].values():
        parts.append(f"{scenario['label']}\n{table_text(tables.financing(result, scenario, figures))}")
        if scenario["financing"].get("marginal") and result["facilities"]:
            more = [tables_financing.costs(scenario, figures), tables_financing.covenants(scenario, figures)]
            more += tables_financing.marginal(result, scenario, figures)
            parts += [table_text(table, caption=True) for table in more if table is not None]
    return "\n\n".join(parts)


def short_scenarios(result: Mapping[str, Any]) -> list[str]:
    """The scenarios, by their names, whose cash falls short with every facility drawn."""
    return [
        name
        for name, scenario in result["scenarios"].items()
        if scenario["financing"]["recommended"]["feasible"] is False
    ]
