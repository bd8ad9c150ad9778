"""[[costs]]: costs that move with sales, a share of each day's order value; their fields, and their check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from forecast.errors import said
from forecast.plan.terms import nearest, section, term
from forecast.records import Record

if TYPE_CHECKING:
    from forecast.plan.findings import Findings

PaidOn = Literal["day", "week_end", "month_end"]

DEBT = "debt"
"""The category of existing loans' interest and principal, which is no cost of sales."""

LONGEST_LEAD = 365
"""The most days between an order and the payment for it, before or after."""


@section
class Cost(Record):
    """A cost that moves with sales: a share of each day's order value, paid so many days after it, or before."""

    category: str = term("text", "what is paid for", "费用类别")
    share_of_sales: float = term("rate", "of the order value of each day", "占每日订单金额的比例", "share")
    days_after: int = term(
        "integer",
        "from the order to the payment; negative: paid before, on the sales then planned",
        "订单到付款的天数；负数为按当时计划销量提前付款",
        "calendar days",
        default=0,
        low=-LONGEST_LEAD,
        high=LONGEST_LEAD,
    )
    channels: tuple[str, ...] = term(
        "names", "whose orders cost it; absent: every channel", "适用渠道；缺省为全部渠道", default=()
    )
    paid_on: PaidOn = term(
        "choice",
        "day: on that day; else what falls due is collected until the week ends on Sunday, or the month",
        "付款日：当日，或累计到周末（星期日）、月末",
        default="day",
        choices=get_args(PaidOn),
    )


def check_costs(findings: Findings, channels: tuple[str, ...]) -> tuple[Cost, ...]:
    """The costs in the plan's order, each with its channels; what is wrong goes to the findings and is left out."""
    if "costs" not in findings.values:
        return ()
    costs: list[Cost] = []
    for path, table in findings.tables(findings.values["costs"], ("costs",)):
        good = findings.filled(Cost, table, path)
        for position, name in enumerate(good.get("channels", ())):
            if name not in channels:
                message = said("plan.no_channel", name=name, nearest=nearest(name, channels))
                findings.add((*path, "channels", position), message)
        if not {"category", "share_of_sales"} <= good.keys():
            continue
        cost = Cost(**{**good, "channels": tuple(good.get("channels", channels))})
        if cost.category == DEBT:
            findings.add((*path, "category"), said("costs.debt"))
        if cost in costs:
            findings.add(path, said("costs.twice", other=costs.index(cost) + 1))
        costs.append(cost)
    return tuple(costs)
