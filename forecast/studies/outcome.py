"""What came: sales and net receipts by channel and day as a ledger holds them, in whole fen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from forecast.arrays import Days
    from forecast.ledger.tables import DailyTables

    Fen = NDArray[np.int64]


def sales_by_day(tables: DailyTables, channels: Sequence[str], days: Days) -> Fen:
    """Order value by day of order, (channel, day)."""
    return _wide(tables.sales, channels, days)


def receipts_by_day(tables: DailyTables, channels: Sequence[str], days: Days) -> Fen:
    """Net receipts by the day on which they arrive, (channel, day).

    As in a forecast: what settles that day, net of fees, less refunds taken back that day.
    """
    moved = tables.collected
    arrives = moved["day"] + pd.to_timedelta(moved["age"], unit="D")
    value = moved["value"].where(moved["outcome"] == "settled", -moved["value"])
    return _wide(moved.assign(day=arrives, value=value), channels, days)


def history_days(tables: DailyTables, until: np.datetime64) -> Days:
    """The days from the first order to ``until``, both included."""
    return np.asarray(np.arange(np.datetime64(tables.first_day, "D"), until + 1))


def _wide(table: pd.DataFrame, channels: Sequence[str], days: Days) -> Any:  # noqa: ANN401  # pandas gives no dtype
    """Sums of ``value`` by channel and day, 0 where nothing stands; rows outside the days are left out."""
    sums = table.groupby(["channel", "day"])["value"].sum()
    index = pd.MultiIndex.from_product([list(channels), pd.DatetimeIndex(days.astype("datetime64[s]"))])
    return sums.reindex(index, fill_value=0).to_numpy(np.int64).reshape(len(channels), len(days))
