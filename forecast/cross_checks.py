"""Second opinions on the buffer, labelled as such: Miller and Orr's limits, and the confidence of least cost.

Neither is the buffer. Miller and Orr let cash wander without drift or pattern, so a promotion's purchases look to them
like chance; the newsvendor weighs a yuan short against a yuan idle, and says which confidence such costs are worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError
from forecast.liquidity import MillerOrr, miller_orr, quantile_rank
from forecast.records import Record, money, rate, record, says

if TYPE_CHECKING:
    from forecast.arrays import Floats

YEAR = 365.0
"""Days in a year of the rates here."""


@record
class LeastCost(Record):
    """The confidence that costs least in all, and the buffer at it."""

    overage: float = rate("what one yuan idle over the horizon costs", "yuan")
    underage: float | None = rate("what one yuan short costs; null where the plan does not say", "yuan")
    confidence: float | None = rate("underage ÷ (underage + overage); null without underage")
    amount: float | None = money("the need that this share of the paths does not exceed")
    implied_underage: float = rate(
        "what one yuan short must cost for the plan's own confidence to be the one of least cost:"
        " overage × confidence ÷ (1 − confidence)",
        "yuan",
    )


@record
class CrossChecks(Record):
    """The second opinions on a scenario's buffer."""

    idle_cost: float = rate("what one idle yuan costs", "share a year")
    transfer_cost: float = money("what one transfer costs")
    daily_deviation: float = money("standard deviation of the net flow over days and paths")
    miller_orr: MillerOrr | None = says("limits above the minimum balance; null where idle cash costs nothing")
    least_cost: LeastCost | None = says("the newsvendor's answer; null where idle cash costs nothing")


def least_cost_confidence(underage: float, overage: float) -> float:
    """Give the confidence of least expected cost: underage ÷ (underage + overage), the newsvendor's critical ratio.

    Raises:
        InputError: A cost that is not positive.
    """
    if min(underage, overage) <= 0:
        raise InputError(
            f"least_cost_confidence: positive costs are wanted (got underage {underage}, overage {overage})"
        )
    return underage / (underage + overage)


def cross_checks(
    flows: Floats,
    needs: Floats,
    minimum_balance: float,
    confidence: float,
    *,
    idle_cost: float,
    transfer_cost: float,
    shortage_cost: float | None,
) -> CrossChecks:
    """Give the second opinions on a scenario's buffer.

    ``idle_cost``: what one idle yuan costs a year, a fraction; nothing is concluded where it is not above 0.
    ``transfer_cost``: of one transfer between the account and its investment or loan, yuan. ``shortage_cost``: what one
    yuan short costs, once; None where it is not known.
    """
    deviation = float(flows.std())
    if idle_cost <= 0:
        return CrossChecks(idle_cost, transfer_cost, deviation, None, None)
    overage = idle_cost * flows.shape[1] / YEAR
    best = least_cost_confidence(shortage_cost, overage) if shortage_cost else None
    ordered = np.sort(needs)
    return CrossChecks(
        idle_cost=idle_cost,
        transfer_cost=transfer_cost,
        daily_deviation=deviation,
        miller_orr=miller_orr(minimum_balance, deviation**2, idle_cost / YEAR, transfer_cost),
        least_cost=LeastCost(
            overage=overage,
            underage=shortage_cost,
            confidence=best,
            amount=None if best is None else float(ordered[quantile_rank(ordered.size, best) - 1]),
            implied_underage=overage * confidence / (1 - confidence),
        ),
    )
