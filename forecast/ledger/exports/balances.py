"""What bank statements say the accounts held on the evening of as_of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.exports.overlaps import BANK
from forecast.ledger.sql import among_numbers
from forecast.ledger.tables import BankBalance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.ledger.engine import OrderEngine


def bank_balance(engine: OrderEngine, formats: Sequence[str], end: str) -> BankBalance | None:
    """The sum of the accounts' balances after their last movement before a moment; None where no statement tells one.

    Statements that follow one another in time are of one account; those whose days overlap are of several. A statement
    may run forwards or backwards in time: of lines of one moment the one at its later end counts.
    """
    bank = [file for file, one in enumerate(formats) if one == BANK]
    if not bank:
        return None
    found = engine.rows(
        f"""
        WITH lines AS (
            SELECT file, line, movements.at AS moved_at, balance FROM export_movements AS movements
            WHERE {among_numbers("file", bank)} AND fault IS NULL AND balance IS NOT NULL AND movements.at < {end}
        ),
        spans AS (
            SELECT file, min(moved_at) AS first_at, max(moved_at) AS last_at, min(line) AS top FROM lines GROUP BY file
        ),
        tops AS (
            SELECT spans.file, first_at, last_at, lines.moved_at > first_at AND last_at > first_at AS backwards
            FROM spans JOIN lines ON lines.file = spans.file AND lines.line = top
        ),
        ends AS (
            SELECT lines.file, CASE WHEN backwards THEN min(line) ELSE max(line) END AS line
            FROM lines JOIN tops ON lines.file = tops.file AND lines.moved_at = last_at GROUP BY lines.file, backwards
        )
        SELECT first_at, last_at, balance FROM tops JOIN ends ON tops.file = ends.file
        JOIN lines ON lines.file = ends.file AND lines.line = ends.line ORDER BY last_at
        """  # noqa: S608  # names of our own
    )
    followed = [any(first >= last for first, later, _ in found if later > last) for _, last, _ in found]
    ending = [balance for (_, _, balance), later in zip(found, followed, strict=True) if not later]
    lines = engine.rows(f"SELECT count(*) FROM export_movements WHERE {among_numbers('file', bank)}")[0][0]  # noqa: S608  # our own
    return BankBalance(int(sum(ending)), found[-1][1].date(), int(lines)) if found else None
