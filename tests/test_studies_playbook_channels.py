"""When to act on a channel: the alarm that chance does not ring, and the rate from which moving loses less."""

from __future__ import annotations

import numpy as np
import pytest
from playbook_shop import base_run, playbook
from scipy.stats import binom
from stress_shop import shop_plan

from forecast.studies.playbook.channels import (
    CHANCE,
    Keeps,
    alarm_rate,
    days_until,
    lends,
    mean_days,
    mean_order,
    move_rate,
    move_to,
    thresholds,
)


def test_chance_rings_the_alarm_less_than_once_in_ten_thousand_times() -> None:
    for usual, orders in ((0.01, 40), (0.03, 300), (0.0, 50)):
        failed = round(alarm_rate(usual, orders) * orders)
        assert binom.sf(failed - 1, orders, usual) <= CHANCE
        assert failed == 3 or binom.sf(failed - 2, orders, usual) > CHANCE
    assert alarm_rate(0.5, 2) == 1.0


def test_from_the_move_rate_on_moving_keeps_more() -> None:
    stays, moves, recovered, lost = Keeps(0.01, 0.009), Keeps(0.02, 0.006), 0.5, 0.05
    rate = move_rate(stays, moves, recovered, lost)
    assert rate is not None

    def staying(failed: float) -> float:
        return (1 - failed * (1 - recovered) - (1 - failed) * stays.lost) * (1 - stays.fee)

    assert staying(rate) == pytest.approx((1 - lost) * moves.share)
    assert staying(rate + 0.01) < (1 - lost) * moves.share < staying(rate - 0.01)


def test_orders_stay_where_nearly_all_is_cured_and_move_at_once_where_the_other_is_better_anyhow() -> None:
    assert move_rate(Keeps(0.01, 0.0), Keeps(0.0, 0.0), 0.999, 0.05) is None
    assert move_rate(Keeps(0.0, 0.0), Keeps(0.0, 0.0), 0.9, 0.2) is None, "no share fails that much"
    assert move_rate(Keeps(0.1, 0.05), Keeps(0.0, 0.0), 0.0, 0.0) == 0.0


def test_orders_go_where_clearing_differs_then_where_is_lent_then_where_most_is_kept() -> None:
    plan = shop_plan()
    keeps = {name: Keeps(0.0, 0.0) for name in plan.channels}
    assert move_to(plan, "baitiao", "validation", keeps) == "wechat"
    assert move_to(plan, "wechat", "clearing", {"wechat": keeps["wechat"]}) is None
    assert (lends(plan, "baitiao"), lends(plan, "wechat")) == (True, False)


def test_days_until_a_failure_is_cured() -> None:
    cured = np.array([0.0, 0.6, 0.2, 0.0, 0.01])
    assert mean_days(cured) == pytest.approx((0.6 + 0.4 + 0.04) / 0.81)
    assert (days_until(cured, 0.7), days_until(cured, 0.95), days_until(cured, 1.0)) == (1, 2, 4)
    assert (mean_days(np.zeros(3)), days_until(np.zeros(3), 0.95)) == (None, None)


def test_the_shops_thresholds_and_what_the_playbook_sets_itself() -> None:
    prepared = base_run().prepared
    assert mean_order(prepared, "baitiao") == pytest.approx(100.0)
    own = playbook(("[causes.validation]\n", "[causes.validation]\nalarm_rate = 0.25\nmove_rate = 0.5\n"))
    first = thresholds(prepared, own, "validation")[0]
    assert (first.alarm_rate, first.alarm_source, first.move_rate, first.move_source) == (
        0.25,
        "playbook",
        0.5,
        "playbook",
    )
    assert first.stuck_an_hour * 24 == pytest.approx(2007, rel=0.05), "the peak day of ten orders doubled by its prior"
    assert (first.alarm_hours, first.instalments, first.refund_after_days) == (24, None, 1)
    usual = thresholds(prepared, playbook(), "validation")[0]
    assert usual.alarm_source == "calculated"
    assert usual.usual_rate == pytest.approx(1 / 17, abs=0.01)
