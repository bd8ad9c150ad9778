"""What a scenario leaves as it is in base, and why: which figures each key bears on, and rules on both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.notes import Note
from forecast.plan.model import Outage, Shift, TermChange
from forecast.results.scenario import Unmoved
from forecast.scenarios import changes_of
from forecast.simulation.outages import CLEARING
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.arrays import Days
    from forecast.plan.model import Channel, Plan, Scenario
    from forecast.results.scenario import ScenarioResult
    from forecast.scenarios import Changed

ORDERS = frozenset({"volume", "shift"})
MONEY = ORDERS | {"failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate", "outages"}

WITHOUT_EFFECT = "change_without_effect"
"""The code of the note."""

REACHES: Mapping[str, frozenset[str]] = {
    "sales": ORDERS,
    "receipts": MONEY,
    "failed": ORDERS | {"failure_rate", "outages"},
    "lost": ORDERS | {"failure_rate", "recovery", "outages"},
    "fees": MONEY,
    "lowest_cash": MONEY | {"flows", "opening_balance"},
    "buffer": MONEY | {"flows", "minimum_balance"},
    "funding_gap": MONEY | {"flows", "opening_balance", "minimum_balance"},
    "expected_cost": MONEY | {"flows", "opening_balance", "minimum_balance", "facilities"},
}
"""The figures that a what-if shows, and the keys whose changes bear on each."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something does not move: a stable code, whose text stands under ``unmoved``, and the fields of that text."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


AS_IN_BASE = Reason("as_in_base")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a scenario, and why it cannot move anything (None: it can)."""

    told: Changed
    idle: Reason | None

    @property
    def key(self) -> str:
        """The key of the scenario that it is under."""
        return self.told.key


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules look at."""

    plan: Plan
    days: Days
    base: ScenarioResult
    changed: ScenarioResult


def unmoved(setting: Setting, scenario: Scenario) -> tuple[list[Unmoved], list[Note]]:
    """The figures that stay as in base, one entry a reason; and a note on each change without effect."""
    changes = _changes(setting, scenario)
    found: list[tuple[Reason, list[str]]] = []
    before, after = _figures(setting.base), _figures(setting.changed)
    for figure, amount in before.items():
        if amount is None or after[figure] is None or not _same(amount, after[figure]):
            continue
        for reason in _reasons(setting, scenario, changes, figure):
            names = next((names for one, names in found if one == reason), None)
            if names is None:
                found.append((reason, [figure]))
            else:
                names.append(figure)
    texts = Texts(setting.plan.language)
    shown = [Unmoved(names, one.code, texts(f"unmoved.{one.code}", **one.values)) for one, names in found]
    return shown, _notes(setting, scenario, changes, [one for one, _ in found])


def _figures(scenario: ScenarioResult) -> dict[str, float | None]:
    channels = scenario.by_channel.values()
    financing = scenario.financing
    return {
        "sales": scenario.sales_total.mean,
        "receipts": scenario.receipts_total.mean,
        "failed": sum(one.failed_total.mean for one in channels),
        "lost": sum(one.lost_total.mean for one in channels),
        "fees": sum(one.fees_total.mean for one in channels),
        "lowest_cash": scenario.lowest_cash.amount,
        "buffer": scenario.buffer.amount,
        "funding_gap": scenario.buffer.funding_gap,
        "expected_cost": None if financing is None else financing.recommended.expected_cost,
    }


