"""The ledger's own columns as an export among others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports, read_recognised, table_of

from forecast.ledger.exports.platforms.own import FORMATS
from forecast.ledger.exports.recognising import recognise

if TYPE_CHECKING:
    from pathlib import Path


def test_every_column_of_the_ledger_is_kept(tmp_path: Path) -> None:
    header = (
        "order_id,channel,ordered_at,amount,paid_at,failure_cause,failed_at,deducted_at,closed_at,settled_on,settled_amount,"
        "refunded_on,refunded_amount,shop,sku,region\n"
    )
    line = (
        "A,baitiao,2026-01-01 10:00,100.00,2026-01-01 10:01,clearing,2026-01-01 10:02,2026-01-02,,"
        "2026-01-09,99.10,,,main,s,浙江\n"
    )
    (row,) = read_exports(tmp_path, header + line).orders
    told = {name: str(value) for name, value in row.items() if value is not None}
    assert FORMATS[0].name == "ledger"
    assert told == {
        "file": "0",
        "line": "2",
        "order_id": "A",
        "shop": "main",
        "method": "baitiao",
        "ordered_at": "2026-01-01 10:00:00",
        "paid_at": "2026-01-01 10:01:00",
        "failure_cause": "clearing",
        "failed_at": "2026-01-01 10:02:00",
        "deducted_at": "2026-01-02 00:00:00",
        "amount": "10000",
        "settled_on": "2026-01-09",
        "settled_amount": "9910",
        "sku": "s",
        "region": "浙江",
        "of_order": "True",
        "is_payment": "False",
    }


def test_the_plans_columns_stand_for_ours(tmp_path: Path) -> None:
    table = table_of(tmp_path, "编号,下单,amount,扣款\nA,2026-01-01,5.00,2026-01-01\n")
    columns = {"order_id": "编号", "ordered_at": "下单", "deducted_at": "扣款"}
    read = read_recognised(tmp_path, [recognise(table, "ledger", columns=columns)])
    assert read.told("order_id", "amount", "deducted_at") == [("A", 500, "2026-01-01 00:00:00")]
