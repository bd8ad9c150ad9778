"""The rows of a feed as the engine reads them: the SQL for them, and the arrays that they become."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, said
from forecast.ledger.columns import MONEY, TEXTS, TIMES
from forecast.ledger.parsing import USABLE_MONEY, USABLE_TIMES, fen_cast, moment_cast, plain
from forecast.ledger.sql import by_channel
from forecast.ledger.sql import name as sql_name
from forecast.watch.feed import CAUSES, NEVER, NONE
from forecast.watch.feed_columns import MOMENTS, NAMED, Columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from forecast.arrays import Ints
    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.sources import Source
    from forecast.plan.model import Plan

_MICROSECONDS = 1_000_000


def rows_sql(source: Source, plan: Plan, types: Mapping[str, str], after: int, alive: int) -> str:
    """SQL for the rows of a source, with whether each can be used and whether it is asked for.

    ``channel`` is its place among the plan's, ``cause`` among ``CAUSES``. ``types`` are those of ``usable_types``;
    ``after`` and ``alive`` (seconds) are as of ``reading.Wanted``.
    """
    values = [f"{_as_told(x, types)} AS found_{x}, {_cast(x, types)} AS cast_{x}" for x in (*MOMENTS, "amount")]
    texts = [f"{plain_text(x, types)} AS {x}" for x in (*TEXTS, *NAMED)]
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
    living = f" AND greatest({', '.join(MOMENTS)}) >= {_moment(alive)}" if alive > 0 else ""
    asked = f"ordered_at IS NULL OR (ordered_at >= {_moment(after)}{living})"
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


def selected_sql(place: str, number: str) -> str:
    """SQL for what ``columns_of`` takes; ``place`` is by what rows are in their order, ``number`` that of an order."""
    moments = ", ".join(
        f"coalesce(date_diff('microsecond', TIMESTAMP '1970-01-01', {x}) // {_MICROSECONDS}, {NEVER}) AS {x}"
        for x in MOMENTS
    )
    names = ", ".join(f"coalesce({x}, '') AS {x}" for x in NAMED)
    numbers = ", ".join(f"CAST(coalesce({x}, {NONE}) AS BIGINT) AS {x}" for x in ("channel", "cause", "amount"))
    return f"{place} AS place, {names}, {numbers}, {moments}" + (f", {number} AS number" if number else "")


def columns_of(told: pa.Table) -> Columns:
    """The usable rows as arrays; names of skus and regions in the order of their texts."""
    place, *columns = (numbers_of(told.column(name)) for name in told.column_names if name not in NAMED)
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


def numbers_of(column: pa.ChunkedArray) -> Ints:
    """A column of whole numbers, none absent (``to_numpy`` would load pandas, which takes as long as many rows)."""
    parts = [np.from_dlpack(chunk) for chunk in column.chunks] or [np.zeros(0, dtype=np.int64)]
    return np.asarray(parts[0]) if len(parts) == 1 else np.concatenate(parts)


def usable_types(engine: OrderEngine, source: Source, key: str) -> dict[str, str]:
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


def plain_text(column: str, types: Mapping[str, str]) -> str:
    """SQL for a column's text without spaces around it, NULL where nothing is left of it."""
    kind = types.get(column, "NULL")
    if kind == "NULL":
        return "CAST(NULL AS VARCHAR)"
    if column in (*TEXTS, *NAMED):
        return plain(f"CAST({sql_name(column)} AS VARCHAR)", "VARCHAR")
    return plain(sql_name(column), kind)
