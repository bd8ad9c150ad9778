"""Planting: as many orders fail as asked for, in the scope alone; none is cured before the end; all else stays."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from feeds import at, shop

from forecast.studies.drill.planting import TOLD_WITHIN, Planted, plant
from forecast.watch.feed import CAUSES, DAY, NEVER, NONE, Feed

if TYPE_CHECKING:
    from forecast.arrays import Ints

CURED = np.tile([0.4, 0.2], (3, 1))
"""Of each channel's failures 40 % are cured on the day of the end, 20 % the day after; the rest is lost."""

FEED = shop()
INCIDENTS = [
    Planted("integration", ("baitiao",), at(12, 9), at(12, 19), 0.7),
    Planted("validation", (), at(12, 9), at(13, 9), 0.9, sku=("sku3", "sku5")),
    Planted("risk_control", ("wechat",), at(12, 9), at(13, 9), 0.8, region=("region2",)),
    Planted("clearing", ("baitiao", "gold"), at(12, 9), at(12, 15), 0.5),
]


def columns(feed: Feed) -> dict[str, Ints]:
    values = {one.name: getattr(feed, one.name) for one in fields(feed)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray) and len(value) == len(feed)}


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda one: one.cause)
def test_a_share_of_the_scope_fails_and_nothing_beside_it(incident: Planted) -> None:
    sown = plant(FEED, incident, CURED, np.random.default_rng(1))
    could = incident.during(FEED) & (FEED.cause == NONE) & (FEED.deducted_at < NEVER)
    count, struck = int(could.sum()), int(sown.struck.sum())
    band = 3.5 * np.sqrt(count * incident.share * (1 - incident.share))
    assert abs(struck - count * incident.share) <= band, "a binomial count, in 999 of 1,000 cases"
    assert not (sown.struck & ~could).any()
    before, after = columns(FEED), columns(sown.feed)
    for name in before:
        assert np.array_equal(before[name][~sown.struck], after[name][~sown.struck]), name


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda one: one.cause)
def test_cures_come_after_the_end_by_the_law_and_the_rest_is_closed(incident: Planted) -> None:
    sown = plant(FEED, incident, CURED, np.random.default_rng(1))
    deducted, closed = (x[sown.struck] for x in (sown.feed.deducted_at, sown.feed.closed_at))
    cured = deducted < NEVER
    assert deducted.min() >= incident.end
    assert abs(cured.mean() - 0.6) <= 3.5 * np.sqrt(0.24 / len(cured))
    soon = (deducted[cured] - incident.end) < DAY // 4
    assert abs(soon.mean() - 2 / 3) <= 3.5 * np.sqrt(2 / 9 / len(soon))
    assert np.array_equal(cured, closed == NEVER)


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda one: one.cause)
def test_a_silent_failure_bears_no_trace_and_others_are_told_in_time(incident: Planted) -> None:
    sown = plant(FEED, incident, CURED, np.random.default_rng(1))
    feed = sown.feed.take(sown.struck)
    if incident.cause == "integration":
        assert set(feed.cause) == {NONE}
        assert set(feed.failed_at) == {NEVER}
        return
    assert set(feed.cause) == {CAUSES.index(incident.cause)}
    told = feed.failed_at - feed.tried_at
    assert told.min() > 0
    assert told.max() <= TOLD_WITHIN[incident.cause]
