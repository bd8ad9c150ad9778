"""A feed is known again by marks of its orders, whatever of it is rotated, gone or new; another feed is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import FIRST, at, shop

from forecast.watch import likeness
from forecast.watch.feed import HOUR, Feed
from forecast.watch.likeness import (
    AN_HOUR,
    DAYS_KEPT,
    FEWEST,
    HOURS_KEPT,
    Marks,
    as_texts,
    is_another,
    marks_of,
    of_texts,
    together,
)

SINCE = at(1)


@pytest.fixture(scope="module")
def feed() -> Feed:
    return shop(days=4)


@pytest.fixture(scope="module")
def marks(feed: Feed) -> Marks:
    return marks_of(feed.take(feed.ordered_at < at(3)), SINCE)


def test_of_each_hour_some_orders_are_marked(marks: Marks) -> None:
    assert list(marks) == [FIRST // HOUR + hour for hour in range(24, 72)]
    assert {len(one) for one in marks.values()} == {AN_HOUR}
    assert marks_of(shop(days=1), SINCE) == {}


def test_a_feed_of_other_orders_is_another(marks: Marks) -> None:
    assert is_another(shop(days=4, seed=2), marks, SINCE)
    assert is_another(shop(days=3, seed=2), marks, at(2))


def test_a_feed_that_goes_on_is_no_other(feed: Feed, marks: Marks) -> None:
    rng = np.random.default_rng(1)
    reordered = replace(feed, channels=feed.channels[::-1], channel=2 - feed.channel)
    cases = {
        "all of it": feed,
        "channels in another order": reordered,
        "a tenth of it less": feed.take(rng.random(len(feed)) < 0.9),
        "one channel alone": feed.take(feed.channel == 1),
        "the last day and what came since": feed.take(feed.ordered_at > at(2)),
        "what came since alone": feed.take(feed.ordered_at > at(3)),
        "most days are gone": feed.take((feed.ordered_at < at(1, 12)) | (feed.ordered_at > at(3))),
        "nothing": feed.take(feed.ordered_at < 0),
    }
    for name, one in cases.items():
        assert not is_another(one, marks, SINCE), name


def test_few_marks_say_nothing(marks: Marks) -> None:
    other = shop(days=4, seed=2)
    hours = FEWEST // AN_HOUR
    part = other.take((other.ordered_at >= at(2) - 60) & (other.ordered_at < at(2, hours - 0.1)))
    assert not is_another(part, marks, SINCE)
    assert is_another(
        other.take((other.ordered_at >= at(2) - 600) & (other.ordered_at < at(2, hours + 1))), marks, SINCE
    )


def test_marks_of_many_orders_are_chosen_from_few_of_them(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    many = shop(days=4, orders_a_day=24_000)
    whole = marks_of(many, SINCE)
    monkeypatch.setattr(likeness, "_MANY", 100)
    monkeypatch.setattr(likeness, "_AN_HOUR_OF_MANY", 64)
    assert marks_of(many, SINCE) == whole
    assert not is_another(many, whole, SINCE)
    assert is_another(feed, whole, SINCE)
    assert is_another(replace(many, amount=many.amount + np.arange(len(many))), whole, SINCE)


def test_marks_add_up_to_those_of_both(feed: Feed, marks: Marks) -> None:
    later = marks_of(feed.take(feed.ordered_at >= at(2)), SINCE)
    assert together(marks, later) == marks_of(feed, SINCE)


def test_of_days_long_ago_one_hour_is_kept() -> None:
    long: Marks = dict.fromkeys(range(HOURS_KEPT + 30), (1,))
    assert list(together(long, {30: (1, 2)})) == [0, 24, *range(30, HOURS_KEPT + 30)]
    assert list(together(long, {7: (1, 2)})) == [7, 24, *range(30, HOURS_KEPT + 30)]
    feed = shop(days=20)
    first, whole = FIRST // HOUR, marks_of(feed, at(0))
    days = {hour // 24 for hour in whole if hour < first + 20 * 24 - HOURS_KEPT}
    assert days == {first // 24 + day for day in range(6)}
    assert len(whole) == HOURS_KEPT + 6
    in_parts = together(marks_of(feed.take(feed.ordered_at < at(17, 7.5)), at(0)), marks_of(feed, at(17)))
    assert list(in_parts) == list(whole)
    ages = dict.fromkeys(range(0, (DAYS_KEPT + 20) * 24, 24), (1,))
    assert len(together(ages, dict.fromkeys(range(10_200, 10_200 + HOURS_KEPT), (1,)))) == DAYS_KEPT + HOURS_KEPT


def test_another_feed_whose_days_end_long_before_is_told() -> None:
    whole = marks_of(shop(days=20), at(0))
    assert is_another(shop(days=5, seed=2), whole, at(0))
    assert not is_another(shop(days=20).take(shop(days=20).ordered_at < at(5)), whole, at(0))


def test_they_come_back_from_texts(marks: Marks) -> None:
    texts = as_texts(marks)
    assert texts[0].startswith("2024-10-05T00 ")
    assert of_texts(texts) == marks
    assert of_texts(["", "yesterday 12", "2024-10-05T00 xyz"]) == {}
