"""A scenario's paths through small laws whose results a person can work out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assumptions, both, channel_law, failure_law, hazard, open_orders

from forecast.calendar import Calendar
from forecast.plan.model import ALL_CAUSES, Outage, Shift, StatedRate
from forecast.receivables.assumptions import PromotionLaw
from forecast.receivables.episodes import Episode
from forecast.receivables.hazards import MAX_AGE
from forecast.receivables.payout import PRIOR_OPEN
from forecast.scenarios import Shocks, without
from forecast.simulation.engine import Engine
from forecast.simulation.randomness import draw_randomness

if TYPE_CHECKING:
    from forecast.receivables.assumptions import ChannelLaw

AS_OF = np.datetime64("2026-11-30")
CHINA = Calendar("CN")
PATHS = 10


def shock(  # a scenario has that many words
    channels: int = 1,
    days: int = 6,
    *,
    volume: float = 1.0,
    failure_rate: dict[str, StatedRate] | None = None,
    refund_rate: dict[str, float] | None = None,
    delay: dict[str, int] | None = None,
    outages: tuple[Outage, ...] = (),
    shift: tuple[Shift, ...] = (),
) -> Shocks:
    """A scenario, nothing changed unless told."""
    return Shocks(np.full((channels, days), volume), failure_rate or {}, refund_rate or {}, delay or {}, outages, shift)


def engine(*laws: ChannelLaw, days: int = 6, daily: float = 100.0, paths: int = PATHS) -> Engine:
    """Sales of ``daily`` on every day of every channel and path."""
    sales = np.full((paths, len(laws), days), daily)
    made = assumptions(*laws)
    random = draw_randomness(made, sales, np.random.default_rng(7))
    return Engine.build(made, random, sales, AS_OF, CHINA)


def test_orders_settle_the_day_after_less_the_fee() -> None:
    flows = engine(channel_law(fee_rate=0.01)).run(shock())
    flows.check_identity()
    assert flows.receipts[0, 0] == pytest.approx([0.0, 99.0, 99.0, 99.0, 99.0, 99.0])
    assert flows.receivables[0, 0] == pytest.approx([100.0] * 6)
    assert flows.closing_outstanding[:, 0] == pytest.approx(np.full(PATHS, 100.0))


def test_open_orders_run_off_before_new_ones_arrive() -> None:
    law = channel_law(still_open=open_orders(in_transit={0: 40.0}))
    flows = engine(law).run(shock())
    assert flows.receipts[0, 0] == pytest.approx([40.0, 100.0, 100.0, 100.0, 100.0, 100.0])


def test_failures_come_back_later_or_never() -> None:
    # Of each day's 100, 20 fail: half of it is cured two days later, half is lost after one day.
    law = channel_law(
        failures={"validation": failure_law(0.2)}, cured=hazard(0.0, 0.0, 0.5), lost=hazard(0.0, 0.5), due=hazard(1.0)
    )
    flows = engine(law).run(shock())
    flows.check_identity()
    assert flows.failed[0, 0] == pytest.approx([20.0] * 6, rel=1e-3)
    assert flows.receipts[0, 0] == pytest.approx([80.0, 80.0, 85.0, 85.0, 85.0, 85.0], rel=0.02)
    assert flows.failed_by_cause[0, 0, ALL_CAUSES.index("validation")] == pytest.approx(120.0, rel=1e-3)


def test_a_failure_rate_is_met_in_expectation_and_keeps_its_bursts() -> None:
    law = channel_law(failures={"integration": failure_law(0.01, episodes=(Episode((0.5,)), Episode((0.8,))))})
    made = engine(law, days=60, paths=2000)
    for target in (0.02, 0.10, 0.30):
        flows = made.run(shock(days=60, failure_rate={"baitiao": StatedRate(target)}))
        flows.check_identity()
        assert flows.failed.sum() / flows.sales.sum() == pytest.approx(target, rel=1e-6)
    daily = flows.failed[:, 0] / flows.sales[:, 0]
    assert daily.max() > 2.0 * daily.mean()
    for target in (0.95, 1.0):
        flows = made.run(shock(days=60, failure_rate={"baitiao": StatedRate(target)}))
        flows.check_identity()
        assert flows.failed.sum() / flows.sales.sum() == pytest.approx(target, rel=1e-5)


def test_a_laws_own_rate_holds_until_a_scenario_names_another() -> None:
    law = replace(channel_law(failures={"clearing": failure_law(0.02)}), failure_rate=StatedRate(0.06))
    made = engine(law, channel_law("card", failures={"clearing": failure_law(0.02)}))
    base = made.run(shock(2))
    assert base.failed.sum(axis=(0, 2)) / base.sales.sum(axis=(0, 2)) == pytest.approx([0.06, 0.02], rel=1e-3)
    raised = made.run(shock(2, failure_rate={"baitiao": StatedRate(0.1)}))
    assert raised.failed.sum(axis=(0, 2)) / raised.sales.sum(axis=(0, 2)) == pytest.approx([0.1, 0.02], rel=1e-3)


def test_a_rate_by_cause_leaves_the_other_causes_as_they_were() -> None:
    law = channel_law(failures={"validation": failure_law(0.05), "clearing": failure_law(0.02)})
    flows = engine(law).run(shock(failure_rate={"baitiao": StatedRate(by_cause={"validation": 0.10})}))
    by_cause = flows.failed_by_cause[:, 0].mean(axis=0) / 600.0
    assert by_cause[ALL_CAUSES.index("validation")] == pytest.approx(0.10, rel=1e-6)
    assert by_cause[ALL_CAUSES.index("clearing")] == pytest.approx(0.02, rel=1e-3)


@pytest.mark.parametrize("target", [None, {"baitiao": StatedRate(0.3)}])
def test_a_cause_that_is_switched_off_fails_nothing_and_leaves_the_others(
    target: dict[str, StatedRate] | None,
) -> None:
    law = channel_law(failures={"validation": failure_law(0.2), "clearing": failure_law(0.1)})
    usual = shock(failure_rate=target)
    before, after = engine(law).run(usual), engine(law).run(without(usual, ["validation"]))
    after.check_identity()
    place = ALL_CAUSES.index("validation")
    assert before.failed_by_cause[:, 0, place].min() > 0
    assert after.failed_by_cause[:, 0, place].max() == 0
    kept = [ALL_CAUSES.index(cause) for cause in ALL_CAUSES if cause != "validation"]
    assert after.failed_by_cause[..., kept] == pytest.approx(before.failed_by_cause[..., kept])


def test_a_rate_without_any_failure_on_record_is_split_evenly() -> None:
    flows = engine(channel_law()).run(shock(failure_rate={"baitiao": StatedRate(0.08)}))
    assert flows.failed_by_cause[0, 0] / 600.0 == pytest.approx([0.02, 0.02, 0.02, 0.02, 0.0])


def test_a_clearing_outage_holds_deductions_and_settlements_until_its_end() -> None:
    outage = Outage(dt.date(2026, 12, 2), 2, clearing="jd_pay")
    law = channel_law(due=hazard(0.0, 1.0), cured=hazard(1.0), still_open=open_orders(in_transit={0: 40.0}))
    flows = engine(law, channel_law("card", clearing="unionpay")).run(shock(2, outages=(outage,)))
    flows.check_identity()
    # Tuesday pays the open 40. Wednesday and Thursday pay nothing: Tuesday's 100 waits for Friday, and the 200 that
    # fail on those days are deducted on Friday and arrive on Saturday with Friday's own 100.
    assert flows.receipts[0, 0] == pytest.approx([40.0, 0.0, 0.0, 100.0, 300.0, 100.0])
    assert flows.failed[0, 0].sum() == pytest.approx(200.0)
    assert flows.receipts[0, 1] == pytest.approx([0.0, 100.0, 100.0, 100.0, 100.0, 100.0])


def test_a_clearing_outage_saves_no_order_from_its_other_failures() -> None:
    # 20 of 100 fail their validation and half of those are lost, whether clearing works that day or not
    law = channel_law(failures={"validation": failure_law(0.2)}, cured=hazard(0.5), lost=hazard(0.5), due=hazard(1.0))
    outage = Outage(dt.date(2026, 12, 1), 2, clearing="jd_pay")
    usual, struck = engine(law).run(shock()), engine(law).run(shock(outages=(outage,)))
    struck.check_identity()
    assert struck.lost_in_the_end == pytest.approx(usual.lost_in_the_end)
    assert struck.receipts.sum(axis=2) == pytest.approx(usual.receipts.sum(axis=2))
    assert (struck.receipts[..., :2].sum(axis=2) < usual.receipts[..., :2].sum(axis=2)).all()
    extra = (struck.failed_by_cause - usual.failed_by_cause)[0, 0]
    assert extra[ALL_CAUSES.index("validation")] == pytest.approx(0.0, abs=1e-6)
    assert extra[ALL_CAUSES.index("clearing")] == pytest.approx(160.0, rel=1e-3)


def test_an_outage_of_another_cause_is_cured_by_that_causes_law() -> None:
    outage = Outage(dt.date(2026, 12, 1), 1, share=0.5, cause="integration", channel="baitiao")
    law = channel_law(due=hazard(1.0), cured=hazard(0.6), lost=hazard(0.4))
    flows = engine(law).run(shock(outages=(outage,)))
    flows.check_identity()
    assert flows.receipts[0, 0] == pytest.approx([50.0, 130.0, 100.0, 100.0, 100.0, 100.0])
    assert flows.lost_in_the_end[0, 0].sum() == pytest.approx(20.0)


def test_a_settlement_delay_counts_payout_days_and_holds_open_orders_too() -> None:
    law = channel_law(still_open=open_orders(in_transit={0: 40.0}))
    flows = engine(law).run(shock(delay={"baitiao": 2}))
    assert flows.receipts[0, 0] == pytest.approx([0.0, 0.0, 40.0, 100.0, 100.0, 100.0])


def test_a_shift_moves_orders_to_the_other_channels_behaviour() -> None:
    slow = channel_law(due=hazard(0.0, 0.0, 0.0, 1.0))
    flows = engine(slow, channel_law("wechat", due=hazard(1.0))).run(shock(2, shift=(Shift("baitiao", "wechat", 0.3),)))
    assert flows.sales[0, 1].tolist() == [130.0] * 6
    assert flows.receipts[0, 0] == pytest.approx([0.0, 0.0, 0.0, 70.0, 70.0, 70.0])
    assert flows.receipts[0, 1] == pytest.approx([130.0] * 6)


def test_a_refund_rate_holds_for_new_orders_only() -> None:
    law = channel_law(refund_after=hazard(0.0, 0.1), due=hazard(1.0), still_open=open_orders(settled={0: 1000.0}))
    flows = engine(law, days=3).run(shock(days=3, refund_rate={"baitiao": 0.4}))
    # Day 0: a tenth of what settled on as_of goes back; from then on 40 of each day's 100.
    assert flows.refunded_after[0, 0] == pytest.approx([100.0, 40.0, 40.0], rel=1e-3)


def test_orders_of_promotions_settle_and_come_back_by_their_own_law() -> None:
    law = channel_law(due=hazard(1.0), refund_after=hazard(0.1))
    slow = PromotionLaw(hazard(0.0, 1.0), np.zeros((4, MAX_AGE)), hazard(0.3))
    inside = np.array([False, True, True, False, False, False])
    made = assumptions(replace(law, promotion=slow))
    sales = np.full((PATHS, 1, 6), 100.0)
    random = draw_randomness(made, sales, np.random.default_rng(7))
    shop = Engine.build(made, random, sales, AS_OF, CHINA, inside)
    flows = shop.run(shock())
    flows.check_identity()
    assert flows.settled[0, 0] == pytest.approx([100.0, 0.0, 100.0, 200.0, 100.0, 100.0])
    assert flows.refunded_after[0, 0] == pytest.approx([10.0, 0.0, 30.0, 40.0, 10.0, 10.0], rel=1e-3)
    # A scenario's rate holds for all orders together, those of promotions keeping their multiple of the others'.
    target = shop.run(shock(refund_rate={"baitiao": 0.2}))
    assert target.refunded_after.sum() == pytest.approx(0.2 * target.settled.sum(), rel=1e-3)


def promoted_shop(days: int, *, order_size: float = 1e-6) -> Engine:
    """A promotion on 2 and 3 December, of which 30 % come back, half before settlement; of other days' orders 10 %."""
    law = channel_law(
        due=hazard(0.0, 1.0), refund_after=hazard(0.1), cured=hazard(0.6), lost=hazard(0.4), order_size=order_size
    )
    own = PromotionLaw(hazard(0.0, 0.0, 1.0), hazard(0.15), hazard(0.0, 0.0, 15.0 / 85.0))
    made = assumptions(replace(law, promotion=own, dispersion=1.0 if order_size > 1.0 else 0.0))
    sales = np.full((PATHS, 1, days), 100.0)
    random = draw_randomness(made, sales, np.random.default_rng(7))
    return Engine.build(made, random, sales, AS_OF, CHINA, np.isin(np.arange(days), [1, 2]))


