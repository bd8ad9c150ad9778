"""The list of formats: complete, and sound in itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.ledger.exports.formats import FORMATS, NAMES, named

if TYPE_CHECKING:
    from forecast.ledger.exports.layouts import Format

OF_THE_INTERFACE = (
    *("tmall_orders", "jd_orders", "jd_settlement", "alipay_bill", "wechat_bill", "douyin_orders"),
    *("pinduoduo_orders", "bank_statement", "ledger"),
)


def test_every_format_of_the_interface_is_there() -> None:
    assert set(OF_THE_INTERFACE) <= set(NAMES)


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: f"{one.name}-{one.english}")
def test_a_format_tells_something_needs_something_and_names_each_cell_once(one: Format) -> None:
    names = [cell.name for cell in one.cells]
    assert one.orders is not None or one.movements
    assert any(cell.needed for cell in one.cells)
    assert len(set(names)) == len(names)
    assert one.gives
    assert one.chinese
    assert one.english


def test_the_forms_of_a_name_and_a_wrong_one() -> None:
    assert [one.chinese for one in named("wechat_bill")] == ["微信支付交易账单", "微信支付资金账单"]
    with pytest.raises(InputError, match='there is no format "alipay"; write "alipay_bill"'):
        named("alipay")
    with pytest.raises(InputError, match='there is no format "台账"; write one of tmall_orders, jd_orders'):
        named("台账")
