"""The answer of a watch: alerts under the names that they were told by, and notes in the plan's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds import at, shop, strike
from ledger_plans import plan_for

from forecast.watch.answer import answer, names_of
from forecast.watch.money import Loss
from forecast.watch.monitor import Watch
from forecast.watch.reading import ReadFeed
from forecast.watch.telling import Told

if TYPE_CHECKING:
    from pathlib import Path


def test_an_answer_holds_what_was_watched_and_its_alerts(tmp_path: Path) -> None:
    feed = strike(shop(), "integration", at(12, 9), 10, channels=("baitiao",))
    watch, now = Watch.of(feed, feed, at(12)), at(12, 20)
    plan = plan_for(tmp_path)
    told = answer(plan, watch, ReadFeed(feed, 1, 0), watch.alerts(now), [Loss()], now, Told())
    assert (told.since, told.now, told.orders) == ("2024-10-16T00:00:00", "2024-10-16T20:00:00", watch.orders(now))
    assert [(one.cause, one.status) for one in told.alerts] == [("integration", "new")]
    assert "feed_rows_left_out" in [note.code for note in told.notes]
    assert names_of(plan).texts.language == plan.language
