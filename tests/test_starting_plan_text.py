"""The text of a plan made from exports: names of every kind stand in it as TOML takes them."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_starting_proposal import balance, file_of, method, proposed

from forecast.starting.plan_text import balance_source, label_of, plan_text
from forecast.texts import Texts

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language

ODD = '我的"店"\\$as_of\n二号'


def test_names_with_quotes_and_signs_are_kept(tmp_path: Path) -> None:
    proposal = proposed(file_of("ledger", method(ODD, known={"settled": 9}), method("card", known={"settled": 9})))
    odd = replace(proposal, survey=replace(proposal.survey, shop=ODD))
    plan = tomllib.loads(plan_text(odd, tmp_path, "zh"))
    assert plan["merchant"]["name"] == ODD
    assert set(plan["channels"]) == {ODD, "card"}
    assert plan["ledger"]["files"][0]["channels"] == {ODD: ODD, "card": "card"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_comments_stand_in_one_language(tmp_path: Path, language: Language) -> None:
    text = plan_text(proposed(file_of("tmall_orders", method())), tmp_path, language)
    assert ("假设" in text) == (language == "zh")
    assert ("ASSUMED" in text) == (language == "en")
    assert "$" not in text
    assert max(len(line) for line in text.splitlines()) <= 160
    assert tomllib.loads(text)["channels"]["tmall"]["fee_rate"] == 0.05


def test_a_file_without_orders_has_no_channel(tmp_path: Path) -> None:
    plan = tomllib.loads(
        plan_text(proposed(file_of("jd_orders", method("京东白条")), file_of("jd_settlement")), tmp_path, "zh")
    )
    assert [one.get("channel") for one in plan["ledger"]["files"]] == ["baitiao", None]


def test_the_opening_balance_says_where_it_is_from(tmp_path: Path) -> None:
    orders = file_of("jd_orders", method("京东白条"))
    bank, alipay = balance("bank.csv", -500, 17), balance("alipay.zip", 90_00, 18, "alipay_bill")
    told = proposed(orders, balances=(bank, alipay))
    assert balance_source(told, Texts("en")) == (
        "Cash on the evening of as_of, from bank.csv (balance of 2026-10-17: -5.00 yuan); the balance in alipay.zip, "
        "90.00 yuan, is not in it: add what can be withdrawn at any time"
    )
    assert tomllib.loads(plan_text(told, tmp_path, "zh"))["cash"]["opening_balance"] == -5.0
    assert "Fill in: cash on the evening of 2026-10-18" in balance_source(proposed(orders), Texts("en"))


def test_a_channel_is_called_as_its_method_or_platform() -> None:
    found = proposed(
        file_of("jd_orders", method("京东白条"), method("微信支付")), file_of("wechat_bill", method("APP"))
    )
    assert [label_of(one, Texts("zh")) for one in found.channels] == ["京东白条", "微信支付（京东）", "微信支付"]


def test_orders_without_a_payment_method_are_told_beside_their_channel(tmp_path: Path) -> None:
    orders = file_of("jd_orders", method("京东白条"), method("微信支付", 50), method("", 5))
    text = plan_text(proposed(orders), tmp_path, "zh")
    assert "# jd_orders.csv 中有 5 笔订单没有支付方式，均从未付款，归入 baitiao\n" in text
    assert tomllib.loads(text)["ledger"]["files"][0]["channels"][""] == "baitiao"
