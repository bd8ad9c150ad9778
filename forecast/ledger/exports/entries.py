"""The exports that a plan names: opened, recognised and read into the engine, and their orders joined as of a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.columns import FEE, READ
from forecast.ledger.exports.balances import bank_balance, statement_file
from forecast.ledger.exports.channels import channel_expression, paid_without_method
from forecast.ledger.exports.coverage import uncovered
from forecast.ledger.exports.formats import NAMES
from forecast.ledger.exports.joining import JOINED, end_of, join_orders
from forecast.ledger.exports.lines import load_lines
from forecast.ledger.exports.merging import KNOWN, merge_orders
from forecast.ledger.exports.overlaps import keep_once
from forecast.ledger.exports.recognising import ForeignError, RecognisedFile, recognise, recognise_file
from forecast.ledger.exports.reversals import reversed_orders
from forecast.ledger.exports.sums import MOVED
from forecast.ledger.exports.unmatched import by_reason, check_lines, find_unmatched, later_lines, unmatched_lines
from forecast.ledger.opening import open_tables
from forecast.ledger.tables import Joined, StatedTotal
from forecast.plan.terms import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.merging import Merged
    from forecast.ledger.exports.recognising import Recognised
    from forecast.plan.model import LedgerFile, Plan

_ALWAYS = ("order_id", "channel", "ordered_at", "amount", "deducted_at")


@dataclass(frozen=True, slots=True)
class Exports:
    """The exports in the engine: their files, what became of the lines of orders, and how many movements repeat.

    ``columns`` are those of the ledger of which some file tells anything at all; ``blank`` counts, by channel, the paid
    orders that name no payment method; ``left_out`` names the tables beside them that are of no format.
    """

    files: tuple[Recognised, ...]
    merged: Merged
    repeated: int
    columns: frozenset[str]
    blank: Mapping[str, int]
    left_out: tuple[str, ...]

    @property
    def formats(self) -> list[str]:
        """The names of the files' formats."""
        return [file.format.name for file in self.files]

    @property
    def names(self) -> list[str]:
        """The files' names for messages."""
        return [file.table.shown for file in self.files]


def open_exports(engine: OrderEngine, plan: Plan, folder: Path) -> Exports:
    """Reads the plan's exports into the engine; ``folder`` is an empty temporary one.

    Raises:
        InputError: A file cannot be opened, or is of no format; a payment method means no channel. Each at its place in
            the plan.
    """
    files: list[Recognised] = []
    entries: list[int] = []
    left_out: list[str] = []
    problems: list[Problem] = []
    for place, entry in enumerate(plan.ledger.files):
        try:
            found = _files_of(entry, place, plan, folder)
        except InputError as error:
            problems += error.problems
            continue
        files += found.tables
        left_out += found.left_out
        entries += [place] * len(found.tables)
    if plan.ledger.columns and not problems and all(file.format.name != "ledger" for file in files):
        problems.append(plan.places.located(Problem(said("joining.no_ledger"), key="ledger.columns")))
    if problems:
        raise InputError(problems)
    load_lines(engine, files, plan.merchant.timezone)
    merged = merge_orders(engine, channel_expression(engine, plan, entries))
    repeated = keep_once(engine, [file.format.name for file in files])
    blank = paid_without_method(engine, plan, entries)
    return Exports(tuple(files), merged, repeated, frozenset(_columns(engine)), blank, tuple(left_out))


def _files_of(entry: LedgerFile, place: int, plan: Plan, folder: Path) -> RecognisedFile:
    """The tables of all files of an entry; of several files those of no format are left out beside others.

    Raises:
        InputError: Holds what is wrong with every file, each at the entry's place in the plan.
    """
    if entry.format is not None and entry.format not in NAMES:
        told = said("formats.unknown", name=entry.format, hint=nearest(entry.format, NAMES))
        problem = Problem(told, str(plan.path), key=f"ledger.files[{place + 1}].format")
        raise InputError(plan.places.located(problem))
    tables: list[Recognised] = []
    left_out: list[str] = []
    problems: list[Problem] = []
    foreign: list[Problem] = []
    for path in entry.found:
        try:
            found = _recognised(path, entry, plan, folder)
        except InputError as error:
            (foreign if isinstance(error, ForeignError) else problems).extend(_at_entry(plan, place, error))
            continue
        tables += found.tables
        left_out += found.left_out
    if problems or not tables:
        raise InputError([*problems, *foreign])
    return RecognisedFile(tuple(tables), (*left_out, *(problem.file or "" for problem in foreign)))


def _at_entry(plan: Plan, place: int, error: InputError) -> list[Problem]:
    """The problems of a file at the place of its entry in the plan."""
    key = f"ledger.files[{place + 1}].path"
    return [plan.places.located(replace(problem, key=problem.key or key)) for problem in error.problems]


