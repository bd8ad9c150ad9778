"""Incidents while time passes: they ring once, grow, and end; a moment off the grid changes nothing that follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike, unnamed
from test_watch_delays import nightly

from forecast.watch import incidents
from forecast.watch.evidence import Outlook, outlook
from forecast.watch.feed import DAY, HOUR, NEVER, Feed
from forecast.watch.incidents import GRID, SLACK, Incident, followed_after, looked_back, moments, same_held, step
from forecast.watch.monitor import Watch
from forecast.watch.scan import THRESHOLD
from forecast.watch.usual import learn

Struck = tuple[tuple[int, ...], str]
"""Channels, and the cause for which they failed."""


def clearing_view() -> Outlook:
    feed = strike(shop(orders_a_day=600), "clearing", at(12, 2), 6, channels=("baitiao", "gold"))
    return outlook(feed, learn(feed, at(12)))


def followed(until: int) -> list[tuple[Incident, ...]]:
    view = clearing_view()
    found: list[tuple[Incident, ...]] = [()]
    for now in moments(at(12), until):
        found.append(step(view, found[-1], at(12), now, THRESHOLD))
    return found


def test_an_incident_rings_once_and_ends_when_the_rate_is_usual_again() -> None:
    states = followed(at(12, 16))
    counts = [len(state) for state in states]
    assert counts == sorted(counts)
    assert counts[-1] == 1
    (last,) = states[-1]
    assert last.scope.channel == (0, 1)
    assert at(12, 2) < last.rang_at < at(12, 4)
    assert abs(last.ended - at(12, 8)) < HOUR
    assert not last.lasts
    lasting = [state[0] for state in states if state and state[0].lasts]
    assert all(one.ended == NEVER for one in lasting)
    assert {one.rang_at for one in lasting} == {last.rang_at}


ALL, ONE, TWO = (0, 1, 2), (2,), (0, 1)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("first", "second", "scopes"),
    [
        ((ALL, "clearing"), (ONE, "clearing"), [(), ONE]),
        ((ALL, "clearing"), (TWO, "clearing"), [(), TWO]),
        ((ONE, "clearing"), (ALL, "clearing"), [ONE, ()]),
        ((TWO, "clearing"), (TWO, "clearing"), [TWO]),
        ((ONE, "integration"), (ONE, "integration"), [ONE]),
    ],
)
def test_what_begins_hours_after_an_end_is_the_same_incident_in_the_same_scope_alone(
    first: Struck, second: Struck, scopes: list[tuple[int, ...]], *, named: bool
) -> None:
    found = again(first, second, named=named)
    assert [one.scope.channel for one in found] == scopes
    if len(found) == 2:
        assert found[0].ended <= at(12, 8) + HOUR
        assert at(12, 12) - HOUR <= found[1].started <= at(12, 13)
        assert at(12, 12) < found[1].rang_at < at(12, 14)


def test_another_cause_of_the_same_scope_is_another_incident() -> None:
    first, second = again((ONE, "validation"), (ONE, "integration"))
    assert first.ended <= at(12, 8) < at(12, 11) < second.started
    assert (first.scope, first.kind) == (second.scope, 2)


def again(first: Struck, second: Struck, *, named: bool = True) -> tuple[Incident, ...]:
    """The incidents in the end where what is given was struck for six hours and, four hours later, for six more."""
    feed = shop(orders_a_day=600)
    for (channels, cause), hour in ((first, 2), (second, 12)):
        feed = strike(feed, cause, at(12, hour), 6, channels=tuple(feed.channels[x] for x in channels))
    feed = feed if named else unnamed(feed)
    view = outlook(feed, learn(feed, at(12)))
    found: tuple[Incident, ...] = ()
    for now in moments(at(12), at(13)):
        found = step(view, found, at(12), now, THRESHOLD)
    return found


def test_the_grid_begins_after_since() -> None:
    assert list(moments(100, 100 + 2 * GRID)) == [100 + GRID, 100 + 2 * GRID]


def test_incidents_hold_the_same_orders_while_scope_beginning_and_end_are_the_same() -> None:
    states = followed(at(12, 16))
    lasting = [state for state in states if state and state[0].lasts]
    assert same_held(lasting[0], [replace(lasting[0][0], last=lasting[0][0].last + 60, share=0.5)])
    assert not same_held(lasting[-1], states[-1])
    assert not same_held((), lasting[0])
    view = clearing_view()
    assert looked_back(view, lasting[0], at(13)) == lasting[0][0].started - SLACK
    assert looked_back(view, states[-1], at(13)) == NEVER


def test_an_incident_lasts_while_all_that_came_since_its_last_failure_is_still_awaited() -> None:
    feed = shop(days=16, orders_a_day=600, rate=0.0)
    mine = (feed.channel == 2) & (feed.tried_at < NEVER)
    begins, batch = at(12, 2), at(15, 2)
    waits = mine & (feed.tried_at >= begins) & (feed.tried_at < batch)
    feed = replace(feed, deducted_at=np.where(waits, batch, feed.deducted_at))
    view = outlook(feed, learn(feed, at(12)))
    young = view.feed.tried_at >= at(12, 12)
    soonest = np.where(young & (view.feed.channel == 2), 10 * DAY, view.soonest)
    view = replace(view, soonest=soonest)
    found: tuple[Incident, ...] = ()
    for now in moments(at(12), at(14, 12)):
        found = step(view, found, at(12), now, THRESHOLD)
    (one,) = found
    assert one.lasts
    for now in moments(at(14, 12), at(15, 12)):
        found = step(view, found, at(12), now, THRESHOLD)
    (one,) = found
    assert not one.lasts


def told_at_night(causes: tuple[str, str] = ("validation", "validation")) -> Feed:
    """Goods that fail on all channels in the afternoon; those of the first are told at two in the night, its batch."""
    feed = nightly(45, orders_a_day=1_600, rate=0.01)
    for cause, channels in zip(causes, (("gold", "wechat"), ("baitiao",)), strict=True):
        feed = strike(feed, cause, at(42, 12), 7, channels=channels, sku="sku2", rate=0.9)
    hit = (feed.channel == 0) & (feed.sku == 2) & (feed.tried_at >= at(42, 12)) & (feed.tried_at < at(42, 19))
    hit &= feed.failed_at == feed.tried_at + 30
    return replace(feed, failed_at=np.where(hit, at(43, 2), feed.failed_at))


def ended(feed: Feed) -> tuple[Incident, ...]:
    view = outlook(feed, learn(feed, at(40)))
    found: tuple[Incident, ...] = ()
    for now in moments(at(40), at(43, 8)):
        found = step(view, found, at(40), now, THRESHOLD)
    return found


def test_orders_are_followed_as_far_back_as_so_many_came_and_deductions_take(monkeypatch: pytest.MonkeyPatch) -> None:
    view, now = clearing_view(), at(13)
    assert followed_after(view, now) == 0  # of few orders all are
    tried = view.feed.tried_at[view.feed.tried_at <= now]
    monkeypatch.setattr(incidents, "MOST_FOLLOWED", 2_000)
    assert followed_after(view, now) == tried[-2_000]
    monkeypatch.setattr(incidents, "MOST_FOLLOWED", 10)
    delays = view.usual.delays
    assert followed_after(view, now) == now - 16 * delays.patience.max() > now - 6 * HOUR
    slow = replace(view, usual=replace(view.usual, delays=replace(delays, unknown=~delays.unknown)))
    assert followed_after(slow, now) == now - incidents.window(view)


@pytest.mark.parametrize("named", [True, False])
def test_what_a_batch_tells_at_night_of_an_incident_long_over_is_of_that_incident(*, named: bool) -> None:
    (one,) = ended(told_at_night() if named else unnamed(told_at_night()))
    assert (one.scope.sku, set(one.scope.channel) | {0, 1, 2}) == ((2,), {0, 1, 2})
    assert not one.scope.channel or 0 in one.scope.channel
    assert one.rang_at < at(42, 19)
    assert abs(one.ended - at(42, 19)) < HOUR


def test_what_a_batch_tells_of_another_cause_is_another_incident() -> None:
    first, second = ended(told_at_night(("validation", "risk_control")))
    assert (first.kind, second.scope.channel) == (2, (0,))


def released(orders_a_day: int = 960, failing: float = 0.18) -> Feed:
    """A clearing outage of four hours, nine in ten of whose orders come in the quarter of an hour after its end.

    At other times a share of the orders is ``failing`` and cured hours later; no failure is told.
    """
    feed = unnamed(shop(orders_a_day=orders_a_day, rate=0.0))
    rng, end = np.random.default_rng(5), at(11, 14)
    fails = (rng.random(len(feed)) < failing) & (feed.tried_at < NEVER)
    deducted = np.where(fails, feed.tried_at + rng.integers(2 * HOUR, 8 * HOUR, len(feed)), feed.deducted_at)
    hit = (feed.channel < 2) & (feed.tried_at >= end - 4 * HOUR) & (feed.tried_at < end) & (rng.random(len(feed)) < 0.9)
    return replace(feed, deducted_at=np.where(hit, end + rng.integers(30, 900, len(feed)), deducted))


def test_an_outage_whose_orders_all_come_at_its_end_stays_what_it_was() -> None:
    feed = released()
    watch = Watch.of(feed, feed, at(10))
    ((during,), (after,)) = watch.alerts(at(11, 13.75)), watch.alerts(at(11, 20))
    for one in (during, after):
        assert (one.cause, one.clearing) == ("clearing", "jd_pay")
    assert 0 <= after.failed - during.failed < 12
    assert after.ended_at is not None
    assert abs(after.ended_at - at(11, 14)) < HOUR / 2
