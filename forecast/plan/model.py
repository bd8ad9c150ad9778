"""What a plan says, as frozen values: money in yuan, rates as fractions, days as local calendar days.

The fields of a section are its keys with type, range, unit, default and meaning; nothing here reads or checks a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from forecast.plan import changes, costs, edits, facilities, ledger_source
from forecast.plan.locator import Places
from forecast.plan.terms import LONGEST_DAYS, LONGEST_TEXT, Term, section, term

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

Language = Literal["zh", "en"]
DayCount = facilities.DayCount
Cost = costs.Cost
Facility = facilities.Facility
TermChange = facilities.TermChange
CAUSES, ALL_CAUSES = changes.CAUSES, changes.ALL_CAUSES
Outage = changes.Outage
Scenario = changes.Scenario
Shift = changes.Shift
StatedRate = changes.StatedRate
"""The keys of facilities, costs and scenarios stand in files of their own."""

LedgerSource = ledger_source.LedgerSource
LedgerFile = ledger_source.LedgerFile
LEDGER_COLUMNS = ledger_source.LEDGER_COLUMNS
is_database = ledger_source.is_database
"""So do those of the ledger."""

LANGUAGE = Term(
    "language",
    "choice",
    "language of workbook, report and command line",
    "工作簿、报告和命令行的语言",
    default="zh",
    choices=get_args(Language),
)

_SHARE, _YEARLY = "share", "share a year"


@section
class Merchant:
    """Whose plan it is."""

    name: str = term("text", "the merchant's name", "商家名称", default="merchant")
    currency: str = term("text", "currency code of three letters, ISO 4217", "币种（三个字母）", default="CNY")
    timezone: str = term("text", "time zone in which days begin", "时区", default="Asia/Shanghai")
    holidays: str = term("text", "country whose public holidays count", "法定节假日所属国家", default="CN")


@section
class Horizon:
    """The plan's days, sample paths, seed and confidence.

    The horizon is the ``days`` calendar days that follow ``as_of``, the last fully known day.
    """

    as_of: dt.date = term("date", "the last day that is fully known", "基准日")
    days: int = term(
        "integer", "days planned after as_of", "预测天数", "days", default=60, low=1, high=400, key="horizon_days"
    )
    paths: int = term(
        "integer", "Monte Carlo sample paths a scenario", "每个情景的模拟路径数", default=2000, low=1, high=20_000
    )
    seed: int = term("integer", "seed of the random numbers", "随机数种子", default=20261111, low=0, high=10**15)
    confidence: float = term(
        "number",
        "chance with which cash must never fall below minimum_balance",
        "现金不低于最低余额的概率",
        default=0.95,
        above=0.5,
        below=1,
    )
    stress_scenarios_must_hold: bool = term(
        "flag",
        "the financing recommended for base must hold in every other scenario, too",
        "基准情景推荐的融资在其他每个情景也须满足置信度",
        default=False,
    )


@section
class Cash:
    """The cash position on the evening of as_of (yuan), its minimum, and the file of the other flows.

    ``idle_cost`` (a year), ``shortage_cost`` (yuan a yuan short) and ``transfer_cost`` (yuan) serve the cross-checks.
    """

    opening_balance: float = term("money", "cash on the evening of as_of", "基准日晚间现金余额")
    minimum_balance: float = term("money", "cash must not fall below it", "最低现金余额", default=0.0, low=0)
    surplus_rate: float = term(
        "rate", "earned on the balance above the minimum", "超出最低余额部分的年收益率", _YEARLY, default=0.0
    )
    other_flows: Path | None = term(
        "text", "CSV file of the other cash flows; absent: none", "其他现金流文件", default=None, longest=LONGEST_TEXT
    )
    idle_cost: float | None = term(
        "rate",
        "what an idle yuan costs; absent: the cheapest facility's rate less surplus_rate",
        "闲置资金的年成本；缺省为最低授信利率减 surplus_rate",
        _YEARLY,
        default=None,
    )
    shortage_cost: float | None = term(
        "number",
        "what a yuan short costs, once; absent: not known",
        "每短缺一元的一次性损失；缺省为未知",
        _SHARE,
        default=None,
        above=0,
        high=1_000,
    )
    transfer_cost: float = term(
        "money",
        "of one transfer into or out of the account, for the cross-check by Miller and Orr",
        "每次资金调拨的费用，用于 Miller–Orr 对照",
        default=20.0,
        low=0,
    )


@section
class Channel:
    """A payment channel; every figure that is None is estimated from the ledger.

    ``clearing`` is the clearing name shared by channels that fail together; by default the channel's own name.
    """

    name: str
    label: str = term("text", "the channel's name as printed; absent: its key", "渠道显示名称", required=False)
    fee_rate: float | None = term(
        "rate",
        "of the amount less refunds before settlement; absent: estimated from the ledger",
        "手续费率；缺省由台账估计",
        _SHARE,
        default=None,
        below=1,
        kw_only=True,
    )
    clearing: str = term(
        "text", "channels with the same clearing name fail together; absent: its key", "清算通道", required=False
    )
    settlement_days: int | None = term(
        "integer",
        "from deduction to settlement; absent: estimated from the ledger",
        "结算周期；缺省由台账估计",
        "calendar days",
        default=None,
        low=0,
        high=LONGEST_DAYS,
    )
    refund_rate: float | None = term(
        "rate", "of deducted value; absent: estimated from the ledger", "退款率；缺省由台账估计", _SHARE, default=None
    )
    refund_days: int | None = term(
        "integer",
        "from deduction to refund; absent: estimated from the ledger",
        "退款天数；缺省由台账估计",
        "calendar days",
        default=None,
        low=0,
        high=LONGEST_DAYS,
    )
    unpaid_after_hours: float | None = term(
        "number",
        "an order not confirmed by then counts as never paid, where the ledger has no closed_at",
        "未付款订单关闭时限",
        "hours",
        default=None,
        above=0,
        high=LONGEST_DAYS * 24,
    )
    failure_rate: StatedRate | None = term("rate", *changes.FAILED, default=None, by="cause")


CAUSE_RATES = tuple(
    Term(cause, "rate", en, zh, _SHARE, low=0, high=1)
    for cause, en, zh in (
        ("integration", "failed on system integration", "系统对接失败率"),
        ("validation", "failed on order validation", "订单校验失败率"),
        ("risk_control", "stopped by risk control", "风险控制失败率"),
        ("clearing", "failed in clearing", "资金通道失败率"),
    )
)
"""A failure rate by cause; ``unknown`` is no cause that one can plan for."""


@section
class Event:
    """A promotion (大促) from start to end, both included; without ``peak`` it is flat."""

    name: str = term("text", "the promotion's name; repeats of one name teach each other", "大促名称")
    start: dt.date = term("date", "its first day", "开始日")
    end: dt.date = term("date", "its last day", "结束日")
    peak: dt.date | None = term(
        "date", "its strongest day; absent: flat from start to end", "高峰日；缺省为平坦", default=None
    )
    uplift: float | None = term(
        "number",
        "prior: peak-day sales as a multiple of an ordinary day; absent: learnt",
        "高峰日销售倍数（先验）",
        default=None,
        above=0,
        high=1_000,
    )


@section
class Covenants:
    """Promises to lenders; None where the plan makes none."""

    minimum_dscr: float | None = term(
        "number", "least debt-service cover ratio", "最低偿债覆盖率", "multiple", default=None, low=0, high=1_000
    )
    maximum_utilisation: float | None = term(
        "rate", "greatest drawn share of the limits", "最高用信率", _SHARE, default=None
    )
    clean_down_days: int | None = term(
        "integer", "days a year with nothing drawn", "清零天数", "days", default=None, low=1, high=365
    )


@dataclass(frozen=True, slots=True)
class OtherFlow:
    """One line of ``other_flows.csv``: yuan in (positive) or out (negative) on a day after as_of."""

    date: dt.date
    amount: float
    category: str
    note: str = ""
    movable_days: int = 0
    deferral_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, checked.

    ``scenarios`` always holds ``base`` first; the built-in scenarios are added by ``forecast.scenarios`` when the
    plan names no other (``scenarios`` then holds ``base`` alone). ``other_flows`` holds the lines dated after as_of;
    ``ignored_flows`` counts the others, which are ``past_flows``. ``places`` says where the keys stand; no figure
    depends on these two. ``judged_on`` is the day by which it is decided what the ledger lacks, where that is not
    as_of: a plan that is cut at an earlier day to be tested keeps the original's, so that a channel which was young
    then is not taken for one without settlements.
    ``edits`` are those of a workbook that the plan was read with: what they change of balances, payments, facilities
    and costs the plan then has, what they change of scenarios is applied to these (``forecast.edited``).
    """

    path: Path
    language: Language
    merchant: Merchant
    horizon: Horizon
    ledger: LedgerSource
    cash: Cash
    channels: Mapping[str, Channel]
    events: tuple[Event, ...] = ()
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    facilities: tuple[Facility, ...] = ()
    covenants: Covenants | None = None
    accounts: Mapping[str, float] = field(default_factory=dict)
    costs: tuple[Cost, ...] = ()
    other_flows: tuple[OtherFlow, ...] = ()
    ignored_flows: int = 0
    past_flows: tuple[OtherFlow, ...] = ()
    places: Places = field(default_factory=Places, compare=False, repr=False)
    judged_on: dt.date | None = None
    edits: edits.Edits | None = None
