"""Formats found by the names of headers alone, and what is said where none fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from export_lines import table_of

from forecast.errors import InputError
from forecast.ledger.exports.formats import FORMATS
from forecast.ledger.exports.layouts import Format, OrderLines, moment, money, number
from forecast.ledger.exports.recognising import ForeignError, plain_header, recognise, recognise_file

if TYPE_CHECKING:
    from pathlib import Path

TMALL = ("订单编号", "总金额", "订单创建时间", "订单付款时间 ", "订单状态")


def problem(folder: Path, text: str, wanted: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        recognise(table_of(folder, text), wanted)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        ",".join(TMALL) + "\n",
        "\ufeff" + ",".join(f'"{header}"' for header in TMALL) + "\n",
        ",".join(reversed(TMALL)) + ",买家留言\n",
        "\n店铺报表\n\n导出人：甲,2026\n" + "\n" * 20 + ",".join(f"{header}\t" for header in TMALL) + "\n1,2,3,4,5\n",
        ";".join(TMALL) + "\n",
    ],
    ids=["plain", "mark and quotes", "reordered and more", "below a preamble", "semicolons"],
)
def test_a_header_counts_wherever_and_in_whichever_order_it_stands(tmp_path: Path, text: str) -> None:
    found = recognise(table_of(tmp_path, text))
    assert found.format.name == "tmall_orders"
    header = text.removeprefix("\ufeff").splitlines()[found.header_line - 1]
    cells = [cell.strip('"\t ') for cell in header.replace(";", ",").split(",")]
    assert {name: cells[place] for name, place in found.positions.items()} == {
        "order_id": "订单编号",
        "amount": "总金额",
        "ordered_at": "订单创建时间",
        "paid": "订单付款时间",
        "status": "订单状态",
    }


def test_brackets_of_either_width_and_any_case_are_alike() -> None:
    assert plain_header(" 收入金额（＋元） ") == plain_header("收入金额(+元)")
    assert plain_header('="Created (UTC)"') == plain_header("created(utc)")


def test_what_no_format_fits_names_the_nearest_one_and_what_it_lacks(tmp_path: Path) -> None:
    said = problem(tmp_path, "订单编号,总金额,订单创建时间,买家会员名\n")
    assert said == (
        "export.csv:1: no format of export fits. The headers found: 订单编号, 总金额, 订单创建时间,"
        " 买家会员名. The nearest format is tmall_orders (Tmall and Taobao orders, 天猫/淘宝订单导出),"
        " which also needs 订单付款时间. Export the file anew with them, or give it"
        ' your own headers in format "ledger" ([ledger.columns])'
    )


def test_headers_of_nothing_known_are_listed_shortened(tmp_path: Path) -> None:
    said = problem(tmp_path, "某报表\n" + ",".join(f"栏{place}" for place in range(20)) + "," + "长" * 30 + "\n")
    assert said.startswith(
        "export.csv:2: no format of export fits: none of the headers found is known. The headers found: 栏0, 栏1,"
    )
    assert "栏11 … (+9)" in said
    assert "栏12" not in said


def test_a_named_format_is_the_only_one_tried(tmp_path: Path) -> None:
    assert "nearest format is jd_orders" in problem(tmp_path, ",".join(TMALL) + "\n", "jd_orders")
    assert 'no format "tmal"' in problem(tmp_path, ",".join(TMALL) + "\n", "tmal")


def test_of_two_formats_that_fit_the_one_with_more_columns_found_counts_and_a_tie_is_asked(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id,time,sum,extra\n1,2026-01-01,2.00,x\n")
    cells = (number("order_id", "id", needed=True), moment("ordered_at", "time"), money("amount", "sum"))
    first = Format("first", "甲", "First", cells, orders=OrderLines())
    second = replace(first, name="second")
    richer = replace(second, cells=(*cells, number("more", "extra")))
    assert recognise(table, formats=(first, richer)).format is richer
    with pytest.raises(InputError, match=r'fits several formats equally: first, second; .* format = "first"'):
        recognise(table, formats=(first, second))
    assert recognise(table, "second", formats=(first, second)).format is second


def test_a_header_in_use_that_stands_twice_is_refused_and_another_is_not(tmp_path: Path) -> None:
    assert 'the header "总金额" stands twice' in problem(tmp_path, ",".join((*TMALL, "总金额")) + "\n")
    assert recognise(table_of(tmp_path, ",".join((*TMALL, "买家留言", "买家留言")) + "\n"))


def test_headers_that_are_asked_for_are_kept_or_missed(tmp_path: Path) -> None:
    table = table_of(tmp_path, ",".join((*TMALL, "支付渠道 ")) + "\n")
    assert recognise(table, also=["支付渠道"]).also == {"支付渠道": 5}
    with pytest.raises(InputError, match=r'there is no header "支付方式"\. The headers found: 订单编号'):
        recognise(table, also=["支付方式"])


def test_of_one_file_the_summaries_and_empty_tables_are_left_out(tmp_path: Path) -> None:
    lines = table_of(tmp_path, ",".join(TMALL) + "\n")
    summary = replace(table_of(tmp_path, "类型,笔数\n收入,3\n", "sum.csv"), shown="bill.zip › 汇总.csv")
    other = replace(summary, shown="bill.zip › 说明.csv")
    assert [one.table.shown for one in recognise_file([summary, lines]).tables] == ["export.csv"]
    assert recognise_file([other, lines]).left_out == ("bill.zip › 说明.csv",)
    with pytest.raises(ForeignError, match=r"one alone is known\. .* nearest format is \w+ \(.*\), which also needs "):
        recognise_file([other])
    with pytest.raises(InputError, match=r"no lines of an export: bill\.zip › 汇总"):
        recognise_file([summary])


def test_beside_others_a_table_with_the_look_of_a_format_is_an_error(tmp_path: Path) -> None:
    lines = table_of(tmp_path, ",".join(TMALL) + "\n")
    close = table_of(tmp_path, ",".join(TMALL[:3]) + "\n", "close.csv")
    with pytest.raises(InputError, match=r"close\.csv:1: no format .* The nearest format is tmall_orders"):
        recognise_file([close, lines])


def test_no_two_formats_share_the_headers_that_they_need() -> None:
    needed = [
        (one.name, frozenset(plain_header(cell.headers[0]) for cell in one.cells if cell.needed)) for one in FORMATS
    ]
    shared = {(name, other) for name, own in needed for other, theirs in needed if name < other and own == theirs}
    assert shared == set()