@pytest.mark.parametrize("first", [1, 2, 6])
@pytest.mark.parametrize("share", [1.0, 0.4])
def test_an_outage_of_clearing_gains_and_loses_no_receipts_in_the_end(first: int, share: float) -> None:
    """Whatever law the day has on which its orders are deducted at last."""
    shop = promoted_shop(40)
    outage = Outage(dt.date(2026, 12, first), 2, share=share, clearing="jd_pay")
    base, struck = shop.run(shock(days=40)), shop.run(shock(days=40, outages=(outage,)))
    struck.check_identity()
    for part in ("settled", "refunded_before", "refunded_after", "lost"):
        assert getattr(struck, part).sum() == pytest.approx(getattr(base, part).sum(), rel=1e-9, abs=1e-6)
    assert struck.receipts.cumsum(axis=2)[0, 0, first + 1] < base.receipts.cumsum(axis=2)[0, 0, first + 1] - 1.0


@pytest.mark.parametrize(("day", "kept"), [(2, 0.7), (6, 0.9)])
def test_of_an_outage_of_another_cause_receipts_lack_what_is_lost_less_its_refunds(day: int, kept: float) -> None:
    shop = promoted_shop(40)
    outage = Outage(dt.date(2026, 12, day), 1, cause="integration", channel="baitiao")
    base, struck = shop.run(shock(days=40)), shop.run(shock(days=40, outages=(outage,)))
    assert struck.lost[0].sum() == pytest.approx(40.0)
    assert base.receipts[0].sum() - struck.receipts[0].sum() == pytest.approx(40.0 * kept, rel=1e-4)


