"""What a plan made from exports says, by what the files hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from forecast.ledger.exports.formats import named
from forecast.starting.order_facts import MethodFound
from forecast.starting.proposal import MOST_METHODS, Proposal, propose
from forecast.starting.survey import Balance, FileFound, Survey

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST, AS_OF = dt.date(2026, 6, 1), dt.date(2026, 10, 18)


def method(text: str = "", orders: int = 100, *, known: Mapping[str, int] = MappingProxyType({})) -> MethodFound:
    """A payment method of a hundred orders of which nothing is known but what is said."""
    facts = dict.fromkeys(("settled", "with_fee", "undated_refunds", "unpaid", "closed"), 0)
    return MethodFound(text, orders, **{**facts, **known})


def file_of(name: str, *methods: MethodFound, first: dt.date = FIRST, last: dt.date = AS_OF) -> FileFound:
    """A file of a format."""
    return FileFound(
        path=Path(f"{name}.csv"),
        formats=named(name)[:1],
        lines=100,
        orders=sum(one.orders for one in methods),
        first=first,
        last=last,
        whole_until=last if methods else None,
        payments_only=name == "wechat_bill",
        method_header="支付方式" if methods and methods[0].text else None,
        methods=methods,
    )


def proposed(*files: FileFound, balances: tuple[Balance, ...] = (), as_of: dt.date = AS_OF) -> Proposal:
    return propose(Survey(files, as_of, balances, None))


def test_a_channel_whose_files_tell_all_needs_no_key() -> None:
    (channel,) = proposed(
        file_of("jd_orders", method("京东白条", known={"settled": 90, "with_fee": 90, "closed": 5}))
    ).channels
    assert (channel.key, channel.label, channel.clearing, channel.assumed) == ("baitiao", "京东白条", "jd_pay", {})


@pytest.mark.parametrize(
    ("known", "assumed"),
    [
        ({}, {"fee_rate": 0.05, "settlement_days": 10}),
        ({"settled": 90}, {"fee_rate": 0.05}),
        ({"settled": 90, "with_fee": 90, "undated_refunds": 1}, {"refund_days": 5}),
        ({"settled": 90, "with_fee": 90, "unpaid": 3}, {"unpaid_after_hours": 48}),
        ({"settled": 90, "with_fee": 90, "unpaid": 3, "closed": 1}, {}),
        ({"with_fee": 100}, {"settlement_days": 10}),
    ],
)
def test_what_no_file_tells_is_assumed(known: dict[str, int], assumed: dict[str, float]) -> None:
    (channel,) = proposed(file_of("tmall_orders", method(known=known))).channels
    assert (channel.key, channel.clearing) == ("tmall", "alipay")
    assert channel.assumed == assumed


def test_a_ledger_that_shows_settlements_has_its_fees_in_them() -> None:
    found = proposed(file_of("ledger", method("baitiao", known={"settled": 90}), method("card", known={"settled": 90})))
    assert {one.key: (one.clearing, one.assumed) for one in found.channels} == {
        "baitiao": ("jd_pay", {}),
        "card": ("card", {}),
    }


def test_a_method_of_two_platforms_is_two_channels() -> None:
    found = proposed(
        file_of("jd_orders", method("京东白条"), method("微信支付")), file_of("wechat_bill", method("NATIVE"))
    )
    assert [(one.key, one.shared) for one in found.channels] == [
        ("baitiao", False),
        ("jd_wechat", True),
        ("wechat", False),
    ]
    jd, wechat = found.files
    assert jd.channels == {"京东白条": "baitiao", "微信支付": "jd_wechat"}
    assert (wechat.channel, wechat.channels) == ("wechat", None)


def test_several_words_for_one_method_are_one_channel_and_none_is_the_usual_one() -> None:
    found = proposed(file_of("jd_orders", method("京东白条"), method("白条分期"), method("微信支付"), method("", 3)))
    assert [(one.key, one.orders) for one in found.channels] == [("baitiao", 203), ("wechat", 100)]
    assert found.files[0].channels == {
        "京东白条": "baitiao",
        "白条分期": "baitiao",
        "微信支付": "wechat",
        "": "baitiao",
    }


def test_descriptions_of_payments_are_no_methods() -> None:
    many = [method(f"支付宝 {n}.00", 1) for n in range(MOST_METHODS + 1)]
    found = proposed(file_of("tmall_orders", *many))
    assert [(one.key, one.orders) for one in found.channels] == [("tmall", MOST_METHODS + 1)]
    assert found.files[0].channel == "tmall"


def balance(name: str, fen: int, day: int, kind: str = "bank_statement") -> Balance:
    """A balance of October by the day of its statement's last line up to as_of."""
    return Balance(Path(name), kind, fen, dt.date(2026, 10, day))


def test_the_bank_counts_before_the_platform() -> None:
    bank, alipay = balance("bank", 500, 17), balance("alipay", 90, 18, "alipay_bill")
    orders = file_of("jd_orders", method("京东白条"))
    both = proposed(orders, balances=(alipay, bank))
    assert (both.opening_balance, both.beside) == (500, (alipay,))
    assert proposed(orders, balances=(alipay,)).opening_balance == 90
    assert proposed(orders).opening_balance == 0


def test_promotions_lie_in_the_span_or_the_horizon() -> None:
    found = proposed(file_of("jd_orders", method("京东白条")))
    assert [event.name for event in found.events] == ["618", "double11", "double12"]
