"""The money identity: every fen of every order is accounted for, and all daily tables tell the same story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecast.errors import IdentityError
from forecast.ledger.tables import PARTS

if TYPE_CHECKING:
    from forecast.ledger.tables import DailyTables


def check_identity(tables: DailyTables) -> None:
    """Checks, to the fen, that no money appears or disappears between the orders and the daily tables.

    For every channel and day of order: value = settled + fees + refunded before settlement + lost + never paid +
    outstanding, no part negative; and the sales and first-deduction tables hold the same orders and value. For every
    channel: the recovery table holds the failed first deductions; the settlement table the same settled, fees and
    refunds before; the refund tables the same refunds. For every channel and day of order: the table of collected money
    holds the same settled and refunded after.

    Raises:
        IdentityError: Names the channel, the day and the fen that are missing. A fault of the program.
    """
    identity = tables.identity
    gap = identity["value"] - identity[list(PARTS)].sum(axis="columns")
    _no_gap("value is not the sum of its parts", identity.assign(gap=gap).groupby(["channel", "day"])["gap"].sum())
    for part in (*PARTS, "refunded_after"):
        negative = identity.loc[identity[part] < 0].groupby(["channel", "day"])[part].sum()
        _no_gap(f"{part} is negative", negative)
    by_day, by_channel = ["channel", "day"], ["channel"]
    for name, table in (("sales", tables.sales), ("first", tables.first)):
        for figure in ("orders", "value"):
            _same(f"{figure} of the table {name}", table, figure, identity, figure, by_day)
    failed = tables.first[tables.first["outcome"] == "failed"]
    _same("value of the table recovery", tables.recovery, "value", failed, "value", ["channel", "cause"])
    for figure in ("settled", "fees", "refunded_before"):
        _same(f"{figure} of the table settlement", tables.settlement, figure, identity, figure, by_channel)
    _same("value of the table refund_before", tables.refund_before, "value", identity, "refunded_before", by_channel)
    _same("refunds of the table refund_after", tables.refund_after, "refunded", identity, "refunded_after", by_channel)
    for outcome, figure in (("settled", "settled"), ("refunded", "refunded_after")):
        collected = tables.collected[tables.collected["outcome"] == outcome]
        _same(f"{outcome} of the table collected", collected, "value", identity, figure, by_day)


def _same(what: str, table: pd.DataFrame, figure: str, other: pd.DataFrame, known: str, keys: list[str]) -> None:
    found, expected = table.groupby(keys)[figure].sum(), other.groupby(keys)[known].sum()
    _no_gap(f"{what} differ", expected.sub(found, fill_value=0))


def _no_gap(what: str, gaps: pd.Series[int]) -> None:
    """Raises where a gap (fen, or orders, by channel and perhaps day) is not zero."""
    wrong = gaps[gaps != 0]
    if wrong.empty:
        return
    place, missing = wrong.index[0], int(wrong.iloc[0])
    parts = place if isinstance(place, tuple) else (place,)
    where = ", ".join(f"{part:%Y-%m-%d}" if isinstance(part, pd.Timestamp) else str(part) for part in parts)
    raise IdentityError(f"{where}: {what} ({missing} missing; {len(wrong)} places in all)")
