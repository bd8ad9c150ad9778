"""Forty slips of a finance person's, each an error or a note that says what to do; and none where nothing is wrong."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ledgers import shop_orders

from forecast import input_notes
from forecast.calendar import Calendar
from forecast.commands.check import checked_notes, plausibility_notes
from forecast.errors import InputError
from forecast.input_notes import law_notes, sales_notes
from forecast.ledger.reading import read_ledger
from forecast.notes import Note, note_text
from forecast.plan.bearing import bearing
from forecast.plan.ledger_source import LedgerFile
from forecast.plan.model import Cost
from forecast.plan.reading import load_plan
from forecast.plausibility.changes import on_changes
from forecast.plausibility.channels import on_channels
from forecast.plausibility.ledger import on_ledger
from forecast.sample import write_sample
from forecast.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

ROOT = Path(__file__).resolve().parents[1]

PLAN = """\
language = "en"
[merchant]
timezone = "Asia/Shanghai"
[plan]
as_of = 2026-10-18
horizon_days = 75
[ledger]
orders = "orders.csv"
[cash]
opening_balance = 60_000.00
minimum_balance = 20_000.00
other_flows = "other_flows.csv"
[channels.baitiao]
clearing = "jd_pay"
[channels.wechat]
clearing = "tenpay"
[[facilities]]
name = "bank_line"
kind = "revolver"
limit = 50_000.00
annual_rate = 0.0435
[scenarios.slower]
settlement_delay.wechat = 2
"""

FLOWS = """\
date,amount,category,note
2026-10-22,-22000.00,stock,
2026-11-05,-25000.00,stock,
2026-11-20,-21000.00,stock,
2026-12-10,-20000.00,stock,
2026-11-10,-8000.00,payroll,
2026-12-10,-8000.00,payroll,
2026-12-28,-3000.00,rent,
"""


@cache
def orders_of_the_shop(days: int = 120, until: str = "2026-10-18") -> str:
    """A shop of 60,000 yuan a month, 30,000 on each channel, with a few orders that were never paid."""
    last = dt.date.fromisoformat(until)
    closed = [last - dt.timedelta(days=back) for back in range(15, days, 15)]
    return shop_orders(days, until=until) + "".join(
        f"{90_001 + place},{name},{day} 10:00:00,100.00,,,,{day + dt.timedelta(days=2)} 10:00:00,,,,\n"
        for place, (day, name) in enumerate(zip(closed, ("wechat", "baitiao") * len(closed), strict=False))
    )


def put(old: str, new: str) -> Callable[[str], str]:
    """Writes something else in the place of a text that must be there."""

    def edited(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return edited


def add(lines: str) -> Callable[[str], str]:
    """Adds lines at the end."""
    return lambda text: text + lines


def cost(category: str, share: float, days: int) -> str:
    """A cost that moves with sales."""
    return f'[[costs]]\ncategory = "{category}"\nshare_of_sales = {share}\ndays_after = {days}\n'


def columns(change: Callable[[dict[str, str]], dict[str, str]], header: str = "") -> Callable[[str], str]:
    """Changes each row of the ledger, and its header where one is given."""

    def edited(text: str) -> str:
        first, *rows = text.splitlines()
        names = first.split(",")
        changed = [change(dict(zip(names, row.split(","), strict=True))) for row in rows]
        written = header.split(",") if header else names
        return "\n".join([",".join(written), *(",".join(row[name] for name in written) for row in changed)]) + "\n"

    return edited


def swapped(one: str, other: str) -> Callable[[str], str]:
    """Two columns, each under the other's header."""
    return columns(lambda row: row | {one: row[other], other: row[one]})


def without(gone: Callable[[dict[str, str]], bool]) -> Callable[[str], str]:
    """Leaves rows of the ledger out."""

    def edited(text: str) -> str:
        first, *rows = text.splitlines(keepends=True)
        names = first.strip().split(",")
        return first + "".join(row for row in rows if not gone(dict(zip(names, row.strip().split(","), strict=True))))

    return edited


def again(text: str, since: str) -> str:
    """The rows ordered since then once more, under other numbers."""
    rows = text.splitlines(keepends=True)[1:]
    return text + "".join(f"B{row}" for row in rows if row.split(",")[2] >= since)


def times_hundred(row: dict[str, str]) -> dict[str, str]:
    """A row in fen."""
    money = ("amount", "settled_amount", "refunded_amount")
    return row | {name: f"{float(row[name]) * 100:.2f}" for name in money if row[name]}


@dataclass(frozen=True)
class Slip:
    """What is written wrongly into plan, flows or ledger, and the code or the part of an error that tells it."""

    told: str
    plan: Callable[[str], str] = str
    flows: Callable[[str], str] = str
    orders: Callable[[str], str] = str
    where: str | None = None


def later(row: dict[str, str]) -> dict[str, str]:
    """A day on which customers sleep from two to seven, told in UTC."""
    hour = int(row["order_id"]) * 7 % 19 + 7
    moment = dt.datetime.fromisoformat(row["ordered_at"]).replace(hour=0) + dt.timedelta(hours=hour)
    if row["failed_at"]:
        return row | {"ordered_at": str(moment.date())}
    told = f"{moment - dt.timedelta(hours=8)}"
    return row | {"ordered_at": told, "deducted_at": told}


without_refunds = columns(
    lambda row: row | ({"refunded_on": "", "refunded_amount": ""} if row["channel"] == "wechat" else {})
)
"""The shop's orders where nobody told the refunds of one channel."""

CONFIRMED = "order_id,channel,ordered_at,amount,paid_at,deducted_at,closed_at,settled_on,settled_amount"


