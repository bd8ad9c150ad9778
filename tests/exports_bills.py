"""Bills of a made merchant: the movements on its accounts, as the platforms and the bank write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exports_orders import Row, as_text, moment, row_of, yuan
from exports_world import AS_OF, FIRST, MADE_AT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports_world import Order, Platform, World

ALIPAY_HEADER = [
    "账务流水号",
    "业务流水号",
    "商户订单号",
    "商品名称",
    "发生时间",
    "对方账号",
    "收入金额（+元）",
    "支出金额（-元）",
    "账户余额（元）",
    "交易渠道",
    "业务类型",
    "备注",
]

JD_SETTLEMENT_HEADER = [
    "订单编号",
    "单据编号",
    "单据类型",
    "商品编号",
    "商户订单号",
    "商品名称",
    "结算状态",
    "费用发生时间",
    "费用计费时间",
    "费用结算时间",
    "费用项",
    "金额",
    "币种",
    "商家应收/应付",
    "钱包结算备注",
    "店铺号",
    "京东门店编号",
    "品牌门店编号",
    "门店名称",
    "备注",
    "收支方向",
    "商品数量",
    "对账日期",
]

WECHAT_HEADER = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
]

DOUYIN_MONEY_HEADER = [
    "动账时间",
    "动帐流水号",
    "动账方向",
    "动账金额",
    "动账账户",
    "动账场景",
    "计费类型",
    "子订单号",
    "订单号",
    "订单实付应结",
    "运费实付",
    "实际平台补贴",
    "订单退款",
    "平台服务费",
    "佣金",
    "招商服务费",
    "站外推广费",
    "备注",
]

PINDUODUO_BILL_HEADER = ["商户订单号", "发生时间", "收入金额（+元）", "支出金额（-元）", "账务类型", "备注", "业务描述"]

BANK_HEADER = ["交易日期", "交易时间", "摘要", "对方户名", "收入", "支出", "余额"]


@dataclass(slots=True)
class Unmatched:
    """Lines of bills up to ``AS_OF`` that no exported order takes: how many, and their signed sum in fen."""

    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, at: dt.datetime, amount: int) -> None:
        """Count a line; ``kind``: order, withdrawal, transfer, advertising, deposit."""
        if at.date() <= AS_OF:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.sums[kind] = self.sums.get(kind, 0) + amount


@dataclass(frozen=True, slots=True)
class Line:
    """A movement on an account; ``amount`` positive to the merchant."""

    at: dt.datetime
    amount: int
    kind: str
    number: str = ""
    text: str = ""


def money_of(platform: Platform, order: Order) -> list[Line]:
    """The movements of one order on its platform's account, up to the moment of the export."""
    if order.settled_at is None:
        return []
    early = sum(one.amount for one in order.refunds if one.at < order.settled_at) if platform.pays_net else 0
    found = [
        Line(order.settled_at, order.amount - early, "payment", order.number),
        Line(order.settled_at + dt.timedelta(seconds=2), -order.fee, "fee", order.number),
    ]
    for one in order.refunds:
        if one.at > order.settled_at or not platform.pays_net:
            found.append(Line(one.at, -one.amount, "refund", order.number))
        if one.fee_back:
            found.append(Line(one.at, one.fee_back, "fee", order.number))
    return [line for line in found if line.at.date() >= FIRST and line.at < MADE_AT]


def account(world: World, unmatched: Unmatched, *, advertising: str, deposit: bool = False) -> list[Line]:
    """All movements on a platform's account in order: the orders' money, weekly withdrawals, advertising, transfers."""
    lines = [line for order in world.orders for line in money_of(world.platform, order)]
    for order in world.earlier:
        for line in money_of(world.platform, order):
            unmatched.add("order", line.at, line.amount)
    others = []
    for week in range(1, 20):
        day = dt.datetime.combine(FIRST + dt.timedelta(days=7 * week), dt.time(10, 30))
        others.append(Line(day, -300_000 - 1_000 * week, "withdrawal", text="提现"))
        if week % 2:
            others.append(Line(day + dt.timedelta(hours=2), -20_000, "advertising", text=advertising))
        if week % 8 == 0:
            others.append(Line(day + dt.timedelta(hours=3), -55_050, "transfer", text="转账"))
        if deposit and week == 1:
            others.append(Line(day + dt.timedelta(hours=4), -100_000, "deposit", text="保证金"))
    for line in others:
        unmatched.add(line.kind, line.at, line.amount)
    return sorted([*lines, *others], key=lambda line: line.at)


