"""What statements say the accounts held on an evening, and which statements are of one account.

Statements of one format are of one account where both name the same one above their header; where one names none, if
they share a line (day, amount and balance), or if one opens with the balance that the other closes with. Those that lie
apart in time are of one account, too, unless they are known not to be. Those that overlap without a shared line are of
two where one of them runs without gaps over days on which the other has lines; else it cannot be told, and then the
later balance counts alone, and both are named.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.exports.overlaps import BANK
from forecast.ledger.sql import among_numbers
from forecast.ledger.tables import BankBalance

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.recognising import Recognised

_NUMBER = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号|商户号)[\s|:：\[【(（]*([0-9][0-9* -]{5,}|[0-9A-Za-z.*_+-]+@[0-9A-Za-z.-]+)"
)

_RUNS = 0.9
"""Of the lines of a statement, the share whose balance continues the line's before, from which on it has no gaps."""


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file of movements: its name for messages, its format, and the account that stands above its header, if any."""

    shown: str
    format: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """What an account held after its last line by an evening, in fen: the place of its file, and that line's day."""

    file: int
    fen: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class Accounts:
    """The latest balance of each account; ``unsure``: places of statements that may be of one account or of two.

    Of such two the first, with the earlier balance, does not count.
    """

    balances: tuple[AccountBalance, ...]
    unsure: tuple[tuple[int, int], ...]


def statement_file(file: Recognised) -> StatementFile:
    """What is to be known of a file, as far as its account goes."""
    above = (" | ".join(cells) for line, cells in file.table.first_rows if line < file.header_line)
    found = (_NUMBER.search(text) for text in above)
    number = next((re.sub(r"[ -]", "", one[1]) for one in found if one), None)
    return StatementFile(file.table.shown, file.format.name, number)


def account_balances(engine: OrderEngine, files: Sequence[StatementFile], end: str) -> Accounts:
    """The balance of each account after its last line before a moment, by format and in the order of time."""
    statements = _statements(engine, files, end)
    kinds = _kinds(engine, statements)
    latest = [(known, chain) for chain in _chains(statements, kinds) if (known := _latest(chain)) is not None]
    latest.sort(key=lambda end: _recency(end[0]))
    unsure = tuple(
        (one.file, other.file)
        for (one, chain), (other, others) in itertools.combinations(latest, 2)
        if one.of.format == other.of.format and _between(chain, others, kinds) == {"unsure"}
    )
    left_out = {file for file, _ in unsure}
    found = (_balance(one) for one, _ in latest if one.file not in left_out)
    return Accounts(tuple(one for one in found if one is not None), unsure)


def _kinds(engine: OrderEngine, statements: Sequence[_Statement]) -> _Kinds:
    return {
        (one.file, other.file): _kinship(engine, one, other)
        for one, other in itertools.combinations(statements, 2)
        if one.of.format == other.of.format
    }


def _latest(chain: Sequence[_Statement]) -> _Statement | None:
    """The statement of an account that tells its balance last."""
    return max((one for one in chain if one.fen is not None), key=_recency, default=None)


def _balance(one: _Statement) -> AccountBalance | None:
    if one.fen is None or one.known_at is None:
        return None
    return AccountBalance(one.file, int(one.fen), one.known_at.date())


def bank_balance(engine: OrderEngine, files: Sequence[StatementFile], end: str) -> BankBalance | None:
    """The sum of the bank accounts' balances before a moment; None where no statement tells one."""
    bank = [place for place, one in enumerate(files) if one.format == BANK]
    if not bank:
        return None
    lines = engine.rows(f"SELECT count(*) FROM export_movements WHERE {among_numbers('file', bank)}")[0][0]  # noqa: S608  # our own
    found = account_balances(engine, [one if one.format == BANK else StatementFile("", "") for one in files], end)
    if not found.balances:
        return None
    day = max(one.day for one in found.balances)
    unsure = tuple((files[one].shown, files[other].shown) for one, other in found.unsure)
    return BankBalance(sum(one.fen for one in found.balances), day, int(lines), unsure)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement's first and last moment, what it opens and closes with, and what it tells of the evening."""

    file: int
    of: StatementFile
    first_at: dt.datetime
    last_at: dt.datetime
    opening: int
    closing: int
    known_at: dt.datetime | None
    fen: int | None


_Kinds = dict[tuple[int, int], str]
"""By the places of two statements: ``same`` account, ``two``, ``unsure``, or ``follows`` where they lie apart."""

_LINES = """
    lines AS (
        SELECT file, line, movements.at AS moved_at, amount, balance FROM export_movements AS movements
        WHERE {files} AND fault IS NULL AND balance IS NOT NULL AND movements.at IS NOT NULL
    )"""

