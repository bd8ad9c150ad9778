"""Balances, flows and limits against the ledger: sign, scale, and whether they reach over the horizon."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from forecast.money import to_yuan
from forecast.notes import Named, Note
from forecast.receivables.rows import days_of, orders_in, total_fen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.ledger.tables import Ledger
    from forecast.notes import Values
    from forecast.plan.model import OtherFlow, Plan

OUTFLOWS: dict[str, tuple[str, ...]] = {
    "stock": ("stock", "purchase", "purchases", "goods", "备货", "备货采购", "采购", "货款", "进货"),
    "logistics": ("logistics", "freight", "shipping", "物流", "运费", "快递", "快递费"),
    "advertising": ("advertising", "ads", "marketing", "广告", "广告投放", "推广", "推广费"),
    "payroll": ("payroll", "salary", "salaries", "wages", "工资", "薪资", "人工"),
    "rent": ("rent", "房租", "租金"),
    "tax": ("tax", "taxes", "vat", "税", "税款", "税费", "增值税"),
    "debt": ("debt", "loan", "interest", "既有贷款", "贷款", "还款", "还贷", "利息"),
}
"""Categories whose money goes out, by the words that merchants write for them."""

STEMS: dict[str, str] = {
    "debt": r"还款|还贷|还本|利息|repa(?:y|id)|instal+ment|\binterest|loan payment",
    "stock": r"货款|采购|进货|备货|供应商|supplier|purchas|inventory|\bstock|\bgoods",
    "logistics": r"物流|运费|快递|freight|shipping|courier|parcel|logistic",
    "advertising": r"广告|推广|投放|advert|marketing",
    "payroll": r"薪|工资|奖金|社保|payroll|salar|\bwages?\b|\bbonus",
    "rent": r"租|\brent(?:al|s)?\b",
    "tax": r"税|\btax|\bvat\b",
    "other": r"设备|装修|保险|水电|equipment|decorat|insurance|utilit",
}
"""What a free text holds that means such payments."""

INCOME = re.compile(
    r"退|返|收|回款|回收|销售|到账|放款|发放贷款|refund|rebate|income|receipt|receiv|proceeds|sale|paid out|sublet",
    re.IGNORECASE,
)
"""What a free text holds that may as well come in."""

RECENT_DAYS, MONTH = 90, 30
"""Days up to as_of whose orders a month's are taken from."""

BALANCE = (1 / 2_000, 12.0)
MINIMUM = (1 / 500, 25.0)
LIMIT = (1 / 5_000, 50.0)
FLOWS = (1 / 50, 20.0)
REVENUE = (1 / 4, 30.0)
"""What is in scale, from the least to the most, in months of orders (``REVENUE``: in years of them)."""

OF_REVENUE = {
    "cost_of_goods_sold": (1 / 50, 1.2),
    "profit": (0.0, 0.8),
    "next_revenue": (1 / 4, 4.0),
    "receivables": (1 / 5_000, 2.0),
    "inventory": (1 / 5_000, 2.0),
    "payables": (1 / 5_000, 2.0),
    "prepaid": (0.0, 2.0),
    "advances": (0.0, 2.0),
    "funds_available": (0.0, 3.0),
}
"""What other accounts are, from the least to the most, of the revenue."""

FEWEST_ORDERS = 30
"""A ledger of fewer orders gives no scale."""

FEWEST_RECENT = 10
"""Where the last days have fewer orders, the whole ledger's rate is taken."""

LONG_DAYS, LAST_DAYS, PAY_DAYS = 45, 35, 45
"""In a horizon of so many days outflows should reach into the last days, and wages be paid at least so often."""

TWICE = 0.2
"""Lines that are there twice, above this share of all, are a file read into another."""

