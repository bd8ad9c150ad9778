"""Sensitivities: the finite differences of what-ifs, over the ranges of the laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stress_shop import kept_stress, questions

from forecast.studies.stress.laws import Laws
from forecast.studies.stress.sensitivities import ranges, sensitivities, spread


@pytest.mark.parametrize("key", ["refund_rate.wechat", "settlement_delay.baitiao", "volume"])
def test_both_ends_are_what_ifs(key: str) -> None:
    (one,) = (found for found in kept_stress().sensitivities if found.key == key)
    for place, level in enumerate((one.low, one.high)):
        told = questions().whatif(f"{key}={level:.15g}")
        assert (one.receipts[place], one.buffer[place]) == pytest.approx((told.receipts, told.buffer.amount), abs=0.01)
        assert one.expected_cost[place] == pytest.approx(told.verdict().expected_cost, rel=0.1, abs=0.05)


def test_ranges_are_those_of_the_laws_over_the_horizon() -> None:
    by_key = {one.key: one for one in kept_stress().sensitivities}
    failing, money = by_key["failure_rate.baitiao"], questions().channel(0, questions().base)
    low, high = np.quantile(money.failed_share, [0.05, 0.95])
    base = money.failed_by_cause.sum() / money.tried.sum()
    assert (failing.low, failing.high, failing.base) == pytest.approx((low, high, base), rel=1e-4)
    assert failing.source == "posterior"
    assert (by_key["settlement_delay.wechat"].source, by_key["costs.stock"].source) == ("stated", "stated")
    assert by_key["volume"].low < 1 < by_key["volume"].high


def test_what_base_has_lies_within_every_range() -> None:
    for one in kept_stress().sensitivities:
        assert one.low <= one.base <= one.high, one.key


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_refunds_of_a_promotion_count_in_range_and_base_alike(factor: float) -> None:
    asked = questions()
    engine = asked.prepared.engine
    usual = engine.kernels[0].usual
    other = replace(usual, taken_share=usual.taken_share * factor, taken_back=usual.taken_back * factor)
    kernels = (replace(engine.kernels[0], promotion=other), *engine.kernels[1:])
    asked.prepared = replace(asked.prepared, engine=replace(engine, kernels=kernels))
    assert engine.kernels[0].promotion_days.any()
    (found,) = (one for one in ranges(asked, Laws(asked)) if one.key == "refund_rate.baitiao")
    assert found.low <= found.base <= found.high
    known = asked.prepared.estimates["baitiao"].refund_rate
    assert (found.base < known.mean) == (factor < 1)
    at_base = asked.whatif(f"refund_rate.baitiao={found.base}")
    assert at_base.worth == pytest.approx(asked.whatif().worth, abs=20), "it is what base has, of 20,000 yuan ordered"


def test_a_channel_without_refunds_goes_from_none_to_a_point_for_want_of_a_law() -> None:
    asked = questions()
    engine = asked.prepared.engine
    usual = engine.kernels[0].usual
    none = replace(usual, refund_share=usual.refund_share * 0, taken_share=usual.taken_share * 0)
    kernels = (replace(engine.kernels[0], usual=none, promotion=None), *engine.kernels[1:])
    asked.prepared = replace(asked.prepared, engine=replace(engine, kernels=kernels))
    (found,) = (one for one in ranges(asked, Laws(asked)) if one.key == "refund_rate.baitiao")
    assert (found.low, found.base, found.high, found.source) == (0.0, 0.0, 0.01, "prior")


def test_a_rate_stated_as_none_goes_up_to_a_point() -> None:
    asked = questions()
    channels = {**asked.plan.channels, "wechat": replace(asked.plan.channels["wechat"], fee_rate=0.0)}
    estimates = {**asked.prepared.estimates}
    free = replace(estimates["wechat"].fee_rate, mean=0.0)
    asked.prepared = replace(asked.prepared, plan=replace(asked.plan, channels=channels))
    known = {**estimates, "wechat": replace(estimates["wechat"], fee_rate=free)}
    evidence = replace(asked.prepared.evidence(), estimates=known)
    asked.prepared = replace(asked.prepared, evidence=lambda: evidence)
    (found,) = (one for one in ranges(asked, Laws(asked)) if one.key == "fee_rate.wechat")
    assert (found.low, found.base, found.high, found.source) == (0.0, 0.0, 0.01, "stated")


def test_costs_that_move_with_sales_are_a_whatifs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = questions()
    stock = [one for one in ranges(asked, Laws(asked)) if one.key == "costs.stock"]
    monkeypatch.setattr("forecast.studies.stress.sensitivities.ranges", lambda *_: stock)
    (found,) = sensitivities(asked, Laws(asked), asked.whatif().verdict().proposal, lambda _: None)
    assert found.buffer == [asked.whatif(f"costs.stock={level}").buffer.amount for level in (0.9, 1.1)]
    assert found.buffer[0] < asked.whatif().buffer.amount < found.buffer[1]


def test_a_cost_is_null_where_no_mix_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = questions()
    volumes = [one for one in ranges(asked, Laws(asked)) if one.key == "volume"]
    monkeypatch.setattr("forecast.studies.stress.sensitivities.ranges", lambda *_: volumes)
    poor = replace(asked.plan.cash, opening_balance=-2_500.0)
    asked.prepared = replace(asked.prepared, plan=replace(asked.plan, cash=poor))
    (volume,) = sensitivities(asked, Laws(asked), asked.whatif().verdict().proposal, lambda _: None)
    for cost, level in zip(volume.expected_cost, (volume.low, volume.high), strict=True):
        assert (cost is not None) == asked.whatif(f"volume={level:.15g}").verdict().feasible
    assert volume.expected_cost[0] is not None
    assert volume.expected_cost[1] is None


def test_they_are_sorted_by_what_the_buffer_does() -> None:
    found, base = kept_stress().sensitivities, kept_stress().scenarios["base"].buffer
    spreads = [spread(one, base) for one in found]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] > 0
