"""Rows of the daily tables: those of a channel, a cause or an outcome, and their columns as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.money import fen_to_yuan

if TYPE_CHECKING:
    import pandas as pd

    from forecast.arrays import Bools, Days, Floats, Ints

Money = Literal[
    "value", "refunded_before", "fees", "settled", "refunded", "never_paid", "lost", "sku_value", "sku_usual"
]
"""A column of money, in whole fen."""


def is_of(table: pd.DataFrame, channel: str) -> Bools:
    """Which rows are of one channel."""
    return np.asarray(table["channel"] == channel)


def rows_of(table: pd.DataFrame, channel: str) -> pd.DataFrame:
    """The rows of one channel."""
    return table[is_of(table, channel)]


def has_cause(table: pd.DataFrame, cause: str) -> Bools:
    """Which rows failed from this cause."""
    return np.asarray(table["cause"] == cause)


def has_outcome(table: pd.DataFrame, *outcomes: str) -> Bools:
    """Which rows ended in one of these outcomes."""
    return np.asarray(table["outcome"].isin(outcomes))


def with_outcome(table: pd.DataFrame, *outcomes: str) -> pd.DataFrame:
    """The rows that ended in one of these outcomes."""
    return table[has_outcome(table, *outcomes)]


def net_of_refunds(settlement: pd.DataFrame) -> pd.DataFrame:
    """The rows with their value less what was refunded before settlement."""
    return settlement.assign(value=fen_of(settlement) - fen_of(settlement, "refunded_before"))


def days_of(table: pd.DataFrame) -> Days:
    """The day that each row's age counts from."""
    return np.asarray(table["day"].to_numpy().astype("datetime64[D]"))


def ages_of(table: pd.DataFrame) -> Ints:
    """Whole days from a row's day to its outcome, or to as_of where that is open."""
    return table["age"].to_numpy(np.int64)


def event_days_of(table: pd.DataFrame) -> Days:
    """The day of each row's outcome."""
    return np.asarray(days_of(table) + ages_of(table))


def fen_of(table: pd.DataFrame, column: Money = "value") -> Ints:
    """A column of money in whole fen."""
    return table[column].to_numpy()


def yuan_of(table: pd.DataFrame, column: Money = "value") -> Floats:
    """A column of money in yuan."""
    return fen_to_yuan(fen_of(table, column))


def orders_of(table: pd.DataFrame) -> Ints:
    """How many orders each row stands for."""
    return table["orders"].to_numpy(np.int64)


def orders_in(table: pd.DataFrame) -> int:
    """How many orders the rows stand for together."""
    return int(orders_of(table).sum())


def total_fen(table: pd.DataFrame, column: Money = "value") -> int:
    """The sum of a column of money, exact."""
    return int(fen_of(table, column).sum())