def _recognised(path: Path, entry: LedgerFile, plan: Plan, folder: Path) -> RecognisedFile:
    """The tables of a file; the header that tells the channel is asked for where there are orders."""
    tables = open_tables(path, folder)
    found = recognise_file(tables, entry.format, columns=plan.ledger.columns)
    if entry.channel_from is None:
        return found
    asked = (
        recognise(one.table, one.format.name, (entry.channel_from,), plan.ledger.columns)
        if one.format.orders is not None
        else one
        for one in found.tables
    )
    return replace(found, tables=tuple(asked))


def _columns(engine: OrderEngine) -> set[str]:
    """The ledger's columns of which the exports tell anything, whatever the day."""
    found = {FEE if column == "fee" else column for column in _told(engine)}
    means = {row[0] for row in engine.rows(f"SELECT DISTINCT means FROM {MOVED} WHERE fault IS NULL")}  # noqa: S608  # our own
    if "payment" in means or "settled_on" in found:
        found |= {"settled_on", "settled_amount"}
    if {"settled_on", "refunded_amount"} <= found or engine.rows(_REFUND_OF_ORDER):
        found |= {"refunded_on", "refunded_amount"}
    return found.union(_ALWAYS)


_GOES_BACK = f"FROM {MOVED} WHERE fault IS NULL AND (means = 'refund' OR means = 'payment' AND amount < 0)"
_REFUND_OF_ORDER = f"""SELECT 1 FROM {KNOWN}
    WHERE order_id IN (SELECT order_id {_GOES_BACK} UNION ALL SELECT other_id {_GOES_BACK}) LIMIT 1"""  # noqa: S608  # our own
"""Whether a bill pays any known order back: one of another shop tells nothing of refunds."""


def _told(engine: OrderEngine) -> list[str]:
    """The columns of the known orders that are not empty."""
    columns = [column for column in (*READ, "fee") if column not in _ALWAYS]
    counts = engine.rows(f"SELECT {', '.join(f'count({x})' for x in columns)} FROM {KNOWN}")[0]  # noqa: S608  # our own
    return [column for column, count in zip(columns, counts, strict=True) if count]


def join_exports(engine: OrderEngine, plan: Plan, exports: Exports) -> dict[str, str]:
    """Makes the table ``orders`` as known on the evening of as_of, and gives its columns with their types.

    Raises:
        InputError: Refunds have no date, and the plan does not say when refunds come; names every key to write.
    """
    join_orders(engine, plan)
    undated = "deducted_at IS NOT NULL AND refunded_amount > 0 AND refunded_on IS NULL"
    found = engine.rows(f"SELECT channel, count(*) FROM {JOINED} WHERE {undated} GROUP BY channel ORDER BY channel")  # noqa: S608  # our own
    problems = [
        Problem(
            said("joining.refunds_undated", count=int(count), channel=channel),
            str(plan.path),
            key=f"channels.{channel}.refund_days",
        )
        for channel, count in found
        if plan.channels[channel].refund_days is None
    ]
    if problems:
        raise InputError(problems)
    return {column: kind for column, kind in engine.types(JOINED).items() if column in exports.columns}


def joined(engine: OrderEngine, plan: Plan, exports: Exports) -> Joined:
    """What a reader must know of the joining, after ``join_exports``; every line is accounted for.

    Raises:
        IdentityError: A line is missing or counted twice, which is a fault of the program.
    """
    end = end_of(plan)
    find_unmatched(engine, end)
    check_lines(engine, exports.formats, exports.merged, exports.repeated, end)
    several = f"count(*) FILTER (WHERE refunds > 1), count(*) FILTER (WHERE waiting <> 0), sum(waiting) FROM {JOINED}"
    refunds, waiting_orders, waiting = engine.rows(f"SELECT {several}")[0]
    return Joined(
        unmatched=unmatched_lines(engine, exports.names),
        reasons=by_reason(engine),
        later=later_lines(engine, end),
        several_refunds=int(refunds),
        told_differently=exports.merged.differing,
        repeated=exports.merged.replaced + exports.repeated,
        waiting_orders=int(waiting_orders),
        waiting=int(waiting or 0),
        reversed_orders=reversed_orders(engine),
        bank=bank_balance(engine, [statement_file(file) for file in exports.files], end),
        totals=tuple(_totals(engine, exports.names)),
        uncovered=uncovered(engine, plan, end),
        blank=exports.blank,
        left_out=exports.left_out,
    )


def _totals(engine: OrderEngine, names: Sequence[str]) -> Iterator[StatedTotal]:
    """The totals that a file states of its own lines and that these do not add up to, whatever sign they bear."""
    figures = ("expected_count", "expected_fen", "found_count", "found_fen")
    query = f"""SELECT file, what, {", ".join(figures)} FROM export_totals
        WHERE coalesce(expected_count <> found_count, false) OR coalesce(abs(expected_fen) <> abs(found_fen), false)"""  # noqa: S608  # our own
    for file, what, *found in engine.rows(query):
        stated, fen, lines, read = (None if figure is None else int(figure) for figure in found)
        yield StatedTotal(names[file], str(what), stated, fen, lines, read)
