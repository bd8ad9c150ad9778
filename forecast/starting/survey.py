"""What the files of a merchant hold: their formats, and what their lines say of orders, payment methods and balances.

Nothing is proposed here; every figure is counted from the lines as ``ledger/exports`` reads them.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from forecast.calendar import Calendar, days_between
from forecast.errors import InputError, Problem, said
from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.balances import account_balances, statement_file
from forecast.ledger.exports.lines import load_lines
from forecast.ledger.exports.merging import merge_orders
from forecast.ledger.exports.overlaps import BANK, keep_once
from forecast.ledger.exports.recognising import ForeignError, recognise_file
from forecast.ledger.opening import open_tables
from forecast.notes import Named
from forecast.starting.order_facts import METHOD, failures_seen, methods_found, strays_found
from forecast.starting.whole_days import DayOfOrders, last_whole_day, usual_pause

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from forecast.ledger.exports.balances import Accounts
    from forecast.ledger.exports.layouts import Format
    from forecast.ledger.exports.recognising import Recognised
    from forecast.starting.order_facts import Failures, MethodFound, Strays


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Lines of a file that could not be read: how many, and of the first its number, the reason's code and its cell."""

    lines: int
    line: int
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file with what its tables are, and what they hold.

    ``lines`` counts lines that were read, ``orders`` distinct order numbers of lines of orders; ``first`` and ``last``
    are the days between which its lines lie. ``whole_until`` is the last day of orders that it knows wholly, None where
    it shows none; ``moved_on`` are the whole days on which money moved in a bill. ``method_header`` is the header of
    the payment method as it stands in the file. ``unreadable`` lines could not be read; ``strays`` find
    no order in any file.
    """

    path: Path
    formats: tuple[Format, ...]
    lines: int
    orders: int
    first: dt.date | None
    last: dt.date | None
    whole_until: dt.date | None
    payments_only: bool
    method_header: str | None
    methods: tuple[MethodFound, ...]
    moved_on: tuple[dt.date, ...] = ()
    unreadable: Unreadable | None = None
    strays: Strays | None = None

    @property
    def format(self) -> str:
        """The name of its format; of several that of its orders, else the first."""
        return next((one.name for one in self.formats if one.orders is not None), self.formats[0].name)

    @property
    def known_until(self) -> dt.date | None:
        """The last whole day of a bill, the day of its last line where no money moved in it."""
        return self.moved_on[-1] if self.moved_on else self.last

    @property
    def format_names(self) -> tuple[str, ...]:
        """The names of its formats, each once."""
        return tuple(dict.fromkeys(one.name for one in self.formats))


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of an account after its last line up to as_of: its file, in fen, and that line's day."""

    path: Path
    format: str
    fen: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class Survey:
    """What all files together hold; ``as_of`` is the last day that they know wholly, ``shop`` its name if they tell.

    ``balances`` has the latest one of each account; ``unsure`` pairs of statements that may be of one account or of
    two: the balance of the first is not among them. ``left_out`` names tables and files of no format; ``failures`` says
    whether the files show failed deductions.
    """

    files: tuple[FileFound, ...]
    as_of: dt.date
    balances: tuple[Balance, ...]
    shop: str | None
    unsure: tuple[tuple[Path, Path], ...] = ()
    left_out: tuple[str, ...] = ()
    failures: Failures = "unknown"

    @property
    def last_whole_day(self) -> dt.date:
        """The last day of orders that any file knows wholly; as_of is that which all know."""
        return max(one.whole_until for one in self.files if one.whole_until is not None)

    @property
    def bills(self) -> tuple[FileFound, ...]:
        """The files that show money and no orders, those of banks left out."""
        return tuple(one for one in self.files if one.whole_until is None and one.format != BANK)

    @property
    def first(self) -> dt.date:
        """The first day of orders."""
        return min(one.first for one in self.files if one.whole_until is not None and one.first is not None)


BILL_DAYS = 10
"""A bill without a rhythm that ends more days than this before the orders do lacks settlements."""


def survey(paths: Sequence[Path], named: Collection[Path] | None = None) -> Survey:
    """Reads files as exports; ``named`` are those of them that were named each by itself, all unless given.

    Of the others (of a folder or a pattern) those that have not the look of any format are left out.

    Raises:
        InputError: Holds what is wrong with every file that cannot be read or that no format fits; or no file shows
            any order.
    """
    with TemporaryDirectory(prefix="forecast-") as folder:
        engine = OrderEngine(Path(folder))
        try:
            return _survey(engine, paths, paths if named is None else named, Path(folder))
        finally:
            engine.close()


