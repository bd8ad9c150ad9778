"""The ledger checked at the door: what is known on the evening of as_of, and every row that is bad, with its reasons.

The order of the steps is what keeps the future out. Rows ordered after as_of are dropped first, then the later events
of earlier rows are blanked, each with what belongs to it (a failure with its cause, a settlement or refund with its
amount), and only what is left is checked: a fault that lies in the future alone rejects nothing.

- A cause without ``failed_at`` has no date of its own: it is kept, whatever later events are blanked.
- A refund of zero is no refund. A refund without a date happens ``refund_days`` after the deduction, but not after the
  day by which the plan judges its ledger, as the source tells it; while that day is after as_of, or the order is not
  deducted, it is blanked.
- An order with neither deduction, cause, ``paid_at`` nor closing is unpaid; ``unpaid_after_hours`` after it was placed
  it would close, which ``completion.py`` applies to channels that show no closing.
- Of rows with one ``order_id`` the first in the source is checked as any other; every later one is rejected.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.columns import FEE, LABELS, MONEY, TEXTS, TIMES
from forecast.ledger.faults import Fault, faults
from forecast.ledger.parsing import USABLE_MONEY, USABLE_TIMES, fen, moment, plain
from forecast.ledger.sql import HOUR, among, by_channel, listed
from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.sources import Source
    from forecast.plan.model import Channel, Plan

_EVENTS = {
    "paid_at": ("paid_at",),
    "failed_at": ("failed_at", "failure_cause"),
    "deducted_at": ("deducted_at",),
    "closed_at": ("closed_at",),
    "settled_on": ("settled_on", "settled_amount"),
    "refunded_on": ("refunded_on", "refunded_amount"),
}
"""Each event's moment, and the columns that are blanked with it."""

_DAYS = {
    "ordered_at": "ordered_day",
    "failed_at": "failed_day",
    "deducted_at": "deducted_day",
    "closed_at": "closed_day",
    "settled_on": "settled_day",
    "refunded_known": "refunded_day",
}
"""The moments whose days are kept."""

_COLUMNS = (
    *("line", "misfit", FEE, *TEXTS, *LABELS),
    *(f"found_{x}" for x in (*TIMES, *MONEY)),
    *(*TIMES, *MONEY),
)
"""What a row has while it is checked: texts, values as found, and what was read from them."""

MUCH_LATER = 180
"""Days after as_of from which on the date of an event is rather a slip of the year."""

_READ_AS = {column: _DAYS.get(column, column) for column in (*TIMES, *MONEY)} | {
    "paid_at": "paid_day",
    "refunded_on": "refunded_day",
}
"""What ``orders_checked`` keeps of each column of times and money."""

_UNREADABLE = frozenset({*(f"{x}_unreadable" for x in TIMES), *(f"{x}_not_a_number" for x in MONEY)})

UNREADABLE_SHARE = 0.9
"""A column of which a larger share cannot be read is written in another way than the ledger's."""

_UNPAID = "deducted_at IS NULL AND failure_cause IS NULL AND paid_at IS NULL AND closed_at IS NULL"

ACCEPTED = (
    "FROM orders_checked LEFT JOIN orders_repeated USING (order_id)"
    " WHERE NOT bad AND (first_line IS NULL OR line = first_line)"
)
"""The good rows, as a ``FROM`` clause with its condition; see ``check_rows``."""


