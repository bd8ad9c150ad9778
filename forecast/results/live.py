"""The live model: what a workbook recalculates from its inputs, and its figures as the engine's means have them.

It is made by ``forecast.live`` and no part of a result's JSON.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.simulation.failure_rates import NO_MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats, Ints

KNOTS = (0.05, 0.1, 0.2)
"""Failure rates at which the cured share bends: the more fails, the more are grave causes."""

LEAST_VOLUME = 0.2
"""The surge of orders stops mattering to failures below this share of usual sales."""


NO_LIMIT = 999_999_999_999.0
"""What stands for the limit of a facility that its base alone bounds, in yuan."""


@dataclass(frozen=True, slots=True)
class ChannelLevels:
    """A channel's inputs as a scenario has them; rates are fractions.

    ``failure_rate`` of what is first tried in the horizon, at a volume of 1; ``failure_growth`` is the power of the
    volume by which it rises, 0 where it is stated. ``recovery`` of what fails, at that rate; ``recovery_follows`` is 1
    where it moves with another one (``ChannelResponse.bends``), 0 where it is stated. ``refund_rate`` of what is
    deducted of new orders, ``settlement_delay`` in payout days, ``fee_rate`` of what settles.
    """

    failure_rate: float
    failure_growth: float
    recovery: float
    recovery_follows: int
    refund_rate: float
    settlement_delay: int
    fee_rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A channel's money before fees, in yuan at a volume of 1, by term and day.

    ``settled`` and ``taken_back`` (term, day) have the terms of ``terms``; ``lost`` (term of ``moved``) is of orders
    placed in the horizon. ``taken_back_fixed`` (day), not in ``taken_back``: on what had settled by as_of.
    ``sales`` (day): order value.
    """

    sales: Floats
    settled: Floats
    taken_back: Floats
    taken_back_fixed: Floats
    lost: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ChannelResponse:
    """A channel: its responses, which of them each scenario has, and the days of the horizon on which it pays out.

    ``bends``: by how much the slope of the recovery over the failure rate changes at each of the ``KNOTS``.
    """

    name: str
    bends: Floats
    responses: tuple[Response, ...]
    chosen: tuple[int, ...]
    payout_days: Ints
    levels: tuple[ChannelLevels, ...]


def moved(failure_rate: float, recovery: float) -> Floats:
    """The terms of failures: 1, recovery, failure rate, and their product."""
    return np.array([1.0, recovery, failure_rate, failure_rate * recovery])


def terms(volume: float, failure_rate: float, recovery: float, refund_rate: float) -> Floats:
    """The factors of a response's terms: of open orders, of new ones, and of new ones times the refund rate."""
    own = moved(failure_rate, recovery)
    return np.concatenate([own, volume * own, volume * refund_rate * own])


def failing(levels: ChannelLevels, volume: float) -> float:
    """The failure rate at a volume."""
    return float(levels.failure_rate * max(volume, LEAST_VOLUME) ** levels.failure_growth)


def bent(bends: Floats, failure_rate: float) -> float:
    """How far the recovery at a failure rate lies from that at the lowest rates."""
    return float(bends @ np.maximum(failure_rate - np.array(KNOTS), 0.0))


@dataclass(frozen=True, slots=True)
class Levels:
    """A scenario's inputs, or those that somebody typed; money in yuan, rates as fractions.

    ``shares`` by cost in the order of the plan, ``flows`` multiples by category, ``limits`` and ``annual_rates`` by
    facility.
    """

    opening_balance: float
    minimum_balance: float
    volume: float
    channels: tuple[ChannelLevels, ...]
    shares: tuple[float, ...]
    flows: Mapping[str, float]
    limits: tuple[float, ...]
    annual_rates: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CostResponse:
    """A cost's payments at a share of 1, positive yuan (day): those that move with the volume, and the others."""

    moving: Floats
    fixed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """The model; what there is one of for each scenario is in the order of ``scenarios``, base first.

    ``costs``: each one's responses; ``cost_chosen``: which of them the scenarios have. ``flows`` by category (day).
    ``rest`` (day) and ``rest_lost``: what a scenario's simulation has beyond its responses, of receipts, and of value
    lost at a volume of 1.
    """

    scenarios: tuple[str, ...]
    levels: tuple[Levels, ...]
    channels: tuple[ChannelResponse, ...]
    costs: tuple[tuple[CostResponse, ...], ...]
    cost_chosen: tuple[tuple[int, ...], ...]
    flows: Mapping[str, Floats]
    rest: tuple[Floats, ...]
    rest_lost: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelFigures:
    """A channel's expected money by day.

    ``due`` and ``refunds_due`` are before any delay; ``arrives_on`` is the day on which what is due then arrives, -1
    beyond the horizon.
    """

    sales: Floats
    due: Floats
    arrives_on: Ints
    arrived: Floats
    refunds_due: Floats
    refund_shift: float
    taken_back: Floats
    receipts: Floats
    lost: float


