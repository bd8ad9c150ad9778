"""The good rows as whole days and fen, completed from the plan where a channel does not show what is needed.

An order that the customer confirmed (``paid_at``) and that was not deducted long after the usual time of its channel is
a silent failure (支付不扣款): it counts as failed with the cause ``unknown`` on the day of confirmation, whether it is
still awaited, was deducted at last, or was closed. In the money identity the last stays never paid, as no cause was
recorded; the laws of failure and recovery know it as lost. Where the source has neither ``failure_cause`` nor
``paid_at``, orders deducted so late after they were placed count; closed ones cannot be told from abandoned carts.

An order of a channel that shows no settlement (see ``completeness.py``) settles ``settlement_days`` calendar days after
its deduction, rolled to the next working day of the plan's country, with its amount less what was refunded before, less
the fee that a bill tells of it, else a share of that (``fee_rate``), rounded half up to the fen. Only settlements up to
as_of are filled in.

An order of a channel that shows no refund is wholly refunded the days of ``refunded_after`` after its deduction, if it
has not settled until then; a failed order of one that shows no closing is closed those of ``lost_after`` after it
failed, if it was not cured: see ``presumed.py``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.calendar import Calendar, days_between
from forecast.ledger.columns import FEE
from forecast.ledger.sql import HOUR, among, by_channel, listed
from forecast.ledger.validation import ACCEPTED

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.tables import Completion
    from forecast.plan.model import Plan

_LONGEST_CLOSURE = 60
"""Days; no country's offices stay closed that long, so the next working day lies within them."""

SILENT_HOURS = 6
"""An order confirmed and not deducted is a silent failure after this many hours at the earliest …"""

SILENT_DAY = 24
"""… or this many where the time from one to the other is of whole days, as where only dates are known, …"""

SILENT_MULTIPLE = 3
"""… and after this multiple of the time within which nine of ten of its channel's deductions come."""

_DAYS = ("ordered", "failed", "deducted", "closed", "settled", "refunded")

_COLUMNS = ("channel", "cause", *(f"{x}_day" for x in _DAYS), "value", "settled", "refunded", "silent", "sku", "hour")


def complete_rows(engine: OrderEngine, plan: Plan, completion: Completion) -> str:
    """Makes the table of good rows that the daily tables are summed from and names it; ``daily.py`` has its columns."""
    closed = f"coalesce(closed_day, CASE WHEN {among('channel', completion.closed)} THEN closing_day END)"
    moments = {x: f"{x}_day" for x in _DAYS} | {
        "failed": "CASE WHEN silent THEN paid_day ELSE failed_day END",
        "closed": closed,
    }
    days = ", ".join(f"CAST(date_diff('day', DATE '1970-01-01', {moments[x]}) AS INTEGER) AS {x}_day" for x in _DAYS)
    whole_day, shortest = SILENT_DAY * HOUR, SILENT_HOURS * HOUR
    engine.make(
        "orders_known",
        f"""
        WITH good AS (SELECT orders_checked.* {ACCEPTED}),
        patience AS (
            SELECT channel, {SILENT_MULTIPLE} * percentile_disc(0.9) WITHIN GROUP (ORDER BY waited)
                FILTER (WHERE deducted_day IS NOT NULL) AS usual
            {ACCEPTED} GROUP BY channel
        ),
        heard AS (
            SELECT good.*, coalesce(waited > greatest(usual, CASE WHEN waited % {whole_day} = 0 THEN {whole_day}
                ELSE {shortest} END), false) AS silent
            FROM good LEFT JOIN patience ON good.channel = patience.channel
        )
        SELECT channel, CASE WHEN silent THEN 'unknown' ELSE coalesce(cause, '') END AS cause, {days}, amount AS value,
            settled_amount AS settled, coalesce(refunded_amount, 0) AS refunded, silent, sku,
            CAST(CASE WHEN silent THEN paid_hour ELSE failed_hour END AS INTEGER) AS hour, {FEE}
        FROM heard
        """,  # noqa: S608  # names of our own
    )
    orders = "orders_known"
    if completion.settled:
        _settle(engine, plan, completion)
        orders = "orders_settled"
    if completion.refunded_after or completion.lost_after:
        orders = _presume(engine, orders, plan, completion)
    return orders


