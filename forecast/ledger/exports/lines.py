"""The lines of recognised exports become two tables of the engine: what they tell of orders, and which money moved.

``export_orders``: ``file`` (place among the files), ``line``, ``order_id``, ``part_id`` (product line or sub-order),
``shop``, ``method`` (of payment, or the column that was asked for), the moments ``ordered_at``, ``paid_at``,
``deducted_at``, ``closed_at``, ``failed_at``, ``failure_cause``, ``amount`` in fen (of the order where ``of_order``,
else of the line: then the lines of an order add up), ``is_payment`` (the line tells of a payment, not of an order
placed), ``settled_on``, ``settled_amount``, ``refunded_on``, ``refunded_amount``, ``fee``, ``sku``, ``region``.

``export_movements``: ``file``, ``line``, ``order_id``, ``other_id`` (a second number under which the order may be
known), ``at`` (null where the money has not moved yet), ``amount`` in fen (positive: to the merchant), ``means``,
``what`` (as found) and ``balance`` (of the account after it). A line may tell of two movements.

Both have ``fault`` (null, or the code of what cannot be read) and ``value`` (the cell at fault). Every line stands in
at least one of the two, but for blank ones, repeated headers, and what a bill says about its own lines; such totals are
held against the lines in ``export_totals`` (see ``totals.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecast.ledger.exports.file_lines import ALSO, load_file
from forecast.ledger.exports.totals import load_totals
from forecast.ledger.sql import listed
from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.file_lines import FileLines
    from forecast.ledger.exports.layouts import Movements, OrderLines
    from forecast.ledger.exports.recognising import Recognised

ORDERS: Mapping[str, str] = {
    "order_id": "VARCHAR",
    "part_id": "VARCHAR",
    "shop": "VARCHAR",
    "method": "VARCHAR",
    "ordered_at": "TIMESTAMP",
    "paid_at": "TIMESTAMP",
    "failure_cause": "VARCHAR",
    "failed_at": "TIMESTAMP",
    "deducted_at": "TIMESTAMP",
    "closed_at": "TIMESTAMP",
    "amount": "BIGINT",
    "settled_on": "DATE",
    "settled_amount": "BIGINT",
    "refunded_on": "DATE",
    "refunded_amount": "BIGINT",
    "fee": "BIGINT",
    "sku": "VARCHAR",
    "region": "VARCHAR",
    "of_order": "BOOLEAN",
    "is_payment": "BOOLEAN",
}
"""The columns of ``export_orders`` that rules fill, with their types."""

MOVEMENTS: Mapping[str, str] = {
    "order_id": "VARCHAR",
    "other_id": "VARCHAR",
    "at": "TIMESTAMP",
    "amount": "BIGINT",
    "means": "VARCHAR",
    "what": "VARCHAR",
    "balance": "BIGINT",
}
"""The same of ``export_movements``."""

_EMPTY: Mapping[str, str] = {"of_order": "true", "is_payment": "false", "means": "'other'"}
"""What stands in the columns of a row that cannot be read; null in all others."""

CLOSES_AFTER = "INTERVAL 1 DAY"
"""When an order that was never paid was closed, after it was placed, where the export does not say: about the time that
platforms leave a customer to pay."""


@dataclass(slots=True)
class _Gathered:
    """What files tell of one of the two tables: its queries, the columns that say anything, and the files' places."""

    columns: Mapping[str, str]
    queries: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    files: set[int] = field(default_factory=set)

    def add(self, file: int, query: str, told: Collection[str] = ()) -> None:
        """One more query, with the columns of which its rows may tell anything."""
        self.queries.append(query)
        self.told.update(told)
        self.files.add(file)

    @property
    def query(self) -> str:
        """The rows of all files."""
        return " UNION ALL ".join([_none(self.columns), *self.queries])

    @property
    def constants(self) -> dict[str, str]:
        """The columns that hold one value throughout; the file is one where there is no other."""
        of_one = {"file": str(min(self.files))} if len(self.files) == 1 else {}
        return of_one | {column: _EMPTY.get(column, "NULL") for column in self.columns if column not in self.told}


def load_lines(engine: OrderEngine, files: Sequence[Recognised], timezone: str = "Asia/Shanghai") -> None:
    """Makes ``export_orders``, ``export_movements`` and ``export_totals`` of the files' lines.

    Moments with a zone become local time of ``timezone``; all others are local already.
    """
    orders, movements, loaded = _Gathered(ORDERS), _Gathered(MOVEMENTS), []
    for place, file in enumerate(files):
        lines, rules = load_file(engine, place, file, timezone), file.format
        loaded.append(lines)
        if rules.orders is None:
            movements.add(place, _misfits(lines, MOVEMENTS))
        else:
            orders.add(place, _misfits(lines, ORDERS))
            found = _of_order(lines, rules.orders) | (_CLOSED if rules.orders.shut else {})
            orders.add(place, _orders(lines, rules.orders), _told(lines, found))
        for one in rules.movements:
            movements.add(place, _movements(lines, one), _told(lines, _of_movement(one)))
    engine.make_lean("export_orders", orders.query, orders.constants)
    engine.make_lean("export_movements", movements.query, movements.constants)
    load_totals(engine, loaded)


