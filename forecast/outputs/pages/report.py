"""``report.html``: one self-contained page with the key figures first, then charts with their data tables.

The page carries its scripts, makes no request (its content-security policy forbids any), and escapes every text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.charts import run as charts
from forecast.outputs.charts import waterfall as charts_waterfall
from forecast.outputs.figures import Figures, needs_money, over_channels, worst_scenario
from forecast.outputs.pages.page import page
from forecast.outputs.tables import buffer as tables_buffer
from forecast.outputs.tables import collection as tables_collection
from forecast.outputs.tables import financing as tables_financing
from forecast.outputs.tables import loan_need as tables_loan_need
from forecast.outputs.tables import run as tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.charts.parts import Chart

DAILY = {
    "sales": (charts.sales_fan, "sales"),
    "receipts": (charts.receipts_fan, "receipts"),
    "cash": (charts.cash_fan, "cash_before_financing"),
}
"""The charts by day: name, how it is drawn, and the series that its table shows."""

METHOD = ("sales", "receipts", "quantiles", "buffer", "financing")
"""The lines of the method in short."""


def report_html(result: Mapping[str, Any]) -> str:
    """The whole page of a result, in the result's language."""
    figures = Figures.of(result)
    context = report_data(result) | {
        "charts": {
            "comparison": charts.comparison(result, figures),
            "buffers": charts.buffers(result, figures),
            "failures": charts.failures(result, figures),
        }
        | {name: chart for name, chart in _waterfalls(result, figures).items() if chart is not None},
        "daily_charts": {
            series: {name: draw(result, scenario, figures) for name, scenario in result["scenarios"].items()}
            for series, (draw, _) in DAILY.items()
        },
    }
    return page("report.html.j2", context, figures.texts)


def _waterfalls(result: Mapping[str, Any], figures: Figures) -> dict[str, Chart | None]:
    return {
        "drivers": charts_waterfall.drivers(result["scenarios"]["base"], figures),
        "bridge": charts_waterfall.bridge(result, figures),
    }


