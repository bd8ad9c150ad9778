"""A feed read from its source: a plan's own orders, or another source with the ledger's columns."""

from __future__ import annotations

import datetime as dt
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.errors import InputError, Problem, said, unreadable
from forecast.ledger.columns import MONEY, TEXTS, TIMES
from forecast.ledger.engine import EngineError, OrderEngine, blames_data
from forecast.ledger.exports.entries import join_exports, open_exports
from forecast.ledger.exports.joining import JOINED
from forecast.ledger.parsing import USABLE_MONEY, USABLE_TIMES, fen, moment, plain
from forecast.ledger.sources import Source, open_source
from forecast.ledger.sql import among, by_channel
from forecast.ledger.sql import name as sql_name
from forecast.plan.ledger_source import is_database
from forecast.temporary import temporary_folder
from forecast.watch.banking import public_holidays
from forecast.watch.feed import CAUSES, NEVER, NONE, Feed, due_at, in_order
from forecast.watch.feed_table import address_and_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Texts
    from forecast.plan.model import LedgerSource, Plan

_MOMENTS = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at")
_NAMED = ("sku", "region")
_TOLD = ("channel", "cause", "amount", *_NAMED, *_MOMENTS)
_MICROSECONDS = 1_000_000

_EVER = dt.date(9000, 1, 1)
"""A day after everything that exports tell."""


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed with what of its source is not in it: ``unusable`` rows, and ``repeated`` ones that say the same again.

    ``ids`` are the orders' numbers by ``feed.row``, where they were asked for.
    """

    feed: Feed
    unusable: int
    repeated: int
    ids: Texts = field(default_factory=lambda: np.zeros(0, dtype=object))


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
    same whenever it is read.
    """

    after: int = 0
    alive: int = 0
    ids: bool = False
    numbered: bool = False


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
                cut = replace(plan, horizon=replace(plan.horizon, as_of=_EVER))
                types = join_exports(engine, cut, open_exports(engine, cut, folder))
                opened = Source(JOINED, types, shown)
            else:
                opened = _opened(engine, ledger, source.base, folder)
            return _read(engine, opened, plan, key, wanted)
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


def _opened(engine: OrderEngine, ledger: LedgerSource, base: Path, folder: Path) -> Source:
    """A source under the plan's headers, or under the ledger's own where those are not in it."""
    try:
        return open_source(engine, ledger, base, folder, _NAMED)
    except InputError:
        if not ledger.columns and not ledger.constants:
            raise
        own = folder / "own"
        own.mkdir()
        with suppress(InputError):
            return open_source(engine, replace(ledger, columns={}, constants={}), base, own, _NAMED)
        raise


def _read(engine: OrderEngine, source: Source, plan: Plan, key: str, wanted: Wanted) -> ReadFeed:
    types = _usable(engine, source, key)
    _make_rows(engine, source, plan, types, wanted)
    rows, usable = engine.rows("SELECT count(*), count(*) FILTER (WHERE usable) FROM feed_rows")[0]
    columns, chosen = ", ".join(_TOLD), "FROM feed_rows WHERE usable"
    repeated = 0
    if engine.has_repeats(f"SELECT order_id {chosen}"):  # our own
        apart = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT order_id, {columns} {chosen}) AS told")[0][0]  # noqa: S608  # our own
        repeated = int(usable - apart)
        latest = ", ".join(f"arg_max({x}, line) AS {x}" for x in _TOLD)  # of what is not empty, the latest
        engine.make(
            "feed_orders",
            f"SELECT max(line) AS line, order_id, {latest} {chosen} GROUP BY order_id",  # our own
        )
        chosen = "FROM feed_orders WHERE true"
    feed = _arrays(engine, plan, chosen, confirms="paid_at" in types, numbered=wanted.numbered)
    if not wanted.ids:
        return ReadFeed(feed, int(rows - usable), repeated)
    ids = engine.frame(f"SELECT order_id {chosen} ORDER BY line").iloc[:, 0].to_numpy(object)
    return ReadFeed(feed, int(rows - usable), repeated, ids)


