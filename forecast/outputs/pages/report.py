"""``report.html``: the loan file on one self-contained page, the request first, then all that it rests on.

The page carries its scripts, makes no request (its content-security policy forbids any), and escapes every text. One
choice of a scenario holds for all of its charts and figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.outputs.charts import run as charts
from forecast.outputs.charts import stress as charts_stress
from forecast.outputs.charts import waterfall as charts_waterfall
from forecast.outputs.figures import Figures
from forecast.outputs.names import fitted, fitted_channels
from forecast.outputs.pages.cards import cards
from forecast.outputs.pages.page import Card, Page, below_its_title, filled
from forecast.outputs.readers import read_by_others
from forecast.outputs.tables import buffer as tables_buffer
from forecast.outputs.tables import collection as tables_collection
from forecast.outputs.tables import financing as tables_financing
from forecast.outputs.tables import loan_need as tables_loan_need
from forecast.outputs.tables import run as tables
from forecast.outputs.tables import schedules as tables_schedules
from forecast.outputs.tables import sources as tables_sources
from forecast.outputs.tables import stress as tables_stress
from forecast.outputs.tables.business import ledger_sums
from forecast.outputs.tables.controls import controls, thresholds
from forecast.outputs.tables.cover import debt_service
from forecast.outputs.tables.rates import disclosed
from forecast.outputs.tables.request import lead, request
from forecast.outputs.tables.weeks import thirteen_weeks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.outputs.charts.parts import Chart
    from forecast.outputs.tables.request import Line
    from forecast.outputs.tables.run import Table
    from forecast.outputs.tables.sources import FileRead
    from forecast.plan.playbook_file import Faulty, Playbook
    from forecast.results.distributions import Bands
    from forecast.results.playbook import PlaybookResult
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult
    from forecast.results.stress import StressResult

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
class Beside:
    """What a loan file tells beside the result: the files that were read, the emergency plan, and studies beside it.

    ``left_out``: which studies beside it are not taken in, and why. ``redacted``: the result bears no names, and
    indices in place of amounts.
    """

    files: Sequence[FileRead] = ()
    playbook: Playbook | Faulty | None = None
    stress: StressResult | None = None
    thresholds: PlaybookResult | None = None
    left_out: Sequence[str] = ()
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart of one scenario; ``aria`` describes it to those who cannot see it, ``table`` holds the same figures."""

    name: str
    title: str
    aria: str
    chart: Chart
    table: Table | None


@dataclass(frozen=True, slots=True)
class Financed:
    """The financing of one scenario."""

    remedy: str
    table: Table
    costs: Table
    by_month: Table | None
    by_week: Table | None
    rates: Table | None
    cover: Table | None
    covenants: Table | None
    marginal: Sequence[Table]


@dataclass(frozen=True, slots=True)
class ScenarioPart:
    """All that changes with the choice of a scenario."""

    name: str
    label: str
    cards: Sequence[Card]
    weeks: Table
    daily: Sequence[Drawn]
    by_channel: Drawn
    outcomes: Table
    financed: Financed | None


@dataclass(frozen=True, slots=True)
class StressTable:
    """A table of a stress test, with the name and the title of its chart, where it has one."""

    title: str
    table: Table
    chart: str = ""


@dataclass(frozen=True, slots=True)
class LoanNeedPart:
    """The working-capital loan need: its sentence, its steps, and the bridge to the funding gap."""

    lead: str
    steps: Table
    bridge: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage(Page):
    """What the report says beside what every page says."""

    request: Sequence[Line]
    request_lead: Sequence[str]
    scenarios: Sequence[ScenarioPart]
    ledger_sums: Table
    comparison: Table
    moving_costs: Table | None
    changes: Table
    buffer: Table
    drivers: Table | None
    drivers_title: str
    cross_checks: Table
    loan_need: LoanNeedPart | None
    no_financing: str
    failure_rates: Table
    development: Table
    ageing: Table | None
    open_weeks: Table
    stress: Sequence[StressTable]
    controls: Sequence[str]
    thresholds: Table | None
    track_record: Table | None
    sources: Table
    files: Table | None
    history: str

    @property
    def chosen_charts(self) -> dict[str, dict[str, Chart]]:
        """The charts that change with the scenario, by chart and scenario."""
        names = [one.name for one in (*self.scenarios[0].daily, self.scenarios[0].by_channel)]
        drawn = {part.name: {one.name: one.chart for one in (*part.daily, part.by_channel)} for part in self.scenarios}
        return {name: {scenario: found[name] for scenario, found in drawn.items()} for name in names}


def report_html(result: Result, beside: Beside | None = None) -> str:
    """The whole page of a result, in the result's language."""
    return filled("report.html.j2", report_page(result, beside), Figures.of(result).texts)