def alipay_bill(lines: Sequence[Line], opening: int) -> tuple[str, int]:
    """账务明细 with preamble, tabs and footer, and the balance after the last line up to ``AS_OF``."""
    kinds = {"payment": "交易付款", "fee": "收费", "refund": "退款(交易退款)", "withdrawal": "提现", "transfer": "转账"}
    balance, on_as_of = opening, opening
    rows = [list(ALIPAY_HEADER)]
    for count, line in enumerate(lines):
        balance += line.amount
        on_as_of = balance if line.at.date() <= AS_OF else on_as_of
        named = line.number if line.kind in {"payment", "refund"} else ""
        remark = f"花呗支付服务费[{line.number}]" if line.kind == "fee" else line.text
        rows.append(
            [
                f"5463{count:010d}\t",
                f"2026{count:012d}\t",
                f"T200P{named}\t" if named else "\t",
                "充电器" if named else "",
                moment(line.at),
                "买家 (…)\t",
                yuan(max(line.amount, 0)),
                yuan(min(line.amount, 0)),
                yuan(balance),
                "支付宝",
                kinds.get(line.kind, "其它"),
                remark,
            ]
        )
    spent, got = [x.amount for x in lines if x.amount <= 0], [x.amount for x in lines if x.amount > 0]
    head = (
        "#支付宝账务明细查询\r\n#账号：[20880000000000000156]\r\n"
        f"#起始日期：[{FIRST:%Y年%m月%d日} 00:00:00]   终止日期：[{MADE_AT:%Y年%m月%d日} 00:00:00]\r\n"
        "#-----------------------------------------账务明细列表----------------------------------------\r\n"
    )
    foot = (
        "#----------------------------------------账务明细列表结束-------------------------------------\r\n"
        f"#支出合计：{len(spent)}笔，共{yuan(-sum(spent))}元\r\n#收入合计：{len(got)}笔，共{yuan(sum(got))}元\r\n"
        f"#导出时间：[{MADE_AT:%Y年%m月%d日 %H:%M:%S}]\r\n"
    )
    return head + as_text(rows) + foot, on_as_of


def alipay_summary(lines: Sequence[Line]) -> str:
    """账务汇总, which comes beside the list in the same archive."""
    total = yuan(sum(line.amount for line in lines))
    return (
        "#支付宝账务汇总查询\r\n#账号：[20880000000000000156]\r\n"
        "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）\r\n"
        f"合计,,,{len(lines)},,{total}\r\n#导出时间：[{MADE_AT:%Y年%m月%d日 %H:%M:%S}]\r\n"
    )


JD_LONG_HEADER = [
    "订单编号",
    "父单号",
    "订单状态",
    "订单下单时间",
    "订单完成时间",
    "售后服务单号",
    "售后退款时间",
    "商品编号",
    "商品名称",
    "商品数量",
    "扣点类型",
    "佣金比例",
    "费用名称",
    "应结金额",
    "收支方向",
    "结算状态",
    "预计结算时间",
    "账单生成时间",
    "到账时间",
    "商户订单号",
    "资金动账备注",
    "费用项含义",
    "备注",
    "留用时间",
    "费用说明",
]


def jd_long_settlement(world: World) -> list[Row]:
    """The longer form of the settlement, with the day expected beside the moment of arrival."""
    rows = [list(JD_LONG_HEADER)]
    for order in world.exported:
        for line in money_of(world.platform, order):
            cells = {
                "订单编号": line.number,
                "订单下单时间": moment(order.ordered_at),
                "费用名称": {"payment": "货款", "fee": "佣金", "refund": "售后退款"}[line.kind],
                "应结金额": yuan(abs(line.amount)),
                "收支方向": "收入" if line.amount > 0 else "支出",
                "结算状态": "已结算",
                "预计结算时间": moment(line.at, "%Y-%m-%d"),
                "到账时间": moment(line.at),
            }
            rows.append(row_of(JD_LONG_HEADER, **cells))
    return rows


def jd_settlement(world: World, unmatched: Unmatched) -> list[Row]:
    """订单结算明细: several lines an order, goods, commission and after-sales, each with its direction."""
    rows = [list(JD_SETTLEMENT_HEADER)]
    for order in world.earlier:
        for line in money_of(world.platform, order):
            unmatched.add("order", line.at, line.amount)
    lines = sorted(
        (line for order in world.orders for line in money_of(world.platform, order)), key=lambda line: line.at
    )
    for count, line in enumerate(lines):
        kind = {"payment": "订单", "fee": "订单", "refund": "售后服务单"}[line.kind]
        rows.append(
            row_of(
                JD_SETTLEMENT_HEADER,
                **{"商家应收/应付": "应收" if line.amount > 0 else "应付"},
                订单编号=f'="{line.number}"',
                单据编号=f'="55{count:08d}"',
                单据类型=kind,
                商品编号="10000",
                商品名称="充电器",
                结算状态="已结算",
                费用发生时间=moment(line.at - dt.timedelta(hours=1)),
                费用计费时间=moment(line.at - dt.timedelta(hours=1)),
                费用结算时间=moment(line.at),
                费用项={"payment": "货款", "fee": "佣金", "refund": "售后退款"}[line.kind],
                金额=yuan(abs(line.amount)),
                币种="CNY",
                收支方向="收入" if line.amount > 0 else "支出",
                商品数量="1",
                对账日期=f"{line.at:%Y-%m-%d}",
            )
        )
    return rows


