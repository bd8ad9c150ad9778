"""The choice of an incident: by the merchant's laws or as asked for, and large enough to be found."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drill_shop import BUSY, orders
from playbook_shop import base_run
from stress_shop import shop_plan

from forecast.errors import InputError
from forecast.plan.changes import CAUSES
from forecast.receivables.episodes import Episode, EpisodeLaw
from forecast.studies.drill.choosing import (
    FEWEST_AT_ALL,
    FEWEST_FAILURES,
    LEAST_SHARE,
    SHARES,
    Asked,
    chosen,
    drawn_load,
)
from forecast.studies.drill.days import Rehearsal, rehearsal
from forecast.studies.drill.study import cured_by_channel
from forecast.watch.feed import HOUR

if TYPE_CHECKING:
    from forecast.studies.drill.planting import Planted, Sown


@cache
def day() -> Rehearsal:
    return rehearsal(shop_plan(), orders(), 1.0, np.random.default_rng(1))


def choose(asked: Asked) -> tuple[Planted, Sown]:
    engine = base_run().prepared.engine
    cured = [cured_by_channel(base_run(), cause) for cause in CAUSES]
    return chosen(shop_plan(), engine.assumptions.channels, cured, day(), asked)


@pytest.mark.parametrize("cause", CAUSES)
def test_an_incident_is_as_large_as_the_monitor_promises_to_find(cause: str) -> None:
    for number in range(1, 4):
        incident, sown = choose(Asked(cause=cause, number=number))
        assert incident.cause == cause
        assert sown.struck.sum() >= FEWEST_FAILURES
        inside = incident.during(sown.feed)
        hour = (sown.feed.tried_at[inside] - incident.start) // HOUR
        shares = np.bincount(hour, sown.struck[inside]) / np.maximum(np.bincount(hour), 1)
        assert shares.max() >= LEAST_SHARE
        assert SHARES[0] <= incident.share <= SHARES[1]
        assert HOUR <= incident.end - incident.start <= 30 * HOUR
        assert BUSY <= incident.start < BUSY + 24 * HOUR


def test_the_scope_is_that_of_the_cause() -> None:
    assert choose(Asked(cause="clearing", channel="wechat"))[0].channels == ("wechat",)
    goods = choose(Asked(cause="validation"))[0]
    assert goods.channels == ()
    assert 1 <= len(goods.sku) <= 5
    assert choose(Asked(cause="validation", channel="wechat"))[0].channels == ("wechat",)
    silent = choose(Asked(cause="integration"))[0]
    assert (len(silent.channels), silent.sku, silent.region) == (1, (), ())
    assert all(len(choose(Asked(cause="risk_control", number=one))[0].region) <= 2 for one in range(1, 4))


def test_what_is_asked_for_is_planted_and_a_number_stands_for_an_incident() -> None:
    asked = Asked(cause="integration", channel="baitiao", hours=8.0, share=0.9)
    incident, sown = choose(asked)
    assert (incident.end - incident.start, incident.share) == (8 * HOUR, 0.9)
    again, same = choose(asked)
    assert again == incident
    assert np.array_equal(same.struck, sown.struck)
    assert choose(replace(asked, number=2))[0].start != incident.start


def test_a_small_day_has_a_heavier_incident_than_the_law_draws() -> None:
    assert choose(Asked(cause="clearing"))[0].heavier == 1.0
    few = replace(day(), feed=day().feed.take(np.arange(0, len(day().feed), 4)))
    cured = [cured_by_channel(base_run(), cause) for cause in CAUSES]
    laws = base_run().prepared.engine.assumptions.channels
    incident, sown = chosen(shop_plan(), laws, cured, few, Asked(cause="risk_control"))
    assert incident.heavier > 1.0
    assert sown.struck.sum() >= FEWEST_FAILURES


def test_where_no_incident_is_large_enough_the_largest_is_taken() -> None:
    incident, sown = choose(Asked(cause="integration", channel="baitiao", hours=1.5, share=0.9))
    assert FEWEST_AT_ALL <= sown.struck.sum() < FEWEST_FAILURES
    assert incident.end - incident.start == 1.5 * HOUR


def test_too_small_a_wish_is_told_with_its_options() -> None:
    with pytest.raises(InputError, match=r"--channel --hours.*longer --hours"):
        choose(Asked(channel="baitiao", hours=0.25))


def test_an_episode_is_one_that_was_seen_or_one_like_none_seen() -> None:
    law = EpisodeLaw(seen=(Episode((0.5, 0.25)), Episode((0.1,))), usual_load=0.3)
    rng = np.random.default_rng(1)
    loads = np.array([drawn_load(law, rng) for _ in range(4_000)])
    assert (loads == 0.75).mean() == pytest.approx(0.25, abs=0.03), "each weighs one, those like none seen two"
    new = loads[(loads != 0.75) & (loads != 0.1)]
    assert new.mean() == pytest.approx(0.3, rel=0.1)
