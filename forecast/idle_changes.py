"""Changes of a scenario that cannot move anything, and why: a value as in base, days or money that are not there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.costs import days_beyond
from forecast.plan.model import Outage, Shift, TermChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Days
    from forecast.plan.model import Channel, Plan
    from forecast.results.scenario import ScenarioResult
    from forecast.scenarios import Changed


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something does not move: a stable code, whose text stands under ``unmoved``, and the fields of that text."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


AS_IN_BASE = Reason("as_in_base")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules look at."""

    plan: Plan
    days: Days
    base: ScenarioResult
    changed: ScenarioResult


def idle(setting: Setting, change: Changed) -> Reason | None:
    """Why a change cannot move anything; None where it can."""
    found: Reason | None = None
    match change.key, change.value:
        case _, Outage() as outage:
            found = _idle_outage(setting, outage)
        case _, Shift() as move:
            found = _without_orders(setting, move.source) if move.share else AS_IN_BASE
        case "costs", value:
            found = _idle_cost(setting, value)
        case _, TermChange() as term:
            found = _idle_term(setting, term)
        case "opening_balance" | "minimum_balance" | "confidence", figure:
            found = _as_in_base(_of_plan(setting.plan, change.key), figure)
        case "flows", factor:
            found = _idle_flows(setting, change.name, factor)
        case "volume", factor:
            found = _idle_volume(setting, change.name, factor)
        case "planned_volume", _:
            found = None if days_beyond(setting.plan.costs) else Reason("no_purchases")
        case _:
            found = _idle_rate(setting, change)
    return found


def _as_in_base(before: object, after: object) -> Reason | None:
    return AS_IN_BASE if before == after else None


def _idle_term(setting: Setting, change: TermChange) -> Reason | None:
    facility = next(one for one in setting.plan.facilities if one.name == change.facility)
    value = tuple(change.value) if isinstance(change.value, list) else change.value
    return _as_in_base(getattr(facility, change.term), value)


def _of_plan(plan: Plan, key: str) -> object:
    """What a plan itself has under a key of its horizon or its cash."""
    return getattr(plan.horizon if key == "confidence" else plan.cash, key)


def _idle_cost(setting: Setting, value: object) -> Reason | None:
    """A multiple of a cost, or a term of the one cost of its category."""
    if not isinstance(value, TermChange):
        return _as_in_base(1.0, value)
    cost = next(one for one in setting.plan.costs if one.category == value.facility)
    return _as_in_base(getattr(cost, value.term), value.value)


def _idle_flows(setting: Setting, category: str, factor: object) -> Reason | None:
    first, last = (day.astype(object) for day in (setting.days[0], setting.days[-1]))
    if not any(one.category == category and first <= one.date <= last for one in setting.plan.other_flows):
        return Reason("flows_outside", {"name": category, "day": str(last)})
    return _as_in_base(1.0, factor)


def _idle_volume(setting: Setting, name: str, factor: object) -> Reason | None:
    idle: Reason | None = None
    if name in setting.plan.channels:
        idle = _without_orders(setting, name)
    elif name:
        first, last = (day.astype(object) for day in (setting.days[0], setting.days[-1]))
        reach = last + dt.timedelta(days=days_beyond(setting.plan.costs))
        touched = any(one.name == name and one.start <= reach and one.end >= first for one in setting.plan.events)
        idle = None if touched else Reason("event_outside", {"name": name, "day": str(last)})
    return idle or _as_in_base(1.0, factor)


def _idle_rate(setting: Setting, change: Changed) -> Reason | None:
    """Rates and delays of a channel."""
    key, name = change.key, change.name
    cash_stays = first_difference(setting) is None
    # a stated refund rate holds for open orders, too, that of a scenario for new ones alone
    as_stated = getattr(setting.plan.channels[name], key, None) == change.value and (cash_stays or key != "refund_rate")
    if as_stated or (key == "settlement_delay" and not change.value):
        return AS_IN_BASE
    idle = _without_orders(setting, name)
    failed = [one.by_channel[name].failed_total.mean for one in (setting.base, setting.changed)]
    if idle is None and key == "recovery" and max(failed) < FEN_TOLERANCE and cash_stays:
        return Reason("nothing_fails", {"name": name})
    return idle


def _without_orders(setting: Setting, name: str) -> Reason | None:
    """A channel that sells nothing in the horizon and has nothing open."""
    result, changed = setting.base.by_channel[name], setting.changed.by_channel[name]
    money = (result.sales_total.mean, changed.sales_total.mean, result.opening_outstanding)
    return Reason("no_orders", {"name": name}) if max(money) < FEN_TOLERANCE else None


def _idle_outage(setting: Setting, outage: Outage) -> Reason | None:
    start, days = np.datetime64(outage.start), setting.days
    if start + outage.days <= days[0] or start > days[-1]:
        return Reason("outage_outside", {"start": str(outage.start), "day": str(days[-1])})
    struck = [one for one in setting.plan.channels.values() if _strikes(outage, one)]
    idle = [_without_orders(setting, one.name) for one in struck]
    return idle[0] if idle and all(idle) else None


def _strikes(outage: Outage, channel: Channel) -> bool:
    return outage.channel == channel.name or (outage.clearing is not None and outage.clearing == channel.clearing)


def first_difference(setting: Setting) -> str | None:
    """The first day on which expected cash before financing differs; None where it never does."""
    before, after = (np.array(one.cash_before_financing.mean) for one in (setting.base, setting.changed))
    differing = np.flatnonzero(np.abs(before - after) >= FEN_TOLERANCE)
    return setting.base.dates[int(differing[0])] if differing.size else None
