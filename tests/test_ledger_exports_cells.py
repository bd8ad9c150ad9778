"""Cells as exports write them, cleaned and read inside the engine."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.cells import clean, is_lost, read
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.ledger.exports.layouts import Kind

READ: dict[Kind, dict[str, str | None]] = {
    "number": {
        "1234567890123456789": "1234567890123456789",
        "`4200000925202101284997714292": "4200000925202101284997714292",
        "3226563\t": "3226563",
        '="1234567890123456781"': "1234567890123456781",
        "'1234567890123456783": "1234567890123456783",
        " \u3000 88 \u00a0": "88",
        "260620-1": "260620-1",
        "123456.0": "123456",
        "0": None,
        "`": None,
        "-": None,
        "1.23457E+17": None,
        "TUE+5": "TUE+5",
    },
    "moment": {
        "2026-01-05 09:30:01": "2026-01-05 09:30:01",
        "`2026-01-05 09:30:01": "2026-01-05 09:30:01",
        "2026/1/5 9:30": "2026-01-05 09:30:00",
        "2026-1-5": "2026-01-05 00:00:00",
        "2026年01月05日": "2026-01-05 00:00:00",
        "2026年1月5日 9:30": "2026-01-05 09:30:00",
        "2026.01.05": "2026-01-05 00:00:00",
        "20260105": "2026-01-05 00:00:00",
        "20260105093001": "2026-01-05 09:30:01",
        "46027": "2026-01-05 00:00:00",
        "46027.39584491": "2026-01-05 09:30:01",
        "2026-01-05T01:30:00Z": "2026-01-05 09:30:00",
        "2026-02-30 10:00:00": None,
        "20261305": None,
        "0000-00-00 00:00:00": None,
        "05/01/2026": None,
        "-": None,
    },
    "money": {
        "12.50": "1250",
        "`0.01": "1",
        "1,234,567.80": "123456780",
        "¥12": "1200",
        "￥-12.5元": "-1250",
        "+5": "500",
        ".5": "50",
        "12.1000000": "1210",
        "12.100000000000001": "1210",
        "1.5E+3": "150000",
        "1,23": None,
        "12.345": None,
        "12.5x": None,
        "--": None,
    },
    "rounded": {"7.79400": "779", "0.00500": "1", "-1.79000": "-179", "abc": None},
    "spoilt": {"1234567890123450000": None, "1234567890123456789": "1234567890123456789", "1200000": "1200000"},
    "currency": {"CNY": "CNY", "`cny": "CNY", "人民币": "CNY", "USD": None},
    "text": {"`SUCCESS": "SUCCESS", "收货地址 ": "收货地址", "-": None, "  ": None, "货款": "货款"},
}


def values(folder: Path, query: str) -> list[object]:
    with closing(OrderEngine(folder)) as engine:
        return [row[0] for row in engine.rows(query)]


def read_as_text(folder: Path, kind: Kind, cells: Sequence[str]) -> list[object]:
    rows = ", ".join(f"({place}, {sql_text(cell)})" for place, cell in enumerate(cells))
    cleaned = f"SELECT place, {clean('cell', kind, 'VARCHAR')} AS bare FROM (VALUES {rows}) AS found (place, cell)"  # noqa: S608  # our own
    value = read("bare", kind, "VARCHAR", "Asia/Shanghai")
    return values(folder, f"SELECT CAST({value} AS VARCHAR) FROM ({cleaned}) AS cleaned ORDER BY place")  # noqa: S608  # our own


@pytest.mark.parametrize("kind", list(READ))
def test_cells_as_exports_write_them(tmp_path: Path, kind: Kind) -> None:
    found = read_as_text(tmp_path, kind, list(READ[kind]))
    assert dict(zip(READ[kind], found, strict=True)) == READ[kind]


def test_an_order_number_that_a_spreadsheet_rounded_is_told_from_one_with_letters(tmp_path: Path) -> None:
    cells = {"1.23457E+17": True, "1e+18": True, "TUE+5": False, "1234567890123456789": False}
    for cell, lost in cells.items():
        assert values(tmp_path, f"SELECT {is_lost(sql_text(cell), 'number', 'VARCHAR')}") == [lost]
    doubles = {"1.234567e17": True, "12345.0": False, "12345.5": True}
    for cell, lost in doubles.items():
        assert values(tmp_path, f"SELECT {is_lost(f'CAST({cell} AS DOUBLE)', 'number', 'DOUBLE')}") == [lost]


@pytest.mark.parametrize(
    ("cell", "type_", "kind", "expected"),
    [
        ("301", "BIGINT", "number", "301"),
        ("301.0", "DOUBLE", "number", "301"),
        ("12.34", "DECIMAL(18,2)", "money", "1234"),
        ("12.34", "DOUBLE", "money", "1234"),
        ("12", "INTEGER", "money", "1200"),
        ("'2026-01-05 09:30:00'", "TIMESTAMP", "moment", "2026-01-05 09:30:00"),
        ("'2026-01-05'", "DATE", "moment", "2026-01-05 00:00:00"),
        ("46027.5", "DOUBLE", "moment", "2026-01-05 12:00:00"),
        ("7", "BIGINT", "text", "7"),
    ],
)
def test_typed_columns_are_used_as_they_are(tmp_path: Path, cell: str, type_: str, kind: Kind, expected: str) -> None:
    value = read(clean(f"CAST({cell} AS {type_})", kind, type_), kind, type_, "Asia/Shanghai")
    assert values(tmp_path, f"SELECT CAST({value} AS VARCHAR)") == [expected]
