"""From the files of several platforms to the ledger and a run, with totals known to the fen."""

from __future__ import annotations

import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.entries import open_exports
from forecast.ledger.reading import read_ledger
from forecast.outputs.manifest import Inputs
from forecast.outputs.writing import write_run
from forecast.pipeline import run
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.tables import Ledger

PLAN = """\
language = "en"
[plan]
as_of = 2026-10-18
horizon_days = 7
paths = 20
[cash]
opening_balance = 430.00
[channels.baitiao]
label = "京东白条"
[channels.jd_pay]
[channels.tmall]
refund_days = 5
[channels.wechat]
settlement_days = 1
"""

ENTRIES = """\
[[ledger.files]]
path = "exports/jd_*.csv"
channel_from = "支付方式"
channels = { "在线支付" = "jd_pay" }
[[ledger.files]]
path = "exports/tmall.csv"
channel = "tmall"
[[ledger.files]]
path = "exports/alipay.zip"
[[ledger.files]]
path = "exports/wechat.csv"
channel = "wechat"
[[ledger.files]]
path = "exports/bank.csv"
"""

JD_ORDERS = """\
订单号,商品ID,支付方式,下单时间,订单金额,应付金额,订单状态,付款确认时间
1001,p1,京东白条,2026-09-01 10:00:00,100.00,100.00,完成,2026-09-01 10:01:00
1001,p2,京东白条,2026-09-01 10:00:00,100.00,100.00,完成,2026-09-01 10:01:00
1002,p1,在线支付,2026-09-02 10:00:00,60.00,60.00,完成,2026-09-02 10:01:00
1003,p1,京东白条,2026-09-03 10:00:00,70.00,70.00,已取消,
1004,p1,京东白条,2026-10-19 10:00:00,80.00,80.00,等待出库,2026-10-19 10:01:00
"""

JD_SETTLEMENT = """\
订单编号,单据类型,费用项,金额,收支方向,费用结算时间,结算状态
="1001",订单,货款,100.00,收入,2026-09-10 00:00:00,已结算
="1001",订单,佣金,3.07,支出,2026-09-10 00:00:00,已结算
="1002",订单,货款,60.00,收入,2026-09-12 00:00:00,已结算
="1002",售后,售后退款,20.00,支出,2026-09-20 00:00:00,已结算
="1002",售后,售后退款,10.00,支出,2026-09-22 00:00:00,已结算
="9999",订单,货款,10.00,收入,2026-09-22 00:00:00,已结算
="1.23457E+17",订单,货款,5.00,收入,2026-09-22 00:00:00,已结算
="1001",订单,佣金,0.50,支出,2026-10-20 00:00:00,已结算
"""

TMALL = """\
"订单编号","总金额","订单状态","订单创建时间","订单付款时间 ","退款金额"
="200000000000000001","50.00","交易成功","2026-09-01 12:00:00","2026-09-01 12:00:30","0.00"
="200000000000000002","40.00","交易成功","2026-09-02 12:00:00","2026-09-02 12:00:30","8.00"
="200000000000000003","30.00","交易关闭","2026-09-03 12:00:00","","0.00"
="200000000000000004","20.00","交易关闭","2026-10-17 12:00:00","2026-10-17 12:00:30","20.00"
"""

ALIPAY = """\
#支付宝账务明细查询
#账号：[20888011365400330156]
账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注
1\t,1\t,T200P200000000000000001\t,货,2026-09-09 08:00:00,甲\t,50.00,0.00,100.00,支付宝,交易付款,
2\t,2\t,T200P200000000000000001\t,货,2026-09-09 08:00:00,甲\t,0.00,-0.30,99.70,支付宝,收费,花呗支付服务费
3\t,3\t,T200P200000000000000002\t,货,2026-09-10 08:00:00,乙\t,32.00,0.00,131.70,支付宝,交易付款,
4\t,4\t,\t,提现,2026-09-11 08:00:00,\t,0.00,-100.00,31.70,支付宝,提现,
#导出时间：[2026年10月18日 13:19:01]
"""

WECHAT = """\
交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易类型,交易状态,应结订单金额,退款金额,手续费,费率,订单金额
`2026-09-01 17:07:11,`wx,`16,`42,`S1,`JSAPI,`SUCCESS,`10.00,`0.00,`0.06000,`0.60%,`10.00
`2026-09-02 17:07:11,`wx,`16,`43,`S2,`JSAPI,`SUCCESS,`20.00,`0.00,`0.12000,`0.60%,`20.00
`2026-09-05 17:07:11,`wx,`16,`43,`S2,`JSAPI,`REFUND,`0.00,`5.00,`-0.03000,`0.60%,`0.00
总交易单数,应结订单总金额,退款总金额,手续费总金额
`3,`30.00,`5.00,`0.15000
"""

