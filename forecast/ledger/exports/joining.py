"""Orders and the money that moved on them as known on the evening of as_of: the ledger's rows, one an order.

An order's payments in the bills add up to what was settled, on the day of the last one; fees, and fees given back, are
netted into that; refunds add up to one on the day of the last. A payment that was reversed wholly has not settled, or
is refunded where it was not booked anew (see ``reversals.py``). An order without a
payment in any bill settles as its own export says (Tmall's 打款商家金额 on the day of 确认收货时间), or not at all.

What arrived is kept to the fen, however payments and refunds lie in time. A refund on or after the day of settlement is
taken back then, so the settlement stands before it; one before that day lowers the settlement. A refund that an order's
own export tells and no bill: where the payment falls short by it, it was before the settlement; where not, the payment
came whole and the refund after it, ``refund_days`` after the deduction at the earliest. A refund that both tell counts
once. A refund before the settlement that would leave less than nothing of it is taken back on the day of settlement.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from forecast.ledger.columns import FEE
from forecast.ledger.exports.merging import KNOWN
from forecast.ledger.exports.reversals import refund_reversals
from forecast.ledger.exports.sums import PAYMENTS, REFUNDS, sum_movements
from forecast.ledger.sql import by_channel

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine
    from forecast.plan.model import Plan

JOINED = "orders"
"""The table of the ledger's rows."""

_TEXTS = ("order_id", "channel", "failure_cause", "sku")
_TIMES = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at")
_AS_KNOWN = ("failure_cause", "sku", "paid_at", "failed_at", "closed_at")
"""Columns that are as the order's own exports tell them, or empty."""

_MONEY = ("amount", "settled_amount", "refunded_amount")


def join_orders(engine: OrderEngine, plan: Plan) -> str:
    """Makes the ledger's rows out of ``export_known`` and the movements up to as_of, and names their table.

    Its columns are the ledger's, money in yuan (``DECIMAL``), and ``line`` (the key of the order's first line),
    ``misfit`` (null), ``fee_amount`` (fen: of an order that has not settled, the fee that a bill tells) and, for those
    who tell of the joining, ``refunds`` (how many) and ``waiting`` (fen of fees on an order that has not settled).
    """
    end = end_of(plan)
    sum_movements(engine, end)
    refund_reversals(engine, end)
    days = {name: one.refund_days for name, one in plan.channels.items() if one.refund_days is not None}
    known = f"DATE '{plan.judged_on or plan.horizon.as_of}'"
    due = by_channel({name: f"least(deducted_day + {wait}, {known})" for name, wait in days.items()}, "DATE")
    money = ", ".join(f"CAST({x} AS DECIMAL(16, 0)) * CAST(0.01 AS DECIMAL(2, 2)) AS {x}" for x in _MONEY)
    engine.make_lean(
        JOINED,
        f"{_STEPS.format(end=end, due=due)} SELECT key AS line, CAST(NULL AS VARCHAR) AS misfit,"  # noqa: S608  # our own
        f" {', '.join((*_TEXTS, *_TIMES))}, settled_on, refunded_on, {money}, {FEE}, refunds, waiting FROM settled",
        _constants(engine),
    )
    return JOINED


def _constants(engine: OrderEngine) -> dict[str, str]:
    """The columns of the ledger's rows that are one constant, as no export tells anything else."""
    told = (*_AS_KNOWN, "fee", "refunded_amount")
    counts = engine.rows(f"SELECT {', '.join(f'count({x})' for x in told)} FROM {KNOWN}")[0]  # noqa: S608  # our own
    empty = {column for column, count in zip(told, counts, strict=True) if not count}
    found = dict.fromkeys(("misfit", *(column for column in _AS_KNOWN if column in empty)), "NULL")
    if "fee" in empty:
        found[FEE] = "NULL"
    if "refunded_amount" in empty and not engine.rows(f"SELECT 1 FROM {REFUNDS} LIMIT 1"):  # noqa: S608  # our own
        found |= {"refunded_on": "NULL", "refunded_amount": "NULL", "refunds": "0"}
    return found


def end_of(plan: Plan) -> str:
    """SQL for the first moment after as_of."""
    return f"TIMESTAMP '{plan.horizon.as_of + dt.timedelta(days=1)}'"


