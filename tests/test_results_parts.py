"""The parts of a result as plain mappings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from laws import channel_law, failure_law, hazard
from ledgers import shop_ledger, shop_plan

from forecast.calendar import Calendar
from forecast.plan.model import ALL_CAUSES, Event, OtherFlow, StatedRate
from forecast.receivables.hazards import MAX_AGE
from forecast.results.parts import day_texts, distribution, estimates_part, history_part, plan_part
from forecast.sales.paths import EventEffect
from forecast.simulation.kernels import build_kernels

if TYPE_CHECKING:
    from pathlib import Path

CHINA = Calendar("CN")


def test_a_distribution_is_taken_over_paths_day_by_day() -> None:
    values = np.stack([np.arange(101.0), np.arange(101.0) * 2], axis=1)
    found = distribution(values)
    assert found == {
        "mean": [50, 100],
        "p05": [5, 10],
        "p10": [10, 20],
        "p50": [50, 100],
        "p90": [90, 180],
        "p95": [95, 190],
    }


def test_the_history_adds_up(tmp_path: Path) -> None:
    history = history_part(shop_ledger(shop_plan(tmp_path)))
    parts = ("settled", "fees", "refunded_before", "lost", "never_paid", "outstanding")
    assert history["orders"] == 2400
    assert history["gross"] == 240_000.0
    assert sum(history[name] for name in parts) == pytest.approx(history["gross"], abs=1e-6)


def test_estimates_show_rates_by_cause_and_calendar_days() -> None:
    law = channel_law(
        failures={"clearing": failure_law(0.02), "validation": failure_law(0.01)},
        cured=hazard(0.75),
        due=hazard(0.0, 0.0, 0.5, 0.5),
        refund_after=hazard(0.1),
        fee_rate=0.006,
    )
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 20, CHINA)
    found = estimates_part([law], [kernel], np.random.default_rng(1))["baitiao"]
    assert found["failure_rate"]["total"]["mean"] == pytest.approx(0.03, rel=1e-3)
    assert found["failure_rate"]["clearing"]["base"] == 0.02
    assert set(found["failure_rate"]) == {*ALL_CAUSES, "total"}
    assert found["recovery_rate"]["integration"]["mean"] == pytest.approx(0.75)
    assert found["settlement_days"] == {
        "mean": pytest.approx(2.5),
        "p05": pytest.approx(2.5),
        "p95": pytest.approx(2.5),
        "p50": 2.0,
        "p90": 3.0,
    }
    assert found["refund_rate"]["mean"] == pytest.approx(0.1)
    assert found["fee_rate"]["mean"] == pytest.approx(0.006)
    assert found["payout_days"]["closed_days"] == "rolled"
    assert found["payout_days"]["openness"]["saturday"] == 1.0


def test_a_failure_rate_of_the_plan_is_shown_as_given() -> None:
    law = channel_law(failures={"clearing": failure_law(0.02), "validation": failure_law(0.01)})
    given = replace(law, failure_rate=StatedRate(0.06))
    kernel = build_kernels(given, np.datetime64("2026-11-30"), 20, CHINA)
    rates = estimates_part([given], [kernel], np.random.default_rng(1))["baitiao"]["failure_rate"]
    assert rates["total"] == {"mean": 0.06, "p05": 0.06, "p95": 0.06, "base": pytest.approx(0.03)}
    assert rates["clearing"]["mean"] == pytest.approx(0.04, rel=1e-3)


def test_a_lag_nobody_has_seen_is_absent() -> None:
    law = channel_law(due=np.zeros((4, MAX_AGE)))
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 20, CHINA)
    found = estimates_part([law], [kernel], np.random.default_rng(1))["baitiao"]["settlement_days"]
    assert found == dict.fromkeys(("mean", "p05", "p95", "p50", "p90"))


def test_other_flows_are_laid_out_by_day_and_category(tmp_path: Path) -> None:
    flows = (
        OtherFlow(dt.date(2026, 10, 20), -300.0, "stock"),
        OtherFlow(dt.date(2026, 10, 20), -50.0, "rent"),
        OtherFlow(dt.date(2027, 10, 20), -999.0, "rent"),
    )
    plan = replace(shop_plan(tmp_path), other_flows=flows)
    days = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-22"))
    part = plan_part(plan, shop_ledger(plan), days, ())
    assert part["other_flows"] == {
        "dates": ["2026-10-19", "2026-10-20", "2026-10-21"],
        "by_category": {"rent": [0.0, -50.0, 0.0], "stock": [0.0, -300.0, 0.0]},
        "total": [0.0, -350.0, 0.0],
    }
    assert part["recent_sales"]["dates"][-1] == "2026-10-18"
    assert part["recent_sales"]["total"] == [2000.0] * 60


def test_an_event_says_where_its_multiple_comes_from_and_has_none_for_a_day_behind_the_horizon(tmp_path: Path) -> None:
    day = dt.date(2026, 10, 20)
    near, late = Event("near", day, day, day), Event("late", day, dt.date(2026, 11, 30), dt.date(2026, 11, 11))
    past = Event("past", dt.date(2026, 6, 1), dt.date(2026, 6, 18))
    plan = replace(shop_plan(tmp_path), events=(past, near, late))
    days = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-22"))
    effects = [EventEffect(name, day, "default", 4.7, 1.2, 13.8) for name in ("near", "late")]
    found = plan_part(plan, shop_ledger(plan), days, effects)["events"]
    assert [(one["name"], one["source"], one["multiple"]) for one in found] == [
        ("near", "default", {"mean": 4.7, "p05": 1.2, "p95": 13.8}),
        ("late", "default", None),
    ]
    unsold = plan_part(plan, shop_ledger(plan), days, ())["events"]
    assert [(one["source"], one["multiple"]) for one in unsold] == [(None, None)] * 2


def test_days_are_written_as_iso_dates() -> None:
    assert day_texts(np.array(["2026-10-19"], dtype="datetime64[D]")) == ["2026-10-19"]
