"""Rows of the daily tables, chosen and read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecast.receivables.rows import (
    ages_of,
    days_of,
    event_days_of,
    fen_of,
    has_cause,
    net_of_refunds,
    rows_of,
    total_fen,
    with_outcome,
    yuan_of,
)

SETTLEMENT = pd.DataFrame(
    {
        "channel": ["baitiao", "wechat", "baitiao"],
        "day": pd.to_datetime(["2026-10-01", "2026-10-01", "2026-10-31"]),
        "outcome": ["settled", "settled", "in_transit"],
        "age": [2, 1, 5],
        "value": [10_001, 500, 20_000],
        "refunded_before": [1, 0, 5_000],
        "fees": [60, 3, 0],
    }
)


def test_rows_are_those_of_the_channel_and_the_outcome() -> None:
    assert total_fen(rows_of(SETTLEMENT, "baitiao")) == 30_001
    assert total_fen(with_outcome(SETTLEMENT, "settled"), "fees") == 63
    assert total_fen(with_outcome(SETTLEMENT, "settled", "in_transit")) == total_fen(SETTLEMENT)
    assert total_fen(rows_of(SETTLEMENT, "alipay")) == 0


def test_a_cause_is_told_by_its_name_alone() -> None:
    failed = pd.DataFrame({"cause": ["clearing", "", "unknown"]})
    assert has_cause(failed, "unknown").tolist() == [False, False, True]


def test_an_outcome_came_its_age_after_the_day_of_the_row() -> None:
    assert days_of(SETTLEMENT).dtype == np.dtype("datetime64[D]")
    assert ages_of(SETTLEMENT).tolist() == [2, 1, 5]
    assert event_days_of(SETTLEMENT).astype(str).tolist() == ["2026-10-03", "2026-10-02", "2026-11-05"]


def test_money_is_exact_in_fen_and_a_hundredth_of_it_in_yuan() -> None:
    assert fen_of(net_of_refunds(SETTLEMENT)).tolist() == [10_000, 500, 15_000]
    assert fen_of(SETTLEMENT).tolist() == [10_001, 500, 20_000], "the table itself is left as it was"
    assert yuan_of(SETTLEMENT, "fees") == pytest.approx([0.6, 0.03, 0.0])
