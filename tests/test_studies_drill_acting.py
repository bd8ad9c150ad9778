"""What staff do: the plan starts at the playbook's rate over its hours, and moves follow the alert as it grows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drill_shop import orders, rehearsal_of
from playbook_shop import base_run, playbook

from forecast.plan.changes import CAUSES
from forecast.studies.drill.acting import STEP, Acts, acts, moves, reached
from forecast.studies.playbook.channels import thresholds
from forecast.watch.feed import NEVER
from forecast.watch.telling import moment_text

if TYPE_CHECKING:
    from forecast.results.playbook import Threshold
    from forecast.studies.drill.replaying import Replay
    from forecast.watch.monitor import Alert


@cache
def limits(alarm_rate: float = 0.1, hours: int = 1, move_rate: float | None = None) -> dict[str, list[Threshold]]:
    """The shop's thresholds with other rates."""
    terms = {"alarm_rate": alarm_rate, "alarm_hours": hours, "move_rate": move_rate, "move_to": "wechat"}
    found = {cause: thresholds(base_run().prepared, playbook(), cause) for cause in CAUSES}
    return {
        cause: [replace(one, **(terms if one.channel == "baitiao" else {"move_to": None})) for one in all_of]
        for cause, all_of in found.items()
    }


def replay() -> Replay:
    return rehearsal_of().replay


def alarm() -> Alert:
    found = replay().alarm
    assert found is not None
    return found


def test_the_alert_is_followed_from_its_alarm_to_the_incidents_end() -> None:
    moments = [one.detected_at for one in replay().later]
    assert moments[0] == alarm().detected_at
    assert moments[-1] >= rehearsal_of().incident.end
    assert set(np.diff(moments)) == {900}


def test_the_plan_starts_where_the_playbooks_rate_over_its_hours_is_reached() -> None:
    at_once = acts(replay(), limits(), 0.05)
    assert at_once.started is not None
    assert at_once.started.at == alarm().detected_at
    assert at_once.acted_at == alarm().detected_at + STEP
    later = acts(replay(), limits(alarm_rate=0.5, hours=3), 0.05).started
    assert later is not None
    assert later.at > alarm().detected_at, "of three hours half fails only after the incident has lasted some of them"
    before = [one for one in replay().later if one.detected_at < later.at]
    assert all(one.rate < 0.5 for alert in before for one in reached(replay().watch, alert, limits(0.5, 3)["clearing"]))
    assert later.rate >= 0.5


def test_the_share_is_that_of_the_channels_orders_in_the_hours() -> None:
    watch, now = replay().watch, replay().later[4].detected_at
    (found,) = reached(watch, replay().later[4], limits(hours=3)["clearing"])
    feed = watch.view.feed
    mine = (feed.channel == 0) & (feed.tried_at > now - 3 * 3_600) & (feed.tried_at <= now)
    failed = mine & (feed.failed_at <= now)
    assert found.failed == pytest.approx(failed.sum(), abs=2), "overdue ones beside those told"
    assert found.rate == pytest.approx(failed.sum() / mine.sum(), abs=0.1)


def test_nobody_acts_below_the_rate_and_the_nearest_is_told() -> None:
    found = acts(replay(), limits(alarm_rate=0.9, hours=24), 0.05)
    assert (found.started, found.acted_at, found.moved, found.goods) == (None, None, (), {})
    assert found.nearest is not None
    assert 0.1 < found.nearest.rate < 0.9
    assert (found.goes_at(orders()) == NEVER).all()


def test_orders_move_where_the_alert_shows_more_than_the_threshold() -> None:
    shown = limits(move_rate=0.3)["clearing"]
    (moved,) = moves(replace(alarm(), failure_rate=0.3), shown, 0.05)
    assert (moved.channel, moved.to, moved.failure_rate, moved.least_rate, moved.lost) == (
        "baitiao",
        "wechat",
        0.3,
        0.3,
        0.05,
    )
    assert moved.at == moment_text(alarm().detected_at + STEP)
    assert moves(replace(alarm(), failure_rate=0.299), shown, 0.05) == []
    assert moves(replace(alarm(), failure_rate=1.0, sku=("sku1",)), shown, 0.05) == [], "wrong goods fail everywhere"
    assert moves(replace(alarm(), failure_rate=1.0, channels=("baitiao", "wechat")), shown, 0.05) == []


