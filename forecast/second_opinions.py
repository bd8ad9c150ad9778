"""The cross-checks of a scenario's buffer under its plan: what idle cash costs follows from the facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.cross_checks import CrossChecks, cross_checks
from forecast.financing.kinds.table import annual_rate
from forecast.liquidity import needs

if TYPE_CHECKING:
    from forecast.cash import CashCase
    from forecast.plan.model import Plan


def second_opinions(plan: Plan, case: CashCase) -> CrossChecks:
    """The cross-checks of a scenario's buffer; idle cash could repay the cheapest facility that bears a rate.

    Without ``cash.idle_cost`` and without such facilities idle cash costs nothing that is known.
    """
    cash, rates = plan.cash, [rate for one in plan.facilities if (rate := annual_rate(one)) > 0]
    idle = max(0.0, min(rates, default=0.0) - cash.surplus_rate) if cash.idle_cost is None else cash.idle_cost
    return cross_checks(
        case.flows,
        needs(case.flows, cash.minimum_balance),
        cash.minimum_balance,
        plan.horizon.confidence,
        idle_cost=idle,
        transfer_cost=cash.transfer_cost,
        shortage_cost=cash.shortage_cost,
    )
