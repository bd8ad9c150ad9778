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
from forecast.ledger.columns import MONEY, TEXTS, TIMES
from forecast.ledger.engine import EngineError, OrderEngine, blames_data
from forecast.ledger.parsing import USABLE_MONEY, USABLE_TIMES, fen_cast, moment_cast, plain
from forecast.ledger.sources import Source, open_source
from forecast.ledger.sql import by_channel
from forecast.ledger.sql import name as sql_name
from forecast.plan.ledger_source import is_database
from forecast.temporary import temporary_folder
from forecast.watch.feed import CAUSES, NEVER, NONE
from forecast.watch.feed_columns import MOMENTS, NAMED, Columns, feed_of, has_repeats
from forecast.watch.feed_table import address_and_table
from forecast.watch.plain_rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Ints, Texts
    from forecast.plan.model import LedgerSource, Plan
    from forecast.watch.feed import Feed

_CONFIRMS = "paid_at"
_SHOWS_ONE = ("deducted_at", "failed_at", "failure_cause")
_TOLD = ("channel", "cause", "amount", *NAMED, *MOMENTS)
_MICROSECONDS = 1_000_000

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
    there = " OR ".join(f"{_plain(x, source.types)} IS NOT NULL" for x in columns)
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
                _make_rows(engine, opened, plan, _usable(engine, opened, key), wanted)
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
            read = _read_once(engine, opened, plan, _usable(engine, opened, source.key), wanted)
            if read is not None:
                return read
    try:
        _make_rows(engine, opened, plan, _usable(engine, opened, source.key), wanted)
    except EngineError as error:
        if opened.rows is None or not blames_data(error):
            raise
    else:
        if opened.rows in {None, engine.rows("SELECT count(*) FROM feed_rows")[0][0]}:
            return _read(engine, opened, plan, wanted)
    again = folder / "again"
    again.mkdir()
    opened = _opened(engine, source.ledger, source.base, again, once=False)
    _make_rows(engine, opened, plan, _usable(engine, opened, source.key), wanted)
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
    rows = f"FROM ({_rows(source, plan, types, wanted)}) AS told WHERE asked"  # our own
    found = engine.columns(f"SELECT {_selected('line', number)} {rows}")  # our own
    usable = _numbers(found.column("number")) != NONE
    told = _columns(found if usable.all() else found.filter(pa.array(usable)))
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
    told = _columns(engine.columns(f"SELECT {_selected(_PLACE, number)} {chosen}"))
    read = ReadFeed.of(plan, told, _confirms(source, wanted), int(rows - usable), repeated)
    if not wanted.ids:
        return read
    return replace(read, ids=engine.frame(f"SELECT order_id {chosen} ORDER BY {_PLACE}").iloc[:, 0].to_numpy(object))


def _confirms(source: Source, wanted: Wanted) -> bool | None:
    """Whether a source tells confirmations, where its columns or whoever asks knows it."""
    return wanted.confirms if _CONFIRMS in source.types else False


def _make_rows(engine: OrderEngine, source: Source, plan: Plan, types: Mapping[str, str], wanted: Wanted) -> None:
    """The rows as ``feed_rows``; of a stream all are kept, to be counted."""
    engine.make("feed_rows", _rows(source, plan, types, wanted) + (" WHERE asked" if source.rows is None else ""))


def _rows(source: Source, plan: Plan, types: Mapping[str, str], wanted: Wanted) -> str:
    """SQL for the rows of a source, with whether each can be used and whether it is asked for.

    ``channel`` is its place among the plan's, ``cause`` among ``CAUSES``.
    """
    values = [f"{_as_told(x, types)} AS found_{x}, {_cast(x, types)} AS cast_{x}" for x in (*MOMENTS, "amount")]
    texts = [f"{_plain(x, types)} AS {x}" for x in (*TEXTS, *NAMED)]
    zone = plan.merchant.timezone
    read = [f"{moment_cast(f'found_{x}', f'cast_{x}', _kind(x, types), zone)} AS {x}" for x in MOMENTS]
    amount = fen_cast("found_amount", "cast_amount", _kind("amount", types))
    placed = by_channel({name: str(place) for place, name in enumerate(plan.channels)}, "INTEGER")
    causes = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(CAUSES))
    unreadable_moment = " OR ".join(
        f"CASE WHEN {x} IS NULL AND found_{x} IS NOT NULL THEN {plain(f'found_{x}', _kind(x, types))} IS NOT NULL"
        " ELSE false END"
        for x in MOMENTS
    )
    alive = f" AND greatest({', '.join(MOMENTS)}) >= {_moment(wanted.alive)}" if wanted.alive > 0 else ""
    asked = f"ordered_at IS NULL OR (ordered_at >= {_moment(wanted.after)}{alive})"
    return (
        f"WITH found AS (SELECT line, misfit, {', '.join([*values, *texts])} FROM {source.table}),"  # noqa: S608  # our own
        f" told AS (SELECT found.*, {placed} AS place, CAST(CASE failure_cause {causes} END AS INTEGER) AS cause,"
        f" {', '.join(read)}, {amount} AS amount FROM found)"
        f" SELECT line, order_id, place AS channel, cause, amount, sku, region, {', '.join(MOMENTS)},"
        f" coalesce({asked}, false) AS asked,"
        f" coalesce(misfit IS NULL AND order_id IS NOT NULL AND place IS NOT NULL AND ordered_at IS NOT NULL"
        f" AND amount >= 0 AND (failure_cause IS NULL OR cause IS NOT NULL)"
        f" AND NOT ({unreadable_moment}), false) AS usable FROM told"
    )