def report_page(result: Result, beside: Beside | None = None) -> ReportPage:
    """All that the page says and draws."""
    result, more = fitted(result), beside or Beside()
    figures = Figures.of(result)
    result = read_by_others(result, figures)
    texts, base = figures.texts, result.base
    stress = more.stress and replace(more.stress, channels=fitted_channels(more.stress.channels))
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
        request=request(result, figures),
        request_lead=[
            texts(f"request.{lead(result)}", scenario=base.label, confidence=confidence),
            *([texts("redacted.lead")] if more.redacted else []),
        ],
        cards=cards(result, base, figures),
        charts=_charts(result, figures) | _stress_charts(stress, figures),
        scenarios=[_scenario(result, name, one, figures) for name, one in result.scenarios.items()],
        ledger_sums=ledger_sums(result, figures),
        comparison=tables.comparison(result, figures),
        moving_costs=tables.costs(result, figures),
        changes=tables.assumptions(result, figures),
        buffer=tables.buffers(result, figures),
        drivers=tables_buffer.drivers(base.buffer, figures),
        drivers_title=texts("chart.drivers", scenario=base.label),
        cross_checks=tables_buffer.cross_checks(base.buffer.cross_checks, result.confidence, figures),
        loan_need=_loan_need(result, figures),
        no_financing=texts("words.not_run" if result.facilities else "report.no_facilities"),
        failure_rates=tables.failure_rates(result, figures),
        development=tables_collection.channels(result, figures),
        ageing=tables_collection.ageing(result, figures),
        open_weeks=tables_collection.open_weeks(result, figures),
        stress=_stress(stress, figures),
        controls=[*controls(more.playbook, figures), *more.left_out],
        thresholds=None if more.thresholds is None else thresholds(more.thresholds, figures),
        track_record=tables_sources.track_record(result, figures),
        sources=tables_sources.assumptions(result, figures),
        files=tables_sources.files(more.files, figures),
        history=texts("redacted.lead") if more.redacted else _history(result, figures),
        notes=result.notes,
        method=[
            *(texts(f"report.methods.{line}", confidence=confidence) for line in METHOD),
            *([texts("redacted.hashes")] if more.redacted else []),
        ],
        footer=texts("report.footer", version=result.version, seed=result.seed),
    )


def _history(result: Result, figures: Figures) -> str:
    seen = result.history
    return figures.texts(
        "report.history",
        orders=f"{seen.orders:,}",
        rejected=f"{seen.rejected:,}",
        dropped=f"{seen.dropped:,}",
        blanked=f"{seen.blanked:,}",
    )


def _charts(result: Result, figures: Figures) -> dict[str, Chart]:
    drawn = {
        "history": charts.history(result, figures),
        "comparison": charts.comparison(result, figures),
        "buffers": charts.buffers(result, figures),
        "failures": charts.failures(result, figures),
        "drivers": charts_waterfall.drivers(result.base.buffer, figures),
        "bridge": charts_waterfall.bridge(result, figures),
    }
    return {name: chart for name, chart in drawn.items() if chart is not None}


def _stress_charts(found: StressResult | None, figures: Figures) -> dict[str, Chart]:
    if found is None:
        return {}
    return {"tornado": charts_stress.tornado(found, figures), "grid": charts_stress.heat_map(found, figures)}


def _stress(found: StressResult | None, figures: Figures) -> list[StressTable]:
    """What moves the buffer, how it stands by failure rate and volume, and what breaks the plan."""
    if found is None:
        return []
    tornado = tables_stress.tornado(found, figures, bars=False)
    shown = {
        "sensitivities": (tornado, "tornado"),
        "grid": (tables_stress.grid(found, "buffer", figures), "grid"),
        "reverse": (tables_stress.reverse(found, figures), ""),
    }
    return [
        StressTable(figures.texts(f"stress.{name}"), below_its_title(table), chart)
        for name, (table, chart) in shown.items()
    ]


def _scenario(result: Result, name: str, scenario: ScenarioResult, figures: Figures) -> ScenarioPart:
    texts = figures.texts
    title = texts("business.receipts", scenario=scenario.label)
    stacked = charts.by_channel(result, scenario, figures)
    return ScenarioPart(
        name=name,
        label=scenario.label,
        cards=cards(result, scenario, figures),
        weeks=thirteen_weeks(result, scenario, figures),
        daily=[_daily(result, series, scenario, figures) for series in DAILY],
        by_channel=Drawn("by_channel", title, texts("chart.aria_plain", title=title), stacked, None),
        outcomes=tables.outcomes(result, scenario, figures),
        financed=_financed(result, scenario, figures) if result.facilities else None,
    )


def _daily(
    result: Result,
    series: tuple[str, Fan, Callable[[ScenarioResult], Bands]],
    scenario: ScenarioResult,
    figures: Figures,
) -> Drawn:
    name, draw, bands = series
    title, dates = figures.texts(f"chart.{name}", scenario=scenario.label), scenario.dates
    aria = figures.texts("chart.aria_fan", title=title, start=dates[0], end=dates[-1])
    table = tables.daily(dates, bands(scenario), figures)
    return Drawn(name, title, aria, draw(result, scenario, figures), table)


def _financed(result: Result, scenario: ScenarioResult, figures: Figures) -> Financed | None:
    found = scenario.financing
    if found is None:
        return None
    return Financed(
        remedy=tables_financing.remedy(found, figures),
        table=tables.financing(result, found, figures),
        costs=tables_financing.costs(found, figures),
        by_month=tables_schedules.monthly(found, figures),
        by_week=tables_schedules.weekly(found, figures),
        rates=disclosed(result, found, figures),
        cover=debt_service(result, scenario, figures),
        covenants=tables_financing.covenants(found, figures),
        marginal=tables_financing.marginal(result, found, figures),
    )


def _loan_need(result: Result, figures: Figures) -> LoanNeedPart | None:
    """The section on the loan need; None where the plan gives no accounts that suffice."""
    steps = tables_loan_need.steps(result, figures)
    if steps is None:
        return None
    return LoanNeedPart(tables_loan_need.lead(result, figures), steps, tables_loan_need.bridge(result, figures))
