"""Sensitivities: the finite differences of what-ifs, over the ranges of the laws."""

from __future__ import annotations

import pytest
from stress_shop import kept_stress, questions, shop_run

from forecast.studies.stress.sensitivities import spread


@pytest.mark.parametrize("key", ["refund_rate.wechat", "settlement_delay.baitiao", "volume"])
def test_both_ends_are_what_ifs(key: str) -> None:
    (one,) = (found for found in kept_stress().sensitivities if found.key == key)
    for place, level in enumerate((one.low, one.high)):
        told = questions().whatif(f"{key}={level:.15g}")
        assert (one.receipts[place], one.buffer[place]) == pytest.approx((told.receipts, told.buffer.amount), abs=0.01)
        assert one.expected_cost[place] == pytest.approx(told.verdict().expected_cost, rel=0.1, abs=0.05)


def test_ranges_are_those_of_the_estimates() -> None:
    known = shop_run().result.estimates["baitiao"]
    by_key = {one.key: one for one in kept_stress().sensitivities}
    failing = by_key["failure_rate.baitiao"]
    total = known.failure_rate["total"]
    assert (failing.low, failing.high, failing.base) == pytest.approx((total.p05, total.p95, total.mean), rel=1e-4)
    assert failing.source == "posterior"
    assert (by_key["settlement_delay.wechat"].source, by_key["costs.stock"].source) == ("stated", "stated")
    assert by_key["volume"].low < 1 < by_key["volume"].high


def test_they_are_sorted_by_what_the_buffer_does() -> None:
    found, base = kept_stress().sensitivities, kept_stress().scenarios["base"].buffer
    spreads = [spread(one, base) for one in found]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] > 0
