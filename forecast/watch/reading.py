"""A feed read from its source: a plan's own orders, or another source with the ledger's columns."""

from __future__ import annotations

import datetime as dt
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from forecast.errors import InputError, Problem, said, unreadable
from forecast.ledger.engine import EngineError, OrderEngine, blames_data
from forecast.ledger.sources import Source, open_source
from forecast.plan.ledger_source import is_database
from forecast.temporary import temporary_folder
from forecast.watch.engine_rows import columns_of, numbers_of, plain_text, rows_sql, selected_sql, usable_types
from forecast.watch.feed import NONE
from forecast.watch.feed_columns import MOMENTS, NAMED, Columns, feed_of, has_repeats
from forecast.watch.feed_table import address_and_table
from forecast.watch.plain_rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Texts
    from forecast.plan.model import LedgerSource, Plan
    from forecast.watch.feed import Feed

_CONFIRMS = "paid_at"
_SHOWS_ONE = ("deducted_at", "failed_at", "failure_cause")
_TOLD = ("channel", "cause", "amount", *NAMED, *MOMENTS)

_PLACE = "coalesce(line, rowid)"
"""By what rows are in their order: their line, where they come from no stream, which is in order itself."""

_EVER = dt.date(9000, 1, 1)
"""A day after everything that exports tell."""


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed with what of its source is not in it: ``unusable`` rows, and ``repeated`` ones that say the same again.

    ``ids`` are the orders' numbers by ``feed.row``, where they were asked for. Where ``unlearnt``, its source tells
    confirmations that are not used, as the ledger tells none. ``confirmed`` and ``shown`` are those of ``Columns``.
    """

    feed: Feed
    unusable: int
    repeated: int
    ids: Texts = field(default_factory=lambda: np.zeros(0, dtype=object))
    unlearnt: bool = False
    confirmed: bool = False
    shown: bool = False

    @classmethod
    def of(cls, plan: Plan, told: Columns, confirms: bool | None, unusable: int, repeated: int = 0) -> ReadFeed:  # noqa: FBT001  # not a flag
        """The feed of some rows; ``confirms`` is that of ``feed_of``."""
        feed = feed_of(plan, told, confirms=confirms)
        return cls(feed, unusable, repeated, confirmed=told.confirmed, shown=told.shown)


@dataclass(frozen=True, slots=True)
class FeedSource:
    """Where a feed is: as of a plan's ledger, from the folder ``base`` on; ``shown`` and ``key`` are for messages."""

    ledger: LedgerSource
    base: Path
    shown: str
    key: str

    @classmethod
    def of(cls, plan: Plan, source: str | None) -> FeedSource:
        """The source that ``--feed`` names, else the plan's own orders.

        Raises:
            InputError: It is a database that cannot be read, or in which no table is the one meant.
        """
        if source is None:
            return cls(plan.ledger, plan.path.parent, plan.ledger.shown, plan.ledger.key)
        address, table = source, plan.ledger.table
        if is_database(source):
            address, table = address_and_table(source, table, Path.cwd())
        ledger = replace(plan.ledger, orders=address, table=table, files=())
        return cls(ledger, Path.cwd(), source, "--feed")

    def elsewhere(self, place: Path) -> FeedSource:
        """The same, its rows read from a copy of some of them."""
        return replace(self, ledger=replace(self.ledger, orders=str(place)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of a feed: orders placed at the moment ``after`` or later, rows that tell of ``alive`` or later.

    ``ids`` asks for the orders' numbers as texts; ``numbered`` for a number made of each in place of ``feed.row``, the
    same whenever it is read. ``confirms`` says whether the source tells confirmations, where that is known of the whole
    of it; else its rows say it: orders that were deducted or failed, and none of them confirmed, tell of none.
    """

    after: int = 0
    alive: int = 0
    ids: bool = False
    numbered: bool = False
    confirms: bool | None = None


def read_feed(plan: Plan, source: str | None = None, after: int = 0, *, with_ids: bool = False) -> ReadFeed:
    """The orders of a plan, those after its as_of too; or those of a source that has the ledger's columns.

    Orders placed before the moment ``after`` (seconds) are not needed and not read.

    A row without an order number, of a channel that the plan does not name, or with a moment, an amount or a cause that
    cannot be read is left out and counted. A later row of an order tells what has become of it since: what it leaves
    empty is as it was. ``with_ids`` asks for the orders' numbers, too.

    Raises:
        InputError: The source cannot be read, or its columns do not fit.
    """
    return read_source(plan, FeedSource.of(plan, source), Wanted(after, ids=with_ids))


def confirms(plan: Plan, source: FeedSource) -> bool:
    """Whether a source tells confirmations, as far as it can be read and its rows tell already; see ``Wanted``.

    What is wrong with it is told by whoever reads it.
    """
    with (
        suppress(InputError, OSError, EngineError),
        temporary_folder() as folder,
        closing(OrderEngine(folder)) as engine,
    ):
        engine.local_time(plan.merchant.timezone)
        if not source.ledger.files:
            opened = _opened(engine, source.ledger, source.base, folder, once=True)
            return _CONFIRMS in opened.types and (
                _has_any(engine, opened, (_CONFIRMS,)) or not _has_any(engine, opened, _SHOWS_ONE)
            )
    return True


def _has_any(engine: OrderEngine, source: Source, columns: Sequence[str]) -> bool:
    """Whether any row of a source has anything in one of some columns."""
    there = " OR ".join(f"{plain_text(x, source.types)} IS NOT NULL" for x in columns)
    return bool(engine.rows(f"SELECT 1 FROM {source.table} WHERE {there} LIMIT 1"))  # noqa: S608  # our own


def read_source(plan: Plan, source: FeedSource, wanted: Wanted) -> ReadFeed:
    """As ``read_feed``, what is wanted of a source.

    Raises:
        InputError: The source cannot be read, or its columns do not fit.
    """
    ledger, shown, key = source.ledger, source.shown, source.key
    try:
        with temporary_folder() as folder, closing(OrderEngine(folder)) as engine:
            engine.local_time(plan.merchant.timezone)
            if ledger.files:
                from forecast.ledger.exports.entries import join_exports, open_exports  # noqa: PLC0415  # they load long
                from forecast.ledger.exports.joining import JOINED  # noqa: PLC0415  # the same

                cut = replace(plan, horizon=replace(plan.horizon, as_of=_EVER))
                types = join_exports(engine, cut, open_exports(engine, cut, folder))
                opened = Source(JOINED, types, shown)
                _make_rows(engine, opened, plan, usable_types(engine, opened, key), wanted)
                return _read(engine, opened, plan, wanted)
            return _source_read(engine, source, plan, wanted, folder)
    except InputError as error:
        own = key != "--feed"
        placed = [plan.places.located(one) if own else replace(one, key=key) for one in error.problems]
        raise InputError(placed) from None
    except OSError as error:
        raise InputError(unreadable(error, shown)) from None
    except EngineError as error:
        if not blames_data(error):
            raise
        raise InputError(Problem(said("ledger.not_read", why=str(error).splitlines()[0]), shown, key=key)) from None


def _source_read(engine: OrderEngine, source: FeedSource, plan: Plan, wanted: Wanted, folder: Path) -> ReadFeed:
    """A source read: in one pass over a text, if that holds what its lines promise."""
    opened = _opened(engine, source.ledger, source.base, folder, once=True)
    if not wanted.ids:
        found = plain_rows(engine, opened, [*plan.channels], wanted.after, wanted.alive, numbered=wanted.numbered)
        if found is not None:
            return ReadFeed.of(plan, found.columns, _confirms(opened, wanted), found.unusable)
        if opened.rows is None:
            read = _read_once(engine, opened, plan, usable_types(engine, opened, source.key), wanted)
            if read is not None:
                return read
    try:
        _make_rows(engine, opened, plan, usable_types(engine, opened, source.key), wanted)
    except EngineError as error:
        if opened.rows is None or not blames_data(error):
            raise
    else:
        if opened.rows in {None, engine.rows("SELECT count(*) FROM feed_rows")[0][0]}:
            return _read(engine, opened, plan, wanted)
    again = folder / "again"
    again.mkdir()
    opened = _opened(engine, source.ledger, source.base, again, once=False)
    _make_rows(engine, opened, plan, usable_types(engine, opened, source.key), wanted)
    return _read(engine, opened, plan, wanted)


def _opened(engine: OrderEngine, ledger: LedgerSource, base: Path, folder: Path, *, once: bool) -> Source:
    """A source under the plan's headers, or under the ledger's own where those are not in it."""
    try:
        return open_source(engine, ledger, base, folder, NAMED, once=once)
    except InputError:
        if not ledger.columns and not ledger.constants:
            raise
        own = folder / "own"
        own.mkdir()
        with suppress(InputError):
            return open_source(engine, replace(ledger, columns={}, constants={}), base, own, NAMED, once=once)
        raise


def _read_once(
    engine: OrderEngine, source: Source, plan: Plan, types: Mapping[str, str], wanted: Wanted
) -> ReadFeed | None:
    """A source whose rows the engine hands over as it reads them, and keeps none; None where any order has two."""
    number = f"CASE WHEN usable THEN {engine.number_of('order_id')} ELSE {NONE} END"
    rows = f"FROM ({rows_sql(source, plan, types, wanted.after, wanted.alive)}) AS told WHERE asked"  # our own
    found = engine.columns(f"SELECT {selected_sql('line', number)} {rows}")  # our own
    usable = numbers_of(found.column("number")) != NONE
    told = columns_of(found if usable.all() else found.filter(pa.array(usable)))
    if has_repeats(told.number):
        return None
    kept = told if wanted.numbered else replace(told, number=told.number[:0])
    return ReadFeed.of(plan, kept, _confirms(source, wanted), int(np.count_nonzero(~usable)))


def _read(engine: OrderEngine, source: Source, plan: Plan, wanted: Wanted) -> ReadFeed:
    rows, usable = engine.rows("SELECT count(*), count(*) FILTER (WHERE usable) FROM feed_rows WHERE asked")[0]
    columns, chosen = ", ".join(_TOLD), "FROM feed_rows WHERE usable AND asked"
    repeated = 0
    if engine.has_repeats(f"SELECT order_id {chosen}"):  # our own
        apart = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT order_id, {columns} {chosen}) AS told")[0][0]  # noqa: S608  # our own
        repeated = int(usable - apart)
        latest = ", ".join(f"arg_max({x}, {_PLACE}) AS {x}" for x in _TOLD)  # of what is not empty, the latest
        engine.make(
            "feed_orders",
            f"SELECT max({_PLACE}) AS line, order_id, {latest} {chosen} GROUP BY order_id",  # our own
        )
        chosen = "FROM feed_orders WHERE true"
    number = engine.number_of("order_id") if wanted.numbered else ""
    told = columns_of(engine.columns(f"SELECT {selected_sql(_PLACE, number)} {chosen}"))
    read = ReadFeed.of(plan, told, _confirms(source, wanted), int(rows - usable), repeated)
    if not wanted.ids:
        return read
    return replace(read, ids=engine.frame(f"SELECT order_id {chosen} ORDER BY {_PLACE}").iloc[:, 0].to_numpy(object))


def _confirms(source: Source, wanted: Wanted) -> bool | None:
    """Whether a source tells confirmations, where its columns or whoever asks knows it."""
    return wanted.confirms if _CONFIRMS in source.types else False


def _make_rows(engine: OrderEngine, source: Source, plan: Plan, types: Mapping[str, str], wanted: Wanted) -> None:
    """The rows as ``feed_rows``; of a stream all are kept, to be counted."""
    engine.make(
        "feed_rows",
        rows_sql(source, plan, types, wanted.after, wanted.alive) + (" WHERE asked" if source.rows is None else ""),
    )