BANK = """\
交易日期,收入,支出,余额,对方户名,摘要
2026-10-01,100.00,,500.00,京东,货款
2026-10-15,,70.00,430.00,房东,房租
"""


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A plan beside the exports of four platforms and a bank."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "jd_orders.csv").write_text(JD_ORDERS, encoding="utf-8-sig")
    (folder / "jd_settlement.csv").write_text(JD_SETTLEMENT, encoding="gb18030")
    (folder / "tmall.csv").write_text(TMALL, encoding="gb18030")
    (folder / "wechat.csv").write_text(WECHAT, encoding="utf-8-sig")
    (folder / "bank.csv").write_text(BANK, encoding="utf-8")
    with zipfile.ZipFile(folder / "alipay.zip", "w") as archive:
        archive.writestr("detail.csv", ALIPAY.encode("gb18030"))
    (tmp_path / "plan.toml").write_text(PLAN + ENTRIES, encoding="utf-8")
    return tmp_path / "plan.toml"


def ledger_of(plan_file: Path, *changes: tuple[str, str]) -> Ledger:
    text = plan_file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    plan_file.write_text(text, encoding="utf-8")
    return read_ledger(load_plan(plan_file))


def columns_of(plan_file: Path) -> frozenset[str]:
    """The ledger's columns of which the exports tell anything."""
    folder = plan_file.parent / "temporary"
    folder.mkdir(exist_ok=True)
    with closing(OrderEngine(folder)) as engine:
        return open_exports(engine, load_plan(plan_file), folder).columns


def test_every_total_is_the_one_that_was_written_into_the_files(plan_file: Path, tmp_path: Path) -> None:
    """By hand: JD 160 paid of 230 and 80 to come, Tmall 110 of 140, WeChat 30."""
    plan = load_plan(plan_file)
    done = run(plan)
    seen = done.result.history
    assert (seen.orders, seen.rejected, seen.dropped) == (9, 0, 1)
    assert seen.gross == 100 + 60 + 70 + 50 + 40 + 30 + 20 + 10 + 20
    assert seen.settled == pytest.approx(96.93 + 60 + 49.70 + 32 + 9.94 + 19.91, abs=1e-9)
    assert seen.fees == pytest.approx(3.07 + 0.30 + 0.06 + 0.09, abs=1e-9)
    assert (seen.refunded_before, seen.refunded_after) == (8.0 + 20, 20 + 10 + 5)
    assert (seen.never_paid, seen.outstanding, seen.lost) == (70 + 30, 0.0, 0.0)
    assert (seen.unmatched, seen.unmatched_amount) == (3, 10 + 5 - 100)
    reasons = {reason: (one.lines, one.amount) for reason, one in seen.unmatched_reasons.items()}
    assert reasons == {"order_not_found": (1, 10.0), "order_id_lost": (1, 5.0), "withdrawal": (1, -100.0)}
    assert seen.blanked == 1, "a commission after as_of"
    codes = {note.code for note in done.result.notes}
    assert {"lines_without_order", "lines_unreadable", "lines_apart", "refunds_summed"} <= codes
    assert not {"bank_balance_differs", "total_differs"} & codes
    written = write_run(tmp_path / "out", done.result, done.rejected, done.unmatched, inputs=Inputs(), command=[])
    assert written.unmatched is not None
    lines = written.unmatched.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == "jd_settlement.csv,7,9999,2026-09-22 00:00:00,10.00,货款,order_not_found"
    assert lines[3].startswith("alipay.zip › detail.csv,7,,2026-09-11 08:00:00,-100.00,提现")
    assert {name: one.label for name, one in plan.channels.items()}["baitiao"] == "京东白条", "its label is its method"


def test_a_bill_of_another_shop_tells_nothing_of_refunds(plan_file: Path) -> None:
    bill = plan_file.parent / "exports" / "jd_settlement.csv"
    bill.write_text(JD_SETTLEMENT.replace('="1002"', '="8002"'), encoding="gb18030")
    text = (PLAN + ENTRIES).partition('[[ledger.files]]\npath = "exports/tmall')[0]
    plan_file.write_text(text, encoding="utf-8")
    with_refunds = {"refunded_on", "refunded_amount"}
    assert not with_refunds & columns_of(plan_file)
    bill.write_text(JD_SETTLEMENT, encoding="gb18030")
    assert with_refunds <= columns_of(plan_file)


def test_the_order_of_the_files_changes_nothing(plan_file: Path) -> None:
    there = ledger_of(plan_file)
    first, *others = ENTRIES.split("[[ledger.files]]\n")[1:]
    back = "".join(f"[[ledger.files]]\n{entry}" for entry in (*reversed(others), first))
    again = ledger_of(plan_file, (ENTRIES, back))
    assert again.counts == there.counts
    assert again.tables.identity.equals(there.tables.identity)


def test_what_came_later_changes_nothing_of_an_earlier_day(plan_file: Path) -> None:
    """On the evening of 9 September the Alipay payment of that day is known and the JD one of the next is not."""
    ledger = ledger_of(plan_file, ("2026-10-18", "2026-09-09"))
    settled = ledger.tables.identity.groupby("channel")["settled"].sum()
    assert dict(settled) == {"baitiao": 0, "jd_pay": 0, "tmall": 4970, "wechat": 994 + 1991}
    assert ledger.joined is not None
    assert ledger.joined.unmatched["reason"].tolist() == ["order_id_lost"]


