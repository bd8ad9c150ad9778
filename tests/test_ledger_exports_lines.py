"""The two tables made of exports: every line once at least, faults named, and any further platform."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import documents
import pandas as pd
import pytest
from export_lines import read_exports, read_in, read_recognised

from forecast.ledger.exports.formats import FORMATS
from forecast.ledger.exports.lines import MOVEMENTS
from forecast.ledger.exports.recognising import recognise
from forecast.ledger.opening import open_tables

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "订单编号,总金额,订单创建时间,订单付款时间,支付方式,买家支付方式\n"


def test_what_cannot_be_read_is_a_fault_of_its_line_with_the_header_and_the_cell(tmp_path: Path) -> None:
    read = read_exports(
        tmp_path,
        f"{HEADER}1.23457E+17,10.00,2026-01-01,2026-01-01,,\n12,ten,2026-01-01,2026-01-01,,\n13,10.00,1 January,,,\n"
        "14,10.00,2026-01-01,then,,\n15,,2026-01-01,,,\n,1.00,2026-01-01,,,\n16,10.00,,,,\n17,10.00\n18,10.00,2026-01-01,,,\n",
    )
    assert read.told("line", "order_id", "fault", "value") == [
        (2, None, "order_id_lost", "订单编号: 1.23457E+17"),
        (3, "12", "amount_unreadable", "总金额: ten"),
        (4, "13", "time_unreadable", "订单创建时间: 1 January"),
        (5, "14", "time_unreadable", "订单付款时间: then"),
        (6, "15", "amount_missing", None),
        (7, None, "order_id_missing", None),
        (8, "16", "ordered_at_missing", None),
        (9, None, "wrong_number_of_fields", "17,10.00"),
        (10, "18", None, None),
    ]


def test_a_number_whose_formula_was_not_calculated_is_a_fault(tmp_path: Path) -> None:
    numbers = ("#FORMULA?", "#N/A", "#1001")
    read = read_exports(tmp_path, HEADER + "".join(f"{number},10.00,2026-01-01,,,\n" for number in numbers))
    assert read.told("fault") == [("order_id_error",), ("order_id_error",), (None,)]


def test_movements_without_a_day_or_an_amount_are_faults(tmp_path: Path) -> None:
    bill = (
        "商户订单号,发生时间,收入金额（+元）,支出金额（-元）,账务类型\n1,,5.00,0,交易收入\n1,2026-01-01,,,交易收入\n"
        "1,2026-01-01,x,,交易收入\n"
    )
    read = read_exports(tmp_path, bill)
    assert read.moved("line", "fault") == [(2, "time_missing"), (3, "amount_missing"), (4, "amount_unreadable")]


def test_blank_lines_repeated_headers_and_comments_are_no_lines(tmp_path: Path) -> None:
    text_ = f"{HEADER}1,10.00,2026-01-01,,,\n,,,,,\n{HEADER}2,10.00,2026-01-02,,,\n# end\n------\n"
    assert read_exports(tmp_path, text_).lines() == {2, 5}


def test_columns_reordered_renamed_by_a_space_and_with_others_beside_them_tell_the_same(tmp_path: Path) -> None:
    bill = "商户订单号,发生时间,收入金额（+元）,支出金额（-元）,账务类型\n"
    bill += "A1,2026-01-02,5.00,0,交易收入\nA2,2026-01-03,0,-1.20,退款\n"
    rows = [line.split(",") for line in bill.splitlines()]
    mixed = "".join(f"{','.join([*reversed(row), 'x'])}\n" for row in [[f"{h} \t" for h in rows[0]], *rows[1:]])
    told = [read_exports(tmp_path, text).moved(*MOVEMENTS) for text in (bill, mixed.replace("（", "("))]
    assert told[0] == told[1]
    assert read_exports(tmp_path, mixed).moved("amount") == [(500,), (-120,)]


def test_a_product_whose_name_begins_like_a_comment_is_a_line_and_a_spoilt_one_is_told(tmp_path: Path) -> None:
    orders = (
        "商品,订单号,订单状态,用户实付金额(元),订单成交时间\n#爆款 手机壳,1,待发货,5.00,2026-01-01\n"
        "共享充电宝,2,待发货,5.00,2026-01-01\n#爆款,手机壳,3,待发货,5.00,2026-01-01\n#共 3 笔\n"
    )
    read = read_exports(tmp_path, orders)
    assert read.told("line", "fault") == [(2, None), (3, None), (4, "wrong_number_of_fields")]


def test_the_column_that_was_asked_for_stands_as_the_method(tmp_path: Path) -> None:
    lines = f"{HEADER}1,10.00,2026-01-01,,支付宝,花呗\n"
    assert read_exports(tmp_path, lines).told("method") == [("支付宝",)]
    assert read_exports(tmp_path, lines, also=["买家支付方式"]).told("method") == [("花呗",)]


def test_files_are_numbered_in_their_order_and_share_the_tables(tmp_path: Path) -> None:
    orders, bill = (
        f"{HEADER}1,10.00,2026-01-01,,,\n",
        "订单编号,费用项,金额,收支方向,费用结算时间\n1,货款,10.00,收入,2026-01-08\n",
    )
    read = read_exports(tmp_path, orders, bill)
    assert (read.told("file", "line"), read.moved("file", "line")) == ([(0, 2)], [(1, 2)])


def test_no_files_make_empty_tables(tmp_path: Path) -> None:
    read = read_recognised(tmp_path, [])
    assert (read.orders, read.movements, read.totals) == ([], [], [])


@pytest.mark.parametrize("name", ["exports.md", "exports.zh-CN.md"])
def test_the_next_platform_is_the_small_table_that_the_page_shows(tmp_path: Path, name: str) -> None:
    page = documents.text_of(documents.ROOT / "docs" / "how-to" / name)
    (table,), (lines,) = documents.fenced(page, "python"), documents.fenced(page, "csv")
    (tmp_path / "kuaishou.py").write_text(table, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("kuaishou", tmp_path / "kuaishou.py")
    assert spec
    assert spec.loader
    kuaishou = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kuaishou)
    read = read_in(tmp_path, lines, (*FORMATS, *kuaishou.FORMATS))
    assert len(table.splitlines()) <= 40
    assert read.told("order_id", "amount", "deducted_at", "closed_at", "refunded_amount") == [
        ("77", 2000, "2026-01-01 10:01:00", None, 500),
        ("78", 2000, None, "2026-01-02 11:00:00", None),
    ]
    assert read.moved("order_id", "means", "amount", "at") == [("77", "payment", 1470, "2026-01-09 00:00:00")]


def test_parquet_with_its_own_types_reads_as_the_text_does(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "订单编号": [301, 301],
            "费用项": ["货款", "佣金"],
            "金额": [19.90, 0.40],
            "收支方向": ["收入", "支出"],
            "费用结算时间": pd.to_datetime(["2026-01-08 10:00", "2026-01-08 10:00"]),
        }
    )
    frame.to_csv(tmp_path / "typed.csv", index=False)
    frame.to_parquet(tmp_path / "typed.parquet")
    csv = read_exports(tmp_path, (tmp_path / "typed.csv").read_text(encoding="utf-8"))
    parquet = read_recognised(tmp_path, [recognise(one) for one in open_tables(tmp_path / "typed.parquet", tmp_path)])
    assert parquet.moved(*MOVEMENTS) == csv.moved(*MOVEMENTS)
    assert parquet.moved("order_id", "amount", "at")[1] == ("301", -40, "2026-01-08 10:00:00")
