"""Lines of orders become one row an order: products add up, and an order in several exports counts once.

Of an order that stands in several exports of orders (their months overlap), the lines of the newest count, that is of
the file with the latest moment in it. Lines that tell of a payment (WeChat) make an order only where no export of
orders has it; where one has, they give it what they know of the payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.sql import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.ledger.engine import OrderEngine

KNOWN = "export_known"
"""The table of orders, one row each, as all exports together tell them, whatever the day."""

PART = 2**32
"""A line's key is its file's place times this, and its number in the file."""

_FIRST = ("channel", "failure_cause", "sku")
_EARLIEST = ("ordered_at", "paid_at", "failed_at", "deducted_at")
_LATEST = ("settled_on", "refunded_on")
_SUMS = ("amount", "settled_amount", "refunded_amount", "fee")
FIELDS = (*_FIRST, *_EARLIEST, "closed_at", *_LATEST, *_SUMS)
"""What the lines tell of an order, in the columns of ``export_orders``; money in fen."""

_COLUMNS = ("key", "order_id", "lines", *FIELDS)

_PLACED, _PAID = "export_placed", "export_paid"
"""The tables of orders by the lines that tell of them: of orders, and of payments."""

_COMPARED = ("amount", "ordered_at", "deducted_at", "closed_at", "settled_on", "settled_amount", "refunded_amount")
"""What two exports of one order are compared by."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of the lines of orders that can be read, in numbers of lines, which add up to ``told``.

    ``used`` lines tell of the orders known; ``replaced`` ones stand in an older export than the one that counts, or
    repeat a part; ``contradicting`` ones say different amounts for one order, which is then left out. ``differing``
    counts the orders that two exports tell differently.
    """

    told: int
    used: int
    replaced: int
    contradicting: int
    differing: int


def merge_orders(engine: OrderEngine, channel: str) -> Merged:
    """Makes ``export_known`` out of ``export_orders``; ``channel`` is SQL that gives the channel of a line.

    Columns: ``key`` (of the order's first line), ``order_id``, ``lines``, and ``FIELDS``. ``export_contradicting`` has
    the lines of the orders that are left out.
    """
    kinds = engine.types("export_orders")
    absent = {x: f"CAST(NULL AS {'TIMESTAMP' if x == 'failed_at' else 'VARCHAR'})" for x in FIELDS if x not in kinds}
    names = ("file", "line", "order_id", "part_id", "of_order", "is_payment", *FIELDS)
    engine.view(
        "export_told",
        f"SELECT {listed(names, absent | {'channel': channel})}, file * {PART} + line AS key, {_rank(engine)} AS rank"  # noqa: S608  # our own
        " FROM export_orders WHERE fault IS NULL AND order_id IS NOT NULL",
    )
    tables = {_PLACED: "NOT is_payment"}
    if engine.rows("SELECT 1 FROM export_told WHERE is_payment LIMIT 1"):
        tables[_PAID] = "is_payment"
    for table, condition in tables.items():
        _merge(engine, table, condition)
    if _PAID in tables:
        engine.make("export_merged", _WITH_PAYMENTS)
    else:
        engine.view("export_merged", f"SELECT {', '.join(_COLUMNS)}, contradicts FROM {_PLACED}")  # noqa: S608  # our own
    engine.view(KNOWN, f"SELECT {', '.join(_COLUMNS)} FROM export_merged WHERE NOT contradicts")  # noqa: S608  # our own
    return _counted(engine, tables)


def _rank(engine: OrderEngine) -> str:
    """SQL for the place of a line's file among all, the one with the latest moment last."""
    latest = "greatest(max(ordered_at), max(paid_at), max(deducted_at), max(closed_at), max(settled_on))"
    found = engine.rows(f"SELECT file FROM export_orders GROUP BY file ORDER BY {latest} NULLS FIRST, file")  # noqa: S608  # our own
    cases = " ".join(f"WHEN {file} THEN {rank}" for rank, (file,) in enumerate(found))
    return f"CASE file {cases} END" if len(found) > 1 else "0"


def _merge(engine: OrderEngine, table: str, condition: str) -> None:
    """One row an order out of the lines under a condition; orders of a single line are taken as they stand."""
    # What is told once is the usual: then no order is looked for by its number.
    may_repeat = engine.has_repeats(f"SELECT order_id FROM export_told WHERE {condition}")  # noqa: S608  # our own
    engine.make(
        f"{table}_repeated",
        "SELECT order_id AS of_id, min(rank) AS first_rank, max(rank) AS last_rank FROM export_told"  # noqa: S608  # our own
        f" WHERE {condition} AND {may_repeat} GROUP BY order_id HAVING count(*) > 1",
    )
    engine.make(
        f"{table}_parts",
        f"""
        SELECT told.*, rank < last_rank OR (part_id IS NOT NULL AND NOT of_order AND row_number() OVER (
            PARTITION BY order_id, part_id, rank ORDER BY line) > 1) AS replaced,
            closed_at IS NULL OR deducted_at IS NOT NULL OR count(*) OVER of_export = count(closed_at) OVER of_export
                AS counts
        FROM export_told AS told JOIN {table}_repeated ON order_id = of_id WHERE {condition}
        WINDOW of_export AS (PARTITION BY order_id, rank)
        """,  # noqa: S608  # our own
    )
    single = f"SELECT {listed(_COLUMNS, {'lines': '1'})}, false AS contradicts FROM export_told WHERE {condition}"  # noqa: S608  # our own
    if not engine.rows(f"SELECT 1 FROM {table}_repeated LIMIT 1"):  # noqa: S608  # our own
        engine.view(table, single)
        return
    several = "coalesce(min(amount) FILTER (WHERE of_order) <> max(amount) FILTER (WHERE of_order), false)"
    engine.make(
        f"{table}_told",
        f"""
        {single} AND order_id NOT IN (SELECT of_id FROM {table}_repeated)
        UNION ALL
        SELECT {listed(_COLUMNS, _of_several())}, {several} AS contradicts
        FROM {table}_parts WHERE NOT replaced GROUP BY order_id
        """,  # noqa: S608  # our own
    )
    engine.view(table, f"SELECT * FROM {table}_told")  # noqa: S608  # our own


def _of_several() -> dict[str, str]:
    """What several lines of one order tell together.

    A part that was closed without a payment does not count, unless the whole order was closed.
    """
    return {
        "key": "min(key)",
        "lines": "count(*)",
        **{x: f"min({x})" for x in (*_FIRST, *_EARLIEST)},
        **{x: f"max({x})" for x in _LATEST},
        "closed_at": "CASE WHEN count(*) = count(closed_at) THEN max(closed_at) END",
        **{
            x: f"CAST(coalesce(max({x}) FILTER (WHERE of_order), sum({x}) FILTER (WHERE counts)) AS BIGINT)"
            for x in _SUMS
        },
    }


def _together(column: str) -> str:
    """A column of an order beside its payment."""
    special = {
        "closed_at": "CASE WHEN paid.order_id IS NULL THEN placed.closed_at END",
        "fee": "coalesce(paid.fee, placed.fee)",
        "lines": "coalesce(placed.lines, 0) + coalesce(paid.lines, 0)",
    }
    return f"{special.get(column, f'coalesce(placed.{column}, paid.{column})')} AS {column}"


_WITH_PAYMENTS = f"""
    SELECT {", ".join(map(_together, _COLUMNS))},
        coalesce(placed.contradicts, false) OR coalesce(paid.contradicts, false) AS contradicts
    FROM {_PLACED} AS placed FULL JOIN {_PAID} AS paid ON placed.order_id = paid.order_id"""  # noqa: S608  # our own
"""Orders beside their payments, and payments of which no export of orders tells."""


def _counted(engine: OrderEngine, tables: Iterable[str]) -> Merged:
    engine.make(
        "export_contradicting",
        "SELECT file, line, order_id, ordered_at, amount FROM export_told"
        " WHERE order_id IN (SELECT order_id FROM export_merged WHERE contradicts)",
    )

    def one(query: str) -> int:
        return int(engine.rows(query)[0][0])

    left_out = "order_id IN (SELECT order_id FROM export_contradicting)"
    return Merged(
        told=one("SELECT count(*) FROM export_told"),
        used=one(f"SELECT coalesce(sum(lines), 0) FROM {KNOWN}"),  # noqa: S608  # our own
        replaced=sum(one(f"SELECT count(*) FROM {x}_parts WHERE replaced AND NOT ({left_out})") for x in tables),  # noqa: S608  # our own
        contradicting=one("SELECT count(*) FROM export_contradicting"),
        differing=sum(one(_DIFFERING.format(table=x)) for x in tables),
    )


_FACTS = ", ".join(f"coalesce(CAST(max({x}) AS VARCHAR), '')" for x in _COMPARED)
_DIFFERING = f"""
    WITH told AS (SELECT order_id, rank, concat_ws('|', {_FACTS}) AS facts FROM {{table}}_parts GROUP BY order_id, rank)
    SELECT count(*) FROM (SELECT order_id FROM told GROUP BY order_id HAVING count(DISTINCT facts) > 1) AS differing"""  # noqa: S608  # our own
"""How many orders two exports tell differently."""
