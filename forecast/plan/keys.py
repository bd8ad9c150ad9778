"""The keys of a plan, section by section (those of facilities: ``facility_terms``); the reader knows no others."""

from __future__ import annotations

from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.plan.terms import Term

SECTIONS = (
    "language",
    "merchant",
    "plan",
    "ledger",
    "cash",
    "channels",
    "events",
    "scenarios",
    "facilities",
    "covenants",
    "accounts",
)

LANGUAGE = Term(
    "language",
    "choice",
    "language of workbook, report and command line",
    "工作簿、报告和命令行的语言",
    default="zh",
    choices=("zh", "en"),
)

MERCHANT = (
    Term("name", "text", "the merchant's name", "商家名称", default="merchant"),
    Term("currency", "text", "currency code of three letters, ISO 4217", "币种（三个字母）", default="CNY"),
    Term("timezone", "text", "time zone in which days begin", "时区", default="Asia/Shanghai"),
    Term("holidays", "text", "country whose public holidays count", "法定节假日所属国家", default="CN"),
)

PLAN = (
    Term("as_of", "date", "the last day that is fully known", "基准日", required=True),
    Term("horizon_days", "integer", "days planned after as_of", "预测天数", "days", 60, low=1, high=400),
    Term("paths", "integer", "Monte Carlo sample paths a scenario", "每个情景的模拟路径数", default=2000, low=1),
    Term("seed", "integer", "seed of the random numbers", "随机数种子", default=20261111, low=0),
    Term(
        "confidence",
        "number",
        "chance with which cash must never fall below minimum_balance",
        "现金不低于最低余额的概率",
        default=0.95,
        low=0.5,
        high=1,
        low_open=True,
        high_open=True,
    ),
    Term(
        "stress_scenarios_must_hold",
        "flag",
        "the financing recommended for base must hold in every other scenario, too",
        "基准情景推荐的融资在其他每个情景也须满足置信度",
        default=False,
    ),
)

LEDGER = (
    Term("orders", "text", "the orders' file, folder or database URL", "订单文件、文件夹或数据库地址", required=True),
    Term("table", "text", "the table's name, with a database URL", "数据库表名"),
)

LEDGER_COLUMNS = (
    "order_id",
    "shop",
    "channel",
    "ordered_at",
    "amount",
    "paid_at",
    "failure_cause",
    "failed_at",
    "deducted_at",
    "closed_at",
    "settled_on",
    "settled_amount",
    "refunded_on",
    "refunded_amount",
    "sku",
    "region",
)
"""The columns of the order ledger; ``[ledger.columns]`` and ``[ledger.constants]`` take these names."""

CASH = (
    Term("opening_balance", "money", "cash on the evening of as_of", "基准日晚间现金余额", "yuan", required=True),
    Term("minimum_balance", "money", "cash must not fall below it", "最低现金余额", "yuan", 0.0, low=0),
    Term(
        "surplus_rate",
        "rate",
        "earned on the balance above the minimum",
        "超出最低余额部分的年收益率",
        "share a year",
        0.0,
        low=0,
        high=1,
    ),
    Term("other_flows", "text", "CSV file of the other cash flows; absent: none", "其他现金流文件"),
    Term(
        "idle_cost",
        "rate",
        "what an idle yuan costs; absent: the cheapest facility's rate less surplus_rate",
        "闲置资金的年成本；缺省为最低授信利率减 surplus_rate",
        "share a year",
        low=0,
        high=1,
    ),
    Term(
        "shortage_cost",
        "number",
        "what a yuan short costs, once; absent: not known",
        "每短缺一元的一次性损失；缺省为未知",
        "share",
        low=0,
        low_open=True,
    ),
    Term(
        "transfer_cost",
        "money",
        "of one transfer into or out of the account, for the cross-check by Miller and Orr",
        "每次资金调拨的费用，用于 Miller–Orr 对照",
        "yuan",
        20.0,
        low=0,
    ),
)

CHANNEL = (
    Term("label", "text", "the channel's name as printed; absent: its key", "渠道显示名称"),
    Term(
        "fee_rate",
        "rate",
        "of the amount less refunds before settlement; absent: estimated from the ledger",
        "手续费率；缺省由台账估计",
        "share",
        low=0,
        high=1,
        high_open=True,
    ),
    Term("clearing", "text", "channels with the same clearing name fail together; absent: its key", "清算通道"),
    Term(
        "settlement_days",
        "integer",
        "from deduction to settlement; absent: estimated from the ledger",
        "结算周期；缺省由台账估计",
        "calendar days",
        low=0,
    ),
    Term(
        "refund_rate",
        "rate",
        "of deducted value; absent: estimated from the ledger",
        "退款率；缺省由台账估计",
        "share",
        low=0,
        high=1,
    ),
    Term(
        "refund_days",
        "integer",
        "from deduction to refund; absent: estimated from the ledger",
        "退款天数；缺省由台账估计",
        "calendar days",
        low=0,
    ),
    Term(
        "unpaid_after_hours",
        "number",
        "an order not confirmed by then counts as never paid, where the ledger has no closed_at",
        "未付款订单关闭时限",
        "hours",
        low=0,
        low_open=True,
    ),
)
"""All but ``failure_rate``, which is a number or a table by cause."""

