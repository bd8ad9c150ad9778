"""The thirteen weeks: money in and out by week and category, from opening to closing cash, and what is left to draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from forecast.outputs.figures import DEAD_ZONE
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.financing.schedules import Period
    from forecast.outputs.figures import Figures
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

WEEKS = 13
"""So many weeks are shown, or as many as the horizon has."""

LARGE = 1e6
"""From this amount on in any cell, yuan, the table is in the charts' unit of money."""


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week, Monday to Sunday, as places of a scenario's dates: the first, and the one after the last."""

    first: int
    after: int


def thirteen_weeks(result: Result, scenario: ScenarioResult, figures: Figures) -> Table:
    """A column a week and one of all together: means, which add up from opening cash to closing."""
    texts, weeks = figures.texts, weeks_of(scenario.dates)
    rows, strong = _flows(result, scenario, weeks, figures)
    largest = max((abs(amount) for _, amounts in rows for amount in amounts if amount is not None), default=0.0)
    divisor = figures.chart_divisor if largest >= LARGE else 1.0
    spans = [f"{scenario.dates[week.first][5:]}\n– {scenario.dates[week.after - 1][5:]}" for week in weeks]
    written = [[label, *(_cell(amount, divisor, figures) for amount in amounts)] for label, amounts in rows]
    unit = figures.chart_unit if divisor > 1 else figures.unit
    caption = texts("weeks.caption", scenario=scenario.label, unit=unit, year=scenario.dates[0][:4])
    return Table([texts("weeks.week"), *spans, texts("words.total")], written, strong_rows=strong, caption=caption)


def weeks_of(dates: Sequence[str]) -> list[Week]:
    """The first thirteen weeks of a horizon, of which the first and the last may be cut."""
    mondays = [place for place, day in enumerate(dates) if place and dt.date.fromisoformat(day).weekday() == 0]
    starts = [0, *mondays]
    ends = [*mondays, len(dates)]
    return [Week(first, after) for first, after in zip(starts, ends, strict=True)][:WEEKS]


Row = tuple[str, list[float | None]]


def _flows(
    result: Result, scenario: ScenarioResult, weeks: Sequence[Week], figures: Figures
) -> tuple[list[Row], tuple[int, ...]]:
    """The rows with the places of those that stand out."""
    texts, terms = figures.texts, result.cash_of(scenario)
    received = {result.channels[name].label: one.receipts.mean for name, one in scenario.by_channel.items()}
    flows = received | _other(result, scenario, figures)
    rows = [(label, _by_week(amounts, weeks)) for label, amounts in flows.items()]
    net = [sum(column) for column in zip(*(amounts for _, amounts in rows), strict=True)]
    closing, level = [], terms.opening_balance
    for amount in net[:-1]:
        level += amount
        closing.append(level)
    opening = [terms.opening_balance, *closing[:-1]]
    low = [scenario.cash_before_financing.p05[week.after - 1] for week in weeks]
    table: list[Row] = [(texts("weeks.opening"), [*opening, opening[0]])]
    table += [(label, list(amounts)) for label, amounts in rows]
    table += [(texts("weeks.net"), list(net)), (texts("weeks.closing"), [*closing, closing[-1]])]
    table.append((texts("weeks.low"), [*low, None]))
    strong = [0, len(rows) + 1, len(rows) + 2]
    financed = _financed(scenario, closing, terms.minimum_balance, figures)
    if financed:
        strong.append(len(table) + len(financed) - 3)
    return table + financed, tuple(strong)


def _other(result: Result, scenario: ScenarioResult, figures: Figures) -> dict[str, Sequence[float]]:
    """What is paid and received beside receipts, by category in words; of a scenario with flows of its own the sum."""
    texts = figures.texts
    if scenario.cash is None or scenario.cash.other_flows == result.other_flows.total:
        named = result.other_flows.by_category
        found = {texts.or_else(f"categories.{name}", name): amounts for name, amounts in named.items()}
    else:
        found = {texts("words.other_flows"): scenario.cash.other_flows}
    for name, cost in scenario.costs.items():
        label = texts.or_else(f"categories.{name}", name)
        paid = [-amount for amount in cost.mean]
        found[label] = [one + more for one, more in zip(found.get(label, [0.0] * len(paid)), paid, strict=True)]
    return {label: amounts for label, amounts in found.items() if any(abs(one) >= DEAD_ZONE for one in amounts)}


def _by_week(amounts: Sequence[float], weeks: Sequence[Week]) -> list[float]:
    sums = [sum(amounts[week.first : week.after]) for week in weeks]
    return [*sums, sum(sums)]


def _financed(scenario: ScenarioResult, closing: Sequence[float], minimum: float, figures: Figures) -> list[Row]:
    """What the recommended mix brings and takes, cash after it, and what is then left above the minimum and to draw."""
    texts, financing = figures.texts, scenario.financing
    periods = [] if financing is None else financing.recommended.schedule.weekly[: len(closing)]
    moves = _moves(periods)
    if not any(abs(amount) >= DEAD_ZONE for amounts in moves.values() for amount in amounts):
        return []
    brought = accumulate(sum(column) for column in zip(*moves.values(), strict=True))
    after = [level + more for level, more in zip(closing, brought, strict=True)]
    table: list[Row] = [(texts(f"weeks.{key}"), [*amounts, sum(amounts)]) for key, amounts in moves.items()]
    table.append((texts("weeks.after"), [*after, after[-1]]))
    table.append((texts("weeks.above_minimum"), [*(level - minimum for level in after), None]))
    return [*table, (texts("weeks.headroom"), [*(one.headroom.mean for one in periods), None])]


def _moves(periods: Sequence[Period]) -> dict[str, list[float]]:
    """What a mix brings and takes by week; what it takes is negative."""
    return {
        "drawn": [one.drawn for one in periods],
        "repaid": [-one.repaid for one in periods],
        "charges": [-one.interest_paid - one.fees_paid for one in periods],
    }


def _cell(amount: float | None, divisor: float, figures: Figures) -> str:
    if amount is None:
        return ""
    return figures.whole(amount) if divisor == 1.0 else f"{amount / divisor:z,.1f}"
