"""What a table is whose headers are not the ledger's: a platform's export, headers below a title, or no table."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from forecast.errors import Both, InputError, Problem, said
from forecast.ledger.exports.recognising import recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.ledger.opening import FoundTable
    from forecast.plan.model import LedgerSource

OWN = "ledger"
"""The format of our own columns."""

FEWEST = 5
"""Headers of a platform's format that make an export: a day and an amount, a bank statement's, are anybody's."""

_TITLE, _HEADERS = 1, 3
"""A row of at most so many cells is a title, one of at least so many may be headers."""

_SHOWN = 40


@contextmanager
def explaining(table: FoundTable, ledger: LedgerSource, path: str) -> Iterator[None]:
    """Within it, what is wrong with a table's headers is told by what the table is, where that can be seen.

    ``path`` is what a plan writes for its file.
    """
    try:
        yield
    except InputError:
        problem = problem_with_table(table, ledger, path)
        if problem:
            raise InputError(problem) from None
        raise


def problem_with_table(table: FoundTable, ledger: LedgerSource, path: str) -> Problem | None:
    """What to write for a table that has not the ledger's headers on its first line; None where nothing shows."""
    line, first = table.first_rows[0]
    words = ", ".join(cell.strip() for cell in first if cell.strip())
    if words.startswith(("[{", "{")):
        return Problem(said("ledger.is_json", file=table.shown), key="ledger.orders")
    try:
        known = recognise(table, columns=ledger.columns)
    except InputError:
        return _title(table, words)
    form = known.format
    if form.name != OWN and len(known.positions) < FEWEST:
        return _title(table, words)
    if form.name != OWN:
        title = Both(f"{form.english}, {form.chinese}", form.chinese)
        export = said("ledger.an_export", file=table.shown, name=form.name, title=title, path=path)
        return None if ledger.columns else Problem(export, key="ledger.orders")
    return _above(table, line, words, known.header_line) if known.header_line > line else None


def _title(table: FoundTable, words: str) -> Problem | None:
    """A first line that is a title or a remark above a row of headers that may be anybody's."""
    line, first = table.first_rows[0]
    if sum(bool(cell.strip()) for cell in first) > _TITLE and not words.startswith("#"):
        return None
    below = (at for at, row in table.first_rows[1:] if sum(bool(cell.strip()) for cell in row) >= _HEADERS)
    header = next(below, None)
    return None if header is None else _above(table, line, words, header)


def _above(table: FoundTable, line: int, words: str, header: int) -> Problem:
    found = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    title = said("ledger.title_above", file=table.shown, line=line, found=found, header=header)
    return Problem(title, key="ledger.orders")