def confirmed_late(row: dict[str, str]) -> dict[str, str]:
    """The confirmation under deducted_at and the deduction under paid_at."""
    confirmed = row["ordered_at"][:-2] + "02"
    return row | {"paid_at": row["deducted_at"], "deducted_at": confirmed}


PAID = ("deducted_at", "settled_on", "settled_amount", "refunded_on", "refunded_amount")
"""The columns that an order has only once it is paid."""


def unpaid(row: dict[str, str]) -> dict[str, str]:
    """An order that was never deducted."""
    return row | dict.fromkeys(PAID, "")


def of_wechat(line: str) -> Callable[[str], str]:
    """One more key of the channel wechat."""
    return put("[channels.wechat]", f"[channels.wechat]\n{line}")


def event(days: str) -> Callable[[str], str]:
    """A promotion with these days."""
    return add(f'[[events]]\nname = "double11"\n{days}\n')


def blank(*names: str, since: str, until: str = "2027", of: str = "", by: str = "") -> Callable[[str], str]:
    """Columns left empty where a day, the first of the columns or another one, lies in a span; of one channel."""

    def emptied(row: dict[str, str]) -> dict[str, str]:
        struck = since <= row[by or names[0]] < until and row["channel"] in (of or row["channel"])
        return row | (dict.fromkeys(names, "") if struck else {})

    return columns(emptied)


def times(factor: float, since: str, of: str = "") -> Callable[[str], str]:
    """Money multiplied in rows ordered since a day, of one channel."""

    def multiplied(row: dict[str, str]) -> dict[str, str]:
        money = ("amount", "settled_amount", "refunded_amount")
        if row["ordered_at"] < since or row["channel"] not in (of or row["channel"]):
            return row
        return row | {name: f"{float(row[name]) * factor:.2f}" for name in money if row[name]}

    return columns(multiplied)


def with_peak(text: str) -> str:
    """Five times the orders on 10 August."""
    header, *rows = text.splitlines(keepends=True)
    peak = [row for row in rows if "2026-08-10" in row.split(",")[2]]
    return header + "".join(rows) + "".join(f"{place}0{row}" for place in range(1, 5) for row in peak)


def promotion(name: str, peak: str, uplift: str = "") -> str:
    """A promotion of three days around a peak."""
    day = dt.date.fromisoformat(peak)
    first, last = day - dt.timedelta(days=1), day + dt.timedelta(days=1)
    return f'[[events]]\nname = "{name}"\nstart = {first}\npeak = {peak}\nend = {last}\n{uplift}\n'


def loan(terms: str) -> Callable[[str], str]:
    """A working-capital loan with these terms."""
    return add(f'[[facilities]]\nname = "loan"\nkind = "term_loan"\nlimit = 50_000.00\n{terms}\n')


SETTLED = ("settled_on", "settled_amount", "refunded_on", "refunded_amount")

WEEKLY = "".join(
    f"{dt.date(2026, 10, 20) + dt.timedelta(days=7 * week)},-{9000 + week}.00,stock,\n" for week in range(10)
)
"""Stock bought every week."""

