"""What the plan says of days to come that changes nothing or too much: promotions, outages, scenarios, facilities."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note, Values
from forecast.plausibility.cash import on_cash
from forecast.plausibility.events import on_events
from forecast.plausibility.facilities import on_facilities
from forecast.plausibility.scenario_values import on_planned, on_rates
from forecast.scenarios import BUILT_IN_VOLUME, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forecast.calendar import Calendar
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Event, Plan, Scenario

LARGE_MULTIPLE = 10.0
"""Above it a multiple of sales is rather a per cent, or a slip."""

LARGE_DELAY = 60
"""Days by which no scenario delays settlement in earnest."""

YEARS, AROUND = 3, 21
"""A promotion that came so many years ago at most is expected again around the same day, so many days off at most."""

CHINA = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "Asia/Kashgar", "PRC"})
CHINESE = frozenset({"CN", "HK", "MO", "TW"})
"""The time zones of China, and the countries whose holidays a merchant there may keep."""


def on_changes(plan: Plan, ledger: Ledger, calendar: Calendar) -> list[Note]:
    """All that the plan says of days to come and a reader should look at again, but for its scenarios."""
    return [
        *_columns(plan),
        *_country(plan),
        *_holidays(plan, calendar),
        *_events(plan, ledger),
        *on_events(plan, ledger),
        *on_facilities(plan, calendar),
        *_built_in(plan),
    ]


def on_scenarios(plan: Plan, scenarios: Iterable[Scenario], ledger: Callable[[], Ledger]) -> list[Note]:
    """The notes on scenarios that a user has written; ``on_changes`` has what is to be said of the built-in ones.

    The ledger is asked for only where a scenario has outages, other balances, flows or facilities, or very high rates.
    """
    return [note for scenario in scenarios for note in _on_scenario(plan, scenario, ledger)]


def _on_scenario(plan: Plan, scenario: Scenario, ledger: Callable[[], Ledger]) -> list[Note]:
    """What of a scenario has no effect, what is left as it is though it should move, and cash that is implausible."""
    where = f"scenarios.{scenario.name}"
    notes = _outages(plan, scenario, ledger)
    multiples = {"volume": scenario.volume, **{f"volume.{name}": factor for name, factor in scenario.volume_of.items()}}
    notes += _measures(scenario, where, multiples)
    notes += [*_planned(scenario, where), *on_planned(plan, scenario, where), *on_rates(plan, scenario, where, ledger)]
    # Without any new orders it is a run-off: what is already bought is paid for all the same.
    moves = [factor for factor in multiples.values() if factor not in {0.0, 1.0}]
    if moves and not scenario.flows and not plan.costs:
        code = "volume_without_costs" if max(moves) > 1 else "less_volume_without_costs"
        own = max(moves) if max(moves) > 1 else min(moves)
        notes.append(Note(code, where, {"label": scenario.label, "multiple": own}))
    changed = plan_of(scenario, plan)
    if changed is not plan:
        before = on_cash(plan, ledger())
        notes += [_of_scenario(note, where) for note in on_cash(changed, ledger()) if note not in before]
    return notes


def _built_in(plan: Plan) -> list[Note]:
    """That the built-in scenarios sell more at no cost, where no cost moves with sales though the plan pays some.

    A plan that pays nothing at all is told of that alone.
    """
    if set(plan.scenarios) - {"base"} or plan.costs or not any(flow.amount < 0 for flow in plan.other_flows):
        return []
    return [Note("built_in_without_costs", "scenarios.peak_hot", {"volume": BUILT_IN_VOLUME})]


def _measures(scenario: Scenario, where: str, multiples: Mapping[str, float]) -> list[Note]:
    """Multiples of sales and of payments, and delays, that are out of measure."""
    notes = [
        Note("multiple_very_large", f"{where}.{key}", {"multiple": factor})
        for key, factor in multiples.items()
        if factor > LARGE_MULTIPLE
    ]
    notes += [
        Note("flows_multiple_very_large", f"{where}.flows.{name}", {"multiple": factor})
        for name, factor in scenario.flows.items()
        if factor > LARGE_MULTIPLE
    ]
    return notes + [
        Note("delay_very_large", f"{where}.settlement_delay.{name}", {"days": days})
        for name, days in scenario.settlement_delay.items()
        if days > LARGE_DELAY
    ]


def _planned(scenario: Scenario, where: str) -> list[Note]:
    """Multiples of what is bought for that are out of measure; a run-off, without new orders, buys nothing."""
    planned = {f"planned_volume.{name}": factor for name, factor in scenario.planned_volume_of.items()}
    whole = {} if scenario.planned_volume is None else {"planned_volume": scenario.planned_volume}
    notes = []
    for key, factor in {**whole, **planned}.items():
        if factor > LARGE_MULTIPLE:
            notes.append(Note("planned_very_large", f"{where}.{key}", {"multiple": factor}))
        elif factor == 0 and scenario.volume != 0:
            notes.append(Note("planned_zero", f"{where}.{key}", {"label": scenario.label}))
    return notes


def _of_scenario(note: Note, where: str) -> Note:
    """A note on the plan as a scenario has it, with the scenario's key in place of the plan's."""
    key = note.where.replace("cash.other_flows", "flows").removeprefix("cash.")
    return replace(note, where=f"{where}.{key}")


def _first(plan: Plan) -> dt.date:
    return plan.horizon.as_of + dt.timedelta(days=1)


def _last(plan: Plan) -> dt.date:
    return plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)


def _columns(plan: Plan) -> list[Note]:
    """An order's time and its confirmation read from one column."""
    one, other = ("paid_at", "ordered_at")
    column = plan.ledger.columns.get(one)
    if column is None or column != plan.ledger.columns.get(other, other):
        return []
    return [Note("columns_same", "ledger.columns", {"one": one, "other": other, "column": column})]