def _survey(engine: OrderEngine, paths: Sequence[Path], named: Collection[Path], folder: Path) -> Survey:
    by_path, left_out = _recognised(paths, named, folder)
    paths, recognised = list(by_path), list(by_path.values())
    of = [(path, table) for path, tables in zip(paths, recognised, strict=True) for table in tables]
    load_lines(engine, [table for _, table in of])
    counts = [len(tables) for tables in recognised]
    places = [range(end - count, end) for end, count in zip(itertools.accumulate(counts), counts, strict=True)]
    each = list(zip(paths, recognised, places, strict=True))
    files = [_file(engine, path, tables, among) for path, tables, among in each]
    as_of = _as_of(files)
    merge_orders(engine, METHOD)
    end = _end(as_of)
    keep_once(engine, [table.format.name for _, table in of])
    known = tuple(_with_orders(engine, one, among, end) for one, among in zip(files, places, strict=True))
    accounts = account_balances(engine, [statement_file(table) for _, table in of], end)
    unsure = tuple((of[one][0], of[other][0]) for one, other in accounts.unsure)
    return Survey(known, as_of, _balances(accounts, of), _shop(engine), unsure, left_out, failures_seen(engine))


def _with_orders(engine: OrderEngine, file: FileFound, among: range, end: str) -> FileFound:
    """A file with what all files together know of its orders, and the lines of it that find none."""
    methods = methods_found(engine, among, end) if file.orders else ()
    return replace(file, methods=methods, strays=strays_found(engine, among, end))


def _balances(accounts: Accounts, of: Sequence[tuple[Path, Recognised]]) -> tuple[Balance, ...]:
    """The balances of accounts with their files; ``of`` has those by their places."""
    named = ((one, *of[one.file]) for one in accounts.balances)
    return tuple(Balance(path, table.format.name, one.fen, one.day) for one, path, table in named)


def _end(as_of: dt.date) -> str:
    """SQL for the first moment after as_of."""
    return f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"


def _recognised(
    paths: Sequence[Path], named: Collection[Path], folder: Path
) -> tuple[dict[Path, tuple[Recognised, ...]], tuple[str, ...]]:
    """The tables of each file, and the names of what is left out; what is wrong is told of all files together."""
    found: dict[Path, tuple[Recognised, ...]] = {}
    problems: list[Problem] = []
    foreign: list[Problem] = []
    left_out: list[str] = []
    for path in paths:
        try:
            file = recognise_file(open_tables(path, folder))
        except InputError as error:
            beside = isinstance(error, ForeignError) and path not in named
            (foreign if beside else problems).extend(error.problems)
            continue
        found[path] = file.tables
        left_out += file.left_out
        of_orders = dict.fromkeys(one.format.name for one in file.tables if one.format.orders is not None)
        if len(of_orders) > 1:
            problems.append(Problem(said("init.several_platforms", formats=", ".join(of_orders)), path.name))
    if problems or not found:
        raise InputError([*problems, *foreign])
    return found, (*left_out, *(problem.file or "" for problem in foreign))


def _file(engine: OrderEngine, path: Path, tables: Sequence[Recognised], among: range) -> FileFound:
    places = _in(among)
    latest = "greatest(max(ordered_at), max(paid_at), max(deducted_at), max(CAST(settled_on AS TIMESTAMP)))"
    shown = engine.rows(
        f"SELECT min(ordered_at), max(ordered_at), {latest}, count(DISTINCT order_id), bool_and(is_payment)"  # noqa: S608  # our own
        f" FROM export_orders WHERE fault IS NULL AND ordered_at IS NOT NULL AND {places}"
    )[0]
    moved = engine.rows(
        f"SELECT min(m.at), max(m.at) FROM export_movements AS m WHERE fault IS NULL AND m.at IS NOT NULL AND {places}"  # noqa: S608  # our own
    )[0]
    lines = engine.rows(
        f"SELECT count(*) FROM (SELECT file, line FROM export_orders WHERE {places}"  # noqa: S608  # our own
        f" UNION SELECT file, line FROM export_movements WHERE {places})"
    )[0][0]
    first, last, latest_moment, orders, payments_only = shown
    known = [moment for moment in (first, last, *moved) if moment is not None]
    headers = (table.headers[table.positions["method"]] for table in tables if "method" in table.positions)
    return FileFound(
        path=path,
        formats=tuple(table.format for table in tables),
        lines=int(lines),
        orders=int(orders),
        first=min(known).date() if known else None,
        last=max(known).date() if known else None,
        whole_until=last_whole_day(_days(engine, places), latest_moment) if orders else None,
        payments_only=bool(payments_only),
        method_header=next((header.strip() for header in headers), None),
        methods=(),
        moved_on=() if orders else _moved_on(engine, places),
        unreadable=_unreadable(engine, places),
    )


