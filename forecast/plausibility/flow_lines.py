"""Lines of other flows that are no payment of their own: totals, the file once more, receipts, or days gone wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from forecast.notes import Named, Note
from forecast.plausibility.cash import MONTH, TWICE, month_of_orders, outflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forecast.ledger.tables import Ledger
    from forecast.notes import Values
    from forecast.plan.model import OtherFlow, Plan

TOTAL = re.compile(r"合\s*计|小\s*计|总\s*计|共计|(?:^|[\s:：])(?:sub-?|grand )?totals?\s*$", re.IGNORECASE)
"""What a total of other lines is called."""

FEWEST_SUMMED = 3
"""A line that equals the sum of so many others and more is their total."""

SHIFTS, SHIFTED, FEWEST_LINES, FEWEST_KINDS = range(4), 0.45, 8, 3
"""Days by which a file read twice may be moved; the part of so many lines, of so many categories, that then recurs."""

RECEIPTS = re.compile(
    r"销售|回款|营业收入|货款收入|平台结算|平台到账|\bsales\b|receipts|settlements?\b|revenue", re.IGNORECASE
)
OTHER_TRADE = re.compile(r"线下|批发|门店|代销|offline|wholesale|retail store|consignment", re.IGNORECASE)
"""What money from the ledger's own orders is called, and what sales outside the ledger are."""

LATE_DAYS, LATE_TIMES, RHYTHM = 14, 3, 8
"""The first of so many payments comes so many days after as_of, and so many times the longest pause after it."""

MOVED, FEWEST_MOVED, OUTSIDE = 0.8, 3, 0.2
"""This part of the lines outside the horizon, of so many that are this part of all, belongs into it by another day."""

DECEMBER = 12
"""The last month: a day above it is no month."""

STOCK_DAYS, UNKNOWN = 30, 0.1
"""In a horizon of so many days goods are paid for, unless payments of unknown meaning are this part of the orders."""


