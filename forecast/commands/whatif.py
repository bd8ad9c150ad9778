"""The changed scenario beside the base, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.commands.grid import grid
from forecast.outputs.figures import DEAD_ZONE, Figures, over_channels
from forecast.outputs.tables.run import mix_text

if TYPE_CHECKING:
    from collections.abc import Mapping

TOTALS = (("sales", "sales_total"), ("receipts", "receipts_total"))
"""Totals with their quantiles: the word, and the key in the scenario."""

BY_CHANNEL = (("failed", "failed_total"), ("lost", "lost_total"), ("fees", "fees_total"))
"""Totals of the channels that are summed: the word, and the key in ``by_channel``."""

NEEDS = (
    ("buffer", "amount"),
    ("buffer_upper", "upper"),
    ("expected_shortfall", "expected_shortfall"),
    ("funding_gap", "funding_gap"),
)
"""What must stand ready: the word, and the key in ``buffer``."""


def whatif_text(result: Mapping[str, Any]) -> str:
    """The scenarios ``base`` and ``whatif`` of a result side by side, amounts with their difference.

    Amounts are in whole units of the plan's currency, means over paths unless the line names another figure.
    """
    figures = Figures.of(result)
    word = figures.texts
    base, changed = (result["scenarios"][name] for name in ("base", "whatif"))
    heads = [f"{word('words.item')} ({figures.unit})", base["label"], changed["label"], word("words.difference")]
    before, after = _amounts(base, figures), _amounts(changed, figures)
    rows = [
        [name, figures.money(before[name]), figures.money(after[name]), _difference(before[name], after[name], figures)]
        for name in before
    ]
    facts, changed_facts = _facts(base, figures), _facts(changed, figures)
    rows += [[name, facts[name], changed_facts[name], ""] for name in facts]
    return grid([heads, *rows])


def _amounts(scenario: Mapping[str, Any], figures: Figures) -> dict[str, float | None]:
    word = figures.texts
    amounts: dict[str, float | None] = {}
    for name, key in TOTALS:
        amounts |= {
            f"{word(f'words.{name}')} {word(f'figure.{one}')}": scenario[key][one] for one in ("mean", "p05", "p95")
        }
    amounts |= {word(f"words.{name}"): over_channels(scenario, key) for name, key in BY_CHANNEL}
    amounts |= {word(f"words.{name}"): scenario["buffer"][key] for name, key in NEEDS}
    return amounts | {word("words.expected_cost"): scenario["financing"]["recommended"]["expected_cost"]}


def _facts(scenario: Mapping[str, Any], figures: Figures) -> dict[str, str]:
    word, recommended = figures.texts, scenario["financing"]["recommended"]
    return {
        word("words.peak_day"): figures.day(scenario["buffer"]["peak_day"]),
        word("words.recommended"): mix_text(scenario, figures),
        word("words.effective_annual_rate"): figures.percent(recommended["effective_annual_rate"]),
        word("words.shortfall_probability"): figures.percent(recommended["shortfall_probability"], 1),
    }


def _difference(before: float | None, after: float | None, figures: Figures) -> str:
    if before is None or after is None:
        return figures.money(None)
    difference = after - before
    return ("+" if difference >= DEAD_ZONE else "") + figures.money(difference)