def check_rows(engine: OrderEngine, source: Source, plan: Plan) -> int:
    """Checks every row of the source once, and makes two tables; gives how many rows were ordered after as_of: dropped.

    ``orders_checked`` has every row not dropped: ``line``, ``order_id``, ``channel``, ``cause``, the days of its events
    (``ordered_day`` … ``refunded_day``, ``DATE``), ``amount``, ``settled_amount``, ``refunded_amount`` (fen), the
    ``paid_day`` on which the customer confirmed (ordered, where the source tells neither causes nor confirmations) and
    microseconds ``waited`` from then to the deduction or the closing, or to the end of as_of while it is awaited (null
    where a cause is known), the hour of day of its failure (of its order where that has no time) and of its
    confirmation, its ``sku`` as a number (null where it has none), how many of its events were ``blanked`` and how
    many lie much ``later`` than as_of, whether it is ``unpaid`` and the ``closing_day`` on which the plan then
    closes it (null until then), whether its refund is ``undated``, its fee in fen where a bill tells it
    (``fee_amount``), whether it was ``confirmed``, and whether it is ``broken`` (too many or too few fields) or
    else ``bad``. ``orders_repeated`` has the order_ids that occur more than once, with their first line.

    Raises:
        InputError: A column is of a type that its values cannot be read from.
    """
    types = usable_types(engine, source)
    bad = " OR ".join(f"({fault.condition})" for fault in _faults(types, plan))
    days = ", ".join(f"CAST({moment} AS DATE) AS {day}" for moment, day in _DAYS.items())
    confirmed = _confirmed(types)
    engine.make(
        "orders_checked",
        f"{_known(source.table, types, plan)}"  # noqa: S608  # names of our own
        f" SELECT line, order_id, channel, failure_cause AS cause, {days}, amount, settled_amount, refunded_amount,"
        f" CAST({confirmed} AS DATE) AS paid_day, {_waited(types, plan)} AS waited,"
        f" EXTRACT(hour FROM coalesce(failed_at, ordered_at)) AS failed_hour,"
        f" EXTRACT(hour FROM {confirmed}) AS paid_hour, sku, blanked, later, {FEE}, paid_at IS NOT NULL AS confirmed,"
        f" {_UNPAID} AS unpaid, CASE WHEN {_UNPAID} THEN {_closing_day(plan)} END AS closing_day,"
        " coalesce(refunded_amount > 0 AND refunded_known IS NULL AND found_refunded_on IS NULL, false) AS undated,"
        f" misfit IS NOT NULL AS broken,"
        f" coalesce(misfit IS NOT NULL OR {bad}, false) AS bad FROM complete",
    )
    engine.make(
        "orders_repeated",
        "SELECT order_id, min(line) AS first_line FROM orders_checked"
        " WHERE order_id IS NOT NULL AND NOT broken GROUP BY order_id HAVING count(*) > 1",
    )
    total, kept = (engine.rows(f"SELECT count(*) FROM {x}")[0][0] for x in (source.table, "orders_checked"))  # noqa: S608  # names of our own
    return int(total) - int(kept)


def _tells_nothing(types: Mapping[str, str]) -> bool:
    """Whether the source says neither which orders failed nor which were confirmed."""
    return "failure_cause" not in types and "paid_at" not in types


def _confirmed(types: Mapping[str, str]) -> str:
    return "ordered_at" if _tells_nothing(types) else "paid_at"


def _waited(types: Mapping[str, str], plan: Plan) -> str:
    """Of orders that nobody is known to have confirmed only a deduction tells that they were tried."""
    end = _end(plan)
    until = "deducted_at" if _tells_nothing(types) else f"coalesce(deducted_at, closed_at, {end})"
    return f"CASE WHEN failure_cause IS NULL THEN date_diff('microsecond', {_confirmed(types)}, {until}) END"


def rejected_rows(engine: OrderEngine, source: Source, plan: Plan) -> pd.DataFrame:
    """Reads the bad rows a second time and says what is wrong with each, one row a fault, by line.

    Columns: ``line``, ``order_id``, ``column``, ``value`` (as found, empty text where absent), ``reason``.
    """
    types = usable_types(engine, source)
    bad_lines = f"(SELECT * FROM {source.table} WHERE line IN (SELECT line FROM orders_checked WHERE bad)) AS bad_lines"  # noqa: S608  # our own
    engine.make("orders_bad", f"{_known(bad_lines, types, plan)} SELECT * FROM complete")  # noqa: S608  # our own
    repeated = Fault("line <> first_line AND NOT broken", "order_id", "order_id_duplicate")
    broken = Fault("misfit IS NOT NULL", "", "wrong_number_of_fields")
    others = [replace(x, condition=f"misfit IS NULL AND ({x.condition})") for x in _faults(types, plan)]
    rejected = [
        _rejected("orders_checked JOIN orders_repeated USING (order_id)", repeated, 0),
        _rejected("orders_bad", broken, 1, "misfit"),
        *(_rejected("orders_bad", fault, place) for place, fault in enumerate(others, start=2)),
    ]
    found = engine.frame(" UNION ALL ".join(rejected) + " ORDER BY line, place")
    return found.drop(columns="place").astype({"line": "int64"})


def _faults(types: Mapping[str, str], plan: Plan) -> list[Fault]:
    return faults(types, plan.channels, *(head for ours, head in plan.ledger.columns.items() if ours == "ordered_at"))


