"""The tables of a review."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest
from study_examples import example_review

from forecast.outputs.figures import Figures
from forecast.outputs.tables.review import EFFECTS, LINES, bridge, lines, parts, sales, signed
from forecast.records import plain

RESULT = example_review()
FIGURES = Figures.of(RESULT)


WHOLE = RESULT.total


def test_the_bridge_leads_from_forecast_to_actual_the_whole_below() -> None:
    table = bridge(RESULT, FIGURES)
    heads = ["Channel", "Forecast", "Volume", "Failures", "Timing", "Refunds", "Fees", "Actual", "p05", "p95"]
    assert table.heads == [*heads, "In p05–p95"]
    assert [row[0] for row in table.rows] == ["JD Baitiao", "WeChat instalments", "Huabei", "Bank card", "All channels"]
    found, effects = WHOLE.receipts, WHOLE.effects
    led = [effects.volume, effects.failure, effects.timing, effects.refunds, effects.fees]
    assert found.forecast + sum(led) == pytest.approx(found.actual)
    ends = [f"{amount:,.0f}" for amount in (found.forecast, found.actual, found.p05, found.p95)]
    assert table.rows[-1][1:] == [ends[0], *(signed(effect, FIGURES) for effect in led), *ends[1:], "yes"]
    assert table.strong_rows == (4,)


def test_a_sum_outside_its_interval_is_told() -> None:
    low = replace(WHOLE.receipts, actual=1.0, inside=False)
    assert bridge(replace(RESULT, total=replace(WHOLE, receipts=low)), FIGURES).rows[-1][-4:][::3] == ["1", "no"]


def test_differences_bear_their_sign() -> None:
    assert [signed(yuan, FIGURES) for yuan in (1_650.4, -120.25, 0.4, 0.0)] == ["+1,650", "-120", "0", "0"]


def test_sales_stand_against_their_interval() -> None:
    row, found = sales(RESULT, FIGURES).rows[1], RESULT.by_channel["wechat"].sales
    assert row == ["WeChat instalments", *(f"{amount:,.0f}" for amount in astuple(found)[:3]), "836", "4,456", "yes"]


def test_the_lines_lead_from_orders_to_receipts() -> None:
    label, part = parts(RESULT, FIGURES)[0]
    table = lines(label, part, FIGURES)
    assert [row[0] for row in table.rows][:3] == [
        "Outstanding before the first day",
        "Sales",
        "Not deducted by the last day",
    ]
    assert [row[0].strip("\u00a0") for row in table.rows if row[0].startswith("\u00a0")] == [
        "of it lost after a failure",
        "of it never paid",
        "of it still to be deducted",
    ]
    assert table.rows[-1] == ["Net receipts", "2,510", "2,719", "+209"]


def test_the_lines_are_those_of_the_result_in_its_order() -> None:
    assert list(LINES) == list(plain(WHOLE.lines))
    assert list(EFFECTS) == list(plain(WHOLE.effects))