def test_refunds_under_an_outage_bear_the_noise_that_they_bear_without_it() -> None:
    shop = promoted_shop(40, order_size=30.0)
    outage = Outage(dt.date(2026, 12, 2), 2, clearing="jd_pay")
    base, struck = shop.run(shock(days=40)), shop.run(shock(days=40, outages=(outage,)))
    assert base.refunded_after.sum(axis=2).std() > 1.0
    assert struck.refunded_after.sum(axis=2) == pytest.approx(base.refunded_after.sum(axis=2), rel=1e-9)


@pytest.mark.parametrize(("day", "length", "share"), [(2, 3, 1.0), (20, 2, 0.3), (26, 3, 0.7), (28, 1, 1.0)])
def test_on_no_path_does_an_outage_of_clearing_gain_receipts(day: int, length: int, share: float) -> None:
    shop = promoted_shop(30, order_size=300.0)
    outage = Outage(dt.date(2026, 12, day), length, share=share, clearing="jd_pay")
    base, struck = (shop.run(shock(days=30, outages=one)).receipts.sum(axis=(1, 2)) for one in ((), (outage,)))
    assert (struck - base).max() <= 1e-6 * base.mean()


def test_volume_multiplies_sales() -> None:
    assert engine(channel_law()).run(shock(volume=1.4)).sales[0, 0].tolist() == pytest.approx([140.0] * 6)