SLIPS = {
    "settlements of September missing": Slip(
        "no_settlements_in_span", orders=blank(*SETTLED, since="2026-09-01", until="2026-10-01"), where="ledger"
    ),
    "settlements of one channel missing lately": Slip(
        "no_settlements_in_span", orders=blank(*SETTLED, since="2026-10-09", of="wechat"), where="channels.wechat"
    ),
    "deductions missing lately": Slip(
        "no_deductions_in_span", orders=blank("deducted_at", *SETTLED, since="2026-10-05"), where="ledger"
    ),
    "refunds missing since September": Slip(
        "no_refunds_in_span", orders=blank("refunded_on", "refunded_amount", since="2026-09-01"), where="ledger"
    ),
    "settlements of every fiftieth order missing": Slip(
        "long_in_transit",
        orders=columns(
            lambda row: row | (dict.fromkeys(SETTLED, "") if row["order_id"].endswith(("20", "70")) else {})
        ),
        where="ledger",
    ),
    "August of one channel missing": Slip(
        "no_orders_in_span",
        orders=without(lambda row: row["channel"] == "wechat" and row["ordered_at"].startswith("2026-08")),
        where="channels.wechat",
    ),
    "ten days of orders missing": Slip(
        "weeks_missing", orders=without(lambda row: "2026-08-10" < row["ordered_at"] < "2026-08-20")
    ),
    "a fortnight of deposits alone": Slip("amounts_shift", orders=times(0.1, "2026-10-05"), where="ledger"),
    "one channel in dollars lately": Slip(
        "amounts_shift", orders=times(1 / 7.2, "2026-09-01", "wechat"), where="channels.wechat"
    ),
    "a test order": Slip(
        "order_very_large",
        orders=add("T1,wechat,2026-10-16 10:00:00,50000.00,,,2026-10-16 10:00:00,,,,,\n"),
        where="channels.wechat",
    ),
    "lines of orders beside the orders": Slip(
        "orders_of_one_number",
        orders=lambda text: (
            text + re.sub(r"(?m)^(\d+),", r"\1-1,", text.partition("\n")[2]).replace(",100.00,", ",99.50,")
        ),
    ),
    "a total among the flows": Slip("flow_is_total", flows=add("2026-12-31,-107000.00,合计,\n")),
    "a total by its amount": Slip("flow_is_total", flows=add("2026-12-31,-107000.00,stock,all of it\n")),
    "the flows twice with a note": Slip(
        "flows_again", flows=lambda text: text + WEEKLY + (text + WEEKLY).partition("\n")[2].replace(",\n", ",copy\n")
    ),
    "receipts among the flows": Slip("flows_hold_receipts", flows=add("2026-11-02,25000.00,销售回款,\n")),
    "a channel among the flows": Slip("flows_hold_receipts", flows=add("2026-11-02,25000.00,wechat,\n")),
    "day and month of flows swapped": Slip(
        "flows_days_swapped",
        flows=lambda text: (
            re.sub(r"2026-(\d\d)-(0\d|1[0-2]),", r"2026-\2-\1,", text + WEEKLY.replace("2026-12-01", "2026-12-02"))
            + "2026-05-12,-700.00,rent,\n2026-04-11,-700.00,rent,\n"
        ),
    ),
    "flows of the wrong year": Slip(
        "flows_year_wrong", flows=lambda text: re.sub("2026-1[12]", lambda found: f"2025{found[0][4:]}", text)
    ),
    "flows that begin late": Slip(
        "flows_begin_late",
        flows=lambda text: (
            text.partition("\n")[0] + "\n" + re.sub("2026-(10|11-0).*\n", "", text.partition("\n")[2] + WEEKLY)
        ),
    ),
    "no stock": Slip("no_stock_payments", flows=lambda text: re.sub(".*stock,\n", "", text)),
    "wages that stop": Slip("flows_stop", flows=lambda text: re.sub("2026-1[12]-10,-8", "2026-10-10,-8", text)),
    "wages in Chinese that come in": Slip("flow_comes_in", flows=put("-8000.00,payroll", "8000.00,薪酬")),
    "a supplier who pays": Slip("flow_comes_in", flows=put("-22000.00,stock", "22000.00,供应商货款")),
    "a repayment that comes in": Slip("flow_comes_in", flows=add("2026-11-05,30000.00,loan repayment,\n")),
    "one line of stock in wan": Slip("flow_out_of_line", flows=put("-21000.00", "-2.10")),
    "an instalment in fen": Slip("flow_out_of_scale", flows=add("2026-11-05,-3000000.00,debt,\n")),
    "stock ten times too large": Slip("category_out_of_scale", flows=put("000.00,stock", "0000.00,stock")),
    "wages in thousands": Slip("category_out_of_scale", flows=put("-8000.00", "-8.00")),
    "the minimum in thousands": Slip("amount_too_small", put("20_000.00", "20.0"), where="cash.minimum_balance"),
    "paid_at from the order's time": Slip(
        "columns_same", put("[cash]", 'columns = { paid_at = "ordered_at" }\n[cash]')
    ),
    "refunds after months": Slip("days_contradict_ledger", of_wechat("refund_days = 120")),
    "failure rates by cause ten times too high": Slip(
        "rate_contradicts_ledger", of_wechat("failure_rate = { validation = 0.3, clearing = 0.1 }")
    ),
    "revenue of a month": Slip("amount_too_small", add("[accounts]\nrevenue = 60000\n"), where="accounts.revenue"),
    "inventory in wan": Slip(
        "accounts_apart", add("[accounts]\nrevenue = 720000\ninventory = 9\n"), where="accounts.inventory"
    ),
    "a rate of 0.36 % a year": Slip("rate_very_small", put("0.0435", "0.0036")),
    "a tenor in months": Slip("tenor_odd", loan("annual_rate = 0.04\ntenor_days = 6")),
    "a draw next year": Slip("facility_too_late", loan("annual_rate = 0.04\ntenor_days = 60\ndraw_date = 2027-11-01")),
    "a draw before it can be signed": Slip(
        "draw_date_put_off",
        loan("annual_rate = 0.04\ntenor_days = 60\nsigning_days = 20\ndraw_date = 2026-10-27"),
        where="facilities.loan.draw_date",
    ),
    "a notice beyond the horizon": Slip("wait_beyond_horizon", put("limit =", "notice_days = 90\nlimit =")),
    "what is drawn in wan": Slip("drawn_very_small", put("limit =", "drawn = 4.0\nlimit =")),
    "cover in per cent": Slip("cover_very_large", add("[covenants]\nminimum_dscr = 125\n")),
    "use of limits in wan": Slip("share_very_small", add("[covenants]\nmaximum_utilisation = 0.008\n")),
    "an early settlement at next to no fee": Slip(
        "fee_very_small",
        add(
            '[[facilities]]\nname = "early"\nkind = "early_settlement"\nlimit = 9_000\nchannels = ["wechat"]\n'
            "fee_per_day = 0.000003\n"
        ),
    ),
    "an advance in per mille": Slip(
        "share_very_small",
        add(
            '[[facilities]]\nname = "claims"\nkind = "receivables"\nlimit = 9_000\nchannels = ["wechat"]\n'
            "annual_rate = 0.06\nadvance_rate = 0.008\n"
        ),
    ),
    "claims older than a day": Slip(
        "age_very_small",
        add(
            '[[facilities]]\nname = "claims"\nkind = "receivables"\nlimit = 9_000\nchannels = ["wechat"]\n'
            "annual_rate = 0.06\nadvance_rate = 0.8\nmax_age_days = 1\n"
        ),
    ),
    "a past promotion on another day": Slip(
        "event_elsewhere", add(promotion("summer", "2026-07-28")), orders=with_peak, where="events.summer"
    ),
    "a promotion whose days are missing": Slip(
        "event_days_missing",
        add(promotion("summer", "2026-08-10")),
        orders=without(lambda row: row["ordered_at"].startswith("2026-08-10")),
    ),
    "a promotion three months later": Slip(
        "event_moved", add(promotion("summer", "2026-08-10") + promotion("summer", "2026-11-10")), orders=with_peak
    ),
    "a promotion of thirty times": Slip(
        "uplift_contradicts_ledger",
        add(promotion("summer", "2026-08-10") + promotion("summer", "2026-11-10", "uplift = 1.0")),
        orders=with_peak,
    ),
    "a promotion without its peak": Slip(
        "event_peak_missing",
        add(promotion("summer", "2026-08-10") + re.sub("peak.*\n", "", promotion("summer", "2026-11-10"))),
        orders=with_peak,
    ),
    "the opening balance in wan": Slip("amount_too_small", put("60_000.00", "6.0"), where="cash.opening_balance"),
    "the opening balance in fen": Slip("amount_too_large", put("60_000.00", "6_000_000"), where="cash.opening_balance"),
    "no opening balance": Slip("opening_zero", put("60_000.00", "0")),
    "the opening balance below the minimum": Slip("opening_below_minimum", put("60_000.00", "6_000")),
    "the minimum in fen": Slip("amount_too_large", put("20_000.00", "2_000_000"), where="cash.minimum_balance"),
    "the minimum in wan": Slip("amount_too_small", put("20_000.00", "2.0"), where="cash.minimum_balance"),
    "a limit in wan": Slip("amount_too_small", put("50_000.00", "5.0"), where="facilities.bank_line.limit"),
    "a limit of 0": Slip("limit_zero", put("50_000.00", "0")),
    "accounts in wan": Slip("amount_too_small", add("[accounts]\nrevenue = 72\n"), where="accounts.revenue"),
    "a fee of 0.9 for 0.9 %": Slip("rate_contradicts_ledger", of_wechat("fee_rate = 0.9")),
    "a fee ten times too high": Slip(
        "rate_contradicts_ledger",
        of_wechat("fee_rate = 0.1"),
        where="channels.wechat.fee_rate",
    ),
    "no refunds where there are some": Slip("rate_contradicts_ledger", of_wechat("refund_rate = 0.0")),
    "a failure rate of a half": Slip("rate_contradicts_ledger", of_wechat("failure_rate = 0.5")),
    "settlement in hours": Slip("lag_contradicts_ledger", of_wechat("settlement_days = 48")),
    "a confidence of 95": Slip("plan.confidence", put("horizon_days = 75", "confidence = 95")),
    "a rate of 4.35 %": Slip("annual_rate", put("0.0435", "4.35")),
    "a rate ten times too high": Slip("rate_very_large", put("0.0435", "0.435")),
    "cash that earns 20 %": Slip("rate_very_large", put("[cash]", "[cash]\nsurplus_rate = 0.2")),
    "as_of next year": Slip("write as_of = 2026-10-21", put("2026-10-18", "2027-10-18")),
    "as_of last year": Slip("holds no order on or before 2025-10-18", put("2026-10-18", "2025-10-18")),
    "as_of two months ago": Slip("as_of_early", put("2026-10-18", "2026-08-18")),
    "holidays of another country": Slip("holidays_elsewhere", put("[merchant]", '[merchant]\nholidays = "US"')),
    "a volume in per cent": Slip("multiple_very_large", add("[scenarios.hot]\nvolume = 140\n")),
    "stock for sales in per cent": Slip(
        "planned_very_large",
        add(promotion("double11", "2026-11-11") + "[scenarios.hot]\nplanned_volume.double11 = 60\n"),
        where="scenarios.hot.planned_volume.double11",
    ),
    "nothing bought for sales": Slip("planned_zero", add("[scenarios.hot]\nplanned_volume = 0\n")),
    "less bought than is sold": Slip(
        "planned_below_sales",
        add(cost("goods", 0.5, -7) + "[scenarios.hot]\nvolume = 1.4\nplanned_volume = 0.5\n"),
        where="scenarios.hot.planned_volume",
    ),
    "a scenario's fee of 0.9 for 0.9 %": Slip(
        "assumed_rate_above_ledger",
        add("[scenarios.dear]\nfee_rate.wechat = 0.9\n"),
        where="scenarios.dear.fee_rate.wechat",
    ),
    "a scenario's failure rate of 1 for 1 %": Slip(
        "assumed_rate_above_ledger",
        add("[scenarios.bad]\nfailure_rate.wechat = 1\n"),
        where="scenarios.bad.failure_rate.wechat",
    ),
    "a promotion under two names": Slip(
        "event_twice", add(promotion("double11", "2026-11-11") + promotion("双11", "2026-11-12"))
    ),
    "a peak under two names": Slip(
        "event_twice",
        add(promotion("double11", "2026-11-11") + '[[events]]\nname = "11.11"\nstart = 2026-11-11\nend = 2026-11-11\n'),
    ),
    "more sales at no cost": Slip("volume_without_costs", add("[scenarios.hot]\nvolume = 1.4\n")),
    "less sales at all costs": Slip("less_volume_without_costs", add("[scenarios.low]\nvolume = 0.7\n")),
    "stock in per cent": Slip("flows_multiple_very_large", add("[scenarios.hot]\nflows.stock = 140\n")),
    "a delay of a year": Slip("delay_very_large", add("[scenarios.late]\nsettlement_delay.wechat = 300\n")),
    "an outage beyond the end": Slip(
        "outage_cut", add('[scenarios.out]\noutages = [{ clearing = "jd_pay", start = 2026-11-11, days = 300 }]\n')
    ),
    "a rate a hundred times too low": Slip("rate_very_small", put("0.0435", "0.000435")),
    "a commitment fee of 20 %": Slip("fee_very_large", put("limit =", "commitment_fee = 0.2\nlimit =")),
    "an uplift below one": Slip("uplift_below_one", event("start = 2026-11-01\nend = 2026-11-12\nuplift = 0.08")),
    "a scenario of flows in fen": Slip(
        "amount_too_large", add("[scenarios.hot]\nflows.stock = 1000\n"), where="scenarios.hot.flows"
    ),
    "an outage next year": Slip(
        "outage_outside", add('[scenarios.out]\noutages = [{ clearing = "jd_pay", start = 2027-11-11, days = 3 }]\n')
    ),
    "an outage of an idle channel": Slip(
        "outage_idle",
        add('[channels.card]\n[scenarios.out]\noutages = [{ channel = "card", start = 2026-11-11, days = 3 }]\n'),
    ),
    "a promotion next year": Slip("event_outside", event("start = 2027-11-01\nend = 2027-11-12")),
    "last year's promotion alone": Slip(
        "event_not_repeated",
        event("start = 2025-11-01\npeak = 2025-11-11\nend = 2025-11-12"),
    ),
    "an uplift in per cent": Slip("multiple_very_large", event("start = 2026-11-01\nend = 2026-11-12\nuplift = 800")),
    "a facility from next year": Slip("facility_too_late", put("limit =", "available_from = 2027-11-01\nlimit =")),
    "a facility that has ended": Slip("facility_over", put("limit =", "available_to = 2026-10-01\nlimit =")),
    "stock by share and by file": Slip("cost_twice", add(cost("stock", 0.55, -14)), where="costs.stock"),
    "stock in Chinese by share": Slip("cost_twice", add(cost("备货", 0.55, -14)), where="costs.stock"),
    "freight by share and by file": Slip(
        "cost_twice",
        add(cost("freight", 0.06, 3)),
        flows=add("".join(f"2026-{month}-15,-500.00,物流,\n" for month in (11, 12))),
    ),
    "stock by share and a tenth of it by file": Slip(
        "cost_twice",
        add(cost("stock", 0.55, -14)),
        flows=lambda text: re.sub("-2[0-9]000(.00,stock)", r"-3000\1", text),
    ),
    "a cost of nothing": Slip("cost_zero", add(cost("logistics", 0, 3)), where="costs.logistics.share_of_sales"),
    "a cost paid next year": Slip("cost_beyond_horizon", add(cost("advertising", 0.05, 300))),
    "goods bought last year": Slip("cost_beyond_horizon", add(cost("goods", 0.5, -300))),
    "goods of one channel alone": Slip(
        "cost_leaves_out",
        add(cost("goods", 0.5, -7) + 'channels = ["wechat"]\n'),
        flows=lambda text: re.sub(".*stock,\n", "", text),
        orders=without(lambda row: row["channel"] == "wechat" and int(row["order_id"]) % 4 > 0),
    ),
    "refunds among the flows": Slip("flow_counted_already", flows=add("2026-11-05,-1200.00,退款,\n")),
    "fees of the platform among the flows": Slip(
        "flow_counted_already",
        flows=add("2026-11-05,-700.00,other,平台佣金\n2026-12-05,-700.00,other,平台服务费\n"),
        where="cash.other_flows.other",
    ),
    "a withdrawal": Slip("flow_counted_already", flows=add("2026-11-05,9000.00,提现,\n")),
    "a transfer": Slip("flow_counted_already", flows=add("2026-11-05,-9000.00,transfer,\n")),
    "interest of a facility": Slip(
        "flow_counted_already", flows=add("2026-11-20,-181.00,debt,interest bank line\n"), where="cash.other_flows.debt"
    ),
    "interest of what is drawn": Slip(
        "flow_counted_already",
        put("limit =", "drawn = 20_000.00\nsigned = true\nlimit ="),
        add("2026-11-20,-181.00,利息,\n"),
    ),
    "fees of the platform by share": Slip("cost_counted_already", add(cost("platform fee", 0.01, 7))),
    "refunds by share": Slip("cost_counted_already", add(cost("退款", 0.05, 7)), where="costs.退款"),
    "costs above sales": Slip(
        "costs_above_sales", add(cost("goods", 0.8, -14) + cost("freight", 0.3, 3)), where="channels.wechat"
    ),
    "orders before the ledger": Slip("cost_before_ledger", add(cost("service", 0.01, 200)), where="costs.service"),
    "stock that comes in": Slip("flow_comes_in", flows=put("-22000.00", "22000.00"), where="cash.other_flows.stock"),
    "wages that come in": Slip("flow_comes_in", flows=put("-8000.00,payroll", "8000.00,工资")),
    "all flows positive": Slip("no_outflows", flows=put(",-", ",")),
    "no other flows": Slip("no_outflows", put('other_flows = "other_flows.csv"\n', "")),
    "flows in wan": Slip("amount_too_small", flows=put("000.00", ".00"), where="cash.other_flows"),
    "flows in fen": Slip("amount_too_large", flows=put("000.00", "00000.00"), where="cash.other_flows"),
    "flows of last year": Slip("flows_outside", flows=put("2026-", "2025-")),
    "flows of next year": Slip("flows_outside", flows=put("2026-", "2027-")),
    "flows for a month alone": Slip("flows_end", flows=lambda text: "".join(text.splitlines(keepends=True)[:3])),
    "wages of one month alone": Slip("payroll_missing", flows=put("2026-12-10,-8000.00,payroll,\n", "")),
    "flows pasted twice": Slip("flows_twice", flows=lambda text: text + text.partition("\n")[2]),
    "stock alone in wan": Slip("category_out_of_scale", flows=lambda text: re.sub(r"000.00,stock", ",stock", text)),
    "wages alone in fen": Slip(
        "category_out_of_scale", flows=put("-8000.00", "-800000.00"), where="cash.other_flows.payroll"
    ),
    "rent alone in fen": Slip("category_out_of_scale", flows=put("-3000.00", "-300000.00")),
    "one payment in fen": Slip("flow_out_of_line", flows=put("-25000.00", "-2500000.00")),
    "the file twice": Slip("rows_rejected_many", orders=lambda text: text + text.partition("\n")[2]),
    "a channel with a space inside": Slip(
        "channel_missing", orders=put(",wechat,", ",we chat,"), where="channels.we chat"
    ),
    "a channel by its Chinese name": Slip(
        "channel_missing", orders=put(",wechat,", ",微信支付,"), where="channels.微信支付"
    ),
    "one channel in fen": Slip(
        "channel_out_of_scale", orders=columns(lambda row: times_hundred(row) if row["channel"] == "wechat" else row)
    ),
    "a week in fen": Slip(
        "amounts_jump",
        orders=columns(lambda row: times_hundred(row) if "2026-08-10" <= row["ordered_at"] < "2026-08-17" else row),
    ),
    "the ledger in fen": Slip("amount_too_small", orders=columns(times_hundred), where="cash.other_flows"),
    "amounts of nothing": Slip("amounts_zero", orders=lambda text: re.sub(r",(100|99)\.00", ",0.00", text)),
    "paid_at and deducted_at swapped": Slip("deducted_before_paid", orders=columns(confirmed_late, CONFIRMED)),
    "deducted_at and closed_at swapped": Slip(
        "mostly_unpaid",
        orders=columns(
            lambda row: (
                row
                | {
                    "closed_at": row["deducted_at"],
                    "deducted_at": "",
                    "settled_on": "",
                    "settled_amount": "",
                    "refunded_on": "",
                    "refunded_amount": "",
                }
            )
        ),
    ),
    "amount and settled_amount swapped": Slip("rows_rejected_many", orders=swapped("amount", "settled_amount")),
    "the orders twice under other numbers": Slip("orders_twice", orders=lambda text: again(text, "2026")),
    "the last month twice under other numbers": Slip("orders_twice", orders=lambda text: again(text, "2026-09")),
    "one channel without its last month": Slip(
        "channel_stopped",
        orders=without(lambda row: row["channel"] == "wechat" and row["ordered_at"] > "2026-09-20"),
        where="channels.wechat",
    ),
    "two months missing": Slip(
        "weeks_missing", orders=without(lambda row: "2026-07-20" < row["ordered_at"] < "2026-09-20")
    ),
    "settled orders alone": Slip("only_settled", orders=without(lambda row: row["settled_on"] > "2026-10-18")),
    "settled a year too late": Slip(
        "events_much_later",
        orders=columns(
            lambda row: (
                row
                | {
                    "settled_on": row["settled_on"].replace("2026-09", "2027-09"),
                    "refunded_on": "",
                    "refunded_amount": "",
                }
            )
        ),
    ),
    "settled less other costs": Slip(
        "ledger_fee_very_large", orders=columns(lambda row: row | {"settled_amount": row["settled_amount"] and "89.00"})
    ),
    "twenty orders": Slip("few_orders_at_all", orders=without(lambda row: int(row["order_id"]) % 120 != 1)),
    "negative refunds": Slip(
        "rows_rejected_many",
        orders=columns(lambda row: row | {"refunded_amount": "-100.00" if row["refunded_on"] else ""}),
    ),
    "days as 18/10/2026": Slip(
        "rows_rejected_many",
        orders=columns(lambda row: row | {"ordered_at": "{2}/{1}/{0}".format(*row["ordered_at"][:10].split("-"))}),
    ),
    "a wrong year in some dates": Slip(
        "orders_long_before",
        orders=columns(
            lambda row: (
                (row | {"ordered_at": row["ordered_at"].replace("2026", "2024")}) if int(row["order_id"]) < 30 else row
            )
        ),
    ),
    "times in UTC": Slip("hours_shifted", orders=columns(later)),
    "five weeks too early an end": Slip(
        "write as_of = 2026-09-13", orders=lambda _: orders_of_the_shop(until="2026-09-10")
    ),
    "five days too early an end": Slip("stale_ledger", orders=lambda _: orders_of_the_shop(until="2026-10-10")),
    "three weeks that end early": Slip(
        "write as_of = 2026-09-13", orders=lambda _: orders_of_the_shop(20, "2026-09-10")
    ),
    "five weeks of orders": Slip("short_ledger", orders=lambda _: orders_of_the_shop(35)),
    "a settlement file missing": Slip(
        "long_in_transit",
        orders=columns(
            lambda row: (
                row | {"settled_on": "", "settled_amount": "", "refunded_on": "", "refunded_amount": ""}
                if "2026-07-01" <= row["ordered_at"] < "2026-08-01" and row["channel"] == "wechat"
                else row
            )
        ),
        where="channels.wechat",
    ),
    "nothing deducted": Slip(
        "nothing_deducted",
        orders=columns(
            lambda row: (
                row
                | dict.fromkeys(("deducted_at", "settled_on", "settled_amount", "refunded_on", "refunded_amount"), "")
            )
        ),
    ),
    "orders never closed": Slip(
        "long_awaited",
        orders=columns(
            lambda row: (
                row
                | dict.fromkeys(("deducted_at", "settled_on", "settled_amount", "refunded_on", "refunded_amount"), "")
                if int(row["order_id"]) % 4 == 0
                else row
            )
        ),
    ),
}


