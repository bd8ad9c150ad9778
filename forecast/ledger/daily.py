"""The one heavy pass: orders → the small daily tables, as one portable expression run inside the engine.

The expression is narwhals over whole numbers alone: days since 1970-01-01 and fen. It holds nothing of any one engine,
so that a merchant's own database or cluster can take DuckDB's place; ``reading.py`` hands it a DuckDB table.

The orders have the columns ``channel``, ``cause`` (empty text where the first deduction did not fail), ``ordered_day``,
``failed_day``, ``deducted_day``, ``closed_day``, ``settled_day``, ``refunded_day`` (null where it has not happened),
``value`` (the amount), ``settled`` (null until settled), ``refunded`` (0 until refunded), ``sku`` (a number, null where
it has none), ``hour`` (of the failure, 0 to 23) and ``silent`` (the failure was not recorded: if it was closed, it is
never paid in the identity).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from forecast.ledger.tables import (
    COLLECTED,
    FIRST,
    IDENTITY,
    RECOVERY,
    REFUND_AFTER,
    REFUND_BEFORE,
    SALES,
    SETTLEMENT,
    TRACES,
    DailyTables,
)
from forecast.money import FEN_PER_YUAN

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    Frame = nw.LazyFrame[Any]


def daily_tables(orders: Frame, as_of: dt.date) -> DailyTables:
    """Sums the orders into the daily tables of ``tables.py``.

    Args:
        orders: The good rows, with the columns named above, holding nothing that happened after as_of.
        as_of: The last fully known day.

    Returns:
        The tables, each sorted by its keys; ``first_day`` is as_of when there are no orders.
    """
    day = int(np.datetime64(as_of, "D").astype(np.int64))
    states = _states(orders)
    sales = _summed(_squared(states.with_columns(day=nw.col("ordered_day"))), SALES)
    return DailyTables(
        as_of=as_of,
        first_day=as_of if sales.empty else sales["day"].min().date(),
        sales=sales,
        first=_summed(_first(states, day), FIRST),
        recovery=_summed(_recovery(states, day), RECOVERY),
        traces=_summed(_traces(states), TRACES),
        settlement=_summed(_squared(_settlement(states, day)), SETTLEMENT),
        refund_before=_summed(_refund_before(states), REFUND_BEFORE),
        refund_after=_summed(_refund_after(states, day), REFUND_AFTER),
        collected=_summed(_collected(states), COLLECTED),
        identity=_summed(states.with_columns(day=nw.col("ordered_day")), IDENTITY),
    )


def _states(orders: Frame) -> Frame:
    """Adds where each order's value is: settled, fees, refunded before, lost, never paid or outstanding."""
    zero = nw.lit(0)
    settled, closed = ~nw.col("settled_day").is_null(), ~nw.col("closed_day").is_null()
    failed = nw.col("cause") != ""
    refunded = ~nw.col("refunded_day").is_null()
    after = refunded & settled & (nw.col("refunded_day") >= nw.col("settled_day"))
    split = orders.with_columns(
        refunded_after=nw.when(after).then("refunded").otherwise(zero),
        refunded_before=nw.when(refunded & ~after).then("refunded").otherwise(zero),
        settled=nw.when(settled).then("settled").otherwise(zero),
    )
    unpaid = nw.col("value") - nw.col("refunded_before")
    return split.with_columns(
        fees=nw.when(settled).then(unpaid - nw.col("settled")).otherwise(zero),
        lost=nw.when(closed & failed & ~nw.col("silent")).then("value").otherwise(zero),
        never_paid=nw.when(closed & (~failed | nw.col("silent"))).then("value").otherwise(zero),
        outstanding=nw.when(~settled & ~closed).then(unpaid).otherwise(zero),
        wholly_refunded=(nw.col("refunded_before") > 0) & (nw.col("refunded_before") == nw.col("value")),
    )


def _first(states: Frame, as_of: int) -> Frame:
    deducted, closed = ~nw.col("deducted_day").is_null(), ~nw.col("closed_day").is_null()
    failed = nw.col("cause") != ""
    until = (
        nw.when(failed)
        .then(nw.coalesce("failed_day", "ordered_day"))
        .when(deducted)
        .then("deducted_day")
        .when(closed)
        .then("closed_day")
        .otherwise(nw.lit(as_of))
    )
    return states.with_columns(
        day=nw.col("ordered_day"),
        outcome=nw.when(failed)
        .then(nw.lit("failed"))
        .when(deducted)
        .then(nw.lit("deducted"))
        .when(closed)
        .then(nw.lit("never_paid"))
        .otherwise(nw.lit("awaiting")),
        age=until - nw.col("ordered_day"),
    )


def _recovery(states: Frame, as_of: int) -> Frame:
    deducted, closed = ~nw.col("deducted_day").is_null(), ~nw.col("closed_day").is_null()
    failed = states.filter(nw.col("cause") != "").with_columns(day=nw.coalesce("failed_day", "ordered_day"))
    return failed.with_columns(
        outcome=nw.when(deducted)
        .then(nw.lit("deducted"))
        .when(closed)
        .then(nw.lit("lost"))
        .otherwise(nw.lit("failed")),
        age=nw.coalesce("deducted_day", "closed_day", nw.lit(as_of)) - nw.col("day"),
    )


