"""When to act on a channel that fails: its alarm, the rate from which orders should move and where to, and the refunds.

Moving pays where it loses less: of what moves a part is not placed, the rest fails and pays fees as the other
channel's; of what stays the failed share is lost as its cause loses. Cash is another matter: see ``incidents``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

from forecast.money import to_yuan
from forecast.plan.changes import ALL_CAUSES
from forecast.results.playbook import Threshold
from forecast.studies.stress.frontier import CREDIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.plan.model import Plan
    from forecast.plan.playbook_file import Playbook
    from forecast.results.estimates import ChannelEstimates
    from forecast.simulated import Forecast

HOURS = 24
"""Daily tables know no hours: an hour is the mean one of its day."""

CHANCE = 1e-4
"""How seldom chance alone may start the plan: in one of so many such spans."""

FEWEST, TELLING = 3, 20
"""Failed orders that at least start the plan, and orders tried that at least tell."""

WINDOWS = (1, 3, 6, 12, 24)
"""Hours over which the failed share is taken: the fewest in which enough orders come."""

CURED = 0.95
"""Share of what is cured at all by which an order that is not is given up."""

CLEARING = "clearing"


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a channel keeps of a yuan of orders: ``lost`` by its usual failures, ``fee`` of the rest; both shares."""

    lost: float
    fee: float

    @property
    def share(self) -> float:
        """The share that arrives, refunds aside."""
        return (1.0 - self.lost) * (1.0 - self.fee)


def thresholds(prepared: Forecast, playbook: Playbook, cause: str) -> list[Threshold]:
    """The thresholds of every channel under a cause, in the plan's order."""
    keeps = {name: usually_kept(one) for name, one in prepared.estimates.items()}
    return [_of_channel(prepared, playbook, cause, place, keeps) for place in range(len(prepared.plan.channels))]


def _of_channel(
    prepared: Forecast, playbook: Playbook, cause: str, place: int, keeps: Mapping[str, Keeps]
) -> Threshold:
    plan, name = prepared.plan, list(prepared.plan.channels)[place]
    guide, known = playbook.causes[cause], prepared.estimates[name]
    cured = prepared.engine.kernels[place].cured[cause].mean(axis=0)
    tried = tried_by_day(prepared, place)
    busiest, recovered = int(np.argmax(tried)), float(cured.sum())
    target = move_to(plan, name, cause, keeps)
    usual, an_hour = known.failure_rate[cause].base, float(tried[busiest]) / HOURS
    orders = an_hour / mean_order(prepared, name)
    hours = next((one for one in WINDOWS if orders * one >= TELLING), WINDOWS[-1])
    alarm = alarm_rate(usual, orders * hours)
    lost = playbook.basics.moved_orders_lost
    rate = None if target is None else move_rate(keeps[name], keeps[target], recovered, lost)
    return Threshold(
        channel=name,
        usual_rate=usual,
        alarm_rate=alarm if guide.alarm_rate is None else guide.alarm_rate,
        alarm_source="calculated" if guide.alarm_rate is None else "playbook",
        alarm_hours=hours,
        move_rate=rate if guide.move_rate is None or target is None else guide.move_rate,
        move_source="calculated" if guide.move_rate is None or target is None else "playbook",
        move_to=target,
        instalments=move_to(plan, name, CLEARING, {one: keeps[one] for one in keeps if lends(plan, one)}),
        busiest_day=str(prepared.days[busiest]),
        stuck_an_hour=an_hour,
        lost_an_hour=an_hour * (1.0 - recovered),
        ordinary_stuck_an_hour=float(np.median(tried)) / HOURS,
        recovered=recovered,
        cured_days=mean_days(cured),
        refund_after_days=days_until(cured, CURED),
    )


def tried_by_day(prepared: Forecast, place: int) -> Floats:
    """Expected order value of a channel whose first deduction is tried, yuan by day of order in the horizon."""
    engine = prepared.engine
    sales = engine.sales[:, place, engine.gap :].mean(axis=0)
    return np.asarray(sales * float(engine.kernels[place].tried.sum(axis=1).mean()))


def mean_order(prepared: Forecast, name: str) -> float:
    """The mean order of a channel in the ledger, yuan."""
    sales = prepared.ledger.tables.sales
    own = sales[sales.channel == name]
    orders = int(own.orders.sum())
    return to_yuan(int(own.value.sum())) / orders if orders else 1.0


def usually_kept(known: ChannelEstimates) -> Keeps:
    """What a channel keeps with its usual failures, episodes included."""
    lost = sum(known.failure_rate[one].mean * (1.0 - known.recovery_rate[one].mean) for one in ALL_CAUSES)
    return Keeps(lost, known.fee_rate.mean)


def alarm_rate(usual: float, orders: float) -> float:
    """The failed share of so many orders that chance exceeds once in ``1 / CHANCE`` times.

    At least ``FEWEST`` failed orders, and at most all of them.
    """
    count = max(1, round(orders))
    failed = max(FEWEST, int(binom.isf(CHANCE, count, min(max(usual, 0.0), 1.0))) + 1)
    return min(1.0, failed / count)


def move_rate(stays: Keeps, moves: Keeps, recovered: float, lost: float) -> float | None:
    """The failed share of a cause from which orders that move keep more than those that stay; None: at no share.

    Of a yuan that stays, with a failed share r of which ``recovered`` is cured, (1 − r (1 − recovered) − (1 − r) u)
    (1 − fee) is kept, u being the usual loss of the rest; of one that moves (1 − ``lost``) of what the other keeps.
    """
    more = (1.0 - recovered) - stays.lost
    if more <= 0:
        return None
    rate = (1.0 - stays.lost - (1.0 - lost) * moves.share / (1.0 - stays.fee)) / more
    return None if rate > 1 else max(rate, 0.0)


def move_to(plan: Plan, source: str, cause: str, keeps: Mapping[str, Keeps]) -> str | None:
    """The channel among ``keeps`` to which a channel's orders should move; None where there is none.

    One of another clearing name first, which under ``clearing`` it must have; then one that lends to the customer as
    the source does; then the one that keeps most.
    """
    clearing = plan.channels[source].clearing
    ranked = [
        (plan.channels[one].clearing == clearing, lends(plan, one) != lends(plan, source), -keeps[one].share, one)
        for one in keeps
        if one != source and not (cause == CLEARING and plan.channels[one].clearing == clearing)
    ]
    return min(ranked)[-1] if ranked else None


def lends(plan: Plan, name: str) -> bool:
    """Whether a channel is known, by key or label, to lend to the customer."""
    return any(word in f"{name} {plan.channels[name].label}".casefold() for word in CREDIT)


def mean_days(cured: Floats) -> float | None:
    """Mean days until a failure is cured, of shares cured by age; None where none is."""
    total = float(cured.sum())
    return float(cured @ np.arange(cured.size)) / total if total > 0 else None


def days_until(cured: Floats, share: float) -> int | None:
    """The age by which a share of what is cured at all has been; None where nothing is."""
    total = float(cured.sum())
    return int(np.searchsorted(np.cumsum(cured), share * total - 1e-12)) if total > 0 else None
