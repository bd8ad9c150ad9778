"""The one heavy pass: orders → the small daily tables, each one SELECT run inside the engine.

The orders have the columns ``channel``, ``cause`` (empty text where the first deduction did not fail), ``ordered_day``,
``failed_day``, ``deducted_day``, ``closed_day``, ``settled_day``, ``refunded_day`` (null where it has not happened),
``value`` (the amount), ``settled`` (null until settled), ``refunded`` (0 until refunded), ``sku`` (a number, null where
it has none), ``hour`` (of the failure, 0 to 23) and ``silent`` (the failure was not recorded: if it was closed, it is
never paid in the identity). All are whole numbers: days since 1970-01-01, and fen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.ledger import tables
from forecast.ledger.tables import Completion, DailyTables
from forecast.money import FEN_PER_YUAN

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from forecast.ledger.engine import OrderEngine

_KEYS = ("channel", "cause", "day", "hour", "outcome", "age")

_STATES = """
split AS (
    SELECT channel, cause, ordered_day, failed_day, deducted_day, closed_day, settled_day, refunded_day, value, silent,
        sku, hour,
        CASE WHEN refunded_day >= settled_day THEN refunded ELSE 0 END AS refunded_after,
        CASE WHEN refunded_day IS NOT NULL AND (settled_day IS NULL OR refunded_day < settled_day)
            THEN refunded ELSE 0 END AS refunded_before,
        CASE WHEN settled_day IS NOT NULL THEN settled ELSE 0 END AS settled
    FROM {orders}
),
states AS (
    SELECT split.*,
        CASE WHEN settled_day IS NOT NULL THEN value - refunded_before - settled ELSE 0 END AS fees,
        CASE WHEN closed_day IS NOT NULL AND cause <> '' AND NOT silent THEN value ELSE 0 END AS lost,
        CASE WHEN closed_day IS NOT NULL AND (cause = '' OR silent) THEN value ELSE 0 END AS never_paid,
        CASE WHEN settled_day IS NULL AND closed_day IS NULL THEN value - refunded_before ELSE 0 END AS outstanding,
        refunded_before > 0 AND refunded_before = value AS wholly_refunded
    FROM split
)"""
"""Each order with where its value is: settled, fees, refunded before, lost, never paid or outstanding."""

_ORDERED = "SELECT states.*, ordered_day AS day FROM states"

_FIRST = """
SELECT channel, cause, value, ordered_day AS day,
    CASE WHEN cause <> '' THEN 'failed' WHEN deducted_day IS NOT NULL THEN 'deducted'
        WHEN closed_day IS NOT NULL THEN 'never_paid' ELSE 'awaiting' END AS outcome,
    CASE WHEN cause <> '' THEN coalesce(failed_day, ordered_day) ELSE coalesce(deducted_day, closed_day, {as_of}) END
        - ordered_day AS age
FROM states"""

_RECOVERY = """
SELECT channel, cause, value, coalesce(failed_day, ordered_day) AS day,
    CASE WHEN deducted_day IS NOT NULL THEN 'deducted' WHEN closed_day IS NOT NULL THEN 'lost'
        ELSE 'failed' END AS outcome,
    coalesce(deducted_day, closed_day, {as_of}) - coalesce(failed_day, ordered_day) AS age
FROM states WHERE cause <> ''"""

_FAILURES = """
failures AS (
    SELECT channel, value, sku, hour, coalesce(failed_day, ordered_day) AS day FROM {orders} WHERE cause = 'unknown'
),
by_sku AS (SELECT day, sku, sum(value) AS most FROM failures WHERE sku IS NOT NULL GROUP BY day, sku),
peaks AS (SELECT day, max(most) AS most FROM by_sku GROUP BY day),
tops AS (SELECT day, min(sku) AS top_sku FROM by_sku JOIN peaks USING (day, most) GROUP BY day),
sold AS (SELECT sku AS top_sku, sum(value) AS sold FROM {orders} GROUP BY sku),
whole AS (SELECT nullif(sum(value), 0) AS all_sold FROM {orders}),
shares AS (SELECT day, top_sku, sold, all_sold FROM tops JOIN sold USING (top_sku) CROSS JOIN whole)"""
"""Failures without a cause, the sku that failed most on each of their days, and its share of all sales."""

_TRACES = """
SELECT channel, day, hour, value, CASE WHEN sku = top_sku THEN value ELSE 0 END AS sku_value,
    coalesce(CAST(floor(CAST(value AS DOUBLE) * CAST(sold AS DOUBLE) / CAST(all_sold AS DOUBLE) + 0.5) AS BIGINT), 0)
        AS sku_usual