def unreadable_columns(engine: OrderEngine, rejected: pd.DataFrame, key: str) -> list[Problem]:
    """The columns that are there and of whose values next to none can be read, each with an example.

    ``rejected`` as ``rejected_rows`` gives it, of the rows that ``check_rows`` left; ``key`` is the ledger's.
    """
    shown = ", ".join(f"count({_READ_AS[x]})" for x in _READ_AS)
    read = engine.rows(f"SELECT {shown} FROM orders_checked WHERE NOT broken")[0]  # noqa: S608  # names of our own
    return mostly_unreadable(rejected, dict(zip(_READ_AS, map(int, read), strict=True)), key)


def mostly_unreadable(rejected: pd.DataFrame, read: Mapping[str, int], key: str) -> list[Problem]:
    """The columns of which next to none of the values can be read, beside the numbers that were ``read``."""
    problems = []
    for name, rows in rejected[rejected.reason.isin(_UNREADABLE)].groupby("column", sort=False):
        column = str(name)
        if len(rows) >= UNREADABLE_SHARE * (len(rows) + read[column]):
            what = "money" if column in MONEY else "times"
            example = str(rows.value.iloc[0])
            message = said(f"ledger.unreadable_{what}", column=column, count=len(rows), example=example)
            problems.append(Problem(message, key=key))
    return problems


def _rejected(rows: str, fault: Fault, place: int, value: str = "") -> str:
    """The rows that have one fault; ``place`` puts the faults of one row in order."""
    found = value or (fault.column if fault.column in TEXTS else f"CAST(found_{fault.column} AS VARCHAR)")
    return (
        f"SELECT line, coalesce(order_id, '') AS order_id, {sql_text(fault.column)} AS \"column\","  # noqa: S608  # our own
        f" coalesce({found}, '') AS \"value\", {sql_text(fault.reason)} AS reason, {place} AS place"
        f" FROM {rows} WHERE {fault.condition}"
    )


def usable_types(engine: OrderEngine, source: Source) -> dict[str, str]:
    """The columns' types; a column of nulls alone is of any type and counts as text."""
    types, problems = dict(source.types), []
    for column, kind in source.types.items():
        usable = USABLE_MONEY if column in MONEY else USABLE_TIMES
        if column in {*TEXTS, *LABELS, FEE} or kind.startswith(usable):
            continue
        if engine.rows(f"SELECT 1 FROM {source.table} WHERE {sql_name(column)} IS NOT NULL LIMIT 1"):  # noqa: S608  # our own
            wanted = said("ledger.types_of_money") if column in MONEY else said("ledger.types_of_times")
            message = said("ledger.unusable_type", kind=kind, source=source.shown, wanted=wanted)
            problems.append(Problem(message, key=column))
        types[column] = "NULL"
    if problems:
        raise InputError(problems)
    return types


def _end(plan: Plan) -> str:
    """The first moment after as_of."""
    return f"TIMESTAMP '{plan.horizon.as_of + dt.timedelta(days=1)}'"


def _known(table: str, types: Mapping[str, str], plan: Plan) -> str:
    """The steps up to ``complete``: each row as known on the evening of as_of, with all that the plan supplies."""
    end = _end(plan)
    late = ", ".join(f"coalesce({event} >= {end}, false) AS late_{event}" for event in _EVENTS)
    much_later = " + ".join(
        f"CAST(coalesce({event} >= {end} + INTERVAL '{MUCH_LATER}' DAY, false) AS INTEGER)" for event in _EVENTS
    )
    waits = _figures(plan.channels, "refund_days")
    told = f"TIMESTAMP '{plan.judged_on or plan.horizon.as_of}'"
    due = by_channel(
        {name: f"least(deducted_at + INTERVAL '{int(days)}' DAY, {told})" for name, days in waits.items()}, "TIMESTAMP"
    )
    completed = {
        "refunded_amount": "CASE WHEN NOT refund_to_come THEN refunded_amount END",
        "found_refunded_amount": "CASE WHEN NOT refund_to_come THEN found_refunded_amount END",
        "blanked": "blanked + CAST(refund_to_come AND deducted_at IS NULL AS INTEGER)",
    }
    return f"""
        WITH plain_values AS (SELECT line, misfit, {_fee(types)} AS {FEE}, {_plain_values(types)} FROM {table}),
        readable AS (SELECT plain_values.*, {_readable(types, plan.merchant.timezone)} FROM plain_values),
        not_later AS (
            SELECT readable.*, {late}, {much_later} AS later, refunded_amount IS NOT DISTINCT FROM 0 AS no_refund
            FROM readable WHERE misfit IS NOT NULL OR ordered_at IS NULL OR ordered_at < {end}
        ),
        known AS (SELECT {listed(_COLUMNS, _blanked())}, {_blanked_count()} AS blanked, later FROM not_later),
        dated AS (SELECT known.*, CASE WHEN deducted_at IS NOT NULL THEN {due} END AS refund_due FROM known),
        undated AS (
            SELECT dated.*, found_refunded_on IS NULL AND coalesce(refunded_amount > 0, false)
                AND coalesce({among("channel", waits)}, false) AND coalesce(refund_due >= {end}, true) AS refund_to_come
            FROM dated
        ),
        complete AS (
            SELECT {listed((*_COLUMNS, "blanked", "later"), completed)},
            coalesce(refunded_on, CASE WHEN refunded_amount > 0 AND NOT refund_to_come AND found_refunded_on IS NULL
                THEN refund_due END) AS refunded_known
            FROM undated
        )"""  # noqa: S608  # names of our own, and quoted texts of the plan