def _moment(seconds: int) -> str:
    return f"TIMESTAMP '{np.datetime64(max(seconds, 0), 's')}'"


def _selected(place: str, number: str) -> str:
    """SQL for what ``_columns`` takes; ``place`` is by what rows are in their order, ``number`` that of an order."""
    moments = ", ".join(
        f"coalesce(date_diff('microsecond', TIMESTAMP '1970-01-01', {x}) // {_MICROSECONDS}, {NEVER}) AS {x}"
        for x in MOMENTS
    )
    names = ", ".join(f"coalesce({x}, '') AS {x}" for x in NAMED)
    numbers = ", ".join(f"CAST(coalesce({x}, {NONE}) AS BIGINT) AS {x}" for x in ("channel", "cause", "amount"))
    return f"{place} AS place, {names}, {numbers}, {moments}" + (f", {number} AS number" if number else "")


def _columns(told: pa.Table) -> Columns:
    """The usable rows as arrays; names of skus and regions in the order of their texts."""
    place, *columns = (_numbers(told.column(name)) for name in told.column_names if name not in NAMED)
    (skus, sku), (regions, region) = (_named(told.column(name)) for name in NAMED)
    if np.any(place[1:] < place[:-1]):
        order = np.argsort(place)
        sku, region, *columns = (one[order] for one in (sku, region, *columns))
    channel, cause, amount, ordered_at, paid_at, failed_at, deducted_at, closed_at, *numbers = columns
    return Columns(
        skus=skus,
        regions=regions,
        channel=channel,
        sku=sku,
        region=region,
        cause=cause,
        amount=amount,
        ordered_at=ordered_at,
        paid_at=paid_at,
        failed_at=failed_at,
        deducted_at=deducted_at,
        closed_at=closed_at,
        number=numbers[0] if numbers else place[:0],
    )


def _named(column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    """The names in a column, by their texts, and the place of each value among them; of the empty text ``NONE``."""
    found = column.dictionary_encode().combine_chunks()
    texts: list[str] = found.dictionary.to_pylist()
    names = sorted({*texts} - {""})
    place = {name: place for place, name in enumerate(names)}
    places = np.array([place.get(text, NONE) for text in texts], dtype=np.int64)
    return tuple(names), places[np.from_dlpack(found.indices)]


def _numbers(column: pa.ChunkedArray) -> Ints:
    """A column of whole numbers, none absent (``to_numpy`` would load pandas, which takes as long as many rows)."""
    parts = [np.from_dlpack(chunk) for chunk in column.chunks] or [np.zeros(0, dtype=np.int64)]
    return np.asarray(parts[0]) if len(parts) == 1 else np.concatenate(parts)


def _usable(engine: OrderEngine, source: Source, key: str) -> dict[str, str]:
    """The columns' types, those without any value as text.

    Raises:
        InputError: Moments or amounts are of a type that they cannot be read from.
    """
    types, problems = dict(source.types), []
    for column, usable in (*((x, USABLE_TIMES) for x in TIMES), *((x, USABLE_MONEY) for x in MONEY)):
        kind = types.get(column, "NULL")
        if kind == "NULL" or kind.startswith(usable):
            continue
        if engine.rows(f"SELECT 1 FROM {source.table} WHERE {sql_name(column)} IS NOT NULL LIMIT 1"):  # noqa: S608  # our own
            wanted = said("ledger.types_of_money") if column in MONEY else said("ledger.types_of_times")
            told = said("ledger.unusable_type", kind=kind, source=source.shown, wanted=wanted)
            problems.append(Problem(told, source.shown, key=f"{key}.{column}" if key != "--feed" else column))
        types[column] = "NULL"
    if problems:
        raise InputError(problems)
    return types


def _kind(column: str, types: Mapping[str, str]) -> str:
    return types.get(column, "NULL").replace("NULL", "VARCHAR")


def _as_told(column: str, types: Mapping[str, str]) -> str:
    return "CAST(NULL AS VARCHAR)" if types.get(column, "NULL") == "NULL" else sql_name(column)


def _cast(column: str, types: Mapping[str, str]) -> str:
    """A column cast as it stands, which is right of texts that are what the cast writes again."""
    return f"try_cast({_as_told(column, types)} AS {'DECIMAL(16, 2)' if column == 'amount' else 'TIMESTAMP'})"


def _plain(column: str, types: Mapping[str, str]) -> str:
    kind = types.get(column, "NULL")
    if kind == "NULL":
        return "CAST(NULL AS VARCHAR)"
    if column in (*TEXTS, *NAMED):
        return plain(f"CAST({sql_name(column)} AS VARCHAR)", "VARCHAR")
    return plain(sql_name(column), kind)
