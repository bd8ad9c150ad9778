"""The key figures of a scenario as cards: receipts, what is at risk, what must stand ready, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import needs_money, not_carried_text, over_channels, worst_scenario
from forecast.outputs.pages.page import Card
from forecast.outputs.tables import run as tables
from forecast.outputs.tables.rates import cost_text, limit_of, misleading

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult


def cards(result: Result, scenario: ScenarioResult, figures: Figures) -> list[Card]:
    """The cards of a scenario."""
    return [card(result, scenario, figures) for card in (_receipts_card, _risk_card, _buffer_card, _financing_card)]


def _receipts_card(result: Result, scenario: ScenarioResult, figures: Figures) -> Card:
    texts = figures.texts
    total, means = scenario.receipts_total, scenario.receipts.mean
    peak = max(range(len(means)), key=means.__getitem__)
    low, high = figures.amount(total.p05), figures.amount(total.p95)
    highest = texts("cards.receipts_peak", day=scenario.dates[peak], amount=figures.amount(means[peak]))
    lines = [texts("cards.receipts_more", low=low, high=high), highest]
    return Card(texts("cards.receipts", days=result.horizon_days), figures.amount(total.mean), lines)


def _risk_card(result: Result, scenario: ScenarioResult, figures: Figures) -> Card:
    base, texts, worst = result.base, figures.texts, worst_scenario(result)
    failed = figures.amount(over_channels(scenario, lambda channel: channel.failed_total))
    lost = figures.amount(over_channels(scenario, lambda channel: channel.lost_total))
    if worst is None:
        other = texts("cards.risk_none")
    else:
        told = {"gap": figures.amount(worst.buffer.funding_gap)}
        told["difference"] = figures.change(worst.receipts_total.mean - base.receipts_total.mean)
        other = texts("cards.risk_worst", label=worst.label, **told) + not_carried_text(result, worst, figures)
    return Card(texts("cards.risk"), failed, [texts("cards.risk_more", failed=failed, lost=lost), other])


def _buffer_card(result: Result, scenario: ScenarioResult, figures: Figures) -> Card:
    texts, buffer = figures.texts, scenario.buffer
    if buffer.peak_day is None:
        day = texts("cards.buffer_no_day", as_of=result.as_of)
    else:
        day = texts("cards.buffer_more", as_of=result.as_of, day=buffer.peak_day)
    opening, gap = figures.amount(result.cash_of(scenario).opening_balance), figures.amount(buffer.funding_gap)
    lines = [day, texts("cards.buffer_gap", opening=opening, gap=gap)]
    return Card(texts("cards.buffer"), figures.amount(buffer.amount), lines)


def _financing_card(result: Result, scenario: ScenarioResult, figures: Figures) -> Card:
    texts, financing = figures.texts, scenario.financing
    title = texts("cards.financing")
    if financing is None:
        return Card(title, texts("amount.none"), [texts("words.not_run")])
    best = financing.recommended
    probability = texts("cards.financing_short", probability=tables.short_text(result, best, figures, 2))
    if not result.facilities:
        return Card(title, texts("words.no_facilities"), [probability])
    if not best.feasible:
        why = [
            texts("language.colon").join((figures.facility(one.facility), one.why_not))
            for one in financing.options
            if one.why_not
        ]
        return Card(title, texts("cards.financing_impossible"), [probability, *why[:1]])
    cost, rate = figures.amount(best.expected_cost), figures.percent(best.effective_annual_rate)
    if not needs_money(best):
        return Card(title, cost, [texts("cards.financing_none"), probability])
    limit = sum(map(limit_of, best.mix))
    if best.mix and misleading(best, limit):
        return Card(title, cost, [*cost_text(best, limit, result, figures), probability])
    names = texts("language.list_comma").join(figures.facility(part.facility) for part in best.mix)
    return Card(title, cost, [texts("cards.financing_more", facilities=names, rate=rate), probability])
