"""The totals that bills state of their own lines, held against the lines read: a download cut short is told.

``export_totals``: ``file``, ``line`` (of the statement), ``what``, ``expected_count``, ``expected_fen``,
``found_count``, ``found_fen``; what is not stated is null. Where they differ, lines are missing, doubled or unreadable.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import pandas as pd

from forecast.ledger.exports.cells import GLUE
from forecast.ledger.exports.file_lines import PADDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.file_lines import FileLines
    from forecast.ledger.exports.layouts import Footer

COLUMNS = ("file", "line", "what", "expected_count", "expected_fen", "found_count", "found_fen")

_Stated = tuple[int, "Footer", int | None, int | None]
"""The line of a total, what it is of, its count and its fen."""


def load_totals(engine: OrderEngine, files: Sequence[FileLines]) -> None:
    """Makes ``export_totals`` of the totals that the files state, empty where none does."""
    rows = [row for one in files if one.file.format.footers for row in _held_against_lines(engine, one)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    types = {column: "str" if column == "what" else "Int64" for column in COLUMNS}
    engine.load_frame("export_totals", table.astype(types))


def _held_against_lines(engine: OrderEngine, lines: FileLines) -> Iterator[tuple[object, ...]]:
    """One row a total; where a file states one several times (bills put together), its sum over all of them."""
    stated = [*_in_words(engine, lines), *_in_rows(engine, lines)]
    for footer in lines.file.format.footers:
        found = [one for one in stated if one[1] is footer]
        if found:
            count, fen = _sum_of(one[2] for one in found), _sum_of(one[3] for one in found)
            here, sum_here = _counted(engine, lines, footer)
            line = found[-1][0]
            yield (
                *(lines.place, line, footer.what, count, fen),
                *(None if count is None else here, None if fen is None else sum_here),
            )


def _sum_of(figures: Iterable[int | None]) -> int | None:
    """The sum of those that are stated; None where none is."""
    stated = [figure for figure in figures if figure is not None]
    return sum(stated) if stated else None


def _counted(engine: OrderEngine, lines: FileLines, footer: Footer) -> tuple[int, int]:
    """How many lines a total counts, and the fen that they add up to."""
    counted = f"coalesce({footer.counted}, false)"
    amount = f"coalesce(sum({footer.amount or 0}) FILTER (WHERE {counted}), 0)"
    count, fen = engine.rows(f"SELECT count(*) FILTER (WHERE {counted}), {amount} FROM {lines.table}")[0]  # noqa: S608  # our own
    return int(count), int(fen)


def _in_words(engine: OrderEngine, lines: FileLines) -> Iterator[_Stated]:
    """Totals in the words of a comment: 收入合计：18笔，共14989.00元."""
    footers = [footer for footer in lines.file.format.footers if footer.pattern]
    if not footers:
        return
    query = f"SELECT line, coalesce(misfit, first_0) FROM {lines.found} WHERE {lines.summary} ORDER BY line"  # noqa: S608  # our own
    for line, words in engine.rows(query):
        for footer in footers:
            if said := re.search(footer.pattern, words):
                groups = said.groupdict()
                yield line, footer, _whole(groups.get("count")), _fen(groups.get("yuan"))


def _in_rows(engine: OrderEngine, lines: FileLines) -> Iterator[_Stated]:
    """Totals in a row of their own headers above a row of values."""
    footers = {footer.row: footer for footer in lines.file.format.footers if footer.row}
    for head, values in lines.totals.items():
        below = _cells(engine, lines, values)
        for place, header in enumerate(_cells(engine, lines, head)):
            if header in footers and place < len(below):
                footer, value = footers[header], below[place]
                yield values, footer, None if footer.amount else _whole(value), _fen(value) if footer.amount else None


def _cells(engine: OrderEngine, lines: FileLines, line: int) -> list[str]:
    """The cells of a row of totals: split where it has fewer than the header, else the first ones as kept."""
    kept = [f"first_{place}" for place in range(min(PADDED, len(lines.file.headers)))]
    query = f"SELECT misfit, {', '.join(kept)} FROM {lines.found} WHERE line = {line}"  # noqa: S608  # our own
    misfit, *cells = engine.rows(query)[0]
    found = misfit.split(lines.file.table.delimiter) if misfit else cells
    return [(cell or "").strip(GLUE) for cell in found]


def _whole(digits: str | None) -> int | None:
    return int(digits) if digits and digits.isdecimal() else None


def _fen(yuan: str | None) -> int | None:
    try:
        return None if yuan is None else int((Decimal(yuan.replace(",", "")) * 100).to_integral_value())
    except InvalidOperation:
        return None
