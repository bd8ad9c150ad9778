"""The tiny plan, recomputed by hand: the calculation stands in ``data/tiny/README.md`` and, step by step, here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecast import load_plan, run

if TYPE_CHECKING:
    from forecast.records import Record
    from forecast.results.run import Result

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml"

DAYS = [f"2026-06-{day:02d}" for day in range(6, 16)]
"""Saturday 6 June to Monday 15 June 2026: no public holiday, no make-up workday."""


@pytest.fixture(scope="module")
def result() -> Result:
    return run(load_plan(TINY)).result


def _on_days(amounts: dict[int, float]) -> list[float]:
    """A list over the horizon from amounts by day of June."""
    return [amounts.get(day, 0.0) for day in range(6, 16)]


def _same_on_every_path(distribution: Record, expected: float | list[float]) -> None:
    for quantile in ("mean", "p05", "p10", "p50", "p90", "p95"):
        assert distribution[quantile] == pytest.approx(expected, abs=0.006), quantile


def test_history_by_hand(result: Result) -> None:
    history = result["history"]
    # T01 1000 + T02 500 + T03 200 + T04 50 + T05 800 + T06 2000 + T07 300 + T08 900 + T09 1500 + T10 600 + T11 400
    # + T12 700 + T13 3000 + T14 500 + T15 250 + T16 4000 + T17 1000; T18 is ordered after as_of.
    assert history["gross"] == pytest.approx(17_700.00)
    # Net of 1 % (baitiao) and 0.6 % (wechat): T01 990, T02 (500 - 100) - 4, T03 198.80, T06 1980, T07 298.20,
    # T11 397.60, T14 497.
    assert history["settled"] == pytest.approx(990.00 + 396.00 + 198.80 + 1_980.00 + 298.20 + 397.60 + 497.00)
    assert history["fees"] == pytest.approx(10.00 + 4.00 + 1.20 + 20.00 + 1.80 + 2.40 + 3.00)
    # T02 in part, T10 wholly, T13 in part and still in transit.
    assert history["refunded_before"] == pytest.approx(100.00 + 600.00 + 500.00)
    # T03 settled on 2 June and was refunded on 4 June.
    assert history["refunded_after"] == pytest.approx(200.00)
    assert history["lost"] == pytest.approx(800.00)
    assert history["never_paid"] == pytest.approx(50.00)
    # T08 900, T09 1500 (cured), T12 700, T13 3000 - 500, T15 250, T16 4000, T17 1000.
    assert history["outstanding"] == pytest.approx(10_850.00)


def test_history_adds_up_to_the_order_value(result: Result) -> None:
    history = result["history"]
    parts = ("settled", "fees", "refunded_before", "lost", "never_paid", "outstanding")
    assert round(sum(history[part] for part in parts), 2) == history["gross"]


def test_what_is_not_known_on_as_of_is_counted(result: Result) -> None:
    history = result["history"]
    assert history["orders"] == 17
    assert history["rejected"] == 0
    assert history["dropped"] == 1  # T18, ordered on 6 June
    assert history["blanked"] == 1  # T16, settled on 10 June


def test_receipts_of_the_run_off_by_hand(result: Result) -> None:
    scenario = result["scenarios"]["run_off"]
    assert scenario["dates"] == DAYS
    _same_on_every_path(scenario["sales_total"], 0.0)
    baitiao, wechat = scenario["by_channel"]["baitiao"], scenario["by_channel"]["wechat"]
    # Baitiao: deducted + 5 days. T08 is due on Sunday 7 June and arrives on Monday with T12; T09 and T13 on Tuesday;
    # T16 on Wednesday; each less 1 %.
    _same_on_every_path(
        baitiao["receipts"], _on_days({8: (900 + 700) * 0.99, 9: (1_500 + 2_500) * 0.99, 10: 4_000 * 0.99})
    )
    # WeChat: deducted on Friday + 1 day = Saturday, arrives on Monday, less 0.6 %.
    _same_on_every_path(wechat["receipts"], _on_days({8: (250 + 1_000) * 0.994}))
    _same_on_every_path(scenario["receipts"], _on_days({8: 2_826.50, 9: 3_960.00, 10: 3_960.00}))
    _same_on_every_path(scenario["receipts_total"], 10_746.50)
    assert baitiao["opening_outstanding"] == pytest.approx(9_600.00)
    assert wechat["opening_outstanding"] == pytest.approx(1_250.00)
    _same_on_every_path(baitiao["fees_total"], 96.00)
    _same_on_every_path(wechat["fees_total"], 7.50)
    _same_on_every_path(baitiao["closing_outstanding"], 0.0)
    for nothing in ("failed_total", "lost_total", "refunded_before_total", "refunded_after_total"):
        _same_on_every_path(baitiao[nothing], 0.0)


def test_cash_and_buffer_of_the_run_off_by_hand(result: Result) -> None:
    scenario = result["scenarios"]["run_off"]
    # Opening 4000; Sunday 7: -4500 stock; Monday 8: +2826.50; Tuesday 9: +3960 - 2500 payroll; Wednesday 10: +3960;
    # Friday 12: -4000 old loan. The line of 5 June in other_flows.csv lies before the horizon.
    cash = [4_000.00, -500.00, 2_326.50, 3_786.50, 7_746.50, 7_746.50, 3_746.50, 3_746.50, 3_746.50, 3_746.50]
    _same_on_every_path(scenario["cash_before_financing"], cash)
    buffer = scenario["buffer"]
    # The cumulated flows are lowest on Sunday 7 June: -4500. Need = minimum 1000 + 4500.
    assert buffer["amount"] == pytest.approx(5_500.00)
    assert buffer["upper"] == pytest.approx(5_500.00)
    assert buffer["expected_shortfall"] == pytest.approx(5_500.00)
    assert buffer["peak_day"] == "2026-06-07"
    assert buffer["funding_gap"] == pytest.approx(1_500.00)


def test_overdraft_of_the_run_off_by_hand(result: Result) -> None:
    scenario = result["scenarios"]["run_off"]
    # Sunday: 1000 - (-500) = 1500 drawn; Monday: 2326.50 + 1500 - 1000 is enough to repay all. One evening's
    # interest of 0.073 / 365 = 0.0002 falls due on 30 June, after the horizon: it is closed out on the last day for
    # the cost, and the cash position does not see it.
    (option,) = scenario["financing"]["options"]
    assert option["feasible"]
    assert option["peak_drawn"] == pytest.approx(1_500.00, abs=0.01)
    assert option["expected_cost"] == pytest.approx(1_500.00 * 0.0002, abs=0.001)
    assert option["shortfall_probability"] == 0.0
    # With d = (1 + r)^(-1/365) the flows +1500 on the 7th, -1500 on the 8th and -0.30 on the 15th give
    # 1 - d = 0.0002 d^8, so 1 - d = 0.00019968 and r = d^-365 - 1 = 7.56 %.
    assert option["effective_annual_rate"] == pytest.approx(0.0756, abs=0.0003)
    recommended = scenario["financing"]["recommended"]
    assert recommended["feasible"]
    assert [part["facility"] for part in recommended["mix"]] == ["overdraft"]
    assert recommended["mix"][0]["limit_used"] >= 1_499.99
    assert recommended["expected_cost"] == pytest.approx(0.30, abs=0.001)
    assert recommended["lower_bound"] == pytest.approx(0.30, abs=0.001)
    after = [4_000.00, 1_000.00, 2_326.50, 3_786.50, 7_746.50, 7_746.50, 3_746.50, 3_746.50, 3_746.50, 3_746.50]
    _same_on_every_path(scenario["cash_after_financing"], after)


def test_two_payout_days_late_by_hand(result: Result) -> None:
    scenario = result["scenarios"]["run_off_late"]
    # Baitiao: Monday 8 → Wednesday 10, Tuesday 9 → Thursday 11, Wednesday 10 → Friday 12. WeChat as before.
    _same_on_every_path(scenario["receipts"], _on_days({8: 1_242.50, 10: 1_584.00, 11: 3_960.00, 12: 3_960.00}))
    # Cumulated: 7: -4500, 8: -3257.50, 9: -5757.50, 10: -4173.50, 11: -213.50, 12: -253.50.
    buffer = scenario["buffer"]
    assert buffer["amount"] == pytest.approx(6_757.50)
    assert buffer["peak_day"] == "2026-06-09"
    assert buffer["funding_gap"] == pytest.approx(2_757.50)
    # Owed in the evening: 7: 1500, 8: 1500 - 1242.50, 9: 257.50 + 2500, 10: 2757.50 - 1584, 11: 0.
    (option,) = scenario["financing"]["options"]
    assert option["peak_drawn"] == pytest.approx(2_757.50, abs=0.01)
    assert option["expected_cost"] == pytest.approx((1_500 + 257.50 + 2_757.50 + 1_173.50) * 0.0002, abs=0.001)


def test_new_orders_are_forecast_in_the_base(result: Result) -> None:
    base, run_off = result["scenarios"]["base"], result["scenarios"]["run_off"]
    assert base["sales_total"]["mean"] > 0
    assert base["receipts_total"]["mean"] > run_off["receipts_total"]["mean"]
