"""What scenarios change, as frozen values whose fields are their keys: rates, volumes, flows, outages, moved orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecast.plan.terms import LONGEST_DAYS, LONGEST_TEXT, section, term

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from forecast.plan.costs import Cost
    from forecast.plan.facilities import Facility, TermChange

CAUSES = ("integration", "validation", "risk_control", "clearing")
"""The four known causes of a failed first deduction (系统对接, 订单校验, 风险控制, 资金通道)."""

ALL_CAUSES = (*CAUSES, "unknown")
"""The causes that a ledger may name: the four, and ``unknown``."""

_SHARE, _TIMES = "share", "multiple"
FAILED = ("failed share of value first tried", "失败率", _SHARE)
"""What a failure rate means, wherever it is given, and its unit."""


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A share as a plan states it: of the value first tried that fails, or of the failed value that is cured.

    Either ``total``, over all causes, or ``by_cause``, which leaves the causes that it does not name as estimated.
    """

    total: float | None = None
    by_cause: Mapping[str, float] = field(default_factory=dict)

    def parts(self) -> list[tuple[tuple[str, ...], float]]:
        """The causes that each stated figure holds for, together, and the figure."""
        if self.total is not None:
            return [(ALL_CAUSES, self.total)]
        return [((cause,), rate) for cause, rate in self.by_cause.items()]

    def covers(self, causes: Collection[str]) -> bool:
        """Whether it says something of all these causes."""
        return self.total is not None or set(causes) <= set(self.by_cause)


@section
class Outage:
    """On ``days`` days from ``start`` the given share of first deductions fails with ``cause``.

    Exactly one of ``channel`` and ``clearing`` is set.
    """

    channel: str | None = term("text", "the channel that fails; or clearing", "中断的渠道", default=None, kw_only=True)
    clearing: str | None = term(
        "text", "the clearing name whose channels fail; or channel", "中断的清算通道", default=None, kw_only=True
    )
    start: dt.date = term("date", "its first day", "开始日")
    days: int = term("integer", "how long it lasts", "持续天数", "days", low=1, high=LONGEST_DAYS)
    share: float = term("rate", "of first deductions that fail on those days", "失败占比", _SHARE, default=1.0, above=0)
    cause: str = term("choice", "the cause recorded", "失败原因", default="clearing", choices=ALL_CAUSES)


@section
class Shift:
    """``share`` of the orders of ``source`` are placed through ``target`` instead, all but their part ``lost``."""

    source: str = term("text", "the channel that loses orders", "转出渠道", key="from")
    target: str = term("text", "the channel that gains them", "转入渠道", key="to")
    share: float = term("rate", "of the orders that move", "转移占比", _SHARE)
    lost: float = term("rate", "of the moved orders, not placed at all", "转移中流失的订单占比", _SHARE, default=0.0)


@section
class Scenario:
    """Changes against the base; an empty mapping or tuple changes nothing.

    ``volume`` multiplies all sales; ``volume_of`` multiplies those of an event's days (by its name) or of a channel.
    ``planned_volume`` stands in place of both where purchases are planned, ``planned_volume_of`` on the days or the
    channel that it names.
    The fields without a term are no keys of a plan and set by what-ifs alone: the balances in yuan and the confidence
    (None: the plan's), the terms of facilities, with ``facilities`` the plan's facilities as they then are (None: the
    plan's), and those of costs, with ``changed_costs`` likewise.
    """

    name: str
    label: str = term(
        "text", "the scenario's name as printed; absent: its key", "情景显示名称", required=False, longest=LONGEST_TEXT
    )
    volume: float = term(
        "number",
        "multiplies sales from the day after as_of",
        "销量倍数",
        "multiple",
        default=1.0,
        low=0,
        high=1_000,
        by="event or channel",
    )
    volume_of: Mapping[str, float] = field(default_factory=dict)
    planned_volume: float | None = term(
        "number",
        "the volume for which costs paid before the order (days_after below 0) are bought; absent: volume",
        "提前付款的采购（days_after 为负）所依据的销量倍数；缺省同 volume",
        _TIMES,
        default=None,
        low=0,
        high=1_000,
        by="event or channel",
    )
    planned_volume_of: Mapping[str, float] = field(default_factory=dict)
    failure_rate: Mapping[str, StatedRate] = term("rate", *FAILED, default={}, by="channel")
    settlement_delay: Mapping[str, int] = term(
        "integer",
        "added to every settlement still to come",
        "结算延迟",
        "payout days",
        default={},
        low=0,
        high=LONGEST_DAYS,
        by="channel",
    )
    refund_rate: Mapping[str, float] = term(
        "rate", "of value deducted from orders placed after as_of", "退款率", _SHARE, default={}, by="channel"
    )
    recovery: Mapping[str, StatedRate] = term(
        "rate", "share of failed value cured in the end", "失败后最终补扣成功的占比", _SHARE, default={}, by="channel"
    )
    fee_rate: Mapping[str, float] = term(
        "rate", "of every settlement still to come", "此后每笔结算的手续费率", _SHARE, default={}, below=1, by="channel"
    )
    flows: Mapping[str, float] = term(
        "number",
        "multiplies a category of the other flows from the day after as_of",
        "其他现金流某一类别的倍数",
        _TIMES,
        default={},
        low=0,
        high=1_000,
        by="category",
    )
    costs: Mapping[str, float] = term(
        "number",
        "multiplies what a cost that moves with sales takes from the day after as_of",
        "随销量变动的费用（[[costs]]）某一类别的倍数，自基准日次日起的付款都按此放大",
        _TIMES,
        default={},
        low=0,
        high=1_000,
        by="cost",
    )
    outages: tuple[Outage, ...] = term("tables", "failures of whole days", "清算中断", default=())
    shift: tuple[Shift, ...] = term("tables", "orders that move to another channel", "订单转移", default=())
    opening_balance: float | None = None
    minimum_balance: float | None = None
    terms: tuple[TermChange, ...] = ()
    facilities: tuple[Facility, ...] | None = None
    cost_terms: tuple[TermChange, ...] = ()
    changed_costs: tuple[Cost, ...] | None = None
    confidence: float | None = None
