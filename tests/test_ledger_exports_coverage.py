"""Bills that begin after the orders, or end before as_of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from export_tables import lines_in, merged, moved, order
from ledger_plans import plan_for

from forecast.ledger.exports.coverage import FEWEST, uncovered
from forecast.ledger.exports.joining import end_of, join_orders
from forecast.ledger.exports.overlaps import keep_once
from forecast.ledger.tables import Uncovered

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line

FIRST = dt.date(2026, 9, 1)


def gaps(folder: Path, orders: list[Line], movements: list[Line]) -> tuple[Uncovered, ...]:
    """As known on 18 October."""
    plan = plan_for(folder)
    with lines_in(folder, orders, movements) as engine:
        merged(engine)
        keep_once(engine, ["bill"])
        join_orders(engine, plan)
        return uncovered(engine, plan, end_of(plan))


def day(number: int) -> str:
    return str(FIRST + dt.timedelta(days=number))


def orders(number: int) -> list[Line]:
    """An order a day, from 1 September."""
    return [order(f"O{n}", 10_000, ordered_at=day(n), deducted_at=day(n)) for n in range(number)]


def settled(first: int, last: int, lag: int = 3) -> list[Line]:
    """The payments of the orders of some days."""
    return [moved("payment", 9_900, day(n + lag), order_id=f"O{n}") for n in range(first, last)]


def test_bills_that_cover_the_orders_are_no_news(tmp_path: Path) -> None:
    assert gaps(tmp_path, orders(48), settled(0, 45)) == ()
    assert gaps(tmp_path, orders(48), settled(FEWEST - 4, 45)) == (), "the first one never settled: it happens"


def test_orders_from_before_the_first_bill_are_counted_but_not_those_refunded(tmp_path: Path) -> None:
    back = moved("refund", -10_000, day(4), order_id="O3")
    found = gaps(tmp_path, orders(48), [*settled(10, 45), back])
    assert found == (Uncovered("baitiao", dt.date(2026, 9, 14), 9, 90_000, None),), "of ten, one refunded"


def test_bills_that_end_longer_before_as_of_than_they_ever_paused_are_told(tmp_path: Path) -> None:
    assert gaps(tmp_path, orders(48), settled(0, 36)) == (Uncovered("baitiao", None, 0, 0, dt.date(2026, 10, 9)),)
    assert gaps(tmp_path, orders(36), settled(0, 36)) == (), "nothing waits for a settlement"
    paused = [*settled(0, 10), *settled(20, 36)]
    assert all(one.end is None for one in gaps(tmp_path, orders(48), paused)), "it paused as long before"
