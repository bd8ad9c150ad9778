"""The ledger's SQL means the same on a second engine: every figure and every rejected row, from PostgreSQL too."""

from __future__ import annotations

import os
import random
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from ledger_plans import COLUMNS, TABLES, csv_of, plan_for, write_orders

from forecast.ledger.engine import OrderEngine
from forecast.ledger.reading import Orders, read_ledger
from forecast.ledger.sources import Source, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

if os.environ.get("CI") != "true":
    pytest.importorskip("sqlglot", reason="sqlglot is not installed: pip install forecast[test]")
    pytest.importorskip("adbc_driver_postgresql", reason="its driver is not installed: pip install forecast[test]")

from postgresql_engine import PostgreSQL, server, server_programs  # what it imports may be missing

VALUES = {
    "order_id": ("", "A1", " A1\t", "京东 1"),
    "channel": ("", "paypal", " wechat", "card\u3000"),
    "ordered_at": (
        "",
        "2026-02-30",
        "2026/9/3 9:05",
        "2026-09-03T09:05:07.1234567",
        "2026-10-19",
        "1970-01-01",
    ),
    "amount": ("", "0", "-0.00", "-1", "1.005", "12.3400", ".5", "7.", "1e3", "¥1", "9" * 18, "+12.30"),
    "paid_at": ("", "2026-09-30 23:59:59 +0800", "2026-09-01", "2026-10-18 23:59:59.999999999"),
    "failure_cause": ("", "unknown", "clearing", "weather", " unknown "),
    "failed_at": ("", "2026-09-05", "2026-09-05T01:30:05Z", "2026-08-01 10:00", "2026-10-20 10:00", "25:00"),
    "deducted_at": ("", "2026-09-06 10:00", "2026/09/06 20:30 -05:00", "2026-08-31", "2026-10-19 00:00"),
    "closed_at": ("", "", "2026-09-08 10:00:00", "2026-09-01 24:00"),
    "settled_on": ("", "2026-09-14", "2026-09-02", "2026-10-30", "8 Sep"),
    "settled_amount": ("", "99.10", "5000", "-1", "abc"),
    "refunded_on": ("", "2026-09-20", "2026-09-10", "2026-10-25", "?"),
    "refunded_amount": ("", "0", "50", "100.00", "100.01", "x"),
}
"""What can stand in a column, good and bad."""

LEFT_OUT = ("failure_cause", "failed_at", "closed_at", "settled_on", "settled_amount", "refunded_on")
"""Columns that a ledger may do without, completed from the plan."""

TERMS = {"settlement_days": 3.0, "fee_rate": 0.0065, "refund_days": 5.0, "unpaid_after_hours": 30.25}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    programs = server_programs()
    if programs is None:
        assert os.environ.get("CI") != "true", "apt-get install postgresql"
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with server(programs) as running:
        yield running


def nasty_orders(number: int, seed: int) -> list[dict[str, str]]:
    """Orders of ten September days, each consistent but for a few columns that hold anything."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    orders = []
    for place in range(number):
        day = f"2026-09-{draw.randint(1, 9):02d}"
        order = {"order_id": f"{place}", "channel": draw.choice(("baitiao", "wechat")), "ordered_at": f"{day} 08:00"}
        order |= {"amount": f"{100 + place}.{place % 100:02d}", "sku": draw.choice(("", "a", "b")), "paid_at": ""}
        order |= {"paid_at": f"{day} 08:0{draw.randint(1, 9)}"} if draw.random() < 0.6 else {}
        order |= {"failure_cause": "unknown"} if draw.random() < 0.2 else {}
        order |= {"deducted_at": f"{day} {draw.randint(9, 23)}:10"} if draw.random() < 0.7 else {}
        if "deducted_at" in order and draw.random() < 0.7:
            order |= {"settled_on": f"2026-09-{draw.randint(9, 30):02d}", "settled_amount": f"{99 + place}.00"}
            order |= {"refunded_on": f"2026-09-{draw.randint(9, 30):02d}", "refunded_amount": f"{draw.randint(1, 90)}"}
        for column in draw.sample(sorted(VALUES), draw.choice((0, 0, 1, 1, 2))):
            order[column] = draw.choice(VALUES[column])
        orders.append(order)
    return orders


def same(found: Ledger, other: Ledger) -> None:
    """Every figure of both is equal, and so is every rejected row (an empty text column's type is the driver's)."""
    pairs = [(getattr(found.tables, name), getattr(other.tables, name)) for name in TABLES]
    for one, its_like in [*pairs, (found.rejected, other.rejected)]:
        pd.testing.assert_frame_equal(one, its_like, check_exact=True, check_dtype=False)
    assert found.counts == other.counts


def both(plan: Plan, folder: Path, address: str) -> tuple[Ledger, Ledger]:
    """The plan's ledger by DuckDB and by PostgreSQL, which is handed the rows as found."""
    with closing(OrderEngine(folder)) as engine, closing(PostgreSQL(address)) as other:
        source = open_source(engine, plan.ledger, folder, folder)
        other.load_frame("found", engine.frame(f"SELECT * FROM {source.table} ORDER BY line"))  # noqa: S608  # our own
        there = Source("found", source.types, source.shown)
        found = Orders(plan, engine, source).known(plan.horizon.as_of)
        return found, Orders(plan, other, there).known(plan.horizon.as_of)


@pytest.mark.parametrize("left_out", [(), LEFT_OUT], ids=["whole", "completed"])
def test_every_figure_and_every_rejected_row_is_the_same(
    tmp_path: Path, address: str, left_out: tuple[str, ...]
) -> None:
    kept = [column for column in COLUMNS if column not in left_out]
    rows = [",".join(order.get(column, "") for column in kept) for order in nasty_orders(600, seed=len(left_out))]
    write_orders(tmp_path, "\n".join([",".join(kept), *rows, rows[0]]) + "\n")
    plan = plan_for(tmp_path, channels=dict.fromkeys(("baitiao", "wechat", "card"), TERMS))
    found, other = both(plan, tmp_path, address)
    assert found.counts.rejected > 100
    assert min(found.counts.orders, found.counts.silent, found.counts.blanked, found.counts.dropped) > 0
    assert not left_out or found.tables.settlement["settled"].sum() > 0
    assert found.rejected["reason"].nunique() > (12 if left_out else 25)
    same(found, other)


def test_a_ledger_without_a_row(tmp_path: Path, address: str) -> None:
    write_orders(tmp_path, csv_of())
    found, other = both(plan_for(tmp_path), tmp_path, address)
    assert (found.counts, found.rejected.empty, other.rejected.empty) == (other.counts, True, True)
    assert all(getattr(other.tables, name).empty for name in TABLES)


def test_orders_in_a_postgresql_table_read_as_those_of_a_file(tmp_path: Path, address: str) -> None:
    """Through the driver itself, in its Arrow batches."""
    frame = pd.DataFrame(nasty_orders(300, seed=7)).reindex(columns=COLUMNS).fillna("")
    frame.to_csv(tmp_path / "orders.csv", index=False)
    with closing(PostgreSQL(address)) as server_side:
        server_side.load_frame("orders", frame)
    terms = {name: {"unpaid_after_hours": 30.25} for name in ("baitiao", "wechat")}
    there = read_ledger(plan_for(tmp_path, address, table="public.orders", channels=terms))
    here = read_ledger(plan_for(tmp_path, channels=terms))
    here.rejected["line"] -= 1  # a file's first line holds the headers
    assert here.counts.rejected > 20
    same(there, here)
