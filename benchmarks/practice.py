"""The usual practice of planning receipts in a spreadsheet, as the planner's comparison.

From *finished* orders alone (settled, wholly refunded, or closed), of each channel: the mean share of order value that
ends as net receipts (after failures, carts never paid, refunds and fees) and the mean number of days from order to
settlement. Each day's sales times that share arrive that many days later; orders are independent, so a day's receipts
have the binomial spread of its orders. Orders of the last days are still to come in by the same rule. It is given the
planner's own sales paths, so that what it misses is in the receivables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from forecast.arrays import Floats


@dataclass(frozen=True, slots=True)
class Habit:
    """One channel as the spreadsheet sees it: net share of order value, mean lag in days, Σ amount² ÷ Σ amount."""

    share: float
    lag: int
    order_size: float


def habit(orders: pd.DataFrame) -> Habit:
    """Mean share and mean lag of the finished orders of one channel; 1 and 0 where none has finished.

    Args:
        orders: rows known on as_of, in the ledger's columns.
    """
    back = orders["refunded_amount"].fillna(0.0)
    settled = orders["settled_on"].notna()
    refunded = orders["settled_on"].isna() & (back >= orders["amount"])
    finished = orders[settled | refunded | orders["closed_at"].notna()]
    value = float(finished["amount"].sum())
    amounts = orders["amount"].to_numpy(float)
    size = float((amounts**2).sum() / amounts.sum()) if len(orders) else 1.0
    if value <= 0 or not settled.any():
        return Habit(1.0, 0, size)
    after = settled & orders["refunded_on"].notna() & (orders["refunded_on"] >= orders["settled_on"])
    net = float(orders["settled_amount"].sum()) - float(back[after].sum())
    days = (orders["settled_on"] - orders["ordered_at"].dt.normalize()).dt.days[settled]
    weights = orders["amount"][settled]
    return Habit(net / value, round(float(np.average(days, weights=weights))), size)


def usual_receipts(
    orders: pd.DataFrame, channels: tuple[str, ...], as_of: dt.date, sales: Floats, rng: np.random.Generator
) -> Floats:
    """Receipts by the usual practice, yuan (path, day), summed over channels.

    Args:
        orders: rows known on as_of, in the ledger's columns.
        channels: names, in the order of the sales' channel axis.
        as_of: the last known day.
        sales: yuan (path, channel, day) from the day after as_of.
        rng: for the spread of independent orders.
    """
    paths, _, days = sales.shape
    total = np.zeros((paths, days))
    for index, name in enumerate(channels):
        own = orders[orders["channel"] == name]
        seen = habit(own)
        past = np.zeros(seen.lag)
        if len(own):
            ago = (np.datetime64(as_of) - own["ordered_at"].to_numpy().astype("datetime64[D]")).astype(np.int64)
            recent = ago < seen.lag
            np.add.at(past, seen.lag - 1 - ago[recent], own["amount"].to_numpy(float)[recent])
        placed = np.concatenate([np.broadcast_to(past, (paths, seen.lag)), sales[:, index]], axis=1)[:, :days]
        spread = np.sqrt(placed * seen.order_size * max(seen.share * (1.0 - seen.share), 0.0))
        total += np.maximum(placed * seen.share + spread * rng.standard_normal((paths, days)), 0.0)
    return total
