"""What the plan states in place of what is estimated."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from laws import channel_law, failure_law, hazard

import forecast.simulation
from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES, CAUSES, Channel, StatedRate
from forecast.receivables.assumptions import PromotionLaw
from forecast.receivables.given import fee_rate_that_holds, law_that_holds, notes_that_hold, rates_that_hold

SILENT = Channel("baitiao", "京东白条", "jd_pay")
LAW = replace(
    channel_law(failures={"clearing": failure_law(0.02)}, refund_before=hazard(0.1), refund_after=hazard(0.2)),
    mode="paused",
    dispersion=2.0,
    promotion=PromotionLaw(hazard(0.0, 0.0, 1.0), hazard(0.3), hazard(0.4)),
)
NO_FAILURES, DRIFT, FEE = Note("no_failures"), Note("settlement_drift"), Note("fee_prior")


def test_where_the_plan_says_nothing_the_estimate_holds() -> None:
    assert law_that_holds(SILENT, LAW) == LAW
    estimate = np.array([0.006, 0.007])
    assert fee_rate_that_holds(SILENT, estimate) is estimate
    assert notes_that_hold(SILENT, [NO_FAILURES], [DRIFT], [FEE]) == [NO_FAILURES, DRIFT, FEE]


def test_a_stated_lag_is_sure_for_all_orders() -> None:
    law = law_that_holds(replace(SILENT, settlement_days=3), LAW)
    assert law.promotion is not None
    for due in (law.due, law.promotion.due):
        assert due[:, :3].sum() == 0.0
        assert (due[:, 3:] == 1.0).all()
    assert (law.mode, law.dispersion) == ("rolled", 0.0)
    assert law.refund_before is LAW.refund_before


def test_a_stated_refund_rate_holds_for_orders_of_promotions_too() -> None:
    law = law_that_holds(replace(SILENT, refund_rate=0.12), LAW)
    assert law.promotion is not None
    assert law.refund_rate == 0.12
    assert law.promotion.refund_before is LAW.refund_before
    assert law.promotion.refund_after is LAW.refund_after
    assert LAW.promotion is not None
    assert law.promotion.due is LAW.promotion.due


@pytest.mark.parametrize("rate", [StatedRate(0.06), StatedRate(by_cause={"clearing": 0.0})])
def test_a_stated_failure_rate_is_a_level_for_the_laws(rate: StatedRate) -> None:
    law = law_that_holds(replace(SILENT, failure_rate=rate), LAW)
    assert law.failure_rate == rate
    assert law.failures == LAW.failures
    assert law.failure_source == ("plan" if rate.total is not None else "ledger")


def test_rates_stated_by_cause_take_the_place_of_theirs_in_the_total() -> None:
    draws = {cause: np.zeros(2) for cause in ALL_CAUSES}
    draws |= {"clearing": np.array([0.02, 0.04]), "validation": np.array([0.01, 0.03])}
    estimated = rates_that_hold(LAW, draws)
    assert (estimated.by_cause, estimated.total) == ({}, None)
    assert estimated.total_draws == pytest.approx([0.03, 0.07])
    stated = replace(LAW, failure_rate=StatedRate(by_cause={"clearing": 0.10, "integration": 0.005}))
    held = rates_that_hold(stated, draws)
    assert (held.by_cause, held.total) == ({"clearing": 0.10, "integration": 0.005}, None)
    assert held.total_draws == pytest.approx([0.10 + 0.005 + 0.01, 0.10 + 0.005 + 0.03])


def test_a_stated_total_is_split_as_the_causes_that_were_seen() -> None:
    draws = dict.fromkeys(ALL_CAUSES, np.array([0.01, 0.03]))
    seen = {"clearing": failure_law(0.02), "validation": failure_law(0.02)}
    law = replace(channel_law(failures=seen), failure_rate=StatedRate(0.06))
    held = rates_that_hold(law, draws)
    assert held.total == 0.06
    assert held.by_cause == pytest.approx(dict.fromkeys(ALL_CAUSES, 0.0) | {"clearing": 0.03, "validation": 0.03})
    none = rates_that_hold(replace(channel_law(), failure_rate=StatedRate(0.06)), draws)
    assert none.by_cause == pytest.approx(dict.fromkeys(CAUSES, 0.015) | {"unknown": 0.0})


def test_a_stated_fee_is_sure() -> None:
    assert fee_rate_that_holds(replace(SILENT, fee_rate=0.0), np.array([0.006, 0.007])).tolist() == [0.0, 0.0]


def test_notes_say_what_the_plan_states_and_keep_silent_on_what_it_replaces() -> None:
    where = "channels.baitiao"
    rate = Note("rate_from_plan", f"{where}.failure_rate")
    lag = Note("settlement_from_plan", where, {"days": 0})
    stated = replace(SILENT, failure_rate=StatedRate(0.0), settlement_days=0)
    assert notes_that_hold(stated, [NO_FAILURES], [DRIFT], [FEE]) == [rate, lag]
    assert notes_that_hold(replace(SILENT, fee_rate=0.0), [NO_FAILURES], [DRIFT], [FEE]) == [NO_FAILURES, DRIFT]


def test_the_simulation_reads_nothing_that_the_plan_says_of_a_channel() -> None:
    simulation = Path(forecast.simulation.__file__).parent
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in simulation.glob("*.py")]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    read = {name.name for node in imports if node.module == "forecast.plan.model" for name in node.names}
    assert read == {"ALL_CAUSES", "CAUSES", "Facility", "Outage", "StatedRate"}
