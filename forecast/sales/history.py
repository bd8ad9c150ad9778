"""A daily series as it is handed in, checked and cut at as_of: one row a day, NaN where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.errors import InputError, Problem
from forecast.money import fen_to_yuan

if TYPE_CHECKING:
    import datetime as dt

    from forecast.arrays import Bools, Floats
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

HISTORY_DAYS = 1461
"""At most four years of history are used."""
DAILY_CHANNEL = 0.9
"""A channel that sells on this share of its days leaves no cell empty by accident: there an empty cell is unknown."""


def daily_sales(plan: Plan, ledger: Ledger) -> pd.DataFrame:
    """Order value in yuan by day and channel, from the first order to as_of; days without orders are 0."""
    sales, days = ledger.tables.sales, pd.date_range(ledger.tables.first_day, plan.horizon.as_of, freq="D")
    fen = sales.pivot_table("value", "day", "channel", aggfunc="sum", fill_value=0)
    fen = fen.reindex(index=days, columns=list(plan.channels), fill_value=0)
    return pd.DataFrame(fen_to_yuan(fen.to_numpy()), fen.index, fen.columns)


def daily_values(daily: pd.DataFrame, as_of: dt.date) -> Floats:
    """Sales (day, channel) of every day from the first known one up to as_of; a single NaN row when none is known.

    A day without a row, or without any value, is NaN. An empty cell beside others is 0, except in a channel that
    sells on nearly every day since its first sale, where it is NaN. Rows after as_of are not looked at.

    Raises:
        InputError: No days in the index, a day twice, no column, or a value that is no number of at least 0.
    """
    last = pd.Timestamp(as_of)
    table = daily.set_axis(_days(daily.index)).sort_index()
    table = table[table.index <= last]
    problems = _problems(table)
    if problems:
        raise InputError(problems)
    table = table[table.index > last - pd.Timedelta(days=HISTORY_DAYS)].dropna(how="all")
    if table.empty:
        return np.full((1, len(daily.columns)), np.nan)
    table = table.reindex(pd.date_range(table.index[0], last, freq="D"))
    values: Floats = table.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    row_known: Bools = np.asarray(np.isfinite(values).any(axis=1))
    for channel in range(values.shape[1]):
        values[_without_orders(values[:, channel], row_known), channel] = 0.0
    return values


def _days(index: pd.Index) -> pd.DatetimeIndex:
    """The index as days."""
    message = f"must be indexed by day (its index holds {index.dtype})"
    if pd.api.types.is_numeric_dtype(index.dtype):
        raise InputError(Problem(message, key="daily"))
    try:
        days = pd.DatetimeIndex(index)
    except (TypeError, ValueError) as error:
        raise InputError(Problem(message, key="daily")) from error
    return days.tz_localize(None).normalize()


def _problems(table: pd.DataFrame) -> list[Problem]:
    """Everything that is wrong with the rows up to as_of."""
    problems = []
    if table.columns.empty:
        problems.append(Problem("has no column; give one for each channel", key="daily"))
    if table.index.has_duplicates:
        twice = pd.Timestamp(table.index[table.index.duplicated()][0]).date()
        problems.append(Problem(f"{twice} stands in the index twice; write one row a day", key="daily"))
    for place, name in enumerate(table.columns):
        given = table.iloc[:, place]
        numbers = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        wrong = (np.isnan(numbers) & given.notna().to_numpy()) | (numbers < 0) | np.isinf(numbers)
        if wrong.any():
            first = int(np.argmax(wrong))
            day = pd.Timestamp(table.index[first]).date()
            message = f"{day}: sales must be numbers of at least 0 (got {given.iloc[first]})"
            problems.append(Problem(message, key=f"daily.{name}"))
    return problems


def _without_orders(channel: Floats, row_known: Bools) -> Bools:
    """Which empty cells of a channel mean that it had no orders."""
    absent: Bools = row_known & np.isnan(channel)
    selling = np.flatnonzero(channel > 0)
    if selling.size and selling.size >= DAILY_CHANNEL * row_known[selling[0] :].sum():
        absent[selling[0] :] = False
    return absent