def _unreadable(engine: OrderEngine, places: str) -> Unreadable | None:
    rows = engine.rows(
        "SELECT line, fault, coalesce(value, ''), count(*) OVER () FROM ("  # noqa: S608  # our own
        f"SELECT file, line, min(fault) AS fault, min(value) AS value FROM ("
        f"SELECT file, line, fault, value FROM export_orders WHERE fault IS NOT NULL AND {places} UNION ALL"
        f" SELECT file, line, fault, value FROM export_movements WHERE fault IS NOT NULL AND {places}"
        ") AS faults GROUP BY file, line) AS lines ORDER BY file, line LIMIT 1"
    )
    return next((Unreadable(int(count), int(line), reason, value) for line, reason, value, count in rows), None)


def _moved_on(engine: OrderEngine, places: str) -> tuple[dt.date, ...]:
    """The whole days on which money moved; the last one is none where it ends much earlier than the others."""
    rows = engine.rows(
        "SELECT CAST(m.at AS DATE) AS day, max(m.at) FROM export_movements AS m"  # noqa: S608  # our own
        f" WHERE fault IS NULL AND m.at IS NOT NULL AND {places} GROUP BY day ORDER BY day"
    )
    if not rows:
        return ()
    last = last_whole_day([DayOfOrders(day, end.time()) for day, end in rows], rows[-1][1], dt.time())
    return tuple(day for day, _ in rows if day <= last)


def _days(engine: OrderEngine, places: str) -> list[DayOfOrders]:
    rows = engine.rows(
        "SELECT CAST(ordered_at AS DATE) AS day, max(ordered_at) FROM export_orders"  # noqa: S608  # our own
        f" WHERE fault IS NULL AND ordered_at IS NOT NULL AND {places} GROUP BY day ORDER BY day"
    )
    return [DayOfOrders(day, last.time()) for day, last in rows]


def _in(among: range) -> str:
    """SQL that a line is of one of a file's tables."""
    return f"file BETWEEN {among.start} AND {among.stop - 1}"


def _shop(engine: OrderEngine) -> str | None:
    """The name of the shop, where all lines that name one name the same, and not by a number."""
    rows = engine.rows("SELECT DISTINCT shop FROM export_orders WHERE shop IS NOT NULL LIMIT 2")
    names = [str(shop).strip() for (shop,) in rows]
    return names[0] if len(names) == 1 and names[0] and not names[0].isdigit() else None


def _as_of(files: Sequence[FileFound]) -> dt.date:
    """The earliest of the last whole days, files of one format together; a bill that ends early counts, too.

    Raises:
        InputError: No file shows orders.
    """
    until: dict[str, dt.date] = {}
    for one in files:
        if one.whole_until is not None:
            until[one.format] = max(one.whole_until, until.get(one.format, one.whole_until))
    if not until:
        raise InputError(_no_orders(files))
    as_of = min(until.values())
    return min([as_of, *_early_ends(files, as_of)])


def _no_orders(files: Sequence[FileFound]) -> list[Problem]:
    """What to say where no file shows an order: that its lines cannot be read, or that it is of another kind."""
    of_orders = (one for one in files if any(form.orders is not None for form in one.formats))
    unread = [_all_unreadable(one, one.unreadable) for one in of_orders if one.unreadable]
    titles = ", ".join(dict.fromkeys(one.format for one in files))
    return unread or [Problem(said("init.no_orders", formats=titles), str(one.path)) for one in files[:1]]


def _all_unreadable(found: FileFound, lines: Unreadable) -> Problem:
    """What to say of a file of orders of which no line can be read."""
    reason = Named("unmatched", lines.reason)
    told = said("init.orders_unreadable", count=lines.lines, reason=reason, value=lines.value)
    return Problem(told, found.path.name, lines.line)


def _early_ends(files: Sequence[FileFound], as_of: dt.date) -> Iterator[dt.date]:
    """The last whole days of the bills, of one format together, that end before as_of by more than they usually pause.

    A silence of holidays and weekends alone is none.
    """
    kinds: dict[str, set[dt.date]] = {}
    for one in files:
        if one.whole_until is None and one.known_until is not None and one.format != BANK:
            kinds.setdefault(one.format, set()).update(one.moved_on or (one.known_until,))
    for found in kinds.values():
        days = sorted(found)
        usual = usual_pause(days) or BILL_DAYS
        silent = days_between(days[-1], as_of)[1:]
        if len(silent) > usual and Calendar("CN").is_working_day(silent).any():
            yield days[-1]
