"""The tables have the columns that their contract names, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_plans import csv_of, ledger_of, row

from forecast.ledger import tables

if TYPE_CHECKING:
    from pathlib import Path


def test_every_table_has_the_columns_of_its_constant(tmp_path: Path) -> None:
    for text in (csv_of(), csv_of(row(deducted_at="2026-10-02"), row(order_id="B"))):
        found = ledger_of(tmp_path, text).tables
        names = ("sales", "first", "recovery", "settlement", "refund_before", "refund_after", "collected", "identity")
        for name in names:
            assert tuple(getattr(found, name).columns) == getattr(tables, name.upper()), name