SCALES = {
    "stock": (1 / 200, 5.5),
    "logistics": (1 / 20_000, 0.6),
    "advertising": (1 / 20_000, 1.0),
    "payroll": (1 / 5_000, 0.6),
    "rent": (1 / 20_000, 0.5),
    "tax": (1 / 20_000, 0.5),
}
"""Payments of a category a month that are in scale, from the least to the most, in months of orders."""

LIKE = 0.5
"""A line that comes in and is this part of the category's usual payment is rather a minus forgotten than a rebate."""

LARGER = 1.5
"""A loan paid out is so many times what is usually repaid of it at once."""

FEWEST_LINES = 3
FAR = ((50.0, 0.1), (8.0, 1.5))
"""A line so many times its category's usual one, of so many, that is at least so many months of orders."""

TINY = 1 / 500
"""A line that is at most this part of its category's usual one is in another unit."""

ALONE, ALONE_TINY = 6.0, 1 / 10_000
"""A line of more months of orders is out of scale by itself; and so is one of a known category that is less."""


def on_cash(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that makes the plan's cash implausible."""
    month = month_of_orders(ledger)
    return [*_balances(plan, month), *_limits(plan, month), *_signs(plan), *_reach(plan), *_flows(plan, month)]


def month_of_orders(ledger: Ledger) -> float:
    """The order value of a month at the rate of the last days, in yuan; 0 where the ledger is too small to say."""
    tables, sales = ledger.tables, ledger.tables.sales
    if ledger.counts.orders < FEWEST_ORDERS:
        return 0.0
    as_of = np.datetime64(tables.as_of)
    days = min(RECENT_DAYS, (tables.as_of - tables.first_day).days + 1)
    recent = sales[days_of(sales) > as_of - days]
    if orders_in(recent) < FEWEST_RECENT:
        recent, days = sales, (tables.as_of - tables.first_day).days + 1
    return to_yuan(total_fen(recent)) * MONTH / days


def _scale(key: str, amount: float, month: float, bounds: tuple[float, float]) -> list[Note]:
    """A note where an amount is out of scale with a month of orders."""
    low, high = bounds
    if month <= 0 or amount <= 0 or low * month <= amount <= high * month:
        return []
    if amount < low * month:
        return [Note("amount_too_small", key, {"amount": amount, "month": month, "factor": month / amount})]
    return [Note("amount_too_large", key, {"amount": amount, "month": month, "factor": amount / month})]


def _balances(plan: Plan, month: float) -> list[Note]:
    cash = plan.cash
    notes = _scale("cash.opening_balance", cash.opening_balance, month, BALANCE)
    notes += _scale("cash.minimum_balance", cash.minimum_balance, month, MINIMUM)
    if cash.opening_balance == 0:
        notes.append(Note("opening_zero", "cash.opening_balance", {"as_of": str(plan.horizon.as_of)}))
    elif cash.opening_balance < cash.minimum_balance:
        opening, as_of = cash.opening_balance, str(plan.horizon.as_of)
        values: Values = {"opening": f"{opening:,.2f}", "minimum": f"{cash.minimum_balance:,.2f}", "as_of": as_of}
        notes.append(Note("opening_below_minimum", "cash.opening_balance", values))
    return notes


def _limits(plan: Plan, month: float) -> list[Note]:
    notes = _accounts(plan, month)
    for facility in plan.facilities:
        where = f"facilities.{facility.name}.limit"
        notes += _scale(where, facility.limit or 0.0, month, LIMIT)
        if facility.limit == 0:
            notes.append(Note("limit_zero", where))
    return notes


def _accounts(plan: Plan, month: float) -> list[Note]:
    """Revenue against the ledger, and every other account against the revenue."""
    revenue = plan.accounts.get("revenue", 0.0)
    notes = _scale("accounts.revenue", revenue, 12 * month, REVENUE)
    for key, (low, high) in OF_REVENUE.items():
        amount = plan.accounts.get(key, 0.0)
        if revenue > 0 and amount > 0 and not low * revenue <= amount <= high * revenue:
            values: Values = {"amount": amount, "revenue": revenue, "factor": amount / revenue}
            notes.append(Note("accounts_apart", f"accounts.{key}", values))
    return notes


def outflow(category: str) -> str | None:
    """The category of payments that a merchant's word means, or none where it may as well come in."""
    word = category.strip().casefold()
    known = next((name for name, words in OUTFLOWS.items() if word in words), None)
    if known or INCOME.search(word):
        return known
    return next((name for name, stems in STEMS.items() if re.search(stems, word)), None)


def _signs(plan: Plan) -> list[Note]:
    """Categories of payments with lines that come in, but for a rebate or a refund among payments."""
    lines: defaultdict[str, list[OtherFlow]] = defaultdict(list)
    for flow in plan.other_flows:
        if outflow(flow.category):
            lines[flow.category].append(flow)
    positive = {category: _wrong_sign(category, flows) for category, flows in lines.items()}
    return [
        Note(
            "flow_comes_in",
            f"cash.other_flows.{category}",
            {"count": len(amounts), "amount": sum(amounts)},
            {"category": Named("categories", category)},
        )
        for category, amounts in positive.items()
        if amounts
    ]


def _wrong_sign(category: str, flows: list[OtherFlow]) -> list[float]:
    """The amounts of a category of payments that come in and look like payments without their minus."""
    amounts = np.array([flow.amount for flow in flows])
    coming, paid = amounts[amounts > 0], -amounts[amounts < 0]
    usual, kind = float(np.median(paid)) if len(paid) else 0.0, outflow(category)
    if kind == "debt" and _is_new_loan(flows, usual):
        return []
    if len(coming) > len(paid) or coming.sum() > paid.sum():
        return [float(one) for one in coming]
    return [] if kind == "tax" else [float(one) for one in coming if one >= LIKE * usual]


def _is_new_loan(flows: list[OtherFlow], usual: float) -> bool:
    """Whether what comes in is paid out once, larger than its instalments or repaid in one sum, and repaid later."""
    coming = [flow for flow in flows if flow.amount > 0]
    later = [-flow.amount for flow in flows if flow.amount < 0 and coming and flow.date > coming[0].date]
    if len(coming) != 1 or not later:
        return False
    amount = coming[0].amount
    return amount >= LARGER * usual or (len(later) == 1 and later[0] >= amount)


def _ends(plan: Plan) -> tuple[dt.date, dt.date]:
    """The horizon's first and last day."""
    as_of = plan.horizon.as_of
    return as_of + dt.timedelta(days=1), as_of + dt.timedelta(days=plan.horizon.days)


def _inside(plan: Plan) -> list[OtherFlow]:
    last = _ends(plan)[1]
    return [flow for flow in plan.other_flows if flow.date <= last]


def _reach(plan: Plan) -> list[Note]:
    """Whether payments reach over the horizon: some of them, to its end, and wages every month."""
    first, last = _ends(plan)
    known, inside = len(plan.other_flows) + plan.ignored_flows, _inside(plan)
    where, horizon = "cash.other_flows", {"first": str(first), "last": str(last)}
    if known and not inside:
        return [Note("flows_outside", where, {"count": known, **horizon})]
    paid = sorted(flow.date for flow in inside if flow.amount < 0)
    if not paid:
        return [] if plan.costs else [Note("no_outflows", where, horizon)]
    if plan.horizon.days < LONG_DAYS:
        return []
    if (last - paid[-1]).days > LAST_DAYS:
        return [Note("flows_end", where, {"until": str(paid[-1]), "last": str(last)})]
    return _wages(inside, first, last)


def _wages(inside: list[OtherFlow], first: dt.date, last: dt.date) -> list[Note]:
    """Whether wages, if any are paid, are paid every month."""
    wages = [flow.date for flow in inside if outflow(flow.category) == "payroll"]
    since, days = _longest_without([first - dt.timedelta(days=1), *sorted(wages), last + dt.timedelta(days=1)])
    if wages and days > PAY_DAYS:
        return [Note("payroll_missing", "cash.other_flows", {"from": str(since), "days": days})]
    return []


def _longest_without(days: list[dt.date]) -> tuple[dt.date, int]:
    """The first day of the longest stretch between two neighbours, and how many days it has."""
    stretches = [(a + dt.timedelta(days=1), (b - a).days - 1) for a, b in pairwise(days)]
    return max(stretches, key=lambda stretch: stretch[1])


def _flows(plan: Plan, month: float) -> list[Note]:
    """Payments out of scale as a whole, single lines out of line, and lines that are there twice."""
    inside = _inside(plan)
    paid = -sum(flow.amount for flow in inside if flow.amount < 0)
    notes = _scale("cash.other_flows", paid * MONTH / plan.horizon.days, month, FLOWS)
    twice = len(plan.other_flows) - len(set(plan.other_flows))
    if twice > max(1.0, TWICE * len(plan.other_flows)):
        notes.append(Note("flows_twice", "cash.other_flows", {"count": twice}))
    notes += [] if any(note.code != "flows_twice" for note in notes) else _categories(inside, plan.horizon.days, month)
    return notes + _out_of_line(inside, month)


def _categories(flows: Iterable[OtherFlow], days: int, month: float) -> list[Note]:
    """Categories whose payments of a month are out of scale with a month of orders: in another unit, by all signs."""
    paid: defaultdict[str, float] = defaultdict(float)
    for flow in flows:
        paid[flow.category] -= flow.amount
    notes = []
    for category, total in paid.items():
        a_month = total * MONTH / max(days, MONTH)
        low, high = SCALES.get(outflow(category) or "", (0.0, np.inf))
        if month > 0 and a_month > 0 and not low * month <= a_month <= high * month:
            values: Values = {"amount": a_month, "month": month, "share": a_month / month}
            words = {"category": Named("categories", category)}
            notes.append(Note("category_out_of_scale", f"cash.other_flows.{category}", values, words))
    return notes


def _out_of_line(flows: Iterable[OtherFlow], month: float) -> list[Note]:
    """A line that is far from its category's usual one and large besides, or tiny; and one out of scale by itself."""
    by_category: defaultdict[str, list[OtherFlow]] = defaultdict(list)
    for flow in flows:
        by_category[flow.category].append(flow)
    odd = {category: _odd_line(category, lines, month) for category, lines in by_category.items() if month > 0}
    return [note for note in odd.values() if note]


def _odd_line(category: str, lines: list[OtherFlow], month: float) -> Note | None:
    """The line of a category that is furthest from all measure."""
    usual = float(np.median([abs(line.amount) for line in lines]))
    where, word = f"cash.other_flows.{category}", {"category": Named("categories", category)}
    if len(lines) >= FEWEST_LINES:
        far = [one for one in lines if _is_far(abs(one.amount), usual, month)]
        if not far:
            return None
        worst = max(far, key=lambda line: abs(np.log(abs(line.amount) / usual)))
        values: Values = {"date": str(worst.date), "amount": f"{worst.amount:,.2f}", "usual": f"{usual:,.2f}"}
        return Note("flow_out_of_line", where, values, word)
    least = ALONE_TINY * month if outflow(category) else 0.0
    for one in lines:
        if abs(one.amount) > ALONE * month or 0 < abs(one.amount) < least:
            values = {"date": str(one.date), "amount": f"{one.amount:,.2f}", "month": f"{month:,.0f}"}
            return Note("flow_out_of_scale", where, values, word)
    return None


def _is_far(amount: float, usual: float, month: float) -> bool:
    """Whether an amount is no usual line of its category."""
    if 0 < amount <= TINY * usual:
        return True
    return usual > 0 and any(amount > max(times * usual, months * month) for times, months in FAR)
