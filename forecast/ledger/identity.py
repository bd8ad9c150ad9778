"""The money identity: every fen of every order is accounted for, and all daily tables tell the same story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecast.errors import IdentityError
from forecast.ledger.tables import PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    identity, by_day, by_channel = tables.identity, ["channel", "day"], ["channel"]
    gap = identity["value"] - identity[list(PARTS)].sum(axis="columns")
    _no_gap("value is not the sum of its parts", identity.assign(gap=gap).groupby(by_day)["gap"].sum())
    for part in (*PARTS, "refunded_after"):
        negative = identity[part] < 0
        if negative.any():
            _no_gap(f"{part} is negative", identity.loc[negative].groupby(by_day)[part].sum())
    known = identity.groupby(by_day)[["orders", "value", "settled", "refunded_after"]].sum()
    for name, table in (("sales", tables.sales), ("first", tables.first)):
        _same(f"of the table {name}", table.groupby(by_day)[["orders", "value"]].sum(), known)
    collected = tables.collected[["channel", "day", "value"]]
    for outcome, figure in (("settled", "settled"), ("refunded", "refunded_after")):
        told = collected[tables.collected["outcome"] == outcome].groupby(by_day)[["value"]].sum()
        _same("of the table collected", told.rename(columns={"value": outcome}), known, {outcome: figure})
    failed, by_cause = tables.first[tables.first["outcome"] == "failed"], ["channel", "cause"]
    recovered = tables.recovery.groupby(by_cause)[["value"]].sum()
    _same("of the table recovery", recovered, failed.groupby(by_cause)[["value"]].sum())
    parts = ["settled", "fees", "refunded_before"]
    known = identity.groupby(by_channel)[[*parts, "refunded_after"]].sum()
    _same("of the table settlement", tables.settlement.groupby(by_channel)[parts].sum(), known)
    before = tables.refund_before.groupby(by_channel)[["value"]].sum()
    _same("of the table refund_before", before, known, {"value": "refunded_before"})
    after = tables.refund_after.groupby(by_channel)[["refunded"]].sum()
    _same("of the table refund_after", after, known, {"refunded": "refunded_after"})


def _same(what: str, found: pd.DataFrame, known: pd.DataFrame, names: Mapping[str, str] | None = None) -> None:
    """Raises where sums differ from those that are known, under the same names or others; absent is none."""
    for figure in found.columns:
        expected, sums = known[(names or {}).get(figure, figure)], found[figure]
        if expected.index.equals(sums.index) and (expected.to_numpy() == sums.to_numpy()).all():
            continue
        _no_gap(f"{figure} {what} differ", expected.sub(sums, fill_value=0))


def _no_gap(what: str, gaps: pd.Series[int]) -> None:
    """Raises where a gap (fen, or orders, by channel and perhaps day) is not zero."""
    wrong = gaps[gaps != 0]
    if wrong.empty:
        return
    place, missing = wrong.index[0], int(wrong.iloc[0])
    parts = place if isinstance(place, tuple) else (place,)
    where = ", ".join(f"{part:%Y-%m-%d}" if isinstance(part, pd.Timestamp) else str(part) for part in parts)
    raise IdentityError(f"{where}: {what} ({missing} missing; {len(wrong)} places in all)")