_SPANS = """
    WITH {lines},
    spans AS (
        SELECT file, min(moved_at) AS first_at, max(moved_at) AS last_at, min(line) AS top, max(line) AS bottom,
            max(moved_at) FILTER (WHERE moved_at < {end}) AS known_at
        FROM lines GROUP BY file
    ),
    ways AS (
        SELECT spans.file, first_at, last_at, known_at, above.moved_at > below.moved_at AS backwards FROM spans
        JOIN lines AS above ON above.file = spans.file AND above.line = top
        JOIN lines AS below ON below.file = spans.file AND below.line = bottom
    ),
    places AS (
        SELECT lines.file, first_at, last_at, known_at,
            CASE WHEN backwards THEN max(line) FILTER (WHERE moved_at = first_at)
                ELSE min(line) FILTER (WHERE moved_at = first_at) END AS opens,
            CASE WHEN backwards THEN min(line) FILTER (WHERE moved_at = last_at)
                ELSE max(line) FILTER (WHERE moved_at = last_at) END AS closes,
            CASE WHEN backwards THEN min(line) FILTER (WHERE moved_at = known_at)
                ELSE max(line) FILTER (WHERE moved_at = known_at) END AS known
        FROM lines JOIN ways ON lines.file = ways.file GROUP BY lines.file, first_at, last_at, known_at, backwards
    )
    SELECT places.file, first_at, last_at, opening.balance - opening.amount, closing.balance, known_at, known.balance
    FROM places JOIN lines AS opening ON opening.file = places.file AND opening.line = opens
    JOIN lines AS closing ON closing.file = places.file AND closing.line = closes
    LEFT JOIN lines AS known ON known.file = places.file AND known.line = places.known
    ORDER BY first_at, places.file"""
"""A statement may run forwards or backwards in time: of lines of one moment the one at its later end counts."""


def _statements(engine: OrderEngine, files: Sequence[StatementFile], end: str) -> list[_Statement]:
    wanted = [place for place, one in enumerate(files) if one.format]
    rows = engine.rows(_SPANS.format(lines=_LINES.format(files=among_numbers("file", wanted)), end=end))
    return [
        _Statement(int(file), files[int(file)], first, last, int(opens), int(closes), at, fen)
        for file, first, last, opens, closes, at, fen in rows
    ]


def _recency(one: _Statement) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """Of two balances of one day that of the statement which begins later counts."""
    return one.known_at or one.first_at, one.first_at, one.last_at


def _kinship(engine: OrderEngine, one: _Statement, other: _Statement) -> str:
    """What two statements of one format are to each other, the first of them beginning no later."""
    if one.of.account and other.of.account:
        return "same" if one.of.account == other.of.account else "two"
    if other.first_at >= one.last_at and other.opening == one.closing:
        return "same"
    if other.first_at.date() > one.last_at.date():
        return "follows"
    if _share_a_line(engine, one, other):
        return "same"
    inside = _has_lines_within(engine, one, other) and _runs(engine, one)
    return "two" if inside or (_has_lines_within(engine, other, one) and _runs(engine, other)) else "unsure"


def _share_a_line(engine: OrderEngine, one: _Statement, other: _Statement) -> bool:
    told = "SELECT CAST(moved_at AS DATE), amount, balance FROM lines WHERE file = "
    files = among_numbers("file", [one.file, other.file])
    query = f"WITH {_LINES.format(files=files)} {told}{one.file} INTERSECT {told}{other.file} LIMIT 1"
    return bool(engine.rows(query))


def _has_lines_within(engine: OrderEngine, one: _Statement, other: _Statement) -> bool:
    """Whether the other statement has lines after the first moment of one and before its last."""
    within = f"moved_at > TIMESTAMP '{one.first_at}' AND moved_at < TIMESTAMP '{one.last_at}'"
    lines = _LINES.format(files=among_numbers("file", [other.file]))
    return bool(engine.rows(f"WITH {lines} SELECT 1 FROM lines WHERE {within} LIMIT 1"))  # noqa: S608  # our own


def _runs(engine: OrderEngine, one: _Statement) -> bool:
    """Whether each balance of a statement continues that of the line before it, or of the line below it."""
    found = engine.rows(
        f"""
        WITH {_LINES.format(files=among_numbers("file", [one.file]))},
        beside AS (
            SELECT balance - amount AS before, lag(balance) OVER (ORDER BY line) AS above,
                lead(balance) OVER (ORDER BY line) AS below
            FROM lines
        )
        SELECT count(*), count(*) FILTER (WHERE before = above), count(*) FILTER (WHERE before = below) FROM beside
        """  # noqa: S608  # our own
    )
    lines, forwards, backwards = map(int, found[0])
    return lines > 1 and max(forwards, backwards) >= _RUNS * (lines - 1)


def _between(one: Sequence[_Statement], other: Sequence[_Statement], kinds: Mapping[tuple[int, int], str]) -> set[str]:
    """What the statements of two chains are to each other, but for those that merely follow."""
    pairs = ((a.file, b.file) for a in one for b in other)
    found = {kinds.get((a, b)) or kinds.get((b, a)) or "two" for a, b in pairs}
    return found - {"follows"}


def _chains(statements: Sequence[_Statement], kinds: _Kinds) -> list[list[_Statement]]:
    """The statements of each account, in the order of time."""
    joined: list[list[_Statement]] = []
    for one in statements:
        kin = [chain for chain in joined if "same" in _between(chain, [one], kinds)]
        joined = [chain for chain in joined if chain not in kin]
        joined.append([*(member for chain in kin for member in chain), one])
    return _followed(joined, kinds)


def _followed(joined: Sequence[list[_Statement]], kinds: _Kinds) -> list[list[_Statement]]:
    """The chains, one that lies wholly after another of its format and is not known to be apart joined to it."""
    chains: list[list[_Statement]] = []
    for chain in sorted(joined, key=lambda members: members[0].first_at):
        before = next((x for x in chains if _ends_before(x, chain) and not _between(x, chain, kinds)), None)
        if before is None:
            chains.append(chain)
        else:
            before += chain
    return chains


def _ends_before(chain: Sequence[_Statement], other: Sequence[_Statement]) -> bool:
    return max(member.last_at.date() for member in chain) < other[0].first_at.date()