def on_flow_lines(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that single lines, and days, of the other flows give away."""
    return [*_totals(plan), *_twice(plan), *_receipts(plan), *_days(plan), *_begin(plan), *_missing(plan, ledger)]


def _totals(plan: Plan) -> list[Note]:
    """Lines that are totals of others, by their name or by their amount."""
    flows = plan.other_flows
    fen = [round(flow.amount * 100) for flow in flows]
    everything, notes = sum(fen), []
    for flow, amount in zip(flows, fen, strict=True):
        named = TOTAL.search(flow.category.strip()) or TOTAL.search(flow.note.strip())
        if named or (len(flows) > FEWEST_SUMMED and amount and 2 * amount == everything):
            values: Values = {"date": str(flow.date), "amount": f"{flow.amount:,.2f}"}
            notes.append(Note("flow_is_total", f"cash.other_flows.{flow.category}", values))
    return notes[:FEWEST_SUMMED]


def _twice(plan: Plan) -> list[Note]:
    """A file read twice, though notes or days differ; lines that are the same in all are told elsewhere."""
    flows = plan.other_flows
    if len(flows) - len(set(flows)) > max(1.0, TWICE * len(flows)) or len(flows) < FEWEST_LINES:
        return []
    found = Counter((flow.date, flow.amount, flow.category) for flow in flows)
    for days in SHIFTS:
        shift = dt.timedelta(days=days)
        again = [key for key, count in found.items() if (found[key[0] + shift, *key[1:]] if days else count > 1)]
        if len(again) >= SHIFTED * len(flows) and len({category for *_, category in again}) >= FEWEST_KINDS:
            return [Note("flows_again", "cash.other_flows", {"count": len(again), "days": days})]
    return []


def _receipts(plan: Plan) -> list[Note]:
    """Money of the ledger's own orders among the flows that stand beside it."""
    names = {
        text.strip().casefold() for channel in plan.channels.values() for text in (channel.name, channel.label or "")
    }
    coming = [flow for flow in plan.other_flows if flow.amount > 0 and _is_receipt(flow, names - {""})]
    if not coming:
        return []
    amount = sum(flow.amount for flow in coming)
    word = {"category": Named("categories", coming[0].category)}
    return [Note("flows_hold_receipts", "cash.other_flows", {"count": len(coming), "amount": amount}, word)]


def _is_receipt(flow: OtherFlow, channels: Iterable[str]) -> bool:
    text = f"{flow.category} {flow.note}"
    by_name = flow.category.strip().casefold() in channels
    return not OTHER_TRADE.search(text) and bool(by_name or RECEIPTS.search(text))


def _inside(plan: Plan, day: dt.date | None, beyond: int = 0) -> bool:
    """Whether a day lies in the horizon, or in the days beyond it."""
    return day is not None and 0 < (day - plan.horizon.as_of).days <= plan.horizon.days + beyond


def _swapped(day: dt.date) -> dt.date | None:
    """The day whose month was read as the day, or none."""
    return day.replace(month=day.day, day=day.month) if day.day <= DECEMBER and day.day != day.month else None


def _days(plan: Plan) -> list[Note]:
    """Lines outside the horizon that another reading of their day puts into it."""
    lines = [*plan.past_flows, *plan.other_flows]
    outside = [flow for flow in lines if not _inside(plan, flow.date, MONTH)]
    readings: tuple[tuple[str, Callable[[dt.date], dt.date | None]], ...] = (
        ("flows_days_swapped", _swapped),
        ("flows_year_wrong", lambda day: _in_another_year(day, 1)),
        ("flows_year_wrong", lambda day: _in_another_year(day, -1)),
    )
    for code, reading in readings:
        meant = [flow for flow in outside if _inside(plan, reading(flow.date), MONTH)]
        if len(meant) >= max(FEWEST_MOVED, MOVED * len(outside), OUTSIDE * len(lines)):
            values: Values = {"count": len(meant), "date": str(meant[0].date), "meant": str(reading(meant[0].date))}
            return [Note(code, "cash.other_flows", values)]
    return []


def _begin(plan: Plan) -> list[Note]:
    """Payments that begin weeks after as_of, though they never pause so long."""
    paid = sorted({flow.date for flow in plan.other_flows if flow.amount < 0 and _inside(plan, flow.date)})
    pause = max(((b - a).days for a, b in pairwise(paid)), default=0)
    if len(paid) >= RHYTHM and (paid[0] - plan.horizon.as_of).days >= max(LATE_DAYS, LATE_TIMES * pause):
        return [Note("flows_begin_late", "cash.other_flows", {"first": str(paid[0]), "days": pause})]
    return []


def _in_another_year(day: dt.date, years: int) -> dt.date | None:
    """The same day of another year, or none for 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return None


def _missing(plan: Plan, ledger: Ledger) -> list[Note]:
    """Goods that nobody pays for, and wages that stop at as_of."""
    inside = [flow for flow in plan.other_flows if flow.amount < 0 and _inside(plan, flow.date)]
    if not inside or plan.horizon.days < STOCK_DAYS:
        return []
    ahead = {outflow(flow.category) for flow in inside}
    return [*_goods(plan, ledger, inside), *([] if "payroll" in ahead else _wages_stop(plan))]


def _goods(plan: Plan, ledger: Ledger, paid: list[OtherFlow]) -> list[Note]:
    """No payment that is, or may be, for goods."""
    days = plan.horizon.days
    costs = {outflow(cost.category) for cost in plan.costs}
    kinds = {outflow(flow.category) for flow in paid} | costs
    unknown = -sum(flow.amount for flow in paid if outflow(flow.category) is None)
    if "stock" in kinds or None in costs or unknown >= UNKNOWN * month_of_orders(ledger) * days / MONTH:
        return []
    return [Note("no_stock_payments", "cash.other_flows", {"days": days})]


def _wages_stop(plan: Plan) -> list[Note]:
    """Wages paid before as_of, where none are after it."""
    before = [flow.category for flow in plan.past_flows if flow.amount < 0 and outflow(flow.category) == "payroll"]
    word = {"category": Named("categories", before[0])} if before else {}
    where = f"cash.other_flows.{before[0]}" if before else ""
    return [Note("flows_stop", where, {"days": plan.horizon.days}, word)] if before else []
