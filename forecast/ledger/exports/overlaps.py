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

_COLUMNS = "file, line, order_id, other_id, at, amount, means, what, fault, value"


def keep_once(engine: OrderEngine, formats: Sequence[str]) -> int:
    """Makes ``export_moved``: ``export_movements`` without what repeats; gives how many lines do.

    ``formats`` gives the format of each file.
    """
    bank = [file for file, one in enumerate(formats) if one == BANK]
    plain = f"SELECT {_COLUMNS} FROM export_movements WHERE NOT {among_numbers('file', bank)}"  # noqa: S608  # our own
    together = _overlapping(engine, formats)
    if not together:
        engine.view(MOVED, plain)
        return 0
    overlap = among_numbers("file", together)
    group = " ".join(f"WHEN {file} THEN {formats.index(formats[file])}" for file in together)
    same = f"CASE file {group} END, order_id, CASE WHEN order_id IS NULL THEN what END, at, means, amount"
    engine.make(
        MOVED,
        f"""
        WITH counted AS (
            SELECT {_COLUMNS}, row_number() OVER (PARTITION BY file, {same} ORDER BY line) AS time
            FROM export_movements WHERE {overlap} AND fault IS NULL
        ),
        told AS (SELECT counted.*, row_number() OVER (PARTITION BY time, {same} ORDER BY file) AS telling FROM counted)
        {plain} AND (fault IS NOT NULL OR NOT {overlap})
        UNION ALL
        SELECT {_COLUMNS} FROM told WHERE telling = 1
        """,  # noqa: S608  # names of our own
    )
    query = "SELECT count(*) FROM {}"
    before, after = (engine.rows(query.format(rows))[0][0] for rows in (f"({plain}) AS plain", MOVED))
    return int(before) - int(after)


def _overlapping(engine: OrderEngine, formats: Sequence[str]) -> list[int]:
    """The files whose movements overlap in time with those of another file of their format."""
    if len(formats) == len(set(formats)):
        return []
    found = engine.rows("SELECT file, min(at), max(at) FROM export_movements WHERE fault IS NULL GROUP BY file")
    spans = {int(file): (first, last) for file, first, last in found if first is not None}
    return sorted(file for file in spans if formats[file] != BANK and _meets(file, spans, formats))


def _meets(file: int, spans: Mapping[int, tuple[dt.datetime, dt.datetime]], formats: Sequence[str]) -> bool:
    first, last = spans[file]
    others: Iterable[int] = (other for other in spans if other != file and formats[other] == formats[file])
    return any(spans[other][0] <= last and first <= spans[other][1] for other in others)
