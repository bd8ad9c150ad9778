"""Amounts of orders beside each other: worth nothing, in another unit for a time or a channel, or one by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.money import FEN_PER_YUAN, to_yuan
from forecast.notes import Note
from forecast.plausibility.cash import month_of_orders
from forecast.receivables.rows import days_of, orders_in, rows_of, total_fen

if TYPE_CHECKING:
    import pandas as pd

    from forecast.ledger.tables import Ledger
    from forecast.notes import Values

JUMP, JUMP_WEEKS, JUMP_ORDERS = 30.0, 4, 20
"""A week's mean order so many times the usual week's, of as many weeks and orders, is in another unit."""

APART = 50.0
"""A channel whose mean order is so many times another's, or one part in so many, is in another unit."""

FORTNIGHT, FOUR_WEEKS = 14, 28
"""Days of the blocks that are held against each other: of all channels, and of one."""

SHIFT, FEWEST_EVEN = 5.0, 8.0
"""Mean orders of two blocks so many times apart, where not fewer orders than these make up the value."""

LEDGER_ORDERS, OF_MONTH = 100, 0.12
"""In a ledger of so many orders, this part of a month of orders open in one amount is large."""

LARGE_ONE, LARGE_SEVERAL = 25.0, 8.0
"""An open order so many times the mean one is a slip, or a test; and so are several of one amount."""


def on_amounts(ledger: Ledger) -> list[Note]:
    """Orders worth nothing, weeks, months and channels of another unit, and open orders out of all proportion."""
    sales = ledger.tables.sales
    if not total_fen(sales):
        return [Note("amounts_zero", "ledger")]
    notes, means = [], _mean_orders(sales, days_of(sales).astype("datetime64[W]"))
    if len(means) >= JUMP_WEEKS and float(means.max()) > JUMP * float(means.median()) > 0:
        values: Values = {"week": str(means.idxmax())[:10], "mean": float(means.max()), "usual": float(means.median())}
        notes.append(Note("amounts_jump", "ledger", values))
    mean_of = _mean_orders(sales, sales.channel.to_numpy())
    usual = float(mean_of.median()) if len(mean_of) else 0.0
    for name, mean in mean_of.items():
        if usual > 0 and (mean > APART * usual or mean < usual / APART):
            notes.append(Note("channel_out_of_scale", f"channels.{name}", {"mean": float(mean), "usual": usual}))
    return [*(notes or _shifts(ledger)), *_largest(ledger)]


def _mean_orders(sales: pd.DataFrame, by: np.ndarray[Any, Any]) -> pd.Series:
    """The mean order in yuan of each group of rows that holds enough orders."""
    found = sales.groupby(by)
    orders, value = found.orders.sum(), found.value.sum()
    return (value / orders / FEN_PER_YUAN)[orders >= JUMP_ORDERS]


def _shifts(ledger: Ledger) -> list[Note]:
    """Fortnights of all channels, or else four weeks of one, whose mean order is far from that of others."""
    sales = ledger.tables.sales
    if whole := _shift(ledger, sales, FORTNIGHT, "ledger"):
        return whole
    names = sorted(sales.channel.unique())
    return [note for name in names for note in _shift(ledger, rows_of(sales, name), FOUR_WEEKS, f"channels.{name}")]


def _shift(ledger: Ledger, sales: pd.DataFrame, days: int, where: str) -> list[Note]:
    ages = (np.datetime64(ledger.tables.as_of, "D") - days_of(sales)).astype(np.int64)
    sums = sales.groupby(ages // days)[["orders", "value", "value_squared"]].sum()
    yuan = sums.value / FEN_PER_YUAN
    even = yuan**2 / sums.value_squared.clip(lower=1.0)
    means = (yuan / sums.orders)[(sums.orders >= JUMP_ORDERS) & (even >= FEWEST_EVEN)]
    if len(means) < JUMP_WEEKS or means.min() <= 0 or means.max() < SHIFT * means.min():
        return []
    usual = float(means.median())
    block = int(abs(np.log(means / usual)).idxmax())
    last = np.datetime64(ledger.tables.as_of, "D") - block * days
    values: Values = {"first": str(last - days + 1), "last": str(last), "mean": float(means[block]), "usual": usual}
    return [Note("amounts_shift", where, values)]


def _largest(ledger: Ledger) -> list[Note]:
    """The amount in which far too much money is open: of one order, or of several alike."""
    month, sales = month_of_orders(ledger), ledger.tables.sales
    if month <= 0 or orders_in(sales) < LEDGER_ORDERS:
        return []
    for one in ledger.signs.largest:
        amount, others = to_yuan(one.fen), orders_in(sales) - one.orders
        mean = (to_yuan(total_fen(sales)) - amount * one.orders) / max(others, 1)
        many = LARGE_ONE if one.orders == 1 else LARGE_SEVERAL
        # The month holds these orders too, where they are recent.
        if amount > many * mean and amount * one.orders > OF_MONTH * max(month - amount * one.orders, mean):
            values: Values = {"order_id": one.order_id, "day": str(one.day), "amount": amount, "count": one.orders}
            values |= {"share": amount * one.orders / month, "factor": amount / mean}
            return [Note("order_very_large", f"channels.{one.channel}", values)]
    return []
