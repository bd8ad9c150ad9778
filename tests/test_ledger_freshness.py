"""Whether a ledger's silence before as_of is a stop."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from ledgers import shop_ledger, shop_orders, shop_plan, write_plan

from forecast.calendar import Calendar
from forecast.ledger.freshness import event_days, missing_days, plan_as_known
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
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


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DailyTables:
    return tables(tmp_path_factory.mktemp("shop"), shop_orders(5), "2026-10-18")


def ordered_on(shop: DailyTables, days: np.ndarray) -> DailyTables:
    """A ledger that knows of orders on these days and of nothing else."""
    nothing = {
        name: getattr(shop, name).iloc[:0]
        for name in ("first", "recovery", "settlement", "refund_before", "refund_after")
    }
    return replace(shop, sales=pd.DataFrame({"day": days.astype("datetime64[s]")}), **nothing)


def silent(shop: DailyTables, days: np.ndarray, closed: Sequence[int] = ()) -> int:
    """Days missing of a shop that ordered on each of these but on closed weekdays (0 is Monday)."""
    weekday = (days.astype(np.int64) + 3) % 7
    return missing_days(ordered_on(shop, days[~np.isin(weekday, closed)]), CHINA)


def up_to(last: str, weeks: int) -> np.ndarray:
    return np.datetime64(last) - np.arange(7 * weeks)[::-1]


@pytest.mark.parametrize(("watched", "missing"), [(27, 0), (28, 3), (29, 3)])
def test_a_rhythm_takes_four_weeks_of_days_with_events(shop: DailyTables, watched: int, missing: int) -> None:
    days = np.datetime64("2026-10-15") - np.arange(watched)
    assert missing_days(ordered_on(shop, days), CHINA) == missing


@pytest.mark.parametrize(("weeks", "missing"), [(49, 0), (50, 1), (52, 1), (60, 1)])
def test_one_silent_day_is_a_stop_where_such_a_weekday_was_never_silent_in_fifty(
    shop: DailyTables, weeks: int, missing: int
) -> None:
    """Half of a silence in 50 such days and one more is less than one in a hundred, in 49 it is just that."""
    friday = replace(shop, as_of=dt.date(2026, 10, 16))
    assert silent(friday, up_to("2026-10-15", weeks)) == missing
    # a weekend is no working day: its silence alone tells nothing, however unusual
    assert silent(shop, up_to("2026-10-16", weeks)) == 0


def test_each_silent_day_is_judged_by_its_own_weekday(shop: DailyTables) -> None:
    # closed on Sundays: a Sunday is no news; Saturday and Sunday are after nine weeks of open Saturdays no stop
    # yet (1/20), Friday to Sunday are (1/400)
    assert silent(shop, up_to("2026-10-17", 60), closed=[6]) == 0
    assert silent(shop, up_to("2026-10-16", 9), closed=[6]) == 0
    assert silent(shop, up_to("2026-10-15", 9), closed=[6]) == 3


def test_a_pause_as_long_as_the_silence_was_no_stop_then_and_is_none_now(shop: DailyTables) -> None:
    days = up_to("2026-10-13", 40)  # five days of silence
    for pause, missing in ((4, 5), (5, 0), (6, 0)):
        assert silent(shop, np.delete(days, np.s_[100 : 100 + pause])) == missing


def test_what_happened_more_than_a_year_ago_is_no_rhythm_of_the_shop(shop: DailyTables) -> None:
    days = up_to("2026-10-13", 80)
    begins = len(days) - 364
    # the last day before the pause lies within the 364 days or not
    for place, missing in ((begins, 5), (begins + 1, 0)):
        assert silent(shop, np.delete(days, np.s_[place : place + 10])) == missing


def test_a_ledger_without_any_event_has_not_stopped(shop: DailyTables) -> None:
    assert missing_days(ordered_on(shop, up_to("2026-10-13", 0)), CHINA) == 0


def test_a_ledger_that_ends_early_makes_an_earlier_plan_with_the_same_last_day(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    known = plan_as_known(plan, 3)
    assert (known.horizon.as_of, known.horizon.days) == (dt.date(2026, 10, 15), 23)
    assert plan_as_known(plan, 0) == plan
