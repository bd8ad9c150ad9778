"""Mapping a source's headers to the ledger's columns."""

from __future__ import annotations

import pytest

from forecast.errors import InputError
from forecast.ledger.columns import map_columns
from forecast.plan.model import LedgerSource

TMALL = ["订单编号", "总金额", "买家实际支付金额", "收货地址 ", "订单创建时间", "订单付款时间 ", "退款金额"]


def test_headers_are_found_with_the_spaces_around_them_trimmed() -> None:
    source = LedgerSource(
        "orders.csv",
        columns={
            "order_id": "订单编号",
            "ordered_at": "订单创建时间",
            "amount": "总金额",
            "deducted_at": "订单付款时间",
            "region": "收货地址",
        },
        constants={"channel": "tmall"},
    )
    mapped = map_columns(TMALL, source, "orders.csv")
    assert mapped.positions == {"order_id": 0, "ordered_at": 4, "amount": 1, "deducted_at": 5}
    assert mapped.constants == {"channel": "tmall"}


def test_columns_that_are_not_mapped_are_found_under_their_own_names() -> None:
    headers = ["deducted_at", "amount", "channel", "when", "order_id"]
    mapped = map_columns(headers, LedgerSource("o.csv", columns={"ordered_at": "when"}), "o.csv")
    assert mapped.positions == {"order_id": 4, "channel": 2, "ordered_at": 3, "deducted_at": 0, "amount": 1}


def test_every_problem_is_named_at_once_with_what_was_found_and_what_is_near() -> None:
    source = LedgerSource(
        "orders.csv",
        columns={"order_id": "订单编码", "amout": "总金额", "ordered_at": "订单创建时间"},
        constants={"channel": "tmall"},
    )
    with pytest.raises(InputError) as caught:
        map_columns(TMALL, source, "orders.csv")
    problems = {problem.key: str(problem.message) for problem in caught.value.problems}
    assert set(problems) == {"ledger.columns.amout", "ledger.columns.order_id", "ledger.columns"}
    assert 'did you mean "amount"?' in problems["ledger.columns.amout"]
    assert 'did you mean "订单编号"?' in problems["ledger.columns.order_id"]
    assert '"退款金额"' in problems["ledger.columns.order_id"]
    assert "none of these columns: amount, deducted_at" in problems["ledger.columns"]


def test_required_columns_that_are_missing_are_told_together_and_the_headers_once() -> None:
    headers = ["编号", "日期", *(f"列{number}" for number in range(40))]
    with pytest.raises(InputError) as caught:
        map_columns(headers, LedgerSource("o.csv"), "o.csv")
    (problem,) = caught.value.problems
    assert problem.key == "ledger.columns"
    assert "none of these columns: order_id, channel, ordered_at, amount, deducted_at" in str(problem)
    assert str(problem).count('"编号"') == 1
    assert "… (+18)" in str(problem)
    assert "没有这些列：order_id、channel" in problem.text("zh")


def test_one_required_column_that_is_missing_is_told_by_its_name() -> None:
    with pytest.raises(InputError, match=r'^ledger.columns.amount: required; .*Write amount = "their header"'):
        map_columns(["order_id", "channel", "ordered_at", "deducted_at"], LedgerSource("o.csv"), "o.csv")


def test_a_column_may_not_be_both_in_the_source_and_constant() -> None:
    headers = ["order_id", "channel", "ordered_at", "amount", "deducted_at"]
    with pytest.raises(InputError, match=r"ledger.constants.channel: .*leave one of the two out"):
        map_columns(headers, LedgerSource("o.csv", constants={"channel": "tmall"}), "o.csv")


def test_a_header_that_stands_twice_is_ambiguous() -> None:
    headers = ["order_id", "channel", "ordered_at", "amount", "amount ", "deducted_at"]
    with pytest.raises(InputError) as raised:
        map_columns(headers, LedgerSource("o.csv"), "o.csv")
    assert str(raised.value) == (
        'ledger.columns.amount: o.csv has the header "amount" 2 times: rename or remove all but one'
    )


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("settled_on", "settled_amount"),
        ("settled_amount", "settled_on"),
        ("refunded_on", "refunded_amount"),
        ("failed_at", "failure_cause"),
    ],
)
def test_a_column_that_means_nothing_alone_asks_for_its_other_half(column: str, other: str) -> None:
    headers = ["order_id", "channel", "ordered_at", "amount", "deducted_at", column]
    with pytest.raises(InputError, match=f"ledger.columns.{other}: needed beside {column}"):
        map_columns(headers, LedgerSource("o.csv"), "o.csv")


OWN = ["order_id", "channel", "ordered_at", "amount", "deducted_at", "settled_on", "settled_amount"]


@pytest.mark.parametrize(
    ("column", "header"),
    [("amount", "金额"), ("order_id", "订单编号"), ("ordered_at", "下单时间"), ("channel", "支付方式")],
)
def test_a_header_in_chinese_is_proposed_and_another_column_of_ours_is_not(column: str, header: str) -> None:
    headers = [header if name == column else name for name in OWN]
    with pytest.raises(InputError) as caught:
        map_columns(headers, LedgerSource("o.csv"), "o.csv")
    assert f'did you mean "{header}"?' in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (["，".join(OWN)], "the cells of o.csv are separated by ，, which is not read"),
        (["|".join(OWN)], "the cells of o.csv are separated by |, which is not read"),
        (["2025-1", "wechat", "2025-04-01 03:38:45", "287.99"], "the first line of o.csv is an order, not headers"),
        (["订单编号", "金额"], 'such as order_id = "订单编号", amount = "金额", or under'),
    ],
)
def test_a_first_line_that_holds_no_columns_of_ours_is_told_by_what_it_is(headers: list[str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        map_columns(headers, LedgerSource("o.csv"), "o.csv")
    assert told in str(caught.value)
    assert "287.99" not in str(caught.value)


def test_a_file_of_one_column_is_not_shown_for_it_may_be_no_table() -> None:
    with pytest.raises(InputError) as raised:
        map_columns(["root:x:0:0"], LedgerSource("passwd"), "passwd")
    assert "root" not in str(raised.value)
