"""The changed scenario beside the base, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import DEAD_ZONE, Figures, over_channels
from forecast.outputs.grid import grid
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables.run import expected_cost, mix_text

if TYPE_CHECKING:
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult


def whatif_text(result: Result) -> str:
    """The scenarios ``base`` and ``whatif`` of a result side by side, amounts with their difference.

    The warnings stand first.

    Amounts are in whole units of the plan's currency, means over paths unless the line names another figure.
    """
    figures = Figures.of(result)
    word = figures.texts
    base, changed = (result.scenarios[name] for name in ("base", "whatif"))
    heads = [f"{word('words.item')} ({figures.unit})", base.label, changed.label, word("words.difference")]
    before, after = _amounts(base, figures), _amounts(changed, figures)
    rows = [
        [name, figures.money(before[name]), figures.money(after[name]), _difference(before[name], after[name], figures)]
        for name in before
    ]
    facts, changed_facts = _facts(base, figures), _facts(changed, figures)
    rows += [[name, facts[name], changed_facts[name], ""] for name in facts]
    return "\n".join([*warning_lines(result.notes, word), grid([heads, *rows])])


def _amounts(scenario: ScenarioResult, figures: Figures) -> dict[str, float | None]:
    word, buffer = figures.texts, scenario.buffer
    amounts: dict[str, float | None] = {}
    for name, total in (("sales", scenario.sales_total), ("receipts", scenario.receipts_total)):
        for figure, amount in (("mean", total.mean), ("p05", total.p05), ("p95", total.p95)):
            amounts[f"{word(f'words.{name}')} {word(f'figure.{figure}')}"] = amount
    return amounts | {
        word("words.failed"): over_channels(scenario, lambda one: one.failed_total),
        word("words.lost"): over_channels(scenario, lambda one: one.lost_total),
        word("words.fees"): over_channels(scenario, lambda one: one.fees_total),
        word("words.buffer"): buffer.amount,
        word("words.buffer_upper"): buffer.upper,
        word("words.expected_shortfall"): buffer.expected_shortfall,
        word("words.funding_gap"): buffer.funding_gap,
        word("words.expected_cost"): expected_cost(scenario),
    }


def _facts(scenario: ScenarioResult, figures: Figures) -> dict[str, str]:
    word, financing = figures.texts, scenario.financing
    recommended = None if financing is None else financing.recommended
    annual = None if recommended is None else recommended.effective_annual_rate
    short = None if recommended is None else recommended.shortfall_probability
    return {
        word("words.peak_day"): figures.day(scenario.buffer.peak_day),
        word("words.recommended"): mix_text(scenario, figures),
        word("words.effective_annual_rate"): figures.percent(annual),
        word("words.shortfall_probability"): figures.percent(short, 1),
    }


def _difference(before: float | None, after: float | None, figures: Figures) -> str:
    if before is None or after is None:
        return figures.money(None)
    difference = after - before
    return ("+" if difference >= DEAD_ZONE else "") + figures.money(difference)
