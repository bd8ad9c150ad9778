"""``report.html``: one self-contained page with the key figures first, then charts with their data tables.

The page carries its scripts, makes no request (its content-security policy forbids any), and escapes every text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.charts import run as charts
from forecast.outputs.charts import waterfall as charts_waterfall
from forecast.outputs.figures import Figures, needs_money, over_channels, worst_scenario
from forecast.outputs.pages.page import Card, Page, filled
from forecast.outputs.tables import buffer as tables_buffer
from forecast.outputs.tables import collection as tables_collection
from forecast.outputs.tables import financing as tables_financing
from forecast.outputs.tables import loan_need as tables_loan_need
from forecast.outputs.tables import run as tables
from forecast.outputs.tables import schedules as tables_schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.outputs.charts.parts import Chart
    from forecast.outputs.tables.run import Table
    from forecast.results.distributions import Bands
    from forecast.results.financing import FinancingShown
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

    Fan = Callable[[Result, ScenarioResult, Figures], Chart]

DAILY: tuple[tuple[str, Fan, Callable[[ScenarioResult], Bands]], ...] = (
    ("sales", charts.sales_fan, lambda scenario: scenario.sales),
    ("receipts", charts.receipts_fan, lambda scenario: scenario.receipts),
    ("cash", charts.cash_fan, lambda scenario: scenario.cash_before_financing),
)
"""The charts by day: name, how it is drawn, and the series that its table shows."""

METHOD = ("sales", "receipts", "quantiles", "buffer", "financing")
"""The lines of the method in short."""


@dataclass(frozen=True, slots=True)
class Days:
    """One series of one scenario by day; ``aria`` describes the chart to those who cannot see it."""

    scenario: str
    title: str
    aria: str
    table: Table
    chart: Chart


@dataclass(frozen=True, slots=True)
class Financed:
    """The financing of one scenario."""

    label: str
    remedy: str
    table: Table
    costs: Table
    by_month: Table | None
    by_week: Table | None
    covenants: Table | None
    marginal: Sequence[Table]


@dataclass(frozen=True, slots=True)
class LoanNeedPart:
    """The working-capital loan need: its sentence, its steps, and the bridge to the funding gap."""

    lead: str
    steps: Table
    bridge: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(Page):
    """What the report says beside what every page says; ``scenarios`` are names with labels, ``daily`` by series."""

    scenarios: Sequence[tuple[str, str]]
    daily: dict[str, Sequence[Days]]
    comparison: Table
    moving_costs: Table | None
    assumptions: Table
    buffer: Table
    drivers: Table | None
    drivers_title: str
    cross_checks: Table
    loan_need: LoanNeedPart | None
    financing: Sequence[Financed]
    no_financing: str
    outcomes: Sequence[tuple[str, Table]]
    failure_rates: Table
    development: Table
    open_weeks: Table
    history: str

    @property
    def daily_charts(self) -> dict[str, dict[str, Chart]]:
        """The charts by day, by series and scenario."""
        return {series: {one.scenario: one.chart for one in days} for series, days in self.daily.items()}


def report_html(result: Result) -> str:
    """The whole page of a result, in the result's language."""
    return filled("report.html.j2", report_page(result), Figures.of(result).texts)


def report_page(result: Result) -> ReportPage:
    """All that the page says and draws."""
    figures = Figures.of(result)
    texts, scenarios, base, seen = figures.texts, result.scenarios, result.base, result.history
    confidence = figures.confidence(result.confidence)
    return ReportPage(
        title=texts("report.title", merchant=result.merchant.name),
        subtitle=texts(
            "report.subtitle",
            as_of=result.as_of,
            end=base.dates[-1],
            days=result.horizon_days,
            paths=f"{result.paths:,}",
            confidence=confidence,
        ),
        cards=[card(result, figures) for card in (_receipts_card, _risk_card, _buffer_card, _financing_card)],
        charts=_charts(result, figures),
        scenarios=[(name, scenario.label) for name, scenario in scenarios.items()],
        daily={series: _daily(result, series, draw, bands, figures) for series, draw, bands in DAILY},
        comparison=tables.comparison(result, figures),
        moving_costs=tables.costs(result, figures),
        assumptions=tables.assumptions(result, figures),
        buffer=tables.buffers(result, figures),
        drivers=tables_buffer.drivers(base.buffer, figures),
        drivers_title=texts("chart.drivers", scenario=base.label),
        cross_checks=tables_buffer.cross_checks(base.buffer.cross_checks, result.confidence, figures),
        loan_need=_loan_need(result, figures),
        financing=_financing(result, figures) if result.facilities else [],
        no_financing=texts("words.not_run" if result.facilities else "report.no_facilities"),
        outcomes=[(one.label, tables.outcomes(result, one, figures)) for one in scenarios.values()],
        failure_rates=tables.failure_rates(result, figures),
        development=tables_collection.channels(result, figures),
        open_weeks=tables_collection.open_weeks(result, figures),
        history=texts(
            "report.history",
            orders=f"{seen.orders:,}",
            rejected=f"{seen.rejected:,}",
            dropped=f"{seen.dropped:,}",
            blanked=f"{seen.blanked:,}",
        ),
        notes=result.notes,
        method=[texts(f"report.methods.{line}", confidence=confidence) for line in METHOD],
        footer=texts("report.footer", version=result.version, seed=result.seed),
    )