@settings(max_examples=40, deadline=None)
@given(
    volume=st.floats(0.0, 3.0),
    rate=st.floats(0.0, 0.9),
    refunds=st.floats(0.0, 0.9),
    delay=st.integers(0, 5),
    share=st.floats(0.0, 1.0),
    start=st.integers(1, 8),
    length=st.integers(1, 9),
    cause=st.sampled_from(ALL_CAUSES),
)
def test_money_is_neither_made_nor_lost_in_any_scenario(  # the scenario's words
    volume: float, rate: float, refunds: float, delay: int, share: float, start: int, length: int, cause: str
) -> None:
    law = channel_law(
        failures={"risk_control": failure_law(0.03, 0.2, (Episode((0.4, 0.2)),))},
        cured=hazard(0.1, 0.4),
        lost=hazard(0.0, 0.2, 0.2),
        due=hazard(0.1, 0.5, 0.3),
        openness=tuple(PRIOR_OPEN.tolist()),
        refund_before=hazard(0.02, 0.03),
        refund_after=hazard(0.05, 0.05),
        fee_rate=0.008,
        still_open=open_orders(awaiting={0: 20.0}, in_transit={0: 90.0, 3: 40.0}, settled={1: 500.0}),
        order_size=20.0,
    )
    outage = Outage(
        dt.date(2026, 11, 30) + dt.timedelta(days=start), length, share=share, cause=cause, channel="baitiao"
    )
    flows = engine(law).run(
        shock(
            volume=volume,
            failure_rate={"baitiao": StatedRate(rate)},
            refund_rate={"baitiao": refunds},
            delay={"baitiao": delay},
            outages=(outage,),
        )
    )
    flows.check_identity()
    for part in (flows.settled, flows.fees, flows.refunded_before, flows.refunded_after, flows.lost, flows.failed):
        assert part.min() >= 0.0
    assert flows.receivables.min() >= -1e-6
    assert flows.closing_outstanding.min() >= -1e-6


