"""The list of exports that are read, in both languages and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forecast.commands.formats import formats_result, formats_text
from forecast.ledger.exports.formats import FORMATS, NAMES
from forecast.texts import LANGUAGES, catalogue

if TYPE_CHECKING:
    from command_line import CommandLine


def test_every_form_stands_with_its_headers_and_alternatives() -> None:
    shown = formats_text(formats_result(), "en")
    assert "jd_settlement: JD settlement by order, 京东订单结算明细. Gives settlements, fees, refunds\n" in shown
    assert "known by  订单编号 / 订单号, 费用项 / 费用名称, 金额 / 应结金额" in shown
    assert "also uses 到账时间" in shown


def test_in_chinese_its_name_comes_first() -> None:
    assert "alipay_bill：支付宝账务明细，Alipay money movements。提供到账、手续费、退款、账户余额" in formats_text(
        formats_result(), "zh"
    )


def test_what_formats_give_has_a_name_in_both_languages() -> None:
    given = {f"gives.{what}" for one in FORMATS for what in one.gives}
    assert all(given <= set(catalogue(language)) for language in LANGUAGES)


def test_as_json_by_the_command(forecast: CommandLine) -> None:
    shown = forecast("formats", "--json")
    listed = json.loads(shown.out)["formats"]
    assert (shown.code, shown.err) == (0, "")
    assert list(dict.fromkeys(one["format"] for one in listed)) == list(NAMES)
    (order_id,) = [column for column in listed[0]["columns"] if column["column"] == "order_id"]
    assert order_id == {"column": "order_id", "headers": ["订单编号", "主订单编号"], "needed": True}
    assert "tmall_orders" in forecast("formats", "--language", "zh").out