FAILURE_RATE = Term("failure_rate", "rate", "failed share of value first tried", "失败率", "share", low=0, high=1)

EVENT = (
    Term("name", "text", "the promotion's name; repeats of one name teach each other", "大促名称", required=True),
    Term("start", "date", "its first day", "开始日", required=True),
    Term("peak", "date", "its strongest day; absent: flat from start to end", "高峰日；缺省为平坦"),
    Term("end", "date", "its last day", "结束日", required=True),
    Term(
        "uplift",
        "number",
        "prior: peak-day sales as a multiple of an ordinary day; absent: learnt",
        "高峰日销售倍数（先验）",
        low=0,
        low_open=True,
    ),
)

SCENARIO = (Term("label", "text", "the scenario's name as printed; absent: its key", "情景显示名称"),)

VOLUME = Term("volume", "number", "multiplies sales from the day after as_of", "销量倍数", "multiple", 1.0, low=0)

SETTLEMENT_DELAY = Term(
    "settlement_delay", "integer", "added to every settlement still to come", "结算延迟", "payout days", low=0
)

REFUND_RATE = Term(
    "refund_rate", "rate", "of value deducted from orders placed after as_of", "退款率", "share", low=0, high=1
)

SCENARIO_KEYS = ("label", "volume", "failure_rate", "settlement_delay", "refund_rate", "outages", "shift")

OUTAGE = (
    Term("channel", "text", "the channel that fails; or clearing", "中断的渠道"),
    Term("clearing", "text", "the clearing name whose channels fail; or channel", "中断的清算通道"),
    Term("start", "date", "its first day", "开始日", required=True),
    Term("days", "integer", "how long it lasts", "持续天数", "days", low=1, required=True),
    Term(
        "share",
        "rate",
        "of first deductions that fail on those days",
        "失败占比",
        "share",
        1.0,
        low=0,
        high=1,
        low_open=True,
    ),
    Term("cause", "choice", "the cause recorded", "失败原因", default="clearing", choices=ALL_CAUSES),
)

SHIFT = (
    Term("from", "text", "the channel that loses orders", "转出渠道", required=True),
    Term("to", "text", "the channel that gains them", "转入渠道", required=True),
    Term("share", "rate", "of the orders that move", "转移占比", "share", low=0, high=1, required=True),
)

COVENANTS = (
    Term("minimum_dscr", "number", "least debt-service cover ratio", "最低偿债覆盖率", "multiple", low=0),
    Term("maximum_utilisation", "rate", "greatest drawn share of the limits", "最高用信率", "share", low=0, high=1),
    Term("clean_down_days", "integer", "days a year with nothing drawn", "清零天数", "days", low=1),
)

ACCOUNTS = (
    Term("revenue", "number", "last year's revenue", "上年度销售收入", "yuan", low=0, low_open=True),
    Term(
        "cost_of_goods_sold", "number", "last year's cost of goods sold", "上年度销售成本", "yuan", low=0, low_open=True
    ),
    Term("profit", "number", "last year's profit on sales", "上年度销售利润", "yuan"),
    Term("next_revenue", "number", "revenue expected this year", "本年度预计销售收入", "yuan", low=0, low_open=True),
    Term("receivables", "number", "average receivables", "应收账款平均余额", "yuan", low=0),
    Term("inventory", "number", "average inventory", "存货平均余额", "yuan", low=0),
    Term("payables", "number", "average payables", "应付账款平均余额", "yuan", low=0),
    Term("prepaid", "number", "average prepayments", "预付账款平均余额", "yuan", low=0),
    Term("advances", "number", "average advances from customers", "预收账款平均余额", "yuan", low=0),
    Term("funds_available", "number", "own funds, loans and other funding", "自有资金及其他渠道资金", "yuan", low=0),
)

CAUSE_RATES = tuple(
    Term(cause, "rate", en, zh, "share", low=0, high=1)
    for cause, en, zh in zip(
        CAUSES,
        (
            "failed on system integration",
            "failed on order validation",
            "stopped by risk control",
            "failed in clearing",
        ),
        ("系统对接失败率", "订单校验失败率", "风险控制失败率", "资金通道失败率"),
        strict=True,
    )
)
"""A failure rate by cause; ``unknown`` is no cause that one can plan for."""
