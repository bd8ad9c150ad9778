"""By what a mistake of a whole file shows: hours of orders, moments in the wrong order, value lost with bad rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.tables import Kin, OpenAmount, Signs
from forecast.ledger.validation import ACCEPTED

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine

NAMED = 200
"""So many amounts of open orders are looked at."""

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

ANYWHERE = f"""
    SELECT count(*) AS kinds, coalesce(sum(orders % 2), 0) AS odd FROM (
        SELECT count(*) AS orders {ACCEPTED} AND waited IS NOT NULL GROUP BY amount, waited, sku
    ) AS same
"""  # noqa: S608  # names of our own
"""The same without channel, day and hour: orders read twice stay pairs where the second reading shifts these."""

KIN = f"""
    WITH good AS (SELECT order_id, ordered_day, amount {ACCEPTED}),
    stems AS (
        SELECT order_id, ordered_day, amount, regexp_replace(order_id, '[-_][0-9]{{1,2}}$', '') AS stem, 1 AS line
        FROM good
        UNION ALL
        SELECT order_id, ordered_day, amount, regexp_replace(order_id, '^[A-Za-z]{{1,3}}[-_]?', ''), 0 FROM good
    )
    SELECT count(*), min(stems.ordered_day), max(stems.ordered_day), min(stems.order_id)
    FROM stems JOIN good ON good.order_id = stems.stem
    WHERE stems.stem <> stems.order_id AND abs(stems.ordered_day - good.ordered_day) <= 1
        AND (line = 1 OR stems.amount = good.amount)
"""  # noqa: S608  # names of our own
"""Orders beside another of the same days whose number is theirs without an ending of a line, or without a prefix."""

LARGEST = f"""
    SELECT min(order_id), min(channel), min(ordered_day), amount, count(*) {ACCEPTED}
        AND settled_day IS NULL AND closed_day IS NULL AND refunded_day IS NULL
    GROUP BY amount ORDER BY amount * count(*) DESC, amount LIMIT {NAMED}
"""  # names of our own
"""The amounts of open orders that most money is open in."""


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
    kinds, odd = engine.rows(ANYWHERE)[0]
    kin = engine.rows(KIN)[0]
    return Signs(
        int(lost),
        tuple(by_hour),
        timed,
        backwards,
        int(later),
        alike=engine.frame(ALIKE),
        kinds=int(kinds),
        odd=int(odd),
        kin=Kin(int(kin[0]), *map(str, kin[1:])) if kin[0] else None,
        largest=tuple(
            OpenAmount(str(id_), str(name), day, int(fen), int(n)) for id_, name, day, fen, n in engine.rows(LARGEST)
        ),
    )