def _same(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and abs(before - after) < FEN_TOLERANCE


def _notes(setting: Setting, scenario: Scenario, changes: Sequence[Change], reasons: Sequence[Reason]) -> list[Note]:
    """A note on each change that cannot move anything, or one on all together where nothing at all has moved.

    Outages outside the horizon have a note of their own.
    """
    where = f"scenarios.{scenario.name}"
    idle = [one for one in changes if one.idle is not None]
    notes = [
        Note(WITHOUT_EFFECT, where, {"change": one.told.line, "reason": one.idle.code, **one.idle.values})
        for one in idle
        if one.idle is not None and one.idle.code != "outage_outside"
    ]
    if changes and len(idle) < len(changes) and _nothing_moved(setting):
        lines = ", ".join(one.told.line for one in changes)
        reason = reasons[-1] if reasons else Reason("too_small")
        notes.append(Note(WITHOUT_EFFECT, where, {"change": lines, "reason": reason.code, **reason.values}))
    return notes


def _nothing_moved(setting: Setting) -> bool:
    """Whether no figure differs, of no day either and with no facility."""
    base, changed = setting.base, setting.changed
    pairs = [(base.sales, changed.sales), (base.receipts, changed.receipts), (base.by_channel, changed.by_channel)]
    pairs += [(base.cash_before_financing, changed.cash_before_financing), (base.lowest_cash, changed.lowest_cash)]
    same = all(one == other for one, other in pairs) and base.buffer.amount == changed.buffer.amount
    before, after = base.financing, changed.financing
    if before is None or after is None:
        return same
    return same and before.recommended == after.recommended and before.options == after.options


def _changes(setting: Setting, scenario: Scenario) -> list[Change]:
    """The changes of a scenario, each with the reason that keeps it from any effect."""
    return [Change(one, _idle(setting, one)) for one in changes_of(scenario)]


def _idle(setting: Setting, change: Changed) -> Reason | None:
    """Why a change cannot move anything; None where it can."""
    plan, value = setting.plan, change.value
    idle: Reason | None = None
    match change.key, value:
        case _, Outage():
            idle = _idle_outage(setting, value)
        case _, Shift():
            idle = _without_orders(setting, value.source) if value.share else AS_IN_BASE
        case _, TermChange():
            old = next(one for one in plan.facilities if one.name == value.facility)
            given = tuple(value.value) if isinstance(value.value, list) else value.value
            idle = AS_IN_BASE if getattr(old, value.term) == given else None
        case "opening_balance" | "minimum_balance", _:
            idle = AS_IN_BASE if getattr(plan.cash, change.key) == value else None
        case "flows", _:
            idle = _idle_flows(setting, change.name, value)
        case "volume", _:
            idle = _idle_volume(setting, change.name, value) if change.name else None
        case _:
            idle = _idle_rate(setting, change)
    return idle


def _idle_flows(setting: Setting, category: str, factor: object) -> Reason | None:
    first, last = (day.astype(object) for day in (setting.days[0], setting.days[-1]))
    if not any(one.category == category and first <= one.date <= last for one in setting.plan.other_flows):
        return Reason("flows_outside", {"name": category, "day": str(last)})
    return AS_IN_BASE if factor == 1.0 else None


def _idle_volume(setting: Setting, name: str, factor: object) -> Reason | None:
    if name in setting.plan.channels:
        idle = _without_orders(setting, name)
    else:
        first, last = (day.astype(object) for day in (setting.days[0], setting.days[-1]))
        touched = any(one.name == name and one.start <= last and one.end >= first for one in setting.plan.events)
        idle = None if touched else Reason("event_outside", {"name": name, "day": str(last)})
    return idle or (AS_IN_BASE if factor == 1.0 else None)


def _idle_rate(setting: Setting, change: Changed) -> Reason | None:
    """Rates and delays of a channel."""
    key, name = change.key, change.name
    delayed = key != "settlement_delay" or change.value
    if not delayed or getattr(setting.plan.channels[name], key, None) == change.value:
        return AS_IN_BASE
    idle = _without_orders(setting, name)
    failed = [one.by_channel[name].failed_total.mean for one in (setting.base, setting.changed)]
    if idle is None and key == "recovery" and max(failed) < FEN_TOLERANCE and _first_difference(setting) is None:
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


def _reasons(setting: Setting, scenario: Scenario, changes: Sequence[Change], figure: str) -> Iterator[Reason]:
    """Why a figure does not move: the changes that bear on it have no effect, or it stands on other days or money."""
    bearing = [one for one in changes if one.key in REACHES[figure]]
    live = [one for one in bearing if one.idle is None]
    if figure == "sales" and not any(move.lost for move in scenario.shift):
        live = [one for one in live if one.key != "shift"]
    if live:
        yield _on_figure(setting, scenario, {one.key for one in live}, figure)
        return
    idle = list(dict.fromkeys(one.idle for one in bearing if one.idle is not None))
    yield from idle or [Reason("not_touched")]


def _on_figure(setting: Setting, scenario: Scenario, keys: set[str], figure: str) -> Reason:
    """Why a figure on which changes bear does not move all the same."""
    base, changed = setting.base, setting.changed
    reason: Reason | None = None
    if figure in {"failed", "lost"}:
        reason = _on_failures(setting, scenario, keys, figure)
    elif figure in {"fees", "receipts"} and keys <= {"outages", "settlement_delay"}:
        reason = Reason("only_later", {"day": base.dates[-1]})
    elif figure == "lowest_cash":
        reason = _too_late(setting, scenario, base.lowest_cash.day)
    elif figure == "funding_gap" and max(base.buffer.funding_gap, changed.buffer.funding_gap) < FEN_TOLERANCE:
        reason = Reason("no_gap")
    elif figure in {"buffer", "funding_gap", "expected_cost"}:
        reason = _on_cost(setting, scenario, keys) if figure == "expected_cost" else None
        reason = reason or _on_buffer(setting, scenario)
    return reason or Reason("too_small")


def _on_buffer(setting: Setting, scenario: Scenario) -> Reason:
    """Why what decides the buffer stays."""
    day = setting.base.buffer.peak_day
    if day is None:
        return Reason("cash_never_falls")
    return _too_late(setting, scenario, day) or Reason("same_when_tight", {"day": day})


def _on_failures(setting: Setting, scenario: Scenario, keys: set[str], figure: str) -> Reason:
    amounts = [_figures(one) for one in (setting.base, setting.changed)]
    if all(_same(one["failed"], 0.0) for one in amounts):
        return Reason("no_failures")
    if figure == "lost" and keys == {"outages"} and all(one.cause == CLEARING for one in scenario.outages):
        return Reason("clearing_cures")
    if figure == "lost" and all(_same(one["lost"], 0.0) for one in amounts):
        return Reason("all_cured")
    return Reason("too_small")


def _on_cost(setting: Setting, scenario: Scenario, keys: set[str]) -> Reason | None:
    """Why the cost of financing stays: no facility, nothing drawn, or terms of facilities that are not used."""
    if not setting.plan.facilities:
        return Reason("no_facilities")
    mixes = [one.financing.recommended.mix for one in (setting.base, setting.changed) if one.financing is not None]
    used = {part.facility for mix in mixes for part in mix}
    if not used:
        return Reason("nothing_drawn")
    if keys == {"facilities"}:
        spare = [one.facility for one in scenario.terms if one.facility not in used]
        if spare:
            return Reason("facility_unused", {"name": spare[0]})
        return Reason("term_costs_nothing", {"name": f"{scenario.terms[0].facility}.{scenario.terms[0].term}"})
    return None


def _too_late(setting: Setting, scenario: Scenario, day: str) -> Reason | None:
    """The change comes after the day that decides: an outage by its own first day, anything else by its first money."""
    first = _first_difference(setting)
    if first is not None and first <= day:
        return None
    starts = [str(outage.start) for outage in scenario.outages]
    only = len(changes_of(scenario)) == len(starts)
    if starts and only and min(starts) > day:
        return Reason("outage_after", {"start": min(starts), "day": day})
    return Reason("cash_stays") if first is None else Reason("cash_after", {"first": first, "day": day})


def _first_difference(setting: Setting) -> str | None:
    """The first day on which expected cash before financing differs; None where it never does."""
    before, after = (np.array(one.cash_before_financing.mean) for one in (setting.base, setting.changed))
    differing = np.flatnonzero(np.abs(before - after) >= FEN_TOLERANCE)
    return setting.base.dates[int(differing[0])] if differing.size else None