LEDGERS: dict[object, Ledger] = {}
"""Ledgers read so far, by all that they depend on: most slips leave the orders alone."""

TOLD: dict[object, tuple[Ledger, list[Note]]] = {}
"""What ledgers alone give away, so far, with the ledger that it is told of."""


@pytest.fixture(autouse=True)
def _told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a ledger alone gives away is asked for once, of a plan of nothing but what bears on the past."""

    def once(plan: Plan, ledger: Ledger) -> list[Note]:
        alone = bearing(plan)
        key = (id(ledger), repr(replace(alone, language="zh")).replace(str(plan.path.parent), ""))
        if key not in TOLD:
            TOLD[key] = ledger, on_ledger(alone, ledger)
        return TOLD[key][1]

    monkeypatch.setattr(input_notes, "on_ledger", once)


def ledger_of(plan: Plan, orders: str) -> Ledger:
    key = (orders, plan.horizon.as_of, tuple(plan.channels))
    if key not in LEDGERS:
        LEDGERS[key] = read_ledger(plan)
    return LEDGERS[key]


def written(slip: Slip, folder: Path) -> Path:
    """The shop with a slip; its plan."""
    (folder / "plan.toml").write_text(slip.plan(PLAN), encoding="utf-8")
    (folder / "other_flows.csv").write_text(slip.flows(FLOWS), encoding="utf-8")
    (folder / "orders.csv").write_text(slip.orders(orders_of_the_shop()), encoding="utf-8")
    return folder / "plan.toml"


def notes_of(slip: Slip, folder: Path) -> list[Note]:
    """What is said of the shop with a slip before any law is estimated."""
    plan = load_plan(written(slip, folder))
    return plausibility_notes(plan, ledger_of(plan, slip.orders(orders_of_the_shop())))


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_an_error_or_a_warning(name: str, tmp_path: Path) -> None:
    slip = SLIPS[name]
    try:
        notes = notes_of(slip, tmp_path)
    except InputError as error:
        assert slip.told in str(error)  # noqa: PT017  # either is right
        return
    warned = {(note.code, note.where) for note in notes if note.level == "warning"}
    assert slip.told in {code for code, _ in warned}, warned
    if slip.where is not None:
        assert (slip.told, slip.where) in warned
    assert all(note_text(note, language) for note in notes for language in LANGUAGES)


@pytest.mark.parametrize(
    "slip",
    [
        Slip("nothing is wrong"),
        Slip("all orders at midnight", orders=lambda text: re.sub(r" [0-9:]{8}", "", text)),
        Slip("no new orders", add("[scenarios.off]\nvolume = 0\n")),
        Slip("stock moves with sales", add("[scenarios.hot]\nvolume = 1.4\nflows.stock = 1.4\n")),
        Slip("stock is said to stay", add("[scenarios.hot]\nvolume = 1.4\nflows.stock = 1.0\n")),
        Slip("costs move with sales", add(cost("logistics", 0.06, 3) + "[scenarios.hot]\nvolume = 1.4\n")),
        Slip(
            "all is paid by costs",
            lambda text: put("other_flows =", "# other_flows =")(text) + cost("stock", 0.55, -14),
        ),
        Slip(
            "a short promotion within a long one",
            add(
                '[[events]]\nname = "double11"\nstart = 2026-10-20\npeak = 2026-11-11\nend = 2026-11-13\n'
                + promotion("anniversary", "2026-11-02")
            ),
        ),
        Slip(
            "a reserve beside stock by share",
            add(cost("stock", 0.55, -14)),
            flows=lambda text: re.sub("2026-1.*stock,\n", "", text) + "2026-11-04,-14000.00,stock,reserve\n",
        ),
        Slip(
            "refunds, fees and loans of others",
            flows=add(
                "2026-11-05,1200.00,供应商退款,\n2026-11-06,-90.00,银行手续费,\n2026-11-07,-900.00,达人佣金,\n"
                "2026-11-20,-900.00,debt,old loan\n2026-11-21,-300.00,既有贷款利息,\n"
                "2026-11-22,-800.00,rent,transfer\n2026-11-23,-500.00,hosting,转账\n"
            ),
        ),
        Slip("goods on credit", add(cost("packaging", 0.05, 60))),
        Slip("a promotion in history and horizon", event("start = 2026-08-01\nend = 2026-08-02")),
        Slip(
            "a refund of tax and a rebate",
            flows=add(
                "2026-11-15,9000.00,tax,\n2026-11-16,2000.00,stock,\n2026-11-15,-4000.00,tax,\n2026-12-15,-6000.00,tax,\n"
            ),
        ),
        Slip("a loan paid out and repaid", flows=add("2026-11-01,30000.00,debt,\n2026-12-20,-30500.00,debt,\n")),
        Slip(
            "a loan paid out and repaid in part",
            flows=add("2026-11-01,30000.00,贷款,\n2026-12-01,-2600.00,贷款,\n2026-12-31,-2600.00,贷款,\n"),
        ),
        Slip("sales outside the ledger", flows=add("2026-11-02,5000.00,wholesale sales,\n")),
        Slip("tax that is given back", flows=add("2026-11-02,5000.00,增值税退税,\n")),
        Slip("stock bought every week", flows=add(WEEKLY)),
        Slip("settlements known a day late", orders=blank(*SETTLED, since="2026-10-18")),
        Slip("a promotion on its peak", add(promotion("summer", "2026-08-10")), orders=with_peak),
        Slip("as_of a month ago", put("2026-10-18", "2026-09-25")),
        Slip("fees that the plan confirms", of_wechat("fee_rate = 0.01")),
        Slip("a header line within", orders=lambda text: text.replace("\n31,", f"\n{text.partition(chr(10))[0]}\n31,")),
        Slip("a channel with spaces around", orders=put(",wechat,", ", wechat ,")),
        Slip("a slash in dates", orders=lambda text: re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\1/\2/\3", text)),
    ],
    ids=lambda slip: slip.told,
)
def test_what_is_right_is_not_warned_of(slip: Slip, tmp_path: Path) -> None:
    assert [note.code for note in notes_of(slip, tmp_path) if note.level == "warning"] == []


@pytest.mark.parametrize("header", ["ordered_at", "下单时间"])
def test_a_header_line_within_the_file_is_said_to_be_one(header: str, tmp_path: Path) -> None:
    lines = orders_of_the_shop().replace("ordered_at", header).splitlines()
    renamed = put("[cash]", f'columns = {{ ordered_at = "{header}" }}\n[cash]')
    slip = Slip("", renamed, orders=lambda _: "\n".join([*lines[:40], lines[0], *lines[40:]]))
    rejected = read_ledger(load_plan(written(slip, tmp_path))).rejected
    assert (rejected["line"].iloc[0], rejected["reason"].iloc[0]) == (41, "header_repeated")


def test_a_section_that_resembles_none_is_answered_with_all_sections(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"budget: is no key of a plan here; write one of language, merchant"):
        load_plan(written(Slip("", add("[budget]\nstock = 1\n")), tmp_path))


def test_no_failure_by_chance_is_no_news(tmp_path: Path) -> None:
    plan = load_plan(written(Slip(""), tmp_path))
    ledger = ledger_of(plan, orders_of_the_shop())
    first = ledger.tables.first
    none = first[(first["channel"] != "wechat") | (first["outcome"] == "deducted")]
    notes = [Note("no_failures", "channels.wechat")]
    assert law_notes(notes, replace(ledger, tables=replace(ledger.tables, first=none))) == notes
    few = none[(none["channel"] != "wechat") | (none["day"] > "2026-10-15")]
    assert law_notes(notes, replace(ledger, tables=replace(ledger.tables, first=few))) == []


def test_orders_that_stop_while_money_arrives_are_no_stale_ledger() -> None:
    other = Note("closed_days", "sales", {"days": 2})
    assert [note.code for note in sales_notes((Note("stale_ledger", "ledger", {"days": 5}), other))] == [
        "orders_stopped",
        "closed_days",
    ]


def test_a_year_whose_holidays_are_not_published_is_named(tmp_path: Path) -> None:
    notes = notes_of(Slip("", put("horizon_days = 75", "horizon_days = 400")), tmp_path)
    years = [note.values["year"] for note in notes if note.code == "no_holiday_official"]
    assert years == [year for year in (2026, 2027) if not Calendar("CN").is_official(year)]


def test_a_channel_of_few_orders_without_failures_is_told_by_its_few_where_others_fail(tmp_path: Path) -> None:
    notes = [
        Note("few_orders", "channels.card"),
        Note("no_failures", "channels.card"),
        Note("no_failures", "channels.x"),
    ]
    plan = load_plan(written(Slip(""), tmp_path))
    failing = ledger_of(plan, orders_of_the_shop())
    assert law_notes(notes, failing) == [notes[0], notes[2]]
    none = replace(failing, tables=replace(failing.tables, first=failing.tables.first.query("outcome != 'failed'")))
    assert law_notes(notes, none) == notes


def test_a_sample_of_rare_orders_may_be_silent_before_its_as_of(tmp_path: Path) -> None:
    plan = load_plan(write_sample(tmp_path / "shop", 50, 1, language="en", with_truth=False))
    assert [note.code for note in checked_notes(plan, read_ledger(plan)) if note.level == "warning"] == []


@pytest.mark.parametrize("path", ["data/tiny/plan.toml", "data/double11/plan.toml"])
def test_the_samples_of_the_repository_are_not_warned_of(path: str) -> None:
    plan = load_plan(ROOT / path)
    assert [note.code for note in plausibility_notes(plan, read_ledger(plan)) if note.level == "warning"] == []


def test_a_made_sample_is_not_warned_of_however_small(tmp_path: Path) -> None:
    plan = load_plan(write_sample(tmp_path / "shop", 500, 1, language="zh", with_truth=False))
    notes = checked_notes(plan, read_ledger(plan))
    assert "few_orders" in {note.code for note in notes}
    assert [note.code for note in notes if note.level == "warning"] == []


def test_a_rate_of_refunds_is_not_contradicted_by_a_channel_whose_refunds_nobody_tells(tmp_path: Path) -> None:
    slip = Slip("", of_wechat("refund_rate = 0.08"), orders=without_refunds)
    assert "rate_contradicts_ledger" not in {note.code for note in notes_of(slip, tmp_path)}


def test_exports_that_pay_orders_in_full_do_not_contradict_a_fee_that_is_taken_elsewhere(tmp_path: Path) -> None:
    in_full = columns(lambda row: row | ({"settled_amount": row["amount"]} if row["settled_amount"] else {}))
    slip = Slip("", of_wechat("fee_rate = 0.05"), orders=in_full)
    plan = load_plan(written(slip, tmp_path))
    ledger = ledger_of(plan, slip.orders(orders_of_the_shop()))
    of_exports = replace(plan, ledger=replace(plan.ledger, files=(LedgerFile("orders.csv"),)))
    told = [[(note.code, note.level) for note in on_channels(one, ledger)] for one in (plan, of_exports)]
    assert told == [[("rate_contradicts_ledger", "warning")], [("fees_elsewhere", "info")]]


def test_built_in_scenarios_that_sell_more_at_no_cost_are_warned_of_once(tmp_path: Path) -> None:
    """Not where a cost moves with sales, where the user names scenarios, and where the plan pays nothing at all."""
    named = load_plan(written(Slip(""), tmp_path))
    ledger, plan = ledger_of(named, orders_of_the_shop()), replace(named, scenarios={})
    moved = Cost("stock", 0.3)
    plans = [
        plan,
        replace(plan, costs=(moved,)),
        named,
        replace(plan, other_flows=()),
    ]
    calendar = Calendar("CN")
    told = [[one.code for one in on_changes(each, ledger, calendar)].count("built_in_without_costs") for each in plans]
    assert told == [1, 0, 0, 0]