def _fee(types: Mapping[str, str]) -> str:
    """The fee that a bill tells, in whole fen; no column of a user's own ledger."""
    return FEE if FEE in types else "CAST(NULL AS BIGINT)"


def _plain_values(types: Mapping[str, str]) -> str:
    texts = [
        f"{plain(f'CAST({x} AS VARCHAR)', 'VARCHAR') if x in types else 'CAST(NULL AS VARCHAR)'} AS {x}" for x in TEXTS
    ]
    labels = [
        f"CASE WHEN CAST({x} AS VARCHAR) <> '' THEN CAST(hash({x}) >> 1 AS BIGINT) END AS {x}"
        if x in types
        else f"CAST(NULL AS BIGINT) AS {x}"
        for x in LABELS
    ]
    others = [f"{_plain(x, types)} AS found_{x}" for x in (*TIMES, *MONEY)]
    return ", ".join(texts + labels + others)


def _plain(column: str, types: Mapping[str, str]) -> str:
    kind = types.get(column, "NULL")
    return "CAST(NULL AS VARCHAR)" if kind == "NULL" else plain(sql_name(column), kind)


def _readable(types: Mapping[str, str], timezone: str) -> str:
    def kind(column: str) -> str:
        return types.get(column, "NULL").replace("NULL", "VARCHAR")

    times = [f"{moment(f'found_{x}', kind(x), timezone)} AS {x}" for x in TIMES]
    money = [f"{fen(f'found_{x}', kind(x))} AS {x}" for x in MONEY]
    return ", ".join(times + money)


def _blanked() -> dict[str, str]:
    """Every column of a later event as null, and those of a refund of zero."""
    blanked: dict[str, str] = {}
    for event, columns in _EVENTS.items():
        gone = "late_refunded_on OR no_refund" if event == "refunded_on" else f"late_{event}"
        for column in columns:
            names = (column,) if column in TEXTS else (column, f"found_{column}")
            blanked |= {name: f"CASE WHEN NOT ({gone}) THEN {name} END" for name in names}
    return blanked


def _blanked_count() -> str:
    counted = [f"CAST(late_{event} AS INTEGER)" for event in _EVENTS if event != "refunded_on"]
    return " + ".join([*counted, "CAST(late_refunded_on AND NOT no_refund AS INTEGER)"])


def _figures(channels: Mapping[str, Channel], key: str) -> dict[str, float]:
    found = {name: getattr(channel, key) for name, channel in channels.items()}
    return {name: figure for name, figure in found.items() if figure is not None}


def _closing_day(plan: Plan) -> str:
    """The day, by as_of, on which an unpaid order of a channel with ``unpaid_after_hours`` closes."""
    waits = {name: round(hours * HOUR) for name, hours in _figures(plan.channels, "unpaid_after_hours").items()}
    moments = {name: f"ordered_at + INTERVAL '{wait}' MICROSECOND" for name, wait in waits.items()}
    closing = by_channel(moments, "TIMESTAMP")
    return f"CASE WHEN {closing} < {_end(plan)} THEN CAST({closing} AS DATE) END"