def _country(plan: Plan) -> list[Note]:
    """Holidays of another country than time zone and currency say."""
    merchant = plan.merchant
    at_home = merchant.timezone in CHINA and merchant.currency == "CNY"
    abroad = merchant.timezone not in CHINA and merchant.currency != "CNY"
    if (at_home and merchant.holidays not in CHINESE) or (abroad and merchant.holidays == "CN"):
        values: Values = {"country": merchant.holidays, "timezone": merchant.timezone, "money": merchant.currency}
        return [Note("holidays_elsewhere", "merchant.holidays", values)]
    return []


def _holidays(plan: Plan, calendar: Calendar) -> list[Note]:
    """Years of the horizon whose public holidays are computed, not yet published."""
    return [
        Note("no_holiday_official", "merchant.holidays", {"country": plan.merchant.holidays, "year": year})
        for year in range(_first(plan).year, _last(plan).year + 1)
        if not calendar.is_official(year)
    ]


def _events(plan: Plan, ledger: Ledger) -> list[Note]:
    """Promotions that lie outside history and horizon, whose multiple is odd, or that should come again and do not."""
    notes = []
    for event in plan.events:
        where, values = f"events.{event.name}", Values({"name": event.name, "start": str(event.start)})
        if event.start > _last(plan):
            notes.append(Note("event_outside", where, {**values, "last": str(_last(plan))}))
        elif event.end < ledger.tables.first_day:
            notes.append(Note("event_before_ledger", where, {**values, "first": str(ledger.tables.first_day)}))
        if event.uplift is not None and event.uplift > LARGE_MULTIPLE:
            notes.append(Note("multiple_very_large", f"{where}.uplift", {"multiple": event.uplift}))
        elif event.uplift is not None and event.uplift < 1:
            notes.append(Note("uplift_below_one", f"{where}.uplift", {"multiple": event.uplift}))
    by_name = groupby(sorted(plan.events, key=lambda event: event.name), key=lambda event: event.name)
    return notes + [note for name, events in by_name for note in _not_repeated(plan, name, list(events))]


def _not_repeated(plan: Plan, name: str, events: Iterable[Event]) -> list[Note]:
    """A promotion whose anniversary falls into the horizon, while the plan names no repeat of it there."""
    given = [event.peak or event.start for event in events]
    past = [day for day in given if day <= plan.horizon.as_of]
    if not past or len(past) < len(given):
        return []
    for years in range(1, YEARS + 1):
        due = max(past) + dt.timedelta(days=round(365.25 * years))
        if _first(plan) + dt.timedelta(days=AROUND) <= due <= _last(plan) - dt.timedelta(days=AROUND):
            return [
                Note("event_not_repeated", f"events.{name}", {"name": name, "past": str(max(past)), "due": str(due)})
            ]
    return []


def _outages(plan: Plan, scenario: Scenario, ledger: Callable[[], Ledger]) -> list[Note]:
    """Outages wholly outside the horizon, and those of channels that have sold nothing."""
    if not scenario.outages:
        return []
    first, last = np.datetime64(_first(plan)), np.datetime64(_last(plan))
    sold, notes, where = set(ledger().tables.sales["channel"]), [], f"scenarios.{scenario.name}.outages"
    for outage in scenario.outages:
        start = np.datetime64(outage.start)
        struck = {
            name
            for name, channel in plan.channels.items()
            if outage.channel == name or outage.clearing == channel.clearing
        }
        values: Values = {"start": str(outage.start), "days": outage.days}
        if start + outage.days <= first or start > last:
            notes.append(Note("outage_outside", where, values))
            continue
        if start + outage.days > last + 1:
            notes.append(Note("outage_cut", where, {**values, "last": str(last)}))
        if not struck & sold:
            notes.append(Note("outage_idle", where, {**values, "scope": outage.clearing or outage.channel or ""}))
    return notes
