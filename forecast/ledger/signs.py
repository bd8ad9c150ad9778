"""By what a mistake of a whole file shows: hours of orders, moments in the wrong order, value lost with bad rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.tables import Signs
from forecast.ledger.validation import ACCEPTED

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine

REJECTED = (
    "FROM orders_checked LEFT JOIN orders_repeated USING (order_id)"
    " WHERE bad OR (first_line IS NOT NULL AND line <> first_line)"
)
"""The rejected rows, as a ``FROM`` clause with its condition; see ``validation.check_rows``, whose tables it reads."""

ALIKE = f"""
    SELECT channel, ordered_day AS day, count(*) AS kinds, sum(orders % 2) AS odd FROM (
        SELECT channel, ordered_day, count(*) AS orders {ACCEPTED}
        GROUP BY channel, ordered_day, failed_hour, amount, waited, sku
    ) AS same GROUP BY channel, ordered_day ORDER BY channel, ordered_day
"""  # noqa: S608  # names of our own
"""Orders that are the same in all but the number; where all were read twice, no kind of them has an odd number."""


def read_signs(engine: OrderEngine) -> Signs:
    """The signs of the rows that ``check_rows`` has looked at."""
    lost = engine.rows(f"SELECT coalesce(sum(amount), 0) {REJECTED}")[0][0]
    found = engine.rows(
        "SELECT failed_hour, count(*) FILTER (WHERE failed_day IS NULL),"
        " count(*) FILTER (WHERE deducted_day IS NOT NULL AND waited IS NOT NULL),"
        " count(*) FILTER (WHERE deducted_day IS NOT NULL AND waited < 0)"
        " FROM orders_checked WHERE NOT bad GROUP BY failed_hour"
    )
    by_hour = [0] * 24
    for hour, orders, _, _ in found:
        if hour is not None:
            by_hour[int(hour)] += int(orders)
    timed, backwards = (sum(int(row[place]) for row in found) for place in (2, 3))
    later = engine.rows(f"SELECT coalesce(sum(later), 0) {ACCEPTED}")[0][0]
    return Signs(int(lost), tuple(by_hour), timed, backwards, int(later), engine.frame(ALIKE))