def _make_rows(engine: OrderEngine, source: Source, plan: Plan, types: Mapping[str, str], wanted: Wanted) -> None:
    """The rows as ``feed_rows``, with whether each can be used."""
    values = [f"{_plain(x, types)} AS found_{x}" for x in (*TEXTS, *_MOMENTS, "amount")]
    read = [f"{moment(f'found_{x}', _kind(x, types), plan.merchant.timezone)} AS {x}" for x in _MOMENTS]
    named = [f"{_plain(x, types)} AS {x}" for x in _NAMED]
    amount = fen("found_amount", _kind("amount", types))
    unreadable_moment = " OR ".join(f"(found_{x} IS NOT NULL AND {x} IS NULL)" for x in _MOMENTS)
    alive = f" AND greatest({', '.join(_MOMENTS)}) >= {_moment(wanted.alive)}" if wanted.alive > 0 else ""
    engine.make(
        "feed_rows",
        f"WITH found AS (SELECT line, misfit, {', '.join([*values, *named])} FROM {source.table}),"  # noqa: S608  # our own
        f" told AS MATERIALIZED (SELECT found.*, {', '.join(read)}, {amount} AS amount FROM found)"
        f" SELECT line, found_order_id AS order_id, found_channel AS channel, found_failure_cause AS cause, amount,"
        f" sku, region, {', '.join(_MOMENTS)}, coalesce(misfit IS NULL AND found_order_id IS NOT NULL"
        f" AND {among('found_channel', plan.channels)} AND ordered_at IS NOT NULL AND amount >= 0"
        f" AND (found_failure_cause IS NULL OR {among('found_failure_cause', CAUSES)})"
        f" AND NOT ({unreadable_moment}), false) AS usable FROM told"
        f" WHERE ordered_at IS NULL OR (ordered_at >= {_moment(wanted.after)}{alive})",
    )


def _moment(seconds: int) -> str:
    return f"TIMESTAMP '{np.datetime64(max(seconds, 0), 's')}'"


def _make_names(engine: OrderEngine, column: str, rows: str) -> tuple[str, ...]:
    """The names in a column of the usable rows, by their texts, and their places in a table ``feed_`` of it."""
    engine.make(
        f"feed_{column}",
        f"SELECT {column} AS name, row_number() OVER (ORDER BY {column}) - 1 AS place"  # noqa: S608  # our own
        f" FROM (SELECT DISTINCT {column} {rows} AND {column} IS NOT NULL) AS found",
    )
    return tuple(str(row[0]) for row in engine.rows(f"SELECT name FROM feed_{column} ORDER BY place"))  # noqa: S608  # our own


def _arrays(engine: OrderEngine, plan: Plan, rows: str, *, confirms: bool, numbered: bool) -> Feed:
    """The usable rows as arrays; names of skus and regions in the order of their texts."""
    skus, regions = (_make_names(engine, x, rows) for x in _NAMED)
    places = ", ".join(f"coalesce(feed_{x}.place, {NONE}) AS {x}" for x in _NAMED)
    joins = " ".join(f"LEFT JOIN feed_{x} ON feed_{x}.name = told.{x}" for x in _NAMED)
    moments = ", ".join(
        f"coalesce(date_diff('microsecond', TIMESTAMP '1970-01-01', {x}) // {_MICROSECONDS}, {NEVER}) AS {x}"
        for x in _MOMENTS
    )
    placed = by_channel({name: str(place) for place, name in enumerate(plan.channels)}, "BIGINT")
    causes = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(CAUSES))
    number = f", {engine.number_of('order_id')} AS number" if numbered else ""
    frame = engine.frame(
        f"SELECT {placed} AS channel, CASE cause {causes} ELSE {NONE} END AS cause, amount,"  # noqa: S608  # our own
        f" {places}, {moments}{number} FROM (SELECT * {rows}) AS told {joins} ORDER BY line"
    )
    columns = (frame.iloc[:, place].to_numpy(np.int64) for place in range(frame.shape[1]))
    channel, cause, amount, sku, region, ordered_at, paid_at, failed_at, deducted_at, closed_at, *numbers = columns
    return in_order(
        Feed(
            channels=tuple(plan.channels),
            skus=skus,
            regions=regions,
            clearing={name: one.clearing for name, one in plan.channels.items()},
            confirms=confirms,
            channel=channel,
            sku=sku,
            region=region,
            cause=cause,
            amount=amount,
            ordered_at=ordered_at,
            tried_at=due_at(paid_at, failed_at, deducted_at) if confirms else ordered_at,
            failed_at=failed_at,
            deducted_at=deducted_at,
            closed_at=closed_at,
            row=numbers[0] if numbered else np.arange(len(amount)),
            holidays=public_holidays(Calendar(plan.merchant.holidays), np.datetime64(plan.horizon.as_of, "D")),
        )
    )


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


def _plain(column: str, types: Mapping[str, str]) -> str:
    kind = types.get(column, "NULL")
    if kind == "NULL":
        return "CAST(NULL AS VARCHAR)"
    if column in (*TEXTS, *_NAMED):
        return plain(f"CAST({sql_name(column)} AS VARCHAR)", "VARCHAR")
    return plain(sql_name(column), kind)