_STEPS = f"""
WITH with_money AS (
    SELECT known.*, CASE WHEN paid <> 0 OR amount = 0 THEN paid END AS paid, paid_first, paid_last, fees, taken_back,
        taken_last, refunds
    FROM {KNOWN} AS known LEFT JOIN {PAYMENTS} AS payments ON known.order_id = payments.order_id
    LEFT JOIN {REFUNDS} AS back ON known.order_id = back.order_id
),
beside AS (
    SELECT key, order_id, channel, failure_cause, sku, ordered_at, paid_at, failed_at, amount,
        coalesce(deducted_at, paid_first) AS deducted_at,
        CASE WHEN paid IS NULL THEN closed_at END AS closed_at,
        paid IS NOT NULL AS billed,
        CAST(CASE WHEN paid IS NOT NULL THEN paid_last WHEN settled_on < {{end}} THEN settled_on END AS DATE)
            AS settled_on,
        CASE WHEN paid IS NOT NULL THEN paid WHEN settled_on < {{end}} THEN settled_amount END AS arrived,
        coalesce(fees, 0) AS fees, fee, coalesce(-taken_back, 0) AS taken_back, CAST(taken_last AS DATE) AS taken_on,
        coalesce(refunds, 0) AS refunds,
        coalesce(refunded_amount, 0) AS told, CAST(refunded_on AS DATE) AS told_on
    FROM with_money
),
short AS (
    SELECT beside.*, CAST(deducted_at AS DATE) AS deducted_day,
        CASE WHEN arrived IS NULL THEN 0 ELSE greatest(amount - arrived, 0) END AS shortfall,
        greatest(told - taken_back, 0) AS told_alone
    FROM beside
),
before AS (
    SELECT short.*,
        CASE WHEN arrived IS NULL THEN 0
            WHEN taken_back > 0 AND billed THEN CASE WHEN shortfall >= told_alone THEN told_alone ELSE 0 END
            WHEN taken_back > 0 THEN CASE WHEN shortfall >= greatest(told, taken_back)
                THEN greatest(told, taken_back) ELSE 0 END
            WHEN told_on IS NOT NULL THEN CASE WHEN told_on < settled_on THEN told ELSE 0 END
            WHEN shortfall >= told THEN told ELSE 0 END AS kept_back
    FROM short
),
dated AS (
    SELECT before.*,
        CASE WHEN taken_back > 0 AND arrived IS NOT NULL AND NOT billed THEN greatest(told, taken_back)
            WHEN taken_back > 0 THEN taken_back + kept_back ELSE told END AS refunded,
        CASE WHEN taken_back > 0 THEN taken_on
            WHEN told_on IS NOT NULL OR told = 0 THEN told_on
            WHEN arrived IS NULL THEN NULL
            WHEN kept_back > 0 THEN greatest(deducted_day, settled_on - 1)
            WHEN {{due}} IS NOT NULL THEN greatest(settled_on, {{due}}) END AS refund_day
    FROM before
),
placed AS (
    SELECT dated.*, arrived + fees - refunded + kept_back AS left_over,
        coalesce(refund_day >= settled_on, true)
            OR coalesce(arrived + fees - refunded + kept_back < 0, false) AS taken_after
    FROM dated
),
settled AS (
    SELECT key, {", ".join((*_TEXTS, *_TIMES))}, amount, settled_on,
        left_over + CASE WHEN taken_after THEN refunded ELSE 0 END AS settled_amount,
        CASE WHEN refunded <> 0 THEN CASE WHEN taken_after AND settled_on IS NOT NULL
            THEN greatest(refund_day, settled_on) ELSE refund_day END END AS refunded_on,
        nullif(refunded, 0) AS refunded_amount,
        CASE WHEN settled_on IS NULL AND fee IS NOT NULL THEN fee - fees END AS {FEE},
        refunds, CASE WHEN settled_on IS NULL AND fee IS NULL THEN fees ELSE 0 END AS waiting
    FROM placed
)"""  # noqa: S608  # our own
"""``arrived``: fen that came in by as_of; ``taken_back``: refunds that a bill tells, ``told``: those of the order's own
export; ``kept_back``: the part of the refund by which the payment falls short; ``left_over``: what is left of what came
in after fees and after the refunds that were taken out of it."""