def _traces(states: Frame) -> Frame:
    """Failures without a cause, each with what of it fell on the sku that failed most on its day."""
    failed = states.filter(nw.col("cause") == "unknown").with_columns(day=nw.coalesce("failed_day", "ordered_day"))
    by_sku = failed.filter(~nw.col("sku").is_null()).group_by("day", "sku").agg(most=nw.col("value").sum())
    most = by_sku.group_by("day").agg(most=nw.col("most").max())
    top = by_sku.join(most, on=["day", "most"], how="inner").group_by("day").agg(top_sku=nw.col("sku").min())
    sales = states.group_by("sku").agg(sold=nw.col("value").sum()).rename({"sku": "top_sku"})
    whole = states.select(nw.col("value").sum().alias("all_sold"))
    shares = top.join(sales, on="top_sku", how="inner").join(whole, how="cross")
    found = failed.join(shares, on="day", how="left")
    usual = nw.col("value").cast(nw.Float64) * nw.col("sold").cast(nw.Float64) / nw.col("all_sold").cast(nw.Float64)
    return found.with_columns(
        sku_value=nw.when(nw.col("sku") == nw.col("top_sku")).then("value").otherwise(nw.lit(0)),
        sku_usual=nw.coalesce(usual.round(0).cast(nw.Int64), nw.lit(0)),
    )


def _settlement(states: Frame, as_of: int) -> Frame:
    settled, refunded = ~nw.col("settled_day").is_null(), nw.col("wholly_refunded")
    until = nw.when(refunded).then("refunded_day").when(settled).then("settled_day").otherwise(nw.lit(as_of))
    return states.filter(~nw.col("deducted_day").is_null()).with_columns(
        day=nw.col("deducted_day"),
        outcome=nw.when(refunded)
        .then(nw.lit("refunded"))
        .when(settled)
        .then(nw.lit("settled"))
        .otherwise(nw.lit("in_transit")),
        age=until - nw.col("deducted_day"),
    )


def _refund_before(states: Frame) -> Frame:
    return states.filter(nw.col("refunded_before") > 0).with_columns(
        day=nw.col("deducted_day"),
        age=nw.col("refunded_day") - nw.col("deducted_day"),
        value=nw.col("refunded_before"),
    )


def _refund_after(states: Frame, as_of: int) -> Frame:
    settled = states.filter(~nw.col("settled_day").is_null() & ~nw.col("wholly_refunded"))
    refunded = nw.col("refunded_after") > 0
    until = nw.when(refunded).then("refunded_day").otherwise(nw.lit(as_of))
    return settled.with_columns(
        day=nw.col("settled_day"),
        outcome=nw.when(refunded).then(nw.lit("refunded")).otherwise(nw.lit("open")),
        age=until - nw.col("settled_day"),
        value=nw.col("value") - nw.col("refunded_before"),
        refunded=nw.col("refunded_after"),
    )


def _collected(states: Frame) -> Frame:
    """Settlements and refunds taken back, below each other: an order that has both is in both."""
    columns = ("channel", "day", "outcome", "age", "value")
    settled = states.filter(~nw.col("settled_day").is_null()).with_columns(
        day=nw.col("ordered_day"),
        outcome=nw.lit("settled"),
        age=nw.col("settled_day") - nw.col("ordered_day"),
        value=nw.col("settled"),
    )
    refunded = states.filter(nw.col("refunded_after") > 0).with_columns(
        day=nw.col("ordered_day"),
        outcome=nw.lit("refunded"),
        age=nw.col("refunded_day") - nw.col("ordered_day"),
        value=nw.col("refunded_after"),
    )
    return nw.concat([settled.select(*columns), refunded.select(*columns)])


def _squared(frame: Frame) -> Frame:
    """Adds fen², as whole numbers: a sum of floats would depend on the order in which an engine's threads add them."""
    value = nw.col("value").cast(nw.Int128)
    return frame.with_columns(value_squared=value * value)


_KEYS = ("channel", "cause", "day", "hour", "outcome", "age")


def _summed(frame: Frame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Sums a table's figures by its keys inside the engine, and takes the small result into memory."""
    keys = [column for column in columns if column in _KEYS]
    sums = [
        nw.col(column).sum().cast(nw.Float64 if column == "value_squared" else nw.Int64)
        for column in columns
        if column not in (*_KEYS, "orders")
    ]
    summed = frame.group_by(*keys).agg(nw.len().cast(nw.Int64).alias("orders"), *sums).sort(*keys)
    found: pd.DataFrame = summed.select(*columns).collect("pandas").to_native()
    if "value_squared" in columns:
        found = found.assign(value_squared=found["value_squared"] / FEN_PER_YUAN**2)
    days = found["day"].to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    whole = {key: found[key].astype("int64") for key in ("age", "hour") if key in columns}
    return found.assign(day=days, **whole)