@dataclass(frozen=True, slots=True, eq=False)
class LiveFigures:
    """What the model gives: yuan by day; ``costs`` in the order of the plan, positive; ``flows`` by category."""

    channels: tuple[ChannelFigures, ...]
    sales: Floats
    receipts: Floats
    costs: tuple[Floats, ...]
    flows: Mapping[str, Floats]
    cash: Floats
    lost: float


def figures(live: Live, place: int, levels: Levels) -> LiveFigures:
    """What the model gives for levels, on the responses of the scenario at a place."""
    found = tuple(
        _channel(channel, channel.chosen[place], levels.volume, own)
        for channel, own in zip(live.channels, levels.channels, strict=True)
    )
    receipts = live.rest[place] + sum(one.receipts for one in found)
    costs = (found[chosen[place]] for found, chosen in zip(live.costs, live.cost_chosen, strict=True))
    paid = tuple(
        share * (levels.volume * cost.moving + cost.fixed) for share, cost in zip(levels.shares, costs, strict=True)
    )
    flows = {name: levels.flows[name] * amounts for name, amounts in live.flows.items()}
    moves = receipts + sum(flows.values()) - sum(paid)
    return LiveFigures(
        channels=found,
        sales=np.sum([one.sales for one in found], axis=0),
        receipts=receipts,
        costs=paid,
        flows=flows,
        cash=levels.opening_balance + np.cumsum(moves),
        lost=levels.volume * live.rest_lost[place] + sum(one.lost for one in found),
    )


def _channel(channel: ChannelResponse, place: int, volume: float, levels: ChannelLevels) -> ChannelFigures:
    own, rate = channel.responses[place], failing(levels, volume)
    recovery = recovered(channel, levels, rate)
    factors = terms(volume, rate, recovery, levels.refund_rate)
    due, refunds = factors @ own.settled, factors @ own.taken_back
    days = np.arange(len(due))
    on = arrival_days(channel.payout_days, days, levels.settlement_delay)
    inside = on >= 0
    arrived = np.zeros(len(due))
    np.add.at(arrived, on[inside], due[inside])
    weight = float(due[inside].sum())
    shift = float((due * (on - days))[inside].sum()) / weight if weight > NO_MONEY else float(len(due))
    taken_back = own.taken_back_fixed + _later(refunds, shift)
    return ChannelFigures(
        sales=volume * own.sales,
        due=due,
        arrives_on=on,
        arrived=arrived,
        refunds_due=refunds,
        refund_shift=shift,
        taken_back=taken_back,
        receipts=(1.0 - levels.fee_rate) * arrived - taken_back,
        lost=float(volume * moved(rate, recovery) @ own.lost),
    )


def recovered(channel: ChannelResponse, levels: ChannelLevels, rate: float) -> float:
    """The share of what fails that is cured in the end, at a failure rate of ``rate``."""
    moves = bent(channel.bends, rate) - bent(channel.bends, levels.failure_rate)
    return min(1.0, max(0.0, levels.recovery + levels.recovery_follows * moves))


def _later(amounts: Floats, shift: float) -> Floats:
    """The amounts (day) so many days later, a part of a day as a part of the amount."""
    whole = math.floor(shift)
    part, days = shift - whole, len(amounts)
    moved_by = np.concatenate([np.zeros(whole + 1), amounts])
    return np.asarray((1.0 - part) * moved_by[1 : days + 1] + part * moved_by[:days])


def arrival_days(payout_days: Ints, days: Ints, delay: int) -> Ints:
    """The day on which what is due on each of ``days`` arrives so many payout days later; -1 beyond the horizon."""
    if not delay:
        return days
    position = np.searchsorted(payout_days, days) + delay
    inside = position < len(payout_days)
    found = np.full(len(days), -1)
    found[inside] = payout_days[position[inside]]
    return found
