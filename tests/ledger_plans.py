"""Plans around a ledger written in a test's own text, without a plan file."""

from __future__ import annotations

import datetime as dt
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from forecast.ledger.reading import read_ledger
from forecast.plan.model import Cash, Channel, Horizon, LedgerSource, Merchant, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from forecast.ledger.tables import Ledger

AS_OF = dt.date(2026, 10, 18)
"""A Sunday."""

COLUMNS = (
    "order_id",
    "channel",
    "ordered_at",
    "amount",
    "paid_at",
    "failure_cause",
    "failed_at",
    "deducted_at",
    "closed_at",
    "settled_on",
    "settled_amount",
    "refunded_on",
    "refunded_amount",
    "sku",
)

REFUNDS = ("refund_before", "refund_after")
TABLES = ("sales", "first", "recovery", "traces", "settlement", *REFUNDS, "collected", "identity")
"""The daily tables' names."""

Terms = dict[str, dict[str, float]]
"""Figures of channels: ``{"baitiao": {"settlement_days": 7}}``."""


def plan_for(
    folder: Path,
    orders: str = "orders.csv",
    *,
    as_of: dt.date = AS_OF,
    channels: Terms | None = None,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    table: str | None = None,
    timezone: str = "Asia/Shanghai",
) -> Plan:
    """A plan in ``folder`` for these orders; the channels are baitiao and wechat unless given."""
    terms: dict[str, Any] = dict(channels or {"baitiao": {}, "wechat": {}})
    return Plan(
        path=folder / "plan.toml",
        language="en",
        merchant=Merchant(timezone=timezone),
        horizon=Horizon(as_of),
        ledger=LedgerSource(orders, table, columns or {}, constants or {}),
        cash=Cash(0.0),
        channels={name: Channel(name, name, name, **figures) for name, figures in terms.items()},
    )


def write_orders(folder: Path, text: str) -> None:
    """Writes ``orders.csv``."""
    (folder / "orders.csv").write_text(dedent(text).lstrip(), encoding="utf-8", newline="")


def ledger_of(folder: Path, text: str, *, as_of: dt.date = AS_OF, channels: Terms | None = None) -> Ledger:
    """The ledger of a CSV text whose headers are our own names."""
    write_orders(folder, text)
    return read_ledger(plan_for(folder, as_of=as_of, channels=channels))


def row(**values: str) -> str:
    """One line of a CSV with all ``COLUMNS``: an order of 100 yuan by baitiao on 1 October, changed by ``values``."""
    order = {"order_id": "A1", "channel": "baitiao", "ordered_at": "2026-10-01 10:00:00", "amount": "100.00"} | values
    return ",".join(order.get(column, "") for column in COLUMNS)


def csv_of(*rows: str) -> str:
    """The rows under the headers of all ``COLUMNS``."""
    return "\n".join([",".join(COLUMNS), *rows]) + "\n"


def rows_of(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """A table's rows, its days as text: ``[("baitiao", "2026-10-01", 1, 10000)]``."""
    shown = table.assign(day=table["day"].dt.strftime("%Y-%m-%d")) if "day" in table else table
    return [tuple(values) for values in shown.itertuples(index=False)]


def faults_of(ledger: Ledger) -> list[tuple[int, str, str, str]]:
    """Each fault's line, column, value and reason."""
    return [tuple(values) for values in ledger.rejected[["line", "column", "value", "reason"]].itertuples(index=False)]
