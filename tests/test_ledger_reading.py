"""The whole way from a source to the ledger."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest
from ledger_plans import csv_of, plan_for, row, write_orders

from forecast.errors import InputError
from forecast.ledger import reading
from forecast.ledger.reading import read_ledger

if TYPE_CHECKING:
    from pathlib import Path


def test_progress_is_told_and_counts_add_up(tmp_path: Path) -> None:
    rows = [row(order_id="A"), row(order_id="B", amount="-"), row(order_id="C", ordered_at="2026-11-01")]
    write_orders(tmp_path, csv_of(*rows))
    told: list[str] = []
    counts = read_ledger(plan_for(tmp_path), progress=told.append).counts
    assert (counts.orders, counts.rejected, counts.dropped, counts.blanked) == (1, 1, 1, 0)
    assert told == ["reading orders.csv", "checking every row", "summing by day"]


def test_what_the_feed_holds_at_all(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(row()))
    ledger = read_ledger(plan_for(tmp_path))
    flags = ledger.has_settlement, ledger.has_refund_dates, ledger.has_closing, ledger.has_causes
    assert flags == (True, True, True, True)
    write_orders(tmp_path, "order_id,channel,ordered_at,amount,deducted_at\n")
    ledger = read_ledger(plan_for(tmp_path))
    flags = ledger.has_settlement, ledger.has_refund_dates, ledger.has_closing, ledger.has_causes
    assert flags == (False, False, False, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_temporary_files_are_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    text = "订单号,channel,ordered_at,amount,deducted_at,closed_at\n甲,baitiao,2026-10-01,1.00,,2026-10-02\n"
    (tmp_path / "orders.csv").write_text(text, encoding=encoding)
    ledger = read_ledger(plan_for(tmp_path, columns={"order_id": "订单号"}))
    assert ledger.counts.orders == 1
    assert list(temporary.iterdir()) == []
    with pytest.raises(InputError):
        read_ledger(plan_for(tmp_path, columns={"order_id": "编号"}))
    assert list(temporary.iterdir()) == []


def test_a_ledger_larger_than_the_memory_given_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(order_id=f"{number:040d}", deducted_at="2026-10-02") for number in range(60_000)]
    write_orders(tmp_path, csv_of(*rows))
    monkeypatch.setattr(reading, "MEMORY_LIMIT", "40MB")
    ledger = read_ledger(plan_for(tmp_path))
    assert ledger.counts.orders == 60_000
    assert int(ledger.tables.identity["outstanding"].sum()) == 60_000 * 10_000


def test_the_same_ledger_gives_the_same_tables_to_the_last_bit(tmp_path: Path) -> None:
    """However the engine's threads divide the rows."""
    rows = [row(order_id=str(number), amount=f"{number * 7919 % 99991}.{number % 100:02d}") for number in range(5000)]
    write_orders(tmp_path, csv_of(*rows))
    squared = sum((number * 7919 % 99991 * 100 + number % 100) ** 2 for number in range(5000))
    first, again = (read_ledger(plan_for(tmp_path)).tables.sales["value_squared"].tolist() for _ in range(2))
    assert first == again == [float(squared) / 100**2]