def test_every_path_keeps_its_own_sales_failures_and_draw_of_the_laws() -> None:
    """Ten paths on four draws, three a draw: what fails is lost at once, the rest settles less the draw's fee."""
    failing = {"validation": failure_law(0.1, 0.5)}
    law = channel_law(failures=failing, cured=hazard(0.0), lost=hazard(1.0), due=hazard(1.0))
    law = replace(law, fee_rate=np.array([0.01, 0.02, 0.03, 0.04]))
    sales = 100.0 * (1 + np.arange(PATHS))[:, None, None] * np.array([1.0, 2.0, 3.0])
    made = assumptions(law)
    random = draw_randomness(made, sales, np.random.default_rng(5))
    flows = Engine.build(made, random, sales, AS_OF, CHINA).run(shock(days=3))
    flows.check_identity()
    assert np.unique(flows.failed / sales).size == PATHS * 3
    assert flows.lost == pytest.approx(flows.failed, rel=1e-6)
    assert flows.settled + flows.fees == pytest.approx(sales - flows.failed, rel=1e-3)
    fees = (flows.fees / (flows.settled + flows.fees))[:, 0]
    assert fees == pytest.approx(np.repeat([[0.01], [0.02], [0.03], [0.04]], 3, axis=0)[:PATHS] * np.ones(3))
    assert flows.lost_in_the_end == pytest.approx(flows.failed)


