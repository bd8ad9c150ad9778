"""WeChat Pay's bills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_lines import read_exports

from forecast.ledger.exports.platforms.wechat import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

NEWER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
OLDER = (
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,"
    "微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率"
)


def line(at: str, order: str, state: str, due: str, refund: str, fee: str, *, newer: bool = True) -> str:
    """A line of the bill, every value behind a backtick."""
    cells = [at, "wx", "1601", "0", "", "4200", order, "o", "NATIVE", state, "OTHERS", "CNY", due, "0.00"]
    cells += [
        "0",
        "0",
        refund,
        "0.00",
        "",
        "",
        "数据线",
        "pack",
        fee,
        "0.60%",
        *(["1.00", "0.00", ""] if newer else []),
    ]
    return ",".join(f"`{cell}" for cell in cells) + "\n"


LINES = (
    line("2026-01-28 17:07:11", "S1", "SUCCESS", "1299.00", "0.00", "7.79400")
    + line("2026-01-28 18:00:00", "S2", "SUCCESS", "0.01", "0.00", "0.00000")
    + line("2026-01-30 08:00:00", "S1", "REFUND", "0.00", "299.00", "-1.79000")
    + line("2026-01-30 09:00:00", "S2", "REVOKED", "0.00", "0.01", "0.00000")
)
SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
    "`4,`1299.01,`299.01,`0.00,`6.00000,`1299.02,`0.00\n"
)


def test_payments_are_orders_paid_with_their_fee_rounded_to_the_fen(tmp_path: Path) -> None:
    read = read_exports(tmp_path, f"\ufeff{NEWER}\n{LINES}{SUMMARY}")
    assert {one.name for one in FORMATS} == {"wechat_bill"}
    assert read.told("order_id", "amount", "fee", "deducted_at", "is_payment", "method") == [
        ("S1", 129900, 779, "2026-01-28 17:07:11", True, "微信支付"),
        ("S2", 1, 0, "2026-01-28 18:00:00", True, "微信支付"),
    ]


def test_refunds_and_revocations_bear_the_orders_number_and_give_the_fee_back(tmp_path: Path) -> None:
    read = read_exports(tmp_path, f"\ufeff{NEWER}\n{LINES}{SUMMARY}")
    assert sorted(read.moved("line", "order_id", "means", "amount")) == [
        (4, "S1", "fee", 179),
        (4, "S1", "refund", -29900),
        (5, "S2", "refund", -1),
    ]
    assert read.lines() == {2, 3, 4, 5}


def test_the_summary_row_is_held_against_the_lines_also_when_a_spreadsheet_has_filled_it_up(tmp_path: Path) -> None:
    stated = [("总交易单数", 4, None, 4, None), ("应结订单总金额", None, 129901, None, 129901)]
    stated += [("退款总金额", None, 29901, None, 29901)]
    assert read_exports(tmp_path, f"{NEWER}\n{LINES}{SUMMARY}").stated() == stated
    filled = SUMMARY.replace("\n", "," * 20 + "\n")
    read = read_exports(tmp_path, f"{NEWER}\n{LINES}{filled}")
    assert read.stated() == stated
    assert read.lines() == {2, 3, 4, 5}


def test_the_older_form_has_other_headers_and_three_columns_less(tmp_path: Path) -> None:
    paid = line("2020-01-28 17:07:11", "S1", "SUCCESS", "12.00", "0.00", "0.07000", newer=False)
    read = read_exports(
        tmp_path, f"{OLDER}\n{paid}总交易单数,总交易额,总退款金额,总优惠,手续费总金额\n`1,`12.00,`0.00,`0.00,`0.07000\n"
    )
    assert read.told("order_id", "amount", "fee") == [("S1", 1200, 7)]
    assert read.stated()[:2] == [("总交易单数", 1, None, 1, None), ("总交易额", None, 1200, None, 1200)]


def test_a_comma_in_a_name_makes_a_line_that_does_not_fit(tmp_path: Path) -> None:
    read = read_exports(tmp_path, f"{NEWER}\n{LINES.replace('数据线', '数据线,黑色', 1)}{SUMMARY}")
    assert read.told("line", "order_id", "fault")[0] == (2, None, "wrong_number_of_fields")
    assert ("总交易单数", 4, None, 3, None) in read.stated()


def test_the_bill_of_funds_tells_movements_and_balances(tmp_path: Path) -> None:
    funds = (
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\n"
        "`2026-02-01 13:54:01,`5,`4,`交易,`交易,`收入,`10.00,`10.00,`x,`,`S1\n"
        "`2026-02-01 13:54:01,`5,`4,`扣除交易手续费,`扣除交易手续费,`支出,`0.06,`9.94,`x,`,`S1\n"
        "`2026-02-02 13:54:01,`5,`4,`提现,`提现,`支出,`9.00,`0.94,`x,`,`W1\n"
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`3,`1,`10.00,`2,`9.06\n"
    )
    read = read_exports(tmp_path, funds)
    assert read.moved("order_id", "means", "amount", "balance") == [
        ("S1", "payment", 1000, 1000),
        ("S1", "fee", -6, 994),
        ("W1", "withdrawal", -900, 94),
    ]
    assert {row[0]: (row[1] or row[2], row[3] or row[4]) for row in read.stated()} == {
        "资金流水总笔数": (3, 3),
        "收入金额": (1000, 1000),
        "支出金额": (906, 906),
    }