def wechat_bill(world: World, *, older: bool = False) -> str:
    """交易账单 ALL: every value behind a backtick, and a summary of two lines; the older form has 24 columns."""
    lines: list[tuple[dt.datetime, Row]] = []
    refunded = fees = paid = 0
    for order in world.exported:
        if order.paid_at is None:
            continue
        paid, fees = paid + order.amount, fees + order.fee
        common = {
            "商户号": "1600000000",
            "商户订单号": order.number,
            "交易类型": "NATIVE",
            "付款银行": "OTHERS",
            "货币种类": "CNY",
        }
        common |= {"微信订单号": f"42000000{order.number[1:]}", "商品名称": "充电器", "费率": "0.60%"}
        zero = dict.fromkeys(
            ("代金券金额", "退款金额", "充值券退款金额", "申请退款金额", "应结订单金额", "订单金额"), "0.00"
        )
        first = {"应结订单金额": yuan(order.amount), "订单金额": yuan(order.amount), "手续费": f"{yuan(order.fee)}000"}
        cells = {**zero, **common, **first, "交易时间": moment(order.paid_at), "交易状态": "SUCCESS"}
        lines.append((order.paid_at, row_of(WECHAT_HEADER, **cells)))
        for count, one in enumerate(order.refunds):
            back = {
                "退款金额": yuan(one.amount),
                "申请退款金额": yuan(one.amount),
                "手续费": f"{yuan(-one.fee_back)}000",
            }
            back |= {"商户退款单号": f"R{count}{order.number}", "退款类型": "ORIGINAL", "退款状态": "SUCCESS"}
            cells = {**zero, **common, **back, "交易时间": moment(one.at), "交易状态": "REFUND"}
            lines.append((one.at, row_of(WECHAT_HEADER, **cells)))
            refunded, fees = refunded + one.amount, fees - one.fee_back
    width = 24 if older else len(WECHAT_HEADER)
    names = {"特约商户号": "子商户号", "应结订单金额": "总金额", "代金券金额": "代金券或立减优惠金额"} if older else {}
    header = [names.get(one, one) for one in WECHAT_HEADER[:width]]
    body = "".join(
        f"{','.join('`' + cell for cell in row[:width])}\r\n" for _, row in sorted(lines, key=lambda one: one[0])
    )
    sums = (str(len(lines)), yuan(paid), yuan(refunded), "0.00", f"{yuan(fees)}000", yuan(paid), yuan(refunded))
    return (
        f"{','.join(header)}\r\n{body}"
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n"
        f"{','.join('`' + one for one in sums)}\r\n"
    )


def douyin_money(lines: Sequence[Line]) -> str:
    """抖店动账明细: a settlement's line holds what was paid, its fees and what arrived."""
    rows = [list(DOUYIN_MONEY_HEADER)]
    scenes = {"payment": "订单结算", "fee": "平台服务费", "refund": "已退款结算", "withdrawal": "提现"}
    for count, line in enumerate(lines):
        cells = {
            "动账时间": moment(line.at),
            "动帐流水号": f"77{count:08d}\t",
            "动账方向": "入账" if line.amount > 0 else "出账",
            "动账金额": yuan(abs(line.amount)),
            "动账账户": "抖店账户",
            "动账场景": scenes.get(line.kind, line.text),
            "订单号": f"{line.number}\t",
            "备注": line.text,
        }
        rows.append(row_of(DOUYIN_MONEY_HEADER, **cells))
    return as_text(rows)


def pinduoduo_bill(lines: Sequence[Line]) -> str:
    """拼多多店铺账务明细: a preamble, and money spent as negative figures."""
    kinds = {"payment": "交易收入", "fee": "技术服务费", "refund": "退款", "withdrawal": "提现", "deposit": "保证金"}
    head = (
        "拼多多店铺账务明细查询\r\n\r\n"
        f"起始时间：{FIRST:%Y-%m-%d} 00:00:00  终止时间：{MADE_AT:%Y-%m-%d %H:%M:%S}\r\n{'-' * 40}\r\n"
    )
    rows = [list(PINDUODUO_BILL_HEADER)]
    for line in lines:
        kind = kinds.get(line.kind, line.text)
        shown = yuan(max(line.amount, 0)), yuan(min(line.amount, 0))
        rows.append([line.number, moment(line.at), *shown, kind, line.text or "-", f"0010002|{kind}"])
    return head + as_text(rows)


def bank_statement(lines: Sequence[Line], opening: int) -> tuple[str, int]:
    """银行流水: withdrawals, a day later, and what the shop pays; with the balance on ``AS_OF``."""
    moves = [(line.at + dt.timedelta(days=1), -line.amount, "提现") for line in lines if line.kind == "withdrawal"]
    for month in range(6, 11):
        moves.append((dt.datetime(2026, month, 10, 9), -800_000, "工资"))  # noqa: DTZ001  # local time
        moves.append((dt.datetime(2026, month, 5, 9), -300_000, "房租"))  # noqa: DTZ001  # local time
    balance, on_as_of = opening, opening
    rows = [list(BANK_HEADER)]
    for at, amount, text in sorted(moves):
        balance += amount
        on_as_of = balance if at.date() <= AS_OF else on_as_of
        spent = [yuan(amount), ""] if amount > 0 else ["", yuan(-amount)]
        rows.append([f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", text, "晴川数码", *spent, yuan(balance)])
    return as_text(rows), on_as_of