def test_noise_of_single_orders_scatters_settlements_and_refunds_by_the_size_of_an_order() -> None:
    """Half settles at once: of a day's 1,000 the certain part of the square leaves 10 × (500 − 250) as variance."""
    law = replace(channel_law(due=hazard(0.5, 0.5), refund_after=hazard(0.2), order_size=10.0), dispersion=1.0)
    flows = engine(law, daily=1000.0, paths=2000, days=2).run(shock(days=2))
    first = flows.settled[:, 0, 0]
    assert first.mean() == pytest.approx(500.0, rel=0.01)
    assert first.std() == pytest.approx((10.0 * (500.0 - 250.0)) ** 0.5, rel=0.05)
    back = flows.refunded_after[:, 0, 0]
    assert back.mean() == pytest.approx(100.0, rel=0.02)
    # a fifth of what settled, and as many single refunds of ten yuan
    assert back.std() == pytest.approx((0.04 * 2500.0 + 10.0 * 100.0) ** 0.5, rel=0.05)


def test_open_receivables_are_told_apart_by_age_on_every_path() -> None:
    """All settles on the second day after the deduction, 40 in transit since as_of on the first of the horizon."""
    law = channel_law(due=hazard(0.0, 0.0, 1.0), still_open=open_orders(in_transit={1: 40.0, 0: 60.0}))
    sales = 100.0 * (1 + np.arange(PATHS))[:, None, None] * np.ones(4)
    made = assumptions(law)
    random = draw_randomness(made, sales, np.random.default_rng(5))
    flows = Engine.build(made, random, sales, AS_OF, CHINA, ages=(1, 2)).run(shock(days=4))
    for path in range(PATHS):
        daily = 100.0 * (path + 1)
        assert flows.settled[path, 0] == pytest.approx([40.0, 60.0, daily, daily], rel=1e-3)
        assert flows.receivables[path, 0] == pytest.approx([60.0 + daily, 2 * daily, 2 * daily, 2 * daily], rel=1e-3)
        assert flows.young[1][path, 0] == pytest.approx([daily] * 4, rel=1e-3)
        assert flows.young[2][path, 0] == pytest.approx([60.0 + daily, 2 * daily, 2 * daily, 2 * daily], rel=1e-3)


def test_recovery_of_nothing_loses_all_that_fails_and_of_everything_none() -> None:
    law = channel_law(failures={"validation": failure_law(0.2)}, cured=hazard(0.0, 0.6), lost=hazard(0.0, 0.4))
    made = engine(law, days=20)
    for share in (0.0, 0.5, 1.0):
        flows = made.run(replace(shock(days=20), recovery={"baitiao": StatedRate(share)}))
        flows.check_identity()
        assert flows.lost_in_the_end.sum() == pytest.approx((1.0 - share) * flows.failed.sum())
        # what fails on a day is cured or lost the day after
        assert flows.lost[:, 0, 1:] == pytest.approx((1.0 - share) * flows.failed[:, 0, :-1])
    usual = made.run(shock(days=20))
    assert made.run(replace(shock(days=20), recovery={"other": StatedRate(0.0)})).lost == pytest.approx(usual.lost)


def test_recovery_leaves_what_an_outage_of_clearing_holds_up_late_and_whole() -> None:
    outage = (Outage(dt.date(2026, 12, 2), 1, clearing="jd_pay"),)
    flows = engine(channel_law()).run(replace(shock(outages=outage), recovery={"baitiao": StatedRate(0.0)}))
    flows.check_identity()
    assert flows.lost.sum() == 0.0


