"""Ledgers written in a test's own text, and plans around them."""

from __future__ import annotations

import datetime as dt
from textwrap import dedent
from typing import TYPE_CHECKING

from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

PLAN = """
language = "en"
[plan]
as_of = {as_of}
horizon_days = {days}
paths = {paths}
seed = 7
[ledger]
orders = "orders.csv"
[cash]
opening_balance = 1_000.00
minimum_balance = 100.00
{channels}
{more}
"""


COLUMNS = (
    "order_id",
    "channel",
    "ordered_at",
    "amount",
    "failure_cause",
    "failed_at",
    "deducted_at",
    "closed_at",
    "settled_on",
    "settled_amount",
    "refunded_on",
    "refunded_amount",
)


def write_plan(  # a plan has that many parts
    folder: Path,
    orders: str,
    *,
    as_of: str = "2026-10-18",
    days: int = 20,
    paths: int = 60,
    channels: tuple[str, ...] = ("baitiao", "wechat"),
    more: str = "",
) -> Path:
    """A plan folder with this ledger; the plan's path."""
    tables = "\n".join(f"[channels.{name}]\nlabel = '{name}'" for name in channels)
    (folder / "orders.csv").write_text(dedent(orders).lstrip(), encoding="utf-8")
    path = folder / "plan.toml"
    path.write_text(PLAN.format(as_of=as_of, days=days, paths=paths, channels=tables, more=more), encoding="utf-8")
    return path


def shop_orders(days: int = 120, *, until: str = "2026-10-18", failing: int = 17) -> str:
    """A shop with ten orders of 100 yuan a day on each of two channels.

    Both deduct at once and settle two days later, less 1 %; every ``failing``-th order fails for validation and is
    cured the day after; every 13th is refunded in full the day after it settled.
    """
    lines = [",".join(COLUMNS)]
    last = dt.date.fromisoformat(until)
    number = 0
    for back in range(days - 1, -1, -1):
        day = last - dt.timedelta(days=back)
        for channel in ("baitiao", "wechat"):
            for hour in range(8, 18):
                number += 1
                fails = number % failing == 0
                deducted = day + dt.timedelta(days=int(fails))
                settled = deducted + dt.timedelta(days=2)
                refunded = settled + dt.timedelta(days=1) if number % 13 == 0 else None
                cause = f"validation,{day} {hour:02d}:00:05" if fails else ","
                back_text = f"{refunded},100.00" if refunded else ","
                lines.append(
                    f"{number},{channel},{day} {hour:02d}:00:00,100.00,{cause},{deducted} {hour:02d}:00:09,,"
                    f"{settled},99.00,{back_text}"
                )
    return "\n".join(lines) + "\n"


def shop_plan(folder: Path, orders: str | None = None, **changes: str | int) -> Plan:
    """The shop's plan, loaded."""
    days, paths = int(changes.get("days", 20)), int(changes.get("paths", 60))
    text = shop_orders() if orders is None else orders
    return load_plan(write_plan(folder, text, days=days, paths=paths, more=str(changes.get("more", ""))))


def shop_ledger(plan: Plan) -> Ledger:
    """Its ledger."""
    return read_ledger(plan)
