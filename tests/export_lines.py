"""Exports written into a test's own text, and what is read out of them, as small rows."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.lines import load_lines
from forecast.ledger.exports.recognising import recognise
from forecast.ledger.opening import open_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.ledger.exports.layouts import Format
    from forecast.ledger.exports.recognising import Recognised
    from forecast.ledger.opening import FoundTable

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ReadExports:
    """The two tables and the totals of some exports, by file and line."""

    orders: list[dict[str, object]]
    movements: list[dict[str, object]]
    totals: list[dict[str, object]]

    def told(self, *columns: str) -> list[Row]:
        """What is told of orders, only these columns; moments as text."""
        return [tuple(_plain(row[column]) for column in columns) for row in self.orders]

    def moved(self, *columns: str) -> list[Row]:
        """What is told of movements."""
        return [tuple(_plain(row[column]) for column in columns) for row in self.movements]

    def stated(self) -> list[Row]:
        """The totals: what, expected count and fen, found count and fen."""
        names = ("what", "expected_count", "expected_fen", "found_count", "found_fen")
        return [tuple(row[name] for name in names) for row in self.totals]

    def lines(self) -> set[object]:
        """The lines of the first file that stand in either table."""
        return {row["line"] for row in (*self.orders, *self.movements) if row["file"] == 0}


def table_of(folder: Path, text: str, name: str = "export.csv", encoding: str = "utf-8") -> FoundTable:
    """The only table of a file of this text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    (table,) = open_tables(path, folder)
    return table


def read_exports(folder: Path, *texts: str, also: Sequence[str] = (), encoding: str = "utf-8") -> ReadExports:
    """What stands in files of these texts, each recognised by its headers."""
    tables = [table_of(folder, text, f"export_{place}.csv", encoding) for place, text in enumerate(texts)]
    return read_recognised(folder, [recognise(table, also=also) for table in tables])


def read_in(folder: Path, text: str, formats: Sequence[Format]) -> ReadExports:
    """The same of one file, of formats that the test brings."""
    return read_recognised(folder, [recognise(table_of(folder, text), formats=formats)])


def read_recognised(folder: Path, files: Sequence[Recognised]) -> ReadExports:
    """The same of files that are recognised already."""
    with closing(OrderEngine(folder)) as engine:
        load_lines(engine, files)
        tables = ("export_orders", "export_movements", "export_totals")
        return ReadExports(*(_rows(engine, table) for table in tables))


def _rows(engine: OrderEngine, table: str) -> list[dict[str, object]]:
    names = list(engine.types(table))
    return [dict(zip(names, row, strict=True)) for row in engine.rows(f"SELECT * FROM {table} ORDER BY file, line")]  # noqa: S608  # our own


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | bool) else str(value)
