"""Notes on the inputs: nothing is left out, computed or without effect in silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from ledger_plans import ledger_of, plan_for

from forecast.calendar import Calendar
from forecast.input_notes import calendar_notes, ledger_notes, outage_notes, sales_notes
from forecast.notes import Note
from forecast.plan.model import Outage, Scenario

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """
    order_id,channel,ordered_at,amount,deducted_at
    A1,baitiao,2026-10-01 10:00:00,20.00,2026-10-01 10:05:00
    A2,baitiao,2026-10-02 10:00:00,twenty,2026-10-02 10:05:00
    A3,wechat,2026-10-20 10:00:00,20.00,
"""


def test_rows_left_out_and_flows_without_effect_are_counted(tmp_path: Path) -> None:
    terms: dict[str, float] = {"settlement_days": 7, "fee_rate": 0.009}
    ledger = ledger_of(tmp_path, ORDERS, channels=dict.fromkeys(("baitiao", "wechat"), terms))
    notes = ledger_notes(replace(plan_for(tmp_path), ignored_flows=3), ledger)
    found = {note.code: note.values.get("count") for note in notes}
    assert found == {"rows_rejected": 1, "rows_dropped": 1, "flows_ignored": 3, "failures_seen_late": None}
    confirmed = replace(ledger, has_confirmation=True)
    assert ledger_notes(plan_for(tmp_path), confirmed)[-1].code == "cause_unknown"


def test_a_year_that_is_not_published_is_named(tmp_path: Path) -> None:
    days = np.arange("2026-12-30", "2028-01-03", dtype="datetime64[D]")
    notes = calendar_notes(plan_for(tmp_path), Calendar("CN"), days)
    assert [note.values["year"] for note in notes] == [
        year for year in (2026, 2027, 2028) if not Calendar("CN").is_official(year)
    ]
    assert notes[-1].values == {"country": "CN", "year": 2028}


def test_an_outage_outside_the_horizon_is_told() -> None:
    days = np.arange("2026-11-01", "2026-11-11", dtype="datetime64[D]")
    starts = ("2026-10-30", "2026-10-31", "2026-11-10", "2026-11-11")
    outages = tuple(Outage(dt.date.fromisoformat(start), 2, clearing="jd_pay") for start in starts)
    told = outage_notes(Scenario("stress", "Stress", outages=outages), days)
    assert [note.values["start"] for note in told] == ["2026-10-30", "2026-11-11"]
    assert {note.where for note in told} == {"scenarios.stress.outages"}


def test_orders_that_stop_while_money_arrives_are_no_stale_ledger() -> None:
    other = Note("closed_days", "sales", {"days": 2})
    assert [note.code for note in sales_notes((Note("stale_ledger", "ledger", {"days": 5}), other))] == [
        "orders_stopped",
        "closed_days",
    ]


def test_a_ledger_in_which_nothing_was_deducted_is_told(tmp_path: Path) -> None:
    terms = {"settlement_days": 7, "fee_rate": 0.009, "unpaid_after_hours": 48.0}
    channels = dict.fromkeys(("baitiao", "wechat"), terms)
    empty = ORDERS.replace(",2026-10-01 10:05:00", ",").replace("twenty,2026-10-02 10:05:00", "20.00,")
    notes = {note.code for note in ledger_notes(plan_for(tmp_path), ledger_of(tmp_path, empty, channels=channels))}
    assert "nothing_deducted" in notes
    whole = ledger_notes(plan_for(tmp_path), ledger_of(tmp_path, ORDERS, channels=channels))
    assert "nothing_deducted" not in {note.code for note in whole}
