"""What the plan states of a channel in place of what is estimated: failure rates, refunds, the settlement lag, the fee.

The one room where the plan's word meets the estimate, before any simulation: what leaves it are the laws that hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note
from forecast.plan.model import CAUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.plan.model import Channel
    from forecast.receivables.assumptions import ChannelLaw


def law_that_holds(channel: Channel, estimated: ChannelLaw) -> ChannelLaw:
    """The law of a channel with the plan's word in place of the estimate, for orders of promotions too.

    A stated lag is a number of days that nothing moves but the payout days. A stated rate of failures or refunds is a
    level: the estimate keeps the days, causes and ages, which the simulation brings to it.
    """
    law = replace(estimated, failure_rate=channel.failure_rate, refund_rate=channel.refund_rate)
    if channel.failure_rate is not None and channel.failure_rate.covers(CAUSES):
        law = replace(law, failure_source="plan")
    if channel.settlement_days is not None:
        due = np.zeros_like(law.due)
        due[:, channel.settlement_days :] = 1.0
        promotion = law.promotion and replace(law.promotion, due=due)
        law = replace(law, due=due, mode="rolled", dispersion=0.0, promotion=promotion)
    if channel.refund_rate is not None and law.promotion is not None:
        alike = replace(law.promotion, refund_before=law.refund_before, refund_after=law.refund_after)
        law = replace(law, promotion=alike)
    return law


@dataclass(frozen=True, slots=True)
class RatesThatHold:
    """Long-run failure rates of a channel once the plan has spoken: sure ``by_cause`` where it states them.

    ``total`` is None where it is not stated; ``total_draws`` (draw) then are those of all causes together.
    """

    by_cause: Mapping[str, float]
    total: float | None
    total_draws: Floats


def rates_that_hold(law: ChannelLaw, draws: Mapping[str, Floats]) -> RatesThatHold:
    """The stated rates in place of draws of the estimated ones by cause; a total is split as the causes that were seen.

    Where none was seen the four known causes have equal parts of it.
    """
    whole, by_cause, total = np.minimum(np.sum(list(draws.values()), axis=0), 1.0), {}, None
    for causes, rate in () if law.failure_rate is None else law.failure_rate.parts():
        if len(causes) == 1:
            whole = whole - draws[causes[0]] + rate
            by_cause[causes[0]] = rate
            continue
        seen = {cause: float(draws[cause].mean()) * law.failures[cause].cause_seen for cause in causes}
        weights = seen if sum(seen.values()) > 0 else {cause: 1.0 * (cause in CAUSES) for cause in causes}
        by_cause |= {cause: rate * (weight / sum(weights.values())) for cause, weight in weights.items()}
        total = rate
    return RatesThatHold(by_cause, total, whole)


def fee_rate_that_holds(channel: Channel, estimate: Floats) -> Floats:
    """The fee rate (draw): the stated one, which is sure, or the estimate.

    It is estimated all the same, so that stating it moves no random number of what is drawn after it.
    """
    return estimate if channel.fee_rate is None else np.full_like(estimate, channel.fee_rate)


def notes_that_hold(
    channel: Channel, failures: Sequence[Note], settlement: Sequence[Note], fee: Sequence[Note]
) -> list[Note]:
    """The notes on a channel's laws: those on the estimates that hold, and one on what the plan states instead.

    The note on the fee goes with that on missing settlements, so that a stated lag silences both.
    """
    where = f"channels.{channel.name}"
    notes = list(failures) if channel.failure_rate is None else [Note("rate_from_plan", f"{where}.failure_rate")]
    if channel.settlement_days is not None:
        return [*notes, Note("settlement_from_plan", where, {"days": channel.settlement_days})]
    return [*notes, *settlement, *(fee if channel.fee_rate is None else ())]
