"""The business in sums: what became of all orders of the ledger, in money and as shares of their value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table, unit

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.results.run import Result


def ledger_sums(result: Result, figures: Figures) -> Table:
    """A row a fate of the order value; they add up to the first, but the last, which is paid back of what settled."""
    texts, seen = figures.texts, result.history
    sums = {"gross": seen.gross, "settled": seen.settled, "fees": seen.fees, "refunded_before": seen.refunded_before}
    sums |= {"lost": seen.lost, "never_paid": seen.never_paid, "outstanding": seen.outstanding}
    sums |= {"refunded_after": seen.refunded_after}
    whole = seen.gross or 1.0
    rows = [
        [texts(f"business.{name}"), figures.money(amount), figures.percent(amount / whole, 1)]
        for name, amount in sums.items()
    ]
    heads = [texts("business.sums"), texts("words.amount"), texts("business.share")]
    return Table(heads, rows, strong_rows=(0,), caption=unit(figures))
