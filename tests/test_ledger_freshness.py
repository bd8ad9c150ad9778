"""Whether a ledger's silence before as_of is a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ledgers import shop_ledger, shop_orders, shop_plan, write_plan

from forecast.calendar import Calendar
from forecast.ledger.freshness import event_days, missing_days
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.tables import DailyTables

CHINA = Calendar("CN")


def tables(folder: Path, orders: str, as_of: str) -> DailyTables:
    return read_ledger(load_plan(write_plan(folder, orders, as_of=as_of))).tables


def without(orders: str, first: str, last: str) -> str:
    """The rows of all orders but those in which anything happened from ``first`` to ``last``."""
    header, *rows = orders.strip().split("\n")
    kept = [row for row in rows if not any(first <= cell[:10] <= last for cell in row.split(","))]
    return "\n".join([header, *kept]) + "\n"


def stopped(orders: str, last: str) -> str:
    """The ledger as it stood on the evening of ``last``."""
    header, *rows = orders.strip().split("\n")
    out = [header]
    for row in rows:
        cells = row.split(",")
        if cells[2][:10] <= last:
            late = [place for place in (5, 6, 8, 10) if cells[place][:10] > last]
            for place in late:
                cells[place] = ""
                if place in {8, 10}:
                    cells[place + 1] = ""
            if 5 in late:  # the failure itself came later
                cells[4] = ""
            out.append(",".join(cells))
    return "\n".join(out) + "\n"


def test_a_ledger_that_reaches_as_of_lacks_nothing(tmp_path: Path) -> None:
    found = shop_ledger(shop_plan(tmp_path)).tables
    assert event_days(found)[-1] == np.datetime64("2026-10-18")
    assert missing_days(found, CHINA) == 0


def test_a_feed_that_stops_is_told_by_the_shops_rhythm(tmp_path: Path) -> None:
    assert missing_days(tables(tmp_path, stopped(shop_orders(), "2026-10-11"), "2026-10-18"), CHINA) == 7
    # One silent day of a shop that was watched for four months may still be chance.
    assert missing_days(tables(tmp_path, stopped(shop_orders(), "2026-10-17"), "2026-10-18"), CHINA) == 0


def test_a_shop_without_a_rhythm_has_not_stopped(tmp_path: Path) -> None:
    assert missing_days(tables(tmp_path, stopped(shop_orders(25), "2026-10-11"), "2026-10-18"), CHINA) == 0


def test_closed_holidays_and_pauses_seen_before_are_no_stop(tmp_path: Path) -> None:
    # The shop closed over National Day (1 to 7 October 2026): every silent day is a public holiday.
    orders = shop_orders(200, until="2026-09-30")
    assert missing_days(tables(tmp_path, stopped(orders, "2026-09-30"), "2026-10-06"), CHINA) == 0
    # It paused for a week in August already.
    paused = without(shop_orders(150), "2026-08-03", "2026-08-09")
    assert missing_days(tables(tmp_path, stopped(paused, "2026-10-12"), "2026-10-18"), CHINA) == 0
