"""What a scenario leaves as it is in base, and why: which figures each key bears on, and rules on both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.cash import FEN_TOLERANCE
from forecast.errors import Said
from forecast.idle_changes import Reason, Setting, first_difference, idle
from forecast.notes import Note
from forecast.plan.model import Shift
from forecast.results.scenario import Unmoved, costs_total, same_money
from forecast.scenarios import changes_of
from forecast.simulation.outages import CLEARING
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from forecast.arrays import Days
    from forecast.plan.model import Plan, Scenario
    from forecast.results.scenario import ScenarioResult
    from forecast.scenarios import Changed

    Change = tuple[Changed, Reason | None]
    """A change and why it cannot move anything; None where it can."""

ORDERS = frozenset({"volume", "shift"})
MONEY = ORDERS | {"failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate", "outages"}

PAYMENTS = MONEY | {"flows", "costs", "planned_volume"}

REACHES: Mapping[str, frozenset[str]] = {
    "sales": ORDERS,
    "receipts": MONEY,
    "failed": ORDERS | {"failure_rate", "outages"},
    "lost": ORDERS | {"failure_rate", "recovery", "outages"},
    "fees": MONEY,
    "costs": ORDERS | {"costs", "planned_volume"},
    "lowest_cash": PAYMENTS | {"opening_balance"},
    "lowest_cash_at": PAYMENTS | {"opening_balance", "confidence"},
    "buffer": PAYMENTS | {"minimum_balance", "confidence"},
    "funding_gap": PAYMENTS | {"opening_balance", "minimum_balance", "confidence"},
    "expected_cost": PAYMENTS | {"opening_balance", "minimum_balance", "confidence", "facilities"},
}
"""The figures that a what-if shows, and the keys whose changes bear on each."""


def beside_base(
    plan: Plan,
    days: Days,
    scenarios: Mapping[str, Scenario],
    results: Mapping[str, ScenarioResult],
    own: Collection[str],
) -> tuple[dict[str, ScenarioResult], list[Note]]:
    """The results with what each scenario leaves as it is in base and why, and notes on changes without effect.

    Notes concern the user's ``own`` scenarios: of the built-in ones a plan has what it has.
    """
    notes: list[Note] = []
    beside = dict(results)
    for name in [name for name in results if name != "base" and "base" in results]:
        still, found = unmoved(Setting(plan, days, results["base"], results[name]), scenarios[name])
        beside[name] = replace(results[name], unmoved=still)
        notes += found if name in own else []
    return beside, notes


def unmoved(setting: Setting, scenario: Scenario) -> tuple[list[Unmoved], list[Note]]:
    """The figures that stay as in base, one entry a reason; and a note on each change without effect."""
    changes = [(one, idle(setting, one)) for one in changes_of(scenario)]
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
    best = None if scenario.financing is None else scenario.financing.recommended
    return {
        "sales": scenario.sales_total.mean,
        "receipts": scenario.receipts_total.mean,
        "failed": sum(one.failed_total.mean for one in channels),
        "lost": sum(one.lost_total.mean for one in channels),
        "fees": sum(one.fees_total.mean for one in channels),
        "costs": costs_total(scenario) if scenario.costs else None,
        "lowest_cash": scenario.lowest_cash.amount,
        "lowest_cash_at": scenario.lowest_cash.at_confidence,
        "buffer": scenario.buffer.amount,
        "funding_gap": scenario.buffer.funding_gap,
        "expected_cost": best.expected_cost if best is not None and best.feasible else None,
    }


def _same(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and abs(before - after) < FEN_TOLERANCE


def _notes(setting: Setting, scenario: Scenario, changes: Sequence[Change], reasons: Sequence[Reason]) -> list[Note]:
    """A note on each change that cannot move anything, or one on all together where nothing at all has moved.

    Outages outside the horizon have a note of their own, and ``flows.stock = 1`` says that stock stays as it is.
    """
    where = f"scenarios.{scenario.name}"
    if not changes:
        return [_note(where, scenario.label, Reason("no_change"))]
    without = [(one, reason) for one, reason in changes if reason is not None]
    notes = [_note(f"{where}.{one.dotted}", one.line, reason) for one, reason in without if not _known(one, reason)]
    if len(without) < len(changes) and _nothing_moved(setting):
        lines = ", ".join(one.line for one, _ in changes)
        notes.append(_note(where, lines, reasons[-1] if reasons else Reason("too_small")))
    return notes


def _known(change: Changed, reason: Reason) -> bool:
    """Whether a change without effect is told elsewhere, or meant as it is."""
    return reason.code == "outage_outside" or (change.key == "flows" and reason.code == "as_in_base")


def _note(where: str, change: str, reason: Reason) -> Note:
    told = Said(reason.code, reason.values, "unmoved")
    return Note("change_without_effect", where, {"change": change}, {"reason": told})


def _nothing_moved(setting: Setting) -> bool:
    """Whether no figure differs, of no day either and with no facility."""
    base, changed = setting.base, setting.changed
    same = same_money(base, changed)
    before, after = base.financing, changed.financing
    if before is None or after is None:
        return same
    return same and before.recommended == after.recommended and before.options == after.options


def _reasons(setting: Setting, scenario: Scenario, changes: Sequence[Change], figure: str) -> list[Reason]:
    """Why a figure does not move: the changes that bear on it have no effect, or it stands on other days or money."""
    if not changes:
        return [Reason("no_change")]
    bearing = [(one, reason) for one, reason in changes if _bears(one, figure)]
    live = {one.key for one, reason in bearing if reason is None}
    if live:
        return [_on_figure(setting, scenario, live, figure)]
    return _together([reason for _, reason in bearing if reason is not None]) or [Reason("not_touched")]


def _bears(change: Changed, figure: str) -> bool:
    """Whether a change bears on a figure; orders that only move to another channel leave all sales together."""
    moves_alone = isinstance(change.value, Shift) and not change.value.lost
    return change.key in REACHES[figure] and not (figure == "sales" and moves_alone)


def _together(reasons: Sequence[Reason]) -> list[Reason]:
    """Each reason once, the names of those that differ in nothing else side by side."""
    found: list[Reason] = []
    for one in reasons:
        alike = [place for place, other in enumerate(found) if _but_for_name(other) == _but_for_name(one)]
        if not alike:
            found.append(one)
        elif (name := one.values.get("name", "")) not in (names := found[alike[0]].values.get("name", "")).split(", "):
            found[alike[0]] = Reason(one.code, {**one.values, "name": f"{names}, {name}"})
    return found


def _but_for_name(reason: Reason) -> Reason:
    return Reason(reason.code, {key: value for key, value in reason.values.items() if key != "name"})


def _on_figure(setting: Setting, scenario: Scenario, keys: set[str], figure: str) -> Reason:
    """Why a figure on which changes bear does not move all the same."""
    base, changed = setting.base, setting.changed
    reason: Reason | None = None
    if figure in {"failed", "lost"}:
        reason = _on_failures(setting, scenario, keys, figure)
    elif figure in {"fees", "receipts"} and keys <= {"outages", "settlement_delay"}:
        reason = Reason("only_later", {"day": base.dates[-1]})
    elif figure in {"lowest_cash", "lowest_cash_at"}:
        lowest = base.lowest_cash
        reason = _too_late(setting, scenario, lowest.day if figure == "lowest_cash" else lowest.day_at_confidence)
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
    first = first_difference(setting)
    if first is not None and first <= day:
        return None
    starts = [str(outage.start) for outage in scenario.outages]
    only = len(changes_of(scenario)) == len(starts)
    if starts and only and min(starts) > day:
        return Reason("outage_after", {"start": min(starts), "day": day})
    return Reason("cash_stays") if first is None else Reason("cash_after", {"first": first, "day": day})