def report_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page says, as text: title, cards, tables, notes and method; without charts and looks."""
    figures = Figures.of(result)
    texts, scenarios = figures.texts, result["scenarios"]
    end = scenarios["base"]["dates"][-1]
    history = {name: f"{result['history'][name]:,}" for name in ("orders", "rejected", "dropped", "blanked")}
    confidence = figures.confidence(result["confidence"])
    financed = {name: scenario for name, scenario in scenarios.items() if scenario.get("financing")}
    return {
        "title": texts("report.title", merchant=result["merchant"]["name"]),
        "subtitle": texts(
            "report.subtitle",
            as_of=result["as_of"],
            end=end,
            days=result["horizon_days"],
            paths=f"{result['paths']:,}",
            confidence=confidence,
        ),
        "cards": [
            _receipts_card(result, figures),
            _risk_card(result, figures),
            _buffer_card(result, figures),
            _financing_card(result, figures),
        ],
        "scenarios": [{"name": name, "label": scenario["label"]} for name, scenario in scenarios.items()],
        "daily": [_daily(result, series, figures) for series in DAILY],
        "comparison": tables.comparison(result, figures),
        "assumptions": tables.assumptions(result, figures),
        "buffer": tables.buffers(result, figures),
        "drivers": tables_buffer.drivers(scenarios["base"], figures),
        "drivers_title": texts("chart.drivers", scenario=scenarios["base"]["label"]),
        "cross_checks": tables_buffer.cross_checks(scenarios["base"], result["confidence"], figures),
        "loan_need": _loan_need(result, figures),
        "financing": [
            {
                "label": scenario["label"],
                "remedy": tables_financing.remedy(scenario),
                "table": tables.financing(result, scenario, figures),
                "costs": tables_financing.costs(scenario, figures),
                "covenants": tables_financing.covenants(scenario, figures),
                "marginal": tables_financing.marginal(result, scenario, figures),
            }
            for scenario in financed.values()
            if result["facilities"]
        ],
        "no_financing": texts("words.not_run" if result["facilities"] else "report.no_facilities"),
        "outcomes": [
            {"label": scenario["label"], "table": tables.outcomes(result, scenario, figures)}
            for scenario in scenarios.values()
        ],
        "failure_rates": tables.failure_rates(result, figures),
        "development": tables_collection.channels(result, figures),
        "open_weeks": tables_collection.open_weeks(result, figures),
        "history": texts("report.history", **history),
        "notes": [{"where": note["where"], "text": note["text"]} for note in result["notes"]],
        "method": [texts(f"report.methods.{line}", confidence=confidence) for line in METHOD],
        "footer": texts("report.footer", version=result["version"], seed=result["seed"]),
    }


def _loan_need(result: Mapping[str, Any], figures: Figures) -> dict[str, Any] | None:
    """The section on the loan need; None where the plan gives no accounts that suffice."""
    steps = tables_loan_need.steps(result, figures)
    if steps is None:
        return None
    bridge = tables_loan_need.bridge(result, figures)
    return {"lead": tables_loan_need.lead(result, figures), "steps": steps, "bridge": bridge}


def _daily(result: Mapping[str, Any], series: str, figures: Figures) -> dict[str, Any]:
    scenarios = []
    for name, scenario in result["scenarios"].items():
        title = figures.texts(f"chart.{series}", scenario=scenario["label"])
        aria = figures.texts("chart.aria_fan", title=title, start=scenario["dates"][0], end=scenario["dates"][-1])
        table = tables.daily(scenario, DAILY[series][1], figures)
        scenarios.append({"name": name, "title": title, "aria": aria, "table": table})
    return {"name": series, "scenarios": scenarios}


def _card(title: str, figure: str, lines: list[str]) -> dict[str, Any]:
    return {"title": title, "figure": figure, "lines": lines}


def _receipts_card(result: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    base, texts = result["scenarios"]["base"], figures.texts
    total, means = base["receipts_total"], base["receipts"]["mean"]
    peak = max(range(len(means)), key=means.__getitem__)
    low, high = figures.amount(total["p05"]), figures.amount(total["p95"])
    return _card(
        texts("cards.receipts", days=result["horizon_days"]),
        figures.amount(total["mean"]),
        [
            texts("cards.receipts_more", low=low, high=high),
            texts("cards.receipts_peak", day=base["dates"][peak], amount=figures.amount(means[peak])),
        ],
    )


def _risk_card(result: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    base, texts = result["scenarios"]["base"], figures.texts
    failed, lost = over_channels(base, "failed_total"), over_channels(base, "lost_total")
    worst = worst_scenario(result)
    if worst is None:
        other = texts("cards.risk_none")
    else:
        scenario = result["scenarios"][worst]
        short = base["receipts_total"]["mean"] - scenario["receipts_total"]["mean"]
        other = texts("cards.risk_worst", label=scenario["label"], amount=figures.amount(short))
    more = texts("cards.risk_more", failed=figures.amount(failed), lost=figures.amount(lost))
    return _card(texts("cards.risk"), figures.amount(failed), [more, other])


def _buffer_card(result: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    texts, buffer = figures.texts, result["scenarios"]["base"]["buffer"]
    if buffer["peak_day"] is None:
        day = texts("cards.buffer_no_day", as_of=result["as_of"])
    else:
        day = texts("cards.buffer_more", as_of=result["as_of"], day=buffer["peak_day"])
    opening, gap = figures.amount(result["opening_balance"]), figures.amount(buffer["funding_gap"])
    lines = [day, texts("cards.buffer_gap", opening=opening, gap=gap)]
    return _card(texts("cards.buffer"), figures.amount(buffer["amount"]), lines)


def _financing_card(result: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    texts = figures.texts
    financing = result["scenarios"]["base"].get("financing")
    title = texts("cards.financing")
    if not financing:
        return _card(title, texts("amount.none"), [texts("words.not_run")])
    recommended = financing["recommended"]
    probability = texts("cards.financing_short", probability=figures.percent(recommended["shortfall_probability"]))
    if not recommended["feasible"]:
        return _card(title, texts("cards.financing_impossible"), [probability])
    cost = figures.amount(recommended["expected_cost"])
    if not needs_money(recommended):
        return _card(title, cost, [texts("cards.financing_none"), probability])
    names = texts("language.list_comma").join(part["facility"] for part in recommended["mix"])
    rate = figures.percent(recommended["effective_annual_rate"])
    return _card(title, cost, [texts("cards.financing_more", facilities=names, rate=rate), probability])
