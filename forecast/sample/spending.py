"""What the sample shop spends: shares of its sales, its other cash flows, and the round sums of its plan."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar, to_date
from forecast.sample.demand import ordinary_sales, promotions
from forecast.sample.world import FUTURE_DAYS
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.plan.model import Language
    from forecast.sample.demand import Promotion
    from forecast.sample.world import World

STOCK, LOGISTICS, ADVERTISING = 0.60, 0.035, 0.05
"""What moves with sales, as shares of their value: [[costs]] of the plan. About 0.85 of sales value is received."""

PAYROLL, RENT, TAX = 0.075, 0.012, 0.02
"""What does not, as shares of ordinary sales value: lines of the other flows."""

RESERVE, RESERVE_DAYS = 0.3, 7
"""Stock in reserve: of what a promotion is expected to sell beyond ordinary days, paid so many days before its peak."""


@dataclass(frozen=True, slots=True)
class Spending:
    """One line of ``other_flows.csv``: yuan, negative because it goes out."""

    date: dt.date
    amount: float
    category: str
    note: str
    movable_days: int = 0
    deferral_cost: float = 0.0


def expected_sales(world: World) -> tuple[Floats, Floats]:
    """Expected sales in yuan of every day of the world: promotions left out, and with them (day,), (day,)."""
    law = world.law
    amount = world.demand.shares @ np.array([channel.price for channel in law.channels]) * law.mean_price()
    with_promotions = world.orders_a_unit * world.demand.expected * amount
    return world.orders_a_unit * ordinary_sales(law, world.demand.days) * amount, with_promotions


def daily_level(world: World) -> float:
    """Expected sales in yuan of an ordinary day around as_of: the yardstick of the plan's sums."""
    ordinary, _ = expected_sales(world)
    known = world.as_of - world.first + 1
    return float(ordinary[max(known - 28, 0) : known].mean())


def round_sum(amount: float, digits: int = 2) -> float:
    """An amount rounded to so many leading digits, as people write budgets."""
    if amount == 0:
        return 0.0
    places = digits - 1 - int(np.floor(np.log10(abs(amount))))
    return float(round(amount, places))


def other_flows(world: World, language: Language) -> list[Spending]:
    """The shop's payments in the days after as_of, by date, on working days; notes in the language.

    Monthly: rent on the 1st, payroll on the 10th, tax on the 15th. Before a promotion's peak: stock in reserve, which
    the supplier lets move. Stock, logistics and advertising for what is sold move with sales and stand in the plan.
    """
    days = world.demand.days
    as_of = to_date(days[world.as_of - world.first])
    last = as_of + dt.timedelta(days=FUTURE_DAYS)
    ordinary, full = expected_sales(world)
    lines = _monthly(world, ordinary)
    for promotion in promotions(as_of, last):
        inside = (days >= np.datetime64(promotion.start)) & (days <= np.datetime64(promotion.end))
        lines.append(_reserve(promotion, float((full - ordinary)[inside].sum())))
    calendar, texts = Calendar("CN"), Texts(language)
    noted = []
    for line in lines:
        date = to_date(calendar.working_day_on_or_after(line.date))
        key, _, about = line.note.partition(":")
        note = texts(f"sample.notes.{key}", promotion=about)
        noted.append(replace(line, date=date, amount=-round_sum(line.amount), note=note))
    kept = [line for line in noted if as_of < line.date <= last]
    return sorted(kept, key=lambda line: (line.date, line.category, line.amount))


def _monthly(world: World, ordinary: Floats) -> list[Spending]:
    """The monthly payments, as positive sums with the note's key."""
    known = world.as_of - world.first + 1
    lines: list[Spending] = []
    for index in range(known, known + FUTURE_DAYS):
        date = to_date(world.demand.days[index])
        month = ordinary[max(index - 30, 0) : index].sum()
        monthly = {1: (RENT * month, "rent"), 10: (PAYROLL * month, "payroll"), 15: (TAX * month, "tax")}
        if due := monthly.get(date.day):
            lines.append(Spending(date, float(due[0]), due[1], due[1]))
    return lines


def _reserve(promotion: Promotion, extra: float) -> Spending:
    """The stock in reserve for a promotion that sells ``extra`` yuan, as a positive sum with the note's key."""
    date = promotion.peak - dt.timedelta(days=RESERVE_DAYS)
    return Spending(date, RESERVE * STOCK * extra, "stock", f"reserve:{promotion.name}", 15, 0.08)


def flows_text(lines: list[Spending]) -> str:
    """``other_flows.csv``: one line a flow."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date", "amount", "category", "note", "movable_days", "deferral_cost"])
    for line in lines:
        deferral = (line.movable_days, line.deferral_cost) if line.movable_days else ("", "")
        writer.writerow([line.date.isoformat(), f"{line.amount:.2f}", line.category, line.note, *deferral])
    return out.getvalue()