def grown() -> Acts:
    """An alarm below the move's rate that names no channel with a threshold, which grows to one and beyond the rate."""
    first, second, third, *_ = replay().later
    later = (
        replace(first, failure_rate=0.2),
        replace(second, failure_rate=0.29),
        replace(third, failure_rate=0.4),
        replace(third, failure_rate=0.9, detected_at=third.detected_at + 900),
    )
    return acts(replace(replay(), later=later), limits(move_rate=0.3), 0.05)


def test_moves_follow_the_alert_as_it_grows() -> None:
    found, third = grown(), replay().later[2].detected_at
    (moved,) = found.moved
    assert (moved.failure_rate, found.moved_at) == (0.4, {"baitiao": third + STEP})
    assert found.stays == ()
    goes = found.goes_at(orders())
    assert (goes[orders().channel == 0] == third + STEP).all()
    assert (goes[orders().channel == 1] == NEVER).all()


def test_channels_that_never_reach_the_rate_of_moving_stay() -> None:
    first, second, *_ = replay().later
    later = (replace(first, failure_rate=0.4), replace(second, failure_rate=0.2))
    (below,) = acts(replace(replay(), later=later), limits(move_rate=0.5), 0.05).stays
    assert (below.channel, below.at, below.rate, below.least) == ("baitiao", first.detected_at + STEP, 0.4, 0.5)
    (never,) = acts(replace(replay(), later=later), limits(), 0.05).stays
    assert (never.least, never.to, never.fails) == (None, "wechat", False)
    assert acts(replace(replay(), later=later), limits(alarm_rate=0.9, hours=24), 0.05).stays == (), "nobody acts"


def test_goods_that_the_alert_comes_to_name_are_taken_off_then_and_their_channels_do_not_move() -> None:
    first, second, *_ = replay().later
    named = (replace(first, sku=("sku1",)), replace(second, sku=("sku1", "sku2")), replace(second, failure_rate=1.0))
    found = acts(replace(replay(), later=named), limits(move_rate=0.3), 0.05)
    assert found.moved == ()
    assert found.goods == {
        ("baitiao", "sku1"): first.detected_at + STEP,
        ("baitiao", "sku2"): second.detected_at + STEP,
    }
    feed = orders()
    goes = found.goes_at(feed)
    second_goods = (feed.channel == 0) & (feed.sku == feed.skus.index("sku2"))
    assert (goes[second_goods] == second.detected_at + STEP).all()
    assert (goes[feed.sku == feed.skus.index("sku3")] == NEVER).all()


def test_orders_no_longer_move_to_a_channel_that_joins_the_alert() -> None:
    whole, joins = replay(), 3
    later = tuple(
        replace(one, channels=(*one.channels, "wechat")) if place >= joins else one
        for place, one in enumerate(whole.later)
    )
    grown = replace(whole, later=later)
    found, alone = acts(grown, limits(move_rate=0.01), 0.05), acts(whole, limits(move_rate=0.01), 0.05)
    assert [one.channel for one in found.moved] == [one.channel for one in alone.moved] == ["baitiao"]
    back = later[joins].detected_at + STEP
    assert (found.back_at, alone.back_at) == ({"baitiao": back}, {})
    feed = rehearsal_of().sown.feed
    goes, always = found.goes_at(feed), alone.goes_at(feed)
    mine = feed.channel == feed.channels.index("baitiao")
    assert (goes[mine & (feed.tried_at >= back)] == NEVER).all()
    before = feed.tried_at < back
    assert np.array_equal(goes[before], always[before])
    assert (always[mine] < NEVER).all()
