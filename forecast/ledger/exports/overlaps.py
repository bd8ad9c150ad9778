"""Bills whose months overlap: a movement that two of them tell counts once.

Two lines of different bills of one format are the same movement where order number, moment, meaning and amount agree;
so many of one bill are taken as many of another repeat, so that equal lines of one bill (two pieces of one product)
all count. Bank statements tell of an account, not of orders, and are left out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.exports.sums import MOVED
from forecast.ledger.sql import among_numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.ledger.engine import OrderEngine

BANK = "bank_statement"
"""The format of statements of a bank account."""

_COLUMNS = "file, line, order_id, other_id, moved_at, amount, means, what, fault, value"
_SAME = "order_id, CASE WHEN order_id IS NULL THEN what END, moved_at, means, amount"
"""What two lines of one movement agree in."""


def keep_once(engine: OrderEngine, formats: Sequence[str]) -> int:
    """Makes ``export_moved``: ``export_movements`` without what repeats; gives how many lines do.

    ``formats`` gives the format of each file. Columns are those of ``export_movements`` without the balance, their
    moment being ``moved_at``.
    """
    bank = among_numbers("file", [file for file, one in enumerate(formats) if one == BANK])
    engine.view(
        "export_money",
        f"SELECT {_COLUMNS.replace('moved_at', 'movements.at AS moved_at')}"  # noqa: S608  # our own
        f" FROM export_movements AS movements WHERE NOT {bank}",
    )
    together = _overlapping(engine, formats)
    if not together:
        engine.view(MOVED, f"SELECT {_COLUMNS} FROM export_money")  # noqa: S608  # our own
        return 0
    overlap = f"fault IS NULL AND {among_numbers('file', together)}"
    group = " ".join(f"WHEN {file} THEN {formats.index(formats[file])}" for file in together)
    engine.make(
        MOVED,
        f"""
        WITH counted AS (
            SELECT {_COLUMNS}, row_number() OVER (PARTITION BY file, {_SAME} ORDER BY line) AS nth
            FROM export_money WHERE {overlap}
        ),
        told AS (
            SELECT {_COLUMNS}, row_number() OVER (PARTITION BY CASE file {group} END, nth, {_SAME} ORDER BY file)
                AS telling
            FROM counted
        )
        SELECT {_COLUMNS} FROM export_money WHERE NOT coalesce({overlap}, false)
        UNION ALL
        SELECT {_COLUMNS} FROM told WHERE telling = 1
        """,  # noqa: S608  # names of our own
    )
    before, after = (engine.rows(f"SELECT count(*) FROM {rows}")[0][0] for rows in ("export_money", MOVED))  # noqa: S608  # our own
    return int(before) - int(after)


def _overlapping(engine: OrderEngine, formats: Sequence[str]) -> list[int]:
    """The files whose movements overlap in time with those of another file of their format."""
    if len(formats) == len(set(formats)):
        return []
    query = "SELECT file, min(moved_at), max(moved_at) FROM export_money WHERE fault IS NULL GROUP BY file"
    found = engine.rows(query)
    spans = {int(file): (first, last) for file, first, last in found if first is not None}
    return sorted(file for file in spans if _meets(file, spans, formats))


def _meets(file: int, spans: Mapping[int, tuple[dt.datetime, dt.datetime]], formats: Sequence[str]) -> bool:
    first, last = spans[file]
    others: Iterable[int] = (other for other in spans if other != file and formats[other] == formats[file])
    return any(spans[other][0] <= last and first <= spans[other][1] for other in others)