def test_a_fee_rate_is_that_of_every_settlement_to_come() -> None:
    law = channel_law(fee_rate=0.01, still_open=open_orders(in_transit={0: 40.0}))
    usual, dear = (engine(law).run(one) for one in (shock(), replace(shock(), fee_rate={"baitiao": 0.03})))
    dear.check_identity()
    assert usual.fees[0, 0] == pytest.approx([0.4, *[1.0] * 5])
    assert dear.fees == pytest.approx(3.0 * usual.fees)
    assert dear.settled == pytest.approx(usual.settled / 0.99 * 0.97)


def test_a_fee_rate_leaves_the_days_before_as_of() -> None:
    law = channel_law(fee_rate=0.01)
    made = replace(engine(law), gap=2)
    flows = made.run(replace(shock(days=4), fee_rate={"baitiao": 0.03}))
    flows.check_identity()
    assert flows.fees[0, 0] == pytest.approx([3.0] * 4)
    assert flows.opening_outstanding[0, 0] == pytest.approx(100.0)


def test_a_part_of_what_moves_is_not_ordered_at_all() -> None:
    made = engine(channel_law(), channel_law("wechat", clearing="tenpay"))
    flows = made.run(shock(2, shift=(Shift("baitiao", "wechat", 0.3, 0.05),)))
    flows.check_identity()
    assert flows.sales[0, :, 0] == pytest.approx([70.0, 100.0 + 30.0 * 0.95])


def test_what_is_calm_is_alike_for_all_outages_of_a_channel() -> None:
    shop = promoted_shop(12, order_size=50.0)
    for cause in ("clearing", "validation"):
        outage = Outage(start=dt.date(2026, 12, 4), days=2, clearing=shop.assumptions.channels[0].clearing, cause=cause)
        struck, none = (shock(1, days=12, outages=one) for one in ((outage,), ()))
        calm, own, known = shop.calm(0, none), shop.block(0, struck), shop.block(0, struck, shop.calm(0, none))
        assert np.array_equal(own.receipts, known.receipts)
        undisturbed = shop.block(0, none, calm)
        assert np.array_equal(calm.settled, (undisturbed.settled + undisturbed.fees).sum(axis=(1, 2)))
        assert not np.array_equal(own.receipts, undisturbed.receipts)


def test_which_orders_are_never_paid_is_chance_and_receipts_tell() -> None:
    """A tenth of 60 orders of 10 yuan a day, in six days: their sum varies as a binomial number of 360 does."""
    law = replace(channel_law(due=hazard(1.0), order_size=10.0), first=both(hazard(0.9), hazard(0.1)))
    flows = engine(law, daily=600.0, paths=4_000).run(shock())
    flows.check_identity()
    total = flows.receipts[:, 0].sum(axis=1)
    assert total.mean() == pytest.approx(0.9 * 3600.0)
    assert total.std() == pytest.approx(10.0 * (360 * 0.1 * 0.9) ** 0.5, rel=0.08)
    assert flows.never_paid[:, 0].sum(axis=1) + total == pytest.approx(np.full(4_000, 3600.0))


def test_which_orders_are_refunded_before_they_settle_is_chance_and_receipts_tell() -> None:
    """A fifth of 60 orders of 10 yuan a day comes back the day after, the rest settles the day after that."""
    law = channel_law(due=hazard(0.0, 0.0, 1.0), refund_before=hazard(0.0, 0.2), order_size=10.0)
    flows = engine(law, daily=600.0, paths=4_000, days=40).run(shock(days=40))
    flows.check_identity()
    total = flows.receipts[:, 0].sum(axis=1)
    assert total.mean() == pytest.approx(0.8 * 38 * 600.0, rel=1e-3)
    assert total.std() == pytest.approx(10.0 * (38 * 60 * 0.2 * 0.8) ** 0.5, rel=0.1)
    assert flows.receivables.min() >= -1e-9