FROM failures LEFT JOIN shares USING (day)"""

_SETTLEMENT = """
SELECT channel, deducted_day AS day, value, refunded_before, fees, settled,
    CASE WHEN wholly_refunded THEN 'refunded' WHEN settled_day IS NOT NULL THEN 'settled'
        ELSE 'in_transit' END AS outcome,
    CASE WHEN wholly_refunded THEN refunded_day ELSE coalesce(settled_day, {as_of}) END - deducted_day AS age
FROM states WHERE deducted_day IS NOT NULL"""

_REFUND_BEFORE = """
SELECT channel, deducted_day AS day, refunded_day - deducted_day AS age, refunded_before AS value
FROM states WHERE refunded_before > 0"""

_REFUND_AFTER = """
SELECT channel, settled_day AS day, value - refunded_before AS value, refunded_after AS refunded,
    CASE WHEN refunded_after > 0 THEN 'refunded' ELSE 'open' END AS outcome,
    CASE WHEN refunded_after > 0 THEN refunded_day ELSE {as_of} END - settled_day AS age
FROM states WHERE settled_day IS NOT NULL AND NOT wholly_refunded"""

_COLLECTED = """
SELECT channel, ordered_day AS day, 'settled' AS outcome, settled_day - ordered_day AS age, settled AS value
FROM states WHERE settled_day IS NOT NULL
UNION ALL
SELECT channel, ordered_day AS day, 'refunded' AS outcome, refunded_day - ordered_day AS age, refunded_after AS value
FROM states WHERE refunded_after > 0"""
"""Settlements and refunds taken back, below each other: an order that has both is in both."""


def daily_tables(engine: OrderEngine, orders: str, as_of: dt.date, completion: Completion | None = None) -> DailyTables:
    """Sums the orders into the daily tables of ``tables.py``, each sorted by its keys.

    ``orders`` names the table of good rows, with the columns named above, holding nothing that happened after as_of;
    ``first_day`` is as_of when there are none.
    """
    day = int(np.datetime64(as_of, "D").astype(np.int64))

    def summed(rows: str, columns: tuple[str, ...], steps: str = _STATES) -> pd.DataFrame:
        return _summed(engine, steps.format(orders=orders), rows.format(as_of=day), columns)

    sales = summed(_ORDERED, tables.SALES)
    return DailyTables(
        as_of=as_of,
        first_day=as_of if sales.empty else sales["day"].min().date(),
        sales=sales,
        first=summed(_FIRST, tables.FIRST),
        recovery=summed(_RECOVERY, tables.RECOVERY),
        traces=summed(_TRACES, tables.TRACES, _FAILURES),
        settlement=summed(_SETTLEMENT, tables.SETTLEMENT),
        refund_before=summed(_REFUND_BEFORE, tables.REFUND_BEFORE),
        refund_after=summed(_REFUND_AFTER, tables.REFUND_AFTER),
        collected=summed(_COLLECTED, tables.COLLECTED),
        identity=summed(_ORDERED, tables.IDENTITY),
        completion=completion or Completion(),
    )


def _summed(engine: OrderEngine, steps: str, rows: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Sums a table's figures by its keys inside the engine, and takes the small result into memory."""
    keys = ", ".join(column for column in columns if column in _KEYS)
    picked = ", ".join(column if column in _KEYS else f"{_total(column)} AS {column}" for column in columns)
    found = engine.frame(f"WITH {steps} SELECT {picked} FROM ({rows}) AS found GROUP BY {keys} ORDER BY {keys}")  # noqa: S608  # our own
    if "value_squared" in columns:
        found = found.assign(value_squared=found["value_squared"] / FEN_PER_YUAN**2)
    days = found["day"].to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    whole = {key: found[key].astype("int64") for key in ("age", "hour") if key in columns}
    return found.assign(day=days, **whole)


def _total(column: str) -> str:
    """Squares as whole numbers: a sum of floats would depend on the order in which an engine's threads add them."""
    if column == "orders":
        return "CAST(count(*) AS BIGINT)"
    if column == "value_squared":
        return "CAST(sum(CAST(value AS HUGEINT) * value) AS DOUBLE)"
    return f"CAST(sum({column}) AS BIGINT)"