def _of_order(lines: FileLines, rules: OrderLines) -> dict[str, str]:
    """What a file's lines tell of orders, an expression a column."""
    asked = [ALSO.format(number) for number in range(len(lines.file.also))]
    method = f"coalesce({', '.join(asked)})" if asked else rules.method
    return {column: str(getattr(rules, column)) for column in ORDERS} | {"method": method}


def _orders(lines: FileLines, rules: OrderLines) -> str:
    """The query of what a file's lines tell of orders."""
    told = _of_order(lines, rules)
    inner = ", ".join(f"CAST({told[column]} AS {kind}) AS {sql_name(column)}" for column, kind in ORDERS.items())
    shut = f"coalesce({rules.shut or 'false'}, false)"
    missing = {"order_id": "order_id_missing", "ordered_at": "ordered_at_missing", "amount": "amount_missing"}
    absent = " ".join(f"WHEN {column} IS NULL THEN {sql_text(code)}" for column, code in missing.items())
    return (
        f"SELECT {lines.place} AS file, line, {listed(ORDERS, _CLOSED if rules.shut else {})},"  # noqa: S608  # our own
        f" coalesce(fault, CASE {absent} END) AS fault, value FROM"
        f" (SELECT line, fault, value, {inner}, {shut} AS shut FROM {lines.table}"
        f" WHERE coalesce({rules.where}, false)) AS told"
    )


_CLOSED = {
    "closed_at": f"CASE WHEN deducted_at IS NULL AND shut THEN coalesce(closed_at, ordered_at + {CLOSES_AFTER})"
    " WHEN deducted_at IS NULL THEN closed_at END",
    "refunded_on": "CASE WHEN deducted_at IS NOT NULL AND shut THEN CAST(closed_at AS DATE) ELSE refunded_on END",
    "refunded_amount": "CASE WHEN deducted_at IS NOT NULL AND shut THEN amount ELSE refunded_amount END",
}
"""What closing makes of an order: it closes where it was not paid, and is refunded wholly where it was."""


def _of_movement(rules: Movements) -> dict[str, str]:
    """What a file's lines tell of money that moved, an expression a column."""
    cases = " ".join(f"WHEN {condition} THEN {sql_text(means)}" for means, condition in rules.means.items())
    told = {column: str(getattr(rules, column)) for column in MOVEMENTS if column != "means"}
    return told | {"means": f"CASE {cases} ELSE 'other' END" if cases else "'other'"}


def _movements(lines: FileLines, rules: Movements) -> str:
    """The query of the money that a file's lines tell of."""
    told = _of_movement(rules)
    inner = ", ".join(f"CAST({told[column]} AS {kind}) AS {sql_name(column)}" for column, kind in MOVEMENTS.items())
    columns = ", ".join(map(sql_name, MOVEMENTS))
    return (
        f"SELECT {lines.place} AS file, line, {columns}, coalesce(fault, CASE WHEN amount IS NULL"  # noqa: S608  # our own
        " THEN 'amount_missing' WHEN \"at\" IS NULL AND NOT pending THEN 'time_missing' END) AS fault, value FROM"
        f" (SELECT line, fault, value, {inner}, coalesce({rules.pending}, false) AS pending FROM {lines.table}"
        f" WHERE coalesce({rules.where}, false)) AS told"
    )


def _told(lines: FileLines, rules: Mapping[str, str]) -> set[str]:
    """The columns of which a file may tell something else than a row that cannot be read."""
    absent = {cell.name for cell in lines.file.format.cells if cell.name not in lines.file.positions}
    return {
        column for column, told in rules.items() if told not in absent and told.lower() != _EMPTY.get(column, "null")
    }


def _misfits(lines: FileLines, columns: Mapping[str, str]) -> str:
    """The rows with more or fewer fields than the header, but for those that speak of others."""
    return (
        f"SELECT {lines.place} AS file, line, {_nulls(columns)}, 'wrong_number_of_fields' AS fault, misfit AS value"  # noqa: S608  # our own
        f" FROM {lines.found} WHERE misfit IS NOT NULL AND NOT {lines.summary}"
    )


def _none(columns: Mapping[str, str]) -> str:
    """No row, with the columns and their types."""
    return (
        f"SELECT CAST(0 AS INTEGER) AS file, CAST(0 AS BIGINT) AS line, {_nulls(columns)},"
        " CAST(NULL AS VARCHAR) AS fault, CAST(NULL AS VARCHAR) AS value WHERE false"
    )


def _nulls(columns: Mapping[str, str]) -> str:
    return ", ".join(
        f"CAST({_EMPTY.get(column, 'NULL')} AS {kind}) AS {sql_name(column)}" for column, kind in columns.items()
    )