def test_a_statement_that_contradicts_the_plan_and_a_total_that_its_lines_miss_are_heard(plan_file: Path) -> None:
    wechat = plan_file.parent / "exports" / "wechat.csv"
    wechat.write_text(WECHAT.replace("`30.00,`5.00,`0.15000", "`31.00,`5.00,`0.15000"), encoding="utf-8")
    ledger = ledger_of(plan_file)
    assert ledger.joined is not None
    assert ledger.joined.bank is not None
    assert (ledger.joined.bank.fen, str(ledger.joined.bank.day)) == (43000, "2026-10-15")
    assert [(one.what, one.stated_fen, one.found_fen) for one in ledger.joined.totals] == [
        ("应结订单总金额", 3100, 3000)
    ]


def test_a_total_with_a_minus_is_that_of_its_lines_all_the_same(plan_file: Path) -> None:
    wechat = plan_file.parent / "exports" / "wechat.csv"
    wechat.write_text(WECHAT.replace("`30.00,`5.00,`0.15000", "`30.00,`-5.00,`0.15000"), encoding="utf-8")
    ledger = ledger_of(plan_file)
    assert ledger.joined is not None
    assert ledger.joined.totals == ()


def test_a_format_that_there_is_not_is_told_at_its_line_of_the_plan(plan_file: Path) -> None:
    wrong = plan_file.read_text(encoding="utf-8").replace("path = ", 'format = "jd_orderz"\npath = ', 1)
    plan_file.write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError, match=r'plan\.toml:[0-9:]+: .*no format "jd_orderz"'):
        ledger_of(plan_file)


def test_payment_methods_without_a_channel_are_listed_with_their_lines(plan_file: Path) -> None:
    with pytest.raises(InputError) as wrong:
        ledger_of(plan_file, ('"在线支付" = "jd_pay"', '"货到付款" = "jd_pay"'))
    (problem,) = wrong.value.problems
    assert (problem.key, problem.line is not None) == ("ledger.files[1].channels", True)
    assert 'jd_orders.csv + 1 that mean no channel: "在线支付" (1); write channels = { "在线支付" = "…" }' in str(
        problem
    )
    assert "baitiao, jd_pay, tmall, wechat" in problem.text("zh")


def test_orders_whose_channel_nothing_tells_are_an_error_with_what_to_write(plan_file: Path) -> None:
    with pytest.raises(
        InputError, match=r"files\[2\]: nothing says the channel of the orders in tmall.csv; write channel"
    ):
        ledger_of(plan_file, ('channel = "tmall"\n', ""))


def test_refunds_without_a_date_want_the_key_that_says_when_they_come(plan_file: Path) -> None:
    with pytest.raises(
        InputError, match=r"1 refunds of tmall have no date .* write refund_days = 5 under \[channels.tmall"
    ):
        ledger_of(plan_file, ("refund_days = 5\n", ""))


def test_headers_of_a_ledger_that_is_not_among_the_files_are_an_error(plan_file: Path) -> None:
    with pytest.raises(
        InputError, match=r"plan.toml:\d+:\d+: ledger.columns: names headers of our own columns, and none"
    ):
        ledger_of(plan_file, ("[cash]", '[ledger]\ncolumns = { order_id = "编号" }\n[cash]'))


def test_every_file_that_cannot_be_read_is_told_at_its_place(plan_file: Path) -> None:
    (plan_file.parent / "exports" / "bank.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (plan_file.parent / "exports" / "tmall.csv").write_text("c,d\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError) as wrong:
        ledger_of(plan_file)
    assert [problem.key for problem in wrong.value.problems] == ["ledger.files[2].path", "ledger.files[5].path"]
    assert all(problem.line is not None for problem in wrong.value.problems)


def test_a_bad_row_is_told_by_its_file_and_line(plan_file: Path) -> None:
    jd = plan_file.parent / "exports" / "jd_settlement.csv"
    jd.write_text(JD_SETTLEMENT.replace("60.00,收入", "61.00,收入"), encoding="utf-8")
    bad = ledger_of(plan_file).rejected
    assert bad[["file", "line", "order_id", "reason"]].to_numpy().tolist() == [
        ["jd_orders.csv", 4, "1002", "fee_negative"]
    ]


def test_a_plan_with_one_channel_needs_no_word_on_it(plan_file: Path) -> None:
    head = PLAN.partition("[channels.")[0] + "[channels.all]\nrefund_days = 5\n"
    plan_file.write_text(
        head + '[[ledger.files]]\npath = "exports/tmall.csv"\n' + '[[ledger.files]]\npath = "exports/al*"\n'
    )
    plan = load_plan(plan_file)
    ledger = read_ledger(replace(plan, cash=replace(plan.cash, opening_balance=0.0)))
    assert set(ledger.tables.identity["channel"]) == {"all"}
