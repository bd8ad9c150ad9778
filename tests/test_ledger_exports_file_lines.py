"""One export's lines in the engine, apart from what the file says about them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from export_lines import table_of

from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.file_lines import load_file
from forecast.ledger.exports.recognising import recognise

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "费用项,订单编号,金额,收支方向,费用结算时间,到账渠道\n"
    "货款,`301,1.00,收入,2026-01-05,银行\n共计,,1.00,,,\n货款,302,1.00,收入,,银行\n"
)


def test_cells_stand_under_their_names_with_absent_ones_empty(tmp_path: Path) -> None:
    file = recognise(table_of(tmp_path, TEXT), also=["到账渠道"])
    with closing(OrderEngine(tmp_path)) as engine:
        lines = load_file(engine, 0, file, "Asia/Shanghai")
        rows = engine.rows(f"SELECT line, order_id, found, parent, also_0 FROM {lines.table} ORDER BY line")  # noqa: S608  # our own
        types = engine.types(lines.table)
    assert rows == [(2, "301", 100, None, "银行"), (4, "302", 100, None, "银行")]
    assert (types["found"], types["settled_at"], types["parent"]) == ("BIGINT", "TIMESTAMP", "VARCHAR")
    assert types["expected"] == "TIMESTAMP"
    assert lines.totals == {}


def test_headers_that_repeat_below_are_no_lines_and_typed_columns_hold_none(tmp_path: Path) -> None:
    head, first, *_ = TEXT.splitlines(keepends=True)
    with closing(OrderEngine(tmp_path)) as engine:
        lines = load_file(engine, 3, recognise(table_of(tmp_path, head + first + head + first)), "Asia/Shanghai")
        assert lines.table == "export_3"
        assert engine.rows(f"SELECT line FROM {lines.table} ORDER BY line") == [(2,), (4,)]  # noqa: S608  # our own


def test_long_numbers_that_all_end_in_zeros_were_rounded_by_a_spreadsheet(tmp_path: Path) -> None:
    header = "订单编号,费用项,金额,收支方向,费用结算时间\n"

    def faults(*numbers: str) -> list[str | None]:
        text = header + "".join(f"{number},货款,1.00,收入,2026-01-05\n" for number in numbers)
        with closing(OrderEngine(tmp_path)) as engine:
            lines = load_file(engine, 0, recognise(table_of(tmp_path, text)), "Asia/Shanghai")
            return [row[0] for row in engine.rows(f"SELECT fault FROM {lines.table} ORDER BY line")]  # noqa: S608  # our own

    rounded = ("1234567890123450000", "1234567890123460000", "1234567890123470000")
    assert faults(*rounded, "77") == ["order_id_lost"] * 3 + [None]
    assert faults(*rounded, "1234567890123456789") == [None] * 4
    assert faults("1234567890123450000", "77") == [None] * 2


def test_amounts_of_another_currency_cannot_be_read(tmp_path: Path) -> None:
    header = "订单编号,费用项,金额,收支方向,费用结算时间,币种\n"
    text = f"{header}1,货款,1.00,收入,2026-01-05,人民币\n2,货款,1.00,收入,2026-01-05,USD\n"
    with closing(OrderEngine(tmp_path)) as engine:
        lines = load_file(engine, 0, recognise(table_of(tmp_path, text)), "Asia/Shanghai")
        rows = engine.rows(f"SELECT fault, value FROM {lines.table} ORDER BY line")  # noqa: S608  # our own
    assert rows == [(None, None), ("amount_unreadable", "币种: USD")]