def _presume(engine: OrderEngine, orders: str, plan: Plan, completion: Completion) -> str:
    """Ends what has waited for longer than it takes, and names the table."""
    as_of = int(np.datetime64(plan.horizon.as_of, "D").astype(np.int64))
    waits = ({x: str(days) for x, days in one.items()} for one in (completion.refunded_after, completion.lost_after))
    refunded_after, lost_after = (by_channel(one, "INTEGER") for one in waits)
    refunded_on = f"deducted_day + {refunded_after}"
    lost_on = f"coalesce(failed_day, ordered_day) + {lost_after}"
    refunded = f"coalesce({refunded_on} <= {as_of} AND coalesce(settled_day, closed_day, refunded_day) IS NULL, false)"
    lost = f"coalesce(cause <> '' AND deducted_day IS NULL AND closed_day IS NULL AND {lost_on} <= {as_of}, false)"
    changed = {
        "closed_day": f"CASE WHEN {lost} THEN {lost_on} ELSE closed_day END",
        "refunded_day": f"CASE WHEN {refunded} THEN {refunded_on} ELSE refunded_day END",
        "refunded": f"CASE WHEN {refunded} THEN value ELSE refunded END",
    }
    engine.make("orders_presumed", f"SELECT {listed(_COLUMNS, changed)} FROM {orders}")  # noqa: S608  # names of our own
    return "orders_presumed"


def _settle(engine: OrderEngine, plan: Plan, completion: Completion) -> None:
    """Fills the settlements of the channels that show none."""
    days = {name: str(int(plan.channels[name].settlement_days or 0)) for name in sorted(completion.settled)}
    rates = {name: Decimal(repr(completion.fees[name])) for name in days}
    digits = max(0, *(-int(rate.normalize().as_tuple().exponent) for rate in rates.values()))
    whole = 10**digits
    kept = by_channel({name: str(int((1 - rate) * whole)) for name, rate in rates.items()}, "HUGEINT")
    engine.load_frame("payout_days", _payout_days(engine, plan, days))
    due = f"deducted_day + {by_channel(days, 'INTEGER')}"
    as_of = int(np.datetime64(plan.horizon.as_of, "D").astype(np.int64))
    less_rate = f"CAST((2 * net * {kept} + {whole}) // (2 * {whole}) AS BIGINT)"
    settled = {
        "settled_day": "CASE WHEN paid_out THEN payout_day ELSE settled_day END",
        "settled": f"CASE WHEN NOT coalesce(paid_out, false) THEN settled WHEN {FEE} IS NOT NULL"
        f" THEN greatest(net - {FEE}, 0) ELSE {less_rate} END",
    }
    engine.make(
        "orders_settled",
        f"""
        WITH due AS (
            SELECT orders_known.*, payout_day,
                value - CASE WHEN refunded_day < payout_day THEN refunded ELSE 0 END AS net
            FROM orders_known LEFT JOIN payout_days ON payout_days.due_day = {due}
        ),
        paid AS (SELECT due.*, payout_day <= {as_of} AND (net > 0 OR value = 0) AS paid_out FROM due)
        SELECT {listed(_COLUMNS, settled)} FROM paid
        """,  # noqa: S608  # names of our own, and figures of the plan
    )


def _payout_days(engine: OrderEngine, plan: Plan, days: dict[str, str]) -> pd.DataFrame:
    """For each day on which a settlement can be due the working day that it is rolled to, as days since 1970."""
    first, last = engine.rows("SELECT min(deducted_day), max(deducted_day) FROM orders_known")[0]
    if first is None:
        return pd.DataFrame({"due_day": [], "payout_day": []}, dtype="int32")
    longest = max(int(wait) for wait in days.values())
    start, end = np.datetime64(int(first), "D"), np.datetime64(int(last) + longest, "D")
    due = days_between(start, end)
    ahead = days_between(start, end + _LONGEST_CLOSURE)
    working = ahead[Calendar(plan.merchant.holidays).is_working_day(ahead)]
    payout = working[np.searchsorted(working, due)]
    return pd.DataFrame({"due_day": due.astype(np.int64), "payout_day": payout.astype(np.int64)}, dtype="int32")
