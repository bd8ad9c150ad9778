"""Assumptions with source and date, files by hash, and the track record of the models of sales."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables.sources import FileRead, assumptions, files, track_record

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)


def test_every_channel_says_its_rates_and_what_they_rest_on() -> None:
    rows = assumptions(RESULT, FIGURES).rows
    first = next(iter(RESULT.estimates.values()))
    rate = first.failure_rate["total"]
    assert rows[0][:2] == ["JD Baitiao", "Failure rate"]
    assert rows[0][2] == f"{rate.mean:.2%} ({rate.p05:.2%} – {rate.p95:.2%})"
    assert rows[0][3:] == ["the ledger", "2026-10-18"]
    stated = replace(first, failure_source="plan")
    shown = assumptions(replace(RESULT, estimates={"baitiao": stated}), FIGURES).rows
    assert shown[0][3] == "the plan"


def test_a_lag_that_was_never_seen_is_a_dash() -> None:
    first = next(iter(RESULT.estimates.values()))
    never = replace(first, settlement_days=replace(first.settlement_days, mean=None))
    rows = assumptions(replace(RESULT, estimates={"baitiao": never}), FIGURES).rows
    assert rows[1][1:3] == ["Settlement lag", "–"]


def test_promotions_costs_and_balances_are_assumptions_too() -> None:
    rows = {(row[0], row[1]): row[2] for row in assumptions(RESULT, FIGURES).rows}
    assert rows["Stock", "Costs that move with sales"] == "60.00% of sales, -10 days after the order"
    assert "×" in rows["Double 11", "Sales of 2026-11-11 as a multiple of an ordinary day"]
    assert rows["", "Opening balance"] == FIGURES.amount(40_000.0)


def test_files_stand_by_name_and_hash_and_a_database_without() -> None:
    table = files([FileRead("plan.toml", 1_234, "ab"), FileRead("postgresql://shop", None, None)], FIGURES)
    assert table is not None
    assert table.rows == [["plan.toml", "1,234", "ab"], ["postgresql://shop", "–", "–"]]
    assert files([], FIGURES) is None


def test_the_track_record_says_how_often_ranges_held() -> None:
    table, model = track_record(RESULT, FIGURES), RESULT.sales_model
    assert table is not None
    assert model is not None
    assert "26 past days, 28 days ahead: 80 % ranges held 85% of days and 100% of sums" in table.caption
    assert next(row[0] for row in table.rows) == "components"
    short = replace(model, backtest=replace(model.backtest, origins=0))
    assert track_record(replace(RESULT, sales_model=short), FIGURES) is None
