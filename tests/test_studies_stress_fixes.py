"""What fixes are worth: signs by economics, on the same simulation as everything else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stress_shop import kept_stress, questions, shop_run

from forecast.financing.verdict import Verdict
from forecast.plan.model import ALL_CAUSES
from forecast.studies.stress.fixes import (
    buffer_moved,
    fewer_abandoned,
    fixes,
    hour_less,
    present_rates,
    settled_sooner,
    sooner_cured,
    years_share,
)

if TYPE_CHECKING:
    from forecast.simulation.kernels import Kernels


def test_every_fix_brings_something_and_they_are_ranked_by_the_year() -> None:
    found = kept_stress().fixes
    assert [one.total_a_year for one in found] == sorted((one.total_a_year for one in found), reverse=True)
    assert all(one.change < 0 and one.total_a_year >= 0 for one in found)
    kinds = {one.key.partition(".")[0] for one in found}
    assert kinds == {"failure_rate", "refund_rate", "recovery_days", "settlement_days", "alarm_hours"}
    assert "failure_rate.baitiao.validation" in {one.key for one in found}


@given(st.sampled_from(["refund_rate", "failure_rate"]), st.floats(0.1, 0.3), st.floats(0.05, 0.1))
@settings(max_examples=4, derandomize=True)
def test_fewer_refunds_and_failures_never_lessen_receipts(kind: str, rate: float, less: float) -> None:
    asked = questions()
    more, fewer = (asked.whatif(f"{kind}.baitiao={level:.6f}") for level in (rate, rate - less))
    assert fewer.receipts >= more.receipts
    assert fewer.worth >= more.worth
    assert fewer.buffer.amount <= 1.005 * more.buffer.amount, "but for one order statistic of 60 paths"


def test_a_point_fewer_refunds_is_a_point_of_what_is_deducted() -> None:
    (fix,) = (one for one in kept_stress().fixes if one.key == "refund_rate.wechat")
    assert fix.change == -0.01
    assert fix.receipts == pytest.approx(0.01 * 20 * 1_100, rel=0.3), "1,000 yuan a day and a promotion, most settled"
    assert fix.buffer < 0


def test_a_buffer_that_moves_by_the_noise_of_single_orders_has_not_moved() -> None:
    assert [buffer_moved(1_000.0, after) for after in (1_000.9, 999.1, 1_001.5, 990.0)] == [0.0, 0.0, 1.5, -10.0]
    assert buffer_moved(3e8, 3e8 + 200.0) == 0.0, "a millionth of it"
    assert all(one.buffer <= 0 for one in kept_stress().fixes if one.key.startswith("alarm_hours"))


def test_settling_a_day_sooner_makes_no_money_and_lowers_the_buffer() -> None:
    (fix,) = (one for one in kept_stress().fixes if one.key == "settlement_days.wechat")
    assert fix.receipts == pytest.approx(0, abs=1e-6)
    assert fix.buffer < -500
    assert fix.expected_cost is not None
    assert fix.expected_cost < 0
    money = questions().channel(1, questions().base)
    sooner = settled_sooner(money)
    assert (np.cumsum(sooner.receipts, axis=1) >= np.cumsum(money.receipts, axis=1) - 1e-6).all()


def slow(kernels: Kernels) -> Kernels:
    """A channel half of whose failures are lost, the rest cured nine days later than the ledger's."""
    late = {cause: np.pad(steps[:, :-9], ((0, 0), (9, 0))) / 2 for cause, steps in kernels.cured.items()}
    lost = {cause: steps / 2 for cause, steps in kernels.cured.items()}
    return replace(kernels, cured=late, lost=lost, lost_share={cause: one.sum(axis=1) for cause, one in lost.items()})


def test_every_fix_is_worth_something_where_much_is_open_at_the_end() -> None:
    asked = questions()
    engine = asked.prepared.engine
    asked.prepared = replace(asked.prepared, engine=replace(engine, kernels=tuple(slow(one) for one in engine.kernels)))
    found = {one.key: one for one in fixes(asked, asked.whatif().verdict().proposal, lambda _: None)}
    assert min(one.total_a_year for one in found.values()) >= 0
    sooner = found["recovery_days.baitiao"]
    assert sooner.expected_cost is not None
    assert sooner.total_a_year == pytest.approx(-sooner.expected_cost * years_share(asked.prepared)), "interest alone"
    assert found["failure_rate.baitiao.validation"].total_a_year == pytest.approx(0.5 * 0.01 * 1_000 * 365, rel=0.1)


def test_a_fix_costs_nothing_known_where_nothing_holds() -> None:
    asked = questions()
    poor = replace(asked.plan.cash, opening_balance=-50_000.0)
    asked.prepared = replace(asked.prepared, plan=replace(asked.plan, cash=poor))
    assert asked.whatif().verdict() == Verdict(feasible=False)
    found = fixes(asked, None, lambda _: None)
    assert [one.expected_cost for one in found] == [None] * len(found)
    assert min(one.total_a_year for one in found) >= 0


def test_kernels_of_fixes_keep_every_order() -> None:
    kernels = shop_run().prepared.engine.kernels[0]
    cured = sooner_cured(kernels).cured["validation"]
    assert np.allclose(cured.sum(axis=1), kernels.cured["validation"].sum(axis=1))
    assert (np.cumsum(cured, axis=1) >= np.cumsum(kernels.cured["validation"], axis=1) - 1e-12).all()
    some = replace(kernels, tried=kernels.tried * 0.9, never_paid=kernels.tried * 0.1)
    paid = fewer_abandoned(some, 0.01)
    assert np.allclose((paid.tried + paid.never_paid).sum(axis=1), (some.tried + some.never_paid).sum(axis=1))
    assert np.allclose(paid.never_paid.sum(axis=1), some.never_paid.sum(axis=1) - 0.01)


def test_an_hour_less_takes_a_24th_off_the_last_day_of_each_episode() -> None:
    engine = shop_run().prepared.engine
    less = hour_less(engine, 0)
    assert less is not None
    days = engine.sales.shape[2]
    for (channel, cause), before in engine.randomness.episodes.items():
        after = less.randomness.episodes[channel, cause]
        if channel:
            assert after is before
            continue
        struck = np.zeros((len(engine.sales), days + 1), dtype=bool)
        struck[before.place // days, before.place % days] = True
        last = ~struck[before.place // days, before.place % days + 1]
        assert np.allclose(after.share, before.share * np.where(last, 23 / 24, 1.0)), ALL_CAUSES[cause]


def test_present_rates_are_those_of_the_ledger_and_a_year_holds_so_many_horizons() -> None:
    asked = questions()
    rates = present_rates(asked.channel(0, asked.base))
    assert rates["validation"] == pytest.approx(1 / 17, rel=0.3)
    assert years_share(asked.prepared) == pytest.approx(365 / 20, rel=0.3)