def _charts(result: Result, figures: Figures) -> dict[str, Chart]:
    drawn = {
        "comparison": charts.comparison(result, figures),
        "buffers": charts.buffers(result, figures),
        "failures": charts.failures(result, figures),
        "drivers": charts_waterfall.drivers(result.base.buffer, figures),
        "bridge": charts_waterfall.bridge(result, figures),
    }
    return {name: chart for name, chart in drawn.items() if chart is not None}


def _daily(
    result: Result, series: str, draw: Fan, bands: Callable[[ScenarioResult], Bands], figures: Figures
) -> list[Days]:
    shown = []
    for name, scenario in result.scenarios.items():
        title, dates = figures.texts(f"chart.{series}", scenario=scenario.label), scenario.dates
        aria = figures.texts("chart.aria_fan", title=title, start=dates[0], end=dates[-1])
        table = tables.daily(dates, bands(scenario), figures)
        shown.append(Days(name, title, aria, table, draw(result, scenario, figures)))
    return shown


def _loan_need(result: Result, figures: Figures) -> LoanNeedPart | None:
    """The section on the loan need; None where the plan gives no accounts that suffice."""
    steps = tables_loan_need.steps(result, figures)
    if steps is None:
        return None
    return LoanNeedPart(tables_loan_need.lead(result, figures), steps, tables_loan_need.bridge(result, figures))


def _financing(result: Result, figures: Figures) -> list[Financed]:
    def financed(label: str, found: FinancingShown) -> Financed:
        return Financed(
            label=label,
            remedy=tables_financing.remedy(found, figures),
            table=tables.financing(result, found, figures),
            costs=tables_financing.costs(found, figures),
            by_month=tables_schedules.monthly(found, figures),
            by_week=tables_schedules.weekly(found, figures),
            covenants=tables_financing.covenants(found, figures),
            marginal=tables_financing.marginal(result, found, figures),
        )

    return [financed(one.label, one.financing) for one in result.scenarios.values() if one.financing is not None]


def _receipts_card(result: Result, figures: Figures) -> Card:
    base, texts = result.base, figures.texts
    total, means = base.receipts_total, base.receipts.mean
    peak = max(range(len(means)), key=means.__getitem__)
    low, high = figures.amount(total.p05), figures.amount(total.p95)
    highest = texts("cards.receipts_peak", day=base.dates[peak], amount=figures.amount(means[peak]))
    lines = [texts("cards.receipts_more", low=low, high=high), highest]
    return Card(texts("cards.receipts", days=result.horizon_days), figures.amount(total.mean), lines)


def _risk_card(result: Result, figures: Figures) -> Card:
    base, texts, worst = result.base, figures.texts, worst_scenario(result)
    failed = figures.amount(over_channels(base, lambda channel: channel.failed_total))
    lost = figures.amount(over_channels(base, lambda channel: channel.lost_total))
    if worst is None:
        other = texts("cards.risk_none")
    else:
        short = figures.amount(base.receipts_total.mean - worst.receipts_total.mean)
        other = texts("cards.risk_worst", label=worst.label, amount=short)
    return Card(texts("cards.risk"), failed, [texts("cards.risk_more", failed=failed, lost=lost), other])


def _buffer_card(result: Result, figures: Figures) -> Card:
    texts, buffer = figures.texts, result.base.buffer
    if buffer.peak_day is None:
        day = texts("cards.buffer_no_day", as_of=result.as_of)
    else:
        day = texts("cards.buffer_more", as_of=result.as_of, day=buffer.peak_day)
    opening, gap = figures.amount(result.opening_balance), figures.amount(buffer.funding_gap)
    lines = [day, texts("cards.buffer_gap", opening=opening, gap=gap)]
    return Card(texts("cards.buffer"), figures.amount(buffer.amount), lines)


def _financing_card(result: Result, figures: Figures) -> Card:
    texts, financing = figures.texts, result.base.financing
    title = texts("cards.financing")
    if financing is None:
        return Card(title, texts("amount.none"), [texts("words.not_run")])
    best = financing.recommended
    probability = texts("cards.financing_short", probability=tables.short_text(result, best, figures, 2))
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
    names = texts("language.list_comma").join(figures.facility(part.facility) for part in best.mix)
    return Card(title, cost, [texts("cards.financing_more", facilities=names, rate=rate), probability])
