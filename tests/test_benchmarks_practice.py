"""The usual practice on a ledger small enough to reckon by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from benchmarks.practice import habit, usual_receipts


def rows() -> pd.DataFrame:
    """Four orders of 100: two settled after three days at 99, one lost, one still open."""
    ordered = pd.to_datetime(["2026-10-01 09:00", "2026-10-02 09:00", "2026-10-02 10:00", "2026-10-10 09:00"])
    return pd.DataFrame(
        {
            "channel": "baitiao",
            "ordered_at": ordered,
            "amount": 100.0,
            "closed_at": pd.to_datetime(["", "", "2026-10-05 10:00", ""]),
            "settled_on": pd.to_datetime(["2026-10-04", "2026-10-05", "", ""]),
            "settled_amount": [99.0, 99.0, np.nan, np.nan],
            "refunded_on": pd.to_datetime(["", "2026-10-06", "", ""]),
            "refunded_amount": [np.nan, 30.0, np.nan, np.nan],
        }
    )


def test_only_finished_orders_count() -> None:
    seen = habit(rows())
    assert seen.share == pytest.approx((99 + 99 - 30) / 300)
    assert seen.lag == 3
    assert seen.order_size == pytest.approx(100.0)


def test_a_channel_without_finished_orders_is_taken_to_pay_at_once() -> None:
    assert habit(rows().iloc[3:]).share == 1.0
    assert habit(rows().iloc[:0]).lag == 0


def test_sales_come_in_after_the_mean_lag() -> None:
    sales = np.full((4000, 1, 5), 1000.0)
    paths = usual_receipts(rows(), ("baitiao",), dt.date(2026, 10, 10), sales, np.random.default_rng(1))
    # The order of the tenth arrives on the thirteenth, those of the eleventh and twelfth on the days after.
    assert paths.shape == (4000, 5)
    assert paths[:, :2].max() == 0.0
    assert paths[:, 3].mean() == pytest.approx(560.0, rel=0.02)
    spread = np.sqrt(1000 * 100 * 0.56 * 0.44)
    assert paths[:, 3].std() == pytest.approx(spread, rel=0.05)
