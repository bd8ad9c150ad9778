"""What a result shows of its inputs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledgers import shop_ledger, shop_orders, shop_plan

from forecast.disbursements import disbursements
from forecast.notes import Note
from forecast.plan.model import Event, OtherFlow
from forecast.results.inputs import Multiple, events_shown, flows_shown, history, notes_shown, recent_sales
from forecast.sales.paths import EventEffect

if TYPE_CHECKING:
    from pathlib import Path

DAYS = np.arange(np.datetime64("2026-10-19"), np.datetime64("2026-10-22"))


def test_the_history_adds_up(tmp_path: Path) -> None:
    found = history(shop_ledger(shop_plan(tmp_path)))
    parts = (found.settled, found.fees, found.refunded_before, found.lost, found.never_paid, found.outstanding)
    assert found.orders == 2400
    assert found.gross == 240_000.0
    assert sum(parts) == pytest.approx(found.gross, abs=1e-6)


def test_other_flows_are_laid_out_by_day_and_category() -> None:
    flows = (
        OtherFlow(dt.date(2026, 10, 20), -300.0, "stock"),
        OtherFlow(dt.date(2026, 10, 20), -50.0, "rent"),
        OtherFlow(dt.date(2027, 10, 20), -999.0, "rent"),
    )
    shown = flows_shown(disbursements(flows, DAYS), DAYS)
    assert shown.dates == ["2026-10-19", "2026-10-20", "2026-10-21"]
    assert shown.by_category == {"rent": [0.0, -50.0, 0.0], "stock": [0.0, -300.0, 0.0]}
    assert shown.total == [0.0, -350.0, 0.0]


def test_recent_sales_are_those_of_the_sixty_days_up_to_as_of(tmp_path: Path) -> None:
    shown = recent_sales(shop_ledger(shop_plan(tmp_path)), DAYS)
    assert shown.dates[-1] == "2026-10-18"
    assert shown.total == [2000.0] * 60


def test_no_day_before_the_ledger_counts_as_one_without_sales(tmp_path: Path) -> None:
    shown = recent_sales(shop_ledger(shop_plan(tmp_path, shop_orders(30))), DAYS)
    assert (shown.dates[0], shown.total) == ("2026-09-19", [2000.0] * 30)


def test_an_event_says_where_its_multiple_comes_from_and_has_none_for_a_day_behind_the_horizon(tmp_path: Path) -> None:
    day = dt.date(2026, 10, 20)
    near, late = Event("near", day, day, day), Event("late", day, dt.date(2026, 11, 30), dt.date(2026, 11, 11))
    past = Event("past", dt.date(2026, 6, 1), dt.date(2026, 6, 18))
    plan = replace(shop_plan(tmp_path), events=(past, near, late))
    effects = [EventEffect(name, day, "default", 4.7, 1.2, 13.8) for name in ("near", "late")]
    found = events_shown(plan, DAYS, effects)
    assert [(one.name, one.source, one.multiple) for one in found] == [
        ("near", "default", Multiple(4.7, 1.2, 13.8)),
        ("late", "default", None),
    ]
    assert [(one.source, one.multiple) for one in events_shown(plan, DAYS, ())] == [(None, None)] * 2


def test_a_note_of_one_code_and_place_is_shown_once() -> None:
    notes = [
        Note("no_orders", "channels.card"),
        Note("no_orders", "channels.wechat"),
        Note("no_orders", "channels.card"),
    ]
    shown = notes_shown(notes, "en")
    assert sorted(one.where for one in shown) == ["channels.card", "channels.wechat"]
    assert all(one.text for one in shown)
