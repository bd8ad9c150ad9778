"""Orders moved between channels: against base, at what they bring in the end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stress_shop import kept_stress, questions, shop_plan

from forecast.plan.model import Shift
from forecast.studies.stress.frontier import (
    SHARES,
    Moved,
    credit_channels,
    efficient,
    frontier,
    least_share,
    recommended,
)


def moved(share: float, cost: float, buffer: float) -> Moved:
    return Moved(Shift("baitiao", "wechat", share, 0.05), cost, buffer, 0.0, 0.0)


def test_the_frontier_of_the_shop_begins_at_base_and_is_what_a_whatif_says() -> None:
    points = [one for one in kept_stress().frontier if (one.source, one.target) == ("baitiao", "wechat")]
    assert [one.share for one in points] == list(SHARES)
    base = questions().whatif()
    assert points[0].cost == 0.0
    assert (points[0].buffer, points[0].receipts) == pytest.approx((base.buffer.amount, base.receipts), abs=0.01)
    half = questions().whatif('shift=[{from="baitiao",to="wechat",share=0.5,lost=0.05}]')
    assert (points[2].buffer, points[2].receipts) == pytest.approx((half.buffer.amount, half.receipts), abs=0.01)
    costs = [one.verdict().expected_cost for one in (base, half)]
    assert [points[0].expected_cost, points[2].expected_cost] == pytest.approx(costs, abs=0.01)


def test_orders_that_are_lost_on_the_way_cost_their_margin() -> None:
    asked = questions()
    none, many = (frontier(asked, lost, None, lambda _: None) for lost in (0.0, 0.2))
    for few, more in zip(none, many, strict=True):
        assert more.receipts <= few.receipts
        assert more.cost >= few.cost - 0.5, "but for the search for a mix"


def test_the_least_share_that_keeps_to_a_buffer_is_found_to_a_point() -> None:
    def ask(move: Shift) -> Moved:
        return Moved(move, 100 * move.share, 1_000 - 400 * move.share, 0.0, 0.0)

    def buffer_of(move: Shift) -> float:
        return 1_000 - 400 * move.share

    low, high = (ask(Shift("baitiao", "wechat", share)) for share in (0.25, 0.5))
    found = least_share(low, high, 859.0, buffer_of, ask)
    assert found is not None
    assert found.shift.share == 0.36
    assert least_share(low, high, 700.0, buffer_of, ask) is None, "neither keeps to it"
    assert least_share(low, high, 950.0, buffer_of, ask) is None, "both do"
    assert least_share(low, replace(high, cost=-1.0), 859.0, buffer_of, ask) is None, "moving more costs less"


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 50)), min_size=1, max_size=12))
def test_the_cheapest_on_the_frontier_is_recommended(drawn: list[tuple[int, int]]) -> None:
    points = [moved(place / 20, float(cost), float(buffer)) for place, (cost, buffer) in enumerate(drawn)]
    assert recommended(points, None) is None, "no buffer was asked for"
    best = recommended(points, max(one.buffer for one in points))
    assert best is not None
    assert best.cost == min(one.cost for one in points)
    on = [one for one in points if efficient(one, points)]
    assert min(one.cost for one in on) == best.cost
    assert min(one.buffer for one in on) == min(one.buffer for one in points)
    wanted = float(drawn[0][1])
    kept = recommended(points, wanted)
    assert kept is not None
    assert kept.buffer <= wanted


def test_no_point_may_keep_to_the_buffer() -> None:
    assert recommended([moved(0.0, 0.0, 10.0)], 9.0) is None


def test_credit_is_known_by_key_or_label_and_else_any_channel_may_lose_orders() -> None:
    plan = shop_plan()
    assert credit_channels(plan) == ["baitiao"]
    named = {"a": replace(plan.channels["wechat"], label="微信分期"), "b": replace(plan.channels["wechat"], label="卡")}
    assert credit_channels(replace(plan, channels=named)) == ["a"]
    assert credit_channels(replace(plan, channels={"b": named["b"]})) == ["b"]


def test_a_buffer_asked_for_is_met_by_the_cheapest() -> None:
    asked = questions(days=50)  # whose buffer falls as orders move
    base = asked.whatif().buffer.amount
    points = frontier(asked, 0.05, base - 60, lambda _: None)
    (best,) = (one for one in points if one.recommended)
    assert best.buffer <= base - 60
    assert best.share not in SHARES, "the least share that does, to a point"
    assert best.cost == pytest.approx(min(one.cost for one in points if one.buffer <= base - 60))
